/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verb that shows one object.
 */
#include "api/embed.h"
#include "api/query.h"
#include "api/verbs.h"
#include "core/arena.h"
#include "db/render.h"

/* What is asked for, kept for the answer. */
struct showing {
    struct job job;
    struct list_query query;
    struct visibility visibility;
    struct lookup lookup;
};

static void
finish_show(struct job *job)
{
    const struct showing *showing = (const struct showing *) job;
    struct call *call = job->owner;
    const struct table *table = &call->resource->table;
    if (rows_count(&job->rows[0]) == 0) {
        job->err = resource_not_found(call->arena, call->resource, call->id);
        return;
    }
    struct buf *body = call_answer(call, 200);
    buf_addf(body, "{\"%s\":", table->name);
    render_row(body, table, &job->rows[0], 0, showing->query.mask);
    if (showing->query.embed != NULL) {
        embed_render(body, showing->query.embed, job->rows,
                     rows_text(&job->rows[0], 0,
                               sqlgen_column(table, ATTR_ID)));
    }
    buf_put(body, '}');
    call->answer.etag_of_body = true;
}

/* The object and what comes along with it. */
static void
read_all(struct call *call, struct showing *showing)
{
    const struct table *table = &call->resource->table;
    const struct predicate is_it = {"t.id = ?::uuid", call->id};
    const struct selection one = {.predicates = &is_it, .n_predicates = 1};
    const struct page page = {table, &one, &showing->visibility};
    struct query *queries =
        ARENA_ARRAY(call->arena, struct query, EMBED_N_SLOTS + 1);
    size_t n = 1;
    queries[0] = sqlgen_get(call->arena, table, &call->id, 1,
                            &showing->visibility, ROW_READ);
    embed_add_queries(call->arena, showing->query.embed, &page, queries, &n);
    call_read(call, queries, n, finish_show);
    showing->job = *call->job;
}

/* The object alone: one of many that are asked for at the same time. */
static void
look_up(struct call *call, struct showing *showing)
{
    showing->lookup = (struct lookup){&call->resource->table, call->id,
                                      showing->visibility};
    showing->job = (struct job){.lane = LANE_LOOK_UP,
                                .arena = call->arena,
                                .lookup = &showing->lookup,
                                .finish = finish_show};
}

struct err *
verb_show(struct call *call)
{
    struct showing *showing = ARENA_NEW(call->arena, struct showing);
    showing->visibility = call_visibility(call);
    TRY(verb_check_id(call));
    /* The parameters of a list must make sense even here. */
    TRY(query_read_list(call, &showing->query));
    if (showing->query.embed == NULL) {
        look_up(call, showing);
    } else {
        read_all(call, showing);
    }
    call->job = &showing->job;
    return NULL;
}
