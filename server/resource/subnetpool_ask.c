/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What new subnets ask of subnet pools: which pool, which prefix or length of
 * it, and whether that may be.  subnetpool_take.c gives it to them.
 */
#include <inttypes.h>

#include "core/arena.h"
#include "net/block.h"
#include "resource/subnet.h"
#include "resource/subnetpool.h"
#include "resource/subnetpool_internal.h"
#include "schema/sqlarray.h"

static bool
is_pooled(const struct subnet *subnet)
{
    return record_has(&subnet->rec, SUBNET_SUBNETPOOL_ID);
}

bool
subnetpool_is_asked(const struct subnet *subnet)
{
    return is_pooled(subnet) || subnet->use_default_subnetpool;
}

/* --- locks */

/* Those asked for by id or as a default, and those of subnets that are in the
 * networks already. */
STATEMENT(subnetpool_lock_asked,
    "SELECT 1 FROM subnetpools WHERE id = ANY(ARRAY("
    "       SELECT unnest($1::uuid[])"
    "        UNION SELECT d.id FROM subnetpools d"
    "               WHERE d.is_default AND $2::boolean"
    "        UNION SELECT s.subnetpool_id FROM subnets s"
    "               WHERE s.network_id = ANY($3::uuid[])))"
    " ORDER BY id FOR NO KEY UPDATE");

struct query
subnetpool_lock_query(struct arena *arena, void *const *subnets, size_t n,
                      const char *networks)
{
    const char **ids = ARENA_ARRAY(arena, const char *, n);
    const char **params = ARENA_ARRAY(arena, const char *, 3);
    size_t n_ids = 0;
    bool defaults = false;
    for (size_t i = 0; i < n; i++) {
        const struct subnet *subnet = subnets[i];
        defaults = defaults || subnet->use_default_subnetpool;
        if (is_pooled(subnet)) {
            ids[n_ids++] =
                type_of(TYPE_UUID)->to_sql(arena, &subnet->subnetpool_id);
        }
    }
    params[0] = sqlarray_format(arena, ids, n_ids);
    params[1] = defaults ? "t" : "f";
    params[2] = networks;
    return (struct query){subnetpool_lock_asked.sql, params, 3};
}

/* --- the request by itself */

static struct err *
bad_request(struct arena *arena, const char *why)
{
    return err_new(arena, ERR_BAD_QUERY, "bad subnets request: %s", why);
}

static struct err *
check_request(struct arena *arena, const struct subnet *subnet)
{
    const struct record *rec = &subnet->rec;
    bool pooled = subnetpool_is_asked(subnet);
    bool cidr = record_has(rec, SUBNET_CIDR);
    if (cidr && record_has(rec, SUBNET_PREFIXLEN)) {
        return bad_request(arena, "cidr and prefixlen must not be supplied "
                                  "together");
    }
    if (is_pooled(subnet) && subnet->use_default_subnetpool) {
        return bad_request(arena, "subnetpool_id and use_default_subnetpool "
                                  "cannot both be specified");
    }
    if (!cidr && !pooled) {
        return bad_request(arena, "a subnetpool must be specified in the "
                                  "absence of a cidr");
    }
    if (!cidr && record_has(rec, SUBNET_ALLOCATION_POOLS)) {
        return bad_request(arena, "allocation_pools are allowed only for a "
                                  "specific cidr");
    }
    return NULL;
}

/* --- the default pools */

STATEMENT(subnetpool_defaults,
    "SELECT p.id, p.ip_version FROM subnetpools p WHERE p.is_default"
    "   AND ($1::text IS NULL OR p.project_id = $1::text OR p.shared)");

static struct err *
take_default(struct arena *arena, struct subnet *subnet,
             const struct rows *rows)
{
    for (int row = 0; row < rows_count(rows); row++) {
        if (rows_int(rows, row, 1) == subnet->ip_version) {
            uuid_from_text(rows_text(rows, row, 0), &subnet->subnetpool_id);
            record_set(&subnet->rec, SUBNET_SUBNETPOOL_ID);
            return NULL;
        }
    }
    return bad_request(arena,
                       arena_printf(arena, "no default subnetpool found for "
                                           "IPv%d", (int) subnet->ip_version));
}

static struct err *
find_defaults(struct change *change, void *const *subnets, size_t n)
{
    const struct caller *caller = change->caller;
    const char *params[] = {caller->is_admin ? NULL : caller->project_id};
    struct rows rows;
    bool asked = false;
    for (size_t i = 0; i < n; i++) {
        struct subnet *subnet = subnets[i];
        if (!subnet->use_default_subnetpool) {
            continue;
        }
        if (!asked) {
            TRY(tx_one(change->tx, QUERY(subnetpool_defaults, params),
                       &rows));
            asked = true;
        }
        TRY(take_default(change->arena, subnet, &rows));
    }
    return NULL;
}

/* --- the pools */

/* What projects have of pools with a quota. */
STATEMENT(subnetpool_used,
    "SELECT b.subnetpool_id, b.project_id, masklen(b.cidr), count(*)"
    "  FROM subnetpools p JOIN subnetpool_blocks b ON b.subnetpool_id = p.id"
    " WHERE p.id = ANY($1::uuid[]) AND p.default_quota IS NOT NULL"
    "   AND b.project_id = ANY($2::text[]) AND b.subnet_id IS NOT NULL"
    " GROUP BY b.subnetpool_id, b.project_id, masklen(b.cidr)");

enum siblings { NETWORK, CIDR, POOL };

/* Ids of the pools asked for, and of those in the same networks. */
static const char **
list_ids(struct arena *arena, const struct rows *siblings,
         void *const *subnets, size_t n, size_t *ret_n)
{
    size_t n_rows = (size_t) rows_count(siblings), k = 0;
    const char **ids = ARENA_ARRAY(arena, const char *, n + n_rows);
    for (size_t i = 0; i < n; i++) {
        const struct subnet *subnet = subnets[i];
        if (is_pooled(subnet)) {
            ids[k++] = type_of(TYPE_UUID)->to_sql(arena,
                                                  &subnet->subnetpool_id);
        }
    }
    for (size_t i = 0; k > 0 && i < n_rows; i++) {
        const char *id = rows_text(siblings, (int) i, POOL);
        if (id != NULL && strcmp(id, ids[k - 1]) != 0) {
            ids[k++] = id;
        }
    }
    *ret_n = k;
    return ids;
}

static void
read_sources(struct taking *taking, const struct rows *rows)
{
    const struct caller *caller = taking->change->caller;
    struct arena *arena = taking->change->arena;
    taking->n_sources = (size_t) rows_count(rows);
    taking->sources = ARENA_ARRAY(arena, struct source, taking->n_sources);
    for (size_t i = 0; i < taking->n_sources; i++) {
        const struct subnetpool *pool = sqlgen_record(
            arena, &subnetpool_resource.table, rows, (int) i);
        taking->sources[i] = (struct source){
            .pool = pool,
            .id = type_of(TYPE_UUID)->to_sql(arena, &pool->id),
            .visible = caller->is_admin || pool->shared ||
                       strcmp(pool->project_id, caller->project_id) == 0};
    }
}

static const char *
list_projects(struct arena *arena, void *const *subnets, size_t n)
{
    const char **projects = ARENA_ARRAY(arena, const char *, n);
    for (size_t i = 0; i < n; i++) {
        projects[i] = ((const struct subnet *) subnets[i])->project_id;
    }
    return sqlarray_format(arena, projects, n);
}

/* Locks the pools with these ids and settles their blocks; 'ret_used' gets
 * what projects have of those with a quota. */
static struct err *
lock_pools(struct taking *taking, const char *const *ids, size_t n_ids,
           const char *projects, struct rows *ret_used)
{
    static const struct visibility all = {.all = true};
    struct change *change = taking->change;
    const char *array = sqlarray_format(change->arena, ids, n_ids);
    const char *used[] = {array, projects};
    struct query queries[] = {
        sqlgen_get(change->arena, &subnetpool_resource.table, ids, n_ids,
                   &all, ROW_CHANGE),
        subnetpool_returned_query(change->arena, array),
        QUERY(subnetpool_used, used)};
    struct rows rows[3];
    TRY(tx_run(change->tx, queries, 3, rows));
    read_sources(taking, &rows[0]);
    *ret_used = rows[2];
    return subnetpool_settle(change, &rows[1]);
}

static struct source *
find_source(const struct taking *taking, const struct uuid *id)
{
    for (size_t i = 0; i < taking->n_sources; i++) {
        if (uuid_equal(&taking->sources[i].pool->id, id)) {
            return &taking->sources[i];
        }
    }
    return NULL;
}

/* --- what a subnet wants of its pool */

struct err *
subnetpool_check_len(struct arena *arena, const struct subnetpool *pool,
                     int64_t len)
{
    if (len < pool->min_prefixlen.value) {
        return err_new(arena, ERR_MIN_PREFIX,
                       "unable to allocate subnet with prefix length %d, "
                       "minimum allowed prefix is %d", (int) len,
                       (int) pool->min_prefixlen.value);
    }
    if (len > pool->max_prefixlen.value) {
        return err_new(arena, ERR_MAX_PREFIX,
                       "unable to allocate subnet with prefix length %d, "
                       "maximum allowed prefix is %d", (int) len,
                       (int) pool->max_prefixlen.value);
    }
    return NULL;
}

/* A gateway says which block it is; one that is on-link only does not. */
static bool
says_block(const struct subnet *subnet)
{
    return record_has(&subnet->rec, SUBNET_GATEWAY_IP) &&
           subnet->gateway_ip.version == subnet->ip_version &&
           !(subnet->ip_version == 6 &&
             ip_is_link_local(&subnet->gateway_ip));
}

static struct err *
read_wish(struct arena *arena, struct ask *ask)
{
    const struct subnet *subnet = ask->subnet;
    const struct subnetpool *pool = ask->source->pool;
    int64_t len = record_has(&subnet->rec, SUBNET_PREFIXLEN)
                      ? subnet->prefixlen
                      : pool->default_prefixlen.value;
    if (pool->ip_version != subnet->ip_version) {
        return bad_request(
            arena, arena_printf(arena, "cannot allocate IPv%d subnet from "
                                       "IPv%d subnet pool",
                                (int) subnet->ip_version,
                                (int) pool->ip_version));
    }
    if (record_has(&subnet->rec, SUBNET_CIDR)) {
        ask->exact = true;
        ask->wanted = subnet->cidr;
        return subnetpool_check_len(arena, pool, subnet->cidr.len);
    }
    TRY(subnetpool_check_len(arena, pool, len));
    ask->exact = says_block(subnet);
    if (ask->exact) {
        ask->wanted.addr = subnet->gateway_ip;
    }
    ask->wanted.len = (uint8_t) len;
    ip_prefix_clear_host_bits(&ask->wanted);
    return NULL;
}

static const char *
scope_of(struct arena *arena, const struct subnetpool *pool)
{
    return record_has(&pool->rec, SUBNETPOOL_ADDRESS_SCOPE_ID)
               ? type_of(TYPE_UUID)->to_sql(arena, &pool->address_scope_id)
               : NULL;
}

static struct err *
read_asks(struct taking *taking, void *const *subnets, size_t n)
{
    struct arena *arena = taking->change->arena;
    taking->asks = ARENA_ARRAY(arena, struct ask, n);
    for (size_t i = 0; i < n; i++) {
        struct subnet *subnet = subnets[i];
        if (!is_pooled(subnet)) {
            continue;
        }
        struct ask *ask = &taking->asks[taking->n_asks++];
        ask->subnet = subnet;
        ask->source = find_source(taking, &subnet->subnetpool_id);
        if (ask->source == NULL || !ask->source->visible) {
            return resource_not_found(
                arena, &subnetpool_resource,
                type_of(TYPE_UUID)->to_sql(arena, &subnet->subnetpool_id));
        }
        subnet->address_scope = scope_of(arena, ask->source->pool);
        TRY(read_wish(arena, ask));
    }
    return NULL;
}

struct err *
subnetpool_ask(struct taking *taking, const struct rows *siblings,
               void *const *subnets, size_t n)
{
    struct change *change = taking->change;
    struct rows used;
    size_t n_ids;
    for (size_t i = 0; i < n; i++) {
        TRY(check_request(change->arena, subnets[i]));
    }
    TRY(find_defaults(change, subnets, n));
    const char **ids = list_ids(change->arena, siblings, subnets, n, &n_ids);
    if (n_ids > 0) {
        TRY(lock_pools(taking, ids, n_ids,
                       list_projects(change->arena, subnets, n), &used));
        TRY(read_asks(taking, subnets, n));
    }
    TRY(subnetpool_check_affinity(taking, siblings, subnets, n));
    return n_ids == 0 ? NULL : subnetpool_check_quotas(taking, &used);
}
