/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets: what people choose is kept as Argon2id (RFC 9106), what the
 * program draws has 256 random bits and is kept as SHA-256, which nobody can
 * run backwards by guessing.  password.c is the only user of libsodium.
 */
#ifndef IDENTITY_PASSWORD_H
#define IDENTITY_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/err.h"

#define PASSWORD_MAX 4096 /* Bytes. */

/* Must have succeeded before anything else here is called. */
struct err *password_init(struct arena *arena) MUST_CHECK;

/* Hashes 'password', with a salt of its own.  Takes a tenth of a second and
 * 64 MiB, on purpose. */
struct err *password_hash(struct arena *arena, const char *password,
                          const char **ret_hash) MUST_CHECK;

/* True when 'hash' can be one of password_hash's. */
bool password_is_hash(const char *hash);

/* Compares in as much time and memory.  ERR_UNAVAILABLE when there is none;
 * whether it is right is not known then. */
struct err *password_verify(struct arena *arena, const char *hash,
                            const char *password, bool *ret_right) MUST_CHECK;

/* A new secret of 256 random bits: letters, digits, '-' and '_'. */
#define SECRET_TEXT_SIZE 44
void secret_new(char ret_text[SECRET_TEXT_SIZE]);

/* 128 bits in the same letters, for ids that are no secrets. */
#define AUDIT_TEXT_SIZE 23
void secret_new_audit_id(char ret_text[AUDIT_TEXT_SIZE]);

#endif
