/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Group operations: many objects in one call, all or none, or each for
 * itself.
 */
#include "core/clock.h"
#include "support/db.h"
#include "support/race.h"
#include "support/server.h"
#include "support/things.h"

#define PORTS "/v2.0/ports"

/* Ports of a network, their ids. */
static const char **
make_ports(const char *network, size_t n)
{
    static const char *ids[16];
    for (size_t i = 0; i < n; i++) {
        ids[i] = make_port(network);
    }
    return ids;
}

/* PUT of items. */
static struct reply
put(const char *query, const char *items)
{
    return api_body(PUT, text("/v2.0/ports%s", query), "{'ports': [%s]}",
                    items);
}

static struct reply
del(const char *query, const char *items)
{
    return api_body(DELETE, text("/v2.0/ports%s", query), "{'ports': [%s]}",
                    items);
}

/* "{'id': ..., more}" */
static const char *
item(const char *id, const char *more)
{
    return text("{'id': '%s'%s%s}", id, more[0] == '\0' ? "" : ", ", more);
}

static const char *
port_at(const char *id, const char *attribute)
{
    struct reply r = show("port", id);
    expect_status(&r, 200);
    return text_at(&r, text("port.%s", attribute));
}

/* --- PUT, all or none */

Test(groups, many_ports_change_in_one_call_and_answer_in_order)
{
    const char **ids = make_ports(make_site("10.0.0.0/24").network_id, 3);
    struct reply r = put("", text("%s, %s, %s",
        item(ids[2], "'name': 'c', 'admin_state_up': false"),
        item(ids[0], "'name': 'a', 'tags': ['x', 'b']"),
        item(ids[1], "")));
    expect_status(&r, 200);
    cr_assert_str_eq(joined(&r, "ports", "id"),
                     text("%s,%s,%s", ids[2], ids[0], ids[1]));
    expect_at(&r, "ports.0.admin_state_up", "false");
    expect_at(&r, "ports.0.revision_number", "2");
    expect_at(&r, "ports.1.tags", "[\"b\",\"x\"]");
    expect_at(&r, "ports.2.revision_number", "1");
    cr_assert_str_eq(port_at(ids[0], "name"), "a");
    cr_assert_str_eq(port_at(ids[2], "name"), "c");
    expect_told();
}

Test(groups, one_port_is_a_group)
{
    const char *id = make_port(make_network());
    struct reply r = put("", item(id, "'device_id': 'vm'"));
    expect_status(&r, 200);
    expect_at(&r, "ports.0.device_id", "vm");
}

Test(groups, an_id_in_capitals_is_the_same)
{
    const char *id = make_port(make_network());
    char *upper = (char *) (uintptr_t) text("%s", id);
    for (char *p = upper; *p != '\0'; p++) {
        *p = (char) (*p >= 'a' && *p <= 'f' ? *p - 32 : *p);
    }
    struct reply r = put("", item(upper, "'name': 'x'"));
    expect_status(&r, 200);
    expect_at(&r, "ports.0.id", id);
    r = del("", text("%s, %s", item(id, ""), item(upper, "")));
    expect_refused(&r, "ports[1].id");
}

Test(groups, addresses_and_macs_change_with_the_rest)
{
    struct site site = make_site("10.0.0.0/24");
    const char **ids = make_ports(site.network_id, 3);
    struct reply r = put("", text("%s, %s, %s",
        item(ids[0], "'fixed_ips': [{'ip_address': '10.0.0.50'}]"),
        item(ids[1], "'name': 'plain'"),
        item(ids[2], "'mac_address': 'fa:16:3e:aa:bb:cc',"
                     " 'dns_name': 'host'")));
    expect_status(&r, 200);
    expect_at(&r, "ports.0.fixed_ips.0.ip_address", "10.0.0.50");
    expect_at(&r, "ports.1.name", "plain");
    expect_at(&r, "ports.2.mac_address", "fa:16:3e:aa:bb:cc");
    expect_at(&r, "ports.2.dns_assignment.0.hostname", "host");
    expect_invariants();
    expect_told();
}

Test(groups, the_first_refusal_refuses_all_and_names_the_item)
{
    struct site site = make_site("10.0.0.0/24");
    const char **ids = make_ports(site.network_id, 3);
    const char *before = port_at(ids[0], "revision_number");
    struct reply r = put("", text("%s, %s, %s",
        item(ids[0], "'name': 'no'"),
        item(ids[1], "'fixed_ips': [{'ip_address': '10.0.0.60'}]"),
        item(ids[2], "'fixed_ips': [{'ip_address': '10.9.0.1'}]")));
    expect_status(&r, 400);
    cr_assert(names_attr(&r, "ports[2]"), "%s", describe(&r));
    cr_assert_not_null(strstr(text_at(&r, "NeutronError.message"), ids[2]));
    cr_assert_str_eq(port_at(ids[0], "revision_number"), before);
    cr_assert_str_eq(port_at(ids[1], "revision_number"), "1");
    expect_invariants();
}

Test(groups, a_port_that_is_not_there_refuses_all)
{
    const char *id = make_port(make_network());
    struct reply r = put("", text("%s, %s", item(id, "'name': 'no'"),
                                  item(NOBODY, "'name': 'x'")));
    expect_error(&r, 404, "PortNotFound");
    cr_assert(names_attr(&r, "ports[1]"), "%s", describe(&r));
    cr_assert_str_eq(port_at(id, "name"), "");
    r = del("", text("%s, %s", item(id, ""), item(NOBODY, "")));
    expect_error(&r, 404, "PortNotFound");
    cr_assert_str_eq(port_at(id, "name"), "");
}

Test(groups, a_revision_is_a_condition)
{
    const char **ids = make_ports(make_network(), 2);
    struct reply r = put("", text("%s, %s",
        item(ids[0], "'revision_number': 1, 'name': 'x'"),
        item(ids[1], "'revision_number': 7, 'name': 'y'")));
    expect_error(&r, 412, "RevisionNumberConstraintFailed");
    cr_assert_str_eq(port_at(ids[0], "name"), "");
    r = put("", item(ids[0], "'revision_number': 1, 'name': 'x'"));
    expect_status(&r, 200);
    r = del("", item(ids[0], "'revision_number': 1"));
    expect_error(&r, 412, "RevisionNumberConstraintFailed");
    r = del("", item(ids[0], "'revision_number': 2"));
    expect_status(&r, 204);
}

/* --- bodies */

Test(groups, all_mistakes_of_a_body_are_told)
{
    const char **ids = make_ports(make_network(), 3);
    struct reply r = put("", text("%s, %s, %s, {'name': 'x'}, 5",
        item(ids[0], "'colour': 'red', 'status': 'UP'"),
        item(ids[1], "'name': 5"),
        item("nonsense", "")));
    expect_status(&r, 400);
    const char *attrs[] = {"ports[0].colour", "ports[0].status",
                           "ports[1].name",   "ports[2].id",
                           "ports[3].id",     "ports[4].id"};
    for (size_t i = 0; i < 6; i++) {
        cr_assert(names_attr(&r, attrs[i]), "%s: %s", attrs[i],
                  describe(&r));
    }
    cr_assert_eq(count_at(&r, "NeutronError.errors"), 6, "%s",
                 describe(&r));
}

Test(groups, what_is_no_group_is_refused)
{
    const char *bad[] = {"", "[]", "{}", "{\"ports\": []}",
                         "{\"ports\": {}}", "{\"ports\": null}",
                         "{\"ports\": [null]}", "{\"port\": {\"id\": \"x\"}}",
                         "{\"ports\": [{\"id\": 5}], \"x\": 1}", "{"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct reply r = api_raw(PUT, PORTS, bad[i], strlen(bad[i]));
        expect_status(&r, 400);
        r = api_raw(DELETE, PORTS, bad[i], strlen(bad[i]));
        expect_status(&r, 400);
        r = api_raw(DELETE, PORTS "?atomic=false", bad[i], strlen(bad[i]));
        expect_status(&r, 400);
    }
    struct reply r = api(DELETE, PORTS);
    expect_status(&r, 400);
}

Test(groups, an_id_twice_is_refused_whatever_the_mode)
{
    const char *id = make_port(make_network());
    const char *twice = text("%s, %s", item(id, ""), item(id, ""));
    const char *modes[] = {"", "?atomic=false"};
    for (size_t i = 0; i < 2; i++) {
        struct reply r = put(modes[i], twice);
        expect_refused(&r, "ports[1].id");
        r = del(modes[i], twice);
        expect_refused(&r, "ports[1].id");
    }
}

Test(groups, a_mode_that_is_none_and_if_match_are_refused)
{
    const char *id = make_port(make_network());
    struct reply r = put("?atomic=maybe", item(id, ""));
    expect_status(&r, 400);
    with_header("If-Match: revision_number=1");
    r = put("", item(id, ""));
    expect_status(&r, 400);
    r = del("", item(id, "'name': 'x'"));
    expect_refused(&r, "ports[0].name");
    r = put("?atomic=true", item(id, ""));
    expect_status(&r, 200);
}

Test(groups, tags_obey_the_rules_of_tags)
{
    const char *id = make("port", "'network_id': '%s', 'tags': ['a']",
                          make_network());
    struct reply r = put("", item(id, "'tags': ['x', 'x']"));
    expect_refused(&r, "ports[0].tags");
    r = put("", item(id, "'tags': null"));
    expect_refused(&r, "ports[0].tags");
    r = put("", item(id, text("'tags': ['%s']", letters(256))));
    expect_status(&r, 400);
    r = put("", item(id, "'tags': ['a']"));
    expect_at(&r, "ports.0.revision_number", "1");
    r = put("", item(id, "'tags': []"));
    expect_at(&r, "ports.0.tags", "[]");
    expect_at(&r, "ports.0.revision_number", "2");
    r = update("port", id, "'tags': ['a']");
    expect_status(&r, 400);
}

Test(groups, the_limit_is_that_of_bulks)
{
    struct server own = server_serve("--bulk-limit", "2");
    on_server(own.url);
    const char **ids = make_ports(make_network(), 3);
    struct reply r = put("", text("%s, %s", item(ids[0], ""),
                                  item(ids[1], "")));
    expect_status(&r, 200);
    r = put("", text("%s, %s, %s", item(ids[0], ""), item(ids[1], ""),
                     item(ids[2], "")));
    expect_status(&r, 400);
    server_end(&own);
}

/* --- DELETE */

Test(groups, many_ports_go_in_one_call)
{
    struct site site = make_site("10.0.0.0/24");
    const char **ids = make_ports(site.network_id, 4);
    struct reply r = del("", text("%s, %s, %s", item(ids[3], ""),
                                  item(ids[0], ""), item(ids[2], "")));
    expect_status(&r, 204);
    cr_assert_eq(r.size, 0);
    r = list("port", "network_id=%s", site.network_id);
    cr_assert_str_eq(joined(&r, "ports", "id"), ids[1]);
    expect_used("port", 1);
    expect_invariants();
    expect_told();
}

Test(groups, a_port_that_must_stay_keeps_all)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    const char *mine = make_port(network);
    const char *router = make("port", "'network_id': '%s', 'device_owner':"
                              " 'network:router_interface'", network);
    as_roles("member");
    struct reply r = del("", text("%s, %s", item(mine, ""),
                                  item(router, "")));
    expect_error(&r, 409, "ServicePortInUse");
    cr_assert(names_attr(&r, "ports[1]"), "%s", describe(&r));
    cr_assert_str_eq(port_at(mine, "name"), "");
    r = del("?atomic=false", text("%s, %s", item(router, ""),
                                  item(mine, "")));
    expect_status(&r, 207);
    expect_at(&r, "results.0.status", "409");
    expect_at(&r, "results.0.error.type", "ServicePortInUse");
    expect_at(&r, "results.1.status", "204");
    expect_at(&r, "results.1.error", "absent");
    expect_used("port", 1);
    expect_invariants();
}

/* --- each for itself */

Test(groups, each_item_has_its_own_result)
{
    struct site site = make_site("10.0.0.0/24");
    const char **ids = make_ports(site.network_id, 6);
    struct reply r = put("?atomic=false", text(
        "%s, %s, %s, %s, %s, %s, %s",
        item(ids[0], "'name': 'a'"),
        item(NOBODY, "'name': 'b'"),
        item(ids[1], "'colour': 'red', 'name': 7"),
        item(ids[2], "'fixed_ips': [{'ip_address': '10.0.0.70'}]"),
        item(ids[3], "'fixed_ips': [{'ip_address': '10.0.0.70'}]"),
        item(ids[4], "'revision_number': 9, 'name': 'c'"),
        item(ids[5], "'fixed_ips': [], 'name': 'd'")));
    expect_status(&r, 207);
    const char *statuses[] = {"200", "404", "400", "200", "409", "412",
                              "200"};
    int ok = 0;
    for (size_t i = 0; i < 7; i++) {
        const char *status = text_at(&r, text("results.%zu.status", i));
        bool taken = (i == 3 || i == 4) && strcmp(status, "409") == 0;
        ok += taken ? 1 : 0;
        cr_assert(taken || strcmp(status, i == 4 ? "200" : statuses[i]) == 0,
                  "%zu: %s in %s", i, status, describe(&r));
    }
    cr_assert_eq(ok, 1); /* One of the two has the address. */
    expect_at(&r, "results.0.id", ids[0]);
    expect_at(&r, "results.0.port.name", "a");
    expect_at(&r, "results.1.id", NOBODY);
    expect_at(&r, "results.1.error.type", "PortNotFound");
    expect_at(&r, "results.1.port", "absent");
    cr_assert_eq(count_at(&r, "results.2.error.errors"), 2);
    expect_at(&r, "results.2.error.errors.0.attr", "colour");
    expect_at(&r, "results.5.error.type", "RevisionNumberConstraintFailed");
    expect_at(&r, "results.6.port.fixed_ips", "[]");
    cr_assert_str_eq(port_at(ids[0], "name"), "a");
    cr_assert_str_eq(port_at(ids[1], "revision_number"), "1");
    cr_assert_str_eq(port_at(ids[4], "revision_number"), "1");
    expect_invariants();
    expect_told();
}

Test(groups, when_all_fail_alone_nothing_changes)
{
    struct reply r = put("?atomic=false", item(NOBODY, "'name': 'x'"));
    expect_status(&r, 207);
    expect_at(&r, "results.0.status", "404");
    r = del("?atomic=false", item(NOBODY, ""));
    expect_status(&r, 207);
    expect_at(&r, "results.0.status", "404");
}

/* --- other resources */

Test(groups, networks_and_subnets_have_groups)
{
    struct site a = make_site("10.0.0.0/24"), b = make_site("10.1.0.0/24");
    struct reply r = api_body(PUT, "/v2.0/networks",
        "{'networks': [{'id': '%s', 'name': 'n', 'mtu': 1400,"
        " 'tags': ['t']}, {'id': '%s', 'description': 'd'}]}",
        b.network_id, a.network_id);
    expect_status(&r, 200);
    expect_at(&r, "networks.0.mtu", "1400");
    expect_at(&r, "networks.0.tags", "[\"t\"]");
    expect_at(&r, "networks.1.description", "d");
    r = api_body(PUT, "/v2.0/subnets",
        "{'subnets': [{'id': '%s', 'gateway_ip': null},"
        " {'id': '%s', 'tags': ['t']}]}", a.subnet_id, b.subnet_id);
    expect_status(&r, 200);
    expect_at(&r, "subnets.0.gateway_ip", "null");
    expect_at(&r, "subnets.1.tags", "[\"t\"]");
    r = api_body(DELETE, "/v2.0/subnets",
        "{'subnets': [{'id': '%s'}, {'id': '%s'}]}", b.subnet_id,
        a.subnet_id);
    expect_status(&r, 204);
    r = api_body(DELETE, "/v2.0/networks",
        "{'networks': [{'id': '%s'}, {'id': '%s'}]}", b.network_id,
        a.network_id);
    expect_status(&r, 204);
    expect_used("network", 0);
    expect_used("subnet", 0);
    expect_invariants();
    expect_told();
}

Test(groups, a_network_in_use_fails_alone_and_leaves_no_trace)
{
    struct site used = make_site("10.0.0.0/24"), idle =
        make_site("10.1.0.0/24");
    make_port(used.network_id);
    const char *both = text("{'networks': [{'id': '%s'}, {'id': '%s'}]}",
                            used.network_id, idle.network_id);
    struct reply r = api_body(DELETE, "/v2.0/networks", "%s", both);
    expect_error(&r, 409, "NetworkInUse");
    r = api_body(DELETE, "/v2.0/networks?atomic=false", "%s", both);
    expect_status(&r, 207);
    expect_at(&r, "results.0.status", "409");
    expect_at(&r, "results.1.status", "204");
    r = show("network", used.network_id);
    expect_status(&r, 200);
    expect_used("network", 1);
    expect_used("subnet", 1);
    expect_invariants();
    expect_told();
}

/* --- who may */

Test(groups, objects_of_others_are_not_there)
{
    const char *mine = make_port(make_network());
    as_project(unique("other-"));
    const char *theirs = make_port(make_network());
    as(session()->project, "member");
    struct reply r = put("?atomic=false",
                         text("%s, %s", item(mine, "'name': 'x'"),
                              item(theirs, "'name': 'y'")));
    expect_status(&r, 207);
    expect_at(&r, "results.0.status", "404");
    expect_at(&r, "results.1.status", "200");
    r = del("", text("%s, %s", item(theirs, ""), item(mine, "")));
    expect_error(&r, 404, "PortNotFound");
    r = del("?atomic=false", text("%s, %s", item(theirs, ""),
                                  item(mine, "")));
    expect_at(&r, "results.0.status", "204");
    expect_at(&r, "results.1.status", "404");
}

Test(groups, readers_may_not_and_members_may_what_they_may)
{
    const char *id = make_port(make_network());
    as_roles("reader");
    struct reply r = put("", item(id, "'name': 'x'"));
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = del("?atomic=false", item(id, ""));
    expect_error(&r, 403, "PolicyNotAuthorized");
    as_roles("member");
    r = put("", item(id, "'binding:host_id': 'h'"));
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = put("?atomic=false", item(id, "'binding:host_id': 'h'"));
    expect_status(&r, 207);
    expect_at(&r, "results.0.status", "403");
}

/* --- at the same time */

struct rivals {
    const char *forward;
    const char *backward;
};

static int
put_many(const void *arg, int i)
{
    const struct rivals *rivals = arg;
    int status = 200;
    for (int n = 0; n < 5; n++) {
        struct reply r = api_body(PUT, i % 4 < 2 ? PORTS
                                                 : PORTS "?atomic=false",
                                  "%s",
                                  i % 2 == 0 ? rivals->forward
                                             : rivals->backward);
        status = r.status == 200 || r.status == 207 ? status : r.status;
    }
    return status;
}

/* Items for ports in the order of 'ids' or against it. */
static const char *
items_of(const char **ids, size_t n, bool backward, const char *more)
{
    const char *items = "";
    for (size_t i = 0; i < n; i++) {
        items = text("%s%s%s", items, i == 0 ? "" : ", ",
                     item(ids[backward ? n - 1 - i : i], more));
    }
    return text("{'ports': [%s]}", items);
}

Test(groups, opposite_orders_do_not_stop_each_other)
{
    int statuses[32];
    const char *ids[16];
    for (size_t i = 0; i < 16; i += 2) {
        const char *network = make_site("10.0.0.0/24").network_id;
        ids[i] = make_port(network);
        ids[i + 1] = make_port(network);
    }
    struct rivals rivals = {
        items_of(ids, 16, false, "'name': 'f', 'fixed_ips': []"),
        items_of(ids, 16, true, "'name': 'b', 'mac_address': null")};
    race(32, put_many, &rivals, statuses);
    cr_assert_eq(count_status(statuses, 32, 200), 32, "%s",
                 describe_statuses(statuses, 32));
    expect_invariants();
    expect_told();
}

static int
delete_all(const void *arg, int i)
{
    const struct rivals *rivals = arg;
    struct reply r = api_body(DELETE, PORTS, "%s",
                              i % 2 == 0 ? rivals->forward
                                         : rivals->backward);
    return r.status;
}

Test(groups, of_many_deletions_of_the_same_one_wins)
{
    int statuses[32];
    const char **ids = make_ports(make_site("10.0.0.0/24").network_id, 16);
    struct rivals rivals = {items_of(ids, 16, false, ""),
                            items_of(ids, 16, true, "")};
    race(32, delete_all, &rivals, statuses);
    cr_assert_eq(count_status(statuses, 32, 204), 1);
    cr_assert_eq(count_status(statuses, 32, 404), 31);
    expect_used("port", 0);
    expect_invariants();
}

/* --- how fast */

Test(groups, a_thousand_are_one_call)
{
    const char *items = "";
    set_quota("port", -1);
    const char *network = make_site("10.0.0.0/16").network_id;
    const char *one = text("{'network_id': '%s'}", network);
    for (int i = 0; i < 1000; i++) {
        items = text("%s%s%s", items, i == 0 ? "" : ",", one);
    }
    struct reply r = api_body(POST, PORTS, "{'ports': [%s]}", items);
    expect_status(&r, 201);
    const char *change = "", *gone = "";
    for (size_t i = 0; i < 1000; i++) {
        const char *id = text_at(&r, text("ports.%zu.id", i));
        const char *comma = i == 0 ? "" : ",";
        change = text("%s%s{'id':'%s','name':'n%zu','admin_state_up':false}",
                      change, comma, id, i);
        gone = text("%s%s{'id':'%s'}", gone, comma, id);
    }
    int64_t at[3] = {clock_monotonic_us(), 0, 0};
    r = api_body(PUT, PORTS, "{'ports': [%s]}", change);
    at[1] = clock_monotonic_us();
    expect_status(&r, 200);
    expect_at(&r, "ports.999.name", "n999");
    r = api_body(DELETE, PORTS, "{'ports': [%s]}", gone);
    at[2] = clock_monotonic_us();
    expect_status(&r, 204);
    expect_used("port", 0);
    cr_assert_lt(at[1] - at[0], 10000000);
    cr_assert_lt(at[2] - at[1], 10000000);
    fprintf(stderr, "1000 changes: %lld ms, 1000 deletions: %lld ms\n",
            (long long) (at[1] - at[0]) / 1000,
            (long long) (at[2] - at[1]) / 1000);
}
