/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The runs of a subnet.
 *
 * Between two neighbouring bounds (an end of a pool, of what is in use, of the
 * subnet, or the gateway) all addresses are alike: a piece.  A run is as many
 * pieces as are alike.
 */
#include "net/addrmap.h"

#include <string.h>

static const char *const names[MAP_N_STATES] = {
    [MAP_NETWORK] = "network",
    [MAP_GATEWAY] = "gateway",
    [MAP_ALLOCATED] = "allocated",
    [MAP_FREE] = "free",
    [MAP_COOLING] = "cooling",
    [MAP_OUTSIDE_POOL] = "outside_pool",
    [MAP_BROADCAST] = "broadcast",
};

const char *
map_state_name(enum map_state state)
{
    return names[state];
}

bool
map_state_parse(const char *name, enum map_state *ret_state)
{
    for (int state = 0; state < MAP_N_STATES; state++) {
        if (strcmp(names[state], name) == 0) {
            *ret_state = (enum map_state) state;
            return true;
        }
    }
    return false;
}

/* --- pieces */

/* The first of 'taken' that does not end before 'at', or NULL. */
static const struct map_taken *
find_taken(const struct map *map, const struct ip_addr *at)
{
    size_t low = 0, high = map->n_taken;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ip_compare(&map->taken[middle].range.last, at) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < map->n_taken ? &map->taken[low] : NULL;
}

/* The same of the pools. */
static const struct ip_range *
find_pool(const struct map *map, const struct ip_addr *at)
{
    size_t low = 0, high = map->n_pools;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ip_compare(&map->pools[middle].last, at) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < map->n_pools ? &map->pools[low] : NULL;
}

static void
end_at(struct map_run *run, const struct ip_addr *last)
{
    if (ip_compare(last, &run->range.last) < 0) {
        run->range.last = *last;
    }
}

/* Ends 'run' before 'next', which is behind its beginning. */
static void
end_before(struct map_run *run, const struct ip_addr *next)
{
    const struct ip_addr last = {next->value - 1, next->version};
    end_at(run, &last);
}

/* A piece outside the pools: the reserved ends of the subnet, or the rest. */
static void
fill_outside(const struct map *map, struct map_run *run)
{
    struct ip_range whole = range_of_prefix(&map->cidr);
    struct ip_range hosts = range_of_hosts(&map->cidr);
    const struct ip_addr *at = &run->range.first;
    run->state = MAP_OUTSIDE_POOL;
    if (ip_compare(at, &hosts.first) < 0) {
        run->state = MAP_NETWORK;
        end_at(run, at);
    } else if (ip_compare(at, &hosts.last) > 0) {
        run->state = MAP_BROADCAST;
    } else if (ip_compare(&hosts.last, &whole.last) < 0) {
        end_at(run, &hosts.last);
    }
}

static void
fill_untaken(const struct map *map, struct map_run *run)
{
    const struct ip_range *pool = find_pool(map, &run->range.first);
    if (pool != NULL && range_contains(pool, &run->range.first)) {
        run->state = MAP_FREE;
        end_at(run, &pool->last);
        return;
    }
    if (pool != NULL) {
        end_before(run, &pool->first);
    }
    fill_outside(map, run);
}

static struct map_run
piece_at(const struct map *map, const struct ip_addr *at)
{
    struct map_run run = {.range = {*at, ip_prefix_last(&map->cidr)},
                          .holder = MAP_NOBODY};
    const struct map_taken *taken = find_taken(map, at);
    if (ip_equal(at, &map->gateway)) {
        run.state = MAP_GATEWAY;
        run.holder = map->gateway_holder;
        run.range.last = *at;
        return run;
    }
    if (map->gateway.version != 0 && ip_compare(at, &map->gateway) < 0) {
        end_before(&run, &map->gateway);
    }
    if (taken != NULL && range_contains(&taken->range, at)) {
        run.state = taken->cooling ? MAP_COOLING : MAP_ALLOCATED;
        run.holder = taken->holder;
        end_at(&run, &taken->range.last);
        return run;
    }
    if (taken != NULL) {
        end_before(&run, &taken->range.first);
    }
    fill_untaken(map, &run);
    return run;
}

/* --- runs */

struct map_run
map_run_at(const struct map *map, const struct ip_addr *first)
{
    struct map_run run = piece_at(map, first);
    struct ip_addr end = ip_prefix_last(&map->cidr);
    while (ip_compare(&run.range.last, &end) < 0) {
        struct ip_addr next = {run.range.last.value + 1, first->version};
        struct map_run piece = piece_at(map, &next);
        if (piece.state != run.state || piece.holder != run.holder) {
            break;
        }
        run.range.last = piece.range.last;
    }
    return run;
}

bool
map_find_block(const struct ip_range *range, unsigned len,
               struct ip_range *ret_block)
{
    unsigned host_bits = ip_bits(&range->first) - len;
    if (host_bits >= 128) {
        return false;
    }
    uint128 size = (uint128) 1 << host_bits;
    uint128 first = range->first.value;
    uint128 past = first & (size - 1); /* Behind the last aligned address. */
    uint128 start = past == 0 ? first : first + (size - past);
    if (start < first || start > range->last.value ||
        range->last.value - start < size - 1) {
        return false;
    }
    ret_block->first = (struct ip_addr) {start, range->first.version};
    ret_block->last = (struct ip_addr) {start + size - 1,
                                        range->first.version};
    return true;
}
