/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The invariants of cluster networks: each check finds what breaks it, and it
 * alone.
 */
#include "support/db.h"
#include "support/invariants.h"
#include "support/things.h"

#define NODES "cluster bundles are complete: as many nodes as groups say"
#define PORTS "cluster bundles are complete: every node has its port and " \
              "address"
#define PARTS "cluster bundles are complete: networks and subnets are there"
#define RANGES "reserved ranges are those of clusters and overlap no other " \
               "subnet"
#define OF(cluster_) " WHERE cluster_id = '" cluster_ "'"
#define ID(cluster_) "(SELECT id FROM cluster_networks" OF(cluster_) ")"

/* "all" has everything, in a network of its own; "part" uses one of another
 * kind, with two nodes; "none" has no node and no range. */
static void
fill(void)
{
    struct site site = make_site("192.168.0.0/24");
    entitle(true);
    make("cluster_network", "'cluster_id': 'all', 'external_ip': false, "
         "'pods_cidr': '10.100.0.0/16', 'services_cidr': '10.254.0.0/16', "
         "'pods_subnet': true, 'node_groups': [{'name': 'a', 'count': 2}, "
         "{'name': 'b', 'count': 1}]");
    make("cluster_network", "'cluster_id': 'part', 'network_id': '%s', "
         "'loadbalancer_subnet_id': '%s', 'node_groups': [{'name': 'a', "
         "'count': 2}]", site.network_id, site.subnet_id);
    make("cluster_network", "'cluster_id': 'none'");
    const char *gone = make_cluster(3);
    struct reply r = erase("cluster_network", gone);
    expect_status(&r, 204);
}

static void
expect_breaks(const char *sql, const char *name)
{
    expect_broken(invariants_database(fill), sql, name);
}

/* --- as many nodes as groups say */

Test(check_clusters, a_node_too_few)
{
    expect_breaks("DELETE FROM cluster_ports WHERE group_name = 'b'",
                  NODES);
}

Test(check_clusters, a_count_that_grew_alone)
{
    expect_breaks("UPDATE cluster_networks SET node_groups ="
                  " '[{\"name\":\"a\",\"count\":3}]'" OF("part"),
                  NODES);
}

Test(check_clusters, a_group_that_is_not_listed)
{
    expect_breaks("UPDATE cluster_networks SET node_groups = '[]'"
                  OF("part"), NODES);
}

/* --- every node has its port and address */

Test(check_clusters, a_node_of_another_network)
{
    expect_breaks(
        "ALTER TABLE cluster_ports DROP CONSTRAINT cluster_ports_port_id_key;"
        "UPDATE cluster_ports SET port_id = (SELECT x.port_id"
        "  FROM cluster_ports x WHERE x.cluster_network_id = " ID("part")
        "   AND x.number = 1) WHERE group_name = 'b'", PORTS);
}

Test(check_clusters, a_node_of_another_project)
{
    expect_breaks("UPDATE cluster_networks SET project_id = 'stranger'"
                  OF("part"), PORTS);
}

Test(check_clusters, a_node_without_an_address_in_the_subnet)
{
    expect_breaks("UPDATE cluster_networks SET subnet_id = pods_subnet_id"
                  OF("all"), PORTS);
}

Test(check_clusters, a_node_without_a_port)
{
    expect_breaks(
        "ALTER TABLE cluster_ports"
        "  DROP CONSTRAINT cluster_ports_port_id_fkey;"
        "UPDATE cluster_ports SET port_id = '" NOBODY "'"
        " WHERE group_name = 'b'", PORTS);
}

/* --- networks and subnets are there */

Test(check_clusters, a_network_of_another_project)
{
    expect_breaks("UPDATE cluster_networks SET owns_network = true,"
                  " owns_subnet = true, project_id = 'stranger'" OF("none"),
                  PARTS);
}

Test(check_clusters, a_network_of_its_own_without_a_subnet_of_its_own)
{
    expect_breaks("UPDATE cluster_networks SET owns_subnet = false"
                  OF("none"), PARTS);
}

Test(check_clusters, a_subnet_of_another_network)
{
    expect_breaks("UPDATE cluster_networks SET subnet_id ="
                  " (SELECT subnet_id FROM cluster_networks" OF("part") ")"
                  OF("none"), PARTS);
}

Test(check_clusters, pods_without_their_subnet)
{
    expect_breaks("UPDATE cluster_networks SET pods_subnet_id = NULL,"
                  " pods_cidr = NULL" OF("all") ";"
                  "DELETE FROM reserved_ranges WHERE kind = 'pods'", PARTS);
}

Test(check_clusters, no_shadow_port_without_external_ip)
{
    expect_breaks("UPDATE cluster_networks SET external_ip = false"
                  OF("part"), PARTS);
}

Test(check_clusters, load_balancers_without_their_subnet)
{
    expect_breaks(
        "ALTER TABLE cluster_networks"
        "  DROP CONSTRAINT cluster_networks_loadbalancer_subnet_id_fkey;"
        "UPDATE cluster_networks SET loadbalancer_subnet_id = '" NOBODY "'"
        OF("part"), PARTS);
}

/* --- ranges */

Test(check_clusters, a_range_that_is_not_reserved)
{
    expect_breaks("DELETE FROM reserved_ranges WHERE kind = 'services'",
                  RANGES);
}

Test(check_clusters, a_range_that_no_cluster_asked_for)
{
    expect_breaks("INSERT INTO reserved_ranges SELECT id, 'services',"
                  " network_id, '10.9.0.0/16' FROM cluster_networks"
                  OF("none"), RANGES);
}

Test(check_clusters, a_range_that_a_subnet_overlaps)
{
    expect_breaks("UPDATE cluster_networks SET services_cidr = '10.0.0.0/20'"
                  OF("all") ";"
                  "UPDATE reserved_ranges SET cidr = '10.0.0.0/20'"
                  " WHERE kind = 'services'", RANGES);
}
