/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers on the wire.
 */
#include "http/response.h"

#include <microhttpd.h>

#include "http/request.h"

#define RETRY_AFTER_S "1"

static void
add(struct MHD_Response *response, const char *name, const char *value)
{
    (void) MHD_add_response_header(response, name, value);
}

static void
add_headers(struct MHD_Response *response, const struct request *request,
            bool last)
{
    const struct answer *answer = &request->call.answer;
    if (answer->body.len > 0) {
        add(response, "Content-Type",
            answer->content_type == NULL ? "application/json"
                                         : answer->content_type);
    }
    add(response, "X-Openstack-Request-Id", request->call.request_id);
    if (answer->etag != NULL) {
        add(response, "ETag", answer->etag);
    }
    if (request->gzipped) {
        add(response, "Content-Encoding", "gzip");
    }
    if (answer->body.len > 0) {
        add(response, "Vary", "Accept-Encoding");
    }
    if (answer->allow != NULL) {
        add(response, "Allow", answer->allow);
    }
    if (answer->replayed) {
        add(response, "Idempotent-Replayed", "true");
    }
    if (request->call.dry_run) {
        add(response, "Dry-Run", "true");
    }
    if (answer->status == 503) {
        add(response, "Retry-After", RETRY_AFTER_S);
    }
    if (answer->status == 401) {
        add(response, "WWW-Authenticate", "Token");
    }
    if (last) {
        add(response, "Connection", "close");
    }
}

bool
response_send(struct MHD_Connection *connection,
              const struct request *request, bool last)
{
    const struct buf *body = &request->call.answer.body;
    /* The request's arena outlives the response: see server.c. */
    struct MHD_Response *response = MHD_create_response_from_buffer(
        body->len, body->data, MHD_RESPMEM_PERSISTENT);
    if (response == NULL) {
        return false;
    }
    add_headers(response, request, last);
    enum MHD_Result result = MHD_queue_response(
        connection, (unsigned) request->call.answer.status, response);
    MHD_destroy_response(response);
    return result == MHD_YES;
}
