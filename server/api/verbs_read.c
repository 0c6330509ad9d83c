/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verbs that read a resource: a list, and one object.
 */
#include "api/embed.h"
#include "api/query.h"
#include "api/verbs.h"
#include "core/arena.h"
#include "db/render.h"

static const char *
row_id(const struct call *call, const struct rows *rows, int row)
{
    return rows_text(rows, row,
                     sqlgen_column(&call->resource->table, ATTR_ID));
}

/* --- list */

#define PAGE_MAX_BYTES (16u << 20) /* A page ends behind the row past it. */

/* A list under way: the call's own parameters, kept for the answer. */
struct listing {
    struct job job;
    struct call *call;
    struct list_query query;
};

/* Appends an object and what comes along with it. */
static void
add_row(struct buf *buf, const struct listing *listing,
        const struct rows *rows, int row)
{
    const struct call *call = listing->call;
    render_row(buf, &call->resource->table, rows, row, listing->query.mask);
    if (listing->query.embed != NULL) {
        embed_render(buf, listing->query.embed, listing->job.rows,
                     row_id(call, rows, row));
    }
}

/* How many of the rows fit into a page. */
static int
count_fitting(struct call *call, const struct listing *listing,
              const struct rows *rows, int n)
{
    struct buf buf;
    size_t bytes = 0;
    int fitting = 0;
    buf_init(&buf, call->arena, 2048);
    while (fitting < n && bytes < PAGE_MAX_BYTES) {
        buf_truncate(&buf, 0);
        add_row(&buf, listing, rows, fitting++);
        bytes += buf.len;
    }
    return fitting;
}

/* Gives 'body', which has one of 'n' objects, room for all of them when they
 * are like it, and a bit more: a body that grows is copied. */
static void
reserve_page(struct buf *body, int n)
{
    size_t size = (size_t) n * (body->len + 16);
    buf_reserve(body, size < PAGE_MAX_BYTES ? size : PAGE_MAX_BYTES);
}

/* Appends rows until the page is large enough, however many were asked for;
 * returns how many. */
static int
add_page(struct call *call, const struct listing *listing,
         const struct rows *rows, int n)
{
    struct buf *body = call_answer(call, 200);
    int added = 0;
    buf_addf(body, "{\"%s\":[", call->resource->table.plural);
    if (!listing->query.selection.reverse) {
        for (; added < n && body->len < PAGE_MAX_BYTES; added++) {
            if (added == 1) {
                reserve_page(body, n);
            }
            buf_adds(body, added == 0 ? "" : ",");
            add_row(body, listing, rows, added);
        }
    } else {
        /* The rows are in reverse order: the nearest of them are kept. */
        added = count_fitting(call, listing, rows, n);
        for (int row = added - 1; row >= 0; row--) {
            add_row(body, listing, rows, row);
            buf_adds(body, row == 0 ? "" : ",");
        }
    }
    buf_put(body, ']');
    return added;
}

/* Which neighbours a page has: more rows were found than fit, or it began
 * behind a marker. */
static void
add_list_links(struct call *call, const struct listing *listing,
               const struct rows *rows, int n, bool more)
{
    const struct selection *selection = &listing->query.selection;
    bool marked = selection->marker != NULL;
    bool ahead = selection->reverse ? marked : more;
    bool behind = selection->reverse ? more : marked;
    if (n == 0) {
        return;
    }
    int first = selection->reverse ? n - 1 : 0;
    query_add_links(call, &call->answer.body, call->resource->table.plural,
                    ahead ? row_id(call, rows, n - 1 - first) : NULL,
                    behind ? row_id(call, rows, first) : NULL);
}

static void
finish_list(struct job *job)
{
    struct listing *listing = (struct listing *) job;
    struct call *call = listing->call;
    bool marked = listing->query.selection.marker != NULL;
    const struct rows *rows = &job->rows[marked ? 1 : 0];
    if (marked && rows_count(&job->rows[0]) == 0) {
        job->err = resource_not_found(call->arena, call->resource,
                                      listing->query.selection.marker);
        return;
    }
    int found = rows_count(rows);
    bool full = found > listing->query.limit;
    int n = add_page(call, listing, rows,
                     full ? (int) listing->query.limit : found);
    add_list_links(call, listing, rows, n, n < found);
    buf_put(&call->answer.body, '}');
    if (listing->query.total) { /* Counted by the last statement. */
        call->answer.total =
            arena_strdup(call->arena,
                         rows_text(&job->rows[job->n_queries - 1], 0, 0));
    }
}

/* Leaves the statements for a lane, with 'listing' as the job. */
static void
read_listing(struct listing *listing, struct query *queries, size_t n,
             void (*finish)(struct job *job))
{
    call_read(listing->call, queries, n, finish);
    listing->job = *listing->call->job;
    listing->call->job = &listing->job;
}

struct err *
verb_list(struct call *call)
{
    struct listing *listing = ARENA_NEW(call->arena, struct listing);
    struct visibility visibility = call_visibility(call);
    const struct table *table = &call->resource->table;
    const struct page page = {table, &listing->query.selection, &visibility};
    struct query *queries =
        ARENA_ARRAY(call->arena, struct query, EMBED_N_SLOTS + 3);
    size_t n = 0;
    listing->call = call;
    TRY(query_read_list(call, &listing->query));
    if (listing->query.selection.marker != NULL) {
        queries[n++] = sqlgen_get(call->arena, table,
                                  &listing->query.selection.marker, 1,
                                  &visibility, ROW_READ);
    }
    queries[n++] = sqlgen_list(call->arena, table, page.selection,
                               &visibility);
    embed_add_queries(call->arena, listing->query.embed, &page, queries, &n);
    if (listing->query.total) {
        queries[n++] = sqlgen_count(call->arena, table, page.selection,
                                    &visibility);
    }
    call_tell_cursor(call);
    read_listing(listing, queries, n, finish_list);
    return NULL;
}

/* --- show */

static void
finish_show(struct job *job)
{
    const struct listing *listing = (struct listing *) job;
    struct call *call = listing->call;
    if (rows_count(&job->rows[0]) == 0) {
        job->err = resource_not_found(call->arena, call->resource, call->id);
        return;
    }
    struct buf *body = call_answer(call, 200);
    buf_addf(body, "{\"%s\":", call->resource->table.name);
    add_row(body, listing, &job->rows[0], 0);
    buf_put(body, '}');
    call->answer.etag_of_body = true;
}

struct err *
verb_show(struct call *call)
{
    struct listing *listing = ARENA_NEW(call->arena, struct listing);
    struct visibility visibility = call_visibility(call);
    const struct table *table = &call->resource->table;
    const struct predicate is_it = {"t.id = ?::uuid", call->id};
    const struct selection one = {.predicates = &is_it, .n_predicates = 1};
    const struct page page = {table, &one, &visibility};
    struct query *queries =
        ARENA_ARRAY(call->arena, struct query, EMBED_N_SLOTS + 1);
    size_t n = 1;
    listing->call = call;
    TRY(verb_check_id(call));
    /* The parameters of a list must make sense even here. */
    TRY(query_read_list(call, &listing->query));
    queries[0] = sqlgen_get(call->arena, table, &call->id, 1, &visibility,
                            ROW_READ);
    embed_add_queries(call->arena, listing->query.embed, &page, queries, &n);
    read_listing(listing, queries, n, finish_show);
    return NULL;
}
