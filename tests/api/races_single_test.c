/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many clients want the same MAC, CIDR, revision or rest of a quota.
 */
#include "support/race.h"
#include "support/server.h"
#include "support/things.h"

#define N RACE_CLIENTS

/* --- one of a kind */

Test(races_single, one_mac)
{
    expect_winners((struct goal){
        "port", text("'network_id': '%s', 'mac_address': "
                     "'fa:16:3e:12:34:56'", make_network()), NULL}, 1);
}

Test(races_single, one_cidr)
{
    int statuses[N];
    struct goal goal = {"subnet", text("'network_id': '%s', 'ip_version': 4, "
                                       "'cidr': '10.0.0.0/24'",
                                       make_network()), NULL};
    race(N, race_want, &goal, statuses);
    cr_assert(count_status(statuses, N, 201) == 1 &&
                  count_status(statuses, N, 400) == N - 1,
              "%s", describe_statuses(statuses, N));
    expect_invariants();
}

static int
put_if_match(const void *arg, int i)
{
    const char *const *goal = arg;
    with_header("If-Match: revision_number=%s", goal[1]);
    return update("network", goal[0], "'name': '%d'", i).status;
}

Test(races_single, one_revision)
{
    int statuses[N];
    const char *id = make_network();
    struct reply r = show("network", id);
    const char *goal[] = {id, text_at(&r, "network.revision_number")};
    race(N, put_if_match, goal, statuses);
    cr_assert(count_status(statuses, N, 200) == 1 &&
                  count_status(statuses, N, 412) == N - 1,
              "%s", describe_statuses(statuses, N));
}

static int
put_tag(const void *arg, int i)
{
    return api(PUT, "/v2.0/networks/%s/tags/t%d", (const char *) arg,
               i).status;
}

Test(races_single, no_tag_is_lost)
{
    int statuses[N];
    const char *id = make_network();
    race(N, put_tag, id, statuses);
    cr_assert_eq(count_status(statuses, N, 201), N, "%s",
                 describe_statuses(statuses, N));
    struct reply r = show("network", id);
    cr_assert_eq(count_at(&r, "network.tags"), N);
}

/* --- quotas */

Test(races_single, a_quota_of_ten_ports)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    set_quota("port", 10);
    expect_winners(
        (struct goal){"port", text("'network_id': '%s'", network), NULL},
        10);
    expect_used("port", 10);
}

Test(races_single, a_quota_of_ten_networks)
{
    set_quota("network", 10);
    expect_winners((struct goal){"network", "", NULL}, 10);
    expect_used("network", 10);
}

static int
want_valid_or_not(const void *arg, int i)
{
    const char *network = arg;
    const char *invalid =
        i % 2 == 0 ? "" : ", 'fixed_ips': [{'ip_address': '10.9.9.9'}]";
    return create("port", "'network_id': '%s'%s", network, invalid).status;
}

Test(races_single, requests_that_fail_use_up_no_quota)
{
    int statuses[20];
    const char *network = make_site("10.0.0.0/24").network_id;
    set_quota("port", 10);
    race(20, want_valid_or_not, network, statuses);
    cr_assert_eq(count_status(statuses, 20, 201), 10, "%s",
                 describe_statuses(statuses, 20));
    expect_used("port", 10);
    expect_invariants();
}
