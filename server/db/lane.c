/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The threads that own PostgreSQL connections.  queue.c holds the queues.
 */
#include "db/lane.h"

#include <pthread.h>

#include "core/arena.h"
#include "core/settings.h"
#include "queue.h"

#define MAX_TRIES 12            /* Of one transaction. */
#define MAX_READS 64            /* Jobs in one flush. */
#define SCRATCH_MEMORY (1u << 30)

/* Measured: the plans of set-based statements must not depend on how small
 * the tables were when the statement was prepared. */
static const char at_open_combine[] =
    "SET enable_seqscan = off; SET enable_bitmapscan = off;"
    " SET plan_cache_mode = force_generic_plan;"
    " SET lock_timeout = '200ms'";

/* The statements of a job are one transaction, for their group has one sync;
 * so they see one snapshot (PostgreSQL 15, 13.2.2 and 34.5).  A page needs no
 * code compiled for it. */
static const char at_open_read[] =
    "SET default_transaction_isolation = 'repeatable read';"
    " SET default_transaction_read_only = on;"
    " SET jit = off";

struct lane {
    struct lanes *lanes;
    enum lane_kind kind;
    struct conn *conn;
    pthread_t thread;
};

struct lanes {
    struct queue queues[LANE_N];
    struct lane *lane;
    size_t n_lanes;
    size_t batch_limit;
    void (*done)(void *arg, struct job *job);
    void *arg;
};

static void
count_retry(struct lane *lane)
{
    struct queue *queue = &lane->lanes->queues[lane->kind];
    pthread_mutex_lock(&queue->mutex);
    queue->stats.retries++;
    pthread_mutex_unlock(&queue->mutex);
}

/* --- reads */

static void
exchange_reads(struct lane *lane, struct job **jobs, size_t n)
{
    struct group groups[MAX_READS];
    for (size_t i = 0; i < n; i++) {
        struct job *job = jobs[i];
        job->rows = ARENA_ARRAY(job->arena, struct rows, job->n_queries);
        groups[i] = (struct group){.arena = job->arena,
                                   .queries = job->queries,
                                   .n = job->n_queries,
                                   .ret_rows = job->rows};
    }
    conn_exchange(lane->conn, groups, n);
    for (size_t i = 0; i < n; i++) {
        jobs[i]->err = groups[i].err;
    }
}

static void
fail_jobs(struct job **jobs, size_t n, const struct err *err)
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

static void
run_reads(struct lane *lane, struct job **jobs, size_t n)
{
    /* A connection found dead is opened once more: reads change nothing. */
    for (int try = 0; try < 2; try++) {
        struct err *err = conn_open(lane->conn, jobs[0]->arena);
        if (err != NULL) {
            fail_jobs(jobs, n, err);
            break;
        }
        exchange_reads(lane, jobs, n);
        if (conn_is_open(lane->conn)) {
            break;
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (jobs[i]->err == NULL) {
            jobs[i]->finish(jobs[i]);
        }
        lane->lanes->done(lane->lanes->arg, jobs[i]);
    }
}

/* --- writes */

/* Waits before the next try, longer each time, so that rivals step apart. */
static void
back_off(int try)
{
    struct timespec pause = {.tv_nsec = 500000L << (try < 6 ? try : 6)};
    nanosleep(&pause, NULL);
}

/* True when a transaction that ended with 'err' may run again: it certainly
 * did not commit. */
static bool
may_retry(const struct err *err)
{
    return err != NULL &&
           (err->kind == ERR_TRY_AGAIN || err->kind == ERR_LOCKED ||
            err->kind == ERR_UNAVAILABLE);
}

/* Somebody holds a lock for long: the job waits for it in a general lane, so
 * that the writes of everybody else do not. */
static bool
hand_over(struct lane *lane, struct job *job)
{
    enum lane_kind kind = job->lane;
    if (kind != LANE_COMBINE) {
        return false;
    }
    job->lane = LANE_WRITE;
    if (lanes_submit(lane->lanes, job)) {
        return true;
    }
    job->lane = kind;
    return false;
}

static struct err *
run_alone(struct lane *lane, struct job *job)
{
    struct tx tx;
    tx_init(&tx, lane->conn, job->arena);
    struct err *err = job->combine != NULL ? job->combine(&tx, &job, 1)
                                           : job->run(job, &tx);
    tx_rollback(&tx);
    return err;
}

/* Runs the job to its end; false when it was handed to the general lanes. */
static bool
run_with_retries(struct lane *lane, struct job *job)
{
    struct err *err = NULL;
    for (int try = 0; try < MAX_TRIES; try++) {
        job->err = NULL;
        err = conn_open(lane->conn, job->arena);
        if (err != NULL) {
            break;
        }
        err = run_alone(lane, job);
        if (err != NULL && err->kind == ERR_LOCKED && hand_over(lane, job)) {
            return false;
        }
        if (!may_retry(err) || (err->kind == ERR_UNAVAILABLE && try > 0)) {
            break;
        }
        count_retry(lane);
        back_off(try);
    }
    if (err != NULL) {
        job->err = err;
    }
    return true;
}

static struct err *
run_together(struct lane *lane, struct job **jobs, size_t n,
             struct arena *scratch)
{
    struct tx tx;
    TRY(conn_open(lane->conn, scratch));
    tx_init(&tx, lane->conn, scratch);
    struct err *err = jobs[0]->combine(&tx, jobs, n);
    tx_rollback(&tx);
    return err;
}

/* One by one: each gets its own answer. */
static void
run_singly(struct lane *lane, struct job **jobs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (run_with_retries(lane, jobs[i])) {
            lane->lanes->done(lane->lanes->arg, jobs[i]);
        }
    }
}

/* The same answer for all. */
static void
end_jobs(struct lane *lane, struct job **jobs, size_t n,
         const struct err *err)
{
    if (err != NULL) {
        fail_jobs(jobs, n, err);
    }
    for (size_t i = 0; i < n; i++) {
        lane->lanes->done(lane->lanes->arg, jobs[i]);
    }
}

static void
run_batch(struct lane *lane, struct job **jobs, size_t n)
{
    struct arena scratch;
    if (n == 1) {
        run_singly(lane, jobs, n);
        return;
    }
    arena_init(&scratch, SCRATCH_MEMORY);
    struct err *err = run_together(lane, jobs, n, &scratch);
    bool lost = err != NULL && err->kind == ERR_UNAVAILABLE &&
                conn_open(lane->conn, &scratch) != NULL;
    if (err == NULL || lost || err->kind == ERR_OUTCOME_UNKNOWN) {
        end_jobs(lane, jobs, n, err);
    } else {
        run_singly(lane, jobs, n);
    }
    arena_done(&scratch);
}

/* --- threads */

static size_t
batch_size(const struct lane *lane)
{
    switch (lane->kind) {
    case LANE_READ:
        return MAX_READS;
    case LANE_COMBINE:
        return lane->lanes->batch_limit;
    case LANE_WRITE:
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
    while ((n = queue_take(queue, jobs, max)) > 0) {
        if (lane->kind == LANE_READ) {
            run_reads(lane, jobs, n);
        } else {
            run_batch(lane, jobs, n);
        }
    }
    arena_done(&memory);
    return NULL;
}

static struct err *
start_lane(struct lanes *lanes, struct arena *arena, enum lane_kind kind,
           const char *url)
{
    static const char *const at_open[LANE_N] = {
        [LANE_READ] = at_open_read, [LANE_COMBINE] = at_open_combine};
    struct lane *lane = &lanes->lane[lanes->n_lanes];
    lane->lanes = lanes;
    lane->kind = kind;
    lane->conn = conn_new(arena, url);
    if (at_open[kind] != NULL) {
        conn_at_open(lane->conn, at_open[kind]);
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
        [LANE_READ] = (size_t) settings->read_lanes,
        [LANE_WRITE] = (size_t) settings->write_lanes,
        [LANE_COMBINE] = 1,
    };
    struct lanes *lanes = ARENA_NEW(arena, struct lanes);
    lanes->lane = ARENA_ARRAY(arena, struct lane,
                              counts[LANE_READ] + counts[LANE_WRITE] + 1);
    lanes->done = done;
    lanes->arg = arg;
    lanes->batch_limit = (size_t) settings->batch_limit;
    *ret_lanes = lanes;
    for (int kind = 0; kind < LANE_N; kind++) {
        queue_init(&lanes->queues[kind], settings->queue_limit);
    }
    for (int kind = 0; kind < LANE_N; kind++) {
        for (size_t i = 0; i < counts[kind]; i++) {
            TRY(start_lane(lanes, arena, (enum lane_kind) kind,
                           settings->database_url));
        }
    }
    return NULL;
}

bool
lanes_submit(struct lanes *lanes, struct job *job)
{
    return queue_put(&lanes->queues[job->lane], job);
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
