/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET .../blockers: what would keep a DELETE from succeeding.
 */
#include "support/things.h"

static struct reply
blockers_of(const char *plural, const char *id)
{
    return api(GET, "/v2.0/%s/%s/blockers", plural, id);
}

#define expect_none(reply)                                                \
    do {                                                                  \
        expect_status((reply), 200);                                      \
        cr_assert_str_eq((reply)->body,                                   \
                         "{\"blockers\":[],\"blockers_total\":0}");       \
    } while (0)

Test(blockers, nothing_keeps_what_nobody_uses)
{
    struct site site = make_site("10.0.0.0/24");
    struct reply r = blockers_of("networks", site.network_id);
    expect_none(&r);
    r = blockers_of("subnets", site.subnet_id);
    expect_none(&r);
    r = blockers_of("ports", make_port(site.network_id));
    expect_none(&r);
}

Test(blockers, are_those_that_a_delete_would_meet)
{
    struct site site = make_site("10.0.0.0/24");
    make("port", "'network_id': '%s', 'device_id': 'vm1'", site.network_id);
    struct reply asked = blockers_of("networks", site.network_id);
    struct reply refused = erase("network", site.network_id);
    expect_status(&refused, 409);
    expect_at(&asked, "blockers_total", "1");
    cr_assert_str_eq(text_at(&asked, "blockers"),
                     text_at(&refused, "NeutronError.blockers"));
    asked = blockers_of("subnets", site.subnet_id);
    refused = erase("subnet", site.subnet_id);
    expect_status(&refused, 409);
    cr_assert_str_eq(text_at(&asked, "blockers"),
                     text_at(&refused, "NeutronError.blockers"));
}

Test(blockers, a_port_elsewhere_does_not_keep_a_subnet)
{
    struct site site = make_site("10.0.0.0/24");
    const char *other = make_subnet(site.network_id, "10.1.0.0/24");
    make_port(site.network_id);
    struct reply r = blockers_of("subnets", other);
    expect_none(&r);
}

Test(blockers, slaac_addresses_keep_no_subnet_but_for_routers)
{
    const char *network = make_network();
    const char *subnet =
        make("subnet", "'network_id': '%s', 'ip_version': 6, "
             "'cidr': 'fd00::/64', 'ipv6_ra_mode': 'slaac', "
             "'ipv6_address_mode': 'slaac'", network);
    make_port(network);
    struct reply r = blockers_of("subnets", subnet);
    expect_none(&r);
    make("port", "'network_id': '%s', 'fixed_ips': [{'subnet_id': '%s'}], "
         "'device_owner': 'network:router_interface'", network, subnet);
    r = blockers_of("subnets", subnet);
    expect_at(&r, "blockers_total", "1");
}

Test(blockers, the_platform_keeps_its_ports_from_members_only)
{
    const char *port = make("port", "'network_id': '%s', 'device_owner': "
                            "'network:dhcp'", make_network());
    struct reply r = blockers_of("ports", port);
    expect_none(&r);
    as_roles("member");
    r = blockers_of("ports", port);
    expect_status(&r, 200);
    expect_at(&r, "blockers_total", "1");
    expect_at(&r, "blockers.0.id", port);
    expect_at(&r, "blockers.0.device_owner", "network:dhcp");
}

Test(blockers, what_belongs_to_others_is_kept_by_them)
{
    const char *owner = session()->project;
    const char *network = make("network", "'shared': true");
    make_port(network);
    as(unique("guest-"), "member");
    struct reply r = blockers_of("networks", network);
    expect_status(&r, 200);
    expect_at(&r, "blockers_total", "1");
    expect_at(&r, "blockers.0.type", "network");
    expect_at(&r, "blockers.0.owner", owner);
    r = erase("network", network);
    expect_status(&r, 403);
}

Test(blockers, what_is_not_seen_is_not_found)
{
    struct site site = make_site("10.0.0.0/24");
    const char *port = make_port(site.network_id);
    as(unique("stranger-"), "member");
    struct reply r = blockers_of("networks", site.network_id);
    expect_error(&r, 404, "NetworkNotFound");
    r = blockers_of("subnets", site.subnet_id);
    expect_error(&r, 404, "SubnetNotFound");
    r = blockers_of("ports", port);
    expect_error(&r, 404, "PortNotFound");
    r = blockers_of("ports", NOBODY);
    expect_error(&r, 404, "PortNotFound");
    r = blockers_of("ports", "no-uuid");
    expect_error(&r, 404, "PortNotFound");
}

Test(blockers, a_reader_lacks_a_role_as_well)
{
    struct site site = make_site("10.0.0.0/24");
    make_port(site.network_id);
    as_roles("reader");
    struct reply r = blockers_of("networks", site.network_id);
    expect_status(&r, 200);
    expect_at(&r, "blockers_total", "2");
    expect_at(&r, "blockers.0.type", "role");
    expect_at(&r, "blockers.1.type", "port");
}

Test(blockers, are_advertised)
{
    struct reply r = api(GET, "/v2.0/extensions/tenet-blockers");
    expect_status(&r, 200);
    r = api(GET, "/v2.0/extensions/tenet-plan");
    expect_status(&r, 200);
}
