/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Routes for those who run the server.
 */
#include "http/operations.h"

#include "api/openapi.h"
#include "core/arena.h"
#include "http/metrics.h"
#include "http/request.h"

struct err *
operations_health(struct call *call)
{
    buf_adds(call_answer(call, 200), "{\"status\":\"ok\"}");
    return NULL;
}

static void
finish_ready(struct job *job)
{
    buf_adds(call_answer(job->owner, 200), "{\"status\":\"ready\"}");
}

STATEMENT(operations_ping, "SELECT 1 FROM schema_migrations LIMIT 1");

struct err *
operations_ready(struct call *call)
{
    struct query *query = ARENA_NEW(call->arena, struct query);
    *query = QUERY0(operations_ping);
    call_read(call, query, 1, finish_ready);
    return NULL;
}

struct err *
operations_metrics(struct call *call)
{
    const struct request *request =
        (const struct request *) ((const char *) call -
                                  offsetof(struct request, call));
    metrics_write(request->context->metrics, request->context->lanes,
                  request->context->keeper, call_answer(call, 200));
    metrics_write_tokens(request->context->identity, &call->answer.body);
    metrics_write_feed(request->context->feed, request->context->parked,
                       &call->answer.body);
    metrics_write_limits(request->context->limits,
                         request->context->clients, &call->answer.body);
    metrics_write_tls(request->context->tls, &call->answer.body);
    call->answer.content_type = "text/plain; version=0.0.4; charset=utf-8";
    return NULL;
}

struct err *
operations_openapi(struct call *call)
{
    openapi_write(call_answer(call, 200), call->settings);
    call->answer.etag_of_body = true;
    return NULL;
}

/* route.c has found what the path takes. */
struct err *
operations_options(struct call *call)
{
    call_answer(call, 204);
    return NULL;
}
