/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Queues of jobs, and which of them go together.
 */
#include "db/queue.h"

#include "core/clock.h"

#define MAX_BATCH_WEIGHT 2000      /* Objects in one combined write. */
#define MAX_BATCH_BYTES (8u << 20) /* Bytes of the bodies they came in. */

void
queue_init(struct queue *queue, int64_t limit, size_t n_parts)
{
    pthread_mutex_init(&queue->mutex, NULL);
    for (size_t i = 0; i < n_parts; i++) {
        pthread_cond_init(&queue->parts[i].filled, NULL);
    }
    queue->n_parts = n_parts;
    queue->last = &queue->first;
    queue->limit = limit;
}

static size_t
part_of(const struct queue *queue, const struct job *job)
{
    return job->share % queue->n_parts;
}

/* True when the jobs of 'part' are for its helper. */
static bool
is_for_helper(const struct queue *queue, size_t part)
{
    const struct part *its = &queue->parts[part];
    return its->ready && !its->lent && its->waiting >= QUEUE_WORTH_HELP &&
           !queue->closed;
}

/* True when a lane of 'taker' may take jobs of 'part'. */
static bool
may_take(const struct queue *queue, size_t taker, size_t part)
{
    if (taker > 0) {
        return taker == part;
    }
    return part == 0 ||
           (!queue->parts[part].busy && !is_for_helper(queue, part));
}

/* What those wait for who may take a job of 'part'; NULL: it has to wait. */
static pthread_cond_t *
awaited(struct queue *queue, size_t part)
{
    if (may_take(queue, 0, part)) {
        return &queue->parts[0].filled;
    }
    return is_for_helper(queue, part) ? &queue->parts[part].filled : NULL;
}

bool
queue_put(struct queue *queue, struct job *job)
{
    size_t part = part_of(queue, job);
    job->next = NULL;
    job->queued_us = clock_monotonic_us();
    pthread_mutex_lock(&queue->mutex);
    bool room = queue->stats.queued < queue->limit && !queue->closed;
    pthread_cond_t *filled = NULL;
    if (room) {
        *queue->last = job;
        queue->last = &job->next;
        queue->stats.queued++;
        queue->parts[part].waiting++;
        filled = awaited(queue, part);
    } else {
        queue->stats.refused++;
    }
    pthread_mutex_unlock(&queue->mutex);
    if (filled != NULL) { /* Who wakes finds the mutex free. */
        pthread_cond_signal(filled);
    }
    return room;
}

/* True when there is something for a lane of 'taker' to take. */
static bool
has_work(const struct queue *queue, size_t taker)
{
    if (taker > 0) {
        return is_for_helper(queue, taker);
    }
    for (size_t part = 0; part < queue->n_parts; part++) {
        if (queue->parts[part].waiting > 0 && may_take(queue, 0, part)) {
            return true;
        }
    }
    return false;
}

/* Helpers leave what is left in a closed queue to the others. */
static bool
is_over(const struct queue *queue, size_t taker)
{
    return queue->closed && (taker > 0 || queue->stats.queued == 0);
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

/* Takes what goes together. */
static size_t
take(struct queue *queue, size_t taker, struct job **ret_jobs, size_t max)
{
    size_t n = 0, weight = 0, bytes = 0;
    struct job **link = &queue->first;
    while (*link != NULL && n < max) {
        struct job *job = *link;
        if (!may_take(queue, taker, part_of(queue, job)) ||
            (n > 0 && !fits(ret_jobs[0], job, weight, bytes))) {
            link = &job->next;
            continue;
        }
        weight += job->weight;
        bytes += job->bytes;
        ret_jobs[n++] = job;
        *link = job->next;
        queue->parts[part_of(queue, job)].waiting--;
    }
    for (queue->last = &queue->first; *queue->last != NULL;) {
        queue->last = &(*queue->last)->next;
    }
    queue->stats.queued -= (int64_t) n;
    queue->stats.jobs += (int64_t) n;
    queue->stats.batches++;
    return n;
}

/* What the lane had of any part is done: others may have more of it. */
static void
give_back(struct queue *queue, size_t taker)
{
    for (size_t part = 0; part < queue->n_parts; part++) {
        struct part *its = &queue->parts[part];
        if (taker == 0) {
            its->lent = false;
        } else if (taker == part) {
            its->busy = false;
        }
        pthread_cond_t *filled = awaited(queue, part);
        if (its->waiting > 0 && filled != NULL) {
            pthread_cond_signal(filled);
        }
    }
}

/* Notes in whose hands the jobs of a part are. */
static void
hand_over(struct queue *queue, size_t taker, struct job *const *jobs, size_t n)
{
    queue->parts[taker].busy = taker > 0;
    for (size_t i = 0; taker == 0 && i < n; i++) {
        queue->parts[part_of(queue, jobs[i])].lent = true;
    }
}

size_t
queue_take(struct queue *queue, size_t part, struct job **ret_jobs, size_t max)
{
    struct part *its = &queue->parts[part];
    size_t n = 0;
    pthread_mutex_lock(&queue->mutex);
    its->ready = part > 0;
    give_back(queue, part);
    while (!has_work(queue, part) && !is_over(queue, part)) {
        pthread_cond_wait(&its->filled, &queue->mutex);
    }
    if (has_work(queue, part)) {
        n = take(queue, part, ret_jobs, max);
        hand_over(queue, part, ret_jobs, n);
    }
    its->ready = false;
    pthread_mutex_unlock(&queue->mutex);
    return n;
}

void
queue_close(struct queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    queue->closed = true;
    for (size_t i = 0; i < queue->n_parts; i++) {
        pthread_cond_broadcast(&queue->parts[i].filled);
    }
    pthread_mutex_unlock(&queue->mutex);
}
