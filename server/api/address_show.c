/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One address of a subnet: who holds it, and who held it as far back as the
 * events go.
 */
#include "api/address_map.h"
#include "api/query.h"
#include "core/arena.h"
#include "core/settings.h"
#include "resource/subnet.h"

/* $1 subnet, $2 caller's project (NULL: an admin), $3 address. */
STATEMENT(address_show_holder,
    "SELECT p.id, p.name, p.mac_address, p.device_id, p.device_owner,"
    "       p.project_id"
    "  FROM ip_allocations a"
    "  LEFT JOIN ports p ON p.id = a.port_id"
    "       AND ($2::text IS NULL OR p.project_id = $2::text)"
    " WHERE a.subnet_id = $1::uuid AND a.ip_address = $3::inet");

STATEMENT(address_show_cooling,
    "SELECT available_at FROM released_addresses"
    " WHERE subnet_id = $1::uuid AND ip_address = $2::inet"
    "   AND available_at > now()");

#define HOLDS(json_)                                                        \
    "EXISTS (SELECT 1 FROM json_array_elements(" json_ "->'fixed_ips') f"   \
    "         WHERE f->>'subnet_id' = $1 AND f->>'ip_address' = $3)"

/* Events of ports after which the address was held (or no longer), the newest
 * first.  Most events are another address's: their text tells ($4), before
 * anything is made of it. */
STATEMENT(address_show_history,
    "SELECT e.object->>'id', e.object->>'name', e.object->>'mac_address',"
    "       e.object->>'device_id', e.object->>'device_owner',"
    "       e.object->>'project_id', e.at, e.held, e.holds,"
    "       $2::text IS NULL OR e.object->>'project_id' = $2::text"
    "  FROM (SELECT v.id, v.at, coalesce(v.after, v.before)::json AS object,"
    "               " HOLDS("v.before::json") " AS held,"
    "               " HOLDS("v.after::json") " AS holds"
    "          FROM events v"
    "         WHERE v.type = 'port'"
    "           AND v.network_id = (SELECT s.network_id FROM subnets s"
    "                                WHERE s.id = $1::text::uuid)"
    "           AND (position($4 IN v.before) > 0"
    "                OR position($4 IN v.after) > 0) OFFSET 0) e"
    " WHERE e.held OR e.holds ORDER BY e.id DESC LIMIT $5::bigint");

/* The columns of a holder, the same in both. */
static const char *const holder_members[] = {
    "port_id", "port_name", "mac_address",
    "device_id", "device_owner", "project_id"};
#define N_MEMBERS (sizeof holder_members / sizeof *holder_members)

enum history_column {
    HISTORY_AT = N_MEMBERS,
    HISTORY_HELD,
    HISTORY_HOLDS,
    HISTORY_VISIBLE
};

/* One time that one port held the address. */
struct holding {
    const char *port_id;
    int row;           /* The newest event that tells of the port. */
    const char *from;  /* NULL: before the events begin. */
    const char *until; /* NULL: until now. */
};

/* An address under way. */
struct showing {
    struct job job; /* The subnet, the holder, the cool-down, the events. */
    struct call *call;
    struct ip_addr ip;
    struct holding *holdings; /* The oldest first. */
    size_t n_holdings;
};

/* --- history */

/* Takes one event; the ones before it have been taken. */
static void
take_event(struct showing *showing, int row)
{
    const struct rows *rows = &showing->job.rows[3];
    const char *port_id = rows_text(rows, row, 0);
    const char *at = rows_text(rows, row, HISTORY_AT);
    struct holding *holding =
        showing->n_holdings == 0
            ? NULL
            : &showing->holdings[showing->n_holdings - 1];
    bool known = holding != NULL && holding->until == NULL &&
                 strcmp(holding->port_id, port_id) == 0;
    if (!known) {
        bool held = rows_bool(rows, row, HISTORY_HELD);
        holding = &showing->holdings[showing->n_holdings++];
        *holding = (struct holding){.port_id = port_id,
                                    .from = held ? NULL : at};
    }
    holding->row = row;
    if (!rows_bool(rows, row, HISTORY_HOLDS)) {
        holding->until = at;
    }
}

static void
read_history(struct showing *showing)
{
    int n = rows_count(&showing->job.rows[3]);
    showing->holdings =
        ARENA_ARRAY(showing->call->arena, struct holding, (size_t) n);
    for (int row = n - 1; row >= 0; row--) {
        take_event(showing, row);
    }
}

/* --- the answer */

/* Appends who; all null when that is not the caller's to see. */
static void
add_holder(struct buf *buf, const struct rows *rows, int row, bool visible)
{
    for (size_t i = 0; i < N_MEMBERS; i++) {
        buf_addf(buf, "%s\"%s\":", i == 0 ? "" : ",", holder_members[i]);
        buf_adds_json(buf, visible ? rows_text(rows, row, (int) i) : NULL);
    }
}

static void
add_time(struct buf *buf, const char *key, const char *text)
{
    buf_addf(buf, ",\"%s\":", key);
    if (text == NULL) {
        buf_adds(buf, "null");
    } else {
        type_of(TYPE_TIME)->render(buf, text, strlen(text));
    }
}

static void
add_history(struct buf *buf, const struct showing *showing)
{
    const struct rows *rows = &showing->job.rows[3];
    buf_adds(buf, ",\"history\":[");
    for (size_t i = showing->n_holdings; i > 0; i--) {
        const struct holding *holding = &showing->holdings[i - 1];
        buf_adds(buf, i == showing->n_holdings ? "{" : ",{");
        add_holder(buf, rows, holding->row,
                   rows_bool(rows, holding->row, HISTORY_VISIBLE));
        add_time(buf, "from", holding->from);
        add_time(buf, "until", holding->until);
        buf_put(buf, '}');
    }
    buf_put(buf, ']');
}

static struct err *
check_inside(const struct showing *showing, const struct map *map)
{
    char ip[IP_TEXT_SIZE], cidr[IP_PREFIX_TEXT_SIZE];
    if (ip_prefix_contains(&map->cidr, &showing->ip)) {
        return NULL;
    }
    ip_format(&showing->ip, ip);
    ip_prefix_format(&map->cidr, cidr);
    return err_new(showing->call->arena, ERR_NOT_FOUND,
                   "address \"%s\" is not in subnet \"%s\", whose CIDR is "
                   "%s", ip, showing->call->id, cidr);
}

/* What the map says of the address alone. */
static enum map_state
find_state(const struct showing *showing, struct map *map)
{
    const struct rows *rows = showing->job.rows;
    struct map_taken taken = {.range = {showing->ip, showing->ip},
                              .cooling = rows_count(&rows[1]) == 0,
                              .holder = MAP_NOBODY};
    map->taken = &taken;
    map->n_taken = rows_count(&rows[1]) + rows_count(&rows[2]) > 0 ? 1 : 0;
    enum map_state state = map_run_at(map, &showing->ip).state;
    map->taken = NULL;
    map->n_taken = 0;
    return state;
}

static struct err *
answer(struct showing *showing)
{
    struct call *call = showing->call;
    const struct rows *rows = showing->job.rows;
    struct map map;
    TRY(address_map_read_subnet(call, &rows[0], &map));
    TRY(check_inside(showing, &map));
    read_history(showing);
    struct buf *body = call_answer(call, 200);
    buf_adds(body, "{\"address\":{");
    address_map_add_ip(body, "ip_address", &showing->ip);
    enum map_state state = find_state(showing, &map);
    buf_addf(body, ",\"state\":\"%s\"", map_state_name(state));
    if (rows_count(&rows[1]) > 0) {
        buf_put(body, ',');
        add_holder(body, &rows[1], 0, true);
    }
    if (state == MAP_COOLING) {
        add_time(body, "available_at", rows_text(&rows[2], 0, 0));
    }
    add_history(body, showing);
    buf_adds(body, "}}");
    return NULL;
}

static void
finish_show(struct job *job)
{
    job->err = answer((struct showing *) job);
}

/* --- the question */

static void
fill_queries(const struct showing *showing, struct query queries[4])
{
    const struct call *call = showing->call;
    struct arena *arena = call->arena;
    const char **params = ARENA_ARRAY(arena, const char *, 5);
    const char **cooling = ARENA_ARRAY(arena, const char *, 2);
    struct uuid id;
    char ip[IP_TEXT_SIZE];
    ip_format(&showing->ip, ip);
    uuid_from_text(call->id, &id);
    params[0] = type_of(TYPE_UUID)->to_sql(arena, &id);
    params[1] = call->caller.is_admin ? NULL : call->caller.project_id;
    params[2] = arena_strdup(arena, ip);
    params[3] = arena_printf(arena, "\"ip_address\":\"%s\"", ip);
    params[4] = arena_printf(arena, "%lld",
                             (long long) call->settings->page_limit);
    cooling[0] = params[0];
    cooling[1] = params[2];
    queries[0] = address_map_subnet(params);
    queries[1] = (struct query){address_show_holder.sql, params, 3};
    queries[2] = (struct query){address_show_cooling.sql, cooling, 2};
    queries[3] = (struct query){address_show_history.sql, params, 5};
}

struct err *
address_map_show(struct call *call)
{
    struct showing *showing = ARENA_NEW(call->arena, struct showing);
    struct query *queries = ARENA_ARRAY(call->arena, struct query, 4);
    struct uuid id;
    showing->call = call;
    if (!uuid_from_text(call->id, &id)) {
        return resource_not_found(call->arena, &subnet_resource, call->id);
    }
    if (!ip_parse(call->tag, &showing->ip)) {
        return err_new(call->arena, ERR_BAD_REQUEST,
                       "\"%s\" is not an IP address", call->tag);
    }
    if (call->n_params > 0) {
        return err_new(call->arena, ERR_BAD_REQUEST,
                       "one address takes no parameters, not \"%s\" either",
                       call->params[0].key);
    }
    fill_queries(showing, queries);
    call_read(call, queries, 4, finish_show);
    showing->job = *call->job;
    call->job = &showing->job;
    return NULL;
}
