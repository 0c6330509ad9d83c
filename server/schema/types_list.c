/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of the type table: lists of text and of UUIDs, kept as PostgreSQL
 * arrays, and free JSON objects.  types.c holds the table.
 */
#include <jansson.h>

#include "core/arena.h"
#include "core/buf.h"
#include "schema/attr.h"
#include "schema/jsonval.h"
#include "schema/sqlarray.h"
#include "types_internal.h"

/* --- list of text */

static struct err *
text_list_from_json(struct arena *arena, const struct attr *attr,
                    const json_t *json, void *ret_value)
{
    struct text_list *list = ret_value;
    TRY(jsonval_expect_list(arena, attr, json));
    list->n = json_array_size(json);
    list->items = ARENA_ARRAY(arena, const char *, list->n);
    for (size_t i = 0; i < list->n; i++) {
        const json_t *item = json_array_get(json, i);
        if (!json_is_string(item)) {
            return jsonval_refuse(arena, attr, item, "a string");
        }
        list->items[i] = arena_strdup(arena, json_string_value(item));
    }
    return NULL;
}

static void
text_list_from_sql(struct arena *arena, const char *text, void *ret_value)
{
    struct text_list *list = ret_value;
    sqlarray_parse(arena, text, &list->items, &list->n);
}

static const char *
text_list_to_sql(struct arena *arena, const void *value)
{
    const struct text_list *list = value;
    return sqlarray_format(arena, list->items, list->n);
}

static void
text_list_render(struct buf *buf, const char *text, size_t len)
{
    (void) len;
    sqlarray_render(buf, text);
}

const struct type type_text_list = {
    .name = "list of strings",
    .size = sizeof(struct text_list),
    .sql = "text[]",
    .openapi = "\"type\":\"array\",\"items\":{\"type\":\"string\"}",
    .from_json = text_list_from_json,
    .from_sql = text_list_from_sql,
    .to_sql = text_list_to_sql,
    .render = text_list_render,
};

/* --- list of UUIDs */

static struct err *
uuid_list_from_json(struct arena *arena, const struct attr *attr,
                    const json_t *json, void *ret_value)
{
    struct uuid_list *list = ret_value;
    TRY(jsonval_expect_list(arena, attr, json));
    list->n = json_array_size(json);
    list->items = ARENA_ARRAY(arena, struct uuid, list->n);
    for (size_t i = 0; i < list->n; i++) {
        TRY(type_uuid.from_json(arena, attr, json_array_get(json, i),
                                &list->items[i]));
    }
    return NULL;
}

static void
uuid_list_from_sql(struct arena *arena, const char *text, void *ret_value)
{
    struct uuid_list *list = ret_value;
    const char **items;
    sqlarray_parse(arena, text, &items, &list->n);
    list->items = ARENA_ARRAY(arena, struct uuid, list->n);
    for (size_t i = 0; i < list->n; i++) {
        uuid_from_text(items[i], &list->items[i]);
    }
}

static const char *
uuid_list_to_sql(struct arena *arena, const void *value)
{
    const struct uuid_list *list = value;
    const char **items = ARENA_ARRAY(arena, const char *, list->n);
    for (size_t i = 0; i < list->n; i++) {
        items[i] = type_uuid.to_sql(arena, &list->items[i]);
    }
    return sqlarray_format(arena, items, list->n);
}

const struct type type_uuid_list = {
    .name = "list of UUIDs",
    .size = sizeof(struct uuid_list),
    .sql = "uuid[]",
    .openapi = "\"type\":\"array\",\"items\":{\"type\":\"string\","
               "\"format\":\"uuid\"}",
    .from_json = uuid_list_from_json,
    .from_sql = uuid_list_from_sql,
    .to_sql = uuid_list_to_sql,
    .render = text_list_render,
};

/* --- any JSON object */

static struct err *
json_from_json(struct arena *arena, const struct attr *attr,
               const json_t *json, void *ret_value)
{
    if (!json_is_object(json)) {
        return jsonval_refuse(arena, attr, json, "an object");
    }
    struct json_text *value = ret_value;
    size_t size = json_dumpb(json, NULL, 0, JSON_COMPACT);
    char *text = arena_alloc(arena, size + 1);
    json_dumpb(json, text, size, JSON_COMPACT);
    value->text = text;
    return NULL;
}

static void
json_from_sql(struct arena *arena, const char *text, void *ret_value)
{
    ((struct json_text *) ret_value)->text = arena_strdup(arena, text);
}

static const char *
json_to_sql(struct arena *arena, const void *value)
{
    (void) arena;
    return ((const struct json_text *) value)->text;
}

const struct type type_json = {
    .name = "object",
    .size = sizeof(struct json_text),
    .sql = "json",
    .openapi = "\"type\":\"object\"",
    .from_json = json_from_json,
    .from_sql = json_from_sql,
    .to_sql = json_to_sql,
    .render = render_verbatim,
};

/* Reads the JSON text of a column by the type's own reader; the server wrote
 * it, so that it cannot be wrong. */
void
json_list_from_sql(struct arena *arena, const struct type *type,
                   const char *text, void *ret_value)
{
    static const struct attr attr = {.name = "column"};
    json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);
    if (type->from_json(arena, &attr, json, ret_value) != NULL) {
        memset(ret_value, 0, type->size);
    }
    json_decref(json);
}
