/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PostgreSQL's text form of arrays, written and read.
 */
#include "schema/sqlarray.h"

#include <string.h>

#include "core/arena.h"
#include "core/buf.h"

static bool
is_escaped(char byte)
{
    return byte == '"' || byte == '\\';
}

/* Bytes of an element with its quotes, and a comma or brace behind it. */
static size_t
element_size(const char *text)
{
    if (text == NULL) {
        return sizeof "NULL,";
    }
    size_t escapes = 0, len = 0;
    for (; text[len] != '\0'; len++) {
        escapes += is_escaped(text[len]) ? 1 : 0;
    }
    return len + escapes + 3;
}

/* Writes an element to 'to'; returns the place behind it. */
static char *
put_element(char *to, const char *text)
{
    if (text == NULL) {
        memcpy(to, "NULL", 4);
        return to + 4;
    }
    *to++ = '"';
    for (; *text != '\0'; text++) {
        if (is_escaped(*text)) {
            *to++ = '\\';
        }
        *to++ = *text;
    }
    *to++ = '"';
    return to;
}

const char *
sqlarray_format(struct arena *arena, const char *const *items, size_t n)
{
    size_t size = sizeof "{}";
    for (size_t i = 0; i < n; i++) {
        size += element_size(items[i]);
    }
    char *literal = arena_take(arena, size);
    char *to = literal;
    *to++ = '{';
    for (size_t i = 0; i < n; i++) {
        if (i > 0) {
            *to++ = ',';
        }
        to = put_element(to, items[i]);
    }
    *to++ = '}';
    *to = '\0';
    return literal;
}

/* Reads one element at '*cursor' into 'buf' and moves behind it; returns
 * whether it was quoted (an unquoted NULL is null). */
static bool
next_element(const char **cursor, struct buf *buf)
{
    const char *p = *cursor;
    bool quoted = *p == '"';
    p += quoted ? 1 : 0;
    while (*p != '\0' && (quoted ? *p != '"' : *p != ',' && *p != '}')) {
        if (*p == '\\' && p[1] != '\0') {
            p++;
        }
        buf_put(buf, *p++);
    }
    p += quoted && *p == '"' ? 1 : 0;
    *cursor = *p == ',' ? p + 1 : p;
    return quoted;
}

/* At least the number of elements, whatever the text. */
static size_t
bound_elements(const char *text)
{
    size_t n = 1;
    for (const char *p = text; *p != '\0'; p++) {
        n += *p == ',' || *p == '"' ? 1 : 0;
    }
    return n;
}

void
sqlarray_parse(struct arena *arena, const char *text, const char ***ret_items,
               size_t *ret_n)
{
    *ret_items = NULL;
    *ret_n = 0;
    if (text[0] != '{' || text[1] == '}') {
        return;
    }
    const char **items =
        ARENA_ARRAY(arena, const char *, bound_elements(text));
    size_t n = 0;
    const char *cursor = text + 1;
    while (*cursor != '\0' && *cursor != '}') {
        struct buf buf;
        buf_init(&buf, arena, 40);
        bool quoted = next_element(&cursor, &buf);
        bool null = !quoted && strcmp(buf.data, "NULL") == 0;
        items[n++] = null ? NULL : buf.data;
    }
    *ret_items = items;
    *ret_n = n;
}

bool
sqlarray_is_alike(const char *const *items, size_t n, size_t step)
{
    for (size_t i = 1; i < n; i++) {
        const char *item = items[i * step];
        if (item != items[0] && (item == NULL || items[0] == NULL ||
                                 strcmp(item, items[0]) != 0)) {
            return false;
        }
    }
    return true;
}

void
sqlarray_render(struct buf *buf, const char *text)
{
    buf_put(buf, '[');
    const char *cursor = text[0] == '{' ? text + 1 : text;
    bool first = true;
    while (*cursor != '\0' && *cursor != '}') {
        struct buf element;
        buf_init(&element, buf->arena, 40);
        next_element(&cursor, &element);
        if (!first) {
            buf_put(buf, ',');
        }
        buf_add_json(buf, element.data, element.len);
        first = false;
    }
    buf_put(buf, ']');
}
