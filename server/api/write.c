/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The transactions of POST, PUT and DELETE for resources that do not combine:
 * rules, SQL, quota, events, COMMIT.  Runs in a lane; may run again.
 */
#include "api/verbs.h"
#include "core/arena.h"
#include "db/events.h"
#include "db/render.h"
#include "resource/quota.h"

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

struct err *
write_commit(struct change *change)
{
    struct rows ignored;
    if (change->events.n == 0) {
        return tx_commit(change->tx, NULL, 0, NULL);
    }
    struct query events = events_insert(change->arena, &change->events);
    return tx_commit(change->tx, &events, 1, &ignored);
}

static void
prepare_answers(struct write *write)
{
    write->ret_json = ARENA_ARRAY(write->job.arena, const char *, write->n);
    write->ret_revisions = ARENA_ARRAY(write->job.arena, int64_t, write->n);
}

/* --- create */

/* Copies of the records for this run, with their ids. */
static void **
copy_records(const struct write *write)
{
    const struct table *table = &write->resource->table;
    void **copies = ARENA_ARRAY(write->job.arena, void *, write->n);
    for (size_t i = 0; i < write->n; i++) {
        struct object *object = arena_memdup(
            write->job.arena, write->records[i], table->size);
        object->id = uuid_new_random();
        record_set(&object->rec, ATTR_ID);
        copies[i] = object;
    }
    return copies;
}

static int
compare_projects(const void *a, const void *b)
{
    const struct object *const *x = a, *const *y = b;
    return strcmp((*x)->project_id, (*y)->project_id);
}

/* Takes the quota of all projects at once each, in the order of the locks. */
static struct err *
take_quotas(struct change *change, const struct write *write,
            void *const *records)
{
    size_t n = write->n;
    const struct object **sorted =
        arena_memdup(change->arena, records, n * sizeof *records);
    qsort(sorted, n, sizeof *sorted, compare_projects);
    for (size_t i = 0, j; i < n; i = j) {
        const char *project_id = sorted[i]->project_id;
        for (j = i; j < n && strcmp(sorted[j]->project_id, project_id) == 0;
             j++) {
        }
        TRY(quota_take(change, write->resource->table.name, project_id,
                       (int64_t) (j - i)));
    }
    return NULL;
}

static void
add_create_events(struct change *change, struct write *write,
                  const struct rows *rows)
{
    const struct table *table = &write->resource->table;
    prepare_answers(write);
    for (int row = 0; row < rows_count(rows); row++) {
        const struct object *object =
            sqlgen_record(change->arena, table, rows, row);
        change_event(change, write->resource, object, "create", NULL,
                     change_snapshot(change, write->resource, rows, row));
        write->ret_json[row] =
            render_text(change->arena, table, rows, row, write->mask);
        write->ret_revisions[row] = object->revision_number;
    }
}

static struct err *
run_create(struct write *write, struct tx *tx)
{
    const struct resource *resource = write->resource;
    struct change change = write_change(write, tx);
    void **records = copy_records(write);
    struct rows rows;
    if (resource->before_create != NULL) {
        TRY(resource->before_create(&change, records, write->n));
    }
    if (!resource->unmetered) {
        TRY(take_quotas(&change, write, records));
    }
    TRY(tx_one(tx,
               sqlgen_insert(change.arena, &resource->table, records,
                             write->n),
               &rows));
    add_create_events(&change, write, &rows);
    if (resource->after_create != NULL) {
        TRY(resource->after_create(&change, records, write->n));
    }
    return write_commit(&change);
}

/* --- update and delete */

struct err *
write_lock(struct change *change, const struct write *write,
           struct rows *ret_rows)
{
    const struct resource *resource = write->resource;
    const struct caller *caller = change->caller;
    const char *id = write->ids[0];
    enum row_lock lock = write->verb == WRITE_DELETE ? ROW_DELETE
                                                     : ROW_CHANGE;
    struct visibility visibility = {.all = caller->is_admin,
                                    .project_id = caller->project_id};
    if (resource->parent != NULL) {
        TRY(tx_one(change->tx,
                   sqlgen_lock_parents(
                       change->arena, &resource->table,
                       &resource->parent->table, &id, 1,
                       resource->parent_lock[lock == ROW_DELETE]),
                   NULL));
    }
    TRY(tx_one(change->tx,
               sqlgen_get(change->arena, &resource->table, &id, 1,
                          &visibility, lock),
               ret_rows));
    if (rows_count(ret_rows) == 0) {
        return resource_not_found(change->arena, resource, id);
    }
    const struct object *object =
        sqlgen_record(change->arena, &resource->table, ret_rows, 0);
    if (!caller->is_admin &&
        strcmp(object->project_id, caller->project_id) != 0) {
        return err_new(change->arena, ERR_FORBIDDEN,
                       "%s \"%s\" belongs to another project: changing it is "
                       "disallowed by policy", resource->table.name, id);
    }
    TRY(resource_check_match(write, ret_rows, 0));
    return resource->guard == NULL ? NULL : resource->guard(change, object);
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
        const void *current = sqlgen_record(change.arena, table, &rows, 0);
        const char *before = change_snapshot(&change, resource, &rows, 0);
        if (resource->before_update != NULL) {
            TRY(resource->before_update(&change, current, patch));
        }
        TRY(change_update(&change, resource, before, patch, write->ids[0],
                          &rows));
    }
    prepare_answers(write);
    write->ret_json[0] =
        render_text(change.arena, table, &rows, 0, write->mask);
    return write_commit(&change);
}

static struct err *
run_delete(struct write *write, struct tx *tx)
{
    const struct resource *resource = write->resource;
    const struct table *table = &resource->table;
    struct change change = write_change(write, tx);
    struct rows rows;
    TRY(write_lock(&change, write, &rows));
    const struct object *current =
        sqlgen_record(change.arena, table, &rows, 0);
    const char *before = change_snapshot(&change, resource, &rows, 0);
    if (resource->before_delete != NULL) {
        TRY(resource->before_delete(&change, current));
    }
    TRY(tx_one(tx, sqlgen_delete(change.arena, table, write->ids, 1), NULL));
    if (!resource->unmetered) {
        TRY(quota_give(&change, table->name, current->project_id, 1));
    }
    change_event(&change, resource, current, "delete", before, NULL);
    return write_commit(&change);
}

struct err *
write_run(struct job *job, struct tx *tx)
{
    struct write *write = (struct write *) job;
    switch (write->verb) {
    case WRITE_CREATE:
        return run_create(write, tx);
    case WRITE_UPDATE:
        return run_update(write, tx);
    case WRITE_DELETE:
        return run_delete(write, tx);
    }
    return NULL;
}
