/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The choice of addresses in a subnet: fresh ones above a high-water mark per
 * pool, then freed ones in the order in which they became available.
 *
 * Pure state machine: db/addresses.c fills it under the subnet's lock and
 * writes down what was taken.  A constant number of steps per address, however
 * full or large the subnet is.
 */
#ifndef NET_IPAM_H
#define NET_IPAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/uuid.h"
#include "net/ip.h"
#include "net/range.h"

struct arena;

struct ipam_pool {
    struct ip_range range;
    struct ip_addr mark;  /* First never used address; version 0: none left. */
    struct ip_addr start; /* The mark when the state was filled. */
    struct ip_addr *above; /* Addresses in use from the mark on, ascending. */
    size_t n_above;
    bool above_ends; /* 'above' has all there are. */
};

struct ipam_explicit {
    struct ip_addr ip;
    bool was_freed; /* Stood among the freed addresses. */
};

struct ipam_subnet {
    struct uuid id;
    struct uuid network_id;
    struct ip_prefix cidr;
    struct ip_addr gateway_ip;  /* Version 0: none. */
    int64_t created_us;         /* Older subnets are filled first. */
    bool eui64;                 /* Addresses follow from the MAC address. */
    bool random;                /* ip_allocation_policy */
    const char **service_types; /* device_owners it serves; none: all. */
    size_t n_service_types;

    struct ipam_pool *pools;
    size_t n_pools;
    struct ip_addr *freed; /* In the order of their availability. */
    size_t n_freed;
    size_t n_freed_ready; /* The first ones, whose cool-down is over. */
    bool spare_cooling;   /* Take none of the others: asked first. */
    bool freed_loaded;

    size_t n_freed_used; /* Of 'freed', taken or skipped. */
    struct ipam_explicit *explicits;
    size_t n_explicits, explicits_room;
    uint32_t *slots; /* Hash of 'explicits': their index + 1; 0: empty. */
    size_t n_slots, slots_used;
    int64_t n_taken; /* All addresses taken. */
};

enum ipam_result {
    IPAM_OK,
    IPAM_TAKEN,      /* The explicit address is in use. */
    IPAM_FULL,       /* No address is left: exact. */
    IPAM_NEED_ABOVE, /* Fill 'above' of the pool '*ret_pool' and repeat. */
    IPAM_NEED_FREED, /* Fill 'freed' and repeat. */
};

/* Takes the next address of the subnet. */
enum ipam_result ipam_take_next(struct ipam_subnet *subnet,
                                struct ip_addr *ret_ip,
                                struct ipam_pool **ret_pool);

/* Takes 'ip', which the database says is not in use. */
enum ipam_result ipam_take(struct arena *arena, struct ipam_subnet *subnet,
                           const struct ip_addr *ip);

/* What is needed to undo the takes that follow. */
struct ipam_saved {
    struct ipam_pool *pools; /* Also what was known above the marks. */
    size_t n_freed_used;
    size_t n_explicits;
    int64_t n_taken;
};

struct ipam_saved ipam_save(struct arena *arena,
                            const struct ipam_subnet *subnet);
void ipam_restore(struct ipam_subnet *subnet, const struct ipam_saved *saved);

/* The freed addresses that are in use again, into an array of 'arena'; returns
 * how many. */
size_t ipam_reused(struct arena *arena, const struct ipam_subnet *subnet,
                   struct ip_addr **ret_ips);

/* A random address of the pools, from 64 random bits; false without pools. */
bool ipam_random(const struct ipam_subnet *subnet, uint64_t random,
                 struct ip_addr *ret_ip);

#endif
