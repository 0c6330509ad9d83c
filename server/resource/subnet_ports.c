/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ports that follow the life of a subnet: DHCP service ports, and the SLAAC
 * addresses of ports that were there before it.
 */
#include "core/arena.h"
#include "core/settings.h"
#include "resource/network.h"
#include "resource/port.h"
#include "resource/subnet.h"
#include "schema/sqlarray.h"

static const struct visibility everything = {.all = true};

/* --- ports of the server's own */

struct port *
subnet_service_port(struct arena *arena, const struct subnet *subnet,
                    const char *device_owner, const char *kind)
{
    struct port *port = table_new_defaults(arena, &port_resource.table);
    port->id = uuid_new();
    port->project_id = subnet->project_id;
    port->network_id = subnet->network_id;
    port->device_owner = device_owner;
    port->device_id = arena_printf(
        arena, "%s-%s", kind,
        (const char *) type_of(TYPE_UUID)->to_sql(arena, &subnet->id));
    port->status = "ACTIVE";
    port->fixed_ips.items = ARENA_ARRAY(arena, struct fixed_ip, 1);
    port->fixed_ips.items[0].subnet_id = subnet->id;
    port->fixed_ips.n = 1;
    static const size_t given[] = {ATTR_ID, ATTR_PROJECT_ID, PORT_NETWORK_ID,
                                   PORT_STATUS, PORT_FIXED_IPS};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        record_set(&port->rec, given[i]);
    }
    return port;
}

/* --- DHCP */

struct err *
subnet_add_dhcp(struct change *change, const struct subnet *subnet)
{
    size_t n = (size_t) change->settings->dhcp_ports;
    if (!subnet->enable_dhcp || n == 0) {
        return NULL;
    }
    struct port **ports = ARENA_ARRAY(change->arena, struct port *, n);
    for (size_t i = 0; i < n; i++) {
        ports[i] = subnet_service_port(change->arena, subnet,
                                       DEVICE_OWNER_DHCP, "dhcp");
    }
    return port_create_all(change, ports, n);
}

/* Ports of the network that have an address in the subnet. */
STATEMENT(subnet_port_ids,
    "SELECT DISTINCT port_id FROM ip_allocations WHERE subnet_id = $1::uuid");

struct err *
subnet_lock_ports(struct change *change, const struct subnet *subnet,
                  struct rows *ret_rows)
{
    struct arena *arena = change->arena;
    const char *params[] = {type_of(TYPE_UUID)->to_sql(arena, &subnet->id)};
    struct rows found;
    TRY(tx_one(change->tx, QUERY(subnet_port_ids, params), &found));
    size_t n = (size_t) rows_count(&found);
    /* Two ids at least, so that an empty set is one as well. */
    const char **ids = ARENA_ARRAY(arena, const char *, n + 2);
    ids[n] = ids[n + 1] = "00000000-0000-0000-0000-000000000000";
    for (size_t i = 0; i < n; i++) {
        ids[i] = rows_text(&found, (int) i, 0);
    }
    return tx_one(change->tx,
                  sqlgen_get(arena, &port_resource.table, ids, n + 2,
                             &everything, ROW_CHANGE),
                  ret_rows);
}

static struct err *
delete_port(struct change *change, const struct port *port)
{
    const char *id = type_of(TYPE_UUID)->to_sql(change->arena, &port->id);
    struct rows rows;
    TRY(tx_one(change->tx,
               sqlgen_get(change->arena, &port_resource.table, &id, 1,
                          &everything, ROW_DELETE),
               &rows));
    return port_delete_rows(change, &rows);
}

struct err *
subnet_remove_dhcp(struct change *change, const struct subnet *subnet)
{
    struct rows rows;
    TRY(subnet_lock_ports(change, subnet, &rows));
    for (int row = 0; row < rows_count(&rows); row++) {
        const struct port *port =
            sqlgen_record(change->arena, &port_resource.table, &rows, row);
        if (strcmp(port->device_owner, DEVICE_OWNER_DHCP) == 0) {
            TRY(delete_port(change, port));
        }
    }
    return NULL;
}

/* --- SLAAC addresses of ports that were there before */

STATEMENT(subnet_slaac_ports,
    "SELECT id FROM ports WHERE network_id = $1::uuid"
    "   AND device_owner NOT LIKE 'network:%' AND ip_allocation <> 'none'"
    " ORDER BY id FOR NO KEY UPDATE");

/* Lets the port's own update rule add the address: fixed_ips as they are,
 * and SLAAC addresses come by themselves. */
static struct err *
add_slaac(struct change *change, const char *id)
{
    struct arena *arena = change->arena;
    struct rows rows, updated;
    TRY(tx_one(change->tx,
               sqlgen_get(arena, &port_resource.table, &id, 1, &everything,
                          ROW_CHANGE),
               &rows));
    const struct port *port =
        sqlgen_record(arena, &port_resource.table, &rows, 0);
    struct port *patch = table_new_record(arena, &port_resource.table);
    patch->fixed_ips = port->fixed_ips;
    if (port->fixed_ips.n > 0) {
        record_set(&patch->rec, PORT_FIXED_IPS);
    } else {
        record_unset(&((struct port *) (uintptr_t) port)->rec,
                     PORT_FIXED_IPS);
    }
    TRY(port_resource.before_update(change, port, patch));
    return change_update(change, &port_resource,
                         change_snapshot(change, &port_resource, &rows, 0),
                         patch, id, &updated);
}

static struct err *
add_slaac_to_all(struct change *change, const struct subnet *subnet)
{
    const char *params[] = {
        type_of(TYPE_UUID)->to_sql(change->arena, &subnet->network_id)};
    struct rows rows;
    TRY(tx_one(change->tx, QUERY(subnet_slaac_ports, params), &rows));
    for (int row = 0; row < rows_count(&rows); row++) {
        TRY(add_slaac(change, rows_text(&rows, row, 0)));
    }
    return NULL;
}

struct err *
subnet_add_ports(struct change *change, const struct subnet *subnet)
{
    if (subnet_is_eui64(subnet)) {
        TRY(add_slaac_to_all(change, subnet));
    }
    return subnet_add_dhcp(change, subnet);
}

/* --- the gateway */

/* A router that holds the gateway's address keeps it the gateway. */
struct err *
subnet_check_gateway_free(struct change *change,
                          const struct subnet *current,
                          const struct subnet *merged)
{
    if (!record_has(&current->rec, SUBNET_GATEWAY_IP) ||
        (record_has(&merged->rec, SUBNET_GATEWAY_IP) &&
         ip_equal(&current->gateway_ip, &merged->gateway_ip))) {
        return NULL;
    }
    struct arena *arena = change->arena;
    const char *ip = type_of(TYPE_IP)->to_sql(arena, &current->gateway_ip);
    const char *id = type_of(TYPE_UUID)->to_sql(arena, &current->id);
    struct blockers blockers = blockers_none(arena, change->caller);
    struct blocker_query query = blockers_of_gateway(arena, id, ip);
    TRY(blockers_find(&blockers, change->tx, &query));
    if (blockers.total == 0) {
        return NULL;
    }
    const char *port = blockers.items[0].id;
    return blockers_refuse(
        &blockers,
        err_new(arena, ERR_GATEWAY_IN_USE,
                "current gateway ip \"%s\" is already in use by %s", ip,
                port == NULL ? "a port of another project"
                             : arena_printf(arena, "port \"%s\"", port)));
}
