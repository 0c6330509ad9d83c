/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads and the queue before them.
 */
#include <criterion/criterion.h>
#include <semaphore.h>

#include "core/workers.h"

#define N 64

/* Work that holds its thread until it is let go. */
struct held {
    struct work work;
    sem_t *begun, *go;
};

static int n_done;

static void
count(struct work *work)
{
    (void) work;
    __atomic_add_fetch(&n_done, 1, __ATOMIC_SEQ_CST);
}

static void
hold(struct work *work)
{
    struct held *held = (struct held *) work;
    sem_post(held->begun);
    sem_wait(held->go);
    count(work);
}

static struct workers *
start(struct arena *arena, size_t n_threads, size_t limit)
{
    struct workers *workers;
    arena_init(arena, SIZE_MAX);
    cr_assert_null(workers_start(arena, n_threads, limit, &workers));
    return workers;
}

Test(workers, all_work_is_done_before_they_stop)
{
    struct arena arena;
    static struct work work[N];
    struct workers *workers = start(&arena, 3, N);
    for (size_t i = 0; i < N; i++) {
        work[i].run = count;
        cr_assert(workers_submit(workers, &work[i]));
    }
    workers_stop(workers);
    cr_assert_eq(n_done, N);
    arena_done(&arena);
}

Test(workers, work_beyond_the_limit_is_turned_away)
{
    struct arena arena;
    sem_t begun, go;
    struct workers *workers = start(&arena, 1, 2);
    sem_init(&begun, 0, 0);
    sem_init(&go, 0, 0);
    struct held held = {{hold, NULL}, &begun, &go};
    struct work waiting[3] = {{count, NULL}, {count, NULL}, {count, NULL}};
    cr_assert(workers_submit(workers, &held.work));
    sem_wait(&begun); /* The thread is busy, the queue empty. */
    cr_assert(workers_submit(workers, &waiting[0]));
    cr_assert(workers_submit(workers, &waiting[1]));
    cr_assert_not(workers_submit(workers, &waiting[2]));
    sem_post(&go);
    workers_stop(workers);
    cr_assert_eq(n_done, 3);
    arena_done(&arena);
}
