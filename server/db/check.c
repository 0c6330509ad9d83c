/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invariants of the data.  Each query returns a row per violation: what it
 * is, as one text.  They are set-based: each table is read a constant number
 * of times, however many subnets and ports there are.
 */
#include "db/check.h"

#include "core/arena.h"
#include "db/conn.h"

#define CHECK_OF(sql_) \
    "SELECT count(*), min(what) FROM (" sql_ ") AS violations(what)"

/* True when port p shows allocation a, as the server writes it.  Reading JSON
 * would take most of the time of an audit; it is read where this is false. */
#define SHOWS                                                      \
    "strpos(p.fixed_ips::text, '{\"subnet_id\":\"' || a.subnet_id" \
    "       || '\",\"ip_address\":\"' || host(a.ip_address) || '\"}') > 0"
#define IS_OF(a_, f_)                                        \
    a_ ".subnet_id = (" f_ "->>'subnet_id')::uuid AND "       \
    a_ ".ip_address = (" f_ "->>'ip_address')::inet"

/* 'ip_' as a number: inet has no difference beyond 63 bits. */
#define WORD(ip_, at_) \
    "('x' || substr(encode(inet_send(" ip_ "), 'hex'), " at_ \
    ", 8))::bit(32)::bigint::numeric"
#define NUMBER_V6(ip_)                                                   \
    "(" WORD(ip_, "9") " * 79228162514264337593543950336 + "             \
    WORD(ip_, "17") " * 18446744073709551616 + "                         \
    WORD(ip_, "25") " * 4294967296 + " WORD(ip_, "33") ")"

/* --- addresses */

STATEMENT(check_address_twice, CHECK_OF(
    "SELECT a.network_id || ' ' || a.ip_address FROM ip_allocations a"
    " GROUP BY a.network_id, a.ip_address HAVING count(*) > 1"));

STATEMENT(check_address_in_cidr, CHECK_OF(
    "SELECT a.subnet_id || ' ' || a.ip_address FROM ip_allocations a"
    "  JOIN subnets s ON s.id = a.subnet_id"
    " WHERE NOT a.ip_address <<= s.cidr"));

STATEMENT(check_address_in_network, CHECK_OF(
    "SELECT a.subnet_id || ' ' || a.ip_address FROM ip_allocations a"
    "  LEFT JOIN subnets s ON s.id = a.subnet_id"
    "  LEFT JOIN ports p ON p.id = a.port_id"
    " WHERE s.network_id IS DISTINCT FROM a.network_id"
    "    OR p.network_id <> a.network_id"));

STATEMENT(check_allocation_has_port, CHECK_OF(
    "SELECT a.subnet_id || ' ' || a.ip_address FROM ip_allocations a"
    "  LEFT JOIN ports p ON p.id = a.port_id"
    " WHERE p.id IS NULL"
    "    OR NOT " SHOWS
    "   AND NOT EXISTS (SELECT 1 FROM json_array_elements(p.fixed_ips) AS f"
    "                    WHERE " IS_OF("a", "f") ")"));

STATEMENT(check_port_has_allocation, CHECK_OF(
    "SELECT c.id || ' ' || (f->>'ip_address')"
    "  FROM (SELECT p.id, p.fixed_ips, count(a.port_id) AS shown FROM ports p"
    "          LEFT JOIN ip_allocations a ON a.port_id = p.id AND " SHOWS
    "         GROUP BY p.id) c,"
    "       json_array_elements(c.fixed_ips) AS f"
    " WHERE json_array_length(c.fixed_ips) <> c.shown"
    "   AND NOT EXISTS (SELECT 1 FROM ip_allocations a"
    "                    WHERE a.port_id = c.id AND " IS_OF("a", "f") ")"));

STATEMENT(check_port_has_network, CHECK_OF(
    "SELECT p.id || ' ' || p.network_id FROM ports p"
    "  LEFT JOIN networks n ON n.id = p.network_id WHERE n.id IS NULL"));

STATEMENT(check_mac_twice, CHECK_OF(
    "SELECT network_id || ' ' || mac_address FROM ports"
    " GROUP BY network_id, mac_address HAVING count(*) > 1"));

/* --- counters */

STATEMENT(check_subnet_counters, CHECK_OF(
    "SELECT s.id || ' allocated ' || coalesce(u.allocated::text, 'none')"
    "       || ' released ' || coalesce(u.released::text, 'none')"
    "  FROM subnets s LEFT JOIN subnet_usage u ON u.subnet_id = s.id"
    "  LEFT JOIN (SELECT subnet_id, count(*) AS n FROM ip_allocations"
    "              GROUP BY subnet_id) a ON a.subnet_id = s.id"
    "  LEFT JOIN (SELECT subnet_id, count(*) AS n FROM released_addresses"
    "              GROUP BY subnet_id) r ON r.subnet_id = s.id"
    " WHERE u.subnet_id IS NULL OR u.network_id <> s.network_id"
    "    OR u.allocated <> coalesce(a.n, 0)"
    "    OR u.released <> coalesce(r.n, 0)"));

STATEMENT(check_quota_counters, CHECK_OF(
    "WITH counted AS ("
    "    SELECT project_id, 'network' AS resource, count(*) AS n"
    "      FROM networks GROUP BY project_id"
    "    UNION ALL SELECT project_id, 'subnet', count(*)"
    "      FROM subnets GROUP BY project_id"
    "    UNION ALL SELECT project_id, 'subnetpool', count(*)"
    "      FROM subnetpools GROUP BY project_id"
    "    UNION ALL SELECT project_id, 'port', count(*)"
    "      FROM ports WHERE device_owner <> 'network:shadow_port'"
    "     GROUP BY project_id"
    "    UNION ALL SELECT project_id, 'rbac_policy', count(*)"
    "      FROM rbac_policies GROUP BY project_id),"
    " kept AS (SELECT project_id, resource, used FROM quotas"
    "           WHERE resource IN ('network', 'subnet', 'port',"
    "                            'subnetpool', 'rbac_policy'))"
    " SELECT project_id || ' ' || resource || ' has ' || coalesce(c.n, 0)"
    "        || ', counted ' || coalesce(k.used, 0)"
    "   FROM counted c FULL JOIN kept k USING (project_id, resource)"
    "  WHERE coalesce(c.n, 0) <> coalesce(k.used, 0)"));

/* --- subnets and their pools */

/* Of two that overlap one holds the other, and stands before it. */
STATEMENT(check_subnets_overlap, CHECK_OF(
    "SELECT before_id || ' ' || id"
    "  FROM (SELECT id, cidr, lag(id) OVER w AS before_id,"
    "               lag(cidr) OVER w AS before_cidr"
    "          FROM subnets"
    "        WINDOW w AS (PARTITION BY network_id ORDER BY cidr)) o"
    " WHERE cidr && before_cidr"));

STATEMENT(check_pools_total, CHECK_OF(
    "SELECT s.id::text FROM subnets s"
    "  LEFT JOIN subnet_usage u ON u.subnet_id = s.id"
    "  LEFT JOIN (SELECT subnet_id, sum(CASE WHEN family(first_ip) = 4"
    "                    THEN last_ip - first_ip + 1"
    "                    ELSE " NUMBER_V6("last_ip") " - "
                                NUMBER_V6("first_ip") " + 1 END) AS n"
    "               FROM subnet_pools GROUP BY subnet_id) p"
    "         ON p.subnet_id = s.id"
    " WHERE u.total IS DISTINCT FROM coalesce(p.n, 0)"));

/* Ranges that follow each other as one: what was given of a pool and what was
 * not may be rows of their own. */
#define JOINED(ranges_)                                                   \
    "(SELECT subnet_id, min(first_ip) AS first_ip, max(last_ip) AS last_ip" \
    "   FROM (SELECT r.*, count(*) FILTER (WHERE starts) OVER (PARTITION BY" \
    "                subnet_id ORDER BY first_ip) AS no"                  \
    "           FROM (SELECT r.*, (lag(last_ip) OVER (PARTITION BY"       \
    "                        subnet_id ORDER BY first_ip) + 1"            \
    "                        = first_ip) IS NOT TRUE AS starts"           \
    "                   FROM (" ranges_ ") r) r) r"                       \
    "  GROUP BY subnet_id, no)"

STATEMENT(check_pools_match, CHECK_OF(
    "SELECT coalesce(a.subnet_id, p.subnet_id)"
    "       || ' ' || coalesce(a.first_ip, p.first_ip)"
    "  FROM " JOINED(
        "SELECT s.id AS subnet_id, (x->>'start')::inet AS first_ip,"
        "       (x->>'end')::inet AS last_ip"
        "  FROM subnets s, json_array_elements(s.allocation_pools) AS x") " a"
    "  FULL JOIN " JOINED(
        "SELECT subnet_id, first_ip, last_ip FROM subnet_pools") " p"
    "         ON p.subnet_id = a.subnet_id AND p.first_ip = a.first_ip"
    " WHERE p.last_ip IS DISTINCT FROM a.last_ip"));

STATEMENT(check_released_is_free, CHECK_OF(
    "SELECT r.subnet_id || ' ' || r.ip_address FROM released_addresses r"
    "  LEFT JOIN ip_allocations a ON a.subnet_id = r.subnet_id"
    "                            AND a.ip_address = r.ip_address"
    " WHERE a.subnet_id IS NOT NULL"
    "    OR NOT EXISTS (SELECT 1 FROM subnet_pools p"
    "                    WHERE p.subnet_id = r.subnet_id"
    "                      AND r.ip_address >= p.first_ip"
    "                      AND r.ip_address <= p.last_ip"
    "                      AND (p.next_ip IS NULL"
    "                           OR r.ip_address < p.next_ip))"));

/* A mark lies in its pool. */
STATEMENT(check_mark_in_pool, CHECK_OF(
    "SELECT subnet_id || ' ' || next_ip FROM subnet_pools"
    " WHERE next_ip < first_ip OR next_ip > last_ip"
    "    OR family(next_ip) <> family(first_ip)"));

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
    "              AND r.ip_address <= p.last_ip"
    "              AND (p.next_ip IS NULL OR r.ip_address < p.next_ip))"));

/* --- subnet pools */

STATEMENT(check_subnet_blocks, CHECK_OF(
    "SELECT coalesce(s.id, b.subnet_id) || ' ' || coalesce(s.cidr, b.cidr)"
    "  FROM (SELECT * FROM subnets WHERE subnetpool_id IS NOT NULL) s"
    "  FULL JOIN (SELECT * FROM subnetpool_blocks"
    "              WHERE subnet_id IS NOT NULL) b ON b.subnet_id = s.id"
    " WHERE b.subnetpool_id IS DISTINCT FROM s.subnetpool_id"
    "    OR b.cidr IS DISTINCT FROM s.cidr"
    "    OR b.project_id IS DISTINCT FROM s.project_id"));

/* None overlap, none is outside, and they add up. */
#define SIZE_OF(cidr_) \
    "2::numeric ^ ((family(" cidr_ ") / 3 * 3 + 1) * 32 - masklen(" cidr_ "))"
STATEMENT(check_blocks_add_up, CHECK_OF(
    "SELECT p.id || ' has ' || coalesce(b.n, 0) || ' of ' || coalesce(x.n, 0)"
    "  FROM subnetpools p"
    "  LEFT JOIN (SELECT subnetpool_id, sum(" SIZE_OF("cidr") ") AS n"
    "               FROM subnetpool_blocks GROUP BY subnetpool_id) b"
    "         ON b.subnetpool_id = p.id"
    "  LEFT JOIN (SELECT q.id, sum(" SIZE_OF("c") ") AS n"
    "               FROM subnetpools q, unnest(q.prefixes) AS c"
    "              GROUP BY q.id) x ON x.id = p.id"
    " WHERE coalesce(b.n, 0) <> coalesce(x.n, 0)"
    " UNION ALL SELECT b.subnetpool_id || ' ' || b.cidr"
    "  FROM subnetpool_blocks b JOIN subnetpools p ON p.id = b.subnetpool_id"
    " WHERE NOT b.cidr <<= ANY(p.prefixes)"
    " UNION ALL SELECT subnetpool_id || ' ' || cidr"
    "  FROM (SELECT subnetpool_id, cidr, lag(cidr) OVER (PARTITION BY"
    "               subnetpool_id ORDER BY cidr) AS before_cidr"
    "          FROM subnetpool_blocks) o"
    " WHERE cidr && before_cidr"));

/* Free halves of one block are one block. */
STATEMENT(check_settled_blocks, CHECK_OF(
    "SELECT subnetpool_id || ' ' || min(cidr) FROM subnetpool_blocks"
    " WHERE settled AND masklen(cidr) > 0"
    " GROUP BY subnetpool_id, masklen(cidr),"
    "          network(set_masklen(cidr::inet, masklen(cidr) - 1))"
    " HAVING count(*) > 1"));

STATEMENT(check_scope_prefixes, CHECK_OF(
    "SELECT coalesce(a.subnetpool_id, w.id) || ' ' || coalesce(a.cidr, w.cidr)"
    "  FROM address_scope_prefixes a FULL JOIN ("
    "       SELECT p.id, p.address_scope_id, c AS cidr"
    "         FROM subnetpools p, unnest(p.prefixes) AS c"
    "        WHERE p.address_scope_id IS NOT NULL) w"
    "    ON w.id = a.subnetpool_id AND w.cidr = a.cidr"
    "   AND w.address_scope_id = a.address_scope_id"
    " WHERE a.cidr IS NULL OR w.cidr IS NULL"
    " UNION ALL SELECT subnetpool_id || ' ' || cidr"
    "  FROM (SELECT subnetpool_id, cidr, lag(cidr) OVER (PARTITION BY"
    "               address_scope_id ORDER BY cidr) AS before_cidr"
    "          FROM address_scope_prefixes) o"
    " WHERE cidr && before_cidr"));

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

STATEMENT(check_policies_shown, CHECK_OF(
    "SELECT n.id::text FROM networks n LEFT JOIN rbac_policies r"
    "    ON r.object_id = n.id GROUP BY n.id HAVING n.shared <> ('access_as_"
    "shared*' = ANY(array_agg(concat(r.action, r.target_tenant)))) OR n.router"
    "_external <> ('access_as_external' = ANY(array_agg(concat(r.action))))"));

static const struct check {
    const char *name;
    const struct statement *statement;
} checks[] = {
    {"no address is held twice", &check_address_twice},
    {"every address lies in its subnet", &check_address_in_cidr},
    {"every address is in the network of its subnet and port",
     &check_address_in_network},
    {"every port has its network", &check_port_has_network},
    {"every allocation has its port", &check_allocation_has_port},
    {"every fixed IP has its allocation", &check_port_has_allocation},
    {"subnet counters equal a recount", &check_subnet_counters},
    {"freed addresses are free and below a mark", &check_released_is_free},
    {"every mark lies in its pool", &check_mark_in_pool},
    {"no address below a mark is forgotten", &check_none_forgotten},
    {"pools add up to the subnet's total", &check_pools_total},
    {"pools are those that the subnet shows", &check_pools_match},
    {"quota counters equal a recount", &check_quota_counters},
    {"no two subnets of a network overlap", &check_subnets_overlap},
    {"no MAC address is used twice in a network", &check_mac_twice},
    {"every subnet of a pool has its block", &check_subnet_blocks},
    {"blocks of subnet pools are their prefixes", &check_blocks_add_up},
    {"settled blocks of subnet pools are as large as can be",
     &check_settled_blocks},
    {"pools of an address scope share no address", &check_scope_prefixes},
    {"cluster bundles are complete: as many nodes as groups say",
     &check_cluster_nodes},
    {"cluster bundles are complete: every node has its port and address",
     &check_cluster_ports},
    {"cluster bundles are complete: networks and subnets are there",
     &check_cluster_subnets},
    {"reserved ranges are those of clusters and overlap no other subnet",
     &check_cluster_ranges},
    {"networks show what their policies say", &check_policies_shown},
    {"subnets hold the shadow ports of their network", &check_shadow_ports},
};
#define N_CHECKS (sizeof checks / sizeof *checks)

struct err *
check_all(struct tx *tx, struct check_result **ret_results, size_t *ret_n)
{
    struct check_result *results =
        ARENA_ARRAY(tx->arena, struct check_result, N_CHECKS);
    for (size_t i = 0; i < N_CHECKS; i++) {
        struct rows rows;
        TRY(tx_one(tx, QUERY0(*checks[i].statement), &rows));
        results[i] = (struct check_result){
            .name = checks[i].name,
            .violations = rows_int(&rows, 0, 0),
            .sample = rows_text(&rows, 0, 1)};
    }
    *ret_results = results;
    *ret_n = N_CHECKS;
    return NULL;
}

struct err *
check_run(struct arena *arena, const char *database_url,
          struct check_result **ret_results, size_t *ret_n)
{
    static const struct query snapshot = {
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", NULL,
        0};
    struct conn *conn = conn_new(arena, database_url);
    struct tx tx;
    TRY(conn_open(conn, arena));
    tx_init(&tx, conn, arena, NULL);
    TRY(tx_one(&tx, snapshot, NULL));
    TRY(check_all(&tx, ret_results, ret_n));
    return tx_commit(&tx, NULL, 0, NULL);
}
