/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UTF-8 (RFC 3629).
 */
#include "core/utf8.h"

#include <stddef.h>

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

bool
utf8_is_valid(const char *text)
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
