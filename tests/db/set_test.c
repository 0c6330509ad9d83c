/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements about a set of rows: PostgreSQL sees the same rows in the form
 * for one and in the form for many.
 */
#include "core/arena.h"
#include "db/conn.h"
#include "db/set.h"
#include "support/api.h"
#include "support/db.h"

TestSuite(set);

#define COLUMNS(c_) c_("$1::bigint") ", " c_("$2::text") ", " c_("$3::inet")
STATEMENT_OF_ROWS(set_show_rows,
    "SELECT string_agg(concat_ws('|', x.no, coalesce(x.name, '-'),"
    "                            coalesce(host(x.ip), '-')), ' '"
    "                  ORDER BY x.no)"
    "  FROM ", COLUMNS, " AS x(no, name, ip)");

STATEMENT_OF_KEYS(set_count_keys,
    "SELECT count(*) FROM (VALUES ('a'), ('b'), ('c')) AS v(k) WHERE k",
    "text", " AND k < $2::text");

#define KEPT_COLUMNS(c_, v_)                                            \
    c_("$1::text") ", " v_("$2::bigint") ", " v_("$3::text") ", "       \
    c_("$4::bigint")
STATEMENT_OF_NEW_ROWS(set_keep_rows,
    "INSERT INTO quotas (resource, quota_limit, project_id, used)",
    KEPT_COLUMNS, 3 << 1);

/* Runs the query in the database at 'url'. */
static struct rows
run(const char *url, struct query query)
{
    struct arena *arena = session_arena();
    struct conn *conn = conn_new(arena, url);
    struct rows rows;
    struct group group = {
        .arena = arena, .queries = &query, .n = 1, .ret_rows = &rows};
    cr_assert_null(conn_open(conn, arena));
    conn_exchange(conn, &group, 1);
    cr_assert_null(group.err, "%s", query.sql);
    return rows;
}

/* The text of the only value of the query's only row; NULL is NULL. */
static const char *
ask(struct query query)
{
    struct rows rows = run(db_create(), query);
    return rows_text(&rows, 0, 0);
}

static const char *
show_rows(const char *const rows[][3], size_t n)
{
    static const enum type_id types[] = {TYPE_INT, TYPE_TEXT, TYPE_IP};
    struct set set = set_new(session_arena(), types, 3, n);
    for (size_t i = 0; i < n; i++) {
        set_add(&set, rows[i]);
    }
    return ask(set_query(&set, &set_show_rows));
}

Test(set, rows_are_those_that_were_added)
{
    static const char *const rows[][3] = {
        {"1", "{a,\"b\"}", "10.0.0.1"}, {"2", "", NULL}, {"3", NULL, "fd00::1"}};
    cr_expect_null(show_rows(rows, 0));
    cr_expect_str_eq(show_rows(rows, 1), "1|{a,\"b\"}|10.0.0.1");
    cr_expect_str_eq(show_rows(rows + 1, 1), "2||-");
    cr_expect_str_eq(show_rows(rows, 2), "1|{a,\"b\"}|10.0.0.1 2||-");
    cr_expect_str_eq(show_rows(rows, 3),
                     "1|{a,\"b\"}|10.0.0.1 2||- 3|-|fd00::1");
}

Test(set, a_column_without_values_has_a_null_in_every_row)
{
    static const char *const rows[][3] = {{"1", NULL, "10.0.0.1"},
                                          {"2", NULL, NULL}};
    cr_expect_str_eq(show_rows(rows, 2), "1|-|10.0.0.1 2|-|-");
}

/* --- new rows */

/* What is in a table of that name, which lets NULL in, after the INSERT. */
static const char *
keep_rows(const char *const rows[][4], size_t n, struct query *ret_query)
{
    static const enum type_id types[] = {TYPE_TEXT, TYPE_INT, TYPE_TEXT,
                                         TYPE_INT};
    const char *url = db_create();
    struct set set = set_new(session_arena(), types, 4, n);
    db_run(url, "CREATE TABLE quotas (resource text, quota_limit bigint,"
                "                     project_id text, used bigint)");
    for (size_t i = 0; i < n; i++) {
        set_add(&set, rows[i]);
    }
    *ret_query = set_query(&set, &set_keep_rows);
    run(url, *ret_query);
    return db_column(url,
                     "SELECT concat_ws('|', resource, quota_limit,"
                     "                 project_id, used)"
                     "  FROM quotas ORDER BY quota_limit");
}

Test(set, new_rows_are_those_that_were_added)
{
    static const char *const rows[][4] = {
        {"a", "1", "p", "7"}, {"a", "2", NULL, "8"}, {NULL, "3", "{}", "7"}};
    struct query query;
    cr_expect_str_eq(keep_rows(rows, 1, &query), "a|1|p|7");
    cr_expect_str_eq(keep_rows(rows, 2, &query), "a|1|p|7,a|2|8");
    cr_expect_str_eq(keep_rows(rows, 3, &query), "a|1|p|7,a|2|8,3|{}|7");
    cr_expect_str_eq(query.sql, set_keep_rows.many->sql);
    cr_expect_str_eq(keep_rows(rows, 0, &query), "");
}

Test(set, what_is_alike_in_new_rows_goes_once)
{
    static const char *const rows[][4] = {{"a", "1", NULL, NULL},
                                          {"a", "2", NULL, NULL},
                                          {"a", "3", NULL, NULL}};
    struct query query;
    cr_expect_str_eq(keep_rows(rows, 3, &query), "a|1,a|2,a|3");
    cr_expect_str_eq(query.sql, set_keep_rows.alike->sql);
    cr_expect_str_eq(query.params[0], "a");
    cr_expect_null(query.params[3]);
}

Test(set, keys_are_those_that_were_given_and_what_stands_behind_is_one_value)
{
    static const enum type_id type = TYPE_TEXT;
    static const char *const keys[] = {"a", "b", "c"};
    static const char *const counts[] = {"0", "1", "2", "2"};
    for (size_t n = 0; n <= 3; n++) {
        struct set set = set_of_keys(session_arena(), &type, keys, n);
        cr_expect_str_eq(ask(set_query_with(&set, &set_count_keys, "c")),
                         counts[n]);
    }
}
