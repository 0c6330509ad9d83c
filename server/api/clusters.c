/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cluster networks: POST answers what there is when it is asked for again, and
 * with check=true only whether it fits.  resource/cluster_create.c does it.
 */
#include "api/clusters.h"

#include <inttypes.h>

#include "api/blockers.h"
#include "api/body.h"
#include "api/verbs.h"
#include "core/arena.h"
#include "db/render.h"
#include "resource/cluster.h"

/* A POST as a job, and what came of it. */
struct cluster_write {
    struct write write;
    bool check;
    struct cluster_outcome outcome;
    const char *json; /* The object. */
};

/* --- the transaction */

/* What the client could change, or have changed, is the answer to a check. */
static bool
is_problem(const struct err *err)
{
    int status = err_status(err->kind);
    return status == 409 || status == 403;
}

/* Everything, as if it were to stay. */
static struct err *
run_check(struct change *change, struct cluster_write *work,
          struct cluster *cluster)
{
    struct cluster_outcome *outcome = &work->outcome;
    struct err *err = cluster_create(change, cluster, outcome);
    if (err != NULL && !is_problem(err)) {
        return err;
    }
    if (err != NULL && outcome->n_problems == 0) {
        outcome->problems[outcome->n_problems++] =
            (struct cluster_problem){.err = err};
    }
    return NULL;
}

/* A copy of the record for each run: it may run again. */
static struct err *
run_create(struct job *job, struct tx *tx)
{
    struct cluster_write *work = (struct cluster_write *) job;
    struct write *write = &work->write;
    struct change change = write_change(write, tx);
    struct cluster *cluster =
        arena_memdup(job->arena, write->records[0], sizeof *cluster);
    if (work->check) {
        return run_check(&change, work, cluster);
    }
    TRY(cluster_create(&change, cluster, &work->outcome));
    work->json = render_text(change.arena, &cluster_resource.table,
                             &work->outcome.rows, 0, write->mask);
    return write_end(&change);
}

/* --- the answers */

static struct err *
complete_create(struct call *call)
{
    const struct cluster_write *work = (struct cluster_write *) call->job;
    struct buf *body = call_answer(call, work->outcome.found ? 200 : 201);
    buf_adds(body, "{\"cluster_network\":");
    buf_adds(body, work->json);
    buf_put(body, '}');
    return NULL;
}

static void
add_problem(struct buf *body, const struct err *err)
{
    buf_adds(body, "{\"type\":");
    buf_adds_json(body, err_type(err->kind));
    buf_adds(body, ",\"message\":");
    buf_adds_json(body, err->message);
    buf_put(body, ',');
    blockers_write(body, err->blockers, err->n_blockers, err->blockers_total);
    buf_put(body, '}');
}

static bool
changed_before(const struct cluster_outcome *outcome, size_t i)
{
    for (size_t j = 0; j < i; j++) {
        if (outcome->problems[j].attribute != NULL &&
            strcmp(outcome->problems[j].attribute,
                   outcome->problems[i].attribute) == 0) {
            return true;
        }
    }
    return false;
}

/* One change per attribute: the first mends all problems with it. */
static void
add_changes(struct buf *body, const struct cluster_outcome *outcome)
{
    bool first = true;
    buf_adds(body, ",\"changes\":[");
    for (size_t i = 0; i < outcome->n_problems; i++) {
        const struct cluster_problem *problem = &outcome->problems[i];
        if (problem->attribute == NULL || changed_before(outcome, i)) {
            continue;
        }
        buf_addf(body, "%s{\"attribute\":", first ? "" : ",");
        buf_adds_json(body, problem->attribute);
        buf_adds(body, ",\"value\":");
        buf_adds(body, problem->value);
        buf_put(body, '}');
        first = false;
    }
    buf_put(body, ']');
}

/* What it would get. */
static void
add_prospect(struct buf *body, const struct cluster_outcome *outcome)
{
    char cidr[IP_PREFIX_TEXT_SIZE];
    bool known = outcome->cidr.addr.version != 0;
    buf_adds(body, ",\"subnet\":");
    if (known) {
        ip_prefix_format(&outcome->cidr, cidr);
        buf_addf(body, "{\"cidr\":\"%s\"}", cidr);
    } else {
        buf_adds(body, "null");
    }
    buf_addf(body, ",\"addresses\":{\"needed\":%" PRId64 ",\"free\":",
             outcome->addresses_needed);
    int64_t free = outcome->addresses_free;
    if (free >= 0) {
        buf_add_int(body, free);
    } else {
        buf_adds(body, "null");
    }
    int64_t missing = free >= 0 && free < outcome->addresses_needed
                          ? outcome->addresses_needed - free
                          : 0;
    buf_addf(body, ",\"missing\":%" PRId64 "}", missing);
}

static struct err *
complete_check(struct call *call)
{
    const struct cluster_write *work = (struct cluster_write *) call->job;
    const struct cluster_outcome *outcome = &work->outcome;
    struct buf *body = call_answer(call, 200);
    bool fits = outcome->n_problems == 0;
    buf_addf(body, "{\"check\":{\"fits\":%s,\"exists\":%s,\"problems\":[",
             fits ? "true" : "false",
             fits && outcome->found ? "true" : "false");
    for (size_t i = 0; i < outcome->n_problems; i++) {
        buf_adds(body, i == 0 ? "" : ",");
        add_problem(body, outcome->problems[i].err);
    }
    buf_put(body, ']');
    add_changes(body, outcome);
    add_prospect(body, outcome);
    buf_adds(body, "}}");
    return NULL;
}

/* --- the operations */

static struct err *
read_body(const struct call *call, void ***ret_records)
{
    bool bulk;
    size_t n;
    TRY(body_read_create(call, ret_records, &n, &bulk));
    return cluster_check(call->arena, (*ret_records)[0]);
}

struct err *
clusters_create(struct call *call)
{
    bool check;
    void **records;
    TRY(call_require_writer(call));
    TRY(call_param_bool(call, "check", false, &check));
    struct err *err = read_body(call, &records);
    if (err != NULL) {
        return cluster_name_attrs(call->arena, err);
    }
    struct cluster_write *work = ARENA_NEW(call->arena, struct cluster_write);
    work->write = *verb_new_write(call, WRITE_CREATE);
    work->write.records = records;
    work->write.job.run = run_create;
    work->write.job.dry_run = check; /* It leaves nothing. */
    work->check = check;
    call->job = &work->write.job;
    call->complete = check ? complete_check : complete_create;
    return NULL;
}

struct err *
clusters_update(struct call *call)
{
    struct err *err = verb_update_plain(call);
    return err == NULL ? NULL : cluster_name_attrs(call->arena, err);
}
