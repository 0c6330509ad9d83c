/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Groups of statements on one connection: errors stay in their group, however
 * the groups are sent.
 */
#include "db/conn.h"

#include "core/arena.h"
#include "support/api.h"
#include "support/db.h"

TestSuite(conn);

#define N 4

struct exchange {
    struct conn *conn;
    struct query queries[N];
    struct group groups[N];
    struct rows rows[N];
};

/* One group for each of 'sqls'. */
static struct exchange *
exchange_of(const char *const sqls[N])
{
    struct arena *arena = session_arena();
    struct exchange *exchange = ARENA_NEW(arena, struct exchange);
    exchange->conn = conn_new(arena, db_create());
    cr_assert_null(conn_open(exchange->conn, arena));
    for (size_t i = 0; i < N; i++) {
        exchange->queries[i] = (struct query){sqls[i], NULL, 0};
        exchange->groups[i] = (struct group){.arena = arena,
                                             .queries = &exchange->queries[i],
                                             .n = 1,
                                             .ret_rows = &exchange->rows[i]};
    }
    return exchange;
}

static void
expect_answer(const struct exchange *exchange, size_t i, const char *text)
{
    const struct err *err = exchange->groups[i].err;
    cr_assert_null(err, "%zu: %s", i, err == NULL ? "" : err->message);
    cr_expect_str_eq(rows_text(&exchange->rows[i], 0, 0), text);
}

static const char *const one_fails[N] = {"SELECT 1", "SELECT 1 / 0",
                                         "SELECT 3", "SELECT 4"};

Test(conn, a_group_that_fails_leaves_the_others_alone)
{
    struct exchange *exchange = exchange_of(one_fails);
    conn_exchange(exchange->conn, exchange->groups, N);
    expect_answer(exchange, 0, "1");
    cr_expect_not_null(exchange->groups[1].err);
    expect_answer(exchange, 2, "3");
    expect_answer(exchange, 3, "4");
}

Test(conn, groups_sent_together_are_answered_in_spite_of_one_that_fails)
{
    struct exchange *exchange = exchange_of(one_fails);
    conn_exchange_together(exchange->conn, exchange->groups, N);
    expect_answer(exchange, 0, "1");
    cr_expect_not_null(exchange->groups[1].err);
    expect_answer(exchange, 2, "3");
    expect_answer(exchange, 3, "4");
}

Test(conn, every_failure_among_groups_sent_together_is_told)
{
    static const char *const sqls[N] = {"SELECT 1 / 0", "SELECT 2",
                                        "SELECT nothing", "SELECT 4"};
    struct exchange *exchange = exchange_of(sqls);
    conn_exchange_together(exchange->conn, exchange->groups, N);
    cr_expect_not_null(exchange->groups[0].err);
    expect_answer(exchange, 1, "2");
    cr_expect_not_null(exchange->groups[2].err);
    cr_expect_not(exchange->groups[2].skipped);
    expect_answer(exchange, 3, "4");
}

Test(conn, groups_sent_together_see_one_moment)
{
    static const char *const sqls[N] = {"SELECT now()", "SELECT now()",
                                        "SELECT now()", "SELECT now()"};
    struct exchange *exchange = exchange_of(sqls);
    conn_exchange_together(exchange->conn, exchange->groups, N);
    for (size_t i = 0; i < N; i++) {
        expect_answer(exchange, i, rows_text(&exchange->rows[0], 0, 0));
    }
}

Test(conn, the_connection_serves_on_after_a_failure)
{
    struct exchange *exchange = exchange_of(one_fails);
    conn_exchange_together(exchange->conn, exchange->groups, N);
    conn_exchange(exchange->conn, exchange->groups, 1);
    expect_answer(exchange, 0, "1");
}
