/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blocks of addresses: which prefix of a pool is free, and what is left when
 * blocks are cut out or come back.
 */
#ifndef NET_BLOCK_H
#define NET_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "net/ip.h"

/* Finds the first prefix of length 'len' in 'pool' that overlaps none of the
 * 'n' prefixes of 'taken', which may overlap each other and be of either
 * version; they are sorted on the way.  False when there is none. */
bool block_find_free(const struct ip_prefix *pool, unsigned len,
                     struct ip_prefix *taken, size_t n,
                     struct ip_prefix *ret_block);

/* True when all of 'inner' lies in 'outer'. */
bool block_holds(const struct ip_prefix *outer, const struct ip_prefix *inner);

/* The other half of the block that 'block' is one half of; its length is not
 * 0. */
struct ip_prefix block_sibling(const struct ip_prefix *block);

/* The index of the smallest of 'n' blocks that holds one of length 'len', the
 * lowest of those; 'n' when none does. */
size_t block_best_fit(const struct ip_prefix *blocks, size_t n, unsigned len);

/* Makes of 'n' blocks the fewest with the same addresses, in their order:
 * those in others go, halves join.  Returns how many. */
size_t block_compact(struct ip_prefix *blocks, size_t n);

/* Most blocks that are left where one is cut out of another. */
#define BLOCK_MAX_REST 128

/* Writes what is left of 'n' blocks without 'n_holes' others, each as the
 * fewest blocks, in order, to 'ret_rest', which has room for
 * n + n_holes * BLOCK_MAX_REST.  Neither list has overlaps.  Returns how
 * many. */
size_t block_subtract(const struct ip_prefix *blocks, size_t n,
                      const struct ip_prefix *holes, size_t n_holes,
                      struct ip_prefix *ret_rest);

/* The longest prefix length of 'version' whose prefixes have at least 'n'
 * addresses; 0 when not even the whole address space has. */
unsigned block_len_of_count(unsigned version, uint128 n);

#endif
