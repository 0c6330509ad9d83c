/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold between the allocation pools of a subnet, its range and its
 * gateway.  Pure: no I/O.
 */
#include "core/arena.h"
#include "resource/subnet.h"

/* "10.0.0.2-10.0.0.9" */
static const char *
pool_text(struct arena *arena, const struct ip_range *pool)
{
    char first[IP_TEXT_SIZE], last[IP_TEXT_SIZE];
    ip_format(&pool->first, first);
    ip_format(&pool->last, last);
    return arena_printf(arena, "%s-%s", first, last);
}

static struct err *
refuse_pool(struct arena *arena, enum err_kind kind,
            const struct ip_range *pool, const char *why)
{
    return err_new(arena, kind, "the allocation pool %s %s",
                   pool_text(arena, pool), why);
}

static struct err *
refuse_overlap(struct arena *arena, const struct ip_range *a,
               const struct ip_range *b)
{
    return err_blocked_by(
        refuse_pool(arena, ERR_POOL_OVERLAP, a,
                    "overlaps with another pool of the subnet"),
        arena,
        (struct blocker){.type = "allocation_pool",
                         .name = pool_text(arena, b),
                         .reason = "The pool shares addresses with the other "
                                   "one: an address can be in one pool "
                                   "only."});
}

static struct err *
refuse_gateway(struct arena *arena, const struct ip_range *pool,
               const struct ip_addr *gateway)
{
    return err_blocked_by(
        refuse_pool(arena, ERR_GATEWAY_IN_POOL, pool,
                    "contains the gateway ip"),
        arena,
        (struct blocker){.type = "allocation_pool",
                         .name = pool_text(arena, pool),
                         .ip_address =
                             type_of(TYPE_IP)->to_sql(arena, gateway),
                         .reason = "The gateway's address cannot be given to "
                                   "a port: leave it out of the pool, or "
                                   "choose another gateway_ip."});
}

static struct err *
check_pool(struct arena *arena, const struct subnet *subnet,
           const struct ip_range *pool)
{
    struct ip_range hosts = range_of_hosts(&subnet->cidr);
    if (pool->first.version != subnet->ip_version ||
        pool->last.version != subnet->ip_version) {
        return refuse_pool(arena, ERR_INVALID_POOL, pool,
                           "is not of the subnet's ip_version");
    }
    if (ip_compare(&pool->first, &pool->last) > 0) {
        return refuse_pool(arena, ERR_INVALID_POOL, pool,
                           "ends before it starts");
    }
    if (!range_contains(&hosts, &pool->first) ||
        !range_contains(&hosts, &pool->last)) {
        return refuse_pool(arena, ERR_OUT_OF_BOUNDS_POOL, pool,
                           "spans beyond the hosts of the subnet's cidr");
    }
    return NULL;
}

struct err *
subnet_check_pools(struct arena *arena, const struct subnet *subnet)
{
    const struct range_list *pools = &subnet->allocation_pools;
    for (size_t i = 0; i < pools->n; i++) {
        TRY(check_pool(arena, subnet, &pools->items[i]));
    }
    size_t a, b;
    if (range_find_overlap(pools->items, pools->n, &a, &b)) {
        return refuse_overlap(arena, &pools->items[a], &pools->items[b]);
    }
    bool gateway = record_has(&subnet->rec, SUBNET_GATEWAY_IP);
    int hit = gateway ? range_find(pools->items, pools->n,
                                   &subnet->gateway_ip)
                      : -1;
    if (hit >= 0) {
        return refuse_gateway(arena, &pools->items[hit],
                              &subnet->gateway_ip);
    }
    return NULL;
}
