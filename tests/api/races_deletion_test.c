/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Networks, subnets, pools and ports change or go while ports are made.
 */
#include "support/race.h"
#include "support/server.h"
#include "support/things.h"

#define N RACE_CLIENTS

static int
create_or_delete_network(const void *arg, int i)
{
    const struct site *site = arg;
    if (i == 3) {
        return erase("network", site->network_id).status;
    }
    return create("port", "'network_id': '%s'", site->network_id).status;
}

Test(races_deletion, a_network_is_deleted_while_ports_are_made)
{
    for (int round = 0; round < 20; round++) {
        int statuses[8];
        struct site site = make_site("10.0.0.0/24");
        race(8, create_or_delete_network, &site, statuses);
        int made = count_status(statuses, 8, 201);
        int lost = count_status(statuses, 8, 404);
        bool deleted = statuses[3] == 204;
        cr_assert(deleted ? made == 0 && lost == 7
                          : statuses[3] == 409 && made == 7,
                  "%s", describe_statuses(statuses, 8));
        struct reply r = list("port", "network_id=%s", site.network_id);
        cr_assert_eq(count_at(&r, "ports"), (size_t) made);
    }
    expect_invariants();
}

static int
create_or_delete_subnet(const void *arg, int i)
{
    const struct site *site = arg;
    if (i == 3) {
        return erase("subnet", site->subnet_id).status;
    }
    return create("port", "'network_id': '%s', 'fixed_ips': "
                  "[{'subnet_id': '%s'}]", site->network_id,
                  site->subnet_id).status;
}

Test(races_deletion, a_subnet_is_deleted_while_ports_are_made)
{
    for (int round = 0; round < 20; round++) {
        int statuses[8];
        struct site site = make_site("10.0.0.0/24");
        race(8, create_or_delete_subnet, &site, statuses);
        int made = count_status(statuses, 8, 201);
        cr_assert(count_status(statuses, 8, 500) == 0 &&
                      (statuses[3] == 204 ? made == 0
                                          : statuses[3] == 409 && made == 7),
                  "%s", describe_statuses(statuses, 8));
    }
    expect_invariants();
}

static int
shrink_or_allocate(const void *arg, int i)
{
    const struct site *site = arg;
    if (i == 10) {
        return update("subnet", site->subnet_id,
                      "'allocation_pools': [{'start': '10.0.0.2', "
                      "'end': '10.0.0.31'}]").status;
    }
    return create("port", "'network_id': '%s'", site->network_id).status;
}

Test(races_deletion, a_pool_shrinks_while_addresses_are_given)
{
    int statuses[N];
    struct site site = make_small_site(200);
    race(N, shrink_or_allocate, &site, statuses);
    int made = count_status(statuses, N, 201);
    cr_assert(statuses[10] == 200 &&
                  made + count_status(statuses, N, 409) == N - 1,
              "%s", describe_statuses(statuses, N));
    cr_assert_geq(made, 30);
    expect_distinct(site.network_id, (size_t) made);
    struct reply r = create("port", "'network_id': '%s'", site.network_id);
    expect_error(&r, 409, "IpAddressGenerationFailure");
    expect_invariants();
}

static int
widen_or_allocate(const void *arg, int i)
{
    const struct site *site = arg;
    if (i % 8 == 0) {
        return update("subnet", site->subnet_id,
                      "'allocation_pools': [{'start': '10.0.0.2', "
                      "'end': '10.0.0.%d'}]", 100 + i).status;
    }
    return create("port", "'network_id': '%s'", site->network_id).status;
}

Test(races_deletion, pools_change_while_addresses_are_given)
{
    int statuses[N];
    struct site site = make_small_site(200);
    race(N, widen_or_allocate, &site, statuses);
    cr_assert_eq(count_status(statuses, N, 200), N / 8, "%s",
                 describe_statuses(statuses, N));
    cr_assert_eq(count_status(statuses, N, 201), N - N / 8, "%s",
                 describe_statuses(statuses, N));
    expect_distinct(site.network_id, (size_t) (N - N / 8));
    expect_invariants();
}

static int
delete_port(const void *arg, int i)
{
    (void) i;
    return erase("port", arg).status;
}

Test(races_deletion, one_port_is_deleted_once)
{
    int statuses[N];
    struct site site = make_small_site(20);
    const char *port = make_port(site.network_id);
    race(N, delete_port, port, statuses);
    cr_assert(count_status(statuses, N, 204) == 1 &&
                  count_status(statuses, N, 404) == N - 1,
              "%s", describe_statuses(statuses, N));
    expect_used("port", 0);
    expect_invariants();
}

static int
change_or_delete_port(const void *arg, int i)
{
    if (i % 4 == 0) {
        return erase("port", arg).status;
    }
    return update("port", arg, "'fixed_ips': [{'ip_address': '10.0.0.%d'}]",
                  100 + i).status;
}

Test(races_deletion, a_port_is_deleted_while_its_addresses_change)
{
    for (int round = 0; round < 10; round++) {
        int statuses[12];
        struct site site = make_small_site(20);
        const char *port = make_port(site.network_id);
        race(12, change_or_delete_port, port, statuses);
        cr_assert_eq(count_status(statuses, 12, 204), 1, "%s",
                     describe_statuses(statuses, 12));
        struct reply r = erase("subnet", site.subnet_id);
        expect_status(&r, 204);
    }
    expect_invariants();
}
