/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit: all checks of db/check.h on one snapshot, with the result kept in
 * the database, so that every process tells the same.
 */
#ifndef DB_AUDIT_H
#define DB_AUDIT_H

#include "core/err.h"
#include "db/conn.h"
#include "db/tx.h"

struct settings;

/* A chore (db/keeper.h): audits unless another process did of late, publishes
 * the result as metrics, and alarms when an invariant is broken. */
struct err *audit_chore(struct tx *tx,
                        const struct settings *settings) MUST_CHECK;

/* Taken before the snapshot: audits do not overtake each other when they
 * write their results (PostgreSQL 15, LOCK, "Notes"); reading goes on. */
#define AUDIT_LOCK "LOCK TABLE invariant_audit IN EXCLUSIVE MODE"

/* Audits now in 'tx', which has not begun, up to tx_end; 'ret_row' is as of
 * audit_last. */
struct err *audit_now(struct tx *tx, struct rows *ret_row) MUST_CHECK;

/* The statement that reads the last result: no row or one, with the columns
 * holds, checked_at (RFC 3339), took_ms, and the checks as JSON. */
enum { AUDIT_HOLDS, AUDIT_CHECKED_AT, AUDIT_TOOK_MS, AUDIT_CHECKS };
struct query audit_last(void);

#endif
