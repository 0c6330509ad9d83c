/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clients that hold connections: too many of them, or by being busy without
 * getting anywhere.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/buf.h"
#include "support/raw.h"
#include "support/server.h"
#include "support/tls.h"

#define SECOND_US 1000000

/* How many seconds the server lets a client go on that sends 'text' byte by
 * byte, five of them a second; at most 'most'. */
static double
lasts(const char *beginning, const char *letters, double most)
{
    struct http http = connect_to_server();
    int64_t start = clock_monotonic_us();
    size_t n = strlen(letters);
    http_sends(&http, beginning);
    for (size_t i = 0;; i++) {
        double age = (double) (clock_monotonic_us() - start) / SECOND_US;
        bool sent = http_send(&http, &letters[i % n], 1);
        if (!sent || http_ends(&http, 200) || age > most) {
            http_close(&http);
            return age;
        }
    }
}

static struct server
serve(void)
{
    struct server server = server_serve("--request-timeout-s", "2",
                                        "--idle-timeout-s", "3");
    on_server(server.url);
    return server;
}

static double
dropped(const char *reason)
{
    struct reply r = api(GET, "/metrics");
    const char *name =
        text("\ntenet_dropped_connections_total{reason=\"%s\"} ", reason);
    const char *line = strstr(r.body, name);
    cr_assert_not_null(line, "%s", describe(&r));
    return strtod(line + strlen(name), NULL);
}

Test(slow_clients, headers_that_never_end_are_not_waited_for)
{
    struct server server = serve();
    double age = lasts("GET / HTTP/1.1\r\n" HOST "X-Long: ", "x", 15);
    cr_assert(age > 1 && age < 8, "%g", age);
    cr_assert(dropped("slow_sender") >= 1);
    expect_alive();
    server_end(&server);
}

Test(slow_clients, a_body_that_never_ends_is_not_waited_for)
{
    struct server server = serve();
    double age = lasts("POST /v2.0/networks HTTP/1.1\r\n" HOST
                       "Content-Length: 100000\r\n\r\n{", " ", 15);
    cr_assert(age > 1 && age < 8, "%g", age);
    expect_alive();
    server_end(&server);
}

Test(slow_clients, a_request_line_that_never_ends_is_not_waited_for)
{
    struct server server = serve();
    double age = lasts("GET /v2.0/networks?name=", "x", 20);
    cr_assert(age > 3 && age < 12, "%g", age);
    age = lasts("", "\r\n", 20); /* Empty lines before a request are none. */
    cr_assert(age < 12, "%g", age);
    expect_alive();
    server_end(&server);
}

Test(slow_clients, a_handshake_that_never_ends_is_not_waited_for)
{
    struct certificate own = certificate_make("server", NULL, 30);
    struct server server =
        server_serve("--tls-cert", own.cert, "--tls-key", own.key,
                     "--request-timeout-s", "2", "--idle-timeout-s", "3");
    on_server(text("http%s", strchr(server.url, ':')));
    /* A record of 16000 bytes, whose end does not come. */
    double age = lasts("\x16\x03\x01\x3e\x80\x01", "\x01", 20);
    cr_assert(age < 12, "%g", age);
    on_server(server.url);
    expect_alive();
    server_end(&server);
}

Test(slow_clients, a_client_that_is_only_slow_is_served)
{
    struct server server = serve();
    struct http http = connect_to_server();
    struct http_answer answer;
    const char *parts[] = {"GET / HT", "TP/1.1\r\nHo", "st: localhost\r\n",
                           "\r\n"};
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 4; i++) {
            http_sends(&http, parts[i]);
            usleep(300000);
        }
        cr_assert(http_receive(&http, GET, &answer));
        cr_assert_eq(answer.status, 200);
        usleep(1500000);
    }
    http_close(&http);
    server_end(&server);
}

/* --- answers that are not read */

/* Networks that make a list of a megabyte or more. */
static void
make_long_list(void)
{
    struct buf all;
    buf_init(&all, session_arena(), 1 << 18);
    for (int i = 0; i < 90; i++) {
        buf_addf(&all, "%s{'description': '%s'}", i == 0 ? "" : ", ",
                 letters(255));
    }
    struct reply r = api_body(POST, "/v2.0/networks", "{'networks': [%s]}",
                              all.data);
    expect_status(&r, 201);
}

/* Asks for the list very often, and reads nothing. */
static struct http
ask_often(void)
{
    struct http http = connect_to_server();
    const char *request =
        text("GET /v2.0/networks?project_id=%s HTTP/1.1\r\n" HOST "\r\n",
             session()->project);
    for (int i = 0; i < 200; i++) {
        http_sends(&http, request);
    }
    return http;
}

Test(slow_clients, who_takes_its_answer_byte_by_byte_is_sent_away)
{
    struct server server = server_serve("--request-timeout-s", "2");
    on_server(server.url);
    make_long_list();
    struct http http = ask_often();
    bool open = true;
    for (int i = 0; i < 75 && open; i++) {
        char bytes[64];
        usleep(200000);
        open = recv(http.fd, bytes, sizeof(bytes), 0) > 0;
        open = open && dropped("slow_reader") == 0;
    }
    cr_assert(!open, "it may go on");
    http_close(&http);
    expect_alive();
    server_end(&server);
}

Test(slow_clients, who_reads_on_gets_all_and_so_do_streams_that_are_silent)
{
    struct server server = server_serve("--request-timeout-s", "1");
    struct http_answer answer;
    on_server(server.url);
    make_long_list();
    struct http stream = connect_to_server();
    http_sends(&stream, text("GET /v2.0/events?since=now&project_id=%s "
                             "HTTP/1.1\r\n" HOST
                             "Accept: text/event-stream\r\n\r\n",
                             session()->project));
    struct http http = ask_often();
    for (int i = 0; i < 40; i++) {
        cr_assert(http_receive(&http, GET, &answer), "answer %d", i);
        cr_assert_eq(answer.status, 200);
        usleep(100000);
    }
    cr_assert(!http_ends(&stream, 0));
    cr_assert_eq((int) dropped("slow_reader"), 0);
    http_close(&http);
    http_close(&stream);
    server_end(&server);
}

/* --- too many connections */

Test(slow_clients, one_address_has_so_many_connections_and_no_more)
{
    struct server server =
        server_serve("--max-connections-per-client", "5");
    struct http held[6];
    struct http_answer answer;
    on_server(server.url);
    for (int i = 0; i < 6; i++) {
        held[i] = connect_to_server();
        http_sends(&held[i], "GET / HTTP/1.1\r\n" HOST "\r\n");
        cr_assert_eq(http_receive(&held[i], GET, &answer), i < 5, "%d", i);
    }
    http_close(&held[5]);
    http_close(&held[0]);
    usleep(300000);
    cr_assert_eq((int) dropped("too_many"), 1);
    for (int i = 1; i < 5; i++) {
        http_close(&held[i]);
    }
    server_end(&server);
}

Test(slow_clients, a_trusted_proxy_has_as_many_as_it_needs)
{
    struct server server =
        server_serve("--max-connections-per-client", "2",
                     "--trusted-proxies", "127.0.0.1");
    struct http held[10];
    struct http_answer answer;
    on_server(server.url);
    for (int i = 0; i < 10; i++) {
        held[i] = connect_to_server();
        http_sends(&held[i], "GET / HTTP/1.1\r\n" HOST "\r\n");
        cr_assert(http_receive(&held[i], GET, &answer), "%d", i);
    }
    for (int i = 0; i < 10; i++) {
        http_close(&held[i]);
    }
    server_end(&server);
}
