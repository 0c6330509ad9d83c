/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many cluster networks at the same moment: each gets a block of its own, the
 * same one is made once, and what is counted stays exact.
 */
#include "support/race.h"
#include "support/server.h"
#include "support/things.h"

#define CLUSTER "cluster_network"
#define N 16

static int
make_one(const void *arg, int i)
{
    (void) arg;
    return create(CLUSTER, "'cluster_id': 'r%d', 'pods_cidr': "
                  "'10.100.0.0/16', 'node_groups': "
                  "[{'name': 'a', 'count': 3}]", i).status;
}

Test(races_clusters, clusters_of_a_project_get_blocks_of_their_own)
{
    int statuses[N];
    set_quota("network", N - 2);
    race(N, make_one, NULL, statuses);
    cr_assert(count_status(statuses, N, 201) == N - 2 &&
                  count_status(statuses, N, 409) == 2,
              "%s", describe_statuses(statuses, N));
    struct reply r = list("subnet", "project_id=%s&sort_key=cidr",
                          session()->project);
    cr_assert_eq(count_at(&r, "subnets"), N - 2);
    for (int i = 0; i < N - 2; i++) {
        expect_at(&r, text("subnets.%d.cidr", i), text("10.0.%d.0/24", i));
    }
    expect_used("network", N - 2);
    expect_used("port", 3 * (N - 2));
    expect_invariants();
}

static int
make_same(const void *arg, int i)
{
    (void) arg;
    (void) i;
    return create(CLUSTER, "'cluster_id': 'same', 'node_groups': "
                  "[{'name': 'a', 'count': 5}]").status;
}

Test(races_clusters, the_same_cluster_is_made_once)
{
    int statuses[N];
    race(N, make_same, NULL, statuses);
    cr_assert(count_status(statuses, N, 201) == 1 &&
                  count_status(statuses, N, 200) == N - 1,
              "%s", describe_statuses(statuses, N));
    expect_used("network", 1);
    expect_used("port", 5);
    expect_invariants();
}

static int
make_overlapping(const void *arg, int i)
{
    const struct site *site = arg;
    return create(CLUSTER, "'cluster_id': 'o%d', 'network_id': '%s', "
                  "'pods_cidr': '10.%d.0.0/15', 'node_groups': "
                  "[{'name': 'a', 'count': 1}]", i, site->network_id,
                  100 + i % 2).status;
}

Test(races_clusters, of_overlapping_ranges_one_wins)
{
    int statuses[N];
    struct site site = make_site("192.168.0.0/24");
    race(N, make_overlapping, &site, statuses);
    cr_assert(count_status(statuses, N, 201) == 1 &&
                  count_status(statuses, N, 409) == N - 1,
              "%s", describe_statuses(statuses, N));
    expect_invariants();
}

static int
subnet_or_range(const void *arg, int i)
{
    const struct site *site = arg;
    struct reply r =
        i % 2 == 0
            ? create(CLUSTER, "'cluster_id': 's%d', 'network_id': '%s', "
                     "'subnet_id': '%s', 'pods_cidr': '10.%d.0.0/16'", i,
                     site->network_id, site->subnet_id, i / 2)
            : create("subnet", "'network_id': '%s', 'ip_version': 4, "
                     "'cidr': '10.%d.3.0/24'", site->network_id, i / 2);
    return r.status;
}

Test(races_clusters, a_subnet_or_a_range_but_never_both)
{
    int statuses[N];
    struct site site = make_site("192.168.0.0/24");
    race(N, subnet_or_range, &site, statuses);
    cr_assert_eq(count_status(statuses, N, 201), N / 2, "%s",
                 describe_statuses(statuses, N));
    expect_invariants();
}

/* Scales up and down, deletes, makes again, holds ports. */
static int
come_and_go(const void *arg, int i)
{
    const char *id = *(const char *const *) arg;
    for (int round = 0; round < 8; round++) {
        struct reply r = {.status = 200};
        if (i == 0 && round % 4 == 3) {
            r = erase(CLUSTER, id);
        } else if (i % 4 == 3) {
            r = show(CLUSTER, id);
            const char *port = text_at(&r, "cluster_network.ports.0.id");
            r = update("port", port, "'device_id': '%s'",
                       round % 2 == 0 ? "vm" : "");
        } else {
            r = update(CLUSTER, id, "'node_groups': [{'name': 'node', "
                       "'count': %d}]", 1 + (i * 7 + round * 3) % 9);
        }
        if (r.status >= 500 || r.status == 0) {
            return r.status;
        }
    }
    return 200;
}

Test(races_clusters, scaling_and_deletion_leave_a_whole_or_nothing)
{
    int statuses[N];
    const char *id = make_cluster(4);
    race(N, come_and_go, &id, statuses);
    cr_assert_eq(count_status(statuses, N, 200), N, "%s",
                 describe_statuses(statuses, N));
    expect_invariants();
}

/* Clusters in one network, made and deleted while its ports come and go. */
static int
share_network(const void *arg, int i)
{
    const struct site *site = arg;
    for (int round = 0; round < 4; round++) {
        struct reply r =
            i % 2 == 0
                ? create(CLUSTER, "'cluster_id': 'n%d', 'network_id': '%s', "
                         "'subnet_id': '%s', 'pods_cidr': '10.%d.0.0/16', "
                         "'pods_subnet': true, "
                         "'node_groups': [{'name': 'a', 'count': 4}]", i,
                         site->network_id, site->subnet_id, i)
                : create("port", "'network_id': '%s', 'fixed_ips': "
                         "[{'subnet_id': '%s'}]", site->network_id,
                         site->subnet_id);
        if (r.status == 201) {
            r = i % 2 == 0 ? erase(CLUSTER,
                                   text_at(&r, "cluster_network.id"))
                           : erase("port", text_at(&r, "port.id"));
        }
        if (r.status != 204 && r.status != 409) {
            return r.status;
        }
    }
    return 200;
}

Test(races_clusters, clusters_share_a_network_with_ports_of_others)
{
    int statuses[N];
    struct site site = make_site("192.168.0.0/24");
    race(N, share_network, &site, statuses);
    cr_assert_eq(count_status(statuses, N, 200), N, "%s",
                 describe_statuses(statuses, N));
    expect_used("port", 0);
    expect_invariants();
}
