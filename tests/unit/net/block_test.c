/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first free block of a pool, by cases and against a search that tries
 * every block.
 */
#include "net/block.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/range.h"

#define N(array) (sizeof(array) / sizeof(array)[0])

static struct ip_prefix
prefix(const char *text)
{
    struct ip_prefix prefix;
    cr_assert(ip_prefix_parse(text, &prefix), "%s", text);
    return prefix;
}

/* The block as text, "none" when there is none. */
static const char *
find(const char *pool_text, unsigned len, const char *const *texts, size_t n)
{
    static char text[IP_PREFIX_TEXT_SIZE];
    struct ip_prefix taken[8], block, pool = prefix(pool_text);
    for (size_t i = 0; i < n; i++) {
        taken[i] = prefix(texts[i]);
    }
    if (!block_find_free(&pool, len, taken, n, &block)) {
        return "none";
    }
    ip_prefix_format(&block, text);
    return text;
}
#define FIND(pool, len, ...) \
    find(pool, len, (const char *const[]){__VA_ARGS__}, \
         N(((const char *const[]){__VA_ARGS__})))

Test(block, an_empty_pool_gives_its_first_block)
{
    cr_expect_str_eq(find("10.0.0.0/8", 24, NULL, 0), "10.0.0.0/24");
    cr_expect_str_eq(find("10.0.0.0/8", 8, NULL, 0), "10.0.0.0/8");
}

Test(block, the_pool_must_be_large_enough)
{
    cr_expect_str_eq(find("10.0.0.0/8", 7, NULL, 0), "none");
    cr_expect_str_eq(find("10.0.0.0/8", 33, NULL, 0), "none");
}

Test(block, gaps_are_used_when_they_are_aligned_and_large_enough)
{
    cr_expect_str_eq(FIND("10.0.0.0/8", 24, "10.0.0.0/24", "10.0.2.0/24"),
                     "10.0.1.0/24");
    cr_expect_str_eq(FIND("10.0.0.0/8", 23, "10.0.0.0/24", "10.0.4.0/24"),
                     "10.0.2.0/23");
    cr_expect_str_eq(FIND("10.0.0.0/8", 22, "10.0.1.128/25", "10.0.4.0/30"),
                     "10.0.8.0/22");
}

Test(block, what_is_taken_may_be_nested_and_in_any_order)
{
    cr_expect_str_eq(FIND("10.0.0.0/8", 24, "10.0.3.0/24", "10.0.0.0/22",
                          "10.0.1.0/30", "10.0.4.0/24"),
                     "10.0.5.0/24");
}

Test(block, what_lies_around_the_pool_does_not_matter)
{
    cr_expect_str_eq(FIND("10.0.0.0/16", 24, "9.255.255.0/24", "fd00::/8",
                          "10.1.0.0/16"),
                     "10.0.0.0/24");
    cr_expect_str_eq(FIND("10.0.0.0/16", 24, "0.0.0.0/0"), "none");
}

Test(block, the_last_block_is_given_and_none_behind_it)
{
    cr_expect_str_eq(FIND("255.255.255.0/24", 25, "255.255.255.0/25"),
                     "255.255.255.128/25");
    cr_expect_str_eq(FIND("255.255.255.0/24", 25, "255.255.255.0/25",
                          "255.255.255.192/26"),
                     "none");
    cr_expect_str_eq(FIND("10.0.0.0/31", 32, "10.0.0.0/32"), "10.0.0.1/32");
}

Test(block, version_6_works_as_well)
{
    cr_expect_str_eq(FIND("fd00::/8", 64, "fd00::/64", "fd00:0:0:1::/96"),
                     "fd00:0:0:2::/64");
}

Test(block, a_length_has_room_for_a_count)
{
    cr_expect_eq(block_len_of_count(4, 1), 32);
    cr_expect_eq(block_len_of_count(4, 256), 24);
    cr_expect_eq(block_len_of_count(4, 257), 23);
    cr_expect_eq(block_len_of_count(6, (uint128) 1 << 64), 64);
    cr_expect_eq(block_len_of_count(4, (uint128) 1 << 40), 0);
}

/* --- blocks that are cut and join */

/* The blocks as text, joined by commas. */
static const char *
join(const struct ip_prefix *blocks, size_t n)
{
    static char text[1024];
    size_t len = 0;
    text[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        char block[IP_PREFIX_TEXT_SIZE];
        ip_prefix_format(&blocks[i], block);
        len += (size_t) snprintf(text + len, sizeof text - len, "%s%s",
                                 i == 0 ? "" : ",", block);
    }
    return text;
}

static size_t
read_blocks(const char *const *texts, size_t n, struct ip_prefix *ret_blocks)
{
    for (size_t i = 0; i < n; i++) {
        ret_blocks[i] = prefix(texts[i]);
    }
    return n;
}

static const char *
compact(const char *const *texts, size_t n)
{
    struct ip_prefix blocks[16];
    return join(blocks, block_compact(blocks, read_blocks(texts, n, blocks)));
}
#define COMPACT(...)                         \
    compact((const char *const[]){__VA_ARGS__}, \
            N(((const char *const[]){__VA_ARGS__})))

Test(block, halves_join_as_far_as_they_go)
{
    cr_expect_str_eq(COMPACT("10.0.1.0/24", "10.0.0.0/24"), "10.0.0.0/23");
    cr_expect_str_eq(COMPACT("10.0.1.0/24", "10.0.2.0/24"),
                     "10.0.1.0/24,10.0.2.0/24");
    cr_expect_str_eq(COMPACT("10.0.3.0/24", "10.0.0.0/24", "10.0.2.0/24",
                             "10.0.1.0/24"),
                     "10.0.0.0/22");
    cr_expect_str_eq(COMPACT("128.0.0.0/1", "0.0.0.0/1"), "0.0.0.0/0");
    cr_expect_str_eq(COMPACT("8000::/1", "::/1"), "::/0");
    cr_expect_str_eq(COMPACT("255.255.255.255/32", "255.255.255.254/32"),
                     "255.255.255.254/31");
}

Test(block, what_lies_in_another_goes)
{
    cr_expect_str_eq(COMPACT("10.0.0.0/9", "10.0.0.0/8", "10.255.0.0/16"),
                     "10.0.0.0/8");
    cr_expect_str_eq(COMPACT("10.0.0.0/24", "10.0.0.0/24"), "10.0.0.0/24");
    cr_expect_str_eq(COMPACT("10.0.0.9/24"), "10.0.0.0/24");
    cr_expect_eq(block_compact(NULL, 0), 0);
}

Test(block, versions_do_not_join)
{
    cr_expect_str_eq(COMPACT("fd00::/64", "10.0.0.0/24"),
                     "10.0.0.0/24,fd00::/64");
}

/* What is left of the first without the others. */
static const char *
cut(const char *const *texts, size_t n)
{
    struct ip_prefix blocks[16], rest[16 * BLOCK_MAX_REST];
    read_blocks(texts, n, blocks);
    return join(rest, block_subtract(blocks, 1, blocks + 1, n - 1, rest));
}
#define CUT(...)                             \
    cut((const char *const[]){__VA_ARGS__},  \
        N(((const char *const[]){__VA_ARGS__})))

Test(block, what_is_cut_out_leaves_the_fewest_blocks)
{
    cr_expect_str_eq(CUT("10.0.0.0/24", "10.0.0.0/26"),
                     "10.0.0.64/26,10.0.0.128/25");
    cr_expect_str_eq(CUT("10.0.0.0/24", "10.0.0.192/26"),
                     "10.0.0.0/25,10.0.0.128/26");
    cr_expect_str_eq(CUT("10.0.0.0/30", "10.0.0.1/32", "10.0.0.2/32"),
                     "10.0.0.0/32,10.0.0.3/32");
    cr_expect_str_eq(CUT("10.0.0.0/24", "10.0.0.0/24"), "");
    cr_expect_str_eq(CUT("10.0.0.0/24", "10.0.0.0/8"), "");
    cr_expect_str_eq(CUT("10.0.0.0/24", "10.0.1.0/24"), "10.0.0.0/24");
    cr_expect_str_eq(CUT("10.0.0.0/24", "fd00::/8"), "10.0.0.0/24");
    cr_expect_str_eq(CUT("10.0.0.0/24"), "10.0.0.0/24");
}

Test(block, a_single_address_of_all_leaves_one_block_per_length)
{
    struct ip_prefix all = prefix("::/0"), one = prefix("::/128");
    struct ip_prefix rest[1 + BLOCK_MAX_REST];
    cr_expect_eq(block_subtract(&all, 1, &one, 1, rest), BLOCK_MAX_REST);
    cr_expect_eq(rest[0].len, 128);
    cr_expect_eq(rest[BLOCK_MAX_REST - 1].len, 1);
}

Test(block, the_smallest_that_fits_and_the_lowest_of_those)
{
    static const char *const texts[] = {"10.1.0.0/16", "10.0.3.0/24",
                                        "10.0.1.0/24", "10.0.9.0/26"};
    struct ip_prefix blocks[4];
    read_blocks(texts, 4, blocks);
    cr_expect_eq(block_best_fit(blocks, 4, 28), 3);
    cr_expect_eq(block_best_fit(blocks, 4, 26), 3);
    cr_expect_eq(block_best_fit(blocks, 4, 25), 2);
    cr_expect_eq(block_best_fit(blocks, 4, 16), 0);
    cr_expect_eq(block_best_fit(blocks, 4, 15), 4);
    cr_expect_eq(block_best_fit(blocks, 0, 28), 0);
}

Test(block, a_half_has_another)
{
    struct ip_prefix low = prefix("10.0.0.0/9"), high = prefix("10.128.0.0/9");
    struct ip_prefix other = block_sibling(&low);
    cr_expect(ip_prefix_equal(&other, &high));
    other = block_sibling(&high);
    cr_expect(ip_prefix_equal(&other, &low));
}

/* Blocks of a pool are taken and come back in any order: what is free is always
 * as few blocks as can be, and in the end it is the pool. */
Test(block, what_is_taken_and_comes_back_is_the_pool)
{
    struct ip_prefix free[600], taken[64], pool = prefix("10.0.0.0/20");
    size_t n_free = 1, n_taken = 0;
    free[0] = pool;
    srand(7);
    for (int round = 0; round < 2000; round++) {
        unsigned len = 22 + (unsigned) rand() % 9;
        size_t i = block_best_fit(free, n_free, len);
        if (n_taken < 64 && i < n_free && rand() % 2 == 0) {
            struct ip_prefix holder = free[i];
            taken[n_taken] = (struct ip_prefix){holder.addr, (uint8_t) len};
            free[i] = free[--n_free];
            n_free += block_subtract(&holder, 1, &taken[n_taken++], 1,
                                     free + n_free);
        } else if (n_taken > 0) {
            size_t back = (size_t) rand() % n_taken;
            free[n_free++] = taken[back];
            taken[back] = taken[--n_taken];
            n_free = block_compact(free, n_free);
        }
        uint128 sum = 0;
        for (size_t j = 0; j < n_free; j++) {
            struct ip_range range = range_of_prefix(&free[j]);
            sum += range_count(&range);
        }
        for (size_t j = 0; j < n_taken; j++) {
            struct ip_range range = range_of_prefix(&taken[j]);
            sum += range_count(&range);
        }
        cr_assert_eq(sum, 4096);
    }
    for (size_t j = 0; j < n_taken; j++) {
        free[n_free++] = taken[j];
    }
    n_free = block_compact(free, n_free);
    cr_expect_eq(n_free, 1);
    cr_expect(ip_prefix_equal(&free[0], &pool));
}

/* --- against a search that tries every block */

static bool
try_all(const struct ip_prefix *pool, unsigned len,
        const struct ip_prefix *taken, size_t n, struct ip_prefix *ret_block)
{
    struct ip_prefix block = {ip_prefix_first(pool), (uint8_t) len};
    while (ip_prefix_contains(pool, &block.addr)) {
        bool free = true;
        for (size_t i = 0; i < n; i++) {
            free = free && !ip_prefix_overlaps(&taken[i], &block);
        }
        if (free) {
            *ret_block = block;
            return true;
        }
        struct ip_addr last = ip_prefix_last(&block);
        if (!ip_add(&last, 1, &block.addr)) {
            break;
        }
    }
    return false;
}

Test(block, agrees_with_a_search_that_tries_every_block)
{
    struct ip_prefix pool = prefix("10.0.0.0/20");
    srand(1);
    for (int round = 0; round < 5000; round++) {
        struct ip_prefix taken[24], a, b;
        size_t n = (size_t) rand() % N(taken);
        unsigned len = 20 + (unsigned) rand() % 9;
        for (size_t i = 0; i < n; i++) {
            taken[i] = prefix("10.0.0.0/32");
            taken[i].addr.value += (uint128) (rand() % 8192) - 2048;
            taken[i].len = (uint8_t) (22 + rand() % 11);
            ip_prefix_clear_host_bits(&taken[i]);
        }
        bool one = try_all(&pool, len, taken, n, &a);
        bool other = block_find_free(&pool, len, taken, n, &b);
        cr_assert_eq(one, other, "round %d", round);
        cr_assert(!one || ip_prefix_equal(&a, &b), "round %d", round);
    }
}

Test(block, thousands_of_subnets_take_one_pass)
{
    enum { MANY = 60000 };
    static struct ip_prefix taken[MANY];
    struct ip_prefix pool = prefix("10.0.0.0/8"), block;
    for (size_t i = 0; i < MANY; i++) {
        size_t at = (i * 7919) % MANY;
        taken[i] = prefix("10.0.0.0/24");
        taken[i].addr.value += (uint128) at << 8;
    }
    cr_assert(block_find_free(&pool, 24, taken, MANY, &block));
    struct ip_prefix expected = prefix("10.234.96.0/24");
    cr_assert(ip_prefix_equal(&block, &expected));
}
