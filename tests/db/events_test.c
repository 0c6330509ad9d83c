/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event rows: every change leaves its own, in its own transaction, and
 * what is refused leaves none.
 */
#include "support/db.h"
#include "support/race.h"
#include "support/server.h"
#include "support/things.h"

/* 'column' of the events of one object, in their order. */
static const char *
events_of(const char *object_id, const char *column)
{
    return db_column(server_database(),
                     text("SELECT %s FROM events WHERE object_id = '%s'"
                          " ORDER BY id", column, object_id));
}

#define expect_events(object_id, column, expected) \
    cr_assert_str_eq(events_of((object_id), (column)), (expected))

Test(events, each_change_of_an_object_leaves_one)
{
    struct site site = make_site("10.0.0.0/24");
    const char *port = make_port(site.network_id);
    update("port", port, "'name': 'x'");
    update("port", port, "'fixed_ips': []");
    api(PUT, "/v2.0/ports/%s/tags/t", port);
    api(DELETE, "/v2.0/ports/%s/tags", port);
    erase("port", port);
    expect_events(port, "action",
                  "create,update,update,update,update,delete");
    expect_events(port, "type", "port,port,port,port,port,port");
    const char *nets = events_of(port, "network_id");
    cr_assert(strncmp(nets, site.network_id, strlen(site.network_id)) == 0);
}

Test(events, a_change_that_is_none_or_refused_leaves_none)
{
    struct site site = make_site("10.0.0.0/24");
    const char *port = make_port(site.network_id);
    update("port", port, "%s", "");
    update("port", port, "'colour': 'red'");
    update("port", port, "'fixed_ips': [{'ip_address': '10.9.9.9'}]");
    with_header("If-Match: revision_number=99");
    erase("port", port);
    erase("network", site.network_id);
    expect_events(port, "action", "create");
    expect_events(site.subnet_id, "action", "create");
}

Test(events, one_holds_the_object_before_and_after)
{
    const char *id = make("network", "'name': 'a'");
    update("network", id, "'name': 'b'");
    erase("network", id);
    expect_events(id, "coalesce(before::json->>'name', '-')", "-,a,b");
    expect_events(id, "coalesce(after::json->>'name', '-')", "a,b,-");
    expect_events(id, "coalesce(after::json->>'id', before::json->>'id')",
                  text("%s,%s,%s", id, id, id));
}

Test(events, one_tells_who_asked_for_what)
{
    const char *request = unique("req-");
    with_header("X-Openstack-Request-Id: %s", request);
    const char *id = make("network", "'project_id': 'elsewhere'");
    expect_events(id, "request_id", request);
    expect_events(id, "project_id", "elsewhere");
}

Test(events, a_bulk_leaves_one_for_each)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    const char *port = text("{'network_id': '%s'}", network);
    struct reply r = api_body(POST, "/v2.0/ports",
                              "{'ports': [%s, %s, %s]}", port, port, port);
    expect_status(&r, 201);
    cr_assert_str_eq(
        db_column(server_database(),
                  text("SELECT count(*) || ' ' || count(DISTINCT object_id)"
                       "       || ' ' || count(DISTINCT request_id)"
                       "  FROM events WHERE type = 'port'"
                       "   AND network_id = '%s'", network)),
        "3 3 1");
}

Test(events, a_deletion_leaves_one_for_all_it_takes_along)
{
    struct site site = make_site("10.0.0.0/24");
    const char *port = make("port", "'network_id': '%s', "
                            "'device_owner': 'network:dhcp'",
                            site.network_id);
    struct reply r = erase("network", site.network_id);
    expect_status(&r, 204);
    expect_events(port, "action", "create,delete");
    expect_events(site.subnet_id, "action", "create,delete");
    cr_assert(strstr(events_of(site.network_id, "action"), "delete") != NULL);
}

Test(events, a_dhcp_port_that_loses_its_subnet_leaves_one)
{
    struct site site = make_site("10.0.0.0/24");
    const char *port = make("port", "'network_id': '%s', "
                            "'device_owner': 'network:dhcp'",
                            site.network_id);
    struct reply r = erase("subnet", site.subnet_id);
    expect_status(&r, 204);
    const char *actions = events_of(port, "action");
    cr_assert(strcmp(actions, "create,update") == 0 ||
              strcmp(actions, "create,delete") == 0, "%s", actions);
}

static int
make_change_delete(const void *arg, int i)
{
    const struct site *site = arg;
    struct reply r = create("port", "'network_id': '%s'", site->network_id);
    const char *port = text_at(&r, "port.id");
    update("port", port, "'name': '%d'", i);
    api(PUT, "/v2.0/networks/%s/tags/t%d", site->network_id, i % 5);
    return i % 2 == 0 ? erase("port", port).status : 204;
}

Test(events, the_last_one_of_every_object_tells_its_state)
{
    int statuses[32];
    struct site site = make_site("10.0.0.0/24");
    race(32, make_change_delete, &site, statuses);
    cr_assert_eq(count_status(statuses, 32, 204), 32, "%s",
                 describe_statuses(statuses, 32));
    expect_told();
}
