/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creation of cluster networks: does it fit, and what would have to change.
 * Looks at what cluster_load.c read; no I/O.
 */
#include <inttypes.h>

#include "core/arena.h"
#include "core/settings.h"
#include "net/block.h"
#include "resource/cluster_internal.h"
#include "resource/network.h"
#include "resource/subnet.h"

#define NETWORK_AND_BROADCAST 2 /* Addresses of a block that no host has. */

void
cluster_add_problem(struct cluster_plan *plan, struct err *err,
                    const char *attribute, const char *value)
{
    struct cluster_outcome *outcome = plan->outcome;
    if (outcome->n_problems < CLUSTER_MAX_PROBLEMS) {
        outcome->problems[outcome->n_problems++] =
            (struct cluster_problem){err, attribute, value};
    }
}

static const char *
format_number(struct arena *arena, int64_t number)
{
    return arena_printf(arena, "%" PRId64, number);
}

/* --- what is named */

static struct err *
not_found(const struct cluster_plan *plan, const struct resource *resource,
          size_t index)
{
    struct arena *arena = plan->change->arena;
    const struct attr *attr = &cluster_resource.table.attrs[index];
    return resource_not_found(
        arena, resource,
        type_of(TYPE_UUID)->to_sql(arena, attr_value(attr, plan->cluster)));
}

static struct err *
check_network(const struct cluster_plan *plan)
{
    bool makes_subnets = plan->new_subnet || plan->cluster->pods_subnet;
    if (plan->new_network) {
        return NULL;
    }
    if (!plan->net.found || !plan->net.visible) {
        return not_found(plan, &network_resource, CLUSTER_NETWORK_ID);
    }
    if (makes_subnets && !plan->net.own) {
        return err_new(plan->change->arena, ERR_FORBIDDEN,
                       "\"subnet\" and \"pods_subnet\" make subnets, which "
                       "only the project that owns the network may; name a "
                       "subnet_id, or leave network_id out");
    }
    return NULL;
}

static struct err *
check_loadbalancers(const struct cluster_plan *plan)
{
    if (!record_has(&plan->cluster->rec, CLUSTER_LOADBALANCER_SUBNET_ID)) {
        return NULL;
    }
    if (!plan->lb_found) {
        return not_found(plan, &subnet_resource,
                         CLUSTER_LOADBALANCER_SUBNET_ID);
    }
    if (!plan->lb_usable) {
        return err_new(plan->change->arena, ERR_FORBIDDEN,
                       "\"loadbalancer_subnet_id\" names a subnet of another "
                       "project; valid is one of the cluster's network or of "
                       "its project");
    }
    return NULL;
}

/* --- the subnet of the nodes */

static bool
is_choice(const struct cluster_subnet *subnet)
{
    return subnet->cidr.addr.version == 4 && !subnet->of_pods;
}

/* All that it could be, as blockers. */
static struct err *
refuse_choice(const struct cluster_plan *plan, size_t n)
{
    struct arena *arena = plan->change->arena;
    struct blocker *blockers = ARENA_ARRAY(arena, struct blocker, n + 1);
    size_t k = 0;
    for (size_t i = 0; i < plan->n_subnets; i++) {
        const struct cluster_subnet *subnet = &plan->subnets[i];
        if (is_choice(subnet)) {
            blockers[k++] = (struct blocker){
                .type = "subnet",
                .id = type_of(TYPE_UUID)->to_sql(arena, &subnet->id),
                .name = subnet->name,
                .reason = arena_printf(
                    arena, "%s with %" PRId64 " free addresses could be the "
                    "subnet of the nodes",
                    (const char *) type_of(TYPE_CIDR)->to_sql(arena,
                                                              &subnet->cidr),
                    subnet->free)};
        }
    }
    if (n == 0) {
        return err_new(arena, ERR_CONFLICT,
                       "network \"%s\" has no IPv4 subnet for the nodes; give "
                       "\"subnet\" to make one", plan->net.name);
    }
    return err_blocked(err_new(arena, ERR_CONFLICT,
                               "network \"%s\" has %zu IPv4 subnets; say by "
                               "\"subnet_id\" which one the nodes are in",
                               plan->net.name, n),
                       blockers, n, (int64_t) n);
}

static void
choose_only_subnet(struct cluster_plan *plan)
{
    size_t n = 0;
    for (size_t i = 0; i < plan->n_subnets; i++) {
        if (is_choice(&plan->subnets[i])) {
            plan->subnet = &plan->subnets[i];
            n++;
        }
    }
    if (n == 1) {
        return;
    }
    plan->subnet = NULL;
    struct err *err = refuse_choice(plan, n);
    const char *id = n == 0 ? NULL : err->blockers[0].id;
    cluster_add_problem(
        plan, err, n == 0 ? "subnet" : "subnet_id",
        n == 0 ? arena_printf(plan->change->arena, "{\"prefixlen\":%d}",
                              CLUSTER_PREFIXLEN)
               : arena_printf(plan->change->arena, "\"%s\"", id));
}

static struct err *
choose_subnet(struct cluster_plan *plan)
{
    const struct cluster *cluster = plan->cluster;
    if (plan->new_subnet) {
        return NULL;
    }
    if (!record_has(&cluster->rec, CLUSTER_SUBNET_ID)) {
        choose_only_subnet(plan);
        return NULL;
    }
    for (size_t i = 0; i < plan->n_subnets; i++) {
        if (uuid_equal(&plan->subnets[i].id, &cluster->subnet_id)) {
            plan->subnet = &plan->subnets[i];
            return NULL;
        }
    }
    return not_found(plan, &subnet_resource, CLUSTER_SUBNET_ID);
}

/* --- the block of a new subnet */

/* Blocks that a new subnet keeps out of. */
static size_t
list_taken(const struct cluster_plan *plan, struct ip_prefix **ret_taken)
{
    const struct cluster *cluster = plan->cluster;
    size_t n = plan->n_taken;
    struct ip_prefix *taken =
        ARENA_ARRAY(plan->change->arena, struct ip_prefix, n + 2);
    if (n > 0) {
        memcpy(taken, plan->taken, n * sizeof *taken);
    }
    if (record_has(&cluster->rec, CLUSTER_PODS_CIDR)) {
        taken[n++] = cluster->pods_cidr;
    }
    if (record_has(&cluster->rec, CLUSTER_SERVICES_CIDR)) {
        taken[n++] = cluster->services_cidr;
    }
    *ret_taken = taken;
    return n;
}

/* The pool has no block of that size: a smaller one may be left. */
static void
add_pool_problem(struct cluster_plan *plan, const struct ip_prefix *pool,
                 struct ip_prefix *taken, size_t n)
{
    struct arena *arena = plan->change->arena;
    unsigned len = (unsigned) plan->cluster->asked_prefixlen;
    struct ip_prefix block;
    const char *value = NULL;
    for (unsigned l = len + 1; l <= 29 && value == NULL; l++) {
        if (block_find_free(pool, l, taken, n, &block)) {
            value = format_number(arena, l);
        }
    }
    struct err *err = err_new(
        arena, ERR_IP_GENERATION,
        "no block of prefix length %u is free in the cluster pool \"%s\"%s%s",
        len, plan->change->settings->cluster_pool,
        value == NULL ? "" : "; the largest free one has ",
        value == NULL ? "" : value);
    cluster_add_problem(plan, err, value == NULL ? NULL : "subnet.prefixlen",
                        value);
}

static struct err *
choose_block(struct cluster_plan *plan)
{
    const struct cluster *cluster = plan->cluster;
    struct cluster_outcome *outcome = plan->outcome;
    struct ip_prefix pool, *taken;
    if (!plan->new_subnet) {
        if (plan->subnet != NULL) {
            outcome->cidr = plan->subnet->cidr;
        }
        return NULL;
    }
    if (record_has(&cluster->rec, CLUSTER_ASKED_CIDR)) {
        outcome->cidr = cluster->asked_cidr;
        return NULL;
    }
    ip_prefix_parse(plan->change->settings->cluster_pool, &pool);
    if (cluster->asked_prefixlen < pool.len) {
        return err_attr(plan->change->arena,
                        "cluster_network.subnet.prefixlen", "range",
                        "invalid input for \"subnet.prefixlen\": the cluster "
                        "pool \"%s\" has no block of prefix length %d; valid "
                        "is %d and more", plan->change->settings->cluster_pool,
                        (int) cluster->asked_prefixlen, pool.len);
    }
    size_t n = list_taken(plan, &taken);
    if (!block_find_free(&pool, (unsigned) cluster->asked_prefixlen, taken, n,
                         &outcome->cidr)) {
        outcome->cidr = (struct ip_prefix){.len = 0};
        add_pool_problem(plan, &pool, taken, n);
    }
    return NULL;
}

/* --- room */

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
    const char *project_id = plan->cluster->project_id;
    const struct cluster_quota *quota = plan->quotas;
    while (strcmp(quota->resource, resource) != 0) {
        quota++;
    }
    if (n == 0 || quota->limit < 0 || quota->used + n <= quota->limit) {
        return;
    }
    struct blocker *blocker = ARENA_NEW(arena, struct blocker);
    *blocker = (struct blocker){
        .type = "quota",
        .name = resource,
        .owner = project_id,
        .reason = arena_printf(arena, "%" PRId64 " of %" PRId64 " are used, "
                               "%" PRId64 " more are needed", quota->used,
                               quota->limit, n)};
    struct err *err =
        err_new(arena, ERR_OVER_QUOTA,
                "quota exceeded for resources: [\"%s\"] of project \"%s\": "
                "%s; a limit of %" PRId64 " would do", resource, project_id,
                blocker->reason, quota->used + n);
    cluster_add_problem(plan, err_blocked(err, blocker, 1, 1),
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
                              (uint128) (outcome->addresses_needed + others));
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
    ip_prefix_parse(plan->change->settings->cluster_pool, &pool);
    size_t n = list_taken(plan, &taken);
    bool found = pool.addr.version == plan->outcome->cidr.addr.version &&
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
    struct blocker *blocker = ARENA_NEW(arena, struct blocker);
    *blocker = (struct blocker){
        .type = "subnet",
        .name = subnet == NULL ? cidr : subnet->name,
        .reason = arena_printf(arena, "%s has %" PRId64 " free addresses, %"
                               PRId64 " are needed: %" PRId64 " are missing; "
                               "a subnet with a prefix length of %u would do",
                               cidr, outcome->addresses_free,
                               outcome->addresses_needed, missing, len)};
    if (subnet != NULL) {
        blocker->id = type_of(TYPE_UUID)->to_sql(arena, &subnet->id);
    }
    struct err *err = err_new(arena, ERR_IP_GENERATION,
                              "no more ip addresses available: %s",
                              blocker->reason);
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

/* Only the network's own project can give it a shadow port. */
static void
assess_shadow_port(struct cluster_plan *plan)
{
    struct arena *arena = plan->change->arena;
    const struct cluster *cluster = plan->cluster;
    if (cluster->external_ip || plan->new_network || plan->net.own ||
        plan->net.shadow) {
        return;
    }
    struct blocker *blocker = ARENA_NEW(arena, struct blocker);
    *blocker = (struct blocker){
        .type = "network",
        .id = type_of(TYPE_UUID)->to_sql(arena, &cluster->network_id),
        .name = plan->net.name,
        .reason = "it has no shadow port, and belongs to another project"};
    struct err *err = err_new(
        arena, ERR_FORBIDDEN,
        "a cluster without external IP needs a network with "
        "\"enable_shadow_port\"; the project that owns network \"%s\" can "
        "turn it on", blocker->id);
    cluster_add_problem(plan, err_blocked(err, blocker, 1, 1), "external_ip",
                        "true");
}

struct err *
cluster_assess(struct cluster_plan *plan)
{
    int64_t nodes = cluster_count_nodes(&plan->cluster->node_groups);
    TRY(check_network(plan));
    TRY(check_loadbalancers(plan));
    TRY(choose_subnet(plan));
    TRY(choose_block(plan));
    cluster_assess_overlaps(plan);
    assess_shadow_port(plan);
    assess_quotas(plan, nodes);
    assess_addresses(plan, nodes);
    return NULL;
}
