/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cluster networks: other counts of nodes, deletion, and what nobody may take
 * out of one.
 */
#include "support/server.h"
#include "support/things.h"

#define CLUSTER "cluster_network"
#define AT(path) "cluster_network." path

static struct reply
scale(const char *id, int count)
{
    return update(CLUSTER, id, "'node_groups': [{'name': 'node', "
                  "'count': %d}]", count);
}

static const char *
numbers_of(const struct reply *reply)
{
    const char *numbers = "";
    for (size_t i = 0; i < count_at(reply, AT("ports")); i++) {
        const char *name = text_at(reply, text(AT("ports.%zu.name"), i));
        numbers = text("%s%s%s", numbers, i == 0 ? "" : ",",
                       strrchr(name, '-') + 1);
    }
    return numbers;
}

static void
hold(const struct reply *cluster, int i)
{
    struct reply r =
        update("port", text_at(cluster, text(AT("ports.%d.id"), i)),
               "'device_id': 'vm-%d', 'device_owner': 'compute:nova'", i);
    expect_status(&r, 200);
}

/* --- scaling */

Test(cluster_scale, up_adds_the_next_numbers)
{
    const char *id = make_cluster(2);
    struct reply r = scale(id, 4);
    expect_status(&r, 200);
    cr_assert_str_eq(numbers_of(&r), "1,2,3,4");
    expect_at(&r, AT("revision_number"), "2");
    expect_used("port", 4);
    expect_invariants();
}

Test(cluster_scale, down_frees_the_highest_numbers)
{
    const char *id = make_cluster(4);
    struct reply r = scale(id, 2);
    cr_assert_str_eq(numbers_of(&r), "1,2");
    r = scale(id, 0);
    expect_at(&r, AT("ports"), "[]");
    expect_at(&r, AT("node_groups"), "[]");
    expect_used("port", 0);
    expect_invariants();
}

Test(cluster_scale, down_spares_what_a_device_holds)
{
    const char *id = make_cluster(4);
    struct reply c = show(CLUSTER, id);
    hold(&c, 3);
    struct reply r = scale(id, 2);
    expect_status(&r, 200);
    cr_assert_str_eq(numbers_of(&r), "1,4");
    r = scale(id, 3);
    cr_assert_str_eq(numbers_of(&r), "1,2,4");
    expect_invariants();
}

Test(cluster_scale, down_below_what_devices_hold_is_refused)
{
    const char *id = make_cluster(3);
    struct reply c = show(CLUSTER, id);
    hold(&c, 1);
    hold(&c, 2);
    struct reply r = scale(id, 1);
    expect_error(&r, 409, "ClusterNetworkInUse");
    expect_at(&r, "NeutronError.blockers_total", "2");
    expect_at(&r, "NeutronError.blockers.0.device_id", "vm-2");
    expect_used("port", 3);
    r = show(CLUSTER, id);
    expect_at(&r, AT("revision_number"), "1");
}

Test(cluster_scale, groups_come_and_go_and_others_stay)
{
    const char *id = make_cluster(1);
    struct reply r = update(CLUSTER, id, "'node_groups': "
                            "[{'name': 'gpu', 'count': 2}]");
    expect_at(&r, AT("node_groups"),
              "[{\"name\":\"node\",\"count\":1},"
              "{\"name\":\"gpu\",\"count\":2}]");
    cr_assert_str_eq(joined(&r, AT("ports"), "group"), "gpu,gpu,node");
    r = update(CLUSTER, id, "'node_groups': [{'name': 'node', 'count': 0}, "
               "{'name': 'gpu', 'count': 1}]");
    expect_at(&r, AT("node_groups"), "[{\"name\":\"gpu\",\"count\":1}]");
    expect_invariants();
}

Test(cluster_scale, a_new_name_is_that_of_new_ports)
{
    const char *id = make_cluster(1);
    struct reply r = update(CLUSTER, id, "'name': 'blue', 'node_groups': "
                            "[{'name': 'node', 'count': 2}]");
    expect_at(&r, AT("ports.1.name"), "blue-node-2");
    cr_assert_str_neq(text_at(&r, AT("ports.0.name")), "blue-node-1");
}

Test(cluster_scale, quota_and_bounds_hold)
{
    const char *id = make_cluster(1);
    set_quota("port", 3);
    struct reply r = scale(id, 4);
    expect_error(&r, 409, "OverQuota");
    r = scale(id, 1001);
    expect_refused(&r, "cluster_network.node_groups[0].count");
    r = update(CLUSTER, id, "'node_groups': [{'name': 'b', 'count': 1000}]");
    expect_refused(&r, "cluster_network.node_groups");
    r = update(CLUSTER, id, "'pods_cidr': '10.0.0.0/16'");
    expect_refused(&r, "cluster_network.pods_cidr");
    expect_used("port", 1);
    expect_invariants();
}

Test(cluster_scale, only_the_revision_that_was_seen_is_changed)
{
    const char *id = make_cluster(1);
    with_header("If-Match: revision_number=7");
    struct reply r = scale(id, 2);
    expect_error(&r, 412, "RevisionNumberConstraintFailed");
    with_header("If-Match: revision_number=1");
    r = scale(id, 2);
    expect_status(&r, 200);
    with_header("If-Match: revision_number=1");
    r = erase(CLUSTER, id);
    expect_status(&r, 412);
}

/* --- deletion */

Test(cluster_delete, takes_all_that_it_made)
{
    struct reply c = create(CLUSTER, "'cluster_id': 'd', "
                            "'pods_cidr': '10.1.0.0/16', 'pods_subnet': true, "
                            "'node_groups': [{'name': 'a', 'count': 3}]");
    hold(&c, 0);
    as_roles("member");
    struct reply r = erase(CLUSTER, text_at(&c, AT("id")));
    expect_status(&r, 204);
    r = show("network", text_at(&c, AT("network_id")));
    expect_status(&r, 404);
    r = show(CLUSTER, text_at(&c, AT("id")));
    expect_error(&r, 404, "ClusterNetworkNotFound");
    expect_used("network", 0);
    expect_used("subnet", 0);
    expect_used("port", 0);
    expect_invariants();
}

Test(cluster_delete, leaves_what_was_there_before)
{
    struct site site = make_site("192.168.0.0/24");
    make_port(site.network_id);
    struct reply c = create(CLUSTER, "'cluster_id': 'd', 'network_id': '%s', "
                            "'pods_cidr': '10.1.0.0/16', 'pods_subnet': true, "
                            "'node_groups': [{'name': 'a', 'count': 3}]",
                            site.network_id);
    struct reply r = erase(CLUSTER, text_at(&c, AT("id")));
    expect_status(&r, 204);
    r = show("network", site.network_id);
    expect_at(&r, "network.subnets", text("[\"%s\"]", site.subnet_id));
    expect_used("port", 1);
    expect_used("subnet", 1);
    expect_invariants();
}

Test(cluster_delete, ports_of_others_in_its_network_keep_it)
{
    struct reply c = show(CLUSTER, make_cluster(2));
    const char *port = make_port(text_at(&c, AT("network_id")));
    struct reply r = erase(CLUSTER, text_at(&c, AT("id")));
    expect_error(&r, 409, "ClusterNetworkInUse");
    expect_at(&r, "NeutronError.blockers_total", "1");
    expect_at(&r, "NeutronError.blockers.0.id", port);
    erase("port", port);
    r = erase(CLUSTER, text_at(&c, AT("id")));
    expect_status(&r, 204);
    expect_invariants();
}

Test(cluster_delete, subnets_and_clusters_of_others_keep_it)
{
    struct reply c = show(CLUSTER, make_cluster(1));
    const char *network = text_at(&c, AT("network_id"));
    struct reply other = create(CLUSTER, "'cluster_id': 'o', "
                                "'network_id': '%s'", network);
    const char *subnet = make_subnet(network, "192.168.0.0/24");
    struct reply r = erase(CLUSTER, text_at(&c, AT("id")));
    expect_error(&r, 409, "ClusterNetworkInUse");
    cr_assert_str_eq(joined(&r, "NeutronError.blockers", "type"),
                     "cluster_network,subnet");
    erase("subnet", subnet);
    r = erase(CLUSTER, text_at(&other, AT("id")));
    expect_status(&r, 204);
    r = erase(CLUSTER, text_at(&c, AT("id")));
    expect_status(&r, 204);
    expect_invariants();
}

Test(cluster_delete, ports_in_a_subnet_of_its_own_keep_it)
{
    struct site site = make_site("192.168.0.0/24");
    struct reply c = create(CLUSTER, "'cluster_id': 'd', 'network_id': '%s', "
                            "'pods_cidr': '10.1.0.0/16', 'pods_subnet': true",
                            site.network_id);
    make_port(site.network_id); /* In the other subnet: no matter. */
    const char *pod = make("port", "'network_id': '%s', 'fixed_ips': "
                           "[{'subnet_id': '%s'}]", site.network_id,
                           text_at(&c, AT("pods_subnet_id")));
    struct reply r = erase(CLUSTER, text_at(&c, AT("id")));
    expect_error(&r, 409, "ClusterNetworkInUse");
    expect_at(&r, "NeutronError.blockers_total", "1");
    expect_at(&r, "NeutronError.blockers.0.id", pod);
}

Test(cluster_delete, a_port_of_another_project_is_told_without_its_id)
{
    const char *project = session()->project;
    struct reply c = show(CLUSTER, make_cluster(0));
    const char *network = text_at(&c, AT("network_id"));
    struct reply r = create("port", "'network_id': '%s', "
                            "'project_id': 'stranger'", network);
    const char *port = text_at(&r, "port.id");
    as(project, "member");
    r = erase(CLUSTER, text_at(&c, AT("id")));
    expect_error(&r, 409, "ClusterNetworkInUse");
    cr_assert(strstr(r.body, port) == NULL &&
                  strstr(r.body, "stranger") == NULL, "%s", r.body);
}

/* --- what nobody may take out */

Test(cluster_guard, networks_and_subnets_in_use_stay)
{
    struct reply c = show(CLUSTER, make_cluster(1));
    struct reply r = erase("network", text_at(&c, AT("network_id")));
    expect_error(&r, 409, "NetworkInUse");
    expect_at(&r, "NeutronError.blockers.0.type", CLUSTER);
    expect_at(&r, "NeutronError.blockers.0.id", text_at(&c, AT("id")));
    r = erase("subnet", text_at(&c, AT("subnet_id")));
    expect_error(&r, 409, "SubnetInUse");
    expect_at(&r, "NeutronError.blockers.0.id", text_at(&c, AT("id")));
}

Test(cluster_guard, the_port_of_a_node_is_not_deleted_by_itself)
{
    struct reply c = show(CLUSTER, make_cluster(2));
    struct reply r = erase("port", text_at(&c, AT("ports.0.id")));
    expect_error(&r, 409, "ServicePortInUse");
    expect_at(&r, "NeutronError.blockers.0.type", CLUSTER);
    as_roles("member");
    r = erase("port", text_at(&c, AT("ports.1.id")));
    expect_error(&r, 409, "ServicePortInUse");
    expect_used("port", 2);
}

Test(cluster_guard, the_port_of_a_node_keeps_an_address_of_the_subnet)
{
    struct reply c = show(CLUSTER, make_cluster(1));
    const char *port = text_at(&c, AT("ports.0.id"));
    struct reply r = update("port", port, "'fixed_ips': []");
    expect_error(&r, 409, "ClusterNetworkInUse");
    r = update("port", port, "'fixed_ips': [{'ip_address': '10.0.0.77'}]");
    expect_status(&r, 200);
    r = show(CLUSTER, text_at(&c, AT("id")));
    expect_at(&r, AT("ports.0.ip_address"), "10.0.0.77");
    expect_invariants();
}
