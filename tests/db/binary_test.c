/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PostgreSQL reads what schema/sqlbinary.h writes as it reads the text form.
 */
#include "core/arena.h"
#include "db/conn.h"
#include "schema/sqlarray.h"
#include "schema/sqlbinary.h"
#include "support/api.h"
#include "support/db.h"

TestSuite(binary);

/* What "SELECT $1::TYPE[]::text" makes of the array, in its binary form or as
 * a literal. */
static const char *
read_back(struct arena *arena, const char *sql, const char *param, int size)
{
    struct conn *conn = conn_new(arena, db_create());
    struct rows rows;
    struct query query = {sql, &param, 1, &size};
    struct group group = {
        .arena = arena, .queries = &query, .n = 1, .ret_rows = &rows};
    cr_assert_null(conn_open(conn, arena));
    conn_exchange(conn, &group, 1);
    cr_assert_null(group.err, "%s", group.err == NULL ? "" : sql);
    return rows_text(&rows, 0, 0);
}

Test(binary, every_type_is_read_as_its_text_is)
{
    static const struct {
        enum type_id type;
        const char *items[3];
    } cases[] = {
        {TYPE_TEXT, {"a\"b\\c", "", "\xc3\xa4 {,}"}},
        {TYPE_INT, {"-9223372036854775808", "0", "9223372036854775807"}},
        {TYPE_UUID, {"00010203-0405-0607-0809-0a0b0c0d0e0f", NULL,
                     "ffffffff-ffff-ffff-ffff-ffffffffffff"}},
        {TYPE_MAC, {"fa:16:3e:00:01:ff", NULL, "00:00:00:00:00:01"}},
        {TYPE_IP, {"10.0.0.1", "fd00::1:2", "255.255.255.255"}},
        {TYPE_JSON, {"{\"a\":[1,\"\\n\"]}", "[]", NULL}},
        {TYPE_FIXED_IPS, {"[{\"a\":1}]", "[]", "{}"}},
    };
    struct arena *arena = session_arena();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int size = 0;
        const char *array = sqlbinary_array(arena, cases[i].type,
                                            cases[i].items, 3, &size);
        const char *sql = arena_printf(arena, "SELECT $1::%s[]::text",
                                       type_of(cases[i].type)->sql);
        cr_expect_str_eq(
            read_back(arena, sql, array, size),
            read_back(arena, sql, sqlarray_format(arena, cases[i].items, 3),
                      0));
    }
}

Test(binary, no_elements_are_an_empty_array)
{
    struct arena *arena = session_arena();
    int size = 0;
    const char *array = sqlbinary_array(arena, TYPE_TEXT, NULL, 0, &size);
    cr_expect_str_eq(
        read_back(arena, "SELECT $1::text[]::text", array, size), "{}");
}
