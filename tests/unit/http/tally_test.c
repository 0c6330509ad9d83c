/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of http/tally.h: what is remembered, and what is forgotten first.
 */
#include "http/tally.h"

#include <criterion/criterion.h>

#include "core/arena.h"

static struct arena arena;
static struct tally *tally;

static void
begin(void)
{
    arena_init(&arena, 1 << 20);
    tally = tally_new(&arena, 4);
}

static void
end(void)
{
    arena_done(&arena);
}

TestSuite(tally, .init = begin, .fini = end);

/* Marks the entry of 'name'. */
static void
mark(const char *name, int64_t value)
{
    tally_find(tally, name)->due_ns = value;
}

static int64_t
value_of(const char *name)
{
    return tally_find(tally, name)->due_ns;
}

Test(tally, a_name_has_one_entry_which_is_new_at_first)
{
    cr_assert_eq(value_of("a"), 0);
    mark("a", 7);
    mark("b", 8);
    mark("", 9);
    cr_assert_eq(value_of("a"), 7);
    cr_assert_eq(value_of("b"), 8);
    cr_assert_eq(value_of(""), 9);
}

Test(tally, the_name_that_was_asked_for_longest_ago_is_forgotten)
{
    mark("a", 1);
    mark("b", 2);
    mark("c", 3);
    mark("d", 4);
    cr_assert_eq(value_of("a"), 1); /* So b is the oldest. */
    mark("e", 5);
    cr_assert_eq(value_of("a"), 1);
    cr_assert_eq(value_of("c"), 3);
    cr_assert_eq(value_of("e"), 5);
    cr_assert_eq(value_of("b"), 0);
    cr_assert_eq(value_of("d"), 0, "which b has pushed out");
}

Test(tally, what_is_held_is_never_forgotten)
{
    struct tally_entry *held = tally_find(tally, "held");
    held->due_ns = 42;
    tally_hold(tally, held);
    tally_hold(tally, held);
    tally_release(tally, held);
    for (int i = 0; i < 100; i++) {
        char name[16];
        snprintf(name, sizeof(name), "n%d", i);
        mark(name, i);
    }
    cr_assert_eq(value_of("held"), 42);
    cr_assert_eq(tally_find(tally, "held"), held);
    cr_assert_eq(held->held, 1);
    tally_release(tally, held);
    for (int i = 0; i < 4; i++) {
        char name[16];
        snprintf(name, sizeof(name), "m%d", i);
        mark(name, i);
    }
    cr_assert_eq(value_of("held"), 0);
}

Test(tally, a_long_name_is_cut)
{
    char name[2 * TALLY_NAME_SIZE];
    memset(name, 'x', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    mark(name, 3);
    name[TALLY_NAME_SIZE - 1] = '\0';
    cr_assert_eq(value_of(name), 3);
    name[TALLY_NAME_SIZE - 2] = '\0';
    cr_assert_eq(value_of(name), 0);
}
