/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader of server-sent events (WHATWG HTML, 9.2) over chunks.
 */
#include "support/stream.h"

#include <poll.h>
#include <sys/socket.h>

#include "core/arena.h"
#include "core/clock.h"
#include "support/db.h"

static void
take(struct buf *buf, size_t size)
{
    memmove(buf->data, buf->data + size, buf->len - size);
    buf_truncate(buf, buf->len - size);
}

/* Receives what there is within 'timeout_ms'; false at the end. */
static bool
receive(struct stream *stream, int timeout_ms)
{
    char bytes[16384];
    struct pollfd pollfd = {.fd = stream->http.fd, .events = POLLIN};
    if (poll(&pollfd, 1, timeout_ms) <= 0) {
        return false;
    }
    ssize_t n = recv(stream->http.fd, bytes, sizeof(bytes), 0);
    if (n <= 0) {
        return false;
    }
    buf_add(&stream->http.in, bytes, (size_t) n);
    return true;
}

/* Moves whole chunks from what was received to the text. */
static void
take_chunks(struct stream *stream)
{
    struct buf *in = &stream->http.in;
    for (;;) {
        const char *end = memmem(in->data, in->len, "\r\n", 2);
        size_t size = end == NULL ? 0 : strtoul(in->data, NULL, 16);
        size_t head = end == NULL ? 0 : (size_t) (end - in->data) + 2;
        if (size == 0 || in->len < head + size + 2) {
            return;
        }
        buf_add(&stream->text, in->data + head, size);
        take(in, head + size + 2);
    }
}

void
stream_open(struct stream *ret_stream, const char *path, const char *headers)
{
    const struct session *asker = session();
    *ret_stream = (struct stream){.status = 0};
    buf_init(&ret_stream->text, session_arena(), 4096);
    cr_assert(http_open(&ret_stream->http, session_arena(), asker->url));
    cr_assert(http_sends(
        &ret_stream->http,
        text("GET %s HTTP/1.1\r\nHost: localhost\r\nX-Project-Id: %s\r\n"
             "X-Roles: %s\r\nAccept: text/event-stream\r\n%s\r\n", path,
             asker->project, asker->roles == NULL ? "admin" : asker->roles,
             headers)));
    struct buf *in = &ret_stream->http.in;
    char *end = NULL;
    while ((end = memmem(in->data, in->len, "\r\n\r\n", 4)) == NULL) {
        cr_assert(receive(ret_stream, 5000), "no answer to %s", path);
    }
    size_t size = (size_t) (end - in->data) + 4;
    ret_stream->head = arena_strndup(session_arena(), in->data, size);
    cr_assert_eq(sscanf(ret_stream->head, "HTTP/1.1 %d",
                        &ret_stream->status), 1);
    take(in, size);
}

void
stream_close(struct stream *stream)
{
    http_close(&stream->http);
}

/* Takes one line of a message. */
static void
take_field(const char *line, struct message *message)
{
    static const struct {
        const char *name;
        size_t offset;
    } fields[] = {{"id: ", offsetof(struct message, id)},
                  {"event: ", offsetof(struct message, event)},
                  {"data: ", offsetof(struct message, data)},
                  {"retry: ", offsetof(struct message, retry)}};
    message->comment = message->comment || line[0] == ':';
    for (size_t i = 0; i < 4; i++) {
        size_t len = strlen(fields[i].name);
        if (strncmp(line, fields[i].name, len) == 0) {
            *(const char **) (void *) ((char *) message + fields[i].offset) =
                line + len;
        }
    }
}

static void
parse(char *lines, struct message *ret_message)
{
    *ret_message = (struct message){0};
    while (*lines != '\0') {
        size_t len = strcspn(lines, "\n");
        bool more = lines[len] == '\n';
        lines[len] = '\0';
        take_field(lines, ret_message);
        lines += len + (more ? 1 : 0);
    }
}

bool
stream_next(struct stream *stream, int timeout_ms,
            struct message *ret_message)
{
    int64_t end_us = clock_monotonic_us() + timeout_ms * INT64_C(1000);
    const char *end;
    take_chunks(stream);
    while ((end = strstr(stream->text.data, "\n\n")) == NULL) {
        int64_t left = (end_us - clock_monotonic_us()) / 1000;
        if (left <= 0 || !receive(stream, (int) left)) {
            return false;
        }
        take_chunks(stream);
    }
    size_t size = (size_t) (end - stream->text.data);
    parse(arena_strndup(session_arena(), stream->text.data, size),
          ret_message);
    take(&stream->text, size + 2);
    return true;
}

bool
stream_ends(struct stream *stream, int timeout_ms)
{
    int64_t end_us = clock_monotonic_us() + timeout_ms * INT64_C(1000);
    while (memmem(stream->http.in.data, stream->http.in.len, "0\r\n\r\n",
                  5) == NULL) {
        int64_t left = (end_us - clock_monotonic_us()) / 1000;
        if (left <= 0 || !receive(stream, (int) left)) {
            return false;
        }
        take_chunks(stream);
    }
    return true;
}

const char *
cursor_now(void)
{
    struct reply r = api(GET, "/v2.0/events?since=now");
    expect_status(&r, 200);
    return text_at(&r, "cursor");
}

struct reply
events_behind(const char *cursor, const char *query)
{
    struct reply r = api(GET, "/v2.0/events?since=%s%s%s", cursor,
                         query[0] == '\0' ? "" : "&", query);
    expect_status(&r, 200);
    return r;
}

const char *
feed_database(void)
{
    char output[4096];
    const char *url = db_create();
    int status = server_run(output, sizeof(output), "migrate",
                            "--database-url", url);
    cr_assert_eq(status, 0, "%s", output);
    return url;
}

struct server
feed_server(const char *url, const char *flag, const char *value)
{
    const char *const args[] = {"serve", "--database-url", url, "--listen",
                                "127.0.0.1:0", flag, value, NULL};
    struct server server;
    cr_assert(server_start(&server, args, text("%s/log", test_dir())));
    return server;
}
