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

/* One round trip: BEGIN when it is due, 'queries', COMMIT when 'last'. */
static struct err *
exchange(struct tx *tx, const struct query *queries, size_t n, bool last,
         struct rows *ret_rows)
{
    struct query *all = ARENA_ARRAY(tx->arena, struct query, n + 2);
    struct rows *rows = ARENA_ARRAY(tx->arena, struct rows, n + 2);
    size_t first = tx->begun ? 0 : 1;
    all[0] = begin;
    if (n > 0) {
        memcpy(all + first, queries, n * sizeof *all);
    }
    all[first + n] = commit;
    struct group group = {
        .arena = tx->arena,
        .queries = all,
        .n = first + n + (last ? 1 : 0),
        .ret_rows = rows,
    };
    tx->begun = true;
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
    return n == 0 ? NULL : exchange(tx, queries, n, false, ret_rows);
}

struct err *
tx_one(struct tx *tx, struct query query, struct rows *ret_rows)
{
    return exchange(tx, &query, 1, false, ret_rows);
}

void
tx_end(struct tx *tx, const struct query *queries, size_t n)
{
    struct query *all = ARENA_ARRAY(tx->arena, struct query, tx->n_last + n);
    if (tx->n_last > 0) {
        memcpy(all, tx->last, tx->n_last * sizeof *all);
    }
    if (n > 0) {
        memcpy(all + tx->n_last, queries, n * sizeof *all);
    }
    tx->last = all;
    tx->n_last += n;
}

struct err *
tx_commit(struct tx *tx, const struct query *queries, size_t n,
          struct rows *ret_rows)
{
    struct err *err = exchange(tx, queries, n, true, ret_rows);
    if (err == NULL) {
        tx->ended = true;
        return NULL;
    }
    if (err->kind == ERR_UNAVAILABLE) {
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
    struct group group = {
        .arena = tx->arena, .queries = &rollback, .n = 1, .ret_rows = &rows};
    tx->ended = true;
    conn_exchange(tx->conn, &group, 1);
}
