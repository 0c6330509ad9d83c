/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clients that send too much, leave too early, or stay too long.
 */
#include <sys/resource.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/clock.h"
#include "support/raw.h"
#include "support/server.h"

/* --- bodies */

Test(abuse_clients, deep_json_is_refused)
{
    size_t depth = 400000;
    char *body = arena_alloc(session_arena(), depth + 1);
    memset(body, '[', depth);
    struct reply r = api_raw(POST, "/v2.0/networks", body, depth);
    expect_error(&r, 400, "HTTPBadRequest");
    for (size_t i = 0; i + 5 <= depth; i += 5) {
        memcpy(body + i, "{\"a\":", 5);
    }
    r = api_raw(POST, "/v2.0/networks", body, depth);
    expect_error(&r, 400, "HTTPBadRequest");
}

Test(abuse_clients, many_attributes_and_many_faults_are_answered)
{
    struct buf buf;
    buf_init(&buf, session_arena(), 1 << 20);
    for (int i = 0; i < 20000; i++) {
        buf_addf(&buf, "%s'a%d': 1", i == 0 ? "" : ", ", i);
    }
    struct reply r = create("network", "%s", buf.data);
    expect_status(&r, 400);
    cr_assert(r.size < 4 << 20, "%zu bytes", r.size);
}

Test(abuse_clients, many_filters_are_answered)
{
    struct buf buf;
    buf_init(&buf, session_arena(), 1 << 14);
    for (int i = 0; i < 1000; i++) {
        buf_addf(&buf, "%sid=%d", i == 0 ? "" : "&", i);
    }
    struct reply r = list("network", "%s", buf.data);
    cr_assert(r.status == 200 || r.status == 414 || r.status == 400, "%s",
              describe(&r));
}

/* --- clients that go away or stay */

Test(abuse_clients, clients_that_leave_in_the_middle_of_a_body_do_no_harm)
{
    for (int i = 0; i < 100; i++) {
        struct http http = connect_to_server();
        http_sends(&http, "POST /v2.0/networks HTTP/1.1\r\n" HOST
                          "Content-Length: 1000\r\n\r\n{\"network\":");
        http_close(&http);
    }
    expect_alive();
}

Test(abuse_clients, clients_that_leave_before_the_answer_do_no_harm)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    const char *body = text("{\"port\": {\"network_id\": \"%s\"}}", network);
    for (int i = 0; i < 100; i++) {
        struct http http = connect_to_server();
        http_sends(&http, text("POST /v2.0/ports HTTP/1.1\r\n" HOST
                               "Content-Type: application/json\r\n"
                               "Content-Length: %zu\r\n\r\n%s",
                               strlen(body), body));
        http_close(&http);
    }
    expect_alive();
    expect_invariants();
}

Test(abuse_clients, a_silent_client_is_sent_away)
{
    struct server server = server_serve("--idle-timeout-s", "1");
    on_server(server.url);
    const char *beginnings[] = {"", "GET /v2.0/netw",
                                "GET / HTTP/1.1\r\nHost: loc",
                                "POST /v2.0/networks HTTP/1.1\r\n" HOST
                                "Content-Length: 100\r\n\r\n{"};
    struct http clients[4];
    for (size_t i = 0; i < 4; i++) {
        clients[i] = connect_to_server();
        http_sends(&clients[i], beginnings[i]);
    }
    for (size_t i = 0; i < 4; i++) {
        cr_assert(http_ends(&clients[i], 10000), "%s", beginnings[i]);
        http_close(&clients[i]);
    }
    expect_alive();
    server_end(&server);
}

Test(abuse_clients, slow_senders_do_not_delay_others)
{
    struct http slow[50];
    const char *request = "GET /v2.0/networks?limit=1 HTTP/1.1\r\n" HOST
                          "\r\n";
    for (size_t i = 0; i < 50; i++) {
        slow[i] = connect_to_server();
    }
    for (size_t sent = 0; sent < strlen(request); sent++) {
        for (size_t i = 0; i < 50; i++) {
            cr_assert(http_send(&slow[i], request + sent, 1));
        }
        if (sent % 10 == 0) {
            expect_alive();
        }
    }
    for (size_t i = 0; i < 50; i++) {
        struct http_answer answer = {0};
        cr_assert(http_receive(&slow[i], GET, &answer));
        cr_assert_eq(answer.status, 200);
        http_close(&slow[i]);
    }
}

Test(abuse_clients, slow_readers_do_not_delay_others)
{
    struct http slow[20];
    for (int i = 0; i < 60; i++) {
        make("network", "'description': '%s'", letters(255));
    }
    for (size_t i = 0; i < 20; i++) {
        slow[i] = connect_to_server();
        for (int j = 0; j < 50; j++) {
            http_sends(&slow[i], text("GET /v2.0/networks?project_id=%s "
                                      "HTTP/1.1\r\n" HOST "\r\n",
                                      session()->project));
        }
    }
    int64_t start = clock_monotonic_us();
    for (int i = 0; i < 20; i++) {
        expect_alive();
    }
    cr_assert(clock_monotonic_us() - start < 10 * 1000000);
    for (size_t i = 0; i < 20; i++) {
        http_close(&slow[i]);
    }
    expect_alive();
}

Test(abuse_clients, a_thousand_idle_connections_are_held_while_others_are_served)
{
    static struct http idle[1000];
    struct rlimit limit = {4096, 4096};
    setrlimit(RLIMIT_NOFILE, &limit);
    for (size_t i = 0; i < 1000; i++) {
        idle[i] = connect_to_server();
    }
    int64_t start = clock_monotonic_us();
    for (int i = 0; i < 50; i++) {
        expect_alive();
    }
    cr_assert(clock_monotonic_us() - start < 10 * 1000000);
    for (size_t i = 0; i < 1000; i += 100) {
        struct http_answer answer = {0};
        http_sends(&idle[i], "GET / HTTP/1.1\r\n" HOST "\r\n");
        cr_assert(http_receive(&idle[i], GET, &answer));
        cr_assert_eq(answer.status, 200);
    }
    for (size_t i = 0; i < 1000; i++) {
        http_close(&idle[i]);
    }
    expect_alive();
}
