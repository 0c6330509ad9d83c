/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the deletion of a network takes along: its subnets and the ports that
 * the server made; by a plan, the ports of its project as well.
 */
#include "core/arena.h"
#include "resource/cluster.h"
#include "resource/network.h"
#include "resource/port.h"
#include "resource/quota.h"
#include "resource/rbac_policy.h"
#include "resource/subnet.h"

static const struct visibility everything = {.all = true};

/* Columns of enum blocker_column and the revision. */
#define SUBNETS                                                            \
    "SELECT 'subnet', id, name, NULL, NULL, NULL, project_id, false, 1,"   \
    "       revision_number, cidr"                                         \
    "  FROM subnets WHERE network_id = $1::uuid ORDER BY id"
#define PORTS                                                              \
    "SELECT 'port', id, name, fixed_ips -> 0 ->> 'ip_address',"            \
    "       device_owner, device_id, project_id, false, 1,"                \
    "       revision_number,"                                              \
    "       (SELECT n.cluster_network_id FROM cluster_ports n"             \
    "         WHERE n.port_id = ports.id)"                                 \
    "  FROM ports WHERE network_id = $1::uuid ORDER BY id"
enum { CIDR = BLOCKER_N_COLUMNS + 1 };
enum { CLUSTER = BLOCKER_N_COLUMNS + 1 }; /* Whose node's the port is. */

STATEMENT(network_subnets, SUBNETS);
STATEMENT(network_ports, PORTS);
STATEMENT(network_lock_subnets, SUBNETS " FOR UPDATE");
STATEMENT(network_lock_ports, PORTS " FOR UPDATE");

/* The network's subnets and ports. */
struct content {
    struct rows subnets;
    struct rows ports;
};

static struct err *
read_content(struct change *change, const char *id, bool locked,
             struct content *ret_content)
{
    const char *params[] = {id};
    struct query queries[] = {
        locked ? QUERY(network_lock_subnets, params)
               : QUERY(network_subnets, params),
        locked ? QUERY(network_lock_ports, params)
               : QUERY(network_ports, params)};
    struct rows rows[2];
    TRY(tx_run(change->tx, queries, 2, rows));
    *ret_content = (struct content){rows[0], rows[1]};
    return NULL;
}

static struct err *
delete_subnets(struct change *change, const char *const *ids, size_t n)
{
    const struct table *table = &subnet_resource.table;
    struct rows rows;
    if (n == 0) {
        return NULL;
    }
    TRY(tx_one(change->tx,
               sqlgen_get(change->arena, table, ids, n, &everything,
                          ROW_DELETE),
               &rows));
    for (int row = 0; row < rows_count(&rows); row++) {
        const struct object *subnet =
            sqlgen_record(change->arena, table, &rows, row);
        change_event(change, &subnet_resource, subnet, "delete",
                     change_snapshot(change, &subnet_resource, &rows, row),
                     NULL);
        TRY(quota_give(change, "subnet", subnet->project_id, 1));
    }
    return tx_one(change->tx, sqlgen_delete(change->arena, table, ids, n),
                  NULL);
}

/* --- without being told to */

static struct err *
refuse(struct change *change, const char *id, const struct rows *ports,
       int row)
{
    struct blockers blockers = blockers_none(change->arena, change->caller);
    return blockers_explain(
        &blockers, change->tx,
        blockers_of_network(change->arena, change->caller, id),
        err_new(change->arena, ERR_NETWORK_IN_USE,
                "unable to complete operation on network \"%s\": there are "
                "one or more ports still in use on the network, such as %s",
                id,
                change_name_port(change, rows_text(ports, row, BLOCKER_ID),
                                 rows_text(ports, row, BLOCKER_OWNER))));
}

/* The column of ids of 'rows' as a list. */
static const char **
list_ids(struct arena *arena, const struct rows *rows)
{
    size_t n = (size_t) rows_count(rows);
    const char **ids = ARENA_ARRAY(arena, const char *, n + 1);
    for (size_t i = 0; i < n; i++) {
        ids[i] = rows_text(rows, (int) i, BLOCKER_ID);
    }
    return ids;
}

struct err *
network_before_delete(struct change *change, const void *current)
{
    const struct network *network = current;
    const char *id = type_of(TYPE_UUID)->to_sql(change->arena, &network->id);
    struct content content;
    TRY(read_content(change, id, true, &content));
    TRY(cluster_guard_network(change, &network->id));
    int n_ports = rows_count(&content.ports);
    for (int row = 0; row < n_ports; row++) {
        if (!port_is_automatic(rows_text(&content.ports, row,
                                         BLOCKER_DEVICE_OWNER))) {
            return refuse(change, id, &content.ports, row);
        }
    }
    TRY(quota_lock(change, &network->id, network->project_id));
    TRY(rbac_remove_all(change, id));
    TRY(port_delete_ids(change, list_ids(change->arena, &content.ports),
                     (size_t) n_ports));
    return delete_subnets(change, list_ids(change->arena, &content.subnets),
                          (size_t) rows_count(&content.subnets));
}

/* --- by a plan */

/* True for a node of another cluster network than 'cluster_id': that one takes
 * it along. */
static bool
is_others_node(const struct rows *ports, int row, const char *cluster_id)
{
    const char *cluster = rows_text(ports, row, CLUSTER);
    return cluster != NULL &&
           (cluster_id == NULL || strcmp(cluster, cluster_id) != 0);
}

struct err *
network_list_content(struct change *change, const struct uuid *id,
                     const char *owner, const char *cluster_id,
                     struct cascade *cascade)
{
    struct content content;
    TRY(read_content(change, type_of(TYPE_UUID)->to_sql(change->arena, id),
                     cascade->locked, &content));
    for (int row = 0; row < rows_count(&content.ports); row++) {
        if (!is_others_node(&content.ports, row, cluster_id) &&
            cascade_may_take(cascade, &content.ports, row, owner)) {
            cascade_add_row(cascade, &cascade->deletes, &content.ports, row,
                            NULL);
        }
    }
    for (int row = 0; row < rows_count(&content.subnets); row++) {
        if (cascade_may_take(cascade, &content.subnets, row, owner)) {
            cascade_add_row(cascade, &cascade->deletes, &content.subnets,
                            row, rows_text(&content.subnets, row, CIDR));
        }
    }
    return NULL;
}

struct err *
network_list_cascade(struct change *change, const void *current,
                     struct cascade *cascade)
{
    const struct network *network = current;
    struct blocker_query users = blockers_of_network_users(
        change->arena,
        type_of(TYPE_UUID)->to_sql(change->arena, &network->id));
    TRY(blockers_find(&cascade->blockers, change->tx, &users));
    return network_list_content(change, &network->id, network->project_id,
                                NULL, cascade);
}

struct err *
network_run_cascade(struct change *change, const void *current,
                    const struct cascade *cascade)
{
    const struct network *network = current;
    const struct cascade_list *list = &cascade->deletes;
    size_t n_ports, n_subnets;
    const char **ports = cascade_ids(change->arena, list, "port", &n_ports);
    const char **subnets =
        cascade_ids(change->arena, list, "subnet", &n_subnets);
    TRY(quota_lock(change, &network->id, network->project_id));
    TRY(rbac_remove_all(
        change, type_of(TYPE_UUID)->to_sql(change->arena, &network->id)));
    TRY(port_delete_ids(change, ports, n_ports));
    return delete_subnets(change, subnets, n_subnets);
}
