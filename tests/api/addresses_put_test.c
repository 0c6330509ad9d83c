/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes of the addresses of a port: fixed_ips of PUT.
 */
#include "support/api.h"
#include "support/things.h"

Test(addresses_put, addresses_are_replaced_as_a_whole)
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

Test(addresses_put, an_address_given_up_can_be_taken_by_another)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    const char *id = make_port(network);
    update("port", id, "'fixed_ips': [{'ip_address': '10.0.0.9'}]");
    struct reply r =
        create_in(network, "'fixed_ips': [{'ip_address': '10.0.0.2'}]");
    expect_addresses(&r, "10.0.0.2");
}

Test(addresses_put, an_address_that_is_kept_stays_when_others_change)
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

Test(addresses_put, a_subnet_alone_keeps_the_address_the_port_has_there)
{
    struct site site = make_site("10.0.0.0/24");
    const char *id = make_port(site.network_id);
    struct reply r = update("port", id, "'fixed_ips': [{'subnet_id': '%s'}]",
                            site.subnet_id);
    expect_addresses(&r, "10.0.0.2");
}

Test(addresses_put, addresses_of_others_cannot_be_taken_by_put)
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

Test(addresses_put, a_put_of_addresses_that_fails_changes_nothing)
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

Test(addresses_put, a_put_without_addresses_keeps_them)
{
    const char *id = make_port(make_site("10.0.0.0/24").network_id);
    struct reply r = update("port", id, "'name': 'x'");
    expect_addresses(&r, "10.0.0.2");
}

Test(addresses_put, addresses_of_a_deleted_port_are_free)
{
    const char *network = make_site("10.0.0.0/30").network_id;
    for (int i = 0; i < 3; i++) {
        struct reply r = erase("port", make_port(network));
        expect_status(&r, 204);
    }
}
