/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cluster networks: who is in the way of their deletion and of what they are
 * made of, asked or planned, and their deletion by a plan.
 */
#include "support/db.h"
#include "support/race.h"
#include "support/server.h"
#include "support/things.h"

#define CLUSTER "cluster_network"
#define AT(path) "cluster_network." path
#define PODS "'pods_cidr': '10.100.0.0/16', 'pods_subnet': true"
#define NODES(count) "'node_groups': [{'name': 'node', 'count': " #count "}]"

static struct reply
cascade(const char *plural, const char *id, const char *plan)
{
    return api(DELETE, "/v2.0/%s/%s?cascade=%s", plural, id, plan);
}

static struct reply
plan_of(const char *plural, const char *id)
{
    struct reply r = cascade(plural, id, "plan");
    expect_status(&r, 200);
    return r;
}

static struct reply
plan_cluster(const char *id)
{
    return plan_of("cluster-networks", id);
}

static struct reply
execute(const char *id, const struct reply *plan)
{
    return cascade("cluster-networks", id, text_at(plan, "plan.id"));
}

static struct reply
blockers_of(const char *plural, const char *id)
{
    struct reply r = api(GET, "/v2.0/%s/%s/blockers", plural, id);
    expect_status(&r, 200);
    return r;
}

#define expect_gone(kind, id)                                              \
    do {                                                                   \
        struct reply gone_ = show((kind), (id));                           \
        expect_status(&gone_, 404);                                        \
    } while (0)

/* A cluster with a subnet of pods in a network of its own. */
static struct reply
make_with_pods(void)
{
    return show(CLUSTER, make(CLUSTER, "'cluster_id': '%s', " PODS ", "
                              NODES(2), unique("k8s-")));
}

/* The port of a pod in it. */
static const char *
make_pod(const struct reply *cluster)
{
    return make("port", "'network_id': '%s', 'device_owner': "
                "'container:pod', 'device_id': '%s', 'fixed_ips': "
                "[{'subnet_id': '%s'}]", text_at(cluster, AT("network_id")),
                unique("pod-"), text_at(cluster, AT("pods_subnet_id")));
}

/* --- what a plan says */

Test(cluster_plans, a_plan_lists_nodes_pods_subnets_and_network)
{
    struct reply c = make_with_pods();
    const char *pod = make_pod(&c);
    struct reply r = plan_cluster(text_at(&c, AT("id")));
    cr_assert_str_eq(joined(&r, "plan.deletes", "type"),
                     "port,port,port,subnet,subnet,network,cluster_network");
    cr_assert_not_null(strstr(joined(&r, "plan.deletes", "id"), pod));
    expect_at(&r, "plan.deletes.5.id", text_at(&c, AT("network_id")));
    expect_at(&r, "plan.deletes.6.id", text_at(&c, AT("id")));
    expect_at(&r, "plan.deletes.6.cidr", "null");
    expect_at(&r, "plan.updates", "[]");
    expect_at(&r, "plan.blockers_total", "0");
    struct reply after = show(CLUSTER, text_at(&c, AT("id")));
    cr_assert_str_eq(after.body, c.body);
}

Test(cluster_plans, an_empty_cluster_has_a_plan_of_what_it_made)
{
    const char *id = make_cluster(0);
    struct reply r = plan_cluster(id);
    cr_assert_str_eq(joined(&r, "plan.deletes", "type"),
                     "subnet,network,cluster_network");
    expect_at(&r, "plan.deletes.0.cidr", "10.0.0.0/24");
    r = execute(id, &r);
    expect_status(&r, 204);
    expect_gone(CLUSTER, id);
}

Test(cluster_plans, a_cluster_that_made_nothing_takes_its_nodes_alone)
{
    struct site site = make_site("192.168.0.0/24");
    const char *other = make_port(site.network_id);
    const char *id = make(CLUSTER, "'cluster_id': 'x', 'network_id': '%s', "
                          NODES(2), site.network_id);
    struct reply r = plan_cluster(id);
    cr_assert_str_eq(joined(&r, "plan.deletes", "type"),
                     "port,port,cluster_network");
    r = execute(id, &r);
    expect_status(&r, 204);
    r = show("port", other);
    expect_status(&r, 200);
    r = show("subnet", site.subnet_id);
    expect_status(&r, 200);
    expect_used("port", 1);
    expect_invariants();
}

/* --- execution */

Test(cluster_plans, execution_takes_pods_along_with_events_and_quotas)
{
    struct reply c = make_with_pods();
    const char *network = text_at(&c, AT("network_id"));
    const char *pod = make_pod(&c), *guest = make_port(network);
    const char *subnet = make_subnet(network, "172.16.0.0/24");
    as_roles("member");
    const char *id = text_at(&c, AT("id"));
    struct reply r = erase(CLUSTER, id);
    expect_error(&r, 409, "ClusterNetworkInUse");
    r = plan_cluster(id);
    r = execute(id, &r);
    expect_status(&r, 204);
    as_roles(NULL);
    expect_gone(CLUSTER, id);
    expect_gone("port", pod);
    expect_gone("port", guest);
    expect_gone("subnet", subnet);
    expect_gone("network", network);
    expect_used("port", 0);
    expect_used("subnet", 0);
    expect_used("network", 0);
    const char *deleted = db_column(
        server_database(),
        text("SELECT count(*) FROM events WHERE action = 'delete'"
             " AND network_id = '%s'", network));
    cr_assert_str_eq(deleted, "9"); /* 4 ports, 3 subnets, and the two. */
    expect_invariants();
}

Test(cluster_plans, ports_with_addresses_elsewhere_stay_without_those)
{
    struct site site = make_site("192.168.0.0/24");
    const char *id = make(CLUSTER, "'cluster_id': 'x', 'network_id': '%s', "
                          PODS ", 'subnet': {'cidr': '10.7.0.0/24'}, "
                          NODES(1), site.network_id);
    struct reply c = show(CLUSTER, id);
    const char *alone = make_pod(&c);
    const char *both = make("port", "'network_id': '%s', 'fixed_ips': "
                            "[{'subnet_id': '%s'}, {'subnet_id': '%s'}, "
                            "{'subnet_id': '%s'}]", site.network_id,
                            site.subnet_id,
                            text_at(&c, AT("subnet_id")),
                            text_at(&c, AT("pods_subnet_id")));
    struct reply r = plan_cluster(id);
    cr_assert_str_eq(joined(&r, "plan.deletes", "type"),
                     "port,port,subnet,subnet,cluster_network");
    cr_assert_str_eq(joined(&r, "plan.updates", "id"), both);
    r = execute(id, &r);
    expect_status(&r, 204);
    expect_gone("port", alone);
    expect_gone("subnet", text_at(&c, AT("subnet_id")));
    expect_gone("subnet", text_at(&c, AT("pods_subnet_id")));
    r = show("port", both);
    expect_addresses(&r, "192.168.0.2");
    r = show("network", site.network_id);
    expect_at(&r, "network.reserved_ranges", "[]");
    expect_used("port", 1);
    expect_used("subnet", 1);
    expect_invariants();
}

Test(cluster_plans, a_shadow_port_goes_along)
{
    entitle(true);
    const char *id = make(CLUSTER, "'cluster_id': 'x', 'external_ip': false, "
                          NODES(1));
    as_roles("member");
    struct reply r = plan_cluster(id);
    cr_assert_str_eq(joined(&r, "plan.deletes", "type"),
                     "port,port,subnet,network,cluster_network");
    r = execute(id, &r);
    expect_status(&r, 204);
    expect_invariants();
}

/* --- what has changed, what blocks */

Test(cluster_plans, a_new_pod_or_another_scale_changes_a_plan)
{
    struct reply c = make_with_pods();
    const char *id = text_at(&c, AT("id"));
    struct reply old = plan_cluster(id);
    const char *pod = make_pod(&c);
    struct reply r = execute(id, &old);
    expect_error(&r, 412, "PlanChanged");
    cr_assert_not_null(strstr(joined(&r, "plan.deletes", "id"), pod));
    update(CLUSTER, id, NODES(3));
    r = execute(id, &r);
    expect_error(&r, 412, "PlanChanged");
    expect_used("port", 4);
    r = execute(id, &r);
    expect_status(&r, 204);
    expect_used("port", 0);
}

Test(cluster_plans, ports_of_other_projects_and_of_routers_block)
{
    const char *owner = session()->project;
    struct reply c = make_with_pods();
    const char *id = text_at(&c, AT("id"));
    const char *network = text_at(&c, AT("network_id"));
    make("port", "'network_id': '%s', 'device_owner': "
         "'network:router_interface', 'device_id': 'r1'", network);
    as(unique("guest-"), NULL);
    const char *theirs = make_port(network);
    as(owner, "member");
    struct reply r = plan_cluster(id);
    expect_at(&r, "plan.blockers_total", "2");
    cr_assert_null(strstr(r.body, theirs), "%s", r.body);
    r = execute(id, &r);
    expect_error(&r, 409, "ClusterNetworkInUse");
    expect_at(&r, "NeutronError.blockers_total", "2");
    as(owner, NULL);
    r = show(CLUSTER, id);
    expect_status(&r, 200);
    expect_used("port", 3);
}

Test(cluster_plans, another_cluster_in_its_network_blocks)
{
    struct reply c = show(CLUSTER, make_cluster(1));
    const char *id = text_at(&c, AT("id"));
    const char *other = make(CLUSTER, "'cluster_id': 'o', 'network_id': "
                             "'%s', " NODES(2), text_at(&c, AT("network_id")));
    struct reply r = plan_cluster(id);
    expect_at(&r, "plan.blockers_total", "1");
    expect_at(&r, "plan.blockers.0.type", CLUSTER);
    expect_at(&r, "plan.blockers.0.id", other);
    cr_assert_str_eq(joined(&r, "plan.deletes", "type"),
                     "port,subnet,network,cluster_network");
    r = execute(id, &r);
    expect_error(&r, 409, "ClusterNetworkInUse");
    r = plan_cluster(other);
    expect_at(&r, "plan.blockers_total", "0");
    r = execute(other, &r);
    expect_status(&r, 204);
    r = plan_cluster(id);
    r = execute(id, &r);
    expect_status(&r, 204);
    expect_invariants();
}

Test(cluster_plans, load_balancers_of_another_cluster_block)
{
    struct reply c = show(CLUSTER, make_cluster(1));
    const char *other = make(CLUSTER, "'cluster_id': 'o', "
                             "'loadbalancer_subnet_id': '%s'",
                             text_at(&c, AT("subnet_id")));
    struct reply r = plan_cluster(text_at(&c, AT("id")));
    expect_at(&r, "plan.blockers.0.id", other);
    r = erase(CLUSTER, text_at(&c, AT("id")));
    expect_error(&r, 409, "ClusterNetworkInUse");
    expect_at(&r, "NeutronError.blockers.0.id", other);
}

Test(cluster_plans, others_find_nothing_and_readers_change_nothing)
{
    const char *owner = session()->project, *id = make_cluster(1);
    as(unique("other-"), "member");
    struct reply r = cascade("cluster-networks", id, "plan");
    expect_error(&r, 404, "ClusterNetworkNotFound");
    r = api(GET, "/v2.0/cluster-networks/%s/blockers", id);
    expect_error(&r, 404, "ClusterNetworkNotFound");
    as(owner, "reader");
    r = cascade("cluster-networks", id, "plan");
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = cascade("cluster-networks", id, "no-plan");
    expect_error(&r, 403, "PolicyNotAuthorized");
    as(owner, NULL);
    r = cascade("cluster-networks", id, "no-plan");
    expect_status(&r, 400);
}

/* --- plans of its network and subnets */

Test(cluster_plans, a_cluster_blocks_the_plans_of_its_network_and_subnets)
{
    struct reply c = make_with_pods();
    const char *id = text_at(&c, AT("id"));
    const char *network = text_at(&c, AT("network_id"));
    make_pod(&c);
    struct reply r = plan_of("networks", network);
    expect_at(&r, "plan.blockers_total", "1");
    expect_at(&r, "plan.blockers.0.id", id);
    expect_at(&r, "plan.blockers.0.reason", "The cluster network needs it: "
              "delete the cluster network first.");
    cr_assert_str_eq(joined(&r, "plan.deletes", "type"),
                     "port,subnet,subnet,network");
    r = cascade("networks", network, text_at(&r, "plan.id"));
    expect_error(&r, 409, "NetworkInUse");
    static const char *const subnets[] = {AT("subnet_id"),
                                          AT("pods_subnet_id")};
    for (int i = 0; i < 2; i++) {
        const char *subnet = text_at(&c, subnets[i]);
        r = plan_of("subnets", subnet);
        expect_at(&r, "plan.blockers.0.id", id);
        r = cascade("subnets", subnet, text_at(&r, "plan.id"));
        expect_error(&r, 409, "SubnetInUse");
    }
    expect_used("port", 3);
}

/* --- asked without trying */

Test(cluster_blockers, networks_subnets_and_ports_tell_their_clusters)
{
    struct reply c = show(CLUSTER, make_cluster(2));
    const char *id = text_at(&c, AT("id"));
    const char *network = text_at(&c, AT("network_id"));
    struct reply r = blockers_of("ports", text_at(&c, AT("ports.0.id")));
    expect_at(&r, "blockers_total", "1");
    expect_at(&r, "blockers.0.id", id);
    r = blockers_of("subnets", text_at(&c, AT("subnet_id")));
    expect_at(&r, "blockers_total", "1");
    expect_at(&r, "blockers.0.id", id);
    const char *port = make_port(network);
    r = blockers_of("networks", network);
    expect_at(&r, "blockers_total", "2");
    cr_assert_str_eq(joined(&r, "blockers", "id"), text("%s,%s", id, port));
    r = erase("network", network);
    expect_error(&r, 409, "NetworkInUse");
    cr_assert_str_eq(joined(&r, "NeutronError.blockers", "id"),
                     text("%s,%s", id, port));
}

Test(cluster_blockers, a_cluster_tells_what_is_in_its_way)
{
    struct reply c = make_with_pods();
    const char *id = text_at(&c, AT("id"));
    struct reply r = blockers_of("cluster-networks", id);
    expect_at(&r, "blockers", "[]");
    const char *pod = make_pod(&c);
    const char *subnet = make_subnet(text_at(&c, AT("network_id")),
                                     "172.16.0.0/24");
    r = blockers_of("cluster-networks", id);
    cr_assert_str_eq(joined(&r, "blockers", "id"),
                     text("%s,%s", pod, subnet));
    struct reply refused = erase(CLUSTER, id);
    cr_assert_str_eq(joined(&refused, "NeutronError.blockers", "id"),
                     text("%s,%s", pod, subnet));
}

Test(cluster_blockers, clusters_of_others_are_told_without_their_ids)
{
    const char *owner = session()->project;
    struct site site = make_site("192.168.0.0/24");
    update("network", site.network_id, "'shared': true");
    as(unique("guest-"), "member");
    const char *id = make(CLUSTER, "'cluster_id': 'x', 'network_id': '%s', "
                          NODES(1), site.network_id);
    as(owner, "member");
    struct reply r = blockers_of("networks", site.network_id);
    expect_at(&r, "blockers_total", "1");
    expect_at(&r, "blockers.0.type", CLUSTER);
    expect_at(&r, "blockers.0.id", "null");
    cr_assert_null(strstr(r.body, id));
    r = plan_of("subnets", site.subnet_id);
    expect_at(&r, "plan.blockers.0.id", "null");
    cr_assert_null(strstr(r.body, id));
}

/* --- groups of ports */

Test(cluster_blockers, no_group_of_ports_takes_nodes_along)
{
    struct reply c = show(CLUSTER, make_cluster(1));
    const char *node = text_at(&c, AT("ports.0.id"));
    const char *port = make_port(text_at(&c, AT("network_id")));
    const char *body = text("{'ports': [{'id': '%s'}, {'id': '%s'}]}", port,
                            node);
    struct reply r = api_body(DELETE, "/v2.0/ports", "%s", body);
    expect_error(&r, 409, "ServicePortInUse");
    expect_at(&r, "NeutronError.blockers.0.type", CLUSTER);
    r = api_body(DELETE, "/v2.0/ports?atomic=false", "%s", body);
    expect_status(&r, 207);
    cr_assert_str_eq(joined(&r, "results", "status"), "204,409");
    r = api_body(PUT, "/v2.0/ports", "{'ports': [{'id': '%s', 'fixed_ips': "
                 "[]}]}", node);
    expect_error(&r, 409, "ClusterNetworkInUse");
    r = api_body(PUT, "/v2.0/ports", "{'ports': [{'id': '%s', 'device_id': "
                 "'vm-1'}]}", node);
    expect_status(&r, 200);
    expect_invariants();
}

Test(cluster_blockers, clusters_are_changed_one_by_one)
{
    const char *id = make_cluster(1);
    const char *body = text("{'cluster_networks': [{'id': '%s'}]}", id);
    struct reply r = api_body(PUT, "/v2.0/cluster-networks", "%s", body);
    expect_status(&r, 405);
    expect_header(&r, "Allow", "GET, HEAD, POST, OPTIONS");
    r = api_body(DELETE, "/v2.0/cluster-networks", "%s", body);
    expect_status(&r, 405);
}

/* --- at the same moment */

struct hurry {
    const char *id, *network_id, *subnet_id;
    const char *plan;
};

/* One executes the plan, one scales, the others make pods. */
static int
execute_scale_or_make(const void *arg, int i)
{
    const struct hurry *hurry = arg;
    if (i == 3) {
        return cascade("cluster-networks", hurry->id, hurry->plan).status;
    }
    if (i == 4) {
        return update(CLUSTER, hurry->id, NODES(4)).status;
    }
    return create("port", "'network_id': '%s', 'fixed_ips': "
                  "[{'subnet_id': '%s'}]", hurry->network_id,
                  hurry->subnet_id).status;
}

Test(cluster_plans, what_is_made_at_the_same_moment_leaves_all_or_nothing)
{
    for (int round = 0; round < 10; round++) {
        int statuses[8];
        struct reply c = make_with_pods();
        struct hurry hurry = {.id = text_at(&c, AT("id")),
                              .network_id = text_at(&c, AT("network_id")),
                              .subnet_id = text_at(&c, AT("pods_subnet_id"))};
        make_pod(&c);
        struct reply r = plan_cluster(hurry.id);
        hurry.plan = text_at(&r, "plan.id");
        race(8, execute_scale_or_make, &hurry, statuses);
        bool gone = statuses[3] == 204;
        cr_assert(gone ? count_status(statuses, 8, 404) == 7
                       : statuses[3] == 412 && statuses[4] == 200 &&
                             count_status(statuses, 8, 201) == 6,
                  "%s", describe_statuses(statuses, 8));
        r = list("port", "network_id=%s", hurry.network_id);
        cr_assert_eq(count_at(&r, "ports"), gone ? 0 : 11);
    }
    expect_invariants();
}
