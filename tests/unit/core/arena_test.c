/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of core/arena.h: alignment, zeroes, the cap, the order of clean-ups.
 */
#include "core/arena.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <signal.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CAP ((size_t) 16 * 1024 * 1024)

static struct arena arena;

static void
begin(void)
{
    arena_init(&arena, CAP);
}

static void
end(void)
{
    arena_done(&arena);
}

/* For tests that end in abort: its message belongs to the test. */
static void
begin_quietly(void)
{
    cr_redirect_stderr();
    begin();
}

static bool
all_bytes_are(const unsigned char *bytes, size_t size, unsigned char value)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != value) {
            return false;
        }
    }
    return true;
}

TestSuite(arena, .init = begin, .fini = end);

Test(arena, takes_no_memory_before_the_first_allocation)
{
    cr_assert_eq(arena.used, 0);
    cr_assert_null(arena.blocks);
}

Test(arena, memory_is_zeroed_at_any_size)
{
    static const size_t sizes[] = { 1, 15, 16, 17, 1000, 4095, 4096, 4097,
                                    65536, 100000 };

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        const unsigned char *bytes = arena_alloc(&arena, sizes[i]);

        cr_expect(all_bytes_are(bytes, sizes[i], 0), "%zu", sizes[i]);
    }
}

Test(arena, memory_is_aligned_for_any_type)
{
    for (size_t size = 0; size < 100; size++) {
        uintptr_t address = (uintptr_t) arena_alloc(&arena, size);

        cr_expect_eq(address % alignof(max_align_t), 0, "%zu", size);
    }
}

Test(arena, nothing_gets_an_address_of_its_own)
{
    const void *a = arena_alloc(&arena, 0);
    const void *b = arena_alloc(&arena, 0);

    cr_assert_neq(a, b);
}

Test(arena, allocations_do_not_overlap)
{
    unsigned char *kept[3000];

    for (size_t i = 0; i < 3000; i++) {
        kept[i] = arena_alloc(&arena, i % 300);
        memset(kept[i], (int) (i % 251), i % 300);
    }
    for (size_t i = 0; i < 3000; i++) {
        cr_expect(
            all_bytes_are(kept[i], i % 300, (unsigned char) (i % 251)),
            "allocation %zu", i);
    }
}

Test(arena, a_big_allocation_leaves_the_newest_block_in_use)
{
    size_t used;

    (void) arena_alloc(&arena, 8);
    (void) arena_alloc(&arena, 100000);
    used = arena.used;
    (void) arena_alloc(&arena, 8);
    cr_assert_eq(arena.used, used);
}

Test(arena, a_small_arena_takes_one_page)
{
    (void) arena_alloc(&arena, 1);
    cr_assert_eq(arena.used, 4096);
}

Test(arena, a_full_block_is_not_exceeded)
{
    const char *first = arena_alloc(&arena, 16);
    const char *last = first;
    const char *next = arena_alloc(&arena, 16);

    while (arena.used == 4096) {
        last = next;
        next = arena_alloc(&arena, 16);
    }
    /* A block has a head of at least a pointer and two sizes. */
    cr_assert_leq(last + 16 - first, 4096 - 3 * (ptrdiff_t) sizeof(size_t));
}

Test(arena, a_cap_below_a_page_can_be_used)
{
    struct arena small;

    arena_init(&small, 1024);
    (void) arena_alloc(&small, 512);
    cr_expect_leq(small.used, 1024);
    arena_done(&small);
}

Test(arena, used_stays_within_the_cap)
{
    struct arena small;

    arena_init(&small, 20000);
    for (int i = 0; i < 90; i++) {
        (void) arena_alloc(&small, 100);
    }
    cr_expect_leq(small.used, 20000);
    arena_done(&small);
}

Test(arena, over_the_cap_ends_the_process, .init = begin_quietly,
     .signal = SIGABRT)
{
    (void) arena_alloc(&arena, CAP);
}

Test(arena, a_cap_of_nothing_ends_the_process, .init = begin_quietly,
     .signal = SIGABRT)
{
    struct arena none;

    arena_init(&none, 0);
    (void) arena_alloc(&none, 1);
}

Test(arena, a_product_that_overflows_ends_the_process, .init = begin_quietly,
     .signal = SIGABRT)
{
    volatile size_t count = SIZE_MAX / 2 + 1;

    (void) arena_calloc(&arena, count, 2);
}

Test(arena, the_largest_size_ends_the_process, .init = begin_quietly,
     .signal = SIGABRT)
{
    volatile size_t size = SIZE_MAX;

    (void) arena_alloc(&arena, size);
}

Test(arena, is_usable_again_when_done)
{
    (void) arena_alloc(&arena, 100000);
    arena_done(&arena);
    cr_expect_eq(arena.used, 0);
    cr_assert_str_eq(arena_strdup(&arena, "again"), "again");
}

Test(arena, done_twice_is_done_once)
{
    (void) arena_alloc(&arena, 1);
    arena_done(&arena);
    arena_done(&arena);
    cr_assert_null(arena.blocks);
}

struct trace {
    char text[8];
    size_t len;
};

struct step {
    struct trace *trace;
    char name;
    bool defers;
};

static void
run_step(void *object)
{
    struct step *step = object;

    step->trace->text[step->trace->len] = step->name;
    step->trace->len++;
    if (step->defers) {
        step->defers = false;
        arena_defer(&arena, run_step, step);
    }
}

Test(arena, cleanups_run_last_first)
{
    struct trace trace = { "", 0 };
    struct step a = { &trace, 'a', false };
    struct step b = { &trace, 'b', false };
    struct step c = { &trace, 'c', false };

    arena_defer(&arena, run_step, &a);
    arena_defer(&arena, run_step, &b);
    arena_defer(&arena, run_step, &c);
    arena_done(&arena);
    cr_assert_str_eq(trace.text, "cba");
}

Test(arena, a_cleanup_may_defer_another)
{
    struct trace trace = { "", 0 };
    struct step a = { &trace, 'a', false };
    struct step b = { &trace, 'b', true };

    arena_defer(&arena, run_step, &a);
    arena_defer(&arena, run_step, &b);
    arena_done(&arena);
    cr_assert_str_eq(trace.text, "bba");
}

Test(arena, cleanups_run_once)
{
    struct trace trace = { "", 0 };
    struct step a = { &trace, 'a', false };

    arena_defer(&arena, run_step, &a);
    arena_done(&arena);
    arena_done(&arena);
    cr_assert_str_eq(trace.text, "a");
}

Test(arena, strdup_copies_the_text)
{
    char text[] = "abc";
    char *copy = arena_strdup(&arena, text);

    text[0] = 'x';
    cr_expect_str_eq(copy, "abc");
    cr_expect_str_eq(arena_strdup(&arena, ""), "");
}

Test(arena, strndup_takes_at_most_len_bytes)
{
    cr_expect_str_eq(arena_strndup(&arena, "abc", 0), "");
    cr_expect_str_eq(arena_strndup(&arena, NULL, 0), "");
    cr_expect_str_eq(arena_strndup(&arena, "abc", 2), "ab");
    cr_expect_str_eq(arena_strndup(&arena, "abc", 3), "abc");
    cr_expect_str_eq(arena_strndup(&arena, "abc", 4), "abc");
}

Test(arena, strndup_reads_no_further_than_len)
{
    static const char unterminated[3] = { 'a', 'b', 'c' };

    cr_assert_str_eq(arena_strndup(&arena, unterminated, 3), "abc");
}

Test(arena, memdup_copies_all_bytes)
{
    static const unsigned char bytes[] = { 0, 1, 0, 2 };

    cr_expect_arr_eq(arena_memdup(&arena, bytes, 4), bytes, 4);
    cr_expect_not_null(arena_memdup(&arena, NULL, 0));
}

Test(arena, printf_gives_texts_of_any_length)
{
    static const int lens[] = { 0, 1, 254, 255, 256, 257, 5000, 70000 };

    for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
        const char *text = arena_printf(&arena, "%*s", lens[i], "");

        cr_expect_eq(strlen(text), (size_t) lens[i], "%d", lens[i]);
    }
}

Test(arena, printf_formats_the_same_short_and_long)
{
    const char *text = arena_printf(&arena, "%d %300s|", 42, "x");

    cr_expect_eq(strncmp(text, "42 ", 3), 0);
    cr_expect_str_eq(text + 3 + 299, "x|");
}
