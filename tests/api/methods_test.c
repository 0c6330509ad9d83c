/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HEAD and OPTIONS (RFC 9110 9.3.2 and 9.3.7), and what every answer says of
 * itself.
 */
#include "support/raw.h"
#include "support/server.h"
#include "support/tls.h"

/* --- HEAD */

Test(methods, head_is_get_without_the_body)
{
    const char *paths[] = {"/", "/v2.0", "/healthz", "/readyz",
                           "/v2.0/networks?limit=1",
                           text("/v2.0/networks/%s", make_network())};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        struct reply get = api(GET, "%s", paths[i]);
        struct reply head = api("HEAD", "%s", paths[i]);
        const char *same[] = {"Content-Length", "Content-Type", "ETag"};
        expect_status(&get, 200);
        expect_status(&head, 200);
        for (size_t j = 0; j < 3; j++) {
            const char *value = reply_header(&get, same[j]);
            const char *other = reply_header(&head, same[j]);
            cr_assert_eq(value == NULL, other == NULL, "%s", paths[i]);
            cr_assert(value == NULL || strcmp(value, other) == 0, "%s: %s %s",
                      paths[i], value, other);
        }
    }
}

/* One connection: a body behind a HEAD would be taken for the next answer. */
Test(methods, nothing_follows_a_head)
{
    struct http http = connect_to_server();
    struct http_answer answer;
    for (int i = 0; i < 5; i++) {
        http_sends(&http, "HEAD /v2.0/networks/" NOBODY " HTTP/1.1\r\n" HOST
                          "\r\n");
        cr_assert(http_receive(&http, "HEAD", &answer));
        cr_assert_eq(answer.status, 404);
        http_sends(&http, "GET / HTTP/1.1\r\n" HOST "\r\n");
        cr_assert(http_receive(&http, GET, &answer));
        cr_assert_eq(answer.status, 200);
        cr_assert_eq(answer.body[0], '{');
    }
    http_close(&http);
}

Test(methods, head_of_what_has_not_changed_is_304)
{
    const char *path = text("/v2.0/networks/%s", make_network());
    struct reply r = api(GET, "%s", path);
    with_header("If-None-Match: %s", reply_header(&r, "ETag"));
    r = api("HEAD", "%s", path);
    expect_status(&r, 304);
}

Test(methods, head_of_a_stream_of_events_ends_and_nothing_comes_after_it)
{
    struct http http = connect_to_server();
    struct http_answer answer;
    http_sends(&http, "HEAD /v2.0/events?since=now HTTP/1.1\r\n" HOST
                      "Accept: text/event-stream\r\n\r\n");
    cr_assert(http_receive(&http, "HEAD", &answer));
    cr_assert_eq(answer.status, 200);
    const char *type =
        http_header(session_arena(), &answer, "Content-Type");
    cr_assert_str_eq(type, "text/event-stream");
    const char *connection =
        http_header(session_arena(), &answer, "Connection");
    cr_assert(connection != NULL && strcmp(connection, "close") == 0);
    cr_assert(http_ends(&http, 5000));
    http_close(&http);
    expect_alive();
}

Test(methods, head_changes_nothing_and_needs_the_rights_of_get)
{
    struct reply r = api("HEAD", "/v2.0/networks/%s/tags/x", make_network());
    expect_status(&r, 404);
    as_roles("gardener");
    r = api("HEAD", "/v2.0/networks");
    expect_status(&r, 403);
}

/* --- OPTIONS */

Test(methods, options_tells_what_is_taken)
{
    struct reply r = api("OPTIONS", "/v2.0/networks");
    expect_status(&r, 204);
    expect_header(&r, "Allow", "GET, HEAD, POST, PUT, DELETE, OPTIONS");
    r = api("OPTIONS", "*");
    expect_status(&r, 204);
    r = api("OPTIONS", "/nonsense");
    expect_status(&r, 404);
    r = api("PATCH", "/v2.0/networks/%s", NOBODY);
    expect_error(&r, 405, "HTTPMethodNotAllowed");
    expect_header(&r, "Allow", "GET, HEAD, PUT, DELETE, OPTIONS");
}

/* --- what every answer says of itself */

static void
expect_safe(const struct reply *reply, const char *cache)
{
    expect_header(reply, "X-Content-Type-Options", "nosniff");
    expect_header(reply, "Referrer-Policy", "no-referrer");
    expect_header(reply, "Content-Security-Policy",
                  "default-src 'none'; frame-ancestors 'none'");
    expect_header(reply, "Cache-Control", cache);
    cr_assert_null(reply_header(reply, "Server"));
    cr_assert_null(reply_header(reply, "X-Powered-By"));
}

Test(methods, every_answer_keeps_to_itself)
{
    struct reply r = api(GET, "/");
    expect_safe(&r, "no-store");
    r = create("network", "%s", "");
    expect_safe(&r, "no-store");
    r = show("network", NOBODY);
    expect_safe(&r, "no-store");
    r = api("OPTIONS", "/v2.0/networks");
    expect_safe(&r, "no-store");
    r = api(GET, "/nonsense");
    expect_safe(&r, "no-store");
    cr_assert_null(reply_header(&r, "Strict-Transport-Security"));
}

Test(methods, what_has_an_etag_is_kept_by_its_client_and_asked_for_again)
{
    const char *id = make_network();
    struct reply r = show("network", id);
    cr_assert_not_null(reply_header(&r, "ETag"));
    expect_safe(&r, "private, no-cache");
    with_header("If-None-Match: %s", reply_header(&r, "ETag"));
    r = show("network", id);
    expect_status(&r, 304);
    expect_safe(&r, "private, no-cache");
}

Test(methods, under_tls_a_browser_learns_to_stay_there)
{
    struct certificate own = certificate_make("server", NULL, 30);
    struct server server =
        server_serve("--tls-cert", own.cert, "--tls-key", own.key);
    on_server(server.url);
    struct reply r = api(GET, "/");
    expect_header(&r, "Strict-Transport-Security", "max-age=31536000");
    server_end(&server);
}
