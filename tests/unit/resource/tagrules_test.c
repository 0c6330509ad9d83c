/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of resource/tagrules.h: what a list of tags may be.
 */
#include "resource/tagrules.h"

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

TestSuite(tagrules, .init = begin, .fini = end);

/* Tags of "b a c". */
static struct text_list
tags_of(const char *text)
{
    struct text_list list = {ARENA_ARRAY(&arena, const char *, 16), 0};
    while (*text != '\0') {
        size_t len = strcspn(text, " ");
        list.items[list.n++] = arena_strndup(&arena, text, len);
        text += len + (text[len] == ' ' ? 1 : 0);
    }
    return list;
}

/* 'n' different tags, the last first. */
static struct text_list
many_tags(size_t n)
{
    struct text_list list = {ARENA_ARRAY(&arena, const char *, n), n};
    for (size_t i = 0; i < n; i++) {
        list.items[i] = arena_printf(&arena, "tag%04zu", n - i);
    }
    return list;
}

static const char *
text_of(const struct text_list *list)
{
    const char *text = "";
    for (size_t i = 0; i < list->n; i++) {
        text = arena_printf(&arena, "%s%s%s", text, i == 0 ? "" : " ",
                            list->items[i]);
    }
    return text;
}

Test(tagrules, settled_tags_are_sorted_and_different)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"a", "a"},
        {"b a", "a b"},
        {"a a a", "a"},
        {"b a b a c", "a b c"},
        {"a B b A", "A B a b"},
        {"10 9 1", "1 10 9"},
        {"ж z", "z ж"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        struct text_list tags = tags_of(cases[i][0]);
        cr_expect_null(tagrules_settle(&arena, &tags));
        cr_expect_str_eq(text_of(&tags), cases[i][1]);
    }
}

Test(tagrules, an_object_has_at_most_200_tags)
{
    struct text_list most = many_tags(TAG_MAX_COUNT);
    struct text_list more = many_tags(TAG_MAX_COUNT + 1);
    cr_expect_null(tagrules_settle(&arena, &most));
    cr_expect_eq(most.n, TAG_MAX_COUNT);
    cr_expect_str_eq(most.items[0], "tag0001");
    struct err *err = tagrules_settle(&arena, &more);
    cr_assert_not_null(err);
    cr_expect_eq(err->kind, ERR_INVALID_INPUT);
}

Test(tagrules, repetitions_do_not_count_when_settled)
{
    struct text_list tags = many_tags(TAG_MAX_COUNT + 1);
    tags.items[TAG_MAX_COUNT] = tags.items[0];
    cr_expect_null(tagrules_settle(&arena, &tags));
    cr_expect_eq(tags.n, TAG_MAX_COUNT);
}

Test(tagrules, a_tag_has_at_most_255_characters)
{
    static const char *const characters[] = {"x", "ж", "😀"};
    for (size_t i = 0; i < N(characters); i++) {
        struct text_list tags = tags_of("a b");
        tags.items[1] = repeated(&arena, characters[i], TAG_MAX_LEN);
        cr_expect_null(tagrules_check(&arena, &tags), "%zu", i);
        tags.items[1] = repeated(&arena, characters[i], TAG_MAX_LEN + 1);
        struct err *err = tagrules_check(&arena, &tags);
        cr_assert_not_null(err, "%zu", i);
        cr_expect_eq(err->kind, ERR_INVALID_INPUT);
        cr_expect_str_eq(err->rule, "max_length");
    }
}

Test(tagrules, any_characters_are_taken)
{
    static const char *const tags[] = {"", " ", "a,b", "a/b", "\"", "😀"};
    for (size_t i = 0; i < N(tags); i++) {
        const char *items[] = {tags[i]};
        struct text_list list = {items, 1};
        cr_expect_null(tagrules_check(&arena, &list), "\"%s\"", tags[i]);
    }
}

Test(tagrules, contains_compares_whole_tags)
{
    struct text_list tags = tags_of("red green");
    struct text_list none = tags_of("");
    cr_expect(tagrules_contains(&tags, "red"));
    cr_expect(tagrules_contains(&tags, "green"));
    cr_expect_not(tagrules_contains(&tags, "re"));
    cr_expect_not(tagrules_contains(&tags, "Red"));
    cr_expect_not(tagrules_contains(&tags, ""));
    cr_expect_not(tagrules_contains(&none, "red"));
}

Test(tagrules, repeats_finds_a_tag_that_stands_twice)
{
    static const struct {
        const char *tags;
        bool repeats;
    } cases[] = {{"", false},   {"a", false},      {"a b", false},
                 {"a a", true}, {"a b c a", true}, {"a A", false}};
    for (size_t i = 0; i < N(cases); i++) {
        struct text_list tags = tags_of(cases[i].tags);
        cr_expect_eq(tagrules_repeats(&tags), cases[i].repeats, "%s",
                     cases[i].tags);
    }
}

Test(tagrules, equal_lists_have_the_same_tags_in_order)
{
    static const struct {
        const char *a, *b;
        bool equal;
    } cases[] = {{"", "", true},
                 {"a b", "a b", true},
                 {"a b", "b a", false},
                 {"a", "a b", false},
                 {"", "a", false}};
    for (size_t i = 0; i < N(cases); i++) {
        struct text_list a = tags_of(cases[i].a), b = tags_of(cases[i].b);
        cr_expect_eq(tagrules_equal(&a, &b), cases[i].equal, "%zu", i);
        cr_expect_eq(tagrules_equal(&b, &a), cases[i].equal, "%zu", i);
    }
}

Test(tagrules, the_rule_of_an_attribute_checks_and_settles)
{
    const struct attr attr = {.name = "tags", .type = TYPE_TEXT_LIST};
    struct text_list tags = tags_of("b a b");
    cr_expect_null(tagrules_check_attr(&arena, &attr, &tags));
    cr_expect_str_eq(text_of(&tags), "a b");
    tags.items[0] = repeated(&arena, "x", TAG_MAX_LEN + 1);
    cr_expect_not_null(tagrules_check_attr(&arena, &attr, &tags));
}
