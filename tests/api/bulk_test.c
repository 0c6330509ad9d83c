/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One POST of many: all or nothing, and in order.
 */
#include "support/api.h"

static struct reply
create_many(const char *kind, const char *items)
{
    return api_body(POST, text("/v2.0/%ss", kind), "{'%ss': [%s]}", kind,
                    items);
}

Test(bulk, answers_come_in_the_order_of_the_request)
{
    struct reply r = create_many("network", "{'name': 'c'}, {'name': 'a'}, "
                                            "{'name': 'b'}");
    expect_status(&r, 201);
    cr_assert_str_eq(joined(&r, "networks", "name"), "c,a,b");
    r = show("network", text_at(&r, "networks.1.id"));
    expect_at(&r, "network.name", "a");
}

Test(bulk, one_object_in_a_list_is_answered_as_a_list)
{
    struct reply r = create_many("network", "{'name': 'a'}");
    expect_status(&r, 201);
    cr_assert_eq(count_at(&r, "networks"), 1);
}

Test(bulk, ports_get_addresses_of_their_own)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    const char *port = text("{'network_id': '%s'}", network);
    struct reply r =
        create_many("port", text("%s, %s, %s", port, port, port));
    expect_status(&r, 201);
    const char *expected[] = {"10.0.0.2", "10.0.0.3", "10.0.0.4"};
    for (size_t i = 0; i < 3; i++) {
        expect_at(&r, text("ports.%zu.fixed_ips.0.ip_address", i),
                  expected[i]);
    }
}

Test(bulk, what_is_answered_is_what_get_shows)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    struct reply r =
        create_many("port", text("{'network_id': '%s', 'name': 'a'}, "
                                 "{'network_id': '%s', 'name': 'b'}",
                                 network, network));
    for (size_t i = 0; i < 2; i++) {
        struct reply shown =
            show("port", text_at(&r, text("ports.%zu.id", i)));
        cr_assert(json_equal(json_at(&r, text("ports.%zu", i)),
                             json_at(&shown, "port")));
    }
}

Test(bulk, ports_of_several_networks_are_made_at_once)
{
    struct site one = make_site("10.0.0.0/24"), two = make_site("10.1.0.0/24");
    struct reply r = create_many(
        "port", text("{'network_id': '%s'}, {'network_id': '%s'}, "
                     "{'network_id': '%s'}", two.network_id, one.network_id,
                     two.network_id));
    expect_at(&r, "ports.0.fixed_ips.0.ip_address", "10.1.0.2");
    expect_at(&r, "ports.1.fixed_ips.0.ip_address", "10.0.0.2");
    expect_at(&r, "ports.2.fixed_ips.0.ip_address", "10.1.0.3");
}

/* Sends items of which the last is at fault, and expects nothing made. */
static void
expect_nothing(const char *network, const char *last, int status)
{
    struct reply r =
        create_many("port", text("{'network_id': '%s', 'name': 'a'}, "
                                 "{'network_id': '%s', 'name': 'b'}, %s",
                                 network, network, last));
    expect_status(&r, status);
    r = list("port", "network_id=%s&name=a&name=b", network);
    expect_at(&r, "ports", "[]");
}

Test(bulk, one_bad_item_leaves_nothing)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    expect_nothing(network, "{'mac_address': 'x'}", 400);
    expect_nothing(network, "{'network_id': '" NOBODY "'}", 404);
    expect_nothing(network,
                   text("{'network_id': '%s', 'fixed_ips': "
                        "[{'ip_address': '10.9.9.9'}]}", network), 400);
    make("port", "'network_id': '%s', 'fixed_ips': "
         "[{'ip_address': '10.0.0.50'}]", network);
    expect_nothing(network,
                   text("{'network_id': '%s', 'fixed_ips': "
                        "[{'ip_address': '10.0.0.50'}]}", network), 409);
}

Test(bulk, a_full_subnet_leaves_nothing)
{
    const char *network = make_site("10.0.0.0/30").network_id;
    expect_nothing(network, text("{'network_id': '%s'}", network), 409);
    make_port(network);
}

Test(bulk, two_items_with_one_address_or_mac_are_refused)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    const char *same[] = {"'fixed_ips': [{'ip_address': '10.0.0.9'}]",
                          "'mac_address': 'fa:16:3e:aa:bb:cc'"};
    for (size_t i = 0; i < 2; i++) {
        const char *port =
            text("{'network_id': '%s', %s}", network, same[i]);
        struct reply r = create_many("port", text("%s, %s", port, port));
        expect_status(&r, 409);
    }
    struct reply r = list("port", "network_id=%s", network);
    expect_at(&r, "ports", "[]");
}

/* A port of 'network' with a MAC that ends with 'last'. */
static const char *
with_mac(const char *network, const char *last)
{
    return text("{'network_id': '%s', 'mac_address': 'fa:16:3e:00:00:%s'}",
                network, last);
}

Test(bulk, only_a_mac_that_is_in_use_counts_not_its_neighbours)
{
    const char *network = make_network();
    make("port", "'network_id': '%s', 'mac_address': 'fa:16:3e:00:00:12'",
         network);
    struct reply r =
        create_many("port", text("%s, %s, %s", with_mac(network, "10"),
                                 with_mac(network, "13"),
                                 with_mac(network, "11")));
    expect_status(&r, 201);
    expect_at(&r, "ports.2.mac_address", "fa:16:3e:00:00:11");
    static const char *const bad[][3] = {
        {"14", "15", "12"}, {"09", "12", "08"}, {"0e", "0f", "12"},
        {"40", "12", "41"}, {"01", "02", "12"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        r = create_many("port", text("%s, %s, %s", with_mac(network, bad[i][0]),
                                     with_mac(network, bad[i][1]),
                                     with_mac(network, bad[i][2])));
        expect_error(&r, 409, "MacAddressInUse");
    }
    r = create_many("port", text("%s, %s", with_mac(make_network(), "12"),
                                 with_mac(network, "14")));
    expect_status(&r, 201);
}

Test(bulk, subnets_that_overlap_each_other_leave_nothing)
{
    const char *network = make_network();
    struct reply r = create_many(
        "subnet", text("{'network_id': '%s', 'ip_version': 4, "
                       "'cidr': '10.0.0.0/24'}, "
                       "{'network_id': '%s', 'ip_version': 4, "
                       "'cidr': '10.0.0.128/25'}", network, network));
    expect_error(&r, 400, "InvalidInput");
    r = list("subnet", "network_id=%s", network);
    expect_at(&r, "subnets", "[]");
}

Test(bulk, subnets_of_one_network_are_made_at_once)
{
    const char *network = make_network();
    struct reply r = create_many(
        "subnet", text("{'network_id': '%s', 'ip_version': 4, "
                       "'cidr': '10.0.0.0/24'}, "
                       "{'network_id': '%s', 'ip_version': 6, "
                       "'cidr': '2001:db8::/64'}", network, network));
    expect_status(&r, 201);
    cr_assert_str_eq(joined(&r, "subnets", "cidr"),
                     "10.0.0.0/24,2001:db8::/64");
}

Test(bulk, lists_without_objects_are_refused)
{
    const char *bad[] = {"{'ports': []}", "{'ports': null}",
                         "{'ports': 'x'}", "{'ports': {}}",
                         "{'ports': [1]}", "{'ports': [null]}",
                         "{'ports': ['x']}", "{'ports': [[]]}"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct reply r = api_body(POST, "/v2.0/ports", "%s", bad[i]);
        expect_error(&r, 400, "HTTPBadRequest");
    }
}

Test(bulk, a_quota_counts_every_item)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    struct reply r = api_body(
        PUT, text("/v2.0/quotas/%s", session()->project),
        "{'quota': {'port': 2}}");
    expect_status(&r, 200);
    const char *port = text("{'network_id': '%s'}", network);
    r = create_many("port", text("%s, %s, %s", port, port, port));
    expect_error(&r, 409, "OverQuota");
    r = create_many("port", text("%s, %s", port, port));
    expect_status(&r, 201);
}

Test(bulk, three_hundred_ports_at_once_have_three_hundred_addresses)
{
    const char *network = make_site("10.0.0.0/16").network_id;
    const char *items = text("{'network_id': '%s'}", network);
    const char *item = items;
    for (int i = 1; i < 300; i++) {
        items = text("%s,%s", items, item);
    }
    struct reply r = create_many("port", items);
    expect_status(&r, 201);
    cr_assert_eq(count_at(&r, "ports"), 300);
    expect_at(&r, "ports.299.fixed_ips.0.ip_address", "10.0.1.45");
    r = list("port", "network_id=%s&fields=id&limit=1000", network);
    cr_assert_eq(count_at(&r, "ports"), 300);
}
