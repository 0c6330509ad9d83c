/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dry-Run: the answer that would have been, and nothing left behind.
 */
#include "support/server.h"
#include "support/things.h"

#define DRY with_header("Dry-Run: true")

static void
expect_dry(const struct reply *reply, int status)
{
    expect_status(reply, status);
    expect_header(reply, "Dry-Run", "true");
}

static size_t
count(const char *kind)
{
    struct reply r = list(kind, "project_id=%s", session()->project);
    expect_status(&r, 200);
    return count_at(&r, text("%ss", kind));
}

Test(dry_run, a_network_is_answered_and_not_made)
{
    DRY;
    struct reply r = create("network", "'name': 'would-be'");
    expect_dry(&r, 201);
    expect_at(&r, "network.name", "would-be");
    cr_expect_eq(count("network"), 0);
    expect_used("network", 0);
}

Test(dry_run, a_port_gets_the_next_address_and_gives_it_back)
{
    struct site site = make_site("10.0.0.0/24");
    DRY;
    struct reply tried = create_in(site.network_id, "");
    struct reply made = create_in(site.network_id, "");
    expect_dry(&tried, 201);
    expect_addresses(&tried, "10.0.0.2");
    expect_addresses(&made, "10.0.0.2");
    expect_used("port", 1);
    expect_invariants();
}

Test(dry_run, a_subnet_is_not_made_and_does_not_touch_its_network)
{
    const char *id = make_network();
    struct reply before = show("network", id);
    DRY;
    struct reply tried = create("subnet", "'network_id': '%s', "
                                "'ip_version': 4, 'cidr': '10.0.0.0/24'", id);
    struct reply after = show("network", id);
    expect_dry(&tried, 201);
    cr_expect_str_eq(before.body, after.body);
}

Test(dry_run, a_change_is_shown_and_not_kept)
{
    const char *id = make_network();
    struct reply before = show("network", id);
    DRY;
    struct reply tried = update("network", id, "'name': 'other'");
    struct reply after = show("network", id);
    expect_dry(&tried, 200);
    expect_at(&tried, "network.name", "other");
    cr_expect_str_eq(before.body, after.body);
}

Test(dry_run, a_deletion_deletes_nothing)
{
    struct site site = make_site("10.0.0.0/24");
    const char *port = make_port(site.network_id);
    DRY;
    struct reply tried = erase("port", port);
    struct reply there = show("port", port);
    expect_dry(&tried, 204);
    expect_status(&there, 200);
    expect_invariants();
}

Test(dry_run, a_refusal_is_the_refusal_that_would_have_been)
{
    struct site site = make_site("10.0.0.0/24");
    (void) make_port(site.network_id);
    DRY;
    struct reply blocked = erase("network", site.network_id);
    set_quota("network", 0);
    DRY;
    struct reply over = create("network", "'name': ''");
    expect_dry(&blocked, 409);
    expect_at(&blocked, "NeutronError.type", "NetworkInUse");
    expect_dry(&over, 409);
    expect_at(&over, "NeutronError.type", "OverQuota");
}

static struct reply
set_one_quota(int limit)
{
    return api_body(PUT, quota_path(),
                    "{'quota': {'network': %d}}", limit);
}

Test(dry_run, tags_and_quotas_stay)
{
    const char *id = make_network();
    DRY;
    struct reply tag = api(PUT, "/v2.0/networks/%s/tags/blue", id);
    struct reply after = show("network", id);
    as_roles("admin");
    DRY;
    struct reply quota =
        set_one_quota(3);
    struct reply now = api(GET, "%s", quota_path());
    expect_dry(&tag, 201);
    cr_expect_eq(count_at(&after, "network.tags"), 0);
    expect_dry(&quota, 200);
    expect_at(&quota, "quota.network", "3");
    expect_at(&now, "quota.network", "100");
}

Test(dry_run, does_not_use_up_a_key)
{
    const char *key = unique("key");
    DRY;
    with_header("Idempotency-Key: %s", key);
    struct reply tried = create("network", "'name': 'a'");
    with_header("Idempotency-Key: %s", key);
    struct reply made = create("network", "'name': 'b'");
    expect_dry(&tried, 201);
    expect_status(&made, 201);
}

Test(dry_run, false_is_no_dry_run)
{
    with_header("Dry-Run: false");
    struct reply r = create("network", "'name': ''");
    expect_status(&r, 201);
    cr_expect_null(reply_header(&r, "Dry-Run"));
    cr_expect_eq(count("network"), 1);
}

Test(dry_run, what_is_no_truth_is_refused)
{
    with_header("Dry-Run: maybe");
    struct reply r = create("network", "'name': ''");
    expect_error(&r, 400, "HTTPBadRequest");
    cr_expect_eq(count("network"), 0);
}

Test(dry_run, said_twice_is_refused)
{
    const char *id = make_network();
    DRY;
    with_header("Dry-Run: false");
    struct reply r = erase("network", id);
    struct reply there = show("network", id);
    expect_error(&r, 400, "HTTPBadRequest");
    expect_status(&there, 200);
}

Test(dry_run, a_parameter_that_a_change_does_not_know_is_refused)
{
    static const char *const params[] = {"casacde=plan", "Cascade=plan",
                                         "dry_run=true", "atomic=false",
                                         "check=true"};
    const char *id = make_network();
    for (size_t i = 0; i < sizeof params / sizeof *params; i++) {
        struct reply r = api(DELETE, "/v2.0/networks/%s?%s", id, params[i]);
        expect_error(&r, 400, "HTTPBadRequest");
    }
    struct reply r = api_body(DELETE, "/v2.0/networks?cascade=plan",
                              "{'networks': [{'id': '%s'}]}", id);
    struct reply there = show("network", id);
    expect_error(&r, 400, "HTTPBadRequest");
    expect_status(&there, 200);
}

Test(dry_run, check_is_for_cluster_networks_alone)
{
    struct reply r = api_body(POST, "/v2.0/networks?check=true",
                              "{'network': {}}");
    expect_error(&r, 400, "HTTPBadRequest");
    cr_expect_eq(count("network"), 0);
}
