/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets that clients put where they do not belong.
 */
#include "http/discreet.h"

#include <ctype.h>
#include <stdbool.h>

#include "core/arena.h"
#include "core/buf.h"

#define HIDDEN "***"
#define NAME_MAX_LEN 64

/* In lower case, without what stands between words. */
static const char *const secrets[] = {
    "token",     "password",  "passwd",     "secret",     "apikey",
    "accesskey", "authoriz",  "credential", "privatekey", "signature",
    "idempotencykey", "cookie", "session",
};

static int
hex_value(char c)
{
    return isdigit((unsigned char) c) ? c - '0'
           : isxdigit((unsigned char) c)
               ? tolower((unsigned char) c) - 'a' + 10
               : -1;
}

/* The letters and digits of a name of 'len' bytes, decoded, in lower case. */
static void
read_name(const char *text, size_t len, char ret_name[NAME_MAX_LEN + 1])
{
    size_t n = 0;
    for (size_t i = 0; i < len && n < NAME_MAX_LEN; i++) {
        int c = (unsigned char) text[i];
        if (c == '%' && i + 2 < len && hex_value(text[i + 1]) >= 0 &&
            hex_value(text[i + 2]) >= 0) {
            c = hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]);
            i += 2;
        }
        if (isalnum(c)) {
            ret_name[n++] = (char) tolower(c);
        }
    }
    ret_name[n] = '\0';
}

/* True when the value of "name=value" of 'len' bytes is to be hidden. */
static bool
is_secret(const char *param, size_t len)
{
    char name[NAME_MAX_LEN + 1];
    const char *equals = memchr(param, '=', len);
    if (equals == NULL) {
        return false;
    }
    read_name(param, (size_t) (equals - param), name);
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        if (strstr(name, secrets[i]) != NULL) {
            return true;
        }
    }
    return false;
}

static bool
has_secret(const char *query)
{
    while (*query != '\0') {
        size_t len = strcspn(query, "&");
        if (is_secret(query, len)) {
            return true;
        }
        query += len;
        query += strspn(query, "&");
    }
    return false;
}

const char *
discreet_uri(struct arena *arena, const char *uri)
{
    struct buf buf;
    const char *query = strchr(uri, '?');
    if (query == NULL || !has_secret(query + 1)) {
        return uri;
    }
    buf_init(&buf, arena, 256);
    buf_add(&buf, uri, (size_t) (query - uri) + 1);
    for (query++; *query != '\0';) {
        size_t len = strcspn(query, "&");
        bool hide = is_secret(query, len);
        size_t shown = hide ? strcspn(query, "=") + 1 : len;
        buf_add(&buf, query, shown);
        buf_adds(&buf, hide ? HIDDEN : "");
        query += len;
        size_t between = strspn(query, "&");
        buf_add(&buf, query, between);
        query += between;
    }
    return buf.data;
}
