/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A subnet as runs of addresses in the same state.  Pure arithmetic: computed
 * from what is in use, never by counting up addresses, so that an IPv6 subnet
 * costs no more than what stands in it.
 */
#ifndef NET_ADDRMAP_H
#define NET_ADDRMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "net/range.h"

/* An address has the first of these that fits: gateway (held by a port or
 * not), allocated, cooling, free, network, broadcast, outside_pool. */
enum map_state {
    MAP_NETWORK,      /* IPv4 network address; IPv6: RFC 4291 2.6.1. */
    MAP_GATEWAY,
    MAP_ALLOCATED,
    MAP_FREE,         /* In a pool, and nobody's. */
    MAP_COOLING,      /* Freed too recently. */
    MAP_OUTSIDE_POOL, /* In no pool, and nobody's. */
    MAP_BROADCAST,
    MAP_N_STATES
};

#define MAP_NOBODY (-1)

/* Addresses that are in use together. */
struct map_taken {
    struct ip_range range;
    bool cooling;
    int holder; /* Whatever the caller numbers, or MAP_NOBODY. */
};

struct map {
    struct ip_prefix cidr;
    struct ip_addr gateway; /* Version 0: none. */
    int gateway_holder;
    const struct ip_range *pools; /* Ascending, without overlap. */
    size_t n_pools;
    const struct map_taken *taken; /* Ascending, without overlap. */
    size_t n_taken;
};

struct map_run {
    struct ip_range range;
    enum map_state state;
    int holder; /* Of addresses that are allocated, of the gateway. */
};

/* The run that begins at 'first', an address of the subnet, and ends where
 * state or holder change. */
struct map_run map_run_at(const struct map *map, const struct ip_addr *first);

/* Finds the first prefix of length 'len' that lies in 'range' as a whole;
 * false when there is none. */
bool map_find_block(const struct ip_range *range, unsigned len,
                    struct ip_range *ret_block);

/* "free", and back; false for a word that is no state. */
const char *map_state_name(enum map_state state);
bool map_state_parse(const char *name, enum map_state *ret_state);

#endif
