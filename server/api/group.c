/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Group operations: what is asked, on the HTTP loop, and the answers.
 * group_body.c reads the body, group_run.c has the transaction.
 */
#include "api/group.h"

#include "api/failure.h"
#include "api/verbs.h"
#include "core/arena.h"
#include "group_internal.h"

/* --- answers */

static void
add_result(struct buf *body, const struct group_write *group,
           const struct group_item *item)
{
    bool put = group->write.verb == WRITE_UPDATE;
    int status = item->err != NULL ? err_status(item->err->kind)
                 : put             ? 200
                                   : 204;
    buf_adds(body, "{\"id\":");
    buf_adds_json(body, item->id);
    buf_addf(body, ",\"status\":%d", status);
    if (item->err != NULL) {
        buf_adds(body, ",\"error\":");
        failure_write(body, item->err);
    } else if (put) {
        buf_addf(body, ",\"%s\":", group->write.resource->table.name);
        buf_adds(body, item->json);
    }
    buf_put(body, '}');
}

static void
answer_results(struct call *call, const struct group_write *group)
{
    struct buf *body = call_answer(call, 207);
    buf_adds(body, "{\"results\":[");
    for (size_t i = 0; i < group->write.n; i++) {
        buf_adds(body, i == 0 ? "" : ",");
        add_result(body, group, &group->items[i]);
    }
    buf_adds(body, "]}");
}

static void
answer_objects(struct call *call, const struct group_write *group)
{
    struct buf *body = call_answer(call, 200);
    buf_addf(body, "{\"%s\":[", group->write.resource->table.plural);
    for (size_t i = 0; i < group->write.n; i++) {
        buf_adds(body, i == 0 ? "" : ",");
        buf_adds(body, group->items[i].json);
    }
    buf_adds(body, "]}");
}

static struct err *
complete(struct call *call)
{
    const struct group_write *group = (const struct group_write *) call->job;
    if (!group->atomic) {
        answer_results(call, group);
    } else if (group->write.verb == WRITE_UPDATE) {
        answer_objects(call, group);
    } else {
        call_answer(call, 204);
    }
    return NULL;
}

/* --- jobs */

static struct err *
leave_job(struct call *call, enum write_verb verb)
{
    bool atomic;
    struct group_item *items;
    size_t n;
    TRY(call_require_writer(call));
    if (call->if_match != NULL) {
        return err_new(call->arena, ERR_BAD_REQUEST,
                       "If-Match is for one object: give \"revision_number\" "
                       "in each item instead");
    }
    TRY(call_param_bool(call, "atomic", true, &atomic));
    TRY(group_read(call, atomic, verb == WRITE_UPDATE, &items, &n));
    struct group_write *group = ARENA_NEW(call->arena, struct group_write);
    group->write = *verb_new_write(call, verb);
    group->write.job.run = group_run;
    group->write.n = n;
    group->write.ids = ARENA_ARRAY(call->arena, const char *, n);
    for (size_t i = 0; i < n; i++) {
        group->write.ids[i] = items[i].id;
    }
    group->atomic = atomic;
    group->items = items;
    call->job = &group->write.job;
    call->complete = complete;
    return NULL;
}

struct err *
group_update(struct call *call)
{
    return leave_job(call, WRITE_UPDATE);
}

struct err *
group_delete(struct call *call)
{
    return leave_job(call, WRITE_DELETE);
}
