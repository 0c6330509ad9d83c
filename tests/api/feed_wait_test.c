/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readers of the change feed that wait: woken by what concerns them, and by
 * nothing else; and the end of what is kept.
 */
#include <pthread.h>
#include <unistd.h>

#include "core/clock.h"
#include "support/db.h"
#include "support/race.h"
#include "support/stream.h"

#define WAITERS 100
#define MS 1000

/* Sends a question of the session on a connection of its own. */
static struct http
ask(const char *query)
{
    struct http http;
    const struct session *asker = session();
    cr_assert(http_open(&http, session_arena(), asker->url));
    cr_assert(http_sends(
        &http, text("GET /v2.0/events?%s HTTP/1.1\r\nHost: localhost\r\n"
                    "X-Project-Id: %s\r\nX-Roles: %s\r\n\r\n", query,
                    asker->project,
                    asker->roles == NULL ? "admin" : asker->roles)));
    return http;
}

/* True when an answer comes within 'ms'; it must be 200. */
static bool
answered(struct http *http, int ms, struct http_answer *ret_answer)
{
    if (!http_readable(http, ms)) {
        return false;
    }
    cr_assert(http_receive(http, GET, ret_answer));
    cr_assert_eq(ret_answer->status, 200, "%s", ret_answer->body);
    return true;
}

/* The value of a metric of the session's server. */
static double
metric(const char *name)
{
    struct reply r = api(GET, "/metrics");
    const char *line = strstr(r.body, text("\n%s ", name));
    cr_assert_not_null(line, "%s", name);
    return strtod(line + strlen(name) + 2, NULL);
}

static void
await_metric(const char *name, double value)
{
    for (int i = 0; i < 300 && metric(name) != value; i++) {
        usleep(10 * MS);
    }
    cr_assert_eq(metric(name), value, "%s is %g", name, metric(name));
}

Test(feed_wait, a_reader_is_woken_within_a_second)
{
    struct http_answer answer;
    struct http http = ask(text("since=%s&wait=30&project_id=%s",
                                cursor_now(), session()->project));
    cr_assert_not(answered(&http, 300, &answer));
    int64_t start = clock_monotonic_us();
    const char *id = make_network();
    cr_assert(answered(&http, 5000, &answer));
    cr_assert(clock_monotonic_us() - start < 1000 * MS);
    cr_assert(strstr(answer.body, id) != NULL, "%s", answer.body);
    http_close(&http);
}

Test(feed_wait, without_an_event_a_reader_is_answered_when_its_time_is_up)
{
    int64_t start = clock_monotonic_us();
    struct reply r = events_behind(cursor_now(), text("wait=1&id=%s",
                                                      NOBODY));
    int64_t took = clock_monotonic_us() - start;
    cr_assert_eq(count_at(&r, "events"), 0);
    cr_assert(took > 950 * MS && took < 2500 * MS, "%lld", (long long) took);
}

Test(feed_wait, without_wait_the_answer_comes_at_once)
{
    int64_t start = clock_monotonic_us();
    struct reply r = events_behind(cursor_now(), text("id=%s", NOBODY));
    cr_assert_eq(count_at(&r, "events"), 0);
    cr_assert(clock_monotonic_us() - start < 900 * MS);
}

Test(feed_wait, what_concerns_others_wakes_nobody_and_moves_the_cursor)
{
    struct http_answer answer;
    const char *cursor = cursor_now();
    as_roles("member");
    struct http http = ask(text("since=%s&wait=2", cursor));
    as(unique("project-"), NULL);
    for (int i = 0; i < 3; i++) {
        make_network();
    }
    cr_assert_not(answered(&http, 1000, &answer));
    cr_assert(answered(&http, 3000, &answer));
    const char *found = strstr(answer.body, "\"cursor\":\"");
    cr_assert(strstr(answer.body, "\"events\":[]") != NULL);
    cr_assert(strtoll(found + 10, NULL, 10) >=
              strtoll(cursor, NULL, 10) + 3, "%s: %s", cursor, answer.body);
    http_close(&http);
}

Test(feed_wait, all_who_wait_are_woken_and_no_connection_is_held_for_them)
{
    struct http waiters[WAITERS];
    struct http_answer answer;
    struct server server = server_serve("--read-lanes", "1");
    on_server(server.url);
    const char *query = text("since=%s&wait=50&project_id=%s", cursor_now(),
                             session()->project);
    for (int i = 0; i < WAITERS; i++) {
        waiters[i] = ask(query);
    }
    await_metric("tenet_events_parked_readers", WAITERS);
    const char *id = make_network();
    for (int i = 0; i < WAITERS; i++) {
        cr_assert(answered(&waiters[i], 3000, &answer), "reader %d", i);
        cr_assert(strstr(answer.body, id) != NULL);
        http_close(&waiters[i]);
    }
    await_metric("tenet_events_parked_readers", 0);
    server_end(&server);
}

Test(feed_wait, a_client_that_goes_away_is_forgotten)
{
    struct server server = server_serve("--drain-s", "5");
    on_server(server.url);
    const char *query = text("since=%s&wait=50&id=%s", cursor_now(), NOBODY);
    struct http one = ask(query), two = ask(query);
    await_metric("tenet_events_parked_readers", 2);
    http_close(&one);
    await_metric("tenet_events_parked_readers", 1);
    http_close(&two);
    await_metric("tenet_events_parked_readers", 0);
    server_end(&server);
}

Test(feed_wait, a_server_that_ends_answers_those_who_wait)
{
    struct http_answer answer;
    struct server server = server_serve("--drain-s", "20");
    on_server(server.url);
    struct http http = ask(text("since=%s&wait=50&id=%s", cursor_now(),
                                NOBODY));
    await_metric("tenet_events_parked_readers", 1);
    int64_t start = clock_monotonic_us();
    server_end(&server);
    cr_assert(clock_monotonic_us() - start < 5000 * MS);
    cr_assert(answered(&http, 100, &answer));
    cr_assert(strstr(answer.body, "\"events\":[]") != NULL);
    http_close(&http);
}

Test(feed_wait, a_change_by_another_server_wakes_as_well)
{
    struct http_answer answer;
    struct server other = server_serve("--read-lanes", "1");
    struct http http = ask(text("since=%s&wait=30&project_id=%s",
                                cursor_now(), session()->project));
    cr_assert_not(answered(&http, 200, &answer));
    on_server(other.url);
    const char *id = make_network();
    cr_assert(answered(&http, 3000, &answer));
    cr_assert(strstr(answer.body, id) != NULL);
    http_close(&http);
    server_end(&other);
}

/* What one server gave is a cursor for all, also for one that is behind. */
Test(feed_wait, a_cursor_of_one_server_is_good_for_another)
{
    struct server other = server_serve("--read-lanes", "1");
    const char *first = session()->url, *cursor = cursor_now();
    const char *mine = text("wait=5&project_id=%s", session()->project);
    for (int i = 0; i < 10; i++) {
        const char *id = make_network();
        struct reply r = events_behind(cursor, mine);
        cr_assert_str_eq(joined(&r, "events", "id"), id);
        cursor = text_at(&r, "cursor");
        on_server(i % 2 == 0 ? other.url : first);
        r = events_behind(cursor, "");
        cr_assert(strtoll(text_at(&r, "cursor"), NULL, 10) >=
                  strtoll(cursor, NULL, 10));
    }
    on_server(first);
    server_end(&other);
}

/* --- the end of what is kept */

Test(feed_wait, a_cursor_before_what_is_kept_is_gone)
{
    const char *url = feed_database();
    struct server server = feed_server(url, "--read-lanes", "1");
    on_server(server.url);
    for (int i = 0; i < 4; i++) {
        make_network();
    }
    events_behind("3", "wait=5");
    db_run(url, "UPDATE event_retention SET purged_up_to = 2;"
                " DELETE FROM events WHERE id <= 2");
    struct reply r = api(GET, "/v2.0/events?since=1");
    expect_error(&r, 410, "CursorTooOld");
    cr_assert(strstr(r.body, "\\\"2\\\"") != NULL, "%s", describe(&r));
    r = events_behind("2", "");
    cr_assert_eq(count_at(&r, "events"), 2);
    r = api(GET, "/v2.0/events");
    expect_status(&r, 200);
    cr_assert_str_eq(joined(&r, "events", "cursor"), "3,4");
    r = api(GET, "/v2.0/events?since=5");
    expect_status(&r, 400);
    server_end(&server);
}

Test(feed_wait, a_reader_that_waits_while_its_events_are_purged_is_told)
{
    const char *url = feed_database();
    struct server server = feed_server(url, "--read-lanes", "1");
    on_server(server.url);
    make_network();
    struct http http = ask("since=1&wait=30");
    await_metric("tenet_events_parked_readers", 1);
    db_run(url, "INSERT INTO events (request_id, project_id, user_id, action,"
                " type, object_id, revision_number)"
                " SELECT '', 'p', '', 'create', 'port', gen_random_uuid(), 1"
                "   FROM generate_series(1, 3);"
                " DELETE FROM events WHERE id <= 3;"
                " UPDATE event_retention SET purged_up_to = 3");
    struct http_answer answer;
    cr_assert(http_receive(&http, GET, &answer));
    cr_assert_eq(answer.status, 410, "%s", answer.body);
    http_close(&http);
    server_end(&server);
}

/* More ids than one question without an index goes over. */
Test(feed_wait, a_rare_event_is_found_among_many)
{
    const char *url = feed_database();
    struct server server = feed_server(url, "--read-lanes", "1");
    on_server(server.url);
    db_run(url, "INSERT INTO events (request_id, project_id, user_id, action,"
                " type, object_id, revision_number)"
                " SELECT '', 'p', '', 'create', 'port', gen_random_uuid(), 1"
                "   FROM generate_series(1, 250000)");
    make_network();
    events_behind("250000", "wait=10");
    struct reply r = api(GET, "/v2.0/events?type=network");
    expect_at(&r, "events.0.cursor", "250001");
    r = api(GET, "/v2.0/events?type=subnet");
    cr_assert_eq(count_at(&r, "events"), 0);
    expect_at(&r, "cursor", "250001");
    server_end(&server);
}

Test(feed_wait, now_waits_as_any_cursor_does)
{
    struct http_answer answer;
    struct http http = ask(text("since=now&wait=30&project_id=%s",
                                session()->project));
    cr_assert_not(answered(&http, 300, &answer));
    const char *id = make_network();
    cr_assert(answered(&http, 5000, &answer));
    cr_assert(strstr(answer.body, id) != NULL, "%s", answer.body);
    http_close(&http);
}
