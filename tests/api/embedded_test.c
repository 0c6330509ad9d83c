/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What objects bring along: ?include=, and the total of a list.
 */
#include "support/race.h"
#include "support/server.h"
#include "support/things.h"

#define EVERYTHING "include=usage,subnets,subnets.usage,subnets.ports"

#define expect_usage(reply, path, expected)                                 \
    cr_assert_str_eq(usage_at((reply), (path)), (expected), "%s is not %s " \
                     "in %s", (path), (expected), describe(reply))

/* "total allocated cooling free" */
static const char *
usage_at(const struct reply *r, const char *path)
{
    return text("%s %s %s %s", text_at(r, text("%s.total", path)),
                text_at(r, text("%s.allocated", path)),
                text_at(r, text("%s.cooling", path)),
                text_at(r, text("%s.free", path)));
}

static struct reply
one(const char *kind, const char *id, const char *query)
{
    return api(GET, "/v2.0/%ss/%s?%s", kind, id, query);
}

/* --- usage */

Test(embedded, usage_follows_every_change)
{
    struct site site = make_site("10.0.0.0/24");
    struct reply r = one("subnet", site.subnet_id, "include=usage");
    expect_usage(&r, "subnet._embedded.usage", "253 0 0 253");
    const char *port = make_port(site.network_id);
    make_port(site.network_id);
    r = one("subnet", site.subnet_id, "include=usage");
    expect_usage(&r, "subnet._embedded.usage", "253 2 0 251");
    r = erase("port", port);
    expect_status(&r, 204);
    r = one("subnet", site.subnet_id, "include=usage");
    expect_usage(&r, "subnet._embedded.usage", "253 1 0 252");
}

Test(embedded, an_address_cools_down_until_its_time)
{
    const char *network = make_network();
    const char *subnet = make("subnet", "'network_id': '%s', 'ip_version': 4, "
                              "'cidr': '10.0.0.0/29', 'ip_cooldown': 3600",
                              network);
    struct reply r = erase("port", make_port(network));
    make_port(network);
    r = one("subnet", subnet, "include=usage");
    expect_usage(&r, "subnet._embedded.usage", "5 1 1 3");
    r = one("network", network, "include=usage");
    expect_usage(&r, "network._embedded.usage.ipv4", "5 1 1 3");
}

/* Expects the usage of a subnet with 'pools' after ports took the addresses of
 * 'ips', which ends with NULL. */
static void
expect_usage_of(const char *cidr, const char *pools, const char *const *ips,
                const char *usage)
{
    const char *network = make_network();
    const char *subnet = make(
        "subnet", "'network_id': '%s', 'ip_version': %d, 'cidr': '%s', "
        "'allocation_pools': [%s]", network,
        strchr(cidr, ':') == NULL ? 4 : 6, cidr, pools);
    for (; *ips != NULL; ips++) {
        make("port", "'network_id': '%s', 'fixed_ips': [{'ip_address': '%s'}]",
             network, *ips);
    }
    struct reply r = one("subnet", subnet, "include=usage");
    expect_usage(&r, "subnet._embedded.usage", usage);
}

Test(embedded, a_port_outside_the_pools_takes_nothing_from_them)
{
    static const char *const ips[] = {"10.0.0.5", "10.0.0.15", "10.0.0.200",
                                      "10.0.0.20", NULL};
    expect_usage_of("10.0.0.0/24",
                    "{'start': '10.0.0.10', 'end': '10.0.0.11'},"
                    "{'start': '10.0.0.20', 'end': '10.0.0.21'}",
                    ips, "4 1 0 3");
}

Test(embedded, a_port_outside_the_pools_of_ipv6_takes_nothing_from_them)
{
    static const char *const ips[] = {"fd00::5", "fd00::18",
                                      "fd00::ffff:0:1", "fd00::20", NULL};
    expect_usage_of("fd00::/64",
                    "{'start': 'fd00::20', 'end': 'fd00::21'},"
                    "{'start': 'fd00::10', 'end': 'fd00::11'}",
                    ips, "4 1 0 3");
}

Test(embedded, without_pools_every_address_is_outside)
{
    static const char *const ips[] = {"10.0.0.9", NULL};
    expect_usage_of("10.0.0.0/24", "", ips, "0 0 0 0");
}

Test(embedded, usage_of_a_network_is_the_sum_per_ip_version)
{
    const char *network = make_network();
    make_subnet(network, "10.0.0.0/24");
    make_subnet(network, "10.1.0.0/28");
    make("subnet", "'network_id': '%s', 'ip_version': 6, "
         "'cidr': 'fd00::/64'", network);
    make_port(network);
    struct reply r = one("network", network, "include=usage");
    cr_assert(strstr(r.body, "\"ipv4\":{\"total\":266,\"allocated\":1,"
                             "\"cooling\":0,\"free\":265},\"ipv6\":{\"total\":18446744073709551615,"
                             "\"allocated\":1,\"cooling\":0,"
                             "\"free\":18446744073709551614}") != NULL,
              "%s", describe(&r));
}

Test(embedded, usage_of_an_empty_network_is_zero)
{
    struct reply r = one("network", make_network(), "include=usage,subnets");
    expect_usage(&r, "network._embedded.usage.ipv4", "0 0 0 0");
    expect_usage(&r, "network._embedded.usage.ipv6", "0 0 0 0");
    expect_at(&r, "network._embedded.subnets", "[]");
}

/* --- subnets and ports */

Test(embedded, nothing_comes_along_unasked)
{
    struct site site = make_site("10.0.0.0/24");
    struct reply r = show("network", site.network_id);
    expect_at(&r, "network._embedded", "absent");
    r = one("network", site.network_id, "include=subnets");
    expect_at(&r, "network._embedded.usage", "absent");
    expect_at(&r, "network._embedded.subnets.0.id", site.subnet_id);
    expect_at(&r, "network._embedded.subnets.0._embedded", "absent");
}

Test(embedded, subnets_come_oldest_first_with_what_was_asked_of_them)
{
    const char *network = make_network();
    const char *first = make_subnet(network, "10.9.0.0/24");
    const char *second = make_subnet(network, "10.1.0.0/24");
    make_port(network);
    struct reply r = one("network", network, EVERYTHING);
    expect_at(&r, "network._embedded.subnets.0.id", first);
    expect_at(&r, "network._embedded.subnets.1.id", second);
    expect_at(&r, "network._embedded.subnets.0.cidr", "10.9.0.0/24");
    expect_usage(&r, "network._embedded.subnets.0._embedded.usage",
                 "253 1 0 252");
    expect_at(&r, "network._embedded.subnets.0._embedded.ports_total", "1");
    expect_at(&r, "network._embedded.subnets.1._embedded.ports", "[]");
    expect_at(&r, "network._embedded.subnets.1._embedded.ports_total", "0");
}

Test(embedded, what_is_in_subnets_brings_the_subnets)
{
    struct site site = make_site("10.0.0.0/24");
    struct reply r = one("network", site.network_id, "include=subnets.usage");
    expect_at(&r, "network._embedded.subnets.0.id", site.subnet_id);
}

Test(embedded, ports_are_cut_and_counted)
{
    struct site site = make_site("10.0.0.0/24");
    for (int i = 0; i < 5; i++) {
        make("port", "'network_id': '%s', 'name': 'p%d'", site.network_id, i);
    }
    static const struct {
        const char *limit;
        size_t ports;
    } cases[] = {{"0", 0}, {"1", 1}, {"4", 4}, {"5", 5}, {"6", 5}};
    for (size_t i = 0; i < 5; i++) {
        struct reply r = one("subnet", site.subnet_id,
                             text("include=ports&ports_limit=%s",
                                  cases[i].limit));
        cr_assert_eq(count_at(&r, "subnet._embedded.ports"), cases[i].ports,
                     "%s", describe(&r));
        expect_at(&r, "subnet._embedded.ports_total", "5");
    }
    struct reply r = one("subnet", site.subnet_id,
                         "include=ports&ports_limit=2");
    cr_assert_str_eq(joined(&r, "subnet._embedded.ports", "name"), "p0,p1");
}

/* A port with two addresses, one with one; the caller's others are elsewhere,
 * or another project's. */
static void
expect_two_ports(struct site site)
{
    struct reply r = one("subnet", site.subnet_id,
                         "include=ports&ports_limit=1");
    cr_assert_eq(count_at(&r, "subnet._embedded.ports"), 1);
    expect_at(&r, "subnet._embedded.ports_total", "2");
}

Test(embedded, a_port_is_counted_once_whoever_asks_and_has_how_many)
{
    struct site site = make_site("10.0.0.0/24");
    make("port", "'network_id': '%s', 'fixed_ips': [{'subnet_id': '%s'}, "
         "{'subnet_id': '%s'}]", site.network_id, site.subnet_id,
         site.subnet_id);
    make_port(site.network_id);
    expect_two_ports(site);
    const char *other = make_network();
    for (int i = 0; i < 30; i++) { /* Too many to read for three addresses. */
        make_port(other);
    }
    expect_two_ports(site);
    as(unique("operators-"), "admin");
    expect_two_ports(site);
}

Test(embedded, fifty_ports_come_along_when_nothing_is_said)
{
    struct site site = make_site("10.0.0.0/24");
    const char *ports = "";
    for (int i = 0; i < 51; i++) {
        ports = text("%s%s{'network_id': '%s'}", ports, i == 0 ? "" : ",",
                     site.network_id);
    }
    struct reply r = api_body(POST, "/v2.0/ports", "{'ports': [%s]}", ports);
    expect_status(&r, 201);
    r = one("subnet", site.subnet_id, "include=ports");
    cr_assert_eq(count_at(&r, "subnet._embedded.ports"), 50);
    expect_at(&r, "subnet._embedded.ports_total", "51");
}

Test(embedded, a_port_with_two_addresses_in_a_subnet_is_one_port)
{
    struct site site = make_site("10.0.0.0/24");
    make("port", "'network_id': '%s', 'fixed_ips': [{'subnet_id': '%s'}, "
         "{'subnet_id': '%s'}]", site.network_id, site.subnet_id,
         site.subnet_id);
    make_port(site.network_id);
    struct reply r = one("subnet", site.subnet_id,
                         "include=ports,usage&ports_limit=2");
    cr_assert_eq(count_at(&r, "subnet._embedded.ports"), 2);
    expect_at(&r, "subnet._embedded.ports_total", "2");
    expect_at(&r, "subnet._embedded.usage.allocated", "3");
}

/* --- lists */

Test(embedded, every_object_of_a_list_brings_its_own)
{
    make_networks("abc", 1400, 1);
    make_subnet(id_of("b"), "10.0.0.0/24");
    make_port(id_of("b"));
    struct reply r = listed("sort_key=name&include=usage,subnets");
    expect_names(&r, "network", "a,b,c");
    expect_at(&r, "networks.0._embedded.usage.ipv4.total", "0");
    expect_at(&r, "networks.1._embedded.usage.ipv4.total", "253");
    expect_at(&r, "networks.1._embedded.usage.ipv4.allocated", "1");
    expect_at(&r, "networks.1._embedded.subnets.0.cidr", "10.0.0.0/24");
    expect_at(&r, "networks.2._embedded.subnets", "[]");
}

Test(embedded, pages_filters_fields_and_order_work_as_without)
{
    make_networks("abc", 1400, 1);
    make_subnet(id_of("c"), "10.0.0.0/24");
    struct reply r = listed(text("sort_key=name&include=usage&fields=name"
                                 "&limit=1&marker=%s", id_of("b")));
    expect_names(&r, "network", "c");
    cr_assert_eq(count_at(&r, "networks.0"), 2, "%s", describe(&r));
    expect_at(&r, "networks.0._embedded.usage.ipv4.total", "253");
    cr_assert(strstr(text_at(&r, "networks_links.0.href"), "include=usage"));
    r = listed(text("sort_key=name&include=usage&page_reverse=true"
                    "&marker=%s", id_of("c")));
    expect_names(&r, "network", "a,b");
    expect_at(&r, "networks.1._embedded.usage.ipv4.total", "0");
}

Test(embedded, subnets_in_lists_bring_usage_and_ports)
{
    struct site site = make_site("10.0.0.0/24");
    const char *port = make_port(site.network_id);
    struct reply r = list("subnet", "id=%s&include=usage,ports",
                          site.subnet_id);
    expect_usage(&r, "subnets.0._embedded.usage", "253 1 0 252");
    expect_at(&r, "subnets.0._embedded.ports.0.id", port);
}

Test(embedded, the_total_counts_all_pages)
{
    make_networks("abcde", 1400, 1);
    struct reply r = listed("limit=2&total=true&sort_key=name");
    expect_header(&r, "X-Total-Count", "5");
    r = listed(text("limit=2&total=true&sort_key=name&marker=%s",
                    id_of("d")));
    expect_names(&r, "network", "e");
    expect_header(&r, "X-Total-Count", "5");
    r = listed("total=true&name=a");
    expect_header(&r, "X-Total-Count", "1");
    r = listed("limit=2");
    cr_assert_null(reply_header(&r, "X-Total-Count"));
}

/* --- refusals */

Test(embedded, what_cannot_be_included_is_refused_with_the_choices)
{
    struct reply r = api(GET, "/v2.0/networks?include=usage,ports");
    expect_refused(&r, "include");
    cr_assert(strstr(r.body, "usage, subnets, subnets.usage, subnets.ports"),
              "%s", describe(&r));
    r = api(GET, "/v2.0/subnets/%s?include=subnets", NOBODY);
    expect_refused(&r, "include");
    cr_assert(strstr(r.body, "usage, ports"), "%s", describe(&r));
    r = api(GET, "/v2.0/ports?include=usage");
    expect_refused(&r, "include");
    r = api(GET, "/v2.0/networks?include=");
    expect_refused(&r, "include");
    r = api(GET, "/v2.0/networks/%s?include=usage", NOBODY);
    expect_status(&r, 404);
}

Test(embedded, a_limit_of_ports_is_a_number_within_the_page_limit)
{
    static const char *const bad[] = {"-1", "1001", "x", "", "1x",
                                      "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct reply r = api(GET, "/v2.0/networks?ports_limit=%s", bad[i]);
        expect_refused(&r, "ports_limit");
    }
    struct reply r = api(GET, "/v2.0/networks?total=maybe");
    expect_refused(&r, "total");
}

/* --- who sees what */

Test(embedded, nothing_of_other_projects_comes_along)
{
    struct site site = make_site("10.0.0.0/24");
    as(unique("stranger-"), "member");
    struct reply r = one("network", site.network_id, EVERYTHING);
    expect_status(&r, 404);
    r = api(GET, "/v2.0/networks?" EVERYTHING "&id=%s", site.network_id);
    expect_at(&r, "networks", "[]");
}

Test(embedded, of_a_shared_network_ports_of_others_stay_unseen)
{
    const char *network = make("network", "'shared': true");
    make_subnet(network, "10.0.0.0/24");
    for (int i = 0; i < 3; i++) {
        make_port(network);
    }
    as(unique("stranger-"), "member");
    const char *own = make_port(network);
    struct reply r = one("network", network, EVERYTHING "&ports_limit=1");
    expect_at(&r, "network._embedded.usage.ipv4.allocated", "4");
    expect_at(&r, "network._embedded.subnets.0._embedded.usage.allocated",
              "4");
    expect_at(&r, "network._embedded.subnets.0._embedded.ports_total", "1");
    expect_at(&r, "network._embedded.subnets.0._embedded.ports.0.id", own);
}

Test(embedded, a_tenant_does_not_see_what_only_admins_see)
{
    as(unique("tenant-"), "member");
    struct site site = make_site("10.0.0.0/24");
    make_port(site.network_id);
    struct reply r = one("subnet", site.subnet_id, "include=ports");
    expect_at(&r, "subnet._embedded.ports.0.binding:host_id", "absent");
}

/* --- as one */

Test(embedded, the_etag_covers_what_comes_along)
{
    struct site site = make_site("10.0.0.0/24");
    struct reply r = one("network", site.network_id, "include=usage");
    const char *etag = reply_header(&r, "ETag");
    cr_assert_not_null(etag);
    with_header("If-None-Match: %s", etag);
    r = one("network", site.network_id, "include=usage");
    expect_status(&r, 304);
    make_port(site.network_id);
    with_header("If-None-Match: %s", etag);
    r = one("network", site.network_id, "include=usage");
    expect_status(&r, 200);
}

/* A number of /metrics. */
static long long
metric(const char *name)
{
    struct reply r = api(GET, "/metrics");
    const char *at = strstr(r.body, text("\n%s ", name));
    cr_assert_not_null(at, "%s", name);
    return strtoll(at + strlen(name) + 2, NULL, 10);
}

#define TRIPS "tenet_lane_batches_total{lane=\"read\"}"
#define WRITES "tenet_lane_jobs_total{lane=\"write\"}"

Test(embedded, every_page_is_one_round_trip)
{
    struct site site = make_site("10.0.0.0/24");
    make_port(site.network_id);
    const char *pages[] = {
        "/v2.0/networks?" EVERYTHING "&total=true",
        text("/v2.0/networks?limit=1&" EVERYTHING "&marker=%s",
             site.network_id),
        text("/v2.0/networks/%s?" EVERYTHING, site.network_id),
        text("/v2.0/subnets/%s?include=usage,ports", site.subnet_id),
        text("/v2.0/ports?search=a&total=true&limit=1&fixed_ips=subnet_id=%s",
             site.subnet_id),
        text("/v2.0/subnets/%s/addresses", site.subnet_id),
        text("/v2.0/subnets/%s/addresses/10.0.0.2", site.subnet_id),
    };
    struct server server = server_serve("--read-lanes", "1");
    on_server(server.url);
    long long writes = metric(WRITES);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        long long before = metric(TRIPS);
        struct reply r = api(GET, "%s", pages[i]);
        expect_status(&r, 200);
        cr_assert_eq(metric(TRIPS) - before, 1, "%s", pages[i]);
    }
    cr_assert_eq(metric(WRITES), writes);
    server_end(&server);
}

#define CHURN 40

/* Client 0 makes and deletes ports; the others compare the parts of a page. */
static int
churn_or_look(const void *arg, int i)
{
    const char *network = arg;
    for (int n = 0; n < CHURN; n++) {
        if (i == 0) {
            struct reply r = erase("port", make_port(network));
            if (r.status != 204) {
                return r.status;
            }
            continue;
        }
        struct reply r = one("network", network, EVERYTHING);
        long long sum = int_at(&r, "network._embedded.usage.ipv4.allocated");
        const char *subnet = "network._embedded.subnets.0._embedded";
        if (sum != int_at(&r, text("%s.usage.allocated", subnet)) ||
            sum != int_at(&r, text("%s.ports_total", subnet)) ||
            sum != (long long) count_at(&r, text("%s.ports", subnet))) {
            return 500;
        }
    }
    return 200;
}

Test(embedded, the_parts_of_a_page_are_of_one_moment)
{
    int statuses[4];
    struct site site = make_site("10.0.0.0/24");
    race(4, churn_or_look, site.network_id, statuses);
    cr_assert_eq(count_status(statuses, 4, 200), 4, "%s",
                 describe_statuses(statuses, 4));
}
