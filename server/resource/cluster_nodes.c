/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ports of a cluster's nodes: made in one batch, however many.
 */
#include <inttypes.h>

#include "core/arena.h"
#include "resource/cluster_internal.h"
#include "resource/port.h"
#include "schema/sqlarray.h"

STATEMENT(cluster_insert_ports,
    "INSERT INTO cluster_ports"
    "       (cluster_network_id, group_name, number, port_id)"
    " SELECT $1::uuid, x.* FROM unnest($2::text[], $3::bigint[], $4::uuid[])"
    "        AS x(group_name, number, port_id)");

/* A batch of ports and the columns of the statement. */
struct batch {
    struct change *change;
    const struct cluster *cluster;
    struct port **ports;
    const char **groups, **numbers, **ids;
    size_t n;
};

static struct port *
new_port(const struct batch *batch, const char *name)
{
    static const size_t given[] = {ATTR_ID, ATTR_PROJECT_ID, PORT_NETWORK_ID,
                                   PORT_FIXED_IPS};
    const struct cluster *cluster = batch->cluster;
    struct arena *arena = batch->change->arena;
    struct port *port = table_new_defaults(arena, &port_resource.table);
    port->id = uuid_new();
    port->project_id = cluster->project_id;
    port->network_id = cluster->network_id;
    port->name = name;
    port->device_owner = CLUSTER_NODE_OWNER;
    port->fixed_ips.items = ARENA_ARRAY(arena, struct fixed_ip, 1);
    port->fixed_ips.items[0].subnet_id = cluster->subnet_id;
    port->fixed_ips.n = 1;
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        record_set(&port->rec, given[i]);
    }
    return port;
}

static void
add_node(struct batch *batch, const char *group, int64_t number)
{
    struct arena *arena = batch->change->arena;
    const char *name = arena_printf(arena, "%s-%s-%" PRId64,
                                    batch->cluster->name, group, number);
    struct port *port = new_port(batch, name);
    batch->groups[batch->n] = group;
    batch->numbers[batch->n] = arena_printf(arena, "%" PRId64, number);
    batch->ids[batch->n] = type_of(TYPE_UUID)->to_sql(arena, &port->id);
    batch->ports[batch->n++] = port;
}

static struct err *
store(const struct batch *batch)
{
    struct arena *arena = batch->change->arena;
    const char *params[] = {
        type_of(TYPE_UUID)->to_sql(arena, &batch->cluster->id),
        sqlarray_format(arena, batch->groups, batch->n),
        sqlarray_format(arena, batch->numbers, batch->n),
        sqlarray_format(arena, batch->ids, batch->n),
    };
    TRY(port_create_all(batch->change, batch->ports, batch->n));
    return tx_one(batch->change->tx, QUERY(cluster_insert_ports, params),
                  NULL);
}

struct err *
cluster_add_nodes(struct change *change, const struct cluster *cluster,
                  const struct cluster_nodes *nodes, size_t n)
{
    struct arena *arena = change->arena;
    size_t total = 0;
    for (size_t i = 0; i < n; i++) {
        total += (size_t) (nodes[i].last - nodes[i].first + 1);
    }
    if (total == 0) {
        return NULL;
    }
    struct batch batch = {
        .change = change,
        .cluster = cluster,
        .ports = ARENA_ARRAY(arena, struct port *, total),
        .groups = ARENA_ARRAY(arena, const char *, total),
        .numbers = ARENA_ARRAY(arena, const char *, total),
        .ids = ARENA_ARRAY(arena, const char *, total),
    };
    for (size_t i = 0; i < n; i++) {
        for (int64_t no = nodes[i].first; no <= nodes[i].last; no++) {
            add_node(&batch, nodes[i].group, no);
        }
    }
    return store(&batch);
}
