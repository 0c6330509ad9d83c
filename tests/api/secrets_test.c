/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets stay where they were given: no log line, no event, no answer and no
 * metric has a token, a password or an idempotency key, wherever a client puts
 * it.
 */
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"
#include "support/db.h"
#include "support/tokens.h"

/* Everything that a file holds. */
static const char *
read_all(const char *path)
{
    struct buf all;
    char bytes[65536];
    FILE *file = fopen(path, "r");
    size_t n;
    cr_assert_not_null(file, "%s", path);
    buf_init(&all, session_arena(), 1 << 20);
    while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0) {
        buf_add(&all, bytes, n);
    }
    fclose(file);
    return all.data;
}

static void
expect_silent(const struct reply *reply, const char *secret)
{
    cr_expect(strstr(reply->head, secret) == NULL &&
                  strstr(reply->body, secret) == NULL,
              "%s\n%s", reply->head, describe(reply));
}

/* Sends 'secret' in all places of requests that go well and that do not. */
static void
spread(const char *secret)
{
    const char *id = make_network();
    const char *paths[] = {
        "/v2.0/networks?limit=1", "/v2.0/networks?token=%s",
        "/v2.0/networks?X-Auth-Token=%s&limit=1",
        "/v2.0/networks?password=%s&name=x", "/v2.0/networks?api_key=%s",
        "/nonsense?secret=%s", "/metrics?token=%s", "/?token=%s",
        "/v2.0/events?since=now&access_token=%s"};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        const char *headers[] = {"Authorization: Bearer %s",
                                 "X-Service-Token: %s", "Cookie: a=%s",
                                 "X-Subject-Token: %s"};
        for (size_t j = 0; j < 4; j++) {
            const char *colon = strchr(headers[j], '%');
            with_header("%.*s%s", (int) (colon - headers[j]), headers[j],
                        secret);
        }
        const char *at = strstr(paths[i], "%s");
        struct reply r =
            at == NULL ? api(GET, "%s", paths[i])
                       : api(GET, "%.*s%s%s", (int) (at - paths[i]), paths[i],
                             secret, at + 2);
        expect_silent(&r, secret);
    }
    with_header("Idempotency-Key: %s", secret);
    struct reply r = create("network", "'name': 'kept'");
    expect_status(&r, 201);
    expect_silent(&r, secret);
    with_header("Idempotency-Key: %s", secret);
    r = create("network", "'name': 'another'");
    expect_error(&r, 422, "IdempotencyKeyMismatch");
    expect_silent(&r, secret);
    with_header("Idempotency-Key: %s", secret);
    r = erase("network", id);
    expect_silent(&r, secret);
    r = create("network", "'name': 'x', 'password': '%s'", secret);
    expect_status(&r, 400);
    expect_silent(&r, secret);
    r = api_raw(POST, "/v2.0/networks",
                text("{\"network\": {\"token\": \"%s\"", secret),
                strlen(secret) + 25);
    expect_silent(&r, secret);
}

/* A parser quotes what it stumbles over: the first bytes of a password. */
Test(secrets, broken_json_is_not_quoted)
{
    static const char *const bodies[] = {
        "{\"password\": \"ab\"hunter2\"}", "{\"password\": \"hunter2\n\"}",
        "{\"password\": hunter2}"};
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        struct reply r = api_raw(POST, "/v2.0/networks", bodies[i],
                                 strlen(bodies[i]));
        expect_error(&r, 400, "HTTPBadRequest");
        expect_silent(&r, "hunter2");
    }
}

static void
expect_no_trace(const char *log, const char *secret)
{
    cr_expect(strstr(log, secret) == NULL, "the log has %s: %.300s", secret,
              strstr(log, secret));
    const char *rows = db_column(
        server_database(),
        text("SELECT count(*)::text FROM events e WHERE e::text LIKE '%%%s%%'",
             secret));
    cr_expect_str_eq(rows, "0", "%s events have %s", rows, secret);
    struct reply r = api(GET, "/metrics");
    expect_silent(&r, secret);
}

Test(secrets, are_in_no_log_no_event_and_no_answer)
{
    const char *file = text("%s/%s", test_dir(), unique("tokens-"));
    const char *log = text("%s/%s", test_dir(), unique("log-"));
    const char *token = unique("s3cr3t-t0k3n-");
    const char *wrong = unique("wr0ng-t0k3n-");
    const char *other = unique("0th3r-s3cr3t-");
    FILE *tokens = fopen(file, "w");
    write_token(tokens, token, text("alice %s member",
                                    session()->project));
    fclose(tokens);
    struct server server;
    const char *args[] = {"serve", "--database-url", server_database(),
                          "--listen", "127.0.0.1:0", "--auth", "tokens",
                          "--tokens-file", file, "--log-level", "debug",
                          NULL};
    cr_assert(server_start(&server, args, log));
    on_server(server.url);
    as(NULL, NULL);
    session()->token = wrong;
    struct reply r = api(GET, "/v2.0/networks");
    expect_status(&r, 401);
    expect_silent(&r, wrong);
    session()->token = token;
    spread(other);
    r = list("network", "name=kept");
    expect_status(&r, 200);
    expect_silent(&r, token);
    expect_no_trace("", other);
    server_end(&server);
    const char *said = read_all(log);
    cr_assert(strstr(said, "\"uri\":\"/v2.0/networks?token=***\"") != NULL,
              "%.2000s", said);
    on_server(getenv("TENET_TEST_URL"));
    session()->token = NULL;
    expect_no_trace(said, token);
    expect_no_trace(said, wrong);
    expect_no_trace(said, other);
}

Test(secrets, a_database_that_is_away_is_not_told_of_with_its_password)
{
    char said[4096];
    int status = server_run(said, sizeof(said), "serve", "--listen",
                            "127.0.0.1:0", "--database-url",
                            "postgresql://tenet:t0ps3cr3t@127.0.0.1:1/tenet");
    cr_assert_neq(status, 0);
    cr_assert(strlen(said) > 0);
    cr_assert_null(strstr(said, "t0ps3cr3t"), "%s", said);
}
