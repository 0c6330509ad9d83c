/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Queues of jobs, and which of them go together.
 */
#include "queue.h"

#include "core/clock.h"

#define MAX_BATCH_WEIGHT 2000      /* Objects in one combined write. */
#define MAX_BATCH_BYTES (8u << 20) /* Bytes of the bodies they came in. */

void
queue_init(struct queue *queue, int64_t limit)
{
    pthread_mutex_init(&queue->mutex, NULL);
    pthread_cond_init(&queue->filled, NULL);
    queue->last = &queue->first;
    queue->limit = limit;
}

bool
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
fits(const struct job *first, const struct job *job, size_t weight,
     size_t bytes)
{
    return job->combine == first->combine && job->kind == first->kind &&
           weight + job->weight <= MAX_BATCH_WEIGHT &&
           bytes + job->bytes <= MAX_BATCH_BYTES;
}

size_t
queue_take(struct queue *queue, struct job **ret_jobs, size_t max)
{
    size_t n = 0, weight = 0, bytes = 0;
    pthread_mutex_lock(&queue->mutex);
    while (queue->first == NULL && !queue->closed) {
        pthread_cond_wait(&queue->filled, &queue->mutex);
    }
    struct job **link = &queue->first;
    while (*link != NULL && n < max) {
        struct job *job = *link;
        if (n > 0 && !fits(ret_jobs[0], job, weight, bytes)) {
            link = &job->next;
            continue;
        }
        weight += job->weight;
        bytes += job->bytes;
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

void
queue_close(struct queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    queue->closed = true;
    pthread_cond_broadcast(&queue->filled);
    pthread_mutex_unlock(&queue->mutex);
}
