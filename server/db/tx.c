/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Transactions in few round trips.  db/lane.c begins and ends them; the rules
 * of resources run inside.
 */
#include "db/tx.h"

#include "core/arena.h"

static const struct query begin = {"BEGIN", NULL, 0};
static const struct query commit = {"COMMIT", NULL, 0};
static const struct query rollback = {"ROLLBACK", NULL, 0};

void
tx_init(struct tx *tx, struct conn *conn, struct arena *arena,
        const struct settings *settings)
{
    *tx = (struct tx){.conn = conn, .arena = arena, .settings = settings};
}

/* Appends 'n' queries to the '*ret_n' of '*ret_queries'. */
static void
append(struct arena *arena, const struct query *queries, size_t n,
       struct query **ret_queries, size_t *ret_n)
{
    struct query *all = ARENA_ARRAY(arena, struct query, *ret_n + n);
    if (*ret_n > 0) {
        memcpy(all, *ret_queries, *ret_n * sizeof *all);
    }
    if (n > 0) {
        memcpy(all + *ret_n, queries, n * sizeof *all);
    }
    *ret_queries = all;
    *ret_n += n;
}

/* One round trip: BEGIN when it is due, 'queries', COMMIT when 'last'. */
static struct err *
exchange(struct tx *tx, const struct query *queries, size_t n, bool last,
         struct rows *ret_rows)
{
    struct query *all = NULL;
    size_t n_all = 0;
    append(tx->arena, &begin, tx->begun ? 0 : 1, &all, &n_all);
    size_t first = n_all;
    append(tx->arena, queries, n, &all, &n_all);
    append(tx->arena, &commit, last ? 1 : 0, &all, &n_all);
    struct rows *rows = ARENA_ARRAY(tx->arena, struct rows, n_all);
    struct group group = {
        .arena = tx->arena, .queries = all, .n = n_all, .ret_rows = rows};
    tx->begun = true;
    tx->sent = false;
    conn_exchange(tx->conn, &group, 1);
    if (ret_rows != NULL && n > 0) {
        memcpy(ret_rows, rows + first, n * sizeof *ret_rows);
    }
    return group.err;
}

struct err *
tx_run(struct tx *tx, const struct query *queries, size_t n,
       struct rows *ret_rows)
{
    return n == 0 && !tx->sent
               ? NULL
               : exchange(tx, queries, n, false, ret_rows);
}

struct err *
tx_one(struct tx *tx, struct query query, struct rows *ret_rows)
{
    return exchange(tx, &query, 1, false, ret_rows);
}

void
tx_send(struct tx *tx, const struct query *queries, size_t n)
{
    struct query *all = NULL;
    size_t n_all = 0;
    if (n == 0) {
        return;
    }
    append(tx->arena, &begin, tx->begun ? 0 : 1, &all, &n_all);
    append(tx->arena, queries, n, &all, &n_all);
    tx->begun = true;
    tx->sent = true;
    conn_send(tx->conn, tx->arena, all, n_all);
}

void
tx_end(struct tx *tx, const struct query *queries, size_t n)
{
    append(tx->arena, queries, n, &tx->last, &tx->n_last);
}

struct err *
tx_commit(struct tx *tx, const struct query *queries, size_t n,
          struct rows *ret_rows)
{
    bool was_open = conn_is_open(tx->conn);
    struct err *err = exchange(tx, queries, n, true, ret_rows);
    if (err == NULL) {
        tx->ended = true;
        return NULL;
    }
    if (err->kind == ERR_UNAVAILABLE && was_open &&
        !conn_is_open(tx->conn)) {
        return err_because(
            err_new(tx->arena, ERR_OUTCOME_UNKNOWN,
                    "the database was lost while it committed: the change "
                    "may or may not have happened"),
            err);
    }
    return err;
}

void
tx_rollback(struct tx *tx)
{
    if (!tx->begun || tx->ended || !conn_is_open(tx->conn)) {
        return;
    }
    struct rows rows;
    struct group rest = {.arena = tx->arena};
    struct group group = {
        .arena = tx->arena, .queries = &rollback, .n = 1, .ret_rows = &rows};
    tx->ended = true;
    if (tx->sent) { /* An error among it would skip the ROLLBACK. */
        conn_exchange(tx->conn, &rest, 1);
    }
    conn_exchange(tx->conn, &group, 1);
}
