/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public keys of an issuer (RFC 7517), and what they have signed
 * (RFC 7515, compact form).
 */
#ifndef IDENTITY_JWKS_H
#define IDENTITY_JWKS_H

#include <stddef.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/pubkey.h"

#define JWKS_KEYS_MAX 64
#define JWT_SIZE_MAX 16384 /* Bytes of a token. */

struct jwk {
    const char *kid;   /* NULL: has none. */
    const char *alg;   /* The only one it is for; NULL: any that fits. */
    struct pubkey *key;
};

struct jwks {
    struct jwk keys[JWKS_KEYS_MAX];
    size_t n;
    size_t n_unusable; /* Left out: of a kind not known here, not for
                        * signatures, too weak, malformed. */
};

/* Reads a set of keys into 'arena'; refuses one without a key that can be
 * used. */
struct err *jwks_read(struct arena *arena, const char *text, size_t len,
                      struct jwks *ret_keys) MUST_CHECK;

enum jws_outcome {
    JWS_GOOD,
    JWS_BAD,
    JWS_UNKNOWN_KEY, /* Other keys might verify it. */
};

/* Verifies 'token' and gives what it says.  No key of the token's own is
 * believed, and no algorithm that the key is not for. */
enum jws_outcome jws_open(struct arena *arena, const struct jwks *keys,
                          const char *token, struct bytes *ret_payload);

#endif
