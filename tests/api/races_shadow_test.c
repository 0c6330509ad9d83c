/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shadow ports are switched on and off while subnets and ports come and go.
 */
#include "support/race.h"
#include "support/server.h"
#include "support/things.h"

#define CLIENTS 12
#define ROUNDS 12

/* Where it happens; the subnet may be NULL. */
struct ground {
    const char *network_id;
    const char *subnet_id;
};

static bool
is_answer(const struct reply *reply)
{
    return reply->status >= 200 && reply->status < 500;
}

static struct reply
toggle(const struct ground *ground, int round)
{
    return update("network", ground->network_id, "'enable_shadow_port': %s",
                  round % 2 == 0 ? "true" : "false");
}

static struct reply
add_and_drop_subnet(const struct ground *ground, int i)
{
    struct reply r =
        create("subnet", "'network_id': '%s', 'ip_version': 4, "
               "'cidr': '10.%d.0.0/28'", ground->network_id, i);
    return r.status == 201 ? erase("subnet", text_at(&r, "subnet.id")) : r;
}

static struct reply
add_and_drop_port(const struct ground *ground)
{
    struct reply r = create("port", "'network_id': '%s'", ground->network_id);
    return r.status == 201 ? erase("port", text_at(&r, "port.id")) : r;
}

static int
come_and_go(const void *arg, int i)
{
    const struct ground *ground = arg;
    for (int round = 0; round < ROUNDS; round++) {
        struct reply r = i % 3 == 0   ? toggle(ground, round + i)
                         : i % 3 == 1 ? add_and_drop_subnet(ground, 10 + i)
                                      : add_and_drop_port(ground);
        if (!is_answer(&r)) {
            return r.status;
        }
    }
    return 200;
}

Test(races_shadow, toggled_while_subnets_and_ports_come_and_go)
{
    int statuses[CLIENTS];
    struct ground ground = {.network_id = make_shadow_network()};
    as_roles("member");
    make_subnet(ground.network_id, "10.0.0.0/24");
    race(CLIENTS, come_and_go, &ground, statuses);
    cr_assert_eq(count_status(statuses, CLIENTS, 200), CLIENTS, "%s",
                 describe_statuses(statuses, CLIENTS));
    expect_used("port", 0);
    expect_used("subnet", 1);
    expect_invariants();
}

static int
switch_on_or_take(const void *arg, int i)
{
    const struct ground *ground = arg;
    return i == 5 ? toggle(ground, 0).status
                  : create("port", "'network_id': '%s'",
                           ground->network_id).status;
}

/* Ten addresses, ten ports and one shadow port. */
Test(races_shadow, switched_on_while_others_take_the_last_addresses)
{
    for (int round = 0; round < 10; round++) {
        int statuses[11];
        struct site site = make_small_site(11);
        struct ground ground = {.network_id = site.network_id};
        entitle(true);
        race(11, switch_on_or_take, &ground, statuses);
        bool on = statuses[5] == 200;
        int made = count_status(statuses, 11, 201);
        cr_assert(on ? made == 9 : statuses[5] == 409 && made == 10, "%s",
                  describe_statuses(statuses, 11));
        struct reply r = shadow_ports_of(site.network_id);
        cr_assert_eq(count_at(&r, "ports"), on ? 1 : 0);
    }
    expect_invariants();
}

static int
switch_on_or_add_subnet(const void *arg, int i)
{
    const struct ground *ground = arg;
    return i == 3 ? toggle(ground, 0).status
                  : create("subnet", "'network_id': '%s', 'ip_version': 4, "
                           "'cidr': '10.%d.0.0/28'", ground->network_id,
                           i).status;
}

Test(races_shadow, switched_on_while_subnets_are_made)
{
    for (int round = 0; round < 10; round++) {
        int statuses[8];
        struct ground ground = {.network_id = make_network()};
        entitle(true);
        race(8, switch_on_or_add_subnet, &ground, statuses);
        cr_assert(statuses[3] == 200 && count_status(statuses, 8, 201) == 7,
                  "%s", describe_statuses(statuses, 8));
        struct reply r = shadow_ports_of(ground.network_id);
        cr_assert_eq(count_at(&r, "ports"), 7);
    }
    expect_invariants();
}

static int
switch_or_delete(const void *arg, int i)
{
    const struct ground *ground = arg;
    return i == 0   ? erase("subnet", ground->subnet_id).status
           : i == 1 ? erase("network", ground->network_id).status
                    : toggle(ground, i).status;
}

Test(races_shadow, toggled_while_the_network_goes)
{
    for (int round = 0; round < 20; round++) {
        int statuses[6];
        struct site site = make_site("10.0.0.0/24");
        struct ground ground = {site.network_id, site.subnet_id};
        entitle(true);
        race(6, switch_or_delete, &ground, statuses);
        cr_assert(statuses[1] == 204 &&
                      (statuses[0] == 204 || statuses[0] == 404),
                  "%s", describe_statuses(statuses, 6));
        cr_assert_eq(count_status(statuses + 2, 4, 200) +
                         count_status(statuses + 2, 4, 404), 4,
                     "%s", describe_statuses(statuses, 6));
        struct reply r = show("network", site.network_id);
        expect_status(&r, 404);
    }
    expect_invariants();
}

static int
withdraw_or_build(const void *arg, int i)
{
    (void) arg;
    if (i == 0) {
        return api_body(PUT, text("/v2.0/entitlements/%s",
                                  session()->project),
                        "{'entitlement': {'shadow_port': false}}").status;
    }
    return create("network", "'enable_shadow_port': true").status;
}

Test(races_shadow, an_entitlement_is_withdrawn_while_networks_are_made)
{
    int statuses[12];
    entitle(true);
    race(12, withdraw_or_build, NULL, statuses);
    cr_assert(statuses[0] == 200 &&
                  count_status(statuses, 12, 201) +
                          count_status(statuses, 12, 403) == 11,
              "%s", describe_statuses(statuses, 12));
    struct reply r = create("network", "'enable_shadow_port': true");
    expect_status(&r, 403);
    expect_invariants();
}
