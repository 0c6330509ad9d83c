/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQL of the allocator: what was taken and what is freed.
 */
#include "addresses_internal.h"
#include "core/arena.h"
#include "db/set.h"
#include "schema/sqlarray.h"

const char *
addresses_collect(struct arena *arena, const struct address *items, size_t n,
                  enum type_id type, size_t offset)
{
    const char **texts = ARENA_ARRAY(arena, const char *, n);
    for (size_t i = 0; i < n; i++) {
        const char *member = (const char *) &items[i] + offset;
        texts[i] = type_of(type)->to_sql(arena, member);
    }
    return sqlarray_format(arena, texts, n);
}

/* --- taking */

#define ITEM_COLUMNS(c_, v_)                                           \
    c_("$1::uuid") ", " v_("$2::inet") ", " v_("$3::uuid") ", "        \
    c_("$4::uuid")
STATEMENT_OF_NEW_ROWS(addresses_insert,
    "INSERT INTO ip_allocations (subnet_id, ip_address, port_id, network_id)",
    ITEM_COLUMNS, 3 << 1);

static struct query
insert_items(struct arena *arena, const struct address *items, size_t n)
{
    static const enum type_id types[] = {TYPE_UUID, TYPE_IP, TYPE_UUID,
                                         TYPE_UUID};
    const struct type *uuid = type_of(TYPE_UUID), *ip = type_of(TYPE_IP);
    struct set set = set_new(arena, types, 4, n);
    for (size_t i = 0; i < n; i++) {
        const char *row[] = {uuid->to_sql(arena, &items[i].subnet_id),
                             ip->to_sql(arena, &items[i].ip),
                             uuid->to_sql(arena, &items[i].port_id),
                             uuid->to_sql(arena, &items[i].network_id)};
        set_add(&set, row);
    }
    return set_query(&set, &addresses_insert);
}

#define MARK_COLUMNS(c_) c_("$1::uuid") ", " c_("$2::inet") ", " c_("$3::inet")
STATEMENT_OF_ROWS(addresses_move_marks,
    "UPDATE subnet_pools p SET next_ip = x.next_ip FROM ", MARK_COLUMNS,
    " AS x(subnet_id, first_ip, next_ip)"
    " WHERE p.subnet_id = x.subnet_id AND p.first_ip = x.first_ip");

static void
add_mark(struct set *set, const struct ipam_subnet *subnet,
         const struct ipam_pool *pool)
{
    const struct type *ip = type_of(TYPE_IP);
    bool used_up = pool->mark.version == 0;
    const char *row[] = {
        type_of(TYPE_UUID)->to_sql(set->arena, &subnet->id),
        ip->to_sql(set->arena, &pool->range.first),
        used_up ? NULL : ip->to_sql(set->arena, &pool->mark)};
    set_add(set, row);
}

/* The marks that have moved. */
static size_t
store_marks(const struct addresses *addresses, struct query *ret_query)
{
    static const enum type_id types[] = {TYPE_UUID, TYPE_IP, TYPE_IP};
    size_t n_pools = 0;
    for (size_t i = 0; i < addresses->n; i++) {
        n_pools += addresses->subnets[i].n_pools;
    }
    struct set set = set_new(addresses->tx->arena, types, 3, n_pools);
    for (size_t i = 0; i < addresses->n; i++) {
        const struct ipam_subnet *subnet = &addresses->subnets[i];
        for (size_t j = 0; j < subnet->n_pools; j++) {
            const struct ipam_pool *pool = &subnet->pools[j];
            if (!ip_equal(&pool->mark, &pool->start)) {
                add_mark(&set, subnet, pool);
            }
        }
    }
    *ret_query = set_query(&set, &addresses_move_marks);
    return set.n > 0 ? 1 : 0;
}

#define COUNT_COLUMNS(c_) \
    c_("$1::uuid") ", " c_("$2::bigint") ", " c_("$3::bigint")
STATEMENT_OF_ROWS(addresses_count,
    "UPDATE subnet_usage u"
    "   SET allocated = u.allocated + x.taken, released = u.released - x.reused"
    "  FROM ", COUNT_COLUMNS, " AS x(subnet_id, taken, reused)"
    " WHERE u.subnet_id = x.subnet_id");

#define REUSE_COLUMNS(c_) c_("$1::uuid") ", " c_("$2::inet")
STATEMENT_OF_ROWS(addresses_reuse,
    "DELETE FROM released_addresses r USING ", REUSE_COLUMNS,
    " AS x(subnet_id, ip)"
    " WHERE r.subnet_id = x.subnet_id AND r.ip_address = x.ip");

static size_t
count_reusable(const struct addresses *addresses)
{
    size_t n = 0;
    for (size_t i = 0; i < addresses->n; i++) {
        n += addresses->subnets[i].n_freed_used +
             addresses->subnets[i].n_explicits;
    }
    return n;
}

/* Adds what 'subnet' gave, and which freed addresses are in use again. */
static void
add_use(const struct ipam_subnet *subnet, struct set *counts,
        struct set *reused)
{
    struct arena *arena = counts->arena;
    const char *id = type_of(TYPE_UUID)->to_sql(arena, &subnet->id);
    struct ip_addr *ips;
    size_t n = ipam_reused(arena, subnet, &ips);
    for (size_t i = 0; i < n; i++) {
        const char *row[] = {id, type_of(TYPE_IP)->to_sql(arena, &ips[i])};
        set_add(reused, row);
    }
    if (subnet->n_taken > 0) {
        const char *row[] = {
            id, arena_printf(arena, "%lld", (long long) subnet->n_taken),
            arena_printf(arena, "%zu", n)};
        set_add(counts, row);
    }
}

static size_t
store_use(const struct addresses *addresses, struct query ret_queries[2])
{
    static const enum type_id count_types[] = {TYPE_UUID, TYPE_INT, TYPE_INT};
    static const enum type_id reuse_types[] = {TYPE_UUID, TYPE_IP};
    struct arena *arena = addresses->tx->arena;
    struct set counts = set_new(arena, count_types, 3, addresses->n);
    struct set reused =
        set_new(arena, reuse_types, 2, count_reusable(addresses));
    for (size_t i = 0; i < addresses->n; i++) {
        add_use(&addresses->subnets[i], &counts, &reused);
    }
    ret_queries[0] = set_query(&counts, &addresses_count);
    ret_queries[1] = set_query(&reused, &addresses_reuse);
    return reused.n > 0 ? 2 : 1;
}

size_t
addresses_store(const struct addresses *addresses, const struct address *items,
                size_t n, struct query ret_queries[ADDRESSES_N_STORE])
{
    if (n == 0) {
        return 0;
    }
    ret_queries[0] = insert_items(addresses->tx->arena, items, n);
    size_t at = 1 + store_marks(addresses, ret_queries + 1);
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
