/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plan, then delete: DELETE ?cascade=plan, and ?cascade= with its id.
 */
#include <unistd.h>

#include "support/db.h"
#include "support/race.h"
#include "support/server.h"
#include "support/things.h"

static struct reply
cascade(const char *plural, const char *id, const char *plan)
{
    return api(DELETE, "/v2.0/%s/%s?cascade=%s", plural, id, plan);
}

static struct reply
plan_of(const char *plural, const char *id)
{
    struct reply r = cascade(plural, id, "plan");
    expect_status(&r, 200);
    return r;
}

/* The id of a new plan. */
static const char *
plan_id(const char *plural, const char *id)
{
    struct reply r = plan_of(plural, id);
    return text_at(&r, "plan.id");
}

#define expect_gone(kind, id)                                              \
    do {                                                                   \
        struct reply gone_ = show((kind), (id));                           \
        expect_status(&gone_, 404);                                        \
    } while (0)

#define expect_there(kind, id)                                             \
    do {                                                                   \
        struct reply there_ = show((kind), (id));                          \
        expect_status(&there_, 200);                                       \
    } while (0)

/* --- what a plan says */

Test(plans, a_plan_lists_ports_subnets_and_the_network_and_changes_nothing)
{
    struct site site = make_site("10.0.0.0/24");
    const char *port = make("port", "'network_id': '%s', 'name': 'web', "
                            "'device_id': 'vm1', 'device_owner': "
                            "'compute:nova'", site.network_id);
    struct reply r = plan_of("networks", site.network_id);
    cr_assert_str_eq(joined(&r, "plan.deletes", "type"),
                     "port,subnet,network");
    expect_at(&r, "plan.deletes.0.id", port);
    expect_at(&r, "plan.deletes.0.name", "web");
    expect_at(&r, "plan.deletes.0.revision_number", "1");
    expect_at(&r, "plan.deletes.0.ip_address", "10.0.0.2");
    expect_at(&r, "plan.deletes.0.device_id", "vm1");
    expect_at(&r, "plan.deletes.0.device_owner", "compute:nova");
    expect_at(&r, "plan.deletes.1.id", site.subnet_id);
    expect_at(&r, "plan.deletes.1.cidr", "10.0.0.0/24");
    expect_at(&r, "plan.deletes.2.id", site.network_id);
    expect_at(&r, "plan.updates", "[]");
    expect_at(&r, "plan.blockers", "[]");
    expect_at(&r, "plan.blockers_total", "0");
    r = show("port", port);
    expect_at(&r, "port.revision_number", "1");
    expect_used("port", 1);
}

Test(plans, an_empty_network_has_a_plan_of_itself)
{
    const char *network = make_network();
    struct reply r = plan_of("networks", network);
    cr_assert_eq(count_at(&r, "plan.deletes"), 1);
    r = cascade("networks", network, text_at(&r, "plan.id"));
    expect_status(&r, 204);
    expect_gone("network", network);
}

Test(plans, a_plan_can_be_made_twice_and_lists_the_same)
{
    struct site site = make_site("10.0.0.0/24");
    make_port(site.network_id);
    make_port(site.network_id);
    struct reply a = plan_of("networks", site.network_id);
    struct reply b = plan_of("networks", site.network_id);
    cr_assert_str_eq(text_at(&a, "plan.deletes"), text_at(&b, "plan.deletes"));
}

/* --- execution */

Test(plans, execution_deletes_all_with_events_and_quotas_given_back)
{
    struct site site = make_site("10.0.0.0/24");
    const char *second = make_subnet(site.network_id, "fd00::/64");
    const char *plain = make_port(site.network_id);
    const char *server = make("port", "'network_id': '%s', 'device_id': "
                              "'vm1', 'device_owner': 'compute:nova'",
                              site.network_id);
    as_roles("member");
    struct reply r = cascade("networks", site.network_id,
                             plan_id("networks", site.network_id));
    expect_status(&r, 204);
    cr_assert_eq(r.size, 0);
    as_roles(NULL);
    expect_gone("port", plain);
    expect_gone("port", server);
    expect_gone("subnet", site.subnet_id);
    expect_gone("subnet", second);
    expect_gone("network", site.network_id);
    expect_used("port", 0);
    expect_used("subnet", 0);
    expect_used("network", 0);
    const char *deleted = db_column(
        server_database(),
        text("SELECT count(*) FROM events WHERE action = 'delete'"
             " AND network_id = '%s'", site.network_id));
    cr_assert_str_eq(deleted, "5");
    expect_invariants();
}

Test(plans, another_server_process_executes_a_plan)
{
    struct site site = make_site("10.0.0.0/24");
    make_port(site.network_id);
    const char *id = plan_id("networks", site.network_id);
    const char *project = session()->project;
    struct server server = server_serve("--log-level", "warn");
    on_server(server.url);
    as_project(project);
    struct reply r = cascade("networks", site.network_id, id);
    expect_status(&r, 204);
    server_end(&server);
}

Test(plans, a_plan_is_executed_once)
{
    const char *network = make_network();
    const char *id = plan_id("networks", network);
    struct reply r = cascade("networks", network, id);
    expect_status(&r, 204);
    r = cascade("networks", network, id);
    expect_error(&r, 404, "NetworkNotFound");
}

/* --- what has changed */

/* 412 with a new plan, which is executed then. */
static void
expect_changed(const char *plural, const char *id, const char *old)
{
    struct reply r = cascade(plural, id, old);
    expect_error(&r, 412, "PlanChanged");
    const char *new = text_at(&r, "plan.id");
    cr_assert_str_neq(new, old);
    cr_assert_gt(count_at(&r, "plan.deletes"), 0);
    r = cascade(plural, id, new);
    expect_status(&r, 204);
}

Test(plans, a_new_port_changes_a_plan)
{
    struct site site = make_site("10.0.0.0/24");
    const char *id = plan_id("networks", site.network_id);
    const char *port = make_port(site.network_id);
    struct reply r = cascade("networks", site.network_id, id);
    expect_error(&r, 412, "PlanChanged");
    expect_at(&r, "plan.deletes.0.id", port);
    expect_there("port", port);
    expect_changed("networks", site.network_id, id);
    expect_gone("port", port);
}

Test(plans, a_port_that_is_gone_changes_a_plan)
{
    struct site site = make_site("10.0.0.0/24");
    const char *port = make_port(site.network_id);
    const char *id = plan_id("networks", site.network_id);
    erase("port", port);
    expect_changed("networks", site.network_id, id);
}

Test(plans, another_revision_of_a_port_changes_a_plan)
{
    struct site site = make_site("10.0.0.0/24");
    const char *port = make_port(site.network_id);
    const char *id = plan_id("networks", site.network_id);
    update("port", port, "'name': 'important'");
    struct reply r = cascade("networks", site.network_id, id);
    expect_error(&r, 412, "PlanChanged");
    expect_at(&r, "plan.deletes.0.name", "important");
    expect_changed("networks", site.network_id, id);
}

Test(plans, another_revision_of_the_network_or_a_subnet_changes_a_plan)
{
    struct site site = make_site("10.0.0.0/24");
    const char *id = plan_id("networks", site.network_id);
    update("network", site.network_id, "'name': 'other'");
    struct reply r = cascade("networks", site.network_id, id);
    expect_error(&r, 412, "PlanChanged");
    id = text_at(&r, "plan.id");
    api(PUT, "/v2.0/subnets/%s/tags/keep", site.subnet_id);
    expect_changed("networks", site.network_id, id);
}

Test(plans, a_new_subnet_changes_a_plan)
{
    struct site site = make_site("10.0.0.0/24");
    const char *id = plan_id("networks", site.network_id);
    make_subnet(site.network_id, "10.1.0.0/24");
    expect_changed("networks", site.network_id, id);
}

Test(plans, the_plan_of_another_object_does_not_fit)
{
    const char *one = make_network(), *other = make_network();
    expect_changed("networks", one, plan_id("networks", other));
    expect_there("network", other);
}

Test(plans, an_expired_plan_is_not_executed)
{
    const char *network = make_network();
    const char *project = session()->project;
    struct server server = server_serve("--plan-ttl-s", "3");
    on_server(server.url);
    as_project(project);
    const char *id = plan_id("networks", network);
    sleep(4);
    struct reply r = cascade("networks", network, id);
    expect_error(&r, 412, "PlanChanged");
    cr_assert_not_null(strstr(text_at(&r, "NeutronError.message"),
                              "expired"));
    r = cascade("networks", network, text_at(&r, "plan.id"));
    expect_status(&r, 204);
    server_end(&server);
}

Test(plans, a_lengthened_life_is_noticed)
{
    const char *network = make_network();
    const char *id = plan_id("networks", network);
    struct reply r = cascade("networks", network,
                             text("99%s", id));
    expect_error(&r, 412, "PlanChanged");
    expect_there("network", network);
}

/* --- what blocks */

Test(plans, a_port_of_another_project_blocks)
{
    const char *owner = session()->project;
    struct site site = make_site("10.0.0.0/24");
    const char *mine = make_port(site.network_id);
    update("network", site.network_id, "'shared': true");
    as(unique("guest-"), NULL);
    const char *theirs = make_port(site.network_id);
    as(owner, "member");
    struct reply r = plan_of("networks", site.network_id);
    cr_assert_str_eq(joined(&r, "plan.deletes", "type"),
                     "port,subnet,network");
    expect_at(&r, "plan.deletes.0.id", mine);
    expect_at(&r, "plan.blockers_total", "1");
    expect_at(&r, "plan.blockers.0.id", "null");
    cr_assert_null(strstr(r.body, theirs));
    r = cascade("networks", site.network_id, text_at(&r, "plan.id"));
    expect_error(&r, 409, "NetworkInUse");
    expect_at(&r, "NeutronError.blockers_total", "1");
    expect_there("port", mine);
}

Test(plans, not_even_an_admin_plans_objects_of_two_projects)
{
    const char *owner = session()->project;
    struct site site = make_site("10.0.0.0/24");
    as(unique("guest-"), NULL);
    const char *theirs = make_port(site.network_id);
    as(owner, NULL);
    struct reply r = plan_of("networks", site.network_id);
    expect_at(&r, "plan.blockers.0.id", theirs);
    cr_assert_eq(count_at(&r, "plan.deletes"), 2);
}

Test(plans, an_admin_executes_a_plan_of_any_project)
{
    struct site site = make_site("10.0.0.0/24");
    make_port(site.network_id);
    const char *owner = session()->project;
    as(unique("operator-"), NULL);
    struct reply r = cascade("networks", site.network_id,
                             plan_id("networks", site.network_id));
    expect_status(&r, 204);
    as(owner, NULL);
    expect_used("port", 0);
}

Test(plans, a_subnet_of_another_project_blocks_its_network)
{
    const char *owner = session()->project;
    const char *network = make_network();
    make("subnet", "'network_id': '%s', 'ip_version': 4, "
         "'cidr': '10.0.0.0/24', 'project_id': '%s'", network,
         unique("guest-"));
    as(owner, "member");
    struct reply r = plan_of("networks", network);
    expect_at(&r, "plan.blockers_total", "1");
    expect_at(&r, "plan.blockers.0.type", "subnet");
    cr_assert_eq(count_at(&r, "plan.deletes"), 1);
}

Test(plans, a_router_blocks_a_member_and_not_an_admin)
{
    struct site site = make_site("10.0.0.0/24");
    make("port", "'network_id': '%s', 'device_owner': "
         "'network:router_interface', 'device_id': 'r1'", site.network_id);
    as_roles("member");
    struct reply r = plan_of("networks", site.network_id);
    expect_at(&r, "plan.blockers_total", "1");
    expect_at(&r, "plan.blockers.0.device_id", "r1");
    r = plan_of("subnets", site.subnet_id);
    expect_at(&r, "plan.blockers_total", "1");
    r = cascade("subnets", site.subnet_id, text_at(&r, "plan.id"));
    expect_error(&r, 409, "SubnetInUse");
    as_roles(NULL);
    r = cascade("networks", site.network_id,
                plan_id("networks", site.network_id));
    expect_status(&r, 204);
    expect_used("port", 0);
}

Test(plans, automatic_ports_go_along_with_a_member)
{
    struct site site = make_site("10.0.0.0/24");
    const char *port = make("port", "'network_id': '%s', 'device_owner': "
                            "'network:dhcp'", site.network_id);
    as_roles("member");
    struct reply r = plan_of("subnets", site.subnet_id);
    expect_at(&r, "plan.deletes.0.id", port);
    r = cascade("subnets", site.subnet_id, text_at(&r, "plan.id"));
    expect_status(&r, 204);
    expect_gone("port", port);
}

/* --- subnets */

Test(plans, a_subnet_takes_the_ports_that_live_in_it_alone)
{
    struct site site = make_site("10.0.0.0/24");
    const char *alone = make_port(site.network_id);
    const char *second = make_subnet(site.network_id, "10.1.0.0/24");
    const char *both = make("port", "'network_id': '%s', 'fixed_ips': "
                            "[{'subnet_id': '%s'}, {'subnet_id': '%s'}]",
                            site.network_id, site.subnet_id, second);
    const char *other = make("port", "'network_id': '%s', 'fixed_ips': "
                             "[{'subnet_id': '%s'}]", site.network_id,
                             second);
    struct reply r = plan_of("subnets", site.subnet_id);
    cr_assert_str_eq(joined(&r, "plan.deletes", "id"),
                     text("%s,%s", alone, site.subnet_id));
    cr_assert_str_eq(joined(&r, "plan.updates", "id"), both);
    expect_at(&r, "plan.updates.0.ip_address", "10.0.0.3");
    r = cascade("subnets", site.subnet_id, text_at(&r, "plan.id"));
    expect_status(&r, 204);
    expect_gone("port", alone);
    expect_gone("subnet", site.subnet_id);
    expect_there("port", other);
    r = show("port", both);
    expect_addresses(&r, "10.1.0.2");
    expect_at(&r, "port.revision_number", "2");
    r = show("network", site.network_id);
    cr_assert_eq(count_at(&r, "network.subnets"), 1);
    expect_used("port", 2);
    expect_used("subnet", 1);
    expect_invariants();
}

static const char *
make_slaac_subnet(const char *network_id)
{
    return make("subnet", "'network_id': '%s', 'ip_version': 6, "
                "'cidr': 'fd00::/64', 'ipv6_ra_mode': 'slaac', "
                "'ipv6_address_mode': 'slaac'", network_id);
}

Test(plans, ports_stay_when_their_slaac_subnet_goes)
{
    const char *network = make_network();
    const char *subnet = make_slaac_subnet(network);
    const char *port = make_port(network);
    struct reply r = plan_of("subnets", subnet);
    cr_assert_str_eq(joined(&r, "plan.updates", "id"), port);
    cr_assert_str_eq(joined(&r, "plan.deletes", "id"), subnet);
    r = cascade("subnets", subnet, text_at(&r, "plan.id"));
    expect_status(&r, 204);
    r = show("port", port);
    expect_at(&r, "port.fixed_ips", "[]");
}

/* As by a plain DELETE of the subnet. */
Test(plans, slaac_addresses_of_other_projects_go_unlisted)
{
    const char *owner = session()->project;
    const char *network = make("network", "'shared': true");
    const char *subnet = make_slaac_subnet(network);
    as(unique("guest-"), "member");
    const char *theirs = make_port(network);
    const char *guest = session()->project;
    as(owner, "member");
    struct reply r = plan_of("subnets", subnet);
    cr_assert_str_eq(joined(&r, "plan.deletes", "id"), subnet);
    cr_assert_eq(count_at(&r, "plan.updates"), 0);
    expect_at(&r, "plan.blockers_total", "0");
    cr_assert_null(strstr(r.body, theirs));
    r = cascade("subnets", subnet, text_at(&r, "plan.id"));
    expect_status(&r, 204);
    as(guest, "member");
    r = show("port", theirs);
    expect_at(&r, "port.fixed_ips", "[]");
    expect_invariants();
}

Test(plans, a_router_of_another_project_keeps_a_slaac_subnet)
{
    const char *owner = session()->project;
    const char *network = make("network", "'shared': true");
    const char *subnet = make_slaac_subnet(network);
    make("port", "'network_id': '%s', 'fixed_ips': [{'subnet_id': '%s'}], "
         "'device_owner': 'network:router_interface', 'project_id': '%s'",
         network, subnet, unique("guest-"));
    as(owner, "member");
    struct reply r = plan_of("subnets", subnet);
    expect_at(&r, "plan.blockers_total", "1");
    r = cascade("subnets", subnet, text_at(&r, "plan.id"));
    expect_error(&r, 409, "SubnetInUse");
}

/* The shadow port belongs to the network's project. */
Test(plans, the_shadow_port_goes_with_a_subnet_of_another_project)
{
    const char *network = make_shadow_network();
    as(unique("operator-"), "admin");
    const char *subnet = make_subnet(network, "10.0.0.0/24");
    struct reply r = plan_of("subnets", subnet);
    cr_assert_str_eq(joined(&r, "plan.deletes", "id"), subnet);
    expect_at(&r, "plan.blockers_total", "0");
    r = cascade("subnets", subnet, text_at(&r, "plan.id"));
    expect_status(&r, 204);
    r = shadow_ports_of(network);
    cr_assert_eq(count_at(&r, "ports"), 0);
    expect_invariants();
}

Test(plans, a_changed_port_that_would_stay_changes_the_plan_of_a_subnet)
{
    struct site site = make_site("10.0.0.0/24");
    const char *second = make_subnet(site.network_id, "10.1.0.0/24");
    const char *both = make("port", "'network_id': '%s', 'fixed_ips': "
                            "[{'subnet_id': '%s'}, {'subnet_id': '%s'}]",
                            site.network_id, site.subnet_id, second);
    const char *id = plan_id("subnets", site.subnet_id);
    update("port", both, "'fixed_ips': [{'ip_address': '10.0.0.2'}]");
    struct reply r = cascade("subnets", site.subnet_id, id);
    expect_error(&r, 412, "PlanChanged");
    cr_assert_eq(count_at(&r, "plan.updates"), 0);
    expect_at(&r, "plan.deletes.0.id", both);
}

/* --- who may, and what is no plan */

Test(plans, what_is_neither_plan_nor_id_is_refused)
{
    static const char *const texts[] = {
        "", "true", "PLAN", "1-2", "plan-", "0",
        "-1-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"};
    const char *network = make_network();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct reply r = cascade("networks", network, texts[i]);
        expect_refused(&r, "cascade");
    }
    expect_there("network", network);
}

Test(plans, nothing_goes_along_with_a_port)
{
    const char *port = make_port(make_network());
    struct reply r = cascade("ports", port, "plan");
    expect_refused(&r, "cascade");
    expect_there("port", port);
}

Test(plans, if_match_holds_for_plan_and_execution)
{
    const char *network = make_network();
    with_header("If-Match: revision_number=7");
    struct reply r = cascade("networks", network, "plan");
    expect_error(&r, 412, "RevisionNumberConstraintFailed");
    const char *id = plan_id("networks", network);
    with_header("If-Match: revision_number=7");
    r = cascade("networks", network, id);
    expect_error(&r, 412, "RevisionNumberConstraintFailed");
    with_header("If-Match: revision_number=1");
    r = cascade("networks", network, id);
    expect_status(&r, 204);
}

Test(plans, are_for_those_who_may_delete)
{
    const char *owner = session()->project;
    const char *network = make_network();
    const char *id = plan_id("networks", network);
    as_roles("reader");
    struct reply r = cascade("networks", network, "plan");
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = cascade("networks", network, id);
    expect_error(&r, 403, "PolicyNotAuthorized");
    as(unique("stranger-"), "member");
    r = cascade("networks", network, "plan");
    expect_error(&r, 404, "NetworkNotFound");
    r = cascade("networks", network, id);
    expect_error(&r, 404, "NetworkNotFound");
    as(owner, NULL);
    update("network", network, "'shared': true");
    as(unique("stranger-"), "member");
    r = cascade("networks", network, "plan");
    expect_error(&r, 403, "PolicyNotAuthorized");
    expect_at(&r, "NeutronError.blockers.0.owner", owner);
}

/* --- large lists, and at the same moment */

Test(plans, ten_thousand_ports_go_at_once)
{
    struct site site = make_site("10.0.0.0/16");
    const char *ports = "";
    set_quota("port", -1);
    for (int i = 0; i < 1000; i++) {
        ports = text("%s%s{'network_id': '%s'}", ports, i == 0 ? "" : ",",
                     site.network_id);
    }
    for (int i = 0; i < 10; i++) {
        struct reply made = api_body(POST, "/v2.0/ports", "{'ports': [%s]}",
                                     ports);
        expect_status(&made, 201);
    }
    struct reply r = plan_of("networks", site.network_id);
    cr_assert_eq(count_at(&r, "plan.deletes"), 10002);
    r = cascade("networks", site.network_id, text_at(&r, "plan.id"));
    expect_status(&r, 204);
    expect_used("port", 0);
}

/* A plan to execute while others make ports. */
struct hurry {
    struct site site;
    const char *plan;
};

static int
execute_or_make(const void *arg, int i)
{
    const struct hurry *hurry = arg;
    if (i == 3) {
        return cascade("networks", hurry->site.network_id, hurry->plan)
            .status;
    }
    return create("port", "'network_id': '%s'", hurry->site.network_id)
        .status;
}

Test(plans, ports_made_at_the_same_moment_leave_all_or_nothing)
{
    for (int round = 0; round < 20; round++) {
        int statuses[8];
        struct hurry hurry = {.site = make_site("10.0.0.0/24")};
        make_port(hurry.site.network_id);
        hurry.plan = plan_id("networks", hurry.site.network_id);
        race(8, execute_or_make, &hurry, statuses);
        int made = count_status(statuses, 8, 201);
        bool gone = statuses[3] == 204;
        cr_assert(gone ? made == 0 && count_status(statuses, 8, 404) == 7
                       : statuses[3] == 412 && made == 7,
                  "%s", describe_statuses(statuses, 8));
        struct reply r = list("port", "network_id=%s",
                              hurry.site.network_id);
        cr_assert_eq(count_at(&r, "ports"), gone ? 0 : (size_t) made + 1);
    }
    expect_invariants();
}

static int
execute_or_make_in_subnet(const void *arg, int i)
{
    const struct hurry *hurry = arg;
    if (i == 0) {
        return cascade("subnets", hurry->site.subnet_id, hurry->plan).status;
    }
    return create("port", "'network_id': '%s', 'fixed_ips': "
                  "[{'subnet_id': '%s'}]", hurry->site.network_id,
                  hurry->site.subnet_id).status;
}

Test(plans, ports_made_in_a_subnet_at_the_same_moment)
{
    for (int round = 0; round < 20; round++) {
        int statuses[8];
        struct hurry hurry = {.site = make_site("10.0.0.0/24")};
        make_port(hurry.site.network_id);
        hurry.plan = plan_id("subnets", hurry.site.subnet_id);
        race(8, execute_or_make_in_subnet, &hurry, statuses);
        int made = count_status(statuses, 8, 201);
        cr_assert(statuses[0] == 204 ? made == 0
                                     : statuses[0] == 412 && made == 7,
                  "%s", describe_statuses(statuses, 8));
    }
    expect_invariants();
}

/* All execute the same plan. */
static int
execute_same(const void *arg, int i)
{
    const struct hurry *hurry = arg;
    (void) i;
    return cascade("networks", hurry->site.network_id, hurry->plan).status;
}

Test(plans, one_of_many_executes_a_plan)
{
    int statuses[8];
    struct hurry hurry = {.site = make_site("10.0.0.0/24")};
    make_port(hurry.site.network_id);
    hurry.plan = plan_id("networks", hurry.site.network_id);
    race(8, execute_same, &hurry, statuses);
    cr_assert(count_status(statuses, 8, 204) == 1 &&
                  count_status(statuses, 8, 404) == 7,
              "%s", describe_statuses(statuses, 8));
    expect_used("port", 0);
}
