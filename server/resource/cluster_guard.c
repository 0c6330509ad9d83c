/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What others may not do to a cluster network: take away its network, its
 * subnets, the ports of its nodes, their addresses, its shadow port.
 */
#include "core/arena.h"
#include "resource/cluster.h"
#include "resource/port.h"
#include "resource/subnet.h"

STATEMENT(cluster_users_of_network,
    "SELECT c.id, c.name, c.project_id, count(*) OVER ()"
    "  FROM cluster_networks c"
    " WHERE c.network_id = $1::uuid"
    "    OR c.loadbalancer_subnet_id IN (SELECT s.id FROM subnets s"
    "                                     WHERE s.network_id = $1::uuid)"
    " ORDER BY c.id LIMIT 50");

STATEMENT(cluster_users_of_subnet,
    "SELECT c.id, c.name, c.project_id, count(*) OVER ()"
    "  FROM cluster_networks c"
    " WHERE c.subnet_id = $1::uuid OR c.pods_subnet_id = $1::uuid"
    "    OR c.loadbalancer_subnet_id = $1::uuid"
    " ORDER BY c.id LIMIT 50");

STATEMENT(cluster_users_of_shadow_port,
    "SELECT c.id, c.name, c.project_id, count(*) OVER ()"
    "  FROM cluster_networks c"
    " WHERE c.network_id = $1::uuid AND NOT c.external_ip"
    " ORDER BY c.id LIMIT 50");

/* A blocker of the row (id, name, project); others' shows only its type. */
static struct blocker
read_blocker(const struct caller *caller, const struct rows *rows, int row,
             const char *reason)
{
    struct blocker blocker = {.type = "cluster_network", .reason = reason};
    const char *project_id = rows_text(rows, row, 2);
    if (caller->is_admin || strcmp(project_id, caller->project_id) == 0) {
        blocker.id = rows_text(rows, row, 0);
        blocker.name = rows_text(rows, row, 1);
        blocker.owner = project_id;
    }
    return blocker;
}

/* "cluster network "ID"", or words that do not tell whose it is. */
static const char *
name_cluster(struct arena *arena, const struct blocker *blocker)
{
    return blocker->id == NULL
               ? "a cluster network of another project"
               : arena_printf(arena, "cluster network \"%s\"", blocker->id);
}

/* The refusal of 'kind' to do 'what', for the rows that 'query' finds. */
static struct err *
refuse_users(struct change *change, struct query query, enum err_kind kind,
             const char *what)
{
    struct arena *arena = change->arena;
    struct rows rows;
    TRY(tx_one(change->tx, query, &rows));
    size_t n = (size_t) rows_count(&rows);
    if (n == 0) {
        return NULL;
    }
    struct blocker *blockers = ARENA_ARRAY(arena, struct blocker, n);
    for (size_t i = 0; i < n; i++) {
        blockers[i] = read_blocker(change->caller, &rows, (int) i,
                                   "it needs it; delete the cluster network "
                                   "first");
    }
    struct err *err = err_new(arena, kind,
                              "%s: %s needs it; delete the cluster network "
                              "first", what, name_cluster(arena, blockers));
    return err_blocked(err, blockers, n, rows_int(&rows, 0, 3));
}

struct err *
cluster_guard_network(struct change *change, const struct uuid *id)
{
    const char *text = type_of(TYPE_UUID)->to_sql(change->arena, id);
    return refuse_users(
        change, (struct query){cluster_users_of_network.sql, &text, 1},
        ERR_NETWORK_IN_USE,
        arena_printf(change->arena,
                     "unable to complete operation on network \"%s\"", text));
}

struct err *
cluster_guard_subnet(struct change *change, const struct uuid *id)
{
    const char *text = type_of(TYPE_UUID)->to_sql(change->arena, id);
    return refuse_users(
        change, (struct query){cluster_users_of_subnet.sql, &text, 1},
        ERR_SUBNET_IN_USE,
        arena_printf(change->arena,
                     "unable to complete operation on subnet \"%s\"", text));
}

struct err *
cluster_guard_shadow_port(struct change *change,
                          const struct uuid *network_id)
{
    const char *text = type_of(TYPE_UUID)->to_sql(change->arena, network_id);
    return refuse_users(
        change, (struct query){cluster_users_of_shadow_port.sql, &text, 1},
        ERR_NETWORK_IN_USE,
        arena_printf(change->arena,
                     "\"enable_shadow_port\" of network \"%s\" cannot be "
                     "turned off", text));
}

/* --- ports of nodes */

STATEMENT(cluster_find_nodes,
    "SELECT x.port_id, c.id, c.name, c.project_id, x.group_name"
    "  FROM cluster_ports x"
    "  JOIN cluster_networks c ON c.id = x.cluster_network_id"
    " WHERE x.port_id = ANY($1::uuid[])");

struct query
cluster_nodes_query(struct arena *arena, const char *ids)
{
    const char **params = arena_memdup(arena, &ids, sizeof ids);
    return (struct query){cluster_find_nodes.sql, params, 1};
}

struct err *
cluster_refuse_node(struct arena *arena, const struct caller *caller,
                    const struct rows *rows, int row)
{
    const char *project_id = rows_text(rows, row, 3);
    bool seen =
        caller->is_admin || strcmp(project_id, caller->project_id) == 0;
    struct blocker *blocker = ARENA_NEW(arena, struct blocker);
    *blocker = (struct blocker){
        .type = "cluster_network",
        .id = seen ? arena_strdup(arena, rows_text(rows, row, 1)) : NULL,
        .name = seen ? arena_strdup(arena, rows_text(rows, row, 2)) : NULL,
        .owner = seen ? arena_strdup(arena, project_id) : NULL,
        .reason = arena_printf(arena, "the port is a node's of its group "
                               "\"%s\"; scale the group down instead",
                               rows_text(rows, row, 4))};
    struct err *err = err_new(
        arena, ERR_SERVICE_PORT_IN_USE,
        "port \"%s\" cannot be deleted: it is a node's of %s; scale its group "
        "\"%s\" down by PUT of the cluster network", rows_text(rows, row, 0),
        name_cluster(arena, blocker), rows_text(rows, row, 4));
    return err_blocked(err, blocker, 1, 1);
}

STATEMENT(cluster_subnet_of_node,
    "SELECT c.id, c.name, c.project_id, c.subnet_id"
    "  FROM cluster_ports x"
    "  JOIN cluster_networks c ON c.id = x.cluster_network_id"
    " WHERE x.port_id = $1::uuid");

static bool
has_address_in(const struct port *port, const struct uuid *subnet_id)
{
    for (size_t i = 0; i < port->fixed_ips.n; i++) {
        if (uuid_equal(&port->fixed_ips.items[i].subnet_id, subnet_id)) {
            return true;
        }
    }
    return false;
}

struct err *
cluster_guard_addresses(struct change *change, const struct port *merged)
{
    struct arena *arena = change->arena;
    const char *id = type_of(TYPE_UUID)->to_sql(arena, &merged->id);
    struct rows rows;
    struct uuid subnet_id;
    TRY(tx_one(change->tx,
               (struct query){cluster_subnet_of_node.sql, &id, 1}, &rows));
    if (rows_count(&rows) == 0) {
        return NULL;
    }
    uuid_from_text(rows_text(&rows, 0, 3), &subnet_id);
    if (has_address_in(merged, &subnet_id)) {
        return NULL;
    }
    struct blocker *blocker = ARENA_NEW(arena, struct blocker);
    *blocker = read_blocker(change->caller, &rows, 0,
                            "its nodes have addresses of its subnet");
    struct err *err = err_new(
        arena, ERR_CLUSTER_IN_USE,
        "port \"%s\" is a node's of %s: one of its fixed_ips must be of "
        "subnet \"%s\"", id, name_cluster(arena, blocker),
        rows_text(&rows, 0, 3));
    return err_blocked(err, blocker, 1, 1);
}
