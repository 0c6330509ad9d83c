/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /v2.0/rbac-policies: who may say who else uses a network, and what a network
 * shows of it.
 */
#include "support/db.h"
#include "support/stream.h"
#include "support/things.h"

#define SHARED "access_as_shared"
#define EXTERNAL "access_as_external"

/* A network of a member, and who asks from now on. */
static const char *
make_own(void)
{
    as_roles("member");
    return make_network();
}

/* The network as 'project' sees it. */
static struct reply
shown_to(const char *project, const char *network)
{
    struct session before = *session();
    as(project, "member");
    struct reply r = show("network", network);
    as(before.project, before.roles);
    return r;
}

/* Policies of the network, as an admin sees them: "action target,...". */
static const char *
policies_of(const char *network)
{
    struct session before = *session();
    as_roles(NULL);
    struct reply r = list("rbac_policy", "object_id=%s", network);
    const char *all = "";
    for (size_t i = 0; i < count_at(&r, "rbac_policies"); i++) {
        all = text("%s%s%s %s", all, all[0] == '\0' ? "" : ",",
                   text_at(&r, text("rbac_policies.%zu.action", i)),
                   text_at(&r, text("rbac_policies.%zu.target_tenant", i)));
    }
    as(before.project, before.roles);
    return all;
}

#define expect_policies(network, expected) \
    cr_assert_str_eq(policies_of(network), (expected))

/* --- the resource */

Test(rbac, an_owner_shares_a_network_with_a_project)
{
    const char *network = make_own(), *guest = unique("guest-");
    struct reply r = create_policy(network, SHARED, guest);
    expect_status(&r, 201);
    expect_at(&r, "rbac_policy.object_type", "network");
    expect_at(&r, "rbac_policy.object_id", network);
    expect_at(&r, "rbac_policy.action", SHARED);
    expect_at(&r, "rbac_policy.target_tenant", guest);
    expect_at(&r, "rbac_policy.project_id", session()->project);
    expect_at(&r, "rbac_policy.tenant_id", session()->project);
    const char *id = text_at(&r, "rbac_policy.id");
    r = show("rbac_policy", id);
    expect_at(&r, "rbac_policy.id", id);
    r = erase("rbac_policy", id);
    expect_status(&r, 204);
    r = show("rbac_policy", id);
    expect_error(&r, 404, "RbacPolicyNotFound");
}

Test(rbac, lists_are_filtered_and_paged)
{
    const char *network = make_own(), *other = make_network();
    share(network, "a");
    share(network, "b");
    share(other, "a");
    struct reply r = list("rbac_policy", "object_id=%s", network);
    cr_assert_eq(count_at(&r, "rbac_policies"), 2);
    r = list("rbac_policy", "target_tenant=a&fields=object_id");
    cr_assert_eq(count_at(&r, "rbac_policies"), 2);
    cr_assert_eq(count_at(&r, "rbac_policies.0"), 1);
    r = list("rbac_policy", "action=" EXTERNAL);
    cr_assert_eq(count_at(&r, "rbac_policies"), 0);
    r = list("rbac_policy", "limit=2&sort_key=id&total=true");
    cr_assert_eq(count_at(&r, "rbac_policies"), 2);
    expect_header(&r, "X-Total-Count", "3");
    r = list("rbac_policy", "limit=2&sort_key=id&marker=%s",
             text_at(&r, "rbac_policies.1.id"));
    cr_assert_eq(count_at(&r, "rbac_policies"), 1);
}

Test(rbac, what_makes_no_sense_is_refused_by_name)
{
    const char *network = make_own();
    static const char *const bad[][2] = {
        {"object_type", "'router'"},     {"object_id", "'x'"},
        {"action", "'access_as_friend'"}, {"target_tenant", "''"},
        {"target_tenant", "null"},       {"target_tenant", "'\xc3\xbc'"},
        {"target_project", "'p'"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *good[][2] = {{"object_type", "'network'"},
                                 {"object_id", text("'%s'", network)},
                                 {"action", "'" SHARED "'"},
                                 {"target_tenant", "'p'"}};
        const char *body = text("'%s': %s", bad[i][0], bad[i][1]);
        for (size_t j = 0; j < 4; j++) {
            body = strcmp(good[j][0], bad[i][0]) == 0
                       ? body
                       : text("%s, '%s': %s", body, good[j][0], good[j][1]);
        }
        struct reply r = create("rbac_policy", "%s", body);
        expect_refused(&r, bad[i][0]);
    }
    struct reply r = create("rbac_policy", "'object_type': 'network'");
    expect_refused(&r, "target_tenant");
    expect_policies(network, "");
}

Test(rbac, only_the_target_changes)
{
    const char *network = make_own(), *id = share(network, "a");
    struct reply r = update("rbac_policy", id, "'target_tenant': 'b'");
    expect_status(&r, 200);
    expect_at(&r, "rbac_policy.target_tenant", "b");
    r = update("rbac_policy", id, "'action': '" EXTERNAL "'");
    expect_refused(&r, "action");
    r = update("rbac_policy", id, "'object_id': '%s'", NOBODY);
    expect_refused(&r, "object_id");
    expect_policies(network, SHARED " b");
}

Test(rbac, none_is_made_twice)
{
    const char *network = make_own(), *id = share(network, "a");
    struct reply r = create_policy(network, SHARED, "a");
    expect_error(&r, 409, "DuplicateRbacPolicy");
    expect_at(&r, "NeutronError.blockers.0.id", id);
    share(network, "b");
    r = update("rbac_policy", id, "'target_tenant': 'b'");
    expect_error(&r, 409, "DuplicateRbacPolicy");
    r = update("rbac_policy", id, "'target_tenant': 'a'");
    expect_status(&r, 200);
    r = create_policy(network, EXTERNAL, "a");
    expect_status(&r, 201);
    r = api_body(POST, "/v2.0/rbac-policies",
                 "{'rbac_policies': [%s, %s]}",
                 text("{'object_type': 'network', 'object_id': '%s', "
                      "'action': '" SHARED "', 'target_tenant': 'c'}",
                      network),
                 text("{'object_type': 'network', 'object_id': '%s', "
                      "'action': '" SHARED "', 'target_tenant': 'c'}",
                      network));
    expect_error(&r, 409, "DuplicateRbacPolicy");
}

Test(rbac, many_are_made_and_removed_at_once)
{
    const char *network = make_own();
    struct reply r = api_body(
        POST, "/v2.0/rbac-policies", "{'rbac_policies': [%s, %s]}",
        text("{'object_type': 'network', 'object_id': '%s', 'action': "
             "'" SHARED "', 'target_tenant': 'a'}", network),
        text("{'object_type': 'network', 'object_id': '%s', 'action': "
             "'" SHARED "', 'target_tenant': 'b'}", network));
    expect_status(&r, 201);
    const char *ids = text("{'id': '%s'}, {'id': '%s'}",
                           text_at(&r, "rbac_policies.0.id"),
                           text_at(&r, "rbac_policies.1.id"));
    r = show("network", network);
    expect_at(&r, "network.revision_number", "2");
    r = api_body(DELETE, "/v2.0/rbac-policies", "{'rbac_policies': [%s]}",
                 ids);
    cr_assert(r.status < 300, "%s", describe(&r));
    expect_policies(network, "");
    expect_invariants();
}

/* --- who may */

Test(rbac, only_the_owner_of_a_network_and_admins_make_policies)
{
    const char *network = make_own(), *owner = session()->project;
    const char *guest = unique("guest-");
    as(guest, "member");
    struct reply r = create_policy(network, SHARED, "friend");
    expect_error(&r, 404, "NetworkNotFound");
    r = create_policy(NOBODY, SHARED, "friend");
    expect_error(&r, 404, "NetworkNotFound");
    as(owner, "member");
    share(network, guest);
    as(guest, "member");
    r = create_policy(network, SHARED, "friend");
    expect_error(&r, 403, "PolicyNotAuthorized");
    expect_at(&r, "NeutronError.blockers.0.id", network);
    as(owner, "reader");
    r = create_policy(network, SHARED, "friend");
    expect_status(&r, 403);
    as(unique("operators-"), NULL);
    r = create_policy(network, SHARED, "friend");
    expect_status(&r, 201);
    expect_at(&r, "rbac_policy.project_id", session()->project);
}

Test(rbac, only_admins_open_a_network_to_all)
{
    const char *network = make_own();
    struct reply r = create_policy(network, SHARED, "*");
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = create_policy(network, EXTERNAL, "*");
    expect_error(&r, 403, "PolicyNotAuthorized");
    const char *id = share(network, "a");
    r = update("rbac_policy", id, "'target_tenant': '*'");
    expect_error(&r, 403, "PolicyNotAuthorized");
    as_roles(NULL);
    r = update("rbac_policy", id, "'target_tenant': '*'");
    expect_status(&r, 200);
    r = show("network", network);
    expect_at(&r, "network.shared", "true");
}

Test(rbac, policies_are_seen_by_their_own_project_alone)
{
    const char *network = make_own(), *guest = unique("guest-");
    const char *id = share(network, guest);
    as(guest, "member");
    struct reply r = show("rbac_policy", id);
    expect_error(&r, 404, "RbacPolicyNotFound");
    r = erase("rbac_policy", id);
    expect_error(&r, 404, "RbacPolicyNotFound");
    r = update("rbac_policy", id, "'target_tenant': 'x'");
    expect_error(&r, 404, "RbacPolicyNotFound");
    r = api(GET, "/v2.0/rbac-policies/%s/blockers", id);
    expect_status(&r, 404);
    r = list("rbac_policy", "fields=id");
    cr_assert_eq(count_at(&r, "rbac_policies"), 0);
}

/* --- what a network shows */

Test(rbac, shared_is_what_the_caller_sees)
{
    const char *network = make_own(), *guest = unique("guest-");
    const char *id = share(network, guest);
    struct reply r = show("network", network);
    expect_at(&r, "network.shared", "false");
    expect_at(&r, "network.revision_number", "2");
    r = shown_to(guest, network);
    expect_at(&r, "network.shared", "true");
    r = shown_to(unique("stranger-"), network);
    expect_error(&r, 404, "NetworkNotFound");
    as(guest, "member");
    r = list("network", "shared=true&id=%s", network);
    cr_assert_eq(count_at(&r, "networks"), 1);
    r = list("network", "shared=false&id=%s", network);
    cr_assert_eq(count_at(&r, "networks"), 0);
    r = list("network", "sort_key=shared&id=%s", network);
    cr_assert_eq(count_at(&r, "networks"), 1);
    as(guest, NULL);
    r = update("network", network, "'name': 'x'");
    expect_at(&r, "network.shared", "true");
    r = erase("rbac_policy", id);
    expect_status(&r, 204);
    r = shown_to(guest, network);
    expect_status(&r, 404);
}

Test(rbac, shared_stands_for_the_policy_of_all)
{
    const char *network = make("network", "'shared': true");
    const char *stranger = unique("stranger-");
    expect_policies(network, SHARED " *");
    struct reply r = list("rbac_policy", "object_id=%s", network);
    expect_at(&r, "rbac_policies.0.project_id", session()->project);
    r = update("network", network, "'shared': false");
    expect_at(&r, "network.shared", "false");
    expect_policies(network, "");
    r = update("network", network, "'shared': true");
    expect_at(&r, "network.revision_number", "3");
    r = list("rbac_policy", "object_id=%s", network);
    r = erase("rbac_policy", text_at(&r, "rbac_policies.0.id"));
    expect_status(&r, 204);
    r = show("network", network);
    expect_at(&r, "network.shared", "false");
    r = create_policy(network, SHARED, "*");
    expect_status(&r, 201);
    r = shown_to(stranger, network);
    expect_at(&r, "network.shared", "true");
    expect_invariants();
}

Test(rbac, shared_taken_away_leaves_other_policies)
{
    const char *network = make("network", "'shared': true");
    const char *guest = unique("guest-");
    share(network, guest);
    update("network", network, "'shared': false");
    expect_policies(network, text(SHARED " %s", guest));
    struct reply r = shown_to(guest, network);
    expect_at(&r, "network.shared", "true");
}

Test(rbac, router_external_stands_for_all_policies_of_its_kind)
{
    const char *network = make("network", "'router:external': true");
    const char *guest = unique("guest-");
    expect_policies(network, EXTERNAL " *");
    struct reply r = create_policy(network, EXTERNAL, guest);
    expect_status(&r, 201);
    r = list("rbac_policy", "object_id=%s&target_tenant=*", network);
    erase("rbac_policy", text_at(&r, "rbac_policies.0.id"));
    r = show("network", network);
    expect_at(&r, "network.router:external", "true");
    r = shown_to(guest, network);
    expect_at(&r, "network.router:external", "true");
    expect_at(&r, "network.shared", "false");
    r = shown_to(unique("stranger-"), network);
    expect_status(&r, 404);
    r = update("network", network, "'router:external': true");
    expect_policies(network, text(EXTERNAL " %s", guest));
    r = update("network", network, "'router:external': false");
    expect_at(&r, "network.router:external", "false");
    expect_policies(network, "");
    expect_invariants();
}

Test(rbac, the_last_external_policy_takes_the_attribute_along)
{
    const char *network = make_own();
    struct reply r = create_policy(network, EXTERNAL, "guest");
    const char *id = text_at(&r, "rbac_policy.id");
    r = show("network", network);
    expect_at(&r, "network.router:external", "true");
    erase("rbac_policy", id);
    r = show("network", network);
    expect_at(&r, "network.router:external", "false");
}

Test(rbac, a_network_with_shadow_ports_does_not_become_external)
{
    as_roles("member");
    const char *network = make_shadow_network();
    struct reply r = create_policy(network, EXTERNAL, "guest");
    expect_error(&r, 409, "Conflict");
    expect_policies(network, "");
}

/* --- in use */

Test(rbac, one_in_use_is_not_removed_or_given_away)
{
    const char *network = make_own(), *owner = session()->project;
    const char *guest = unique("guest-"), *id = share(network, guest);
    as(guest, "member");
    const char *port = make_port(network);
    as(owner, "member");
    struct reply r = erase("rbac_policy", id);
    expect_error(&r, 409, "RbacPolicyInUse");
    expect_at(&r, "NeutronError.blockers_total", "1");
    expect_at(&r, "NeutronError.blockers.0.type", "port");
    expect_at(&r, "NeutronError.blockers.0.id", "null");
    cr_assert_null(strstr(r.body, port), "%s", describe(&r));
    r = update("rbac_policy", id, "'target_tenant': 'other'");
    expect_error(&r, 409, "RbacPolicyInUse");
    r = api(GET, "/v2.0/rbac-policies/%s/blockers", id);
    expect_at(&r, "blockers_total", "1");
    as(guest, "member");
    erase("port", port);
    as(owner, "member");
    r = api(GET, "/v2.0/rbac-policies/%s/blockers", id);
    expect_at(&r, "blockers_total", "0");
    r = erase("rbac_policy", id);
    expect_status(&r, 204);
}

Test(rbac, one_that_another_covers_is_removed_any_time)
{
    const char *network = make_own(), *owner = session()->project;
    const char *guest = unique("guest-"), *id = share(network, guest);
    as(guest, "member");
    make_port(network);
    as(owner, NULL);
    struct reply r = create_policy(network, SHARED, "*");
    const char *all = text_at(&r, "rbac_policy.id");
    r = erase("rbac_policy", id);
    expect_status(&r, 204);
    r = update("rbac_policy", all, "'target_tenant': 'other'");
    expect_error(&r, 409, "RbacPolicyInUse");
    r = update("rbac_policy", all, "'target_tenant': '%s'", guest);
    expect_status(&r, 200);
    r = update("rbac_policy", all, "'target_tenant': '*'");
    expect_status(&r, 200);
    r = update("network", network, "'shared': false");
    expect_error(&r, 409, "InvalidSharedSetting");
}

Test(rbac, one_for_the_owner_or_for_others_is_in_nobodys_use)
{
    const char *network = make_own();
    make_port(network);
    const char *own = share(network, session()->project);
    const char *other = share(network, "other");
    struct reply r = show("network", network);
    expect_at(&r, "network.shared", "true");
    r = erase("rbac_policy", own);
    expect_status(&r, 204);
    r = show("network", network);
    expect_at(&r, "network.shared", "false");
    r = erase("rbac_policy", other);
    expect_status(&r, 204);
}

/* --- with the house */

Test(rbac, the_quota_counts_policies_and_refuses_those_asked_for)
{
    as_roles(NULL);
    set_quota("rbac_policy", 1);
    const char *network = make("network", "'shared': true");
    expect_used("rbac_policy", 1);
    struct reply r = create_policy(network, SHARED, "a");
    expect_error(&r, 409, "OverQuota");
    make("network", "'shared': true, 'router:external': true");
    expect_used("rbac_policy", 3);
    r = erase("network", network);
    expect_status(&r, 204);
    expect_used("rbac_policy", 2);
    expect_invariants();
}

Test(rbac, a_network_takes_its_policies_along)
{
    const char *cursor = cursor_now();
    const char *network = make_own(), *id = share(network, "a");
    struct reply r = erase("network", network);
    expect_status(&r, 204);
    r = show("rbac_policy", id);
    expect_status(&r, 404);
    expect_used("rbac_policy", 0);
    r = events_behind(cursor, text("type=rbac_policy&network_id=%s&wait=5",
                                   network));
    expect_at(&r, "events.0.action", "create");
    expect_at(&r, "events.0.id", id);
    expect_told();
}

Test(rbac, a_plan_takes_them_along_as_well)
{
    const char *network = make_own();
    share(network, "a");
    make_port(network);
    struct reply r = api(DELETE, "/v2.0/networks/%s?cascade=plan", network);
    expect_status(&r, 200);
    r = api(DELETE, "/v2.0/networks/%s?cascade=%s", network,
            text_at(&r, "plan.id"));
    expect_status(&r, 204);
    expect_used("rbac_policy", 0);
    expect_told();
}

Test(rbac, a_change_is_told_of_the_policy_and_of_the_network)
{
    const char *cursor = cursor_now(), *network = make_own();
    struct reply r =
        events_behind(cursor, text("network_id=%s&wait=5", network));
    cursor = text_at(&r, "cursor");
    as_roles(NULL);
    r = create_policy(network, SHARED, "*");
    const char *id = text_at(&r, "rbac_policy.id");
    for (int i = 0; i < 500; i++) {
        r = events_behind(cursor, text("network_id=%s&wait=1", network));
        if (count_at(&r, "events") == 2) {
            break;
        }
    }
    cr_assert_str_eq(joined(&r, "events", "type"), "rbac_policy,network");
    expect_at(&r, "events.0.id", id);
    expect_at(&r, "events.0.after.target_tenant", "*");
    expect_at(&r, "events.1.before.shared", "false");
    expect_at(&r, "events.1.after.shared", "true");
    expect_told();
}

Test(rbac, trying_leaves_nothing_and_a_key_makes_one)
{
    const char *network = make_own(), *key = unique("key-");
    with_header("Dry-Run: true");
    struct reply r = create_policy(network, SHARED, "a");
    expect_status(&r, 201);
    expect_policies(network, "");
    with_header("Idempotency-Key: %s", key);
    r = create_policy(network, SHARED, "a");
    const char *id = text_at(&r, "rbac_policy.id");
    with_header("Idempotency-Key: %s", key);
    r = create_policy(network, SHARED, "a");
    expect_at(&r, "rbac_policy.id", id);
    expect_policies(network, SHARED " a");
}

Test(rbac, a_precondition_holds)
{
    const char *id = share(make_own(), "a");
    with_header("If-Match: revision_number=7");
    struct reply r = update("rbac_policy", id, "'target_tenant': 'b'");
    expect_error(&r, 412, "RevisionNumberConstraintFailed");
}
