/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The blocks of subnet pools as rows: free ones that come, come back and join,
 * and those that are cut out.
 */
#include "core/arena.h"
#include "net/block.h"
#include "resource/subnetpool.h"
#include "schema/sqlarray.h"

#define SETTLE_AT_ONCE 256

static const char *
format_blocks(struct arena *arena, const struct ip_prefix *blocks, size_t n)
{
    const struct prefix_list list = {(struct ip_prefix *) (uintptr_t) blocks,
                                     n};
    return type_of(TYPE_PREFIXES)->to_sql(arena, &list);
}

STATEMENT(subnetpool_insert_free,
    "INSERT INTO subnetpool_blocks (subnetpool_id, cidr, settled)"
    " SELECT $1::uuid, c, $3::boolean FROM unnest($2::cidr[]) AS c");

void
subnetpool_insert_blocks(struct change *change, const struct uuid *id,
                         const struct ip_prefix *blocks, size_t n,
                         bool settled)
{
    struct arena *arena = change->arena;
    const char **params = ARENA_ARRAY(arena, const char *, 3);
    params[0] = type_of(TYPE_UUID)->to_sql(arena, id);
    params[1] = format_blocks(arena, blocks, n);
    params[2] = settled ? "t" : "f";
    struct query query = {subnetpool_insert_free.sql, params, 3};
    tx_send(change->tx, &query, n == 0 ? 0 : 1);
}

STATEMENT(subnetpool_delete_free,
    "DELETE FROM subnetpool_blocks WHERE subnetpool_id = $1::uuid"
    "   AND cidr = ANY($2::cidr[]) AND subnet_id IS NULL");

void
subnetpool_delete_blocks(struct change *change, const struct uuid *id,
                         const struct ip_prefix *blocks, size_t n)
{
    struct arena *arena = change->arena;
    const char **params = ARENA_ARRAY(arena, const char *, 2);
    params[0] = type_of(TYPE_UUID)->to_sql(arena, id);
    params[1] = format_blocks(arena, blocks, n);
    struct query query = {subnetpool_delete_free.sql, params, 2};
    tx_send(change->tx, &query, n == 0 ? 0 : 1);
}

static bool
contains(const struct ip_prefix *blocks, size_t n,
         const struct ip_prefix *block)
{
    for (size_t i = 0; i < n; i++) {
        if (ip_prefix_equal(&blocks[i], block)) {
            return true;
        }
    }
    return false;
}

/* Those of 'a' that are not among 'b', in a list of its own. */
static size_t
list_others(struct arena *arena, const struct prefix_list *a,
            const struct prefix_list *b, struct ip_prefix **ret_items)
{
    size_t n = 0;
    *ret_items = ARENA_ARRAY(arena, struct ip_prefix, a->n);
    for (size_t i = 0; i < a->n; i++) {
        if (!contains(b->items, b->n, &a->items[i])) {
            (*ret_items)[n++] = a->items[i];
        }
    }
    return n;
}

void
subnetpool_replace_blocks(struct change *change, const struct uuid *id,
                          const struct prefix_list *before,
                          const struct prefix_list *after)
{
    struct ip_prefix *items;
    size_t n = list_others(change->arena, before, after, &items);
    subnetpool_delete_blocks(change, id, items, n);
    n = list_others(change->arena, after, before, &items);
    subnetpool_insert_blocks(change, id, items, n, true);
}

/* --- blocks that came back */

STATEMENT(subnetpool_returned,
    "SELECT subnetpool_id, cidr FROM subnetpool_blocks"
    " WHERE subnetpool_id = ANY($1::uuid[])"
    "   AND subnet_id IS NULL AND NOT settled"
    " ORDER BY subnetpool_id, cidr LIMIT $2::bigint");

struct query
subnetpool_returned_query(struct arena *arena, const char *ids)
{
    const char *params[] = {ids, arena_printf(arena, "%d", SETTLE_AT_ONCE)};
    return (struct query){subnetpool_returned.sql,
                          arena_memdup(arena, params, sizeof params), 2};
}

STATEMENT(subnetpool_settled_among,
    "SELECT cidr FROM subnetpool_blocks WHERE subnetpool_id = $1::uuid"
    "   AND cidr = ANY($2::cidr[]) AND settled");

STATEMENT(subnetpool_unsettle,
    "DELETE FROM subnetpool_blocks WHERE subnetpool_id = $1::uuid"
    "   AND cidr = ANY($2::cidr[]) AND subnet_id IS NULL AND NOT settled");

/* What the 'n' blocks, in order, could join with, at any length: where the way
 * up meets that of the block before, it is known. */
static const char *
list_candidates(struct arena *arena, const struct ip_prefix *blocks, size_t n)
{
    size_t max = 0, k = 0;
    for (size_t i = 0; i < n; i++) {
        max += blocks[i].len;
    }
    struct ip_prefix *candidates = ARENA_ARRAY(arena, struct ip_prefix, max);
    for (size_t i = 0; i < n; i++) {
        struct ip_prefix block = blocks[i];
        for (; block.len > 0; block.len--) {
            ip_prefix_clear_host_bits(&block);
            if (i > 0 && block_holds(&block, &blocks[i - 1])) {
                break;
            }
            candidates[k++] = block_sibling(&block);
        }
    }
    return format_blocks(arena, candidates, k);
}

/* Settles some blocks of one pool. */
static struct err *
settle_some(struct change *change, const struct uuid *id,
            const struct ip_prefix *blocks, size_t n)
{
    struct arena *arena = change->arena;
    const char *pool_id = type_of(TYPE_UUID)->to_sql(arena, id);
    const char *look[] = {pool_id, list_candidates(arena, blocks, n)};
    const char *gone[] = {pool_id, format_blocks(arena, blocks, n)};
    struct query queries[] = {QUERY(subnetpool_settled_among, look),
                              QUERY(subnetpool_unsettle, gone)};
    struct rows rows[2];
    TRY(tx_run(change->tx, queries, 2, rows));
    size_t n_old = (size_t) rows_count(&rows[0]);
    struct prefix_list old = {ARENA_ARRAY(arena, struct ip_prefix, n_old),
                              n_old};
    struct prefix_list all = {
        ARENA_ARRAY(arena, struct ip_prefix, n_old + n), n_old + n};
    for (size_t i = 0; i < n_old; i++) {
        ip_prefix_parse(rows_text(&rows[0], (int) i, 0), &old.items[i]);
        all.items[i] = old.items[i];
    }
    memcpy(all.items + n_old, blocks, n * sizeof *blocks);
    all.n = block_compact(all.items, all.n);
    subnetpool_replace_blocks(change, id, &old, &all);
    return NULL;
}

struct err *
subnetpool_settle(struct change *change, const struct rows *rows)
{
    struct ip_prefix blocks[SETTLE_AT_ONCE];
    int n = rows_count(rows);
    for (int row = 0; row < n;) {
        const char *id = rows_text(rows, row, 0);
        struct uuid pool_id;
        size_t k = 0;
        uuid_from_text(id, &pool_id);
        while (row < n && k < SETTLE_AT_ONCE &&
               strcmp(rows_text(rows, row, 0), id) == 0) {
            ip_prefix_parse(rows_text(rows, row++, 1), &blocks[k++]);
        }
        TRY(settle_some(change, &pool_id, blocks, k));
    }
    return NULL;
}

struct err *
subnetpool_settle_all(struct change *change, const char *ids, bool *ret_any)
{
    struct query query = subnetpool_returned_query(change->arena, ids);
    *ret_any = false;
    for (;;) {
        struct rows rows;
        TRY(tx_one(change->tx, query, &rows));
        if (rows_count(&rows) == 0) {
            return NULL;
        }
        *ret_any = true;
        TRY(subnetpool_settle(change, &rows));
    }
}

/* --- prefixes that go */

STATEMENT(subnetpool_blocks_in,
    "SELECT cidr, subnet_id FROM subnetpool_blocks"
    " WHERE subnetpool_id = $1::uuid AND cidr && ANY($2::cidr[])"
    " ORDER BY cidr");

static struct err *
refuse_cut(struct change *change, const char *id, const char *holes)
{
    struct blockers blockers = blockers_none(change->arena, change->caller);
    return blockers_explain(
        &blockers, change->tx,
        subnetpool_blockers_in(change->arena, id, holes),
        err_new(change->arena, ERR_POOL_PREFIXES,
                "illegal update to prefixes: one or more of the prefixes to "
                "be removed are in use by subnets"));
}

struct err *
subnetpool_cut(struct change *change, const struct subnetpool *pool,
               const struct prefix_list *holes)
{
    struct arena *arena = change->arena;
    const char *params[] = {
        type_of(TYPE_UUID)->to_sql(arena, &pool->id),
        format_blocks(arena, holes->items, holes->n)};
    struct rows rows;
    TRY(tx_one(change->tx, QUERY(subnetpool_blocks_in, params), &rows));
    size_t n = (size_t) rows_count(&rows);
    struct ip_prefix *blocks = ARENA_ARRAY(arena, struct ip_prefix, n);
    for (size_t i = 0; i < n; i++) {
        if (rows_text(&rows, (int) i, 1) != NULL) {
            return refuse_cut(change, params[0], params[1]);
        }
        ip_prefix_parse(rows_text(&rows, (int) i, 0), &blocks[i]);
    }
    struct ip_prefix *rest = ARENA_ARRAY(arena, struct ip_prefix,
                                         n + holes->n * BLOCK_MAX_REST);
    size_t n_rest = block_subtract(blocks, n, holes->items, holes->n, rest);
    subnetpool_delete_blocks(change, &pool->id, blocks, n);
    subnetpool_insert_blocks(change, &pool->id, rest, n_rest, false);
    return NULL;
}

/* --- a block that stays clear of others */

/* A block that lies in none of those to stay clear of either holds one of them
 * or is as good as any: of one more than there are, one will do. */
STATEMENT(subnetpool_clear_blocks,
    "SELECT b.cidr FROM subnetpool_blocks b"
    " WHERE b.subnetpool_id = $1::uuid AND b.settled"
    "   AND masklen(b.cidr) <= $2::int"
    "   AND NOT EXISTS (SELECT 1 FROM unnest($3::cidr[]) AS x"
    "                    WHERE b.cidr <<= x)"
    " ORDER BY masklen(b.cidr) DESC, b.cidr LIMIT $4::bigint");

static struct err *
find_clear(struct change *change, const struct uuid *id,
           const struct block_wish *wish, struct ip_prefix *ret_block,
           bool *ret_found)
{
    struct arena *arena = change->arena;
    const char *params[] = {
        type_of(TYPE_UUID)->to_sql(arena, id),
        arena_printf(arena, "%u", wish->len),
        format_blocks(arena, wish->taken, wish->n_taken),
        arena_printf(arena, "%zu", wish->n_taken + 1)};
    struct rows rows;
    TRY(tx_one(change->tx, QUERY(subnetpool_clear_blocks, params), &rows));
    *ret_found = false;
    for (int row = 0; row < rows_count(&rows) && !*ret_found; row++) {
        struct ip_prefix block;
        ip_prefix_parse(rows_text(&rows, row, 0), &block);
        *ret_found = block_find_free(&block, wish->len, wish->taken,
                                     wish->n_taken, ret_block);
    }
    return NULL;
}

struct err *
subnetpool_find_block(struct change *change, const struct uuid *id,
                      const struct block_wish *wish,
                      struct ip_prefix *ret_block, bool *ret_found)
{
    struct arena *arena = change->arena;
    const char *text = type_of(TYPE_UUID)->to_sql(arena, id);
    const char *ids = sqlarray_format(arena, &text, 1);
    struct rows rows;
    bool more;
    TRY(tx_one(change->tx, subnetpool_returned_query(arena, ids), &rows));
    TRY(subnetpool_settle(change, &rows));
    TRY(find_clear(change, id, wish, ret_block, ret_found));
    if (*ret_found) {
        return NULL;
    }
    TRY(subnetpool_settle_all(change, ids, &more));
    return more ? find_clear(change, id, wish, ret_block, ret_found) : NULL;
}

/* --- blockers */

static const char *
reason_from_pool(struct arena *arena, const struct blocker *subnet,
                 const struct rows *rows, int row)
{
    if (subnet->id == NULL) {
        return "A subnet of another project has addresses of the pool.";
    }
    return arena_printf(arena, "The subnet has \"%s\" of the pool.",
                        rows_text(rows, row, BLOCKER_N_COLUMNS));
}

#define SUBNETS_OF(condition_)                                             \
    "SELECT 'subnet', s.id, s.name, NULL, NULL, NULL, s.project_id,"       \
    "       n.shared, count(*) OVER (), s.cidr"                            \
    "  FROM subnets s JOIN networks n ON n.id = s.network_id"              \
    " WHERE s.subnetpool_id = $1::uuid" condition_                         \
    " ORDER BY s.id" BLOCKERS_LIMIT

STATEMENT(subnetpool_subnets, SUBNETS_OF(""));
STATEMENT(subnetpool_subnets_in,
    SUBNETS_OF(" AND s.cidr && ANY($2::cidr[])"));

struct blocker_query
subnetpool_blockers(struct arena *arena, const struct caller *caller,
                    const char *id)
{
    (void) caller;
    return blockers_ask(arena, subnetpool_subnets.sql, id, NULL,
                        reason_from_pool);
}

struct blocker_query
subnetpool_blockers_in(struct arena *arena, const char *id,
                       const char *cidrs)
{
    return blockers_ask(arena, subnetpool_subnets_in.sql, id, cidrs,
                        reason_from_pool);
}
