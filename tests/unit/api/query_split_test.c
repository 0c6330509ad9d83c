/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of query_split and query_decode (api/query.h): query strings as
 * parameters.
 */
#include <criterion/criterion.h>

#include "api/query.h"
#include "core/arena.h"
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

TestSuite(query_split, .init = begin, .fini = end);

/* The parameters as "[key|value]", or "refused". */
static const char *
split(const char *text)
{
    struct param *params;
    size_t n;
    const char *all = "";
    struct err *err = query_split(&arena, text, &params, &n);
    if (err != NULL) {
        cr_expect_eq(err->kind, ERR_BAD_REQUEST);
        return "refused";
    }
    for (size_t i = 0; i < n; i++) {
        all = arena_printf(&arena, "%s[%s|%s]", all, params[i].key,
                           params[i].value);
    }
    return all;
}

static void
expect_splits(const char *const (*cases)[2], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        cr_expect_str_eq(split(cases[i][0]), cases[i][1], "%s", cases[i][0]);
    }
}

Test(query_split, parameters_stay_in_order)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"a=1", "[a|1]"},
        {"a=1&b=2&a=3", "[a|1][b|2][a|3]"},
        {"a", "[a|]"},
        {"a=", "[a|]"},
        {"=1", "[|1]"},
        {"=", "[|]"},
        {"a=b=c", "[a|b=c]"},
        {"&", ""},
        {"&&a=1&&b=2&", "[a|1][b|2]"},
        {"a=1;b=2", "[a|1;b=2]"},
    };
    expect_splits(cases, N(cases));
}

Test(query_split, both_sides_are_decoded_once)
{
    static const char *const cases[][2] = {
        {"a=x+y", "[a|x y]"},
        {"a+b=1", "[a b|1]"},
        {"a=x%2By", "[a|x+y]"},
        {"a=%20", "[a| ]"},
        {"a=x%26b=y%3D", "[a|x&b=y=]"},
        {"%61=%62", "[a|b]"},
        {"a=%2f%2F", "[a|//]"},
        {"a=%2541", "[a|%41]"},
        {"a=%D0%B6", "[a|ж]"},
        {"a=ж", "[a|ж]"},
        {"router%3Aexternal=1", "[router:external|1]"},
        {"a=%F0%9F%98%80", "[a|😀]"},
        {"a=%01", "[a|\x01]"},
    };
    expect_splits(cases, N(cases));
}

Test(query_split, broken_escapes_are_refused)
{
    static const char *const cases[][2] = {
        {"a=%", "refused"},      {"a=%4", "refused"},
        {"a=%zz", "refused"},    {"a=%4g", "refused"},
        {"a=%g4", "refused"},    {"a=% 4", "refused"},
        {"a=%-1", "refused"},    {"%=a", "refused"},
        {"a%4=1", "refused"},    {"a=1&b=%", "refused"},
        {"a=%4&b=1", "refused"}, {"a=%%41", "refused"},
    };
    expect_splits(cases, N(cases));
}

Test(query_split, nul_is_refused)
{
    static const char *const cases[][2] = {
        {"a=%00", "refused"},
        {"a=b%00c", "refused"},
        {"%00=a", "refused"},
        {"a=%0030", "refused"},
    };
    expect_splits(cases, N(cases));
}

/* RFC 3629 section 4: overlong forms, surrogates, beyond U+10FFFF. */
Test(query_split, what_is_no_utf8_is_refused)
{
    static const char *const cases[][2] = {
        {"a=%80", "refused"},
        {"a=%FF", "refused"},
        {"a=%C0%80", "refused"},
        {"a=%C1%BF", "refused"},
        {"a=%E0%9F%BF", "refused"},
        {"a=%ED%A0%80", "refused"},
        {"a=%F0%8F%BF%BF", "refused"},
        {"a=%F4%90%80%80", "refused"},
        {"a=%F5%80%80%80", "refused"},
        {"a=%D0", "refused"},
        {"a=%E2%82", "refused"},
        {"a=%F0%9F%98", "refused"},
        {"a=\xD0", "refused"},
        {"%D0=1", "refused"},
        {"a=%D0&b=%B6", "refused"},
        {"a=%7F", "[a|\x7F]"},
        {"a=%C2%80", "[a|\xC2\x80]"},
        {"a=%DF%BF", "[a|\xDF\xBF]"},
        {"a=%E0%A0%80", "[a|\xE0\xA0\x80]"},
        {"a=%ED%9F%BF", "[a|\xED\x9F\xBF]"},
        {"a=%EF%BF%BF", "[a|\xEF\xBF\xBF]"},
        {"a=%F4%8F%BF%BF", "[a|\xF4\x8F\xBF\xBF]"},
    };
    expect_splits(cases, N(cases));
}

Test(query_split, parameters_are_at_most_a_thousand)
{
    struct param *params;
    size_t n;
    const char *most = arena_printf(&arena, "%sa",
                                    repeated(&arena, "a&", 999));
    const char *more = arena_printf(&arena, "%sa",
                                    repeated(&arena, "a&", 1000));
    cr_assert_null(query_split(&arena, most, &params, &n));
    cr_expect_eq(n, QUERY_MAX_PARAMS);
    cr_expect_not_null(query_split(&arena, more, &params, &n));
}

Test(query_split, plus_is_a_blank_only_where_asked)
{
    cr_expect_str_eq(query_decode(&arena, "a+b", 3, true), "a b");
    cr_expect_str_eq(query_decode(&arena, "a+b", 3, false), "a+b");
    cr_expect_str_eq(query_decode(&arena, "a%20b", 5, false), "a b");
}

Test(query_split, decoding_ends_at_the_length)
{
    cr_expect_str_eq(query_decode(&arena, "abc", 2, false), "ab");
    cr_expect_str_eq(query_decode(&arena, "", 0, false), "");
    cr_expect_null(query_decode(&arena, "a%41", 2, false));
    cr_expect_null(query_decode(&arena, "a%41", 3, false));
    cr_expect_str_eq(query_decode(&arena, "a%41", 4, false), "aA");
}
