/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers on the wire.
 */
#include "http/response.h"

#include <microhttpd.h>

#include "http/cors.h"
#include "http/forward.h"
#include "http/parked.h"
#include "http/request.h"

#define STREAM_BLOCK 1024 /* Only HTTP/1.0 is sent in such blocks. */
#define RETRY_AFTER_S "1"

static void
add(struct MHD_Response *response, const char *name, const char *value)
{
    (void) MHD_add_response_header(response, name, value);
}

/* What keeps an answer from being taken for anything but data for its
 * client.  What has an ETag may be kept, and must be asked for again. */
static void
add_security(struct MHD_Response *response, const struct request *request)
{
    const struct answer *answer = &request->call.answer;
    add(response, "Cache-Control",
        answer->etag != NULL && !request->parking.streams
            ? "private, no-cache"
            : "no-store");
    add(response, "X-Content-Type-Options", "nosniff");
    add(response, "Referrer-Policy", "no-referrer");
    add(response, "Content-Security-Policy",
        "default-src 'none'; frame-ancestors 'none'");
    if (forward_is_secure(request)) {
        add(response, "Strict-Transport-Security", "max-age=31536000");
    }
}

static void
add_headers(struct MHD_Response *response, const struct request *request,
            bool last)
{
    const struct answer *answer = &request->call.answer;
    bool stream = request->parking.streams;
    if (answer->body.len > 0 || stream) {
        add(response, "Content-Type",
            answer->content_type == NULL ? "application/json"
                                         : answer->content_type);
    }
    add(response, "X-Openstack-Request-Id", request->call.request_id);
    if (answer->cursor != NULL) {
        add(response, "X-Tenet-Cursor", answer->cursor);
    }
    if (stream) {
        add(response, "X-Accel-Buffering", "no"); /* For nginx. */
    }
    if (answer->etag != NULL) {
        add(response, "ETag", answer->etag);
    }
    if (request->gzipped) {
        add(response, "Content-Encoding", "gzip");
    }
    if (answer->body.len > 0) {
        add(response, "Vary", "Accept-Encoding");
    }
    if (answer->total != NULL) {
        add(response, "X-Total-Count", answer->total);
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
    if (answer->subject_token != NULL) {
        add(response, "X-Subject-Token", answer->subject_token);
    }
    if (answer->status == 503 || answer->status == 429) {
        add(response, "Retry-After",
            answer->retry_after == NULL ? RETRY_AFTER_S
                                        : answer->retry_after);
    }
    if (answer->status == 401) {
        add(response, "WWW-Authenticate",
            identity_challenge(request->context->identity));
    }
    add_security(response, request);
    cors_add(response, request);
    if (last) {
        add(response, "Connection", "close");
    }
}

/* The library wants more of a stream: there is some, or the connection sleeps
 * until there is. */
static ssize_t
read_stream(void *arg, uint64_t position, char *text, size_t max)
{
    struct request *request = arg;
    struct parked *parked = request->context->parked;
    ptrdiff_t n = parked_read(parked, request, text, max);
    (void) position;
    if (n < 0) {
        return MHD_CONTENT_READER_END_OF_STREAM;
    }
    if (n == 0) {
        MHD_suspend_connection(request->connection);
        parked_wait(parked, request);
    }
    return n;
}

/* The request's arena outlives the response: see server.c. */
static struct MHD_Response *
new_response(struct request *request)
{
    const struct buf *body = &request->call.answer.body;
    return request->parking.streams
               ? MHD_create_response_from_callback(MHD_SIZE_UNKNOWN,
                                                   STREAM_BLOCK, read_stream,
                                                   request, NULL)
               : MHD_create_response_from_buffer(body->len, body->data,
                                                 MHD_RESPMEM_PERSISTENT);
}

bool
response_send(struct MHD_Connection *connection, struct request *request,
              bool last)
{
    struct MHD_Response *response = new_response(request);
    if (response == NULL) {
        return false;
    }
    /* The library ends a body of chunks even where HEAD gets none: nobody
     * may take that for the beginning of the next answer. */
    bool stray = request->parking.streams &&
                 strcmp(request->method, "HEAD") == 0;
    add_headers(response, request, last || stray);
    enum MHD_Result result = MHD_queue_response(
        connection, (unsigned) request->call.answer.status, response);
    MHD_destroy_response(response);
    return result == MHD_YES;
}
