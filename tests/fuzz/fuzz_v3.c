/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes bodies of POST /v3/auth/tokens: what is taken names somebody and
 * shows a secret.
 */
#include <stddef.h>
#include <stdint.h>

#include "api/body.h"
#include "identity/v3_body.h"
#include "promises.h"
#include "unit/api/by_hand.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require_named(const struct v3_named *named)
{
    require(named->id != NULL || named->name != NULL);
    require_utf8(named->id == NULL ? named->name : named->id);
}

static void
check_auth(const struct v3_auth *auth)
{
    require(auth->secret != NULL);
    require_utf8(auth->secret);
    require(v3_method_name(auth->method)[0] != '\0');
    if (auth->method == V3_CREDENTIAL) {
        require_named(&auth->credential);
    }
    if (auth->method == V3_PASSWORD ||
        (auth->method == V3_CREDENTIAL && auth->credential.id == NULL)) {
        require_named(&auth->user);
    }
    if (auth->scope == V3_SCOPE_PROJECT) {
        require_named(&auth->project);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct by_hand hand;
    struct v3_auth auth;
    json_t *json;
    by_hand_init(&hand, "networks", "member");
    hand.call.body = arena_strndup(&hand.arena, (const char *) data, size);
    hand.call.body_len = strlen(hand.call.body);
    struct err *err = body_parse(&hand.call, &json);
    if (err == NULL) {
        err = v3_auth_read(&hand.arena, json, &auth);
    }
    if (err != NULL) {
        require_refusal(err);
    } else {
        check_auth(&auth);
    }
    by_hand_done(&hand);
    return 0;
}
