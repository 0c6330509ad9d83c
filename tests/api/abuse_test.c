/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes that no honest client sends.  The answer is 4xx or the end of the
 * connection, never 5xx, and the server goes on serving others.
 */
#include <unistd.h>

#include "core/buf.h"
#include "support/raw.h"

/* --- smuggling */

/* Sends a request of doubtful length with another one inside, and expects
 * one refusal and the end of the connection. */
static void
expect_no_smuggling(const char *headers)
{
    const char *name = unique("smuggled-");
    const char *inner = text("{\"network\": {\"name\": \"%s\"}}", name);
    struct http http = connect_to_server();
    struct http_answer answer = {0};
    http_sends(&http, text("POST /v2.0/networks HTTP/1.1\r\n" HOST
                           "Content-Type: application/json\r\n%s\r\n"
                           "0\r\n\r\n"
                           "POST /v2.0/networks HTTP/1.1\r\n" HOST
                           "Content-Type: application/json\r\n"
                           "Content-Length: %zu\r\n\r\n%s",
                           headers, strlen(inner), inner));
    if (http_receive(&http, GET, &answer)) {
        cr_assert(answer.status >= 400 && answer.status < 500, "%d for %s",
                  answer.status, headers);
        cr_assert(http_ends(&http, 5000), "%s stays open", headers);
    }
    http_close(&http);
    struct reply r = list("network", "name=%s", name);
    expect_at(&r, "networks", "[]");
}

Test(abuse, a_length_and_a_transfer_coding_are_refused)
{
    expect_no_smuggling("Content-Length: 5\r\n"
                        "Transfer-Encoding: chunked\r\n");
    expect_no_smuggling("Transfer-Encoding: chunked\r\n"
                        "Content-Length: 5\r\n");
}

Test(abuse, two_lengths_that_differ_are_refused)
{
    expect_no_smuggling("Content-Length: 5\r\nContent-Length: 6\r\n");
    expect_no_smuggling("Content-Length: 0\r\nContent-Length: 5\r\n");
}

Test(abuse, lengths_that_are_no_number_are_refused)
{
    const char *bad[] = {"-1", "x", "5x", "+5", "0x5", "5, 6", "5 5",
                         "99999999999999999999999", "18446744073709551617",
                         "1e3", ""};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        expect_repelled(text("POST /v2.0/networks HTTP/1.1\r\n" HOST
                             "Content-Length: %s\r\n\r\n" ENVELOPE, bad[i]));
    }
    expect_alive();
}

Test(abuse, unknown_transfer_codings_are_refused)
{
    const char *bad[] = {"gzip", "identity", "xchunked", "chunked, gzip",
                         "chunked, chunked", "\"chunked\""};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        expect_repelled(text("POST /v2.0/networks HTTP/1.1\r\n" HOST
                             "Transfer-Encoding: %s\r\n\r\n"
                             "0\r\n\r\n", bad[i]));
    }
    expect_alive();
}

Test(abuse, a_chunked_body_is_read)
{
    int status = status_of("POST /v2.0/networks HTTP/1.1\r\n" HOST
                           "Content-Type: application/json\r\n"
                           "Transfer-Encoding: chunked\r\n\r\n"
                           "5\r\n{\"net\r\n"
                           "A\r\nwork\": {}}\r\n"
                           "0\r\n\r\n");
    cr_assert_eq(status, 201);
}

Test(abuse, chunks_of_nonsense_are_refused)
{
    const char *bad[] = {"x\r\n", "-1\r\n", "ffffffffffffffffff\r\n",
                         "5;ext=\r\n12345678"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        expect_repelled(text("POST /v2.0/networks HTTP/1.1\r\n" HOST
                             "Transfer-Encoding: chunked\r\n\r\n%s",
                             bad[i]));
    }
    expect_alive();
}

Test(abuse, a_chunked_body_beyond_the_limit_is_refused)
{
    struct http http = connect_to_server();
    struct http_answer answer = {0};
    const char *chunk = text("8000\r\n%s\r\n", letters(0x8000));
    http_sends(&http, "POST /v2.0/networks HTTP/1.1\r\n" HOST
                      "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 40 && http_sends(&http, chunk); i++) {
    }
    http_sends(&http, "0\r\n\r\n");
    if (http_receive(&http, POST, &answer)) {
        cr_assert_eq(answer.status, 413);
    }
    http_close(&http);
    expect_alive();
}

Test(abuse, an_endless_body_ends)
{
    struct http http = connect_to_server();
    const char *chunk = text("8000\r\n%s\r\n", letters(0x8000));
    int sent = 0;
    http_sends(&http, "POST /v2.0/networks HTTP/1.1\r\n" HOST
                      "Transfer-Encoding: chunked\r\n\r\n");
    while (sent < 8192 && http_sends(&http, chunk)) {
        sent++;
    }
    cr_assert(sent < 8192, "256 MiB were taken");
    http_close(&http);
    expect_alive();
}

/* --- the request line and headers */

Test(abuse, a_nul_in_the_path_is_refused)
{
    const char *bad[] = {"/v2.0/networks%00", "/v2.0/net%00works",
                         "/%00", "/v2.0/networks/%00"};
    for (size_t i = 0; i < 4; i++) {
        expect_repelled(text("GET %s HTTP/1.1\r\n" HOST "\r\n", bad[i]));
    }
}

Test(abuse, raw_nuls_and_controls_are_refused)
{
    const char bad[] = "GET /v2.0/net\0works HTTP/1.1\r\n" HOST "\r\n";
    int status = status_of_bytes(bad, sizeof(bad) - 1);
    cr_assert(status == 0 || (status >= 400 && status < 500), "%d", status);
    expect_repelled("GET /v2.0/net\x01works HTTP/1.1\r\n" HOST "\r\n");
    expect_alive();
}

Test(abuse, a_path_of_any_bytes_is_only_not_found)
{
    const char *bad[] = {"/v2.0/networks/%FF%FE", "/v2.0/%zz", "/%",
                         "/v2.0/networks/%", "/v2.0/../../etc/passwd",
                         "/v2.0/networks/..%2f..%2fetc", "//", "/v2.0//",
                         "/v2.0/networks/'%20OR%201=1"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        int status =
            status_of(text("GET %s HTTP/1.1\r\n" HOST "\r\n", bad[i]));
        cr_assert(status < 500, "%d for %s", status, bad[i]);
    }
    expect_alive();
}

Test(abuse, a_request_line_of_8_kib_is_served_and_a_longer_one_is_414)
{
    struct reply r = api(GET, "/v2.0/networks?name=%s", letters(8192));
    expect_status(&r, 200);
    session()->lenient = true;
    r = api(GET, "/v2.0/networks?name=%s", letters(20000));
    expect_status(&r, 414);
    expect_alive();
}

Test(abuse, headers_of_16_kib_are_served_and_longer_ones_are_431)
{
    with_header("X-Padding: %s", letters(16000));
    struct reply r = api(GET, "/v2.0/networks?limit=1");
    expect_status(&r, 200);
    session()->lenient = true;
    with_header("X-Padding: %s", letters(70000));
    r = api(GET, "/v2.0/networks?limit=1");
    expect_status(&r, 431);
    expect_alive();
}

Test(abuse, five_thousand_headers_are_431)
{
    struct buf buf;
    buf_init(&buf, session_arena(), 1 << 17);
    for (int i = 0; i < 5000; i++) {
        buf_addf(&buf, "X-Header-%d: y\r\n", i);
    }
    session()->lenient = true;
    with_header("%sX-Last: z", buf.data);
    struct reply r = api(GET, "/v2.0/networks?limit=1");
    expect_status(&r, 431);
    expect_alive();
}

Test(abuse, things_that_are_no_http_are_repelled)
{
    const char *bad[] = {
        "\r\n\r\n\r\n\r\n", "hello\r\n\r\n", "GET\r\n\r\n",
        "GET /\r\n\r\n", "GET / HTTP/9.9\r\n" HOST "\r\n",
        "GET / HTTP/1.1 HTTP/1.1\r\n" HOST "\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\x16\x03\x01\x02\x01\x01\x01\xfc\x03\x03",
        "GET / HTTP/1.1\r\n: empty\r\n\r\n"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        int status = status_of(bad[i]);
        cr_assert(status < 500 || status == 505, "%d for %s", status,
                  bad[i]);
    }
    expect_alive();
}

Test(abuse, a_request_without_or_with_two_hosts_is_refused)
{
    expect_repelled("GET /v2.0/networks HTTP/1.1\r\n\r\n");
    expect_repelled("GET /v2.0/networks HTTP/1.1\r\n" HOST
                    "Host: evil.example\r\n\r\n");
}

Test(abuse, a_blank_before_a_colon_hides_no_length)
{
    expect_no_smuggling("Content-Length : 5\r\n"
                        "Transfer-Encoding: chunked\r\n");
    expect_no_smuggling("Content-Length: 5\r\n"
                        "Transfer-Encoding : chunked\r\n");
}

Test(abuse, odd_methods_are_refused)
{
    const char *bad[] = {"TRACE", "CONNECT", "FROB", "get", "PATCH"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        expect_repelled(text("%s /v2.0/networks HTTP/1.1\r\n" HOST "\r\n",
                             bad[i]));
    }
    expect_repelled(text("%s / HTTP/1.1\r\n" HOST "\r\n", letters(9000)));
}

Test(abuse, the_client_is_told_to_continue)
{
    struct http http = connect_to_server();
    struct http_answer answer = {0};
    http_sends(&http, "POST /v2.0/networks HTTP/1.1\r\n" HOST
                      "Content-Type: application/json\r\n"
                      "Expect: 100-continue\r\nContent-Length: 15\r\n\r\n");
    usleep(100000);
    http_sends(&http, ENVELOPE);
    cr_assert(http_receive(&http, POST, &answer));
    cr_assert_eq(answer.status, 201);
    http_close(&http);
}

Test(abuse, http_1_0_is_served_and_closed)
{
    struct http http = connect_to_server();
    struct http_answer answer = {0};
    http_sends(&http, "GET / HTTP/1.0\r\n" HOST "\r\n");
    cr_assert(http_receive(&http, GET, &answer));
    cr_assert_eq(answer.status, 200);
    cr_assert(http_ends(&http, 2000));
    http_close(&http);
}
