/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proxies: who is believed about the client behind it, and what.
 */
#include <unistd.h>

#include "core/arena.h"
#include "support/api.h"
#include "support/server.h"

static const char *log_file;

/* A server that believes 'trusted'; its log is a file of its own. */
static struct server
serve(const char *trusted)
{
    struct server server;
    const char *args[] = {"serve", "--database-url", server_database(),
                          "--listen", "127.0.0.1:0", "--trusted-proxies",
                          trusted, NULL};
    log_file = text("%s/%s", test_dir(), unique("log-"));
    cr_assert(server_start(&server, args, log_file));
    on_server(server.url);
    return server;
}

/* The root in links. */
static const char *
root(void)
{
    struct reply r = api(GET, "/");
    const char *href = text_at(&r, "versions.0.links.0.href");
    const char *end = strstr(href, "/v2.0/");
    cr_assert_not_null(end, "%s", href);
    return arena_strndup(session_arena(), href, (size_t) (end - href));
}

/* The member "client" of the line of request 'id', or NULL. */
static const char *
find_client(const char *id)
{
    char line[8192];
    const char *client = NULL;
    FILE *file = fopen(log_file, "r");
    cr_assert_not_null(file);
    while (client == NULL && fgets(line, sizeof(line), file) != NULL) {
        json_t *json = strstr(line, id) == NULL ? NULL
                                                : json_loads(line, 0, NULL);
        if (json != NULL) {
            client = text("%s", json_string_value(
                                    json_object_get(json, "client")));
        }
        json_decref(json);
    }
    fclose(file);
    return client;
}

/* The client that the log names for such a header. */
static const char *
client_for(const char *forwarded)
{
    const char *client = NULL;
    const char *id = unique("req-");
    with_header("X-Openstack-Request-Id: %s", id);
    with_header("X-Forwarded-For: %s", forwarded);
    struct reply r = api(GET, "/");
    expect_status(&r, 200);
    for (int i = 0; i < 100 && client == NULL; i++) {
        usleep(20000); /* A line is written behind the answer. */
        client = find_client(id);
    }
    return client == NULL ? "none" : client;
}

Test(transport_proxies, nobody_is_believed_unless_named)
{
    struct server server = serve("");
    with_header("X-Forwarded-Proto: https");
    with_header("X-Forwarded-Host: net.example.org");
    with_header("X-Forwarded-Port: 8443");
    cr_assert_str_eq(root(), server.url);
    cr_assert_str_eq(client_for("192.0.2.1"), "127.0.0.1");
    server_end(&server);
}

Test(transport_proxies, another_one_is_not_believed)
{
    struct server server = serve("127.0.0.2, 10.0.0.0/8, unix");
    with_header("X-Forwarded-Host: net.example.org");
    cr_assert_str_eq(root(), server.url);
    cr_assert_str_eq(client_for("192.0.2.1"), "127.0.0.1");
    server_end(&server);
}

Test(transport_proxies, links_lead_to_where_the_client_is)
{
    struct server server = serve("127.0.0.0/8");
    make_network();
    make_network();
    with_header("X-Forwarded-Proto: https");
    with_header("X-Forwarded-Host: net.example.org");
    cr_assert_str_eq(root(), "https://net.example.org");
    with_header("X-Forwarded-Proto: HTTPS");
    with_header("X-Forwarded-Host: net.example.org");
    struct reply r = list("network", "limit=1&project_id=%s",
                          session()->project);
    const char *href = text_at(&r, "networks_links.0.href");
    const char *expected = "https://net.example.org/v2.0/networks?";
    cr_assert(strncmp(href, expected, strlen(expected)) == 0, "%s", href);
    server_end(&server);
}

Test(transport_proxies, a_port_is_added_unless_it_is_there_or_usual)
{
    static const char *const cases[][4] = {
        {"https", "n.example", "8443", "https://n.example:8443"},
        {"https", "n.example", "443", "https://n.example"},
        {"http", "n.example", "443", "http://n.example:443"},
        {"http", "n.example", "80", "http://n.example"},
        {"https", "n.example:1", "8443", "https://n.example:1"},
        {"https", "[2001:db8::1]", "8443", "https://[2001:db8::1]:8443"},
        {"https", "[2001:db8::1]:1", "8443", "https://[2001:db8::1]:1"},
        {"https", "n.example", "x", "https://n.example"},
        {"https", "n.example", "123456", "https://n.example"},
    };
    struct server server = serve("127.0.0.1");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        with_header("X-Forwarded-Proto: %s", cases[i][0]);
        with_header("X-Forwarded-Host: %s", cases[i][1]);
        with_header("X-Forwarded-Port: %s", cases[i][2]);
        cr_expect_str_eq(root(), cases[i][3], "case %zu", i);
    }
    server_end(&server);
}

Test(transport_proxies, of_a_list_the_nearest_proxy_wrote_the_end)
{
    struct server server = serve("127.0.0.1");
    with_header("X-Forwarded-Proto: http, https");
    with_header("X-Forwarded-Host: evil.example, net.example.org");
    cr_assert_str_eq(root(), "https://net.example.org");
    with_header("X-Forwarded-Host: evil.example");
    with_header("X-Forwarded-Host: net.example.org");
    cr_assert_str_eq(root(), "http://net.example.org");
    with_header("X-Forwarded-Host: net.example.org/evil");
    cr_assert_str_eq(root(), server.url);
    server_end(&server);
}

Test(transport_proxies, the_log_names_the_client_behind_the_proxies)
{
    static const char *const cases[][2] = {
        {"192.0.2.1", "192.0.2.1"},
        {"198.51.100.9, 192.0.2.1", "192.0.2.1"},
        {"192.0.2.1, 10.1.1.1", "192.0.2.1"},
        {"198.51.100.9, 192.0.2.1,10.1.1.1 , 127.0.0.1", "192.0.2.1"},
        {"10.1.1.1, 10.2.2.2", "10.1.1.1"},
        {"192.0.2.1:4711", "192.0.2.1"},
        {"2001:DB8::1", "2001:db8::1"},
        {"[2001:db8::1]:4711", "2001:db8::1"},
        {"::ffff:192.0.2.1", "192.0.2.1"},
        {"unknown", "127.0.0.1"},
        {"192.0.2.1, unknown", "127.0.0.1"},
        {"192.0.2.1, _hidden, 10.1.1.1", "10.1.1.1"},
        {"", "127.0.0.1"},
        {",", "127.0.0.1"},
        {"\"192.0.2.1\"", "127.0.0.1"},
    };
    struct server server = serve("127.0.0.1, 10.0.0.0/8");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *client = client_for(cases[i][0]);
        cr_expect_str_eq(client, cases[i][1], "%s: %s", cases[i][0], client);
    }
    with_header("X-Forwarded-For: 192.0.2.1");
    cr_assert_str_eq(client_for("10.1.1.1"), "192.0.2.1");
    server_end(&server);
}

Test(transport_proxies, who_comes_by_a_unix_socket_can_be_believed)
{
    const char *path = text("%s/%s", test_dir(), unique("socket-"));
    struct server server = server_serve(
        "--listen", text("unix:%s", path), "--trusted-proxies", "unix");
    on_server(server.url);
    with_header("X-Forwarded-Host: net.example.org");
    cr_assert_str_eq(root(), "http://net.example.org");
    server_end(&server);
}

Test(transport_proxies, a_list_that_is_none_is_refused)
{
    char said[2048];
    int status = server_run(said, sizeof(said), "serve", "--trusted-proxies",
                            "10.0.0.1/8");
    cr_assert_eq(status, 2);
    cr_assert(strstr(said, "\"trusted_proxies\"") != NULL, "%s", said);
}
