/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Query strings, split and decoded (RFC 3986 section 2.1; '+' is a blank, as
 * in HTML forms).
 */
#include "api/query.h"
#include "core/arena.h"
#include "core/utf8.h"

static int
hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

const char *
query_decode(struct arena *arena, const char *text, size_t len, bool plus)
{
    char *out = arena_alloc(arena, len + 1);
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] != '%') {
            out[n++] = plus && text[i] == '+' ? ' ' : text[i];
            continue;
        }
        int high = i + 1 < len ? hex_value(text[i + 1]) : -1;
        int low = i + 2 < len ? hex_value(text[i + 2]) : -1;
        if (high < 0 || low < 0 || (high == 0 && low == 0)) {
            return NULL;
        }
        out[n++] = (char) (high * 16 + low);
        i += 2;
    }
    return utf8_is_valid(out) ? out : NULL;
}

static struct err *
split_one(struct arena *arena, const char *text, size_t len,
          struct param *ret_param)
{
    const char *equals = memchr(text, '=', len);
    size_t key_len = equals == NULL ? len : (size_t) (equals - text);
    size_t value_len = equals == NULL ? 0 : len - key_len - 1;
    ret_param->key = query_decode(arena, text, key_len, true);
    ret_param->value = equals == NULL
                           ? ""
                           : query_decode(arena, equals + 1, value_len, true);
    if (ret_param->key == NULL || ret_param->value == NULL) {
        return err_new(arena, ERR_BAD_REQUEST,
                       "the query string has a broken percent escape, a NUL "
                       "or invalid UTF-8");
    }
    return NULL;
}

struct err *
query_split(struct arena *arena, const char *text, struct param **ret_params,
            size_t *ret_n)
{
    size_t n = 0, max = 1;
    for (const char *p = text; *p != '\0'; p++) {
        max += *p == '&' ? 1 : 0;
    }
    *ret_n = 0;
    if (max > QUERY_MAX_PARAMS) {
        return err_new(arena, ERR_BAD_REQUEST,
                       "the query string has more than %d parameters",
                       QUERY_MAX_PARAMS);
    }
    *ret_params = ARENA_ARRAY(arena, struct param, max);
    while (*text != '\0') {
        size_t len = strcspn(text, "&");
        if (len > 0) {
            TRY(split_one(arena, text, len, &(*ret_params)[n++]));
        }
        text += len + (text[len] == '&' ? 1 : 0);
    }
    *ret_n = n;
    return NULL;
}
