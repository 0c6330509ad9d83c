/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verb that lists a resource.
 */
#include "api/embed.h"
#include "api/query.h"
#include "api/verbs.h"
#include "core/arena.h"
#include "db/render.h"
#include "db/rowcache.h"
#include "schema/sqlarray.h"

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
    struct visibility visibility;
    const struct rows *rows; /* What its statements answered. */
    size_t n_rows;
    bool keeps;      /* Its objects are kept for lists to come. */
    bool by_version; /* Its rows are only ids and versions: those were. */
    const char **missing; /* Ids of rows that were not. */
    size_t n_missing;
    const struct rows *found; /* Those rows, whole, in the order of ids. */
};

/* A row that ends with its version in 'column'. */
static struct rowcache_key
version_of(const struct listing *listing, const struct rows *rows, int row,
           int column)
{
    struct rowcache_key key = {.mask = listing->query.mask};
    key.xmin = (uint32_t) rows_int(rows, row, column);
    memcpy(key.id, rows_text(rows, row, ATTR_ID), sizeof key.id);
    return key;
}

/* Of the rows that were missing the one that is 'key', or -1. */
static int
find_row(const struct listing *listing, const struct rowcache_key *key)
{
    int column = sqlgen_version_column(&listing->call->resource->table);
    int low = 0, high = rows_count(listing->found) - 1;
    while (low <= high) {
        int middle = low + (high - low) / 2;
        int order = memcmp(rows_text(listing->found, middle, ATTR_ID),
                           key->id, sizeof key->id);
        if (order == 0) {
            return rows_int(listing->found, middle, column) == key->xmin
                       ? middle
                       : -1;
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle - 1;
    }
    return -1;
}

static void
miss(struct listing *listing, const struct rows *rows, int row)
{
    if (listing->missing == NULL) { /* A page backwards looks twice. */
        size_t most = 2 * (size_t) rows_count(rows);
        listing->missing = ARENA_ARRAY(listing->call->arena, const char *,
                                       most);
    }
    listing->missing[listing->n_missing++] = rows_text(rows, row, ATTR_ID);
}

static void
keep(const struct listing *listing, const struct rows *rows, int row,
     const char *text, size_t len)
{
    int column = sqlgen_version_column(&listing->call->resource->table);
    struct rowcache_key key = version_of(listing, rows, row, column);
    rowcache_put(listing->call->known, &key, text, len);
}

static void
add_whole(struct buf *buf, const struct listing *listing,
          const struct rows *rows, int row)
{
    size_t start = buf->len;
    render_row(buf, &listing->call->resource->table, rows, row,
               listing->query.mask);
    if (listing->keeps) {
        keep(listing, rows, row, buf->data + start, buf->len - start);
    }
}

static void
add_known(struct buf *buf, struct listing *listing, const struct rows *rows,
          int row)
{
    struct rowcache_key key = version_of(listing, rows, row, 1);
    if (rowcache_add(listing->call->known, &key, buf)) {
        return;
    }
    int found = listing->found == NULL ? -1 : find_row(listing, &key);
    if (found < 0) {
        miss(listing, rows, row);
    } else {
        add_whole(buf, listing, listing->found, found);
    }
}

/* Appends an object and what comes along with it. */
static void
add_row(struct buf *buf, struct listing *listing, const struct rows *rows,
        int row)
{
    if (listing->by_version) {
        add_known(buf, listing, rows, row);
    } else {
        add_whole(buf, listing, rows, row);
    }
    if (listing->query.embed != NULL) {
        embed_render(buf, listing->query.embed, listing->rows,
                     row_id(listing->call, rows, row));
    }
}

/* How many of the rows fit into a page. */
static int
count_fitting(struct call *call, struct listing *listing,
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
add_page(struct call *call, struct listing *listing,
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
answer_list(struct listing *listing)
{
    struct call *call = listing->call;
    const struct rows *rows =
        &listing->rows[listing->query.selection.marker != NULL ? 1 : 0];
    int found = rows_count(rows);
    bool full = found > listing->query.limit;
    int n = add_page(call, listing, rows,
                     full ? (int) listing->query.limit : found);
    add_list_links(call, listing, rows, n, n < found);
    buf_put(&call->answer.body, '}');
    if (listing->query.total) { /* Counted by the last statement. */
        call->answer.total = arena_strdup(
            call->arena, rows_text(&listing->rows[listing->n_rows - 1], 0, 0));
    }
}

/* The statements of the list. */
static void
prepare_list(struct listing *listing)
{
    struct arena *arena = listing->call->arena;
    const struct table *table = &listing->call->resource->table;
    const struct selection *selection = &listing->query.selection;
    const struct visibility *visibility = &listing->visibility;
    const struct page page = {table, selection, visibility};
    struct query *queries =
        ARENA_ARRAY(arena, struct query, EMBED_N_SLOTS + 3);
    size_t n = 0;
    if (selection->marker != NULL) {
        queries[n++] = sqlgen_get(arena, table, &selection->marker, 1,
                                  visibility, ROW_READ);
    }
    queries[n++] = listing->by_version
                       ? sqlgen_versions(arena, table, selection, visibility)
                       : sqlgen_list(arena, table, selection, visibility);
    embed_add_queries(arena, listing->query.embed, &page, queries, &n);
    if (listing->query.total) {
        queries[n++] = sqlgen_count(arena, table, selection, visibility);
    }
    listing->job.queries = queries;
    listing->job.n_queries = n;
}

/* The rows that are missing. */
static void
prepare_missing(struct listing *listing)
{
    struct arena *arena = listing->call->arena;
    struct predicate *is_one = ARENA_NEW(arena, struct predicate);
    struct query *query = ARENA_NEW(arena, struct query);
    const struct sort_key by_id = {
        .attr = &listing->call->resource->table.attrs[ATTR_ID]};
    const struct selection some = {.predicates = is_one, .n_predicates = 1,
                                   .keys = &by_id, .n_keys = 1};
    *is_one = (struct predicate){
        "t.id = ANY(?::uuid[])",
        sqlarray_format(arena, listing->missing, listing->n_missing)};
    *query = sqlgen_list(arena, &listing->call->resource->table, &some,
                         &listing->visibility);
    listing->job.queries = query;
    listing->job.n_queries = 1;
}

/* Rows are missing: asks for them, and when that does not help, for one
 * changed meanwhile, for the whole list. */
static void
ask_again(struct listing *listing)
{
    if (listing->found != NULL) {
        listing->by_version = false;
        listing->found = NULL;
        prepare_list(listing);
    } else {
        prepare_missing(listing);
    }
    listing->n_missing = 0;
    listing->job.again = true;
}

static void
finish_list(struct job *job)
{
    struct listing *listing = (struct listing *) job;
    const struct call *call = listing->call;
    if (listing->rows != NULL && listing->by_version) {
        listing->found = job->rows;
    } else {
        listing->rows = job->rows;
        listing->n_rows = job->n_queries;
    }
    const char *marker = listing->query.selection.marker;
    if (marker != NULL && rows_count(&listing->rows[0]) == 0) {
        job->err = resource_not_found(call->arena, call->resource, marker);
        return;
    }
    answer_list(listing);
    if (listing->n_missing > 0) {
        ask_again(listing);
    }
}

/* Leaves the statements for a lane, with 'listing' as the job. */
static void
read_listing(struct listing *listing)
{
    call_read(listing->call, listing->job.queries, listing->job.n_queries,
              finish_list);
    listing->job = *listing->call->job;
    listing->call->job = &listing->job;
}

/* A list that was asked for before needs only the versions of its rows. */
static void
recall(struct listing *listing)
{
    struct call *call = listing->call;
    const struct table *table = &call->resource->table;
    if (call->known == NULL || !table->self_contained) {
        return;
    }
    struct query query = sqlgen_versions(call->arena, table,
                                         &listing->query.selection,
                                         &listing->visibility);
    listing->keeps = true;
    listing->by_version = rowcache_saw(call->known, &query);
}

struct err *
verb_list(struct call *call)
{
    struct listing *listing = ARENA_NEW(call->arena, struct listing);
    listing->call = call;
    listing->visibility = call_visibility(call);
    TRY(query_read_list(call, &listing->query));
    recall(listing);
    prepare_list(listing);
    call_tell_cursor(call);
    read_listing(listing);
    return NULL;
}
