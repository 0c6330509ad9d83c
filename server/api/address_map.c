/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The addresses of a subnet in runs: the answer.  address_map_query.c asks
 * what is in use, net/addrmap.c makes the runs of it.
 */
#include "address_map_internal.h"
#include "api/query.h"
#include "core/arena.h"
#include "resource/rbac_policy.h"
#include "resource/subnet.h"
#include "schema/sqlarray.h"

/* --- the subnet */

/* $1 id, $2 caller's project (NULL: an admin). */
STATEMENT(address_map_read,
    "SELECT s.cidr, s.gateway_ip, s.network_id, p.id, p.device_owner,"
    "       g.port_id IS NOT NULL,"
    "       ARRAY(SELECT host(l.first_ip) FROM subnet_pools l"
    "              WHERE l.subnet_id = s.id ORDER BY l.first_ip),"
    "       ARRAY(SELECT host(l.last_ip) FROM subnet_pools l"
    "              WHERE l.subnet_id = s.id ORDER BY l.first_ip)"
    "  FROM subnets s"
    "  LEFT JOIN ip_allocations g ON g.subnet_id = s.id"
    "       AND g.ip_address = s.gateway_ip"
    "  LEFT JOIN ports p ON p.id = g.port_id"
    "       AND ($2::text IS NULL OR p.project_id = $2::text)"
    " WHERE s.id = $1::uuid"
    "   AND ($2::text IS NULL OR s.project_id = $2::text"
    "        OR " RBAC_MAY_USE("s.network_id", "$2::text") ")");

enum subnet_column {
    SUBNET_ROW_CIDR,
    SUBNET_ROW_GATEWAY,
    SUBNET_ROW_NETWORK_ID,
    SUBNET_ROW_PORT_ID,
    SUBNET_ROW_DEVICE_OWNER,
    SUBNET_ROW_GATEWAY_HELD,
    SUBNET_ROW_POOL_FIRSTS,
    SUBNET_ROW_POOL_LASTS
};

#define GATEWAY_HOLDER 0 /* The islands are numbered from 1. */

struct query
address_map_subnet(const char *const *params)
{
    return (struct query){address_map_read.sql, params, 2};
}

static void
read_pools(struct arena *arena, const struct rows *rows, struct map *map)
{
    const char **firsts, **lasts;
    sqlarray_parse(arena, rows_text(rows, 0, SUBNET_ROW_POOL_FIRSTS), &firsts,
                   &map->n_pools);
    sqlarray_parse(arena, rows_text(rows, 0, SUBNET_ROW_POOL_LASTS), &lasts,
                   &map->n_pools);
    struct ip_range *pools =
        ARENA_ARRAY(arena, struct ip_range, map->n_pools);
    for (size_t i = 0; i < map->n_pools; i++) {
        ip_parse(firsts[i], &pools[i].first);
        ip_parse(lasts[i], &pools[i].last);
    }
    map->pools = pools;
}

struct err *
address_map_read_subnet(const struct call *call, const struct rows *rows,
                        struct map *ret_map)
{
    *ret_map = (struct map){.gateway_holder = MAP_NOBODY};
    if (rows_count(rows) == 0) {
        return resource_not_found(call->arena, &subnet_resource, call->id);
    }
    const char *gateway = rows_text(rows, 0, SUBNET_ROW_GATEWAY);
    ip_prefix_parse(rows_text(rows, 0, SUBNET_ROW_CIDR), &ret_map->cidr);
    if (gateway != NULL) {
        ip_parse(gateway, &ret_map->gateway);
    }
    if (rows_bool(rows, 0, SUBNET_ROW_GATEWAY_HELD)) {
        ret_map->gateway_holder = GATEWAY_HOLDER;
    }
    read_pools(call->arena, rows, ret_map);
    return NULL;
}

/* --- what is in use */

enum island_column {
    ISLAND_FIRST,
    ISLAND_PREVIOUS_END,
    ISLAND_PORT_ID,
    ISLAND_DEVICE_OWNER
};

/* Reads the islands of one statement.  When not all were read, the last one
 * only says where knowledge ends: before it, and so does '*end' then. */
static struct map_taken *
read_islands(const struct mapping *mapping, enum mapping_query query,
             struct ip_addr *end, size_t *ret_n)
{
    const struct rows *rows = &mapping->job.rows[query];
    int n = rows_count(rows);
    struct map_taken *taken =
        ARENA_ARRAY(mapping->call->arena, struct map_taken, (size_t) n);
    for (int row = 0; row < n; row++) {
        const char *last =
            row + 1 < n ? rows_text(rows, row + 1, ISLAND_PREVIOUS_END)
                        : rows_text(&mapping->job.rows[MAPPING_LAST], 0,
                                    query == MAPPING_COOLING ? 1 : 0);
        ip_parse(rows_text(rows, row, ISLAND_FIRST), &taken[row].range.first);
        ip_parse(last, &taken[row].range.last);
        taken[row].cooling = query == MAPPING_COOLING;
        taken[row].holder = taken[row].cooling ? MAP_NOBODY : row + 1;
    }
    if (n == mapping->n_islands &&
        ip_compare(&taken[n - 1].range.first, end) <= 0) {
        *end = taken[n - 1].range.first;
        end->value--;
    }
    *ret_n = (size_t) n;
    return taken;
}

/* Both in one order.  Where gaps are too small to count, the islands of both
 * overlap: they are in use all the same. */
static void
merge_islands(struct map *map, struct map_taken *ret_taken,
              const struct map_taken *const lists[2], const size_t n[2])
{
    size_t at[2] = {0, 0}, count = 0;
    while (at[0] < n[0] || at[1] < n[1]) {
        bool second = at[0] == n[0] ||
                      (at[1] < n[1] &&
                       ip_compare(&lists[1][at[1]].range.first,
                                  &lists[0][at[0]].range.first) < 0);
        const struct map_taken *next = &lists[second][at[second]++];
        struct map_taken *before = count > 0 ? &ret_taken[count - 1] : NULL;
        if (before == NULL ||
            ip_compare(&before->range.last, &next->range.first) < 0) {
            ret_taken[count++] = *next;
        } else if (ip_compare(&before->range.last, &next->range.last) < 0) {
            before->range.last = next->range.last;
        }
    }
    map->taken = ret_taken;
    map->n_taken = count;
}

/* What is in use, up to '*ret_end'. */
static void
read_taken(const struct mapping *mapping, struct map *map,
           struct ip_addr *ret_end)
{
    size_t n[2];
    *ret_end = ip_prefix_last(&map->cidr);
    const struct map_taken *const lists[2] = {
        read_islands(mapping, MAPPING_ALLOCATED, ret_end, &n[0]),
        read_islands(mapping, MAPPING_COOLING, ret_end, &n[1])};
    struct map_taken *taken =
        ARENA_ARRAY(mapping->call->arena, struct map_taken, n[0] + n[1]);
    merge_islands(map, taken, lists, n);
}

/* --- the answer */

void
address_map_add_ip(struct buf *buf, const char *key, const struct ip_addr *ip)
{
    char text[IP_TEXT_SIZE];
    ip_format(ip, text);
    buf_addf(buf, "\"%s\":\"%s\"", key, text);
}

/* Whose a run is; null when that is not the caller's to see. */
static void
add_holder(struct buf *buf, const struct mapping *mapping, int holder)
{
    bool gateway = holder == GATEWAY_HOLDER;
    const struct rows *rows =
        &mapping->job.rows[gateway ? MAPPING_SUBNET : MAPPING_ALLOCATED];
    int row = gateway ? 0 : holder - 1;
    buf_adds(buf, ",\"port_id\":");
    buf_adds_json(buf, rows_text(rows, row, gateway ? SUBNET_ROW_PORT_ID
                                                    : ISLAND_PORT_ID));
    buf_adds(buf, ",\"device_owner\":");
    buf_adds_json(buf, rows_text(rows, row,
                                 gateway ? SUBNET_ROW_DEVICE_OWNER
                                         : ISLAND_DEVICE_OWNER));
}

static void
add_run(struct buf *buf, const struct mapping *mapping,
        const struct map_run *run)
{
    char count[IP_COUNT_TEXT_SIZE];
    ip_count_format(range_count(&run->range), count);
    buf_adds(buf, buf->data[buf->len - 1] == '[' ? "{" : ",{");
    address_map_add_ip(buf, "first", &run->range.first);
    buf_put(buf, ',');
    address_map_add_ip(buf, "last", &run->range.last);
    buf_addf(buf, ",\"count\":%s,\"state\":\"%s\"", count,
             map_state_name(run->state));
    if (run->holder != MAP_NOBODY && run->state != MAP_COOLING) {
        add_holder(buf, mapping, run->holder);
    }
    buf_put(buf, '}');
}

/* What of the run from '*at' on is shown: all of it, or its first block.
 * Moves '*at' to the last address that is done; false: nothing is shown. */
static bool
next_part(const struct mapping *mapping, const struct map *map,
          struct ip_addr *at, struct map_run *ret_run)
{
    *ret_run = map_run_at(map, at);
    *at = ret_run->range.last;
    if (!mapping->wanted[ret_run->state]) {
        return false;
    }
    if (mapping->prefixlen >= 0) {
        const struct ip_range whole = ret_run->range;
        if (!map_find_block(&whole, (unsigned) mapping->prefixlen,
                            &ret_run->range)) {
            return false;
        }
        *at = ret_run->range.last;
    }
    return true;
}

/* Where the runs of a page begin: behind the marker and, when free addresses
 * alone are asked for, where the first may be.  False: nothing is there. */
static bool
find_begin(const struct mapping *mapping, const struct map *map,
           struct ip_addr *ret_at)
{
    const struct ip_addr last = ip_prefix_last(&map->cidr);
    const char *text = rows_text(&mapping->job.rows[MAPPING_LAST], 0, 2);
    struct ip_addr first_free;
    *ret_at = ip_prefix_first(&map->cidr);
    if (mapping->marker.version != 0) {
        *ret_at = mapping->marker;
        if (ip_equal(ret_at, &last)) {
            return false;
        }
        ret_at->value++;
    }
    if (!mapping->free_alone) {
        return true;
    }
    if (text == NULL || !ip_parse(text, &first_free)) {
        return false;
    }
    if (ip_compare(ret_at, &first_free) < 0) {
        *ret_at = first_free;
    }
    return true;
}

/* Appends the runs of a page; '*ret_next' is its last address when there may
 * be more behind it, else of version 0. */
static void
add_runs(struct buf *buf, const struct mapping *mapping,
         const struct map *map, const struct ip_addr *end,
         struct ip_addr *ret_next)
{
    struct ip_addr last = ip_prefix_last(&map->cidr);
    struct ip_addr at;
    struct map_run run;
    int64_t n = 0;
    *ret_next = (struct ip_addr){.version = 0};
    if (!find_begin(mapping, map, &at)) {
        return;
    }
    for (;; at.value++) {
        if (n == mapping->limit || ip_compare(&at, end) > 0) {
            *ret_next = (struct ip_addr){at.value - 1, at.version};
            return;
        }
        if (next_part(mapping, map, &at, &run)) {
            add_run(buf, mapping, &run);
            n++;
        }
        if (ip_equal(&at, &last)) {
            return;
        }
    }
}

static struct err *
check_against_cidr(const struct mapping *mapping, const struct map *map)
{
    struct arena *arena = mapping->call->arena;
    const struct ip_addr *marker = &mapping->marker;
    char cidr[IP_PREFIX_TEXT_SIZE];
    ip_prefix_format(&map->cidr, cidr);
    if (marker->version != 0 && !ip_prefix_contains(&map->cidr, marker)) {
        return err_attr(arena, "marker", "range",
                        "invalid input for \"marker\": it is no address of "
                        "the subnet's CIDR %s", cidr);
    }
    unsigned most = ip_bits(&map->cidr.addr);
    if (mapping->prefixlen >= 0 &&
        (mapping->prefixlen < map->cidr.len ||
         (unsigned) mapping->prefixlen > most)) {
        return err_attr(arena, "prefixlen", "range",
                        "invalid input for \"prefixlen\": %d is not between "
                        "%u, the length of the subnet's CIDR %s, and %u",
                        mapping->prefixlen, map->cidr.len, cidr, most);
    }
    return NULL;
}

static struct err *
answer(struct mapping *mapping)
{
    struct call *call = mapping->call;
    struct map map;
    struct ip_addr end, next;
    TRY(address_map_read_subnet(call, &mapping->job.rows[MAPPING_SUBNET],
                                &map));
    TRY(check_against_cidr(mapping, &map));
    read_taken(mapping, &map, &end);
    struct buf *body = call_answer(call, 200);
    buf_adds(body, "{\"addresses\":[");
    add_runs(body, mapping, &map, &end, &next);
    buf_put(body, ']');
    if (next.version != 0) {
        char text[IP_TEXT_SIZE];
        ip_format(&next, text);
        query_add_links(call, body, "addresses", text, NULL);
    }
    buf_put(body, '}');
    return NULL;
}

void
address_map_finish(struct job *job)
{
    job->err = answer((struct mapping *) job);
}
