/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which prefix of a pool is free: one pass over what is taken, in the order
 * of the addresses.  What is left of blocks is the fewest blocks with the same
 * addresses: a block that is cut is halved until what goes is one of the
 * halves, and free halves join again.
 */
#include "net/block.h"

#include <stdlib.h>

/* By the first address, large ones before those in them. */
static int
compare_prefixes(const void *a_, const void *b_)
{
    const struct ip_prefix *a = a_, *b = b_;
    struct ip_addr x = ip_prefix_first(a), y = ip_prefix_first(b);
    int order = ip_compare(&x, &y);
    return order != 0 ? order : (int) a->len - (int) b->len;
}

/* The block of the length of 'block' behind 'addr'; false when the address
 * space ends there. */
static bool
move_behind(struct ip_prefix *block, const struct ip_addr *addr)
{
    struct ip_prefix holder = {*addr, block->len};
    struct ip_addr last = ip_prefix_last(&holder);
    return ip_add(&last, 1, &block->addr);
}

bool
block_find_free(const struct ip_prefix *pool, unsigned len,
                struct ip_prefix *taken, size_t n,
                struct ip_prefix *ret_block)
{
    struct ip_prefix block = {ip_prefix_first(pool), (uint8_t) len};
    if (len < pool->len || len > ip_bits(&pool->addr)) {
        return false;
    }
    if (n > 0) {
        qsort(taken, n, sizeof *taken, compare_prefixes);
    }
    for (size_t i = 0; i < n; i++) {
        struct ip_addr last = ip_prefix_last(&taken[i]);
        if (ip_prefix_overlaps(&taken[i], &block) &&
            !move_behind(&block, &last)) {
            return false;
        }
    }
    *ret_block = block;
    return ip_prefix_contains(pool, &block.addr);
}

bool
block_holds(const struct ip_prefix *outer, const struct ip_prefix *inner)
{
    return outer->len <= inner->len && ip_prefix_overlaps(outer, inner);
}

/* The first or the second half of 'block', which is no single address. */
static struct ip_prefix
half(const struct ip_prefix *block, bool second)
{
    struct ip_prefix result = {ip_prefix_first(block),
                               (uint8_t) (block->len + 1)};
    if (second) {
        uint128 bit = (uint128) 1
                      << (ip_bits(&block->addr) - result.len);
        result.addr.value |= bit;
    }
    return result;
}

struct ip_prefix
block_sibling(const struct ip_prefix *block)
{
    struct ip_prefix result = *block;
    result.addr.value ^= (uint128) 1 << (ip_bits(&block->addr) - block->len);
    return result;
}

size_t
block_best_fit(const struct ip_prefix *blocks, size_t n, unsigned len)
{
    size_t best = n;
    for (size_t i = 0; i < n; i++) {
        bool fits = blocks[i].len <= len;
        if (fits && (best == n || blocks[i].len > blocks[best].len ||
                     (blocks[i].len == blocks[best].len &&
                      ip_compare(&blocks[i].addr, &blocks[best].addr) < 0))) {
            best = i;
        }
    }
    return best;
}

/* Joins the last two of 'n' blocks for as long as they are halves of one;
 * returns how many blocks there are then. */
static size_t
join_last(struct ip_prefix *blocks, size_t n)
{
    while (n > 1 && blocks[n - 1].len > 0 &&
           blocks[n - 1].len == blocks[n - 2].len) {
        struct ip_prefix sibling = block_sibling(&blocks[n - 1]);
        if (!ip_prefix_equal(&sibling, &blocks[n - 2])) {
            break;
        }
        n--;
        blocks[n - 1].len--;
    }
    return n;
}

size_t
block_compact(struct ip_prefix *blocks, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        ip_prefix_clear_host_bits(&blocks[i]);
    }
    if (n > 0) {
        qsort(blocks, n, sizeof *blocks, compare_prefixes);
    }
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || !block_holds(&blocks[kept - 1], &blocks[i])) {
            blocks[kept++] = blocks[i];
            kept = join_last(blocks, kept);
        }
    }
    return kept;
}

/* Appends what is left of 'block' to the 'n' blocks of 'rest'. */
static size_t
add_rest(const struct ip_prefix *block, const struct ip_prefix *holes,
         size_t n_holes, struct ip_prefix *rest, size_t n)
{
    bool cut = false;
    for (size_t i = 0; i < n_holes; i++) {
        if (block_holds(&holes[i], block)) {
            return n;
        }
        cut = cut || block_holds(block, &holes[i]);
    }
    if (!cut) {
        rest[n] = *block;
        return n + 1;
    }
    struct ip_prefix first = half(block, false), second = half(block, true);
    n = add_rest(&first, holes, n_holes, rest, n);
    return add_rest(&second, holes, n_holes, rest, n);
}

size_t
block_subtract(const struct ip_prefix *blocks, size_t n,
               const struct ip_prefix *holes, size_t n_holes,
               struct ip_prefix *ret_rest)
{
    size_t n_rest = 0;
    for (size_t i = 0; i < n; i++) {
        n_rest = add_rest(&blocks[i], holes, n_holes, ret_rest, n_rest);
    }
    return n_rest;
}

unsigned
block_len_of_count(unsigned version, uint128 n)
{
    unsigned len = version == 4 ? 32 : 128;
    uint128 size = 1;
    while (size < n && len > 0) {
        size <<= 1;
        len--;
    }
    return len;
}
