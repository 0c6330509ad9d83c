/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of ports: defaults, MAC addresses and everything but their IP
 * addresses, which have files of their own.
 */
#include "support/api.h"
#include "support/things.h"

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
