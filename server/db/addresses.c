/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQL of the allocator: what is free.  net/ipam.c decides, resource/port_*.c
 * asks, addresses_store.c writes.
 */
#include "db/addresses.h"

#include "addresses_internal.h"
#include "core/arena.h"
#include "schema/sqlarray.h"
#include "schema/types.h"

#define ABOVE_SLACK 16 /* Read beyond the need, so that gaps cost no trip. */

/* --- reading */

STATEMENT_OF_KEYS(addresses_lock_subnets,
    "SELECT subnet_id FROM subnet_usage WHERE network_id", "uuid",
    " ORDER BY subnet_id FOR NO KEY UPDATE");

/* A statement of its own, so that it sees what whoever held the locks has
 * committed.  Pools come with the addresses that are in use above the marks:
 * given explicitly.  Rows are compared as the primary key has them, so that the
 * index of the addresses of all subnets is never taken: where one of them holds
 * a million, the planner cannot know that this one holds few.
 *
 * The rows are sorted here (sort_pools), not there.  The subnets of one network
 * come by the index that has them in their order, which costs less than that of
 * their ranges; those of several are found (OFFSET 0) before anything is
 * joined: while there are few subnets in all, the planner would go through all
 * of them, and keep to that when there are many. */
#define READ_SUBNETS(subnets_)                                              \
    "SELECT s.id, s.network_id, s.cidr, s.gateway_ip,"                      \
    "       coalesce(s.ipv6_address_mode IN ('slaac', 'dhcpv6-stateless')," \
    "                false),"                                               \
    "       s.ip_allocation_policy = 'random', s.service_types,"            \
    "       (extract(epoch FROM s.created_at) * 1000000)::bigint,"          \
    "       p.first_ip, p.last_ip, p.next_ip,"                              \
    "       ARRAY(SELECT i.ip_address FROM ip_allocations i"                \
    "              WHERE (i.subnet_id, i.ip_address)"                       \
    "                    >= (p.subnet_id, p.next_ip)"                       \
    "                AND (i.subnet_id, i.ip_address)"                       \
    "                    <= (p.subnet_id, p.last_ip)"                       \
    "              ORDER BY i.subnet_id, i.ip_address LIMIT $2::bigint),"   \
    "       p.no"                                                           \
    "  FROM (SELECT * FROM subnets WHERE network_id " subnets_ ") s"         \
    "  LEFT JOIN subnet_pools p ON p.subnet_id = s.id"
STATEMENT_OF_SET(addresses_read_subnets,
    READ_SUBNETS("= $1::uuid") " ORDER BY s.id",
    READ_SUBNETS("= ANY($1::uuid[]) OFFSET 0"));

struct query
addresses_lock(const struct set *networks)
{
    return set_query(networks, &addresses_lock_subnets);
}

void
addresses_load(struct addresses *addresses, struct tx *tx,
               const struct set *networks, size_t need,
               struct query ret_queries[ADDRESSES_N_LOAD])
{
    *addresses = (struct addresses){.tx = tx, .need = need};
    ret_queries[0] = addresses_lock(networks);
    ret_queries[1] =
        set_query_with(networks, &addresses_read_subnets,
                       arena_printf(tx->arena, "%zu", need + ABOVE_SLACK));
}

struct ipam_subnet *
addresses_find(const struct addresses *addresses, const struct uuid *id)
{
    size_t low = 0, high = addresses->n; /* Sorted by id, as locked. */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = uuid_compare_bytes(&addresses->subnets[middle].id, id);
        if (order == 0) {
            return &addresses->subnets[middle];
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

static struct ip_addr
read_ip(const struct rows *rows, int row, int column)
{
    struct ip_addr ip = {.version = 0};
    const char *text = rows_text(rows, row, column);
    if (text != NULL) {
        ip_parse(text, &ip);
    }
    return ip;
}

static struct uuid
read_uuid(const struct rows *rows, int row, int column)
{
    struct uuid id = {{0}};
    uuid_from_text(rows_text(rows, row, column), &id);
    return id;
}

static void
read_subnet(struct arena *arena, struct ipam_subnet *subnet,
            const struct rows *rows, int row)
{
    subnet->id = read_uuid(rows, row, 0);
    subnet->network_id = read_uuid(rows, row, 1);
    ip_prefix_parse(rows_text(rows, row, 2), &subnet->cidr);
    subnet->gateway_ip = read_ip(rows, row, 3);
    subnet->eui64 = rows_bool(rows, row, 4);
    subnet->random = rows_bool(rows, row, 5);
    sqlarray_parse(arena, rows_text(rows, row, 6), &subnet->service_types,
                   &subnet->n_service_types);
    subnet->created_us = rows_int(rows, row, 7);
}

/* Reads what stands above the mark of 'pool' from an array. */
static void
read_above(struct addresses *addresses, struct ipam_pool *pool,
           const char *array)
{
    struct arena *arena = addresses->tx->arena;
    const char **texts;
    sqlarray_parse(arena, array, &texts, &pool->n_above);
    pool->above = ARENA_ARRAY(arena, struct ip_addr, pool->n_above);
    for (size_t i = 0; i < pool->n_above; i++) {
        ip_parse(texts[i], &pool->above[i]);
    }
    pool->above_ends = pool->n_above < addresses->need + ABOVE_SLACK;
}

/* Adds the pool of 'row' to 'subnet', unless it has none. */
static void
read_pool(struct addresses *addresses, struct ipam_subnet *subnet,
          struct ipam_pool *pool, const struct rows *rows, int row)
{
    if (rows_text(rows, row, 8) == NULL) {
        return;
    }
    subnet->pools = subnet->n_pools == 0 ? pool : subnet->pools;
    subnet->n_pools++;
    pool->range.first = read_ip(rows, row, 8);
    pool->range.last = read_ip(rows, row, 9);
    pool->mark = read_ip(rows, row, 10);
    pool->start = pool->mark;
    read_above(addresses, pool, rows_text(rows, row, 11));
}

/* A row of a pool, or of a subnet that has none. */
struct pool_row {
    const char *subnet_id;
    int64_t no; /* Of the pool. */
    int row;
};

static int
compare_pool_rows(const void *a_, const void *b_)
{
    const struct pool_row *a = a_, *b = b_;
    int order = strcmp(a->subnet_id, b->subnet_id);
    return order != 0 ? order : (a->no > b->no) - (a->no < b->no);
}

/* The rows by subnet and pool. */
static const struct pool_row *
sort_pools(struct arena *arena, const struct rows *rows, int n)
{
    struct pool_row *pools = ARENA_ARRAY(arena, struct pool_row, (size_t) n);
    for (int row = 0; row < n; row++) {
        pools[row] = (struct pool_row){rows_text(rows, row, 0),
                                       rows_int(rows, row, 12), row};
    }
    qsort(pools, (size_t) n, sizeof *pools, compare_pool_rows);
    return pools;
}

/* True when 'id' is among the locked ones from '*at' on, where it is moved to.
 * Both come in their order. */
static bool
is_locked(const struct rows *locked, const char *id, int *at)
{
    while (*at < rows_count(locked) &&
           strcmp(rows_text(locked, *at, 0), id) < 0) {
        ++*at;
    }
    return *at < rows_count(locked) &&
           strcmp(rows_text(locked, *at, 0), id) == 0;
}

/* A subnet that came into being after the locks were taken is not for this
 * transaction. */
void
addresses_read(struct addresses *addresses,
               const struct rows rows[ADDRESSES_N_LOAD])
{
    struct arena *arena = addresses->tx->arena;
    int n = rows_count(&rows[1]), at = 0;
    struct ipam_pool *pools =
        ARENA_ARRAY(arena, struct ipam_pool, (size_t) n);
    struct ipam_subnet *subnet = NULL;
    addresses->n = 0;
    addresses->subnets = ARENA_ARRAY(arena, struct ipam_subnet, (size_t) n);
    const struct pool_row *sorted = sort_pools(arena, &rows[1], n);
    for (int i = 0; i < n; i++) {
        int row = sorted[i].row;
        struct uuid id = read_uuid(&rows[1], row, 0);
        if (!is_locked(&rows[0], sorted[i].subnet_id, &at)) {
            continue;
        }
        if (subnet == NULL || !uuid_equal(&subnet->id, &id)) {
            subnet = &addresses->subnets[addresses->n++];
            read_subnet(arena, subnet, &rows[1], row);
        }
        read_pool(addresses, subnet, &pools[i], &rows[1], row);
    }
}

/* --- reading more while choosing */

STATEMENT(addresses_more_above,
    "SELECT ip_address FROM ip_allocations"
    " WHERE (subnet_id, ip_address) >= ($1::uuid, $2::inet)"
    "   AND (subnet_id, ip_address) <= ($1::uuid, $3::inet)"
    " ORDER BY subnet_id, ip_address LIMIT $4::bigint");

STATEMENT(addresses_read_freed,
    "SELECT ip_address, available_at <= clock_timestamp()"
    "  FROM released_addresses WHERE subnet_id = $1::uuid"
    " ORDER BY available_at, ip_address LIMIT $2::bigint");

static void
read_ips(struct arena *arena, const struct rows *rows,
         struct ip_addr **ret_ips, size_t *ret_n)
{
    *ret_n = (size_t) rows_count(rows);
    *ret_ips = ARENA_ARRAY(arena, struct ip_addr, *ret_n);
    for (size_t i = 0; i < *ret_n; i++) {
        (*ret_ips)[i] = read_ip(rows, (int) i, 0);
    }
}

static struct err *
load_above(struct addresses *addresses, const struct ipam_subnet *subnet,
           struct ipam_pool *pool)
{
    struct arena *arena = addresses->tx->arena;
    size_t limit = addresses->need + 4096;
    const char *params[] = {
        type_of(TYPE_UUID)->to_sql(arena, &subnet->id),
        type_of(TYPE_IP)->to_sql(arena, &pool->mark),
        type_of(TYPE_IP)->to_sql(arena, &pool->range.last),
        arena_printf(arena, "%zu", limit),
    };
    struct rows rows;
    TRY(tx_one(addresses->tx, QUERY(addresses_more_above, params), &rows));
    read_ips(arena, &rows, &pool->above, &pool->n_above);
    pool->above_ends = pool->n_above < limit;
    return NULL;
}

static struct err *
load_freed(struct addresses *addresses, struct ipam_subnet *subnet)
{
    struct arena *arena = addresses->tx->arena;
    /* Explicit takes of the batch may stand among the freed ones. */
    const char *params[] = {
        type_of(TYPE_UUID)->to_sql(arena, &subnet->id),
        arena_printf(arena, "%zu", addresses->need),
    };
    struct rows rows;
    TRY(tx_one(addresses->tx, QUERY(addresses_read_freed, params), &rows));
    read_ips(arena, &rows, &subnet->freed, &subnet->n_freed);
    subnet->freed_loaded = true;
    while (subnet->n_freed_ready < subnet->n_freed &&
           rows_bool(&rows, (int) subnet->n_freed_ready, 1)) {
        subnet->n_freed_ready++;
    }
    return NULL;
}

struct err *
addresses_take_next(struct addresses *addresses, struct ipam_subnet *subnet,
                    struct ip_addr *ret_ip, bool *ret_full)
{
    for (;;) {
        struct ipam_pool *pool = NULL;
        switch (ipam_take_next(subnet, ret_ip, &pool)) {
        case IPAM_OK:
            *ret_full = false;
            return NULL;
        case IPAM_NEED_ABOVE:
            TRY(load_above(addresses, subnet, pool));
            break;
        case IPAM_NEED_FREED:
            TRY(load_freed(addresses, subnet));
            break;
        case IPAM_TAKEN:
        case IPAM_FULL:
            *ret_full = true;
            return NULL;
        }
    }
}

/* --- explicit addresses */

STATEMENT(addresses_in_use,
    "SELECT x.no FROM unnest($1::uuid[], $2::inet[])"
    "       WITH ORDINALITY AS x(subnet_id, ip, no)"
    " WHERE EXISTS (SELECT 1 FROM ip_allocations a"
    "                WHERE a.subnet_id = x.subnet_id AND a.ip_address = x.ip)");

STATEMENT(addresses_in_use_or_cooling,
    "SELECT x.no FROM unnest($1::uuid[], $2::inet[])"
    "       WITH ORDINALITY AS x(subnet_id, ip, no)"
    " WHERE EXISTS (SELECT 1 FROM ip_allocations a"
    "                WHERE a.subnet_id = x.subnet_id AND a.ip_address = x.ip)"
    "    OR EXISTS (SELECT 1 FROM released_addresses r"
    "                WHERE r.subnet_id = x.subnet_id AND r.ip_address = x.ip"
    "                  AND r.available_at > clock_timestamp())");

struct err *
addresses_find_taken(struct tx *tx, const struct address *items, size_t n,
                     bool cooling, bool *ret_taken)
{
    const char *params[] = {
        COLLECT(tx->arena, items, n, TYPE_UUID, subnet_id),
        COLLECT(tx->arena, items, n, TYPE_IP, ip),
    };
    struct rows rows;
    struct query query = cooling ? QUERY(addresses_in_use_or_cooling, params)
                                 : QUERY(addresses_in_use, params);
    memset(ret_taken, 0, n * sizeof *ret_taken);
    TRY(tx_one(tx, query, &rows));
    for (int row = 0; row < rows_count(&rows); row++) {
        ret_taken[rows_int(&rows, row, 0) - 1] = true;
    }
    return NULL;
}
