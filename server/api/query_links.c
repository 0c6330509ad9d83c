/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long a page of a list is, and the links to those before and behind it.
 */
#include "api/query.h"

#include <errno.h>

#include "core/settings.h"

struct err *
query_read_limit(const struct call *call, int64_t *ret_limit, bool *ret_given)
{
    const char *text = call_param(call, "limit");
    int64_t max = call->settings->page_limit;
    *ret_limit = max;
    *ret_given = false;
    if (text == NULL) {
        return NULL;
    }
    char *end = NULL;
    errno = 0;
    long long limit = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || limit < 0) {
        return err_new(call->arena, ERR_BAD_QUERY,
                       "bad limit request: limit must be an integer 0 or "
                       "greater and not '%s'", text);
    }
    *ret_given = limit > 0;
    *ret_limit = limit > 0 && limit < max ? limit : max;
    return NULL;
}

static void
add_encoded(struct buf *buf, const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char) *text;
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9') || strchr("-._~:", c) != NULL;
        if (plain) {
            buf_put(buf, (char) c);
        } else {
            buf_addf(buf, "%%%02X", c);
        }
    }
}

static void
add_link(const struct call *call, struct buf *out, const char *rel,
         const char *marker)
{
    struct buf href;
    buf_init(&href, call->arena, 200);
    buf_addf(&href, "%s%s?", call->base_url, call->path);
    for (size_t i = 0; i < call->n_params; i++) {
        const struct param *param = &call->params[i];
        if (strcmp(param->key, "marker") != 0 &&
            strcmp(param->key, "page_reverse") != 0) {
            add_encoded(&href, param->key);
            buf_put(&href, '=');
            add_encoded(&href, param->value);
            buf_put(&href, '&');
        }
    }
    buf_addf(&href, "marker=%s%s", marker,
             strcmp(rel, "previous") == 0 ? "&page_reverse=True" : "");
    buf_addf(out, "{\"rel\":\"%s\",\"href\":", rel);
    buf_add_json(out, href.data, href.len);
    buf_put(out, '}');
}

void
query_add_links(const struct call *call, struct buf *buf, const char *plural,
                const char *next_marker, const char *previous_marker)
{
    if (next_marker == NULL && previous_marker == NULL) {
        return;
    }
    buf_addf(buf, ",\"%s_links\":[", plural);
    if (next_marker != NULL) {
        add_link(call, buf, "next", next_marker);
    }
    if (previous_marker != NULL) {
        buf_adds(buf, next_marker != NULL ? "," : "");
        add_link(call, buf, "previous", previous_marker);
    }
    buf_put(buf, ']');
}
