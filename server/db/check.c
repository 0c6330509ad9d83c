/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invariants of the data.  Each query returns a row per violation: what it
 * is, as one text.
 */
#include "db/check.h"

#include "core/arena.h"
#include "db/conn.h"
#include "db/tx.h"

#define CHECK_OF(sql_) \
    "SELECT count(*), min(what) FROM (" sql_ ") AS violations(what)"

STATEMENT(check_address_twice, CHECK_OF(
    "SELECT n.id || ' ' || a.ip_address FROM ip_allocations a"
    "  JOIN networks n ON n.id = a.network_id"
    " GROUP BY n.id, a.ip_address HAVING count(*) > 1"));

STATEMENT(check_address_in_cidr, CHECK_OF(
    "SELECT a.subnet_id || ' ' || a.ip_address FROM ip_allocations a"
    "  JOIN subnets s ON s.id = a.subnet_id"
    " WHERE NOT a.ip_address <<= s.cidr"));

STATEMENT(check_allocation_has_port, CHECK_OF(
    "SELECT a.subnet_id || ' ' || a.ip_address FROM ip_allocations a"
    " WHERE NOT EXISTS (SELECT 1 FROM ports p, json_array_elements("
    "                          p.fixed_ips) AS f"
    "                    WHERE p.id = a.port_id"
    "                      AND p.network_id = a.network_id"
    "                      AND (f->>'subnet_id')::uuid = a.subnet_id"
    "                      AND (f->>'ip_address')::inet = a.ip_address)"));

STATEMENT(check_port_has_allocation, CHECK_OF(
    "SELECT p.id || ' ' || f::text"
    "  FROM ports p, json_array_elements(p.fixed_ips) AS f"
    " WHERE NOT EXISTS (SELECT 1 FROM ip_allocations a"
    "                    WHERE a.port_id = p.id"
    "                      AND a.subnet_id = (f->>'subnet_id')::uuid"
    "                      AND a.ip_address = (f->>'ip_address')::inet)"));

STATEMENT(check_subnet_counters, CHECK_OF(
    "SELECT s.id || ' allocated ' || coalesce(u.allocated::text, 'none')"
    "       || ' released ' || coalesce(u.released::text, 'none')"
    "  FROM subnets s LEFT JOIN subnet_usage u ON u.subnet_id = s.id"
    " WHERE u.subnet_id IS NULL OR u.network_id <> s.network_id"
    "    OR u.allocated <> (SELECT count(*) FROM ip_allocations a"
    "                        WHERE a.subnet_id = s.id)"
    "    OR u.released <> (SELECT count(*) FROM released_addresses r"
    "                       WHERE r.subnet_id = s.id)"));

STATEMENT(check_released_is_free, CHECK_OF(
    "SELECT r.subnet_id || ' ' || r.ip_address FROM released_addresses r"
    " WHERE EXISTS (SELECT 1 FROM ip_allocations a"
    "                WHERE a.subnet_id = r.subnet_id"
    "                  AND a.ip_address = r.ip_address)"
    "    OR NOT EXISTS (SELECT 1 FROM subnet_pools p"
    "                    WHERE p.subnet_id = r.subnet_id"
    "                      AND r.ip_address >= p.first_ip"
    "                      AND r.ip_address <= p.last_ip"
    "                      AND (p.next_ip IS NULL"
    "                           OR r.ip_address < p.next_ip))"));

/* Below the mark every address is in use or freed: none is forgotten. */
STATEMENT(check_none_forgotten, CHECK_OF(
    "SELECT p.subnet_id || ' ' || p.first_ip FROM subnet_pools p"
    "  JOIN subnets s ON s.id = p.subnet_id"
    " WHERE (s.ip_version = 4"
    "        OR p.next_ip IS NULL AND p.last_ip - p.first_ip < 1000000"
    "        OR p.next_ip IS NOT NULL"
    "           AND p.next_ip <= p.first_ip + 1000000)"
    "   AND CASE WHEN p.next_ip IS NULL THEN p.last_ip - p.first_ip + 1"
    "            ELSE p.next_ip - p.first_ip END"
    "       <> (SELECT count(*) FROM ip_allocations a"
    "            WHERE a.subnet_id = p.subnet_id"
    "              AND a.ip_address >= p.first_ip"
    "              AND a.ip_address <= p.last_ip"
    "              AND (p.next_ip IS NULL OR a.ip_address < p.next_ip))"
    "        + (SELECT count(*) FROM released_addresses r"
    "            WHERE r.subnet_id = p.subnet_id"
    "              AND r.ip_address >= p.first_ip"
    "              AND r.ip_address <= p.last_ip)"));

STATEMENT(check_pools_match, CHECK_OF(
    "SELECT s.id::text FROM subnets s"
    "  LEFT JOIN subnet_usage u ON u.subnet_id = s.id"
    " WHERE s.ip_version = 4 AND u.total IS DISTINCT FROM"
    "       (SELECT coalesce(sum(p.last_ip - p.first_ip + 1), 0)"
    "          FROM subnet_pools p WHERE p.subnet_id = s.id)"));

STATEMENT(check_quota_counters, CHECK_OF(
    "SELECT c.project_id || ' ' || c.resource || ' has ' || c.n"
    "       || ', counted ' || coalesce(q.used, 0)"
    "  FROM (SELECT project_id, 'network' AS resource, count(*) AS n"
    "          FROM networks GROUP BY project_id"
    "        UNION ALL SELECT project_id, 'subnet', count(*)"
    "          FROM subnets GROUP BY project_id"
    "        UNION ALL SELECT project_id, 'port', count(*)"
    "          FROM ports WHERE device_owner <> 'network:shadow_port'"
    "         GROUP BY project_id"
    "        UNION ALL SELECT project_id, resource, 0 FROM quotas q"
    "         WHERE used > 0 AND NOT EXISTS ("
    "               SELECT 1 FROM networks n"
    "                WHERE q.resource = 'network'"
    "                  AND n.project_id = q.project_id)"
    "           AND NOT EXISTS (SELECT 1 FROM subnets s"
    "                WHERE q.resource = 'subnet'"
    "                  AND s.project_id = q.project_id)"
    "           AND NOT EXISTS (SELECT 1 FROM ports p"
    "                WHERE q.resource = 'port'"
    "                  AND p.device_owner <> 'network:shadow_port'"
    "                  AND p.project_id = q.project_id)) c"
    "  LEFT JOIN quotas q ON q.project_id = c.project_id"
    "                    AND q.resource = c.resource"
    " WHERE c.n <> coalesce(q.used, 0)"));

STATEMENT(check_subnets_overlap, CHECK_OF(
    "SELECT a.id || ' ' || b.id FROM subnets a"
    "  JOIN subnets b ON b.network_id = a.network_id AND b.id > a.id"
    "                AND b.cidr && a.cidr"));

STATEMENT(check_mac_twice, CHECK_OF(
    "SELECT network_id || ' ' || mac_address FROM ports"
    " GROUP BY network_id, mac_address HAVING count(*) > 1"));

/* Rows and counts agree, all ports are where they belong, and what it owns is
 * there. */
STATEMENT(check_cluster_nodes, CHECK_OF(
    "SELECT c.id || ' ' || coalesce(g.name, x.name) || ' has '"
    "       || coalesce(x.n, 0) || ' of ' || coalesce(g.count, 0)"
    "  FROM cluster_networks c CROSS JOIN LATERAL (SELECT * FROM"
    "       (SELECT e->>'name' AS name, (e->>'count')::bigint AS count"
    "          FROM json_array_elements(c.node_groups) e) g"
    "       FULL JOIN (SELECT p.group_name, count(*) AS n"
    "          FROM cluster_ports p WHERE p.cluster_network_id = c.id"
    "         GROUP BY p.group_name) y ON y.group_name = g.name) z"
    "  CROSS JOIN LATERAL (SELECT z.name, z.count) g"
    "  CROSS JOIN LATERAL (SELECT z.group_name AS name, z.n) x"
    " WHERE coalesce(g.count, 0) <> coalesce(x.n, 0)"));

STATEMENT(check_cluster_ports, CHECK_OF(
    "SELECT c.id || ' ' || x.group_name || ' ' || x.number"
    "  FROM cluster_networks c"
    "  JOIN cluster_ports x ON x.cluster_network_id = c.id"
    "  LEFT JOIN ports p ON p.id = x.port_id"
    " WHERE p.network_id IS DISTINCT FROM c.network_id"
    "    OR p.project_id IS DISTINCT FROM c.project_id"
    "    OR NOT EXISTS (SELECT 1 FROM ip_allocations a"
    "                    WHERE a.port_id = x.port_id"
    "                      AND a.subnet_id = c.subnet_id)"));

STATEMENT(check_cluster_subnets, CHECK_OF(
    "SELECT c.id::text FROM cluster_networks c"
    "  LEFT JOIN networks n ON n.id = c.network_id"
    "  LEFT JOIN subnets s ON s.id = c.subnet_id"
    "  LEFT JOIN subnets p ON p.id = c.pods_subnet_id"
    " WHERE n.id IS NULL OR s.network_id IS DISTINCT FROM n.id"
    "    OR c.pods_subnet <> (c.pods_subnet_id IS NOT NULL)"
    "    OR c.pods_subnet AND (p.network_id IS DISTINCT FROM n.id"
    "                          OR p.cidr IS DISTINCT FROM c.pods_cidr)"
    "    OR c.owns_network AND n.project_id <> c.project_id"
    "    OR c.owns_network AND NOT c.owns_subnet"
    "    OR NOT c.external_ip AND NOT n.enable_shadow_port"
    "    OR c.loadbalancer_subnet_id IS NOT NULL AND NOT EXISTS ("
    "       SELECT 1 FROM subnets b WHERE b.id = c.loadbalancer_subnet_id)"));

STATEMENT(check_cluster_ranges, CHECK_OF(
    "SELECT coalesce(r.cluster_network_id, w.id) || ' '"
    "       || coalesce(r.kind, w.kind)"
    "  FROM reserved_ranges r FULL JOIN ("
    "       SELECT c.id, c.network_id, k.kind, k.cidr"
    "         FROM cluster_networks c, LATERAL (VALUES"
    "              ('pods', c.pods_cidr), ('services', c.services_cidr))"
    "              AS k(kind, cidr) WHERE k.cidr IS NOT NULL) w"
    "    ON w.id = r.cluster_network_id AND w.kind = r.kind"
    "   AND w.cidr = r.cidr AND w.network_id = r.network_id"
    " WHERE r.kind IS NULL OR w.kind IS NULL"
    " UNION ALL SELECT r.cluster_network_id || ' ' || r.cidr || ' ' || s.id"
    "  FROM reserved_ranges r"
    "  JOIN cluster_networks c ON c.id = r.cluster_network_id"
    "  JOIN subnets s ON s.network_id = r.network_id AND s.cidr && r.cidr"
    " WHERE r.kind <> 'pods' OR s.id IS DISTINCT FROM c.pods_subnet_id"));

STATEMENT(check_shadow_ports, CHECK_OF(
    "SELECT s.id || ' holds ' || count(p.id) FROM networks n"
    "  JOIN subnets s ON s.network_id = n.id"
    "  LEFT JOIN ports p ON p.network_id = n.id"
    "       AND p.device_owner = 'network:shadow_port'"
    "       AND EXISTS (SELECT 1 FROM ip_allocations a"
    "                    WHERE a.port_id = p.id AND a.subnet_id = s.id)"
    " WHERE n.enable_shadow_port GROUP BY s.id HAVING count(p.id) <> 1"
    " UNION ALL SELECT p.id || ' where there should be none'"
    "  FROM ports p JOIN networks n ON n.id = p.network_id"
    " WHERE p.device_owner = 'network:shadow_port'"
    "   AND NOT n.enable_shadow_port"));

static const struct check {
    const char *name;
    const struct statement *statement;
} checks[] = {
    {"no address is held twice", &check_address_twice},
    {"every address lies in its subnet", &check_address_in_cidr},
    {"every allocation has its port", &check_allocation_has_port},
    {"every fixed IP has its allocation", &check_port_has_allocation},
    {"subnet counters equal a recount", &check_subnet_counters},
    {"freed addresses are free and below a mark", &check_released_is_free},
    {"no address below a mark is forgotten", &check_none_forgotten},
    {"pools add up to the subnet's total", &check_pools_match},
    {"quota counters equal a recount", &check_quota_counters},
    {"no two subnets of a network overlap", &check_subnets_overlap},
    {"no MAC address is used twice in a network", &check_mac_twice},
    {"cluster bundles are complete: as many nodes as groups say",
     &check_cluster_nodes},
    {"cluster bundles are complete: every node has its port and address",
     &check_cluster_ports},
    {"cluster bundles are complete: networks and subnets are there",
     &check_cluster_subnets},
    {"reserved ranges are those of clusters and overlap no other subnet",
     &check_cluster_ranges},
    {"subnets hold the shadow ports of their network", &check_shadow_ports},
};
#define N_CHECKS (sizeof checks / sizeof *checks)

struct err *
check_run(struct arena *arena, const char *database_url,
          struct check_result **ret_results, size_t *ret_n)
{
    struct conn *conn = conn_new(arena, database_url);
    struct query queries[N_CHECKS + 1] = {
        {"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", NULL,
         0}};
    struct rows rows[N_CHECKS + 1];
    struct tx tx;
    for (size_t i = 0; i < N_CHECKS; i++) {
        queries[i + 1] = QUERY0(*checks[i].statement);
    }
    TRY(conn_open(conn, arena));
    tx_init(&tx, conn, arena);
    TRY(tx_commit(&tx, queries, N_CHECKS + 1, rows));
    *ret_results = ARENA_ARRAY(arena, struct check_result, N_CHECKS);
    *ret_n = N_CHECKS;
    for (size_t i = 0; i < N_CHECKS; i++) {
        (*ret_results)[i] = (struct check_result){
            .name = checks[i].name,
            .violations = rows_int(&rows[i + 1], 0, 0),
            .sample = rows_text(&rows[i + 1], 0, 1)};
    }
    return NULL;
}
