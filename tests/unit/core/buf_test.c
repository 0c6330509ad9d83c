/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of core/buf.h: always terminated, grows as needed, JSON escapes.
 */
#include "core/buf.h"

#include <criterion/criterion.h>
#include <string.h>

#include "core/arena.h"

static struct arena arena;
static struct buf buf;

static void
begin(void)
{
    arena_init(&arena, (size_t) 16 * 1024 * 1024);
    buf_init(&buf, &arena, 0);
}

static void
end(void)
{
    arena_done(&arena);
}

TestSuite(buf, .init = begin, .fini = end);

Test(buf, is_empty_text_at_first)
{
    cr_expect_eq(buf.len, 0);
    cr_expect_str_eq(buf.data, "");
}

Test(buf, hint_is_room_without_growing)
{
    struct buf hinted;
    const char *data;

    buf_init(&hinted, &arena, 100);
    data = hinted.data;
    buf_addf(&hinted, "%100s", "");
    cr_expect_eq(hinted.data, data);
    buf_put(&hinted, 'x');
    cr_expect_neq(hinted.data, data);
}

Test(buf, reserve_is_room_without_growing)
{
    const char *data;

    buf_adds(&buf, "abc");
    buf_reserve(&buf, 1000);
    data = buf.data;
    buf_addf(&buf, "%1000s", "");
    cr_assert_eq(buf.data, data);
}

Test(buf, reserve_keeps_the_text)
{
    buf_adds(&buf, "abc");
    buf_reserve(&buf, 100000);
    cr_assert_str_eq(buf.data, "abc");
}

Test(buf, is_terminated_after_every_byte)
{
    for (size_t i = 1; i <= 300; i++) {
        buf_put(&buf, 'x');
        cr_expect_eq(buf.len, i);
        cr_expect_eq(strlen(buf.data), i);
        cr_expect_lt(buf.len, buf.size);
    }
}

Test(buf, add_takes_len_bytes)
{
    buf_add(&buf, "abcdef", 3);
    buf_add(&buf, "xyz", 0);
    buf_add(&buf, NULL, 0);
    cr_assert_str_eq(buf.data, "abc");
}

Test(buf, add_keeps_zero_bytes)
{
    buf_add(&buf, "a\0b", 3);
    cr_expect_eq(buf.len, 3);
    cr_expect_arr_eq(buf.data, "a\0b", 4);
}

Test(buf, appends_itself)
{
    buf_adds(&buf, "abc");
    for (int i = 0; i < 6; i++) {
        buf_add(&buf, buf.data, buf.len);
    }
    cr_expect_eq(buf.len, 3 * 64);
    cr_expect_str_eq(buf.data + 3 * 63, "abc");
}

Test(buf, addf_may_print_itself)
{
    buf_adds(&buf, "abc");
    buf_addf(&buf, "[%s]", buf.data);
    cr_assert_str_eq(buf.data, "abc[abc]");
}

Test(buf, addf_gives_texts_of_any_length)
{
    buf_addf(&buf, "%s", "");
    cr_expect_eq(buf.len, 0);
    buf_addf(&buf, "%5000d", 7);
    cr_expect_eq(buf.len, 5000);
    cr_expect_str_eq(buf.data + 4999, "7");
}

Test(buf, integers_are_decimal)
{
    static const struct {
        int64_t value;
        const char *text;
    } cases[] = {
        { 0, "0" },
        { 1, "1" },
        { -1, "-1" },
        { 9, "9" },
        { 10, "10" },
        { -10, "-10" },
        { INT64_MAX, "9223372036854775807" },
        { INT64_MIN, "-9223372036854775808" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        buf_truncate(&buf, 0);
        buf_add_int(&buf, cases[i].value);
        cr_expect_str_eq(buf.data, cases[i].text);
    }
}

Test(buf, json_strings_are_quoted_and_escaped)
{
    static const struct {
        const char *text;
        const char *json;
    } cases[] = {
        { "", "\"\"" },
        { "plain", "\"plain\"" },
        { "\"", "\"\\\"\"" },
        { "\\", "\"\\\\\"" },
        { "/", "\"/\"" },
        { "\b\t\n\f\r", "\"\\b\\t\\n\\f\\r\"" },
        { "\x01\x0b\x1f", "\"\\u0001\\u000b\\u001f\"" },
        { " \x7f", "\" \x7f\"" },
        { "a\"b\"c", "\"a\\\"b\\\"c\"" },
        { "\xc3\xbc \xf0\x9f\x8c\x8d", "\"\xc3\xbc \xf0\x9f\x8c\x8d\"" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        buf_truncate(&buf, 0);
        buf_adds_json(&buf, cases[i].text);
        cr_expect_str_eq(buf.data, cases[i].json);
    }
}

Test(buf, json_escapes_every_control_character)
{
    char escape[BUF_JSON_ESCAPE_SIZE];

    for (int byte = 0; byte < 0x20; byte++) {
        cr_expect_gt(buf_json_escape((char) byte, escape), 0, "%d", byte);
    }
    cr_expect_eq(buf_json_escape(0x20, escape), 0);
    cr_expect_eq(buf_json_escape((char) 0xff, escape), 0);
}

Test(buf, json_escapes_zero_bytes)
{
    buf_add_json(&buf, "a\0b", 3);
    cr_assert_str_eq(buf.data, "\"a\\u0000b\"");
}

Test(buf, json_of_nothing_is_an_empty_string)
{
    buf_add_json(&buf, NULL, 0);
    cr_assert_str_eq(buf.data, "\"\"");
}

Test(buf, json_of_null_is_null)
{
    buf_adds_json(&buf, NULL);
    cr_assert_str_eq(buf.data, "null");
}

Test(buf, truncate_cuts_but_never_lengthens)
{
    buf_adds(&buf, "abc");
    buf_truncate(&buf, 4);
    cr_expect_str_eq(buf.data, "abc");
    buf_truncate(&buf, 3);
    cr_expect_str_eq(buf.data, "abc");
    buf_truncate(&buf, 2);
    cr_expect_str_eq(buf.data, "ab");
    buf_truncate(&buf, 0);
    cr_expect_str_eq(buf.data, "");
}

Test(buf, grows_by_doubling)
{
    for (int i = 0; i < 1000000; i++) {
        buf_put(&buf, 'x');
    }
    cr_assert_lt(arena.used, 4 * buf.len);
}
