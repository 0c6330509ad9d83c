/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Networks that other projects see: shared and external ones.
 */
#include "support/api.h"

static struct site
make_shared(void)
{
    const char *network = make("network", "'shared': true");
    return (struct site){network, make_subnet(network, "10.0.0.0/24")};
}

Test(shared, a_shared_network_and_its_subnets_are_seen_by_all)
{
    struct site site = make_shared();
    as(unique("stranger-"), "member");
    struct reply r = show("network", site.network_id);
    expect_status(&r, 200);
    expect_at(&r, "network.shared", "true");
    r = show("subnet", site.subnet_id);
    expect_status(&r, 200);
    r = list("network", "id=%s", site.network_id);
    cr_assert_eq(count_at(&r, "networks"), 1);
    r = list("subnet", "network_id=%s", site.network_id);
    cr_assert_eq(count_at(&r, "subnets"), 1);
    r = list("network", "shared=true&id=%s", site.network_id);
    cr_assert_eq(count_at(&r, "networks"), 1);
}

Test(shared, others_make_ports_in_a_shared_network)
{
    struct site site = make_shared();
    as(unique("stranger-"), "member");
    struct reply r = create("port", "'network_id': '%s'", site.network_id);
    expect_status(&r, 201);
    expect_at(&r, "port.project_id", session()->project);
    expect_at(&r, "port.fixed_ips.0.ip_address", "10.0.0.2");
}

Test(shared, others_do_not_change_a_shared_network)
{
    struct site site = make_shared();
    as(unique("stranger-"), "member");
    struct reply r = update("network", site.network_id, "'name': 'mine'");
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = erase("network", site.network_id);
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = update("subnet", site.subnet_id, "'name': 'mine'");
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = erase("subnet", site.subnet_id);
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
               "'cidr': '10.1.0.0/24'", site.network_id);
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = api(PUT, "/v2.0/networks/%s/tags/mine", site.network_id);
    expect_status(&r, 403);
}

Test(shared, ports_of_others_in_a_shared_network_are_not_seen)
{
    struct site site = make_shared();
    const char *port = make_port(site.network_id);
    as(unique("stranger-"), "member");
    struct reply r = show("port", port);
    expect_error(&r, 404, "PortNotFound");
    r = list("port", "network_id=%s", site.network_id);
    expect_at(&r, "ports", "[]");
}

Test(shared, an_external_network_is_seen_by_all)
{
    const char *network = make("network", "'router:external': true");
    as(unique("stranger-"), "member");
    struct reply r = show("network", network);
    expect_status(&r, 200);
    r = list("network", "router:external=true&id=%s", network);
    cr_assert_eq(count_at(&r, "networks"), 1);
    r = erase("network", network);
    expect_error(&r, 403, "PolicyNotAuthorized");
}

Test(shared, a_network_no_longer_shared_is_no_longer_seen)
{
    struct site site = make_shared();
    update("network", site.network_id, "'shared': false");
    as(unique("stranger-"), "member");
    struct reply r = show("network", site.network_id);
    expect_status(&r, 404);
    r = show("subnet", site.subnet_id);
    expect_status(&r, 404);
}

Test(shared, others_do_not_choose_addresses_or_owners_in_it)
{
    struct site site = make_shared();
    const char *bad[] = {"'fixed_ips': [{'ip_address': '10.0.0.50'}]",
                         "'mac_address': 'fa:16:3e:00:00:01'",
                         "'device_owner': 'network:dhcp'",
                         "'port_security_enabled': false",
                         ("'allowed_address_pairs': "
                          "[{'ip_address': '10.2.0.1'}]")};
    as(unique("stranger-"), "member");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct reply r =
            create("port", "'network_id': '%s', %s", site.network_id, bad[i]);
        expect_error(&r, 403, "PolicyNotAuthorized");
    }
    struct reply r = create("port", "'network_id': '%s', 'fixed_ips': "
                            "[{'subnet_id': '%s'}]", site.network_id,
                            site.subnet_id);
    expect_status(&r, 201);
}

Test(shared, others_delete_their_own_ports_in_it)
{
    struct site site = make_shared();
    as(unique("stranger-"), "member");
    const char *port = make_port(site.network_id);
    struct reply r = update("port", port, "'name': 'mine'");
    expect_status(&r, 200);
    r = erase("port", port);
    expect_status(&r, 204);
}

Test(shared, ports_of_others_keep_it_from_being_deleted)
{
    struct site site = make_shared();
    const char *owner = session()->project;
    as(unique("stranger-"), "member");
    make_port(site.network_id);
    as(owner, "member");
    struct reply r = erase("network", site.network_id);
    expect_error(&r, 409, "NetworkInUse");
}
