/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be included in the objects of a list.
 *
 * Every statement begins with the ids of the page (db/sqlgen_pages.c), so that
 * their number does not depend on that of the objects, and all of them go out
 * together.
 */
#include "resource/embeds.h"

#include "core/arena.h"
#include "resource/network.h"
#include "resource/port.h"
#include "resource/subnet.h"

/* An allocation is outside when no pool has its address: below the first pool,
 * between two, or above the last.  Each of these gaps is one probe of the
 * primary key, and mostly empty.  A probe is a subquery: joined with the gaps,
 * the whole subnet would be read. */
#define COUNT_BETWEEN(low_, high_)                                           \
    "(SELECT count(*) FROM ip_allocations a"                                 \
    "  WHERE a.subnet_id = u.subnet_id"                                      \
    "    AND a.ip_address > coalesce(" low_ ", '0.0.0.0/0')"                 \
    "    AND a.ip_address < " high_ ")"
#define OUTSIDE                                                              \
    "(SELECT coalesce(sum(" COUNT_BETWEEN(                                   \
    "(SELECT max(q.last_ip) FROM subnet_pools q"                             \
    "  WHERE q.subnet_id = p.subnet_id AND q.last_ip < p.first_ip)",         \
    "p.first_ip") "), 0) + " COUNT_BETWEEN("max(p.last_ip)",                 \
    "'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'")                             \
    "  FROM subnet_pools p WHERE p.subnet_id = u.subnet_id)"

/* The counters of u, and what they do not say: which of the freed addresses
 * still cool down (read by the index of their order), and which allocations
 * lie outside the pools.  OFFSET 0: each is read once. */
#define COUNTED                                                              \
    " CROSS JOIN LATERAL ("                                                  \
    "    SELECT CASE WHEN u.released = 0 THEN 0 ELSE"                        \
    "               (SELECT count(*) FROM released_addresses r"              \
    "                 WHERE r.subnet_id = u.subnet_id"                       \
    "                   AND r.available_at > now()) END AS cooling,"         \
    "           CASE WHEN u.allocated = 0 THEN 0 ELSE " OUTSIDE              \
    "               END AS outside OFFSET 0) v"

#define TOTAL "u.total"
#define ALLOCATED "u.allocated - v.outside"
#define COOLING "v.cooling"
#define FREE "u.total - u.allocated + v.outside - v.cooling"

/* A port stands once in a subnet, at its first address there.  Rows are
 * compared whole, so that the scan runs in the order of the addresses and ends
 * with the limit: of the subnet alone the planner expects few addresses, and
 * would read and sort all there are.  OFFSET 0: asked per address, for a join
 * would read the whole subnet for each. */
#define PORTS                                                                \
    " CROSS JOIN LATERAL ("                                                  \
    "    SELECT a.port_id, a.ip_address FROM ip_allocations a"               \
    "     WHERE (a.subnet_id, a.ip_address) >= (u.subnet_id, '0.0.0.0/0')"   \
    "       AND (a.subnet_id, a.ip_address) <= (u.subnet_id,"                \
    "           'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')"                  \
    "{ AND EXISTS (SELECT 1 FROM ports t WHERE t.id = a.port_id@ OFFSET 0)}" \
    "       AND NOT EXISTS (SELECT 1 FROM ip_allocations b"                  \
    "                        WHERE b.port_id = a.port_id"                    \
    "                          AND b.subnet_id = a.subnet_id"                \
    "                          AND b.ip_address < a.ip_address OFFSET 0)"    \
    "     ORDER BY a.subnet_id, a.ip_address LIMIT ?) c"                     \
    " JOIN ports t ON t.id = c.port_id"                                      \
    " ORDER BY u.subnet_id, c.ip_address"

/* Where the counter is within the limit, all ports are there to be counted.
 * To read a project's ports once and look them up among those of the subnet
 * costs an eighth per port of what it costs to look up each of the subnet's;
 * the use of the quota tells how many there are.  OFFSET 0: read once. */
#define PORT_TOTALS                                                          \
    " CROSS JOIN LATERAL (SELECT "                                           \
    "{CASE WHEN (SELECT t.used FROM quotas t"                                \
    "             WHERE t.resource = 'port'@) < 8 * u.allocated THEN"        \
    "     (SELECT count(*) FROM"                                             \
    "             (SELECT t.id FROM ports t WHERE true@ OFFSET 0) p"         \
    "       WHERE EXISTS (SELECT 1 FROM ip_allocations a"                    \
    "                      WHERE a.subnet_id = u.subnet_id"                  \
    "                        AND a.port_id = p.id)) ELSE }"                  \
    "     (SELECT count(DISTINCT a.port_id) FROM ip_allocations a"           \
    "      {JOIN ports t ON t.id = a.port_id}"                               \
    "       WHERE a.subnet_id = u.subnet_id{@}) {END }AS n) c"               \
    " WHERE u.allocated > ? ORDER BY u.subnet_id"

#define OF_NETWORK "JOIN subnet_usage u ON u.network_id = g.id"
#define OF_SUBNET "JOIN subnet_usage u ON u.subnet_id = g.id"
#define SUBNET_USAGE \
    "u.subnet_id, NULL, " TOTAL ", " ALLOCATED ", " COOLING ", " FREE

#define NETWORK &network_resource
#define SUBNET &subnet_resource
#define SUBNETS &subnet_resource.table
#define PORTS_TABLE &port_resource.table

const struct embed_row embed_rows[] = {
    {NETWORK, "usage", EMBED_NETWORK_USAGE,
     {SUBNETS, false,
      "g.id, t.ip_version, sum(" TOTAL "), sum(" ALLOCATED "),"
      " sum(" COOLING "), sum(" FREE ")",
      "JOIN subnets t ON t.network_id = g.id"
      " JOIN subnet_usage u ON u.subnet_id = t.id" COUNTED
      " WHERE true@ GROUP BY g.id, t.ip_version"
      " ORDER BY g.id, t.ip_version"}},
    {NETWORK, "subnets", EMBED_SUBNETS,
     {SUBNETS, true, "t.network_id",
      "JOIN subnets t ON t.network_id = g.id WHERE true@"
      " ORDER BY t.network_id, t.created_at, t.id"}},
    {NETWORK, "subnets.usage", EMBED_SUBNET_USAGE,
     {SUBNETS, false, SUBNET_USAGE,
      OF_NETWORK COUNTED " ORDER BY u.subnet_id"}},
    {NETWORK, "subnets.ports", EMBED_PORTS,
     {PORTS_TABLE, true, "u.subnet_id", OF_NETWORK PORTS}},
    {NETWORK, "subnets.ports", EMBED_PORT_TOTALS,
     {PORTS_TABLE, false, "u.subnet_id, c.n", OF_NETWORK PORT_TOTALS}},
    {SUBNET, "usage", EMBED_SUBNET_USAGE,
     {SUBNETS, false, SUBNET_USAGE,
      OF_SUBNET COUNTED " ORDER BY u.subnet_id"}},
    {SUBNET, "ports", EMBED_PORTS,
     {PORTS_TABLE, true, "u.subnet_id", OF_SUBNET PORTS}},
    {SUBNET, "ports", EMBED_PORT_TOTALS,
     {PORTS_TABLE, false, "u.subnet_id, c.n", OF_SUBNET PORT_TOTALS}},
};
const size_t n_embed_rows = sizeof embed_rows / sizeof *embed_rows;

const char *
embeds_names(struct arena *arena, const struct resource *resource)
{
    const char *names = NULL, *last = "";
    for (size_t i = 0; i < n_embed_rows; i++) {
        const struct embed_row *row = &embed_rows[i];
        if (row->resource != resource || strcmp(row->name, last) == 0) {
            continue;
        }
        last = row->name;
        names = names == NULL ? row->name
                              : arena_printf(arena, "%s, %s", names,
                                             row->name);
    }
    return names;
}
