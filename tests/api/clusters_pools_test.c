/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cluster networks whose subnet is from a subnet pool.
 */
#include "support/api.h"
#include "support/server.h"
#include "support/things.h"

static const char *
make_pool(const char *attributes)
{
    return make("subnetpool", "'name': 'p', %s", attributes);
}

static struct reply
create_cluster(const char *pool, const char *block, const char *more)
{
    return create("cluster_network", "'cluster_id': '%s', 'subnet': "
                  "{'subnetpool_id': '%s'%s}%s", unique("c"), pool, block,
                  more);
}

Test(clusters_pools, a_cluster_has_a_block_of_the_pool)
{
    const char *pool = make_pool("'prefixes': ['172.20.0.0/16']");
    struct reply r = create_cluster(pool, "", "");
    expect_status(&r, 201);
    expect_at(&r, "cluster_network.subnet.cidr", "172.20.0.0/24");
    r = show("subnet", text_at(&r, "cluster_network.subnet_id"));
    expect_at(&r, "subnet.subnetpool_id", pool);
    r = create_cluster(pool, ", 'prefixlen': 26", "");
    expect_at(&r, "cluster_network.subnet.cidr", "172.20.1.0/26");
    r = create_cluster(pool, ", 'cidr': '172.20.9.0/24'", "");
    expect_at(&r, "cluster_network.subnet.cidr", "172.20.9.0/24");
    r = erase("subnetpool", pool);
    expect_error(&r, 400, "SubnetPoolDeleteError");
    expect_invariants();
}

Test(clusters_pools, the_block_stays_clear_of_pods_and_services)
{
    const char *pool = make_pool("'prefixes': ['172.20.0.0/22']");
    struct reply r = create_cluster(
        pool, "", ", 'pods_cidr': '172.20.0.0/24', 'pods_subnet': true, "
        "'services_cidr': '172.20.1.0/25'");
    expect_status(&r, 201);
    expect_at(&r, "cluster_network.subnet.cidr", "172.20.2.0/24");
    r = create_cluster(pool, "", ", 'pods_cidr': '172.20.0.0/23', "
                                 "'services_cidr': '172.20.3.0/24'");
    expect_error(&r, 409, "SubnetAllocationError");
    expect_at(&r, "NeutronError.blockers.0.id", pool);
    expect_invariants();
}

Test(clusters_pools, the_usual_length_gives_way_to_that_of_the_pool)
{
    const char *pool = make_pool("'prefixes': ['172.20.0.0/16'], "
                                 "'min_prefixlen': 26, 'max_prefixlen': 28");
    struct reply r = create_cluster(pool, "", "");
    expect_at(&r, "cluster_network.subnet.prefixlen", "26");
    r = create_cluster(pool, ", 'prefixlen': 25", "");
    expect_error(&r, 400, "MinPrefixSubnetAllocationError");
}

Test(clusters_pools, a_pool_must_be_seen_and_of_ipv4)
{
    const char *pool = make_pool("'prefixes': ['172.20.0.0/16']");
    struct reply r = create_cluster(make_pool("'prefixes': ['fd00::/48']"),
                                    "", "");
    expect_refused(&r, "cluster_network.subnet.subnetpool_id");
    r = create_cluster(NOBODY, "", "");
    expect_error(&r, 404, "SubnetPoolNotFound");
    as(unique("project"), "member");
    r = create_cluster(pool, "", "");
    expect_error(&r, 404, "SubnetPoolNotFound");
}

Test(clusters_pools, the_same_again_is_the_same_and_another_pool_is_not)
{
    const char *pool = make_pool("'prefixes': ['172.20.0.0/16']");
    const char *other = make_pool("'prefixes': ['172.21.0.0/16']");
    static const char body[] = "{'cluster_network': {'cluster_id': '%s', "
                               "'subnet': {'subnetpool_id': '%s'}}}";
    const char *id = unique("c");
    struct reply r = api_body(POST, "/v2.0/cluster-networks", body, id, pool);
    expect_status(&r, 201);
    const char *made = text_at(&r, "cluster_network.id");
    r = api_body(POST, "/v2.0/cluster-networks", body, id, pool);
    expect_status(&r, 200);
    expect_at(&r, "cluster_network.id", made);
    r = api_body(POST, "/v2.0/cluster-networks", body, id, other);
    expect_error(&r, 409, "ClusterNetworkExists");
}

Test(clusters_pools, a_check_tells_that_the_pool_has_no_room)
{
    const char *pool = make_pool("'prefixes': ['172.20.0.0/25']");
    struct reply r = api_body(
        POST, "/v2.0/cluster-networks?check=true",
        "{'cluster_network': {'cluster_id': 'x', "
        "'subnet': {'subnetpool_id': '%s'}}}", pool);
    expect_status(&r, 200);
    expect_at(&r, "check.fits", "false");
    expect_at(&r, "check.problems.0.type", "SubnetAllocationError");
    r = api_body(POST, "/v2.0/cluster-networks?check=true",
                 "{'cluster_network': {'cluster_id': 'x', "
                 "'subnet': {'subnetpool_id': '%s', 'prefixlen': 25}}}",
                 pool);
    expect_at(&r, "check.fits", "true");
    expect_at(&r, "check.subnet.cidr", "172.20.0.0/25");
}

Test(clusters_pools, the_block_comes_back_with_the_cluster)
{
    const char *pool = make_pool("'prefixes': ['172.20.0.0/24']");
    for (int i = 0; i < 3; i++) {
        struct reply r = create_cluster(pool, "", "");
        expect_status(&r, 201);
        expect_at(&r, "cluster_network.subnet.cidr", "172.20.0.0/24");
        r = erase("cluster_network", text_at(&r, "cluster_network.id"));
        expect_status(&r, 204);
    }
    expect_invariants();
}

/* The setting cluster_pool may be the id of a pool. */
Test(clusters_pools, the_setting_names_a_pool_for_all)
{
    struct server server;
    const char *pool =
        make_pool("'prefixes': ['172.20.0.0/16'], 'shared': true");
    const char *args[] = {"serve", "--database-url", server_database(),
                          "--listen", "127.0.0.1:0", "--cluster-pool", pool,
                          "--audit-interval-s", "0", NULL};
    cr_assert(server_start(&server, args, NULL));
    on_server(server.url);
    struct reply r = create("cluster_network", "'cluster_id': '%s', "
                            "'pods_cidr': '172.20.0.0/24'", unique("c"));
    expect_status(&r, 201);
    expect_at(&r, "cluster_network.subnet.cidr", "172.20.1.0/24");
    r = show("subnet", text_at(&r, "cluster_network.subnet_id"));
    expect_at(&r, "subnet.subnetpool_id", pool);
    r = create("cluster_network", "'cluster_id': '%s', "
               "'subnet': {'cidr': '10.7.0.0/24'}", unique("c"));
    expect_status(&r, 201);
    server_end(&server);
}
