/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subnet pools: prefixes from which subnets get theirs.  (Not the allocation
 * pools of a subnet, from which ports get addresses: those are subnet_pools.c
 * and the table subnet_pools.)
 *
 * The table subnetpool_blocks cuts the prefixes of a pool into blocks: one per
 * subnet, and what is free.  Who takes from a pool, or changes its prefixes,
 * holds its row (ROW_CHANGE).  Whatever deletes a subnet leaves its block
 * behind, free: the foreign key sees to that, so no rule has to.  Such a block
 * is not settled; the next to take joins it with its free neighbours.  Settled
 * blocks are free, and as large as can be.
 *
 * Locks: networks, then pools in the order of their ids, then quotas, then
 * address scopes.
 */
#ifndef RESOURCE_SUBNETPOOL_H
#define RESOURCE_SUBNETPOOL_H

#include "resource/resource.h"

struct subnet;

struct subnetpool {
    COMMON_MEMBERS;
    int64_t ip_version;
    struct prefix_list prefixes;
    struct prefix_len default_prefixlen;
    struct prefix_len min_prefixlen;
    struct prefix_len max_prefixlen;
    int64_t default_quota;
    bool shared;
    bool is_default;
    struct uuid address_scope_id;
};

enum subnetpool_attr {
    SUBNETPOOL_IP_VERSION = ATTR_N_COMMON,
    SUBNETPOOL_PREFIXES,
    SUBNETPOOL_DEFAULT_PREFIXLEN,
    SUBNETPOOL_MIN_PREFIXLEN,
    SUBNETPOOL_MAX_PREFIXLEN,
    SUBNETPOOL_DEFAULT_QUOTA,
    SUBNETPOOL_SHARED,
    SUBNETPOOL_IS_DEFAULT,
    SUBNETPOOL_ADDRESS_SCOPE_ID,
    SUBNETPOOL_N_ATTRS
};

extern const struct resource subnetpool_resource;

/* --- subnetpool.c: the change of prefixes beyond PUT */

/* Adds 'given' to the prefixes of the pool in row 'row', which is locked, or
 * takes them away (ERR_POOL_PREFIXES while subnets are in them); 'ret_rows'
 * gets its new row. */
struct err *subnetpool_add_prefixes(struct change *change,
                                    const struct rows *rows,
                                    const struct prefix_list *given,
                                    struct rows *ret_rows) MUST_CHECK;
struct err *subnetpool_remove_prefixes(struct change *change,
                                       const struct rows *rows,
                                       const struct prefix_list *given,
                                       struct rows *ret_rows) MUST_CHECK;

/* --- subnetpool_rules.c: what must hold between the attributes.  No I/O. */

/* Makes the prefixes few and settles what follows from them: the ip_version,
 * and the lengths that were not given. */
struct err *subnetpool_decide(struct arena *arena,
                              struct subnetpool *pool) MUST_CHECK;

/* Checks the lengths against each other. */
struct err *subnetpool_check_lengths(struct arena *arena,
                                     const struct subnetpool *pool)
    MUST_CHECK;

/* Compacts 'prefixes', which are to be of 'ip_version'. */
struct err *subnetpool_compact(struct arena *arena, int64_t ip_version,
                               struct prefix_list *prefixes) MUST_CHECK;

/* --- subnetpool_scope.c: pools in address scopes */

/* Can 'pool', which is 'current' until now (NULL: new), be in its address
 * scope, if it has one?  Locks the scope. */
struct err *subnetpool_check_scope(struct change *change,
                                   const struct subnetpool *current,
                                   const struct subnetpool *pool) MUST_CHECK;

/* Notes the prefixes of 'pool' in its scope, for a pool that is there. */
struct err *subnetpool_note_scope(struct change *change,
                                   const struct subnetpool *pool) MUST_CHECK;

/* --- subnetpool_blocks.c: the rows */

/* Free blocks, settled or not, of the pool 'id': they go with the next
 * statement. */
void subnetpool_insert_blocks(struct change *change, const struct uuid *id,
                              const struct ip_prefix *blocks, size_t n,
                              bool settled);

/* Deletes free blocks; makes 'after' of the settled blocks 'before'. */
void subnetpool_delete_blocks(struct change *change, const struct uuid *id,
                              const struct ip_prefix *blocks, size_t n);
void subnetpool_replace_blocks(struct change *change, const struct uuid *id,
                               const struct prefix_list *before,
                               const struct prefix_list *after);

/* Takes 'holes' out of the free blocks of 'pool'; refused when subnets are in
 * them. */
struct err *subnetpool_cut(struct change *change,
                           const struct subnetpool *pool,
                           const struct prefix_list *holes) MUST_CHECK;

/* SELECT of blocks of the pools 'ids' (an array) that are not settled: not so
 * many that a request takes long, after thousands of subnets went. */
struct query subnetpool_returned_query(struct arena *arena, const char *ids);

/* Settles those 'rows' of that SELECT. */
struct err *subnetpool_settle(struct change *change,
                              const struct rows *rows) MUST_CHECK;

/* Settles all that there are, for one who found nothing; 'ret_any' tells
 * whether there were any. */
struct err *subnetpool_settle_all(struct change *change, const char *ids,
                                  bool *ret_any) MUST_CHECK;

/* A block that somebody looks for. */
struct block_wish {
    unsigned len;
    struct ip_prefix *taken; /* It must stay clear of these; are sorted. */
    size_t n_taken;
};

/* Finds the block that fits best in the pool 'id', which is locked, as for a
 * subnet; 'ret_found' tells whether there is one. */
struct err *subnetpool_find_block(struct change *change,
                                  const struct uuid *id,
                                  const struct block_wish *wish,
                                  struct ip_prefix *ret_block,
                                  bool *ret_found) MUST_CHECK;

/* --- subnetpool_take.c: subnets from pools */

/* True when 'subnet', which is new, asks for a pool. */
bool subnetpool_is_asked(const struct subnet *subnet);

/* Locks all pools that subnetpool_place may lock for 'subnets', whose networks
 * are the array 'networks': before quotas. */
struct query subnetpool_lock_query(struct arena *arena, void *const *subnets,
                                   size_t n, const char *networks);

/* Gives new subnets that ask for it their pool and the prefix of it; refuses
 * those that may not be together in a network.  The networks are locked;
 * 'siblings' are rows of (network, cidr, pool) of the subnets in them. */
struct err *subnetpool_place(struct change *change,
                             const struct rows *siblings,
                             void *const *subnets, size_t n) MUST_CHECK;

/* The blocks of new subnets, whose rows are there; they go with the next
 * statement. */
void subnetpool_hold(struct change *change, void *const *subnets, size_t n);

/* subnetpool_ask.c: refuses a length that no subnet of the pool may have. */
struct err *subnetpool_check_len(struct arena *arena,
                                 const struct subnetpool *pool,
                                 int64_t len) MUST_CHECK;

/* --- blockers */

/* The subnets of a pool, and those of them that overlap with one of the
 * ranges of an array. */
struct blocker_query subnetpool_blockers(struct arena *arena,
                                         const struct caller *caller,
                                         const char *id);
struct blocker_query subnetpool_blockers_in(struct arena *arena,
                                            const char *id,
                                            const char *cidrs);

#endif
