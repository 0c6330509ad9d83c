/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQL of the allocator: what was taken and what is freed.
 */
#include "addresses_internal.h"
#include "core/arena.h"
#include "schema/sqlarray.h"
#include "schema/sqlbinary.h"

/* The texts of one member of all items. */
static const char **
member_texts(struct arena *arena, const struct address *items, size_t n,
             enum type_id type, size_t offset)
{
    const char **texts = ARENA_ARRAY(arena, const char *, n);
    for (size_t i = 0; i < n; i++) {
        const char *member = (const char *) &items[i] + offset;
        texts[i] = type_of(type)->to_sql(arena, member);
    }
    return texts;
}

const char *
addresses_collect(struct arena *arena, const struct address *items, size_t n,
                  enum type_id type, size_t offset)
{
    return sqlarray_format(arena,
                           member_texts(arena, items, n, type, offset), n);
}

/* --- taking */

STATEMENT(addresses_insert,
    "INSERT INTO ip_allocations (subnet_id, ip_address, port_id, network_id)"
    " SELECT * FROM unnest($1::uuid[], $2::inet[], $3::uuid[], $4::uuid[])");

STATEMENT(addresses_move_marks,
    "UPDATE subnet_pools p SET next_ip = x.next_ip"
    "  FROM unnest($1::uuid[], $2::inet[], $3::inet[])"
    "       AS x(subnet_id, first_ip, next_ip)"
    " WHERE p.subnet_id = x.subnet_id AND p.first_ip = x.first_ip");

STATEMENT(addresses_reuse,
    "DELETE FROM released_addresses r"
    " USING unnest($1::uuid[], $2::inet[]) AS x(subnet_id, ip)"
    " WHERE r.subnet_id = x.subnet_id AND r.ip_address = x.ip");

STATEMENT(addresses_count,
    "UPDATE subnet_usage u"
    "   SET allocated = u.allocated + x.taken, released = u.released - x.reused"
    "  FROM unnest($1::uuid[], $2::bigint[], $3::bigint[])"
    "       AS x(subnet_id, taken, reused)"
    " WHERE u.subnet_id = x.subnet_id");

/* Columns of a set-based statement, filled row by row. */
struct columns {
    struct arena *arena;
    const char **values[3];
    size_t n;
};

static void
columns_init(struct columns *columns, struct arena *arena, size_t max)
{
    *columns = (struct columns){.arena = arena};
    for (size_t i = 0; i < 3; i++) {
        columns->values[i] = ARENA_ARRAY(arena, const char *, max);
    }
}

static void
columns_add(struct columns *columns, const struct uuid *id, const char *second,
            const char *third)
{
    columns->values[0][columns->n] =
        type_of(TYPE_UUID)->to_sql(columns->arena, id);
    columns->values[1][columns->n] = second;
    columns->values[2][columns->n] = third;
    columns->n++;
}

static struct query
columns_query(const struct columns *columns, const struct statement *statement,
              int n_params)
{
    const char **params = ARENA_ARRAY(columns->arena, const char *, 3);
    for (int i = 0; i < n_params; i++) {
        params[i] = sqlarray_format(columns->arena, columns->values[i],
                                    columns->n);
    }
    return (struct query){statement->sql, params, n_params};
}

static bool
mark_moved(const struct ipam_pool *pool)
{
    return !ip_equal(&pool->mark, &pool->start);
}

static struct query
store_marks(const struct addresses *addresses, size_t *ret_n)
{
    struct arena *arena = addresses->tx->arena;
    const struct type *ip = type_of(TYPE_IP);
    size_t n_pools = 0;
    for (size_t i = 0; i < addresses->n; i++) {
        n_pools += addresses->subnets[i].n_pools;
    }
    struct columns columns;
    columns_init(&columns, arena, n_pools);
    for (size_t i = 0; i < addresses->n; i++) {
        const struct ipam_subnet *subnet = &addresses->subnets[i];
        for (size_t j = 0; j < subnet->n_pools; j++) {
            const struct ipam_pool *pool = &subnet->pools[j];
            if (mark_moved(pool)) {
                columns_add(&columns, &subnet->id,
                            ip->to_sql(arena, &pool->range.first),
                            pool->mark.version == 0
                                ? NULL
                                : ip->to_sql(arena, &pool->mark));
            }
        }
    }
    *ret_n = columns.n;
    return columns_query(&columns, &addresses_move_marks, 3);
}

/* Counts what each subnet gave, and which freed addresses are in use again. */
static size_t
store_use(const struct addresses *addresses, struct query ret_queries[2])
{
    struct arena *arena = addresses->tx->arena;
    struct columns counts, reused;
    size_t max = 0;
    for (size_t i = 0; i < addresses->n; i++) {
        max += addresses->subnets[i].n_freed_used +
               addresses->subnets[i].n_explicits;
    }
    columns_init(&counts, arena, addresses->n);
    columns_init(&reused, arena, max);
    for (size_t i = 0; i < addresses->n; i++) {
        const struct ipam_subnet *subnet = &addresses->subnets[i];
        struct ip_addr *ips;
        size_t n = ipam_reused(arena, subnet, &ips);
        for (size_t j = 0; j < n; j++) {
            columns_add(&reused, &subnet->id,
                        type_of(TYPE_IP)->to_sql(arena, &ips[j]), NULL);
        }
        if (subnet->n_taken > 0) {
            columns_add(&counts, &subnet->id,
                        arena_printf(arena, "%lld",
                                     (long long) subnet->n_taken),
                        arena_printf(arena, "%zu", n));
        }
    }
    ret_queries[0] = columns_query(&counts, &addresses_count, 3);
    ret_queries[1] = columns_query(&reused, &addresses_reuse, 2);
    return reused.n > 0 ? 2 : 1;
}

static struct query
insert_items(struct arena *arena, const struct address *items, size_t n)
{
    static const struct {
        enum type_id type;
        size_t offset;
    } columns[] = {{TYPE_UUID, offsetof(struct address, subnet_id)},
                   {TYPE_IP, offsetof(struct address, ip)},
                   {TYPE_UUID, offsetof(struct address, port_id)},
                   {TYPE_UUID, offsetof(struct address, network_id)}};
    const char **params = ARENA_ARRAY(arena, const char *, 4);
    int *sizes = ARENA_ARRAY(arena, int, 4);
    for (size_t i = 0; i < 4; i++) {
        params[i] = sqlbinary_array(
            arena, columns[i].type,
            member_texts(arena, items, n, columns[i].type, columns[i].offset),
            n, &sizes[i]);
    }
    return (struct query){addresses_insert.sql, params, 4, sizes};
}

size_t
addresses_store(const struct addresses *addresses, const struct address *items,
                size_t n, struct query ret_queries[ADDRESSES_N_STORE])
{
    if (n == 0) {
        return 0;
    }
    struct arena *arena = addresses->tx->arena;
    ret_queries[0] = insert_items(arena, items, n);
    size_t n_marks = 0;
    ret_queries[1] = store_marks(addresses, &n_marks);
    size_t at = n_marks > 0 ? 2 : 1;
    return at + store_use(addresses, ret_queries + at);
}

/* --- freeing */

STATEMENT(addresses_lock_usage,
    "SELECT 1 FROM subnet_usage WHERE subnet_id = ANY($1::uuid[])"
    " ORDER BY subnet_id FOR NO KEY UPDATE");

/* An address above the mark is fresh again; one below it joins the freed. */
STATEMENT(addresses_free,
    "WITH gone AS ("
    "    DELETE FROM ip_allocations a"
    "     USING unnest($1::uuid[], $2::inet[]) AS x(subnet_id, ip)"
    "     WHERE a.subnet_id = x.subnet_id AND a.ip_address = x.ip"
    "    RETURNING a.subnet_id, a.ip_address),"
    " freed AS ("
    "    INSERT INTO released_addresses (subnet_id, ip_address, available_at)"
    "    SELECT g.subnet_id, g.ip_address,"
    "           clock_timestamp() + s.ip_cooldown * interval '1 second'"
    "      FROM gone g JOIN subnets s ON s.id = g.subnet_id"
    "     WHERE EXISTS (SELECT 1 FROM subnet_pools p"
    "                    WHERE p.subnet_id = g.subnet_id"
    "                      AND g.ip_address >= p.first_ip"
    "                      AND g.ip_address <= p.last_ip"
    "                      AND (p.next_ip IS NULL"
    "                           OR g.ip_address < p.next_ip))"
    "    RETURNING subnet_id)"
    " UPDATE subnet_usage u"
    "    SET allocated = u.allocated - c.gone, released = u.released + c.freed"
    "   FROM (SELECT subnet_id, count(*) AS gone,"
    "                (SELECT count(*) FROM freed f"
    "                  WHERE f.subnet_id = g.subnet_id) AS freed"
    "           FROM gone g GROUP BY subnet_id) c"
    "  WHERE u.subnet_id = c.subnet_id");

void
addresses_release(struct arena *arena, const struct address *items, size_t n,
                  struct query ret_queries[ADDRESSES_N_RELEASE])
{
    const char **params = ARENA_ARRAY(arena, const char *, 2);
    params[0] = COLLECT(arena, items, n, TYPE_UUID, subnet_id);
    params[1] = COLLECT(arena, items, n, TYPE_IP, ip);
    ret_queries[0] = (struct query){addresses_lock_usage.sql, params, 1};
    ret_queries[1] = (struct query){addresses_free.sql, params, 2};
}
