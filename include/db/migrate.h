/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Migrations: forward only, one transaction each, under an advisory lock,
 * registered with the SHA-256 of their text.
 */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "core/err.h"
#include "db/migrations.h"

struct arena;

/* Brings the schema of 'database_url' to that of this program; sets
 * '*ret_applied' to the number of migrations it took.  Fails when a migration
 * that ran before has changed since, or the schema is newer. */
struct err *migrate_run(struct arena *arena, const char *database_url,
                        int *ret_applied) MUST_CHECK;

/* The same for 'n' migrations at 'list', for tests. */
struct err *migrate_run_list(struct arena *arena, const char *database_url,
                             const struct migration *list, size_t n,
                             int *ret_applied) MUST_CHECK;

/* Fails unless the schema is exactly that of this program. */
struct err *migrate_verify(struct arena *arena,
                           const char *database_url) MUST_CHECK;

#endif
