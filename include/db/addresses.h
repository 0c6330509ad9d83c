/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses of subnets in the database: what is free is read under the
 * subnets' locks, what was chosen (net/ipam.h) is written down.
 *
 * Order of locks, everywhere: networks, subnets and ports by id; then quota
 * rows by project; then subnet_usage rows by subnet.  The row of a network is
 * the gate: who changes ports or addresses in it makes sure that it stays, who
 * deletes it or one of its subnets waits until nobody does.
 */
#ifndef DB_ADDRESSES_H
#define DB_ADDRESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "db/set.h"
#include "db/tx.h"
#include "net/ipam.h"

struct addresses {
    struct tx *tx;
    struct ipam_subnet *subnets;
    size_t n;
    size_t need; /* Most addresses that will be asked for. */
};

/* An address of a port. */
struct address {
    struct uuid subnet_id;
    struct ip_addr ip;
    struct uuid port_id;
    struct uuid network_id;
};

/* The statement that locks the subnets of the networks whose ids are
 * 'networks'. */
struct query addresses_lock(const struct set *networks);

/* The statements that lock and read those subnets, for one flush with the
 * caller's own; 'addresses_read' takes their rows. */
#define ADDRESSES_N_LOAD 2
void addresses_load(struct addresses *addresses, struct tx *tx,
                    const struct set *networks, size_t need,
                    struct query ret_queries[ADDRESSES_N_LOAD]);
void addresses_read(struct addresses *addresses,
                    const struct rows rows[ADDRESSES_N_LOAD]);

/* Takes the next free address of 'subnet', reading more when needed.  Sets
 * '*ret_full' instead when there is none. */
struct err *addresses_take_next(struct addresses *addresses,
                                struct ipam_subnet *subnet,
                                struct ip_addr *ret_ip,
                                bool *ret_full) MUST_CHECK;

/* Says which of 'items' (subnet and ip) cannot be taken: in use, or, with
 * 'cooling', freed too recently. */
struct err *addresses_find_taken(struct tx *tx, const struct address *items,
                                 size_t n, bool cooling,
                                 bool *ret_taken) MUST_CHECK;

/* The statements that write down what was taken: allocations of 'items', the
 * marks, the reuse of freed addresses, the counters.  Returns how many, at
 * most ADDRESSES_N_STORE. */
#define ADDRESSES_N_STORE 4
size_t addresses_store(const struct addresses *addresses,
                       const struct address *items, size_t n,
                       struct query ret_queries[ADDRESSES_N_STORE]);

/* The statements that free 'items' and count them: a lock in order, and the
 * release. */
#define ADDRESSES_N_RELEASE 2
void addresses_release(struct arena *arena, const struct address *items,
                       size_t n,
                       struct query ret_queries[ADDRESSES_N_RELEASE]);

/* The subnet with 'id', or NULL. */
struct ipam_subnet *addresses_find(const struct addresses *addresses,
                                   const struct uuid *id);

#endif
