/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Quota rows: taken from and given back to.
 */
#include "resource/quota.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/arena.h"
#include "core/settings.h"
#include "schema/sqlarray.h"

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

/* --- taken for many at once */

static int
compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

void
quota_claim(struct quota_claims *claims, struct arena *arena,
            const char **project_ids, size_t n)
{
    claims->items = ARENA_ARRAY(arena, struct quota_claim, n);
    claims->n = 0;
    qsort(project_ids, n, sizeof *project_ids, compare_texts);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || strcmp(project_ids[i - 1], project_ids[i]) != 0) {
            claims->items[claims->n++].project_id = project_ids[i];
        }
        claims->items[claims->n - 1].claimed++;
    }
}

/* The first use of a project makes its row. */
STATEMENT(quota_add,
    "INSERT INTO quotas AS q (project_id, resource, used)"
    " SELECT x.project_id, $1::text, x.n"
    "   FROM unnest($2::text[], $3::bigint[]) AS x(project_id, n)"
    "  ORDER BY x.project_id"
    " ON CONFLICT (project_id, resource) DO UPDATE"
    "    SET used = q.used + excluded.used"
    " RETURNING project_id, used, quota_limit, now()");

/* More was claimed than the limit or the rules let have. */
STATEMENT(quota_give_back,
    "UPDATE quotas q SET used = q.used - x.n"
    "  FROM unnest($2::text[], $3::bigint[]) AS x(project_id, n)"
    " WHERE q.project_id = x.project_id AND q.resource = $1::text");

/* 'sql' for all that was claimed, or for the rest that nobody took. */
static struct query
make_query(struct arena *arena, const struct quota_claims *claims,
           const char *sql, bool rest)
{
    const char **ids = ARENA_ARRAY(arena, const char *, claims->n);
    const char **counts = ARENA_ARRAY(arena, const char *, claims->n);
    const char **params = ARENA_ARRAY(arena, const char *, 3);
    size_t n = 0;
    for (size_t i = 0; i < claims->n; i++) {
        const struct quota_claim *claim = &claims->items[i];
        int64_t count = claim->claimed - (rest ? claim->taken : 0);
        if (count > 0) {
            ids[n] = claim->project_id;
            counts[n++] = arena_printf(arena, "%" PRId64, count);
        }
    }
    params[0] = claims->resource;
    params[1] = sqlarray_format(arena, ids, n);
    params[2] = sqlarray_format(arena, counts, n);
    return (struct query){sql, params, 3};
}

struct query
quota_take_claims(struct arena *arena, const struct quota_claims *claims)
{
    return make_query(arena, claims, quota_add.sql, false);
}

static struct quota_claim *
find_claim(const struct quota_claims *claims, const char *project_id)
{
    size_t i = 0;
    while (strcmp(claims->items[i].project_id, project_id) != 0) {
        i++;
    }
    return &claims->items[i];
}

void
quota_read_claims(struct quota_claims *claims, const struct settings *settings,
                  const struct rows *rows)
{
    for (int row = 0; row < rows_count(rows); row++) {
        struct quota_claim *claim =
            find_claim(claims, rows_text(rows, row, 0));
        claim->used = rows_int(rows, row, 1) - claim->claimed;
        claim->limit = rows_text(rows, row, 2) == NULL
                           ? quota_default(settings, claims->resource)
                           : rows_int(rows, row, 2);
    }
}

/* Of 'objects' the ones that are of the project of 'claim'. */
static int64_t
count_of(const struct quota_claim *claim, struct object *const *objects,
         size_t n)
{
    int64_t count = 0;
    for (size_t i = 0; i < n; i++) {
        count += strcmp(objects[i]->project_id, claim->project_id) == 0;
    }
    return count;
}

struct err *
quota_settle(struct quota_claims *claims, struct arena *arena,
             struct object *const *objects, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct quota_claim *claim =
            find_claim(claims, objects[i]->project_id);
        struct quota_use use = {.resource = claims->resource,
                                .project_id = claim->project_id,
                                .used = claim->used + claim->taken,
                                .limit = claim->limit,
                                .asked = count_of(claim, objects, n)};
        if (use.limit >= 0 && use.used + use.asked > use.limit) {
            return quota_refusal(arena, &use);
        }
    }
    for (size_t i = 0; i < n; i++) {
        find_claim(claims, objects[i]->project_id)->taken++;
    }
    return NULL;
}

bool
quota_return_rest(struct arena *arena, const struct quota_claims *claims,
                  struct query *ret_query)
{
    bool rest = false;
    for (size_t i = 0; i < claims->n; i++) {
        rest = rest || claims->items[i].taken < claims->items[i].claimed;
    }
    if (rest) {
        *ret_query = make_query(arena, claims, quota_give_back.sql, true);
    }
    return rest;
}

/* --- others */

STATEMENT(quota_lock_network,
    "SELECT 1 FROM networks WHERE id = $1::uuid FOR NO KEY UPDATE");
STATEMENT(quota_lock_rows,
    "SELECT 1 FROM quotas q WHERE q.project_id = $2::text"
    "    OR q.project_id IN (SELECT p.project_id FROM ports p"
    "                         WHERE p.network_id = $1::uuid"
    "                        UNION SELECT s.project_id FROM subnets s"
    "                         WHERE s.network_id = $1::uuid"
    "                        UNION SELECT r.project_id FROM rbac_policies r"
    "                         WHERE r.object_id = $1::uuid)"
    " ORDER BY q.project_id, q.resource FOR NO KEY UPDATE");

struct query
quota_lock_query(struct arena *arena, const struct uuid *network_id,
                 const char *project_id)
{
    const char **params = ARENA_ARRAY(arena, const char *, 2);
    params[0] = type_of(TYPE_UUID)->to_sql(arena, network_id);
    params[1] = project_id;
    return (struct query){quota_lock_rows.sql, params, 2};
}

struct err *
quota_lock(struct change *change, const struct uuid *network_id,
           const char *project_id)
{
    struct rows ignored[2];
    struct query queries[] = {
        {quota_lock_network.sql, NULL, 1},
        quota_lock_query(change->arena, network_id, project_id)};
    queries[0].params = queries[1].params; /* The network's id is the first. */
    return tx_run(change->tx, queries, 2, ignored);
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
