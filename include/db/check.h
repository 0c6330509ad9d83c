/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invariants of the data, each a query that finds what breaks it.
 */
#ifndef DB_CHECK_H
#define DB_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "db/tx.h"

struct arena;

struct check_result {
    const char *name;
    int64_t violations;
    const char *sample; /* One of them, or NULL. */
};

/* Runs all checks within 'tx', which must be REPEATABLE READ: under load only
 * one moment can be consistent. */
struct err *check_all(struct tx *tx, struct check_result **ret_results,
                      size_t *ret_n) MUST_CHECK;

/* Runs all checks on one snapshot of 'database_url'. */
struct err *check_run(struct arena *arena, const char *database_url,
                      struct check_result **ret_results,
                      size_t *ret_n) MUST_CHECK;

#endif
