/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of ports: the address book first (fixed_ips in all its forms), then
 * MAC addresses, then the other attributes.
 */
#include "support/api.h"

static struct reply
create_in(const char *network_id, const char *attributes)
{
    return create("port", "'network_id': '%s'%s%s", network_id,
                  attributes[0] == '\0' ? "" : ", ", attributes);
}

/* The addresses of a port, in the order of the answer: "10.0.0.2,...". */
static const char *
addresses_of(const struct reply *reply)
{
    return joined_sorted(reply, "port.fixed_ips", "ip_address");
}

#define expect_addresses(reply, expected)                            \
    cr_assert_str_eq(addresses_of(reply), (expected), "%s",          \
                     describe(reply))

/* --- the default */

Test(ports, one_made_of_a_network_alone_has_its_defaults)
{
    struct site site = make_site("10.0.0.0/24");
    struct reply r = create_in(site.network_id, "");
    expect_status(&r, 201);
    expect_at(&r, "port.name", "");
    expect_at(&r, "port.admin_state_up", "true");
    expect_at(&r, "port.status", "DOWN");
    expect_at(&r, "port.device_id", "");
    expect_at(&r, "port.device_owner", "");
    expect_at(&r, "port.network_id", site.network_id);
    expect_at(&r, "port.project_id", session()->project);
    expect_at(&r, "port.allowed_address_pairs", "[]");
    expect_at(&r, "port.extra_dhcp_opts", "[]");
    expect_at(&r, "port.security_groups", "[]");
    expect_at(&r, "port.port_security_enabled", "true");
    expect_at(&r, "port.binding:vnic_type", "normal");
    expect_at(&r, "port.fixed_ips.0.subnet_id", site.subnet_id);
}

Test(ports, addresses_are_given_in_order_from_the_first)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    const char *expected[] = {"10.0.0.2", "10.0.0.3", "10.0.0.4"};
    for (size_t i = 0; i < 3; i++) {
        struct reply r = create_in(network, "");
        expect_addresses(&r, expected[i]);
    }
}

Test(ports, a_network_without_subnets_gives_no_address)
{
    struct reply r = create_in(make_network(), "");
    expect_status(&r, 201);
    expect_at(&r, "port.fixed_ips", "[]");
}

Test(ports, one_address_of_each_version_is_given)
{
    struct site site = make_site("10.0.0.0/24");
    make_subnet(site.network_id, "2001:db8::/64");
    struct reply r = create_in(site.network_id, "");
    expect_addresses(&r, "10.0.0.2,2001:db8::1");
}

Test(ports, one_ipv4_address_is_given_of_several_subnets)
{
    struct site site = make_site("10.0.0.0/24");
    make_subnet(site.network_id, "10.0.1.0/24");
    struct reply r = create_in(site.network_id, "");
    cr_assert_eq(count_at(&r, "port.fixed_ips"), 1, "%s", describe(&r));
}

Test(ports, a_full_subnet_gives_way_to_the_next_one)
{
    struct site site = make_site("10.0.0.0/30");
    make_port(site.network_id);
    struct reply r = create_in(site.network_id, "");
    expect_error(&r, 409, "IpAddressGenerationFailure");
    make_subnet(site.network_id, "10.0.1.0/30");
    r = create_in(site.network_id, "");
    expect_addresses(&r, "10.0.1.2");
}

Test(ports, a_full_subnet_is_full_exactly_after_its_last_address)
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

Test(ports, a_freed_address_is_given_again_when_none_is_new)
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

Test(ports, a_freed_address_is_not_given_before_new_ones)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    erase("port", make_port(network));
    struct reply r = create_in(network, "");
    expect_addresses(&r, "10.0.0.3");
}

Test(ports, a_port_that_misses_one_address_takes_none)
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

/* --- fixed_ips of POST */

Test(ports, an_empty_list_means_no_address)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    struct reply r = create_in(network, "'fixed_ips': []");
    expect_status(&r, 201);
    expect_at(&r, "port.fixed_ips", "[]");
}

Test(ports, null_is_no_list_of_addresses)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    struct reply r = create_in(network, "'fixed_ips': null");
    expect_refused(&r, "fixed_ips");
}

Test(ports, a_subnet_alone_gives_its_next_address)
{
    struct site site = make_site("10.0.0.0/24");
    const char *other = make_subnet(site.network_id, "10.0.1.0/24");
    struct reply r = create_in(
        site.network_id, text("'fixed_ips': [{'subnet_id': '%s'}]", other));
    expect_addresses(&r, "10.0.1.2");
}

Test(ports, a_subnet_named_twice_gives_two_addresses)
{
    struct site site = make_site("10.0.0.0/24");
    struct reply r = create_in(
        site.network_id,
        text("'fixed_ips': [{'subnet_id': '%s'}, {'subnet_id': '%s'}]",
             site.subnet_id, site.subnet_id));
    expect_addresses(&r, "10.0.0.2,10.0.0.3");
}

Test(ports, an_address_alone_finds_its_subnet)
{
    struct site site = make_site("10.0.0.0/24");
    make_subnet(site.network_id, "10.0.1.0/24");
    struct reply r = create_in(site.network_id,
                               "'fixed_ips': [{'ip_address': '10.0.0.9'}]");
    expect_addresses(&r, "10.0.0.9");
    expect_at(&r, "port.fixed_ips.0.subnet_id", site.subnet_id);
}

Test(ports, an_address_with_its_subnet_is_taken)
{
    struct site site = make_site("10.0.0.0/24");
    struct reply r = create_in(
        site.network_id, text("'fixed_ips': [{'subnet_id': '%s', "
                              "'ip_address': '10.0.0.9'}]", site.subnet_id));
    expect_addresses(&r, "10.0.0.9");
}

Test(ports, an_explicit_address_may_lie_outside_of_the_pools)
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

Test(ports, the_gateway_address_may_be_asked_for)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    struct reply r =
        create_in(network, "'fixed_ips': [{'ip_address': '10.0.0.1'}]");
    expect_addresses(&r, "10.0.0.1");
}

Test(ports, automatic_addresses_go_around_explicit_ones)
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

Test(ports, an_explicit_and_an_automatic_address_do_not_meet)
{
    struct site site = make_site("10.0.0.0/24");
    struct reply r = create_in(
        site.network_id,
        text("'fixed_ips': [{'subnet_id': '%s'}, "
             "{'ip_address': '10.0.0.2'}]", site.subnet_id));
    expect_addresses(&r, "10.0.0.2,10.0.0.3");
}

Test(ports, an_address_in_use_is_a_conflict)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    create_in(network, "'fixed_ips': [{'ip_address': '10.0.0.9'}]");
    struct reply r =
        create_in(network, "'fixed_ips': [{'ip_address': '10.0.0.9'}]");
    expect_error(&r, 409, "IpAddressAlreadyAllocated");
    cr_assert(strstr(r.body, "10.0.0.9") != NULL, "%s", describe(&r));
}

Test(ports, an_address_freed_can_be_asked_for)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    erase("port", make_port(network));
    struct reply r =
        create_in(network, "'fixed_ips': [{'ip_address': '10.0.0.2'}]");
    expect_addresses(&r, "10.0.0.2");
}

Test(ports, network_and_broadcast_address_are_not_given)
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

Test(ports, an_address_outside_of_its_subnet_is_refused)
{
    struct site site = make_site("10.0.0.0/24");
    make_subnet(site.network_id, "10.0.1.0/24");
    struct reply r = create_in(
        site.network_id, text("'fixed_ips': [{'subnet_id': '%s', "
                              "'ip_address': '10.0.1.9'}]", site.subnet_id));
    expect_error(&r, 400, "InvalidIpForSubnet");
}

Test(ports, fixed_ips_that_say_nothing_or_nonsense_are_refused)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    const char *bad[] = {"[{}]", "[null]", "[{'ip_address': 'x'}]",
                         "[{'subnet_id': 'x'}]",
                         "[{'ip_address': ['10.0.0.9']}]",
                         "[{'ip_address': '10.0.0.9'}, "
                         "{'ip_address': '10.0.0.9'}]"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct reply r = create_in(network, text("'fixed_ips': %s", bad[i]));
        expect_status(&r, 400);
    }
}

Test(ports, a_subnet_that_does_not_exist_is_not_found)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    struct reply r = create_in(
        network, "'fixed_ips': [{'subnet_id': '" NOBODY "'}]");
    expect_error(&r, 404, "SubnetNotFound");
}

Test(ports, a_subnet_of_another_network_is_refused)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    const char *other = make_site("10.0.1.0/24").subnet_id;
    struct reply r = create_in(
        network, text("'fixed_ips': [{'subnet_id': '%s'}]", other));
    expect_status(&r, 400);
}

Test(ports, a_network_that_does_not_exist_is_not_found)
{
    struct reply r = create_in(NOBODY, "");
    expect_error(&r, 404, "NetworkNotFound");
}

/* --- fixed_ips of PUT */

Test(ports, addresses_are_replaced_as_a_whole)
{
    struct site site = make_site("10.0.0.0/24");
    const char *id = make_port(site.network_id);
    struct reply r =
        update("port", id, "'fixed_ips': [{'ip_address': '10.0.0.9'}]");
    expect_status(&r, 200);
    expect_addresses(&r, "10.0.0.9");
    r = update("port", id, "'fixed_ips': [{'ip_address': '10.0.0.9'}, "
               "{'ip_address': '10.0.0.20'}]");
    expect_addresses(&r, "10.0.0.20,10.0.0.9");
    r = update("port", id, "'fixed_ips': []");
    expect_addresses(&r, "");
    r = show("port", id);
    expect_addresses(&r, "");
}

Test(ports, an_address_given_up_can_be_taken_by_another)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    const char *id = make_port(network);
    update("port", id, "'fixed_ips': [{'ip_address': '10.0.0.9'}]");
    struct reply r =
        create_in(network, "'fixed_ips': [{'ip_address': '10.0.0.2'}]");
    expect_addresses(&r, "10.0.0.2");
}

Test(ports, an_address_that_is_kept_stays_when_others_change)
{
    struct site site = make_site("10.0.0.0/24");
    const char *id = make_port(site.network_id);
    struct reply r = update("port", id,
                            "'fixed_ips': [{'ip_address': '10.0.0.2'}, "
                            "{'subnet_id': '%s'}]", site.subnet_id);
    expect_addresses(&r, "10.0.0.2,10.0.0.3");
    r = update("port", id, "'fixed_ips': [{'subnet_id': '%s', "
               "'ip_address': '10.0.0.2'}]", site.subnet_id);
    expect_addresses(&r, "10.0.0.2");
}

Test(ports, a_subnet_alone_keeps_the_address_the_port_has_there)
{
    struct site site = make_site("10.0.0.0/24");
    const char *id = make_port(site.network_id);
    struct reply r = update("port", id, "'fixed_ips': [{'subnet_id': '%s'}]",
                            site.subnet_id);
    expect_addresses(&r, "10.0.0.2");
}

Test(ports, addresses_of_others_cannot_be_taken_by_put)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    const char *id = make_port(network);
    make_port(network);
    struct reply r =
        update("port", id, "'fixed_ips': [{'ip_address': '10.0.0.3'}]");
    expect_error(&r, 409, "IpAddressAlreadyAllocated");
    r = show("port", id);
    expect_addresses(&r, "10.0.0.2");
}

Test(ports, a_put_of_addresses_that_fails_changes_nothing)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    const char *id = make_port(network);
    struct reply before = show("port", id);
    struct reply r = update("port", id, "'name': 'x', 'fixed_ips': "
                            "[{'ip_address': '10.9.9.9'}]");
    expect_error(&r, 400, "InvalidIpForNetwork");
    r = show("port", id);
    cr_assert(json_equal(r.json, before.json), "%s", describe(&r));
}

Test(ports, a_put_without_addresses_keeps_them)
{
    const char *id = make_port(make_site("10.0.0.0/24").network_id);
    struct reply r = update("port", id, "'name': 'x'");
    expect_addresses(&r, "10.0.0.2");
}

Test(ports, addresses_of_a_deleted_port_are_free)
{
    const char *network = make_site("10.0.0.0/30").network_id;
    for (int i = 0; i < 3; i++) {
        struct reply r = erase("port", make_port(network));
        expect_status(&r, 204);
    }
}

/* --- IPv6 */

static struct site
make_slaac_site(void)
{
    const char *network = make_network();
    return (struct site){
        network, make("subnet", "'network_id': '%s', 'ip_version': 6, "
                      "'cidr': '2001:db8::/64', 'ipv6_ra_mode': 'slaac', "
                      "'ipv6_address_mode': 'slaac'", network)};
}

Test(ports, a_slaac_subnet_gives_the_address_of_the_mac)
{
    struct site site = make_slaac_site();
    struct reply r = create_in(site.network_id,
                               "'mac_address': 'fa:16:3e:11:22:33'");
    expect_addresses(&r, "2001:db8::f816:3eff:fe11:2233");
}

Test(ports, a_slaac_address_comes_with_an_ipv4_one)
{
    struct site site = make_slaac_site();
    make_subnet(site.network_id, "10.0.0.0/24");
    struct reply r = create_in(site.network_id,
                               "'mac_address': 'fa:16:3e:11:22:33'");
    expect_addresses(&r, "10.0.0.2,2001:db8::f816:3eff:fe11:2233");
}

Test(ports, a_slaac_address_cannot_be_chosen)
{
    struct site site = make_slaac_site();
    struct reply r = create_in(
        site.network_id, "'fixed_ips': [{'ip_address': '2001:db8::5'}]");
    expect_status(&r, 400);
    r = create_in(site.network_id,
                  text("'mac_address': 'fa:16:3e:11:22:33', 'fixed_ips': "
                       "[{'subnet_id': '%s'}]", site.subnet_id));
    expect_addresses(&r, "2001:db8::f816:3eff:fe11:2233");
}

Test(ports, a_router_chooses_its_address_in_a_slaac_subnet)
{
    struct site site = make_slaac_site();
    struct reply r = create_in(
        site.network_id, "'device_owner': 'network:router_interface', "
                         "'fixed_ips': [{'ip_address': '2001:db8::7'}]");
    expect_addresses(&r, "2001:db8::7");
}

Test(ports, a_slaac_address_follows_the_mac)
{
    struct site site = make_slaac_site();
    struct reply r = create_in(site.network_id,
                               "'mac_address': 'fa:16:3e:11:22:33'");
    r = update("port", text_at(&r, "port.id"),
               "'mac_address': 'fa:16:3e:11:22:99'");
    expect_addresses(&r, "2001:db8::f816:3eff:fe11:2299");
}

Test(ports, a_new_slaac_subnet_reaches_the_ports_that_exist)
{
    struct site site = make_site("10.0.0.0/24");
    struct reply r = create_in(site.network_id,
                               "'mac_address': 'fa:16:3e:11:22:33'");
    make("subnet", "'network_id': '%s', 'ip_version': 6, "
         "'cidr': '2001:db8::/64', 'ipv6_ra_mode': 'slaac', "
         "'ipv6_address_mode': 'slaac'", site.network_id);
    r = show("port", text_at(&r, "port.id"));
    expect_addresses(&r, "10.0.0.2,2001:db8::f816:3eff:fe11:2233");
}

Test(ports, an_ipv6_address_is_taken_in_any_form_and_shown_in_one)
{
    struct site site = make_site("2001:db8::/64");
    struct reply r = create_in(
        site.network_id,
        "'fixed_ips': [{'ip_address': '2001:0DB8:0:0::00FF'}]");
    expect_addresses(&r, "2001:db8::ff");
    r = create_in(site.network_id,
                  "'fixed_ips': [{'ip_address': '2001:db8::ff'}]");
    expect_error(&r, 409, "IpAddressAlreadyAllocated");
}

Test(ports, the_last_address_of_an_ipv6_subnet_is_an_address)
{
    struct site site = make_site("2001:db8::/64");
    struct reply r = create_in(
        site.network_id,
        "'fixed_ips': [{'ip_address': '2001:db8::ffff:ffff:ffff:ffff'}]");
    expect_addresses(&r, "2001:db8::ffff:ffff:ffff:ffff");
}

/* --- MAC addresses */

Test(ports, a_mac_is_made_from_the_base_when_none_is_given)
{
    const char *network = make_network();
    const char *given[] = {"", "'mac_address': null"};
    for (size_t i = 0; i < 2; i++) {
        struct reply r = create_in(network, given[i]);
        const char *mac = text_at(&r, "port.mac_address");
        cr_assert(strncmp(mac, "fa:16:3e:", 9) == 0 && strlen(mac) == 17,
                  "%s", mac);
    }
}

Test(ports, a_mac_is_taken_in_any_form_and_shown_in_one)
{
    const char *forms[] = {"FA-16-3E-AA-BB-CC", "fa:16:3e:aa:bb:cc",
                           "FA:16:3E:AA:BB:CC"};
    for (size_t i = 0; i < 3; i++) {
        struct reply r = create_in(
            make_network(), text("'mac_address': '%s'", forms[i]));
        expect_at(&r, "port.mac_address", "fa:16:3e:aa:bb:cc");
    }
}

Test(ports, things_that_are_no_mac_are_refused)
{
    const char *network = make_network();
    const char *bad[] = {"", "x", "fa:16:3e:aa:bb", "fa:16:3e:aa:bb:cc:dd",
                         "fa:16:3e:aa:bb:cg", "00:00:00:00:00:00"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct reply r =
            create_in(network, text("'mac_address': '%s'", bad[i]));
        expect_refused(&r, "mac_address");
    }
}

Test(ports, a_mac_in_use_in_the_network_is_a_conflict)
{
    const char *network = make_network();
    const char *mac = "'mac_address': 'fa:16:3e:aa:bb:cc'";
    struct reply r = create_in(network, mac);
    expect_status(&r, 201);
    r = create_in(network, mac);
    expect_error(&r, 409, "MacAddressInUse");
    r = create_in(make_network(), mac);
    expect_status(&r, 201);
}

Test(ports, a_mac_in_use_cannot_be_taken_by_put)
{
    const char *network = make_network();
    create_in(network, "'mac_address': 'fa:16:3e:aa:bb:cc'");
    const char *id = make_port(network);
    struct reply r =
        update("port", id, "'mac_address': 'fa:16:3e:aa:bb:cc'");
    expect_error(&r, 409, "MacAddressInUse");
}

Test(ports, null_makes_a_new_mac)
{
    struct reply r =
        create_in(make_network(), "'mac_address': '02:00:00:00:00:01'");
    r = update("port", text_at(&r, "port.id"), "'mac_address': null");
    expect_status(&r, 200);
    cr_assert(strncmp(text_at(&r, "port.mac_address"), "fa:16:3e", 8) == 0);
}

/* --- the other attributes */

Test(ports, a_device_is_set_and_cleared)
{
    const char *id = make_port(make_network());
    struct reply r =
        update("port", id, "'device_id': 'd', 'device_owner': 'compute:a'");
    expect_at(&r, "port.device_id", "d");
    expect_at(&r, "port.device_owner", "compute:a");
    r = update("port", id, "'device_id': '', 'device_owner': ''");
    expect_at(&r, "port.device_id", "");
    r = update("port", id, "'device_id': null");
    expect_refused(&r, "device_id");
}

Test(ports, address_pairs_show_the_mac_of_the_port_unless_given)
{
    struct reply r = create_in(
        make_network(), "'mac_address': 'fa:16:3e:aa:bb:cc', "
        "'allowed_address_pairs': [{'ip_address': '10.2.0.0/16'}, "
        "{'ip_address': '10.3.0.1', 'mac_address': '02:00:00:00:00:01'}]");
    expect_status(&r, 201);
    cr_assert_eq(count_at(&r, "port.allowed_address_pairs"), 2);
    cr_assert_str_eq(joined_sorted(&r, "port.allowed_address_pairs",
                                   "ip_address"),
                     "10.2.0.0/16,10.3.0.1");
    cr_assert_str_eq(joined_sorted(&r, "port.allowed_address_pairs",
                                   "mac_address"),
                     "02:00:00:00:00:01,fa:16:3e:aa:bb:cc");
}

Test(ports, address_pairs_are_cleared_by_an_empty_list_and_by_null)
{
    const char *empty[] = {"[]", "null"};
    for (size_t i = 0; i < 2; i++) {
        const char *id =
            make("port", "'network_id': '%s', 'allowed_address_pairs': "
                 "[{'ip_address': '10.2.0.0/16'}]", make_network());
        struct reply r =
            update("port", id, "'allowed_address_pairs': %s", empty[i]);
        expect_at(&r, "port.allowed_address_pairs", "[]");
    }
}

Test(ports, an_address_pair_given_twice_or_without_address_is_refused)
{
    const char *id = make_port(make_network());
    const char *bad[] = {
        "[{'ip_address': '10.2.0.1'}, {'ip_address': '10.2.0.1'}]",
        "[{'mac_address': '02:00:00:00:00:01'}]", "[{'ip_address': 'x'}]",
        "[{'ip_address': '10.2.0.1', 'mac_address': 'x'}]"};
    for (size_t i = 0; i < 4; i++) {
        struct reply r =
            update("port", id, "'allowed_address_pairs': %s", bad[i]);
        expect_status(&r, 400);
    }
}

Test(ports, address_pairs_need_port_security)
{
    const char *network = make_network();
    struct reply r = create_in(network, "'port_security_enabled': false, "
                               "'allowed_address_pairs': "
                               "[{'ip_address': '10.2.0.1'}]");
    expect_status(&r, 409);
    r = create_in(network, "'allowed_address_pairs': "
                           "[{'ip_address': '10.2.0.1'}]");
    r = update("port", text_at(&r, "port.id"),
               "'port_security_enabled': false");
    expect_status(&r, 409);
}

Test(ports, port_security_is_inherited_from_the_network)
{
    const char *network = make("network", "'port_security_enabled': false");
    struct reply r = create_in(network, "");
    expect_at(&r, "port.port_security_enabled", "false");
    r = create_in(network, "'port_security_enabled': true");
    expect_at(&r, "port.port_security_enabled", "true");
}

Test(ports, dhcp_options_are_merged_by_name_and_version)
{
    const char *id = make_port(make_network());
    struct reply r = update("port", id, "'extra_dhcp_opts': "
                            "[{'opt_name': 'a', 'opt_value': '1'}]");
    expect_at(&r, "port.extra_dhcp_opts.0.ip_version", "4");
    r = update("port", id, "'extra_dhcp_opts': "
               "[{'opt_name': 'b', 'opt_value': '2', 'ip_version': 6}]");
    cr_assert_str_eq(
        joined_sorted(&r, "port.extra_dhcp_opts", "opt_name"), "a,b");
    r = update("port", id, "'extra_dhcp_opts': "
               "[{'opt_name': 'a', 'opt_value': null}]");
    cr_assert_str_eq(
        joined_sorted(&r, "port.extra_dhcp_opts", "opt_name"), "b");
    r = update("port", id, "'extra_dhcp_opts': []");
    cr_assert_eq(count_at(&r, "port.extra_dhcp_opts"), 1);
}

Test(ports, dns_name_is_a_label)
{
    const char *id = make_port(make_site("10.0.0.0/24").network_id);
    struct reply r = update("port", id, "'dns_name': 'Host-1'");
    expect_at(&r, "port.dns_name", "host-1");
    r = update("port", id, "'dns_name': 'bad name'");
    expect_refused(&r, "dns_name");
    r = update("port", id, "'dns_name': ''");
    expect_at(&r, "port.dns_name", "");
}

Test(ports, dns_assignment_names_every_address)
{
    struct reply r = create_in(make_site("10.0.0.0/24").network_id,
                               "'dns_name': 'host'");
    cr_assert_eq(count_at(&r, "port.dns_assignment"), 1, "%s", describe(&r));
    expect_at(&r, "port.dns_assignment.0.ip_address", "10.0.0.2");
    expect_at(&r, "port.dns_assignment.0.hostname", "host");
    expect_at(&r, "port.dns_assignment.0.fqdn", "host.openstacklocal.");
}

Test(ports, binding_is_of_the_known_kinds)
{
    const char *network = make_network();
    struct reply r = create_in(network, "'binding:vnic_type': 'direct'");
    expect_at(&r, "port.binding:vnic_type", "direct");
    r = create_in(network, "'binding:vnic_type': 'x'");
    expect_refused(&r, "binding:vnic_type");
    r = create_in(network, "'binding:host_id': 'h', "
                           "'binding:profile': {'a': {'b': [1]}}");
    expect_at(&r, "port.binding:host_id", "h");
    expect_at(&r, "port.binding:profile", "{\"a\":{\"b\":[1]}}");
    r = update("port", text_at(&r, "port.id"),
               "'binding:host_id': null, 'binding:profile': null");
    expect_at(&r, "port.binding:host_id", "");
    expect_at(&r, "port.binding:profile", "{}");
}

Test(ports, tags_may_be_given_when_a_port_is_made)
{
    struct reply r = create_in(make_network(), "'tags': ['b', 'a']");
    expect_status(&r, 201);
    expect_at(&r, "port.tags", "[\"a\",\"b\"]");
}

Test(ports, a_port_can_be_in_another_project_than_its_network)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    struct reply r = create_in(network, "'tenant_id': 'elsewhere'");
    expect_at(&r, "port.project_id", "elsewhere");
}

/* --- cool-down */

Test(ports, a_cooling_address_is_given_last_but_is_given)
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

Test(ports, the_random_policy_gives_every_address_once)
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
