/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a project may and may not do in a network of another one that it uses
 * or sees by a policy.
 */
#include "support/stream.h"
#include "support/things.h"

/* A site with a port of its owner's, shared with one guest, who asks from now
 * on. */
struct visit {
    struct site site;
    const char *owner;
    const char *guest;
    const char *port_id; /* The owner's. */
    const char *policy_id;
};

static struct visit
visit_by(const char *action)
{
    struct visit visit = {.owner = session()->project,
                          .guest = unique("guest-")};
    as_roles("member");
    visit.site = make_site("10.0.0.0/24");
    visit.port_id = make_port(visit.site.network_id);
    struct reply r =
        create_policy(visit.site.network_id, action, visit.guest);
    visit.policy_id = text_at(&r, "rbac_policy.id");
    as(visit.guest, "member");
    return visit;
}

/* --- shared */

Test(rbac_guests, the_network_and_its_subnets_are_seen)
{
    struct visit visit = visit_by("access_as_shared");
    struct reply r = show("network", visit.site.network_id);
    expect_at(&r, "network.shared", "true");
    r = show("subnet", visit.site.subnet_id);
    expect_status(&r, 200);
    r = list("network", "project_id=%s", visit.owner);
    cr_assert_eq(count_at(&r, "networks"), 1);
    r = list("subnet", "project_id=%s", visit.owner);
    cr_assert_eq(count_at(&r, "subnets"), 1);
    r = list("subnet", "shared=true&project_id=%s", visit.owner);
    cr_assert_eq(count_at(&r, "subnets"), 1);
    r = list("network", "include=subnets&project_id=%s", visit.owner);
    cr_assert_eq(count_at(&r, "networks.0._embedded.subnets"), 1, "%s",
                 describe(&r));
    r = api(GET, "/v2.0/subnets/%s/addresses", visit.site.subnet_id);
    expect_status(&r, 200);
}

Test(rbac_guests, pages_hold_what_is_seen_and_nothing_else)
{
    struct visit visit = visit_by("access_as_shared");
    const char *first = make_network(), *second = make_network();
    const char *both = text("sort_key=id&limit=2&project_id=%s&project_id=%s",
                            visit.owner, visit.guest);
    struct reply r = list("network", "%s", both);
    cr_assert_eq(count_at(&r, "networks"), 2);
    expect_at(&r, "networks.0.id", visit.site.network_id);
    expect_at(&r, "networks.1.id", first);
    r = list("network", "%s&marker=%s&total=true", both, first);
    cr_assert_eq(count_at(&r, "networks"), 1);
    expect_at(&r, "networks.0.id", second);
    expect_header(&r, "X-Total-Count", "3");
    r = list("network", "%s&page_reverse=true&marker=%s", both, second);
    expect_at(&r, "networks.0.id", visit.site.network_id);
}

Test(rbac_guests, ports_are_made_but_nothing_is_chosen)
{
    struct visit visit = visit_by("access_as_shared");
    static const char *const refused[] = {
        "'fixed_ips': [{'ip_address': '10.0.0.50'}]",
        "'mac_address': 'fa:16:3e:00:00:01'",
        "'device_owner': 'network:dhcp'",
        "'port_security_enabled': false",
        "'allowed_address_pairs': [{'ip_address': '10.2.0.1'}]"};
    static const char *const granted[] = {
        "'device_owner': 'compute:nova'", "'fixed_ips': []",
        "'name': 'mine'"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct reply r = create_in(visit.site.network_id, refused[i]);
        expect_error(&r, 403, "PolicyNotAuthorized");
        expect_at(&r, "NeutronError.blockers.0.id", visit.site.network_id);
    }
    for (size_t i = 0; i < sizeof granted / sizeof *granted; i++) {
        struct reply r = create_in(visit.site.network_id, granted[i]);
        expect_status(&r, 201);
        expect_at(&r, "port.project_id", visit.guest);
    }
    struct reply r = create_in(visit.site.network_id,
                               text("'fixed_ips': [{'subnet_id': '%s'}]",
                                    visit.site.subnet_id));
    expect_status(&r, 201);
    r = list("port", "network_id=%s", visit.site.network_id);
    cr_assert_eq(count_at(&r, "ports"), 4);
}

Test(rbac_guests, nothing_of_the_owners_is_changed)
{
    struct visit visit = visit_by("access_as_shared");
    const char *network = visit.site.network_id;
    struct reply r = update("network", network, "'name': 'x'");
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = erase("network", network);
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = update("subnet", visit.site.subnet_id, "'name': 'x'");
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = erase("subnet", visit.site.subnet_id);
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
               "'cidr': '10.1.0.0/24'", network);
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = api(PUT, "/v2.0/networks/%s/tags/x", network);
    expect_status(&r, 403);
    r = api(DELETE, "/v2.0/networks/%s?cascade=plan", network);
    expect_status(&r, 403);
    r = api(DELETE, "/v2.0/subnets/%s?cascade=plan", visit.site.subnet_id);
    expect_status(&r, 403);
    as(visit.owner, "member");
    r = show("network", network);
    expect_at(&r, "network.revision_number", "3");
    expect_at(&r, "network.tags", "[]");
}

Test(rbac_guests, groups_change_nothing_of_the_owners)
{
    struct visit visit = visit_by("access_as_shared");
    const char *own = make_network();
    struct reply r = api_body(
        PUT, "/v2.0/networks",
        "{'networks': [{'id': '%s', 'name': 'x'}, {'id': '%s', 'name': 'x'}]}",
        own, visit.site.network_id);
    expect_status(&r, 403);
    r = api_body(DELETE, "/v2.0/networks",
                 "{'networks': [{'id': '%s'}, {'id': '%s'}]}", own,
                 visit.site.network_id);
    expect_status(&r, 403);
    r = api_body(DELETE, "/v2.0/ports", "{'ports': [{'id': '%s'}]}",
                 visit.port_id);
    expect_status(&r, 404);
    r = show("network", own);
    expect_at(&r, "network.revision_number", "1");
}

Test(rbac_guests, ports_of_the_owner_are_nowhere_to_be_seen)
{
    struct visit visit = visit_by("access_as_shared");
    const char *seen[] = {
        text("/v2.0/ports?network_id=%s", visit.site.network_id),
        text("/v2.0/networks?include=subnets.ports"),
        text("/v2.0/subnets?include=ports"),
        text("/v2.0/subnets/%s/addresses", visit.site.subnet_id),
        text("/v2.0/subnets/%s/addresses/10.0.0.2", visit.site.subnet_id),
        text("/v2.0/networks/%s/blockers", visit.site.network_id),
        text("/v2.0/subnets/%s/blockers", visit.site.subnet_id),
        text("/v2.0/events?network_id=%s", visit.site.network_id),
        text("/v2.0/network-ip-availabilities"),
        text("/v2.0/rbac-policies")};
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++) {
        struct reply r = api(GET, "%s", seen[i]);
        expect_status(&r, 200);
        cr_assert_null(strstr(r.body, visit.port_id), "%s", describe(&r));
        cr_assert_null(strstr(r.body, visit.policy_id), "%s", describe(&r));
    }
    struct reply r = show("port", visit.port_id);
    expect_error(&r, 404, "PortNotFound");
    r = api(GET, "/v2.0/ports/%s/blockers", visit.port_id);
    expect_status(&r, 404);
    r = api(GET, "/v2.0/network-ip-availabilities/%s",
            visit.site.network_id);
    expect_status(&r, 404);
}

Test(rbac_guests, the_feed_tells_a_guest_of_its_own_ports_alone)
{
    struct visit visit = visit_by("access_as_shared");
    const char *cursor = cursor_now();
    as(visit.owner, "member");
    update("network", visit.site.network_id, "'name': 'x'");
    share(visit.site.network_id, "another");
    as(visit.guest, "member");
    const char *port = make_port(visit.site.network_id);
    struct reply r = events_behind(
        cursor, text("network_id=%s&wait=5", visit.site.network_id));
    cr_assert_eq(count_at(&r, "events"), 1, "%s", describe(&r));
    expect_at(&r, "events.0.id", port);
}

Test(rbac_guests, a_full_subnet_is_named_to_who_uses_it)
{
    const char *owner = session()->project, *guest = unique("guest-");
    struct site site = make_site("10.0.0.0/30");
    make_port(site.network_id);
    share(site.network_id, guest);
    as(guest, "member");
    struct reply r = create_in(site.network_id, "");
    expect_error(&r, 409, "IpAddressGenerationFailure");
    expect_at(&r, "NeutronError.blockers.0.id", site.subnet_id);
    expect_at(&r, "NeutronError.blockers.0.owner", owner);
}

Test(rbac_guests, a_cluster_network_is_made_in_a_shared_network)
{
    struct visit visit = visit_by("access_as_shared");
    struct reply r = create(
        "cluster_network", "'cluster_id': 'c', 'network_id': '%s', "
        "'subnet_id': '%s', 'node_groups': [{'name': 'n', 'count': 1}]",
        visit.site.network_id, visit.site.subnet_id);
    expect_status(&r, 201);
    const char *cluster = text_at(&r, "cluster_network.id");
    as(visit.owner, "member");
    r = erase("rbac_policy", visit.policy_id);
    expect_error(&r, 409, "RbacPolicyInUse");
    expect_at(&r, "NeutronError.blockers.0.type", "cluster_network");
    as(visit.guest, "member");
    r = erase("cluster_network", cluster);
    expect_status(&r, 204);
    as(visit.owner, "member");
    r = erase("rbac_policy", visit.policy_id);
    expect_status(&r, 204);
    as(visit.guest, "member");
    r = create("cluster_network", "'cluster_id': 'c', 'network_id': '%s', "
               "'subnet_id': '%s'", visit.site.network_id,
               visit.site.subnet_id);
    expect_error(&r, 404, "NetworkNotFound");
}

/* --- external */

Test(rbac_guests, an_external_network_is_seen_without_its_subnets)
{
    struct visit visit = visit_by("access_as_external");
    struct reply r = show("network", visit.site.network_id);
    expect_at(&r, "network.router:external", "true");
    expect_at(&r, "network.shared", "false");
    r = list("network", "router:external=true&include=subnets&id=%s",
             visit.site.network_id);
    cr_assert_eq(count_at(&r, "networks"), 1);
    cr_assert_eq(count_at(&r, "networks.0._embedded.subnets"), 0);
    r = show("subnet", visit.site.subnet_id);
    expect_error(&r, 404, "SubnetNotFound");
    r = list("subnet", "network_id=%s", visit.site.network_id);
    cr_assert_eq(count_at(&r, "subnets"), 0);
    r = api(GET, "/v2.0/subnets/%s/addresses", visit.site.subnet_id);
    expect_status(&r, 404);
}

Test(rbac_guests, an_external_network_is_not_used)
{
    struct visit visit = visit_by("access_as_external");
    struct reply r = create_in(visit.site.network_id, "");
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = create("cluster_network", "'cluster_id': 'c', 'network_id': '%s', "
               "'subnet_id': '%s'", visit.site.network_id,
               visit.site.subnet_id);
    expect_error(&r, 403, "PolicyNotAuthorized");
    as(unique("stranger-"), "member");
    r = create_in(visit.site.network_id, "");
    expect_error(&r, 404, "NetworkNotFound");
}
