/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much one project may ask: rate_limit, rate_burst, concurrency_limit.
 */
#include <unistd.h>

#include "support/raw.h"
#include "support/tokens.h"

static struct reply
ask(void)
{
    return api(GET, "/v2.0/networks?limit=1");
}

/* How many of 'n' requests are served; the others are refused rightly. */
static int
served_of(int n)
{
    int served = 0;
    for (int i = 0; i < n; i++) {
        struct reply r = ask();
        if (r.status == 200) {
            served++;
            continue;
        }
        expect_error(&r, 429, "HTTPTooManyRequests");
        cr_assert_not_null(reply_header(&r, "Retry-After"), "%s", r.head);
    }
    return served;
}

static double
refused(const char *limit)
{
    struct reply r = api(GET, "/metrics");
    const char *name =
        text("\ntenet_limited_requests_total{limit=\"%s\"} ", limit);
    const char *line = strstr(r.body, name);
    cr_assert_not_null(line, "%s", describe(&r));
    return strtod(line + strlen(name), NULL);
}

Test(limits, without_limits_there_are_none)
{
    cr_assert_eq(served_of(200), 200);
}

Test(limits, a_burst_is_served_and_then_so_many_a_second)
{
    struct server server =
        server_serve("--rate-limit", "1", "--rate-burst", "5");
    on_server(server.url);
    int served = served_of(30);
    cr_assert(served >= 5 && served <= 10, "%d", served);
    sleep(2);
    served = served_of(10);
    cr_assert(served >= 1 && served <= 5, "%d", served);
    server_end(&server);
}

Test(limits, the_time_to_wait_is_told_and_is_enough)
{
    struct server server =
        server_serve("--rate-limit", "1", "--rate-burst", "1");
    on_server(server.url);
    struct reply r = ask();
    while (r.status == 200) {
        r = ask();
    }
    long wait_s = strtol(reply_header(&r, "Retry-After"), NULL, 10);
    cr_assert_eq(wait_s, 1);
    sleep((unsigned) wait_s);
    r = ask();
    expect_status(&r, 200);
    server_end(&server);
}

Test(limits, each_project_has_its_own_and_admins_have_one_too)
{
    struct server server =
        server_serve("--rate-limit", "1", "--rate-burst", "3");
    on_server(server.url);
    const char *first = session()->project;
    cr_assert(served_of(20) < 20);
    as(unique("other-"), "member");
    struct reply r = ask();
    expect_status(&r, 200);
    as(first, "admin");
    cr_assert(served_of(20) < 20);
    cr_assert(refused("rate") > 0);
    server_end(&server);
}

Test(limits, who_has_no_token_counts_by_address_and_probes_do_not)
{
    struct token_server tokens =
        serve_tokens("--rate-limit", "1", "--rate-burst", "3",
                     "--trusted-proxies", "127.0.0.1");
    int open = 0;
    for (int i = 0; i < 20; i++) {
        with_header("X-Forwarded-For: 2001:db8::%d", i);
        struct reply r = api(GET, "/v2.0/extensions");
        open += r.status == 200 ? 1 : 0;
    }
    cr_assert(open < 20, "%d", open);
    with_header("X-Forwarded-For: 2001:db8:0:1::1");
    struct reply r = api(GET, "/v2.0/extensions");
    expect_status(&r, 200);
    const char *probes[] = {"/healthz", "/readyz", "/metrics"};
    for (int i = 0; i < 21; i++) {
        r = api(GET, "%s", probes[i % 3]);
        expect_status(&r, 200);
    }
    session()->token = "member-token";
    r = api(GET, "/v2.0/extensions");
    expect_status(&r, 200);
    server_end(&tokens.server);
}

Test(limits, a_refused_change_changes_nothing)
{
    struct server server =
        server_serve("--rate-limit", "1", "--rate-burst", "1");
    on_server(server.url);
    while (ask().status == 200) {
    }
    struct reply r = create("network", "'name': 'refused'");
    on_server(getenv("TENET_TEST_URL"));
    if (r.status == 429) {
        r = list("network", "name=refused&project_id=%s", session()->project);
        expect_at(&r, "networks", "[]");
    }
    server_end(&server);
}

/* --- at once */

#define PIPELINES 8

/* Requests of one project on as many connections, of which 'n' are under way
 * at once: they end only when their answers are read. */
Test(limits, so_many_are_under_way_at_once_and_no_more)
{
    struct server server = server_serve("--concurrency-limit", "2");
    struct http clients[PIPELINES];
    int status[600] = {0};
    on_server(server.url);
    const char *request =
        text("GET /v2.0/networks HTTP/1.1\r\n" HOST
             "X-Project-Id: %s\r\n\r\n", session()->project);
    for (int i = 0; i < PIPELINES; i++) {
        clients[i] = connect_to_server();
    }
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < PIPELINES; i++) {
            http_sends(&clients[i], request);
        }
        for (int i = 0; i < PIPELINES; i++) {
            struct http_answer answer;
            cr_assert(http_receive(&clients[i], GET, &answer));
            status[answer.status]++;
        }
    }
    cr_assert_eq(status[200] + status[429], 20 * PIPELINES);
    cr_assert(status[429] > 0 && status[200] >= 40, "%d %d", status[200],
              status[429]);
    for (int i = 0; i < PIPELINES; i++) {
        http_close(&clients[i]);
    }
    cr_assert_eq(served_of(20), 20, "one at a time is never too many");
    cr_assert(refused("concurrency") > 0);
    server_end(&server);
}

Test(limits, readers_of_events_are_not_under_way)
{
    struct server server = server_serve("--concurrency-limit", "1");
    struct http readers[3];
    on_server(server.url);
    for (int i = 0; i < 3; i++) {
        readers[i] = connect_to_server();
        http_sends(&readers[i],
                   text("GET /v2.0/events?since=now&wait=5 HTTP/1.1\r\n" HOST
                        "X-Project-Id: %s\r\n\r\n", session()->project));
    }
    usleep(300000);
    cr_assert_eq(served_of(5), 5);
    for (int i = 0; i < 3; i++) {
        http_close(&readers[i]);
    }
    server_end(&server);
}
