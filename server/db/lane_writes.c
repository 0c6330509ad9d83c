/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Transactions of writes: one by one, or many jobs in one.  Each goes the same
 * way: keys that were used before are answered from what they left, the rest
 * runs, the answers are made and stored beside the change, COMMIT.
 */
#include <time.h>

#include "core/arena.h"
#include "db/replay.h"
#include "lane_internal.h"

#define MAX_TRIES 12 /* Of one transaction. */
#define SCRATCH_MEMORY (1u << 30)

static void
count_retry(struct lane *lane)
{
    struct queue *queue = &lane->lanes->queues[lane->kind];
    pthread_mutex_lock(&queue->mutex);
    queue->stats.retries++;
    pthread_mutex_unlock(&queue->mutex);
}

/* --- one transaction */

/* Jobs that no stored answer has ended. */
static size_t
keep_open(struct job *const *jobs, size_t n, struct job **ret_open)
{
    size_t n_open = 0;
    for (size_t i = 0; i < n; i++) {
        if (!replay_is_answered(jobs[i])) {
            ret_open[n_open++] = jobs[i];
        }
    }
    return n_open;
}

static struct err *
work(struct tx *tx, struct job **jobs, size_t n)
{
    if (n == 0) {
        return NULL;
    }
    return jobs[0]->combine != NULL ? jobs[0]->combine(tx, jobs, n)
                                    : jobs[0]->run(jobs[0], tx);
}

static void
make_answers(struct job *const *jobs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (jobs[i]->err == NULL) {
            jobs[i]->finish(jobs[i]);
        }
    }
}

/* The last round trip, when any of the jobs has changed something. */
static struct err *
commit(struct tx *tx, struct job *const *jobs, size_t n)
{
    struct query *queries = ARENA_ARRAY(tx->arena, struct query,
                                        tx->n_last + 1);
    struct rows *rows = ARENA_ARRAY(tx->arena, struct rows, tx->n_last + 1);
    size_t n_queries = tx->n_last, n_good = 0;
    for (size_t i = 0; i < n; i++) {
        n_good += jobs[i]->err == NULL ? 1 : 0;
    }
    if (n_good == 0) {
        return NULL;
    }
    for (size_t i = 0; i < n_queries; i++) {
        queries[i] = tx->last[i];
    }
    if (jobs[0]->dry_run) {
        return tx_run(tx, queries, n_queries, rows);
    }
    n_queries += replay_store(tx->arena, jobs, n, &queries[n_queries]) ? 1 : 0;
    return tx_commit(tx, queries, n_queries, rows);
}

/* Everything from BEGIN to COMMIT, or to ROLLBACK when nothing is to stay. */
static struct err *
transact(struct tx *tx, struct job **jobs, size_t n)
{
    struct job **open = ARENA_ARRAY(tx->arena, struct job *, n);
    TRY(replay_begin(tx, jobs, n));
    size_t n_open = keep_open(jobs, n, open);
    TRY(work(tx, open, n_open));
    make_answers(open, n_open);
    return commit(tx, open, n_open);
}

static struct err *
run_jobs(struct lane *lane, struct job **jobs, size_t n, int tries,
         struct arena *arena)
{
    struct tx tx;
    TRY(conn_open(lane->conn, arena));
    tx_init(&tx, lane->conn, arena, lane->lanes->settings);
    tx.tries = tries;
    struct err *err = transact(&tx, jobs, n);
    tx_rollback(&tx);
    return err;
}

/* --- one by one */

/* Waits before the next try, longer each time, so that rivals step apart. */
static void
back_off(int try)
{
    struct timespec pause = {.tv_nsec = 500000L << (try < 6 ? try : 6)};
    nanosleep(&pause, NULL);
}

/* True when 'job', which ended with 'err', may run again: it certainly did not
 * commit, or its key will tell. */
static bool
may_retry(const struct job *job, const struct err *err, int try)
{
    if (err == NULL) {
        return false;
    }
    if (err->kind == ERR_UNAVAILABLE) {
        return try == 0; /* The connection may have died long ago. */
    }
    return err->kind == ERR_TRY_AGAIN || err->kind == ERR_LOCKED ||
           (err->kind == ERR_OUTCOME_UNKNOWN && job->replay != NULL);
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

/* Runs the job to its end; false when it was handed to the general lanes. */
static bool
run_with_retries(struct lane *lane, struct job *job)
{
    struct err *err = NULL;
    for (int try = 0; try < MAX_TRIES; try++) {
        job->err = NULL;
        err = run_jobs(lane, &job, 1, try, job->arena);
        if (err != NULL && err->kind == ERR_LOCKED && hand_over(lane, job)) {
            return false;
        }
        if (!may_retry(job, err, try)) {
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

static void
run_singly(struct lane *lane, struct job **jobs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (run_with_retries(lane, jobs[i])) {
            lane_end_jobs(lane, &jobs[i], 1, NULL);
        }
    }
}

/* --- together */

static bool
repeats_key(const struct job *job, struct job *const *jobs, size_t n)
{
    for (size_t i = 0; job->replay != NULL && i < n; i++) {
        if (jobs[i]->replay != NULL &&
            jobs[i]->replay->lock == job->replay->lock) {
            return true;
        }
    }
    return false;
}

/* Moves jobs whose key stands before them in the batch to its end, in their
 * order; returns how many are left before them. */
static size_t
part_repeats(struct job **jobs, size_t n, struct arena *scratch)
{
    struct job **later = ARENA_ARRAY(scratch, struct job *, n);
    size_t kept = 0, n_later = 0;
    for (size_t i = 0; i < n; i++) {
        if (repeats_key(jobs[i], jobs, kept)) {
            later[n_later++] = jobs[i];
        } else {
            jobs[kept++] = jobs[i];
        }
    }
    for (size_t i = 0; i < n_later; i++) {
        jobs[kept + i] = later[i];
    }
    return kept;
}

/* Nobody knows whether the batch was committed: who has a key finds out, the
 * others are told so. */
static void
end_unknown(struct lane *lane, struct job **jobs, size_t n,
            const struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        if (jobs[i]->replay != NULL) {
            run_singly(lane, &jobs[i], 1);
        } else {
            lane_end_jobs(lane, &jobs[i], 1, err);
        }
    }
}

static void
run_together(struct lane *lane, struct job **jobs, size_t n,
             struct arena *scratch)
{
    struct err *err = run_jobs(lane, jobs, n, 0, scratch);
    bool lost = err != NULL && err->kind == ERR_UNAVAILABLE &&
                conn_open(lane->conn, scratch) != NULL;
    if (err == NULL || lost) {
        lane_end_jobs(lane, jobs, n, err);
    } else if (err->kind == ERR_OUTCOME_UNKNOWN) {
        end_unknown(lane, jobs, n, err);
    } else {
        run_singly(lane, jobs, n); /* Each gets its own answer. */
    }
}

void
lane_run_writes(struct lane *lane, struct job **jobs, size_t n)
{
    struct arena scratch;
    if (n == 1) {
        run_singly(lane, jobs, n);
        return;
    }
    arena_init(&scratch, SCRATCH_MEMORY);
    size_t kept = part_repeats(jobs, n, &scratch);
    if (kept == 1) {
        run_singly(lane, jobs, kept);
    } else {
        run_together(lane, jobs, kept, &scratch);
    }
    run_singly(lane, jobs + kept, n - kept);
    arena_done(&scratch);
}
