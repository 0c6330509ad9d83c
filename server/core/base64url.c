/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Four characters are three bytes.
 */
#include "core/base64url.h"

#include <stdint.h>

/* The six bits of a character, or -1. */
static int
bits_of(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

bool
base64url_decode(const char *text, size_t len, unsigned char *ret_bytes,
                 size_t *ret_size)
{
    uint32_t word = 0;
    unsigned n_bits = 0;

    *ret_size = 0;
    for (size_t i = 0; i < len; i++) {
        int bits = bits_of(text[i]);
        if (bits < 0) {
            return false;
        }
        word = (word << 6 | (uint32_t) bits) & 0xffff;
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            ret_bytes[(*ret_size)++] = (unsigned char) (word >> n_bits);
        }
    }
    /* What is left over is less than a character, and 0. */
    return n_bits < 6 && (word & ((1u << n_bits) - 1)) == 0;
}
