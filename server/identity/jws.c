/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signed tokens, strictly: RFC 8725 says what went wrong elsewhere.
 */
#include <jansson.h>
#include <strings.h>

#include "core/base64url.h"
#include "core/json_depth.h"
#include "identity/jwks.h"

#define MAX_DEPTH 4

/* A token in its parts. */
struct parts {
    struct bytes header, payload, signature;
    struct bytes signed_text; /* What the signature is over. */
};

static bool
decode(struct arena *arena, const char *text, size_t len,
       struct bytes *ret_bytes)
{
    unsigned char *bytes = arena_alloc(arena, BASE64URL_SIZE(len));
    ret_bytes->data = bytes;
    return base64url_decode(text, len, bytes, &ret_bytes->size);
}

static bool
split(struct arena *arena, const char *token, struct parts *ret_parts)
{
    if (strnlen(token, JWT_SIZE_MAX + 1) > JWT_SIZE_MAX) {
        return false;
    }
    const char *payload = strchr(token, '.');
    const char *signature = payload == NULL ? NULL : strchr(++payload, '.');
    if (signature == NULL) {
        return false;
    }
    ret_parts->signed_text = (struct bytes){(const unsigned char *) token,
                                            (size_t) (signature - token)};
    return decode(arena, token, (size_t) (payload - 1 - token),
                  &ret_parts->header) &&
           decode(arena, payload, (size_t) (signature - payload),
                  &ret_parts->payload) &&
           decode(arena, signature + 1, strlen(signature + 1),
                  &ret_parts->signature);
}

/* RFC 7519 5.1, RFC 9068 2.1: a token that was made for something else, such
 * as a logout, says so here (RFC 8725 3.11). */
static bool
is_type_of_ours(const json_t *header)
{
    const json_t *member = json_object_get(header, "typ");
    const char *type = json_string_value(member);
    if (type != NULL && strncasecmp(type, "application/", 12) == 0) {
        type += 12;
    }
    return member == NULL ||
           (type != NULL && (strcasecmp(type, "JWT") == 0 ||
                             strcasecmp(type, "at+jwt") == 0));
}

/* A key that the header names, or the only one that fits when it names none;
 * NULL: there is none, or more than one. */
static const struct jwk *
find_key(const struct jwks *keys, enum signing signing, const char *alg,
         const char *kid)
{
    const struct jwk *found = NULL;
    for (size_t i = 0; i < keys->n; i++) {
        const struct jwk *key = &keys->keys[i];
        bool fits = signing_fits(signing, key->key) &&
                    (key->alg == NULL || strcmp(key->alg, alg) == 0) &&
                    (kid == NULL ||
                     (key->kid != NULL && strcmp(key->kid, kid) == 0));
        if (fits && found != NULL) {
            return NULL;
        }
        found = fits ? key : found;
    }
    return found;
}

/* Keys that the header brings along (jwk, jku, x5c) are not looked at; what it
 * demands to be understood (crit) is not. */
static enum jws_outcome
verify(const struct jwks *keys, const json_t *header,
       const struct parts *parts)
{
    const char *alg = json_string_value(json_object_get(header, "alg"));
    const json_t *kid = json_object_get(header, "kid");
    enum signing signing = alg == NULL ? N_SIGNINGS : signing_find(alg);
    if (signing == N_SIGNINGS || !is_type_of_ours(header) ||
        json_object_get(header, "crit") != NULL ||
        json_object_get(header, "b64") != NULL ||
        (kid != NULL && !json_is_string(kid))) {
        return JWS_BAD;
    }
    const struct jwk *key = find_key(keys, signing, alg,
                                     json_string_value(kid));
    if (key == NULL) {
        return JWS_UNKNOWN_KEY;
    }
    return pubkey_verify(key->key, signing, parts->signed_text,
                         parts->signature)
               ? JWS_GOOD
               : JWS_BAD;
}

enum jws_outcome
jws_open(struct arena *arena, const struct jwks *keys, const char *token,
         struct bytes *ret_payload)
{
    struct parts parts;
    if (!split(arena, token, &parts)) {
        return JWS_BAD;
    }
    const char *text = (const char *) parts.header.data;
    if (json_depth(text, parts.header.size) > MAX_DEPTH) {
        return JWS_BAD;
    }
    json_t *header = json_loadb(text, parts.header.size,
                                JSON_REJECT_DUPLICATES, NULL);
    enum jws_outcome outcome = json_is_object(header)
                                   ? verify(keys, header, &parts)
                                   : JWS_BAD;
    json_decref(header);
    *ret_payload = parts.payload;
    return outcome;
}
