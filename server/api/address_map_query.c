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

/* Islands: addresses in use without a gap between them.  Both scans run in
 * the order of the addresses and end with the page.
 * $1 subnet, $2 caller's project, $3 marker, $4 with allocations, $5 with
 * those that cool down, $6 what ends an island beside a gap: 0 nothing, 1
 * another state, 2 another holder; $7 the smallest gap that counts has an
 * aligned block of this length, $8 limit. */
STATEMENT(address_map_islands,
    "SELECT x.ip_address, x.prev, x.holder IS NULL, p.id, p.device_owner"
    "  FROM (SELECT w.* FROM ("
    "      SELECT u.ip_address, u.holder, lag(u.ip_address) OVER o AS prev,"
    "             lag(u.holder) OVER o AS prev_holder"
    "        FROM (SELECT a.ip_address, a.port_id AS holder"
    "                FROM ip_allocations a"
    "               WHERE a.subnet_id = $1::uuid AND $4::boolean"
    "                 AND a.ip_address > coalesce($3::inet, '0.0.0.0/0')"
    "              UNION ALL"
    "              SELECT r.ip_address, NULL FROM released_addresses r"
    "               WHERE r.subnet_id = $1::uuid AND $5::boolean"
    "                 AND r.available_at > now()"
    "                 AND r.ip_address > coalesce($3::inet, '0.0.0.0/0')) u"
    "      WINDOW o AS (ORDER BY u.ip_address)) w"
    "     WHERE w.prev IS NULL"
    "        OR CASE WHEN $7::int IS NULL OR $7::int >"
    "                CASE family(w.prev) WHEN 4 THEN 32 ELSE 128 END"
    "           THEN w.ip_address <> w.prev + 1"
    "           WHEN network(set_masklen(w.ip_address, $7::int))"
    "                = network(set_masklen(w.prev, $7::int)) THEN false"
    "           ELSE network(set_masklen(w.ip_address, $7::int))::inet"
    "                <> broadcast(set_masklen(w.prev, $7::int)) + 1 END"
    "        OR ($6::int = 2 AND w.holder IS DISTINCT FROM w.prev_holder)"
    "        OR ($6::int = 1"
    "            AND (w.holder IS NULL) <> (w.prev_holder IS NULL))"
    "     ORDER BY w.ip_address LIMIT $8::bigint) x"
    "  LEFT JOIN ports p ON p.id = x.holder"
    "       AND ($2::text IS NULL OR p.project_id = $2::text)"
    " ORDER BY x.ip_address");

/* Where the last island ends. */
STATEMENT(address_map_last,
    "SELECT greatest((SELECT max(a.ip_address) FROM ip_allocations a"
    "                  WHERE a.subnet_id = $1::uuid AND $2::boolean),"
    "                (SELECT max(r.ip_address) FROM released_addresses r"
    "                  WHERE r.subnet_id = $1::uuid AND $3::boolean"
    "                    AND r.available_at > now()))");

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
    for (int state = 0; state < MAP_N_STATES; state++) {
        if (mapping->wanted[state] != (state == MAP_FREE)) {
            return err_attr(call->arena, "prefixlen", "requires",
                            "\"prefixlen\" finds free blocks: it needs "
                            "state=free and no other state");
        }
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

/* What ends an island: no more than the answer tells apart. */
static const char *
choose_bounds(const bool *wanted)
{
    return wanted[MAP_ALLOCATED] ? "2" : wanted[MAP_COOLING] ? "1" : "0";
}

static void
fill_queries(const struct mapping *mapping, struct query queries[3])
{
    const struct call *call = mapping->call;
    struct arena *arena = call->arena;
    const bool *wanted = mapping->wanted;
    const char **params = ARENA_ARRAY(arena, const char *, 8);
    const char **last = ARENA_ARRAY(arena, const char *, 3);
    params[0] = call->id;
    params[1] = call->caller.is_admin ? NULL : call->caller.project_id;
    if (mapping->marker.version != 0) {
        params[2] = type_of(TYPE_IP)->to_sql(arena, &mapping->marker);
    }
    params[3] = wanted[MAP_ALLOCATED] || wanted[MAP_FREE] ||
                        wanted[MAP_OUTSIDE_POOL]
                    ? "true"
                    : "false";
    params[4] = wanted[MAP_COOLING] || wanted[MAP_FREE] ? "true" : "false";
    params[5] = choose_bounds(wanted);
    if (mapping->prefixlen >= 0) {
        params[6] = arena_printf(arena, "%d", mapping->prefixlen);
    }
    params[7] = arena_printf(arena, "%lld", (long long) mapping->n_islands);
    last[0] = call->id;
    last[1] = params[3];
    last[2] = params[4];
    queries[0] = address_map_subnet(params);
    queries[1] = (struct query){address_map_islands.sql, params, 8};
    queries[2] = (struct query){address_map_last.sql, last, 3};
}

struct err *
address_map_list(struct call *call)
{
    struct mapping *mapping = ARENA_NEW(call->arena, struct mapping);
    struct query *queries = ARENA_ARRAY(call->arena, struct query, 3);
    struct uuid id;
    mapping->call = call;
    if (!uuid_from_text(call->id, &id)) {
        return resource_not_found(call->arena, &subnet_resource, call->id);
    }
    TRY(read_params(mapping));
    fill_queries(mapping, queries);
    call_read(call, queries, 3, address_map_finish);
    mapping->job = *call->job;
    call->job = &mapping->job;
    return NULL;
}
