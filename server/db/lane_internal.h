/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lane.c and lane_writes.c share.
 */
#ifndef DB_LANE_INTERNAL_H
#define DB_LANE_INTERNAL_H

#include <pthread.h>

#include "db/lane.h"
#include "db/rowcache.h"
#include "db/queue.h"

struct lane {
    struct lanes *lanes;
    enum lane_kind kind;
    size_t part; /* Of the queue. */
    struct conn *conn;
    pthread_t thread;
};

struct lanes {
    struct queue queues[LANE_N];
    struct lane *lane;
    size_t n_lanes;
    const struct settings *settings;
    struct rowcache *known; /* NULL: none. */
    void (*done)(void *arg, struct job *job);
    void *arg;
};

/* Ends 'jobs', with 'err' in all of them when it is one. */
void lane_end_jobs(struct lane *lane, struct job **jobs, size_t n,
                   const struct err *err);

/* Every job ends with 'err'; lanes_end is still to come. */
void lane_fail_jobs(struct job **jobs, size_t n, const struct err *err);

/* lane_reads.c: the same for at most LANE_MAX_READS reads. */
#define LANE_MAX_READS 64 /* In one flush. */
void lane_run_reads(struct lane *lane, struct job **jobs, size_t n);

/* lane_writes.c: runs jobs to their ends. */
void lane_run_writes(struct lane *lane, struct job **jobs, size_t n);

#endif
