/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blocks of addresses: which prefix of a pool is free.
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

/* The longest prefix length of 'version' whose prefixes have at least 'n'
 * addresses; 0 when not even the whole address space has. */
unsigned block_len_of_count(unsigned version, uint128 n);

#endif
