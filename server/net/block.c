/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which prefix of a pool is free: one pass over what is taken, in the order
 * of the addresses.
 */
#include "net/block.h"

#include <stdlib.h>

static int
compare_prefixes(const void *a_, const void *b_)
{
    const struct ip_prefix *a = a_, *b = b_;
    struct ip_addr x = ip_prefix_first(a), y = ip_prefix_first(b);
    return ip_compare(&x, &y);
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
