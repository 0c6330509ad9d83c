/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A queue of jobs in front of the lanes of one kind.
 *
 * Jobs have a part in it, by their share.  The lanes of part 0 take any job;
 * the one lane of another part helps them out: it takes only jobs of its part,
 * and only when so many wait that they are worth a transaction of their own;
 * then they are left to it.  Jobs of a part are in the hands of one lane at a
 * time, for they would wait for each other's locks.  So there is only one lane
 * of part 0 where there are others.
 */
#ifndef DB_QUEUE_H
#define DB_QUEUE_H

#include <pthread.h>

#include "db/lane.h"

#define QUEUE_PARTS 64

/* So many jobs are worth help.  Measured: the transaction itself, however small,
 * is half a millisecond of PostgreSQL; with fewer jobs that is more than what
 * two of them gain by running side by side, and two servers on one database
 * help each other. */
#define QUEUE_WORTH_HELP 12

struct part {
    pthread_cond_t filled;
    size_t waiting; /* Jobs. */
    bool ready;     /* Its helper waits for some, */
    bool busy;      /* or has some. */
    bool lent;      /* A lane of part 0 has some. */
};

struct queue {
    pthread_mutex_t mutex;
    struct part parts[QUEUE_PARTS];
    size_t n_parts;
    struct job *first, **last;
    struct lane_stats stats;
    int64_t limit;
    bool closed;
};

void queue_init(struct queue *queue, int64_t limit, size_t n_parts);

/* Adds 'job'; false when the queue is full or closed. */
bool queue_put(struct queue *queue, struct job *job);

/* For a lane of 'part': takes a job and those behind it that may go with it, at
 * most 'max'; waits for one; returns 0 when the queue is closed and empty.
 * What the lane took before is done when it asks for more. */
size_t queue_take(struct queue *queue, size_t part, struct job **ret_jobs,
                  size_t max);

/* Lets the lanes end when the queue is empty. */
void queue_close(struct queue *queue);

#endif
