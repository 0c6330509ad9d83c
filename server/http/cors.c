/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cross-origin requests.
 */
#include "http/cors.h"

#include <microhttpd.h>
#include <string.h>

#include "core/settings.h"
#include "http/request.h"
#include "net/origin.h"

/* What pages may send and read beyond what any page may. */
#define SENT "Authorization, Content-Type, If-Match, If-None-Match, "      \
             "Idempotency-Key, Dry-Run, Last-Event-ID, X-Auth-Token, "     \
             "X-Project-Id, X-Openstack-Request-Id, X-SDN"
#define READ "Allow, Dry-Run, ETag, Idempotent-Replayed, Retry-After, " \
             "X-Openstack-Request-Id, X-Tenet-Cursor, X-Total-Count"
#define MAX_AGE_S "600"

static bool
is_any(const char *origins)
{
    return strcmp(origins, "*") == 0;
}

void
cors_read(struct request *request)
{
    const char *origins = request->context->settings->cors_origins;
    const char *origin = request->headers.origin;
    if (origins[0] == '\0' || origin == NULL) {
        return;
    }
    if (origins_contain(origins, origin)) {
        request->allowed_origin = is_any(origins) ? "*" : origin;
        request->headers.origin = NULL;
    }
}

static void
add(struct MHD_Response *response, const char *name, const char *value)
{
    (void) MHD_add_response_header(response, name, value);
}

void
cors_add(struct MHD_Response *response, const struct request *request)
{
    const char *origins = request->context->settings->cors_origins;
    const struct headers *headers = &request->headers;
    if (origins[0] == '\0') {
        return;
    }
    if (!is_any(origins)) {
        add(response, "Vary", "Origin");
    }
    if (request->allowed_origin == NULL) {
        return;
    }
    add(response, "Access-Control-Allow-Origin", request->allowed_origin);
    if (strcmp(request->method, "OPTIONS") != 0 ||
        headers->request_method == NULL) {
        add(response, "Access-Control-Expose-Headers", READ);
        return;
    }
    add(response, "Access-Control-Allow-Methods",
        request->call.answer.allow == NULL ? "GET"
                                           : request->call.answer.allow);
    add(response, "Access-Control-Allow-Headers", SENT);
    add(response, "Access-Control-Max-Age", MAX_AGE_S);
}
