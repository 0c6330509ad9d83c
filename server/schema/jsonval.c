/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the readers of typed values share.  types*.c call it.
 */
#include "schema/jsonval.h"

#include <jansson.h>

#include "core/arena.h"
#include "schema/attr.h"

#define BRIEF_MAX 64

/* Appends to a fixed text what fits; a json_dump_callback. */
struct brief {
    char text[BRIEF_MAX + 4];
    size_t len;
};

static int
add_brief(const char *part, size_t size, void *data)
{
    struct brief *brief = data;
    size_t room = BRIEF_MAX - brief->len;
    size_t n = size < room ? size : room;
    memcpy(brief->text + brief->len, part, n);
    brief->len += n;
    return 0;
}

/* The first 'len' bytes of 'text', up to BRIEF_MAX, and dots when that cut it;
 * never half of a UTF-8 sequence. */
static const char *
cut(struct arena *arena, const char *text, size_t len)
{
    if (len < BRIEF_MAX) {
        return arena_strndup(arena, text, len);
    }
    size_t kept = BRIEF_MAX;
    while (kept > 0 && (text[kept - 1] & 0x80) != 0) {
        kept--;
    }
    return arena_printf(arena, "%.*s...", (int) kept, text);
}

const char *
jsonval_brief(struct arena *arena, const json_t *json)
{
    struct brief brief = {.len = 0};
    json_dump_callback(json, add_brief, &brief, JSON_COMPACT | JSON_ENCODE_ANY);
    return cut(arena, brief.text, brief.len);
}

static struct err *
refuse(struct arena *arena, const struct attr *attr, const char *what,
       const char *valid)
{
    struct err *err = err_attr(arena, attr->name, "type",
                               "invalid input for \"%s\": %s is not %s",
                               attr->name, what, valid);
    err->kind = type_of(attr->type)->refusal;
    return err;
}

struct err *
jsonval_refuse(struct arena *arena, const struct attr *attr,
               const json_t *json, const char *valid)
{
    return refuse(arena, attr, jsonval_brief(arena, json), valid);
}

struct err *
jsonval_refuse_text(struct arena *arena, const struct attr *attr,
                    const char *text, const char *valid)
{
    const char *brief = cut(arena, text, strlen(text));
    return refuse(arena, attr, arena_printf(arena, "\"%s\"", brief), valid);
}

struct err *
jsonval_expect_list(struct arena *arena, const struct attr *attr,
                    const json_t *json)
{
    if (!json_is_array(json)) {
        return jsonval_refuse(arena, attr, json, "a list");
    }
    return NULL;
}

static int
find_key(const char *const *keys, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(keys[i], key) == 0) {
            return (int) i;
        }
    }
    return -1;
}

struct err *
jsonval_members(struct arena *arena, const struct attr *attr,
                const json_t *json, const char *const *keys, size_t n,
                const json_t **ret_values)
{
    if (!json_is_object(json)) {
        return jsonval_refuse(arena, attr, json, "an object");
    }
    memset(ret_values, 0, n * sizeof *ret_values);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *) (uintptr_t) json, key, value)
    {
        int i = find_key(keys, n, key);
        if (i < 0) {
            return err_attr(arena, attr->name, "unknown_key",
                            "invalid input for \"%s\": unexpected key \"%s\"",
                            attr->name, key);
        }
        ret_values[i] = value;
    }
    return NULL;
}

const char *
jsonval_text(const json_t *json)
{
    return json_is_string(json) ? json_string_value(json) : NULL;
}
