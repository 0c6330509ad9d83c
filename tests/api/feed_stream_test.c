/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /v2.0/events as a stream of server-sent events.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "support/db.h"
#include "support/stream.h"

#ifdef __SANITIZE_ADDRESS__
#define SANITIZED true
#else
#define SANITIZED false
#endif
#define STREAMS 20
#define PATIENCE 5000 /* ms */

/* A stream of the events of the session's project. */
static void
open_mine(struct stream *stream, const char *query, const char *headers)
{
    stream_open(stream, text("/v2.0/events?project_id=%s%s",
                             session()->project, query), headers);
    cr_assert_eq(stream->status, 200, "%s", stream->head);
}

/* The next message that has data. */
static struct message
next_event(struct stream *stream)
{
    struct message message = {.data = NULL};
    while (message.data == NULL) {
        cr_assert(stream_next(stream, PATIENCE, &message), "no event comes");
    }
    return message;
}

/* The member of its object, "" for none. */
static const char *
name_of(const struct message *message)
{
    json_t *event = json_loads(message->data, 0, NULL);
    cr_assert_not_null(event, "%s", message->data);
    const char *name = json_string_value(
        json_object_get(json_object_get(event, "after"), "name"));
    const char *copy = text("%s", name == NULL ? "" : name);
    json_decref(event);
    return copy;
}

Test(feed_stream, begins_at_once_and_tells_when_to_come_back)
{
    struct stream stream;
    struct message first;
    open_mine(&stream, "&since=now", "");
    cr_assert(strcasestr(stream.head, "Content-Type: text/event-stream") !=
              NULL, "%s", stream.head);
    cr_assert(stream_next(&stream, 1000, &first));
    cr_assert_str_eq(first.retry, "2000");
    cr_assert_not_null(first.id);
    cr_assert_null(first.data);
    stream_close(&stream);
}

Test(feed_stream, sends_each_event_when_it_happens)
{
    struct stream stream;
    open_mine(&stream, "&since=now", "");
    for (int i = 0; i < 3; i++) {
        make("network", "'name': '%d\\n%d'", i, i);
        struct message message = next_event(&stream);
        cr_assert_str_eq(message.event, "network.create");
        cr_assert_str_eq(name_of(&message), text("%d\n%d", i, i));
        json_t *event = json_loads(message.data, 0, NULL);
        cr_assert_str_eq(message.id, json_string_value(json_object_get(
                                         event, "cursor")));
        json_decref(event);
    }
    stream_close(&stream);
}

Test(feed_stream, goes_on_behind_the_last_event_of_the_client)
{
    struct stream stream;
    const char *cursor = cursor_now();
    for (int i = 0; i < 5; i++) {
        make("network", "'name': '%d'", i);
    }
    open_mine(&stream, text("&since=%s", cursor), "");
    next_event(&stream);
    struct message second = next_event(&stream);
    stream_close(&stream);
    /* The header has the word, not what the URL still says. */
    open_mine(&stream, text("&since=%s", cursor),
              text("Last-Event-ID: %s\r\n", second.id));
    for (int i = 2; i < 5; i++) {
        struct message message = next_event(&stream);
        cr_assert_str_eq(name_of(&message), text("%d", i));
    }
    stream_close(&stream);
}

Test(feed_stream, sends_a_backlog_of_many_batches_in_order)
{
    struct stream stream;
    const char *cursor = cursor_now(), *one = "{'name': 'n'}";
    for (int i = 0; i < 5; i++) {
        struct reply r = api_body(
            POST, "/v2.0/networks", "{'networks': [%s]}",
            text("%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s",
                 one, one, one, one, one, one, one, one, one, one, one, one,
                 one, one, one, one, one, one, one));
        expect_status(&r, 201);
    }
    long long last = 0;
    open_mine(&stream, text("&limit=7&since=%s", cursor), "");
    for (int i = 0; i < 95; i++) {
        struct message message = next_event(&stream);
        cr_assert(strtoll(message.id, NULL, 10) > last);
        last = strtoll(message.id, NULL, 10);
    }
    stream_close(&stream);
}

Test(feed_stream, shows_what_its_reader_may_see)
{
    struct stream stream;
    as_roles("member");
    stream_open(&stream, "/v2.0/events?since=now", "");
    as_project("another");
    make_network();
    stream_close(&stream);
    as_project(unique("project-"));
    stream_open(&stream, "/v2.0/events?since=now", "");
    const char *owner = session()->project;
    as(unique("project-"), "member");
    make_network();
    as(owner, "admin");
    make("port", "'network_id': '%s', 'binding:host_id': 'h'",
         make("network", "'name': 'mine'"));
    struct message message = next_event(&stream);
    cr_assert_str_eq(name_of(&message), "mine");
    message = next_event(&stream);
    cr_assert(strstr(message.data, "binding:host_id") == NULL, "%s",
              message.data);
    stream_close(&stream);
}

Test(feed_stream, that_cannot_begin_is_an_error_as_any)
{
    struct stream stream;
    const char *bad[] = {"since=x", "since=9000000000000000000", "wait=99"};
    for (size_t i = 0; i < 3; i++) {
        stream_open(&stream, text("/v2.0/events?%s", bad[i]), "");
        cr_assert_eq(stream.status, 400, "%s", bad[i]);
        stream_close(&stream);
    }
    stream_open(&stream, "/v2.0/events", "Last-Event-ID: x\r\n");
    cr_assert_eq(stream.status, 400);
    stream_close(&stream);
}

/* A proxy would take a silent connection for a dead one; and the cursor goes
 * on although nothing concerns the reader. */
Test(feed_stream, shows_that_it_lives)
{
    struct stream stream;
    struct message message;
    open_mine(&stream, "&since=now", "");
    cr_assert(stream_next(&stream, 1000, &message));
    const char *before = message.id, *mine = session()->project;
    as_project("another");
    make_network();
    as_project(mine);
    cr_assert_not(stream_next(&stream, 14000, &message));
    cr_assert(stream_next(&stream, 3000, &message));
    cr_assert(message.comment && message.data == NULL);
    cr_assert(strtoll(message.id, NULL, 10) > strtoll(before, NULL, 10));
    stream_close(&stream);
}

/* --- its end */

static double
metric(const char *name)
{
    struct reply r = api(GET, "/metrics");
    const char *line = strstr(r.body, text("\n%s ", name));
    return line == NULL ? -1 : strtod(line + strlen(name) + 2, NULL);
}

static void
await_streams(double n)
{
    for (int i = 0; i < 300 && metric("tenet_events_streams") != n; i++) {
        usleep(10000);
    }
    cr_assert_eq(metric("tenet_events_streams"), n);
}

Test(feed_stream, ends_when_the_server_does)
{
    struct stream stream;
    struct message message;
    struct server server = server_serve("--drain-s", "20");
    on_server(server.url);
    open_mine(&stream, "&since=now", "");
    cr_assert(stream_next(&stream, 1000, &message));
    server_end(&server);
    cr_assert(stream_ends(&stream, 1000));
    stream_close(&stream);
}

Test(feed_stream, of_a_client_that_went_away_is_forgotten)
{
    struct stream stream;
    struct server server = server_serve("--drain-s", "5");
    on_server(server.url);
    open_mine(&stream, "&since=now", "");
    await_streams(1);
    stream_close(&stream);
    await_streams(0);
    server_end(&server);
}

Test(feed_stream, outlives_a_loss_of_the_database)
{
    struct stream stream;
    const char *url = feed_database();
    struct server server = feed_server(url, "--read-lanes", "1");
    on_server(server.url);
    session()->lenient = true;
    open_mine(&stream, "&since=now", "");
    make_network();
    next_event(&stream);
    db_run(url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database()"
                "   AND pid <> pg_backend_pid()");
    struct reply r = create("network", "'name': 'after'");
    while (r.status != 201) {
        r = create("network", "'name': 'after'");
    }
    struct message message = next_event(&stream);
    cr_assert_str_eq(name_of(&message), "after");
    stream_close(&stream);
    server_end(&server);
}

static long
resident_kb(pid_t pid)
{
    char line[256];
    long kb = 0;
    FILE *file = fopen(text("/proc/%d/status", (int) pid), "r");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        (void) sscanf(line, "VmRSS: %ld", &kb);
    }
    if (file != NULL) {
        fclose(file);
    }
    return kb;
}

/* 20 MB wait for each of them; the server keeps a batch. */
Test(feed_stream, of_slow_readers_takes_little_memory)
{
    struct stream streams[STREAMS];
    const char *url = feed_database();
    struct server server = feed_server(url, "--read-lanes", "1");
    on_server(server.url);
    db_run(url, "INSERT INTO events (request_id, project_id, user_id, action,"
                " type, object_id, revision_number, after)"
                " SELECT '', 'p', '', 'create', 'thing', gen_random_uuid(),"
                "        1, to_json(repeat('x', 5000))"
                "   FROM generate_series(1, 4000)");
    events_behind("3999", "wait=10");
    long before = resident_kb(server.pid);
    for (int i = 0; i < STREAMS; i++) {
        stream_open(&streams[i], "/v2.0/events?since=0", "");
    }
    sleep(2);
    long grown = resident_kb(server.pid) - before;
    /* The sanitizer keeps what was freed. */
    cr_assert(SANITIZED || grown < 120000, "%ld kB", grown);
    for (int i = 0; i < STREAMS; i++) {
        stream_close(&streams[i]);
    }
    await_streams(0);
    server_end(&server);
}
