/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server with tokens: "admin-token" of project "operators", "member-token"
 * and "reader-token" of project "acme".
 */
#ifndef SUPPORT_TOKENS_H
#define SUPPORT_TOKENS_H

#include <stdio.h>

#include "support/server.h"

struct token_server {
    struct server server;
    const char *file;
};

/* Writes the line of 'token': 'rest' are user, project and roles. */
void write_token(FILE *file, const char *token, const char *rest);

/* Starts it with more 'args'; the session speaks to it, without a token. */
struct token_server serve_tokens_args(const char *const *args);
#define serve_tokens(...)  \
    serve_tokens_args((const char *const[]){__VA_ARGS__, NULL})

#endif
