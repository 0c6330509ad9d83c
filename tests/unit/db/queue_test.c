/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of db/queue.h.
 */
#include "db/queue.h"

#include <criterion/criterion.h>
#include <unistd.h>

#define LIMIT 40
#define MANY QUEUE_WORTH_HELP

static struct queue queue;
static struct job jobs[LIMIT + 1];
static struct job *taken[LIMIT + 1];
static const char ports[] = "ports", networks[] = "networks";

/* Two parts: that of all lanes and that of a helper. */
static void
begin(void)
{
    queue_init(&queue, LIMIT, 2);
}

TestSuite(queue, .init = begin, .timeout = 30);

static bool
put(size_t i, size_t share, const void *kind)
{
    jobs[i] = (struct job){.share = share, .kind = kind, .weight = 1};
    return queue_put(&queue, &jobs[i]);
}

/* Jobs 'from' to 'to' - 1, of one share. */
static void
put_many(size_t from, size_t to, size_t share)
{
    for (size_t i = from; i < to; i++) {
        cr_assert(put(i, share, ports));
    }
}

/* Jobs 'from' to 'to' - 1 and no other ones are what a lane gets. */
static void
expect_taken(size_t part, size_t from, size_t to)
{
    size_t n = queue_take(&queue, part, taken, LIMIT);
    cr_assert_eq(n, to - from, "%zu", n);
    for (size_t i = 0; i < n; i++) {
        cr_assert_eq(taken[i], &jobs[from + i], "%zu", i);
    }
}

Test(queue, gives_jobs_in_their_order)
{
    put_many(0, 5, 0);
    expect_taken(0, 0, 5);
}

Test(queue, leaves_jobs_of_another_kind)
{
    put(0, 0, ports);
    put(1, 0, ports);
    put(2, 0, networks);
    expect_taken(0, 0, 2);
    expect_taken(0, 2, 3);
}

Test(queue, gives_at_most_what_is_asked_for)
{
    put_many(0, 5, 0);
    cr_assert_eq(queue_take(&queue, 0, taken, 3), 3);
    expect_taken(0, 3, 5);
}

Test(queue, leaves_what_weighs_too_much)
{
    put_many(0, 2, 0);
    jobs[1].weight = 2000;
    expect_taken(0, 0, 1);
    expect_taken(0, 1, 2);
}

Test(queue, refuses_what_is_past_its_limit)
{
    struct lane_stats stats;
    put_many(0, LIMIT, 0);
    cr_assert_not(put(LIMIT, 0, ports));
    stats = queue.stats;
    cr_expect_eq(stats.queued, LIMIT);
    cr_expect_eq(stats.refused, 1);
}

Test(queue, that_is_closed_takes_no_more_and_ends_empty)
{
    put_many(0, 2, 0);
    queue_close(&queue);
    cr_assert_not(put(2, 0, ports));
    expect_taken(0, 0, 2);
    expect_taken(0, 0, 0);
}

/* --- helpers */

Test(queue, a_helper_without_work_leaves_its_part_to_all)
{
    put(0, 1, ports);
    put(1, 0, ports);
    expect_taken(0, 0, 2);
}

Test(queue, a_helper_takes_only_its_part)
{
    put(MANY, 0, ports);
    put_many(0, MANY, 1);
    expect_taken(1, 0, MANY);
    expect_taken(0, MANY, MANY + 1);
}

Test(queue, nobody_takes_jobs_of_a_helper_that_has_some)
{
    put_many(0, MANY, 1);
    expect_taken(1, 0, MANY);
    put(MANY, 1, ports);
    put(MANY + 1, 0, ports);
    expect_taken(0, MANY + 1, MANY + 2);
}

Test(queue, a_helper_that_is_done_leaves_the_rest_to_all)
{
    put_many(0, MANY, 1);
    expect_taken(1, 0, MANY);
    put(MANY, 1, ports);
    queue_close(&queue);
    expect_taken(1, 0, 0);
    expect_taken(0, MANY, MANY + 1);
    expect_taken(0, 0, 0);
}

static void *
help(void *arg)
{
    size_t *ret_n = arg;
    *ret_n = queue_take(&queue, 1, taken, LIMIT);
    return NULL;
}

/* A helper that is there and waits. */
static pthread_t
start_helper(size_t *ret_n)
{
    pthread_t helper;
    bool ready = false;
    cr_assert_eq(pthread_create(&helper, NULL, help, ret_n), 0);
    while (!ready) {
        pthread_mutex_lock(&queue.mutex);
        ready = queue.parts[1].ready;
        pthread_mutex_unlock(&queue.mutex);
    }
    return helper;
}

Test(queue, a_helper_waits_while_others_have_jobs_of_its_part)
{
    size_t n = 0;
    put(MANY, 1, ports);
    expect_taken(0, MANY, MANY + 1);
    pthread_t helper = start_helper(&n);
    put_many(0, MANY, 1);
    cr_assert_eq(queue.stats.queued, MANY);
    put(MANY + 1, 0, ports);
    struct job *others[LIMIT];
    cr_assert_eq(queue_take(&queue, 0, others, LIMIT), 1);
    cr_assert_eq(others[0], &jobs[MANY + 1]);
    cr_assert_eq(pthread_join(helper, NULL), 0);
    cr_assert_eq(n, MANY);
}

/* It would not end if it took what is not worth it. */
Test(queue, a_helper_waits_until_it_is_worth_it)
{
    size_t n = 0;
    put_many(0, MANY - 1, 1);
    pthread_t helper = start_helper(&n);
    put(MANY - 1, 1, ports);
    cr_assert_eq(pthread_join(helper, NULL), 0);
    cr_assert_eq(n, MANY);
}

/* --- lanes that wait */

static void *
take_any(void *arg)
{
    size_t *ret_n = arg;
    struct job *any[LIMIT];
    *ret_n = queue_take(&queue, 0, any, LIMIT);
    return NULL;
}

/* A lane of all parts that waits, as good as surely. */
static pthread_t
start_lane(size_t *ret_n)
{
    pthread_t lane;
    cr_assert_eq(pthread_create(&lane, NULL, take_any, ret_n), 0);
    usleep(50000);
    return lane;
}

Test(queue, a_lane_that_waits_wakes_for_a_job)
{
    for (size_t share = 0; share < 2; share++) {
        size_t n = 0;
        pthread_t lane = start_lane(&n);
        put(0, share, ports);
        cr_assert_eq(pthread_join(lane, NULL), 0);
        cr_assert_eq(n, 1);
    }
}

Test(queue, a_lane_that_waits_wakes_for_what_a_helper_leaves)
{
    size_t n = 0, n_helped = 0;
    put_many(0, MANY, 1);
    expect_taken(1, 0, MANY);
    pthread_t lane = start_lane(&n);
    put(MANY, 1, ports);
    pthread_t helper = start_helper(&n_helped);
    cr_assert_eq(pthread_join(lane, NULL), 0);
    cr_assert_eq(n, 1);
    queue_close(&queue);
    cr_assert_eq(pthread_join(helper, NULL), 0);
    cr_assert_eq(n_helped, 0);
}
