/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The role "service": another service of the cloud, such as the one that runs
 * the servers, sees the networks of all projects and works with all ports.
 */
#include "support/api.h"

/* A network, subnet and port of a project; asked for by a service. */
struct site_and_port {
    struct site site;
    const char *port_id;
    const char *project;
};

static struct site_and_port
make_others(void)
{
    struct site_and_port others = {.project = session()->project};
    as_roles("member");
    others.site = make_site("10.0.0.0/24");
    others.port_id =
        make("port", "'network_id': '%s'", others.site.network_id);
    as(unique("compute-"), "service");
    return others;
}

Test(service, it_sees_networks_subnets_and_ports_of_all_projects)
{
    struct site_and_port others = make_others();
    struct reply r = show("network", others.site.network_id);
    expect_status(&r, 200);
    r = show("subnet", others.site.subnet_id);
    expect_status(&r, 200);
    r = show("port", others.port_id);
    expect_status(&r, 200);
    r = list("port", "id=%s", others.port_id);
    cr_assert_not_null(strstr(r.body, others.port_id));
}

Test(service, it_changes_no_network_and_no_subnet)
{
    struct site_and_port others = make_others();
    struct reply r = create("network", "%s", "");
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = update("network", others.site.network_id, "'name': 'mine'");
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = erase("network", others.site.network_id);
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = update("subnet", others.site.subnet_id, "'name': 'mine'");
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = erase("subnet", others.site.subnet_id);
    expect_error(&r, 403, "PolicyNotAuthorized");
}

Test(service, it_makes_a_port_for_another_project)
{
    struct site_and_port others = make_others();
    struct reply r =
        create("port", "'network_id': '%s', 'project_id': '%s', "
                       "'device_owner': 'compute:nova', "
                       "'binding:host_id': 'node-1'",
               others.site.network_id, others.project);
    expect_status(&r, 201);
    expect_at(&r, "port.project_id", others.project);
    expect_at(&r, "port.binding:host_id", "node-1");
}

Test(service, it_binds_and_deletes_a_port_of_another_project)
{
    struct site_and_port others = make_others();
    struct reply r =
        update("port", others.port_id, "'binding:host_id': 'node-2'");
    expect_status(&r, 200);
    expect_at(&r, "port.binding:host_id", "node-2");
    r = erase("port", others.port_id);
    expect_status(&r, 204);
}

Test(service, it_sees_no_attributes_of_networks_that_are_for_admins)
{
    struct site_and_port others = make_others();
    struct reply r = show("network", others.site.network_id);
    cr_assert(strstr(r.body, "provider:network_type") == NULL);
}

Test(service, what_is_for_admins_is_closed_to_it)
{
    make_others();
    struct reply r = api(GET, "/v2.0/invariants");
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = api(GET, "/v2.0/quotas");
    expect_error(&r, 403, "PolicyNotAuthorized");
}

Test(service, a_member_that_is_a_service_too_works_in_its_project)
{
    as_roles("member,service");
    struct site site = make_site("10.0.0.0/24");
    struct reply r = erase("network", site.network_id);
    expect_status(&r, 204);
}
