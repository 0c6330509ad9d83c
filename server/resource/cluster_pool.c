/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creation of cluster networks: where the block of a new subnet comes from.
 * That is the range of the setting cluster_pool, or a subnet pool: the one that
 * is named, or whose id the setting is.
 */
#include "core/arena.h"
#include "core/settings.h"
#include "resource/cluster_internal.h"
#include "resource/subnetpool.h"

bool
cluster_pool_range(const struct settings *settings,
                   struct ip_prefix *ret_range)
{
    return ip_prefix_parse(settings->cluster_pool, ret_range);
}

void
cluster_find_pool(struct cluster_plan *plan)
{
    struct cluster *cluster = plan->cluster;
    const struct subnet_block *block = &cluster->subnet;
    bool named = record_has(&cluster->rec, CLUSTER_SUBNET) &&
                 !uuid_is_nil(&block->subnetpool_id);
    if (named) {
        cluster->asked_subnetpool_id = block->subnetpool_id;
        record_set(&cluster->rec, CLUSTER_ASKED_SUBNETPOOL_ID);
        plan->pool_id = block->subnetpool_id;
    }
    plan->pooled = named || (plan->new_subnet &&
                             !record_has(&cluster->rec, CLUSTER_ASKED_CIDR) &&
                             uuid_from_text(
                                 plan->change->settings->cluster_pool,
                                 &plan->pool_id));
}

struct query
cluster_pool_query(const struct cluster_plan *plan)
{
    struct arena *arena = plan->change->arena;
    const struct caller *caller = plan->change->caller;
    const struct visibility visibility = {.all = caller->is_admin,
                                          .project_id = caller->project_id};
    const char *id = plan->pooled ? type_of(TYPE_UUID)->to_sql(arena,
                                                               &plan->pool_id)
                                  : NULL;
    return sqlgen_get(arena, &subnetpool_resource.table, &id, 1, &visibility,
                      ROW_CHANGE);
}

/* The length of the subnet: as asked, or the usual one if the pool has it. */
static int64_t
decide_len(const struct cluster_plan *plan)
{
    const struct subnetpool *pool = plan->pool;
    int64_t len = CLUSTER_PREFIXLEN;
    if (plan->cluster->subnet.prefixlen != 0) {
        return plan->cluster->subnet.prefixlen;
    }
    len = len < pool->min_prefixlen.value ? pool->min_prefixlen.value : len;
    return len > pool->max_prefixlen.value ? pool->max_prefixlen.value : len;
}

struct err *
cluster_load_block(struct cluster_plan *plan, const struct rows *rows)
{
    struct change *change = plan->change;
    const struct cluster *cluster = plan->cluster;
    if (!plan->pooled || rows_count(rows) == 0) {
        return NULL;
    }
    plan->pool = sqlgen_record(change->arena, &subnetpool_resource.table,
                               rows, 0);
    plan->len = (unsigned) decide_len(plan);
    if (record_has(&cluster->rec, CLUSTER_ASKED_CIDR) ||
        plan->pool->ip_version != 4) {
        return NULL;
    }
    struct block_wish wish = {.len = plan->len};
    wish.n_taken = cluster_list_taken(plan, &wish.taken);
    return subnetpool_find_block(change, &plan->pool_id, &wish, &plan->block,
                                 &plan->block_found);
}

static void
add_pool_problem(struct cluster_plan *plan)
{
    struct arena *arena = plan->change->arena;
    const char *id = type_of(TYPE_UUID)->to_sql(arena, &plan->pool_id);
    struct err *err = err_new(
        arena, ERR_SUBNET_ALLOCATION,
        "no block of prefix length %u of subnet pool \"%s\" is free and "
        "clear of the other ranges of the project", plan->len, id);
    err_blocked_by(
        err, arena,
        (struct blocker){
            .type = "subnetpool",
            .id = id,
            .name = plan->pool->name,
            .owner = arena_strdup(arena, plan->pool->project_id),
            .reason = "The pool has no such block: ask for a longer prefix "
                      "length, or for another pool."});
    cluster_add_problem(plan, err, NULL, NULL);
}

struct err *
cluster_choose_of_pool(struct cluster_plan *plan)
{
    struct arena *arena = plan->change->arena;
    if (plan->pool == NULL) {
        return resource_not_found(
            arena, &subnetpool_resource,
            type_of(TYPE_UUID)->to_sql(arena, &plan->pool_id));
    }
    if (plan->pool->ip_version != 4) {
        return err_attr(arena, "cluster_network.subnet.subnetpool_id",
                        "ip_version",
                        "invalid input for \"subnet.subnetpool_id\": the "
                        "subnet of the nodes is of IPv4, the pool of IPv6");
    }
    TRY(subnetpool_check_len(arena, plan->pool, plan->len));
    if (plan->block_found) {
        plan->outcome->cidr = plan->block;
    } else {
        add_pool_problem(plan);
    }
    return NULL;
}
