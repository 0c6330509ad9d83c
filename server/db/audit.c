/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Audits and what is kept of them.
 */
#include "db/audit.h"

#include <inttypes.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/settings.h"
#include "db/check.h"
#include "db/keeper.h"
#include "schema/sqlarray.h"

STATEMENT(audit_read,
    "SELECT holds, to_char(checked_at, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),"
    "       took_ms, checks"
    "  FROM invariant_audit");

/* The metrics of what another process found. */
STATEMENT(audit_read_checks,
    "SELECT c->>'name', (c->>'violations')::bigint, c->>'sample',"
    "       extract(epoch FROM a.checked_at)::bigint"
    "  FROM invariant_audit a, json_array_elements(a.checks) AS c"
    " WHERE a.checked_at > now() - $1::bigint * interval '1 second'");

STATEMENT(audit_write,
    "INSERT INTO invariant_audit AS i (checked_at, took_ms, holds, checks)"
    " SELECT now(), $1::bigint, coalesce(bool_and(x.n = 0), true),"
    "        coalesce(json_agg(json_strip_nulls(json_build_object("
    "                   'name', x.name, 'violations', x.n,"
    "                   'sample', x.sample)) ORDER BY x.no), '[]')"
    "   FROM unnest($2::text[], $3::bigint[], $4::text[])"
    "        WITH ORDINALITY AS x(name, n, sample, no)"
    " ON CONFLICT (only_row)"
    " DO UPDATE SET checked_at = excluded.checked_at,"
    "               took_ms = excluded.took_ms, holds = excluded.holds,"
    "               checks = excluded.checks");

/* Checks of one audit. */
struct audit {
    struct check_result *results;
    size_t n;
    int64_t checked_at_s; /* Since 1970. */
    bool is_new;
};

struct query
audit_last(void)
{
    return QUERY0(audit_read);
}

/* The statement that keeps 'audit', which took 'took_ms'. */
static struct query
keep(struct arena *arena, const struct audit *audit, int64_t took_ms)
{
    const char **names = ARENA_ARRAY(arena, const char *, audit->n);
    const char **counts = ARENA_ARRAY(arena, const char *, audit->n);
    const char **samples = ARENA_ARRAY(arena, const char *, audit->n);
    const char **params = ARENA_ARRAY(arena, const char *, 4);
    for (size_t i = 0; i < audit->n; i++) {
        names[i] = audit->results[i].name;
        counts[i] =
            arena_printf(arena, "%" PRId64, audit->results[i].violations);
        samples[i] = audit->results[i].sample;
    }
    params[0] = arena_printf(arena, "%" PRId64, took_ms);
    params[1] = sqlarray_format(arena, names, audit->n);
    params[2] = sqlarray_format(arena, counts, audit->n);
    params[3] = sqlarray_format(arena, samples, audit->n);
    return (struct query){audit_write.sql, params, 4};
}

/* Runs all checks in 'tx' and keeps the result there; 'ret_row' may be
 * NULL. */
static struct err *
run(struct tx *tx, struct audit *audit, struct rows *ret_row)
{
    int64_t began_us = clock_monotonic_us();
    struct rows rows[2];
    audit->checked_at_s = clock_now_us() / 1000000;
    audit->is_new = true;
    TRY(check_all(tx, &audit->results, &audit->n));
    struct query queries[] = {
        keep(tx->arena, audit, (clock_monotonic_us() - began_us) / 1000),
        audit_last()};
    TRY(tx_run(tx, queries, 2, rows));
    if (ret_row != NULL) {
        *ret_row = rows[1];
    }
    return NULL;
}

struct err *
audit_now(struct tx *tx, struct rows *ret_row)
{
    static const struct query snapshot[] = {
        {"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", NULL, 0},
        {AUDIT_LOCK, NULL, 0}};
    struct audit audit;
    struct rows ignored[2];
    TRY(tx_run(tx, snapshot, 2, ignored));
    TRY(run(tx, &audit, ret_row));
    tx_end(tx, NULL, 0);
    return NULL;
}

/* --- the chore */

static const char *
write_metrics(struct arena *arena, const struct audit *audit)
{
    struct buf buf;
    buf_init(&buf, arena, 2048);
    buf_adds(&buf, "# HELP tenet_invariant_violations What the last audit "
                   "found against an invariant.\n"
                   "# TYPE tenet_invariant_violations gauge\n");
    for (size_t i = 0; i < audit->n; i++) {
        buf_addf(&buf, "tenet_invariant_violations{check=\"%s\"} %" PRId64
                 "\n", audit->results[i].name, audit->results[i].violations);
    }
    buf_addf(&buf,
             "# HELP tenet_invariants_checked_timestamp_seconds When the last "
             "audit was.\n"
             "# TYPE tenet_invariants_checked_timestamp_seconds gauge\n"
             "tenet_invariants_checked_timestamp_seconds %" PRId64 "\n",
             audit->checked_at_s);
    return buf.data;
}

static struct err *
find_violation(struct arena *arena, const struct audit *audit)
{
    struct err *err = NULL;
    for (size_t i = 0; i < audit->n; i++) {
        const struct check_result *result = &audit->results[i];
        if (result->violations > 0) {
            struct err *another = err_new(
                arena, ERR_INTERNAL,
                "invariant \"%s\" does not hold: %" PRId64 " violations, "
                "such as %s", result->name, result->violations,
                result->sample);
            err = err == NULL ? another : err_because(err, another);
        }
    }
    return err;
}

static struct err *
read_recent(struct tx *tx, const struct settings *settings,
            struct audit *audit)
{
    /* A little less than the interval: processes audit in turn, and one that
     * is alone does not skip its own. */
    const char *params[] = {
        arena_printf(tx->arena, "%" PRId64,
                     settings->audit_interval_s * 3 / 4)};
    struct rows rows;
    TRY(tx_one(tx, QUERY(audit_read_checks, params), &rows));
    audit->n = (size_t) rows_count(&rows);
    audit->results =
        ARENA_ARRAY(tx->arena, struct check_result, audit->n);
    for (size_t i = 0; i < audit->n; i++) {
        audit->results[i] = (struct check_result){
            .name = rows_text(&rows, (int) i, 0),
            .violations = rows_int(&rows, (int) i, 1),
            .sample = rows_text(&rows, (int) i, 2)};
        audit->checked_at_s = rows_int(&rows, (int) i, 3);
    }
    return NULL;
}

struct err *
audit_chore(struct tx *tx, const struct settings *settings)
{
    struct audit audit = {.is_new = false};
    TRY(read_recent(tx, settings, &audit));
    if (audit.n == 0) {
        TRY(run(tx, &audit, NULL));
    }
    TRY(tx_commit(tx, NULL, 0, NULL));
    chore_publish(tx, write_metrics(tx->arena, &audit));
    if (audit.is_new) {
        chore_alarm(tx, find_violation(tx->arena, &audit));
    }
    return NULL;
}
