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

/* The network in the way, another project's that the caller sees. */
static struct err *
blame_network(const struct cluster_plan *plan, const char *reason,
              struct err *err)
{
    struct arena *arena = plan->change->arena;
    return err_blocked_by(
        err, arena,
        (struct blocker){
            .type = "network",
            .id = type_of(TYPE_UUID)->to_sql(arena,
                                             &plan->cluster->network_id),
            .name = plan->net.name,
            .owner = plan->net.project_id,
            .reason = reason});
}

static struct err *
check_network(const struct cluster_plan *plan)
{
    struct arena *arena = plan->change->arena;
    bool makes_subnets = plan->new_subnet || plan->cluster->pods_subnet;
    if (plan->new_network) {
        return NULL;
    }
    if (!plan->net.found || plan->net.access == RBAC_NO_ACCESS) {
        return not_found(plan, &network_resource, CLUSTER_NETWORK_ID);
    }
    if (plan->net.access == RBAC_SEES) {
        return blame_network(
            plan, "The network is external and not shared.",
            err_new(arena, ERR_FORBIDDEN,
                    "network \"%s\" is external and not shared with the "
                    "project, which cannot have ports in it",
                    plan->net.name));
    }
    if (makes_subnets && !plan->net.own) {
        return blame_network(
            plan,
            arena_printf(arena, "The network belongs to project \"%s\": ask "
                                "that project or an admin.",
                         plan->net.project_id),
            err_new(arena, ERR_FORBIDDEN,
                    "\"subnet\" and \"pods_subnet\" make subnets, which "
                    "only the project that owns the network may; name a "
                    "subnet_id, or leave network_id out"));
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

static struct err *
refuse_without_choice(const struct cluster_plan *plan)
{
    struct arena *arena = plan->change->arena;
    return err_blocked_by(
        err_new(arena, ERR_CONFLICT,
                "network \"%s\" has no IPv4 subnet for the nodes; give "
                "\"subnet\" to make one", plan->net.name),
        arena,
        (struct blocker){
            .type = "network",
            .id = type_of(TYPE_UUID)->to_sql(arena,
                                             &plan->cluster->network_id),
            .name = plan->net.name,
            .reason = "The network has no IPv4 subnet for the nodes: give "
                      "\"subnet\" to make one."});
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
                    arena, "The subnet %s with %" PRId64 " free addresses "
                    "could be that of the nodes: name it by subnet_id.",
                    (const char *) type_of(TYPE_CIDR)->to_sql(arena,
                                                              &subnet->cidr),
                    subnet->free)};
        }
    }
    if (n == 0) {
        return refuse_without_choice(plan);
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

size_t
cluster_list_taken(const struct cluster_plan *plan, struct ip_prefix **ret_taken)
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
            value = arena_printf(arena, "%u", l);
        }
    }
    struct err *err = err_new(
        arena, ERR_IP_GENERATION,
        "no block of prefix length %u is free in the cluster pool \"%s\"%s%s",
        len, plan->change->settings->cluster_pool,
        value == NULL ? "" : "; the largest free one has ",
        value == NULL ? "" : value);
    err_blocked_by(err, arena,
                   (struct blocker){
                       .type = "cluster_pool",
                       .name = plan->change->settings->cluster_pool,
                       .reason = arena_printf(
                           arena, "No block of prefix length %u is free in "
                                  "the pool: %s.", len,
                           value == NULL ? "all of it is in use"
                                         : "ask for a longer one")});
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
    if (plan->pooled) {
        return cluster_choose_of_pool(plan);
    }
    cluster_pool_range(plan->change->settings, &pool);
    if (cluster->asked_prefixlen < pool.len) {
        return err_attr(plan->change->arena,
                        "cluster_network.subnet.prefixlen", "range",
                        "invalid input for \"subnet.prefixlen\": the cluster "
                        "pool \"%s\" has no block of prefix length %d; valid "
                        "is %d and more", plan->change->settings->cluster_pool,
                        (int) cluster->asked_prefixlen, pool.len);
    }
    size_t n = cluster_list_taken(plan, &taken);
    if (!block_find_free(&pool, (unsigned) cluster->asked_prefixlen, taken, n,
                         &outcome->cidr)) {
        outcome->cidr = (struct ip_prefix){.len = 0};
        add_pool_problem(plan, &pool, taken, n);
    }
    return NULL;
}

/* --- the whole */

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
    const char *id = type_of(TYPE_UUID)->to_sql(arena, &cluster->network_id);
    struct err *err = blame_network(
        plan,
        "The network has no shadow port, and belongs to another project: only "
        "that project can turn it on.",
        err_new(arena, ERR_FORBIDDEN,
                "a cluster without external IP needs a network with "
                "\"enable_shadow_port\"; the project that owns network "
                "\"%s\" can turn it on", id));
    cluster_add_problem(plan, err, "external_ip", "true");
}

struct err *
cluster_assess(struct cluster_plan *plan)
{
    TRY(check_network(plan));
    TRY(check_loadbalancers(plan));
    TRY(choose_subnet(plan));
    TRY(choose_block(plan));
    cluster_assess_overlaps(plan);
    assess_shadow_port(plan);
    cluster_assess_room(plan);
    return NULL;
}
