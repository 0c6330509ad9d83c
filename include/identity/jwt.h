/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens that an issuer has signed (RFC 7519), as a source of
 * identity/lookup.h.
 *
 * The issuer's keys come from a file, or by HTTP: then again every
 * jwt_jwks_refresh_s, and when a token names a key that is not among them.
 * When that fails the old keys stay.
 */
#ifndef IDENTITY_JWT_H
#define IDENTITY_JWT_H

#include "core/arena.h"
#include "core/err.h"
#include "identity/lookup.h"

struct fetcher;
struct jwt;
struct settings;
struct workers;

/* Reads the file of keys, or begins to fetch them by 'fetcher'; signatures
 * are verified by 'workers'. */
struct err *jwt_new(struct arena *arena, const struct settings *settings,
                    struct fetcher *fetcher, struct workers *workers,
                    struct jwt **ret_jwt) MUST_CHECK;

/* As 'ask' of identity/lookup.h; 'arg' is the jwt. */
void jwt_ask(void *arg, struct lookup *lookup);

/* Reads the file again, or begins to fetch the keys anew. */
struct err *jwt_renew(struct jwt *jwt, struct arena *arena) MUST_CHECK;

#endif
