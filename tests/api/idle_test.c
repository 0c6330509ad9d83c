/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections that have been idle for so long that the server has given their
 * memory back (http/idle.c): nothing is lost that had come before.
 */
#include <unistd.h>

#include "core/arena.h"
#include "support/raw.h"
#include "support/server.h"

#define LONG_S 3          /* The server gives memory back after one. */
#define GET_ROOT "GET / HTTP/1.1\r\n" HOST "\r\n"
#define N_HELD 300
#define HELD_MAX 32768    /* Bytes for each; a whole pool has twice that. */

static int
receive(struct http *http)
{
    struct http_answer answer;
    return http_receive(http, "GET", &answer) ? answer.status : 0;
}

/* A connection that has had an answer. */
static struct http
connect_and_ask(void)
{
    struct http http = connect_to_server();
    http_sends(&http, GET_ROOT);
    cr_assert(receive(&http) == 200);
    return http;
}

/* "GET /v2.0/networks?name=aaa..." with 'n' letters, without its end. */
static const char *
long_line(size_t n)
{
    char *letters = arena_alloc(session_arena(), n + 1);
    memset(letters, 'a', n);
    return text("GET /v2.0/networks?name=%s", letters);
}

Test(idle, a_request_in_two_halves_is_answered)
{
    struct http fresh = connect_to_server();
    struct http used = connect_and_ask();
    struct http lines = connect_and_ask();
    http_sends(&fresh, "GET /v2.0/netw");
    http_sends(&used, "GET /v2.0/netw");
    http_sends(&lines, "\r\n\r\nGET /v2.0/networks HTTP/1.1\r\nHo");
    sleep(LONG_S);
    http_sends(&fresh, "orks HTTP/1.1\r\n" HOST "\r\n");
    http_sends(&used, "orks HTTP/1.1\r\n" HOST "\r\n");
    http_sends(&lines, "st: localhost\r\n\r\n");
    cr_assert(receive(&fresh) == 200);
    cr_assert(receive(&used) == 200);
    cr_assert(receive(&lines) == 200);
    http_close(&fresh);
    http_close(&used);
    http_close(&lines);
}

/* What had come reaches over more than a page. */
Test(idle, long_lines_in_two_halves_are_whole)
{
    struct http good = connect_and_ask();
    struct http bad = connect_and_ask();
    http_sends(&good, long_line(7000));
    http_sends(&bad, long_line(10000));
    sleep(LONG_S);
    http_sends(&good, "b&sort_key=nothing HTTP/1.1\r\n" HOST "\r\n");
    http_sends(&bad, text("%s HTTP/1.1\r\n" HOST "\r\n",
                          strchr(long_line(10000), '=')));
    struct http_answer answer;
    cr_assert(http_receive(&good, "GET", &answer));
    cr_assert(answer.status == 400 && strstr(answer.body, "nothing") != NULL,
              "%d %s", answer.status, answer.body);
    cr_assert(receive(&bad) == 414);
    http_close(&good);
    http_close(&bad);
}

Test(idle, pipelined_requests_after_a_pause_are_all_answered)
{
    struct http http = connect_and_ask();
    sleep(LONG_S);
    for (int i = 0; i < 20; i++) {
        http_sends(&http, GET_ROOT);
    }
    http_sends(&http, "GET /v2.0/net");
    for (int i = 0; i < 20; i++) {
        cr_assert(receive(&http) == 200);
    }
    sleep(LONG_S);
    http_sends(&http, "works HTTP/1.1\r\n" HOST "\r\n");
    cr_assert(receive(&http) == 200);
    http_close(&http);
}

/* Empty lines before a request are none; they fill pages as well. */
Test(idle, pages_of_empty_lines_before_the_first_request_do_no_harm)
{
    struct http http = connect_to_server();
    char lines[4097];
    for (size_t i = 0; i < sizeof lines; i++) {
        lines[i] = i % 2 == 0 ? '\r' : '\n';
    }
    lines[4096] = '\0';
    http_sends(&http, lines);
    http_sends(&http, GET_ROOT);
    (void) receive(&http); /* As the library likes. */
    sleep(LONG_S);
    expect_alive();
    http_close(&http);
}

/* Resident bytes of process 'pid'. */
static long
resident(pid_t pid)
{
    long pages = 0;
    FILE *file = fopen(text("/proc/%d/statm", (int) pid), "re");
    cr_assert(file != NULL && fscanf(file, "%*d %ld", &pages) == 1);
    fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}

Test(idle, connections_give_their_memory_back)
{
    struct server server = server_serve("--max-connections", "1000");
    struct http held[N_HELD];
    on_server(server.url);
    struct http first = connect_and_ask();
    long before = resident(server.pid);
    for (size_t i = 0; i < N_HELD; i++) {
        held[i] = connect_and_ask();
    }
    sleep(LONG_S);
    long each = (resident(server.pid) - before) / N_HELD;
    cr_assert(each < HELD_MAX, "%ld bytes per connection", each);
    for (size_t i = 0; i < N_HELD; i++) {
        http_sends(&held[i], GET_ROOT);
        cr_assert(receive(&held[i]) == 200);
        http_close(&held[i]);
    }
    http_close(&first);
    server_end(&server);
}
