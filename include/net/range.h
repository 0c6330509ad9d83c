/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ranges of addresses, both ends included: allocation pools and the choice
 * of what is free in them.  Pure arithmetic; which addresses are taken is
 * the caller's to know.
 */
#ifndef NET_RANGE_H
#define NET_RANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "net/ip.h"

struct ip_range {
    struct ip_addr first; /* Same version as 'last', not above it. */
    struct ip_addr last;
};

bool range_contains(const struct ip_range *range, const struct ip_addr *addr);
bool range_overlaps(const struct ip_range *a, const struct ip_range *b);

/* Number of addresses; the whole IPv6 space saturates at 2^128 - 1. */
uint128 range_count(const struct ip_range *range);
uint128 range_count_all(const struct ip_range *ranges, size_t n_ranges);

/* The whole of 'prefix' as a range. */
struct ip_range range_of_prefix(const struct ip_prefix *prefix);

/* The hosts of 'prefix': without network and broadcast address for IPv4 up
 * to /30; without the subnet-router anycast address (RFC 4291 2.6.1) for
 * IPv6 up to /126; all of a /31, /32 (RFC 3021), /127 (RFC 6164) and /128. */
struct ip_range range_of_hosts(const struct ip_prefix *prefix);

/* Writes what is left of 'range' without 'hole' to 'ret_parts' (room for
 * two) and returns how many parts that is: 0, 1 or 2.  An address outside
 * the range, or of version 0, leaves it whole. */
size_t range_without(const struct ip_range *range, const struct ip_addr *hole,
                     struct ip_range ret_parts[2]);

/* Sorts by first address. */
void range_sort(struct ip_range *ranges, size_t n_ranges);

/* Finds two ranges that overlap; returns false when there are none.  The
 * indexes are those of the caller's order; the order is not changed.  Every
 * pair may be compared, so the caller bounds 'n_ranges'. */
bool range_find_overlap(const struct ip_range *ranges, size_t n_ranges,
                        size_t *ret_a, size_t *ret_b);

/* Index of the range that contains 'addr', or -1. */
int range_find(const struct ip_range *ranges, size_t n_ranges,
               const struct ip_addr *addr);

/* Writes to 'ret_parts' what lies in 'ranges' but in none of 'minus', in
 * ascending order, at most 'max' parts; returns the number of all parts
 * there are, which may exceed 'max'.  Neither input need be sorted (sorted
 * ones take linear time, others quadratic); ranges of one input must not
 * overlap each other. */
size_t range_subtract(const struct ip_range *ranges, size_t n_ranges,
                      const struct ip_range *minus, size_t n_minus,
                      struct ip_range *ret_parts, size_t max);

#endif
