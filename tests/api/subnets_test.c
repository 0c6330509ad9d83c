/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of subnets: CIDRs, versions, name servers, routes, deletion.
 * pools_test.c has gateways and pools.
 */
#include "support/api.h"
#include "support/things.h"

/* What becomes of a CIDR by default. */
static void
expect_layout(const char *cidr, const char *gateway, const char *pools)
{
    const char *attributes = text("'cidr': '%s'", cidr);
    struct reply r = strchr(cidr, ':') == NULL ? create_v4(attributes)
                                               : create_v6(attributes);
    expect_status(&r, 201);
    expect_at(&r, "subnet.gateway_ip", gateway);
    expect_pools(&r, pools);
}

/* --- CIDRs */

Test(subnets, ipv4_gateway_is_the_first_host_and_the_pool_the_rest)
{
    expect_layout("10.0.0.0/24", "10.0.0.1", "10.0.0.2-10.0.0.254");
    expect_layout("10.0.0.0/8", "10.0.0.1", "10.0.0.2-10.255.255.254");
    expect_layout("192.168.255.128/25", "192.168.255.129",
                  "192.168.255.130-192.168.255.254");
}

Test(subnets, the_smallest_ordinary_subnet_has_one_address_to_give)
{
    expect_layout("10.0.0.0/30", "10.0.0.1", "10.0.0.2-10.0.0.2");
}

Test(subnets, ipv6_gateway_is_the_anycast_address_and_the_pool_the_rest)
{
    expect_layout("2001:db8::/64", "2001:db8::",
                  "2001:db8::1-2001:db8::ffff:ffff:ffff:ffff");
    expect_layout("2001:db8::/126", "2001:db8::", "2001:db8::1-2001:db8::3");
}

Test(subnets, point_to_point_and_host_prefixes_are_allowed)
{
    const char *v4[] = {"10.0.0.0/31", "10.0.0.6/32"};
    const char *v6[] = {"2001:db8::/127", "2001:db8::6/128"};
    for (size_t i = 0; i < 2; i++) {
        struct reply r = create_v4(
            text("'cidr': '%s', 'gateway_ip': null, 'enable_dhcp': false",
                 v4[i]));
        expect_status(&r, 201);
        r = create_v6(
            text("'cidr': '%s', 'gateway_ip': null, 'enable_dhcp': false",
                 v6[i]));
        expect_status(&r, 201);
    }
}

Test(subnets, all_addresses_of_a_point_to_point_prefix_are_given)
{
    struct reply r = create_v4("'cidr': '10.0.0.4/31', 'gateway_ip': null, "
                               "'enable_dhcp': false");
    expect_pools(&r, "10.0.0.4-10.0.0.5");
    const char *network = text_at(&r, "subnet.network_id");
    r = create("port", "'network_id': '%s'", network);
    expect_at(&r, "port.fixed_ips.0.ip_address", "10.0.0.4");
    r = create("port", "'network_id': '%s'", network);
    expect_at(&r, "port.fixed_ips.0.ip_address", "10.0.0.5");
    r = create("port", "'network_id': '%s'", network);
    expect_error(&r, 409, "IpAddressGenerationFailure");
}

Test(subnets, host_bits_are_cleared)
{
    struct reply r = create_v4("'cidr': '10.0.0.77/24'");
    expect_at(&r, "subnet.cidr", "10.0.0.0/24");
    r = create_v6("'cidr': '2001:db8::77/64'");
    expect_at(&r, "subnet.cidr", "2001:db8::/64");
}

Test(subnets, an_ipv6_cidr_is_shown_in_canonical_form)
{
    struct reply r = create_v6("'cidr': '2001:0DB8:0:0::/64'");
    expect_at(&r, "subnet.cidr", "2001:db8::/64");
}

Test(subnets, things_that_are_no_cidr_are_refused)
{
    const char *bad[] = {"", "x", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/",
                         "10.0.0/24", "10.0.0.256/24", "010.0.0.0/8",
                         " 10.0.0.0/24", "10.0.0.0/24 ", "10.0.0.0/08",
                         "10.0.0.0/255.255.255.0"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct reply r = create_v4(text("'cidr': '%s'", bad[i]));
        expect_refused(&r, "cidr");
    }
}

Test(subnets, prefixes_that_no_tenant_can_use_are_refused)
{
    const char *bad[] = {"0.0.0.0/0", "0.0.0.0/8", "127.0.0.0/8",
                         "224.0.0.0/24"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct reply r = create_v4(text("'cidr': '%s'", bad[i]));
        expect_error(&r, 400, "InvalidInput");
    }
    struct reply r = create_v6("'cidr': 'ff00::/64'");
    expect_error(&r, 400, "InvalidInput");
}

Test(subnets, a_cidr_of_the_other_version_is_refused)
{
    struct reply r = create_v4("'cidr': '2001:db8::/64'");
    expect_error(&r, 400, "InvalidInput");
    r = create_v6("'cidr': '10.0.0.0/24'");
    expect_error(&r, 400, "InvalidInput");
}

Test(subnets, one_without_a_cidr_is_refused)
{
    struct reply r = create_v4("'name': 'x'");
    expect_status(&r, 400);
}

Test(subnets, the_version_may_be_text_and_only_4_or_6)
{
    struct reply r = create("subnet",
                            "'network_id': '%s', 'ip_version': '4', "
                            "'cidr': '10.0.0.0/24'", make_network());
    expect_at(&r, "subnet.ip_version", "4");
    r = create("subnet", "'network_id': '%s', 'ip_version': 5, "
               "'cidr': '10.0.0.0/24'", make_network());
    expect_refused(&r, "ip_version");
}

Test(subnets, a_network_that_does_not_exist_is_not_found)
{
    struct reply r = create("subnet", "'network_id': '" NOBODY "', "
                            "'ip_version': 4, 'cidr': '10.0.0.0/24'");
    expect_error(&r, 404, "NetworkNotFound");
}

/* --- overlap */

Test(subnets, overlap_in_one_network_is_refused)
{
    struct site site = make_site("10.0.0.0/24");
    const char *bad[] = {"10.0.0.0/24", "10.0.0.0/25", "10.0.0.128/25",
                         "10.0.0.0/8", "10.0.0.7/32"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct reply r = create("subnet",
                                "'network_id': '%s', 'ip_version': 4, "
                                "'cidr': '%s', 'gateway_ip': null, "
                                "'enable_dhcp': false",
                                site.network_id, bad[i]);
        expect_error(&r, 400, "InvalidInput");
    }
}

Test(subnets, neighbours_in_one_network_are_allowed)
{
    struct site site = make_site("10.0.1.0/24");
    make_subnet(site.network_id, "10.0.0.0/24");
    make_subnet(site.network_id, "10.0.2.0/23");
    make_subnet(site.network_id, "2001:db8::/64");
    struct reply r = show("network", site.network_id);
    cr_assert_eq(count_at(&r, "network.subnets"), 4);
}

Test(subnets, overlap_in_two_networks_is_allowed)
{
    make_site("10.0.0.0/24");
    make_site("10.0.0.0/24");
}

/* --- IPv6 modes */

Test(subnets, the_two_ipv6_modes_may_not_contradict_each_other)
{
    struct reply r = create_v6("'cidr': '2001:db8::/64', "
                               "'ipv6_ra_mode': 'slaac', "
                               "'ipv6_address_mode': 'dhcpv6-stateful'");
    expect_error(&r, 400, "InvalidInput");
    r = create_v6("'cidr': '2001:db8::/64', 'ipv6_ra_mode': 'slaac', "
                  "'ipv6_address_mode': 'slaac'");
    expect_at(&r, "subnet.ipv6_address_mode", "slaac");
}

Test(subnets, eui_64_needs_a_prefix_of_64_bits)
{
    struct reply r = create_v6("'cidr': '2001:db8::/60', "
                               "'ipv6_address_mode': 'slaac'");
    expect_error(&r, 400, "InvalidInput");
}

Test(subnets, ipv6_modes_need_ipv6_and_dhcp)
{
    struct reply r =
        create_v4("'cidr': '10.0.0.0/24', 'ipv6_ra_mode': 'slaac'");
    expect_error(&r, 400, "InvalidInput");
    r = create_v6("'cidr': '2001:db8::/64', 'enable_dhcp': false, "
                  "'ipv6_address_mode': 'slaac'");
    expect_error(&r, 400, "InvalidInput");
}

/* --- name servers and routes */

Test(subnets, name_servers_keep_their_order)
{
    struct reply r = create_v4("'cidr': '10.0.0.0/24', "
                               "'dns_nameservers': ['9.9.9.9', '1.1.1.1']");
    expect_at(&r, "subnet.dns_nameservers", "[\"9.9.9.9\",\"1.1.1.1\"]");
    const char *id = text_at(&r, "subnet.id");
    r = update("subnet", id, "'dns_nameservers': ['1.1.1.1', '9.9.9.9']");
    expect_at(&r, "subnet.dns_nameservers", "[\"1.1.1.1\",\"9.9.9.9\"]");
    r = update("subnet", id, "'dns_nameservers': []");
    expect_at(&r, "subnet.dns_nameservers", "[]");
}

Test(subnets, name_servers_are_addresses_and_differ)
{
    const char *bad[] = {"['ns.example.org']", "['9.9.9.9', '9.9.9.9']",
                         "[null]", "['9.9.9']"};
    for (size_t i = 0; i < 4; i++) {
        struct reply r = create_v4(
            text("'cidr': '10.0.0.0/24', 'dns_nameservers': %s", bad[i]));
        expect_refused(&r, "dns_nameservers");
    }
}

Test(subnets, there_are_at_most_5_name_servers)
{
    struct reply r = create_v4("'cidr': '10.0.0.0/24', 'dns_nameservers': "
                               "['9.9.9.1', '9.9.9.2', '9.9.9.3', "
                               "'9.9.9.4', '9.9.9.5', '9.9.9.6']");
    expect_status(&r, 400);
}

Test(subnets, routes_keep_their_order)
{
    struct reply r = create_v4(
        "'cidr': '10.0.0.0/24', 'host_routes': ["
        "{'destination': '192.168.0.0/16', 'nexthop': '10.0.0.9'}, "
        "{'destination': '0.0.0.0/0', 'nexthop': '10.0.0.8'}]");
    expect_status(&r, 201);
    expect_at(&r, "subnet.host_routes.0.destination", "192.168.0.0/16");
    expect_at(&r, "subnet.host_routes.0.nexthop", "10.0.0.9");
    expect_at(&r, "subnet.host_routes.1.destination", "0.0.0.0/0");
    r = update("subnet", text_at(&r, "subnet.id"), "'host_routes': []");
    expect_at(&r, "subnet.host_routes", "[]");
}

Test(subnets, a_route_given_twice_is_refused)
{
    struct reply r = create_v4(
        "'cidr': '10.0.0.0/24', 'host_routes': ["
        "{'destination': '192.168.0.0/16', 'nexthop': '10.0.0.9'}, "
        "{'destination': '192.168.0.0/16', 'nexthop': '10.0.0.9'}]");
    expect_refused(&r, "host_routes");
}

/* --- deletion */

Test(subnets, a_deleted_one_is_gone_from_its_network)
{
    struct site site = make_site("10.0.0.0/24");
    struct reply r = erase("subnet", site.subnet_id);
    expect_status(&r, 204);
    r = show("subnet", site.subnet_id);
    expect_error(&r, 404, "SubnetNotFound");
    r = show("network", site.network_id);
    expect_at(&r, "network.subnets", "[]");
    make_subnet(site.network_id, "10.0.0.0/24");
}

Test(subnets, one_with_a_port_is_not_deleted)
{
    struct site site = make_site("10.0.0.0/24");
    const char *port = make_port(site.network_id);
    struct reply r = erase("subnet", site.subnet_id);
    expect_error(&r, 409, "SubnetInUse");
    update("port", port, "'fixed_ips': []");
    r = erase("subnet", site.subnet_id);
    expect_status(&r, 204);
}

Test(subnets, one_with_only_automatic_ports_is_deleted)
{
    struct site site = make_site("10.0.0.0/24");
    const char *port = make("port", "'network_id': '%s', "
                            "'device_owner': 'network:dhcp'",
                            site.network_id);
    struct reply r = erase("subnet", site.subnet_id);
    expect_status(&r, 204);
    r = list("port", "network_id=%s", site.network_id);
    for (size_t i = 0; i < count_at(&r, "ports"); i++) {
        expect_at(&r, text("ports.%zu.id", i), port);
        expect_at(&r, text("ports.%zu.fixed_ips", i), "[]");
    }
}

Test(subnets, a_dhcp_port_keeps_its_addresses_in_other_subnets)
{
    struct site site = make_site("10.0.0.0/24");
    const char *other = make_subnet(site.network_id, "10.0.1.0/24");
    const char *port =
        make("port", "'network_id': '%s', 'device_owner': 'network:dhcp', "
             "'fixed_ips': [{'subnet_id': '%s'}, {'subnet_id': '%s'}]",
             site.network_id, site.subnet_id, other);
    struct reply r = erase("subnet", site.subnet_id);
    expect_status(&r, 204);
    r = show("port", port);
    expect_status(&r, 200);
    cr_assert_eq(count_at(&r, "port.fixed_ips"), 1);
    expect_at(&r, "port.fixed_ips.0.subnet_id", other);
}
