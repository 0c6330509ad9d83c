/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sockets and the framing of answers (RFC 9112 section 6).
 */
#include "support/http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/arena.h"
#include "support/tls.h"

#define PATIENCE_S 30

static int
connect_to(const struct sockaddr *address, socklen_t size)
{
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval patience = {.tv_sec = PATIENCE_S};
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (connect(fd, address, size) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static int
connect_ip(const char *host, int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t) port)};
    return inet_pton(AF_INET, host, &address.sin_addr) == 1
               ? connect_to((struct sockaddr *) &address, sizeof(address))
               : -1;
}

static int
connect_unix(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    return connect_to((struct sockaddr *) &address, sizeof(address));
}

bool
http_open(struct http *http, struct arena *arena, const char *url)
{
    char host[64];
    int port = 0;
    buf_init(&http->in, arena, 4096);
    http->fd = -1;
    http->tls = NULL;
    if (strncmp(url, "unix:", 5) == 0) {
        http->fd = connect_unix(url + 5);
    } else if (sscanf(url, "%*[a-z]://%63[0-9.]:%d", host, &port) == 2) {
        http->fd = connect_ip(host, port);
    }
    if (http->fd >= 0 && strncmp(url, "https:", 6) == 0) {
        http->tls = tls_open(http->fd);
        if (http->tls == NULL) {
            http_close(http);
        }
    }
    return http->fd >= 0;
}

void
http_close(struct http *http)
{
    if (http->tls != NULL) {
        tls_close(http->tls);
        http->tls = NULL;
    }
    if (http->fd >= 0) {
        close(http->fd);
        http->fd = -1;
    }
}

bool
http_send(struct http *http, const void *bytes, size_t size)
{
    const char *next = bytes;
    while (size > 0) {
        ssize_t n = http->tls != NULL
                        ? tls_send(http->tls, next, size)
                        : send(http->fd, next, size, MSG_NOSIGNAL);
        if (n <= 0) {
            return false;
        }
        next += n;
        size -= (size_t) n;
    }
    return true;
}

bool
http_sends(struct http *http, const char *text)
{
    return http_send(http, text, strlen(text));
}

/* Receives more bytes; false at the end of the stream. */
static bool
receive_more(struct http *http)
{
    char bytes[16384];
    ssize_t n = http->tls != NULL
                    ? tls_receive(http->tls, bytes, sizeof(bytes))
                    : recv(http->fd, bytes, sizeof(bytes), 0);
    if (n <= 0) {
        return false;
    }
    buf_add(&http->in, bytes, (size_t) n);
    return true;
}

/* Takes the first 'size' received bytes, which are there. */
static const char *
take(struct http *http, size_t size)
{
    struct buf *in = &http->in;
    char *taken = arena_alloc(in->arena, size + 1);
    memcpy(taken, in->data, size);
    memmove(in->data, in->data + size, in->len - size);
    buf_truncate(in, in->len - size);
    return taken;
}

static const char *
take_exactly(struct http *http, size_t size)
{
    while (http->in.len < size) {
        if (!receive_more(http)) {
            return NULL;
        }
    }
    return take(http, size);
}

/* Takes everything up to and including 'end'. */
static const char *
take_until(struct http *http, const char *end)
{
    const char *found;
    while ((found = memmem(http->in.data, http->in.len, end, strlen(end))) ==
           NULL) {
        if (!receive_more(http)) {
            return NULL;
        }
    }
    return take(http, (size_t) (found - http->in.data) + strlen(end));
}

static bool
receive_chunks(struct http *http, struct http_answer *answer)
{
    struct buf body;
    buf_init(&body, http->in.arena, 4096);
    for (;;) {
        const char *line = take_until(http, "\r\n");
        size_t size = line == NULL ? 0 : strtoul(line, NULL, 16);
        const char *chunk =
            line == NULL ? NULL : take_exactly(http, size + 2);
        if (chunk == NULL) {
            return false;
        }
        if (size == 0) {
            break;
        }
        buf_add(&body, chunk, size);
    }
    answer->body = body.data;
    answer->size = body.len;
    return true;
}

static bool
receive_body(struct http *http, const char *method,
             struct http_answer *answer)
{
    struct arena *arena = http->in.arena;
    const char *length = http_header(arena, answer, "Content-Length");
    answer->body = "";
    answer->size = 0;
    if (strcmp(method, "HEAD") == 0 || answer->status == 204 ||
        answer->status == 304) {
        return true;
    }
    if (http_header(arena, answer, "Transfer-Encoding") != NULL) {
        return receive_chunks(http, answer);
    }
    if (length != NULL) {
        answer->size = strtoul(length, NULL, 10);
        answer->body = take_exactly(http, answer->size);
        return answer->body != NULL;
    }
    while (receive_more(http)) {
    }
    answer->size = http->in.len;
    answer->body = take(http, answer->size);
    return true;
}

bool
http_receive(struct http *http, const char *method,
             struct http_answer *ret_answer)
{
    *ret_answer = (struct http_answer){0};
    do {
        ret_answer->head = take_until(http, "\r\n\r\n");
        if (ret_answer->head == NULL ||
            sscanf(ret_answer->head, "HTTP/1.%*d %d", &ret_answer->status) !=
                1) {
            return false;
        }
    } while (ret_answer->status == 100);
    return receive_body(http, method, ret_answer);
}

bool
http_readable(struct http *http, int timeout_ms)
{
    struct pollfd pollfd = {.fd = http->fd, .events = POLLIN};
    return http->in.len > 0 ||
           (http->tls != NULL && tls_has_more(http->tls)) ||
           poll(&pollfd, 1, timeout_ms) > 0;
}

bool
http_ends(struct http *http, int timeout_ms)
{
    struct pollfd pollfd = {.fd = http->fd, .events = POLLIN};
    while (poll(&pollfd, 1, timeout_ms) > 0) {
        if (!receive_more(http)) {
            return true;
        }
    }
    return false;
}

const char *
http_header(struct arena *arena, const struct http_answer *answer,
            const char *name)
{
    size_t len = strlen(name);
    const char *line = answer->head == NULL ? NULL : answer->head;
    while (line != NULL && (line = strstr(line, "\r\n")) != NULL) {
        line += 2;
        if (strncasecmp(line, name, len) == 0 && line[len] == ':') {
            const char *value = line + len + 1;
            value += strspn(value, " \t");
            return arena_strndup(arena, value, strcspn(value, "\r"));
        }
    }
    return NULL;
}
