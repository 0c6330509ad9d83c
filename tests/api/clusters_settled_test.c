/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cluster networks under an Idempotency-Key, tried by Dry-Run, and only
 * checked: once, or nothing at all.
 */
#include "support/db.h"
#include "support/server.h"
#include "support/things.h"

#define CLUSTER "cluster_network"
#define AT(path) "cluster_network." path
#define NODES(count) "'node_groups': [{'name': 'node', 'count': " #count "}]"
#define KEY "Idempotency-Key: %s"
#define DRY with_header("Dry-Run: true")

static void
expect_replay(const struct reply *first, const struct reply *again)
{
    cr_expect_eq(first->status, again->status, "%s", describe(again));
    cr_expect_str_eq(first->body, again->body);
    cr_expect_null(reply_header(first, "Idempotent-Replayed"));
    expect_header(again, "Idempotent-Replayed", "true");
}

static struct reply
check(const char *attributes)
{
    return api_body(POST, "/v2.0/cluster-networks?check=true",
                    "{'cluster_network': {%s}}", attributes);
}

/* Nothing of the project, neither rows nor events. */
static void
expect_nothing(void)
{
    static const char *const tables[] = {
        "networks", "subnets", "ports", "cluster_networks", "events",
        "idempotency_keys"};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        const char *n = db_column(
            server_database(),
            text("SELECT count(*) FROM %s WHERE project_id = '%s'",
                 tables[i], session()->project));
        cr_expect_str_eq(n, "0", "%s %s are left", n, tables[i]);
    }
    expect_used("network", 0);
    expect_used("subnet", 0);
    expect_used("port", 0);
    expect_invariants();
}

/* --- keys */

Test(cluster_settled, a_repeated_post_gives_the_first_answer)
{
    const char *key = unique("key");
    const char *attributes = "'cluster_id': 'x', " NODES(3);
    with_header(KEY, key);
    struct reply first = create(CLUSTER, "%s", attributes);
    with_header(KEY, key);
    struct reply again = create(CLUSTER, "%s", attributes);
    struct reply without = create(CLUSTER, "%s", attributes);
    expect_status(&first, 201);
    expect_replay(&first, &again);
    expect_status(&without, 200);
    expect_at(&without, AT("id"), text_at(&first, AT("id")));
    expect_used("port", 3);
    expect_used("network", 1);
}

Test(cluster_settled, another_cluster_under_the_key_is_refused)
{
    const char *key = unique("key");
    with_header(KEY, key);
    struct reply r = create(CLUSTER, "'cluster_id': 'x'");
    expect_status(&r, 201);
    with_header(KEY, key);
    r = create(CLUSTER, "'cluster_id': 'y'");
    expect_error(&r, 422, "IdempotencyKeyMismatch");
    expect_used("network", 1);
}

Test(cluster_settled, a_repeated_scale_and_delete_happen_once)
{
    const char *id = make_cluster(1), *key = unique("key");
    with_header(KEY, key);
    struct reply first = update(CLUSTER, id, NODES(3));
    with_header(KEY, key);
    struct reply again = update(CLUSTER, id, NODES(3));
    expect_status(&first, 200);
    expect_replay(&first, &again);
    with_header("Idempotency-Key: %s-2", key);
    first = erase(CLUSTER, id);
    with_header("Idempotency-Key: %s-2", key);
    again = erase(CLUSTER, id);
    expect_status(&first, 204);
    expect_replay(&first, &again);
    expect_used("port", 0);
}

Test(cluster_settled, a_refusal_is_not_kept)
{
    const char *key = unique("key");
    set_quota("port", 2);
    with_header(KEY, key);
    struct reply r = create(CLUSTER, "'cluster_id': 'x', " NODES(3));
    expect_error(&r, 409, "OverQuota");
    set_quota("port", 3);
    with_header(KEY, key);
    r = create(CLUSTER, "'cluster_id': 'x', " NODES(3));
    expect_status(&r, 201);
    cr_expect_null(reply_header(&r, "Idempotent-Replayed"));
}

Test(cluster_settled, a_plan_is_executed_once_under_a_key)
{
    const char *id = make_cluster(2), *key = unique("key");
    struct reply r = api(DELETE, "/v2.0/cluster-networks/%s?cascade=plan", id);
    const char *plan = text_at(&r, "plan.id");
    with_header(KEY, key);
    struct reply first =
        api(DELETE, "/v2.0/cluster-networks/%s?cascade=%s", id, plan);
    with_header(KEY, key);
    struct reply again =
        api(DELETE, "/v2.0/cluster-networks/%s?cascade=%s", id, plan);
    expect_status(&first, 204);
    expect_replay(&first, &again);
}

/* --- dry runs */

Test(cluster_settled, a_dry_run_answers_all_and_leaves_nothing)
{
    DRY;
    struct reply r = create(CLUSTER, "'cluster_id': 'x', "
                            "'pods_cidr': '10.1.0.0/16', " NODES(3));
    expect_status(&r, 201);
    expect_header(&r, "Dry-Run", "true");
    cr_assert_eq(count_at(&r, AT("ports")), 3);
    expect_at(&r, AT("subnet.cidr"), "10.0.0.0/24");
    expect_nothing();
}

Test(cluster_settled, scales_and_deletions_can_be_tried)
{
    const char *id = make_cluster(2);
    struct reply before = show(CLUSTER, id);
    DRY;
    struct reply r = update(CLUSTER, id, NODES(5));
    expect_status(&r, 200);
    cr_assert_eq(count_at(&r, AT("ports")), 5);
    DRY;
    r = erase(CLUSTER, id);
    expect_status(&r, 204);
    r = api(DELETE, "/v2.0/cluster-networks/%s?cascade=plan", id);
    DRY;
    r = api(DELETE, "/v2.0/cluster-networks/%s?cascade=%s", id,
            text_at(&r, "plan.id"));
    expect_status(&r, 204);
    expect_header(&r, "Dry-Run", "true");
    struct reply after = show(CLUSTER, id);
    cr_assert_str_eq(before.body, after.body);
    expect_used("port", 2);
    expect_invariants();
}

/* --- checks */

Test(cluster_settled, a_check_leaves_nothing)
{
    struct reply r = check("'cluster_id': 'x', " NODES(3));
    expect_at(&r, "check.fits", "true");
    cr_expect_null(reply_header(&r, "Dry-Run"));
    r = check("'cluster_id': 'x', 'pods_cidr': '10.1.0.0/16', "
              "'services_cidr': '10.1.0.0/24'");
    expect_at(&r, "check.fits", "false");
    expect_nothing();
    r = create(CLUSTER, "'cluster_id': 'x', " NODES(3));
    expect_status(&r, 201);
}

Test(cluster_settled, a_check_does_not_use_up_a_key)
{
    const char *key = unique("key");
    with_header(KEY, key);
    struct reply r = check("'cluster_id': 'x'");
    expect_at(&r, "check.fits", "true");
    with_header(KEY, key);
    r = create(CLUSTER, "'cluster_id': 'x'");
    expect_status(&r, 201);
    cr_expect_null(reply_header(&r, "Idempotent-Replayed"));
}

Test(cluster_settled, a_check_can_be_a_dry_run_as_well)
{
    DRY;
    struct reply r = check("'cluster_id': 'x'");
    expect_at(&r, "check.fits", "true");
    expect_header(&r, "Dry-Run", "true");
    expect_nothing();
}

Test(cluster_settled, the_blockers_of_a_check_have_reasons_in_sentences)
{
    struct site site = make_site("192.168.0.0/28");
    set_quota("port", 3);
    struct reply r = check(text("'cluster_id': 'x', 'network_id': '%s', "
                                "'pods_cidr': '192.168.0.0/24', " NODES(14),
                                site.network_id));
    size_t n = count_at(&r, "check.problems");
    cr_assert_eq(n, 3, "%s", describe(&r));
    for (size_t i = 0; i < n; i++) {
        const char *reason = text_at(
            &r, text("check.problems.%zu.blockers.0.reason", i));
        size_t len = strlen(reason);
        cr_assert(reason[0] >= 'A' && reason[0] <= 'Z' &&
                      reason[len - 1] == '.', "%s", reason);
    }
}
