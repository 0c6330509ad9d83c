/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of users behind /v3: looking up who is in it, and its changes.
 */
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/v3.h"

/* --- versions */

Test(v3_users, versions_need_no_token)
{
    struct v3 v3 = v3_serve(NULL);
    struct reply r = api(GET, "/v3");
    expect_status(&r, 200);
    expect_at(&r, "version.id", "v3.14");
    expect_at(&r, "version.links.0.href", text("%s/v3/", v3.server.url));
    r = api(GET, "/v3/");
    expect_status(&r, 200);
    server_end(&v3.server);
}

Test(v3_users, without_users_there_is_no_v3)
{
    struct reply r = api(GET, "/v3");
    expect_v3_error(&r, 404, "Not Found");
    r = v3_login("alice", PASSWORD, NULL);
    expect_v3_error(&r, 404, "Not Found");
}

/* Clients take the highest of the versions at the root of a service. */
Test(v3_users, the_root_is_the_networking_apis_alone)
{
    struct v3 v3 = v3_serve(NULL);
    struct reply r = api(GET, "/");
    cr_assert_eq(count_at(&r, "versions"), 1);
    expect_at(&r, "versions.0.id", "v2.0");
    server_end(&v3.server);
}

/* --- looking up */

Test(v3_users, members_see_themselves_and_their_projects)
{
    struct v3 v3 = v3_serve(NULL);
    v3_be("alice", NULL);
    struct reply r = api(GET, "/v3/users");
    cr_assert_str_eq(joined(&r, "users", "name"), "alice");
    const char *self = text_at(&r, "users.0.id");
    r = api(GET, "/v3/users/%s", self);
    expect_at(&r, "user.name", "alice");
    r = api(GET, "/v3/users/%s/projects", self);
    cr_assert_str_eq(joined_sorted(&r, "projects", "name"), "blue,red");
    r = api(GET, "/v3/users?name=root");
    cr_assert_eq(count_at(&r, "users"), 0);
    r = api(GET, "/v3/projects");
    cr_assert_str_eq(joined_sorted(&r, "projects", "name"), "blue,red");
    r = api(GET, "/v3/projects/ops");
    expect_v3_error(&r, 404, "Not Found");
    r = api(GET, "/v3/projects/red");
    expect_at(&r, "project.name", "red");
    server_end(&v3.server);
}

Test(v3_users, admins_see_all)
{
    struct v3 v3 = v3_serve(NULL);
    v3_be("root", NULL);
    struct reply r = api(GET, "/v3/users");
    cr_assert_str_eq(joined_sorted(&r, "users", "name"), "alice,root");
    r = api(GET, "/v3/users?name=alice");
    const char *alice = text_at(&r, "users.0.id");
    cr_assert_eq(count_at(&r, "users"), 1);
    r = api(GET, "/v3/users/%s", alice);
    expect_status(&r, 200);
    r = api(GET, "/v3/projects?name=red");
    cr_assert_str_eq(joined(&r, "projects", "id"), "red");
    r = api(GET, "/v3/projects?name=green");
    expect_status(&r, 200);
    cr_assert_eq(count_at(&r, "projects"), 0);
    r = api(GET, "/v3/auth/projects");
    cr_assert_str_eq(joined(&r, "projects", "name"), "ops");
    server_end(&v3.server);
}

Test(v3_users, there_is_one_domain)
{
    struct v3 v3 = v3_serve(NULL);
    v3_be("alice", NULL);
    struct reply r = api(GET, "/v3/domains?name=default");
    cr_assert_str_eq(joined(&r, "domains", "id"), "default");
    r = api(GET, "/v3/domains/default");
    expect_at(&r, "domain.name", "Default");
    r = api(GET, "/v3/domains/users");
    expect_v3_error(&r, 404, "Not Found");
    r = api(GET, "/v3/auth/catalog");
    expect_at(&r, "catalog.0.type", "network");
    server_end(&v3.server);
}

Test(v3_users, nobody_looks_up_without_a_token)
{
    struct v3 v3 = v3_serve(NULL);
    const char *paths[] = {"auth/tokens", "auth/catalog", "auth/projects",
                           "projects", "projects/red", "users", "users/x",
                           "domains", "domains/default"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct reply r = api(GET, "/v3/%s", paths[i]);
        expect_v3_error(&r, 401, "Unauthorized");
    }
    server_end(&v3.server);
}

/* --- changes of the file */

Test(v3_users, a_new_user_can_log_in_soon)
{
    struct v3 v3 = v3_serve(NULL);
    v3_user(&v3, "let me in\n", "add bob --project green --role member");
    struct reply r = {0};
    for (int i = 0; i < 50 && r.status != 201; i++) {
        usleep(i == 0 ? 0 : 100000);
        r = v3_login("bob", "let me in", NULL);
    }
    expect_status(&r, 201);
    expect_at(&r, "token.project.name", "green");
    server_end(&v3.server);
}

Test(v3_users, who_is_removed_is_out_soon)
{
    struct v3 v3 = v3_serve(NULL);
    const char *token = v3_be("alice", NULL);
    cr_assert_eq(v3_status(token), 200);
    v3_user(&v3, "", "remove alice");
    cr_assert_eq(v3_await(token, 401), 401);
    struct reply r = v3_login("alice", PASSWORD, NULL);
    expect_status(&r, 401);
    r = v3_login_credential(v3.credential_id, v3.secret);
    expect_status(&r, 401);
    server_end(&v3.server);
}

Test(v3_users, another_password_ends_the_tokens_of_the_old_one)
{
    struct v3 v3 = v3_serve(NULL);
    struct reply r = v3_login_credential(v3.credential_id, v3.secret);
    const char *by_credential = v3_token(&r);
    const char *token = v3_be("alice", NULL);
    v3_user(&v3, "another\n", "password alice");
    cr_assert_eq(v3_await(token, 401), 401);
    cr_assert_eq(v3_status(by_credential), 200);
    r = v3_login("alice", PASSWORD, NULL);
    expect_status(&r, 401);
    r = v3_login("alice", "another", NULL);
    expect_status(&r, 201);
    server_end(&v3.server);
}

Test(v3_users, a_role_that_is_taken_away_ends_soon)
{
    struct v3 v3 = v3_serve(NULL);
    const char *token = v3_be("alice", "{'project': {'id': 'red'}}");
    cr_assert_eq(v3_status(token), 200);
    v3_user(&v3, "", "remove alice --project red --role reader");
    cr_assert_eq(v3_await(token, 401), 401);
    server_end(&v3.server);
}

Test(v3_users, a_credential_that_is_removed_ends_its_tokens)
{
    struct v3 v3 = v3_serve(NULL);
    struct reply r = v3_login_credential(v3.credential_id, v3.secret);
    const char *token = v3_token(&r);
    v3_user(&v3, "", "remove alice --credential ci");
    cr_assert_eq(v3_await(token, 401), 401);
    server_end(&v3.server);
}

Test(v3_users, a_broken_file_keeps_what_was_read)
{
    struct v3 v3 = v3_serve(NULL);
    FILE *file = fopen(v3.file, "we");
    fputs("{\"users\": 1}", file);
    fclose(file);
    kill(v3.server.pid, SIGHUP);
    usleep(600000);
    struct reply r = v3_login("alice", PASSWORD, NULL);
    expect_status(&r, 201);
    unlink(v3.file);
    usleep(600000);
    r = v3_login("alice", PASSWORD, NULL);
    expect_status(&r, 201);
    server_end(&v3.server);
}

/* --- starts */

static int
start_with(const char *path, char *said, size_t size)
{
    return server_run(said, size, "serve", "--database-url",
                      server_database(), "--auth", "embedded",
                      "--identity-file", path, "--listen", "127.0.0.1:0");
}

Test(v3_users, a_file_that_others_can_read_stops_the_start)
{
    char said[2048];
    const char *path = text("%s/%s", test_dir(), unique("users-"));
    FILE *file = fopen(path, "we");
    fputs("{}", file);
    fclose(file);
    chmod(path, 0644);
    cr_assert_neq(start_with(path, said, sizeof said), 0);
    cr_assert_not_null(strstr(said, "chmod 600"), "%s", said);
    cr_assert_neq(start_with("/nowhere", said, sizeof said), 0);
    cr_assert_not_null(strstr(said, "/nowhere"), "%s", said);
}

Test(v3_users, embedded_needs_a_file)
{
    char said[2048];
    int status = server_run(said, sizeof said, "serve", "--database-url",
                            server_database(), "--auth", "embedded");
    cr_assert_neq(status, 0);
    cr_assert_not_null(strstr(said, "identity_file"), "%s", said);
}
