/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of user.h: the words of "tenetd user".
 */
#include <criterion/criterion.h>

#include "core/arena.h"
#include "user.h"

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

static struct arena arena;
static struct user_words words;
static const char *const *rest;

static void
begin(void)
{
    arena_init(&arena, (size_t) 1 << 20);
}

static void
end(void)
{
    arena_done(&arena);
}

TestSuite(user_words, .init = begin, .fini = end);

static struct err *
take(const char *const *args)
{
    return user_words_read(&arena, args, &words, &rest);
}

Test(user_words, its_own_are_told_from_settings)
{
    cr_assert_null(take(ARGS("--identity-file", "F", "add", "alice",
                             "--project=blue", "--role", "member",
                             "--log-level=warn")));
    cr_assert_str_eq(words.action, "add");
    cr_assert_str_eq(words.name, "alice");
    cr_assert_str_eq(words.project, "blue");
    cr_assert_str_eq(words.role, "member");
    cr_assert_null(words.project_id);
    cr_assert_str_eq(rest[0], "--identity-file");
    cr_assert_str_eq(rest[1], "F");
    cr_assert_str_eq(rest[2], "--log-level=warn");
    cr_assert_null(rest[3]);
}

Test(user_words, a_flag_whose_name_begins_another_is_not_that)
{
    cr_assert_null(take(ARGS("add", "a", "--project-id", "p")));
    cr_assert_null(words.project);
    cr_assert_str_eq(words.project_id, "p");
}

Test(user_words, nothing_is_nothing)
{
    cr_assert_null(take((const char *const[]){NULL}));
    cr_assert_null(words.action);
    cr_assert_null(rest[0]);
}

Test(user_words, a_third_word_or_a_missing_value_is_refused)
{
    cr_assert_not_null(take(ARGS("add", "alice", "bob")));
    cr_assert_not_null(take(ARGS("add", "alice", "--role")));
}
