/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of schema/sqlarray.h: what is formatted is parsed again, and what
 * PostgreSQL writes is understood.
 */
#include "schema/sqlarray.h"

#include "core/buf.h"
#include "unit/schema/values.h"

static struct arena arena;

static void
begin(void)
{
    arena_init(&arena, 1 << 20);
}

static void
end(void)
{
    arena_done(&arena);
}

TestSuite(sqlarray, .init = begin, .fini = end);

static void
expect_items(const char *literal, const char *const *expected, size_t n)
{
    const char **items;
    size_t got;
    sqlarray_parse(&arena, literal, &items, &got);
    cr_assert_eq(got, n, "%s has %zu", literal, got);
    for (size_t i = 0; i < n; i++) {
        if (expected[i] == NULL) {
            cr_expect_null(items[i], "%s", literal);
        } else {
            cr_assert_not_null(items[i], "%s", literal);
            cr_expect_str_eq(items[i], expected[i]);
        }
    }
}

#define ITEMS(...)        \
    (const char *const[]) \
    {                     \
        __VA_ARGS__       \
    }

Test(sqlarray, elements_are_quoted_and_null_is_not)
{
    static const struct {
        const char *items[3];
        size_t n;
        const char *literal;
    } cases[] = {
        {{NULL}, 0, "{}"},
        {{"a"}, 1, "{\"a\"}"},
        {{""}, 1, "{\"\"}"},
        {{NULL}, 1, "{NULL}"},
        {{"NULL"}, 1, "{\"NULL\"}"},
        {{"a", NULL, ""}, 3, "{\"a\",NULL,\"\"}"},
        {{"\"", "\\", "\\\""}, 3, "{\"\\\"\",\"\\\\\",\"\\\\\\\"\"}"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        cr_expect_str_eq(sqlarray_format(&arena, cases[i].items, cases[i].n),
                         cases[i].literal);
    }
}

Test(sqlarray, what_is_formatted_is_parsed_again)
{
    static const char *const items[] = {
        "a",    "",       "\"",  "\\",  "\\\\\"", ",",
        "{",    "}",      "{}",  "a,b", "NULL",   "null",
        " a ",  "\t\r\n", "'",   "ж€😀", "$1",     "{\"a\",NULL}",
        "\x01", "a\"b",   "\\n", "c\\",
    };
    const char *const holes[] = {NULL, "a", NULL, NULL, "", NULL};
    for (size_t i = 0; i < N(items); i++) {
        expect_items(sqlarray_format(&arena, &items[i], 1), &items[i], 1);
        expect_items(sqlarray_format(&arena, items, i), items, i);
    }
    expect_items(sqlarray_format(&arena, holes, N(holes)), holes, N(holes));
}

Test(sqlarray, every_byte_survives)
{
    char texts[255][4];
    const char *items[255];
    for (int i = 0; i < 255; i++) {
        texts[i][0] = 'x';
        texts[i][1] = (char) (i + 1);
        texts[i][2] = 'y';
        texts[i][3] = '\0';
        items[i] = texts[i];
    }
    expect_items(sqlarray_format(&arena, items, 255), items, 255);
}

/* PostgreSQL quotes only where it must. */
Test(sqlarray, forms_of_postgresql_are_read)
{
    expect_items("{}", NULL, 0);
    expect_items("{a,b}", ITEMS("a", "b"), 2);
    expect_items("{NULL,\"NULL\",null}", ITEMS(NULL, "NULL", "null"), 3);
    expect_items("{\"a b\",\"\",\"a,b\",\"{}\"}",
                 ITEMS("a b", "", "a,b", "{}"), 4);
    expect_items("{\"\\\"\\\\\",ж}", ITEMS("\"\\", "ж"), 2);
    expect_items("{6ba7b810-9dad-11d1-80b4-00c04fd430c8}",
                 ITEMS("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), 1);
}

Test(sqlarray, what_is_no_array_is_empty)
{
    expect_items("", NULL, 0);
    expect_items("a,b", NULL, 0);
}

Test(sqlarray, broken_literals_end_where_they_end)
{
    static const char *const cases[] = {
        "{", "{\"", "{\"a", "{\\", "{a,", "{\"a\\", "{a\"b}",
    };
    const char **items;
    size_t n;
    for (size_t i = 0; i < N(cases); i++) {
        /* In the arena, where the sanitizer sees a read behind the text. */
        sqlarray_parse(&arena, arena_strdup(&arena, cases[i]), &items, &n);
        cr_expect_leq(n, 2, "%s", cases[i]);
    }
}

Test(sqlarray, alike_are_items_with_the_same_text_or_none)
{
    char again[] = "a";
    const char *const items[] = {"a", "x", again, "y", "a", NULL};
    static const char *const none[] = {NULL, NULL, "a"};
    cr_expect(sqlarray_is_alike(items, 3, 2));
    cr_expect_not(sqlarray_is_alike(items, 2, 1));
    cr_expect_not(sqlarray_is_alike(items + 1, 3, 2));
    cr_expect(sqlarray_is_alike(none, 2, 1));
    cr_expect_not(sqlarray_is_alike(none, 3, 1));
    cr_expect(sqlarray_is_alike(none, 1, 1));
    cr_expect(sqlarray_is_alike(none, 0, 1));
}

Test(sqlarray, rendered_as_json_strings)
{
    static const char *const cases[][2] = {
        {"{}", "[]"},
        {"{a,\"b c\"}", "[\"a\",\"b c\"]"},
        {"{\"\"}", "[\"\"]"},
        {"{\"\\\"\",\"\\\\\"}", "[\"\\\"\",\"\\\\\"]"},
        {"{\"{a,b}\",ж}", "[\"{a,b}\",\"ж\"]"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        struct buf buf;
        buf_init(&buf, &arena, 16);
        sqlarray_render(&buf, cases[i][0]);
        cr_expect_str_eq(buf.data, cases[i][1]);
    }
}
