/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many clients make networks and subnets at the same moment: they are made
 * together, and each gets the answer that it would get alone.
 */
#include "support/race.h"
#include "support/server.h"
#include "support/things.h"

#define N RACE_CLIENTS

Test(races_creation, the_last_ten_networks_of_a_quota)
{
    set_quota("network", 10);
    expect_winners((struct goal){"network", "'name': 'n'", NULL}, 10);
    expect_used("network", 10);
}

static int
create_in_project(const void *arg, int i)
{
    const char *const *projects = arg;
    as_project(projects[i % 2]);
    return create("network", "'name': 'n%d'", i).status;
}

Test(races_creation, who_has_no_quota_left_does_not_keep_others)
{
    int statuses[N];
    const char *projects[] = {unique("full-"), unique("free-")};
    as_project(projects[0]);
    set_quota("network", 3);
    race(N, create_in_project, projects, statuses);
    for (int i = 1; i < N; i += 2) {
        cr_assert_eq(statuses[i], 201, "client %d: %d", i, statuses[i]);
    }
    cr_assert_eq(count_status(statuses, N, 201), N / 2 + 3, "%s",
                 describe_statuses(statuses, N));
    as_project(projects[0]);
    expect_used("network", 3);
    expect_invariants();
}

static int
create_good_or_bad(const void *arg, int i)
{
    (void) arg;
    return create("network", i % 3 == 0 ? "'mtu': 1" : "'mtu': 1400").status;
}

Test(races_creation, bad_networks_do_not_spoil_those_beside_them)
{
    int statuses[N];
    race(N, create_good_or_bad, NULL, statuses);
    for (int i = 0; i < N; i++) {
        cr_assert_eq(statuses[i], i % 3 == 0 ? 400 : 201, "client %d: %d", i,
                     statuses[i]);
    }
    expect_used("network", count_status(statuses, N, 201));
    expect_invariants();
}

static int
create_one_range(const void *network_id, int i)
{
    (void) i;
    struct reply r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
                            "'cidr': '10.0.0.0/24'",
                            (const char *) network_id);
    if (r.status != 201) { /* It learns which subnet is in the way. */
        expect_at(&r, "NeutronError.blockers.0.type", "subnet");
        cr_assert_eq(strlen(text_at(&r, "NeutronError.blockers.0.id")), 36);
    }
    return r.status;
}

Test(races_creation, one_range_of_a_network)
{
    int statuses[N];
    const char *network = make_network();
    race(N, create_one_range, network, statuses);
    cr_assert(count_status(statuses, N, 201) == 1 &&
                  count_status(statuses, N, 400) == N - 1,
              "%s", describe_statuses(statuses, N));
    expect_used("subnet", 1);
    expect_invariants();
}

static int
create_own_range(const void *network_id, int i)
{
    return create("subnet", "'network_id': '%s', 'ip_version': 4, "
                  "'cidr': '10.0.%d.0/24'", (const char *) network_id,
                  i).status;
}

Test(races_creation, a_network_counts_and_shows_every_subnet)
{
    int statuses[N];
    const char *network = make_network();
    struct reply before = show("network", network);
    race(N, create_own_range, network, statuses);
    cr_assert_eq(count_status(statuses, N, 201), N, "%s",
                 describe_statuses(statuses, N));
    struct reply r = show("network", network);
    cr_assert_eq(count_at(&r, "network.subnets"), N);
    cr_assert_eq(int_at(&r, "network.revision_number"),
                 int_at(&before, "network.revision_number") + N);
    expect_used("subnet", N);
    expect_invariants();
}
