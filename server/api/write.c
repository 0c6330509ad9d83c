/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The transactions of POST, PUT and DELETE that do not combine:
 * rules, SQL, quota, events, COMMIT.  Runs in a lane; may run again.
 */
#include "api/verbs.h"
#include "core/arena.h"
#include "db/events.h"
#include "db/render.h"
#include "resource/creation.h"

struct err *
write_end(struct change *change)
{
    struct query *events;
    size_t n = events_insert(change->arena, &change->events, &events);
    tx_end(change->tx, events, n);
    return NULL;
}

static void
prepare_answers(struct write *write)
{
    write->ret_json = ARENA_ARRAY(write->job.arena, const char *, write->n);
    write->ret_revisions = ARENA_ARRAY(write->job.arena, int64_t, write->n);
}

/* --- update and delete */

static struct err *
refuse_foreign(struct change *change, const struct resource *resource,
               const struct object *object, const char *id)
{
    const char *name = resource->table.name;
    const char *reason = arena_printf(
        change->arena, "The %s belongs to project \"%s\": only that project "
                       "or an admin may change it.", name,
        object->project_id);
    return err_blocked_by(
        err_new(change->arena, ERR_FORBIDDEN,
                "%s \"%s\" belongs to another project: changing it is "
                "disallowed by policy", name, id),
        change->arena,
        (struct blocker){.type = name, .id = id, .name = object->name,
                         .owner = object->project_id, .reason = reason});
}

struct err *
write_lock_rows(struct change *change, const struct write *write,
                enum row_lock lock, struct rows *ret_rows)
{
    const struct resource *resource = write->resource;
    const struct caller *caller = change->caller;
    struct visibility visibility = {.all = caller_sees_all(caller, resource),
                                    .project_id = caller->project_id};
    struct query queries[3];
    struct rows rows[3];
    size_t n = 0;
    if (resource->parent != NULL && lock != ROW_READ) {
        queries[n++] = sqlgen_lock_parents(
            change->arena, &resource->table, &resource->parent->table,
            write->ids, write->n, resource->parent_lock[lock == ROW_DELETE]);
    }
    if (lock != ROW_READ) {
        queries[n++] = sqlgen_get(change->arena, &resource->table, write->ids,
                                  write->n, &visibility, lock);
    }
    /* What a locked row shows of other tables is as of the beginning of its
     * statement, before it waited (PostgreSQL 15, 13.2.1): read it anew. */
    queries[n++] = sqlgen_get(change->arena, &resource->table, write->ids,
                              write->n, &visibility, ROW_READ);
    TRY(tx_run(change->tx, queries, n, rows));
    *ret_rows = rows[n - 1];
    return NULL;
}

struct err *
write_check_row(struct change *change, const struct write *write,
                const char *id, const struct rows *rows, int row)
{
    const struct resource *resource = write->resource;
    const struct caller *caller = change->caller;
    if (row < 0) {
        return resource_not_found(change->arena, resource, id);
    }
    const struct object *object =
        sqlgen_record(change->arena, &resource->table, rows, row);
    if (!caller_rules_all(caller, resource) &&
        strcmp(object->project_id, caller->project_id) != 0) {
        return refuse_foreign(change, resource, object, id);
    }
    TRY(resource_check_match(write, rows, row));
    return resource->guard == NULL ? NULL : resource->guard(change, object);
}

enum row_lock
write_row_lock(const struct write *write)
{
    return write->verb == WRITE_DELETE ? ROW_DELETE : ROW_CHANGE;
}

struct err *
write_find(struct change *change, const struct write *write,
           enum row_lock lock, struct rows *ret_rows)
{
    TRY(write_lock_rows(change, write, lock, ret_rows));
    return write_check_row(change, write, write->ids[0], ret_rows,
                           rows_count(ret_rows) - 1);
}

struct err *
write_lock(struct change *change, const struct write *write,
           struct rows *ret_rows)
{
    return write_find(change, write, write_row_lock(write), ret_rows);
}

static struct err *
run_update(struct write *write, struct tx *tx)
{
    const struct resource *resource = write->resource;
    const struct table *table = &resource->table;
    struct change change = write_change(write, tx);
    struct record *patch =
        arena_memdup(change.arena, write->records[0], table->size);
    struct rows rows;
    TRY(write_lock(&change, write, &rows));
    if (patch->given != 0) {
        TRY(change_patch_row(&change, resource, &rows, 0, patch, &rows));
    }
    prepare_answers(write);
    write->ret_json[0] =
        render_text(change.arena, table, &rows, 0, write->mask);
    return write_end(&change);
}

static struct err *
run_delete(struct write *write, struct tx *tx)
{
    struct change change = write_change(write, tx);
    struct rows rows;
    TRY(write_lock(&change, write, &rows));
    TRY(change_delete_row(&change, write->resource, &rows, 0));
    return write_end(&change);
}

struct err *
write_run(struct job *job, struct tx *tx)
{
    struct write *write = (struct write *) job;
    switch (write->verb) {
    case WRITE_CREATE:
        return creation_run_jobs(tx, &job, 1);
    case WRITE_UPDATE:
        return run_update(write, tx);
    case WRITE_DELETE:
        return run_delete(write, tx);
    }
    return NULL;
}
