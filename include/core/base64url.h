/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base64url without padding (RFC 4648 section 5, RFC 7515 section 2).
 */
#ifndef CORE_BASE64URL_H
#define CORE_BASE64URL_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes that 'len' characters stand for at most. */
#define BASE64URL_SIZE(len) ((len) / 4 * 3 + 2)

/* Writes the bytes that 'len' characters of 'text' stand for, at most
 * BASE64URL_SIZE(len), and returns true; false unless they are the one way to
 * write these bytes: no padding, no other characters, no bits left over. */
bool base64url_decode(const char *text, size_t len, unsigned char *ret_bytes,
                      size_t *ret_size);

#endif
