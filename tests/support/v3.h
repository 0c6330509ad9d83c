/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Servers with users of their own (auth = embedded), and logging in.
 */
#ifndef SUPPORT_V3_H
#define SUPPORT_V3_H

#include "support/api.h"
#include "support/server.h"

#define PASSWORD "correct horse"

/* A file of users: alice (member of "blue", reader of "red"), root (admin of
 * "ops"), all with PASSWORD, and a credential of alice for "blue". */
struct v3 {
    const char *file;
    const char *credential_id;
    const char *secret;
    struct server server;
};

/* Makes such a file, and starts a server on it with more flags; the session
 * is with it, without a token. */
struct v3 v3_serve_args(const char *const *args);
#define v3_serve(...) v3_serve_args((const char *const[]){__VA_ARGS__, NULL})

/* One more server of the same file and database. */
struct server v3_serve_another(const struct v3 *v3);

/* Runs "tenetd user WORDS" on the file, with 'input' as standard input; the
 * test fails unless it succeeds. */
void v3_user(const struct v3 *v3, const char *input, const char *words, ...)
    PRINTF(3, 4);

/* POST /v3/auth/tokens by a password; 'scope' is JSON behind "scope": or
 * NULL. */
struct reply v3_login(const char *name, const char *password,
                      const char *scope);

/* The same by a credential, and by a token. */
struct reply v3_login_credential(const char *id, const char *secret);
struct reply v3_login_token(const char *token, const char *scope);

/* The token of such an answer; the test fails unless it is 201. */
const char *v3_token(const struct reply *reply);

/* Who the session is from now on: a new token of 'name'. */
const char *v3_be(const char *name, const char *scope);

/* GET /v2.0/networks as the bearer of 'token'; its status. */
int v3_status(const char *token);

/* Asks until the status is 'status' or five seconds have passed; the last
 * status. */
int v3_await(const char *token, int status);

#define expect_v3_error(reply, status_, title)                     \
    do {                                                           \
        expect_status((reply), (status_));                         \
        expect_at((reply), "error.code", text("%d", (status_)));   \
        expect_at((reply), "error.title", (title));                \
    } while (0)

#endif
