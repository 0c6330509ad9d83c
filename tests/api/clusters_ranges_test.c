/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cluster networks: ranges of pods and services keep out of subnets and each
 * other, and what a check says when something does not fit.
 */
#include "support/server.h"
#include "support/things.h"

#define CLUSTER "cluster_network"
#define AT(path) "cluster_network." path
#define NODES(count) "'node_groups': [{'name': 'node', 'count': " #count "}]"

/* POST with ?check=true. */
static struct reply
check(const char *attributes)
{
    return api_body(POST, "/v2.0/cluster-networks?check=true",
                    "{'cluster_network': {%s}}", attributes);
}

/* The value that the check proposes for 'attribute', "none" without one. */
static const char *
change_of(const struct reply *reply, const char *attribute)
{
    for (size_t i = 0; i < count_at(reply, "check.changes"); i++) {
        if (strcmp(text_at(reply, text("check.changes.%zu.attribute", i)),
                   attribute) == 0) {
            return text_at(reply, text("check.changes.%zu.value", i));
        }
    }
    return "none";
}

/* --- overlaps */

Test(cluster_ranges, ranges_show_in_the_network_and_raise_its_revision)
{
    struct site site = make_site("192.168.0.0/24");
    struct reply before = show("network", site.network_id);
    struct reply r = create(CLUSTER, "'cluster_id': 'x', 'network_id': '%s', "
                            "'pods_cidr': '10.2.0.0/16', "
                            "'services_cidr': '10.1.0.0/16'",
                            site.network_id);
    expect_status(&r, 201);
    struct reply after = show("network", site.network_id);
    expect_at(&before, "network.reserved_ranges", "[]");
    cr_assert_str_eq(joined(&after, "network.reserved_ranges", "cidr"),
                     "10.1.0.0/16,10.2.0.0/16");
    cr_assert_str_eq(joined(&after, "network.reserved_ranges", "kind"),
                     "services,pods");
    cr_assert_gt(int_at(&after, "network.revision_number"),
                 int_at(&before, "network.revision_number"));
    r = erase(CLUSTER, text_at(&r, AT("id")));
    after = show("network", site.network_id);
    expect_at(&after, "network.reserved_ranges", "[]");
}

Test(cluster_ranges, pods_and_services_must_not_overlap)
{
    struct reply r = create(CLUSTER, "'cluster_id': 'x', "
                            "'pods_cidr': '10.1.0.0/16', "
                            "'services_cidr': '10.1.128.0/20'");
    expect_error(&r, 409, "CidrOverlap");
    const char *message = text_at(&r, "NeutronError.message");
    cr_assert(strstr(message, "10.1.0.0/16") != NULL &&
                  strstr(message, "10.1.128.0/20") != NULL, "%s", message);
}

Test(cluster_ranges, a_range_must_not_overlap_a_subnet_of_the_network)
{
    struct site site = make_site("10.1.2.0/24");
    struct reply r = create(CLUSTER, "'cluster_id': 'x', 'network_id': '%s', "
                            "'pods_cidr': '10.1.0.0/16'", site.network_id);
    expect_error(&r, 409, "CidrOverlap");
    expect_at(&r, "NeutronError.blockers.0.type", "subnet");
    expect_at(&r, "NeutronError.blockers.0.id", site.subnet_id);
    cr_assert(strstr(text_at(&r, "NeutronError.message"),
                     "\"10.0.0.0/16\" is free") != NULL, "%s", describe(&r));
}

Test(cluster_ranges, an_explicit_subnet_must_not_overlap_a_range)
{
    struct reply r = create(CLUSTER, "'cluster_id': 'x', "
                            "'subnet': {'cidr': '10.1.2.0/24'}, "
                            "'pods_cidr': '10.1.0.0/16'");
    expect_error(&r, 409, "CidrOverlap");
    r = create(CLUSTER, "'cluster_id': 'x', "
               "'subnet': {'cidr': '10.2.0.0/24'}, "
               "'pods_cidr': '10.1.0.0/16'");
    expect_status(&r, 201);
}

Test(cluster_ranges, two_clusters_of_a_network_have_ranges_of_their_own)
{
    struct site site = make_site("192.168.0.0/24");
    struct reply a = create(CLUSTER, "'cluster_id': 'a', 'network_id': '%s', "
                            "'pods_cidr': '10.1.0.0/16'", site.network_id);
    struct reply b = create(CLUSTER, "'cluster_id': 'b', 'network_id': '%s', "
                            "'services_cidr': '10.1.3.0/24'",
                            site.network_id);
    expect_error(&b, 409, "CidrOverlap");
    expect_at(&b, "NeutronError.blockers.0.type", CLUSTER);
    expect_at(&b, "NeutronError.blockers.0.id", text_at(&a, AT("id")));
    b = create(CLUSTER, "'cluster_id': 'b', 'network_id': '%s', "
               "'services_cidr': '10.2.0.0/16'", site.network_id);
    expect_status(&b, 201);
    expect_invariants();
}

Test(cluster_ranges, later_subnets_keep_out_of_them)
{
    struct site site = make_site("192.168.0.0/24");
    struct reply c = create(CLUSTER, "'cluster_id': 'a', 'network_id': '%s', "
                            "'pods_cidr': '10.1.0.0/16'", site.network_id);
    struct reply r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
                            "'cidr': '10.1.255.0/24'", site.network_id);
    expect_error(&r, 409, "CidrOverlap");
    expect_at(&r, "NeutronError.blockers.0.id", text_at(&c, AT("id")));
    cr_assert(strstr(text_at(&r, "NeutronError.message"), "is free") != NULL);
    make_subnet(site.network_id, "10.2.0.0/24");
    r = erase(CLUSTER, text_at(&c, AT("id")));
    expect_status(&r, 204);
    make_subnet(site.network_id, "10.1.255.0/24");
}

Test(cluster_ranges, a_range_of_another_project_is_told_without_its_id)
{
    const char *network = make("network", "'shared': true");
    make_subnet(network, "192.168.0.0/24");
    const char *owner = session()->project;
    as(unique("guest-"), "member");
    struct reply r = create(CLUSTER, "'cluster_id': 'a', 'network_id': '%s', "
                            "'pods_cidr': '10.1.0.0/16'", network);
    const char *id = text_at(&r, AT("id"));
    as(owner, "member");
    r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
               "'cidr': '10.1.0.0/24'", network);
    expect_error(&r, 409, "CidrOverlap");
    expect_at(&r, "NeutronError.blockers.0.id", "null");
    cr_assert(strstr(r.body, id) == NULL, "%s", r.body);
}

Test(cluster_ranges, pods_can_have_a_subnet)
{
    struct reply r = create(CLUSTER, "'cluster_id': 'p', 'name': 'prod', "
                            "'pods_cidr': '10.1.0.0/16', 'pods_subnet': true, "
                            NODES(1));
    expect_status(&r, 201);
    cr_assert_str_eq(joined(&r, AT("owned"), "type"),
                     "network,subnet,subnet");
    struct reply s = show("subnet", text_at(&r, AT("pods_subnet_id")));
    expect_at(&s, "subnet.cidr", "10.1.0.0/16");
    expect_at(&s, "subnet.gateway_ip", "10.1.0.1");
    expect_at(&s, "subnet.name", "prod-pods");
    s = create("port", "'network_id': '%s', 'fixed_ips': "
               "[{'subnet_id': '%s'}]", text_at(&r, AT("network_id")),
               text_at(&r, AT("pods_subnet_id")));
    expect_at(&s, "port.fixed_ips.0.ip_address", "10.1.0.2");
    expect_invariants();
}

Test(cluster_ranges, the_subnet_of_pods_is_no_choice_for_nodes)
{
    struct site site = make_site("192.168.0.0/24");
    struct reply r = create(CLUSTER, "'cluster_id': 'a', 'network_id': '%s', "
                            "'pods_cidr': '10.1.0.0/16', 'pods_subnet': true",
                            site.network_id);
    expect_status(&r, 201);
    r = create(CLUSTER, "'cluster_id': 'b', 'network_id': '%s'",
               site.network_id);
    expect_at(&r, AT("subnet_id"), site.subnet_id);
}

Test(cluster_ranges, version_6_is_a_range_as_well)
{
    struct reply r = create(CLUSTER, "'cluster_id': 'a', "
                            "'pods_cidr': 'fd00:1::/48', "
                            "'services_cidr': 'fd00:1:0:5::/64'");
    expect_error(&r, 409, "CidrOverlap");
    r = create(CLUSTER, "'cluster_id': 'a', 'pods_cidr': 'fd00:1::/48', "
               "'services_cidr': 'fd00:2::/108'");
    expect_status(&r, 201);
    expect_invariants();
}

/* --- checks */

Test(cluster_check, what_fits_is_told_and_not_made)
{
    struct reply r = check("'cluster_id': 'x', " NODES(3));
    expect_status(&r, 200);
    expect_at(&r, "check.fits", "true");
    expect_at(&r, "check.exists", "false");
    expect_at(&r, "check.problems", "[]");
    expect_at(&r, "check.subnet.cidr", "10.0.0.0/24");
    expect_at(&r, "check.addresses.needed", "3");
    expect_at(&r, "check.addresses.free", "253");
    expect_used("network", 0);
    r = list(CLUSTER, "project_id=%s", session()->project);
    expect_at(&r, "cluster_networks", "[]");
}

Test(cluster_check, what_is_there_already_is_told)
{
    struct reply r = create(CLUSTER, "'cluster_id': 'x'");
    r = check("'cluster_id': 'x'");
    expect_at(&r, "check.exists", "true");
    expect_at(&r, "check.fits", "true");
    r = check("'cluster_id': 'x', 'name': 'y'");
    expect_at(&r, "check.fits", "false");
    expect_at(&r, "check.problems.0.type", "ClusterNetworkExists");
}

Test(cluster_check, all_that_does_not_fit_is_told_with_the_smallest_changes)
{
    set_quota("port", 10);
    struct reply r = check("'cluster_id': 'x', "
                           "'pods_cidr': '10.1.0.0/16', "
                           "'services_cidr': '10.1.0.0/24', "
                           "'subnet': {'prefixlen': 28}, " NODES(20));
    expect_status(&r, 200);
    expect_at(&r, "check.fits", "false");
    cr_assert_str_eq(joined(&r, "check.problems", "type"),
                     "CidrOverlap,OverQuota,IpAddressGenerationFailure");
    cr_assert_str_eq(change_of(&r, "quota.port"), "20");
    cr_assert_str_eq(change_of(&r, "subnet.prefixlen"), "27");
    cr_assert_str_eq(change_of(&r, "services_cidr"), "10.0.1.0/24");
    expect_at(&r, "check.addresses.missing", "7");
}

Test(cluster_check, the_changes_make_it_fit)
{
    set_quota("port", 20);
    struct reply r = check("'cluster_id': 'x', "
                           "'pods_cidr': '10.1.0.0/16', "
                           "'services_cidr': '10.0.1.0/24', "
                           "'subnet': {'prefixlen': 27}, " NODES(20));
    expect_at(&r, "check.fits", "true");
    r = check("'cluster_id': 'x', 'subnet': {'cidr': '10.9.0.0/28'}, "
              NODES(20));
    cr_assert_str_eq(change_of(&r, "subnet.cidr"), "10.0.0.0/27");
}

Test(cluster_check, a_full_subnet_of_an_existing_network_is_told)
{
    struct site site = make_site("192.168.0.0/28");
    struct reply r = check(text("'cluster_id': 'x', 'network_id': '%s', "
                                NODES(14), site.network_id));
    expect_at(&r, "check.fits", "false");
    expect_at(&r, "check.problems.0.blockers.0.id", site.subnet_id);
    expect_at(&r, "check.addresses.missing", "1");
    cr_assert_str_eq(change_of(&r, "subnet"), "{\"prefixlen\":27}");
}

Test(cluster_check, a_choice_of_subnets_is_told)
{
    struct site site = make_site("192.168.0.0/28");
    make_subnet(site.network_id, "192.168.1.0/28");
    struct reply r = check(text("'cluster_id': 'x', 'network_id': '%s'",
                                site.network_id));
    expect_at(&r, "check.problems.0.blockers_total", "2");
    cr_assert_str_eq(change_of(&r, "subnet_id"), site.subnet_id);
}

Test(cluster_check, mistakes_stay_mistakes)
{
    struct reply r = check("'cluster_id': ''");
    expect_refused(&r, "cluster_network.cluster_id");
    r = check("'cluster_id': 'x', 'network_id': '" NOBODY "'");
    expect_status(&r, 404);
    r = api_body(POST, "/v2.0/cluster-networks?check=perhaps",
                 "{'cluster_network': {'cluster_id': 'x'}}");
    expect_status(&r, 400);
}

/* --- without external IP */

Test(cluster_shadow, a_private_network_gets_a_shadow_port)
{
    entitle(true);
    as_roles("member");
    struct reply r = create(CLUSTER, "'cluster_id': 's', "
                            "'external_ip': false, " NODES(2));
    expect_status(&r, 201);
    struct reply ports = shadow_ports_of(text_at(&r, AT("network_id")));
    expect_at(&r, AT("shadow_port.id"), text_at(&ports, "ports.0.id"));
    expect_at(&r, AT("shadow_port.ip_address"),
              text_at(&ports, "ports.0.fixed_ips.0.ip_address"));
    expect_used("port", 2);
    r = update("network", text_at(&r, AT("network_id")),
               "'enable_shadow_port': false");
    expect_error(&r, 409, "NetworkInUse");
    expect_at(&r, "NeutronError.blockers.0.type", CLUSTER);
    expect_invariants();
}

Test(cluster_shadow, it_needs_the_entitlement)
{
    as_roles("member");
    struct reply r = create(CLUSTER, "'cluster_id': 's', "
                            "'external_ip': false");
    expect_status(&r, 403);
    cr_assert(strstr(text_at(&r, "NeutronError.message"),
                     "entitlement-requests") != NULL, "%s", describe(&r));
    r = check("'cluster_id': 's', 'external_ip': false, 'pods_cidr': "
              "'10.0.0.0/16', 'services_cidr': '10.0.0.0/16'");
    cr_assert_str_eq(joined(&r, "check.problems", "type"),
                     "CidrOverlap,PolicyNotAuthorized");
    cr_assert_str_eq(change_of(&r, "external_ip"), "true");
}

Test(cluster_shadow, an_existing_network_has_it_turned_on)
{
    entitle(true);
    struct site site = make_site("192.168.0.0/24");
    as_roles("member");
    struct reply r = create(CLUSTER, "'cluster_id': 's', "
                            "'external_ip': false, 'network_id': '%s'",
                            site.network_id);
    expect_status(&r, 201);
    cr_assert_str_neq(text_at(&r, AT("shadow_port.id")), "absent");
    struct reply e = erase(CLUSTER, text_at(&r, AT("id")));
    expect_status(&e, 204);
    e = update("network", site.network_id, "'enable_shadow_port': false");
    expect_status(&e, 200);
    expect_invariants();
}

Test(cluster_shadow, a_network_of_others_must_have_it)
{
    const char *network = make("network", "'shared': true");
    make_subnet(network, "192.168.0.0/24");
    as(unique("guest-"), "member");
    entitle(true);
    struct reply r = create(CLUSTER, "'cluster_id': 's', "
                            "'external_ip': false, 'network_id': '%s'",
                            network);
    expect_status(&r, 403);
    expect_at(&r, "NeutronError.blockers.0.id", network);
}
