/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of a subnet: ports that give way, ports that keep it, and what a
 * plan takes along.
 */
#include "core/arena.h"
#include "resource/cluster.h"
#include "resource/network.h"
#include "resource/port.h"
#include "resource/quota.h"
#include "resource/subnet.h"

/* Takes the addresses of 'subnet' away from the port in row 'row'. */
static struct err *
detach(struct change *change, const struct subnet *subnet,
       const struct rows *rows, int row)
{
    struct arena *arena = change->arena;
    const struct port *port =
        sqlgen_record(arena, &port_resource.table, rows, row);
    struct port *patch = table_new_record(arena, &port_resource.table);
    struct address *freed =
        ARENA_ARRAY(arena, struct address, port->fixed_ips.n);
    struct address *held =
        ARENA_ARRAY(arena, struct address, port->fixed_ips.n);
    size_t n_freed = 0;
    *patch = *port;
    patch->rec = (struct record){0};
    patch->fixed_ips.n = 0;
    patch->fixed_ips.items =
        ARENA_ARRAY(arena, struct fixed_ip, port->fixed_ips.n);
    port_addresses(port, held);
    for (size_t i = 0; i < port->fixed_ips.n; i++) {
        const struct fixed_ip *ip = &port->fixed_ips.items[i];
        if (uuid_equal(&ip->subnet_id, &subnet->id)) {
            freed[n_freed++] = held[i];
        } else {
            patch->fixed_ips.items[patch->fixed_ips.n++] = *ip;
        }
    }
    struct query queries[ADDRESSES_N_RELEASE];
    struct rows ignored[ADDRESSES_N_RELEASE];
    addresses_release(arena, freed, n_freed, queries);
    TRY(tx_run(change->tx, queries, ADDRESSES_N_RELEASE, ignored));
    port_derive(arena, change->settings, patch);
    record_set(&patch->rec, PORT_FIXED_IPS);
    struct rows updated;
    return change_update(change, &port_resource,
                         change_snapshot(change, &port_resource, rows, row),
                         patch, type_of(TYPE_UUID)->to_sql(arena, &port->id),
                         &updated);
}

/* --- without being told to */

/* True when the subnet may go although a port of 'device_owner' has an address
 * in it. */
static bool
gives_way(const struct subnet *subnet, const char *device_owner)
{
    return port_is_automatic(device_owner) ||
           (subnet_is_eui64(subnet) && !port_is_router(device_owner));
}

static bool
has_only(const struct port *port, const struct subnet *subnet)
{
    for (size_t i = 0; i < port->fixed_ips.n; i++) {
        if (!uuid_equal(&port->fixed_ips.items[i].subnet_id, &subnet->id)) {
            return false;
        }
    }
    return true;
}

static struct err *
clear_port(struct change *change, const struct subnet *subnet,
           const struct rows *rows, int row)
{
    const struct port *port =
        sqlgen_record(change->arena, &port_resource.table, rows, row);
    if (port_is_automatic(port->device_owner) && has_only(port, subnet)) {
        const char *id = type_of(TYPE_UUID)->to_sql(change->arena, &port->id);
        return port_delete_ids(change, &id, 1);
    }
    return detach(change, subnet, rows, row);
}

static struct err *
refuse(struct change *change, const struct subnet *subnet,
       const struct port *port)
{
    const struct type *uuid = type_of(TYPE_UUID);
    const char *id = uuid->to_sql(change->arena, &subnet->id);
    struct blockers blockers = blockers_none(change->arena, change->caller);
    return blockers_explain(
        &blockers, change->tx,
        blockers_of_subnet(change->arena, change->caller, id),
        err_new(change->arena, ERR_SUBNET_IN_USE,
                "unable to complete operation on subnet \"%s\": one or more "
                "ports have an IP allocation from this subnet, such as %s",
                id,
                change_name_port(change,
                                 uuid->to_sql(change->arena, &port->id),
                                 port->project_id)));
}

static struct err *
clear_ports(struct change *change, const struct subnet *subnet)
{
    struct rows rows;
    TRY(subnet_lock_ports(change, subnet, &rows));
    for (int row = 0; row < rows_count(&rows); row++) {
        const struct port *port =
            sqlgen_record(change->arena, &port_resource.table, &rows, row);
        if (!gives_way(subnet, port->device_owner)) {
            return refuse(change, subnet, port);
        }
    }
    for (int row = 0; row < rows_count(&rows); row++) {
        TRY(clear_port(change, subnet, &rows, row));
    }
    return NULL;
}

struct err *
subnet_before_delete(struct change *change, const void *current)
{
    const struct subnet *subnet = current;
    TRY(cluster_guard_subnet(change, &subnet->id));
    TRY(quota_lock(change, &subnet->network_id, subnet->project_id));
    TRY(clear_ports(change, subnet));
    return change_remember(change, &network_resource, &subnet->network_id);
}

struct err *
subnet_after_delete(struct change *change, const void *current)
{
    const struct subnet *subnet = current;
    return change_touch(change, &network_resource, &subnet->network_id);
}

/* --- by a plan */

/* Columns of enum blocker_column, the revision, whether the port has addresses
 * elsewhere, and whether it goes with a cluster network. */
#define PORTS                                                              \
    "SELECT 'port', p.id, p.name, host(a.ip), p.device_owner,"             \
    "       p.device_id, p.project_id, false, 1, p.revision_number,"       \
    "       EXISTS (SELECT 1 FROM ip_allocations o"                        \
    "                WHERE o.port_id = p.id AND o.subnet_id <> $1::uuid),"  \
    "       EXISTS (SELECT 1 FROM cluster_ports n"                         \
    "                 JOIN cluster_networks c"                             \
    "                   ON c.id = n.cluster_network_id"                    \
    "                WHERE n.port_id = p.id AND c.subnet_id = $1::uuid)"   \
    "  FROM (SELECT port_id, min(ip_address) AS ip FROM ip_allocations"    \
    "         WHERE subnet_id = $1::uuid GROUP BY port_id) a"              \
    "  JOIN ports p ON p.id = a.port_id ORDER BY p.id"
enum { KEEPS_OTHERS = BLOCKER_N_COLUMNS + 1, IS_NODE };

STATEMENT(subnet_ports, PORTS);
STATEMENT(subnet_lock_all_ports, PORTS " FOR UPDATE OF p");

/* A port stays when it has other addresses; SLAAC addresses come and go with
 * their subnet, whatever else the port has, except those of routers. */
static bool
stays(const struct subnet *subnet, const struct rows *rows, int row)
{
    const char *device_owner = rows_text(rows, row, BLOCKER_DEVICE_OWNER);
    return rows_bool(rows, row, KEEPS_OTHERS) ||
           (subnet_is_eui64(subnet) && !port_is_automatic(device_owner) &&
            !port_is_router(device_owner));
}

/* Those of other projects that the subnet's plain deletion clears away are no
 * part of a plan either, and not in its way. */
static bool
is_silent(const struct subnet *subnet, const struct rows *rows, int row)
{
    return strcmp(rows_text(rows, row, BLOCKER_OWNER),
                  subnet->project_id) != 0 &&
           gives_way(subnet, rows_text(rows, row, BLOCKER_DEVICE_OWNER));
}

struct err *
subnet_list_cascade(struct change *change, const void *current,
                    struct cascade *cascade)
{
    const struct subnet *subnet = current;
    const char *params[] = {
        type_of(TYPE_UUID)->to_sql(change->arena, &subnet->id)};
    struct blocker_query users =
        blockers_of_subnet_users(change->arena, params[0]);
    struct rows rows;
    TRY(blockers_find(&cascade->blockers, change->tx, &users));
    TRY(tx_one(change->tx,
               cascade->locked ? QUERY(subnet_lock_all_ports, params)
                               : QUERY(subnet_ports, params),
               &rows));
    for (int row = 0; row < rows_count(&rows); row++) {
        if (!rows_bool(&rows, row, IS_NODE) &&
            !is_silent(subnet, &rows, row) &&
            cascade_may_take(cascade, &rows, row, subnet->project_id)) {
            cascade_add_row(cascade,
                            stays(subnet, &rows, row) ? &cascade->updates
                                                      : &cascade->deletes,
                            &rows, row, NULL);
        }
    }
    return NULL;
}

struct err *
subnet_run_cascade(struct change *change, const void *current,
                   const struct cascade *cascade)
{
    const struct subnet *subnet = current;
    struct rows rows;
    size_t n;
    const char **ids =
        cascade_ids(change->arena, &cascade->deletes, "port", &n);
    TRY(quota_lock(change, &subnet->network_id, subnet->project_id));
    TRY(port_delete_ids(change, ids, n));
    /* What still has an address in the subnet is what was listed to stay, and
     * what gives way without being listed. */
    TRY(subnet_lock_ports(change, subnet, &rows));
    for (int row = 0; row < rows_count(&rows); row++) {
        TRY(clear_port(change, subnet, &rows, row));
    }
    return change_remember(change, &network_resource, &subnet->network_id);
}
