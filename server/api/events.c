/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions to the change feed, and their answers.  events_query.c reads what
 * the client wants, events_text.c writes events; http/parked.c decides when to
 * ask.
 */
#include "api/events.h"

#include <inttypes.h>

#include "core/clock.h"
#include "events_query.h"
#include "events_text.h"

#define LIST_BYTES (16u << 20)  /* An answer ends behind the event past it. */
#define STREAM_BYTES (1u << 20) /* So does what a stream has in memory. */
#define STREAM_EVENTS 200
#define WATCH_MEMORY (256u << 20) /* Cap of one question's. */
#define WIDE_SPAN 100000 /* Ids that a question without an index goes over. */
#define RETRY_MS 2000    /* A client of a stream comes back after. */

/* --- what is asked of the database */

#define CONDITIONS                                                       \
    " e.id > $1::bigint AND e.id <= $2::bigint"                          \
    " AND ($4::text[] IS NULL OR e.project_id = ANY($4::text[]))"        \
    " AND ($5::text[] IS NULL OR e.type = ANY($5::text[]))"              \
    " AND ($6::text[] IS NULL OR e.action = ANY($6::text[]))"            \
    " AND ($7::uuid[] IS NULL OR e.network_id = ANY($7::uuid[]))"        \
    " AND ($8::text[] IS NULL"                                           \
    "      OR coalesce(e.object_id::text, e.project_id)"                 \
    "         = ANY($8::text[]))"                                        \
    " ORDER BY e.id LIMIT $3::bigint"

/* One statement per index: each reads no more than it gives, whatever the
 * planner believes. */
STATEMENT(events_page,
    "SELECT " EVENT_COLUMNS " FROM events e WHERE" CONDITIONS);
STATEMENT(events_page_of_projects,
    "SELECT " EVENT_COLUMNS
    "  FROM (SELECT DISTINCT u FROM unnest($4::text[]) AS u) AS p,"
    "       LATERAL (SELECT * FROM events e"
    "                 WHERE e.project_id = p.u AND" CONDITIONS ") AS e"
    " ORDER BY e.id LIMIT $3::bigint");
STATEMENT(events_page_of_networks,
    "SELECT " EVENT_COLUMNS
    "  FROM (SELECT DISTINCT u FROM unnest($7::uuid[]) AS u) AS n,"
    "       LATERAL (SELECT * FROM events e"
    "                 WHERE e.network_id = n.u AND" CONDITIONS ") AS e"
    " ORDER BY e.id LIMIT $3::bigint");

/* Second, so that what was deleted in between is noticed. */
STATEMENT(events_bounds,
    "SELECT r.purged_up_to,"
    "       CASE WHEN s.is_called THEN s.last_value ELSE 0 END"
    "  FROM event_retention r, events_id_seq s");

#define N_PARAMS (3 + EVENTS_N_FILTERS)

static const struct statement *
page_of(const struct watch *watch)
{
    switch (watch->scope) {
    case EVENTS_OF_NETWORKS:
        return &events_page_of_networks;
    case EVENTS_OF_PROJECTS:
        return &events_page_of_projects;
    case EVENTS_OF_SOME:
    case EVENTS_OF_ALL:
        break;
    }
    return &events_page;
}

static struct watch *
watch_of(const struct call *call)
{
    return call->watch;
}

/* --- answers */

static struct err *
check_bounds(const struct call *call, struct arena *arena,
             const struct rows *rows)
{
    struct watch *watch = watch_of(call);
    int64_t purged = rows_int(rows, 0, 0), last = rows_int(rows, 0, 1);
    if (watch->cursor < purged && !watch->from_oldest) {
        return err_new(arena, ERR_CURSOR_TOO_OLD,
                       "events behind cursor \"%" PRId64 "\" are no longer "
                       "kept; the oldest valid cursor is \"%" PRId64 "\"",
                       watch->cursor, purged);
    }
    if (watch->cursor > last) {
        return err_new(arena, ERR_BAD_QUERY,
                       "cursor \"%" PRId64 "\" is not of this database, "
                       "whose last one is \"%" PRId64 "\"",
                       watch->cursor, last);
    }
    watch->from_oldest = false;
    return NULL;
}

/* Appends events until there are enough bytes; returns how many. */
static int
add_messages(const struct call *call, struct buf *buf,
             const struct rows *rows)
{
    int n = 0;
    for (; n < rows_count(rows) && buf->len < STREAM_BYTES; n++) {
        event_write_message(call, buf, rows, n);
    }
    return n;
}

static int
add_list(struct call *call, const struct rows *rows)
{
    struct buf *body = call_answer(call, 200);
    int n = 0;
    buf_adds(body, "{\"events\":[");
    for (; n < rows_count(rows) && body->len < LIST_BYTES; n++) {
        buf_adds(body, n == 0 ? "" : ",");
        event_write(call, body, rows, n);
    }
    buf_addf(body, "],\"cursor\":\"%" PRId64 "\"}",
             rows_int(rows, n - 1, 0));
    return n;
}

static void
finish_question(struct job *job)
{
    struct call *call = job->owner;
    struct watch *watch = watch_of(call);
    const struct rows *rows = &job->rows[0];
    job->err = check_bounds(call, job->arena, &job->rows[1]);
    if (job->err != NULL) {
        return;
    }
    if (rows_count(rows) == 0) {
        watch->cursor = watch->upto;
        return;
    }
    buf_init(&watch->text, &watch->memory, 4096);
    int n = watch->stream ? add_messages(call, &watch->text, rows)
                          : add_list(call, rows);
    watch->n_found = (size_t) n;
    watch->cursor = rows_int(rows, n - 1, 0);
}

void
events_ask(struct call *call)
{
    struct watch *watch = watch_of(call);
    struct arena *arena = &watch->memory;
    int64_t upto = feed_watermark(call->feed);
    if (watch->scope == EVENTS_OF_SOME && upto > watch->cursor + WIDE_SPAN) {
        upto = watch->cursor + WIDE_SPAN;
    }
    /* Another process may have seen more than this one. */
    watch->upto = upto > watch->cursor ? upto : watch->cursor;
    watch->n_found = 0;
    arena_done(arena);
    struct query *queries = ARENA_ARRAY(arena, struct query, 2);
    const char **params = ARENA_ARRAY(arena, const char *, N_PARAMS);
    params[0] = arena_printf(arena, "%" PRId64, watch->cursor);
    params[1] = arena_printf(arena, "%" PRId64, watch->upto);
    params[2] = arena_printf(arena, "%" PRId64, watch->limit);
    memcpy(params + 3, watch->arrays, sizeof watch->arrays);
    queries[0] = (struct query){page_of(watch)->sql, params, N_PARAMS};
    queries[1] = QUERY0(events_bounds);
    struct job *job = ARENA_NEW(arena, struct job);
    job->lane = LANE_READ;
    job->arena = arena;
    job->owner = call;
    job->queries = queries;
    job->n_queries = 2;
    job->finish = finish_question;
    call->job = job;
}

bool
events_found(const struct call *call)
{
    return watch_of(call)->n_found > 0;
}

bool
events_expected(struct call *call)
{
    struct watch *watch = watch_of(call);
    int64_t upto;
    if (feed_may_have(call->feed, &watch->filter, watch->cursor, &upto)) {
        return true;
    }
    watch->cursor = upto > watch->cursor ? upto : watch->cursor;
    return false;
}

static void
answer_cursor(struct call *call, int64_t cursor)
{
    buf_addf(call_answer(call, 200), "{\"events\":[],\"cursor\":\"%" PRId64
             "\"}", cursor);
}

void
events_answer_none(struct call *call)
{
    answer_cursor(call, watch_of(call)->cursor);
}

void
events_write_begin(const struct call *call, struct buf *buf)
{
    const struct watch *watch = watch_of(call);
    buf_addf(buf, "retry: %d\n", RETRY_MS);
    if (watch->n_found == 0) {
        buf_addf(buf, "id: %" PRId64 "\n\n", watch->cursor);
    } else {
        buf_put(buf, '\n');
        buf_add(buf, watch->text.data, watch->text.len);
    }
}

/* The id is taken over although there is no event (WHATWG HTML, 9.2.6): who
 * reads few of many comes back behind what does not concern it. */
void
events_write_beat(const struct call *call, struct buf *buf)
{
    buf_addf(buf, ":\nid: %" PRId64 "\n\n", watch_of(call)->cursor);
}

/* --- the operation */

static bool
wants_stream(const struct call *call)
{
    return call->accept != NULL &&
           strcasestr(call->accept, "text/event-stream") != NULL;
}

static void
end_watch(void *object)
{
    struct watch *watch = object;
    arena_done(&watch->memory);
}

struct err *
events_list(struct call *call)
{
    struct watch *watch = ARENA_NEW(call->arena, struct watch);
    bool now;
    watch->stream = wants_stream(call);
    TRY(events_query_read(call, watch, &now));
    if (now && !watch->stream &&
        watch->until_us <= clock_monotonic_us()) {
        answer_cursor(call, watch->cursor);
        return NULL;
    }
    if (watch->stream && watch->limit > STREAM_EVENTS) {
        watch->limit = STREAM_EVENTS;
    }
    arena_init(&watch->memory, WATCH_MEMORY);
    arena_defer(call->arena, end_watch, watch);
    call->watch = watch;
    events_ask(call);
    return NULL;
}
