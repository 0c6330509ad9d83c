/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of the type table for subnet pools: a list of prefixes, kept as a
 * PostgreSQL array, and lengths of prefixes.  types.c holds the table.
 */
#include <jansson.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "schema/attr.h"
#include "schema/jsonval.h"
#include "schema/sqlarray.h"
#include "types_internal.h"

/* --- list of prefixes */

static struct err *
prefixes_from_json(struct arena *arena, const struct attr *attr,
                   const json_t *json, void *ret_value)
{
    struct prefix_list *list = ret_value;
    TRY(jsonval_expect_list(arena, attr, json));
    list->n = json_array_size(json);
    list->items = ARENA_ARRAY(arena, struct ip_prefix, list->n);
    for (size_t i = 0; i < list->n; i++) {
        const json_t *item = json_array_get(json, i);
        const char *text = jsonval_text(item);
        if (text == NULL || strchr(text, '/') == NULL ||
            !ip_prefix_parse(text, &list->items[i])) {
            return jsonval_refuse(arena, attr, item,
                                  "a CIDR such as \"10.0.0.0/24\"");
        }
    }
    return NULL;
}

static struct err *
refuse_repeated(struct arena *arena, const struct attr *attr,
                const void *value)
{
    const struct prefix_list *list = value;
    for (size_t i = 0; i < list->n; i++) {
        for (size_t j = 0; j < i; j++) {
            if (ip_prefix_equal(&list->items[i], &list->items[j])) {
                return err_attr(arena, attr->name, "duplicate",
                                "invalid input for \"%s\": entry %zu repeats "
                                "entry %zu", attr->name, i, j);
            }
        }
    }
    return NULL;
}

static void
prefixes_from_sql(struct arena *arena, const char *text, void *ret_value)
{
    struct prefix_list *list = ret_value;
    const char **items;
    sqlarray_parse(arena, text, &items, &list->n);
    list->items = ARENA_ARRAY(arena, struct ip_prefix, list->n);
    for (size_t i = 0; i < list->n; i++) {
        ip_prefix_parse(items[i], &list->items[i]);
    }
}

static const char *
prefixes_to_sql(struct arena *arena, const void *value)
{
    const struct prefix_list *list = value;
    const char **items = ARENA_ARRAY(arena, const char *, list->n);
    for (size_t i = 0; i < list->n; i++) {
        items[i] = type_cidr.to_sql(arena, &list->items[i]);
    }
    return sqlarray_format(arena, items, list->n);
}

static void
prefixes_render(struct buf *buf, const char *text, size_t len)
{
    (void) len;
    sqlarray_render(buf, text);
}

const struct type type_prefixes = {
    .name = "list of prefixes",
    .size = sizeof(struct prefix_list),
    .sql = "cidr[]",
    .openapi = "\"type\":\"array\",\"items\":{\"type\":\"string\"}",
    .from_json = prefixes_from_json,
    .validate = refuse_repeated,
    .from_sql = prefixes_from_sql,
    .to_sql = prefixes_to_sql,
    .render = prefixes_render,
};

/* --- length of a prefix: a number that the Networking API shows as text */

static struct err *
len_from_json(struct arena *arena, const struct attr *attr,
              const json_t *json, void *ret_value)
{
    struct prefix_len *len = ret_value;
    return type_int.from_json(arena, attr, json, &len->value);
}

static struct err *
len_from_text(struct arena *arena, const struct attr *attr, const char *text,
              void *ret_value)
{
    struct prefix_len *len = ret_value;
    return type_int.from_text(arena, attr, text, &len->value);
}

static void
len_from_sql(struct arena *arena, const char *text, void *ret_value)
{
    struct prefix_len *len = ret_value;
    type_int.from_sql(arena, text, &len->value);
}

static const char *
len_to_sql(struct arena *arena, const void *value)
{
    const struct prefix_len *len = value;
    return type_int.to_sql(arena, &len->value);
}

const struct type type_prefix_len = {
    .name = "prefix length",
    .size = sizeof(struct prefix_len),
    .sql = "bigint",
    .openapi = "\"type\":[\"string\",\"integer\"]",
    .refusal = ERR_INVALID_INPUT,
    .from_json = len_from_json,
    .from_text = len_from_text,
    .from_sql = len_from_sql,
    .to_sql = len_to_sql,
    .render = render_quoted,
};
