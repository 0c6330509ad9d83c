/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The addresses of a subnet: in runs, and who held each.
 */
#include "support/things.h"

#define expect_runs(reply, expected)                                     \
    cr_assert_str_eq(runs_of(reply), (expected), "%s", describe(reply))

/* "10.0.0.0 network, 10.0.0.1-10.0.0.3 free" */
static const char *
runs_of(const struct reply *r)
{
    const char *all = "";
    for (size_t i = 0; i < count_at(r, "addresses"); i++) {
        const char *first = text_at(r, text("addresses.%zu.first", i));
        const char *last = text_at(r, text("addresses.%zu.last", i));
        bool single = strcmp(first, last) == 0;
        all = text("%s%s%s%s%s %s", all, i == 0 ? "" : ", ", first,
                   single ? "" : "-", single ? "" : last,
                   text_at(r, text("addresses.%zu.state", i)));
    }
    return all;
}

static struct reply
map_of(const char *subnet, const char *query)
{
    return api(GET, "/v2.0/subnets/%s/addresses?%s", subnet, query);
}

static struct site
make_pooled(const char *cidr, const char *start, const char *end)
{
    const char *network = make_network();
    return (struct site){
        network,
        make("subnet", "'network_id': '%s', 'ip_version': %d, 'cidr': '%s', "
             "'ip_cooldown': 3600, 'allocation_pools': "
             "[{'start': '%s', 'end': '%s'}]", network,
             strchr(cidr, ':') != NULL ? 6 : 4, cidr, start, end)};
}

static const char *
make_at(const char *network, const char *ip)
{
    return make("port", "'network_id': '%s', 'name': 'at %s', 'fixed_ips': "
                "[{'ip_address': '%s'}]", network, ip, ip);
}

/* --- runs */

Test(address_map, covers_the_whole_subnet_in_order)
{
    struct site site = make_pooled("10.0.0.0/28", "10.0.0.4", "10.0.0.9");
    const char *port = make_port(site.network_id);
    struct reply r = erase("port", make_port(site.network_id));
    make_at(site.network_id, "10.0.0.12");
    r = map_of(site.subnet_id, "");
    expect_runs(&r, "10.0.0.0 network, 10.0.0.1 gateway, "
                "10.0.0.2-10.0.0.3 outside_pool, 10.0.0.4 allocated, "
                "10.0.0.5 cooling, 10.0.0.6-10.0.0.9 free, "
                "10.0.0.10-10.0.0.11 outside_pool, 10.0.0.12 allocated, "
                "10.0.0.13-10.0.0.14 outside_pool, 10.0.0.15 broadcast");
    expect_at(&r, "addresses.3.port_id", port);
    expect_at(&r, "addresses.3.count", "1");
    expect_at(&r, "addresses.4.port_id", "absent");
    expect_at(&r, "addresses_links", "absent");
}

Test(address_map, neighbouring_addresses_of_one_port_are_one_run)
{
    struct site site = make_site("10.0.0.0/29");
    make("port", "'network_id': '%s', 'device_owner': 'compute:nova', "
         "'fixed_ips': [{'subnet_id': '%s'}, {'subnet_id': '%s'}]",
         site.network_id, site.subnet_id, site.subnet_id);
    make_port(site.network_id);
    struct reply r = map_of(site.subnet_id, "state=allocated");
    expect_runs(&r, "10.0.0.2-10.0.0.3 allocated, 10.0.0.4 allocated");
    expect_at(&r, "addresses.0.device_owner", "compute:nova");
}

Test(address_map, a_gateway_says_which_port_holds_it)
{
    struct site site = make_site("10.0.0.0/29");
    struct reply r = map_of(site.subnet_id, "state=gateway");
    expect_runs(&r, "10.0.0.1 gateway");
    expect_at(&r, "addresses.0.port_id", "absent");
    const char *port = make_at(site.network_id, "10.0.0.1");
    r = map_of(site.subnet_id, "state=gateway");
    expect_at(&r, "addresses.0.port_id", port);
    r = map_of(site.subnet_id, "state=allocated");
    expect_runs(&r, "");
}

Test(address_map, a_full_subnet_and_the_smallest_ones)
{
    const char *network = make_network();
    const char *subnet = make_subnet(network, "10.0.0.0/30");
    make_port(network);
    struct reply r = map_of(subnet, "");
    expect_runs(&r, "10.0.0.0 network, 10.0.0.1 gateway, "
                "10.0.0.2 allocated, 10.0.0.3 broadcast");
    r = map_of(subnet, "state=free");
    expect_runs(&r, "");
    subnet = make("subnet", "'network_id': '%s', 'ip_version': 4, "
                  "'cidr': '10.1.0.0/31', 'gateway_ip': null", network);
    r = map_of(subnet, "");
    expect_runs(&r, "10.1.0.0-10.1.0.1 free");
    subnet = make("subnet", "'network_id': '%s', 'ip_version': 4, "
                  "'cidr': '10.2.0.0/32', 'gateway_ip': null", network);
    r = map_of(subnet, "");
    expect_runs(&r, "10.2.0.0 free");
}

Test(address_map, a_subnet_of_2_to_the_64_addresses_has_four_runs)
{
    const char *network = make_network();
    const char *subnet = make("subnet", "'network_id': '%s', 'ip_version': 6,"
                              " 'cidr': 'fd00::/64'", network);
    make_at(network, "fd00::ff");
    struct reply r = map_of(subnet, "");
    expect_runs(&r, "fd00:: gateway, fd00::1-fd00::fe free, "
                "fd00::ff allocated, fd00::100-fd00::ffff:ffff:ffff:ffff "
                "free");
    cr_assert(strstr(r.body, "\"count\":18446744073709551360,") != NULL,
              "%s", describe(&r));
}

/* --- pages */

Test(address_map, pages_follow_each_other_without_loss)
{
    struct site site = make_pooled("10.0.0.0/28", "10.0.0.4", "10.0.0.9");
    make_port(site.network_id);
    make_at(site.network_id, "10.0.0.7");
    struct reply whole = map_of(site.subnet_id, "");
    const char *all = "", *marker = "";
    for (int page = 0; page < 20; page++) {
        struct reply r = map_of(site.subnet_id,
                                text("limit=2%s", marker));
        cr_assert(count_at(&r, "addresses") <= 2);
        all = text("%s%s%s", all, page == 0 ? "" : ", ", runs_of(&r));
        const char *next = strstr(text_at(&r, "addresses_links.0.href"),
                                  "marker=");
        if (next == NULL) {
            break;
        }
        marker = text("&%s", next);
    }
    cr_assert_str_eq(all, runs_of(&whole));
}

Test(address_map, more_ports_than_are_read_at_once_are_all_shown)
{
    struct site site = make_site("10.0.0.0/23");
    const char *ports = "";
    for (int i = 0; i < 150; i++) {
        ports = text("%s%s{'network_id': '%s'}", ports, i == 0 ? "" : ",",
                     site.network_id);
    }
    struct reply r = api_body(POST, "/v2.0/ports", "{'ports': [%s]}", ports);
    expect_status(&r, 201);
    r = map_of(site.subnet_id, "limit=10");
    cr_assert_eq(count_at(&r, "addresses"), 10);
    r = map_of(site.subnet_id, "limit=10&marker=10.0.0.149");
    expect_runs(&r, "10.0.0.150 allocated, 10.0.0.151 allocated, "
                "10.0.0.152-10.0.1.254 free, 10.0.1.255 broadcast");
    r = map_of(site.subnet_id, "state=free&limit=1");
    expect_runs(&r, "10.0.0.152-10.0.1.254 free");
}

Test(address_map, a_page_begins_behind_any_address)
{
    struct site site = make_site("10.0.0.0/28");
    struct reply r = map_of(site.subnet_id, "marker=10.0.0.6");
    expect_runs(&r, "10.0.0.7-10.0.0.14 free, 10.0.0.15 broadcast");
    r = map_of(site.subnet_id, "marker=10.0.0.15");
    expect_runs(&r, "");
    expect_at(&r, "addresses_links", "absent");
    r = map_of(site.subnet_id, "marker=10.0.1.0");
    expect_refused(&r, "marker");
    cr_assert(strstr(r.body, "10.0.0.0/28") != NULL, "%s", describe(&r));
}

/* --- states and blocks */

Test(address_map, states_are_alternatives)
{
    struct site site = make_pooled("10.0.0.0/28", "10.0.0.4", "10.0.0.9");
    make_port(site.network_id);
    struct reply r = erase("port", make_port(site.network_id));
    r = map_of(site.subnet_id, "state=free&state=cooling");
    expect_runs(&r, "10.0.0.5 cooling, 10.0.0.6-10.0.0.9 free");
    r = map_of(site.subnet_id, "state=cooling");
    expect_runs(&r, "10.0.0.5 cooling");
    r = map_of(site.subnet_id, "state=network&state=broadcast");
    expect_runs(&r, "10.0.0.0 network, 10.0.0.15 broadcast");
    r = map_of(site.subnet_id, "state=outside_pool");
    expect_runs(&r, "10.0.0.2-10.0.0.3 outside_pool, "
                "10.0.0.10-10.0.0.14 outside_pool");
    r = map_of(site.subnet_id, "state=full");
    expect_refused(&r, "state");
}

/* Of two pools: given in order, freed, taken out of order, taken outside. */
static struct site
make_holes(void)
{
    const char *network = make_network();
    struct site site = {
        network,
        make("subnet", "'network_id': '%s', 'ip_version': 4, "
             "'cidr': '10.0.0.0/27', 'allocation_pools': "
             "[{'start': '10.0.0.4', 'end': '10.0.0.11'}, "
             "{'start': '10.0.0.20', 'end': '10.0.0.24'}]", network)};
    make_port(network);
    const char *freed = make_port(network);
    make_port(network);
    make_at(network, "10.0.0.9");
    make_at(network, "10.0.0.15");
    make_at(network, "10.0.0.22");
    erase("port", freed);
    return site;
}

Test(address_map, free_addresses_alone_are_found_behind_every_marker)
{
    static const struct {
        const char *marker;
        const char *first;
    } cases[] = {{"10.0.0.0", "10.0.0.5"},
                 {"10.0.0.4", "10.0.0.5"},
                 {"10.0.0.5", "10.0.0.7-10.0.0.8"},
                 {"10.0.0.6", "10.0.0.7-10.0.0.8"},
                 {"10.0.0.7", "10.0.0.8"},
                 {"10.0.0.8", "10.0.0.10-10.0.0.11"},
                 {"10.0.0.10", "10.0.0.11"},
                 {"10.0.0.11", "10.0.0.20-10.0.0.21"},
                 {"10.0.0.20", "10.0.0.21"},
                 {"10.0.0.21", "10.0.0.23-10.0.0.24"},
                 {"10.0.0.24", NULL},
                 {"10.0.0.31", NULL}};
    struct site site = make_holes();
    struct reply r = map_of(site.subnet_id, "state=free&limit=1");
    expect_runs(&r, "10.0.0.5 free");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        r = map_of(site.subnet_id, text("state=free&limit=1&marker=%s",
                                        cases[i].marker));
        expect_runs(&r, cases[i].first == NULL
                            ? ""
                            : text("%s free", cases[i].first));
    }
    r = map_of(site.subnet_id, "state=free");
    expect_runs(&r, "10.0.0.5 free, 10.0.0.7-10.0.0.8 free, "
                "10.0.0.10-10.0.0.11 free, 10.0.0.20-10.0.0.21 free, "
                "10.0.0.23-10.0.0.24 free");
    r = map_of(site.subnet_id, "state=free&prefixlen=31&limit=1");
    expect_runs(&r, "10.0.0.10-10.0.0.11 free");
}

Test(address_map, of_a_full_subnet_nothing_is_free_until_it_is)
{
    struct site site = make_site("10.0.0.0/30");
    const char *port = make_port(site.network_id);
    struct reply r = map_of(site.subnet_id, "state=free");
    expect_runs(&r, "");
    expect_at(&r, "addresses_links", "absent");
    erase("port", port);
    r = map_of(site.subnet_id, "state=free");
    expect_runs(&r, "10.0.0.2 free");
}

Test(address_map, finds_aligned_free_blocks)
{
    struct site site = make_pooled("10.0.0.0/24", "10.0.0.2", "10.0.0.254");
    make_at(site.network_id, "10.0.0.40");
    make_at(site.network_id, "10.0.0.70");
    struct reply r = map_of(site.subnet_id, "state=free&prefixlen=28&limit=3");
    expect_runs(&r, "10.0.0.16-10.0.0.31 free, 10.0.0.48-10.0.0.63 free, "
                "10.0.0.80-10.0.0.95 free");
    r = map_of(site.subnet_id, "state=free&limit=1&prefixlen=26");
    expect_runs(&r, "10.0.0.128-10.0.0.191 free");
    r = map_of(site.subnet_id, "state=free&limit=1&prefixlen=25");
    expect_runs(&r, "");
    r = map_of(site.subnet_id,
               "state=free&limit=1&prefixlen=32&marker=10.0.0.39");
    expect_runs(&r, "10.0.0.41 free");
}

Test(address_map, what_cools_down_is_in_no_free_block)
{
    struct site site = make_pooled("10.0.0.0/27", "10.0.0.8", "10.0.0.23");
    const char *first = make_at(site.network_id, "10.0.0.8");
    const char *second = make_port(site.network_id);
    make_port(site.network_id);
    erase("port", first);
    erase("port", second);
    struct reply r = map_of(site.subnet_id, "state=free&prefixlen=30");
    expect_runs(&r, "10.0.0.12-10.0.0.15 free, 10.0.0.16-10.0.0.19 free, "
                "10.0.0.20-10.0.0.23 free");
}

Test(address_map, a_block_needs_a_length_of_its_subnet_and_free_alone)
{
    struct site site = make_site("10.0.0.0/24");
    static const char *const bad[] = {
        "state=free&prefixlen=23", "state=free&prefixlen=33",
        "state=free&prefixlen=129", "state=free&prefixlen=-1",
        "state=free&prefixlen=x", "state=free&prefixlen=",
        "prefixlen=28", "state=cooling&prefixlen=28",
        "state=free&state=cooling&prefixlen=28"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct reply r = map_of(site.subnet_id, bad[i]);
        expect_refused(&r, "prefixlen");
    }
    struct reply r = map_of(site.subnet_id, "name=x");
    expect_refused(&r, "name");
    r = map_of(site.subnet_id, "marker=x");
    expect_refused(&r, "marker");
}

/* --- one address */

static struct reply
address(const char *subnet, const char *ip)
{
    return api(GET, "/v2.0/subnets/%s/addresses/%s", subnet, ip);
}

Test(address_map, an_address_tells_who_holds_it_and_who_held_it)
{
    struct site site = make_site("10.0.0.0/24");
    const char *first = make_at(site.network_id, "10.0.0.9");
    update("port", first, "'name': 'renamed', 'device_id': 'd1'");
    erase("port", first);
    const char *second = make_at(site.network_id, "10.0.0.9");
    struct reply r = address(site.subnet_id, "10.0.0.9");
    expect_at(&r, "address.state", "allocated");
    expect_at(&r, "address.port_id", second);
    expect_at(&r, "address.port_name", "at 10.0.0.9");
    expect_at(&r, "address.history.0.port_id", second);
    expect_at(&r, "address.history.0.until", "null");
    expect_at(&r, "address.history.1.port_id", first);
    expect_at(&r, "address.history.1.port_name", "renamed");
    expect_at(&r, "address.history.1.device_id", "d1");
    cr_assert_eq(count_at(&r, "address.history"), 2);
    cr_assert_str_neq(text_at(&r, "address.history.1.until"), "null");
}

Test(address_map, an_address_that_moves_between_ports_changes_hands)
{
    struct site site = make_site("10.0.0.0/24");
    const char *port = make_at(site.network_id, "10.0.0.9");
    update("port", port, "'fixed_ips': [{'ip_address': '10.0.0.10'}]");
    update("port", port, "'fixed_ips': [{'ip_address': '10.0.0.9'}]");
    struct reply r = address(site.subnet_id, "10.0.0.9");
    cr_assert_eq(count_at(&r, "address.history"), 2, "%s", describe(&r));
    r = address(site.subnet_id, "10.0.0.10");
    expect_at(&r, "address.state", "free");
    expect_at(&r, "address.port_id", "absent");
    cr_assert_eq(count_at(&r, "address.history"), 1, "%s", describe(&r));
}

Test(address_map, allowed_pairs_and_other_subnets_hold_nothing)
{
    struct site site = make_site("10.0.0.0/24");
    struct site other = make_site("10.0.0.0/24");
    make_at(other.network_id, "10.0.0.9");
    make("port", "'network_id': '%s', 'allowed_address_pairs': "
         "[{'ip_address': '10.0.0.9'}]", site.network_id);
    struct reply r = address(site.subnet_id, "10.0.0.9");
    expect_at(&r, "address.state", "free");
    expect_at(&r, "address.history", "[]");
}

Test(address_map, an_ipv6_address_may_be_spelt_in_any_way)
{
    const char *network = make_network();
    const char *subnet = make("subnet", "'network_id': '%s', 'ip_version': 6,"
                              " 'cidr': 'fd00::/64'", network);
    const char *port = make_at(network, "fd00::ff");
    static const char *const ways[] = {"fd00::ff", "FD00::FF", "fd00:0::00ff",
                                       "fd00:0:0:0:0:0:0:ff"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct reply r = address(subnet, ways[i]);
        expect_at(&r, "address.ip_address", "fd00::ff");
        expect_at(&r, "address.port_id", port);
        expect_at(&r, "address.history.0.port_id", port);
    }
}

Test(address_map, a_cooling_address_says_until_when)
{
    struct site site = make_pooled("10.0.0.0/28", "10.0.0.4", "10.0.0.9");
    erase("port", make_port(site.network_id));
    struct reply r = address(site.subnet_id, "10.0.0.4");
    expect_at(&r, "address.state", "cooling");
    cr_assert_str_neq(text_at(&r, "address.available_at"), "absent");
}

Test(address_map, an_address_elsewhere_is_refused_with_the_cidr)
{
    struct site site = make_site("10.0.0.0/24");
    struct reply r = address(site.subnet_id, "10.0.1.0");
    expect_status(&r, 404);
    cr_assert(strstr(r.body, "10.0.0.0/24") != NULL, "%s", describe(&r));
    r = address(site.subnet_id, "fd00::1");
    expect_status(&r, 404);
    r = address(site.subnet_id, "10.0.0");
    expect_status(&r, 400);
    r = address(site.subnet_id, "10.0.0.9?x=1");
    expect_status(&r, 400);
}

/* --- who sees what */

Test(address_map, of_other_projects_nothing_is_there)
{
    struct site site = make_site("10.0.0.0/24");
    as(unique("stranger-"), "member");
    struct reply r = map_of(site.subnet_id, "");
    expect_error(&r, 404, "SubnetNotFound");
    r = address(site.subnet_id, "10.0.0.1");
    expect_error(&r, 404, "SubnetNotFound");
    r = map_of(NOBODY, "");
    expect_error(&r, 404, "SubnetNotFound");
    r = map_of("x", "");
    expect_error(&r, 404, "SubnetNotFound");
}

Test(address_map, holders_of_other_projects_have_no_identity)
{
    const char *network = make("network", "'shared': true");
    const char *subnet = make_subnet(network, "10.0.0.0/24");
    make_at(network, "10.0.0.1");
    make_at(network, "10.0.0.2");
    erase("port", make_at(network, "10.0.0.9"));
    as(unique("stranger-"), "reader");
    struct reply r = map_of(subnet, "");
    expect_at(&r, "addresses.1.state", "gateway");
    expect_at(&r, "addresses.1.port_id", "null");
    expect_at(&r, "addresses.2.state", "allocated");
    expect_at(&r, "addresses.2.port_id", "null");
    expect_at(&r, "addresses.2.device_owner", "null");
    r = address(subnet, "10.0.0.2");
    expect_at(&r, "address.state", "allocated");
    expect_at(&r, "address.port_id", "null");
    expect_at(&r, "address.history.0.port_id", "null");
    r = address(subnet, "10.0.0.9");
    expect_at(&r, "address.history.0.project_id", "null");
    cr_assert_null(strstr(r.body, "at 10.0.0.9"), "%s", describe(&r));
}
