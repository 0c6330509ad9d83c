/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the change feed: lists that wait, and server-sent events.
 */
#ifndef SUPPORT_STREAM_H
#define SUPPORT_STREAM_H

#include "support/api.h"
#include "support/http.h"
#include "support/server.h"

struct stream {
    struct http http;
    const char *head; /* Status line and headers. */
    int status;
    struct buf text;  /* Received, without chunks, and not yet taken. */
};

/* A message of a stream; NULL: has no such field. */
struct message {
    const char *id;
    const char *event;
    const char *data;
    const char *retry;
    bool comment; /* It has one. */
};

/* Asks for a stream of GET 'path' as the session; 'headers' are more header
 * lines. */
void stream_open(struct stream *ret_stream, const char *path,
                 const char *headers);
void stream_close(struct stream *stream);

/* The next message; false when none comes in 'timeout_ms', or the stream has
 * ended. */
bool stream_next(struct stream *stream, int timeout_ms,
                 struct message *ret_message);

/* True when the server ends the stream within 'timeout_ms'. */
bool stream_ends(struct stream *stream, int timeout_ms);

/* The cursor of now; GET of events behind 'cursor' with more of a query. */
const char *cursor_now(void);
struct reply events_behind(const char *cursor, const char *query);

/* A database of the test's own, and a server on it, with two more arguments
 * or NULL. */
const char *feed_database(void);
struct server feed_server(const char *url, const char *flag,
                          const char *value);

#endif
