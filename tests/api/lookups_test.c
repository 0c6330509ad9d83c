/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many clients who ask for one object each, at the same moment: one statement
 * answers them, and each gets what is his.
 */
#include "support/race.h"
#include "support/server.h"
#include "support/things.h"

#define N RACE_CLIENTS
#define EACH 20 /* Questions of a client. */

static const char *const everyones = "a network of everybody";

/* Objects that the clients ask for. */
struct world {
    const char *networks[N], *ports[N], *projects[N];
    const char *shared;
};

static struct world
make_world(void)
{
    struct world world = {.shared = make("network", "'shared': true, "
                                         "'name': '%s'", everyones)};
    for (int i = 0; i < N; i++) {
        world.projects[i] = unique("project");
        as(world.projects[i], "member");
        world.networks[i] = make("network", "'name': 'network %d'", i);
        world.ports[i] = make("port", "'network_id': '%s', 'name': 'port %d'",
                              world.networks[i], i);
    }
    return world;
}

/* 200 when the object is there and has the name, else another status. */
static int
check_name(const char *kind, const char *id, const char *name)
{
    struct reply r = show(kind, id);
    if (r.status != 200) {
        return r.status;
    }
    return strcmp(text_at(&r, text("%s.id", kind)), id) == 0 &&
                   strcmp(text_at(&r, text("%s.name", kind)), name) == 0
               ? 200
               : 500;
}

/* His own, that of everybody, his neighbour's, nobody's. */
static int
ask_around(const struct world *world, int i)
{
    int neighbour = (i + 1) % N;
    return check_name("port", world->ports[i], text("port %d", i)) == 200 &&
           check_name("network", world->networks[i],
                      text("network %d", i)) == 200 &&
           check_name("network", world->shared, everyones) == 200 &&
           show("port", world->ports[neighbour]).status == 404 &&
           show("network", world->networks[neighbour]).status == 404 &&
           show("port", NOBODY).status == 404;
}

static int
ask_as_member(const void *arg, int i)
{
    const struct world *world = arg;
    as(world->projects[i], "member");
    for (int k = 0; k < EACH; k++) {
        if (!ask_around(world, i)) {
            return 500;
        }
    }
    return 200;
}

/* Every second one sees all. */
static int
ask_as_both(const void *arg, int i)
{
    const struct world *world = arg;
    int neighbour = (i + 1) % N;
    if (i % 2 == 0) {
        return ask_as_member(arg, i);
    }
    as_roles("admin");
    for (int k = 0; k < EACH; k++) {
        if (check_name("port", world->ports[neighbour],
                       text("port %d", neighbour)) != 200) {
            return 500;
        }
    }
    return 200;
}

static double
lane(const char *what)
{
    struct reply r = api(GET, "/metrics");
    const char *at = strstr(
        r.body, text("\ntenet_lane_%s_total{lane=\"look_up\"} ", what));
    cr_assert_not_null(at);
    return strtod(strchr(at, '}') + 1, NULL);
}

/* Lets all clients ask as 'fn' does: none may be disappointed. */
static void
expect_content(race_fn *fn)
{
    int statuses[N];
    struct world world = make_world();
    race(N, fn, &world, statuses);
    cr_assert_eq(count_status(statuses, N, 200), N, "%s",
                 describe_statuses(statuses, N));
}

Test(lookups, each_gets_his_own)
{
    expect_content(ask_as_member);
}

Test(lookups, admins_and_members_at_once)
{
    expect_content(ask_as_both);
}

/* So that the tests above test something. */
Test(lookups, share_statements)
{
    int statuses[N];
    struct server server = server_serve("--read-lanes", "2");
    on_server(server.url);
    struct world world = make_world();
    double jobs = lane("jobs"), batches = lane("batches");
    race(N, ask_as_member, &world, statuses);
    jobs = lane("jobs") - jobs;
    batches = lane("batches") - batches;
    cr_expect_eq((int) jobs, N * EACH * 6);
    cr_expect_lt(batches, jobs / 2);
    server_end(&server);
}
