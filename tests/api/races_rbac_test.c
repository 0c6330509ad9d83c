/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A network is taken away from a project while that makes ports in it.
 */
#include "support/race.h"
#include "support/server.h"
#include "support/things.h"

#define CLIENTS 4
#define ROUNDS 30

/* Who takes what away, and who makes ports meanwhile. */
struct contest {
    const char *owner;
    const char *guest;
    const char *network_id;
    const char *policy_id; /* NULL: by "shared" of the network. */
    const char *other_url;
};

static int
take_away(const struct contest *contest)
{
    as(contest->owner, contest->policy_id == NULL ? NULL : "member");
    return contest->policy_id == NULL
               ? update("network", contest->network_id, "'shared': false")
                     .status
               : erase("rbac_policy", contest->policy_id).status;
}

static int
take_away_or_use(const void *arg, int i)
{
    const struct contest *contest = arg;
    if (i == 1 && contest->other_url != NULL) {
        on_server(contest->other_url);
    }
    if (i == 2) {
        return take_away(contest);
    }
    as(contest->guest, "member");
    return create("port", "'network_id': '%s'", contest->network_id).status;
}

/* Either the network is taken away and no port is in it, or all are. */
static void
expect_one_wins(const struct contest *contest, int gone)
{
    int statuses[CLIENTS];
    race(CLIENTS, take_away_or_use, contest, statuses);
    int made = count_status(statuses, CLIENTS, 201);
    bool taken = statuses[2] == gone;
    as_roles(NULL);
    struct reply r = list("port", "network_id=%s", contest->network_id);
    cr_assert_eq(count_at(&r, "ports"), (size_t) made);
    cr_assert(taken ? made == 0 &&
                          count_status(statuses, CLIENTS, 404) == CLIENTS - 1
                    : statuses[2] == 409 && made > 0,
              "%s", describe_statuses(statuses, CLIENTS));
}

Test(races_rbac, a_policy_is_removed_while_ports_are_made)
{
    struct server other = server_serve("--write-lanes", "1");
    struct contest contest = {.owner = session()->project,
                              .guest = unique("guest-"),
                              .other_url = other.url};
    for (int round = 0; round < ROUNDS; round++) {
        as(contest.owner, "member");
        contest.network_id = make_site("10.0.0.0/24").network_id;
        contest.policy_id = share(contest.network_id, contest.guest);
        expect_one_wins(&contest, 204);
        as(contest.owner, NULL);
        api_body(PUT, quota_path(), "{'quota': {'rbac_policy': -1}}");
    }
    server_end(&other);
    expect_invariants();
}

Test(races_rbac, a_network_is_closed_to_all_while_ports_are_made)
{
    struct contest contest = {.owner = session()->project,
                              .guest = unique("guest-")};
    for (int round = 0; round < ROUNDS; round++) {
        as(contest.owner, NULL);
        contest.network_id = make("network", "'shared': true");
        make_subnet(contest.network_id, "10.0.0.0/24");
        expect_one_wins(&contest, 200);
    }
    expect_invariants();
}

static int
share_the_same(const void *arg, int i)
{
    (void) i;
    return create_policy(arg, "access_as_shared", "guest").status;
}

Test(races_rbac, of_many_the_same_one_is_made)
{
    int statuses[CLIENTS];
    const char *network = make_network();
    race(CLIENTS, share_the_same, network, statuses);
    cr_assert(count_status(statuses, CLIENTS, 201) == 1 &&
                  count_status(statuses, CLIENTS, 409) == CLIENTS - 1,
              "%s", describe_statuses(statuses, CLIENTS));
    expect_used("rbac_policy", 1);
    expect_invariants();
}

/* Policies, shorthands and the network itself come and go. */
static int
come_and_go(const void *arg, int i)
{
    for (int round = 0; round < 10; round++) {
        struct reply r =
            i % 2 == 0 ? update("network", arg, "'shared': %s, "
                                "'router:external': %s",
                                (round + i) % 3 == 0 ? "true" : "false",
                                round % 2 == 0 ? "true" : "false")
                       : create_policy(arg, round % 2 == 0
                                                ? "access_as_shared"
                                                : "access_as_external",
                                       i == 1 ? "*" : text("p%d", i));
        if (r.status >= 500) {
            return r.status;
        }
        if (r.status == 201) {
            erase("rbac_policy", text_at(&r, "rbac_policy.id"));
        }
    }
    return 200;
}

Test(races_rbac, whatever_comes_and_goes_the_network_shows_what_is)
{
    int statuses[8];
    const char *network = make_network();
    race(8, come_and_go, network, statuses);
    cr_assert_eq(count_status(statuses, 8, 200), 8, "%s",
                 describe_statuses(statuses, 8));
    expect_invariants();
    struct reply r = erase("network", network);
    expect_status(&r, 204);
    expect_used("rbac_policy", 0);
}
