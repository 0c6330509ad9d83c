/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What PostgreSQL refused, as an error of the API.  The names of constraints
 * are an interface: each one that a request can violate has a row here.
 */
#ifndef DB_DBERR_H
#define DB_DBERR_H

#include <stdbool.h>

#include "core/err.h"

struct arena;
struct pg_result;

/* The error of a failed 'result'; ERR_TRY_AGAIN for what a repeated
 * transaction may cure (40001, 40P01), ERR_INTERNAL for what nobody foresaw. */
struct err *dberr_from_result(struct arena *arena,
                              const struct pg_result *result);

/* True when 'result' failed because of its connection: it is gone, or the
 * schema has changed since the statement was prepared on it.  On a new one it
 * will do. */
bool dberr_is_stale(const struct pg_result *result);

/* True when 'constraint' has a row, for the test that walks pg_constraint. */
bool dberr_knows(const char *constraint);

#endif
