/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The threads that own PostgreSQL connections.  queue.c holds the queues,
 * lane_reads.c asks what reads ask, lane_writes.c runs the transactions of
 * writes.
 */
#include "db/lane.h"

#include "core/arena.h"
#include "core/settings.h"
#include "lane_internal.h"

/* Measured: plans must not depend on how small the tables were when the
 * statement was prepared, or last analyzed.  All that a write reads is found
 * by an index, from the few rows that it is about; a scan or a join of whole
 * tables that was right for a hundred rows costs more with every row after.
 * Where it cannot be helped, what is off counts as very costly: no reason to
 * compile code for it. */
#define BY_INDEX                                                    \
    "SET enable_seqscan = off; SET enable_bitmapscan = off;"        \
    " SET enable_hashjoin = off; SET enable_mergejoin = off;"       \
    " SET plan_cache_mode = force_generic_plan; SET jit = off"
static const char at_open_write[] = BY_INDEX;
static const char at_open_combine[] = BY_INDEX ";"
    " SET lock_timeout = '200ms'";

/* The statements of a job are one transaction, for their group has one sync;
 * so they see one snapshot (PostgreSQL 15, 13.2.2 and 34.5).  A page needs no
 * code compiled for it.  What it shows lies in memory, mostly: rows in the
 * order of an index cost hardly more than rows as they lie, and the first
 * hundred of them less than all, sorted. */
static const char at_open_read[] =
    "SET default_transaction_isolation = 'repeatable read';"
    " SET default_transaction_read_only = on;"
    " SET jit = off; SET random_page_cost = 1.1";

const char *
lane_at_open(enum lane_kind kind)
{
    static const char *const at_open[LANE_N] = {
        [LANE_LOOK_UP] = at_open_read,
        [LANE_READ] = at_open_read,
        [LANE_WRITE] = at_open_write,
        [LANE_COMBINE] = at_open_combine};
    return at_open[kind];
}

/* --- ends */

void
lane_fail_jobs(struct job **jobs, size_t n, const struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        jobs[i]->err = err_because(
            err_new(jobs[i]->arena, err->kind, "%s", err->message),
            err->cause == NULL
                ? NULL
                : err_new(jobs[i]->arena, err->cause->kind, "%s",
                          err->cause->message));
    }
}

void
lane_end_jobs(struct lane *lane, struct job **jobs, size_t n,
              const struct err *err)
{
    if (err != NULL) {
        lane_fail_jobs(jobs, n, err);
    }
    for (size_t i = 0; i < n; i++) {
        lanes_end(lane->lanes, jobs[i]);
    }
}

/* --- threads */

static size_t
batch_size(const struct lane *lane)
{
    switch (lane->kind) {
    case LANE_LOOK_UP:
    case LANE_READ:
        return LANE_MAX_READS;
    case LANE_COMBINE:
        return (size_t) lane->lanes->settings->batch_limit;
    case LANE_WRITE:
    case LANE_SLOW:
    case LANE_N:
        break;
    }
    return 1;
}

static void *
lane_main(void *arg)
{
    struct lane *lane = arg;
    struct queue *queue = &lane->lanes->queues[lane->kind];
    size_t max = batch_size(lane);
    struct arena memory;
    arena_init(&memory, max * sizeof(struct job *) + 8192);
    struct job **jobs = ARENA_ARRAY(&memory, struct job *, max);
    size_t n;
    while ((n = queue_take(queue, lane->part, jobs, max)) > 0) {
        if (lane_reads(lane->kind)) {
            lane_run_reads(lane, jobs, n);
        } else {
            lane_run_writes(lane, jobs, n);
        }
    }
    arena_done(&memory);
    return NULL;
}

static struct err *
start_lane(struct lanes *lanes, struct arena *arena, enum lane_kind kind,
           size_t part)
{
    struct lane *lane = &lanes->lane[lanes->n_lanes];
    lane->lanes = lanes;
    lane->kind = kind;
    lane->part = part;
    lane->conn = conn_new(arena, lanes->settings->database_url);
    if (lane_at_open(kind) != NULL) {
        conn_at_open(lane->conn, lane_at_open(kind));
    }
    if (pthread_create(&lane->thread, NULL, lane_main, lane) != 0) {
        return err_new(arena, ERR_INTERNAL, "cannot start a thread");
    }
    lanes->n_lanes++;
    return NULL;
}

struct err *
lanes_start(struct arena *arena, const struct settings *settings,
            void (*done)(void *arg, struct job *job), void *arg,
            struct lanes **ret_lanes)
{
    size_t counts[LANE_N] = {
        [LANE_LOOK_UP] = 1,
        [LANE_READ] = (size_t) settings->read_lanes,
        [LANE_WRITE] = (size_t) settings->write_lanes,
        [LANE_COMBINE] = (size_t) settings->combine_lanes,
        [LANE_SLOW] = 1,
    };
    struct lanes *lanes = ARENA_NEW(arena, struct lanes);
    size_t n = 0;
    for (int kind = 0; kind < LANE_N; kind++) {
        n += counts[kind];
    }
    lanes->lane = ARENA_ARRAY(arena, struct lane, n);
    lanes->done = done;
    lanes->arg = arg;
    lanes->settings = settings;
    lanes->known = rowcache_new(arena, (size_t) settings->list_cache_mib << 20);
    *ret_lanes = lanes;
    for (int kind = 0; kind < LANE_N; kind++) {
        queue_init(&lanes->queues[kind], settings->queue_limit,
                   kind == LANE_COMBINE ? counts[kind] : 1);
    }
    for (int kind = 0; kind < LANE_N; kind++) {
        for (size_t i = 0; i < counts[kind]; i++) {
            TRY(start_lane(lanes, arena, (enum lane_kind) kind,
                           kind == LANE_COMBINE ? i : 0));
        }
    }
    return NULL;
}

bool
lanes_submit(struct lanes *lanes, struct job *job)
{
    return queue_put(&lanes->queues[job->lane], job);
}

struct rowcache *
lanes_rowcache(const struct lanes *lanes)
{
    return lanes->known;
}

void
lanes_end(struct lanes *lanes, struct job *job)
{
    if (job->done != NULL) {
        job->done(job);
    } else {
        lanes->done(lanes->arg, job);
    }
}

void
lanes_stop(struct lanes *lanes)
{
    for (int kind = 0; kind < LANE_N; kind++) {
        queue_close(&lanes->queues[kind]);
    }
    for (size_t i = 0; i < lanes->n_lanes; i++) {
        pthread_join(lanes->lane[i].thread, NULL);
    }
    lanes->n_lanes = 0;
}

void
lanes_stats(struct lanes *lanes, enum lane_kind kind,
            struct lane_stats *ret_stats)
{
    struct queue *queue = &lanes->queues[kind];
    pthread_mutex_lock(&queue->mutex);
    *ret_stats = queue->stats;
    pthread_mutex_unlock(&queue->mutex);
}
