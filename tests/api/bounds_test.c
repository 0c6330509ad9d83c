/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is too much, too long or means two things is refused with 400; what is
 * much but allowed is served.
 */
#include "core/arena.h"
#include "core/buf.h"
#include "core/clock.h"
#include "support/db.h"
#include "support/raw.h"
#include "support/server.h"
#include "support/things.h"

#define ID_MAX 255
#define OPTS_MAX 32
#define OPT_MAX 255 /* Characters. */

/* --- who asks */

static const char *
bad_id(size_t i)
{
    const char *bad[] = {"a\xff", "\xc3\xa4", "a\x01z", "a\tz", "a\x7fz",
                         letters(ID_MAX + 1)};
    return i < sizeof(bad) / sizeof(bad[0]) ? bad[i] : NULL;
}

Test(bounds, a_project_is_printable_ascii)
{
    const char *bad;
    for (size_t i = 0; (bad = bad_id(i)) != NULL; i++) {
        as_project(bad);
        struct reply r = create("network", "'name': 'n'");
        expect_status(&r, 400);
        r = list("network", "limit=1");
        expect_status(&r, 400);
    }
}

Test(bounds, a_user_is_printable_ascii)
{
    const char *bad;
    for (size_t i = 0; (bad = bad_id(i)) != NULL; i++) {
        with_header("X-User-Id: %s", bad);
        struct reply r = create("network", "'name': 'n'");
        expect_status(&r, 400);
    }
}

Test(bounds, a_project_and_a_user_of_255_characters_are_served)
{
    char *project = arena_strdup(session_arena(), letters(ID_MAX));
    memcpy(project, unique(""), 36);
    as_project(project);
    with_header("X-User-Id: %s", letters(ID_MAX));
    struct reply r = create("network", "'name': 'n'");
    expect_status(&r, 201);
    expect_at(&r, "network.project_id", project);
    r = api(GET, "%s", quota_path());
    expect_status(&r, 200);
}

Test(bounds, quotas_are_of_no_project_that_cannot_be)
{
    const char *bad[] = {letters(9000), letters(ID_MAX + 1), "a%01z",
                         "a%7Fz", "%C3%A4"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const char *path = text("/v2.0/quotas/%s", bad[i]);
        struct reply r = api(GET, "%s", path);
        expect_status(&r, 400);
        r = api(GET, "%s/details", path);
        expect_status(&r, 400);
        r = api_body(PUT, path, "{'quota': {'port': 1}}");
        expect_status(&r, 400);
        r = api(DELETE, "%s", path);
        expect_status(&r, 400);
    }
}

/* --- headers that mean two things */

/* 400 and the end of the connection. */
static void
expect_closed(const char *headers)
{
    struct http http = connect_to_server();
    struct http_answer answer = {0};
    http_sends(&http, text("POST /v2.0/networks HTTP/1.1\r\n"
                           "Content-Type: application/json\r\n%s\r\n"
                           "F\r\n" ENVELOPE "\r\n0\r\n\r\n", headers));
    cr_assert(http_receive(&http, POST, &answer), "no answer to %s", headers);
    cr_assert(answer.status == 400, "%d for %s", answer.status, headers);
    cr_assert(http_ends(&http, 5000), "%s stays open", headers);
    http_close(&http);
}

Test(bounds, a_host_stands_once)
{
    const char *chunked = "Transfer-Encoding: chunked\r\n";
    expect_closed(text("%s" HOST HOST, chunked));
    expect_closed(text(HOST "%shost: evil.example\r\n", chunked));
}

Test(bounds, the_only_transfer_coding_is_chunked)
{
    const char *bad[] = {"gzip, chunked", "xchunked", "identity", "gzip",
                         "chunked, chunked", "chunked;q=1"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        expect_closed(text(HOST "Transfer-Encoding: %s\r\n", bad[i]));
    }
}

Test(bounds, a_transfer_coding_stands_once)
{
    const char *others[] = {"chunked", "identity", "gzip"};
    for (size_t i = 0; i < 3; i++) {
        expect_closed(text(HOST "Transfer-Encoding: chunked\r\n"
                           "Transfer-Encoding: %s\r\n", others[i]));
        expect_closed(text(HOST "Transfer-Encoding: %s\r\n"
                           "Transfer-Encoding: chunked\r\n", others[i]));
    }
}

/* --- DHCP options */

/* 'n' options called "a-0", "a-1", ... for 'a' as 'prefix'. */
static const char *
opts(const char *prefix, int n)
{
    struct buf buf;
    buf_init(&buf, session_arena(), 1024);
    buf_adds(&buf, "'extra_dhcp_opts': [");
    for (int i = 0; i < n; i++) {
        buf_addf(&buf, "%s{'opt_name': '%s-%d', 'opt_value': 'x'}",
                 i == 0 ? "" : ", ", prefix, i);
    }
    buf_adds(&buf, "]");
    return buf.data;
}

Test(bounds, options_have_no_control_characters)
{
    const char *network = make_network();
    const char *bad[] = {"\\u0001", "\\n", "\\t", "\\u007f", "a\\u001fz"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct reply r = create_in(
            network, text("'extra_dhcp_opts': [{'opt_name': 'a%s', "
                          "'opt_value': 'x'}]", bad[i]));
        expect_refused(&r, "extra_dhcp_opts");
        r = create_in(network, text("'extra_dhcp_opts': [{'opt_name': 'a', "
                                    "'opt_value': 'x%s'}]", bad[i]));
        expect_refused(&r, "extra_dhcp_opts");
    }
}

/* An option twice: 'first' says more of one, 'value' is that of the other. */
static const char *
twice(const char *first, const char *value)
{
    return text("'extra_dhcp_opts': ["
                "{'opt_name': 'a', 'opt_value': '1'%s}, "
                "{'opt_name': 'a', 'opt_value': %s}]", first, value);
}

Test(bounds, an_option_stands_once_per_version)
{
    const char *network = make_network();
    struct reply r = create_in(network, twice("", "'1'"));
    expect_refused(&r, "extra_dhcp_opts");
    r = create_in(network, twice(", 'ip_version': 4", "'2'"));
    expect_refused(&r, "extra_dhcp_opts");
    r = update("port", make_port(network), "%s", twice("", "null"));
    expect_refused(&r, "extra_dhcp_opts");
    r = create_in(network, twice(", 'ip_version': 6", "'2'"));
    expect_status(&r, 201);
}

Test(bounds, options_are_32_at_most)
{
    const char *network = make_network();
    struct reply r = create_in(network, opts("a", OPTS_MAX));
    expect_status(&r, 201);
    cr_assert_eq(count_at(&r, "port.extra_dhcp_opts"), OPTS_MAX);
    r = create_in(network, opts("a", OPTS_MAX + 1));
    expect_refused(&r, "extra_dhcp_opts");
    r = update("port", make_port(network), "%s", opts("a", OPTS_MAX + 1));
    expect_refused(&r, "extra_dhcp_opts");
}

Test(bounds, options_put_one_after_another_are_32_at_most)
{
    const char *id = make_port(make_network());
    struct reply r = update("port", id, "%s", opts("a", OPTS_MAX));
    expect_status(&r, 200);
    r = update("port", id, "%s", opts("b", 1));
    expect_refused(&r, "extra_dhcp_opts");
}

/* --- providers */

static const char *
make_vlan(void)
{
    return make("network", "'provider:network_type': 'vlan', "
                "'provider:physical_network': 'physnet1', "
                "'provider:segmentation_id': 100");
}

Test(bounds, a_vlan_id_put_later_is_from_1_to_4094)
{
    const char *id = make_vlan();
    const int bad[] = {9999, 4095, 0};
    for (size_t i = 0; i < 3; i++) {
        struct reply r =
            update("network", id, "'provider:segmentation_id': %d", bad[i]);
        expect_refused(&r, "provider:segmentation_id");
    }
    struct reply r =
        update("network", id, "'provider:segmentation_id': 4094");
    expect_status(&r, 200);
}

Test(bounds, a_network_type_is_taken_away_with_what_lies_under_it)
{
    const char *id = make_vlan();
    struct reply r = update("network", id, "'provider:network_type': null");
    expect_refused(&r, "provider:network_type");
    r = update("network", id, "'provider:network_type': null, "
               "'provider:physical_network': null, "
               "'provider:segmentation_id': null");
    expect_status(&r, 200);
}

/* --- much */

#define PORTS 100
#define ADDRESSES 64

Test(bounds, a_bulk_of_many_explicit_addresses_is_quick)
{
    struct buf body;
    const char *network = make_site("10.0.0.0/16").network_id;
    buf_init(&body, session_arena(), 1 << 18);
    for (int i = 0; i < PORTS; i++) {
        buf_addf(&body, "%s{'network_id': '%s', 'fixed_ips': [",
                 i == 0 ? "" : ", ", network);
        for (int j = 0; j < ADDRESSES; j++) {
            buf_addf(&body, "%s{'ip_address': '10.0.%d.%d'}",
                     j == 0 ? "" : ", ", i + 1, j + 1);
        }
        buf_adds(&body, "]}");
    }
    int64_t begun = clock_monotonic_us();
    struct reply r = api_body(POST, "/v2.0/ports", "{'ports': [%s]}",
                              body.data);
    int64_t took_ms = (clock_monotonic_us() - begun) / 1000;
    expect_status(&r, 201);
    cr_assert_eq(count_at(&r, "ports"), PORTS);
    cr_assert_eq(count_at(&r, "ports.99.fixed_ips"), ADDRESSES);
    cr_assert(took_ms < 5000, "%lld ms", (long long) took_ms);
}

Test(bounds, open_connections_are_counted)
{
    struct server server = server_serve("--log-level", "warn");
    struct http held[3];
    struct http_answer answer;
    on_server(server.url);
    for (size_t i = 0; i < 3; i++) {
        held[i] = connect_to_server();
        http_sends(&held[i], "GET /healthz HTTP/1.1\r\n" HOST "\r\n");
        cr_assert(http_receive(&held[i], GET, &answer));
    }
    struct reply r = api(GET, "/metrics");
    const char *line = strstr(r.body, "\ntenet_http_connections ");
    cr_assert_not_null(line, "%s", r.body);
    long n = strtol(strchr(line, ' '), NULL, 10);
    cr_assert(n >= 3 && n <= 4, "%ld", n);
    for (size_t i = 0; i < 3; i++) {
        http_close(&held[i]);
    }
    server_end(&server);
}

/* --- pages of large objects */

#define LARGE_PORTS 270
#define WIDE "\xf0\x9f\x90\x98" /* Four bytes, one character. */

/* Options as large as can be: 64 KiB. */
static const char *
largest_opts(void)
{
    struct buf opts, wide;
    buf_init(&wide, session_arena(), 1024);
    for (int i = 0; i < OPT_MAX - 2; i++) {
        buf_adds(&wide, WIDE);
    }
    buf_init(&opts, session_arena(), 1 << 17);
    for (int i = 0; i < OPTS_MAX; i++) {
        buf_addf(&opts, "%s{'opt_name': '%02d%s', 'opt_value': '%02d%s'}",
                 i == 0 ? "" : ", ", i, wide.data, i, wide.data);
    }
    return opts.data;
}

/* Ports of 17 MiB, all with the options of the first. */
static const char *
make_large_ports(void)
{
    struct buf others;
    const char *network = make_network();
    const char *first = make("port", "'network_id': '%s', 'extra_dhcp_opts': "
                             "[%s]", network, largest_opts());
    buf_init(&others, session_arena(), 1 << 15);
    for (int i = 1; i < LARGE_PORTS; i++) {
        buf_addf(&others, "%s{'network_id': '%s'}", i == 1 ? "" : ", ",
                 network);
    }
    struct reply r =
        api_body(POST, "/v2.0/ports", "{'ports': [%s]}", others.data);
    expect_status(&r, 201);
    db_run(server_database(),
           text("UPDATE ports SET extra_dhcp_opts = (SELECT extra_dhcp_opts"
                " FROM ports WHERE id = '%s') WHERE network_id = '%s'",
                first, network));
    return network;
}

/* The path of the link called 'rel', or NULL. */
static const char *
link_called(const struct reply *reply, const char *rel)
{
    for (size_t i = 0; i < count_at(reply, "ports_links"); i++) {
        if (strcmp(text_at(reply, text("ports_links.%zu.rel", i)), rel) ==
            0) {
            return text_at(reply, text("ports_links.%zu.href", i)) +
                   strlen(session()->url);
        }
    }
    return NULL;
}

/* Walks the pages; returns how many ports they had, and expects none of them
 * twice and no page with all. */
static size_t
walk(const char *path, const char *rel)
{
    json_t *met = json_object();
    size_t n = 0;
    for (int pages = 0; path != NULL && pages < 9; pages++) {
        struct reply r = api(GET, "%s", path);
        size_t on_page = count_at(&r, "ports");
        expect_status(&r, 200);
        cr_assert(on_page < LARGE_PORTS && r.size < 17u << 20, "%zu ports",
                  on_page);
        for (size_t i = 0; i < on_page; i++) {
            json_object_set_new(met, text_at(&r, text("ports.%zu.id", i)),
                                json_true());
        }
        n += on_page;
        path = link_called(&r, rel);
    }
    cr_assert_eq(json_object_size(met), n);
    json_decref(met);
    return n;
}

Test(bounds, a_page_of_large_ports_ends_early_and_the_links_lead_on)
{
    const char *path = text("/v2.0/ports?network_id=%s", make_large_ports());
    cr_assert_eq(walk(path, "next"), LARGE_PORTS);
    cr_assert_eq(walk(text("%s&page_reverse=True", path), "previous"),
                 LARGE_PORTS);
}
