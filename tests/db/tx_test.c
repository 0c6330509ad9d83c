/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of db/tx.h: what is left for later happens, in its order, or its error
 * is told; large statements, which are on their way already, are no exception.
 */
#include "db/tx.h"

#include "core/arena.h"
#include "support/api.h"
#include "support/db.h"

#define SMALL 10
#define LARGE 200000 /* Bytes of a text: more than what waits. */
#define N 12         /* More than a socket takes unread. */

static const char *url;
static struct conn *conn;
static struct tx tx;

static void
begin(void)
{
    url = db_create();
    db_run(url, "CREATE TABLE t (n bigint CONSTRAINT t_pkey PRIMARY KEY,"
                "                bytes bigint)");
    conn = conn_new(session_arena(), url);
    cr_assert_null(conn_open(conn, session_arena()));
    tx_init(&tx, conn, session_arena(), NULL);
}

TestSuite(tx, .init = begin);

/* Leaves an INSERT of row 'n' with a text of so many bytes. */
static void
leave_insert(int n, size_t bytes)
{
    const char **params =
        ARENA_ARRAY(session_arena(), const char *, 2);
    params[0] = text("%d", n);
    params[1] = letters(bytes);
    struct query query = {
        "INSERT INTO t VALUES ($1::bigint, length($2::text))", params, 2};
    tx_send(&tx, &query, 1);
}

static void
leave_many(size_t bytes)
{
    for (int n = 0; n < N; n++) {
        leave_insert(n, bytes);
    }
}

static void
expect_rows(const char *rows)
{
    cr_assert_str_eq(db_column(url, "SELECT n::text FROM t ORDER BY t.n"),
                     rows);
}

static void
expect_usable(void)
{
    struct rows rows;
    static const struct query one = {"SELECT 1", NULL, 0};
    tx_init(&tx, conn, session_arena(), NULL);
    cr_assert_null(tx_commit(&tx, &one, 1, &rows));
    cr_assert_str_eq(rows_text(&rows, 0, 0), "1");
}

static const size_t sizes[] = {SMALL, LARGE};

Test(tx, what_was_left_is_committed)
{
    for (size_t i = 0; i < 2; i++) {
        db_run(url, "TRUNCATE t");
        tx_init(&tx, conn, session_arena(), NULL);
        leave_many(sizes[i]);
        cr_assert_null(tx_commit(&tx, NULL, 0, NULL));
        expect_rows("0,1,2,3,4,5,6,7,8,9,10,11");
    }
}

Test(tx, large_ones_run_in_their_order_with_small_ones)
{
    struct rows rows;
    static const struct query sum = {
        "SELECT string_agg(n::text, ' ' ORDER BY ctid) FROM t", NULL, 0};
    for (int n = 0; n < 6; n++) {
        leave_insert(n, n % 2 == 0 ? LARGE : SMALL);
    }
    cr_assert_null(tx_one(&tx, sum, &rows));
    cr_assert_str_eq(rows_text(&rows, 0, 0), "0 1 2 3 4 5");
    tx_rollback(&tx);
    expect_rows("");
}

Test(tx, what_was_left_is_undone)
{
    for (size_t i = 0; i < 2; i++) {
        leave_many(sizes[i]);
        tx_rollback(&tx);
        expect_rows("");
        expect_usable();
        tx_init(&tx, conn, session_arena(), NULL);
    }
}

/* The second of them violates the key. */
static void
leave_twice(size_t bytes)
{
    leave_insert(1, bytes);
    leave_insert(1, bytes);
    leave_insert(2, bytes);
}

Test(tx, an_error_among_it_is_that_of_the_commit)
{
    for (size_t i = 0; i < 2; i++) {
        leave_twice(sizes[i]);
        struct err *err = tx_commit(&tx, NULL, 0, NULL);
        cr_assert_not_null(err);
        cr_expect_neq(err->kind, ERR_OUTCOME_UNKNOWN);
        tx_rollback(&tx);
        expect_rows("");
        expect_usable();
        tx_init(&tx, conn, session_arena(), NULL);
    }
}

Test(tx, an_error_among_it_is_that_of_a_dry_run)
{
    for (size_t i = 0; i < 2; i++) {
        leave_twice(sizes[i]);
        cr_assert_not_null(tx_run(&tx, NULL, 0, NULL));
        tx_rollback(&tx);
        expect_usable();
        tx_init(&tx, conn, session_arena(), NULL);
    }
}

Test(tx, an_error_that_nobody_asked_for_does_not_stay)
{
    leave_twice(LARGE);
    tx_rollback(&tx);
    expect_rows("");
    expect_usable();
}
