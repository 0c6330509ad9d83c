/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Public keys and the signatures they verify (RFC 7518 section 3, RFC 8037).
 * Keys may be used in several threads at once.
 */
#ifndef CORE_PUBKEY_H
#define CORE_PUBKEY_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct pubkey;

enum pubkey_type { PUBKEY_RSA, PUBKEY_P256, PUBKEY_P384, PUBKEY_ED25519 };

enum signing { SIGNING_RS256, SIGNING_PS256, SIGNING_ES256, SIGNING_ES384,
               SIGNING_EDDSA, N_SIGNINGS };

struct bytes {
    const unsigned char *data;
    size_t size;
};

#define PUBKEY_RSA_MIN_BITS 2048 /* NIST SP 800-131A */
#define PUBKEY_RSA_MAX_BITS 8192 /* Larger ones only cost time. */

/* Makes keys that live as long as 'arena', from big-endian numbers: of RSA,
 * the modulus and the exponent; of an elliptic curve, the coordinates of a
 * point, each as long as the curve's numbers.  NULL when it is no such key: of
 * another length, too weak, not on the curve. */
struct pubkey *pubkey_rsa(struct arena *arena, struct bytes modulus,
                          struct bytes exponent);
struct pubkey *pubkey_ec(struct arena *arena, enum pubkey_type type,
                         struct bytes x, struct bytes y);
struct pubkey *pubkey_ed25519(struct arena *arena, struct bytes x);

/* The algorithm called 'name' ("RS256"), or N_SIGNINGS. */
enum signing signing_find(const char *name);

/* True when 'key' is of the type that 'signing' is for. */
bool signing_fits(enum signing signing, const struct pubkey *key);

/* True when 'signature' over 'data' is good, in the form of RFC 7515: an
 * ECDSA's is two numbers of fixed length.  The key must fit. */
bool pubkey_verify(const struct pubkey *key, enum signing signing,
                   struct bytes data, struct bytes signature);

#endif
