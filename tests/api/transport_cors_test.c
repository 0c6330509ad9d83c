/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Web pages of other origins: which may use the API, and what their browsers
 * are told.
 */
#include "support/api.h"
#include "support/server.h"
#include "support/tokens.h"

#define PANEL "https://panel.example"

static struct reply
from(const char *origin, const char *method, const char *path)
{
    with_header("Origin: %s", origin);
    return api(method, "%s", path);
}

/* What a browser asks before it sends 'method'. */
static struct reply
preflight(const char *origin, const char *method, const char *path)
{
    with_header("Origin: %s", origin);
    with_header("Access-Control-Request-Method: %s", method);
    with_header("Access-Control-Request-Headers: x-auth-token,content-type");
    return api("OPTIONS", "%s", path);
}

/* True when the list "a, b" in header 'name' has 'item'. */
static bool
lists(const struct reply *reply, const char *name, const char *item)
{
    const char *value = reply_header(reply, name);
    return value != NULL &&
           strstr(text(", %s,", value), text(", %s,", item)) != NULL;
}

#define expect_no_header(reply, name)                                     \
    cr_assert_null(reply_header((reply), (name)), "%s", (reply)->head)

static void
expect_nothing_allowed(const struct reply *reply)
{
    expect_no_header(reply, "Access-Control-Allow-Origin");
    expect_no_header(reply, "Access-Control-Allow-Methods");
    expect_no_header(reply, "Access-Control-Allow-Headers");
}

Test(transport_cors, it_is_off_by_default)
{
    struct reply r = api(GET, "/");
    expect_status(&r, 200);
    expect_nothing_allowed(&r);
    r = from(PANEL, GET, "/");
    expect_status(&r, 403);
    expect_nothing_allowed(&r);
    r = preflight(PANEL, POST, "/v2.0/networks");
    expect_nothing_allowed(&r);
}

Test(transport_cors, an_origin_that_is_set_may_use_the_api)
{
    struct token_server tokens =
        serve_tokens("--cors-origins", "https://other.example," PANEL);
    struct reply r = preflight(PANEL, POST, "/v2.0/networks");
    expect_status(&r, 204);
    expect_header(&r, "Access-Control-Allow-Origin", PANEL);
    cr_assert(lists(&r, "Access-Control-Allow-Methods", "POST"));
    cr_assert(lists(&r, "Access-Control-Allow-Headers", "X-Auth-Token"));
    cr_assert(lists(&r, "Access-Control-Allow-Headers", "Authorization"));
    cr_assert(lists(&r, "Access-Control-Allow-Headers", "Content-Type"));
    cr_assert(strstr(r.head, "Vary: Origin") != NULL, "%s", r.head);
    session()->token = "member-token";
    r = from(PANEL, GET, "/v2.0/networks");
    expect_status(&r, 200);
    expect_header(&r, "Access-Control-Allow-Origin", PANEL);
    cr_assert(lists(&r, "Access-Control-Expose-Headers", "ETag"));
    cr_assert(strstr(r.head, "Vary: Origin") != NULL, "%s", r.head);
    expect_no_header(&r, "Access-Control-Allow-Credentials");
    server_end(&tokens.server);
}

Test(transport_cors, errors_can_be_read_too)
{
    struct token_server tokens = serve_tokens("--cors-origins", PANEL);
    struct reply r = from(PANEL, GET, "/v2.0/networks");
    expect_status(&r, 401);
    expect_header(&r, "Access-Control-Allow-Origin", PANEL);
    server_end(&tokens.server);
}

Test(transport_cors, another_origin_may_not_and_caches_learn_that_it_matters)
{
    struct token_server tokens = serve_tokens("--cors-origins", PANEL);
    const char *bad[] = {"https://evil.example", "http://panel.example",
                         "https://panel.example.evil", "null", "*"};
    session()->token = "member-token";
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct reply r = preflight(bad[i], POST, "/v2.0/networks");
        expect_nothing_allowed(&r);
        r = from(bad[i], GET, "/v2.0/networks");
        expect_nothing_allowed(&r);
        cr_assert(strstr(r.head, "Vary: Origin") != NULL, "%s", r.head);
    }
    struct reply r = api(GET, "/v2.0/networks");
    expect_nothing_allowed(&r);
    cr_assert(strstr(r.head, "Vary: Origin") != NULL, "%s", r.head);
    server_end(&tokens.server);
}

Test(transport_cors, a_star_allows_all_without_credentials)
{
    struct token_server tokens = serve_tokens("--cors-origins", "*");
    struct reply r = preflight(PANEL, DELETE, "/v2.0/networks/" NOBODY);
    expect_status(&r, 204);
    expect_header(&r, "Access-Control-Allow-Origin", "*");
    cr_assert(lists(&r, "Access-Control-Allow-Methods", "DELETE"));
    expect_no_header(&r, "Access-Control-Allow-Credentials");
    cr_assert_null(strstr(r.head, "Vary: Origin"), "%s", r.head);
    server_end(&tokens.server);
}

Test(transport_cors, without_authentication_origins_are_named_one_by_one)
{
    char said[2048];
    struct server server = server_serve("--cors-origins", PANEL);
    on_server(server.url);
    struct reply r = from(PANEL, GET, "/v2.0/networks?limit=1");
    expect_status(&r, 200);
    expect_header(&r, "Access-Control-Allow-Origin", PANEL);
    r = from("https://evil.example", GET, "/v2.0/networks?limit=1");
    expect_status(&r, 403);
    server_end(&server);
    int status = server_run(said, sizeof(said), "serve", "--cors-origins",
                            "*", "--database-url", server_database());
    cr_assert_eq(status, 2);
    cr_assert(strstr(said, "\"cors_origins\"") != NULL, "%s", said);
}

Test(transport_cors, a_preflight_for_a_path_that_is_not_there_is_404)
{
    struct token_server tokens = serve_tokens("--cors-origins", PANEL);
    struct reply r = preflight(PANEL, POST, "/v2.0/netwroks");
    expect_status(&r, 404);
    server_end(&tokens.server);
}
