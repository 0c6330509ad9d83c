/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /v2.0/events as a list: order, filters, who sees what, waiting.
 */
#include <poll.h>
#include <unistd.h>

#include "core/clock.h"
#include "support/db.h"
#include "support/race.h"
#include "support/stream.h"
#include "support/things.h"

#define SECOND_US 1000000

/* The events of network 'id' behind 'cursor'. */
static struct reply
events_in(const char *cursor, const char *id)
{
    return events_behind(cursor, text("network_id=%s&wait=5", id));
}

/* Waits until the feed shows 'n' events behind 'cursor'. */
static struct reply
await_events(const char *cursor, const char *query, size_t n)
{
    struct reply r = events_behind(cursor, query);
    for (int i = 0; i < 500 && count_at(&r, "events") < n; i++) {
        usleep(10000);
        r = events_behind(cursor, query);
    }
    cr_assert_eq(count_at(&r, "events"), n, "%s", describe(&r));
    return r;
}

Test(feed, an_event_says_who_did_what_to_which_object)
{
    const char *cursor = cursor_now(), *request = unique("req-");
    with_header("X-User-Id: u1");
    with_header("X-Openstack-Request-Id: %s", request);
    const char *id = make("network", "'name': 'a'");
    struct reply r = events_in(cursor, id), net = show("network", id);
    expect_at(&r, "events.0.action", "create");
    expect_at(&r, "events.0.type", "network");
    expect_at(&r, "events.0.id", id);
    expect_at(&r, "events.0.project_id", session()->project);
    expect_at(&r, "events.0.user_id", "u1");
    expect_at(&r, "events.0.request_id", request);
    expect_at(&r, "events.0.revision_number", "1");
    expect_at(&r, "events.0.at", text_at(&net, "network.created_at"));
    expect_at(&r, "events.0.before", "null");
    cr_assert(json_equal(json_at(&r, "events.0.after"),
                         json_at(&net, "network")), "%s", describe(&r));
    expect_at(&r, "events.0.cursor", text_at(&r, "cursor"));
    cr_assert_eq(count_at(&r, "events.0"), 11);
}

Test(feed, events_come_in_the_order_of_the_changes)
{
    const char *cursor = cursor_now();
    const char *id = make("network", "'name': 'a'");
    update("network", id, "'name': 'b'");
    erase("network", id);
    struct reply r = await_events(cursor, text("network_id=%s", id), 3);
    cr_assert_str_eq(joined(&r, "events", "action"), "create,update,delete");
    expect_at(&r, "events.1.before.name", "a");
    expect_at(&r, "events.1.after.name", "b");
    expect_at(&r, "events.2.before.name", "b");
    expect_at(&r, "events.2.after", "null");
}

Test(feed, pages_go_on_where_the_one_before_ended)
{
    const char *cursor = cursor_now(), *seen = "";
    const char *mine = text("project_id=%s", session()->project);
    make_networks("abcde", 1400, 5);
    await_events(cursor, mine, 5);
    for (int i = 0; i < 3; i++) {
        struct reply r = events_behind(cursor, text("limit=2&%s", mine));
        cr_assert_eq(count_at(&r, "events"), i < 2 ? 2 : 1);
        for (size_t j = 0; j < count_at(&r, "events"); j++) {
            seen = text("%s%s", seen,
                        text_at(&r, text("events.%zu.after.name", j)));
        }
        cursor = text_at(&r, "cursor");
    }
    cr_assert_str_eq(seen, "abcde");
}

Test(feed, filters_are_alternatives_of_a_key_and_all_keys_hold)
{
    const char *cursor = cursor_now();
    struct site site = make_site("10.0.0.0/24");
    struct site other = make_site("10.0.0.0/24");
    const char *port = make_port(site.network_id);
    const char *base = text("network_id=%s&network_id=%s", site.network_id,
                            other.network_id);
    struct reply r = await_events(cursor, base, 7);
    r = events_behind(cursor, text("%s&type=port&type=subnet", base));
    cr_assert_str_eq(joined(&r, "events", "type"), "subnet,subnet,port");
    r = events_behind(cursor, text("%s&type=network&action=update", base));
    cr_assert_eq(count_at(&r, "events"), 2, "%s", describe(&r));
    r = events_behind(cursor, text("id=%s&id=%s", port, site.subnet_id));
    cr_assert_str_eq(joined(&r, "events", "type"), "subnet,port");
    r = events_behind(cursor, text("network_id=%s&id=%s", other.network_id,
                                   port));
    cr_assert_eq(count_at(&r, "events"), 0);
    r = events_behind(cursor, "network_id=none&type=nonsense");
    cr_assert_eq(count_at(&r, "events"), 0);
}

Test(feed, bad_questions_are_refused_and_say_what_is_valid)
{
    const char *bad[][2] = {{"since=x", "now"}, {"since=-1", "now"},
                            {"since=", "now"}, {"since=1%20", "now"},
                            {"since=99999999999999999999", "now"},
                            {"wait=61", "60"}, {"wait=-1", "60"},
                            {"wait=x", "60"}, {"wait=", "60"},
                            {"limit=x", "limit"}, {"action=drop", "create"},
                            {"colour=red", "colour"},
                            {"since=9000000000000000000", "last one"}};
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct reply r = api(GET, "/v2.0/events?%s", bad[i][0]);
        expect_status(&r, 400);
        cr_assert(strstr(r.body, bad[i][1]) != NULL, "%s", describe(&r));
    }
}

/* --- who sees what */

Test(feed, another_project_sees_nothing)
{
    const char *cursor = cursor_now(), *owner = session()->project;
    const char *id = make("network", "'shared': true");
    events_in(cursor, id);
    as(unique("project-"), "member");
    const char *queries[] = {"", text("network_id=%s", id),
                             text("id=%s", id),
                             text("project_id=%s", owner)};
    for (size_t i = 0; i < 4; i++) {
        struct reply r = events_behind(cursor, queries[i]);
        cr_assert_eq(count_at(&r, "events"), 0, "%s", describe(&r));
    }
}

Test(feed, a_project_reads_its_own_and_an_admin_any)
{
    const char *cursor = cursor_now(), *owner = session()->project;
    const char *id = make_network();
    as(owner, "reader");
    struct reply r = events_behind(cursor, "wait=5");
    cr_assert_str_eq(joined(&r, "events", "id"), id);
    as("somebody", "admin");
    r = events_behind(cursor, text("project_id=%s", owner));
    cr_assert_str_eq(joined(&r, "events", "id"), id);
}

Test(feed, what_only_admins_see_of_an_object_is_hidden_from_others)
{
    const char *cursor = cursor_now();
    const char *network = make("network", "'provider:network_type': 'vlan', "
                               "'provider:segmentation_id': 7, "
                               "'provider:physical_network': 'x'");
    const char *port = make("port", "'network_id': '%s', "
                            "'binding:host_id': 'h', 'name': '\\\"}{,'",
                            network);
    update("port", port, "'binding:profile': {'a': {'b': ['}', 1]}}");
    struct reply all = await_events(cursor, text("network_id=%s", network),
                                    3);
    expect_at(&all, "events.0.after.provider:segmentation_id", "7");
    expect_at(&all, "events.2.after.binding:profile.a.b.0", "}");
    as_roles("member");
    struct reply r = events_behind(cursor, text("network_id=%s", network));
    struct reply net = show("network", network), seen = show("port", port);
    expect_at(&r, "events.1.after.name", "\"}{,");
    expect_at(&r, "events.2.before.binding:host_id", "absent");
    cr_assert(json_equal(json_at(&r, "events.0.after"),
                         json_at(&net, "network")), "%s", describe(&r));
    cr_assert(json_equal(json_at(&r, "events.2.after"),
                         json_at(&seen, "port")), "%s", describe(&r));
}

Test(feed, an_sdn_is_seen_where_sdns_are_on_offer)
{
    const char *cursor = cursor_now(), *plain = session()->url;
    struct server server = server_serve("--sdns", "sprut,neutron");
    on_server(server.url);
    const char *id = make_network();
    struct reply r = events_in(cursor, id);
    expect_at(&r, "events.0.after.sdn", "sprut");
    on_server(plain);
    r = events_in(cursor, id);
    expect_at(&r, "events.0.after.sdn", "absent");
    expect_at(&r, "events.0.after.id", id);
    server_end(&server);
}

Test(feed, changes_of_quotas_are_events_of_their_project)
{
    const char *cursor = cursor_now(), *mine = session()->project;
    set_quota("port", 7);
    set_quota("port", 7);
    set_quota("subnet", 8);
    api(DELETE, "/v2.0/quotas/%s", mine);
    as_roles("member");
    struct reply r = await_events(cursor, text("type=quota&id=%s", mine), 3);
    cr_assert_str_eq(joined(&r, "events", "action"), "create,update,delete");
    expect_at(&r, "events.0.id", mine);
    expect_at(&r, "events.0.revision_number", "null");
    expect_at(&r, "events.0.after.port", "7");
    expect_at(&r, "events.1.before.subnet", "100");
    expect_at(&r, "events.1.after.subnet", "8");
    expect_at(&r, "events.2.before.project_id", mine);
}

static int
set_any_quota(const void *arg, int i)
{
    static const char *const names[] = {"port", "subnet", "network"};
    return api_body(PUT, text("/v2.0/quotas/%s", (const char *) arg),
                    "{'quota': {'%s': %d}}", names[i % 3], i + 10).status;
}

Test(feed, each_change_of_a_quota_begins_where_the_last_one_ended)
{
    int statuses[24];
    const char *cursor = cursor_now(), *mine = session()->project;
    race(24, set_any_quota, mine, statuses);
    cr_assert_eq(count_status(statuses, 24, 200), 24);
    struct reply r = await_events(cursor, text("type=quota&id=%s", mine), 24);
    expect_at(&r, "events.0.before", "null");
    for (int i = 1; i < 24; i++) {
        cr_assert(json_equal(json_at(&r, text("events.%d.after", i - 1)),
                             json_at(&r, text("events.%d.before", i))));
    }
}

/* --- list, then watch */

Test(feed, a_list_tells_the_cursor_to_go_on_from)
{
    const char *kinds[] = {"network", "subnet", "port", "quota"};
    for (size_t i = 0; i < 4; i++) {
        struct reply r = list(kinds[i], "%s", i < 3 ? "limit=1" : "");
        const char *cursor = reply_header(&r, "X-Tenet-Cursor");
        cr_assert(cursor != NULL && cursor[0] != '\0', "%s", describe(&r));
        events_behind(cursor, "limit=1");
    }
    struct reply r = list("network", "colour=red");
    expect_status(&r, 400);
    cr_assert_null(reply_header(&r, "X-Tenet-Cursor"));
    r = show("network", make_network());
    cr_assert_null(reply_header(&r, "X-Tenet-Cursor"));
}

static int
make_named(const void *arg, int i)
{
    usleep((useconds_t) (i % 16) * 3000);
    return create("network", "'name': '%d', 'description': '%s'", i,
                  (const char *) arg).status;
}

static int
list_and_watch(const void *arg, int i)
{
    if (i >= 32) {
        return make_named(arg, i);
    }
    usleep((useconds_t) i * 2000);
    struct reply r = list("network", "fields=id&description=%s",
                          (const char *) arg);
    const char *cursor = reply_header(&r, "X-Tenet-Cursor");
    const char *known = joined(&r, "networks", "id");
    usleep(1500000);
    r = events_behind(cursor, text("type=network&project_id=%s",
                                   session()->project));
    const char *later = joined(&r, "events", "id");
    r = list("network", "fields=id&description=%s", (const char *) arg);
    for (size_t j = 0; j < count_at(&r, "networks"); j++) {
        const char *id = text_at(&r, text("networks.%zu.id", j));
        if (strstr(known, id) == NULL && strstr(later, id) == NULL) {
            return 1;
        }
    }
    return 0;
}

Test(feed, list_then_watch_has_no_hole)
{
    int statuses[64];
    race(64, list_and_watch, label(), statuses);
    cr_assert_eq(count_status(statuses, 64, 0), 32, "%s",
                 describe_statuses(statuses, 64));
    cr_assert_eq(count_status(statuses, 64, 201), 32, "%s",
                 describe_statuses(statuses, 64));
}
