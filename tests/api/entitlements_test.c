/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entitlements of projects, set by admins, and requests for them.
 */
#include "support/db.h"
#include "support/race.h"
#include "support/server.h"
#include "support/things.h"

#define ASK "'entitlement': 'shadow_port'"

static const char *
entitlement_path(const char *project)
{
    return text("/v2.0/entitlements/%s", percent(project));
}

static struct reply
show_entitlement(void)
{
    return api(GET, "%s", entitlement_path(session()->project));
}

static struct reply
set_entitlement(const char *attributes)
{
    return api_body(PUT, entitlement_path(session()->project),
                    "{'entitlement': {%s}}", attributes);
}

/* A member asks; the session is an admin of the same project afterwards. */
static const char *
make_request(void)
{
    as_roles("member");
    const char *id = make("entitlement_request", ASK ", 'comment': 'please'");
    as_roles("admin");
    return id;
}

static struct reply
decide(const char *id, const char *status)
{
    return update("entitlement_request", id, "'status': '%s'", status);
}

/* What the event log says of an object: "create,update". */
static const char *
events_of(const char *type, const char *id)
{
    return db_column(server_database(),
                     text("SELECT action FROM events WHERE type = '%s'"
                          "   AND object_id::text = '%s'"
                          "   AND project_id = '%s' ORDER BY id",
                          type, id, session()->project));
}

/* --- entitlements */

Test(entitlements, a_project_has_none_unless_granted)
{
    struct reply r = show_entitlement();
    expect_status(&r, 200);
    expect_at(&r, "entitlement.shadow_port", "false");
    expect_at(&r, "entitlement.project_id", session()->project);
    expect_at(&r, "entitlement.tenant_id", session()->project);
}

Test(entitlements, an_admin_grants_and_withdraws)
{
    struct reply r = set_entitlement("'shadow_port': true");
    expect_status(&r, 200);
    expect_at(&r, "entitlement.shadow_port", "true");
    r = show_entitlement();
    expect_at(&r, "entitlement.shadow_port", "true");
    r = set_entitlement("'shadow_port': 'false'");
    expect_at(&r, "entitlement.shadow_port", "false");
    r = show_entitlement();
    expect_at(&r, "entitlement.shadow_port", "false");
}

Test(entitlements, the_project_reads_and_does_not_write)
{
    static const char *const roles[] = {"member", "reader"};
    set_entitlement("'shadow_port': true");
    for (int i = 0; i < 2; i++) {
        as_roles(roles[i]);
        struct reply r = show_entitlement();
        expect_at(&r, "entitlement.shadow_port", "true");
        r = set_entitlement("'shadow_port': false");
        expect_error(&r, 403, "PolicyNotAuthorized");
        r = show_entitlement();
        expect_at(&r, "entitlement.shadow_port", "true");
    }
}

Test(entitlements, those_of_other_projects_are_not_found)
{
    const char *path = entitlement_path(session()->project);
    set_entitlement("'shadow_port': true");
    as(unique("stranger-"), "member");
    struct reply r = api(GET, "%s", path);
    expect_error(&r, 404, "HTTPNotFound");
    r = api_body(PUT, path, "{'entitlement': {'shadow_port': false}}");
    expect_error(&r, 403, "PolicyNotAuthorized");
    as_roles("admin");
    r = api(GET, "%s", path);
    expect_at(&r, "entitlement.shadow_port", "true");
}

Test(entitlements, bad_bodies_are_refused_by_name)
{
    struct reply r = set_entitlement("'shadow_port': 'maybe'");
    expect_refused(&r, "shadow_port");
    r = set_entitlement("'shadow_port': null");
    expect_refused(&r, "shadow_port");
    r = set_entitlement("'wings': true");
    expect_refused(&r, "wings");
    r = set_entitlement("'project_id': 'another', 'shadow_port': true");
    expect_refused(&r, "project_id");
    r = api_body(PUT, entitlement_path(session()->project), "{}");
    expect_status(&r, 400);
    r = api_body(PUT, entitlement_path(session()->project),
                 "{'entitlement': []}");
    expect_status(&r, 400);
    r = show_entitlement();
    expect_at(&r, "entitlement.shadow_port", "false");
}

Test(entitlements, what_was_read_can_be_written_back)
{
    set_entitlement("'shadow_port': true");
    struct reply r = show_entitlement();
    r = api_raw(PUT, entitlement_path(session()->project), r.body, r.size);
    expect_status(&r, 200);
    expect_at(&r, "entitlement.shadow_port", "true");
    r = set_entitlement("");
    expect_at(&r, "entitlement.shadow_port", "true");
}

Test(entitlements, admins_list_all_and_a_project_its_own)
{
    const char *granted = session()->project;
    set_entitlement("'shadow_port': true");
    as_project(unique("other-"));
    struct reply r = api(GET, "/v2.0/entitlements");
    expect_status(&r, 200);
    cr_assert_not_null(strstr(joined(&r, "entitlements", "project_id"),
                              granted));
    as_roles("member");
    r = api(GET, "/v2.0/entitlements");
    cr_assert_eq(count_at(&r, "entitlements"), 0, "%s", describe(&r));
    as_project(granted);
    r = api(GET, "/v2.0/entitlements");
    cr_assert_eq(count_at(&r, "entitlements"), 1, "%s", describe(&r));
    expect_at(&r, "entitlements.0.shadow_port", "true");
}

Test(entitlements, other_methods_are_not_allowed)
{
    struct reply r = api(DELETE, "%s", entitlement_path("p"));
    expect_status(&r, 405);
    r = api_body(POST, "/v2.0/entitlements", "{'entitlement': {}}");
    expect_status(&r, 405);
}

Test(entitlements, a_change_writes_an_event_and_no_change_none)
{
    set_entitlement("'shadow_port': true");
    set_entitlement("'shadow_port': true");
    set_entitlement("'shadow_port': false");
    const char *events = db_column(
        server_database(),
        text("SELECT action || (before::json->>'shadow_port')"
             "       || (after::json->>'shadow_port') || revision_number"
             "  FROM events WHERE type = 'entitlement'"
             "   AND project_id = '%s' ORDER BY id", session()->project));
    cr_assert_str_eq(events, "updatefalsetrue1,updatetruefalse2");
}

Test(entitlements, nothing_is_written_when_nothing_was_granted)
{
    struct reply r = set_entitlement("'shadow_port': false");
    expect_status(&r, 200);
    const char *rows = db_column(
        server_database(),
        text("SELECT id::text FROM entitlements WHERE project_id = '%s'"
             " UNION ALL SELECT object_id::text FROM events"
             "            WHERE project_id = '%s'",
             session()->project, session()->project));
    cr_assert_str_eq(rows, "");
}

static int
grant_or_withdraw(const void *arg, int i)
{
    (void) arg;
    return set_entitlement(i % 2 == 0 ? "'shadow_port': true"
                                      : "'shadow_port': false").status;
}

Test(entitlements, many_admins_at_once_leave_an_unbroken_story)
{
    int statuses[16];
    race(16, grant_or_withdraw, NULL, statuses);
    cr_assert_eq(count_status(statuses, 16, 200), 16, "%s",
                 describe_statuses(statuses, 16));
    const char *broken = db_column(
        server_database(),
        text("SELECT id FROM (SELECT id, before::json->>'shadow_port' AS b,"
             "       lag(after::json->>'shadow_port', 1, 'false')"
             "       OVER (ORDER BY revision_number) AS a"
             "  FROM events WHERE type = 'entitlement'"
             "   AND project_id = '%s') e WHERE a <> b",
             session()->project));
    cr_assert_str_eq(broken, "");
}

/* --- requests */

Test(entitlement_requests, a_member_asks)
{
    as_roles("member");
    struct reply r =
        create("entitlement_request", ASK ", 'comment': 'for k8s'");
    expect_status(&r, 201);
    expect_at(&r, "entitlement_request.status", "pending");
    expect_at(&r, "entitlement_request.project_id", session()->project);
    expect_at(&r, "entitlement_request.tenant_id", session()->project);
    expect_at(&r, "entitlement_request.entitlement", "shadow_port");
    expect_at(&r, "entitlement_request.comment", "for k8s");
    expect_at(&r, "entitlement_request.decided_by", "null");
    expect_at(&r, "entitlement_request.decision_comment", "null");
    expect_at(&r, "entitlement_request.revision_number", "0");
    cr_assert_str_neq(text_at(&r, "entitlement_request.user_id"), "absent");
    cr_assert_str_neq(text_at(&r, "entitlement_request.created_at"),
                      "absent");
    cr_assert_eq(count_at(&r, "entitlement_request"), 12, "%s",
                 describe(&r));
}

Test(entitlement_requests, a_reader_does_not_ask)
{
    as_roles("reader");
    struct reply r = create("entitlement_request", ASK);
    expect_error(&r, 403, "PolicyNotAuthorized");
}

Test(entitlement_requests, bad_bodies_are_refused_by_name)
{
    static const char *const cases[][2] = {
        {"", "entitlement"},
        {"'entitlement': 'wings'", "entitlement"},
        {"'entitlement': null", "entitlement"},
        {ASK ", 'comment': null", "comment"},
        {ASK ", 'comment': 1", "comment"},
        {ASK ", 'status': 'approved'", "status"},
        {ASK ", 'user_id': 'me'", "user_id"},
        {ASK ", 'name': 'n'", "name"},
        {ASK ", 'tags': ['a']", "tags"},
        {ASK ", 'project_id': 'another'", "project_id"},
    };
    as_roles("member");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct reply r = create("entitlement_request", "%s", cases[i][0]);
        expect_refused(&r, cases[i][1]);
    }
    struct reply r = create("entitlement_request", ASK ", 'comment': '%s'",
                            letters(1025));
    expect_refused(&r, "comment");
    r = create("entitlement_request", ASK ", 'comment': '%s'", letters(1024));
    expect_status(&r, 201);
}

Test(entitlement_requests, a_second_one_is_refused_and_names_the_first)
{
    const char *first = make_request();
    as_roles("member");
    struct reply r = create("entitlement_request", ASK);
    expect_error(&r, 409, "Conflict");
    expect_at(&r, "NeutronError.blockers.0.type", "entitlement_request");
    expect_at(&r, "NeutronError.blockers.0.id", first);
    expect_at(&r, "NeutronError.blockers.0.owner", session()->project);
    as_project(unique("other-"));
    r = create("entitlement_request", ASK);
    expect_status(&r, 201);
}

Test(entitlement_requests, two_in_one_body_are_refused)
{
    struct reply r = api_body(POST, "/v2.0/entitlement-requests",
                              "{'entitlement_requests': [{" ASK "}, {" ASK
                              "}]}");
    expect_error(&r, 409, "Conflict");
    r = list("entitlement_request", "project_id=%s", session()->project);
    cr_assert_eq(count_at(&r, "entitlement_requests"), 0);
}

Test(entitlement_requests, what_is_granted_is_not_asked_for)
{
    entitle(true);
    as_roles("member");
    struct reply r = create("entitlement_request", ASK);
    expect_error(&r, 409, "Conflict");
    expect_at(&r, "NeutronError.blockers.0.type", "entitlement");
    expect_at(&r, "NeutronError.blockers.0.name", "shadow_port");
}

Test(entitlement_requests, an_admin_asks_for_another_project)
{
    const char *other = unique("other-");
    struct reply r = create("entitlement_request", ASK ", 'project_id': '%s'",
                            other);
    expect_status(&r, 201);
    expect_at(&r, "entitlement_request.project_id", other);
}

Test(entitlement_requests, those_of_others_are_not_found)
{
    const char *id = make_request();
    as(unique("stranger-"), "member");
    struct reply r = show("entitlement_request", id);
    expect_error(&r, 404, "EntitlementRequestNotFound");
    r = erase("entitlement_request", id);
    expect_error(&r, 404, "EntitlementRequestNotFound");
    r = update("entitlement_request", id, "'comment': 'mine'");
    expect_error(&r, 404, "EntitlementRequestNotFound");
    r = list("entitlement_request", "limit=5");
    cr_assert_eq(count_at(&r, "entitlement_requests"), 0);
    as_roles("admin");
    r = show("entitlement_request", id);
    expect_status(&r, 200);
}

Test(entitlement_requests, an_approval_grants)
{
    const char *id = make_request();
    struct reply r = update("entitlement_request", id,
                            "'status': 'approved', 'comment': 'enjoy'");
    expect_status(&r, 200);
    expect_at(&r, "entitlement_request.status", "approved");
    expect_at(&r, "entitlement_request.comment", "please");
    expect_at(&r, "entitlement_request.decision_comment", "enjoy");
    cr_assert_str_neq(text_at(&r, "entitlement_request.decided_by"), "null");
    as_roles("member");
    r = show_entitlement();
    expect_at(&r, "entitlement.shadow_port", "true");
    r = create("network", "'enable_shadow_port': true");
    expect_status(&r, 201);
}

Test(entitlement_requests, a_rejection_grants_nothing_and_one_may_ask_again)
{
    const char *id = make_request();
    struct reply r = decide(id, "rejected");
    expect_status(&r, 200);
    expect_at(&r, "entitlement_request.status", "rejected");
    expect_at(&r, "entitlement_request.decision_comment", "null");
    r = show_entitlement();
    expect_at(&r, "entitlement.shadow_port", "false");
    id = make_request();
    r = decide(id, "approved");
    expect_status(&r, 200);
}

Test(entitlement_requests, what_is_decided_stays_so)
{
    static const char *const statuses[] = {"approved", "rejected"};
    for (int i = 0; i < 2; i++) {
        as_project(unique("p-"));
        const char *id = make_request();
        decide(id, statuses[i]);
        struct reply r = decide(id, statuses[1 - i]);
        expect_error(&r, 409, "Conflict");
        expect_at(&r, "NeutronError.blockers.0.id", id);
        as_roles("member");
        r = erase("entitlement_request", id);
        expect_error(&r, 409, "Conflict");
        r = show_entitlement();
        expect_at(&r, "entitlement.shadow_port", i == 0 ? "true" : "false");
    }
}

Test(entitlement_requests, a_decision_keeps_one_and_blockers_say_so)
{
    const char *id = make_request();
    struct reply asked =
        api(GET, "/v2.0/entitlement-requests/%s/blockers", id);
    expect_at(&asked, "blockers_total", "0");
    decide(id, "rejected");
    as_roles("member");
    asked = api(GET, "/v2.0/entitlement-requests/%s/blockers", id);
    expect_at(&asked, "blockers_total", "1");
    expect_at(&asked, "blockers.0.reason", "It is rejected.");
    struct reply refused = erase("entitlement_request", id);
    expect_error(&refused, 409, "Conflict");
    cr_assert_str_eq(text_at(&asked, "blockers"),
                     text_at(&refused, "NeutronError.blockers"));
}

Test(entitlement_requests, a_member_does_not_decide)
{
    const char *id = make_request();
    as_roles("member");
    struct reply r = decide(id, "approved");
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = update("entitlement_request", id, "'comment': 'pretty please'");
    expect_error(&r, 403, "PolicyNotAuthorized");
    as_roles("reader");
    r = decide(id, "approved");
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = show("entitlement_request", id);
    expect_at(&r, "entitlement_request.status", "pending");
    r = show_entitlement();
    expect_at(&r, "entitlement.shadow_port", "false");
}

Test(entitlement_requests, a_decision_is_approved_or_rejected)
{
    const char *id = make_request();
    struct reply r = decide(id, "pending");
    expect_refused(&r, "status");
    r = decide(id, "perhaps");
    expect_refused(&r, "status");
    r = update("entitlement_request", id, "'comment': 'no status'");
    expect_refused(&r, "status");
    r = update("entitlement_request", id, "'entitlement': 'shadow_port'");
    expect_refused(&r, "entitlement");
}

Test(entitlement_requests, a_pending_one_is_withdrawn)
{
    const char *id = make_request();
    as_roles("reader");
    struct reply r = erase("entitlement_request", id);
    expect_status(&r, 403);
    as_roles("member");
    r = erase("entitlement_request", id);
    expect_status(&r, 204);
    r = show("entitlement_request", id);
    expect_status(&r, 404);
    r = create("entitlement_request", ASK);
    expect_status(&r, 201);
}

Test(entitlement_requests, lists_have_filters_and_pages)
{
    const char *first = make_request();
    decide(first, "rejected");
    const char *second = make_request();
    const char *own = text("project_id=%s", session()->project);
    struct reply r = list("entitlement_request", "%s&status=pending", own);
    expect_status(&r, 200);
    cr_assert_eq(count_at(&r, "entitlement_requests"), 1, "%s", describe(&r));
    expect_at(&r, "entitlement_requests.0.id", second);
    r = list("entitlement_request", "%s&limit=1&sort_key=created_at", own);
    expect_at(&r, "entitlement_requests.0.id", first);
    cr_assert_not_null(
        strstr(text_at(&r, "entitlement_requests_links.0.href"),
               "/v2.0/entitlement-requests?"), "%s", describe(&r));
    r = list("entitlement_request",
             "%s&limit=1&sort_key=created_at&marker=%s", own, first);
    expect_at(&r, "entitlement_requests.0.id", second);
    as_roles("member");
    r = list("entitlement_request", "limit=5");
    cr_assert_eq(count_at(&r, "entitlement_requests"), 2, "%s", describe(&r));
}

Test(entitlement_requests, there_are_no_names_and_no_tags)
{
    const char *id = make_request();
    struct reply r = list("entitlement_request", "name=n");
    expect_status(&r, 400);
    r = list("entitlement_request", "tags=a");
    expect_status(&r, 400);
    r = list("entitlement_request", "sort_key=name");
    expect_status(&r, 400);
    r = api(GET, "/v2.0/entitlement-requests/%s/tags", id);
    expect_status(&r, 404);
    r = api(PUT, "/v2.0/entitlement-requests/%s/tags/a", id);
    expect_status(&r, 404);
    r = api(GET, "/v2.0/entitlement_requests");
    expect_status(&r, 404);
}

Test(entitlement_requests, an_sdn_that_is_asked_for_hides_none)
{
    struct server server = server_serve("--sdns", "sprut,neutron");
    const char *id = make_request();
    on_server(server.url);
    with_header("X-SDN: neutron");
    struct reply r = list("entitlement_request", "id=%s", id);
    cr_assert_eq(count_at(&r, "entitlement_requests"), 1, "%s", describe(&r));
    server_end(&server);
}

Test(entitlement_requests, they_count_in_no_quota)
{
    make_request();
    const char *rows = db_column(
        server_database(),
        text("SELECT resource FROM quotas WHERE project_id = '%s'",
             session()->project));
    cr_assert_str_eq(rows, "");
}

Test(entitlement_requests, if_match_and_etag_hold)
{
    const char *id = make_request();
    with_header("If-Match: revision_number=7");
    struct reply r = decide(id, "approved");
    expect_error(&r, 412, "RevisionNumberConstraintFailed");
    with_header("If-Match: revision_number=0");
    r = decide(id, "approved");
    expect_status(&r, 200);
}

Test(entitlement_requests, their_story_is_in_the_event_log)
{
    const char *id = make_request();
    decide(id, "rejected");
    cr_assert_str_eq(events_of("entitlement_request", id), "create,update");
    id = make_request();
    erase("entitlement_request", id);
    cr_assert_str_eq(events_of("entitlement_request", id), "create,delete");
    id = make_request();
    struct reply r = decide(id, "approved");
    cr_assert_str_eq(events_of("entitlement_request", id), "create,update");
    const char *granted = db_column(
        server_database(),
        text("SELECT count(*) FROM events e WHERE type = 'entitlement'"
             "   AND request_id = '%s' AND project_id = '%s'",
             reply_header(&r, "X-Openstack-Request-Id"),
             session()->project));
    cr_assert_str_eq(granted, "1");
}

static int
approve_or_reject(const void *arg, int i)
{
    return decide(arg, i % 2 == 0 ? "approved" : "rejected").status;
}

Test(entitlement_requests, one_of_many_decisions_counts)
{
    int statuses[16];
    const char *id = make_request();
    race(16, approve_or_reject, id, statuses);
    cr_assert(count_status(statuses, 16, 200) == 1 &&
                  count_status(statuses, 16, 409) == 15,
              "%s", describe_statuses(statuses, 16));
    struct reply r = show("entitlement_request", id);
    bool approved =
        strcmp(text_at(&r, "entitlement_request.status"), "approved") == 0;
    expect_at(&r, "entitlement_request.revision_number", "1");
    r = show_entitlement();
    expect_at(&r, "entitlement.shadow_port", approved ? "true" : "false");
}

Test(entitlement_requests, one_of_many_members_asks)
{
    as_roles("member");
    expect_winners((struct goal){"entitlement_request", ASK, NULL}, 1);
}

static int
approve_or_withdraw(const void *arg, int i)
{
    return i == 0 ? decide(arg, "approved").status
                  : erase("entitlement_request", arg).status;
}

Test(entitlement_requests, an_approval_or_a_withdrawal_comes_first)
{
    for (int round = 0; round < 10; round++) {
        int statuses[2];
        as_project(unique("p-"));
        race(2, approve_or_withdraw, make_request(), statuses);
        bool approved = statuses[0] == 200;
        cr_assert(approved ? statuses[1] == 409
                           : statuses[0] == 404 && statuses[1] == 204,
                  "%s", describe_statuses(statuses, 2));
        struct reply r = show_entitlement();
        expect_at(&r, "entitlement.shadow_port", approved ? "true" : "false");
    }
}

Test(entitlement_requests, the_extension_is_advertised)
{
    struct reply r = api(GET, "/v2.0/extensions/tenet-entitlements");
    expect_status(&r, 200);
    r = api(GET, "/v2.0");
    cr_assert_not_null(strstr(joined(&r, "resources", "collection"),
                              "entitlement-requests"));
}
