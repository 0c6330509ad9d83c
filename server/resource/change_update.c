/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The UPDATE of objects and its events, for one and for many.
 */
#include "core/arena.h"
#include "resource/resource.h"

/* Items that get the same attributes: one statement. */
struct batch {
    struct patching **items; /* In the order of their ids. */
    size_t n;
};

static uint64_t
given(const struct patching *item)
{
    const struct record *record = item->patch;
    return record->given;
}

static int
compare(const void *a, const void *b)
{
    const struct patching *x = *(struct patching *const *) a;
    const struct patching *y = *(struct patching *const *) b;
    if (given(x) != given(y)) {
        return given(x) < given(y) ? -1 : 1;
    }
    return strcmp(x->id, y->id);
}

static int
compare_id(const void *id, const void *item)
{
    return strcmp(id, (*(struct patching *const *) item)->id);
}

/* Cuts 'sorted' into batches; returns how many. */
static size_t
cut(struct patching **sorted, size_t n, struct batch *ret_batches)
{
    size_t n_batches = 0;
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || given(sorted[i]) != given(sorted[i - 1])) {
            ret_batches[n_batches++] = (struct batch){.items = &sorted[i]};
        }
        ret_batches[n_batches - 1].n++;
    }
    return n_batches;
}

static struct query
make_query(struct change *change, const struct table *table,
           const struct batch *batch)
{
    struct arena *arena = change->arena;
    const struct visibility seen = change_visibility(change);
    void **records = ARENA_ARRAY(arena, void *, batch->n);
    const char **ids = ARENA_ARRAY(arena, const char *, batch->n);
    if (batch->n == 1) {
        return sqlgen_update(arena, table, batch->items[0]->patch,
                             batch->items[0]->id, &seen);
    }
    for (size_t i = 0; i < batch->n; i++) {
        records[i] = batch->items[i]->patch;
        ids[i] = batch->items[i]->id;
    }
    return sqlgen_update_all(arena, table, records, ids, batch->n, &seen);
}

/* Gives each item of 'batch' its row. */
static void
take_rows(const struct table *table, const struct batch *batch,
          const struct rows *rows)
{
    int column = sqlgen_column(table, ATTR_ID);
    for (int row = 0; row < rows_count(rows); row++) {
        struct patching **item =
            bsearch(rows_text(rows, row, column), batch->items, batch->n,
                    sizeof *batch->items, compare_id);
        if (item != NULL) {
            (*item)->rows = *rows;
            (*item)->row = row;
        }
    }
}

static struct err *
add_events(struct change *change, const struct resource *resource,
           struct patching *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct patching *item = &items[i];
        if (item->row < 0) {
            return resource_not_found(change->arena, resource, item->id);
        }
        const struct object *object = sqlgen_record(
            change->arena, &resource->table, &item->rows, item->row);
        change_event(change, resource, object, "update", item->before,
                     change_snapshot(change, resource, &item->rows,
                                     item->row));
    }
    return NULL;
}

struct err *
change_update_all(struct change *change, const struct resource *resource,
                  struct patching *items, size_t n)
{
    struct arena *arena = change->arena;
    struct patching **sorted = ARENA_ARRAY(arena, struct patching *, n);
    struct batch *batches = ARENA_ARRAY(arena, struct batch, n);
    struct query *queries = ARENA_ARRAY(arena, struct query, n);
    struct rows *rows = ARENA_ARRAY(arena, struct rows, n);
    if (n == 0) {
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        sorted[i] = &items[i];
        items[i].row = -1;
    }
    qsort(sorted, n, sizeof *sorted, compare);
    size_t n_batches = cut(sorted, n, batches);
    for (size_t i = 0; i < n_batches; i++) {
        queries[i] = make_query(change, &resource->table, &batches[i]);
    }
    TRY(tx_run(change->tx, queries, n_batches, rows));
    for (size_t i = 0; i < n_batches; i++) {
        take_rows(&resource->table, &batches[i], &rows[i]);
    }
    return add_events(change, resource, items, n);
}

struct err *
change_update(struct change *change, const struct resource *resource,
              const char *before, const void *patch, const char *id,
              struct rows *ret_rows)
{
    char text[UUID_TEXT_SIZE];
    struct uuid uuid;
    if (!uuid_from_text(id, &uuid)) {
        return resource_not_found(change->arena, resource, id);
    }
    uuid_to_text(&uuid, text);
    struct patching item = {
        .id = text, .before = before, .patch = (void *) (uintptr_t) patch};
    TRY(change_update_all(change, resource, &item, 1));
    *ret_rows = item.rows;
    return NULL;
}
