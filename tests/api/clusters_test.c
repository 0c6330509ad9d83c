/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cluster networks: what a POST makes, and what comes of asking again.
 */
#include "support/server.h"
#include "support/things.h"

#define CLUSTER "cluster_network"
#define GROUPS(text) "'node_groups': " text
#define NODES(count) "'node_groups': [{'name': 'node', 'count': " #count "}]"
#define AT(path) "cluster_network." path

static const char *
owned_types(const struct reply *reply)
{
    return joined(reply, AT("owned"), "type");
}

Test(clusters, alone_it_makes_network_subnet_and_a_port_per_node)
{
    struct reply r = create(
        CLUSTER, "'cluster_id': 'c1', 'name': 'prod', "
        GROUPS("[{'name': 'master', 'count': 2}, {'name': 'worker', "
               "'count': 1}]"));
    expect_status(&r, 201);
    expect_at(&r, AT("status"), "ACTIVE");
    expect_at(&r, AT("subnet.cidr"), "10.0.0.0/24");
    expect_at(&r, AT("network.name"), "prod");
    cr_assert_str_eq(owned_types(&r), "network,subnet");
    cr_assert_str_eq(joined(&r, AT("ports"), "name"),
                     "prod-master-1,prod-master-2,prod-worker-1");
    cr_assert_str_eq(joined(&r, AT("ports"), "ip_address"),
                     "10.0.0.2,10.0.0.3,10.0.0.4");
    expect_at(&r, AT("shadow_port"), "null");
    expect_invariants();
}

Test(clusters, its_parts_are_like_any_other)
{
    struct reply c = show(CLUSTER, make_cluster(1));
    struct reply port = show("port", text_at(&c, AT("ports.0.id")));
    expect_at(&port, "port.device_owner", "cluster:node");
    expect_at(&port, "port.mac_address",
              text_at(&c, AT("ports.0.mac_address")));
    expect_at(&port, "port.fixed_ips.0.subnet_id",
              text_at(&c, AT("subnet_id")));
    struct reply net = show("network", text_at(&c, AT("network_id")));
    expect_at(&net, "network.project_id", session()->project);
    expect_used("network", 1);
    expect_used("subnet", 1);
    expect_used("port", 1);
}

Test(clusters, no_name_takes_the_cluster_id_and_no_groups_are_none)
{
    struct reply r = create(CLUSTER, "'cluster_id': 'abc'");
    expect_status(&r, 201);
    expect_at(&r, AT("name"), "abc");
    expect_at(&r, AT("node_groups"), "[]");
    expect_at(&r, AT("ports"), "[]");
}

Test(clusters, a_machine_takes_the_port_of_a_node)
{
    struct reply c = show(CLUSTER, make_cluster(1));
    const char *port = text_at(&c, AT("ports.0.id"));
    as_roles("member");
    struct reply r = update("port", port, "'device_id': 'vm-1', "
                            "'device_owner': 'compute:nova'");
    expect_status(&r, 200);
    r = show(CLUSTER, text_at(&c, AT("id")));
    expect_at(&r, AT("ports.0.device_id"), "vm-1");
}

Test(clusters, every_object_and_the_whole_have_events)
{
    struct reply r = create(CLUSTER, "'cluster_id': 'e', " NODES(2));
    expect_status(&r, 201);
    expect_invariants();
}

/* --- the block of a new subnet */

Test(clusters, blocks_are_free_of_other_subnets_and_of_its_own_ranges)
{
    make_site("10.0.0.0/24");
    make_site("10.0.1.128/25");
    struct reply r = create(CLUSTER, "'cluster_id': 'b', 'pods_cidr': "
                            "'10.0.2.0/23', 'services_cidr': '10.0.4.0/24'");
    expect_at(&r, AT("subnet.cidr"), "10.0.5.0/24");
    r = create(CLUSTER, "'cluster_id': 'b2', 'subnet': {'prefixlen': 23}");
    expect_at(&r, AT("subnet.cidr"), "10.0.6.0/23");
    r = create(CLUSTER, "'cluster_id': 'b3'");
    expect_at(&r, AT("subnet.cidr"), "10.0.8.0/24");
}

Test(clusters, a_cidr_is_taken_as_given)
{
    struct reply r = create(CLUSTER, "'cluster_id': 'b', "
                            "'subnet': {'cidr': '192.168.7.9/28'}");
    expect_at(&r, AT("subnet.cidr"), "192.168.7.0/28");
    expect_at(&r, AT("subnet.prefixlen"), "28");
    expect_at(&r, AT("subnet.gateway_ip"), "192.168.7.1");
}

Test(clusters, another_pool_gives_other_blocks_until_it_is_empty)
{
    struct server server = server_serve("--cluster-pool", "172.20.0.0/23");
    on_server(server.url);
    struct reply r = create(CLUSTER, "'cluster_id': 'p1'");
    expect_at(&r, AT("subnet.cidr"), "172.20.0.0/24");
    r = create(CLUSTER, "'cluster_id': 'p2'");
    expect_at(&r, AT("subnet.cidr"), "172.20.1.0/24");
    r = create(CLUSTER, "'cluster_id': 'p3'");
    expect_error(&r, 409, "IpAddressGenerationFailure");
    r = create(CLUSTER, "'cluster_id': 'p3', 'subnet': {'prefixlen': 22}");
    expect_refused(&r, "cluster_network.subnet.prefixlen");
    server_end(&server);
}

/* --- an existing network */

Test(clusters, an_existing_network_with_one_subnet_is_used)
{
    struct site site = make_site("192.168.0.0/24");
    struct reply r = create(CLUSTER, "'cluster_id': 'x', 'network_id': '%s', "
                            NODES(2), site.network_id);
    expect_status(&r, 201);
    expect_at(&r, AT("subnet_id"), site.subnet_id);
    cr_assert_str_eq(owned_types(&r), "");
    cr_assert_str_eq(joined(&r, AT("ports"), "ip_address"),
                     "192.168.0.2,192.168.0.3");
    expect_invariants();
}

Test(clusters, of_several_subnets_one_must_be_named)
{
    struct site site = make_site("192.168.0.0/24");
    const char *other = make_subnet(site.network_id, "192.168.1.0/24");
    struct reply r = create(CLUSTER, "'cluster_id': 'x', 'network_id': '%s'",
                            site.network_id);
    expect_error(&r, 409, "Conflict");
    expect_at(&r, "NeutronError.blockers_total", "2");
    expect_at(&r, "NeutronError.blockers.1.id", other);
    r = create(CLUSTER, "'cluster_id': 'x', 'network_id': '%s', "
               "'subnet_id': '%s'", site.network_id, other);
    expect_at(&r, AT("subnet.cidr"), "192.168.1.0/24");
}

Test(clusters, a_subnet_can_be_made_in_an_existing_network)
{
    const char *network = make_network();
    struct reply r = create(CLUSTER, "'cluster_id': 'x', 'network_id': '%s'",
                            network);
    expect_error(&r, 409, "Conflict");
    r = create(CLUSTER, "'cluster_id': 'x', 'network_id': '%s', "
               "'subnet': {}, " NODES(1), network);
    expect_status(&r, 201);
    cr_assert_str_eq(owned_types(&r), "subnet");
    expect_invariants();
}

Test(clusters, a_network_or_subnet_that_is_not_there_is_not_found)
{
    struct site site = make_site("192.168.0.0/24");
    struct site other = make_site("192.168.1.0/24");
    struct reply r = create(CLUSTER, "'cluster_id': 'x', "
                            "'network_id': '" NOBODY "'");
    expect_error(&r, 404, "NetworkNotFound");
    r = create(CLUSTER, "'cluster_id': 'x', 'network_id': '%s', "
               "'subnet_id': '%s'", site.network_id, other.subnet_id);
    expect_error(&r, 404, "SubnetNotFound");
    r = create(CLUSTER, "'cluster_id': 'x', 'loadbalancer_subnet_id': '"
               NOBODY "'");
    expect_error(&r, 404, "SubnetNotFound");
    as(unique("other-"), "member");
    r = create(CLUSTER, "'cluster_id': 'x', 'network_id': '%s'",
               site.network_id);
    expect_error(&r, 404, "NetworkNotFound");
}

Test(clusters, a_shared_network_can_be_used_but_gets_no_subnets)
{
    const char *network = make("network", "'shared': true");
    make_subnet(network, "192.168.0.0/24");
    as(unique("guest-"), "member");
    struct reply r = create(CLUSTER, "'cluster_id': 'x', 'network_id': '%s', "
                            "'pods_cidr': '10.1.0.0/16', 'pods_subnet': true",
                            network);
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = create(CLUSTER, "'cluster_id': 'x', 'network_id': '%s', " NODES(3),
               network);
    expect_status(&r, 201);
    expect_used("port", 3);
    expect_invariants();
}

Test(clusters, a_network_stays_shared_while_others_have_clusters_in_it)
{
    const char *network = make("network", "'shared': true");
    const char *owner = session()->project;
    make_subnet(network, "192.168.0.0/24");
    as(unique("guest-"), "member");
    struct reply c = create(CLUSTER, "'cluster_id': 'x', 'network_id': '%s'",
                            network);
    expect_status(&c, 201);
    as(owner, NULL);
    struct reply r = update("network", network, "'shared': false");
    expect_error(&r, 409, "InvalidSharedSetting");
    erase(CLUSTER, text_at(&c, AT("id")));
    r = update("network", network, "'shared': false");
    expect_status(&r, 200);
}

Test(clusters, the_subnet_for_load_balancers_is_kept_and_shown)
{
    struct site site = make_site("192.168.0.0/24");
    struct reply r = create(CLUSTER, "'cluster_id': 'x', "
                            "'loadbalancer_subnet_id': '%s'", site.subnet_id);
    expect_status(&r, 201);
    expect_at(&r, AT("loadbalancer_subnet_id"), site.subnet_id);
    struct reply e = erase("subnet", site.subnet_id);
    expect_error(&e, 409, "SubnetInUse");
    expect_at(&e, "NeutronError.blockers.0.type", CLUSTER);
    e = erase("network", site.network_id);
    expect_error(&e, 409, "NetworkInUse");
    expect_at(&e, "NeutronError.blockers.0.id", text_at(&r, AT("id")));
}

/* --- asked again */

Test(clusters, the_same_again_is_the_same_object)
{
#define SAME "'cluster_id': 'again', 'pods_cidr': '10.9.0.0/16', " NODES(2)
    struct reply a = create(CLUSTER, SAME);
    struct reply b = create(CLUSTER, SAME ", 'external_ip': true");
    expect_status(&a, 201);
    expect_status(&b, 200);
    cr_assert_str_eq(a.body, b.body);
    expect_used("port", 2);
}

Test(clusters, another_content_is_refused_by_the_attribute)
{
    static const char *const others[][2] = {
        {"'name': 'other'", "name"},
        {"'pods_cidr': '10.8.0.0/16'", "pods_cidr"},
        {"'services_cidr': '10.8.0.0/16'", "services_cidr"},
        {"'external_ip': false", "external_ip"},
        {"'subnet': {'prefixlen': 25}", "subnet"},
        {"'network_id': '" NOBODY "'", "network_id"},
        {NODES(1), "node_groups"},
    };
    struct reply r = create(CLUSTER, "'cluster_id': 'again'");
    expect_status(&r, 201);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        r = create(CLUSTER, "'cluster_id': 'again', %s", others[i][0]);
        expect_error(&r, 409, "ClusterNetworkExists");
        cr_assert(strstr(text_at(&r, "NeutronError.message"),
                         text("\"%s\"", others[i][1])) != NULL,
                  "%s", describe(&r));
    }
}

Test(clusters, projects_have_cluster_ids_of_their_own)
{
    struct reply r = create(CLUSTER, "'cluster_id': 'mine'");
    expect_status(&r, 201);
    as(unique("other-"), "member");
    r = create(CLUSTER, "'cluster_id': 'mine'");
    expect_status(&r, 201);
}

/* --- who may, and what is valid */

Test(clusters, others_do_not_see_it_and_readers_do_not_make_it)
{
    const char *id = make_cluster(1);
    as_roles("reader");
    struct reply r = show(CLUSTER, id);
    expect_status(&r, 200);
    r = create(CLUSTER, "'cluster_id': 'r'");
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = update(CLUSTER, id, "'name': 'x'");
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = erase(CLUSTER, id);
    expect_error(&r, 403, "PolicyNotAuthorized");
    as(unique("other-"), "member");
    r = show(CLUSTER, id);
    expect_error(&r, 404, "ClusterNetworkNotFound");
    r = update(CLUSTER, id, NODES(0));
    expect_error(&r, 404, "ClusterNetworkNotFound");
    r = erase(CLUSTER, id);
    expect_error(&r, 404, "ClusterNetworkNotFound");
}

Test(clusters, all_mistakes_of_a_body_are_told_by_their_paths)
{
    struct reply r = create(
        CLUSTER, "'name': '', 'colour': 1, 'pods_cidr': '10.0.0.0/4', "
        "'subnet': {'cidr': 'x', 'prefixlen': 30, 'y': 1}, "
        GROUPS("[{'name': 'a b', 'count': -1}, {'count': 1.5, 'z': 0}, 7]"));
    static const char *const paths[] = {
        "cluster_id", "name", "colour", "pods_cidr", "subnet.cidr",
        "subnet.prefixlen", "subnet.y", "node_groups[0].name",
        "node_groups[0].count", "node_groups[1].name", "node_groups[1].count",
        "node_groups[1].z", "node_groups[2]"};
    expect_status(&r, 400);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const char *attr = text("\"cluster_network.%s\"", paths[i]);
        cr_expect(strstr(r.body, attr) != NULL, "%s: %s", attr, r.body);
    }
}

#define REFUSED(attr, ...)                                          \
    do {                                                            \
        struct reply r_ = create(CLUSTER, "'cluster_id': 'v', "     \
                                 __VA_ARGS__);                      \
        expect_refused(&r_, "cluster_network." attr);               \
    } while (0)

Test(clusters, what_does_not_go_together_is_refused)
{
    REFUSED("pods_subnet", "'pods_subnet': true");
    REFUSED("subnet_id", "'subnet_id': '" NOBODY "'");
    REFUSED("subnet", "'subnet_id': '" NOBODY "', 'network_id': '" NOBODY
            "', 'subnet': {}");
    REFUSED("subnet.prefixlen",
            "'subnet': {'cidr': '10.0.0.0/24', 'prefixlen': 24}");
    REFUSED("node_groups[1].name",
            GROUPS("[{'name': 'a', 'count': 1}, {'name': 'a', 'count': 2}]"));
    REFUSED("pods_cidr", "'pods_cidr': '127.0.0.0/8'");
    struct reply r = api_body(POST, "/v2.0/cluster-networks",
                              "{'cluster_networks': [{'cluster_id': 'a'}]}");
    expect_status(&r, 400);
}

Test(clusters, sizes_have_bounds)
{
    struct reply r = create(CLUSTER, "'cluster_id': ''");
    expect_refused(&r, "cluster_network.cluster_id");
    r = create(CLUSTER, "'cluster_id': '%s'", letters(181));
    expect_refused(&r, "cluster_network.cluster_id");
    REFUSED("name", "'name': '%s'", letters(181));
    REFUSED("node_groups[0].count", NODES(1001));
    REFUSED("node_groups", GROUPS("[{'name': 'a', 'count': 501}, "
                                  "{'name': 'b', 'count': 500}]"));
    REFUSED("node_groups[0].name", GROUPS("[{'name': '%s', 'count': 1}]"),
            letters(64));
    const char *groups = "";
    for (int i = 0; i < 51; i++) {
        groups = text("%s%s{'name': 'g%d', 'count': 0}", groups,
                      i == 0 ? "" : ", ", i);
    }
    REFUSED("node_groups", GROUPS("[%s]"), groups);
}

Test(clusters, the_longest_names_are_names_of_ports)
{
    struct reply r = create(
        CLUSTER, "'cluster_id': 'n', 'name': '%s', "
        GROUPS("[{'name': '%s', 'count': 1}]"), letters(180), letters(63));
    expect_status(&r, 201);
    cr_assert_eq(strlen(text_at(&r, AT("ports.0.name"))), 180 + 63 + 3);
}

/* --- nothing is left behind */

Test(clusters, what_does_not_fit_leaves_nothing)
{
    set_quota("port", 5);
    struct reply r = create(CLUSTER, "'cluster_id': 'q', " NODES(6));
    expect_error(&r, 409, "OverQuota");
    expect_at(&r, "NeutronError.blockers.0.name", "port");
    r = create(CLUSTER, "'cluster_id': 'q', 'subnet': {'prefixlen': 29}, "
               NODES(6));
    expect_status(&r, 409);
    set_quota("network", 0);
    r = create(CLUSTER, "'cluster_id': 'q'");
    expect_error(&r, 409, "OverQuota");
    expect_used("network", 0);
    expect_used("subnet", 0);
    expect_used("port", 0);
    r = list("network", "project_id=%s", session()->project);
    expect_at(&r, "networks", "[]");
}

Test(clusters, quotas_and_subnets_can_be_used_up_exactly)
{
    set_quota("port", 5);
    set_quota("network", 1);
    set_quota("subnet", 1);
    struct reply r = create(CLUSTER, "'cluster_id': 'q', "
                            "'subnet': {'prefixlen': 29}, " NODES(5));
    expect_status(&r, 201);
    expect_used("port", 5);
    expect_invariants();
}

/* --- lists */

Test(clusters, lists_filter_sort_and_page)
{
    for (int i = 0; i < 3; i++) {
        struct reply r = create(CLUSTER, "'cluster_id': 'l%d', " NODES(1), i);
        expect_status(&r, 201);
    }
    as_roles("member");
    struct reply r = list(CLUSTER, "sort_key=cluster_id&sort_dir=desc");
    cr_assert_str_eq(joined(&r, "cluster_networks", "cluster_id"),
                     "l2,l1,l0");
    cr_assert_eq(count_at(&r, "cluster_networks.0.ports"), 1);
    r = list(CLUSTER, "cluster_id=l1&fields=name");
    expect_at(&r, "cluster_networks", "[{\"name\":\"l1\"}]");
    r = list(CLUSTER, "limit=2&sort_key=cluster_id");
    cr_assert_eq(count_at(&r, "cluster_networks"), 2);
    cr_assert(strstr(text_at(&r, "cluster_networks_links.0.href"),
                     "/v2.0/cluster-networks?") != NULL, "%s", describe(&r));
    r = list(CLUSTER, "nodes=1");
    expect_status(&r, 400);
}

Test(clusters, it_is_an_extension_and_has_tags)
{
    struct reply r = api(GET, "/v2.0/extensions/tenet-cluster-networks");
    expect_status(&r, 200);
    const char *id = make_cluster(0);
    r = api(PUT, "/v2.0/cluster-networks/%s/tags/blue", id);
    expect_status(&r, 201);
    r = show(CLUSTER, id);
    expect_at(&r, AT("tags"), "[\"blue\"]");
}
