/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many clients want the same address at the same moment.  Exactly as many
 * get it as there are, the others are told why not, and the database holds
 * its invariants afterwards.
 */
#include "support/race.h"
#include "support/server.h"
#include "support/things.h"

#define N RACE_CLIENTS

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

Test(races, two_servers_make_the_first_ports_of_new_projects)
{
    struct server other = server_serve("--log-level", "warn");
    const char *network = make_site("10.0.0.0/16").network_id;
    for (int round = 0; round < 15; round++) {
        int statuses[32];
        struct goal goal = {"port", text("'network_id': '%s'", network),
                            other.url};
        as_project(unique("new-"));
        race(32, race_want, &goal, statuses);
        cr_assert_eq(count_status(statuses, 32, 201), 32, "%s",
                     describe_statuses(statuses, 32));
    }
    expect_distinct(network, 32 * 15);
    expect_invariants();
    server_end(&other);
}
