/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many clients want the same thing at the same moment.  Exactly as many get
 * it as there are, the others are told why not, and the database holds its
 * invariants afterwards.
 */
#include "support/race.h"

#include <stdlib.h>

#include "support/api.h"
#include "support/server.h"

#define N RACE_CLIENTS

/* What the clients of a race share. */
struct goal {
    const char *kind;       /* Of the object that they want, "port". */
    const char *attributes; /* With which they want it. */
    const char *other_url;  /* Every second one asks this server. */
};

static int
want(const void *arg, int i)
{
    const struct goal *goal = arg;
    if (goal->other_url != NULL && i % 2 == 1) {
        on_server(goal->other_url);
    }
    return create(goal->kind, "%s", goal->attributes).status;
}

/* Lets N clients want 'goal': 'winners' of them get it, the others 409. */
static void
expect_winners(struct goal goal, int winners)
{
    int statuses[N];
    race(N, want, &goal, statuses);
    cr_assert(count_status(statuses, N, 201) == winners &&
                  count_status(statuses, N, 409) == N - winners,
              "%s", describe_statuses(statuses, N));
    expect_invariants();
}

static int
compare_addresses(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* Expects 'n' ports in the network, no two of them with the same address. */
static void
expect_distinct(const char *network_id, size_t n)
{
    const char *addresses[1000];
    struct reply r = list("port", "network_id=%s", network_id);
    cr_assert_eq(count_at(&r, "ports"), n);
    for (size_t i = 0; i < n; i++) {
        addresses[i] =
            text_at(&r, text("ports.%zu.fixed_ips.0.ip_address", i));
    }
    qsort(addresses, n, sizeof(addresses[0]), compare_addresses);
    for (size_t i = 1; i < n; i++) {
        cr_assert_str_neq(addresses[i - 1], addresses[i]);
    }
}

/* A network whose only subnet has the addresses 10.0.0.2 to 10.0.0.'last'
 * to give. */
static struct site
make_small_site(int last)
{
    const char *network = make_network();
    return (struct site){
        network, make("subnet", "'network_id': '%s', 'ip_version': 4, "
                      "'cidr': '10.0.0.0/24', 'allocation_pools': "
                      "[{'start': '10.0.0.2', 'end': '10.0.0.%d'}]",
                      network, last)};
}

/* --- addresses */

Test(races, the_last_ten_addresses)
{
    struct site site = make_small_site(11);
    expect_winners((struct goal){"port", text("'network_id': '%s'",
                                              site.network_id), NULL}, 10);
    expect_distinct(site.network_id, 10);
}

Test(races, as_many_addresses_as_clients_and_nobody_is_refused)
{
    struct site site = make_small_site(N + 1);
    expect_winners((struct goal){"port", text("'network_id': '%s'",
                                              site.network_id), NULL}, N);
    expect_distinct(site.network_id, N);
}

Test(races, one_explicit_address)
{
    struct site site = make_small_site(200);
    expect_winners(
        (struct goal){"port", text("'network_id': '%s', 'fixed_ips': "
                                   "[{'ip_address': '10.0.0.99'}]",
                                   site.network_id), NULL}, 1);
}

static int
take_explicit_or_any(const void *arg, int i)
{
    const struct site *site = arg;
    const char *fixed_ips =
        i % 2 == 0 ? ""
                   : text(", 'fixed_ips': [{'ip_address': '10.0.0.%d'}]",
                          2 + i);
    return create("port", "'network_id': '%s'%s", site->network_id,
                  fixed_ips).status;
}

Test(races, explicit_and_automatic_addresses_of_a_full_pool)
{
    int statuses[N];
    struct site site = make_small_site(N + 1);
    race(N, take_explicit_or_any, &site, statuses);
    int made = count_status(statuses, N, 201);
    cr_assert_eq(made + count_status(statuses, N, 409), N, "%s",
                 describe_statuses(statuses, N));
    cr_assert_geq(made, N / 2);
    expect_distinct(site.network_id, (size_t) made);
    for (int i = made; i < N; i++) {
        make_port(site.network_id);
    }
    struct reply r = create("port", "'network_id': '%s'", site.network_id);
    expect_error(&r, 409, "IpAddressGenerationFailure");
    expect_invariants();
}

Test(races, slaac_addresses_of_many_ports)
{
    const char *network = make_network();
    make("subnet", "'network_id': '%s', 'ip_version': 6, "
         "'cidr': '2001:db8::/64', 'ipv6_ra_mode': 'slaac', "
         "'ipv6_address_mode': 'slaac'", network);
    expect_winners((struct goal){"port", text("'network_id': '%s'", network),
                                 NULL}, N);
    expect_distinct(network, N);
}

static int
put_address(const void *arg, int i)
{
    const char *const *ports = arg;
    return update("port", ports[i],
                  "'fixed_ips': [{'ip_address': '10.0.0.250'}]").status;
}

Test(races, one_address_by_put)
{
    int statuses[20];
    const char *ports[20];
    struct site site = make_small_site(200);
    for (int i = 0; i < 20; i++) {
        ports[i] = make_port(site.network_id);
    }
    race(20, put_address, ports, statuses);
    cr_assert(count_status(statuses, 20, 200) == 1 &&
                  count_status(statuses, 20, 409) == 19,
              "%s", describe_statuses(statuses, 20));
    expect_distinct(site.network_id, 20);
    expect_invariants();
}

static int
create_and_delete(const void *arg, int i)
{
    const struct site *site = arg;
    (void) i;
    for (int round = 0; round < 10; round++) {
        struct reply r =
            create("port", "'network_id': '%s'", site->network_id);
        if (r.status != 201) {
            if (r.status != 409) {
                return r.status;
            }
            continue;
        }
        r = erase("port", text_at(&r, "port.id"));
        if (r.status != 204) {
            return r.status;
        }
    }
    return 0;
}

Test(races, a_storm_of_creations_and_deletions_loses_no_address)
{
    int statuses[N];
    struct site site = make_small_site(11);
    race(N, create_and_delete, &site, statuses);
    cr_assert_eq(count_status(statuses, N, 0), N, "%s",
                 describe_statuses(statuses, N));
    for (int i = 0; i < 10; i++) {
        make_port(site.network_id);
    }
    struct reply r = create("port", "'network_id': '%s'", site.network_id);
    expect_error(&r, 409, "IpAddressGenerationFailure");
    expect_invariants();
}

static int
create_in_bulk_or_alone(const void *arg, int i)
{
    const struct site *site = arg;
    const char *port = text("{'network_id': '%s'}", site->network_id);
    if (i % 2 == 0) {
        return api_body(POST, "/v2.0/ports", "{'port': %s}", port).status;
    }
    return api_body(POST, "/v2.0/ports", "{'ports': [%s, %s, %s]}", port,
                    port, port).status;
}

Test(races, bulk_and_single_ports_share_a_subnet)
{
    int statuses[N];
    struct site site = make_small_site(1 + 2 * N);
    race(N, create_in_bulk_or_alone, &site, statuses);
    cr_assert_eq(count_status(statuses, N, 201), N, "%s",
                 describe_statuses(statuses, N));
    expect_distinct(site.network_id, 2 * N);
    struct reply r = create("port", "'network_id': '%s'", site.network_id);
    expect_error(&r, 409, "IpAddressGenerationFailure");
    expect_invariants();
}

static int
create_good_or_bad(const void *arg, int i)
{
    const struct site *site = arg;
    const char *bad[] = {"", ", 'fixed_ips': [{'ip_address': '10.9.9.9'}]",
                         ", 'fixed_ips': [{'subnet_id': '" NOBODY "'}]",
                         ", 'mac_address': 'fa:16:3e:00:00:01'"};
    return create("port", "'network_id': '%s'%s",
                  i % 5 == 4 ? NOBODY : site->network_id,
                  bad[i % 5 == 4 ? 0 : i % 5]).status;
}

Test(races, bad_requests_do_not_spoil_those_beside_them)
{
    int statuses[N];
    struct site site = make_small_site(200);
    race(N, create_good_or_bad, &site, statuses);
    for (int i = 0; i < N; i++) {
        int expected = (int[]){201, 400, 404, 0, 404}[i % 5];
        cr_assert(i % 5 == 3 || statuses[i] == expected, "client %d: %d", i,
                  statuses[i]);
    }
    cr_assert_eq(count_status(statuses, N, 201), (N + 4) / 5 + 1, "%s",
                 describe_statuses(statuses, N));
    expect_invariants();
}

/* --- other things there is one of */

Test(races, one_mac)
{
    expect_winners((struct goal){
        "port", text("'network_id': '%s', 'mac_address': "
                     "'fa:16:3e:12:34:56'", make_network()), NULL}, 1);
}

Test(races, one_cidr)
{
    int statuses[N];
    struct goal goal = {"subnet", text("'network_id': '%s', 'ip_version': 4, "
                                       "'cidr': '10.0.0.0/24'",
                                       make_network()), NULL};
    race(N, want, &goal, statuses);
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

Test(races, one_revision)
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

Test(races, no_tag_is_lost)
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

static void
set_quota(const char *resource, int limit)
{
    struct reply r =
        api_body(PUT, text("/v2.0/quotas/%s", session()->project),
                 "{'quota': {'%s': %d}}", resource, limit);
    expect_status(&r, 200);
}

static void
expect_used(const char *resource, int used)
{
    struct reply r =
        api(GET, "/v2.0/quotas/%s/details", session()->project);
    expect_at(&r, text("quota.%s.used", resource), text("%d", used));
}

Test(races, a_quota_of_ten_ports)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    set_quota("port", 10);
    expect_winners(
        (struct goal){"port", text("'network_id': '%s'", network), NULL},
        10);
    expect_used("port", 10);
}

Test(races, a_quota_of_ten_networks)
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

Test(races, requests_that_fail_use_up_no_quota)
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

/* --- the ground is taken away */

static int
create_or_delete_network(const void *arg, int i)
{
    const struct site *site = arg;
    if (i == 3) {
        return erase("network", site->network_id).status;
    }
    return create("port", "'network_id': '%s'", site->network_id).status;
}

Test(races, a_network_is_deleted_while_ports_are_made)
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

Test(races, a_subnet_is_deleted_while_ports_are_made)
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

Test(races, a_pool_shrinks_while_addresses_are_given)
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

Test(races, pools_change_while_addresses_are_given)
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

Test(races, one_port_is_deleted_once)
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

Test(races, a_port_is_deleted_while_its_addresses_change)
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

/* --- two servers on one database */

Test(races, two_servers_share_the_last_ten_addresses)
{
    struct server other = server_serve("--log-level", "warn");
    struct site site = make_small_site(11);
    expect_winners((struct goal){"port", text("'network_id': '%s'",
                                              site.network_id), other.url},
                   10);
    expect_distinct(site.network_id, 10);
    server_end(&other);
}

Test(races, two_servers_share_a_quota)
{
    struct server other = server_serve("--log-level", "warn");
    const char *network = make_site("10.0.0.0/24").network_id;
    set_quota("port", 10);
    expect_winners((struct goal){"port", text("'network_id': '%s'", network),
                                 other.url}, 10);
    expect_used("port", 10);
    server_end(&other);
}

Test(races, two_servers_give_one_mac_and_one_address_once)
{
    struct server other = server_serve("--log-level", "warn");
    struct site site = make_small_site(200);
    const char *wanted[] = {"'mac_address': 'fa:16:3e:12:34:56'",
                            "'fixed_ips': [{'ip_address': '10.0.0.99'}]"};
    for (size_t i = 0; i < 2; i++) {
        expect_winners((struct goal){
            "port", text("'network_id': '%s', %s", site.network_id,
                         wanted[i]), other.url}, 1);
    }
    server_end(&other);
}

Test(races, what_one_server_made_the_other_shows_at_once)
{
    struct server other = server_serve("--log-level", "warn");
    const char *first = session()->url;
    for (int i = 0; i < 10; i++) {
        const char *id = make_network();
        on_server(i % 2 == 0 ? other.url : first);
        struct reply r = show("network", id);
        expect_status(&r, 200);
    }
    server_end(&other);
}
