/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subnet pools in address scopes: which pool can be in which scope.  The rows
 * of address_scope_prefixes have the last word.
 */
#include "core/arena.h"
#include "resource/address_scope.h"
#include "resource/subnetpool.h"

static const char *
id_of(struct arena *arena, const struct uuid *id)
{
    return type_of(TYPE_UUID)->to_sql(arena, id);
}

/* --- the scope */

STATEMENT(subnetpool_lock_scope,
    "SELECT project_id, shared, ip_version FROM address_scopes"
    " WHERE id = $1::uuid FOR NO KEY UPDATE");

static struct err *
check_owner(struct change *change, const struct subnetpool *pool,
            const struct rows *rows)
{
    const struct caller *caller = change->caller;
    struct arena *arena = change->arena;
    const char *id = id_of(arena, &pool->address_scope_id);
    bool found = rows_count(rows) > 0;
    bool own = found && (caller->is_admin || strcmp(rows_text(rows, 0, 0),
                                                    caller->project_id) == 0);
    if (!found || (!own && !rows_bool(rows, 0, 1))) {
        return resource_not_found(arena, &address_scope_resource, id);
    }
    if (!own) {
        return err_new(arena, ERR_SCOPE_FOREIGN,
                       "illegal subnet pool association: address scope "
                       "\"%s\" belongs to another project, which alone can "
                       "have pools in it", id);
    }
    return NULL;
}

static struct err *
check_kind(struct change *change, const struct subnetpool *pool,
           const struct rows *rows)
{
    struct arena *arena = change->arena;
    const char *id = id_of(arena, &pool->address_scope_id);
    if (rows_int(rows, 0, 2) != pool->ip_version) {
        return err_new(arena, ERR_SCOPE_VERSION,
                       "illegal subnet pool association: address scope "
                       "\"%s\" is of IPv%d, the pool of IPv%d", id,
                       (int) rows_int(rows, 0, 2), (int) pool->ip_version);
    }
    if (pool->shared && !rows_bool(rows, 0, 1)) {
        return err_new(arena, ERR_INVALID_INPUT,
                       "invalid input for \"address_scope_id\": a shared "
                       "subnet pool needs a shared address scope, and \"%s\" "
                       "is not", id);
    }
    return NULL;
}

/* --- other pools in it */

static const char *
reason_shares(struct arena *arena, const struct blocker *pool,
              const struct rows *rows, int row)
{
    if (pool->id == NULL) {
        return "A subnet pool of another project in the address scope has "
               "addresses of the prefixes.";
    }
    return arena_printf(arena,
                        "The subnet pool is in the address scope with the "
                        "prefix \"%s\": choose prefixes that do not overlap "
                        "with it.", rows_text(rows, row, BLOCKER_N_COLUMNS));
}

STATEMENT(subnetpool_scope_conflicts,
    "SELECT 'subnetpool', p.id, p.name, NULL, NULL, NULL, p.project_id,"
    "       p.shared, count(*) OVER (), x.cidr"
    "  FROM address_scope_prefixes x"
    "  JOIN subnetpools p ON p.id = x.subnetpool_id"
    " WHERE x.address_scope_id = $1::uuid AND x.subnetpool_id <> $2::uuid"
    "   AND x.cidr && ANY($3::cidr[]) ORDER BY x.cidr" BLOCKERS_LIMIT);

static struct err *
check_conflicts(struct change *change, const struct subnetpool *pool)
{
    struct arena *arena = change->arena;
    const char *params[] = {
        id_of(arena, &pool->address_scope_id), id_of(arena, &pool->id),
        type_of(TYPE_PREFIXES)->to_sql(arena, &pool->prefixes)};
    struct blocker_query query = {
        QUERY(subnetpool_scope_conflicts, params), reason_shares};
    struct blockers blockers = blockers_none(arena, change->caller);
    TRY(blockers_find(&blockers, change->tx, &query));
    if (blockers.total == 0) {
        return NULL;
    }
    return blockers_refuse(
        &blockers,
        err_new(arena, ERR_SCOPE_CONFLICT,
                "failed to associate address scope \"%s\": no two subnet "
                "pools of an address scope may have overlapping prefixes",
                params[0]));
}

/* Networks with subnets of the pool and of another pool, of another scope. */
STATEMENT(subnetpool_scope_neighbours,
    "SELECT s.network_id FROM subnets s"
    "  JOIN subnets o ON o.network_id = s.network_id"
    "                AND o.ip_version = s.ip_version"
    "  JOIN subnetpools p ON p.id = o.subnetpool_id"
    " WHERE s.subnetpool_id = $1::uuid AND p.id <> $1::uuid"
    "   AND p.address_scope_id IS DISTINCT FROM $2::uuid LIMIT 1");

static struct err *
check_neighbours(struct change *change, const struct subnetpool *current,
                 const struct subnetpool *pool)
{
    struct arena *arena = change->arena;
    bool same = current == NULL ||
                (record_has(&current->rec, SUBNETPOOL_ADDRESS_SCOPE_ID) &&
                 uuid_equal(&current->address_scope_id,
                            &pool->address_scope_id));
    const char *params[] = {id_of(arena, &pool->id),
                            id_of(arena, &pool->address_scope_id)};
    struct rows rows;
    if (same) {
        return NULL;
    }
    TRY(tx_one(change->tx, QUERY(subnetpool_scope_neighbours, params),
               &rows));
    return rows_count(&rows) == 0
               ? NULL
               : err_new(arena, ERR_SCOPE_AFFINITY,
                         "network \"%s\" has subnets of this pool and of "
                         "another one: the pools of subnets of an ip_version "
                         "in a network must be in the same address scope",
                         rows_text(&rows, 0, 0));
}

struct err *
subnetpool_check_scope(struct change *change,
                       const struct subnetpool *current,
                       const struct subnetpool *pool)
{
    struct rows rows;
    if (!record_has(&pool->rec, SUBNETPOOL_ADDRESS_SCOPE_ID)) {
        return NULL;
    }
    const char *params[] = {id_of(change->arena, &pool->address_scope_id)};
    TRY(tx_one(change->tx, QUERY(subnetpool_lock_scope, params), &rows));
    TRY(check_owner(change, pool, &rows));
    TRY(check_kind(change, pool, &rows));
    TRY(check_conflicts(change, pool));
    return check_neighbours(change, current, pool);
}

/* --- the rows */

STATEMENT(subnetpool_leave_scope,
    "DELETE FROM address_scope_prefixes WHERE subnetpool_id = $1::uuid");

STATEMENT(subnetpool_enter_scope,
    "INSERT INTO address_scope_prefixes"
    "       (subnetpool_id, cidr, address_scope_id)"
    " SELECT $1::uuid, c, $3::uuid FROM unnest($2::cidr[]) AS c");

struct err *
subnetpool_note_scope(struct change *change,
                      const struct subnetpool *pool)
{
    struct arena *arena = change->arena;
    bool scoped = record_has(&pool->rec, SUBNETPOOL_ADDRESS_SCOPE_ID);
    const char *params[] = {
        id_of(arena, &pool->id),
        type_of(TYPE_PREFIXES)->to_sql(arena, &pool->prefixes),
        scoped ? id_of(arena, &pool->address_scope_id) : NULL};
    struct query queries[] = {{subnetpool_leave_scope.sql, params, 1},
                              QUERY(subnetpool_enter_scope, params)};
    struct rows rows[2];
    return tx_run(change->tx, queries, scoped ? 2 : 1, rows);
}
