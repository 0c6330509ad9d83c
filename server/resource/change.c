/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the rules of several resources do alike: events, and changes to
 * objects beside the one that was asked for.
 */
#include "core/arena.h"
#include "db/render.h"
#include "resource/quota.h"
#include "resource/resource.h"

const char *
change_snapshot(struct change *change, const struct resource *resource,
                const struct rows *rows, int row)
{
    uint64_t mask = render_mask(&resource->table, true, change->sdn != NULL);
    return render_text(change->arena, &resource->table, rows, row, mask);
}

void
change_event(struct change *change, const struct resource *resource,
             const struct object *object, const char *action,
             const char *before, const char *after)
{
    const struct type *uuid = type_of(TYPE_UUID);
    const struct table *table = &resource->table;
    const void *network_id =
        resource->network_attr < 0
            ? NULL
            : attr_value(&table->attrs[resource->network_attr], object);
    struct event event = {
        .request_id = change->request_id,
        .project_id = object->project_id,
        .user_id = change->caller->user_id,
        .action = action,
        .type = table->name,
        .object_id = uuid->to_sql(change->arena, &object->id),
        .network_id = network_id == NULL
                          ? NULL
                          : uuid->to_sql(change->arena, network_id),
        .revision_number = object->revision_number,
        .before = before,
        .after = after,
    };
    events_add(change->arena, &change->events, &event);
}

const char *
change_name_port(struct change *change, const char *id,
                 const char *project_id)
{
    const struct caller *caller = change->caller;
    bool visible = caller->is_admin ||
                   strcmp(project_id, caller->project_id) == 0;
    return visible ? arena_printf(change->arena, "port \"%s\"", id)
                   : "a port of another project";
}

struct err *
change_update(struct change *change, const struct resource *resource,
              const char *before, const void *patch, const char *id,
              struct rows *ret_rows)
{
    TRY(tx_one(change->tx,
               sqlgen_update(change->arena, &resource->table, patch, id),
               ret_rows));
    if (rows_count(ret_rows) == 0) {
        return resource_not_found(change->arena, resource, id);
    }
    const struct object *object =
        sqlgen_record(change->arena, &resource->table, ret_rows, 0);
    change_event(change, resource, object, "update", before,
                 change_snapshot(change, resource, ret_rows, 0));
    return NULL;
}

struct err *
change_create(struct change *change, const struct resource *resource,
              void *record)
{
    const struct table *table = &resource->table;
    struct object *object = record;
    struct rows rows;
    object->id = uuid_new_random();
    record_set(&object->rec, ATTR_ID);
    if (resource->before_create != NULL) {
        TRY(resource->before_create(change, &record, 1));
    }
    TRY(quota_take(change, table->name, object->project_id, 1));
    TRY(tx_one(change->tx, sqlgen_insert(change->arena, table, &record, 1),
               &rows));
    change_event(change, resource,
                 sqlgen_record(change->arena, table, &rows, 0), "create", NULL,
                 change_snapshot(change, resource, &rows, 0));
    return resource->after_create == NULL
               ? NULL
               : resource->after_create(change, &record, 1);
}

/* Locks and reads the object with 'id'. */
static struct err *
lock_object(struct change *change, const struct resource *resource,
            const char *id, enum row_lock lock, struct rows *ret_rows)
{
    static const struct visibility all = {.all = true};
    TRY(tx_one(change->tx,
               sqlgen_get(change->arena, &resource->table, &id, 1, &all,
                          lock),
               ret_rows));
    return rows_count(ret_rows) > 0
               ? NULL
               : resource_not_found(change->arena, resource, id);
}

struct err *
change_patch(struct change *change, const struct resource *resource,
             const struct uuid *id, void *patch)
{
    const char *text = type_of(TYPE_UUID)->to_sql(change->arena, id);
    struct rows rows;
    TRY(lock_object(change, resource, text, ROW_CHANGE, &rows));
    const void *current =
        sqlgen_record(change->arena, &resource->table, &rows, 0);
    const char *before = change_snapshot(change, resource, &rows, 0);
    if (resource->before_update != NULL) {
        TRY(resource->before_update(change, current, patch));
    }
    return change_update(change, resource, before, patch, text, &rows);
}

struct err *
change_delete(struct change *change, const struct resource *resource,
              const struct uuid *id)
{
    const struct table *table = &resource->table;
    const char *text = type_of(TYPE_UUID)->to_sql(change->arena, id);
    struct rows rows;
    TRY(lock_object(change, resource, text, ROW_DELETE, &rows));
    const struct object *current =
        sqlgen_record(change->arena, table, &rows, 0);
    const char *before = change_snapshot(change, resource, &rows, 0);
    if (resource->before_delete != NULL) {
        TRY(resource->before_delete(change, current));
    }
    TRY(tx_one(change->tx, sqlgen_delete(change->arena, table, &text, 1),
               NULL));
    TRY(quota_give(change, table->name, current->project_id, 1));
    change_event(change, resource, current, "delete", before, NULL);
    return NULL;
}

struct err *
change_touch(struct change *change, const struct resource *resource,
             const struct uuid *id)
{
    const char *text = type_of(TYPE_UUID)->to_sql(change->arena, id);
    void *nothing = table_new_record(change->arena, &resource->table);
    struct rows rows;
    TRY(lock_object(change, resource, text, ROW_CHANGE, &rows));
    const char *before = change_snapshot(change, resource, &rows, 0);
    return change_update(change, resource, before, nothing, text, &rows);
}

struct err *
resource_not_found(struct arena *arena, const struct resource *resource,
                   const char *id)
{
    return err_new(arena, resource->table.not_found,
                   "%s \"%s\" could not be found", resource->table.name, id);
}

struct err *
resource_check_match(const struct write *write, const struct rows *rows,
                     int row)
{
    const struct precondition *wanted = &write->precondition;
    const struct table *table = &write->resource->table;
    struct arena *arena = write->job.arena;
    const char *id = rows_text(rows, row, sqlgen_column(table, ATTR_ID));
    int64_t current =
        rows_int(rows, row, sqlgen_column(table, ATTR_REVISION_NUMBER));
    if (wanted->revision >= 0 && wanted->revision != current) {
        return err_new(arena, ERR_REVISION,
                       "constrained to revision %lld, but the current "
                       "revision of \"%s\" is %lld",
                       (long long) wanted->revision, id,
                       (long long) current);
    }
    if (wanted->etag != NULL &&
        !render_matches(arena, table, rows, row, write->mask,
                        wanted->etag)) {
        return err_new(arena, ERR_REVISION,
                       "constrained to another ETag than that of \"%s\", "
                       "whose current revision is %lld", id,
                       (long long) current);
    }
    return NULL;
}
