/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Query strings, split and decoded (RFC 3986 section 2.1; '+' is a blank, as
 * in HTML forms).
 */
#include "api/query.h"
#include "core/arena.h"

static int
hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Bytes of the UTF-8 sequence at 'text' (RFC 3629 section 4); 0: none. */
static size_t
utf8_len(const unsigned char *text)
{
    static const struct {
        unsigned char first, last, low, high; /* Of first and second byte. */
        size_t len;
    } forms[] = {
        {0x01, 0x7F, 0, 0, 1},       {0xC2, 0xDF, 0x80, 0xBF, 2},
        {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
        {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
        {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4},
        {0xF4, 0xF4, 0x80, 0x8F, 4},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (text[0] < forms[i].first || text[0] > forms[i].last) {
            continue;
        }
        if (forms[i].len > 1 &&
            (text[1] < forms[i].low || text[1] > forms[i].high)) {
            return 0;
        }
        for (size_t j = 2; j < forms[i].len; j++) {
            if ((text[j] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return forms[i].len;
    }
    return 0;
}

static bool
is_utf8(const char *text)
{
    const unsigned char *p = (const unsigned char *) text;
    while (*p != '\0') {
        size_t len = utf8_len(p);
        if (len == 0) {
            return false;
        }
        p += len;
    }
    return true;
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
    return is_utf8(out) ? out : NULL;
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
