/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What operations have in common.
 */
#include "api/call.h"

#include "core/arena.h"
#include "core/settings.h"
#include "db/feed.h"

bool
call_is_identity(const struct call *call)
{
    return call->is_identity;
}

const char *
call_param(const struct call *call, const char *key)
{
    for (size_t i = call->n_params; i > 0; i--) {
        if (strcmp(call->params[i - 1].key, key) == 0) {
            return call->params[i - 1].value;
        }
    }
    return NULL;
}

struct err *
call_param_bool(const struct call *call, const char *key, bool def,
                bool *ret_value)
{
    const struct attr attr = {.name = key, .type = TYPE_BOOL};
    const char *text = call_param(call, key);
    *ret_value = def;
    return text == NULL ? NULL
                        : type_of(TYPE_BOOL)->from_text(call->arena, &attr,
                                                        text, ret_value);
}

struct buf *
call_answer(struct call *call, int status)
{
    call->answer.status = status;
    buf_init(&call->answer.body, call->arena, 2048);
    return &call->answer.body;
}

bool
call_has_sdn(const struct call *call)
{
    return call->settings->sdns[0] != '\0';
}

struct visibility
call_visibility(const struct call *call)
{
    return (struct visibility){.all = caller_sees_all(&call->caller,
                                                      call->resource),
                               .project_id = call->caller.project_id};
}

void
call_tell_cursor(struct call *call)
{
    call->answer.cursor = arena_printf(
        call->arena, "%lld", (long long) feed_watermark(call->feed));
}

void
call_read(struct call *call, struct query *queries, size_t n,
          void (*finish)(struct job *job))
{
    struct job *job = ARENA_NEW(call->arena, struct job);
    job->lane = LANE_READ;
    job->arena = call->arena;
    job->owner = call;
    job->queries = queries;
    job->n_queries = n;
    job->finish = finish;
    call->job = job;
}

struct err *
call_require_writer(const struct call *call)
{
    if (!caller_may_change(&call->caller, call->resource)) {
        return err_new(call->arena, ERR_FORBIDDEN,
                       "this change is disallowed by policy: it needs the "
                       "role member or admin");
    }
    return NULL;
}

struct err *
call_require_admin(const struct call *call, const char *what)
{
    if (!call->caller.is_admin) {
        return err_new(call->arena, ERR_FORBIDDEN,
                       "%s is disallowed by policy: it needs the role admin",
                       what);
    }
    return NULL;
}
