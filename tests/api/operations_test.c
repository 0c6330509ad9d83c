/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What operators need: health, metrics, request ids, settings, a clean end.
 */
#include <unistd.h>

#include "support/api.h"
#include "support/db.h"
#include "support/http.h"
#include "support/server.h"

Test(operations, a_server_that_works_is_healthy_and_ready)
{
    struct reply r = api(GET, "/healthz");
    expect_status(&r, 200);
    r = api(GET, "/readyz");
    expect_status(&r, 200);
}

/* The sum of all lines of metric 'name'. */
static double
metric(const char *name)
{
    double sum = 0;
    struct reply r = api(GET, "/metrics");
    expect_status(&r, 200);
    for (const char *line = r.body; line != NULL && *line != '\0';
         line = strchr(line, '\n') == NULL ? NULL : strchr(line, '\n') + 1) {
        if (strncmp(line, name, strlen(name)) == 0) {
            const char *end = strchr(line, '\n');
            size_t len = end == NULL ? strlen(line) : (size_t) (end - line);
            const char *copy = text("%.*s", (int) len, line);
            sum += strtod(strrchr(copy, ' '), NULL);
        }
    }
    return sum;
}

Test(operations, metrics_are_in_the_text_format)
{
    make_network();
    struct reply r = api(GET, "/metrics");
    const char *type = reply_header(&r, "Content-Type");
    cr_assert(type != NULL && strncmp(type, "text/plain", 10) == 0);
    cr_assert(strstr(r.body, "# TYPE tenet_") != NULL, "%s", describe(&r));
    cr_assert(strstr(r.body, "# HELP tenet_") != NULL, "%s", describe(&r));
    cr_assert_eq(r.body[r.size - 1], '\n');
}

Test(operations, requests_are_counted)
{
    double before = metric("tenet_http_requests_total");
    for (int i = 0; i < 5; i++) {
        api(GET, "/v2.0/networks?limit=1");
    }
    cr_assert(metric("tenet_http_requests_total") >= before + 5);
}

Test(operations, openapi_describes_the_server)
{
    struct reply r = api(GET, "/openapi.json");
    expect_status(&r, 200);
    cr_assert(strncmp(text_at(&r, "openapi"), "3.", 2) == 0);
    json_t *paths = json_at(&r, "paths");
    const char *expected[] = {"/v2.0/networks", "/v2.0/subnets",
                              "/v2.0/ports"};
    for (size_t i = 0; i < 3; i++) {
        cr_assert_not_null(json_object_get(paths, expected[i]));
    }
}

Test(operations, every_answer_has_a_request_id)
{
    const char *paths[] = {"/", "/v2.0/networks?limit=1", "/nonsense",
                           ("/v2.0/networks/" NOBODY), "/healthz"};
    const char *last = "";
    for (size_t i = 0; i < 5; i++) {
        struct reply r = api(GET, "%s", paths[i]);
        const char *id = reply_header(&r, "X-Openstack-Request-Id");
        cr_assert(id != NULL && strncmp(id, "req-", 4) == 0 &&
                  strlen(id) == 40, "%s: %s", paths[i], id);
        cr_assert_str_neq(id, last);
        last = id;
    }
}

Test(operations, a_request_id_of_the_client_is_echoed)
{
    const char *id = unique("req-");
    with_header("X-Openstack-Request-Id: %s", id);
    struct reply r = api(GET, "/v2.0/networks?limit=1");
    expect_header(&r, "X-Openstack-Request-Id", id);
}

Test(operations, a_request_id_of_any_length_or_bytes_is_replaced)
{
    const char *bad[] = {letters(2000), "a b", "\xff\xfe", "\"x\""};
    for (size_t i = 0; i < 4; i++) {
        with_header("X-Openstack-Request-Id: %s", bad[i]);
        struct reply r = api(GET, "/v2.0/networks?limit=1");
        const char *id = reply_header(&r, "X-Openstack-Request-Id");
        cr_assert(id != NULL && strcmp(id, bad[i]) != 0, "%s", id);
    }
}

Test(operations, a_connection_serves_many_requests)
{
    struct http http;
    struct http_answer answer;
    cr_assert(http_open(&http, session_arena(), session()->url));
    for (int i = 0; i < 20; i++) {
        const char *path = i % 2 == 0 ? "/v2.0/networks?limit=1"
                                      : "/v2.0/networks/" NOBODY;
        cr_assert(http_sends(&http, text("GET %s HTTP/1.1\r\n"
                                         "Host: localhost\r\n\r\n", path)));
        cr_assert(http_receive(&http, GET, &answer), "request %d", i);
        cr_assert_eq(answer.status, i % 2 == 0 ? 200 : 404);
    }
    http_close(&http);
}

Test(operations, requests_sent_together_are_answered_in_order)
{
    struct http http;
    struct http_answer answer;
    cr_assert(http_open(&http, session_arena(), session()->url));
    const char *ids[] = {make_network(), NOBODY, make_network()};
    cr_assert(http_sends(&http, text("GET /v2.0/networks/%s HTTP/1.1\r\n"
                                     "Host: localhost\r\n\r\n"
                                     "GET /v2.0/networks/%s HTTP/1.1\r\n"
                                     "Host: localhost\r\n\r\n"
                                     "GET /v2.0/networks/%s HTTP/1.1\r\n"
                                     "Host: localhost\r\n\r\n",
                                     ids[0], ids[1], ids[2])));
    for (size_t i = 0; i < 3; i++) {
        cr_assert(http_receive(&http, GET, &answer));
        cr_assert(strstr(answer.body, ids[i]) != NULL, "%s", answer.body);
    }
    http_close(&http);
}

/* --- settings */

static void
expect_no_start(const char *flag, const char *value, const char *said)
{
    char output[4096];
    int status = server_run(output, sizeof(output), "serve",
                            "--database-url", server_database(), "--listen",
                            "127.0.0.1:0", flag, value);
    cr_assert_neq(status, 0, "%s %s", flag, value);
    cr_assert(strstr(output, said) != NULL, "%s %s: %s", flag, value,
              output);
}

Test(operations, a_wrong_setting_stops_the_start_and_names_what_is_valid)
{
    expect_no_start("--auth", "maybe", "tokens");
    expect_no_start("--page-limit", "many", "integer");
    expect_no_start("--page-limit", "0", "1");
    expect_no_start("--log-level", "loud", "debug");
    expect_no_start("--listen", "nowhere", "PORT");
    expect_no_start("--no-such-setting", "1", "no-such-setting");
}

Test(operations, help_names_every_command_and_setting)
{
    char output[16384];
    int status = server_run(output, sizeof(output), "--help");
    cr_assert_eq(status, 0);
    const char *words[] = {"serve", "dev", "user add", "migrate", "check",
                           "openapi", "--listen", "--auth", "--database-url"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        cr_assert(strstr(output, words[i]) != NULL, "%s", words[i]);
    }
}

Test(operations, the_database_holds_all_invariants)
{
    struct site site = make_site("10.0.0.0/24");
    erase("port", make_port(site.network_id));
    make_port(site.network_id);
    expect_invariants();
}

Test(operations, a_server_ends_well_with_connections_open)
{
    struct server server = server_serve("--drain-s", "5");
    struct http http;
    struct http_answer answer;
    cr_assert(http_open(&http, session_arena(), server.url));
    http_sends(&http, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    cr_assert(http_receive(&http, GET, &answer));
    server_end(&server);
    http_close(&http);
}

Test(operations, a_page_is_as_long_as_the_setting_allows)
{
    struct server server = server_serve("--page-limit", "3");
    on_server(server.url);
    for (int i = 0; i < 5; i++) {
        make_network();
    }
    const char *mine = text("project_id=%s", session()->project);
    struct reply r = list("network", "%s", mine);
    cr_assert_eq(count_at(&r, "networks"), 3);
    expect_at(&r, "networks_links.0.rel", "next");
    r = list("network", "limit=4&%s", mine);
    cr_assert_eq(count_at(&r, "networks"), 3);
    server_end(&server);
}

Test(operations, a_body_and_a_bulk_are_as_large_as_the_settings_allow)
{
    struct server server =
        server_serve("--max-body", "1024", "--bulk-limit", "2");
    on_server(server.url);
    struct reply r = create("network", "'description': '%s'", letters(1100));
    expect_status(&r, 413);
    r = api_body(POST, "/v2.0/networks", "{'networks': [{}, {}, {}]}");
    expect_status(&r, 400);
    r = api_body(POST, "/v2.0/networks", "{'networks': [{}, {}]}");
    expect_status(&r, 201);
    server_end(&server);
}

Test(operations, default_quotas_are_settings)
{
    struct server server = server_serve("--quota-network", "1");
    on_server(server.url);
    make_network();
    struct reply r = create("network", "%s", "");
    expect_error(&r, 409, "OverQuota");
    server_end(&server);
}

Test(operations, the_base_of_macs_is_a_setting)
{
    struct server server =
        server_serve("--mac-base", "02:ab:cd:ef:00:00");
    on_server(server.url);
    struct reply r = create("port", "'network_id': '%s'", make_network());
    cr_assert(strncmp(text_at(&r, "port.mac_address"), "02:ab:cd:ef:", 12) ==
              0, "%s", describe(&r));
    server_end(&server);
}

/* Every 'step'th MAC of the base "02:ab:cd:ef:00:00", like 'port' in all else;
 * without an address, but counted: other tests prove the invariants
 * meanwhile. */
static void
take_macs(const char *port, int step)
{
    db_run(server_database(),
           text("WITH made AS (INSERT INTO ports SELECT r.*"
                "  FROM ports p, generate_series(0, 65535, %d) i,"
                "       jsonb_populate_record(p, jsonb_build_object("
                "         'id', gen_random_uuid(), 'fixed_ips', '[]'::jsonb,"
                "         'mac_address', '02:ab:cd:ef:'"
                "         || lpad(to_hex(i / 256), 2, '0') || ':'"
                "         || lpad(to_hex(i %% 256), 2, '0'))) r"
                " WHERE p.id = '%s' ON CONFLICT DO NOTHING"
                " RETURNING project_id)"
                " UPDATE quotas SET used = used + (SELECT count(*) FROM made)"
                "  WHERE resource = 'port'"
                "    AND project_id = (SELECT project_id FROM made LIMIT 1)",
                step, port));
}

/* Takes them back: the ports that have no event. */
static void
give_back_macs(const char *port)
{
    db_run(server_database(),
           text("WITH gone AS (DELETE FROM ports o USING ports p"
                " WHERE p.id = '%s' AND o.network_id = p.network_id"
                "   AND NOT EXISTS (SELECT 1 FROM events e"
                "                    WHERE e.object_id = o.id)"
                " RETURNING o.project_id)"
                " UPDATE quotas SET used = used - (SELECT count(*) FROM gone)"
                "  WHERE resource = 'port'"
                "    AND project_id = (SELECT project_id FROM gone LIMIT 1)",
                port));
}

/* A server whose base leaves 65,536 MACs, and there a port in whose network
 * every 'step'th is taken; the network is '*ret_network'. */
static const char *
crowd(struct server *server, int step, const char **ret_network)
{
    *server =
        server_serve("--mac-base", "02:ab:cd:ef:00:00", "--quota-port", "-1");
    on_server(server->url);
    *ret_network = make_network();
    const char *port = make_port(*ret_network);
    take_macs(port, step);
    return port;
}

Test(operations, a_network_whose_macs_are_all_in_use_refuses_a_port)
{
    struct server server;
    const char *network, *port = crowd(&server, 1, &network);
    struct reply r = create("port", "'network_id': '%s'", network);
    give_back_macs(port);
    expect_error(&r, 409, "MacAddressInUse");
    expect_invariants();
    server_end(&server);
}

Test(operations, a_network_whose_macs_are_half_in_use_takes_many_ports_at_once)
{
    struct server server;
    const char *network, *port = crowd(&server, 2, &network);
    const char *item = text("{'network_id': '%s'}", network);
    struct reply r = api_body(POST, "/v2.0/ports",
                              "{'ports': [%s, %s, %s, %s]}", item, item, item,
                              item);
    give_back_macs(port);
    cr_expect_eq(r.status, 201, "%s", describe(&r));
    expect_invariants();
    server_end(&server);
}

Test(operations, a_network_whose_macs_are_half_in_use_takes_ports_one_by_one)
{
    struct server server;
    const char *network, *port = crowd(&server, 2, &network);
    for (int i = 0; i < 12; i++) {
        struct reply r = create("port", "'network_id': '%s'", network);
        cr_expect_eq(r.status, 201, "%s", describe(&r));
    }
    give_back_macs(port);
    expect_invariants();
    server_end(&server);
}
