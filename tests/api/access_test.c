/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may see and do what: projects, roles, quotas.  shared_test.c has
 * shared networks, tokens_test.c who is let in at all.
 */
#include "support/api.h"

/* A network, subnet and port of one project, seen by a member of another. */
struct theirs {
    struct site site;
    const char *port_id;
    const char *owner;
};

static struct theirs
make_theirs(void)
{
    struct theirs theirs = {.owner = session()->project};
    as_roles("member");
    theirs.site = make_site("10.0.0.0/24");
    theirs.port_id = make("port", "'network_id': '%s', 'name': 'secret'",
                          theirs.site.network_id);
    as(unique("stranger-"), "member");
    return theirs;
}

#define FOR_THEIRS(theirs, kind, id)                                  \
    const char *const kinds_[] = {"network", "subnet", "port"};       \
    const char *const ids_[] = {(theirs).site.network_id,             \
                                (theirs).site.subnet_id,              \
                                (theirs).port_id};                    \
    for (size_t i_ = 0; i_ < 3; i_++)                                 \
        for (const char *kind = kinds_[i_], *id = ids_[i_];           \
             id != NULL; id = NULL)

/* --- another project's objects do not exist */

Test(access, objects_of_others_are_not_found_by_id)
{
    struct theirs theirs = make_theirs();
    FOR_THEIRS(theirs, kind, id) {
        struct reply r = show(kind, id);
        expect_status(&r, 404);
        r = update(kind, id, "'name': 'mine'");
        expect_status(&r, 404);
        r = erase(kind, id);
        expect_status(&r, 404);
    }
}

Test(access, what_is_said_of_others_objects_is_said_of_objects_that_are_not)
{
    struct theirs theirs = make_theirs();
    struct reply hidden = show("network", theirs.site.network_id);
    struct reply absent = show("network", NOBODY);
    cr_assert_eq(hidden.size, absent.size);
    expect_at(&hidden, "NeutronError.type",
              text_at(&absent, "NeutronError.type"));
    expect_at(&hidden, "NeutronError.detail",
              text_at(&absent, "NeutronError.detail"));
}

Test(access, objects_of_others_are_not_listed)
{
    struct theirs theirs = make_theirs();
    FOR_THEIRS(theirs, kind, id) {
        struct reply r = list(kind, "%s", "");
        expect_status(&r, 200);
        cr_assert(strstr(r.body, id) == NULL, "%s", describe(&r));
    }
}

Test(access, filters_do_not_find_objects_of_others)
{
    struct theirs theirs = make_theirs();
    FOR_THEIRS(theirs, kind, id) {
        const char *filters[] = {
            text("id=%s", id), text("project_id=%s", theirs.owner),
            text("tenant_id=%s&tenant_id=%s", theirs.owner,
                 session()->project)};
        for (size_t i = 0; i < 3; i++) {
            struct reply r = list(kind, "%s", filters[i]);
            expect_at(&r, text("%ss", kind), "[]");
        }
    }
    struct reply r = list("port", "fixed_ips=subnet_id=%s",
                          theirs.site.subnet_id);
    expect_at(&r, "ports", "[]");
    r = list("port", "network_id=%s", theirs.site.network_id);
    expect_at(&r, "ports", "[]");
    r = list("subnet", "network_id=%s", theirs.site.network_id);
    expect_at(&r, "subnets", "[]");
}

Test(access, markers_of_others_are_not_found)
{
    struct theirs theirs = make_theirs();
    make_network();
    FOR_THEIRS(theirs, kind, id) {
        struct reply r = list(kind, "limit=1&marker=%s", id);
        expect_status(&r, 404);
    }
}

Test(access, parents_of_others_are_not_found)
{
    struct theirs theirs = make_theirs();
    struct reply r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
                            "'cidr': '10.1.0.0/24'", theirs.site.network_id);
    expect_error(&r, 404, "NetworkNotFound");
    r = create("port", "'network_id': '%s'", theirs.site.network_id);
    expect_error(&r, 404, "NetworkNotFound");
    r = api_body(POST, "/v2.0/ports", "{'ports': [{'network_id': '%s'}]}",
                 theirs.site.network_id);
    expect_error(&r, 404, "NetworkNotFound");
}

Test(access, networks_of_others_do_not_betray_the_pools_of_their_subnets)
{
    as_roles("member");
    const char *network = make_network();
    const char *pool = make("subnetpool", "'name': 'p', 'prefixes': "
                            "['10.0.0.0/16'], 'default_prefixlen': 26");
    make("subnet", "'network_id': '%s', 'ip_version': 4, "
         "'subnetpool_id': '%s'", network, pool);
    as(unique("stranger-"), "member");
    struct reply r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
                            "'cidr': '10.1.0.0/24'", network);
    expect_error(&r, 404, "NetworkNotFound");
}

static struct reply
create_at(const char *network_id, const char *subnet_id)
{
    return create("port", "'network_id': '%s', 'fixed_ips': "
                  "[{'subnet_id': '%s'}]", network_id, subnet_id);
}

Test(access, subnets_of_others_in_fixed_ips_do_not_exist)
{
    struct theirs theirs = make_theirs();
    struct site mine = make_site("10.0.0.0/24");
    struct reply hidden = create_at(mine.network_id, theirs.site.subnet_id);
    struct reply absent = create_at(mine.network_id, NOBODY);
    cr_assert_eq(hidden.status, absent.status, "%s", describe(&hidden));
    expect_at(&hidden, "NeutronError.type",
              text_at(&absent, "NeutronError.type"));
}

Test(access, tags_of_others_are_not_found)
{
    struct theirs theirs = make_theirs();
    FOR_THEIRS(theirs, kind, id) {
        const char *path = text("/v2.0/%ss/%s/tags", kind, id);
        struct reply r = api(GET, "%s", path);
        expect_status(&r, 404);
        r = api_body(PUT, path, "{'tags': ['mine']}");
        expect_status(&r, 404);
        r = api(PUT, "%s/mine", path);
        expect_status(&r, 404);
        r = api(DELETE, "%s", path);
        expect_status(&r, 404);
    }
    as(theirs.owner, "member");
    struct reply r = show("network", theirs.site.network_id);
    expect_at(&r, "network.tags", "[]");
}

Test(access, an_if_match_does_not_betray_objects_of_others)
{
    struct theirs theirs = make_theirs();
    with_header("If-Match: revision_number=99");
    struct reply r = erase("network", theirs.site.network_id);
    expect_error(&r, 404, "NetworkNotFound");
}

Test(access, an_admin_sees_and_changes_all_projects)
{
    struct theirs theirs = make_theirs();
    as_roles("admin");
    FOR_THEIRS(theirs, kind, id) {
        struct reply r = list(kind, "id=%s", id);
        cr_assert_eq(count_at(&r, text("%ss", kind)), 1);
        r = update(kind, id, "'name': 'admin was here'");
        expect_status(&r, 200);
        expect_at(&r, text("%s.project_id", kind), theirs.owner);
    }
}

/* --- roles */

Test(access, a_reader_reads_in_its_project)
{
    struct theirs theirs = make_theirs();
    as(theirs.owner, "reader");
    FOR_THEIRS(theirs, kind, id) {
        struct reply r = show(kind, id);
        expect_status(&r, 200);
        r = list(kind, "id=%s", id);
        cr_assert_eq(count_at(&r, text("%ss", kind)), 1);
    }
}

Test(access, a_reader_changes_nothing)
{
    struct theirs theirs = make_theirs();
    as(theirs.owner, "reader");
    FOR_THEIRS(theirs, kind, id) {
        struct reply r = update(kind, id, "'name': 'x'");
        expect_error(&r, 403, "PolicyNotAuthorized");
        r = erase(kind, id);
        expect_error(&r, 403, "PolicyNotAuthorized");
        r = api(PUT, "/v2.0/%ss/%s/tags/x", kind, id);
        expect_status(&r, 403);
    }
    struct reply r = create("network", "%s", "");
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = create("port", "'network_id': '%s'", theirs.site.network_id);
    expect_error(&r, 403, "PolicyNotAuthorized");
}

Test(access, a_reader_of_another_project_finds_nothing)
{
    struct theirs theirs = make_theirs();
    as_roles("reader");
    FOR_THEIRS(theirs, kind, id) {
        struct reply r = erase(kind, id);
        expect_status(&r, 404);
        r = update(kind, id, "'name': 'x'");
        expect_status(&r, 404);
    }
}

Test(access, a_role_that_is_unknown_gives_no_right)
{
    as_roles("gardener");
    struct reply r = create("network", "%s", "");
    expect_error(&r, 403, "PolicyNotAuthorized");
}

Test(access, several_roles_add_up)
{
    as_roles("reader,member");
    struct reply r = create("network", "%s", "");
    expect_status(&r, 201);
    as_roles("reader, admin");
    r = create("network", "'shared': true");
    expect_status(&r, 201);
}

Test(access, a_member_does_everything_in_its_project)
{
    as_roles("member");
    struct site site = make_site("10.0.0.0/24");
    const char *port = make_port(site.network_id);
    struct reply r = update("port", port, "'name': 'x'");
    expect_status(&r, 200);
    r = erase("port", port);
    expect_status(&r, 204);
    r = erase("subnet", site.subnet_id);
    expect_status(&r, 204);
    r = erase("network", site.network_id);
    expect_status(&r, 204);
}

Test(access, a_member_cannot_create_for_another_project)
{
    as_roles("member");
    struct reply r = create("network", "'tenant_id': 'elsewhere'");
    cr_assert(r.status == 400 || r.status == 403, "%s", describe(&r));
    r = create("network", "'project_id': '%s'", session()->project);
    expect_status(&r, 201);
}

Test(access, a_member_may_say_what_is_true_anyway)
{
    as_roles("member");
    struct reply r =
        create("network", "'shared': false, 'router:external': false");
    expect_status(&r, 201);
}

Test(access, what_only_admins_may_is_forbidden_by_name)
{
    as_roles("member");
    const char *attributes[] = {"shared", "router:external"};
    for (size_t i = 0; i < 2; i++) {
        struct reply r = create("network", "'%s': true", attributes[i]);
        expect_error(&r, 403, "PolicyNotAuthorized");
        r = update("network", make_network(), "'%s': true", attributes[i]);
        expect_error(&r, 403, "PolicyNotAuthorized");
    }
    struct reply r = create("port", "'network_id': '%s', "
                            "'binding:host_id': 'h'", make_network());
    expect_error(&r, 403, "PolicyNotAuthorized");
}

Test(access, a_port_of_the_platform_is_not_deleted_by_a_member)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    const char *port = make("port", "'network_id': '%s', 'device_id': 'r', "
                            "'device_owner': 'network:router_interface'",
                            network);
    as_roles("member");
    struct reply r = erase("port", port);
    cr_assert(r.status == 409 || r.status == 403, "%s", describe(&r));
    r = show("port", port);
    expect_status(&r, 200);
    as_roles("admin");
    update("port", port, "'device_owner': ''");
    r = erase("port", port);
    expect_status(&r, 204);
}

/* --- quotas */

Test(access, a_member_reads_its_quota_and_sets_none)
{
    as_roles("member");
    const char *path = text("/v2.0/quotas/%s", session()->project);
    struct reply r = api(GET, "%s", path);
    expect_status(&r, 200);
    r = api(GET, "%s/details", path);
    expect_status(&r, 200);
    r = api_body(PUT, path, "{'quota': {'port': -1}}");
    expect_status(&r, 403);
    r = api(DELETE, "%s", path);
    expect_status(&r, 403);
    r = api(GET, "/v2.0/quotas");
    expect_status(&r, 403);
}

Test(access, quotas_of_others_are_not_shown)
{
    make_network();
    const char *path = text("/v2.0/quotas/%s/details", session()->project);
    as(unique("stranger-"), "member");
    struct reply r = api(GET, "%s", path);
    cr_assert(r.status == 403 || r.status == 404, "%s", describe(&r));
}
