/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 (FIPS 180-4) in hexadecimal: token hashes, migrations; and ETags.
 */
#ifndef CORE_DIGEST_H
#define CORE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#define DIGEST_TEXT_SIZE (2 * 32 + 1)

/* Writes the SHA-256 of 'size' bytes at 'data' as 64 lower-case digits. */
void digest_sha256(const void *data, size_t size,
                   char ret_text[DIGEST_TEXT_SIZE]);

/* Writes a strong ETag (RFC 9110 8.8.3) of 'size' bytes, with its quotes: 128
 * bits that tell answers apart, but no defence against somebody who looks for
 * two answers with the same.  He would only mislead himself, and SHA-256 was a
 * fifth of the instructions of a GET.  The same on any machine of the same
 * byte order. */
#define DIGEST_ETAG_SIZE (32 + 2 + 1)
void digest_etag(const void *data, size_t size,
                 char ret_text[DIGEST_ETAG_SIZE]);

/* Compares 'size' bytes in a time that does not depend on where they
 * differ. */
bool digest_equal(const void *a, const void *b, size_t size);

#endif
