/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits of subnets from pools: what a project can have of a pool, and which
 * subnets can be together in a network.
 */
#include "core/arena.h"
#include "resource/subnet.h"
#include "resource/subnetpool.h"
#include "resource/subnetpool_internal.h"

/* --- quotas of pools: addresses of IPv4, blocks of /64 of IPv6 */

enum used { POOL, PROJECT, LEN, COUNT };

static uint128
size_of(int64_t ip_version, int64_t len)
{
    return (uint128) 1 << ((ip_version == 4 ? 32 : 128) - len);
}

/* What the project of 'ask' has of its pool, and got of it before 'ask'. */
static uint128
sum_used(const struct taking *taking, const struct rows *rows,
         const struct ask *ask)
{
    int64_t version = ask->source->pool->ip_version;
    const char *project_id = ask->subnet->project_id;
    uint128 sum = 0;
    for (int row = 0; row < rows_count(rows); row++) {
        if (strcmp(rows_text(rows, row, POOL), ask->source->id) == 0 &&
            strcmp(rows_text(rows, row, PROJECT), project_id) == 0) {
            sum += size_of(version, rows_int(rows, row, LEN)) *
                   (uint128) rows_int(rows, row, COUNT);
        }
    }
    for (const struct ask *other = taking->asks; other < ask; other++) {
        if (other->source == ask->source &&
            strcmp(other->subnet->project_id, project_id) == 0) {
            sum += size_of(version, other->wanted.len);
        }
    }
    return sum;
}

static struct err *
refuse_quota(struct arena *arena, const struct ask *ask, uint128 used,
             uint128 unit)
{
    const struct subnetpool *pool = ask->source->pool;
    char text[IP_COUNT_TEXT_SIZE];
    ip_count_format((used + unit - 1) / unit, text);
    const char *reason = arena_printf(
        arena, "Project \"%s\" uses %s of its limit of %lld %s of the pool: "
               "delete some of its subnets, or ask for less.",
        ask->subnet->project_id, text, (long long) pool->default_quota,
        pool->ip_version == 4 ? "addresses" : "blocks of /64");
    return err_blocked_by(
        err_new(arena, ERR_POOL_QUOTA,
                "quota of project \"%s\" in subnet pool \"%s\" exceeded",
                ask->subnet->project_id, ask->source->id),
        arena,
        (struct blocker){.type = "quota",
                         .id = ask->source->id,
                         .name = pool->name,
                         .owner = arena_strdup(arena,
                                               ask->subnet->project_id),
                         .reason = reason});
}

struct err *
subnetpool_check_quotas(const struct taking *taking, const struct rows *used)
{
    for (size_t i = 0; i < taking->n_asks; i++) {
        const struct ask *ask = &taking->asks[i];
        const struct subnetpool *pool = ask->source->pool;
        if (!record_has(&pool->rec, SUBNETPOOL_DEFAULT_QUOTA)) {
            continue;
        }
        uint128 unit = pool->ip_version == 4 ? 1 : (uint128) 1 << 64;
        uint128 limit = (uint128) pool->default_quota * unit;
        uint128 size = size_of(pool->ip_version, ask->wanted.len);
        uint128 sum = sum_used(taking, used, ask);
        if (size > limit || sum > limit - size) {
            return refuse_quota(taking->change->arena, ask, sum, unit);
        }
    }
    return NULL;
}

/* --- subnets of one network and ip_version */

/* A subnet that is in a network already, or comes with the same request. */
struct neighbour {
    struct uuid network_id;
    int64_t ip_version;
    bool pooled;
    struct uuid pool_id;
};

static struct neighbour
neighbour_of_subnet(const struct subnet *subnet)
{
    return (struct neighbour){
        .network_id = subnet->network_id,
        .ip_version = subnet->ip_version,
        .pooled = record_has(&subnet->rec, SUBNET_SUBNETPOOL_ID),
        .pool_id = subnet->subnetpool_id};
}

static struct neighbour
neighbour_of_row(const struct rows *siblings, int row)
{
    struct neighbour neighbour = {.pooled = false};
    struct ip_prefix cidr = {.len = 0};
    uuid_from_text(rows_text(siblings, row, 0), &neighbour.network_id);
    ip_prefix_parse(rows_text(siblings, row, 1), &cidr);
    neighbour.ip_version = cidr.addr.version;
    neighbour.pooled = rows_text(siblings, row, 2) != NULL;
    if (neighbour.pooled) {
        uuid_from_text(rows_text(siblings, row, 2), &neighbour.pool_id);
    }
    return neighbour;
}

/* The address scope of a pool; NULL: none. */
static const struct uuid *
scope_of(const struct taking *taking, const struct neighbour *neighbour)
{
    for (size_t i = 0; neighbour->pooled && i < taking->n_sources; i++) {
        const struct subnetpool *pool = taking->sources[i].pool;
        if (uuid_equal(&pool->id, &neighbour->pool_id)) {
            return record_has(&pool->rec, SUBNETPOOL_ADDRESS_SCOPE_ID)
                       ? &pool->address_scope_id
                       : NULL;
        }
    }
    return NULL;
}

static struct err *
check_pair(const struct taking *taking, const struct neighbour *subnet,
           const struct neighbour *other)
{
    struct arena *arena = taking->change->arena;
    bool near = uuid_equal(&subnet->network_id, &other->network_id) &&
                subnet->ip_version == other->ip_version;
    bool same = subnet->pooled == other->pooled &&
                (!subnet->pooled ||
                 uuid_equal(&subnet->pool_id, &other->pool_id));
    if (!near || same) {
        return NULL;
    }
    const struct uuid *scope = scope_of(taking, subnet);
    const struct uuid *others = scope_of(taking, other);
    if (!subnet->pooled || others == NULL) {
        return err_new(arena, ERR_POOL_AFFINITY,
                       "subnets of an ip_version hosted on the same network "
                       "must be allocated from the same subnet pool, or all "
                       "from none");
    }
    if (scope == NULL || !uuid_equal(scope, others)) {
        return err_new(arena, ERR_SCOPE_AFFINITY,
                       "subnets of the same address family hosted on the "
                       "same network must all participate in the same "
                       "address scope");
    }
    return NULL;
}

static struct err *
check_subnet(const struct taking *taking, const struct rows *siblings,
             void *const *subnets, size_t i)
{
    const struct subnet *subnet = subnets[i];
    struct neighbour self = neighbour_of_subnet(subnet);
    if (subnet->of_pods) {
        return NULL;
    }
    for (int row = 0; row < rows_count(siblings); row++) {
        struct neighbour other = neighbour_of_row(siblings, row);
        TRY(check_pair(taking, &self, &other));
    }
    for (size_t j = 0; j < i; j++) {
        struct neighbour other = neighbour_of_subnet(subnets[j]);
        TRY(check_pair(taking, &self, &other));
    }
    return NULL;
}

struct err *
subnetpool_check_affinity(const struct taking *taking,
                          const struct rows *siblings, void *const *subnets,
                          size_t n)
{
    for (size_t i = 0; i < n; i++) {
        TRY(check_subnet(taking, siblings, subnets, i));
    }
    return NULL;
}
