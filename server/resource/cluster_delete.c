/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deletion of cluster networks: the ports of the nodes, the ranges, and
 * exactly what the cluster network made.  What others put into that stays,
 * and so does then the whole; cluster_cascade.c takes it along by a plan.
 */
#include <inttypes.h>

#include "core/arena.h"
#include "resource/cluster_internal.h"
#include "resource/network.h"
#include "resource/port.h"
#include "resource/quota.h"
#include "resource/subnet.h"
#include "schema/sqlarray.h"

static const struct visibility everything = {.all = true};

void
cluster_plan_removal(struct cluster_removal *removal, struct change *change,
                     const struct cluster *cluster)
{
    struct arena *arena = change->arena;
    const struct type *uuid = type_of(TYPE_UUID);
    const char *ids[2];
    *removal = (struct cluster_removal){
        .change = change,
        .cluster = cluster,
        .id = uuid->to_sql(arena, &cluster->id)};
    if (cluster->owns_subnet) {
        removal->owned[removal->n_owned++] = cluster->subnet_id;
    }
    if (cluster->pods_subnet) {
        removal->owned[removal->n_owned++] = cluster->pods_subnet_id;
    }
    for (size_t i = 0; i < removal->n_owned; i++) {
        ids[i] = uuid->to_sql(arena, &removal->owned[i]);
    }
    removal->owned_ids = sqlarray_format(arena, ids, removal->n_owned);
}

/* --- who is in the way */

STATEMENT(cluster_lock_subnets,
    "SELECT s.id FROM subnets s WHERE s.id = ANY($1::uuid[])"
    " ORDER BY s.id FOR UPDATE");

static struct err *
check_blocked(const struct cluster_removal *removal)
{
    struct change *change = removal->change;
    struct arena *arena = change->arena;
    struct blockers blockers = blockers_none(arena, change->caller);
    struct blocker_query others =
        blockers_of_cluster(arena, change->caller, removal->id);
    struct query queries[] = {{cluster_lock_subnets.sql,
                               &removal->owned_ids, 1},
                              others.query};
    struct rows rows[2];
    TRY(tx_run(change->tx, queries, 2, rows));
    blockers_add_rows(&blockers, &rows[1], others.reason);
    if (blockers.total == 0) {
        return NULL;
    }
    return blockers_refuse(
        &blockers,
        err_new(arena, ERR_CLUSTER_IN_USE,
                "cluster network \"%s\" cannot be deleted: %" PRId64 " objects "
                "of others are in what it made", removal->id,
                blockers.total));
}

/* --- the nodes and the row */

STATEMENT(cluster_port_ids,
    "SELECT c.port_id FROM cluster_ports c"
    " WHERE c.cluster_network_id = $1::uuid");
STATEMENT(cluster_delete_ports,
    "DELETE FROM cluster_ports WHERE cluster_network_id = $1::uuid");
STATEMENT(cluster_delete_ranges,
    "DELETE FROM reserved_ranges WHERE cluster_network_id = $1::uuid");
STATEMENT(cluster_delete_row,
    "DELETE FROM cluster_networks WHERE id = $1::uuid");

/* Locks and reads the ports of the nodes. */
static struct err *
lock_nodes(const struct cluster_removal *removal, struct rows *ret_rows)
{
    struct change *change = removal->change;
    struct rows found;
    TRY(tx_one(change->tx,
               (struct query){cluster_port_ids.sql, &removal->id, 1}, &found));
    size_t n = (size_t) rows_count(&found);
    /* Two ids at least, so that an empty set is one as well. */
    const char **ids = ARENA_ARRAY(change->arena, const char *, n + 2);
    ids[n] = ids[n + 1] = "00000000-0000-0000-0000-000000000000";
    for (size_t i = 0; i < n; i++) {
        ids[i] = rows_text(&found, (int) i, 0);
    }
    return tx_one(change->tx,
                  sqlgen_get(change->arena, &port_resource.table, ids, n + 2,
                             &everything, ROW_DELETE),
                  ret_rows);
}

static bool
has_ranges(const struct cluster *cluster)
{
    return record_has(&cluster->rec, CLUSTER_PODS_CIDR) ||
           record_has(&cluster->rec, CLUSTER_SERVICES_CIDR);
}

struct err *
cluster_forget(const struct cluster_removal *removal)
{
    struct change *change = removal->change;
    struct rows ignored[3];
    struct query queries[] = {{cluster_delete_ports.sql, &removal->id, 1},
                              {cluster_delete_ranges.sql, &removal->id, 1},
                              {cluster_delete_row.sql, &removal->id, 1}};
    if (has_ranges(removal->cluster)) {
        TRY(change_remember(change, &network_resource,
                            &removal->cluster->network_id));
    }
    return tx_run(change->tx, queries, 3, ignored);
}

static struct err *
remove_nodes(const struct cluster_removal *removal)
{
    struct change *change = removal->change;
    struct rows ports;
    TRY(lock_nodes(removal, &ports));
    TRY(quota_lock(change, &removal->cluster->network_id,
                   removal->cluster->project_id));
    TRY(cluster_forget(removal));
    return port_delete_rows(change, &ports);
}

/* --- what it made */

/* Its ranges no longer show in the network. */
struct err *
cluster_touch_network(const struct cluster_removal *removal)
{
    const struct cluster *cluster = removal->cluster;
    return has_ranges(cluster)
               ? change_touch(removal->change, &network_resource,
                              &cluster->network_id)
               : NULL;
}

static struct err *
remove_owned(const struct cluster_removal *removal)
{
    struct change *change = removal->change;
    const struct cluster *cluster = removal->cluster;
    if (cluster->owns_network) {
        /* Its subnets go along. */
        return change_delete(change, &network_resource, &cluster->network_id);
    }
    for (size_t i = 0; i < removal->n_owned; i++) {
        TRY(change_delete(change, &subnet_resource, &removal->owned[i]));
    }
    return cluster_touch_network(removal);
}

struct err *
cluster_before_delete(struct change *change, const void *current)
{
    struct cluster_removal removal;
    cluster_plan_removal(&removal, change, current);
    TRY(check_blocked(&removal));
    TRY(remove_nodes(&removal));
    return remove_owned(&removal);
}
