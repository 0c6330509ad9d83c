/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is let in with auth = jwt: tokens signed by keys of a file, or of an
 * issuer whom support/fake_keystone.py plays.  The unit tests have what
 * forgers send.
 */
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "support/api.h"
#include "support/race.h"
#include "support/server.h"
#include "support/signing.h"

static struct server fake;
static struct server server;
static struct signer signer; /* The issuer. */
static const char *key_path;

/* --- the issuer */

/* Claims of a member of the project "blue", with more of them. */
static const char *
claims(const char *more)
{
    return text("{\"iss\":\"https://id.example\",\"aud\":\"tenet\","
                "\"sub\":\"ada\",\"project_id\":\"blue\","
                "\"realm_access\":{\"roles\":[\"dev\"]},\"exp\":%lld%s}",
                (long long) time(NULL) + 3600, more);
}

static const char *
token(void)
{
    return signer_token(&signer, claims(""));
}

static void
write_keys(const char *keys)
{
    FILE *file = fopen(key_path, "w");
    fputs(keys, file);
    fclose(file);
}

static void
tell(const char *path, const char *body)
{
    const char *url = session()->url;
    on_server(fake.url);
    struct reply r = api_raw(PUT, path, body, strlen(body));
    on_server(url);
    expect_status(&r, 200);
}

static long long
count_fetches(void)
{
    const char *url = session()->url;
    on_server(fake.url);
    struct reply r = api(GET, "/fake/counts");
    on_server(url);
    return int_at(&r, "fetches");
}

static void
start_fake(const char *port)
{
    const char *args[] = {port, NULL};
    cr_assert(server_start_other(&fake, "tests/support/fake_keystone.py",
                                 args, NULL), "the fake does not start");
    tell("/fake/keys", signer_jwks(&signer, ""));
}

/* --- ours */

static void
serve(const char *keys)
{
    server = server_serve("--auth", "jwt", "--jwt-jwks", keys, "--jwt-issuer",
                          "https://id.example", "--jwt-audience", "tenet",
                          "--jwt-claim-roles", "realm_access.roles",
                          "--jwt-roles", "dev=member,ops=admin",
                          "--token-cache-s", "1");
    on_server(server.url);
    as(NULL, NULL);
}

static void
setup(void)
{
    signer = signer_new(session_arena(), "ES256", "k1", 0);
    key_path = text("%s/%s", test_dir(), unique("keys-"));
}

static void
teardown(void)
{
    server_end(&server);
    server_stop(&fake);
}

TestSuite(jwt, .init = setup, .fini = teardown);

static struct reply
ask_as(const char *given)
{
    session()->token = given;
    return api(GET, "/v2.0/networks?limit=1");
}

static int
status_as(const char *given)
{
    return ask_as(given).status;
}

/* Asks until the answer is 'status' or two seconds have passed. */
static int
wait_for_status(const char *given, int status)
{
    int last = 0;
    for (int i = 0; i < 40 && last != status; i++) {
        last = status_as(given);
        usleep(50000);
    }
    return last;
}

static void
serve_file(void)
{
    write_keys(signer_jwks(&signer, ""));
    serve(key_path);
}

/* --- who is let in */

Test(jwt, a_token_says_user_project_and_roles)
{
    serve_file();
    session()->token = token();
    as("others", "admin"); /* Headers that nobody believes. */
    struct reply r = create("network", "'name': '%s'", unique("n-"));
    expect_status(&r, 201);
    expect_at(&r, "network.project_id", "blue");
    r = create("network", "'shared': true");
    expect_error(&r, 403, "PolicyNotAuthorized");
}

Test(jwt, every_algorithm_is_taken)
{
    const char *algs[] = {"RS256", "PS256", "ES256", "ES384", "EdDSA"};
    struct signer signers[5];
    struct buf set;
    buf_init(&set, session_arena(), 8192);
    for (size_t i = 0; i < 5; i++) {
        signers[i] = signer_new(session_arena(), algs[i], algs[i], 2048);
        buf_addf(&set, "%s{%s,\"kid\":\"%s\",\"alg\":\"%s\"}",
                 i == 0 ? "{\"keys\":[" : ",", signer_public(&signers[i]),
                 algs[i], algs[i]);
    }
    buf_adds(&set, "]}");
    write_keys(set.data);
    serve(key_path);
    for (size_t i = 0; i < 5; i++) {
        struct reply r = ask_as(signer_token(&signers[i], claims("")));
        expect_status(&r, 200);
    }
}

Test(jwt, a_bearer_is_let_in_as_well)
{
    serve_file();
    session()->token = NULL;
    with_header("Authorization: Bearer %s", token());
    struct reply r = api(GET, "/v2.0/networks?limit=1");
    expect_status(&r, 200);
    with_header("Authorization: bearer  %s", token());
    r = api(GET, "/v2.0/networks?limit=1");
    expect_status(&r, 200);
    with_header("Authorization: Basic %s", token());
    r = api(GET, "/v2.0/networks?limit=1");
    expect_status(&r, 401);
}

Test(jwt, others_are_refused_and_told_what_is_needed)
{
    struct signer forger = signer_new(session_arena(), "ES256", "k1", 0);
    serve_file();
    const char *bad[] = {
        NULL, "", "x.y.z", signer_token(&forger, claims("")),
        signer_token(&signer, "{}"),
        signer_token(&signer, claims(",\"nbf\":99999999999")),
        signing_hmac(session_arena(), "{\"alg\":\"HS256\",\"kid\":\"k1\"}",
                     claims(""), signer_public(&signer)),
        letters(20000)};
    for (size_t i = 0; i < 8; i++) {
        struct reply r = ask_as(bad[i]);
        expect_error(&r, 401, "HTTPUnauthorized");
        expect_header(&r, "WWW-Authenticate", "Bearer realm=\"tenet\"");
    }
}

Test(jwt, a_token_without_a_role_of_ours_is_for_nothing)
{
    serve_file();
    const char *theirs = text("{\"iss\":\"https://id.example\","
                              "\"aud\":\"tenet\",\"sub\":\"ada\","
                              "\"project_id\":\"blue\",\"realm_access\":"
                              "{\"roles\":[\"admin\"]},\"exp\":%lld}",
                              (long long) time(NULL) + 3600);
    struct reply r = ask_as(signer_token(&signer, theirs));
    expect_error(&r, 403, "PolicyNotAuthorized");
}

Test(jwt, a_token_ends_when_it_says_so_and_the_clocks_may_differ)
{
    serve_file();
    const char *late = text(",\"exp\":%lld}", (long long) time(NULL) - 56);
    char *own = arena_strdup(session_arena(), claims(""));
    *strstr(own, ",\"exp\"") = '\0';
    const char *given = signer_token(&signer, text("%s%s", own, late));
    cr_assert_eq(status_as(given), 200);
    sleep(5);
    cr_assert_eq(status_as(given), 401);
}

static int
ask_once(const void *arg, int i)
{
    (void) i;
    return status_as(arg);
}

Test(jwt, many_may_come_at_once)
{
    int statuses[64];
    serve_file();
    race(64, ask_once, token(), statuses);
    cr_assert_eq(count_status(statuses, 64, 200), 64, "%s",
                 describe_statuses(statuses, 64));
}

/* --- keys of a file */

Test(jwt, a_hangup_reads_the_keys_again)
{
    struct signer next = signer_new(session_arena(), "EdDSA", "k2", 0);
    serve_file();
    cr_assert_eq(status_as(token()), 200);
    write_keys(signer_jwks(&next, ""));
    kill(server.pid, SIGHUP);
    cr_assert_eq(wait_for_status(token(), 401), 401);
    cr_assert_eq(status_as(signer_token(&next, claims(""))), 200);
}

Test(jwt, a_broken_file_keeps_the_old_keys)
{
    serve_file();
    write_keys("{\"keys\": []}");
    kill(server.pid, SIGHUP);
    usleep(300000);
    cr_assert_eq(status_as(token()), 200);
}

/* --- keys of an issuer */

Test(jwt, keys_are_got_once_and_not_for_every_token)
{
    start_fake(NULL);
    serve(text("%s/keys", fake.url));
    for (int i = 0; i < 10; i++) {
        cr_assert_eq(status_as(signer_token(&signer, claims(text(
            ",\"jti\":%d", i)))), 200);
    }
    cr_assert_eq(count_fetches(), 1);
}

Test(jwt, an_unknown_key_is_looked_for_but_not_by_every_token)
{
    struct signer next = signer_new(session_arena(), "EdDSA", "k2", 0);
    start_fake(NULL);
    serve(text("%s/keys", fake.url));
    cr_assert_eq(status_as(token()), 200);
    tell("/fake/keys", signer_jwks(&next, ""));
    cr_assert_eq(status_as(signer_token(&next, claims(""))), 401,
                 "within ten seconds after the first fetch");
    for (int i = 0; i < 20; i++) {
        next.kid = text("k%d", i);
        cr_assert_eq(status_as(signer_token(&next, claims(""))), 401);
    }
    cr_assert_eq(count_fetches(), 1);
    sleep(10);
    next.kid = "k2";
    cr_assert_eq(status_as(signer_token(&next, claims(",\"jti\":1"))), 200);
    cr_assert_eq(status_as(token()), 401);
    cr_assert_eq(count_fetches(), 2);
}

/* Expects the 'n'th fetch within 5 s, and no more. */
static void
expect_fetch(long long n)
{
    for (int i = 0; i < 50 && count_fetches() < n; i++) {
        usleep(100000);
    }
    cr_assert_eq(count_fetches(), n);
}

Test(jwt, a_failing_issuer_keeps_the_old_keys)
{
    start_fake(NULL);
    serve(text("%s/keys", fake.url));
    cr_assert_eq(status_as(token()), 200);
    tell("/fake/mode", "{\"status\": 500}");
    kill(server.pid, SIGHUP);
    expect_fetch(2);
    cr_assert_eq(status_as(token()), 200);
    tell("/fake/mode", "{}");
    tell("/fake/keys", "{\"keys\": []}");
    kill(server.pid, SIGHUP);
    expect_fetch(3);
    cr_assert_eq(status_as(token()), 200);
}

Test(jwt, without_any_keys_nobody_can_say_until_they_come)
{
    start_fake(NULL);
    const char *port = text("%s", strrchr(fake.url, ':') + 1);
    const char *url = text("%s/keys", fake.url);
    server_stop(&fake);
    serve(url);
    struct reply r = ask_as(token());
    expect_error(&r, 503, "HTTPServiceUnavailable");
    r = api(GET, "/readyz");
    expect_status(&r, 200);
    start_fake(port);
    usleep(1100000); /* Attempts are a second apart. */
    cr_assert_eq(status_as(token()), 200);
}

/* --- settings */

Test(jwt_start, a_setting_that_is_missing_or_wrong_is_named)
{
    static const struct {
        const char *args[10];
        const char *named;
    } cases[] = {
        {{"--jwt-issuer", "i", "--jwt-audience", "a"}, "jwt_jwks"},
        {{"--jwt-jwks", "/nowhere", "--jwt-audience", "a"}, "jwt_issuer"},
        {{"--jwt-jwks", "/nowhere", "--jwt-issuer", "i"}, "jwt_audience"},
        {{"--jwt-jwks", "/nowhere", "--jwt-issuer", "i", "--jwt-audience",
          "a"}, "jwt_jwks"},
        {{"--jwt-jwks", "/dev/null", "--jwt-issuer", "i", "--jwt-audience",
          "a"}, "RFC 7517"},
        {{"--jwt-jwks", "ftp://h/k", "--jwt-issuer", "i", "--jwt-audience",
          "a"}, "https://"},
        {{"--jwt-roles", "dev=boss"}, "jwt_roles"},
        {{"--jwt-roles", "dev"}, "jwt_roles"},
    };
    for (size_t i = 0; i < 8; i++) {
        char said[2048];
        const char *args[20] = {"serve", "--database-url",
                                server_database(), "--listen", "127.0.0.1:0",
                                "--auth", "jwt"};
        memcpy(args + 7, cases[i].args, sizeof(cases[i].args));
        cr_assert_neq(server_run_args(args, said, sizeof(said)), 0);
        cr_assert(strstr(said, cases[i].named) != NULL, "%s is not in: %s",
                  cases[i].named, said);
    }
}
