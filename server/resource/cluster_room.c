/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creation of cluster networks: is there room, in the quotas of the project
 * and in the subnet, and how much would be enough.  No I/O.
 */
#include <inttypes.h>

#include "core/arena.h"
#include "core/settings.h"
#include "net/block.h"
#include "resource/cluster_internal.h"
#include "resource/quota.h"

#define NETWORK_AND_BROADCAST 2 /* Addresses of a block that no host has. */

static const char *
format_number(struct arena *arena, int64_t number)
{
    return arena_printf(arena, "%" PRId64, number);
}

/* Ports that the server makes in each new subnet. */
static int64_t
count_service_ports(const struct cluster_plan *plan)
{
    return plan->change->settings->dhcp_ports;
}

static void
assess_quota(struct cluster_plan *plan, const char *resource, int64_t n)
{
    struct arena *arena = plan->change->arena;
    const struct cluster_quota *quota = plan->quotas;
    while (strcmp(quota->resource, resource) != 0) {
        quota++;
    }
    if (n == 0 || quota->limit < 0 || quota->used + n <= quota->limit) {
        return;
    }
    struct quota_use use = {.resource = resource,
                            .project_id = plan->cluster->project_id,
                            .used = quota->used,
                            .limit = quota->limit,
                            .asked = n};
    cluster_add_problem(plan, quota_refusal(arena, &use),
                        arena_printf(arena, "quota.%s", resource),
                        format_number(arena, quota->used + n));
}

static void
assess_quotas(struct cluster_plan *plan, int64_t nodes)
{
    int64_t subnets = (plan->new_subnet ? 1 : 0) +
                      (plan->cluster->pods_subnet ? 1 : 0);
    assess_quota(plan, "network", plan->new_network ? 1 : 0);
    assess_quota(plan, "subnet", subnets);
    assess_quota(plan, "port", nodes + subnets * count_service_ports(plan));
}

/* Hosts of a new subnet that are no nodes: the gateway, and what the server
 * makes. */
static int64_t
count_others(const struct cluster_plan *plan)
{
    return 1 + count_service_ports(plan) +
           (plan->cluster->external_ip ? 0 : 1);
}

/* Addresses for nodes in a new subnet. */
static int64_t
count_new(const struct cluster_plan *plan)
{
    struct ip_range hosts = range_of_hosts(&plan->outcome->cidr);
    uint128 count = range_count(&hosts);
    int64_t most = 1 << 30;
    int64_t n = count > (uint128) most ? most : (int64_t) count;
    int64_t others = count_others(plan);
    return n > others ? n - others : 0;
}

/* A prefix length of a new subnet that has room for all. */
static unsigned
find_len(const struct cluster_plan *plan)
{
    const struct cluster_outcome *outcome = plan->outcome;
    int64_t others = NETWORK_AND_BROADCAST + count_others(plan);
    return block_len_of_count(outcome->cidr.addr.version,
                              (uint128) outcome->addresses_needed +
                                  (uint128) others);
}

/* The smallest change: another length, another block of that length, or a
 * subnet of its own in the network. */
static void
add_full_problem(struct cluster_plan *plan, struct err *err, unsigned len)
{
    struct arena *arena = plan->change->arena;
    struct ip_prefix pool, block, *taken;
    if (!plan->new_subnet) {
        cluster_add_problem(plan, err, plan->net.own ? "subnet" : NULL,
                            arena_printf(arena, "{\"prefixlen\":%u}", len));
        return;
    }
    if (!record_has(&plan->cluster->rec, CLUSTER_ASKED_CIDR)) {
        cluster_add_problem(plan, err, "subnet.prefixlen",
                            format_number(arena, len));
        return;
    }
    size_t n = cluster_list_taken(plan, &taken);
    bool found = !plan->pooled &&
                 cluster_pool_range(plan->change->settings, &pool) &&
                 pool.addr.version == plan->outcome->cidr.addr.version &&
                 block_find_free(&pool, len, taken, n, &block);
    cluster_add_problem(
        plan, err, found ? "subnet.cidr" : NULL,
        found ? arena_printf(arena, "\"%s\"",
                             (const char *) type_of(TYPE_CIDR)->to_sql(
                                 arena, &block))
              : NULL);
}

static void
add_full(struct cluster_plan *plan, int64_t missing)
{
    const struct cluster_outcome *outcome = plan->outcome;
    struct arena *arena = plan->change->arena;
    const struct cluster_subnet *subnet = plan->subnet;
    unsigned len = find_len(plan);
    const char *cidr = type_of(TYPE_CIDR)->to_sql(arena, &outcome->cidr);
    const char *text = arena_printf(
        arena, "%s has %" PRId64 " free addresses, %" PRId64 " are needed, %"
        PRId64 " are missing: a subnet with a prefix length of %u would do",
        cidr, outcome->addresses_free, outcome->addresses_needed, missing,
        len);
    struct blocker *blocker = ARENA_NEW(arena, struct blocker);
    *blocker = (struct blocker){
        .type = "subnet",
        .name = subnet == NULL ? cidr : subnet->name,
        .reason = arena_printf(arena, "The range %s.", text)};
    if (subnet != NULL) {
        blocker->id = type_of(TYPE_UUID)->to_sql(arena, &subnet->id);
    }
    struct err *err = err_new(arena, ERR_IP_GENERATION,
                              "no more ip addresses available: %s", text);
    add_full_problem(plan, err_blocked(err, blocker, 1, 1), len);
}

static void
assess_addresses(struct cluster_plan *plan, int64_t nodes)
{
    struct cluster_outcome *outcome = plan->outcome;
    outcome->addresses_needed = nodes;
    outcome->addresses_free = -1;
    if (outcome->cidr.addr.version == 0 ||
        (plan->subnet != NULL && plan->subnet->automatic)) {
        return;
    }
    outcome->addresses_free = plan->subnet != NULL ? plan->subnet->free
                                                   : count_new(plan);
    if (outcome->addresses_free < nodes) {
        add_full(plan, nodes - outcome->addresses_free);
    }
}

void
cluster_assess_room(struct cluster_plan *plan)
{
    int64_t nodes = cluster_count_nodes(&plan->cluster->node_groups);
    assess_quotas(plan, nodes);
    assess_addresses(plan, nodes);
}
