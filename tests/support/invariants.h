/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Databases whose invariants a test breaks.
 */
#ifndef SUPPORT_INVARIANTS_H
#define SUPPORT_INVARIANTS_H

/* The URL of a database of the test's own, filled by 'fill' through a server
 * of its own, which has ended. */
const char *invariants_database(void (*fill)(void));

/* The names of the checks that fail, joined by commas. */
const char *invariants_broken(const char *url);

/* Expects that 'sql' breaks the check 'name' in that database and no other. */
void expect_broken(const char *url, const char *sql, const char *name);

#endif
