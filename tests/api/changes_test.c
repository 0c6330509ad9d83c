/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subnets that come, change and go below ports that stay.
 */
#include "core/clock.h"
#include "support/race.h"
#include "support/server.h"
#include "support/things.h"

/* --- cool-down */

static const char *
make_cooling(const char *network_id, const char *cidr)
{
    return make("subnet", "'network_id': '%s', 'ip_version': 4, "
                "'cidr': '%s', 'ip_cooldown': 3600", network_id, cidr);
}

Test(changes, a_cooling_address_is_spared_while_another_subnet_has_one)
{
    const char *network = make_network();
    make_cooling(network, "10.0.0.0/30");
    make_cooling(network, "10.0.1.0/24");
    struct reply r = create_in(network, "");
    expect_addresses(&r, "10.0.0.2");
    erase("port", text_at(&r, "port.id"));
    for (int i = 2; i < 6; i++) {
        r = create_in(network, "");
        expect_addresses(&r, text("10.0.1.%d", i));
    }
}

Test(changes, a_cooling_address_is_given_when_no_subnet_has_another)
{
    const char *network = make_network();
    make_cooling(network, "10.0.0.0/30");
    make_cooling(network, "10.0.1.0/30");
    struct reply r = create_in(network, "");
    erase("port", text_at(&r, "port.id"));
    r = create_in(network, "");
    expect_addresses(&r, "10.0.1.2");
    r = create_in(network, "");
    expect_addresses(&r, "10.0.0.2");
    r = create_in(network, "");
    expect_error(&r, 409, "IpAddressGenerationFailure");
}

/* --- service types */

/* A port whose subnet was given to others afterwards. */
static struct reply
make_port_left_behind(void)
{
    struct site site = make_site("10.0.0.0/24");
    const char *port = make_port(site.network_id);
    struct reply r = update("subnet", site.subnet_id,
                            "'service_types': ['network:dhcp']");
    expect_status(&r, 200);
    r = create_in(site.network_id,
                  text("'fixed_ips': [{'subnet_id': '%s'}]", site.subnet_id));
    expect_error(&r, 409, "IpAddressGenerationFailureNoMatchingSubnet");
    return show("port", port);
}

Test(changes, a_port_keeps_its_address_when_its_subnet_serves_others)
{
    struct reply port = make_port_left_behind();
    const char *items[] = {
        text_at(&port, "port.fixed_ips"), "[{'ip_address': '10.0.0.2'}]"};
    for (size_t i = 0; i < 2; i++) {
        struct reply r = update("port", text_at(&port, "port.id"),
                                "'fixed_ips': %s", items[i]);
        expect_status(&r, 200);
        expect_addresses(&r, "10.0.0.2");
    }
}

Test(changes, a_port_changes_its_mac_when_its_subnet_serves_others)
{
    struct reply port = make_port_left_behind();
    struct reply r = update("port", text_at(&port, "port.id"),
                            "'mac_address': 'fa:16:3e:ab:cd:ef'");
    expect_status(&r, 200);
    expect_addresses(&r, "10.0.0.2");
}

Test(changes, a_port_gets_no_new_address_when_its_subnet_serves_others)
{
    struct reply port = make_port_left_behind();
    struct reply r = update("port", text_at(&port, "port.id"), "'fixed_ips': "
                            "[{'ip_address': '10.0.0.2'}, "
                            "{'ip_address': '10.0.0.3'}]");
    expect_error(&r, 409, "IpAddressGenerationFailureNoMatchingSubnet");
}

/* --- counters */

#define THREADS 4
#define SECONDS 3

/* Makes and deletes subnets of one network; returns 0, or the status that was
 * not expected. */
static int
make_and_delete_subnets(const void *arg, int i)
{
    const char *const *networks = arg;
    int64_t end = clock_monotonic_us() + SECONDS * INT64_C(1000000);
    while (clock_monotonic_us() < end) {
        struct reply r = create("subnet", "'network_id': '%s', 'ip_version': "
                                "4, 'cidr': '10.0.0.0/24'", networks[i]);
        if (r.status != 201) {
            return r.status;
        }
        r = erase("subnet", text_at(&r, "subnet.id"));
        if (r.status != 204) {
            return r.status;
        }
    }
    return 0;
}

/* The run fails afterwards when the database had to break a circle of
 * locks. */
Test(changes, subnets_of_one_project_come_and_go_and_the_quotas_are_exact)
{
    const char *networks[THREADS];
    int statuses[THREADS];
    struct server server = server_serve("--dhcp-ports", "2");
    on_server(server.url);
    for (int i = 0; i < THREADS; i++) {
        networks[i] = make_network();
    }
    race(THREADS, make_and_delete_subnets, networks, statuses);
    cr_assert_eq(count_status(statuses, THREADS, 0), THREADS, "%s",
                 describe_statuses(statuses, THREADS));
    expect_used("subnet", 0);
    expect_used("port", 0);
    make_subnet(networks[0], "10.0.0.0/24");
    expect_used("subnet", 1);
    expect_used("port", 2);
    expect_invariants();
    server_end(&server);
}
