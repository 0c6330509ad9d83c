/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects created, changed and deleted by the rules of their resources: rules,
 * quota, rows, events.  What a client asks for and what the rules of another
 * resource need goes this one way.
 */
#include <stdlib.h>

#include "core/arena.h"
#include "resource/quota.h"
#include "resource/resource.h"

/* --- create */

static int
compare_projects(const void *a, const void *b)
{
    const struct object *const *x = a, *const *y = b;
    return strcmp((*x)->project_id, (*y)->project_id);
}

/* Statements that take the quota of all projects at once each, in the order of
 * the locks; returns their number. */
static size_t
take_quotas(struct change *change, const struct resource *resource,
            void *const *records, size_t n, struct query *ret_queries)
{
    const struct object **sorted =
        arena_memdup(change->arena, records, n * sizeof *records);
    size_t n_queries = 0;
    qsort(sorted, n, sizeof *sorted, compare_projects);
    for (size_t i = 0, j; i < n; i = j) {
        const char *project_id = sorted[i]->project_id;
        for (j = i; j < n && strcmp(sorted[j]->project_id, project_id) == 0;
             j++) {
        }
        ret_queries[n_queries++] =
            quota_take(change, resource->table.name, project_id,
                       (int64_t) (j - i));
    }
    return n_queries;
}

/* One round trip for the quotas and the rows: a refusal undoes both. */
static struct err *
insert_all(struct change *change, const struct resource *resource,
           void *const *records, size_t n, struct rows *ret_rows)
{
    struct query *queries = ARENA_ARRAY(change->arena, struct query, n + 1);
    struct rows *rows = ARENA_ARRAY(change->arena, struct rows, n + 1);
    struct sheet sheet = sheet_new(change->arena, &resource->table, records,
                                   n);
    const struct visibility seen = change_visibility(change);
    size_t n_quotas = resource->unmetered
                          ? 0
                          : take_quotas(change, resource, records, n, queries);
    queries[n_quotas] = sqlgen_insert(change->arena, &sheet, &seen);
    TRY(tx_run(change->tx, queries, n_quotas + 1, rows));
    for (size_t i = 0; i < n_quotas; i++) {
        TRY(quota_check_taken(change, &queries[i], &rows[i]));
    }
    *ret_rows = rows[n_quotas];
    return NULL;
}

static void
draw_ids(void *const *records, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct object *object = records[i];
        object->id = uuid_new();
        record_set(&object->rec, ATTR_ID);
    }
}

static void
add_create_events(struct change *change, const struct resource *resource,
                  const struct rows *rows)
{
    for (int row = 0; row < rows_count(rows); row++) {
        change_event(change, resource,
                     sqlgen_record(change->arena, &resource->table, rows,
                                   row),
                     "create", NULL,
                     change_snapshot(change, resource, rows, row));
    }
}

struct err *
change_create_all(struct change *change, const struct resource *resource,
                  void *const *records, size_t n, struct rows *ret_rows)
{
    draw_ids(records, n);
    if (resource->before_create != NULL) {
        TRY(resource->before_create(change, records, n));
    }
    TRY(insert_all(change, resource, records, n, ret_rows));
    add_create_events(change, resource, ret_rows);
    return resource->after_create == NULL
               ? NULL
               : resource->after_create(change, records, n);
}

struct err *
change_add(struct change *change, const struct resource *resource,
           void *record)
{
    const struct object *object = record;
    const struct visibility seen = change_visibility(change);
    struct sheet sheet;
    struct rows rows[2];
    draw_ids(&record, 1);
    sheet = sheet_new(change->arena, &resource->table, &record, 1);
    struct query queries[] = {
        quota_count(change, resource->table.name, object->project_id, 1),
        sqlgen_insert(change->arena, &sheet, &seen)};
    TRY(tx_run(change->tx, queries, 2, rows));
    add_create_events(change, resource, &rows[1]);
    return NULL;
}

struct err *
change_create(struct change *change, const struct resource *resource,
              void *record)
{
    struct rows rows;
    return change_create_all(change, resource, &record, 1, &rows);
}

/* --- update and delete */

struct err *
change_patch_row(struct change *change, const struct resource *resource,
                 const struct rows *rows, int row, void *patch,
                 struct rows *ret_rows)
{
    const struct table *table = &resource->table;
    const void *current = sqlgen_record(change->arena, table, rows, row);
    const char *before = change_before(change, resource, rows, row);
    if (resource->before_update != NULL) {
        TRY(resource->before_update(change, current, patch));
    }
    TRY(change_update(change, resource, before, patch,
                      rows_text(rows, row, sqlgen_column(table, ATTR_ID)),
                      ret_rows));
    return resource->after_update == NULL
               ? NULL
               : resource->after_update(change, current, patch);
}

struct err *
change_remove_row(struct change *change, const struct resource *resource,
                  const struct rows *rows, int row)
{
    const struct table *table = &resource->table;
    const struct object *current =
        sqlgen_record(change->arena, table, rows, row);
    const char *before = change_before(change, resource, rows, row);
    const char *id = rows_text(rows, row, sqlgen_column(table, ATTR_ID));
    TRY(tx_one(change->tx, sqlgen_delete(change->arena, table, &id, 1),
               NULL));
    if (!resource->unmetered) {
        TRY(quota_give(change, table->name, current->project_id, 1));
    }
    if (resource->after_delete != NULL) {
        TRY(resource->after_delete(change, current));
    }
    change_event(change, resource, current, "delete", before, NULL);
    return NULL;
}

struct err *
change_delete_row(struct change *change, const struct resource *resource,
                  const struct rows *rows, int row)
{
    if (resource->before_delete != NULL) {
        TRY(resource->before_delete(
            change,
            sqlgen_record(change->arena, &resource->table, rows, row)));
    }
    return change_remove_row(change, resource, rows, row);
}

/* --- by id */

struct err *
change_lock_all(struct change *change, const struct resource *resource,
                const char *const *ids, size_t n, enum row_lock lock,
                struct rows *ret_rows)
{
    const struct visibility all = change_visibility(change);
    /* What a locked row shows of other tables is as of the beginning of its
     * statement, before it waited (PostgreSQL 15, 13.2.1): read it anew. */
    struct query queries[] = {
        sqlgen_get(change->arena, &resource->table, ids, n, &all, lock),
        sqlgen_get(change->arena, &resource->table, ids, n, &all, ROW_READ)};
    struct rows rows[2];
    TRY(tx_run(change->tx, queries, 2, rows));
    *ret_rows = rows[1];
    return NULL;
}

struct err *
change_lock(struct change *change, const struct resource *resource,
            const struct uuid *id, enum row_lock lock, struct rows *ret_rows)
{
    const char *text = type_of(TYPE_UUID)->to_sql(change->arena, id);
    TRY(change_lock_all(change, resource, &text, 1, lock, ret_rows));
    return rows_count(ret_rows) > 0
               ? NULL
               : resource_not_found(change->arena, resource, text);
}

struct err *
change_patch(struct change *change, const struct resource *resource,
             const struct uuid *id, void *patch)
{
    struct rows rows, updated;
    TRY(change_lock(change, resource, id, ROW_CHANGE, &rows));
    return change_patch_row(change, resource, &rows, 0, patch, &updated);
}

struct err *
change_delete(struct change *change, const struct resource *resource,
              const struct uuid *id)
{
    struct rows rows;
    TRY(change_lock(change, resource, id, ROW_DELETE, &rows));
    return change_delete_row(change, resource, &rows, 0);
}
