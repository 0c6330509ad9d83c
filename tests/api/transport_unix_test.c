/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server on a unix socket.
 */
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/arena.h"
#include "support/api.h"
#include "support/server.h"

static const char *
new_path(void)
{
    return text("%s/%s", test_dir(), unique("socket-"));
}

static struct server
serve(const char *path)
{
    struct server server = server_serve("--listen", text("unix:%s", path));
    on_server(server.url);
    return server;
}

/* Why no server starts on 'path'. */
static const char *
refusal(const char *path)
{
    char *said = arena_alloc(session_arena(), 4096);
    int status =
        server_run(said, 4096, "serve", "--database-url", server_database(),
                   "--listen", text("unix:%s", path));
    cr_assert_eq(status, 2, "%d: %s", status, said);
    return said;
}

static mode_t
mode_of(const char *path)
{
    struct stat status;
    cr_assert_eq(lstat(path, &status), 0, "%s", path);
    return status.st_mode;
}

Test(transport_unix, requests_are_served_and_links_are_absolute)
{
    const char *path = new_path();
    struct server server = serve(path);
    cr_assert_str_eq(server.url, text("unix:%s", path));
    make_network();
    struct reply r = api(GET, "/");
    expect_at(&r, "versions.0.links.0.href", "http://localhost/v2.0/");
    server_end(&server);
    cr_assert_neq(access(path, F_OK), 0, "the socket stays behind");
}

Test(transport_unix, the_file_has_the_mode_that_is_set)
{
    const char *path = new_path();
    struct server server = serve(path);
    cr_assert_eq(mode_of(path), S_IFSOCK | 0660);
    server_end(&server);
    server = server_serve("--listen", text("unix:%s", path), "--socket-mode",
                          "0606");
    cr_assert_eq(mode_of(path), S_IFSOCK | 0606);
    server_end(&server);
}

Test(transport_unix, a_socket_that_a_killed_server_left_is_replaced)
{
    const char *path = new_path();
    struct server server = serve(path);
    kill(server.pid, SIGKILL);
    server_stop(&server);
    cr_assert_eq(access(path, F_OK), 0);
    server = serve(path);
    struct reply r = api(GET, "/");
    expect_status(&r, 200);
    server_end(&server);
}

Test(transport_unix, the_socket_of_a_server_that_runs_is_left_to_it)
{
    const char *path = new_path();
    struct server server = serve(path);
    const char *said = refusal(path);
    cr_assert(strstr(said, path) != NULL, "%s", said);
    cr_assert(strstr(said, "in use") != NULL, "%s", said);
    struct reply r = api(GET, "/");
    expect_status(&r, 200);
    server_end(&server);
}

Test(transport_unix, a_file_that_is_no_socket_is_left_alone)
{
    const char *path = new_path();
    FILE *file = fopen(path, "w");
    fclose(file);
    const char *said = refusal(path);
    cr_assert(strstr(said, "File exists") != NULL, "%s", said);
    cr_assert(S_ISREG(mode_of(path)));
}

Test(transport_unix, a_folder_that_is_not_there_is_named)
{
    const char *said = refusal("/nonexistent/socket");
    cr_assert(strstr(said, "/nonexistent/socket") != NULL, "%s", said);
    cr_assert(strstr(said, "No such file") != NULL, "%s", said);
}
