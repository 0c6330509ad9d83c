/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Keystone says of a token (Identity API v3, GET /v3/auth/tokens).
 */
#ifndef IDENTITY_KEYSTONE_ANSWER_H
#define IDENTITY_KEYSTONE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "identity/lookup.h"

struct settings;

/* Reads 'len' bytes of an answer's body into a valid verdict, with texts in
 * 'arena'; false when it is no description of a token.  A token for a domain,
 * for the system or for nothing has the project "". */
bool keystone_answer_read(struct arena *arena, const char *text, size_t len,
                          struct verdict *ret_verdict);

/* The body of POST /v3/auth/tokens that asks for a token by password. */
const char *keystone_login_body(struct arena *arena,
                                const struct settings *settings,
                                const char *password);

#endif
