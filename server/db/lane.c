/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The threads that own PostgreSQL connections, and their queues.
 */
#include "db/lane.h"

#include <pthread.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/settings.h"

#define MAX_TRIES 12            /* Of one transaction. */
#define MAX_READS 64            /* Jobs in one flush. */
#define MAX_BATCH_WEIGHT 2000   /* Objects in one combined write. */
#define SCRATCH_MEMORY (1u << 30)

/* Measured: the plans of set-based statements must not depend on how small
 * the tables were when the statement was prepared. */
static const char at_open_combine[] =
    "SET enable_seqscan = off; SET enable_bitmapscan = off;"
    " SET plan_cache_mode = force_generic_plan";

struct queue {
    pthread_mutex_t mutex;
    pthread_cond_t filled;
    struct job *first, **last;
    struct lane_stats stats;
    int64_t limit;
    bool closed;
};

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

/* --- queues */

static void
queue_init(struct queue *queue, int64_t limit)
{
    pthread_mutex_init(&queue->mutex, NULL);
    pthread_cond_init(&queue->filled, NULL);
    queue->last = &queue->first;
    queue->limit = limit;
}

static bool
queue_put(struct queue *queue, struct job *job)
{
    job->next = NULL;
    job->queued_us = clock_monotonic_us();
    pthread_mutex_lock(&queue->mutex);
    bool room = queue->stats.queued < queue->limit && !queue->closed;
    if (room) {
        *queue->last = job;
        queue->last = &job->next;
        queue->stats.queued++;
        pthread_cond_signal(&queue->filled);
    } else {
        queue->stats.refused++;
    }
    pthread_mutex_unlock(&queue->mutex);
    return room;
}

/* True when 'job' may join a batch that began with 'first'. */
static bool
fits(const struct job *first, const struct job *job, size_t weight)
{
    return job->combine == first->combine &&
           weight + job->weight <= MAX_BATCH_WEIGHT;
}

/* Takes the first job and those behind it that may go with it, at most
 * 'max'; waits for one; returns 0 when the queue is closed and empty. */
static size_t
queue_take(struct queue *queue, struct job **ret_jobs, size_t max)
{
    size_t n = 0, weight = 0;
    pthread_mutex_lock(&queue->mutex);
    while (queue->first == NULL && !queue->closed) {
        pthread_cond_wait(&queue->filled, &queue->mutex);
    }
    struct job **link = &queue->first;
    while (*link != NULL && n < max) {
        struct job *job = *link;
        if (n > 0 && !fits(ret_jobs[0], job, weight)) {
            link = &job->next;
            continue;
        }
        weight += job->weight;
        ret_jobs[n++] = job;
        *link = job->next;
    }
    for (queue->last = &queue->first; *queue->last != NULL;) {
        queue->last = &(*queue->last)->next;
    }
    queue->stats.queued -= (int64_t) n;
    queue->stats.jobs += (int64_t) n;
    queue->stats.batches += n > 0 ? 1 : 0;
    pthread_mutex_unlock(&queue->mutex);
    return n;
}

static void
queue_close(struct queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    queue->closed = true;
    pthread_cond_broadcast(&queue->filled);
    pthread_mutex_unlock(&queue->mutex);
}

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
           (err->kind == ERR_TRY_AGAIN || err->kind == ERR_UNAVAILABLE);
}

static struct err *
run_alone(struct lane *lane, struct job *job)
{
    struct tx tx;
    tx_init(&tx, lane->conn, job->arena);
    struct err *err = job->lane == LANE_COMBINE
                          ? job->combine(&tx, &job, 1)
                          : job->run(job, &tx);
    tx_rollback(&tx);
    return err;
}

static void
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
        if (!may_retry(err) || (err->kind == ERR_UNAVAILABLE && try > 0)) {
            break;
        }
        count_retry(lane);
        back_off(try);
    }
    if (err != NULL) {
        job->err = err;
    }
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

static void
run_batch(struct lane *lane, struct job **jobs, size_t n)
{
    struct arena scratch;
    arena_init(&scratch, SCRATCH_MEMORY);
    struct err *err = n > 1 ? run_together(lane, jobs, n, &scratch) : NULL;
    if (err != NULL && err->kind == ERR_OUTCOME_UNKNOWN) {
        fail_jobs(jobs, n, err);
    } else if (err != NULL || n == 1) {
        for (size_t i = 0; i < n; i++) {
            run_with_retries(lane, jobs[i]);
        }
    }
    arena_done(&scratch);
    for (size_t i = 0; i < n; i++) {
        lane->lanes->done(lane->lanes->arg, jobs[i]);
    }
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
    struct lane *lane = &lanes->lane[lanes->n_lanes];
    lane->lanes = lanes;
    lane->kind = kind;
    lane->conn = conn_new(arena, url);
    if (kind == LANE_COMBINE) {
        conn_at_open(lane->conn, at_open_combine);
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
