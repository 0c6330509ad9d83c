/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Servers with users of their own.
 */
#include "support/v3.h"

#include <stdarg.h>
#include <unistd.h>

#include "core/arena.h"
#include "identity/users_edit.h"

#define MAX_ARGS 16

static void
must(const struct err *err)
{
    cr_assert_null(err, "%s", err == NULL ? "" : err->message);
}

static json_t *
add(struct users_edit *edit, const char *name, const char *hash,
    const char *project, const char *role)
{
    const char *id;
    json_t *user = users_edit_find(edit, name);
    if (user == NULL) {
        must(users_edit_add(edit, name, hash, &user));
    }
    must(users_edit_project(edit, project, project, &id));
    must(users_edit_grant(edit, user, id, role));
    return user;
}

static void
make_file(struct v3 *v3)
{
    struct arena arena;
    struct users_edit edit;
    struct new_credential made;
    const char *hash;
    arena_init(&arena, (size_t) 16 << 20);
    must(password_init(&arena));
    must(password_hash(&arena, PASSWORD, &hash));
    v3->file = text("%s/%s", test_dir(), unique("users-"));
    must(users_edit_begin(&arena, v3->file, &edit));
    json_t *alice = add(&edit, "alice", hash, "blue", "member");
    add(&edit, "alice", hash, "red", "reader");
    add(&edit, "root", hash, "ops", "admin");
    must(users_edit_add_credential(&edit, alice, "blue", NULL, "ci", &made));
    must(users_edit_commit(&edit));
    v3->credential_id = text("%s", made.id);
    v3->secret = text("%s", made.secret);
    arena_done(&arena);
}

static struct server
serve(const char *file, const char *const *args)
{
    const char *all[MAX_ARGS] = {"--auth", "embedded", "--identity-file",
                                 file};
    for (size_t i = 0; args[i] != NULL && i + 5 < MAX_ARGS; i++) {
        all[i + 4] = args[i];
    }
    return server_serve_args(all);
}

struct v3
v3_serve_args(const char *const *args)
{
    struct v3 v3;
    make_file(&v3);
    v3.server = serve(v3.file, args);
    on_server(v3.server.url);
    as(NULL, NULL);
    session()->token = NULL;
    return v3;
}

struct server
v3_serve_another(const struct v3 *v3)
{
    return serve(v3->file, (const char *const[]){NULL});
}

void
v3_user(const struct v3 *v3, const char *input, const char *words, ...)
{
    va_list args;
    va_start(args, words);
    const char *said = arena_vprintf(session_arena(), words, args);
    va_end(args);
    const char *command =
        text("'%s' user %s --identity-file '%s' >/dev/null",
             getenv("TENET_BINARY"), said, v3->file);
    FILE *program = popen(command, "w");
    cr_assert_not_null(program);
    fputs(input, program);
    cr_assert_eq(pclose(program), 0, "%s", command);
}

/* --- logging in */

static struct reply
post(const char *identity, const char *scope)
{
    return api_body(POST, "/v3/auth/tokens", "{'auth': {'identity': %s%s%s}}",
                    identity, scope == NULL ? "" : ", 'scope': ",
                    scope == NULL ? "" : scope);
}

struct reply
v3_login(const char *name, const char *password, const char *scope)
{
    return post(text("{'methods': ['password'], 'password': {'user': {"
                     "'name': '%s', 'domain': {'id': 'default'}, "
                     "'password': '%s'}}}", name, password), scope);
}

struct reply
v3_login_credential(const char *id, const char *secret)
{
    return post(text("{'methods': ['application_credential'], "
                     "'application_credential': {'id': '%s', "
                     "'secret': '%s'}}", id, secret), NULL);
}

struct reply
v3_login_token(const char *token, const char *scope)
{
    return post(text("{'methods': ['token'], 'token': {'id': '%s'}}", token),
                scope);
}

const char *
v3_token(const struct reply *reply)
{
    expect_status(reply, 201);
    const char *token = reply_header(reply, "X-Subject-Token");
    cr_assert_not_null(token, "%s", describe(reply));
    return token;
}

const char *
v3_be(const char *name, const char *scope)
{
    struct reply r = v3_login(name, PASSWORD, scope);
    session()->token = v3_token(&r);
    return session()->token;
}

int
v3_status(const char *token)
{
    session()->token = token;
    return api(GET, "/v2.0/networks?limit=1").status;
}

int
v3_await(const char *token, int status)
{
    int last = 0;
    for (int i = 0; i < 50 && last != status; i++) {
        usleep(i == 0 ? 0 : 100000);
        last = v3_status(token);
    }
    return last;
}
