/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a list that was read must be, for the targets about query strings.
 */
#ifndef FUZZ_LISTS_H
#define FUZZ_LISTS_H

#include <ctype.h>

#include "api/query.h"
#include "promises.h"
#include "unit/api/by_hand.h"

/* Each "$n" of the statement has a parameter; no '?' is left. */
static inline void
require_statement(const struct query *query)
{
    int n_params = query->n_params & ~QUERY_ONCE;
    require(strchr(query->sql, '?') == NULL);
    for (const char *p = strchr(query->sql, '$'); p != NULL;
         p = strchr(p + 1, '$')) {
        long no = strtol(p + 1, NULL, 10);
        require(isdigit((unsigned char) p[1]) && no >= 1 &&
                no <= n_params);
    }
    for (int i = 0; i < n_params; i++) {
        require(query->params[i] != NULL);
        require_utf8(query->params[i]);
    }
}

/* The id comes last, and nothing twice. */
static inline void
require_order(const struct call *call, const struct selection *selection)
{
    const struct table *table = &call->resource->table;
    size_t n = selection->n_keys;
    require(n >= 1 && n <= table->n_attrs);
    require(selection->keys[n - 1].attr == &table->attrs[ATTR_ID]);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            require(selection->keys[i].attr != selection->keys[j].attr);
        }
    }
}

static inline void
require_list(const struct call *call, const struct list_query *query)
{
    const struct visibility visibility = call_visibility(call);
    require(query->limit >= 1 && query->limit <= PAGE_LIMIT);
    require(query->selection.limit == query->limit + 1);
    require_order(call, &query->selection);
    if (query->selection.marker != NULL) {
        struct uuid id;
        require(uuid_from_text(query->selection.marker, &id));
    }
    const struct query statement = sqlgen_list(
        call->arena, &call->resource->table, &query->selection, &visibility);
    require_statement(&statement);
}

/* Links are JSON, and lead to the same list behind the marker. */
static inline void
require_links(const struct call *call)
{
    struct buf buf;
    buf_init(&buf, call->arena, 256);
    buf_adds(&buf, "{\"x\":[]");
    query_add_links(call, &buf, "x", "next", "previous");
    buf_put(&buf, '}');
    json_t *json = json_loadb(buf.data, buf.len, 0, NULL);
    require(json != NULL);
    const json_t *links = json_object_get(json, "x_links");
    require(json_array_size(links) == 2);
    const char *href = json_string_value(
        json_object_get(json_array_get(links, 0), "href"));
    struct param *params;
    size_t n;
    struct err *err = query_split(call->arena, strchr(href, '?') + 1, &params,
                                  &n);
    require(err == NULL && strcmp(params[n - 1].key, "marker") == 0);
    json_decref(json);
}

/* Reads the list that 'call' asks for, and checks what comes of it. */
static inline void
check_list(const struct call *call)
{
    struct list_query query;
    struct err *err = query_read_list(call, &query);
    if (err != NULL) {
        require_refusal(err);
        return;
    }
    require_list(call, &query);
    /* One parameter is more than was asked with. */
    if (call->n_params < QUERY_MAX_PARAMS) {
        require_links(call);
    }
}

#endif
