/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON in tables of cases: written with single quotes, which become double
 * ones.
 */
#ifndef UNIT_SCHEMA_VALUES_H
#define UNIT_SCHEMA_VALUES_H

#include <criterion/criterion.h>
#include <jansson.h>

#include "core/arena.h"
#include "schema/attr.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static inline const char *
quoted(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    for (char *p = copy; *p != '\0'; p++) {
        *p = *p == '\'' ? '"' : *p;
    }
    return copy;
}

static inline void
release_json_of(void *json)
{
    json_decref(json);
}

/* The value that 'text' stands for; it lives as long as 'arena'. */
static inline json_t *
json_of(struct arena *arena, const char *text)
{
    json_error_t error;
    json_t *json = json_loads(quoted(arena, text), JSON_DECODE_ANY, &error);
    cr_assert_not_null(json, "%s: %s", text, error.text);
    arena_defer(arena, release_json_of, json);
    return json;
}

/* 'text' repeated 'n' times. */
static inline const char *
repeated(struct arena *arena, const char *text, size_t n)
{
    size_t len = strlen(text);
    char *all = arena_alloc(arena, n * len + 1);
    for (size_t i = 0; i < n; i++) {
        memcpy(all + i * len, text, len);
    }
    return all;
}

/* Reads 'json' as a value of 'attr' into 'ret_value'. */
static inline struct err *
read_json(struct arena *arena, const struct attr *attr, const char *json,
          void *ret_value)
{
    return type_of(attr->type)
        ->from_json(arena, attr, json_of(arena, json), ret_value);
}

#endif
