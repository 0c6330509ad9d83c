/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The choice of addresses in a subnet.
 */
#include "net/ipam.h"

#include "core/arena.h"

/* --- explicit addresses: a hash with open addressing.  Takes that were undone
 * leave their slots behind: a slot counts only when its entry is there. */

static size_t
hash_ip(const struct ip_addr *ip)
{
    uint64_t low = (uint64_t) ip->value, high = (uint64_t) (ip->value >> 64);
    uint64_t hash = (low ^ (high * UINT64_C(0x9E3779B97F4A7C15))) *
                    UINT64_C(0xFF51AFD7ED558CCD);
    return (size_t) (hash >> 32);
}

static bool
is_explicit(const struct ipam_subnet *subnet, const struct ip_addr *ip)
{
    if (subnet->n_explicits == 0) {
        return false;
    }
    size_t slot = hash_ip(ip) & (subnet->n_slots - 1);
    for (; subnet->slots[slot] != 0; slot = (slot + 1) &
                                            (subnet->n_slots - 1)) {
        size_t entry = subnet->slots[slot] - 1;
        if (entry < subnet->n_explicits &&
            ip_equal(&subnet->explicits[entry].ip, ip)) {
            return true;
        }
    }
    return false;
}

static void
fill_slot(struct ipam_subnet *subnet, size_t entry)
{
    size_t slot = hash_ip(&subnet->explicits[entry].ip) &
                  (subnet->n_slots - 1);
    while (subnet->slots[slot] != 0) {
        slot = (slot + 1) & (subnet->n_slots - 1);
    }
    subnet->slots[slot] = (uint32_t) entry + 1;
    subnet->slots_used++;
}

/* Makes room so that at most half of the slots are used. */
static void
grow_slots(struct arena *arena, struct ipam_subnet *subnet)
{
    if (subnet->slots_used * 2 < subnet->n_slots) {
        return;
    }
    subnet->n_slots = subnet->n_slots == 0 ? 16 : subnet->n_slots * 2;
    subnet->slots = ARENA_ARRAY(arena, uint32_t, subnet->n_slots);
    subnet->slots_used = 0;
    for (size_t i = 0; i < subnet->n_explicits; i++) {
        fill_slot(subnet, i);
    }
}

/* --- fresh and freed addresses */

static bool
is_above(const struct ipam_pool *pool, const struct ip_addr *ip)
{
    size_t low = 0, high = pool->n_above;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = ip_compare(&pool->above[middle], ip);
        if (order == 0) {
            return true;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return false;
}

/* True when whether 'ip' is in use cannot be told from what was loaded. */
static bool
is_beyond(const struct ipam_pool *pool, const struct ip_addr *ip)
{
    return !pool->above_ends &&
           (pool->n_above == 0 ||
            ip_compare(ip, &pool->above[pool->n_above - 1]) > 0);
}

static void
move_mark(struct ipam_pool *pool)
{
    struct ip_addr next;
    if (ip_equal(&pool->mark, &pool->range.last) ||
        !ip_add(&pool->mark, 1, &next)) {
        next = (struct ip_addr){.version = 0};
    }
    pool->mark = next;
}

static enum ipam_result
take_fresh(struct ipam_subnet *subnet, struct ipam_pool *pool,
           struct ip_addr *ret_ip)
{
    while (pool->mark.version != 0) {
        struct ip_addr ip = pool->mark;
        if (is_beyond(pool, &ip)) {
            return IPAM_NEED_ABOVE;
        }
        move_mark(pool);
        if (!is_above(pool, &ip) && !is_explicit(subnet, &ip)) {
            *ret_ip = ip;
            return IPAM_OK;
        }
    }
    return IPAM_FULL;
}

static enum ipam_result
take_freed(struct ipam_subnet *subnet, struct ip_addr *ret_ip)
{
    if (!subnet->freed_loaded) {
        return IPAM_NEED_FREED;
    }
    size_t end = subnet->spare_cooling ? subnet->n_freed_ready
                                       : subnet->n_freed;
    while (subnet->n_freed_used < end) {
        struct ip_addr ip = subnet->freed[subnet->n_freed_used++];
        if (!is_explicit(subnet, &ip)) {
            *ret_ip = ip;
            return IPAM_OK;
        }
    }
    return IPAM_FULL;
}

enum ipam_result
ipam_take_next(struct ipam_subnet *subnet, struct ip_addr *ret_ip,
               struct ipam_pool **ret_pool)
{
    enum ipam_result result = IPAM_FULL;
    for (size_t i = 0; i < subnet->n_pools && result == IPAM_FULL; i++) {
        *ret_pool = &subnet->pools[i];
        result = take_fresh(subnet, &subnet->pools[i], ret_ip);
    }
    if (result == IPAM_FULL) {
        result = take_freed(subnet, ret_ip);
    }
    subnet->n_taken += result == IPAM_OK ? 1 : 0;
    return result;
}

/* True when this state gave 'ip' away since it was filled. */
static bool
was_taken(const struct ipam_subnet *subnet, const struct ipam_pool *pool,
          const struct ip_addr *ip)
{
    if (is_explicit(subnet, ip)) {
        return true;
    }
    for (size_t i = 0; i < subnet->n_freed_used; i++) {
        if (ip_equal(&subnet->freed[i], ip)) {
            return true;
        }
    }
    bool fresh_at_start = pool != NULL && pool->start.version != 0 &&
                          ip_compare(ip, &pool->start) >= 0;
    return fresh_at_start && (pool->mark.version == 0 ||
                              ip_compare(ip, &pool->mark) < 0);
}

static struct ipam_pool *
find_pool(const struct ipam_subnet *subnet, const struct ip_addr *ip)
{
    for (size_t i = 0; i < subnet->n_pools; i++) {
        if (range_contains(&subnet->pools[i].range, ip)) {
            return &subnet->pools[i];
        }
    }
    return NULL;
}

static void
add_explicit(struct arena *arena, struct ipam_subnet *subnet,
             struct ipam_explicit item)
{
    if (subnet->n_explicits == subnet->explicits_room) {
        size_t room = subnet->explicits_room * 2 + 8;
        struct ipam_explicit *grown =
            ARENA_ARRAY(arena, struct ipam_explicit, room);
        if (subnet->n_explicits > 0) {
            memcpy(grown, subnet->explicits,
                   subnet->n_explicits * sizeof *grown);
        }
        subnet->explicits = grown;
        subnet->explicits_room = room;
    }
    grow_slots(arena, subnet);
    subnet->explicits[subnet->n_explicits++] = item;
    fill_slot(subnet, subnet->n_explicits - 1);
}

enum ipam_result
ipam_take(struct arena *arena, struct ipam_subnet *subnet,
          const struct ip_addr *ip)
{
    struct ipam_pool *pool = find_pool(subnet, ip);
    if (was_taken(subnet, pool, ip)) {
        return IPAM_TAKEN;
    }
    bool below = pool != NULL && (pool->start.version == 0 ||
                                  ip_compare(ip, &pool->start) < 0);
    add_explicit(arena, subnet,
                 (struct ipam_explicit){.ip = *ip, .was_freed = below});
    subnet->n_taken++;
    return IPAM_OK;
}

struct ipam_saved
ipam_save(struct arena *arena, const struct ipam_subnet *subnet)
{
    struct ipam_saved saved = {
        .pools = arena_memdup(arena, subnet->pools,
                              subnet->n_pools * sizeof *subnet->pools),
        .n_freed_used = subnet->n_freed_used,
        .n_explicits = subnet->n_explicits,
        .n_taken = subnet->n_taken,
    };
    return saved;
}

void
ipam_restore(struct ipam_subnet *subnet, const struct ipam_saved *saved)
{
    for (size_t i = 0; i < subnet->n_pools; i++) {
        subnet->pools[i] = saved->pools[i];
    }
    subnet->n_freed_used = saved->n_freed_used;
    subnet->n_explicits = saved->n_explicits;
    subnet->n_taken = saved->n_taken;
}

size_t
ipam_reused(struct arena *arena, const struct ipam_subnet *subnet,
            struct ip_addr **ret_ips)
{
    size_t n = 0;
    struct ip_addr *ips = ARENA_ARRAY(
        arena, struct ip_addr, subnet->n_freed_used + subnet->n_explicits);
    for (size_t i = 0; i < subnet->n_freed_used; i++) {
        if (!is_explicit(subnet, &subnet->freed[i])) {
            ips[n++] = subnet->freed[i];
        }
    }
    for (size_t i = 0; i < subnet->n_explicits; i++) {
        if (subnet->explicits[i].was_freed) {
            ips[n++] = subnet->explicits[i].ip;
        }
    }
    *ret_ips = ips;
    return n;
}

bool
ipam_random(const struct ipam_subnet *subnet, uint64_t random,
            struct ip_addr *ret_ip)
{
    uint128 total = 0;
    for (size_t i = 0; i < subnet->n_pools; i++) {
        total += range_count(&subnet->pools[i].range);
    }
    if (total == 0) {
        return false;
    }
    uint128 offset = (uint128) random % total;
    for (size_t i = 0; i < subnet->n_pools; i++) {
        uint128 count = range_count(&subnet->pools[i].range);
        if (offset < count) {
            return ip_add(&subnet->pools[i].range.first, offset, ret_ip);
        }
        offset -= count;
    }
    return false;
}
