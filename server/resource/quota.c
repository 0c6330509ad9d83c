/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Quota rows: taken from and given back to.
 */
#include "resource/quota.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/arena.h"
#include "core/settings.h"

const char *const quota_resources[] = {"network", "subnet", "port",
                                       "subnetpool", "rbac_policy", NULL};

int64_t
quota_default(const struct settings *settings, const char *resource)
{
    if (strcmp(resource, "network") == 0) {
        return settings->quota_network;
    }
    if (strcmp(resource, "subnet") == 0) {
        return settings->quota_subnet;
    }
    if (strcmp(resource, "subnetpool") == 0) {
        return settings->quota_subnetpool;
    }
    if (strcmp(resource, "rbac_policy") == 0) {
        return settings->quota_rbac_policy;
    }
    return settings->quota_port;
}

/* One statement for the first use and for all others; no row means that the
 * limit would be exceeded. */
STATEMENT(quota_add,
    "INSERT INTO quotas AS q (project_id, resource, used)"
    " SELECT $1::text, $2::text, $3::bigint"
    "  WHERE $4::bigint < 0 OR $3::bigint <= $4::bigint"
    "     OR EXISTS (SELECT 1 FROM quotas e WHERE e.project_id = $1::text"
    "                   AND e.resource = $2::text)"
    " ON CONFLICT (project_id, resource) DO UPDATE"
    "    SET used = q.used + excluded.used"
    "  WHERE coalesce(q.quota_limit, $4::bigint) < 0"
    "     OR q.used + excluded.used <= coalesce(q.quota_limit, $4::bigint)"
    " RETURNING used");

STATEMENT(quota_add_any,
    "INSERT INTO quotas AS q (project_id, resource, used)"
    " VALUES ($1::text, $2::text, $3::bigint)"
    " ON CONFLICT (project_id, resource) DO UPDATE"
    "    SET used = q.used + excluded.used");

struct query
quota_count(struct change *change, const char *resource,
            const char *project_id, int64_t n)
{
    const char *params[] = {project_id, resource,
                            arena_printf(change->arena, "%" PRId64, n)};
    return (struct query){
        quota_add_any.sql,
        arena_memdup(change->arena, params, sizeof params), 3};
}

struct err *
quota_refusal(struct arena *arena, const struct quota_use *use)
{
    struct err *err =
        err_new(arena, ERR_OVER_QUOTA,
                "quota exceeded for resources: [\"%s\"] of project \"%s\"",
                use->resource, use->project_id);
    const char *reason = arena_printf(
        arena,
        "Project \"%s\" uses %" PRId64 " of its limit of %" PRId64
        " %ss, and %" PRId64 " more asked for: delete some, or ask an admin "
        "for a larger quota.", use->project_id, use->used, use->limit,
        use->resource, use->asked);
    return err_blocked_by(
        err, arena,
        (struct blocker){.type = "quota",
                         .name = use->resource,
                         .owner = arena_strdup(arena, use->project_id),
                         .reason = reason});
}

STATEMENT(quota_read,
    "SELECT used, coalesce(quota_limit, $3::bigint) FROM quotas"
    " WHERE project_id = $1::text AND resource = $2::text");

struct query
quota_take(struct change *change, const char *resource,
           const char *project_id, int64_t n)
{
    struct arena *arena = change->arena;
    const char *params[] = {
        project_id, resource, arena_printf(arena, "%" PRId64, n),
        arena_printf(arena, "%" PRId64,
                     quota_default(change->settings, resource))};
    return (struct query){quota_add.sql,
                          arena_memdup(arena, params, sizeof params), 4};
}

/* Reads what quota_add did not say: how much is used of how much. */
struct err *
quota_check_taken(struct change *change, const struct query *query,
                  const struct rows *rows)
{
    const char *const *params = query->params;
    const char *read[] = {params[0], params[1], params[3]};
    struct rows used;
    if (rows_count(rows) > 0) {
        return NULL;
    }
    TRY(tx_one(change->tx, QUERY(quota_read, read), &used));
    bool found = rows_count(&used) > 0;
    struct quota_use use = {
        .resource = params[1],
        .project_id = params[0],
        .used = found ? rows_int(&used, 0, 0) : 0,
        .limit = found ? rows_int(&used, 0, 1)
                       : quota_default(change->settings, params[1]),
        .asked = strtoll(params[2], NULL, 10),
    };
    return quota_refusal(change->arena, &use);
}

STATEMENT(quota_lock_rows,
    "SELECT 1 FROM quotas q WHERE q.project_id = $2::text"
    "    OR q.project_id IN (SELECT p.project_id FROM ports p"
    "                         WHERE p.network_id = $1::uuid"
    "                        UNION SELECT s.project_id FROM subnets s"
    "                         WHERE s.network_id = $1::uuid"
    "                        UNION SELECT r.project_id FROM rbac_policies r"
    "                         WHERE r.object_id = $1::uuid)"
    " ORDER BY q.project_id, q.resource FOR NO KEY UPDATE");

struct err *
quota_lock(struct change *change, const struct uuid *network_id,
           const char *project_id)
{
    const char *params[] = {
        type_of(TYPE_UUID)->to_sql(change->arena, network_id), project_id};
    return tx_one(change->tx, QUERY(quota_lock_rows, params), NULL);
}

STATEMENT(quota_subtract,
    "UPDATE quotas SET used = used - $3::bigint"
    " WHERE project_id = $1::text AND resource = $2::text");

struct err *
quota_give(struct change *change, const char *resource,
           const char *project_id, int64_t n)
{
    const char *params[] = {project_id, resource,
                            arena_printf(change->arena, "%" PRId64, n)};
    return tx_one(change->tx, QUERY(quota_subtract, params), NULL);
}
