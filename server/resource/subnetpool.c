/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subnet pools: the attribute table and the course of their changes.
 * subnetpool_rules.c says what must hold between attributes,
 * subnetpool_scope.c what address scopes ask, subnetpool_blocks.c keeps the
 * blocks, subnetpool_take.c gives subnets theirs.
 */
#include "resource/subnetpool.h"

#include "core/arena.h"
#include "net/block.h"
#include "resource/creation.h"

#define PREFIXES_MAX 1000

static const struct attr subnetpool_attrs[] = {
    OBJECT_ATTRS(struct subnetpool),
    [ATTR_NAME] =
        {FIELD(struct subnetpool, name),
         .flags = ATTR_POST | ATTR_REQUIRED | ATTR_PUT | ATTR_FILTER |
                  ATTR_SORT,
         .max = 255, .doc = "Name for people; need not be unique."},
    [ATTR_DESCRIPTION] =
        {FIELD(struct subnetpool, description),
         .flags = ATTR_POST | ATTR_PUT | ATTR_FILTER | ATTR_SORT, .def = "",
         .max = 255, .doc = "Words for people."},
    [ATTR_TAGS] = {FIELD(struct subnetpool, tags), .flags = ATTR_DB_DEFAULT,
                   .def = "{}", .fresh = "{}", .check = tagrules_check_attr,
                   .doc = "Labels, in alphabetical order."},
    [SUBNETPOOL_IP_VERSION] =
        {FIELD(struct subnetpool, ip_version),
         .flags = ATTR_FILTER | ATTR_SORT,
         .doc = "4 or 6, that of the prefixes."},
    [SUBNETPOOL_PREFIXES] =
        {FIELD(struct subnetpool, prefixes),
         .flags = ATTR_POST | ATTR_REQUIRED | ATTR_PUT, .max = PREFIXES_MAX,
         .doc = "Where subnets get their ranges, as few prefixes as can be.  "
                "PUT can only add; see remove_prefixes."},
    [SUBNETPOOL_DEFAULT_PREFIXLEN] =
        {FIELD(struct subnetpool, default_prefixlen),
         .flags = ATTR_POST | ATTR_PUT | ATTR_COMPUTED | ATTR_FILTER |
                  ATTR_SORT,
         .min = 1, .doc = "Length of a subnet that asks for none.  Omitted: "
                          "min_prefixlen."},
    [SUBNETPOOL_MIN_PREFIXLEN] =
        {FIELD(struct subnetpool, min_prefixlen),
         .flags = ATTR_POST | ATTR_PUT | ATTR_COMPUTED | ATTR_FILTER |
                  ATTR_SORT,
         .min = 1, .doc = "Shortest length of a subnet.  Omitted: 8, and 64 "
                          "for IPv6."},
    [SUBNETPOOL_MAX_PREFIXLEN] =
        {FIELD(struct subnetpool, max_prefixlen),
         .flags = ATTR_POST | ATTR_PUT | ATTR_COMPUTED | ATTR_FILTER |
                  ATTR_SORT,
         .min = 1, .doc = "Longest length of a subnet.  Omitted: 32, and 128 "
                          "for IPv6."},
    [SUBNETPOOL_DEFAULT_QUOTA] =
        {FIELD(struct subnetpool, default_quota),
         .flags = ATTR_POST | ATTR_PUT | ATTR_NULL | ATTR_COMPUTED |
                  ATTR_FILTER | ATTR_SORT,
         .max = INT32_MAX,
         .doc = "How much of the pool a project can have: addresses of IPv4, "
                "blocks of /64 of IPv6.  Omitted or null: all of it."},
    [SUBNETPOOL_SHARED] =
        {FIELD(struct subnetpool, shared),
         .flags = ATTR_POST | ATTR_FILTER | ATTR_SORT | ATTR_ADMIN_WRITE,
         .def = "false", .doc = "Visible to and usable by every project."},
    [SUBNETPOOL_IS_DEFAULT] =
        {FIELD(struct subnetpool, is_default),
         .flags = ATTR_POST | ATTR_PUT | ATTR_FILTER | ATTR_SORT |
                  ATTR_ADMIN_WRITE,
         .def = "false",
         .doc = "The pool of subnets with use_default_subnetpool; one per "
                "ip_version."},
    [SUBNETPOOL_ADDRESS_SCOPE_ID] =
        {FIELD(struct subnetpool, address_scope_id),
         .flags = ATTR_POST | ATTR_PUT | ATTR_NULL | ATTR_COMPUTED |
                  ATTR_FILTER | ATTR_SORT,
         .doc = "Address scope of the pool."},
};

/* --- rules */

static const char *
reason_default(struct arena *arena, const struct blocker *pool,
               const struct rows *rows, int row)
{
    (void) arena;
    (void) rows;
    (void) row;
    return pool->id == NULL ? "A pool of another project is the default."
                            : "The pool is the default: make it none first.";
}

STATEMENT(subnetpool_find_default,
    "SELECT 'subnetpool', id, name, NULL, NULL, NULL, project_id, shared, 1"
    "  FROM subnetpools WHERE is_default AND ip_version = $1::bigint"
    "   AND id <> $2::uuid");

static struct err *
check_default(struct change *change, const struct subnetpool *pool)
{
    struct arena *arena = change->arena;
    struct blockers blockers = blockers_none(arena, change->caller);
    struct blocker_query query = blockers_ask(
        arena, subnetpool_find_default.sql,
        pool->ip_version == 4 ? "4" : "6",
        type_of(TYPE_UUID)->to_sql(arena, &pool->id), reason_default);
    if (!pool->is_default) {
        return NULL;
    }
    TRY(blockers_find(&blockers, change->tx, &query));
    return blockers.total == 0
               ? NULL
               : blockers_refuse(
                     &blockers,
                     err_new(arena, ERR_INVALID_INPUT,
                             "invalid input for \"is_default\": IPv%d has a "
                             "default subnet pool already",
                             (int) pool->ip_version));
}

static struct err *
prepare(struct change *change, struct subnetpool *pool)
{
    TRY(subnetpool_decide(change->arena, pool));
    TRY(check_default(change, pool));
    return subnetpool_check_scope(change, NULL, pool);
}

static struct err *
before_create(struct creation *creation, const struct rows *rows)
{
    (void) rows;
    EACH_RECORD(creation, member, i)
    {
        TRY(creation_refuse(member,
                            prepare(member->change, member->records[i])));
    }
    return NULL;
}

static struct err *
after_create(struct creation *creation)
{
    EACH_RECORD(creation, member, i)
    {
        struct change *change = member->change;
        const struct subnetpool *pool = member->records[i];
        subnetpool_insert_blocks(change, &pool->id, pool->prefixes.items,
                                 pool->prefixes.n, true);
        if (record_has(&pool->rec, SUBNETPOOL_ADDRESS_SCOPE_ID)) {
            TRY(subnetpool_note_scope(change, pool));
        }
    }
    return NULL;
}

/* --- update */

/* What is in 'a' and not in 'b', of a list of its own. */
static struct prefix_list
subtract(struct arena *arena, const struct prefix_list *a,
         const struct prefix_list *b)
{
    struct prefix_list rest = {.n = 0};
    rest.items = ARENA_ARRAY(arena, struct ip_prefix,
                             a->n + b->n * BLOCK_MAX_REST);
    rest.n = block_subtract(a->items, a->n, b->items, b->n, rest.items);
    return rest;
}

/* What becomes of a pool has the bound that a request has. */
static struct err *
check_count(struct arena *arena, const struct prefix_list *prefixes)
{
    if (prefixes->n <= PREFIXES_MAX) {
        return NULL;
    }
    return err_new(arena, ERR_POOL_PREFIXES,
                   "illegal prefix bounds: the pool would have %zu prefixes; "
                   "valid are up to %d", prefixes->n, PREFIXES_MAX);
}

/* The list 'given' as few prefixes, with all that the pool has. */
static struct err *
grow(struct change *change, const struct subnetpool *current,
     struct prefix_list *given)
{
    struct arena *arena = change->arena;
    struct prefix_list all = *given;
    if (all.n > 0) {
        all.items = arena_memdup(arena, all.items, all.n * sizeof *all.items);
        all.n = block_compact(all.items, all.n);
    }
    struct prefix_list lost = subtract(arena, &current->prefixes, &all);
    if (lost.n > 0) {
        return err_new(arena, ERR_POOL_PREFIXES,
                       "illegal update to prefixes: \"%s\" would be lost, "
                       "and existing prefixes must be a subset of the new "
                       "ones; see PUT .../remove_prefixes",
                       (const char *) type_of(TYPE_CIDR)->to_sql(
                           arena, &lost.items[0]));
    }
    TRY(subnetpool_compact(arena, current->ip_version, given));
    TRY(check_count(arena, given));
    struct prefix_list added = subtract(arena, given, &current->prefixes);
    subnetpool_insert_blocks(change, &current->id, added.items, added.n,
                             false);
    return NULL;
}

static struct err *
before_update(struct change *change, const void *current_, void *patch_)
{
    const struct subnetpool *current = current_;
    struct subnetpool *patch = patch_;
    struct subnetpool merged = *current;
    bool prefixes = record_is_given(&patch->rec, SUBNETPOOL_PREFIXES);
    if (prefixes) {
        TRY(grow(change, current, &patch->prefixes));
    }
    table_merge(&subnetpool_resource.table, &merged, patch);
    TRY(subnetpool_check_lengths(change->arena, &merged));
    if (record_is_given(&patch->rec, SUBNETPOOL_IS_DEFAULT)) {
        TRY(check_default(change, &merged));
    }
    if (prefixes ||
        record_is_given(&patch->rec, SUBNETPOOL_ADDRESS_SCOPE_ID)) {
        TRY(subnetpool_check_scope(change, current, &merged));
        TRY(subnetpool_note_scope(change, &merged));
    }
    return NULL;
}

/* A patch of the prefixes alone. */
static struct subnetpool *
new_patch(struct change *change, const struct prefix_list *prefixes)
{
    struct subnetpool *patch =
        table_new_record(change->arena, &subnetpool_resource.table);
    patch->prefixes = *prefixes;
    record_set(&patch->rec, SUBNETPOOL_PREFIXES);
    return patch;
}

struct err *
subnetpool_add_prefixes(struct change *change, const struct rows *rows,
                        const struct prefix_list *given,
                        struct rows *ret_rows)
{
    struct arena *arena = change->arena;
    const struct subnetpool *current =
        sqlgen_record(arena, &subnetpool_resource.table, rows, 0);
    struct prefix_list all = {.n = current->prefixes.n + given->n};
    all.items = ARENA_ARRAY(arena, struct ip_prefix, all.n);
    for (size_t i = 0; i < all.n; i++) {
        all.items[i] = i < given->n
                           ? given->items[i]
                           : current->prefixes.items[i - given->n];
    }
    return change_patch_row(change, &subnetpool_resource, rows, 0,
                            new_patch(change, &all), ret_rows);
}

struct err *
subnetpool_remove_prefixes(struct change *change, const struct rows *rows,
                           const struct prefix_list *given,
                           struct rows *ret_rows)
{
    struct arena *arena = change->arena;
    struct subnetpool *pool =
        sqlgen_record(arena, &subnetpool_resource.table, rows, 0);
    const char *before =
        change_before(change, &subnetpool_resource, rows, 0);
    struct prefix_list holes = *given;
    holes.items = arena_memdup(arena, given->items,
                               given->n * sizeof *given->items);
    holes.n = block_compact(holes.items, holes.n);
    struct prefix_list left = subtract(arena, &pool->prefixes, &holes);
    TRY(check_count(arena, &left));
    TRY(subnetpool_cut(change, pool, &holes));
    pool->prefixes = left;
    TRY(subnetpool_note_scope(change, pool));
    return change_update(change, &subnetpool_resource, before,
                         new_patch(change, &pool->prefixes),
                         type_of(TYPE_UUID)->to_sql(arena, &pool->id),
                         ret_rows);
}

/* --- delete */

static struct err *
before_delete(struct change *change, const void *current)
{
    const struct subnetpool *pool = current;
    struct arena *arena = change->arena;
    const char *id = type_of(TYPE_UUID)->to_sql(arena, &pool->id);
    struct blockers blockers = blockers_none(arena, change->caller);
    struct blocker_query query =
        subnetpool_blockers(arena, change->caller, id);
    TRY(blockers_find(&blockers, change->tx, &query));
    return blockers.total == 0
               ? NULL
               : blockers_refuse(
                     &blockers,
                     err_new(arena, ERR_SUBNETPOOL_IN_USE,
                             "unable to delete subnet pool \"%s\": subnets "
                             "are from it", id));
}

const struct resource subnetpool_resource = {
    .table = {.name = "subnetpool",
              .plural = "subnetpools",
              .title = "Subnet pool",
              .attrs = subnetpool_attrs,
              .n_attrs = SUBNETPOOL_N_ATTRS,
              .size = sizeof(struct subnetpool),
              .not_found = ERR_SUBNETPOOL_NOT_FOUND,
              .visible = "t.shared",
              .doc = "Prefixes from which subnets get their ranges."},
    .before_create = before_create,
    .after_create = after_create,
    .before_update = before_update,
    .before_delete = before_delete,
    .find_blockers = subnetpool_blockers,
    .free_attrs = ATTR_BIT(ATTR_NAME) | ATTR_BIT(ATTR_DESCRIPTION),
    .network_attr = -1,
    .project_attr = ATTR_PROJECT_ID,
};
