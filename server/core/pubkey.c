/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Public keys by libcrypto.
 */
#include "core/pubkey.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "core/arena.h"

#define DER_MAX 160 /* Of an ECDSA signature. */
#define ED25519_SIZE 32

struct pubkey {
    enum pubkey_type type;
    EVP_PKEY *key;
};

static const struct {
    const char *name;
    enum pubkey_type type;
    bool pss;
    const char *hash;      /* NULL: the algorithm's own. */
    size_t signature_size; /* 0: that of the key. */
} signings[N_SIGNINGS] = {
    [SIGNING_RS256] = {"RS256", PUBKEY_RSA, false, "SHA256", 0},
    [SIGNING_PS256] = {"PS256", PUBKEY_RSA, true, "SHA256", 0},
    [SIGNING_ES256] = {"ES256", PUBKEY_P256, false, "SHA256", 64},
    [SIGNING_ES384] = {"ES384", PUBKEY_P384, false, "SHA384", 96},
    [SIGNING_EDDSA] = {"EdDSA", PUBKEY_ED25519, false, NULL, 64},
};

static void
release_key(void *key)
{
    EVP_PKEY_free(key);
}

/* Keeps 'key' when libcrypto finds it sound. */
static struct pubkey *
keep(struct arena *arena, enum pubkey_type type, EVP_PKEY *key)
{
    EVP_PKEY_CTX *context =
        key == NULL ? NULL : EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    bool sound = context != NULL && EVP_PKEY_public_check(context) == 1;
    EVP_PKEY_CTX_free(context);
    ERR_clear_error();
    if (!sound) {
        EVP_PKEY_free(key);
        return NULL;
    }
    struct pubkey *pubkey = ARENA_NEW(arena, struct pubkey);
    *pubkey = (struct pubkey){type, key};
    arena_defer(arena, release_key, key);
    return pubkey;
}

/* The key of 'type' ("RSA", "EC") that 'build' describes, or NULL. */
static EVP_PKEY *
make(const char *type, OSSL_PARAM_BLD *build)
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);

    if (params == NULL || context == NULL ||
        EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1) {
        key = NULL;
    }
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(params);
    return key;
}

struct pubkey *
pubkey_rsa(struct arena *arena, struct bytes modulus, struct bytes exponent)
{
    EVP_PKEY *key = NULL;

    if (modulus.size > PUBKEY_RSA_MAX_BITS / 8 || exponent.size > 8) {
        return NULL;
    }
    BIGNUM *n = BN_bin2bn(modulus.data, (int) modulus.size, NULL);
    BIGNUM *e = BN_bin2bn(exponent.data, (int) exponent.size, NULL);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    if (n != NULL && e != NULL && build != NULL &&
        BN_num_bits(n) >= PUBKEY_RSA_MIN_BITS && BN_is_odd(e) &&
        !BN_is_one(e) &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1) {
        key = make("RSA", build);
    }
    OSSL_PARAM_BLD_free(build);
    BN_free(n);
    BN_free(e);
    return keep(arena, PUBKEY_RSA, key);
}

struct pubkey *
pubkey_ec(struct arena *arena, enum pubkey_type type, struct bytes x,
          struct bytes y)
{
    unsigned char point[1 + 2 * 48] = {POINT_CONVERSION_UNCOMPRESSED};
    size_t size = type == PUBKEY_P256 ? 32 : 48;
    EVP_PKEY *key = NULL;

    if (x.size != size || y.size != size) {
        return NULL;
    }
    memcpy(point + 1, x.data, size);
    memcpy(point + 1 + size, y.data, size);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    if (build != NULL &&
        OSSL_PARAM_BLD_push_utf8_string(
            build, OSSL_PKEY_PARAM_GROUP_NAME,
            type == PUBKEY_P256 ? "P-256" : "P-384", 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY,
                                         point, 1 + 2 * size) == 1) {
        key = make("EC", build);
    }
    OSSL_PARAM_BLD_free(build);
    return keep(arena, type, key);
}

struct pubkey *
pubkey_ed25519(struct arena *arena, struct bytes x)
{
    if (x.size != ED25519_SIZE) {
        return NULL;
    }
    return keep(arena, PUBKEY_ED25519,
                EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, x.data,
                                            x.size));
}

enum signing
signing_find(const char *name)
{
    enum signing signing = 0;

    while (signing < N_SIGNINGS && strcmp(signings[signing].name, name) != 0) {
        signing++;
    }
    return signing;
}

bool
signing_fits(enum signing signing, const struct pubkey *key)
{
    return signings[signing].type == key->type;
}

/* Two numbers as libcrypto wants them; returns the length, 0: no. */
static size_t
der_of(struct bytes raw, unsigned char ret_der[DER_MAX])
{
    int half = (int) raw.size / 2;
    BIGNUM *r = BN_bin2bn(raw.data, half, NULL);
    BIGNUM *s = BN_bin2bn(raw.data + half, half, NULL);
    ECDSA_SIG *pair = ECDSA_SIG_new();
    int len = 0;

    if (pair == NULL || r == NULL || s == NULL ||
        ECDSA_SIG_set0(pair, r, s) != 1) {
        BN_free(r);
        BN_free(s);
    } else {
        len = i2d_ECDSA_SIG(pair, &ret_der);
    }
    ECDSA_SIG_free(pair);
    return len > 0 ? (size_t) len : 0;
}

static bool
verify(const struct pubkey *key, enum signing signing, struct bytes data,
       struct bytes signature)
{
    EVP_PKEY_CTX *context; /* Belongs to 'digest'. */
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    bool good =
        digest != NULL &&
        EVP_DigestVerifyInit_ex(digest, &context, signings[signing].hash,
                                NULL, NULL, key->key, NULL) == 1 &&
        (!signings[signing].pss ||
         (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
          EVP_PKEY_CTX_set_rsa_pss_saltlen(context,
                                           RSA_PSS_SALTLEN_DIGEST) == 1)) &&
        EVP_DigestVerify(digest, signature.data, signature.size, data.data,
                         data.size) == 1;

    EVP_MD_CTX_free(digest);
    ERR_clear_error();
    return good;
}

bool
pubkey_verify(const struct pubkey *key, enum signing signing,
              struct bytes data, struct bytes signature)
{
    unsigned char der[DER_MAX];
    size_t size = signings[signing].signature_size;

    if (!signing_fits(signing, key) ||
        (size != 0 && signature.size != size)) {
        return false;
    }
    if (key->type == PUBKEY_P256 || key->type == PUBKEY_P384) {
        signature = (struct bytes){der, der_of(signature, der)};
    }
    return signature.size > 0 && verify(key, signing, data, signature);
}
