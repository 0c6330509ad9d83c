/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of origins.  A browser writes an origin in one way only, so that they
 * are compared byte by byte.
 */
#include "net/origin.h"

#include <stddef.h>
#include <string.h>

#define BETWEEN ", \t"

static bool
is_origin(const char *text, size_t len)
{
    size_t scheme = strncmp(text, "http://", 7) == 0    ? 7
                    : strncmp(text, "https://", 8) == 0 ? 8
                                                        : 0;
    size_t host = strspn(text + scheme, "abcdefghijklmnopqrstuvwxyz"
                                        "0123456789.-:[]");
    return scheme > 0 && host > 0 && scheme + host == len;
}

bool
origins_are_valid(const char *list)
{
    if (strcmp(list, "*") == 0) {
        return true;
    }
    list += strspn(list, BETWEEN);
    while (*list != '\0') {
        size_t len = strcspn(list, BETWEEN);
        if (!is_origin(list, len)) {
            return false;
        }
        list += len;
        list += strspn(list, BETWEEN);
    }
    return true;
}

bool
origins_contain(const char *list, const char *origin)
{
    size_t origin_len = strlen(origin);

    if (strcmp(list, "*") == 0) {
        return true;
    }
    list += strspn(list, BETWEEN);
    while (*list != '\0') {
        size_t len = strcspn(list, BETWEEN);
        if (len == origin_len && memcmp(list, origin, len) == 0) {
            return true;
        }
        list += len;
        list += strspn(list, BETWEEN);
    }
    return false;
}
