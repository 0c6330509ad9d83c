/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects changed and deleted by the rules of their resources: rules, quota,
 * rows, events.  What a client asks for and what the rules of another resource
 * need goes this one way.  creation.c has how they are made.
 */
#include "core/arena.h"
#include "resource/quota.h"
#include "resource/resource.h"

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
