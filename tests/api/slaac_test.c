/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IPv6 addresses of ports, those made from the MAC above all.
 */
#include "support/api.h"
#include "support/things.h"

static struct site
make_slaac_site(void)
{
    const char *network = make_network();
    return (struct site){
        network, make("subnet", "'network_id': '%s', 'ip_version': 6, "
                      "'cidr': '2001:db8::/64', 'ipv6_ra_mode': 'slaac', "
                      "'ipv6_address_mode': 'slaac'", network)};
}

Test(slaac, a_slaac_subnet_gives_the_address_of_the_mac)
{
    struct site site = make_slaac_site();
    struct reply r = create_in(site.network_id,
                               "'mac_address': 'fa:16:3e:11:22:33'");
    expect_addresses(&r, "2001:db8::f816:3eff:fe11:2233");
}

Test(slaac, a_slaac_address_comes_with_an_ipv4_one)
{
    struct site site = make_slaac_site();
    make_subnet(site.network_id, "10.0.0.0/24");
    struct reply r = create_in(site.network_id,
                               "'mac_address': 'fa:16:3e:11:22:33'");
    expect_addresses(&r, "10.0.0.2,2001:db8::f816:3eff:fe11:2233");
}

Test(slaac, a_slaac_address_cannot_be_chosen)
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

Test(slaac, a_router_chooses_its_address_in_a_slaac_subnet)
{
    struct site site = make_slaac_site();
    struct reply r = create_in(
        site.network_id, "'device_owner': 'network:router_interface', "
                         "'fixed_ips': [{'ip_address': '2001:db8::7'}]");
    expect_addresses(&r, "2001:db8::7");
}

Test(slaac, a_slaac_address_follows_the_mac)
{
    struct site site = make_slaac_site();
    struct reply r = create_in(site.network_id,
                               "'mac_address': 'fa:16:3e:11:22:33'");
    r = update("port", text_at(&r, "port.id"),
               "'mac_address': 'fa:16:3e:11:22:99'");
    expect_addresses(&r, "2001:db8::f816:3eff:fe11:2299");
}

Test(slaac, a_new_slaac_subnet_reaches_the_ports_that_exist)
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

Test(slaac, an_ipv6_address_is_taken_in_any_form_and_shown_in_one)
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

Test(slaac, the_last_address_of_an_ipv6_subnet_is_an_address)
{
    struct site site = make_site("2001:db8::/64");
    struct reply r = create_in(
        site.network_id,
        "'fixed_ips': [{'ip_address': '2001:db8::ffff:ffff:ffff:ffff'}]");
    expect_addresses(&r, "2001:db8::ffff:ffff:ffff:ffff");
}
