/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes what strangers and issuers send to auth = jwt: the first byte of the
 * input says what the rest is: a token (t), a set of keys (k), claims (c), or
 * Keystone's description of a token (d).
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/settings.h"
#include "identity/claims.h"
#include "identity/jwks.h"
#include "identity/keystone_answer.h"
#include "promises.h"

#define MEMORY (64u << 20)
#define SET                                                               \
    "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\","                    \
    "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct settings settings = {
    .jwt_issuer = "i",
    .jwt_audience = "a",
    .jwt_claim_project = "p.q",
    .jwt_claim_user = "sub",
    .jwt_claim_roles = "roles",
    .jwt_roles = "x=admin,y=member",
};

/* Only the owner of the key can have signed what is good. */
static void
try_token(struct arena *arena, const char *text)
{
    struct jwks keys;
    struct bytes payload;
    static const char signed_by_rfc_8037[] = "Example of Ed25519 signing";
    require(jwks_read(arena, SET, strlen(SET), &keys) == NULL);
    if (jws_open(arena, &keys, text, &payload) == JWS_GOOD) {
        require(payload.size == strlen(signed_by_rfc_8037));
        require(memcmp(payload.data, signed_by_rfc_8037, payload.size) == 0);
    }
}

static void
try_keys(struct arena *arena, const char *text, size_t size)
{
    struct jwks keys;
    struct err *err = jwks_read(arena, text, size, &keys);
    require((err == NULL) == (keys.n > 0));
    require_refusal(err);
}

/* What is valid has ids that can be told, and ends after now. */
static void
require_verdict(const struct verdict *verdict, int64_t now_us)
{
    require(verdict->kind == VERDICT_VALID);
    require(strlen(verdict->user_id) < LOOKUP_ID_SIZE);
    require(strlen(verdict->project_id) < LOOKUP_ID_SIZE);
    require(verdict->expires_us > now_us);
}

static void
try_claims(struct arena *arena, const char *text, size_t size)
{
    struct verdict verdict;
    struct bytes payload = {(const unsigned char *) text, size};
    if (claims_read(arena, &settings, payload, 1000000, &verdict)) {
        require_verdict(&verdict, 1000000);
    }
}

static void
try_description(struct arena *arena, const char *text, size_t size)
{
    struct verdict verdict;
    if (keystone_answer_read(arena, text, size, &verdict)) {
        require_verdict(&verdict, INT64_MIN);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    if (size == 0 || size > JWT_SIZE_MAX * 2) {
        return 0;
    }
    arena_init(&arena, MEMORY);
    const char *text = (const char *) data + 1;
    if (data[0] == 'k') {
        try_keys(&arena, text, size - 1);
    } else if (data[0] == 'c') {
        try_claims(&arena, text, size - 1);
    } else if (data[0] == 'd') {
        try_description(&arena, text, size - 1);
    } else {
        try_token(&arena, arena_strndup(&arena, text, size - 1));
    }
    arena_done(&arena);
    return 0;
}
