/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which addresses a new port gets: fixed_ips of POST in all its forms.
 */
#include "support/api.h"
#include "support/things.h"

/* --- without a wish */

Test(addresses, addresses_are_given_in_order_from_the_first)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    const char *expected[] = {"10.0.0.2", "10.0.0.3", "10.0.0.4"};
    for (size_t i = 0; i < 3; i++) {
        struct reply r = create_in(network, "");
        expect_addresses(&r, expected[i]);
    }
}

Test(addresses, a_network_without_subnets_gives_no_address)
{
    struct reply r = create_in(make_network(), "");
    expect_status(&r, 201);
    expect_at(&r, "port.fixed_ips", "[]");
}

Test(addresses, one_address_of_each_version_is_given)
{
    struct site site = make_site("10.0.0.0/24");
    make_subnet(site.network_id, "2001:db8::/64");
    struct reply r = create_in(site.network_id, "");
    expect_addresses(&r, "10.0.0.2,2001:db8::1");
}

Test(addresses, one_ipv4_address_is_given_of_several_subnets)
{
    struct site site = make_site("10.0.0.0/24");
    make_subnet(site.network_id, "10.0.1.0/24");
    struct reply r = create_in(site.network_id, "");
    cr_assert_eq(count_at(&r, "port.fixed_ips"), 1, "%s", describe(&r));
}

Test(addresses, a_full_subnet_gives_way_to_the_next_one)
{
    struct site site = make_site("10.0.0.0/30");
    make_port(site.network_id);
    struct reply r = create_in(site.network_id, "");
    expect_error(&r, 409, "IpAddressGenerationFailure");
    make_subnet(site.network_id, "10.0.1.0/30");
    r = create_in(site.network_id, "");
    expect_addresses(&r, "10.0.1.2");
}

Test(addresses, a_full_subnet_is_full_exactly_after_its_last_address)
{
    const char *network = make_site("10.0.0.0/28").network_id;
    for (int i = 0; i < 13; i++) {
        make_port(network);
    }
    struct reply r = create_in(network, "");
    expect_error(&r, 409, "IpAddressGenerationFailure");
    r = list("port", "network_id=%s", network);
    cr_assert_eq(count_at(&r, "ports"), 13);
}

Test(addresses, a_freed_address_is_given_again_when_none_is_new)
{
    const char *network = make_site("10.0.0.0/29").network_id;
    const char *second = NULL;
    for (int i = 0; i < 5; i++) {
        const char *port = make_port(network);
        second = i == 1 ? port : second;
    }
    erase("port", second);
    struct reply r = create_in(network, "");
    expect_addresses(&r, "10.0.0.3");
}

Test(addresses, a_freed_address_is_not_given_before_new_ones)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    erase("port", make_port(network));
    struct reply r = create_in(network, "");
    expect_addresses(&r, "10.0.0.3");
}

Test(addresses, a_port_that_misses_one_address_takes_none)
{
    struct site site = make_site("10.0.0.0/29");
    struct reply r = create_in(
        site.network_id,
        text("'fixed_ips': [{'subnet_id': '%s'}, {'subnet_id': '%s'}, "
             "{'ip_address': '10.9.9.9'}]", site.subnet_id, site.subnet_id));
    expect_status(&r, 400);
    for (int i = 0; i < 5; i++) {
        make_port(site.network_id);
    }
    r = create_in(site.network_id, "");
    expect_status(&r, 409);
}

/* --- with one */

Test(addresses, an_empty_list_means_no_address)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    struct reply r = create_in(network, "'fixed_ips': []");
    expect_status(&r, 201);
    expect_at(&r, "port.fixed_ips", "[]");
}

Test(addresses, null_is_no_list_of_addresses)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    struct reply r = create_in(network, "'fixed_ips': null");
    expect_refused(&r, "fixed_ips");
}

Test(addresses, a_subnet_alone_gives_its_next_address)
{
    struct site site = make_site("10.0.0.0/24");
    const char *other = make_subnet(site.network_id, "10.0.1.0/24");
    struct reply r = create_in(
        site.network_id, text("'fixed_ips': [{'subnet_id': '%s'}]", other));
    expect_addresses(&r, "10.0.1.2");
}

Test(addresses, a_subnet_named_twice_gives_two_addresses)
{
    struct site site = make_site("10.0.0.0/24");
    struct reply r = create_in(
        site.network_id,
        text("'fixed_ips': [{'subnet_id': '%s'}, {'subnet_id': '%s'}]",
             site.subnet_id, site.subnet_id));
    expect_addresses(&r, "10.0.0.2,10.0.0.3");
}

Test(addresses, an_address_alone_finds_its_subnet)
{
    struct site site = make_site("10.0.0.0/24");
    make_subnet(site.network_id, "10.0.1.0/24");
    struct reply r = create_in(site.network_id,
                               "'fixed_ips': [{'ip_address': '10.0.0.9'}]");
    expect_addresses(&r, "10.0.0.9");
    expect_at(&r, "port.fixed_ips.0.subnet_id", site.subnet_id);
}

Test(addresses, an_address_with_its_subnet_is_taken)
{
    struct site site = make_site("10.0.0.0/24");
    struct reply r = create_in(
        site.network_id, text("'fixed_ips': [{'subnet_id': '%s', "
                              "'ip_address': '10.0.0.9'}]", site.subnet_id));
    expect_addresses(&r, "10.0.0.9");
}

Test(addresses, an_explicit_address_may_lie_outside_of_the_pools)
{
    struct reply r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
                            "'cidr': '10.0.0.0/24', 'allocation_pools': "
                            "[{'start': '10.0.0.10', 'end': '10.0.0.11'}]",
                            make_network());
    const char *network = text_at(&r, "subnet.network_id");
    r = create_in(network, "'fixed_ips': [{'ip_address': '10.0.0.200'}]");
    expect_addresses(&r, "10.0.0.200");
    r = create_in(network, "");
    expect_addresses(&r, "10.0.0.10");
}

Test(addresses, the_gateway_address_may_be_asked_for)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    struct reply r =
        create_in(network, "'fixed_ips': [{'ip_address': '10.0.0.1'}]");
    expect_addresses(&r, "10.0.0.1");
}

Test(addresses, automatic_addresses_go_around_explicit_ones)
{
    const char *network = make_site("10.0.0.0/29").network_id;
    create_in(network, "'fixed_ips': [{'ip_address': '10.0.0.3'}]");
    create_in(network, "'fixed_ips': [{'ip_address': '10.0.0.6'}]");
    const char *expected[] = {"10.0.0.2", "10.0.0.4", "10.0.0.5"};
    for (size_t i = 0; i < 3; i++) {
        struct reply r = create_in(network, "");
        expect_addresses(&r, expected[i]);
    }
    struct reply r = create_in(network, "");
    expect_error(&r, 409, "IpAddressGenerationFailure");
}

Test(addresses, an_explicit_and_an_automatic_address_do_not_meet)
{
    struct site site = make_site("10.0.0.0/24");
    struct reply r = create_in(
        site.network_id,
        text("'fixed_ips': [{'subnet_id': '%s'}, "
             "{'ip_address': '10.0.0.2'}]", site.subnet_id));
    expect_addresses(&r, "10.0.0.2,10.0.0.3");
}

Test(addresses, an_address_in_use_is_a_conflict)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    create_in(network, "'fixed_ips': [{'ip_address': '10.0.0.9'}]");
    struct reply r =
        create_in(network, "'fixed_ips': [{'ip_address': '10.0.0.9'}]");
    expect_error(&r, 409, "IpAddressAlreadyAllocated");
    cr_assert(strstr(r.body, "10.0.0.9") != NULL, "%s", describe(&r));
}

Test(addresses, an_address_freed_can_be_asked_for)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    erase("port", make_port(network));
    struct reply r =
        create_in(network, "'fixed_ips': [{'ip_address': '10.0.0.2'}]");
    expect_addresses(&r, "10.0.0.2");
}

Test(addresses, network_and_broadcast_address_are_not_given)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    const char *bad[] = {"10.0.0.0", "10.0.0.255", "10.0.1.1",
                         "2001:db8::1"};
    for (size_t i = 0; i < 4; i++) {
        struct reply r = create_in(
            network, text("'fixed_ips': [{'ip_address': '%s'}]", bad[i]));
        expect_error(&r, 400, "InvalidIpForNetwork");
    }
}

Test(addresses, an_address_outside_of_its_subnet_is_refused)
{
    struct site site = make_site("10.0.0.0/24");
    make_subnet(site.network_id, "10.0.1.0/24");
    struct reply r = create_in(
        site.network_id, text("'fixed_ips': [{'subnet_id': '%s', "
                              "'ip_address': '10.0.1.9'}]", site.subnet_id));
    expect_error(&r, 400, "InvalidIpForSubnet");
}

Test(addresses, fixed_ips_that_say_nothing_or_nonsense_are_refused)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    const char *bad[] = {"[{}]", "[null]", "[{'ip_address': 'x'}]",
                         "[{'subnet_id': 'x'}]",
                         "[{'ip_address': ['10.0.0.9']}]",
                         ("[{'ip_address': '10.0.0.9'}, "
                          "{'ip_address': '10.0.0.9'}]")};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct reply r = create_in(network, text("'fixed_ips': %s", bad[i]));
        expect_status(&r, 400);
    }
}

Test(addresses, a_subnet_that_does_not_exist_is_not_found)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    struct reply r = create_in(
        network, "'fixed_ips': [{'subnet_id': '" NOBODY "'}]");
    expect_error(&r, 404, "SubnetNotFound");
}

Test(addresses, a_subnet_of_another_network_is_refused)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    const char *other = make_site("10.0.1.0/24").subnet_id;
    struct reply r = create_in(
        network, text("'fixed_ips': [{'subnet_id': '%s'}]", other));
    expect_status(&r, 400);
}

Test(addresses, a_network_that_does_not_exist_is_not_found)
{
    struct reply r = create_in(NOBODY, "");
    expect_error(&r, 404, "NetworkNotFound");
}

/* --- cool-down */

Test(addresses, a_cooling_address_is_given_last_but_is_given)
{
    struct reply r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
                            "'cidr': '10.0.0.0/29', 'ip_cooldown': 3600",
                            make_network());
    const char *network = text_at(&r, "subnet.network_id");
    const char *ports[5];
    for (int i = 0; i < 4; i++) {
        ports[i] = make_port(network);
    }
    erase("port", ports[2]);
    erase("port", ports[0]);
    r = create_in(network, "");
    expect_addresses(&r, "10.0.0.6");
    r = create_in(network, "");
    expect_addresses(&r, "10.0.0.4");
    r = create_in(network, "");
    expect_addresses(&r, "10.0.0.2");
    r = create_in(network, "");
    expect_error(&r, 409, "IpAddressGenerationFailure");
}

Test(addresses, the_random_policy_gives_every_address_once)
{
    struct reply r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
                            "'cidr': '10.0.0.0/28', "
                            "'ip_allocation_policy': 'random'",
                            make_network());
    const char *network = text_at(&r, "subnet.network_id");
    for (int i = 0; i < 13; i++) {
        make_port(network);
    }
    r = create_in(network, "");
    expect_error(&r, 409, "IpAddressGenerationFailure");
}
