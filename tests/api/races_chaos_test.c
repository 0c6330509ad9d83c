/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clients that do anything at all to a few networks, at random, at once.
 * Whatever they are answered, nothing is 5xx, and the invariants hold.
 */
#include "core/arena.h"
#include "support/db.h"
#include "support/race.h"
#include "support/server.h"
#include "support/things.h"

#define CLIENTS 16
#define STEPS 60
#define NETWORKS 3

/* A client: its source of chance and what it knows to exist, or have been. */
struct actor {
    unsigned chance;
    const char *const *networks;
    const char *ports[STEPS];
    int n_ports;
};

/* A number from 0 below 'n' (a linear congruence; its high bits). */
static int
draw(struct actor *actor, int n)
{
    actor->chance = actor->chance * 1103515245u + 12345u;
    return (int) ((actor->chance >> 16) % (unsigned) n);
}

static const char *
some_network(struct actor *actor)
{
    return actor->networks[draw(actor, NETWORKS)];
}

static const char *
some_port(struct actor *actor)
{
    return actor->n_ports == 0 ? NOBODY
                               : actor->ports[draw(actor, actor->n_ports)];
}

/* The id of some subnet of the network at this moment. */
static const char *
some_subnet(struct actor *actor, const char *network_id)
{
    struct reply r = list("subnet", "network_id=%s&fields=id", network_id);
    size_t n = count_at(&r, "subnets");
    if (n == 0) {
        return NOBODY;
    }
    return text_at(&r, text("subnets.%d.id", draw(actor, (int) n)));
}

/* A value of fixed_ips: none, some, explicit, in a subnet, nonsense. */
static const char *
some_fixed_ips(struct actor *actor, const char *network_id)
{
    const char *subnet = some_subnet(actor, network_id);
    switch (draw(actor, 6)) {
    case 0:
        return "[]";
    case 1:
        return text("[{'ip_address': '10.%d.0.%d'}]", draw(actor, 4),
                    draw(actor, 20));
    case 2:
        return text("[{'subnet_id': '%s'}]", subnet);
    case 3:
        return text("[{'subnet_id': '%s'}, {'subnet_id': '%s'}]", subnet,
                    subnet);
    case 4:
        return text("[{'subnet_id': '%s'}, {'ip_address': '10.%d.0.%d'}]",
                    subnet, draw(actor, 4), draw(actor, 20));
    default:
        return "[{'ip_address': '192.0.2.1'}]";
    }
}

static int
add_port(struct actor *actor)
{
    const char *network = some_network(actor);
    const char *wish =
        draw(actor, 2) == 0
            ? ""
            : text(", 'fixed_ips': %s", some_fixed_ips(actor, network));
    struct reply r = create("port", "'network_id': '%s'%s", network, wish);
    if (r.status == 201) {
        actor->ports[actor->n_ports++] = text_at(&r, "port.id");
    }
    return r.status;
}

static int
add_ports(struct actor *actor)
{
    const char *port = text("{'network_id': '%s'}", some_network(actor));
    const char *other = text("{'network_id': '%s'}", some_network(actor));
    return api_body(POST, "/v2.0/ports", "{'ports': [%s, %s, %s]}", port,
                    other, port).status;
}

static int
move_port(struct actor *actor)
{
    return update("port", some_port(actor), "'fixed_ips': %s",
                  some_fixed_ips(actor, some_network(actor))).status;
}

static int
renumber_port(struct actor *actor)
{
    return update("port", some_port(actor),
                  "'mac_address': 'fa:16:3e:00:00:%02x'",
                  (unsigned) draw(actor, 16)).status;
}

static int
drop_port(struct actor *actor)
{
    return erase("port", some_port(actor)).status;
}

static int
add_subnet(struct actor *actor)
{
    static const char *const kinds[] = {
        "'ip_version': 4, 'cidr': '10.%d.0.0/28'",
        "'ip_version': 4, 'cidr': '10.%d.0.0/28', 'gateway_ip': null",
        "'ip_version': 6, 'cidr': '2001:db8:%d::/124'",
        "'ip_version': 6, 'cidr': '2001:db8:%d::/64', "
        "'ipv6_ra_mode': 'slaac', 'ipv6_address_mode': 'slaac'"};
    const char *kind = kinds[draw(actor, 4)];
    const char *place = strchr(kind, '%');
    return create("subnet", "'network_id': '%s', %.*s%d%s",
                  some_network(actor), (int) (place - kind), kind,
                  draw(actor, 4), place + 2).status;
}

static int
change_pools(struct actor *actor)
{
    int first = 2 + draw(actor, 5), net = draw(actor, 4);
    return update("subnet", some_subnet(actor, some_network(actor)),
                  "'allocation_pools': [{'start': '10.%d.0.%d', "
                  "'end': '10.%d.0.%d'}]", net, first, net,
                  first + draw(actor, 8)).status;
}

static int
change_gateway(struct actor *actor)
{
    const char *gateway =
        draw(actor, 2) == 0 ? "null"
                            : text("'10.%d.0.%d'", draw(actor, 4),
                                   draw(actor, 16));
    return update("subnet", some_subnet(actor, some_network(actor)),
                  "'gateway_ip': %s", gateway).status;
}

static int
drop_subnet(struct actor *actor)
{
    return erase("subnet", some_subnet(actor, some_network(actor))).status;
}

static int
drop_network(struct actor *actor)
{
    return erase("network", actor->networks[0]).status;
}

static int
tag_port(struct actor *actor)
{
    return api(PUT, "/v2.0/ports/%s/tags/t%d", some_port(actor),
               draw(actor, 5)).status;
}

static int
switch_shadow_ports(struct actor *actor)
{
    return update("network", some_network(actor), "'enable_shadow_port': %s",
                  draw(actor, 3) == 0 ? "false" : "true").status;
}

static int
look(struct actor *actor)
{
    return list("port", "network_id=%s&limit=3", some_network(actor)).status;
}

/* What a client does, the frequent things more than once. */
static int (*const deeds[])(struct actor *actor) = {
    add_port, add_port, add_port, add_port, add_ports, move_port, move_port,
    renumber_port, drop_port, drop_port, add_subnet, add_subnet,
    change_pools, change_gateway, drop_subnet, tag_port, look,
    switch_shadow_ports,
};
#define N_DEEDS ((int) (sizeof(deeds) / sizeof(deeds[0])))

/* Returns the first status of 5xx (or 0), else 200. */
static int
act(const void *arg, int i)
{
    struct actor actor = {.chance = (unsigned) i * 7919u + 1,
                          .networks = arg};
    for (int step = 0; step < STEPS; step++) {
        int status = i == 0 && step % 20 == 19
                         ? drop_network(&actor)
                         : deeds[draw(&actor, N_DEEDS)](&actor);
        if (status == 0 || status >= 500) {
            return status;
        }
    }
    return 200;
}

static void
expect_order_after_chaos(const char *const *networks)
{
    int statuses[CLIENTS];
    race(CLIENTS, act, networks, statuses);
    cr_assert_eq(count_status(statuses, CLIENTS, 200), CLIENTS, "%s",
                 describe_statuses(statuses, CLIENTS));
    expect_invariants();
    expect_told();
}

Test(races_chaos, whatever_clients_do_the_invariants_hold)
{
    const char *networks[NETWORKS];
    for (int i = 0; i < NETWORKS; i++) {
        networks[i] = make_site("10.0.0.0/28").network_id;
    }
    expect_order_after_chaos(networks);
}

Test(races_chaos, whatever_clients_do_under_a_small_quota)
{
    const char *networks[NETWORKS];
    for (int i = 0; i < NETWORKS; i++) {
        networks[i] = make_site("10.0.0.0/28").network_id;
    }
    set_quota("port", 12);
    set_quota("subnet", 5);
    expect_order_after_chaos(networks);
}

Test(races_chaos, whatever_clients_do_with_a_cool_down)
{
    const char *networks[NETWORKS];
    for (int i = 0; i < NETWORKS; i++) {
        networks[i] = make_network();
        make("subnet", "'network_id': '%s', 'ip_version': 4, "
             "'cidr': '10.0.0.0/28', 'ip_cooldown': %d, "
             "'ip_allocation_policy': '%s'", networks[i], i,
             i == 1 ? "random" : "sequential");
    }
    expect_order_after_chaos(networks);
}

Test(races_chaos, whatever_clients_do_with_shadow_ports)
{
    const char *networks[NETWORKS];
    entitle(true);
    for (int i = 0; i < NETWORKS; i++) {
        networks[i] = make("network", "'enable_shadow_port': %s",
                           i == 0 ? "false" : "true");
        make_subnet(networks[i], "10.0.0.0/28");
    }
    expect_order_after_chaos(networks);
}
