/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of identity/attempts.h: how often something may be tried.
 */
#include <criterion/criterion.h>

#include "identity/attempts.h"

#define SECOND INT64_C(1000000)

static const struct limit limit = {"user", 3, 10 * SECOND};
static const struct limit other = {"address", 1, SECOND};

static struct arena arena;
static struct attempts *attempts;
static int64_t wait_us;

static void
begin(void)
{
    arena_init(&arena, (size_t) 64 << 20);
    attempts = attempts_new(&arena);
}

static void
end(void)
{
    arena_done(&arena);
}

TestSuite(attempts, .init = begin, .fini = end);

static bool
take(const char *who, int64_t at_s)
{
    return attempts_take(attempts, &limit, who, 1000 * SECOND + at_s * SECOND,
                       &wait_us);
}

Test(attempts, the_burst_is_allowed_and_no_more)
{
    cr_assert(take("alice", 0));
    cr_assert(take("alice", 0));
    cr_assert(take("alice", 0));
    cr_assert_not(take("alice", 0));
    cr_assert_eq(wait_us, 10 * SECOND);
}

Test(attempts, time_gives_one_back)
{
    for (int i = 0; i < 3; i++) {
        cr_assert(take("alice", 0));
    }
    cr_assert_not(take("alice", 9));
    cr_assert_eq(wait_us, SECOND);
    cr_assert(take("alice", 10));
    cr_assert_not(take("alice", 10));
}

Test(attempts, long_calm_gives_no_more_than_the_burst)
{
    cr_assert(take("alice", 0));
    for (int i = 0; i < 3; i++) {
        cr_assert(take("alice", 100000));
    }
    cr_assert_not(take("alice", 100000));
}

Test(attempts, a_refused_try_does_not_count)
{
    for (int i = 0; i < 3; i++) {
        cr_assert(take("alice", 0));
    }
    for (int i = 0; i < 100; i++) {
        cr_assert_not(take("alice", 0));
    }
    cr_assert(take("alice", 10));
}

Test(attempts, a_try_can_be_taken_back)
{
    for (int i = 0; i < 100; i++) {
        cr_assert(take("alice", 0));
        attempts_return(attempts, &limit, "alice");
    }
}

Test(attempts, users_and_limits_do_not_share)
{
    for (int i = 0; i < 3; i++) {
        cr_assert(take("alice", 0));
    }
    cr_assert(take("bob", 0));
    cr_assert(attempts_take(attempts, &other, "alice", 1000 * SECOND, &wait_us));
    cr_assert_not(attempts_take(attempts, &other, "alice", 1000 * SECOND,
                              &wait_us));
}

/* More names than there is room for push out one another, the calmest first:
 * who was refused a moment ago mostly stays so. */
Test(attempts, any_number_of_names_needs_no_more_memory)
{
    char name[32];
    size_t used = arena.used;
    for (int i = 0; i < 4 * ATTEMPTS_KEYS; i++) {
        snprintf(name, sizeof name, "name-%d", i);
        cr_assert(take(name, 0));
    }
    cr_assert_eq(arena.used, used);
}

Test(attempts, who_is_busy_is_not_pushed_out_by_passers_by)
{
    char name[32];
    for (int i = 0; i < 3; i++) {
        cr_assert(take("alice", 0));
    }
    for (int i = 0; i < 4 * ATTEMPTS_KEYS; i++) {
        snprintf(name, sizeof name, "name-%d", i);
        cr_assert(take(name, 0));
    }
    cr_assert_not(take("alice", 0));
}
