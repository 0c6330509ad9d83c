/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The headers of a request: those that mean something here, and those that
 * would mean another request to somebody else on the way.
 */
#include <strings.h>

#include "core/settings.h"
#include "http/cors.h"
#include "http/forward.h"
#include "http/request.h"

#define HEADERS_MAX (32u << 10)

static const struct {
    const char *name;
    size_t offset;
} known[] = {
    {"Host", offsetof(struct headers, host)},
    {"Origin", offsetof(struct headers, origin)},
    {"X-Auth-Token", offsetof(struct headers, token)},
    {"Authorization", offsetof(struct headers, authorization)},
    {"X-Subject-Token", offsetof(struct headers, subject_token)},
    {"X-Project-Id", offsetof(struct headers, project_id)},
    {"X-User-Id", offsetof(struct headers, user_id)},
    {"X-Roles", offsetof(struct headers, roles)},
    {"If-Match", offsetof(struct headers, if_match)},
    {"If-None-Match", offsetof(struct headers, if_none_match)},
    {"Idempotency-Key", offsetof(struct headers, idempotency_key)},
    {"Dry-Run", offsetof(struct headers, dry_run)},
    {"X-SDN", offsetof(struct headers, sdn)},
    {"Accept", offsetof(struct headers, accept)},
    {"Last-Event-ID", offsetof(struct headers, last_event_id)},
    {"Accept-Encoding", offsetof(struct headers, accept_encoding)},
    {"X-Forwarded-Proto", offsetof(struct headers, forwarded_proto)},
    {"X-Forwarded-Host", offsetof(struct headers, forwarded_host)},
    {"X-Forwarded-For", offsetof(struct headers, forwarded_for)},
    {"X-Forwarded-Port", offsetof(struct headers, forwarded_port)},
    {"X-Openstack-Request-Id", offsetof(struct headers, request_id)},
    {"Access-Control-Request-Method",
     offsetof(struct headers, request_method)},
    {"Content-Length", offsetof(struct headers, content_length)},
    {"Transfer-Encoding", offsetof(struct headers, transfer_encoding)},
};

/* The headers that say where a request ends or whom it is for: given twice,
 * two readers on the way may each believe another one (RFC 9112 6.3, 3.2). */
static bool
is_unique(const char *key)
{
    return strcasecmp(key, "Host") == 0 ||
           strcasecmp(key, "Content-Length") == 0 ||
           strcasecmp(key, "Idempotency-Key") == 0 ||
           strcasecmp(key, "Dry-Run") == 0 ||
           strcasecmp(key, "Transfer-Encoding") == 0;
}

static bool
is_forwarded(const char *key)
{
    return strncasecmp(key, "X-Forwarded-", strlen("X-Forwarded-")) == 0;
}

void
headers_add(struct request *request, const char *key, const char *value)
{
    struct headers *headers = &request->headers;
    headers->size += strlen(key) + strlen(value) + 4; /* ": " and CRLF. */
    if (strpbrk(key, " \t") != NULL) {
        /* RFC 9112 5.1: another reader may see another header here. */
        request->warning = "a header name contains a blank";
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if ((key[0] ^ known[i].name[0]) & ~0x20 ||
            strcasecmp(key, known[i].name) != 0) {
            continue;
        }
        const char **field =
            (const char **) (void *) ((char *) headers + known[i].offset);
        if (*field != NULL && is_unique(key)) {
            request->warning =
                arena_printf(&request->arena, "%s stands twice", key);
        }
        /* Several lines are one list (RFC 9110 5.3). */
        bool goes_on = *field != NULL && is_forwarded(key);
        *field = goes_on ? arena_printf(&request->arena, "%s, %s", *field,
                                        value)
                         : arena_strdup(&request->arena, value);
    }
}

void
headers_check(struct request *request)
{
    const struct headers *headers = &request->headers;
    int64_t max = request->context->settings->max_body;
    forward_read(request);
    cors_read(request);
    if (headers->transfer_encoding != NULL) {
        if (headers->content_length != NULL) {
            request->warning =
                "Content-Length and Transfer-Encoding stand together";
        } else if (strcasecmp(headers->transfer_encoding, "chunked") != 0) {
            request->warning = "Transfer-Encoding is not \"chunked\"";
        }
    }
    if (headers->size > HEADERS_MAX) {
        request->err = err_new(&request->arena, ERR_HEADERS_TOO_LARGE,
                               "the headers are longer than %u bytes",
                               HEADERS_MAX);
    }
    if (headers->content_length != NULL &&
        strtoull(headers->content_length, NULL, 10) >
            (unsigned long long) max) {
        request->err = err_new(&request->arena, ERR_TOO_LARGE,
                               "the body is longer than %lld bytes",
                               (long long) max);
    }
}
