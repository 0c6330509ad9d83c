/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lanes: threads that own a connection each and work off queues of jobs.
 *
 * Reads that wait together go out in one flush.  Those of one object each have
 * a lane of their own, where no page is in front of them, and what queued
 * during the last statement is asked by the next.  Writes that combine have one
 * lane: what queued while the last commit was syncing is the next batch.  Under
 * load others help it out, each with its share of the projects.  What takes
 * seconds has a lane too, so that nobody waits behind it.
 * Everything else runs alone, in its own transaction.  Transactions that lost
 * against another are repeated whole.
 *
 * Lanes end every transaction: the answer is made, then stored for repetitions
 * (db/replay.h), then committed.
 */
#ifndef DB_LANE_H
#define DB_LANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "db/tx.h"

struct settings;
struct job;
struct lanes;
struct lookup;
struct rowcache;

enum lane_kind {
    LANE_LOOK_UP,
    LANE_READ,
    LANE_WRITE,
    LANE_COMBINE,
    LANE_SLOW,
    LANE_N
};

/* LANE_COMBINE: runs 'n' jobs in 'tx', up to tx_end.  A job that its own
 * content refuses gets 'job->err' and does not stop the others; an error that
 * is returned undoes all of them, and they run again one by one. */
typedef struct err *combine_fn(struct tx *tx, struct job **jobs, size_t n);

struct job {
    struct job *next;
    enum lane_kind lane;
    struct arena *arena; /* Of the request; the lane's while it has the job. */
    struct err *err;     /* How it ended. */
    void *owner;         /* Whose it is; the lane does not look. */
    /* Told in a lane's thread that it has ended; NULL: lanes_start's 'done'
     * is. */
    void (*done)(struct job *job);
    int64_t queued_us;   /* clock_monotonic_us when it was queued. */

    /* Makes the answer of the rows, or, before COMMIT, of what was done. */
    void (*finish)(struct job *job);

    /* LANE_LOOK_UP: the row that it is about. */
    const struct lookup *lookup;

    /* LANE_READ: what to ask, all of one snapshot. */
    struct query *queries;
    struct rows *rows;
    size_t n_queries;
    bool again; /* 'finish' left other 'queries', to be asked and finished. */

    /* LANE_WRITE, LANE_SLOW: the whole transaction, up to tx_end.  May be
     * called again after ERR_TRY_AGAIN. */
    struct err *(*run)(struct job *job, struct tx *tx);
    struct replay *replay; /* Key of a request that may come again, or NULL. */
    bool dry_run;          /* ROLLBACK instead of COMMIT; runs alone. */

    /* LANE_COMBINE */
    combine_fn *combine;
    const void *kind; /* Only jobs of the same go together. */
    size_t share;  /* Jobs of the same, which want the same locks, are in the
                    * same lane at a time. */
    size_t weight; /* Objects in it; a batch has a bound on their sum, */
    size_t bytes;  /* and one on the bytes that they came in. */
};

/* True for the kinds that change nothing. */
static inline bool
lane_reads(enum lane_kind kind)
{
    return kind == LANE_LOOK_UP || kind == LANE_READ;
}

/* What a lane of 'kind' runs on a connection that it has opened; NULL:
 * nothing. */
const char *lane_at_open(enum lane_kind kind);

/* Counters of one kind of lane, for metrics. */
struct lane_stats {
    int64_t queued;   /* Waiting now. */
    int64_t jobs;     /* Done since the start. */
    int64_t batches;  /* Exchanges or transactions they took. */
    int64_t refused;  /* Turned away because the queue was full. */
    int64_t retries;  /* Transactions repeated. */
};

/* Starts the lanes of 'settings'.  'done(arg, job)' is called in a lane's
 * thread when a job has ended; the job is the caller's again. */
struct err *lanes_start(struct arena *arena, const struct settings *settings,
                        void (*done)(void *arg, struct job *job), void *arg,
                        struct lanes **ret_lanes) MUST_CHECK;

/* Queues 'job'; false when its queue is full. */
bool lanes_submit(struct lanes *lanes, struct job *job);

/* What lists have shown before; NULL: nothing is kept. */
struct rowcache *lanes_rowcache(const struct lanes *lanes);

/* Ends 'job', which no lane has, as if one had it ended with 'job->err'. */
void lanes_end(struct lanes *lanes, struct job *job);

/* Works off what is queued, then ends the threads. */
void lanes_stop(struct lanes *lanes);

void lanes_stats(struct lanes *lanes, enum lane_kind kind,
                 struct lane_stats *ret_stats);

#endif
