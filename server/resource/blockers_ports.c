/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ports that stand in the way because they hold an address or a MAC.
 */
#include "core/arena.h"
#include "resource/blockers.h"
#include "resource/port.h"

/* The columns of enum blocker_column for a port "p" that is named with the
 * address 'ip_'. */
#define PORT(ip_)                                                        \
    "SELECT 'port', p.id, p.name, " ip_ ", p.device_owner, p.device_id," \
    "       p.project_id, false, count(*) OVER ()"
#define FIRST_IP "p.fixed_ips -> 0 ->> 'ip_address'"
#define PAGE " ORDER BY p.id" BLOCKERS_LIMIT

static bool
is_empty(const char *text)
{
    return text == NULL || text[0] == '\0';
}

bool
blockers_names_device(const struct blocker *port)
{
    return !is_empty(port->device_owner) || !is_empty(port->device_id);
}

/* 'Router "r1"' is better than nothing where a device has no id. */
const char *
blockers_device(struct arena *arena, const struct blocker *port)
{
    if (is_empty(port->device_id)) {
        return arena_printf(arena, "A device of \"%s\"", port->device_owner);
    }
    return is_empty(port->device_owner)
               ? arena_printf(arena, "Device \"%s\"", port->device_id)
               : arena_printf(arena, "Device \"%s\" of \"%s\"",
                              port->device_id, port->device_owner);
}

/* --- who holds an address */

static const char *
reason_holds_ip(struct arena *arena, const struct blocker *port,
                const struct rows *rows, int row)
{
    (void) rows;
    (void) row;
    if (port->id == NULL) {
        return "A port of another project holds the address: choose another "
               "one.";
    }
    return arena_printf(arena,
                        "The port holds \"%s\": choose another address, or "
                        "take this one from the port.", port->ip_address);
}

STATEMENT(blockers_address_holder,
    PORT("host(a.ip_address)")
    "  FROM ip_allocations a JOIN ports p ON p.id = a.port_id"
    " WHERE a.subnet_id = $1::uuid AND a.ip_address = $2::inet" PAGE);

struct blocker_query
blockers_of_address(struct arena *arena, const char *subnet_id,
                    const char *ip)
{
    return blockers_ask(arena, blockers_address_holder.sql, subnet_id, ip,
                        reason_holds_ip);
}

static const char *
reason_holds_mac(struct arena *arena, const struct blocker *port,
                 const struct rows *rows, int row)
{
    (void) arena;
    (void) rows;
    (void) row;
    return port->id == NULL
               ? "A port of another project has the MAC address: choose "
                 "another one, or none to have one made."
               : "The port has the MAC address, which is unique in a network: "
                 "choose another one, or none to have one made.";
}

STATEMENT(blockers_mac_holder,
    PORT(FIRST_IP)
    "  FROM ports p WHERE p.network_id = $1::uuid"
    "   AND p.mac_address = $2::macaddr" PAGE);

struct blocker_query
blockers_of_mac(struct arena *arena, const char *network_id, const char *mac)
{
    return blockers_ask(arena, blockers_mac_holder.sql, network_id, mac,
                        reason_holds_mac);
}

static const char *
reason_holds_gateway(struct arena *arena, const struct blocker *port,
                     const struct rows *rows, int row)
{
    (void) rows;
    (void) row;
    if (port->id == NULL) {
        return "A router of another project holds the gateway address: the "
               "subnet must be taken away from it before its gateway_ip "
               "changes.";
    }
    return arena_printf(arena,
                        "%s holds the gateway address: take the subnet away "
                        "from that router before its gateway_ip changes.",
                        blockers_device(arena, port));
}

STATEMENT(blockers_gateway_holder,
    PORT("host(a.ip_address)")
    "  FROM ip_allocations a JOIN ports p ON p.id = a.port_id"
    " WHERE a.subnet_id = $1::uuid AND a.ip_address = $2::inet"
    "   AND starts_with(p.device_owner, 'network:router_interface')" PAGE);

struct blocker_query
blockers_of_gateway(struct arena *arena, const char *subnet_id,
                    const char *ip)
{
    return blockers_ask(arena, blockers_gateway_holder.sql, subnet_id, ip,
                        reason_holds_gateway);
}
