/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A transaction on one connection, in as few round trips as its rules allow:
 * BEGIN goes out with the first statements, COMMIT with the last.
 */
#ifndef DB_TX_H
#define DB_TX_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "db/conn.h"

struct settings;
struct chore_note;

struct tx {
    struct conn *conn;
    struct arena *arena; /* Gets rows and errors. */
    const struct settings *settings;
    struct chore_note *note; /* Of a chore (db/keeper.h); else NULL. */
    int tries;           /* Of the same work before, which did not commit. */
    bool begun;          /* BEGIN was sent. */
    bool ended;          /* COMMIT or ROLLBACK was sent. */
    struct query *last;  /* What tx_end left for the last round trip. */
    size_t n_last;
    bool sent;           /* Statements of tx_send are on their way. */
};

/* Makes 'tx' a transaction that has not begun. */
void tx_init(struct tx *tx, struct conn *conn, struct arena *arena,
             const struct settings *settings);

/* Runs 'n' statements in one round trip. */
struct err *tx_run(struct tx *tx, const struct query *queries, size_t n,
                   struct rows *ret_rows) MUST_CHECK;

/* Runs one statement in one round trip; 'ret_rows' may be NULL. */
struct err *tx_one(struct tx *tx, struct query query,
                   struct rows *ret_rows) MUST_CHECK;

/* Sends 'n' statements, whose rows nobody needs, and does not wait: PostgreSQL
 * works on them while the caller goes on.  They run before those of the next
 * round trip, and their error is its error. */
void tx_send(struct tx *tx, const struct query *queries, size_t n);

/* The work of a job is done: leaves 'n' statements more, whose rows nobody
 * needs, for the round trip of COMMIT, which the lane sends (db/lane.h). */
void tx_end(struct tx *tx, const struct query *queries, size_t n);

/* Runs 'n' last statements and COMMIT in one round trip.  A connection lost
 * on the way is ERR_OUTCOME_UNKNOWN: the change may have happened. */
struct err *tx_commit(struct tx *tx, const struct query *queries, size_t n,
                      struct rows *ret_rows) MUST_CHECK;

/* Undoes what was done, if anything; does nothing after tx_commit. */
void tx_rollback(struct tx *tx);

#endif
