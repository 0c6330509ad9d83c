/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads and the queue before them.
 */
#include "core/workers.h"

#include <pthread.h>

struct workers {
    pthread_t *threads;
    size_t n_threads;
    size_t limit;
    pthread_mutex_t mutex; /* Guards the rest. */
    pthread_cond_t filled;
    struct work *first, *last;
    size_t n; /* Waiting. */
    bool stops;
};

/* The next piece of work, or NULL when there will be none. */
static struct work *
take(struct workers *workers)
{
    pthread_mutex_lock(&workers->mutex);
    while (workers->first == NULL && !workers->stops) {
        pthread_cond_wait(&workers->filled, &workers->mutex);
    }
    struct work *work = workers->first;
    if (work != NULL) {
        workers->first = work->next;
        workers->n--;
    }
    pthread_mutex_unlock(&workers->mutex);
    return work;
}

static void *
run(void *arg)
{
    for (struct work *work = take(arg); work != NULL; work = take(arg)) {
        work->run(work);
    }
    return NULL;
}

static void
release(void *object)
{
    struct workers *workers = object;
    workers_stop(workers);
    pthread_cond_destroy(&workers->filled);
    pthread_mutex_destroy(&workers->mutex);
}

struct err *
workers_start(struct arena *arena, size_t n_threads, size_t limit,
              struct workers **ret_workers)
{
    struct workers *workers = ARENA_NEW(arena, struct workers);
    workers->threads = ARENA_ARRAY(arena, pthread_t, n_threads);
    workers->limit = limit;
    pthread_mutex_init(&workers->mutex, NULL);
    pthread_cond_init(&workers->filled, NULL);
    arena_defer(arena, release, workers);
    while (workers->n_threads < n_threads) {
        if (pthread_create(&workers->threads[workers->n_threads], NULL, run,
                           workers) != 0) {
            workers_stop(workers);
            return err_new(arena, ERR_INTERNAL, "cannot start a thread");
        }
        workers->n_threads++;
    }
    *ret_workers = workers;
    return NULL;
}

bool
workers_submit(struct workers *workers, struct work *work)
{
    work->next = NULL;
    pthread_mutex_lock(&workers->mutex);
    bool fits = workers->n < workers->limit && !workers->stops;
    if (fits) {
        if (workers->first == NULL) {
            workers->first = work;
        } else {
            workers->last->next = work;
        }
        workers->last = work;
        workers->n++;
        pthread_cond_signal(&workers->filled);
    }
    pthread_mutex_unlock(&workers->mutex);
    return fits;
}

void
workers_stop(struct workers *workers)
{
    pthread_mutex_lock(&workers->mutex);
    workers->stops = true;
    pthread_cond_broadcast(&workers->filled);
    pthread_mutex_unlock(&workers->mutex);
    for (size_t i = 0; i < workers->n_threads; i++) {
        pthread_join(workers->threads[i], NULL);
    }
    workers->n_threads = 0;
}
