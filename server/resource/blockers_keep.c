/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What keeps an object from being deleted, or a network from being closed to
 * others: cluster networks, and ports.  What a cluster network takes along
 * itself is not told beside it.
 */
#include "core/arena.h"
#include "resource/blockers.h"
#include "resource/port.h"
#include "schema/sqlarray.h"

/* The columns of enum blocker_column but for the total, which ALL_OF adds. */
#define CLUSTER                                                            \
    "SELECT 'cluster_network' AS type, c.id, c.name, NULL, NULL, NULL,"    \
    "       c.project_id, false FROM cluster_networks c"
#define PORT(ip_)                                                          \
    "SELECT 'port' AS type, p.id, p.name, " ip_ ", p.device_owner,"        \
    "       p.device_id, p.project_id, false"
#define SUBNET                                                             \
    "SELECT 'subnet' AS type, s.id, s.name, NULL, NULL, NULL,"             \
    "       s.project_id, false"
#define FIRST_IP "p.fixed_ips -> 0 ->> 'ip_address'"
#define ALL_OF(selects_)                                                   \
    "SELECT x.*, count(*) OVER () FROM (" selects_ ") x"                   \
    " ORDER BY x.type, x.id" BLOCKERS_LIMIT

/* --- words */

static bool
is_cluster(const struct blocker *blocker)
{
    return strcmp(blocker->type, "cluster_network") == 0;
}

const char *
blockers_reason_cluster(struct arena *arena, const struct blocker *cluster,
                        const struct rows *rows, int row)
{
    (void) arena;
    (void) rows;
    (void) row;
    return cluster->id == NULL
               ? "A cluster network of another project needs it: only that "
                 "project or an admin can delete the cluster network."
               : "The cluster network needs it: delete the cluster network "
                 "first.";
}

/* Who uses a port, and what to do about it; 'where' is what is kept. */
static const char *
reason_of_use(struct arena *arena, const struct blocker *port,
              const char *where)
{
    if (is_cluster(port)) {
        return blockers_reason_cluster(arena, port, NULL, 0);
    }
    if (port->id == NULL) {
        return arena_printf(arena,
                            "A %s of another project %s: only that project "
                            "or an admin can delete it.", port->type, where);
    }
    if (port->device_owner != NULL && port_is_platform(port->device_owner)) {
        return blockers_reason_platform(arena, port, NULL, 0);
    }
    if (blockers_names_device(port)) {
        return arena_printf(arena,
                            "%s uses the port, which %s: detach or delete "
                            "the device, then delete the port, or delete "
                            "all by a plan with ?cascade=plan.",
                            blockers_device(arena, port), where);
    }
    return arena_printf(arena,
                        "The %s %s: delete it first, or delete both by a "
                        "plan with ?cascade=plan.", port->type, where);
}

/* --- what keeps a network */

#define USES_NETWORK                                                       \
    "(c.network_id = $1::uuid"                                             \
    " OR c.loadbalancer_subnet_id IN (SELECT s.id FROM subnets s"          \
    "                                  WHERE s.network_id = $1::uuid))"
#define NO_NODE                                                            \
    "NOT EXISTS (SELECT 1 FROM cluster_ports n WHERE n.port_id = p.id)"

static const char *
reason_in_network(struct arena *arena, const struct blocker *port,
                  const struct rows *rows, int row)
{
    (void) rows;
    (void) row;
    return reason_of_use(arena, port, "is in the network");
}

STATEMENT(blockers_network_users,
    ALL_OF(CLUSTER " WHERE " USES_NETWORK));

struct blocker_query
blockers_of_network_users(struct arena *arena, const char *id)
{
    return blockers_ask(arena, blockers_network_users.sql, id, NULL,
                        blockers_reason_cluster);
}

STATEMENT(blockers_keep_network,
    ALL_OF(CLUSTER " WHERE " USES_NETWORK
    " UNION ALL " PORT(FIRST_IP)
    "  FROM ports p WHERE p.network_id = $1::uuid"
    "   AND p.device_owner <> ALL($2::text[]) AND " NO_NODE));

struct blocker_query
blockers_of_network(struct arena *arena, const struct caller *caller,
                    const char *id)
{
    (void) caller;
    return blockers_ask(arena, blockers_keep_network.sql, id,
                        port_automatic_owners(arena), reason_in_network);
}

STATEMENT(blockers_shadow_port_users,
    ALL_OF(CLUSTER " WHERE c.network_id = $1::uuid AND NOT c.external_ip"));

struct blocker_query
blockers_of_shadow_port_users(struct arena *arena, const char *network_id)
{
    return blockers_ask(arena, blockers_shadow_port_users.sql, network_id,
                        NULL, blockers_reason_cluster);
}

/* --- what keeps a subnet */

#define USES_SUBNET                                                        \
    "(c.subnet_id = $1::uuid OR c.pods_subnet_id = $1::uuid"               \
    " OR c.loadbalancer_subnet_id = $1::uuid)"

static const char *
reason_in_subnet(struct arena *arena, const struct blocker *port,
                 const struct rows *rows, int row)
{
    (void) rows;
    (void) row;
    return reason_of_use(arena, port, "has an address in the subnet");
}

STATEMENT(blockers_subnet_users, ALL_OF(CLUSTER " WHERE " USES_SUBNET));

struct blocker_query
blockers_of_subnet_users(struct arena *arena, const char *id)
{
    return blockers_ask(arena, blockers_subnet_users.sql, id, NULL,
                        blockers_reason_cluster);
}

/* SLAAC addresses go with their subnet, except those of routers. */
STATEMENT(blockers_keep_subnet,
    ALL_OF(CLUSTER " WHERE " USES_SUBNET
    " UNION ALL " PORT("host(a.ip)")
    "  FROM (SELECT port_id, min(ip_address) AS ip FROM ip_allocations"
    "         WHERE subnet_id = $1::uuid GROUP BY port_id) a"
    "  JOIN ports p ON p.id = a.port_id"
    "  JOIN subnets s ON s.id = $1::uuid"
    " WHERE p.device_owner <> ALL($2::text[])"
    "   AND (coalesce(s.ipv6_address_mode, '') NOT IN"
    "            ('slaac', 'dhcpv6-stateless')"
    "        OR starts_with(p.device_owner, 'network:router_'))"
    "   AND NOT EXISTS (SELECT 1 FROM cluster_ports n"
    "                     JOIN cluster_networks c"
    "                       ON c.id = n.cluster_network_id"
    "                    WHERE n.port_id = p.id AND " USES_SUBNET ")"));

struct blocker_query
blockers_of_subnet(struct arena *arena, const struct caller *caller,
                   const char *id)
{
    (void) caller;
    return blockers_ask(arena, blockers_keep_subnet.sql, id,
                        port_automatic_owners(arena), reason_in_subnet);
}

/* --- what keeps a port */

const char *
blockers_reason_platform(struct arena *arena, const struct blocker *port,
                         const struct rows *rows, int row)
{
    (void) rows;
    (void) row;
    if (port_is_shadow(port->device_owner)) {
        return "The server keeps a shadow port in each subnet of the network: "
               "set \"enable_shadow_port\" of the network to false to have "
               "them removed.";
    }
    if (port_is_automatic(port->device_owner)) {
        return arena_printf(arena,
                            "The platform made the port for \"%s\" and "
                            "removes it with its subnet.",
                            port->device_owner);
    }
    return arena_printf(arena,
                        "%s, which the platform runs, uses the port: take "
                        "the network or the subnet away from that device, or "
                        "ask an admin.", blockers_device(arena, port));
}

static const char *
reason_of_port(struct arena *arena, const struct blocker *blocker,
               const struct rows *rows, int row)
{
    return is_cluster(blocker)
               ? "The port is a node's of the cluster network: scale its "
                 "group down by PUT of that instead."
               : blockers_reason_platform(arena, blocker, rows, row);
}

STATEMENT(blockers_keep_port,
    ALL_OF(CLUSTER " JOIN cluster_ports n ON n.cluster_network_id = c.id"
    " WHERE n.port_id = $1::uuid"
    " UNION ALL " PORT(FIRST_IP)
    "  FROM ports p WHERE p.id = $1::uuid"
    "   AND starts_with(p.device_owner, 'network:')"
    "   AND (NOT $2::boolean OR p.device_owner = 'network:shadow_port')"));

struct blocker_query
blockers_of_port(struct arena *arena, const struct caller *caller,
                 const char *id)
{
    return blockers_ask(arena, blockers_keep_port.sql, id,
                        caller->is_admin ? "t" : "f", reason_of_port);
}

static const char *
reason_of_addresses(struct arena *arena, const struct blocker *cluster,
                    const struct rows *rows, int row)
{
    (void) arena;
    (void) cluster;
    (void) rows;
    (void) row;
    return "The port is a node's of the cluster network, whose nodes keep an "
           "address of its subnet.";
}

STATEMENT(blockers_node_owner,
    ALL_OF(CLUSTER " JOIN cluster_ports n ON n.cluster_network_id = c.id"
    " WHERE n.port_id = $1::uuid"));

struct blocker_query
blockers_of_node_addresses(struct arena *arena, const char *id)
{
    return blockers_ask(arena, blockers_node_owner.sql, id, NULL,
                        reason_of_addresses);
}

/* --- what keeps a cluster network */

static const char *
reason_in_cluster(struct arena *arena, const struct blocker *blocker,
                  const struct rows *rows, int row)
{
    (void) rows;
    (void) row;
    return reason_of_use(arena, blocker,
                         "is in what goes with the cluster network");
}

/* What goes with the cluster network "me": "me.owned" are its subnets. */
#define ME                                                                 \
    "WITH me AS (SELECT c.id, c.network_id, c.owns_network,"               \
    "       array_remove(ARRAY[CASE WHEN c.owns_subnet THEN c.subnet_id END," \
    "                          c.pods_subnet_id], NULL) AS owned"          \
    "  FROM cluster_networks c WHERE c.id = $1::uuid) "

/* Those of others in it; nodes go with their own cluster networks. */
#define NEIGHBOURS                                                         \
    CLUSTER ", me WHERE c.id <> me.id"                                     \
    "   AND (c.subnet_id = ANY(me.owned) OR c.pods_subnet_id = ANY(me.owned)" \
    "        OR me.owns_network AND c.network_id = me.network_id"          \
    "        OR c.loadbalancer_subnet_id = ANY(me.owned)"                  \
    "        OR me.owns_network AND c.loadbalancer_subnet_id IN ("         \
    "           SELECT s.id FROM subnets s"                                \
    "            WHERE s.network_id = me.network_id))"

STATEMENT(blockers_cluster_neighbours, ME ALL_OF(NEIGHBOURS));

struct blocker_query
blockers_of_neighbours(struct arena *arena, const char *id)
{
    return blockers_ask(arena, blockers_cluster_neighbours.sql, id, NULL,
                        blockers_reason_cluster);
}

STATEMENT(blockers_keep_cluster,
    ME ALL_OF(NEIGHBOURS
    " UNION ALL " PORT(FIRST_IP)
    "  FROM me JOIN ports p ON p.network_id = me.network_id"
    " WHERE p.device_owner <> ALL($2::text[])"
    "   AND (me.owns_network OR EXISTS ("
    "        SELECT 1 FROM ip_allocations a"
    "         WHERE a.port_id = p.id AND a.subnet_id = ANY(me.owned)))"
    "   AND NOT EXISTS (SELECT 1 FROM cluster_ports n"
    "                     JOIN cluster_networks c"
    "                       ON c.id = n.cluster_network_id"
    "                    WHERE n.port_id = p.id"
    "                      AND (c.id = me.id OR me.owns_network"
    "                           OR c.subnet_id = ANY(me.owned)))"
    " UNION ALL " SUBNET
    "  FROM me JOIN subnets s ON s.network_id = me.network_id"
    " WHERE me.owns_network AND s.id <> ALL(me.owned)"));

struct blocker_query
blockers_of_cluster(struct arena *arena, const struct caller *caller,
                    const char *id)
{
    (void) caller;
    return blockers_ask(arena, blockers_keep_cluster.sql, id,
                        port_automatic_owners(arena), reason_in_cluster);
}

/* --- what keeps a network open to others */

static const char *
reason_closing(struct arena *arena, const struct blocker *blocker,
               const struct rows *rows, int row)
{
    const char *what = is_cluster(blocker) ? "cluster network" : "port";
    (void) rows;
    (void) row;
    if (blocker->id == NULL) {
        return arena_printf(arena,
                            "A %s of another project is in the network, which "
                            "stays open to others as long as they use it.",
                            what);
    }
    return arena_printf(arena,
                        "The %s of project \"%s\" is in the network: it must "
                        "be deleted before the network is closed to that "
                        "project.", what, blocker->owner);
}

/* What of project 'x_' is in its network by the policies in the array $1, and
 * by no other policy, nor by one for the project $2. */
#define POLICY(r_)                                                         \
    "(SELECT 1 FROM rbac_policies " r_ " WHERE " r_ ".object_id = g.id"     \
    "   AND " r_ ".action = 'access_as_shared'"
#define BY_POLICY(x_)                                                      \
    x_ ".project_id <> g.project_id"                                       \
    " AND $2::text IS DISTINCT FROM " x_ ".project_id"                     \
    " AND $2::text IS DISTINCT FROM '*'"                                   \
    " AND EXISTS " POLICY("r") " AND r.id = ANY($1::uuid[])"               \
    "     AND r.target_tenant IN ('*', " x_ ".project_id))"                \
    " AND NOT EXISTS " POLICY("r") " AND r.id <> ALL($1::uuid[])"          \
    "     AND r.target_tenant IN ('*', " x_ ".project_id))"
#define ITS_NETWORK                                                        \
    "(SELECT n.id, n.project_id FROM networks n WHERE n.id IN"             \
    "        (SELECT q.object_id FROM rbac_policies q"                     \
    "          WHERE q.id = ANY($1::uuid[]))) g"

STATEMENT(blockers_by_policy,
    ALL_OF(CLUSTER " JOIN " ITS_NETWORK " ON g.id = c.network_id"
    " WHERE " BY_POLICY("c")
    " UNION ALL " PORT(FIRST_IP)
    "  FROM ports p JOIN " ITS_NETWORK " ON g.id = p.network_id"
    " WHERE " BY_POLICY("p")
    "   AND NOT starts_with(p.device_owner, 'network:') AND " NO_NODE));

struct blocker_query
blockers_of_unsharing(struct arena *arena, const char *const *ids, size_t n,
                      const char *target)
{
    const char **params = ARENA_ARRAY(arena, const char *, 2);
    params[0] = sqlarray_format(arena, ids, n);
    params[1] = target;
    return (struct blocker_query){{blockers_by_policy.sql, params, 2},
                                  reason_closing};
}

/* --- what keeps a plan */

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
