/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Projects that have ports in one network: what they learn of each other, and
 * what one cannot do while the other is there.
 */
#include "support/api.h"
#include "support/things.h"

/* Another project's port in the network, made by a member of it. */
static const char *
make_port_of_other(const char *network_id)
{
    struct session owner = *session();
    as(unique("stranger-"), "member");
    const char *port = make_port(network_id);
    as(owner.project, owner.roles);
    return port;
}

/* --- ids of others */

Test(neighbours, an_owner_does_not_learn_ids_of_ports_of_others)
{
    const char *network = make("network", "'shared': true");
    const char *subnet = make_subnet(network, "10.0.0.0/24");
    const char *port = make_port_of_other(network);
    as_roles("member");
    struct reply r = erase("network", network);
    expect_error(&r, 409, "NetworkInUse");
    cr_assert_null(strstr(r.body, port), "%s", describe(&r));
    r = erase("subnet", subnet);
    expect_error(&r, 409, "SubnetInUse");
    cr_assert_null(strstr(r.body, port), "%s", describe(&r));
}

Test(neighbours, an_owner_learns_the_id_of_the_port_in_the_way)
{
    as_roles("member");
    struct site site = make_site("10.0.0.0/24");
    const char *port = make_port(site.network_id);
    struct reply r = erase("network", site.network_id);
    expect_error(&r, 409, "NetworkInUse");
    cr_assert_not_null(strstr(r.body, port), "%s", describe(&r));
    r = erase("subnet", site.subnet_id);
    expect_error(&r, 409, "SubnetInUse");
    cr_assert_not_null(strstr(r.body, port), "%s", describe(&r));
}

Test(neighbours, an_admin_learns_the_id_of_any_port_in_the_way)
{
    const char *network = make("network", "'shared': true");
    const char *port = make_port_of_other(network);
    struct reply r = erase("network", network);
    expect_error(&r, 409, "NetworkInUse");
    cr_assert_not_null(strstr(r.body, port), "%s", describe(&r));
}

/* --- closing */

/* A network made with 'open' is closed by 'close', but not while another
 * project has a port in it. */
static void
expect_closes_when_empty(const char *open, const char *close)
{
    const char *network = make("network", "%s", open);
    make_port(network);
    const char *port = make_port_of_other(network);
    struct reply r = update("network", network, "%s", close);
    expect_error(&r, 409, "InvalidSharedSetting");
    r = erase("port", port);
    expect_status(&r, 204);
    r = update("network", network, "%s", close);
    expect_status(&r, 200);
}

Test(neighbours, a_shared_network_is_closed_when_others_are_gone)
{
    expect_closes_when_empty("'shared': true", "'shared': false");
}

Test(neighbours, an_external_network_is_closed_any_time)
{
    const char *network = make("network", "'router:external': true");
    make("port", "'network_id': '%s', 'project_id': '%s'", network,
         unique("stranger-"));
    struct reply r = update("network", network, "'router:external': false");
    expect_status(&r, 200);
}

Test(neighbours, a_network_open_in_two_ways_is_closed_by_both)
{
    expect_closes_when_empty("'shared': true, 'router:external': true",
                             "'shared': false, 'router:external': false");
}

Test(neighbours, a_network_that_stays_external_is_not_used_for_that)
{
    const char *network =
        make("network", "'shared': true, 'router:external': true");
    make_port_of_other(network);
    struct reply r = update("network", network, "'router:external': false");
    expect_status(&r, 200);
    r = update("network", network, "'router:external': true");
    expect_status(&r, 200);
    r = update("network", network, "'shared': false");
    expect_error(&r, 409, "InvalidSharedSetting");
}

/* --- owners of the platform */

Test(neighbours, a_member_undoes_the_owner_of_its_own_port)
{
    as_roles("member");
    struct reply r = create_in(make_site("10.0.0.0/24").network_id,
                               "'device_owner': 'network:router_interface'");
    expect_status(&r, 201);
    const char *port = text_at(&r, "port.id");
    r = update("port", port, "'device_owner': ''");
    expect_status(&r, 200);
    r = erase("port", port);
    expect_status(&r, 204);
}

Test(neighbours, a_guest_makes_no_owner_of_the_platform)
{
    const char *network = make("network", "'shared': true");
    as(unique("guest-"), "member");
    struct reply r =
        update("port", make_port(network),
               "'device_owner': 'network:router_interface'");
    expect_error(&r, 403, "PolicyNotAuthorized");
}
