/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is let in with auth = keystone, with a Keystone that fails as it is
 * told (support/fake_keystone.py).  tests/clients/keystone.sh has the real
 * one.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/clock.h"
#include "support/api.h"
#include "support/race.h"
#include "support/server.h"

#define TOKEN "token-of-alice"

static struct server fake;
static struct server server;
static const char *log_path;

/* --- Keystone's side */

static void
start_fake(const char *port)
{
    const char *args[] = {port, NULL};
    cr_assert(server_start_other(&fake, "tests/support/fake_keystone.py",
                                 args, NULL), "the fake does not start");
}

static const char *
port_of_fake(void)
{
    return strrchr(fake.url, ':') + 1;
}

/* Tells the fake something. */
static void
tell(const char *method, const char *path, const char *body)
{
    const char *url = session()->url, *token = session()->token;
    session()->token = NULL;
    on_server(fake.url);
    struct reply r = api_body(method, path, "%s", body);
    on_server(url);
    session()->token = token;
    expect_status(&r, 200);
}

static void
tell_mode(const char *mode)
{
    tell(PUT, "/fake/mode", mode);
}

static void
tell_token(const char *token, const char *body)
{
    tell(PUT, text("/fake/tokens/%s", token), body);
}

static long long
count(const char *what)
{
    const char *url = session()->url;
    on_server(fake.url);
    struct reply r = api(GET, "/fake/counts");
    on_server(url);
    return int_at(&r, what);
}

/* --- ours */

/* Serves with one more setting, or NULL, and knows a member's token. */
static void
serve(const char *flag, const char *value)
{
    const char *args[] = {"serve", "--database-url", server_database(),
                          "--listen", "127.0.0.1:0", "--auth", "keystone",
                          "--keystone-url", text("%s/v3", fake.url),
                          "--keystone-user", "tenet", "--keystone-password",
                          "secret", "--keystone-timeout-s", "1", flag, value,
                          NULL};
    log_path = text("%s/%s", test_dir(), unique("keystone-log-"));
    cr_assert(server_start(&server, args, log_path), "it does not start");
    on_server(server.url);
    as(NULL, NULL);
    session()->token = TOKEN;
}

static void
setup(void)
{
    start_fake(NULL);
    tell_token(TOKEN, "{'user': 'alice', 'project': 'blue', "
                      "'roles': ['member', 'reader']}");
}

static void
teardown(void)
{
    server_end(&server);
    server_stop(&fake);
}

TestSuite(keystone, .init = setup, .fini = teardown);

static struct reply
ask_as(const char *token)
{
    session()->token = token;
    return api(GET, "/v2.0/networks?limit=1");
}

static int
status_as(const char *token)
{
    return ask_as(token).status;
}

/* What the server has logged. */
static const char *
log_text(void)
{
    struct buf buf;
    char part[4096];
    ssize_t n = 1;
    int fd = open(log_path, O_RDONLY | O_CLOEXEC);
    buf_init(&buf, session_arena(), sizeof(part));
    while (fd >= 0 && n > 0) {
        n = read(fd, part, sizeof(part));
        buf_add(&buf, part, n > 0 ? (size_t) n : 0);
    }
    close(fd);
    return buf.data;
}

/* --- who is let in */

Test(keystone, a_token_says_user_project_and_roles)
{
    serve(NULL, NULL);
    as("others", "admin"); /* Headers that nobody believes. */
    struct reply r = create("network", "'name': '%s'", unique("n-"));
    expect_status(&r, 201);
    expect_at(&r, "network.project_id", "blue");
    r = create("network", "'shared': true");
    expect_error(&r, 403, "PolicyNotAuthorized");
}

Test(keystone, what_keystone_does_not_know_is_refused_and_told_where_to_go)
{
    serve("--keystone-public-url", "https://id.example/v3");
    const char *bad[] = {NULL, "", "unknown", "with blank", "\x01", "\xc3\xa9"};
    for (size_t i = 0; i < 6; i++) {
        struct reply r = ask_as(bad[i]);
        expect_error(&r, 401, "HTTPUnauthorized");
        expect_header(&r, "WWW-Authenticate",
                      "Keystone uri=\"https://id.example/v3\"");
    }
}

Test(keystone, a_huge_token_is_refused_without_asking)
{
    serve(NULL, NULL);
    struct reply r = ask_as(letters(8193));
    expect_status(&r, 401);
    cr_assert_eq(count("validations"), 0);
    r = ask_as(letters(8192));
    expect_status(&r, 401);
    cr_assert_eq(count("validations"), 1);
}

Test(keystone, an_admin_needs_no_project_but_its_objects_do)
{
    serve(NULL, NULL);
    tell_token("system", "{'user': 'root', 'project': '', "
                         "'roles': ['admin']}");
    cr_assert_eq(status_as("system"), 200);
    struct reply r = create("network", "%s", "");
    expect_refused(&r, "project_id");
    r = create("network", "'project_id': 'blue'");
    expect_status(&r, 201);
    const char *network = text_at(&r, "network.id");
    r = create("address_scope", "'name': 'x', 'ip_version': 4");
    expect_refused(&r, "project_id");
    r = create("subnetpool", "'name': 'x', 'prefixes': ['10.0.0.0/24']");
    expect_refused(&r, "project_id");
    r = create("rbac_policy", "'object_type': 'network', 'object_id': '%s', "
                              "'action': 'access_as_shared', "
                              "'target_tenant': 'red'", network);
    expect_refused(&r, "project_id");
}

Test(keystone, others_need_a_project)
{
    serve(NULL, NULL);
    tell_token("domain", "{'user': 'bob', 'project': '', "
                         "'roles': ['member']}");
    struct reply r = ask_as("domain");
    expect_error(&r, 403, "PolicyNotAuthorized");
    cr_assert(strstr(r.body, "project") != NULL, "%s", describe(&r));
}

Test(keystone, without_a_role_of_ours_nothing_is_allowed)
{
    serve(NULL, NULL);
    tell_token("useless", "{'user': 'eve', 'project': 'blue', "
                          "'roles': ['heat_stack_owner']}");
    struct reply r = ask_as("useless");
    expect_error(&r, 403, "PolicyNotAuthorized");
}

Test(keystone, the_role_service_sees_the_networks_of_all)
{
    serve(NULL, NULL);
    tell_token("nova", "{'user': 'nova', 'project': 'cloud', "
                       "'roles': ['service']}");
    struct reply r = create("network", "'name': '%s'", unique("n-"));
    const char *id = text_at(&r, "network.id");
    session()->token = "nova";
    r = api(GET, "/v2.0/networks/%s", id);
    expect_status(&r, 200);
    expect_at(&r, "network.project_id", "blue");
    r = create("network", "%s", "");
    expect_error(&r, 403, "PolicyNotAuthorized");
}

Test(keystone, it_is_no_keystone_itself)
{
    serve(NULL, NULL);
    tell_token("domain", "{'user': 'bob', 'project': '', 'roles': []}");
    const char *paths[] = {"/v3", "/v3/auth/tokens", "/v3/auth/catalog",
                           "/v3/auth/projects", "/v3/projects", "/v3/users",
                           "/v3/domains"};
    session()->token = "domain";
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        struct reply r = api(GET, "%s", paths[i]);
        expect_status(&r, 404);
    }
}

/* --- how often Keystone is asked */

static int
ask_once(const void *arg, int i)
{
    (void) i;
    return status_as(arg);
}

Test(keystone, many_requests_with_a_token_make_one_validation)
{
    int statuses[64];
    serve(NULL, NULL);
    tell_mode("{'delay_s': 0.3}");
    race(64, ask_once, TOKEN, statuses);
    cr_assert_eq(count_status(statuses, 64, 200), 64, "%s",
                 describe_statuses(statuses, 64));
    cr_assert_eq(count("validations"), 1);
    cr_assert_eq(count("logins"), 1);
}

static int
ask_for_own(const void *arg, int i)
{
    (void) arg;
    return status_as(text("unknown-%d", i));
}

Test(keystone, different_tokens_are_validated_at_the_same_time)
{
    int statuses[16];
    serve(NULL, NULL);
    tell_mode("{'delay_s': 0.3}");
    race(16, ask_for_own, NULL, statuses);
    cr_assert_eq(count_status(statuses, 16, 401), 16, "%s",
                 describe_statuses(statuses, 16));
    cr_assert_eq(count("at_once"), 16);
    cr_assert_eq(count("logins"), 1);
}

Test(keystone, connections_are_used_again)
{
    serve(NULL, NULL);
    cr_assert_eq(status_as(TOKEN), 200);
    long long before = count("connections");
    for (int i = 0; i < 10; i++) {
        cr_assert_eq(status_as(text("unknown-%d", i)), 401);
    }
    /* One is our question's. */
    cr_assert_leq(count("connections"), before + 1);
}

Test(keystone, a_revoked_token_is_refused_when_its_time_is_over)
{
    serve("--token-cache-s", "1");
    cr_assert_eq(status_as(TOKEN), 200);
    tell(DELETE, "/fake/tokens/" TOKEN, "{}");
    cr_assert_eq(status_as(TOKEN), 200);
    usleep(1100000);
    cr_assert_eq(status_as(TOKEN), 401);
}

Test(keystone, a_hangup_forgets_what_was_believed)
{
    serve(NULL, NULL);
    cr_assert_eq(status_as(TOKEN), 200);
    tell(DELETE, "/fake/tokens/" TOKEN, "{}");
    kill(server.pid, SIGHUP);
    int status = 200;
    for (int i = 0; i < 40 && status == 200; i++) {
        status = status_as(TOKEN);
        usleep(50000);
    }
    cr_assert_eq(status, 401);
    cr_assert_eq(count("logins"), 2);
}

Test(keystone, an_expired_token_is_refused_though_it_was_just_valid)
{
    serve(NULL, NULL);
    tell_token("short", "{'user': 'alice', 'project': 'blue', "
                        "'roles': ['member'], 'expires_in': 1}");
    cr_assert_eq(status_as("short"), 200);
    usleep(1100000);
    cr_assert_eq(status_as("short"), 401);
}

/* --- our own token */

Test(keystone, our_own_token_is_renewed_when_it_is_refused)
{
    serve(NULL, NULL);
    cr_assert_eq(status_as(TOKEN), 200);
    usleep(1100000); /* Logins are a second apart. */
    tell(DELETE, "/fake/service", "{}");
    cr_assert_eq(status_as("unknown"), 401);
    cr_assert_eq(count("logins"), 2);
}

Test(keystone, our_own_token_is_renewed_before_it_expires)
{
    serve(NULL, NULL);
    tell_mode("{'service_life_s': 2}");
    cr_assert_eq(status_as(TOKEN), 200);
    for (int i = 0; i < 30; i++) {
        cr_assert_eq(status_as(text("unknown-%d", i)), 401);
        usleep(100000);
    }
    cr_assert_geq(count("logins"), 2);
    cr_assert_leq(count("logins"), 4);
    /* No validation was refused: one for each token, and no second one. */
    cr_assert_eq(count("validations"), 31);
}

Test(keystone, a_refused_user_is_told_as_trouble_and_not_tried_at_once)
{
    serve(NULL, NULL);
    tell_mode("{'login_status': 401}");
    for (int i = 0; i < 5; i++) {
        struct reply r = ask_as(TOKEN);
        expect_error(&r, 503, "HTTPServiceUnavailable");
        cr_assert(strstr(r.body, "keystone_user") != NULL, "%s",
                  describe(&r));
    }
    cr_assert_eq(count("logins"), 1);
}

/* --- when Keystone fails */

Test(keystone, a_token_that_was_valid_goes_on_during_an_outage)
{
    serve("--token-cache-s", "1");
    cr_assert_eq(status_as(TOKEN), 200);
    server_stop(&fake);
    usleep(1100000);
    cr_assert_eq(status_as(TOKEN), 200);
    struct reply r = ask_as("another");
    expect_error(&r, 503, "HTTPServiceUnavailable");
    r = api(GET, "/readyz");
    expect_status(&r, 200);
}

Test(keystone, it_is_asked_again_after_an_outage)
{
    serve(NULL, NULL);
    const char *port = text("%s", port_of_fake());
    server_stop(&fake);
    cr_assert_eq(status_as(TOKEN), 503);
    start_fake(port);
    tell_token(TOKEN, "{'user': 'alice', 'project': 'blue', "
                      "'roles': ['reader']}");
    usleep(1100000); /* Logins are a second apart. */
    cr_assert_eq(status_as(TOKEN), 200);
}

Test(keystone, trouble_of_keystone_is_no_refusal_of_the_token)
{
    const char *modes[] = {"{'status': 500}", "{'status': 503}",
                           "{'status': 403}", "{'status': 429}",
                           "{'status': 302}", "{'body': 'no JSON'}",
                           "{'body': '{}'}", "{'delay_s': 1.5}"};
    serve(NULL, NULL);
    for (size_t i = 0; i < 8; i++) {
        tell_mode(modes[i]);
        struct reply r = ask_as(TOKEN);
        expect_error(&r, 503, "HTTPServiceUnavailable");
        expect_header(&r, "Retry-After", "1");
    }
    tell_mode("{}");
    cr_assert_eq(status_as(TOKEN), 200);
}

/* Asks with 'n' unknown tokens at once, in a process of its own. */
static pid_t
ask_beside(int n)
{
    int statuses[16];
    pid_t child = fork();
    if (child == 0) {
        session_done();
        on_server(server.url);
        session()->lenient = true;
        race(n, ask_for_own, NULL, statuses);
        _exit(0);
    }
    usleep(200000);
    return child;
}

Test(keystone, a_slow_keystone_holds_up_nobody_else)
{
    serve(NULL, NULL);
    cr_assert_eq(status_as(TOKEN), 200);
    tell_mode("{'delay_s': 0.8}");
    pid_t child = ask_beside(8);
    int64_t before_us = clock_monotonic_us();
    cr_assert_eq(status_as(TOKEN), 200);
    cr_assert_lt(clock_monotonic_us() - before_us, 400000);
    waitpid(child, NULL, 0);
    cr_assert_eq(count("at_once"), 8);
}

Test(keystone, the_server_ends_while_keystone_is_silent)
{
    serve("--drain-s", "0");
    cr_assert_eq(status_as(TOKEN), 200);
    tell_mode("{'delay_s': 20}");
    pid_t child = ask_beside(4);
    server_end(&server);
    waitpid(child, NULL, 0);
}

static void
expect_metric(const struct reply *metrics, const char *line)
{
    cr_assert(strstr(metrics->body, text("\n%s\n", line)) != NULL,
              "%s is not in %s", line, metrics->body);
}

Test(keystone, metrics_tell_what_keystone_said_and_how_often_it_was_not_asked)
{
    serve(NULL, NULL);
    cr_assert_eq(status_as(TOKEN), 200);
    cr_assert_eq(status_as(TOKEN), 200);
    cr_assert_eq(status_as("unknown"), 401);
    tell_mode("{'status': 500}");
    cr_assert_eq(status_as("another"), 503);
    struct reply r = api(GET, "/metrics");
    expect_metric(&r, "tenet_tokens_known_total 1");
    expect_metric(&r, "tenet_tokens_asked_total{answer=\"valid\"} 1");
    expect_metric(&r, "tenet_tokens_asked_total{answer=\"invalid\"} 1");
    expect_metric(&r, "tenet_tokens_asked_total{answer=\"unavailable\"} 1");
}

/* --- secrets */

Test(keystone, no_secret_is_logged)
{
    serve("--log-level", "debug");
    with_header("X-Service-Token: service-token-of-nova");
    cr_assert_eq(status_as(TOKEN), 200);
    tell_mode("{'status': 500}");
    cr_assert_eq(status_as("bad-token"), 503);
    const char *logged = log_text();
    const char *secrets[] = {TOKEN, "bad-token", "service-token-of-nova",
                             "\"secret\"", "service-1"};
    cr_assert(strstr(logged, "Keystone is in trouble") != NULL);
    for (size_t i = 0; i < 5; i++) {
        cr_assert(strstr(logged, secrets[i]) == NULL, "%s is logged: %s",
                  secrets[i], logged);
    }
}

/* --- settings */

Test(keystone_start, the_password_comes_from_a_file_and_is_read_again)
{
    const char *path = text("%s/%s", test_dir(), unique("password-"));
    FILE *file = fopen(path, "w");
    fprintf(file, "wrong\n");
    fclose(file);
    setup();
    const char *args[] = {"serve", "--database-url", server_database(),
                          "--listen", "127.0.0.1:0", "--auth", "keystone",
                          "--keystone-url", text("%s/v3", fake.url),
                          "--keystone-user", "tenet",
                          "--keystone-password-file", path, NULL};
    cr_assert(server_start(&server, args, NULL));
    on_server(server.url);
    cr_assert_eq(status_as(TOKEN), 503);
    file = fopen(path, "w");
    fprintf(file, "secret\n");
    fclose(file);
    kill(server.pid, SIGHUP);
    int status = 503;
    for (int i = 0; i < 40 && status == 503; i++) {
        usleep(50000);
        status = status_as(TOKEN);
    }
    cr_assert_eq(status, 200);
    teardown();
}

Test(keystone_start, a_setting_that_is_missing_or_wrong_is_named)
{
    static const struct {
        const char *args[8];
        const char *named;
    } cases[] = {
        {{"--keystone-user", "t", "--keystone-password", "s"},
         "keystone_url"},
        {{"--keystone-url", "http://h/v3", "--keystone-password", "s"},
         "keystone_user"},
        {{"--keystone-url", "http://h/v3", "--keystone-user", "t"},
         "keystone_password"},
        {{"--keystone-url", "http://h", "--keystone-user", "t"},
         "ending in /v3"},
        {{"--keystone-url", "http://h/v3", "--keystone-user", "t",
          "--keystone-password-file", "/nowhere"},
         "keystone_password_file"},
    };
    for (size_t i = 0; i < 5; i++) {
        char said[2048];
        const char *args[20] = {"serve", "--database-url",
                                server_database(), "--listen", "127.0.0.1:0",
                                "--auth", "keystone"};
        memcpy(args + 7, cases[i].args, sizeof(cases[i].args));
        cr_assert_neq(server_run_args(args, said, sizeof(said)), 0);
        cr_assert(strstr(said, cases[i].named) != NULL, "%s is not in: %s",
                  cases[i].named, said);
    }
}
