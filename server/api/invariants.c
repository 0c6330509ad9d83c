/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last audit, as kept in the database, or one that is made for the asker.
 */
#include "api/invariants.h"

#include "core/arena.h"
#include "db/audit.h"

/* An audit on demand. */
struct audit_job {
    struct job job;
    struct rows row;
};

/* {"invariants": {...}} of 'row', which is one of audit_last or none. */
static void
answer(struct call *call, const struct rows *row)
{
    struct buf *body = call_answer(call, 200);
    if (rows_count(row) == 0) {
        buf_adds(body, "{\"invariants\":{\"holds\":null,\"checked_at\":null,"
                       "\"took_ms\":null,\"checks\":[]}}");
        return;
    }
    buf_addf(body, "{\"invariants\":{\"holds\":%s,\"checked_at\":",
             rows_bool(row, 0, AUDIT_HOLDS) ? "true" : "false");
    buf_adds_json(body, rows_text(row, 0, AUDIT_CHECKED_AT));
    buf_addf(body, ",\"took_ms\":%s,\"checks\":",
             rows_text(row, 0, AUDIT_TOOK_MS));
    buf_adds(body, rows_text(row, 0, AUDIT_CHECKS));
    buf_adds(body, "}}");
}

static void
finish_show(struct job *job)
{
    answer(job->owner, &job->rows[0]);
}

static struct err *
run_audit(struct job *job, struct tx *tx)
{
    struct audit_job *audit = (struct audit_job *) job;
    return audit_now(tx, &audit->row);
}

static struct err *
complete_audit(struct call *call)
{
    const struct audit_job *audit = (const struct audit_job *) call->job;
    answer(call, &audit->row);
    return NULL;
}

/* The audit of a large database takes seconds: nobody waits behind it. */
static void
leave_audit(struct call *call)
{
    struct audit_job *audit = ARENA_NEW(call->arena, struct audit_job);
    audit->job.lane = LANE_SLOW;
    audit->job.arena = call->arena;
    audit->job.owner = call;
    audit->job.run = run_audit;
    call->job = &audit->job;
    call->complete = complete_audit;
}

struct err *
invariants_show(struct call *call)
{
    bool fresh;
    TRY(call_param_bool(call, "fresh", false, &fresh));
    if (fresh) {
        leave_audit(call);
        return NULL;
    }
    struct query *query = ARENA_NEW(call->arena, struct query);
    *query = audit_last();
    call_read(call, query, 1, finish_show);
    return NULL;
}
