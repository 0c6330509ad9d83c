/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server over TLS: what is spoken, whose certificates are believed, and
 * that they change while it runs.
 */
#include <signal.h>
#include <unistd.h>

#include "core/arena.h"
#include "support/raw.h"
#include "support/server.h"
#include "support/stream.h"
#include "support/tls.h"

#define GET_ROOT "GET / HTTP/1.1\r\n" HOST "\r\n"

/* A server with a certificate of its own; this process speaks to it from now
 * on. */
static struct server
serve(const struct certificate *own)
{
    struct server server =
        server_serve("--tls-cert", own->cert, "--tls-key", own->key);
    on_server(server.url);
    return server;
}

static void
copy_file(const char *from, const char *to)
{
    char bytes[16384];
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");
    size_t n = fread(bytes, 1, sizeof(bytes), in);
    cr_assert_eq(fwrite(bytes, 1, n, out), n);
    fclose(in);
    fclose(out);
}

static void
copy_pair(const struct certificate *from, const struct certificate *to)
{
    copy_file(from->cert, to->cert);
    copy_file(from->key, to->key);
}

/* Why the server does not start with such files. */
static const char *
refusal(const char *cert, const char *key, const char *client_ca)
{
    char *said = arena_alloc(session_arena(), 4096);
    int status = server_run(said, 4096, "serve", "--database-url",
                            server_database(), "--listen", "127.0.0.1:0",
                            "--tls-cert", cert, "--tls-key", key,
                            "--tls-client-ca", client_ca);
    cr_assert_eq(status, 2, "%d: %s", status, said);
    return said;
}

#define expect_said(said, part) \
    cr_assert(strstr((said), (part)) != NULL, "no %s in: %s", (part), (said))

/* True when a handshake with these priorities succeeds. */
static bool
speaks(const char *priorities)
{
    struct http http;
    tls_client.priorities = priorities;
    bool opened = http_open(&http, session_arena(), session()->url);
    http_close(&http);
    return opened;
}

/* --- what is spoken */

Test(transport_tls, requests_are_served_and_links_are_https)
{
    struct certificate own = certificate_make("server", NULL, 30);
    struct server server = serve(&own);
    tls_client.ca = own.cert;
    cr_assert(strncmp(server.url, "https://127.0.0.1:", 18) == 0);
    make_network();
    make_network();
    struct reply r = list("network", "limit=1&project_id=%s",
                          session()->project);
    const char *href = text_at(&r, "networks_links.0.href");
    cr_assert(strncmp(href, server.url, strlen(server.url)) == 0, "%s", href);
    r = api(GET, "/");
    expect_at(&r, "versions.0.links.0.href", text("%s/v2.0/", server.url));
    server_end(&server);
}

Test(transport_tls, versions_1_2_and_1_3_are_spoken_and_no_older_ones)
{
    struct certificate own = certificate_make("server", NULL, 30);
    struct server server = serve(&own);
    cr_assert(speaks("NORMAL:-VERS-ALL:+VERS-TLS1.3"));
    cr_assert(speaks("NORMAL:-VERS-ALL:+VERS-TLS1.2"));
    cr_assert(!speaks("NORMAL:-VERS-ALL:+VERS-TLS1.1"));
    cr_assert(!speaks("NORMAL:-VERS-ALL:+VERS-TLS1.0"));
    server_end(&server);
}

Test(transport_tls, only_exchanges_with_forward_secrecy_are_made)
{
    struct certificate own = certificate_make("server", NULL, 30);
    struct server server = serve(&own);
    cr_assert(speaks("NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA"));
    cr_assert(!speaks("NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+RSA"));
    cr_assert(!speaks("NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL"
                      ":+AES-128-CBC:+AES-256-CBC"));
    server_end(&server);
}

Test(transport_tls, who_does_not_speak_it_gets_no_answer)
{
    struct certificate own = certificate_make("server", NULL, 30);
    struct server server = serve(&own);
    struct http http;
    cr_assert(http_open(&http, session_arena(),
                        text("http%s", strchr(server.url, ':'))));
    http_sends(&http, GET_ROOT);
    cr_assert(http_ends(&http, 5000));
    cr_assert_null(memmem(http.in.data, http.in.len, "HTTP/", 5));
    http_close(&http);
    expect_alive();
    server_end(&server);
}

Test(transport_tls, pipelined_requests_are_all_answered)
{
    struct certificate own = certificate_make("server", NULL, 30);
    struct server server = serve(&own);
    struct http http = connect_to_server();
    struct http_answer answer;
    for (int i = 0; i < 20; i++) {
        http_sends(&http, i % 2 == 0 ? GET_ROOT
                                     : "GET /v2.0/networks?limit=1 "
                                       "HTTP/1.1\r\n" HOST "\r\n");
    }
    for (int i = 0; i < 20; i++) {
        cr_assert(http_receive(&http, GET, &answer), "answer %d", i);
        cr_assert_eq(answer.status, 200);
    }
    http_close(&http);
    server_end(&server);
}

Test(transport_tls, large_bodies_pass_both_ways)
{
    struct certificate own = certificate_make("server", NULL, 30);
    struct server server = serve(&own);
    struct buf ports;
    const char *network = make_network();
    buf_init(&ports, session_arena(), 1 << 18);
    for (int i = 0; i < 400; i++) {
        buf_addf(&ports, "%s{'network_id': '%s', 'description': '%s'}",
                 i == 0 ? "" : ", ", network, letters(255));
    }
    struct reply r = api_body(POST, "/v2.0/ports", "{'ports': [%s]}",
                              ports.data);
    expect_status(&r, 201);
    r = list("port", "network_id=%s", network);
    cr_assert_eq(count_at(&r, "ports"), 400);
    server_end(&server);
}

/* --- the certificate changes */

/* Waits until new connections find the certificate of 'ca'. */
static bool
comes_to_show(const char *ca)
{
    tls_client.ca = ca;
    for (int i = 0; i < 100; i++) {
        if (speaks(NULL)) {
            return true;
        }
        usleep(50000);
    }
    return false;
}

Test(transport_tls, a_hangup_changes_the_certificate_under_open_connections)
{
    struct certificate used = certificate_make("old", NULL, 30);
    struct certificate old = certificate_make("old", NULL, 30);
    struct certificate new = certificate_make("new", NULL, 30);
    struct http_answer answer;
    copy_pair(&old, &used);
    struct server server = serve(&used);
    tls_client.ca = old.cert;
    struct http http = connect_to_server();
    copy_pair(&new, &used);
    kill(server.pid, SIGHUP);
    cr_assert(comes_to_show(new.cert));
    http_sends(&http, GET_ROOT);
    cr_assert(http_receive(&http, GET, &answer));
    cr_assert_eq(answer.status, 200);
    tls_client.ca = old.cert;
    cr_assert(!speaks(NULL), "the old certificate is still shown");
    http_close(&http);
    server_end(&server);
}

Test(transport_tls, a_broken_certificate_keeps_the_old_one)
{
    struct certificate used = certificate_make("old", NULL, 30);
    struct certificate old = certificate_make("old", NULL, 30);
    struct certificate other = certificate_make("other", NULL, 30);
    copy_pair(&old, &used);
    struct server server = serve(&used);
    copy_file(other.cert, used.cert); /* And the key stays. */
    kill(server.pid, SIGHUP);
    usleep(500000);
    cr_assert(comes_to_show(old.cert));
    copy_file(other.key, used.key);
    kill(server.pid, SIGHUP);
    cr_assert(comes_to_show(other.cert));
    server_end(&server);
}

Test(transport_tls, metrics_tell_when_the_certificate_ends)
{
    struct certificate own = certificate_make("server", NULL, 30);
    struct server server = serve(&own);
    struct reply r = api(GET, "/metrics");
    expect_said(r.body, "\ntenet_tls_certificate_expiry_seconds 1");
    server_end(&server);
    on_server(getenv("TENET_TEST_URL"));
    r = api(GET, "/metrics");
    cr_assert_null(strstr(r.body, "tenet_tls"));
}

/* --- certificates of clients */

Test(transport_tls, a_client_needs_a_certificate_of_the_authority)
{
    struct certificate own = certificate_make("server", NULL, 30);
    struct certificate ca = certificate_make("authority", NULL, 30);
    struct certificate good = certificate_make("good", &ca, 30);
    struct certificate late = certificate_make("late", &ca, -1);
    struct certificate stranger = certificate_make("stranger", NULL, 30);
    struct server server =
        server_serve("--tls-cert", own.cert, "--tls-key", own.key,
                     "--tls-client-ca", ca.cert);
    const struct certificate none = {NULL, NULL};
    const struct certificate *bad[] = {&none, &late, &stranger};
    on_server(server.url);
    session()->lenient = true;
    for (size_t i = 0; i < 3; i++) {
        tls_client.own = *bad[i];
        struct reply r = api(GET, "/");
        cr_assert_eq(r.status, 0, "case %zu: %d", i, r.status);
    }
    tls_client.own = good;
    struct reply r = api(GET, "/");
    expect_status(&r, 200);
    server_end(&server);
}

/* --- files that are no good */

Test(transport_tls, a_start_without_good_files_says_which_and_why)
{
    struct certificate good = certificate_make("a", NULL, 30);
    struct certificate other = certificate_make("b", NULL, 30);
    const char *said = refusal("/nonexistent/cert", good.key, "");
    expect_said(said, "\"tls_cert\": file \"/nonexistent/cert\": No such "
                      "file");
    said = refusal(good.cert, "/nonexistent/key", "");
    expect_said(said, "\"tls_key\": file \"/nonexistent/key\": No such file");
    said = refusal(good.key, good.key, "");
    expect_said(said, text("\"tls_cert\": file \"%s\"", good.key));
    said = refusal(good.cert, good.cert, "");
    expect_said(said, text("\"tls_key\": file \"%s\"", good.cert));
    said = refusal(good.cert, other.key, "");
    expect_said(said, "not the key of the certificate in tls_cert");
    said = refusal(good.cert, good.key, good.key);
    expect_said(said, "\"tls_client_ca\"");
    said = refusal(test_dir(), good.key, "");
    expect_said(said, "Is a directory");
}

Test(transport_tls, settings_that_miss_their_companion_are_refused)
{
    struct certificate good = certificate_make("a", NULL, 30);
    expect_said(refusal(good.cert, "", ""), "\"tls_key\"");
    expect_said(refusal("", good.key, ""), "\"tls_cert\"");
    expect_said(refusal("", "", good.cert), "\"tls_cert\"");
}
