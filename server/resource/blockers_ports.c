/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ports that stand in the way: of a network, of a subnet, of an address.
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

static struct blocker_query
ask(struct arena *arena, const char *sql, const char *a, const char *b,
    blocker_reason_fn *reason)
{
    const char **params = ARENA_ARRAY(arena, const char *, 2);
    params[0] = a;
    params[1] = b;
    return (struct blocker_query){{sql, params, b == NULL ? 1 : 2}, reason};
}

static bool
is_empty(const char *text)
{
    return text == NULL || text[0] == '\0';
}

/* 'Router "r1"' is better than nothing where a device has no id. */
static const char *
device_of(struct arena *arena, const struct blocker *port)
{
    if (is_empty(port->device_id)) {
        return arena_printf(arena, "A device of \"%s\"", port->device_owner);
    }
    return is_empty(port->device_owner)
               ? arena_printf(arena, "Device \"%s\"", port->device_id)
               : arena_printf(arena, "Device \"%s\" of \"%s\"",
                              port->device_id, port->device_owner);
}

/* --- what keeps a network or a subnet */

/* Who uses a port, and what to do about it; 'where' is what is kept. */
static const char *
reason_of_use(struct arena *arena, const struct blocker *port,
              const char *where)
{
    if (port->id == NULL) {
        return arena_printf(arena,
                            "A port of another project %s: only that project "
                            "or an admin can delete it.", where);
    }
    if (port_is_platform(port->device_owner)) {
        return blockers_reason_platform(arena, port, NULL, 0);
    }
    if (!is_empty(port->device_owner) || !is_empty(port->device_id)) {
        return arena_printf(arena,
                            "%s uses the port, which %s: detach or delete "
                            "the device, then delete the port, or delete "
                            "all by a plan with ?cascade=plan.",
                            device_of(arena, port), where);
    }
    return arena_printf(arena,
                        "The port %s: delete it first, or delete both by a "
                        "plan with ?cascade=plan.", where);
}

static const char *
reason_in_network(struct arena *arena, const struct blocker *port,
                  const struct rows *rows, int row)
{
    (void) rows;
    (void) row;
    return reason_of_use(arena, port, "is in the network");
}

static const char *
reason_in_subnet(struct arena *arena, const struct blocker *port,
                 const struct rows *rows, int row)
{
    (void) rows;
    (void) row;
    return reason_of_use(arena, port, "has an address in the subnet");
}

STATEMENT(blockers_network_ports,
    PORT(FIRST_IP)
    "  FROM ports p WHERE p.network_id = $1::uuid"
    "   AND p.device_owner <> ALL($2::text[])" PAGE);

struct blocker_query
blockers_of_network(struct arena *arena, const struct caller *caller,
                    const char *id)
{
    (void) caller;
    return ask(arena, blockers_network_ports.sql, id,
               port_automatic_owners(arena), reason_in_network);
}

/* SLAAC addresses go with their subnet, except those of routers. */
STATEMENT(blockers_subnet_ports,
    PORT("host(a.ip)")
    "  FROM (SELECT port_id, min(ip_address) AS ip FROM ip_allocations"
    "         WHERE subnet_id = $1::uuid GROUP BY port_id) a"
    "  JOIN ports p ON p.id = a.port_id"
    "  JOIN subnets s ON s.id = $1::uuid"
    " WHERE p.device_owner <> ALL($2::text[])"
    "   AND (coalesce(s.ipv6_address_mode, '') NOT IN"
    "            ('slaac', 'dhcpv6-stateless')"
    "        OR starts_with(p.device_owner, 'network:router_'))" PAGE);

struct blocker_query
blockers_of_subnet(struct arena *arena, const struct caller *caller,
                   const char *id)
{
    (void) caller;
    return ask(arena, blockers_subnet_ports.sql, id,
               port_automatic_owners(arena), reason_in_subnet);
}

/* --- what keeps a port */

const char *
blockers_reason_platform(struct arena *arena, const struct blocker *port,
                         const struct rows *rows, int row)
{
    (void) rows;
    (void) row;
    if (port_is_automatic(port->device_owner)) {
        return arena_printf(arena,
                            "The platform made the port for \"%s\" and "
                            "removes it with its subnet.",
                            port->device_owner);
    }
    return arena_printf(arena,
                        "%s, which the platform runs, uses the port: take "
                        "the network or the subnet away from that device, or "
                        "ask an admin.", device_of(arena, port));
}

STATEMENT(blockers_platform_port,
    PORT(FIRST_IP)
    "  FROM ports p WHERE p.id = $1::uuid AND NOT $2::boolean"
    "   AND starts_with(p.device_owner, 'network:')" PAGE);

struct blocker_query
blockers_of_port(struct arena *arena, const struct caller *caller,
                 const char *id)
{
    return ask(arena, blockers_platform_port.sql, id,
               caller->is_admin ? "t" : "f", blockers_reason_platform);
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
    return ask(arena, blockers_address_holder.sql, subnet_id, ip,
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
    return ask(arena, blockers_mac_holder.sql, network_id, mac,
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
                        device_of(arena, port));
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
    return ask(arena, blockers_gateway_holder.sql, subnet_id, ip,
               reason_holds_gateway);
}

/* --- whose ports they are */

static const char *
reason_closing(struct arena *arena, const struct blocker *port,
               const struct rows *rows, int row)
{
    (void) rows;
    (void) row;
    if (port->id == NULL) {
        return "A port of another project is in the network, which stays "
               "open to others as long as they use it.";
    }
    return arena_printf(arena,
                        "The port of project \"%s\" is in the network: it "
                        "must be deleted before the network is closed to "
                        "that project.", port->owner);
}

STATEMENT(blockers_ports_of_others,
    PORT(FIRST_IP)
    "  FROM ports p WHERE p.network_id = $1::uuid AND p.project_id <> $2"
    "   AND NOT starts_with(p.device_owner, 'network:')" PAGE);

struct blocker_query
blockers_of_closing(struct arena *arena, const char *network_id,
                    const char *project_id)
{
    return ask(arena, blockers_ports_of_others.sql, network_id, project_id,
               reason_closing);
}

const char *
blockers_reason_foreign(struct arena *arena, const struct blocker *blocker,
                        const struct rows *rows, int row)
{
    (void) rows;
    (void) row;
    if (blocker->id == NULL) {
        return arena_printf(arena,
                            "A %s of another project is in the way: only "
                            "that project or an admin can delete it.",
                            blocker->type);
    }
    return arena_printf(arena,
                        "The %s belongs to project \"%s\", and a plan takes "
                        "only objects of one project along: delete it "
                        "first.", blocker->type, blocker->owner);
}
