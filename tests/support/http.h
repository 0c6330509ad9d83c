/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small HTTP/1.1 client that sends exactly the bytes it is told to, so that
 * tests can also send what no library would.  api.h is the comfortable one.
 */
#ifndef SUPPORT_HTTP_H
#define SUPPORT_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"

struct arena;

struct http {
    int fd;        /* -1: not connected. */
    void *tls;     /* Its GnuTLS session, or NULL. */
    struct buf in; /* Received and not yet taken. */
};

struct http_answer {
    int status;       /* 0: none came. */
    const char *head; /* Status line and headers, each ending in CR LF. */
    const char *body; /* NUL-terminated, without any transfer coding. */
    size_t size;
};

/* Connects to 'url' ("http://127.0.0.1:9696", "https://127.0.0.1:9696",
 * "unix:/path"); answers will be kept in 'arena'.  False when nobody listens
 * there, or the handshake fails. */
bool http_open(struct http *http, struct arena *arena, const char *url);
void http_close(struct http *http);

/* False when the other side has gone away. */
bool http_send(struct http *http, const void *bytes, size_t size);
bool http_sends(struct http *http, const char *text);

/* Receives the answer to a request with 'method'.  False when the connection
 * ends or 30 seconds pass before the answer is whole. */
bool http_receive(struct http *http, const char *method,
                  struct http_answer *ret_answer);

/* True when something has come, or comes within 'timeout_ms'. */
bool http_readable(struct http *http, int timeout_ms);

/* True when the other side closes the connection within 'timeout_ms'. */
bool http_ends(struct http *http, int timeout_ms);

/* The value of header 'name' in 'arena', or NULL. */
const char *http_header(struct arena *arena, const struct http_answer *answer,
                        const char *name);

#endif
