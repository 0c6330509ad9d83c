/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VK Cloud: the SDN of a network, its rules for gateways, DHCP ports and the
 * attributes that come with it.  Each test has a server of its own.
 */
#include "support/api.h"
#include "support/server.h"

static struct server
serve_sdns(void)
{
    struct server server = server_serve("--sdns", "sprut,neutron");
    on_server(server.url);
    return server;
}

static const char *
make_network_of(const char *sdn)
{
    with_header("X-SDN: %s", sdn);
    return make_network();
}

/* A subnet of 10.0.0.0/24 in a network of 'sdn'. */
static struct reply
create_subnet_of(const char *sdn)
{
    return create("subnet", "'network_id': '%s', 'ip_version': 4, "
                  "'cidr': '10.0.0.0/24'", make_network_of(sdn));
}

Test(sdn, those_on_offer_are_listed_the_default_first)
{
    struct server server = serve_sdns();
    struct reply r = api(GET, "/v2.0/available-sdn");
    expect_status(&r, 200);
    cr_assert(json_is_array(r.json) && json_array_size(r.json) == 2, "%s",
              describe(&r));
    cr_assert(strcasecmp(text_at(&r, "0"), "sprut") == 0);
    cr_assert(strcasecmp(text_at(&r, "1"), "neutron") == 0);
    server_end(&server);
}

Test(sdn, a_network_has_the_first_one_unless_the_header_says_another)
{
    struct server server = serve_sdns();
    struct reply r = create("network", "%s", "");
    expect_at(&r, "network.sdn", "sprut");
    const char *spellings[] = {"neutron", "NEUTRON", "Neutron"};
    for (size_t i = 0; i < 3; i++) {
        with_header("X-SDN: %s", spellings[i]);
        r = create("network", "%s", "");
        expect_at(&r, "network.sdn", "neutron");
        r = show("network", text_at(&r, "network.id"));
        expect_at(&r, "network.sdn", "neutron");
    }
    server_end(&server);
}

Test(sdn, one_not_on_offer_is_refused)
{
    struct server server = serve_sdns();
    with_header("X-SDN: tungsten");
    struct reply r = create("network", "%s", "");
    expect_status(&r, 400);
    server_end(&server);
}

Test(sdn, subnets_and_ports_have_that_of_their_network)
{
    struct server server = serve_sdns();
    struct reply r = create_subnet_of("neutron");
    expect_at(&r, "subnet.sdn", "neutron");
    r = create("port", "'network_id': '%s'",
               text_at(&r, "subnet.network_id"));
    expect_at(&r, "port.sdn", "neutron");
    r = list("port", "id=%s", text_at(&r, "port.id"));
    expect_at(&r, "ports.0.sdn", "neutron");
    server_end(&server);
}

Test(sdn, sprut_has_its_gateway_at_the_last_host)
{
    struct server server = serve_sdns();
    struct reply r = create_subnet_of("sprut");
    expect_at(&r, "subnet.gateway_ip", "10.0.0.254");
    expect_at(&r, "subnet.allocation_pools",
              "[{\"start\":\"10.0.0.1\",\"end\":\"10.0.0.253\"}]");
    server_end(&server);
}

Test(sdn, neutron_has_its_gateway_at_the_first_host)
{
    struct server server = serve_sdns();
    struct reply r = create_subnet_of("neutron");
    expect_at(&r, "subnet.gateway_ip", "10.0.0.1");
    expect_at(&r, "subnet.allocation_pools",
              "[{\"start\":\"10.0.0.2\",\"end\":\"10.0.0.254\"}]");
    server_end(&server);
}

Test(sdn, the_smallest_subnet_of_sprut_has_one_address_to_give)
{
    struct server server = serve_sdns();
    struct reply r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
                            "'cidr': '10.0.0.0/30'",
                            make_network_of("sprut"));
    expect_at(&r, "subnet.gateway_ip", "10.0.0.2");
    expect_at(&r, "subnet.allocation_pools",
              "[{\"start\":\"10.0.0.1\",\"end\":\"10.0.0.1\"}]");
    server_end(&server);
}

Test(sdn, the_header_narrows_lists)
{
    struct server server = serve_sdns();
    const char *sprut = make_network_of("sprut");
    const char *neutron = make_network_of("neutron");
    const char *mine = text("project_id=%s", session()->project);
    with_header("X-SDN: neutron");
    struct reply r = list("network", "%s", mine);
    cr_assert_str_eq(joined(&r, "networks", "id"), neutron);
    r = list("network", "%s", mine);
    cr_assert_eq(count_at(&r, "networks"), 2);
    r = show("network", sprut);
    expect_status(&r, 200);
    server_end(&server);
}

Test(sdn, the_attributes_of_vk_cloud_are_always_shown)
{
    struct server server = serve_sdns();
    struct reply r = create("network", "%s", "");
    expect_at(&r, "network.enable_shadow_port", "false");
    expect_at(&r, "network.private_dns_domain", "mcs.local.");
    r = create_subnet_of("sprut");
    expect_at(&r, "subnet.enable_private_dns", "true");
    server_end(&server);
}

Test(sdn, a_private_domain_ends_with_a_dot)
{
    struct server server = serve_sdns();
    struct reply r = create("network", "'private_dns_domain': 'a.local.'");
    expect_at(&r, "network.private_dns_domain", "a.local.");
    r = create("network", "'private_dns_domain': 'a.local'");
    expect_refused(&r, "private_dns_domain");
    server_end(&server);
}

/* --- DHCP ports, a setting of its own */

static struct server
serve_dhcp(void)
{
    struct server server = server_serve("--dhcp-ports", "2");
    on_server(server.url);
    return server;
}

Test(sdn, dhcp_ports_take_the_first_addresses_of_the_pool)
{
    struct server server = serve_dhcp();
    struct site site = make_site("10.0.0.0/24");
    struct reply r = list("port", "network_id=%s&device_owner=network:dhcp"
                          "&status=ACTIVE&fixed_ips=subnet_id=%s",
                          site.network_id, site.subnet_id);
    cr_assert_eq(count_at(&r, "ports"), 2, "%s", describe(&r));
    const char *first = text_at(&r, "ports.0.fixed_ips.0.ip_address");
    const char *second = text_at(&r, "ports.1.fixed_ips.0.ip_address");
    cr_assert(strcmp(first, second) != 0);
    cr_assert(strcmp(first, "10.0.0.2") == 0 ||
              strcmp(first, "10.0.0.3") == 0, "%s", first);
    cr_assert(strcmp(second, "10.0.0.2") == 0 ||
              strcmp(second, "10.0.0.3") == 0, "%s", second);
    r = create("port", "'network_id': '%s'", site.network_id);
    expect_at(&r, "port.fixed_ips.0.ip_address", "10.0.0.4");
    server_end(&server);
}

Test(sdn, a_subnet_without_dhcp_has_no_dhcp_ports)
{
    struct server server = serve_dhcp();
    const char *network = make_network();
    make("subnet", "'network_id': '%s', 'ip_version': 4, "
         "'cidr': '10.0.0.0/24', 'enable_dhcp': false", network);
    struct reply r = list("port", "network_id=%s", network);
    expect_at(&r, "ports", "[]");
    server_end(&server);
}

Test(sdn, dhcp_ports_hinder_no_deletion)
{
    struct server server = serve_dhcp();
    struct site site = make_site("10.0.0.0/24");
    struct reply r = erase("subnet", site.subnet_id);
    expect_status(&r, 204);
    make_subnet(site.network_id, "10.0.0.0/24");
    r = erase("network", site.network_id);
    expect_status(&r, 204);
    expect_invariants();
    server_end(&server);
}
