/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /v3/auth/tokens: who gets a token, for which project, and what it is worth.
 */
#include "support/v3.h"

/* --- methods */

Test(v3_tokens, a_password_gives_a_token_for_the_default_project)
{
    struct v3 v3 = v3_serve(NULL);
    struct reply r = v3_login("alice", PASSWORD, NULL);
    const char *token = v3_token(&r);
    expect_at(&r, "token.methods", "[\"password\"]");
    expect_at(&r, "token.user.name", "alice");
    expect_at(&r, "token.user.domain.id", "default");
    expect_at(&r, "token.project.id", "blue");
    expect_at(&r, "token.project.domain.name", "Default");
    expect_at(&r, "token.roles.0.name", "member");
    cr_assert_eq(strlen(token), 43);
    cr_assert_eq(v3_status(token), 200);
    server_end(&v3.server);
}

Test(v3_tokens, the_catalog_says_where_the_services_are)
{
    struct v3 v3 = v3_serve(NULL);
    struct reply r = v3_login("alice", PASSWORD, NULL);
    expect_at(&r, "token.catalog.0.type", "network");
    expect_at(&r, "token.catalog.0.endpoints.0.interface", "public");
    expect_at(&r, "token.catalog.0.endpoints.0.url",
              text("%s/", v3.server.url));
    expect_at(&r, "token.catalog.1.type", "identity");
    expect_at(&r, "token.catalog.1.endpoints.2.url",
              text("%s/v3", v3.server.url));
    server_end(&v3.server);
}

Test(v3_tokens, a_credential_gives_a_token_for_its_project)
{
    struct v3 v3 = v3_serve(NULL);
    struct reply r = v3_login_credential(v3.credential_id, v3.secret);
    cr_assert_eq(v3_status(v3_token(&r)), 200);
    expect_at(&r, "token.methods", "[\"application_credential\"]");
    expect_at(&r, "token.project.id", "blue");
    expect_at(&r, "token.application_credential.name", "ci");
    r = api_body(POST, "/v3/auth/tokens",
                 "{'auth': {'identity': {'methods': "
                 "['application_credential'], 'application_credential': {"
                 "'name': 'ci', 'secret': '%s', 'user': {'name': 'alice', "
                 "'domain': {'id': 'default'}}}}}}", v3.secret);
    expect_status(&r, 201);
    server_end(&v3.server);
}

Test(v3_tokens, a_token_gives_another_one_that_lives_no_longer)
{
    struct v3 v3 = v3_serve(NULL);
    struct reply first = v3_login("alice", PASSWORD, NULL);
    struct reply r = v3_login_token(v3_token(&first),
                                    "{'project': {'id': 'red'}}");
    expect_status(&r, 201);
    expect_at(&r, "token.methods", "[\"password\",\"token\"]");
    expect_at(&r, "token.project.id", "red");
    expect_at(&r, "token.roles.0.name", "reader");
    expect_at(&r, "token.expires_at", text_at(&first, "token.expires_at"));
    expect_at(&r, "token.audit_ids.1", text_at(&first, "token.audit_ids.0"));
    server_end(&v3.server);
}

Test(v3_tokens, who_is_refused_is_told_the_same_whatever_was_wrong)
{
    struct v3 v3 = v3_serve(NULL);
    struct reply wrong = v3_login("alice", "wrong", NULL);
    struct reply other[] = {
        v3_login("nobody", PASSWORD, NULL),
        v3_login("Alice", PASSWORD, NULL),
        v3_login("alice", "", NULL),
        v3_login_credential(v3.credential_id, "wrong"),
        v3_login_credential(NOBODY, v3.secret),
        v3_login("alice", letters(5000), NULL),
    };
    expect_v3_error(&wrong, 401, "Unauthorized");
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        expect_status(&other[i], 401);
        expect_at(&other[i], "error.message",
                  text_at(&wrong, "error.message"));
        cr_assert_null(reply_header(&other[i], "X-Subject-Token"));
    }
    server_end(&v3.server);
}

/* --- scopes */

Test(v3_tokens, a_scope_is_a_project_by_id_or_name)
{
    struct v3 v3 = v3_serve(NULL);
    struct reply r = v3_login("alice", PASSWORD,
                              "{'project': {'name': 'red', 'domain': "
                              "{'name': 'Default'}}}");
    expect_status(&r, 201);
    expect_at(&r, "token.project.id", "red");
    const char *none[] = {"{'project': {'id': 'ops'}}",
                          "{'project': {'id': 'nowhere'}}",
                          "{'project': {'name': 'red', 'domain': "
                          "{'name': 'users'}}}",
                          "{'domain': {'id': 'default'}}",
                          "{'system': {'all': true}}"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        r = v3_login("alice", PASSWORD, none[i]);
        expect_v3_error(&r, 401, "Unauthorized");
    }
    server_end(&v3.server);
}

Test(v3_tokens, an_unscoped_token_is_for_choosing_a_project)
{
    struct v3 v3 = v3_serve(NULL);
    struct reply r = v3_login("alice", PASSWORD, "'unscoped'");
    session()->token = v3_token(&r);
    expect_at(&r, "token.project", "absent");
    expect_at(&r, "token.roles", "absent");
    expect_at(&r, "token.catalog", "absent");
    r = api(GET, "/v3/auth/projects");
    expect_status(&r, 200);
    cr_assert_str_eq(joined_sorted(&r, "projects", "name"), "blue,red");
    r = api(GET, "/v2.0/networks");
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = v3_login_token(session()->token, "{'project': {'id': 'blue'}}");
    cr_assert_eq(v3_status(v3_token(&r)), 200);
    server_end(&v3.server);
}

Test(v3_tokens, a_credential_enters_no_other_project)
{
    struct v3 v3 = v3_serve(NULL);
    struct reply r = v3_login_credential(v3.credential_id, v3.secret);
    const char *token = v3_token(&r);
    r = v3_login_token(token, "{'project': {'id': 'red'}}");
    expect_status(&r, 401);
    r = v3_login_token(token, "'unscoped'");
    expect_status(&r, 401);
    r = v3_login_token(token, "{'project': {'id': 'blue'}}");
    expect_status(&r, 201);
    server_end(&v3.server);
}

Test(v3_tokens, roles_are_those_of_the_project)
{
    struct v3 v3 = v3_serve(NULL);
    v3_be("alice", "{'project': {'id': 'red'}}");
    struct reply r = create("network", "%s", "");
    expect_status(&r, 403);
    v3_be("alice", "{'project': {'id': 'blue'}}");
    r = create("network", "%s", "");
    expect_status(&r, 201);
    expect_at(&r, "network.project_id", "blue");
    erase("network", text_at(&r, "network.id"));
    v3_be("root", NULL);
    r = create("network", "'project_id': 'blue'");
    expect_status(&r, 201);
    erase("network", text_at(&r, "network.id"));
    server_end(&v3.server);
}

/* --- looking at them */

Test(v3_tokens, a_token_is_shown_to_its_user_and_to_admins)
{
    struct v3 v3 = v3_serve(NULL);
    const char *token = v3_be("alice", NULL);
    struct reply r;
    for (int i = 0; i < 2; i++) {
        with_header("X-Subject-Token: %s", token);
        r = api(GET, "/v3/auth/tokens");
        expect_status(&r, 200);
        expect_at(&r, "token.user.name", "alice");
        expect_header(&r, "X-Subject-Token", token);
        v3_be("root", NULL);
    }
    const char *root = session()->token;
    v3_be("alice", NULL);
    with_header("X-Subject-Token: %s", root);
    r = api(GET, "/v3/auth/tokens");
    expect_v3_error(&r, 404, "Not Found");
    with_header("X-Subject-Token: %s", token);
    r = api(GET, "/v3/auth/tokens?nocatalog");
    expect_at(&r, "token.catalog", "absent");
    with_header("X-Subject-Token: %s", token);
    r = api("HEAD", "/v3/auth/tokens");
    expect_status(&r, 200);
    cr_assert_eq(r.size, 0);
    r = api(GET, "/v3/auth/tokens");
    expect_v3_error(&r, 400, "Bad Request");
    session()->token = NULL;
    with_header("X-Subject-Token: %s", token);
    r = api(GET, "/v3/auth/tokens");
    expect_v3_error(&r, 401, "Unauthorized");
    server_end(&v3.server);
}

/* --- their end */

Test(v3_tokens, a_revoked_token_ends_at_once_and_soon_on_other_servers)
{
    struct v3 v3 = v3_serve(NULL);
    struct server other = v3_serve_another(&v3);
    const char *token = v3_be("alice", NULL);
    cr_assert_eq(v3_status(token), 200);
    on_server(other.url);
    cr_assert_eq(v3_status(token), 200);
    on_server(v3.server.url);
    with_header("X-Subject-Token: %s", token);
    struct reply r = api(DELETE, "/v3/auth/tokens");
    expect_status(&r, 204);
    cr_assert_eq(v3_status(token), 401);
    on_server(other.url);
    cr_assert_eq(v3_await(token, 401), 401);
    server_end(&other);
    server_end(&v3.server);
}

Test(v3_tokens, nobody_revokes_the_token_of_another)
{
    struct v3 v3 = v3_serve(NULL);
    const char *root = v3_be("root", NULL);
    v3_be("alice", NULL);
    with_header("X-Subject-Token: %s", root);
    struct reply r = api(DELETE, "/v3/auth/tokens");
    expect_v3_error(&r, 404, "Not Found");
    cr_assert_eq(v3_status(root), 200);
    server_end(&v3.server);
}

Test(v3_tokens, a_token_expires)
{
    struct v3 v3 = v3_serve("--token-ttl-s", "2");
    const char *token = v3_be("alice", NULL);
    cr_assert_eq(v3_status(token), 200);
    cr_assert_eq(v3_await(token, 401), 401);
    struct reply r = v3_login_token(token, NULL);
    expect_status(&r, 401);
    server_end(&v3.server);
}

Test(v3_tokens, a_token_outlives_the_server)
{
    struct v3 v3 = v3_serve(NULL);
    const char *token = v3_be("alice", NULL);
    server_end(&v3.server);
    v3.server = v3_serve_another(&v3);
    on_server(v3.server.url);
    cr_assert_eq(v3_status(token), 200);
    server_end(&v3.server);
}

/* --- what is no request */

Test(v3_tokens, malformed_bodies_are_refused)
{
    struct v3 v3 = v3_serve(NULL);
    const char *bad[] = {"", "{", "[]", "null", "{}", "{\"auth\": 1}",
                         "{\"auth\": {\"identity\": {\"methods\": "
                         "[\"password\"], \"password\": {\"user\": "
                         "{\"name\": \"a\\u0000\", \"password\": \"\"}}}}}",
                         "{\"auth\": {}, \"auth\": {}}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct reply r = api_raw(POST, "/v3/auth/tokens", bad[i],
                                 strlen(bad[i]));
        expect_v3_error(&r, 400, "Bad Request");
    }
    struct reply r = api(PUT, "/v3/auth/tokens");
    expect_v3_error(&r, 405, "Method Not Allowed");
    r = api(GET, "/v3/nothing");
    expect_v3_error(&r, 404, "Not Found");
    server_end(&v3.server);
}

Test(v3_tokens, tokens_that_are_none_are_refused)
{
    struct v3 v3 = v3_serve(NULL);
    const char *bad[] = {"x", "'", "\\", letters(4000)};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_assert_eq(v3_status(bad[i]), 401, "%s", bad[i]);
    }
    server_end(&v3.server);
}

/* They are the same path: no other rules hold there. */
Test(v3_tokens, other_spellings_of_the_path_change_nothing)
{
    struct v3 v3 = v3_serve(NULL);
    static const char *const paths[] = {"//v3/auth/tokens",
                                        "/%76%33/auth/tokens"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        with_header("Dry-Run: true");
        struct reply r = api_body(
            POST, paths[i],
            "{'auth': {'identity': {'methods': ['password'], 'password': "
            "{'user': {'name': 'alice', 'domain': {'id': 'default'}, "
            "'password': 'wrong'}}}}}");
        expect_v3_error(&r, 401, "Unauthorized");
    }
    server_end(&v3.server);
}

Test(v3_tokens, too_many_wrong_passwords_have_to_wait)
{
    struct v3 v3 = v3_serve(NULL);
    struct reply r = v3_login_credential(v3.credential_id, "wrong");
    for (int i = 0; i < 40 && r.status == 401; i++) {
        r = v3_login_credential(v3.credential_id, "wrong");
    }
    expect_v3_error(&r, 429, "Too Many Requests");
    const char *wait = reply_header(&r, "Retry-After");
    cr_assert_not_null(wait);
    cr_assert(strtol(wait, NULL, 10) >= 1 && strtol(wait, NULL, 10) <= 6);
    r = v3_login_credential(v3.credential_id, v3.secret);
    expect_status(&r, 429);
    r = v3_login("alice", PASSWORD, NULL);
    expect_status(&r, 201);
    server_end(&v3.server);
}

Test(v3_tokens, right_ones_do_not_have_to_wait)
{
    struct v3 v3 = v3_serve(NULL);
    for (int i = 0; i < 100; i++) {
        struct reply r = v3_login_credential(v3.credential_id, v3.secret);
        expect_status(&r, 201);
    }
    server_end(&v3.server);
}
