/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the rules of several resources do alike: events, and changes to
 * objects beside the one that was asked for.
 */
#include "core/arena.h"
#include "db/render.h"
#include "resource/port.h"
#include "resource/quota.h"
#include "resource/resource.h"

struct visibility
change_visibility(const struct change *change)
{
    return (struct visibility){.all = true,
                               .project_id = change->caller->project_id};
}

struct change
write_change(const struct write *write, struct tx *tx)
{
    return (struct change){.arena = write->job.arena,
                           .tx = tx,
                           .settings = write->settings,
                           .caller = write->caller,
                           .request_id = write->request_id,
                           .sdn = write->sdn};
}

uint64_t
change_mask(const struct change *change, const struct resource *resource)
{
    return render_mask(&resource->table, true, change->sdn != NULL);
}

const char *
change_snapshot(struct change *change, const struct resource *resource,
                const struct rows *rows, int row)
{
    return render_text(change->arena, &resource->table, rows, row,
                       change_mask(change, resource));
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
    bool visible = caller_sees_all(caller, &port_resource) ||
                   strcmp(project_id, caller->project_id) == 0;
    return visible ? arena_printf(change->arena, "port \"%s\"", id)
                   : "a port of another project";
}

/* What an object was before its next event. */
struct memory {
    struct memory *next;
    struct uuid id;
    const char *before; /* NULL: told. */
};

static struct memory *
recall(const struct change *change, const struct uuid *id)
{
    struct memory *memory = change->memories;
    while (memory != NULL && !uuid_equal(&memory->id, id)) {
        memory = memory->next;
    }
    return memory;
}

struct err *
change_remember(struct change *change, const struct resource *resource,
                const struct uuid *id)
{
    const struct memory *memory = recall(change, id);
    struct rows rows;
    if (memory != NULL && memory->before != NULL) {
        return NULL;
    }
    TRY(change_lock(change, resource, id, ROW_CHANGE, &rows));
    change_remember_row(change, resource, &rows, 0);
    return NULL;
}

void
change_remember_row(struct change *change, const struct resource *resource,
                    const struct rows *rows, int row)
{
    struct uuid id;
    uuid_from_text(
        rows_text(rows, row, sqlgen_column(&resource->table, ATTR_ID)), &id);
    struct memory *memory = recall(change, &id);
    if (memory == NULL) {
        memory = ARENA_NEW(change->arena, struct memory);
        memory->id = id;
        memory->next = change->memories;
        change->memories = memory;
    }
    if (memory->before == NULL) {
        memory->before = change_snapshot(change, resource, rows, row);
    }
}

const char *
change_recall(struct change *change, const struct uuid *id)
{
    struct memory *memory = recall(change, id);
    const char *before = memory == NULL ? NULL : memory->before;
    if (memory != NULL) {
        memory->before = NULL;
    }
    return before;
}

const char *
change_before(struct change *change, const struct resource *resource,
              const struct rows *rows, int row)
{
    struct uuid id;
    int column = sqlgen_column(&resource->table, ATTR_ID);
    const char *before = uuid_from_text(rows_text(rows, row, column), &id)
                             ? change_recall(change, &id)
                             : NULL;
    return before != NULL ? before
                          : change_snapshot(change, resource, rows, row);
}

struct err *
change_tell(struct change *change, const struct resource *resource,
            const struct uuid *id, const void *patch)
{
    const char *text = type_of(TYPE_UUID)->to_sql(change->arena, id);
    struct rows rows;
    TRY(change_remember(change, resource, id));
    return change_update(change, resource, change_recall(change, id), patch,
                         text, &rows);
}

struct err *
change_touch(struct change *change, const struct resource *resource,
             const struct uuid *id)
{
    return change_tell(change, resource, id,
                       table_new_record(change->arena, &resource->table));
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
