/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of schema/jsonval.h: values in messages, and members of objects.
 */
#include "schema/jsonval.h"

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

TestSuite(jsonval, .init = begin, .fini = end);

static bool
is_utf8(const char *text)
{
    json_t *json = json_string(text); /* NULL: it is not. */
    json_decref(json);
    return json != NULL;
}

Test(jsonval, brief_is_compact_and_whole_when_short)
{
    static const char *const cases[][2] = {
        {"{'a': [1, 2.5, null]}", "{\"a\":[1,2.5,null]}"},
        {"'x'", "\"x\""},
        {"true", "true"},
        {"[]", "[]"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        cr_expect_str_eq(jsonval_brief(&arena, json_of(&arena, cases[i][0])),
                         cases[i][1]);
    }
}

Test(jsonval, brief_is_cut_after_64_bytes)
{
    json_t *fits = json_of(
        &arena, arena_printf(&arena, "'%s'", repeated(&arena, "x", 61)));
    json_t *longer = json_of(
        &arena, arena_printf(&arena, "'%s'", repeated(&arena, "x", 999)));
    cr_expect_eq(strlen(jsonval_brief(&arena, fits)), 63);
    cr_expect_str_eq(
        jsonval_brief(&arena, longer),
        arena_printf(&arena, "\"%s...", repeated(&arena, "x", 63)));
}

/* Text before the cut that shifts it through a sequence of four bytes. */
Test(jsonval, brief_does_not_cut_a_character_in_half)
{
    for (size_t shift = 0; shift < 4; shift++) {
        const char *text = arena_printf(&arena, "'%s%s'",
                                        repeated(&arena, "x", shift),
                                        repeated(&arena, "😀", 40));
        cr_expect(is_utf8(jsonval_brief(&arena, json_of(&arena, text))),
                  "%zu", shift);
    }
}

Test(jsonval, refused_text_is_not_cut_within_a_character)
{
    const struct attr attr = {.name = "mtu", .type = TYPE_INT};
    for (size_t shift = 0; shift < 4; shift++) {
        const char *text = arena_printf(&arena, "%s%s",
                                        repeated(&arena, "x", shift),
                                        repeated(&arena, "😀", 40));
        struct err *err = jsonval_refuse_text(&arena, &attr, text,
                                              "an integer");
        cr_expect(is_utf8(err->message), "%zu", shift);
    }
}

Test(jsonval, refusal_has_the_kind_of_the_type)
{
    const struct attr number = {.name = "mtu", .type = TYPE_INT};
    const struct attr name = {.name = "name", .type = TYPE_TEXT};
    struct err *err = jsonval_refuse(&arena, &number, json_of(&arena, "'x'"),
                                     "an integer");
    cr_expect_eq(err->kind, ERR_INVALID_INPUT);
    cr_expect_str_eq(err->rule, "type");
    cr_expect_str_eq(err->message, "invalid input for \"mtu\": \"x\" is not "
                                   "an integer");
    err = jsonval_refuse(&arena, &name, json_of(&arena, "7"), "a string");
    cr_expect_eq(err->kind, ERR_BAD_REQUEST);
    cr_expect_str_eq(err->attr, "name");
}

Test(jsonval, members_are_found_in_any_order)
{
    static const char *const keys[] = {"a", "b", "c"};
    const struct attr attr = {.name = "x", .type = TYPE_JSON};
    const json_t *values[3];
    cr_assert_null(jsonval_members(&arena, &attr,
                                   json_of(&arena, "{'c': 3, 'a': null}"),
                                   keys, 3, values));
    cr_expect(json_is_null(values[0]));
    cr_expect_null(values[1]);
    cr_expect_eq(json_integer_value(values[2]), 3);
}

Test(jsonval, other_members_are_refused_by_name)
{
    static const char *const keys[] = {"a"};
    const struct attr attr = {.name = "x", .type = TYPE_JSON};
    const json_t *values[1];
    struct err *err = jsonval_members(
        &arena, &attr, json_of(&arena, "{'a': 1, 'A': 2}"), keys, 1, values);
    cr_assert_not_null(err);
    cr_expect_str_eq(err->rule, "unknown_key");
    cr_expect_not_null(strstr(err->message, "\"A\""));
}

Test(jsonval, members_need_an_object)
{
    static const char *const cases[] = {"[]", "'a'", "1", "null"};
    const struct attr attr = {.name = "x", .type = TYPE_JSON};
    for (size_t i = 0; i < N(cases); i++) {
        cr_expect_not_null(jsonval_members(
            &arena, &attr, json_of(&arena, cases[i]), NULL, 0, NULL));
    }
}

Test(jsonval, text_is_that_of_strings_only)
{
    cr_expect_str_eq(jsonval_text(json_of(&arena, "'a'")), "a");
    cr_expect_null(jsonval_text(json_of(&arena, "1")));
    cr_expect_null(jsonval_text(NULL));
}
