/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last touch to an answer.  response.c sends it.
 */
#include "http/answer.h"

#include <zlib.h>

#include "api/failure.h"
#include "core/digest.h"
#include "core/log.h"
#include "http/request.h"

#define GZIP_MIN 4096  /* Bytes; below, the header costs more than it saves. */
#define GZIP_LEVEL 1   /* Lists are repetitive: more effort gains little. */

static void
render_error(struct request *request)
{
    const struct err *err = request->err;
    struct buf *body = call_answer(&request->call, err_status(err->kind));
    request->call.answer.content_type = NULL;
    request->call.answer.etag_of_body = false;
    request->call.answer.cursor = NULL;
    if (call_is_identity(&request->call)) {
        failure_write_identity(body, err);
        return;
    }
    buf_adds(body, "{\"NeutronError\":");
    failure_write(body, err);
    if (err->beside != NULL) {
        buf_put(body, ',');
        buf_adds(body, err->beside);
    }
    buf_put(body, '}');
}

/* True when the list of If-None-Match has 'etag' (RFC 9110 13.1.2). */
static bool
is_matched(const char *header, const char *etag)
{
    return header != NULL &&
           (strcmp(header, "*") == 0 || strstr(header, etag) != NULL);
}

static void
tag_body(struct request *request)
{
    struct answer *answer = &request->call.answer;
    char etag[DIGEST_ETAG_SIZE];
    digest_etag(answer->body.data, answer->body.len, etag);
    answer->etag = arena_strdup(&request->arena, etag);
    if (is_matched(request->headers.if_none_match, answer->etag)) {
        answer->status = 304;
        buf_truncate(&answer->body, 0);
    }
}

/* RFC 9110 12.5.3, as far as clients use it: "gzip" without ";q=0". */
static bool
accepts_gzip(const char *header)
{
    const char *found = header == NULL ? NULL : strstr(header, "gzip");
    return found != NULL && strncmp(found, "gzip;q=0", 8) != 0;
}

static void
compress_body(struct request *request)
{
    struct buf *body = &request->call.answer.body;
    z_stream stream = {0};
    if (body->len < GZIP_MIN ||
        !accepts_gzip(request->headers.accept_encoding) ||
        deflateInit2(&stream, GZIP_LEVEL, Z_DEFLATED, 15 + 16, 8,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        return;
    }
    size_t room = deflateBound(&stream, body->len);
    unsigned char *out = arena_alloc(&request->arena, room);
    stream.next_in = (unsigned char *) body->data;
    stream.avail_in = (unsigned) body->len;
    stream.next_out = out;
    stream.avail_out = (unsigned) room;
    if (deflate(&stream, Z_FINISH) == Z_STREAM_END) {
        body->data = (char *) out;
        body->len = stream.total_out;
        request->gzipped = true;
    }
    deflateEnd(&stream);
}

void
answer_finish(struct request *request)
{
    struct answer *answer = &request->call.answer;
    if (request->err != NULL) {
        render_error(request);
    } else if (answer->etag_of_body) {
        tag_body(request);
    }
    if (answer->status == 200 || answer->status == 201 ||
        answer->status == 207) {
        compress_body(request);
    }
}
