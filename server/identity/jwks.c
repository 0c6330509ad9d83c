/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets of keys.  A key that cannot be used is left out, as RFC 7517 section 5
 * says: issuers publish keys for other purposes as well.
 */
#include "identity/jwks.h"

#include <jansson.h>

#include "core/base64url.h"
#include "core/json_depth.h"
#include "resource/names.h"

#define MAX_DEPTH 8

/* The member 'name' of a key as bytes; of size 0 when it is not valid. */
static struct bytes
number_of(struct arena *arena, const json_t *json, const char *name)
{
    const json_t *member = json_object_get(json, name);
    size_t len = json_string_length(member), size;
    unsigned char *bytes = arena_alloc(arena, BASE64URL_SIZE(len));
    if (!json_is_string(member) ||
        !base64url_decode(json_string_value(member), len, bytes, &size)) {
        return (struct bytes){bytes, 0};
    }
    return (struct bytes){bytes, size};
}

static bool
is_text(const json_t *json, const char *name, const char *value)
{
    const char *text = json_string_value(json_object_get(json, name));
    return text != NULL && strcmp(text, value) == 0;
}

static struct pubkey *
read_numbers(struct arena *arena, const json_t *json)
{
    if (is_text(json, "kty", "RSA")) {
        return pubkey_rsa(arena, number_of(arena, json, "n"),
                          number_of(arena, json, "e"));
    }
    if (is_text(json, "kty", "EC") && (is_text(json, "crv", "P-256") ||
                                       is_text(json, "crv", "P-384"))) {
        return pubkey_ec(arena,
                         is_text(json, "crv", "P-256") ? PUBKEY_P256
                                                       : PUBKEY_P384,
                         number_of(arena, json, "x"),
                         number_of(arena, json, "y"));
    }
    if (is_text(json, "kty", "OKP") && is_text(json, "crv", "Ed25519")) {
        return pubkey_ed25519(arena, number_of(arena, json, "x"));
    }
    return NULL;
}

/* RFC 7517 4.2 and 4.3.  A private key in public is nobody's any more. */
static bool
is_for_signatures(const json_t *json)
{
    const json_t *ops = json_object_get(json, "key_ops");
    bool verifies = ops == NULL;
    for (size_t i = 0; i < json_array_size(ops); i++) {
        const char *op = json_string_value(json_array_get(ops, i));
        verifies = verifies || (op != NULL && strcmp(op, "verify") == 0);
    }
    return verifies && json_object_get(json, "d") == NULL &&
           (json_object_get(json, "use") == NULL ||
            is_text(json, "use", "sig"));
}

/* Copies an optional text; false when it is none. */
static bool
read_text(struct arena *arena, const json_t *json, const char *name,
          const char **ret_text)
{
    const json_t *member = json_object_get(json, name);
    const char *text = json_string_value(member);
    *ret_text = text == NULL ? NULL : arena_strdup(arena, text);
    return member == NULL || (text != NULL && names_is_id(text));
}

static bool
read_key(struct arena *arena, const json_t *json, struct jwk *ret_key)
{
    if (!is_for_signatures(json) ||
        !read_text(arena, json, "kid", &ret_key->kid) ||
        !read_text(arena, json, "alg", &ret_key->alg)) {
        return false;
    }
    ret_key->key = read_numbers(arena, json);
    if (ret_key->key == NULL || ret_key->alg == NULL) {
        return ret_key->key != NULL;
    }
    enum signing signing = signing_find(ret_key->alg);
    return signing != N_SIGNINGS && signing_fits(signing, ret_key->key);
}

static struct err *
read_keys(struct arena *arena, const json_t *list, struct jwks *ret_keys)
{
    *ret_keys = (struct jwks){0};
    if (!json_is_array(list) || json_array_size(list) > JWKS_KEYS_MAX) {
        return err_new(arena, ERR_INVALID_INPUT,
                       "it is no JSON object with a list \"keys\" of at most "
                       "%d (RFC 7517)", JWKS_KEYS_MAX);
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct jwk *key = &ret_keys->keys[ret_keys->n];
        bool usable = read_key(arena, json_array_get(list, i), key);
        ret_keys->n += usable ? 1 : 0;
        ret_keys->n_unusable += usable ? 0 : 1;
    }
    if (ret_keys->n == 0) {
        return err_new(arena, ERR_INVALID_INPUT,
                       "none of its %zu keys can be used; valid are keys for "
                       "signatures: RSA of %d to %d bits, P-256, P-384 and "
                       "Ed25519", ret_keys->n_unusable, PUBKEY_RSA_MIN_BITS,
                       PUBKEY_RSA_MAX_BITS);
    }
    return NULL;
}

struct err *
jwks_read(struct arena *arena, const char *text, size_t len,
          struct jwks *ret_keys)
{
    json_t *json = json_depth(text, len) > MAX_DEPTH
                       ? NULL
                       : json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    struct err *err = read_keys(arena, json_object_get(json, "keys"),
                                ret_keys);
    json_decref(json);
    return err;
}
