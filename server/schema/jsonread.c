/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON text as jansson's values, fast where it is plain.  A function that
 * reads returns NULL, or false, for what is not plain: it need not know why.
 */
#include "schema/jsonread.h"

#include <stdbool.h>
#include <string.h>

#define MAX_DEPTH 64  /* What is deeper is jansson's. */
#define MAX_DIGITS 18 /* Any number of so many fits a json_int_t. */

struct reader {
    const char *at, *end;
    unsigned depth;
};

static json_t *read_value(struct reader *reader);

/* The next byte that is not white space; '\0' at the end, where no plain text
 * has a byte '\0' either. */
static char
peek(struct reader *reader)
{
    while (reader->at < reader->end &&
           (*reader->at == ' ' || *reader->at == '\n' ||
            *reader->at == '\t' || *reader->at == '\r')) {
        reader->at++;
    }
    return reader->at < reader->end ? *reader->at : '\0';
}

/* Takes 'c' when it comes next. */
static bool
take(struct reader *reader, char c)
{
    if (peek(reader) != c) {
        return false;
    }
    reader->at++;
    return true;
}

/* A string without escapes, as it stands between its quotes. */
static bool
read_text(struct reader *reader, const char **ret_text, size_t *ret_len)
{
    if (!take(reader, '"')) {
        return false;
    }
    const char *at = reader->at;
    while (at < reader->end && *at != '"' && *at != '\\' &&
           (unsigned char) *at >= ' ') {
        at++;
    }
    if (at == reader->end || *at != '"') {
        return false;
    }
    *ret_text = reader->at;
    *ret_len = (size_t) (at - reader->at);
    reader->at = at + 1;
    return true;
}

static json_t *
read_string(struct reader *reader)
{
    const char *text;
    size_t len;
    return read_text(reader, &text, &len) ? json_stringn(text, len) : NULL;
}

/* True when the number goes on, as no plain one does. */
static bool
goes_on(const struct reader *reader)
{
    static const char more[] = "0123456789.eE";
    return reader->at < reader->end &&
           memchr(more, *reader->at, sizeof more - 1) != NULL;
}

/* No digit stands behind a leading zero. */
static json_t *
read_number(struct reader *reader)
{
    bool negative = take(reader, '-');
    const char *first = reader->at;
    json_int_t value = 0;
    while (reader->at < reader->end && *reader->at >= '0' &&
           *reader->at <= '9' && reader->at - first < MAX_DIGITS) {
        value = value * 10 + (*reader->at++ - '0');
    }
    ptrdiff_t n = reader->at - first;
    if (n == 0 || (n > 1 && *first == '0') || goes_on(reader)) {
        return NULL;
    }
    return json_integer(negative ? -value : value);
}

static json_t *
read_word(struct reader *reader, const char *word, json_t *value)
{
    size_t len = strlen(word);
    if ((size_t) (reader->end - reader->at) < len ||
        memcmp(reader->at, word, len) != 0) {
        return NULL;
    }
    reader->at += len;
    return value;
}

/* What stands behind the bracket. */
static bool
read_items(struct reader *reader, json_t *array)
{
    if (take(reader, ']')) {
        return true;
    }
    do {
        if (json_array_append_new(array, read_value(reader)) != 0) {
            return false;
        }
    } while (take(reader, ','));
    return take(reader, ']');
}

static bool
read_members(struct reader *reader, json_t *object)
{
    size_t n = 0;
    if (take(reader, '}')) {
        return true;
    }
    do {
        const char *key;
        size_t len;
        if (!read_text(reader, &key, &len) || !take(reader, ':') ||
            json_object_setn_new(object, key, len, read_value(reader)) != 0) {
            return false;
        }
        n++;
    } while (take(reader, ','));
    return take(reader, '}') && json_object_size(object) == n;
}

/* An array or an object that is empty as yet, with what is in it. */
static json_t *
fill(struct reader *reader, json_t *empty,
     bool (*read_in)(struct reader *reader, json_t *ret_json))
{
    reader->at++;
    if (++reader->depth > MAX_DEPTH || !read_in(reader, empty)) {
        json_decref(empty);
        return NULL;
    }
    reader->depth--;
    return empty;
}

static json_t *
read_value(struct reader *reader)
{
    switch (peek(reader)) {
    case '"':
        return read_string(reader);
    case '{':
        return fill(reader, json_object(), read_members);
    case '[':
        return fill(reader, json_array(), read_items);
    case 't':
        return read_word(reader, "true", json_true());
    case 'f':
        return read_word(reader, "false", json_false());
    case 'n':
        return read_word(reader, "null", json_null());
    default:
        return read_number(reader);
    }
}

json_t *
jsonread(const char *text, size_t len, json_error_t *ret_error)
{
    struct reader reader = {.at = text, .end = text + len};
    char first = peek(&reader);
    json_t *json =
        first == '{' || first == '[' ? read_value(&reader) : NULL;
    if (json != NULL && peek(&reader) == '\0' && reader.at == reader.end) {
        return json;
    }
    json_decref(json);
    return json_loadb(text, len, JSON_REJECT_DUPLICATES, ret_error);
}
