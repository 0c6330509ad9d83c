/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gateways and allocation pools of subnets, and how they change.
 */
#include "support/api.h"
#include "support/things.h"

/* --- gateways */

Test(pools, null_means_no_gateway_and_frees_its_address)
{
    struct reply r = create_v4("'cidr': '10.0.0.0/24', 'gateway_ip': null");
    expect_at(&r, "subnet.gateway_ip", "null");
    expect_pools(&r, "10.0.0.1-10.0.0.254");
}

Test(pools, an_explicit_gateway_divides_the_pool)
{
    struct reply r =
        create_v4("'cidr': '10.0.0.0/24', 'gateway_ip': '10.0.0.9'");
    expect_at(&r, "subnet.gateway_ip", "10.0.0.9");
    expect_pools(&r, "10.0.0.1-10.0.0.8,10.0.0.10-10.0.0.254");
}

Test(pools, a_gateway_at_either_end_shortens_the_pool)
{
    struct reply r =
        create_v4("'cidr': '10.0.0.0/24', 'gateway_ip': '10.0.0.254'");
    expect_pools(&r, "10.0.0.1-10.0.0.253");
    r = create_v6("'cidr': '2001:db8::/64', 'gateway_ip': '2001:db8::1'");
    expect_pools(&r, "2001:db8::2-2001:db8::ffff:ffff:ffff:ffff");
}

Test(pools, the_network_and_broadcast_address_are_no_gateway)
{
    const char *bad[] = {"10.0.0.0", "10.0.0.255"};
    for (size_t i = 0; i < 2; i++) {
        struct reply r = create_v4(
            text("'cidr': '10.0.0.0/24', 'gateway_ip': '%s'", bad[i]));
        expect_error(&r, 400, "InvalidInput");
    }
}

Test(pools, a_gateway_outside_of_the_cidr_is_refused)
{
    struct reply r =
        create_v4("'cidr': '10.0.0.0/24', 'gateway_ip': '10.0.1.1'");
    expect_error(&r, 400, "InvalidInput");
}

Test(pools, a_link_local_gateway_serves_an_ipv6_subnet)
{
    struct reply r =
        create_v6("'cidr': '2001:db8::/64', 'gateway_ip': 'fe80::1'");
    expect_status(&r, 201);
    expect_at(&r, "subnet.gateway_ip", "fe80::1");
    expect_pools(&r, "2001:db8::1-2001:db8::ffff:ffff:ffff:ffff");
}

Test(pools, a_gateway_of_the_other_version_is_refused)
{
    struct reply r =
        create_v4("'cidr': '10.0.0.0/24', 'gateway_ip': '2001:db8::1'");
    expect_status(&r, 400);
}

Test(pools, a_gateway_inside_of_a_pool_is_a_conflict)
{
    struct reply r = create_v4("'cidr': '10.0.0.0/24', 'allocation_pools': "
                               FROM_TO("10.0.0.1", "10.0.0.9"));
    expect_error(&r, 409, "GatewayConflictWithAllocationPools");
    r = create_v4("'cidr': '10.0.0.0/24', 'gateway_ip': '10.0.0.9', "
                  "'allocation_pools': " FROM_TO("10.0.0.5", "10.0.0.9"));
    expect_error(&r, 409, "GatewayConflictWithAllocationPools");
    r = create_v4("'cidr': '10.0.0.0/24', 'gateway_ip': null, "
                  "'allocation_pools': " FROM_TO("10.0.0.1", "10.0.0.9"));
    expect_status(&r, 201);
}

/* --- pools */

Test(pools, pools_are_taken_as_given_and_shown_in_order)
{
    struct reply r = create_v4(
        "'cidr': '10.0.0.0/24', 'allocation_pools': ["
        "{'start': '10.0.0.30', 'end': '10.0.0.40'}, "
        "{'start': '10.0.0.10', 'end': '10.0.0.20'}]");
    expect_status(&r, 201);
    expect_pools(&r, "10.0.0.10-10.0.0.20,10.0.0.30-10.0.0.40");
}

Test(pools, an_empty_list_of_pools_is_no_pool)
{
    struct reply r =
        create_v4("'cidr': '10.0.0.0/24', 'allocation_pools': []");
    expect_pools(&r, "");
}

Test(pools, pools_that_share_an_address_overlap)
{
    struct reply r = create_v4(
        "'cidr': '10.0.0.0/24', 'allocation_pools': ["
        "{'start': '10.0.0.10', 'end': '10.0.0.20'}, "
        "{'start': '10.0.0.20', 'end': '10.0.0.30'}]");
    expect_error(&r, 409, "OverlappingAllocationPools");
}

Test(pools, adjacent_pools_do_not_overlap)
{
    struct reply r = create_v4(
        "'cidr': '10.0.0.0/24', 'allocation_pools': ["
        "{'start': '10.0.0.10', 'end': '10.0.0.20'}, "
        "{'start': '10.0.0.21', 'end': '10.0.0.30'}]");
    expect_status(&r, 201);
}

Test(pools, pools_beyond_the_hosts_are_out_of_bounds)
{
    const char *bad[] = {
        FROM_TO("10.0.1.1", "10.0.1.9"), FROM_TO("10.0.0.9", "10.0.1.9"),
        FROM_TO("10.0.0.0", "10.0.0.9"), FROM_TO("10.0.0.9", "10.0.0.255")};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct reply r = create_v4(
            text("'cidr': '10.0.0.0/24', 'gateway_ip': null, "
                 "'allocation_pools': %s", bad[i]));
        expect_error(&r, 400, "OutOfBoundsAllocationPool");
    }
}

Test(pools, a_pool_the_wrong_way_round_or_of_two_versions_is_invalid)
{
    const char *bad[] = {FROM_TO("10.0.0.9", "10.0.0.5"),
                         FROM_TO("2001:db8::1", "2001:db8::9"),
                         FROM_TO("10.0.0.5", "2001:db8::9")};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct reply r = create_v4(
            text("'cidr': '10.0.0.0/24', 'allocation_pools': %s", bad[i]));
        expect_error(&r, 400, "InvalidAllocationPool");
    }
}

Test(pools, a_pool_may_be_one_address)
{
    struct reply r = create_v4("'cidr': '10.0.0.0/24', 'allocation_pools': "
                               FROM_TO("10.0.0.9", "10.0.0.9"));
    expect_pools(&r, "10.0.0.9-10.0.0.9");
    const char *network = text_at(&r, "subnet.network_id");
    r = create("port", "'network_id': '%s'", network);
    expect_at(&r, "port.fixed_ips.0.ip_address", "10.0.0.9");
    r = create("port", "'network_id': '%s'", network);
    expect_error(&r, 409, "IpAddressGenerationFailure");
}

/* --- changes */

Test(pools, a_gateway_can_be_removed_and_set_again)
{
    const char *id = make_site("10.0.0.0/24").subnet_id;
    struct reply r = update("subnet", id, "'gateway_ip': null");
    expect_at(&r, "subnet.gateway_ip", "null");
    expect_pools(&r, "10.0.0.2-10.0.0.254");
    r = update("subnet", id, "'gateway_ip': '10.0.0.1'");
    expect_at(&r, "subnet.gateway_ip", "10.0.0.1");
}

Test(pools, a_gateway_may_not_move_into_a_pool)
{
    const char *id = make_site("10.0.0.0/24").subnet_id;
    struct reply r = update("subnet", id, "'gateway_ip': '10.0.0.9'");
    expect_error(&r, 409, "GatewayConflictWithAllocationPools");
}

Test(pools, gateway_and_pools_may_move_together)
{
    const char *id = make_site("10.0.0.0/24").subnet_id;
    struct reply r = update("subnet", id,
                            "'gateway_ip': '10.0.0.9', 'allocation_pools': "
                            FROM_TO("10.0.0.10", "10.0.0.20"));
    expect_status(&r, 200);
    expect_at(&r, "subnet.gateway_ip", "10.0.0.9");
    expect_pools(&r, "10.0.0.10-10.0.0.20");
}

Test(pools, new_pools_must_lie_in_the_cidr_and_apart)
{
    const char *id = make_site("10.0.0.0/24").subnet_id;
    struct reply r = update("subnet", id, "'allocation_pools': "
                            FROM_TO("10.0.0.9", "10.0.1.9"));
    expect_error(&r, 400, "OutOfBoundsAllocationPool");
    r = update("subnet", id, "'allocation_pools': "
               FROM_TO("10.0.0.1", "10.0.0.9"));
    expect_error(&r, 409, "GatewayConflictWithAllocationPools");
    r = update("subnet", id, "'allocation_pools': ["
               "{'start': '10.0.0.10', 'end': '10.0.0.20'}, "
               "{'start': '10.0.0.15', 'end': '10.0.0.30'}]");
    expect_error(&r, 409, "OverlappingAllocationPools");
    r = show("subnet", id);
    expect_pools(&r, "10.0.0.2-10.0.0.254");
}

Test(pools, shrinking_pools_leaves_addresses_in_use_alone)
{
    struct site site = make_site("10.0.0.0/24");
    const char *port =
        make("port", "'network_id': '%s', 'fixed_ips': "
             "[{'ip_address': '10.0.0.200'}]", site.network_id);
    struct reply r = update("subnet", site.subnet_id, "'allocation_pools': "
                            FROM_TO("10.0.0.10", "10.0.0.20"));
    expect_status(&r, 200);
    r = show("port", port);
    expect_at(&r, "port.fixed_ips.0.ip_address", "10.0.0.200");
    r = create("port", "'network_id': '%s'", site.network_id);
    expect_at(&r, "port.fixed_ips.0.ip_address", "10.0.0.10");
}

Test(pools, addresses_are_given_from_the_new_pools_only)
{
    struct site site = make_site("10.0.0.0/24");
    make_port(site.network_id);
    update("subnet", site.subnet_id, "'allocation_pools': "
           FROM_TO("10.0.0.2", "10.0.0.4"));
    make_port(site.network_id);
    make_port(site.network_id);
    struct reply r = create("port", "'network_id': '%s'", site.network_id);
    expect_error(&r, 409, "IpAddressGenerationFailure");
    update("subnet", site.subnet_id, "'allocation_pools': "
           FROM_TO("10.0.0.2", "10.0.0.5"));
    r = create("port", "'network_id': '%s'", site.network_id);
    expect_at(&r, "port.fixed_ips.0.ip_address", "10.0.0.5");
}

Test(pools, freed_addresses_outside_of_the_pools_are_not_given)
{
    struct site site = make_site("10.0.0.0/29");
    const char *ports[5];
    for (int i = 0; i < 5; i++) {
        ports[i] = make_port(site.network_id);
    }
    for (int i = 0; i < 5; i++) {
        erase("port", ports[i]);
    }
    update("subnet", site.subnet_id, "'allocation_pools': "
           FROM_TO("10.0.0.6", "10.0.0.6"));
    struct reply r = create("port", "'network_id': '%s'", site.network_id);
    expect_at(&r, "port.fixed_ips.0.ip_address", "10.0.0.6");
    r = create("port", "'network_id': '%s'", site.network_id);
    expect_error(&r, 409, "IpAddressGenerationFailure");
}

Test(pools, widening_pools_over_addresses_in_use_does_not_give_them_twice)
{
    struct site site = make_site("10.0.0.0/29");
    update("subnet", site.subnet_id, "'allocation_pools': "
           FROM_TO("10.0.0.2", "10.0.0.2"));
    make("port", "'network_id': '%s', 'fixed_ips': "
         "[{'ip_address': '10.0.0.4'}]", site.network_id);
    update("subnet", site.subnet_id, "'allocation_pools': "
           FROM_TO("10.0.0.2", "10.0.0.5"));
    make_port(site.network_id);
    make_port(site.network_id);
    make_port(site.network_id);
    struct reply r = create("port", "'network_id': '%s'", site.network_id);
    expect_error(&r, 409, "IpAddressGenerationFailure");
    r = list("port", "network_id=%s", site.network_id);
    cr_assert_eq(count_at(&r, "ports"), 4);
}
