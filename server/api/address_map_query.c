/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The addresses of a subnet in runs: the question.
 *
 * PostgreSQL says what is in use behind the marker, neighbours joined, and no
 * more of it than a page needs.
 */
#include "address_map_internal.h"
#include "api/query.h"
#include "core/arena.h"
#include "resource/subnet.h"

/* What is read beyond the page: not all that is in use makes a run that was
 * asked for. */
#define SLACK 100

/* --- what is in use */

#define LAST_OF_ALL "'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'::inet"

/* True where an island begins: behind a gap of the addresses or, when $6 is
 * given, one that has an aligned block of that length.  Row w. */
#define IS_BEYOND_GAP                                                        \
    "w.prev IS NULL"                                                         \
    " OR CASE WHEN $6::int IS NULL OR $6::int >"                             \
    "              CASE family(w.prev) WHEN 4 THEN 32 ELSE 128 END"          \
    "         THEN w.ip_address <> w.prev + 1"                               \
    "         WHEN network(set_masklen(w.ip_address, $6::int))"              \
    "              = network(set_masklen(w.prev, $6::int)) THEN false"       \
    "         ELSE network(set_masklen(w.ip_address, $6::int))::inet"        \
    "              <> broadcast(set_masklen(w.prev, $6::int)) + 1 END"

/* Nothing before it is free: below the marks of its pools an address is in use
 * or freed.  NULL: nothing is. */
#define FIRST_FREE                                                           \
    "(SELECT min(f.ip) FROM ("                                               \
    "    SELECT min(r.ip_address) AS ip FROM released_addresses r"           \
    "     WHERE r.subnet_id = $1::uuid AND r.available_at <= now()"          \
    "       AND r.ip_address > coalesce($2::inet, '0.0.0.0/0')"              \
    "    UNION ALL SELECT greatest(l.next_ip, $2::inet) FROM subnet_pools l" \
    "     WHERE l.subnet_id = $1::uuid AND l.next_ip IS NOT NULL"            \
    "       AND l.last_ip > coalesce($2::inet, '0.0.0.0/0')) f)"

/* Where reading begins. */
#define BEGIN                                                                \
    "CASE WHEN $3::boolean THEN coalesce(" FIRST_FREE ", " LAST_OF_ALL ")"   \
    "     ELSE coalesce($2::inet, '0.0.0.0/0') END"

/* Islands: addresses in use without a gap between them and, with $7, of one
 * port.  The scan runs in the order of the addresses and ends with the page;
 * to say that order beside LIMIT once more, or to read what cools down in the
 * same scan, would have the planner read and sort all there is.  Rows are
 * compared whole: that is the order of the primary key and of no other index.
 * $1 subnet, $2 marker, $3 whether free addresses alone are asked for, $4
 * whether to read at all, $5 limit, $8 caller's project. */
STATEMENT(address_map_allocated,
    "SELECT x.ip_address, x.prev, p.id, p.device_owner"
    "  FROM (SELECT w.* FROM ("
    "      SELECT a.ip_address, a.port_id,"
    "             lag(a.ip_address) OVER o AS prev,"
    "             lag(a.port_id) OVER o AS prev_port"
    "        FROM ip_allocations a"
    "       WHERE $4::boolean"
    "         AND (a.subnet_id, a.ip_address) >= ($1::uuid, " BEGIN ")"
    "         AND (a.subnet_id, a.ip_address) <= ($1::uuid, " LAST_OF_ALL ")"
    "      WINDOW o AS (ORDER BY a.subnet_id, a.ip_address)) w"
    "     WHERE " IS_BEYOND_GAP
    "        OR ($7::boolean AND w.port_id <> w.prev_port)"
    "     LIMIT $5::bigint) x"
    "  LEFT JOIN ports p ON p.id = x.port_id"
    "       AND ($8::text IS NULL OR p.project_id = $8::text)"
    " ORDER BY x.ip_address");

STATEMENT(address_map_cooling,
    "SELECT w.ip_address, w.prev FROM ("
    "    SELECT r.ip_address, lag(r.ip_address) OVER o AS prev"
    "      FROM released_addresses r"
    "     WHERE r.subnet_id = $1::uuid AND $4::boolean"
    "       AND r.available_at > now()"
    "       AND r.ip_address >= " BEGIN
    "    WINDOW o AS (ORDER BY r.ip_address)) w"
    " WHERE " IS_BEYOND_GAP " ORDER BY w.ip_address LIMIT $5::bigint");

/* Where the last islands end, and the first free address may be. */
STATEMENT(address_map_last,
    "SELECT (SELECT x.ip_address FROM ("
    "    SELECT a.subnet_id, a.ip_address FROM ip_allocations a"
    "     WHERE (a.subnet_id, a.ip_address) <="
    "           ($1::uuid, " LAST_OF_ALL ")"
    "     ORDER BY a.subnet_id DESC, a.ip_address DESC LIMIT 1) x"
    "   WHERE x.subnet_id = $1::uuid),"
    "  (SELECT max(r.ip_address) FROM released_addresses r"
    "    WHERE r.subnet_id = $1::uuid AND r.available_at > now()),"
    "  CASE WHEN $3::boolean THEN " FIRST_FREE " END");

/* --- what is asked */

static struct err *
read_states(struct mapping *mapping)
{
    const struct call *call = mapping->call;
    bool any = false;
    for (size_t i = 0; i < call->n_params; i++) {
        enum map_state state;
        if (strcmp(call->params[i].key, "state") != 0) {
            continue;
        }
        if (!map_state_parse(call->params[i].value, &state)) {
            return err_attr(call->arena, "state", "one_of",
                            "invalid input for \"state\": '%s' is not one of "
                            "network, gateway, allocated, free, cooling, "
                            "outside_pool, broadcast", call->params[i].value);
        }
        mapping->wanted[state] = true;
        any = true;
    }
    for (int state = 0; state < MAP_N_STATES && !any; state++) {
        mapping->wanted[state] = true;
    }
    mapping->free_alone = true;
    for (int state = 0; state < MAP_N_STATES; state++) {
        bool as_alone = mapping->wanted[state] == (state == MAP_FREE);
        mapping->free_alone = mapping->free_alone && as_alone;
    }
    return NULL;
}

/* A length goes with free addresses alone. */
static struct err *
read_prefixlen(struct mapping *mapping)
{
    const struct call *call = mapping->call;
    const char *text = call_param(call, "prefixlen");
    char *end = NULL;
    mapping->prefixlen = -1;
    if (text == NULL) {
        return NULL;
    }
    long len = strtol(text, &end, 10);
    if (end == text || *end != '\0' || len < 0 || len > 128) {
        return err_attr(call->arena, "prefixlen", "range",
                        "invalid input for \"prefixlen\": '%s' is not the "
                        "length of a prefix", text);
    }
    if (!mapping->free_alone) {
        return err_attr(call->arena, "prefixlen", "requires",
                        "\"prefixlen\" finds free blocks: it needs "
                        "state=free and no other state");
    }
    mapping->prefixlen = (int) len;
    return NULL;
}

static struct err *
check_params(const struct call *call)
{
    static const char *const known[] = {"state", "limit", "marker",
                                        "prefixlen"};
    for (size_t i = 0; i < call->n_params; i++) {
        bool found = false;
        for (size_t j = 0; j < sizeof known / sizeof *known; j++) {
            found = found || strcmp(known[j], call->params[i].key) == 0;
        }
        if (!found) {
            return err_new(call->arena, ERR_BAD_REQUEST,
                           "the addresses of a subnet take state, limit, "
                           "marker and prefixlen, not \"%s\"",
                           call->params[i].key);
        }
    }
    return NULL;
}

static struct err *
read_params(struct mapping *mapping)
{
    const struct call *call = mapping->call;
    const char *marker = call_param(call, "marker");
    bool given;
    TRY(check_params(call));
    TRY(read_states(mapping));
    TRY(read_prefixlen(mapping));
    TRY(query_read_limit(call, &mapping->limit, &given));
    mapping->n_islands = mapping->limit + SLACK;
    if (marker != NULL && !ip_parse(marker, &mapping->marker)) {
        return err_attr(call->arena, "marker", "type",
                        "invalid input for \"marker\": '%s' is not an IP "
                        "address", marker);
    }
    return NULL;
}

/* A statement that reads islands with its first 'n_params' of 'all', if at
 * all. */
static struct query
island_query(struct arena *arena, const struct statement *statement,
             const char *const *all, int n_params, bool reads)
{
    const char **params =
        arena_memdup(arena, all, (size_t) n_params * sizeof *all);
    params[3] = reads ? "true" : "false";
    return (struct query){statement->sql, params, n_params | QUERY_ONCE};
}

static void
fill_queries(const struct mapping *mapping, struct query *queries)
{
    const struct call *call = mapping->call;
    struct arena *arena = call->arena;
    const bool *wanted = mapping->wanted;
    const char **subnet = ARENA_ARRAY(arena, const char *, 2);
    const char *params[8] = {call->id};
    subnet[0] = call->id;
    subnet[1] = call->caller.is_admin ? NULL : call->caller.project_id;
    if (mapping->marker.version != 0) {
        params[1] = type_of(TYPE_IP)->to_sql(arena, &mapping->marker);
    }
    params[2] = mapping->free_alone ? "true" : "false";
    params[4] = arena_printf(arena, "%lld", (long long) mapping->n_islands);
    if (mapping->prefixlen >= 0) {
        params[5] = arena_printf(arena, "%d", mapping->prefixlen);
    }
    params[6] = wanted[MAP_ALLOCATED] ? "true" : "false";
    params[7] = subnet[1];
    queries[MAPPING_SUBNET] = address_map_subnet(subnet);
    queries[MAPPING_ALLOCATED] = island_query(
        arena, &address_map_allocated, params, 8,
        wanted[MAP_ALLOCATED] || wanted[MAP_FREE] ||
            wanted[MAP_OUTSIDE_POOL]);
    queries[MAPPING_COOLING] = island_query(
        arena, &address_map_cooling, params, 6,
        wanted[MAP_COOLING] || wanted[MAP_FREE]);
    queries[MAPPING_LAST] = (struct query){
        address_map_last.sql, arena_memdup(arena, params, 3 * sizeof *params),
        3};
}

struct err *
address_map_list(struct call *call)
{
    struct mapping *mapping = ARENA_NEW(call->arena, struct mapping);
    struct query *queries =
        ARENA_ARRAY(call->arena, struct query, MAPPING_N);
    struct uuid id;
    mapping->call = call;
    if (!uuid_from_text(call->id, &id)) {
        return resource_not_found(call->arena, &subnet_resource, call->id);
    }
    TRY(read_params(mapping));
    fill_queries(mapping, queries);
    call_read(call, queries, MAPPING_N, address_map_finish);
    mapping->job = *call->job;
    call->job = &mapping->job;
    return NULL;
}
