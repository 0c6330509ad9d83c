/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is let in: hosts and origins without authentication, tokens with it.
 */
#include <signal.h>
#include <unistd.h>

#include "core/digest.h"
#include "support/api.h"
#include "support/tokens.h"

/* --- where requests come from, with auth = none */

Test(tokens, a_foreign_host_is_refused)
{
    const char *bad[] = {"evil.example", "evil.example:9696",
                         "127.0.0.1.evil.example"};
    for (size_t i = 0; i < 3; i++) {
        with_header("Host: %s", bad[i]);
        struct reply r = api(GET, "/v2.0/networks");
        cr_assert(r.status >= 400 && r.status < 500, "%s", describe(&r));
    }
}

Test(tokens, this_machine_may_be_called_by_its_names)
{
    const char *port = strrchr(session()->url, ':');
    const char *good[] = {"localhost", "127.0.0.1", "[::1]"};
    for (size_t i = 0; i < 3; i++) {
        with_header("Host: %s%s", good[i], port);
        struct reply r = api(GET, "/v2.0/networks?limit=1");
        expect_status(&r, 200);
    }
}

Test(tokens, a_foreign_origin_is_refused)
{
    const char *bad[] = {"http://evil.example", "null",
                         "http://127.0.0.1.evil.example"};
    for (size_t i = 0; i < 3; i++) {
        with_header("Origin: %s", bad[i]);
        struct reply r = create("network", "%s", "");
        cr_assert(r.status >= 400 && r.status < 500, "%s", describe(&r));
    }
    with_header("Origin: %s", session()->url);
    struct reply r = create("network", "%s", "");
    expect_status(&r, 201);
}

Test(tokens, without_authentication_only_this_machine_is_served)
{
    char said[2048];
    int status = server_run(said, sizeof(said), "serve", "--database-url",
                            server_database(), "--auth", "none", "--listen",
                            "0.0.0.0:0");
    cr_assert_neq(status, 0);
    cr_assert(strlen(said) > 0);
}

/* --- tokens */

static struct reply
as_token(const char *token)
{
    session()->token = token;
    return api(GET, "/v2.0/networks?limit=1");
}

Test(tokens, a_token_is_needed_and_must_be_known)
{
    struct token_server tokens = serve_tokens(NULL);
    const char *bad[] = {NULL, "", "wrong", "ADMIN-TOKEN"};
    for (size_t i = 0; i < 4; i++) {
        struct reply r = as_token(bad[i]);
        expect_error(&r, 401, "HTTPUnauthorized");
    }
    struct reply r = as_token("admin-token");
    expect_status(&r, 200);
    server_end(&tokens.server);
}

Test(tokens, a_hash_is_no_token)
{
    struct token_server tokens = serve_tokens(NULL);
    char digest[DIGEST_TEXT_SIZE];
    digest_sha256("admin-token", strlen("admin-token"), digest);
    struct reply r = as_token(digest);
    expect_status(&r, 401);
    server_end(&tokens.server);
}

Test(tokens, a_token_says_project_and_roles_and_headers_do_not)
{
    struct token_server tokens = serve_tokens(NULL);
    session()->token = "member-token";
    as("operators", "admin");
    struct reply r = create("network", "'name': '%s'", unique("n-"));
    expect_status(&r, 201);
    expect_at(&r, "network.project_id", "acme");
    r = create("network", "'shared': true");
    expect_status(&r, 403);
    session()->token = "reader-token";
    r = create("network", "%s", "");
    expect_status(&r, 403);
    server_end(&tokens.server);
}

Test(tokens, versions_and_health_need_no_token)
{
    struct token_server tokens = serve_tokens(NULL);
    session()->token = NULL;
    const char *open[] = {"/", "/healthz", "/readyz"};
    for (size_t i = 0; i < 3; i++) {
        struct reply r = api(GET, "%s", open[i]);
        expect_status(&r, 200);
    }
    server_end(&tokens.server);
}

/* Asks until the answer is 'status' or two seconds have passed. */
static int
wait_for_status(const char *token, int status)
{
    int last = 0;
    for (int i = 0; i < 40 && last != status; i++) {
        last = as_token(token).status;
        usleep(50000);
    }
    return last;
}

Test(tokens, a_hangup_reloads_the_tokens)
{
    struct token_server tokens = serve_tokens(NULL);
    FILE *file = fopen(tokens.file, "w");
    write_token(file, "new-token", "carol acme member");
    fclose(file);
    kill(tokens.server.pid, SIGHUP);
    cr_assert_eq(wait_for_status("new-token", 200), 200);
    cr_assert_eq(wait_for_status("member-token", 401), 401);
    server_end(&tokens.server);
}

Test(tokens, a_broken_file_keeps_the_old_tokens)
{
    struct token_server tokens = serve_tokens(NULL);
    FILE *file = fopen(tokens.file, "w");
    fprintf(file, "this is no line of tokens\n");
    fclose(file);
    kill(tokens.server.pid, SIGHUP);
    usleep(300000);
    cr_assert_eq(as_token("member-token").status, 200);
    server_end(&tokens.server);
}

Test(tokens, a_broken_file_stops_the_start)
{
    char said[2048];
    const char *path = text("%s/%s", test_dir(), unique("tokens-"));
    FILE *file = fopen(path, "w");
    fprintf(file, "abc alice acme member\n");
    fclose(file);
    int status = server_run(said, sizeof(said), "serve", "--database-url",
                            server_database(), "--auth", "tokens",
                            "--tokens-file", path, "--listen",
                            "127.0.0.1:0");
    cr_assert_neq(status, 0);
    cr_assert(strstr(said, "1") != NULL, "no line number: %s", said);
}
