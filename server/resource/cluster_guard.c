/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What others may not do to a cluster network: take away its network, its
 * subnets, the ports of its nodes, their addresses, its shadow port.
 */
#include "core/arena.h"
#include "resource/cluster.h"
#include "resource/port.h"
#include "resource/subnet.h"

/* "cluster network "ID"", or words that do not tell whose it is. */
static const char *
name_cluster(struct arena *arena, const struct blocker *blocker)
{
    return blocker->id == NULL
               ? "a cluster network of another project"
               : arena_printf(arena, "cluster network \"%s\"", blocker->id);
}

/* A cluster network in the way of what is about to be done. */
struct guarding {
    struct blocker_query users; /* Cluster networks that need the object. */
    struct blocker_query all;   /* All that is in the way. */
    enum err_kind kind;
    const char *what; /* "unable to ..." */
};

static struct err *
refuse_users(struct change *change, const struct guarding *guarding)
{
    struct arena *arena = change->arena;
    struct blockers users = blockers_none(arena, change->caller);
    struct blockers all = users;
    TRY(blockers_find(&users, change->tx, &guarding->users));
    if (users.total == 0) {
        return NULL;
    }
    TRY(blockers_find(&all, change->tx, &guarding->all));
    return blockers_refuse(
        &all, err_new(arena, guarding->kind,
                      "%s: %s needs it; delete the cluster network first",
                      guarding->what, name_cluster(arena, users.items)));
}

struct err *
cluster_guard_network(struct change *change, const struct uuid *id)
{
    struct arena *arena = change->arena;
    const char *text = type_of(TYPE_UUID)->to_sql(arena, id);
    return refuse_users(
        change, &(struct guarding){
                    .users = blockers_of_network_users(arena, text),
                    .all = blockers_of_network(arena, change->caller, text),
                    .kind = ERR_NETWORK_IN_USE,
                    .what = arena_printf(arena, "unable to complete operation "
                                                "on network \"%s\"", text)});
}

struct err *
cluster_guard_subnet(struct change *change, const struct uuid *id)
{
    struct arena *arena = change->arena;
    const char *text = type_of(TYPE_UUID)->to_sql(arena, id);
    return refuse_users(
        change, &(struct guarding){
                    .users = blockers_of_subnet_users(arena, text),
                    .all = blockers_of_subnet(arena, change->caller, text),
                    .kind = ERR_SUBNET_IN_USE,
                    .what = arena_printf(arena, "unable to complete operation "
                                                "on subnet \"%s\"", text)});
}

struct err *
cluster_guard_shadow_port(struct change *change,
                          const struct uuid *network_id)
{
    struct arena *arena = change->arena;
    const char *text = type_of(TYPE_UUID)->to_sql(arena, network_id);
    struct blocker_query users = blockers_of_shadow_port_users(arena, text);
    return refuse_users(
        change,
        &(struct guarding){
            .users = users,
            .all = users,
            .kind = ERR_NETWORK_IN_USE,
            .what = arena_printf(arena, "\"enable_shadow_port\" of network "
                                        "\"%s\" cannot be turned off", text)});
}

/* --- ports of nodes */

STATEMENT(cluster_find_nodes,
    "SELECT x.port_id, x.group_name FROM cluster_ports x"
    " WHERE x.port_id = ANY($1::uuid[]) ORDER BY x.port_id");

struct query
cluster_nodes_query(struct arena *arena, const char *ids)
{
    const char **params = arena_memdup(arena, &ids, sizeof ids);
    return (struct query){cluster_find_nodes.sql, params, 1};
}

struct err *
cluster_refuse_node(struct arena *arena, struct tx *tx,
                    const struct caller *caller, const char *id,
                    const struct rows *nodes)
{
    int low = 0, high = rows_count(nodes);
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (strcmp(rows_text(nodes, middle, 0), id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == rows_count(nodes) ||
        strcmp(rows_text(nodes, low, 0), id) != 0) {
        return NULL;
    }
    struct blockers blockers = blockers_none(arena, caller);
    struct blocker_query query = blockers_of_port(arena, caller, id);
    TRY(blockers_find(&blockers, tx, &query));
    return blockers_refuse(
        &blockers,
        err_new(arena, ERR_SERVICE_PORT_IN_USE,
                "port \"%s\" cannot be deleted: it is a node's of %s; scale "
                "its group \"%s\" down by PUT of the cluster network", id,
                blockers.n == 0 ? "a cluster network"
                                : name_cluster(arena, blockers.items),
                rows_text(nodes, low, 1)));
}

STATEMENT(cluster_subnet_of_node,
    "SELECT c.subnet_id FROM cluster_ports x"
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
    struct blockers blockers = blockers_none(arena, change->caller);
    struct blocker_query query = blockers_of_node_addresses(arena, id);
    struct rows rows;
    struct uuid subnet_id;
    TRY(tx_one(change->tx,
               (struct query){cluster_subnet_of_node.sql, &id, 1}, &rows));
    if (rows_count(&rows) == 0) {
        return NULL;
    }
    uuid_from_text(rows_text(&rows, 0, 0), &subnet_id);
    if (has_address_in(merged, &subnet_id)) {
        return NULL;
    }
    TRY(blockers_find(&blockers, change->tx, &query));
    return blockers_refuse(
        &blockers,
        err_new(arena, ERR_CLUSTER_IN_USE,
                "port \"%s\" is a node's of %s: one of its fixed_ips must be "
                "of subnet \"%s\"", id,
                name_cluster(arena, blockers.items), rows_text(&rows, 0, 0)));
}
