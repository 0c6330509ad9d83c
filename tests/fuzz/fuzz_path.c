/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes paths: the first byte of the input picks the method, the rest is the
 * path.  What is found can be written as a path and is found again.
 */
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "http/route.h"
#include "promises.h"
#include "unit/api/by_hand.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
add_encoded(struct buf *buf, const char *text)
{
    for (; *text != '\0'; text++) {
        buf_addf(buf, "%%%02x", (unsigned char) *text);
    }
}

/* The path of 'call', by the pattern of its route. */
static const char *
write_path(struct call *call, const char *pattern)
{
    struct buf buf;
    bool ends_with_tag = strstr(pattern, "{tag}") != NULL;
    buf_init(&buf, call->arena, 256);
    for (const char *p = pattern; *p != '\0'; p++) {
        if (*p != '{') {
            buf_put(&buf, *p);
            continue;
        }
        add_encoded(&buf, p[1] == 'c'   ? table_path(&call->resource->table)
                          : p[1] == 't' ? call->tag
                                        : call->id);
        p = strchr(p, '}');
    }
    if (strncmp(pattern, "/v2.0/", 6) == 0 && !ends_with_tag) {
        buf_adds(&buf, ".json"); /* Or the one of an id would be cut off. */
    }
    return buf.data;
}

static void
require_parts(const struct call *call, const char *pattern)
{
    require((strstr(pattern, "{collection}") != NULL) ==
            (call->resource != NULL));
    if (strstr(pattern, "{id}") != NULL || strstr(pattern, "{own}") != NULL) {
        require(call->id != NULL && call->id[0] != '\0');
        require_utf8(call->id);
    }
    if (strstr(pattern, "{tag}") != NULL) {
        require(call->tag != NULL && call->tag[0] != '\0');
        require_utf8(call->tag);
    }
}

static void
require_found_again(struct call *call, const char *method,
                    const struct route *route)
{
    const struct route *again = NULL;
    struct call second = *call;
    second.path = write_path(call, route->pattern);
    second.id = second.tag = NULL;
    struct err *err = route_find(&second, method, &again);
    require(err == NULL && again == route);
    require(second.resource == call->resource);
    if (strchr(route->pattern, '{') != NULL && call->id != NULL) {
        require(strcmp(second.id, call->id) == 0);
    }
    if (strstr(route->pattern, "{tag}") != NULL) {
        require(strcmp(second.tag, call->tag) == 0);
    }
}

static void
check_path(struct call *call, const char *method)
{
    const struct route *route = NULL;
    struct err *err = route_find(call, method, &route);
    if (err != NULL) {
        int status = err_status(err->kind);
        require_refusal(err);
        require(status == 400 || status == 404 || status == 405);
        return;
    }
    require(strcmp(route->method, method) == 0);
    require(route_at(route_index(route)) == route);
    require_parts(call, route->pattern);
    require_found_again(call, method, route);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "DELETE",
                                          "PATCH"};
    struct by_hand hand;
    if (size == 0) {
        return 0;
    }
    by_hand_init(&hand, "networks", "member");
    hand.call.path = arena_strndup(&hand.arena, (const char *) data + 1,
                                   size - 1);
    check_path(&hand.call, methods[data[0] % 5]);
    by_hand_done(&hand);
    return 0;
}
