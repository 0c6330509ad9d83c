/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shadow ports: a network with enable_shadow_port holds one per subnet, which
 * is the server's and costs its project nothing.
 */
#include "support/server.h"
#include "support/things.h"

#define V6 "'ip_version': 6, 'cidr': '2001:db8::/64'"
#define SLAAC V6 ", 'ipv6_ra_mode': 'slaac', 'ipv6_address_mode': 'slaac'"

static int
compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* What the shadow ports of a network hold, one address each, sorted:
 * "10.0.0.2,10.1.0.2". */
static const char *
held_by(const char *network_id)
{
    struct reply r = shadow_ports_of(network_id);
    const char *ips[8], *all = "";
    size_t n = count_at(&r, "ports");
    for (size_t i = 0; i < n; i++) {
        const char *path = text("ports.%zu.fixed_ips", i);
        cr_assert_eq(count_at(&r, path), 1, "%s", describe(&r));
        ips[i] = text_at(&r, text("%s.0.ip_address", path));
    }
    qsort(ips, n, sizeof(ips[0]), compare_texts);
    for (size_t i = 0; i < n; i++) {
        all = text("%s%s%s", all, i == 0 ? "" : ",", ips[i]);
    }
    return all;
}

#define expect_held(network_id, expected) \
    cr_assert_str_eq(held_by(network_id), (expected))

static struct reply
switch_to(const char *network_id, const char *on)
{
    return update("network", network_id, "'enable_shadow_port': %s", on);
}

/* --- switched on and off */

Test(shadow_ports, a_network_has_none_unless_it_asks)
{
    struct site site = make_site("10.0.0.0/24");
    entitle(true);
    expect_held(site.network_id, "");
    struct reply r = show("network", site.network_id);
    expect_at(&r, "network.enable_shadow_port", "false");
}

Test(shadow_ports, switching_on_gives_one_to_every_subnet)
{
    struct site site = make_site("10.0.0.0/24");
    make_subnet(site.network_id, "10.1.0.0/24");
    entitle(true);
    struct reply r = switch_to(site.network_id, "true");
    expect_status(&r, 200);
    expect_at(&r, "network.enable_shadow_port", "true");
    expect_held(site.network_id, "10.0.0.2,10.1.0.2");
    expect_invariants();
}

Test(shadow_ports, a_new_subnet_of_such_a_network_gets_one)
{
    const char *network = make_shadow_network();
    expect_held(network, "");
    make_subnet(network, "10.0.0.0/24");
    make("subnet", "'network_id': '%s', " V6, network);
    expect_held(network, "10.0.0.2,2001:db8::1");
    expect_invariants();
}

Test(shadow_ports, subnets_of_one_bulk_get_one_each)
{
    const char *network = make_shadow_network();
    struct reply r = api_body(
        POST, "/v2.0/subnets",
        "{'subnets': [{'network_id': '%s', 'ip_version': 4, "
        "'cidr': '10.0.0.0/24'}, {'network_id': '%s', 'ip_version': 4, "
        "'cidr': '10.1.0.0/24'}]}", network, network);
    expect_status(&r, 201);
    expect_held(network, "10.0.0.2,10.1.0.2");
}

Test(shadow_ports, a_slaac_subnet_gets_one_with_an_address_of_its_mac)
{
    const char *network = make_shadow_network();
    make_subnet(network, "10.0.0.0/24");
    make("subnet", "'network_id': '%s', " SLAAC, network);
    struct reply r = shadow_ports_of(network);
    cr_assert_eq(count_at(&r, "ports"), 2, "%s", describe(&r));
    /* One address each: a shadow port takes no other's SLAAC addresses. */
    cr_assert_eq(count_at(&r, "ports.0.fixed_ips"), 1, "%s", describe(&r));
    cr_assert_eq(count_at(&r, "ports.1.fixed_ips"), 1, "%s", describe(&r));
    cr_assert_not_null(strstr(text_at(&r, "ports.1.fixed_ips.0.ip_address"),
                              "ff:fe"));
    expect_invariants();
}

Test(shadow_ports, a_subnet_for_some_device_owners_gets_one_too)
{
    const char *network = make_shadow_network();
    make("subnet", "'network_id': '%s', 'ip_version': 4, "
         "'cidr': '10.0.0.0/24', 'service_types': ['compute:nova']", network);
    expect_held(network, "10.0.0.2");
}

Test(shadow_ports, they_are_seen_by_the_project_as_active_ports_of_its_own)
{
    const char *network = make_shadow_network();
    const char *subnet = make_subnet(network, "10.0.0.0/24");
    as_roles("member");
    struct reply r = shadow_ports_of(network);
    expect_at(&r, "ports.0.status", "ACTIVE");
    expect_at(&r, "ports.0.name", "shadow-port");
    expect_at(&r, "ports.0.device_owner", "network:shadow_port");
    expect_at(&r, "ports.0.device_id", text("shadow-%s", subnet));
    expect_at(&r, "ports.0.project_id", session()->project);
    expect_at(&r, "ports.0.port_security_enabled", "false");
}

Test(shadow_ports, those_of_a_subnet_made_by_an_admin_are_the_networks)
{
    const char *network = make_shadow_network();
    const char *owner = session()->project;
    as(unique("operator-"), "admin");
    make_subnet(network, "10.0.0.0/24");
    as(owner, "member");
    struct reply r = shadow_ports_of(network);
    expect_at(&r, "ports.0.project_id", owner);
    expect_held(network, "10.0.0.2");
}

Test(shadow_ports, switching_on_again_changes_none)
{
    const char *network = make_shadow_network();
    make_subnet(network, "10.0.0.0/24");
    struct reply before = shadow_ports_of(network);
    struct reply r = switch_to(network, "true");
    expect_status(&r, 200);
    struct reply after = shadow_ports_of(network);
    expect_at(&after, "ports.0.id", text_at(&before, "ports.0.id"));
    cr_assert_eq(count_at(&after, "ports"), 1);
}

Test(shadow_ports, switching_off_removes_them_and_frees_their_addresses)
{
    const char *network = make_shadow_network();
    make_subnet(network, "10.0.0.0/24");
    make("subnet", "'network_id': '%s', " SLAAC, network);
    const char *mine = make_port(network);
    struct reply r = switch_to(network, "false");
    expect_status(&r, 200);
    expect_at(&r, "network.enable_shadow_port", "false");
    expect_held(network, "");
    r = show("port", mine);
    expect_status(&r, 200);
    r = create("port", "'network_id': '%s', 'fixed_ips': "
               "[{'ip_address': '10.0.0.2'}]", network);
    expect_status(&r, 201);
    expect_invariants();
}

Test(shadow_ports, null_and_nonsense_are_refused)
{
    const char *network = make_shadow_network();
    struct reply r = switch_to(network, "null");
    expect_refused(&r, "enable_shadow_port");
    r = switch_to(network, "'maybe'");
    expect_refused(&r, "enable_shadow_port");
    r = switch_to(network, "'false'");
    expect_at(&r, "network.enable_shadow_port", "false");
}

Test(shadow_ports, networks_are_found_by_whether_they_have_them)
{
    const char *network = make_shadow_network();
    make_network();
    as_roles("member");
    struct reply r = list("network", "enable_shadow_port=true");
    cr_assert_eq(count_at(&r, "networks"), 1, "%s", describe(&r));
    expect_at(&r, "networks.0.id", network);
}

/* --- together with DHCP ports */

Test(shadow_ports, a_subnet_has_dhcp_ports_and_a_shadow_port)
{
    struct server server = server_serve("--dhcp-ports", "2");
    on_server(server.url);
    const char *network = make_shadow_network();
    const char *subnet = make_subnet(network, "10.0.0.0/24");
    expect_held(network, "10.0.0.4");
    expect_used("port", 2);
    struct reply r = update("subnet", subnet, "'enable_dhcp': false");
    expect_status(&r, 200);
    expect_held(network, "10.0.0.4");
    expect_used("port", 0);
    r = erase("network", network);
    expect_status(&r, 204);
    server_end(&server);
    expect_invariants();
}

/* The ports of the server serve every subnet, whatever its service_types. */
Test(shadow_ports, dhcp_ports_too_are_in_subnets_for_some_device_owners)
{
    struct server server = server_serve("--dhcp-ports", "1");
    on_server(server.url);
    const char *network = make_shadow_network();
    make("subnet", "'network_id': '%s', 'ip_version': 4, "
         "'cidr': '10.0.0.0/24', 'service_types': ['compute:nova']", network);
    expect_held(network, "10.0.0.3");
    expect_used("port", 1);
    struct reply r = create("port", "'network_id': '%s', "
                            "'device_owner': 'baremetal:x'", network);
    expect_error(&r, 409, "IpAddressGenerationFailureNoMatchingSubnet");
    server_end(&server);
}

/* --- a full subnet */

Test(shadow_ports, a_full_subnet_refuses_the_switch_as_a_whole)
{
    const char *network = make_network();
    make_subnet(network, "10.0.0.0/24");
    const char *full =
        make("subnet", "'network_id': '%s', 'ip_version': 4, 'name': 'full', "
             "'cidr': '10.1.0.0/24', 'allocation_pools': "
             FROM_TO("10.1.0.7", "10.1.0.7"), network);
    make("port", "'network_id': '%s', 'fixed_ips': [{'subnet_id': '%s'}]",
         network, full);
    entitle(true);
    as_roles("member");
    struct reply r = switch_to(network, "true");
    expect_error(&r, 409, "IpAddressGenerationFailure");
    expect_at(&r, "NeutronError.blockers.0.type", "subnet");
    expect_at(&r, "NeutronError.blockers.0.id", full);
    expect_at(&r, "NeutronError.blockers.0.name", "full");
    r = show("network", network);
    expect_at(&r, "network.enable_shadow_port", "false");
    expect_held(network, "");
    expect_invariants();
}

Test(shadow_ports, the_last_address_of_a_subnet_is_enough)
{
    const char *network = make_shadow_network();
    make("subnet", "'network_id': '%s', 'ip_version': 4, "
         "'cidr': '10.1.0.0/24', 'allocation_pools': "
         FROM_TO("10.1.0.7", "10.1.0.7"), network);
    expect_held(network, "10.1.0.7");
    struct reply r = create("port", "'network_id': '%s'", network);
    expect_error(&r, 409, "IpAddressGenerationFailure");
}

Test(shadow_ports, a_subnet_without_addresses_is_refused_in_such_a_network)
{
    const char *network = make_shadow_network();
    struct reply r =
        create("subnet", "'network_id': '%s', 'ip_version': 4, "
               "'cidr': '10.1.0.0/24', 'allocation_pools': []", network);
    expect_error(&r, 409, "IpAddressGenerationFailure");
    r = list("subnet", "network_id=%s", network);
    cr_assert_eq(count_at(&r, "subnets"), 0);
    expect_used("subnet", 0);
}

/* --- quotas and usage */

Test(shadow_ports, they_count_in_no_quota)
{
    set_quota("port", 0);
    const char *network = make_shadow_network();
    make_subnet(network, "10.0.0.0/24");
    expect_held(network, "10.0.0.2");
    expect_used("port", 0);
    struct reply r = create("port", "'network_id': '%s'", network);
    expect_error(&r, 409, "OverQuota");
    r = switch_to(network, "false");
    expect_status(&r, 200);
    expect_used("port", 0);
    r = switch_to(network, "true");
    expect_status(&r, 200);
    expect_invariants();
}

Test(shadow_ports, deletion_gives_back_only_what_was_taken)
{
    const char *network = make_shadow_network();
    make_subnet(network, "10.0.0.0/24");
    const char *port = make_port(network);
    expect_used("port", 1);
    erase("port", port);
    expect_used("port", 0);
    struct reply r = erase("network", network);
    expect_status(&r, 204);
    expect_used("port", 0);
    expect_invariants();
}

Test(shadow_ports, their_addresses_are_used_addresses_of_the_subnet)
{
    const char *network = make_shadow_network();
    make_subnet(network, "10.0.0.0/24");
    struct reply r = api(GET, "/v2.0/network-ip-availabilities/%s", network);
    expect_at(&r, "network_ip_availability.used_ips", "1");
    switch_to(network, "false");
    r = api(GET, "/v2.0/network-ip-availabilities/%s", network);
    expect_at(&r, "network_ip_availability.used_ips", "0");
}

/* --- deletion */

Test(shadow_ports, they_go_with_their_subnet)
{
    const char *network = make_shadow_network();
    const char *first = make_subnet(network, "10.0.0.0/24");
    make_subnet(network, "10.1.0.0/24");
    as_roles("member");
    struct reply r = erase("subnet", first);
    expect_status(&r, 204);
    expect_held(network, "10.1.0.2");
    expect_invariants();
}

Test(shadow_ports, they_go_with_their_network)
{
    const char *network = make_shadow_network();
    make_subnet(network, "10.0.0.0/24");
    as_roles("member");
    struct reply r = erase("network", network);
    expect_status(&r, 204);
    r = list("port", "network_id=%s", network);
    cr_assert_eq(count_at(&r, "ports"), 0);
    expect_invariants();
}

Test(shadow_ports, other_ports_keep_the_network_as_ever)
{
    const char *network = make_shadow_network();
    make_subnet(network, "10.0.0.0/24");
    const char *port = make_port(network);
    struct reply r = erase("network", network);
    expect_error(&r, 409, "NetworkInUse");
    cr_assert_not_null(strstr(text_at(&r, "NeutronError.message"), port));
    expect_held(network, "10.0.0.2");
}

/* --- the server's alone */

static const char *
make_shadow_port(void)
{
    const char *network = make_shadow_network();
    make_subnet(network, "10.0.0.0/24");
    struct reply r = shadow_ports_of(network);
    return text_at(&r, "ports.0.id");
}

#define expect_guarded(reply, id)                                    \
    do {                                                             \
        expect_error((reply), 409, "ServicePortInUse");              \
        expect_at((reply), "NeutronError.blockers.0.type", "port");  \
        expect_at((reply), "NeutronError.blockers.0.id", (id));      \
        expect_at((reply), "NeutronError.blockers_total", "1");      \
        cr_assert_not_null(                                          \
            strstr(text_at((reply), "NeutronError.blockers.0.reason"), \
                   "enable_shadow_port"));                           \
    } while (0)

Test(shadow_ports, a_member_neither_changes_nor_deletes_one)
{
    const char *port = make_shadow_port();
    as_roles("member");
    struct reply r = update("port", port, "'name': 'mine'");
    expect_guarded(&r, port);
    r = update("port", port, "'device_owner': ''");
    expect_guarded(&r, port);
    r = erase("port", port);
    expect_guarded(&r, port);
    r = show("port", port);
    expect_at(&r, "port.revision_number", "1");
}

Test(shadow_ports, a_member_does_not_tag_one)
{
    const char *port = make_shadow_port();
    as_roles("member");
    struct reply r = api(PUT, "/v2.0/ports/%s/tags/red", port);
    expect_guarded(&r, port);
    r = api_body(PUT, text("/v2.0/ports/%s/tags", port), "{'tags': ['a']}");
    expect_guarded(&r, port);
    r = api(DELETE, "/v2.0/ports/%s/tags", port);
    expect_guarded(&r, port);
}

Test(shadow_ports, a_reader_is_told_that_it_may_not_write)
{
    const char *port = make_shadow_port();
    as_roles("reader");
    struct reply r = erase("port", port);
    expect_error(&r, 403, "PolicyNotAuthorized");
}

Test(shadow_ports, those_of_others_do_not_exist)
{
    const char *port = make_shadow_port();
    as(unique("stranger-"), "member");
    struct reply r = show("port", port);
    expect_status(&r, 404);
    r = update("port", port, "'name': 'mine'");
    expect_status(&r, 404);
    r = erase("port", port);
    expect_status(&r, 404);
}

Test(shadow_ports, nobody_makes_one_by_hand)
{
    struct site site = make_site("10.0.0.0/24");
    const char *port = make_port(site.network_id);
    for (int admin = 0; admin < 2; admin++) {
        as_roles(admin ? "admin" : "member");
        struct reply r = create("port", "'network_id': '%s', "
                                "'device_owner': 'network:shadow_port'",
                                site.network_id);
        expect_error(&r, 403, "PolicyNotAuthorized");
        r = update("port", port, "'device_owner': 'network:shadow_port'");
        expect_error(&r, 403, "PolicyNotAuthorized");
    }
    as_roles("member");
    struct reply r = create("port", "'network_id': '%s', "
                            "'device_owner': 'network:dhcp'",
                            site.network_id);
    expect_status(&r, 201);
}

Test(shadow_ports, an_admin_deletes_none)
{
    const char *port = make_shadow_port();
    struct reply r = erase("port", port);
    expect_guarded(&r, port);
    r = api_body(DELETE, "/v2.0/ports", "{'ports': [{'id': '%s'}]}", port);
    expect_guarded(&r, port);
    r = show("port", port);
    expect_at(&r, "port.revision_number", "1");
    expect_invariants();
}

Test(shadow_ports, among_ports_deleted_one_by_one_it_stays)
{
    const char *port = make_shadow_port();
    struct reply r = show("port", port);
    const char *other = make_port(text_at(&r, "port.network_id"));
    r = api_body(DELETE, "/v2.0/ports?atomic=false",
                 "{'ports': [{'id': '%s'}, {'id': '%s'}]}", port, other);
    expect_status(&r, 207);
    expect_at(&r, "results.0.status", "409");
    expect_at(&r, "results.1.status", "204");
    r = show("port", port);
    expect_status(&r, 200);
}

Test(shadow_ports, an_admin_neither_moves_one_nor_makes_it_another)
{
    const char *port = make_shadow_port();
    static const char *const bad[] = {
        "'fixed_ips': [{'ip_address': '10.0.0.9'}]", "'fixed_ips': []",
        "'device_owner': ''", "'device_owner': 'network:dhcp'"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct reply r = update("port", port, "%s", bad[i]);
        expect_guarded(&r, port);
        r = api_body(PUT, "/v2.0/ports", "{'ports': [{'id': '%s', %s}]}",
                     port, bad[i]);
        expect_guarded(&r, port);
    }
    struct reply r = show("port", port);
    expect_at(&r, "port.revision_number", "1");
    expect_invariants();
}

Test(shadow_ports, the_rest_of_one_is_an_admins_to_change)
{
    const char *port = make_shadow_port();
    struct reply r = update("port", port,
                            "'name': 'door', 'admin_state_up': false, "
                            "'mac_address': 'fa:16:3e:00:00:01', "
                            "'device_owner': 'network:shadow_port'");
    expect_status(&r, 200);
    expect_at(&r, "port.name", "door");
    expect_addresses(&r, "10.0.0.2");
    r = api(PUT, "/v2.0/ports/%s/tags/red", port);
    expect_status(&r, 201);
    expect_invariants();
}

Test(shadow_ports, an_admin_is_told_what_keeps_one_as_the_refusal_says)
{
    const char *port = make_shadow_port();
    struct reply asked = api(GET, "/v2.0/ports/%s/blockers", port);
    struct reply refused = erase("port", port);
    expect_at(&asked, "blockers_total", "1");
    cr_assert_str_eq(text_at(&asked, "blockers"),
                     text_at(&refused, "NeutronError.blockers"));
}

/* --- entitlement */

static void
expect_not_entitled(const struct reply *r)
{
    expect_error(r, 403, "PolicyNotAuthorized");
    const char *message = text_at(r, "NeutronError.message");
    cr_assert_not_null(strstr(message, "POST /v2.0/entitlement-requests "
                                       "{\"entitlement_request\": "
                                       "{\"entitlement\": \"shadow_port\""),
                       "%s", message);
    expect_at(r, "NeutronError.blockers.0.type", "entitlement");
    expect_at(r, "NeutronError.blockers.0.name", "shadow_port");
}

Test(shadow_ports, they_need_the_entitlement_and_the_refusal_says_how_to_ask)
{
    as_roles("member");
    struct reply r = create("network", "'enable_shadow_port': true");
    expect_not_entitled(&r);
    const char *network = make_network();
    r = switch_to(network, "true");
    expect_not_entitled(&r);
    expect_at(&r, "NeutronError.blockers.0.owner", session()->project);
    as_roles("admin");
    r = switch_to(network, "true");
    expect_not_entitled(&r);
    expect_used("network", 1);
}

Test(shadow_ports, the_refusal_names_the_request_that_waits)
{
    as_roles("member");
    struct reply r = create("network", "'enable_shadow_port': true");
    expect_at(&r, "NeutronError.blockers_total", "1");
    const char *id = make("entitlement_request",
                          "'entitlement': 'shadow_port'");
    r = create("network", "'enable_shadow_port': true");
    expect_not_entitled(&r);
    expect_at(&r, "NeutronError.blockers_total", "2");
    expect_at(&r, "NeutronError.blockers.1.type", "entitlement_request");
    expect_at(&r, "NeutronError.blockers.1.id", id);
}

Test(shadow_ports, the_entitlement_is_that_of_the_networks_project)
{
    const char *network = make_network();
    const char *owner = session()->project;
    as(unique("operator-"), "admin");
    entitle(true);
    struct reply r = switch_to(network, "true");
    expect_not_entitled(&r);
    r = create("network", "'enable_shadow_port': true, 'project_id': '%s'",
               owner);
    expect_not_entitled(&r);
    as_project(owner);
    entitle(true);
    as_project(unique("operator-"));
    r = switch_to(network, "true");
    expect_status(&r, 200);
}

Test(shadow_ports, what_is_withdrawn_leaves_networks_as_they_are)
{
    const char *network = make_shadow_network();
    entitle(false);
    as_roles("member");
    make_subnet(network, "10.0.0.0/24");
    expect_held(network, "10.0.0.2");
    struct reply r = update("network", network,
                            "'name': 'n', 'enable_shadow_port': true");
    expect_status(&r, 200);
    r = create("network", "'enable_shadow_port': true");
    expect_not_entitled(&r);
    r = switch_to(network, "false");
    expect_status(&r, 200);
    r = switch_to(network, "true");
    expect_not_entitled(&r);
}

/* --- external networks */

#define expect_external(reply)                                         \
    do {                                                               \
        expect_error((reply), 409, "Conflict");                        \
        expect_at((reply), "NeutronError.blockers.0.type", "network"); \
        cr_assert_not_null(                                            \
            strstr(text_at((reply), "NeutronError.message"),           \
                   "router:external"));                                \
    } while (0)

Test(shadow_ports, an_external_network_has_none)
{
    entitle(true);
    struct reply r = create("network", "'router:external': true, "
                            "'enable_shadow_port': true");
    expect_external(&r);
    const char *network = make("network", "'router:external': true");
    r = switch_to(network, "true");
    expect_external(&r);
    expect_at(&r, "NeutronError.blockers.0.id", network);
    r = update("network", network,
               "'router:external': false, 'enable_shadow_port': true");
    expect_status(&r, 200);
    r = update("network", network, "'router:external': true");
    expect_external(&r);
    r = update("network", network,
               "'router:external': true, 'enable_shadow_port': false");
    expect_status(&r, 200);
}

Test(shadow_ports, the_extension_is_advertised)
{
    struct reply r = api(GET, "/v2.0/extensions/tenet-shadow-port");
    expect_status(&r, 200);
}
