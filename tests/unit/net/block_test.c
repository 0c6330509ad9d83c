/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first free block of a pool, by cases and against a search that tries
 * every block.
 */
#include "net/block.h"

#include <criterion/criterion.h>
#include <stdlib.h>

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
