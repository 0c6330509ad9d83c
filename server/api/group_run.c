/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The transaction of a group operation.  Parents and objects are locked at
 * once, in the order of their ids, whatever the order of the body; changes
 * that no rule cares about are one statement, and so is the deletion of ports.
 * What has rules runs one by one, behind a savepoint when it may fail alone.
 */
#include "api/verbs.h"
#include "core/arena.h"
#include "db/render.h"
#include "group_internal.h"

/* A run; the arrays are by item. */
struct run {
    struct group_write *group;
    struct change change;
    struct rows rows; /* The locked objects. */
    int *row;         /* Of the item among them, or -1. */
    void **patches;   /* Copies for this run. */
    size_t *order;    /* Items in the order of their ids. */
};

static const struct query savepoint = {"SAVEPOINT item", NULL, 0};
static const struct query keep = {"RELEASE SAVEPOINT item", NULL, 0};
static const struct query undo = {"ROLLBACK TO SAVEPOINT item", NULL, 0};

/* True when 'err' is an answer to the client, and not a reason to end or to
 * repeat the transaction. */
static bool
is_refusal(const struct err *err)
{
    int status = err_status(err->kind);
    return status >= 400 && status < 500;
}

/* Item 'i' cannot be done: returns the error of the whole, or notes it. */
static struct err *
refuse(struct run *run, size_t i, struct err *err)
{
    if (err == NULL || !is_refusal(err)) {
        return err;
    }
    if (run->group->atomic) {
        return group_name_item(run->group, i, err);
    }
    run->group->items[i].err = err;
    return NULL;
}

/* Does 'step' for item 'i'; what it did is undone when it fails alone. */
static struct err *
guard(struct run *run, size_t i,
      struct err *(*step)(struct run *run, size_t i))
{
    struct tx *tx = run->change.tx;
    size_t n_events = run->change.events.n;
    if (run->group->atomic) {
        return refuse(run, i, step(run, i));
    }
    TRY(tx_one(tx, savepoint, NULL));
    struct err *err = step(run, i);
    if (err == NULL) {
        return tx_one(tx, keep, NULL);
    }
    TRY(refuse(run, i, err));
    run->change.events.n = n_events;
    TRY(tx_one(tx, undo, NULL));
    return tx_one(tx, keep, NULL);
}

/* --- what both do first */

/* Row of the object 'id', or -1; the rows are in the order of their ids. */
static int
find_row(const struct run *run, const char *id)
{
    const struct table *table = &run->group->write.resource->table;
    int low = 0, high = rows_count(&run->rows);
    int column = sqlgen_column(table, ATTR_ID);
    while (low < high) {
        int middle = low + (high - low) / 2;
        int order = strcmp(rows_text(&run->rows, middle, column), id);
        if (order == 0) {
            return middle;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return -1;
}

static struct err *
check_item(struct run *run, size_t i)
{
    const struct group_item *item = &run->group->items[i];
    struct write one = run->group->write;
    one.precondition.revision = item->revision;
    return write_check_row(&run->change, &one, item->id, &run->rows,
                           run->row[i]);
}

/* Locks all, and finds out which items can be done. */
static struct err *
begin(struct run *run)
{
    struct group_write *group = run->group;
    TRY(write_lock_rows(&run->change, &group->write,
                        write_row_lock(&group->write), &run->rows));
    for (size_t i = 0; i < group->write.n; i++) {
        group->items[i].json = NULL;
        group->items[i].err = group->items[i].refused;
        run->row[i] = find_row(run, group->items[i].id);
        if (group->items[i].err == NULL) {
            TRY(refuse(run, i, check_item(run, i)));
        }
    }
    return NULL;
}

/* --- update */

static struct object *
current_of(const struct run *run, size_t i)
{
    return sqlgen_record(run->change.arena,
                         &run->group->write.resource->table, &run->rows,
                         run->row[i]);
}

/* The patch of item 'i' for this run, without tags that it has already. */
static void *
copy_patch(const struct run *run, size_t i)
{
    struct object *patch =
        arena_memdup(run->change.arena, run->group->items[i].patch,
                     run->group->write.resource->table.size);
    if (record_is_given(&patch->rec, ATTR_TAGS)) {
        const struct object *current = current_of(run, i);
        if (tagrules_equal(&current->tags, &patch->tags)) {
            record_unset(&patch->rec, ATTR_TAGS);
        }
    }
    return patch;
}

static void
answer_row(struct run *run, size_t i, const struct rows *rows, int row)
{
    const struct write *write = &run->group->write;
    run->group->items[i].json =
        render_text(run->change.arena, &write->resource->table, rows, row,
                    write->mask);
}

static uint64_t
given(const struct run *run, size_t i)
{
    const struct record *patch = run->patches[i];
    return patch->given;
}

static bool
is_free(const struct run *run, size_t i)
{
    uint64_t free_attrs = run->group->write.resource->free_attrs |
                          ATTR_BIT(ATTR_TAGS);
    return (given(run, i) & ~free_attrs) == 0;
}

/* All changes that no rule cares about. */
static struct err *
update_free(struct run *run)
{
    const struct write *write = &run->group->write;
    struct patching *items =
        ARENA_ARRAY(run->change.arena, struct patching, write->n);
    size_t *index = ARENA_ARRAY(run->change.arena, size_t, write->n);
    size_t n = 0;
    for (size_t i = 0; i < write->n; i++) {
        if (run->group->items[i].err != NULL || !is_free(run, i)) {
            continue;
        }
        if (given(run, i) == 0) {
            answer_row(run, i, &run->rows, run->row[i]);
            continue;
        }
        index[n] = i;
        items[n++] = (struct patching){
            .id = write->ids[i],
            .before = change_snapshot(&run->change, write->resource,
                                      &run->rows, run->row[i]),
            .patch = run->patches[i]};
    }
    TRY(change_update_all(&run->change, write->resource, items, n));
    for (size_t i = 0; i < n; i++) {
        answer_row(run, index[i], &items[i].rows, items[i].row);
    }
    return NULL;
}

static struct err *
update_one(struct run *run, size_t i)
{
    struct rows rows;
    TRY(change_patch_row(&run->change, run->group->write.resource, &run->rows,
                         run->row[i], run->patches[i], &rows));
    answer_row(run, i, &rows, 0);
    return NULL;
}

/* The locks of what the rules will touch. */
static struct err *
lock_ruled(struct run *run, const size_t *ruled, size_t n)
{
    const struct resource *resource = run->group->write.resource;
    void **currents = ARENA_ARRAY(run->change.arena, void *, n);
    void **patches = ARENA_ARRAY(run->change.arena, void *, n);
    for (size_t i = 0; i < n; i++) {
        currents[i] = current_of(run, ruled[i]);
        patches[i] = run->patches[ruled[i]];
    }
    return resource->lock_updates == NULL || n == 0
               ? NULL
               : resource->lock_updates(&run->change, currents, patches, n);
}

static struct err *
update_ruled(struct run *run)
{
    const struct group_write *group = run->group;
    size_t *ruled = ARENA_ARRAY(run->change.arena, size_t, group->write.n);
    size_t n = 0;
    for (size_t j = 0; j < group->write.n; j++) {
        size_t i = run->order[j];
        if (group->items[i].err == NULL && !is_free(run, i)) {
            ruled[n++] = i;
        }
    }
    TRY(lock_ruled(run, ruled, n));
    for (size_t j = 0; j < n; j++) {
        TRY(guard(run, ruled[j], update_one));
    }
    return NULL;
}

static struct err *
update(struct run *run)
{
    const struct group_write *group = run->group;
    for (size_t i = 0; i < group->write.n; i++) {
        if (group->items[i].err == NULL) {
            run->patches[i] = copy_patch(run, i);
        }
    }
    TRY(update_free(run));
    return update_ruled(run);
}

/* --- delete */

static struct err *
delete_one(struct run *run, size_t i)
{
    return change_delete_row(&run->change, run->group->write.resource,
                            &run->rows, run->row[i]);
}

/* All at once, where the resource knows how. */
static struct err *
delete_rows(struct run *run)
{
    const struct group_write *group = run->group;
    const struct resource *resource = group->write.resource;
    size_t n_rows = (size_t) rows_count(&run->rows);
    bool *wanted = ARENA_ARRAY(run->change.arena, bool, n_rows);
    struct err **errs = ARENA_ARRAY(run->change.arena, struct err *, n_rows);
    TRY(resource->check_deletes(&run->change, &run->rows, errs));
    for (size_t i = 0; i < group->write.n; i++) {
        if (group->items[i].err != NULL) {
            continue;
        }
        TRY(refuse(run, i, errs[run->row[i]]));
        wanted[run->row[i]] = group->items[i].err == NULL;
    }
    return resource->delete_rows(&run->change, &run->rows, wanted);
}

static struct err *
delete(struct run *run)
{
    const struct group_write *group = run->group;
    if (group->write.resource->delete_rows != NULL) {
        return delete_rows(run);
    }
    for (size_t j = 0; j < group->write.n; j++) {
        if (group->items[run->order[j]].err == NULL) {
            TRY(guard(run, run->order[j], delete_one));
        }
    }
    return NULL;
}

/* --- the whole */

/* Items by the rows that they have; those without one come anywhere. */
static void
sort_items(struct run *run)
{
    size_t n = run->group->write.n, n_rows = (size_t) rows_count(&run->rows);
    size_t *by_row = ARENA_ARRAY(run->change.arena, size_t, n_rows);
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        if (run->row[i] >= 0) {
            by_row[run->row[i]] = i;
        } else {
            run->order[at++] = i;
        }
    }
    for (size_t row = 0; row < n_rows; row++) {
        run->order[at++] = by_row[row];
    }
}

struct err *
group_run(struct job *job, struct tx *tx)
{
    struct group_write *group = (struct group_write *) job;
    size_t n = group->write.n;
    struct run run = {.group = group,
                      .change = write_change(&group->write, tx),
                      .row = ARENA_ARRAY(job->arena, int, n),
                      .patches = ARENA_ARRAY(job->arena, void *, n),
                      .order = ARENA_ARRAY(job->arena, size_t, n)};
    TRY(begin(&run));
    sort_items(&run);
    TRY(group->write.verb == WRITE_UPDATE ? update(&run) : delete(&run));
    return write_end(&run.change);
}
