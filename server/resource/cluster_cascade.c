/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cluster networks deleted by a plan: what a plain deletion takes, and what
 * its project has put into that since, such as the ports of pods.
 */
#include "core/arena.h"
#include "resource/cluster_internal.h"
#include "resource/network.h"
#include "resource/port.h"
#include "resource/quota.h"
#include "resource/subnet.h"

/* --- the list */

/* Columns of enum blocker_column, the revision, the range. */
#define SUBNETS                                                            \
    "SELECT 'subnet', id, name, NULL, NULL, NULL, project_id, false, 1,"   \
    "       revision_number, cidr"                                         \
    "  FROM subnets WHERE id = ANY($1::uuid[]) ORDER BY id"
enum { CIDR = BLOCKER_N_COLUMNS + 1 };

/* The nodes of cluster network $2 and whoever has addresses in subnets $1:
 * the same, whether it has others elsewhere, and whose node's it is. */
#define PORTS                                                              \
    "SELECT 'port', p.id, p.name,"                                         \
    "       coalesce((SELECT host(min(a.ip_address)) FROM ip_allocations a" \
    "                  WHERE a.port_id = p.id"                             \
    "                    AND a.subnet_id = ANY($1::uuid[])),"              \
    "                p.fixed_ips -> 0 ->> 'ip_address'),"                  \
    "       p.device_owner, p.device_id, p.project_id, false, 1,"          \
    "       p.revision_number,"                                            \
    "       EXISTS (SELECT 1 FROM ip_allocations o WHERE o.port_id = p.id" \
    "                  AND o.subnet_id <> ALL($1::uuid[])),"               \
    "       n.cluster_network_id"                                          \
    "  FROM ports p LEFT JOIN cluster_ports n ON n.port_id = p.id"         \
    " WHERE p.id IN (SELECT port_id FROM ip_allocations"                   \
    "                 WHERE subnet_id = ANY($1::uuid[])"                   \
    "                UNION ALL SELECT port_id FROM cluster_ports"          \
    "                 WHERE cluster_network_id = $2::uuid)"                \
    " ORDER BY p.id"
enum { KEEPS_OTHERS = BLOCKER_N_COLUMNS + 1, CLUSTER };

STATEMENT(cluster_subnets, SUBNETS);
STATEMENT(cluster_ports, PORTS);
STATEMENT(cluster_lock_owned, SUBNETS " FOR UPDATE");
STATEMENT(cluster_lock_ports, PORTS " FOR UPDATE OF p");

static void
list_port(struct cascade *cascade, const struct cluster_removal *removal,
          const struct rows *rows, int row)
{
    const char *node_of = rows_text(rows, row, CLUSTER);
    bool stays = rows_bool(rows, row, KEEPS_OTHERS);
    if (node_of != NULL && strcmp(node_of, removal->id) == 0) {
        cascade_add_row(cascade, &cascade->deletes, rows, row, NULL);
        return;
    }
    if (node_of != NULL && !stays) {
        return; /* It goes with its own, which is in the way. */
    }
    if (cascade_may_take(cascade, rows, row, removal->cluster->project_id)) {
        cascade_add_row(cascade,
                        stays ? &cascade->updates : &cascade->deletes, rows,
                        row, NULL);
    }
}

/* Of a cluster network in a network that it did not make. */
static struct err *
list_owned(const struct cluster_removal *removal, struct cascade *cascade)
{
    const char *params[] = {removal->owned_ids, removal->id};
    struct query queries[] = {
        {cascade->locked ? cluster_lock_owned.sql : cluster_subnets.sql,
         params, 1},
        {cascade->locked ? cluster_lock_ports.sql : cluster_ports.sql, params,
         2}};
    struct rows rows[2];
    TRY(tx_run(removal->change->tx, queries, 2, rows));
    for (int row = 0; row < rows_count(&rows[1]); row++) {
        list_port(cascade, removal, &rows[1], row);
    }
    for (int row = 0; row < rows_count(&rows[0]); row++) {
        if (cascade_may_take(cascade, &rows[0], row,
                             removal->cluster->project_id)) {
            cascade_add_row(cascade, &cascade->deletes, &rows[0], row,
                            rows_text(&rows[0], row, CIDR));
        }
    }
    return NULL;
}

STATEMENT(cluster_network_item,
    "SELECT 'network', id, name, NULL, NULL, NULL, project_id, false, 1,"
    "       revision_number FROM networks WHERE id = $1::uuid");

static struct err *
list_network(const struct cluster_removal *removal, struct cascade *cascade)
{
    struct change *change = removal->change;
    const struct cluster *cluster = removal->cluster;
    const char *id =
        type_of(TYPE_UUID)->to_sql(change->arena, &cluster->network_id);
    struct rows rows;
    TRY(network_list_content(change, &cluster->network_id,
                             cluster->project_id, removal->id, cascade));
    TRY(tx_one(change->tx, (struct query){cluster_network_item.sql, &id, 1},
               &rows));
    if (rows_count(&rows) > 0 &&
        cascade_may_take(cascade, &rows, 0, cluster->project_id)) {
        cascade_add_row(cascade, &cascade->deletes, &rows, 0, NULL);
    }
    return NULL;
}

struct err *
cluster_list_cascade(struct change *change, const void *current,
                     struct cascade *cascade)
{
    const struct cluster *cluster = current;
    struct cluster_removal removal;
    cluster_plan_removal(&removal, change, cluster);
    struct blocker_query neighbours =
        blockers_of_neighbours(change->arena, removal.id);
    TRY(blockers_find(&cascade->blockers, change->tx, &neighbours));
    return cluster->owns_network ? list_network(&removal, cascade)
                                 : list_owned(&removal, cascade);
}

/* --- its execution */

static struct err *
remove_network(const struct cluster_removal *removal,
               const struct cascade *cascade)
{
    struct change *change = removal->change;
    struct rows rows;
    TRY(change_lock(change, &network_resource, &removal->cluster->network_id,
                    ROW_DELETE, &rows));
    TRY(network_run_cascade(change,
                            sqlgen_record(change->arena,
                                          &network_resource.table, &rows, 0),
                            cascade));
    return change_remove_row(change, &network_resource, &rows, 0);
}

static struct err *
remove_ports(struct change *change, const struct cascade *cascade)
{
    size_t n;
    const char **ids =
        cascade_ids(change->arena, &cascade->deletes, "port", &n);
    return port_delete_ids(change, ids, n);
}

/* A subnet in which only ports are left that stay. */
static struct err *
remove_subnet(struct change *change, const struct uuid *id)
{
    struct cascade rest = cascade_none(change->arena, change->caller, true);
    struct rows rows;
    TRY(change_lock(change, &subnet_resource, id, ROW_DELETE, &rows));
    TRY(subnet_run_cascade(change,
                           sqlgen_record(change->arena,
                                         &subnet_resource.table, &rows, 0),
                           &rest));
    return change_remove_row(change, &subnet_resource, &rows, 0);
}

struct err *
cluster_run_cascade(struct change *change, const void *current,
                    const struct cascade *cascade)
{
    const struct cluster *cluster = current;
    struct cluster_removal removal;
    cluster_plan_removal(&removal, change, cluster);
    TRY(quota_lock(change, &cluster->network_id, cluster->project_id));
    TRY(cluster_forget(&removal));
    if (cluster->owns_network) {
        return remove_network(&removal, cascade);
    }
    TRY(remove_ports(change, cascade));
    for (size_t i = 0; i < removal.n_owned; i++) {
        TRY(remove_subnet(change, &removal.owned[i]));
    }
    return cluster_touch_network(&removal);
}
