/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets by libsodium.
 */
#include "identity/password.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

/* Less than a tenth of a second: people wait for it, and every server does it
 * for everybody who logs in. */
#define COST crypto_pwhash_OPSLIMIT_INTERACTIVE
#define MEMORY crypto_pwhash_MEMLIMIT_INTERACTIVE

#define SECRET_BYTES 32
#define AUDIT_BYTES 16
#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

struct err *
password_init(struct arena *arena)
{
    return sodium_init() < 0
               ? err_new(arena, ERR_INTERNAL, "libsodium does not start")
               : NULL;
}

struct err *
password_hash(struct arena *arena, const char *password,
              const char **ret_hash)
{
    char *hash = arena_alloc(arena, crypto_pwhash_STRBYTES);
    if (crypto_pwhash_str(hash, password, strlen(password), COST, MEMORY) !=
        0) {
        return err_new(arena, ERR_UNAVAILABLE,
                       "there is no memory for hashing a password");
    }
    *ret_hash = hash;
    return NULL;
}

bool
password_is_hash(const char *hash)
{
    return strlen(hash) < crypto_pwhash_STRBYTES &&
           strncmp(hash, crypto_pwhash_STRPREFIX,
                   strlen(crypto_pwhash_STRPREFIX)) == 0 &&
           crypto_pwhash_str_needs_rehash(hash, COST, MEMORY) >= 0;
}

struct err *
password_verify(struct arena *arena, const char *hash, const char *password,
                bool *ret_right)
{
    char text[crypto_pwhash_STRBYTES] = "";
    snprintf(text, sizeof text, "%s", hash);
    errno = 0;
    *ret_right = crypto_pwhash_str_verify(text, password,
                                          strlen(password)) == 0;
    if (!*ret_right && errno == ENOMEM) {
        return err_new(arena, ERR_UNAVAILABLE,
                       "there is no memory for comparing a password; try "
                       "again later");
    }
    return NULL;
}

static void
draw(char *ret_text, size_t text_size, size_t n_bytes)
{
    unsigned char bytes[SECRET_BYTES];
    randombytes_buf(bytes, n_bytes);
    sodium_bin2base64(ret_text, text_size, bytes, n_bytes, VARIANT);
    sodium_memzero(bytes, sizeof bytes);
}

void
secret_new(char ret_text[SECRET_TEXT_SIZE])
{
    draw(ret_text, SECRET_TEXT_SIZE, SECRET_BYTES);
}

void
secret_new_audit_id(char ret_text[AUDIT_TEXT_SIZE])
{
    draw(ret_text, AUDIT_TEXT_SIZE, AUDIT_BYTES);
}
