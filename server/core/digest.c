/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 by libcrypto.
 */
#include "core/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "core/log.h"

#define SHA256_SIZE 32u

void
digest_sha256(const void *data, size_t size, char ret_text[DIGEST_TEXT_SIZE])
{
    static const char hex[] = "0123456789abcdef";
    unsigned char hash[SHA256_SIZE];

    if (EVP_Digest(data, size, hash, NULL, EVP_sha256(), NULL) != 1) {
        /* A library without SHA-256: nothing that follows could be safe. */
        log_printf(LOG_ERROR, "libcrypto cannot compute SHA-256");
        abort();
    }
    for (size_t i = 0; i < SHA256_SIZE; i++) {
        ret_text[2 * i] = hex[hash[i] >> 4];
        ret_text[2 * i + 1] = hex[hash[i] & 0xf];
    }
    ret_text[2 * SHA256_SIZE] = '\0';
}

void
digest_etag(const void *data, size_t size, char ret_text[DIGEST_ETAG_SIZE])
{
    char digest[DIGEST_TEXT_SIZE];

    digest_sha256(data, size, digest);
    ret_text[0] = '"';
    memcpy(ret_text + 1, digest, DIGEST_ETAG_SIZE - 3);
    ret_text[DIGEST_ETAG_SIZE - 2] = '"';
    ret_text[DIGEST_ETAG_SIZE - 1] = '\0';
}

bool
digest_equal(const void *a, const void *b, size_t size)
{
    return CRYPTO_memcmp(a, b, size) == 0;
}
