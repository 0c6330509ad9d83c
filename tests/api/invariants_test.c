/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invariants, proven live: what the auditor tells operators, and that it
 * tells no lies while others work.
 */
#include <unistd.h>

#include "core/clock.h"
#include "support/db.h"
#include "support/race.h"
#include "support/server.h"
#include "support/things.h"

#define PATH "/v2.0/invariants"

/* Expects what an audit that found nothing says. */
static void
expect_holds(const struct reply *r)
{
    expect_status(r, 200);
    expect_at(r, "invariants.holds", "true");
    cr_assert_eq(strlen(text_at(r, "invariants.checked_at")),
                 strlen("2026-01-31T23:59:59Z"), "%s", describe(r));
    cr_assert_geq(int_at(r, "invariants.took_ms"), 0);
    cr_assert_geq(count_at(r, "invariants.checks"), 10);
    for (size_t i = 0; i < count_at(r, "invariants.checks"); i++) {
        expect_at(r, text("invariants.checks.%zu.violations", i), "0");
        expect_at(r, text("invariants.checks.%zu.sample", i), "absent");
        cr_assert_str_neq(
            text_at(r, text("invariants.checks.%zu.name", i)), "absent");
    }
}

Test(invariants, an_audit_can_be_asked_for)
{
    make_port(make_site("10.0.0.0/24").network_id);
    struct reply r = api(GET, PATH "?fresh=true");
    expect_holds(&r);
}

Test(invariants, the_last_audit_is_told_by_any_process)
{
    struct server other = server_serve("--audit-interval-s", "0");
    struct reply r = api(GET, PATH "?fresh=true");
    const char *at = text_at(&r, "invariants.checked_at");
    on_server(other.url);
    r = api(GET, PATH);
    expect_holds(&r);
    cr_assert(strcmp(text_at(&r, "invariants.checked_at"), at) >= 0);
    server_end(&other);
}

Test(invariants, only_admins_are_told)
{
    as_roles("member");
    struct reply r = api(GET, PATH);
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = api(GET, PATH "?fresh=true");
    expect_error(&r, 403, "PolicyNotAuthorized");
    as_roles("reader");
    r = api(GET, PATH);
    expect_error(&r, 403, "PolicyNotAuthorized");
}

Test(invariants, what_is_neither_true_nor_false_is_refused)
{
    struct reply r = api(GET, PATH "?fresh=perhaps");
    expect_status(&r, 400);
    r = api(GET, PATH "?fresh=false");
    expect_status(&r, 200);
    r = api(POST, PATH);
    expect_error(&r, 405, "HTTPMethodNotAllowed");
}

/* The metrics once they have 'line', or after 15 seconds. */
static const char *
await_metric(const char *line)
{
    int64_t end = clock_monotonic_us() + 15000000;
    for (;;) {
        struct reply r = api(GET, "/metrics");
        if (strstr(r.body, line) != NULL || clock_monotonic_us() > end) {
            return r.body;
        }
        usleep(20000);
    }
}

Test(invariants, the_auditor_publishes_metrics)
{
    static const char line[] =
        "tenet_invariant_violations{check=\"no address is held twice\"} 0\n";
    struct server own = server_serve("--audit-interval-s", "1");
    on_server(own.url);
    const char *metrics = await_metric(line);
    cr_assert_not_null(strstr(metrics, line), "%s", metrics);
    const char *at = strstr(
        metrics, "\ntenet_invariants_checked_timestamp_seconds ");
    cr_assert_not_null(at);
    double checked = strtod(strchr(at + 1, ' '), NULL);
    double now = (double) clock_now_us() / 1e6;
    cr_assert(checked > now - 30 && checked < now + 2, "%f", checked);
    metrics = await_metric("tenet_chore_runs_total{chore=\"audit\"} 2\n");
    cr_assert_not_null(
        strstr(metrics, "tenet_chore_failures_total{chore=\"audit\"} 0\n"));
    cr_assert_not_null(
        strstr(metrics, "tenet_chore_last_seconds{chore=\"audit\"} "));
    server_end(&own);
}

static int
churn(const void *arg, int i)
{
    const char *network = arg;
    if (i == 0) {
        for (int n = 0; n < 25; n++) {
            struct reply r = api(GET, PATH "?fresh=true");
            if (strcmp(text_at(&r, "invariants.holds"), "true") != 0) {
                return 500;
            }
        }
        return 200;
    }
    for (int n = 0; n < 30; n++) {
        struct reply r = create("port", "'network_id': '%s'", network);
        const char *id = text_at(&r, "port.id");
        update("port", id, "'fixed_ips': [{'ip_address': '10.0.%d.%d'}]",
               i, n + 1);
        r = create("network", "'name': 'churn'");
        const char *mine = text_at(&r, "network.id");
        create("subnet", "'network_id': '%s', 'ip_version': 4, "
               "'cidr': '10.0.0.0/28'", mine);
        create("port", "'network_id': '%s'", mine);
        r = erase("port", id);
        if (r.status != 204) {
            return r.status;
        }
    }
    return 200;
}

Test(invariants, an_audit_under_load_gives_no_false_alarm)
{
    int statuses[17];
    set_quota("network", -1);
    set_quota("subnet", -1);
    set_quota("port", -1);
    race(17, churn, make_site("10.0.0.0/16").network_id, statuses);
    cr_assert_eq(count_status(statuses, 17, 200), 17);
}
