/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A queue of jobs in front of the lanes of one kind.
 */
#ifndef DB_QUEUE_H
#define DB_QUEUE_H

#include <pthread.h>

#include "db/lane.h"

struct queue {
    pthread_mutex_t mutex;
    pthread_cond_t filled;
    struct job *first, **last;
    struct lane_stats stats;
    int64_t limit;
    bool closed;
};

void queue_init(struct queue *queue, int64_t limit);

/* Adds 'job'; false when the queue is full or closed. */
bool queue_put(struct queue *queue, struct job *job);

/* Takes the first job and those behind it that may go with it, at most 'max';
 * waits for one; returns 0 when the queue is closed and empty. */
size_t queue_take(struct queue *queue, struct job **ret_jobs, size_t max);

/* Lets the lanes end when the queue is empty. */
void queue_close(struct queue *queue);

#endif
