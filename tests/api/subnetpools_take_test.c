/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subnets from subnet pools: which block each gets, who may, and that a block
 * comes back.
 */
#include "core/buf.h"
#include "support/api.h"
#include "support/race.h"
#include "support/server.h"
#include "support/things.h"

static const char *
make_pool(const char *attributes)
{
    return make("subnetpool", "'name': 'p', %s", attributes);
}

/* A subnet of a network of its own from the pool. */
static struct reply
take(const char *pool, const char *attributes)
{
    return create("subnet", "'network_id': '%s', 'ip_version': 4, "
                  "'subnetpool_id': '%s'%s%s", make_network(), pool,
                  attributes[0] == '\0' ? "" : ", ", attributes);
}

#define expect_taken(pool_, attributes_, cidr_)                           \
    do {                                                                  \
        struct reply taken_ = take((pool_), (attributes_));               \
        expect_status(&taken_, 201);                                      \
        expect_at(&taken_, "subnet.cidr", (cidr_));                       \
        expect_at(&taken_, "subnet.subnetpool_id", (pool_));              \
    } while (0)

/* --- which block */

Test(take, the_default_length_from_the_begin_of_the_pool)
{
    const char *pool = make_pool("'prefixes': ['10.0.0.0/22'], "
                                 "'default_prefixlen': 26");
    expect_taken(pool, "", "10.0.0.0/26");
    expect_taken(pool, "", "10.0.0.64/26");
    expect_taken(pool, "'prefixlen': 24", "10.0.1.0/24");
    expect_invariants();
}

Test(take, the_smallest_block_that_fits_is_cut)
{
    const char *pool = make_pool("'prefixes': ['10.0.0.0/22'], "
                                 "'default_prefixlen': 26");
    struct reply r = take(pool, "");
    expect_taken(pool, "", "10.0.0.64/26");
    expect_taken(pool, "'prefixlen': 27", "10.0.0.128/27");
    expect_taken(pool, "", "10.0.0.192/26");
    r = erase("subnet", text_at(&r, "subnet.id"));
    expect_status(&r, 204);
    expect_taken(pool, "'prefixlen': 28", "10.0.0.160/28");
    expect_taken(pool, "", "10.0.0.0/26");
    expect_invariants();
}

Test(take, blocks_that_come_back_join)
{
    const char *pool = make_pool("'prefixes': ['10.0.0.0/24']");
    const char *ids[16];
    for (size_t i = 0; i < 16; i++) {
        struct reply r = take(pool, "'prefixlen': 28");
        expect_status(&r, 201);
        ids[i] = text_at(&r, "subnet.id");
    }
    struct reply r = take(pool, "'prefixlen': 32");
    expect_error(&r, 409, "SubnetAllocationError");
    for (size_t i = 0; i < 16; i++) {
        r = erase("subnet", ids[(i * 7) % 16]);
        expect_status(&r, 204);
    }
    expect_taken(pool, "'prefixlen': 24", "10.0.0.0/24");
    expect_invariants();
}

Test(take, a_block_comes_back_with_its_network)
{
    const char *pool = make_pool("'prefixes': ['10.0.0.0/24']");
    struct reply r = take(pool, "'prefixlen': 24");
    const char *network = text_at(&r, "subnet.network_id");
    r = take(pool, "'prefixlen': 24");
    expect_error(&r, 409, "SubnetAllocationError");
    r = erase("network", network);
    expect_status(&r, 204);
    expect_taken(pool, "'prefixlen': 24", "10.0.0.0/24");
}

Test(take, an_explicit_cidr_inside_the_pool)
{
    const char *pool = make_pool("'prefixes': ['10.0.0.0/16']");
    expect_taken(pool, "'cidr': '10.0.7.9/24'", "10.0.7.0/24");
    struct reply r = take(pool, "'cidr': '10.0.7.0/25'");
    expect_error(&r, 409, "SubnetAllocationError");
    expect_at(&r, "NeutronError.blockers.0.type", "subnet");
    r = take(pool, "'cidr': '11.0.0.0/24'");
    expect_error(&r, 409, "SubnetAllocationError");
    expect_at(&r, "NeutronError.blockers.0.type", "subnetpool");
    r = take(pool, "'cidr': '10.0.0.0/15'");
    expect_error(&r, 409, "SubnetAllocationError");
    expect_taken(pool, "'prefixlen': 24", "10.0.6.0/24");
    expect_invariants();
}

Test(take, a_gateway_says_which_block)
{
    const char *pool = make_pool("'prefixes': ['10.0.0.0/16'], "
                                 "'default_prefixlen': 24");
    struct reply r = take(pool, "'gateway_ip': '10.0.3.9'");
    expect_at(&r, "subnet.cidr", "10.0.3.0/24");
    expect_at(&r, "subnet.gateway_ip", "10.0.3.9");
    r = take(pool, "'gateway_ip': '11.0.3.9'");
    expect_error(&r, 409, "SubnetAllocationError");
    r = take(pool, "'gateway_ip': null");
    expect_at(&r, "subnet.gateway_ip", "null");
    expect_at(&r, "subnet.cidr", "10.0.2.0/24");
}

Test(take, ipv6_pools_work_alike)
{
    const char *pool = make_pool("'prefixes': ['fd00::/47']");
    const char *network = make_network();
    static const char *const want[] = {"fd00::/64", "fd00:0:0:1::/64",
                                       "fd00:0:0:2::/64"};
    for (size_t i = 0; i < 3; i++) {
        struct reply r = create("subnet", "'network_id': '%s', "
                                "'ip_version': 6, 'subnetpool_id': '%s'",
                                network, pool);
        expect_at(&r, "subnet.cidr", want[i]);
    }
    struct reply r = create("subnet", "'network_id': '%s', 'ip_version': 6, "
                            "'subnetpool_id': '%s', 'prefixlen': 128",
                            network, pool);
    expect_at(&r, "subnet.cidr", "fd00:0:0:3::/128");
    r = create("subnet", "'network_id': '%s', 'ip_version': 6, "
               "'subnetpool_id': '%s', 'gateway_ip': 'fe80::1'", network,
               pool);
    expect_at(&r, "subnet.cidr", "fd00:0:0:4::/64");
    expect_invariants();
}

Test(take, many_of_one_request_get_a_block_each)
{
    const char *pool = make_pool("'prefixes': ['10.0.0.0/24'], "
                                 "'default_prefixlen': 30");
    const char *network = make_network(), *all = "";
    for (int i = 0; i < 64; i++) {
        all = text("%s%s{'network_id': '%s', 'ip_version': 4, "
                   "'subnetpool_id': '%s'}", all, i == 0 ? "" : ", ",
                   network, pool);
    }
    struct reply r =
        api_body(POST, "/v2.0/subnets", "{'subnets': [%s]}", all);
    expect_status(&r, 201);
    expect_at(&r, "subnets.0.cidr", "10.0.0.0/30");
    expect_at(&r, "subnets.63.cidr", "10.0.0.252/30");
    r = take(pool, "'prefixlen': 32");
    expect_error(&r, 409, "SubnetAllocationError");
    expect_invariants();
}

/* More than one request settles by the way. */
Test(take, hundreds_that_came_back_join_before_anybody_is_refused)
{
    const char *pool = make_pool("'prefixes': ['10.0.0.0/23'], "
                                 "'default_prefixlen': 32");
    const char *network = make_network();
    struct buf all;
    buf_init(&all, session_arena(), 1 << 16);
    for (int i = 0; i < 512; i++) {
        buf_addf(&all, "%s{'network_id': '%s', 'ip_version': 4, "
                 "'subnetpool_id': '%s'}", i == 0 ? "" : ",", network, pool);
    }
    as_roles(NULL);
    struct reply r = api_body(PUT, text("/v2.0/quotas/%s",
                                        session()->project),
                              "{'quota': {'subnet': -1}}");
    expect_status(&r, 200);
    r = api_body(POST, "/v2.0/subnets", "{'subnets': [%s]}", all.data);
    expect_status(&r, 201);
    r = erase("network", network);
    expect_status(&r, 204);
    expect_taken(pool, "'prefixlen': 23", "10.0.0.0/23");
    expect_invariants();
}

Test(take, one_request_fits_together_whatever_it_asks_for)
{
    const char *pool = make_pool("'prefixes': ['10.0.0.0/24']");
    const char *network = make_network(), *all = "";
    static const char *const asked[] = {
        "'prefixlen': 26", "'cidr': '10.0.0.0/28'", "'prefixlen': 25",
        "'prefixlen': 28", "'prefixlen': 27"};
    for (size_t i = 0; i < 5; i++) {
        all = text("%s%s{'network_id': '%s', 'ip_version': 4, "
                   "'subnetpool_id': '%s', %s}", all, i == 0 ? "" : ", ",
                   network, pool, asked[i]);
    }
    struct reply r =
        api_body(POST, "/v2.0/subnets", "{'subnets': [%s]}", all);
    expect_error(&r, 409, "SubnetAllocationError");
    r = api_body(POST, "/v2.0/subnets", "{'subnets': ["
                 "{'network_id': '%s', 'ip_version': 4, "
                 "'subnetpool_id': '%s', 'cidr': '10.0.0.0/28'},"
                 "{'network_id': '%s', 'ip_version': 4, "
                 "'subnetpool_id': '%s', 'prefixlen': 25},"
                 "{'network_id': '%s', 'ip_version': 4, "
                 "'subnetpool_id': '%s', 'prefixlen': 28}]}",
                 network, pool, network, pool, network, pool);
    expect_status(&r, 201);
    expect_at(&r, "subnets.1.cidr", "10.0.0.128/25");
    expect_at(&r, "subnets.2.cidr", "10.0.0.16/28");
    expect_invariants();
}

Test(take, prefixes_that_come_and_go_are_given_and_are_not)
{
    const char *pool = make_pool("'prefixes': ['10.0.0.0/25']");
    struct reply r = take(pool, "'prefixlen': 24");
    expect_error(&r, 409, "SubnetAllocationError");
    r = api_body(PUT, text("/v2.0/subnetpools/%s/add_prefixes", pool),
                 "{'prefixes': ['10.0.0.128/25', '10.0.2.0/24']}");
    expect_status(&r, 200);
    expect_taken(pool, "'prefixlen': 24", "10.0.0.0/24");
    expect_taken(pool, "'prefixlen': 26", "10.0.2.0/26");
    r = api_body(PUT, text("/v2.0/subnetpools/%s/remove_prefixes", pool),
                 "{'prefixes': ['10.0.2.32/27']}");
    expect_error(&r, 400, "IllegalSubnetPoolPrefixUpdate");
    expect_at(&r, "NeutronError.blockers.0.type", "subnet");
    r = api_body(PUT, text("/v2.0/subnetpools/%s/remove_prefixes", pool),
                 "{'prefixes': ['10.0.2.64/27', '10.0.2.128/25']}");
    expect_at(&r, "prefixes",
              "[\"10.0.0.0/24\",\"10.0.2.0/26\",\"10.0.2.96/27\"]");
    expect_taken(pool, "'prefixlen': 27", "10.0.2.96/27");
    expect_invariants();
}

/* A pool could fall into more pieces than a request may name. */
Test(take, a_pool_does_not_fall_into_too_many_prefixes)
{
    const char *pool = make_pool("'prefixes': ['10.0.0.0/8']");
    const char *holes = "'10.0.1.0/32'";
    for (int i = 1; i < 100; i++) {
        holes = text("%s, '10.%d.1.0/32'", holes, i);
    }
    struct reply r =
        api_body(PUT, text("/v2.0/subnetpools/%s/remove_prefixes", pool),
                 "{'prefixes': [%s]}", holes);
    expect_error(&r, 400, "IllegalSubnetPoolPrefixUpdate");
    expect_taken(pool, "'cidr': '10.0.1.0/28'", "10.0.1.0/28");
    expect_invariants();
}

/* --- what is asked */

Test(take, lengths_are_those_of_the_pool)
{
    const char *pool = make_pool(
        "'prefixes': ['10.0.0.0/16'], 'min_prefixlen': 24, "
        "'max_prefixlen': 28, 'default_prefixlen': 26");
    struct reply r = take(pool, "'prefixlen': 23");
    expect_error(&r, 400, "MinPrefixSubnetAllocationError");
    r = take(pool, "'prefixlen': 29");
    expect_error(&r, 400, "MaxPrefixSubnetAllocationError");
    r = take(pool, "'cidr': '10.0.0.0/23'");
    expect_error(&r, 400, "MinPrefixSubnetAllocationError");
    r = take(pool, "'cidr': '10.0.0.0/29'");
    expect_error(&r, 400, "MaxPrefixSubnetAllocationError");
    expect_taken(pool, "'prefixlen': 24", "10.0.0.0/24");
    expect_taken(pool, "'prefixlen': 28", "10.0.1.0/28");
}

Test(take, what_contradicts_itself_is_refused)
{
    const char *pool = make_pool("'prefixes': ['10.0.0.0/16']");
    static const char *const wrong[] = {
        "'cidr': '10.0.0.0/24', 'prefixlen': 24",
        "'use_default_subnetpool': true",
        "'allocation_pools': [{'start': '10.0.0.9', 'end': '10.0.0.10'}]",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct reply r = take(pool, wrong[i]);
        expect_error(&r, 400, "BadRequest");
    }
    struct reply r = create("subnet", "'network_id': '%s', 'ip_version': 6, "
                            "'subnetpool_id': '%s'", make_network(), pool);
    expect_error(&r, 400, "BadRequest");
    r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
               "'prefixlen': 24", make_network());
    expect_error(&r, 400, "BadRequest");
    r = take(NOBODY, "");
    expect_error(&r, 404, "SubnetPoolNotFound");
}

Test(take, the_default_pool)
{
    const char *network = make_network();
    struct reply r = create("subnet", "'network_id': '%s', 'ip_version': 6, "
                            "'use_default_subnetpool': true", network);
    expect_error(&r, 400, "BadRequest");
    const char *pool = make_pool("'prefixes': ['fd00::/48'], "
                                 "'shared': true, 'is_default': true");
    as(unique("project"), "member");
    r = create("subnet", "'network_id': '%s', 'ip_version': 6, "
               "'use_default_subnetpool': true", make_network());
    expect_status(&r, 201);
    expect_at(&r, "subnet.subnetpool_id", pool);
    r = erase("subnet", text_at(&r, "subnet.id"));
    expect_status(&r, 204);
    as_roles(NULL);
    r = erase("subnetpool", pool);
    expect_status(&r, 204);
}

Test(take, the_pool_filters_subnets)
{
    const char *pool = make_pool("'prefixes': ['10.0.0.0/16'], "
                                 "'default_prefixlen': 24");
    take(pool, "");
    take(pool, "");
    make_site("10.9.0.0/24");
    struct reply r = list("subnet", "subnetpool_id=%s", pool);
    cr_assert_eq(count_at(&r, "subnets"), 2, "%s", describe(&r));
}

/* --- subnets of one network */

Test(take, subnets_of_a_network_are_from_one_pool)
{
    const char *pool = make_pool("'prefixes': ['10.0.0.0/16'], "
                                 "'default_prefixlen': 24");
    const char *other = make_pool("'prefixes': ['10.1.0.0/16'], "
                                  "'default_prefixlen': 24");
    struct reply r = take(pool, "");
    const char *network = text_at(&r, "subnet.network_id");
    r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
               "'subnetpool_id': '%s'", network, pool);
    expect_status(&r, 201);
    r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
               "'subnetpool_id': '%s'", network, other);
    expect_error(&r, 400, "NetworkSubnetPoolAffinityError");
    r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
               "'cidr': '99.0.0.0/24'", network);
    expect_error(&r, 400, "NetworkSubnetPoolAffinityError");
    r = create("subnet", "'network_id': '%s', 'ip_version': 6, "
               "'cidr': 'fd00::/64'", network);
    expect_status(&r, 201);
    r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
               "'subnetpool_id': '%s'", make_site("9.0.0.0/24").network_id,
               pool);
    expect_error(&r, 400, "NetworkSubnetPoolAffinityError");
}

Test(take, pools_of_an_address_scope_go_together)
{
    const char *scope =
        make("address_scope", "'name': 's', 'ip_version': 4");
    const char *second =
        make("address_scope", "'name': 's', 'ip_version': 4");
    const char *pools[3];
    for (int i = 0; i < 3; i++) {
        pools[i] = make_pool(
            text("'prefixes': ['10.%d.0.0/16'], 'default_prefixlen': 24, "
                 "'address_scope_id': '%s'", i, i < 2 ? scope : second));
    }
    struct reply r = take(pools[0], "");
    const char *network = text_at(&r, "subnet.network_id");
    r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
               "'subnetpool_id': '%s'", network, pools[1]);
    expect_status(&r, 201);
    r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
               "'subnetpool_id': '%s'", network, pools[2]);
    expect_error(&r, 400, "NetworkAddressScopeAffinityError");
    r = show("network", network);
    expect_at(&r, "network.ipv4_address_scope", scope);
    expect_at(&r, "network.ipv6_address_scope", "null");
    r = update("subnetpool", pools[0], "'address_scope_id': '%s'", second);
    expect_error(&r, 400, "NetworkAddressScopeAffinityError");
}

/* --- who may, and how much */

Test(take, others_take_from_shared_pools_only)
{
    const char *shared = make_pool("'prefixes': ['10.0.0.0/16'], "
                                   "'default_prefixlen': 24, 'shared': true");
    const char *hidden = make_pool("'prefixes': ['10.0.0.0/16'], "
                                   "'default_prefixlen': 24");
    as(unique("project"), "member");
    expect_taken(shared, "", "10.0.0.0/24");
    struct reply r = take(hidden, "");
    expect_error(&r, 404, "SubnetPoolNotFound");
}

Test(take, a_pool_stays_while_subnets_are_from_it)
{
    const char *pool = make_pool("'prefixes': ['10.0.0.0/16'], "
                                 "'default_prefixlen': 24");
    struct reply r = take(pool, "");
    const char *subnet = text_at(&r, "subnet.id");
    r = erase("subnetpool", pool);
    expect_error(&r, 400, "SubnetPoolDeleteError");
    expect_at(&r, "NeutronError.blockers.0.id", subnet);
    r = api(GET, "/v2.0/subnetpools/%s/blockers", pool);
    expect_at(&r, "blockers.0.id", subnet);
    erase("subnet", subnet);
    r = erase("subnetpool", pool);
    expect_status(&r, 204);
}

Test(take, a_project_has_its_quota_of_a_pool)
{
    const char *pool = make_pool("'prefixes': ['10.0.0.0/16'], "
                                 "'default_prefixlen': 24, 'shared': true, "
                                 "'default_quota': 512");
    expect_taken(pool, "", "10.0.0.0/24");
    struct reply r = take(pool, "'prefixlen': 23");
    expect_error(&r, 409, "SubnetPoolQuotaExceeded");
    expect_at(&r, "NeutronError.blockers.0.type", "quota");
    r = take(pool, "");
    expect_status(&r, 201);
    const char *last = text_at(&r, "subnet.id");
    r = take(pool, "'prefixlen': 32");
    expect_error(&r, 409, "SubnetPoolQuotaExceeded");
    erase("subnet", last);
    expect_taken(pool, "'prefixlen': 25", "10.0.1.0/25");
    as(unique("project"), "member");
    expect_taken(pool, "", "10.0.2.0/24");
}

Test(take, a_quota_of_ipv6_counts_blocks_of_64)
{
    const char *pool =
        make_pool("'prefixes': ['fd00::/48'], 'default_quota': 2");
    const char *network = make_network();
    static const int lens[] = {64, 65, 65, 128}, want[] = {201, 201, 201, 409};
    for (size_t i = 0; i < 4; i++) {
        struct reply r = create("subnet", "'network_id': '%s', "
                                "'ip_version': 6, 'subnetpool_id': '%s', "
                                "'prefixlen': %d", network, pool, lens[i]);
        expect_status(&r, want[i]);
    }
}

Test(take, a_dry_run_takes_nothing)
{
    const char *pool = make_pool("'prefixes': ['10.0.0.0/24'], "
                                 "'default_prefixlen': 24");
    const char *network = make_network();
    with_header("Dry-Run: true");
    struct reply r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
               "'subnetpool_id': '%s'", network, pool);
    expect_status(&r, 201);
    expect_at(&r, "subnet.cidr", "10.0.0.0/24");
    expect_taken(pool, "", "10.0.0.0/24");
}

/* --- many at once */

struct rush {
    const char *pool;
    const char *networks[RACE_CLIENTS];
};

static struct rush
make_rush(const char *prefix)
{
    struct rush rush;
    rush.pool = make_pool(text("'prefixes': ['%s'], "
                               "'default_prefixlen': 28", prefix));
    for (int i = 0; i < RACE_CLIENTS; i++) {
        rush.networks[i] = make_network();
    }
    return rush;
}

static int
take_one(const void *arg, int i)
{
    const struct rush *rush = arg;
    return create("subnet", "'network_id': '%s', 'ip_version': 4, "
                  "'subnetpool_id': '%s'", rush->networks[i], rush->pool)
        .status;
}

/* Expects 'n' subnets from the pool, no two of them with the same range. */
static void
expect_blocks(const char *pool, size_t n)
{
    struct reply r = list("subnet", "subnetpool_id=%s", pool);
    const char *cidrs = joined_sorted(&r, "subnets", "cidr");
    const char *before = "";
    size_t found = 0;
    while (*cidrs != '\0') {
        int len = (int) strcspn(cidrs, ",");
        const char *cidr = text("%.*s", len, cidrs);
        cr_assert_str_neq(cidr, before, "%s is given twice", cidr);
        before = cidr;
        cidrs += len + (cidrs[len] == ',' ? 1 : 0);
        found++;
    }
    cr_assert_eq(found, n, "%s", describe(&r));
}

Test(take_races, the_last_blocks_are_given_once_each)
{
    struct rush rush = make_rush("10.0.0.0/23");
    int statuses[RACE_CLIENTS];
    race(RACE_CLIENTS, take_one, &rush, statuses);
    cr_assert_eq(count_status(statuses, RACE_CLIENTS, 201), 32, "%s",
                 describe_statuses(statuses, RACE_CLIENTS));
    cr_assert_eq(count_status(statuses, RACE_CLIENTS, 409),
                 RACE_CLIENTS - 32);
    expect_blocks(rush.pool, 32);
    expect_invariants();
}

Test(take_races, as_many_blocks_as_clients_and_nobody_is_refused)
{
    struct rush rush = make_rush("10.0.0.0/22");
    int statuses[RACE_CLIENTS];
    race(RACE_CLIENTS, take_one, &rush, statuses);
    cr_assert_eq(count_status(statuses, RACE_CLIENTS, 201), RACE_CLIENTS,
                 "%s", describe_statuses(statuses, RACE_CLIENTS));
    expect_blocks(rush.pool, RACE_CLIENTS);
    expect_invariants();
}

/* Takes and gives back; the last time it keeps. */
static int
take_and_return(const void *arg, int i)
{
    const struct rush *rush = arg;
    for (int round = 0; round < 4; round++) {
        struct reply r = create("subnet", "'network_id': '%s', "
                                "'ip_version': 4, 'subnetpool_id': '%s', "
                                "'prefixlen': %d", rush->networks[i],
                                rush->pool, 28 + (i + round) % 3);
        if (r.status != 201) {
            return r.status;
        }
        r = erase("subnet", text_at(&r, "subnet.id"));
        if (r.status != 204) {
            return r.status;
        }
    }
    return take_one(arg, i);
}

Test(take_races, none_is_lost_when_blocks_come_and_go)
{
    struct rush rush = make_rush("10.0.0.0/21");
    int statuses[RACE_CLIENTS];
    race(32, take_and_return, &rush, statuses);
    cr_assert_eq(count_status(statuses, 32, 201), 32, "%s",
                 describe_statuses(statuses, 32));
    expect_blocks(rush.pool, 32);
    for (int i = 0; i < 32; i++) {
        struct reply r = erase("network", rush.networks[i]);
        expect_status(&r, 204);
    }
    expect_taken(rush.pool, "'prefixlen': 21", "10.0.0.0/21");
    expect_invariants();
}

Test(take_races, a_quota_of_a_pool_is_exact)
{
    struct rush rush = make_rush("10.0.0.0/16");
    int statuses[RACE_CLIENTS];
    struct reply r = update("subnetpool", rush.pool, "'default_quota': 175");
    expect_status(&r, 200);
    race(32, take_one, &rush, statuses);
    cr_assert_eq(count_status(statuses, 32, 201), 10, "%s",
                 describe_statuses(statuses, 32));
    cr_assert_eq(count_status(statuses, 32, 409), 22);
}
