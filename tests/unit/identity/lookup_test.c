/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory of tokens, before a source that answers when the test says so.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "identity/lookup.h"

#define SECOND 1000000
#define MAX_QUESTIONS (LOOKUP_TOKENS_MAX + 16)

/* A source and what it was asked; who waited and is answered. */
struct world {
    struct arena arena;
    struct lookups *lookups;
    struct lookup *questions[MAX_QUESTIONS];
    size_t n_questions;
    size_t n_wakes;
    size_t n_answered;
};

static struct world world;

static void
on_ask(void *arg, struct lookup *lookup)
{
    struct world *asked = arg;
    asked->questions[asked->n_questions++] = lookup;
}

static void
on_wake(void *arg)
{
    ((struct world *) arg)->n_wakes++;
}

static void
on_answered(void *arg, struct waiter *waiter)
{
    (void) waiter;
    ((struct world *) arg)->n_answered++;
}

static void
start(int64_t keep_us, int64_t keep_invalid_us)
{
    struct source source = {&world, keep_us, keep_invalid_us, on_ask};
    arena_done(&world.arena); /* Of a start before this one. */
    arena_init(&world.arena, SIZE_MAX);
    world.lookups = lookups_new(&world.arena, source, on_wake, &world);
}

static void
setup(void)
{
    start(60 * SECOND, 60 * SECOND);
}

static void
teardown(void)
{
    arena_done(&world.arena);
}

static struct verdict
valid_until(int64_t expires_us)
{
    return (struct verdict){.kind = VERDICT_VALID, .user_id = "ada",
                            .project_id = "blue", .roles = 3,
                            .expires_us = expires_us};
}

/* The source says 'verdict' to its question 'i'. */
static void
answer(size_t i, struct verdict verdict)
{
    lookup_answer(world.questions[i], &verdict);
    lookups_collect(world.lookups, on_answered, &world);
}

/* Asks for 'token', and has the source say 'verdict'. */
static void
learn(const char *token, struct verdict verdict)
{
    struct waiter waiter = {.token = token};
    cr_assert_not(lookups_ask(world.lookups, &waiter));
    answer(world.n_questions - 1, verdict);
}

TestSuite(lookup, .init = setup, .fini = teardown);

Test(lookup, a_new_token_waits_for_the_source)
{
    struct waiter waiter = {.token = "t"};
    cr_assert_not(lookups_ask(world.lookups, &waiter));
    cr_assert_eq(world.n_questions, 1);
    cr_assert_str_eq(lookup_token(world.questions[0]), "t");
    answer(0, valid_until(INT64_MAX));
    cr_assert_eq(world.n_wakes, 1);
    cr_assert_eq(world.n_answered, 1);
    cr_assert_eq(waiter.verdict.kind, VERDICT_VALID);
    cr_assert_str_eq(waiter.verdict.user_id, "ada");
    cr_assert_str_eq(waiter.verdict.project_id, "blue");
    cr_assert_eq(waiter.verdict.roles, 3);
}

Test(lookup, a_known_token_is_answered_at_once)
{
    struct waiter waiter = {.token = "t"};
    learn("t", valid_until(INT64_MAX));
    cr_assert(lookups_ask(world.lookups, &waiter));
    cr_assert_eq(waiter.verdict.kind, VERDICT_VALID);
    cr_assert_eq(world.n_questions, 1);
}

Test(lookup, many_requests_with_a_token_ask_once)
{
    struct waiter waiters[64];
    for (size_t i = 0; i < 64; i++) {
        waiters[i] = (struct waiter){.token = "t"};
        cr_assert_not(lookups_ask(world.lookups, &waiters[i]));
    }
    cr_assert_eq(world.n_questions, 1);
    answer(0, valid_until(INT64_MAX));
    cr_assert_eq(world.n_answered, 64);
    cr_assert_eq(waiters[0].verdict.kind, VERDICT_VALID);
    cr_assert_eq(waiters[63].verdict.kind, VERDICT_VALID);
}

Test(lookup, an_invalid_token_is_remembered)
{
    struct waiter waiter = {.token = "t"};
    learn("t", (struct verdict){.kind = VERDICT_INVALID});
    cr_assert(lookups_ask(world.lookups, &waiter));
    cr_assert_eq(waiter.verdict.kind, VERDICT_INVALID);
}

Test(lookup, a_token_that_has_expired_is_asked_about_again)
{
    struct waiter waiter = {.token = "t"};
    learn("t", valid_until(clock_now_us() + 1000));
    usleep(2000);
    cr_assert_not(lookups_ask(world.lookups, &waiter));
}

Test(lookup, an_answer_that_has_expired_is_not_valid)
{
    struct waiter waiter = {.token = "t"};
    cr_assert_not(lookups_ask(world.lookups, &waiter));
    answer(0, valid_until(clock_now_us() - 1));
    cr_assert_eq(waiter.verdict.kind, VERDICT_INVALID);
}

Test(lookup, what_is_not_kept_is_asked_each_time)
{
    start(0, 0);
    learn("t", valid_until(INT64_MAX));
    learn("t", (struct verdict){.kind = VERDICT_INVALID});
    cr_assert_eq(world.n_questions, 2);
}

Test(lookup, an_unavailable_source_is_asked_again)
{
    learn("t", (struct verdict){.kind = VERDICT_UNAVAILABLE});
    learn("t", valid_until(INT64_MAX));
    cr_assert_eq(world.n_questions, 2);
}

Test(lookup, a_valid_token_outlives_its_source)
{
    struct waiter waiter = {.token = "t"};
    start(0, 0);
    learn("t", valid_until(INT64_MAX));
    cr_assert_not(lookups_ask(world.lookups, &waiter));
    answer(1, (struct verdict){.kind = VERDICT_UNAVAILABLE});
    cr_assert_eq(waiter.verdict.kind, VERDICT_VALID);
    cr_assert_str_eq(waiter.verdict.user_id, "ada");
}

Test(lookup, an_expired_token_does_not_outlive_its_source)
{
    struct waiter waiter = {.token = "t"};
    learn("t", valid_until(clock_now_us() + 1000));
    usleep(2000);
    cr_assert_not(lookups_ask(world.lookups, &waiter));
    answer(1, (struct verdict){.kind = VERDICT_UNAVAILABLE, .reason = "down"});
    cr_assert_eq(waiter.verdict.kind, VERDICT_UNAVAILABLE);
    cr_assert_str_eq(waiter.verdict.reason, "down");
}

Test(lookup, an_invalid_answer_ends_a_valid_token)
{
    struct waiter waiter = {.token = "t"};
    start(0, 0);
    learn("t", valid_until(INT64_MAX));
    cr_assert_not(lookups_ask(world.lookups, &waiter));
    answer(1, (struct verdict){.kind = VERDICT_INVALID});
    cr_assert_eq(waiter.verdict.kind, VERDICT_INVALID);
}

Test(lookup, a_forgotten_token_is_asked_about_again)
{
    struct waiter waiter = {.token = "t"};
    learn("t", valid_until(INT64_MAX));
    lookups_forget(world.lookups, "t");
    cr_assert_not(lookups_ask(world.lookups, &waiter));
}

Test(lookup, forgetting_all_forgets_each)
{
    struct waiter a = {.token = "a"};
    struct waiter b = {.token = "b"};
    learn("a", valid_until(INT64_MAX));
    learn("b", (struct verdict){.kind = VERDICT_INVALID});
    lookups_forget_all(world.lookups);
    cr_assert_not(lookups_ask(world.lookups, &a));
    cr_assert_not(lookups_ask(world.lookups, &b));
}

Test(lookup, what_was_asked_before_forgetting_is_asked_again)
{
    struct waiter waiter = {.token = "t"};
    cr_assert_not(lookups_ask(world.lookups, &waiter));
    lookups_forget(world.lookups, "t");
    answer(0, valid_until(INT64_MAX));
    cr_assert_eq(world.n_answered, 0);
    cr_assert_eq(world.n_questions, 2);
    answer(1, (struct verdict){.kind = VERDICT_INVALID});
    cr_assert_eq(world.n_answered, 1);
    cr_assert_eq(waiter.verdict.kind, VERDICT_INVALID);
}

Test(lookup, too_many_questions_at_once_are_refused)
{
    static struct waiter waiters[LOOKUP_ASKED_MAX];
    static char tokens[LOOKUP_ASKED_MAX][8];
    struct waiter one_more = {.token = "more"};
    for (size_t i = 0; i < LOOKUP_ASKED_MAX; i++) {
        snprintf(tokens[i], sizeof tokens[i], "%zu", i);
        waiters[i].token = tokens[i];
        cr_assert_not(lookups_ask(world.lookups, &waiters[i]));
    }
    cr_assert(lookups_ask(world.lookups, &one_more));
    cr_assert_eq(one_more.verdict.kind, VERDICT_UNAVAILABLE);
    struct waiter same = {.token = "0"}; /* It only joins those who wait. */
    cr_assert_not(lookups_ask(world.lookups, &same));
}

Test(lookup, invalid_tokens_do_not_displace_a_valid_one)
{
    struct waiter waiter = {.token = "t"};
    learn("t", valid_until(INT64_MAX));
    for (size_t i = 0; i < LOOKUP_TOKENS_MAX + 1; i++) {
        char token[16];
        snprintf(token, sizeof token, "bad-%zu", i);
        learn(token, (struct verdict){.kind = VERDICT_INVALID});
    }
    cr_assert(lookups_ask(world.lookups, &waiter));
}

Test(lookup, the_token_unused_for_longest_makes_room)
{
    struct waiter first = {.token = "valid-0"};
    struct waiter second = {.token = "valid-1"};
    for (size_t i = 0; i < LOOKUP_TOKENS_MAX; i++) {
        char token[16];
        snprintf(token, sizeof token, "valid-%zu", i);
        learn(token, valid_until(INT64_MAX));
    }
    cr_assert(lookups_ask(world.lookups, &first)); /* Used just now. */
    learn("one more", valid_until(INT64_MAX));
    cr_assert(lookups_ask(world.lookups, &first));
    cr_assert_not(lookups_ask(world.lookups, &second));
}
