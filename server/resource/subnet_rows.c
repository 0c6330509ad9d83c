/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows beside a subnet: its pools as the allocator keeps them, and its
 * counters.
 */
#include "core/arena.h"
#include "resource/subnet.h"
#include "schema/sqlarray.h"

/* Pools as rows: (subnet, no, first, last, mark). */
struct pool_rows {
    struct arena *arena;
    const char **columns[5];
    size_t n;
};

STATEMENT(subnet_insert_pools,
    "INSERT INTO subnet_pools (subnet_id, no, first_ip, last_ip, next_ip)"
    " SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::inet[], $4::inet[],"
    "                      $5::inet[])");

STATEMENT(subnet_insert_usage,
    "INSERT INTO subnet_usage (subnet_id, network_id, total)"
    " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::numeric[])");

static void
pool_rows_init(struct pool_rows *rows, struct arena *arena, size_t max)
{
    *rows = (struct pool_rows){.arena = arena};
    for (size_t i = 0; i < 5; i++) {
        rows->columns[i] = ARENA_ARRAY(arena, const char *, max);
    }
}

/* Adds 'range'; 'fresh' says that none of it was ever given. */
static void
pool_rows_add(struct pool_rows *rows, const struct uuid *subnet_id,
              const struct ip_range *range, bool fresh)
{
    const struct type *ip = type_of(TYPE_IP);
    const char *first = ip->to_sql(rows->arena, &range->first);
    size_t n = rows->n++;
    rows->columns[0][n] = type_of(TYPE_UUID)->to_sql(rows->arena, subnet_id);
    rows->columns[1][n] = arena_printf(rows->arena, "%zu", n);
    rows->columns[2][n] = first;
    rows->columns[3][n] = ip->to_sql(rows->arena, &range->last);
    rows->columns[4][n] = fresh ? first : NULL;
}

static struct query
pool_rows_query(const struct pool_rows *rows)
{
    const char **params = ARENA_ARRAY(rows->arena, const char *, 5);
    for (size_t i = 0; i < 5; i++) {
        params[i] = sqlarray_format(rows->arena, rows->columns[i], rows->n);
    }
    return (struct query){subnet_insert_pools.sql, params, 5};
}

static const char *
total_of(struct arena *arena, const struct subnet *subnet)
{
    char *text = arena_alloc(arena, IP_COUNT_TEXT_SIZE);
    ip_count_format(range_count_all(subnet->allocation_pools.items,
                                    subnet->allocation_pools.n), text);
    return text;
}

static struct query
usage_query(struct arena *arena, void *const *subnets, size_t n)
{
    const char **columns[3];
    const char **params = ARENA_ARRAY(arena, const char *, 3);
    for (size_t i = 0; i < 3; i++) {
        columns[i] = ARENA_ARRAY(arena, const char *, n);
    }
    for (size_t i = 0; i < n; i++) {
        const struct subnet *subnet = subnets[i];
        const struct type *uuid = type_of(TYPE_UUID);
        columns[0][i] = uuid->to_sql(arena, &subnet->id);
        columns[1][i] = uuid->to_sql(arena, &subnet->network_id);
        columns[2][i] = total_of(arena, subnet);
    }
    for (size_t i = 0; i < 3; i++) {
        params[i] = sqlarray_format(arena, columns[i], n);
    }
    return (struct query){subnet_insert_usage.sql, params, 3};
}

void
subnet_insert_rows(struct arena *arena, void *const *subnets, size_t n,
                   struct query ret_queries[SUBNET_N_ROWS])
{
    struct pool_rows pools;
    size_t n_pools = 0;
    for (size_t i = 0; i < n; i++) {
        n_pools += ((const struct subnet *) subnets[i])->allocation_pools.n;
    }
    pool_rows_init(&pools, arena, n_pools);
    for (size_t i = 0; i < n; i++) {
        const struct subnet *subnet = subnets[i];
        for (size_t j = 0; j < subnet->allocation_pools.n; j++) {
            pool_rows_add(&pools, &subnet->id,
                          &subnet->allocation_pools.items[j], true);
        }
    }
    ret_queries[0] = usage_query(arena, subnets, n);
    ret_queries[1] = pool_rows_query(&pools);
}

/* --- other pools */

STATEMENT(subnet_lock_usage,
    "SELECT 1 FROM subnet_usage WHERE subnet_id = $1::uuid"
    " FOR NO KEY UPDATE");

STATEMENT(subnet_read_pools,
    "SELECT first_ip, last_ip, next_ip FROM subnet_pools"
    " WHERE subnet_id = $1::uuid ORDER BY no");

STATEMENT(subnet_delete_pools,
    "DELETE FROM subnet_pools WHERE subnet_id = $1::uuid");

/* Freed addresses that are in no pool any more are nobody's. */
STATEMENT(subnet_trim_released,
    "WITH gone AS ("
    "    DELETE FROM released_addresses r WHERE r.subnet_id = $1::uuid"
    "       AND NOT EXISTS (SELECT 1 FROM subnet_pools p"
    "                        WHERE p.subnet_id = r.subnet_id"
    "                          AND r.ip_address >= p.first_ip"
    "                          AND r.ip_address <= p.last_ip"
    "                          AND p.next_ip IS NULL)"
    "    RETURNING 1)"
    " UPDATE subnet_usage"
    "    SET total = $2::numeric,"
    "        released = released - (SELECT count(*) FROM gone)"
    "  WHERE subnet_id = $1::uuid");

/* The parts of the old pools that lie below their marks: what was given. */
static size_t
read_given(struct arena *arena, const struct rows *rows,
           struct ip_range **ret_ranges)
{
    size_t n = 0;
    *ret_ranges =
        ARENA_ARRAY(arena, struct ip_range, (size_t) rows_count(rows));
    for (int row = 0; row < rows_count(rows); row++) {
        struct ip_range range, rest;
        struct ip_range parts[2];
        ip_parse(rows_text(rows, row, 0), &range.first);
        ip_parse(rows_text(rows, row, 1), &range.last);
        rest = range;
        if (rows_text(rows, row, 2) == NULL) {
            (*ret_ranges)[n++] = range;
            continue;
        }
        ip_parse(rows_text(rows, row, 2), &rest.first);
        n += range_subtract(&range, 1, &rest, 1, parts, 2) > 0 ? 1 : 0;
        if (n > 0 && !ip_equal(&range.first, &rest.first)) {
            (*ret_ranges)[n - 1] = parts[0];
        }
    }
    return n;
}

/* Splits 'pool' into what was given before, whose free addresses stand among
 * the freed ones, and what is fresh. */
static void
add_split_pool(struct pool_rows *rows, const struct uuid *subnet_id,
               const struct ip_range *pool, const struct ip_range *given,
               size_t n_given)
{
    size_t max = n_given + 1;
    struct ip_range *fresh = ARENA_ARRAY(rows->arena, struct ip_range, max);
    struct ip_range *old = ARENA_ARRAY(rows->arena, struct ip_range, max);
    size_t n_fresh = range_subtract(pool, 1, given, n_given, fresh, max);
    size_t n_old = range_subtract(pool, 1, fresh, n_fresh, old, max);
    for (size_t i = 0; i < n_fresh; i++) {
        pool_rows_add(rows, subnet_id, &fresh[i], true);
    }
    for (size_t i = 0; i < n_old; i++) {
        pool_rows_add(rows, subnet_id, &old[i], false);
    }
}

struct err *
subnet_replace_pools(struct change *change, const struct subnet *subnet)
{
    struct arena *arena = change->arena;
    const char *params[] = {type_of(TYPE_UUID)->to_sql(arena, &subnet->id),
                            total_of(arena, subnet)};
    struct query reads[] = {{subnet_lock_usage.sql, params, 1},
                            {subnet_read_pools.sql, params, 1}};
    struct rows rows[3];
    TRY(tx_run(change->tx, reads, 2, rows));
    struct ip_range *given;
    size_t n_given = read_given(arena, &rows[1], &given);
    struct pool_rows pools;
    pool_rows_init(&pools, arena,
                   subnet->allocation_pools.n * 2 * (n_given + 1));
    for (size_t i = 0; i < subnet->allocation_pools.n; i++) {
        add_split_pool(&pools, &subnet->id,
                       &subnet->allocation_pools.items[i], given, n_given);
    }
    struct query writes[] = {{subnet_delete_pools.sql, params, 1},
                             pool_rows_query(&pools),
                             {subnet_trim_released.sql, params, 2}};
    return tx_run(change->tx, writes, 3, rows);
}
