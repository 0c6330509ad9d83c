/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Databases of a test's own, on the PostgreSQL of the run.
 */
#ifndef SUPPORT_DB_H
#define SUPPORT_DB_H

#include <stddef.h>

#include "support/api.h"

/* Creates an empty database; returns its connection string. */
const char *db_create(void);

/* Runs 'sql' in the database at 'url'; the test fails when it fails. */
void db_run(const char *url, const char *sql);

/* The rows of 'sql', one text column, joined by commas. */
const char *db_column(const char *url, const char *sql);

/* The SQL of the program's statement 'name'. */
const char *db_statement(const char *name);

/* How many pages of 8 KiB a statement of the program reads, by its 'name',
 * with the values 'values', "1, 'a'".  What it changes is undone. */
long db_pages_read(const char *url, const char *name, const char *values);

/* In the database of the run, the last event of every object tells its
 * revision, or that it is gone; and there is an object for every event. */
void expect_told(void);

#endif
