/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many clients make networks and subnets at the same moment: they are made
 * together, and each gets the answer that it would get alone.
 */
#include <unistd.h>

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

/* Whose writes go together, and whose do not, take from one pool. */
static int
create_port_as_one_of_many(const void *arg, int i)
{
    as(text("guest-%d", i % 7), "member");
    return create_in(arg, "").status;
}

Test(races_creation, ports_of_many_projects_in_one_network)
{
    int statuses[N];
    const char *network = make("network", "'shared': true");
    make_subnet(network, "10.0.0.0/26");
    race(N, create_port_as_one_of_many, network, statuses);
    cr_assert(count_status(statuses, N, 201) == 61 &&
                  count_status(statuses, N, 409) == N - 61,
              "%s", describe_statuses(statuses, N));
    expect_distinct(network, 61);
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

/* --- what brings more than its own rows stands beside what does not */

static int
create_shared_or_not(const void *arg, int i)
{
    (void) arg;
    struct reply r = create("network", "'shared': %s",
                            i % 2 == 0 ? "true" : "false");
    if (r.status == 201) {
        expect_at(&r, "network.shared", i % 2 == 0 ? "true" : "false");
    }
    return r.status;
}

Test(races_creation, shared_networks_bring_their_policies)
{
    int statuses[N];
    race(N, create_shared_or_not, NULL, statuses);
    cr_assert_eq(count_status(statuses, N, 201), N, "%s",
                 describe_statuses(statuses, N));
    expect_used("network", N);
    expect_used("rbac_policy", N / 2);
    expect_invariants();
}

/* A network and a pool for it. */
struct source {
    const char *network, *pool;
};

static int
create_of_pool_or_not(const void *arg, int i)
{
    const struct source *source = arg;
    if (i % 2 == 0) {
        return create("subnet", "'network_id': '%s', 'ip_version': 4, "
                      "'subnetpool_id': '%s'", source->network,
                      source->pool).status;
    }
    return create("subnet", "'network_id': '%s', 'ip_version': 6, "
                  "'cidr': 'fd00:%x::/64'", source->network, i + 1).status;
}

/* The events of the network, once there are 'n' of them: what is read lags a
 * moment behind what is committed. */
static struct reply
await_events(const char *network, size_t n)
{
    struct reply r;
    size_t found = 0;
    for (int i = 0; i < 500 && found < n; i++) {
        r = api(GET, "/v2.0/events?type=network&id=%s&limit=1000", network);
        expect_status(&r, 200);
        found = count_at(&r, "events");
        usleep(10000);
    }
    cr_assert_eq(found, n, "%s", describe(&r));
    return r;
}

Test(races_creation, a_network_tells_of_subnets_of_a_pool_and_of_others)
{
    int statuses[N];
    const char *scope = make("address_scope", "'name': 's', 'ip_version': 4");
    const struct source source = {
        .network = make_network(),
        .pool = make("subnetpool", "'name': 'p', 'address_scope_id': '%s', "
                     "'prefixes': ['10.0.0.0/16'], 'default_prefixlen': 25",
                     scope)};
    race(N, create_of_pool_or_not, &source, statuses);
    cr_assert_eq(count_status(statuses, N, 201), N, "%s",
                 describe_statuses(statuses, N));
    struct reply r = await_events(source.network, N + 1);
    struct reply shown = show("network", source.network);
    for (size_t i = 1; i <= N; i++) {
        cr_assert(json_equal(json_at(&r, text("events.%zu.after", i - 1)),
                             json_at(&r, text("events.%zu.before", i))),
                  "event %zu of %s", i, describe(&r));
    }
    cr_assert(json_equal(json_at(&r, text("events.%d.after", N)),
                         json_at(&shown, "network")),
              "%s\n%s", describe(&r), describe(&shown));
    expect_at(&shown, "network.ipv4_address_scope", scope);
    expect_invariants();
}

Test(races_creation, a_refused_subnet_leaves_the_pool_as_it_was)
{
    const struct source source = {
        .network = make_network(),
        .pool = make("subnetpool", "'name': 'p', "
                     "'prefixes': ['10.0.0.0/16'], "
                     "'default_prefixlen': 25")};
    set_quota("subnet", 0);
    struct reply r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
                            "'subnetpool_id': '%s'", source.network,
                            source.pool);
    expect_status(&r, 409);
    expect_invariants();
    set_quota("subnet", 1);
    r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
               "'subnetpool_id': '%s'", source.network, source.pool);
    expect_status(&r, 201);
    expect_at(&r, "subnet.cidr", "10.0.0.0/25");
    expect_used("subnet", 1);
}
