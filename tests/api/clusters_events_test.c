/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the change feed tells of the networks that clusters are in.
 */
#include <unistd.h>

#include "support/things.h"

#define RANGES "'pods_cidr': '10.100.0.0/16', 'services_cidr': '10.254.0.0/16'"

/* The events of the network, once there are 'n' of them: what is read lags a
 * moment behind what is committed. */
static struct reply
await_events(const char *network_id, size_t n)
{
    struct reply r;
    for (int i = 0; i < 500; i++) {
        r = api(GET, "/v2.0/events?type=network&id=%s", network_id);
        expect_status(&r, 200);
        if (count_at(&r, "events") >= n) {
            break;
        }
        usleep(10000);
    }
    cr_assert_eq(count_at(&r, "events"), n, "%s", describe(&r));
    return r;
}

/* Each event of the network begins with what the one before it ended with. */
static void
expect_chain(const char *network_id, size_t n)
{
    struct reply r = await_events(network_id, n);
    for (size_t i = 1; i < n; i++) {
        json_t *after = json_at(&r, text("events.%zu.after", i - 1));
        json_t *before = json_at(&r, text("events.%zu.before", i));
        cr_assert(json_equal(after, before), "event %zu of %s", i,
                  describe(&r));
    }
}

static const char *
make_ranged(const char *attributes)
{
    return make("cluster_network",
                "'cluster_id': '%s', 'node_groups': [{'name': 'w', "
                "'count': 2}], " RANGES "%s", unique("c"), attributes);
}

Test(clusters_events, a_private_network_is_told_from_its_begin_to_its_end)
{
    const char *id = make_ranged("");
    struct reply shown = show("cluster_network", id);
    const char *network_id = text_at(&shown, "cluster_network.network_id");
    struct reply gone = erase("cluster_network", id);
    expect_status(&gone, 204);
    expect_chain(network_id, 4);
}

Test(clusters_events, ranges_come_and_go_in_a_network_that_stays)
{
    struct site site = make_site("10.0.0.0/24");
    const char *id = make_ranged(
        text(", 'network_id': '%s', 'subnet_id': '%s'", site.network_id,
             site.subnet_id));
    struct reply gone = erase("cluster_network", id);
    struct reply network = show("network", site.network_id);
    expect_status(&gone, 204);
    expect_chain(site.network_id, 4);
    cr_expect_eq(count_at(&network, "network.reserved_ranges"), 0);
}

Test(clusters_events, a_plan_tells_the_same)
{
    const char *id = make_ranged("");
    struct reply shown = show("cluster_network", id);
    const char *network_id = text_at(&shown, "cluster_network.network_id");
    struct reply plan =
        api(DELETE, "/v2.0/cluster-networks/%s?cascade=plan", id);
    struct reply gone = api(DELETE, "/v2.0/cluster-networks/%s?cascade=%s",
                            id, text_at(&plan, "plan.id"));
    expect_status(&gone, 204);
    expect_chain(network_id, 4);
}
