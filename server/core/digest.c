/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 by libcrypto, and the ETags of answers.
 */
#include "core/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

/* One step of a lane: for a given word no two states become one, nor do two
 * words for a given state. */
static uint64_t
mix(uint64_t lane, uint64_t word)
{
    lane = (lane ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return lane ^ lane >> 29;
}

/* Two lanes of 64 bits, which see each word in another order. */
void
digest_etag(const void *data, size_t size, char ret_text[DIGEST_ETAG_SIZE])
{
    static const char hex[] = "0123456789abcdef";
    const char *text = data;
    uint64_t lanes[2] = {size, ~(uint64_t) size};

    for (size_t i = 0; i < size; i += 2 * sizeof(uint64_t)) {
        uint64_t words[2] = {0, 0};
        size_t left = size - i;

        memcpy(words, text + i, left < sizeof words ? left : sizeof words);
        lanes[0] = mix(mix(lanes[0], words[0]), words[1]);
        lanes[1] = mix(mix(lanes[1], words[1]), words[0]);
    }
    lanes[0] = mix(mix(lanes[0], lanes[1]), size);
    lanes[1] = mix(mix(lanes[1], lanes[0]), size);
    ret_text[0] = '"';
    for (size_t i = 0; i < DIGEST_ETAG_SIZE - 3; i++) {
        ret_text[i + 1] = hex[lanes[i / 16] >> (i % 16 * 4) & 0xf];
    }
    ret_text[DIGEST_ETAG_SIZE - 2] = '"';
    ret_text[DIGEST_ETAG_SIZE - 1] = '\0';
}

bool
digest_equal(const void *a, const void *b, size_t size)
{
    return CRYPTO_memcmp(a, b, size) == 0;
}
