/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An issuer of signed tokens, for tests of unit and api: keys, sets of public
 * keys, and tokens with any header and payload.
 */
#ifndef SUPPORT_SIGNING_H
#define SUPPORT_SIGNING_H

#include <criterion/criterion.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"

struct signer {
    struct arena *arena;
    const char *alg; /* "RS256" */
    const char *kid;
    EVP_PKEY *key;
};

static inline const char *
signing_base64url(struct arena *arena, const void *data, size_t size)
{
    char *text = arena_alloc(arena, size * 2 + 8);
    int len = EVP_EncodeBlock((unsigned char *) text, data, (int) size);
    for (int i = 0; i < len; i++) {
        text[i] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i];
    }
    text[strcspn(text, "=")] = '\0';
    return text;
}

/* A new key; 'bits' is for RSA. */
static inline struct signer
signer_new(struct arena *arena, const char *alg, const char *kid, size_t bits)
{
    struct signer signer = {arena, alg, kid, NULL};
    bool is_ec = strncmp(alg, "ES", 2) == 0;
    bool is_ed = strcmp(alg, "EdDSA") == 0;
    signer.key = is_ec   ? EVP_EC_gen(strcmp(alg, "ES256") == 0 ? "P-256"
                                                                : "P-384")
                 : is_ed ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
                         : EVP_RSA_gen((unsigned) bits);
    cr_assert_not_null(signer.key);
    arena_defer(arena, (arena_cleanup_fn *) EVP_PKEY_free, signer.key);
    return signer;
}

/* The number 'name' of the key, padded to 'size' bytes unless that is 0. */
static inline const char *
signer_number(const struct signer *signer, const char *name, int size)
{
    unsigned char bytes[1100];
    BIGNUM *number = NULL;
    cr_assert_eq(EVP_PKEY_get_bn_param(signer->key, name, &number), 1);
    size = size == 0 ? BN_num_bytes(number) : size;
    cr_assert_eq(BN_bn2binpad(number, bytes, size), size);
    BN_free(number);
    return signing_base64url(signer->arena, bytes, (size_t) size);
}

/* The members of its public key: kty and numbers. */
static inline const char *
signer_public(const struct signer *signer)
{
    unsigned char raw[32];
    size_t size = sizeof(raw);
    if (strncmp(signer->alg, "ES", 2) == 0) {
        bool is_256 = strcmp(signer->alg, "ES256") == 0;
        return arena_printf(
            signer->arena,
            "\"kty\":\"EC\",\"crv\":\"%s\",\"x\":\"%s\",\"y\":\"%s\"",
            is_256 ? "P-256" : "P-384",
            signer_number(signer, OSSL_PKEY_PARAM_EC_PUB_X, is_256 ? 32 : 48),
            signer_number(signer, OSSL_PKEY_PARAM_EC_PUB_Y,
                          is_256 ? 32 : 48));
    }
    if (strcmp(signer->alg, "EdDSA") == 0) {
        EVP_PKEY_get_raw_public_key(signer->key, raw, &size);
        return arena_printf(signer->arena,
                            "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"%s\"",
                            signing_base64url(signer->arena, raw, size));
    }
    return arena_printf(signer->arena,
                        "\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\"",
                        signer_number(signer, OSSL_PKEY_PARAM_RSA_N, 0),
                        signer_number(signer, OSSL_PKEY_PARAM_RSA_E, 0));
}

/* A set of its public key alone, with more members. */
static inline const char *
signer_jwks(const struct signer *signer, const char *more)
{
    return arena_printf(signer->arena, "{\"keys\":[{%s,\"kid\":\"%s\"%s}]}",
                        signer_public(signer), signer->kid, more);
}

/* An ECDSA signature as two numbers. */
static inline size_t
signing_raw(const unsigned char *der, size_t len, size_t half,
            unsigned char *ret_raw)
{
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long) len);
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), ret_raw, (int) half);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair), ret_raw + half, (int) half);
    ECDSA_SIG_free(pair);
    return 2 * half;
}

/* The token of a header and a payload, as they are. */
static inline const char *
signer_sign(const struct signer *signer, const char *header,
            const char *payload)
{
    unsigned char signature[1100], raw[96];
    size_t size = sizeof(signature);
    const char *alg = signer->alg;
    EVP_PKEY_CTX *context;
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    const char *text = arena_printf(
        signer->arena, "%s.%s",
        signing_base64url(signer->arena, header, strlen(header)),
        signing_base64url(signer->arena, payload, strlen(payload)));
    const char *hash = strcmp(alg, "EdDSA") == 0   ? NULL
                       : strcmp(alg, "ES384") == 0 ? "SHA384"
                                                   : "SHA256";
    cr_assert_eq(EVP_DigestSignInit_ex(digest, &context, hash, NULL, NULL,
                                       signer->key, NULL), 1);
    if (strcmp(alg, "PS256") == 0) {
        EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST);
    }
    cr_assert_eq(EVP_DigestSign(digest, signature, &size,
                                (const unsigned char *) text, strlen(text)),
                 1);
    EVP_MD_CTX_free(digest);
    if (strncmp(alg, "ES", 2) == 0) {
        size = signing_raw(signature, size, hash[3] == '2' ? 32 : 48, raw);
        memcpy(signature, raw, size);
    }
    return arena_printf(signer->arena, "%s.%s", text,
                        signing_base64url(signer->arena, signature, size));
}

/* A token with an ordinary header. */
static inline const char *
signer_token(const struct signer *signer, const char *payload)
{
    return signer_sign(signer,
                       arena_printf(signer->arena,
                                    "{\"alg\":\"%s\",\"kid\":\"%s\","
                                    "\"typ\":\"JWT\"}",
                                    signer->alg, signer->kid),
                       payload);
}

/* A token whose signature is an HMAC with any secret. */
static inline const char *
signing_hmac(struct arena *arena, const char *header, const char *payload,
             const char *secret)
{
    unsigned char mac[32];
    unsigned size = sizeof(mac);
    const char *text = arena_printf(
        arena, "%s.%s", signing_base64url(arena, header, strlen(header)),
        signing_base64url(arena, payload, strlen(payload)));
    HMAC(EVP_sha256(), secret, (int) strlen(secret),
         (const unsigned char *) text, strlen(text), mac, &size);
    return arena_printf(arena, "%s.%s", text,
                        signing_base64url(arena, mac, size));
}

#endif
