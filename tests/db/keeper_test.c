/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keeper: chores run again and again, one process at a time, whatever
 * else fails, and end at once.
 */
#include <stdatomic.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/settings.h"
#include "db/keeper.h"
#include "support/db.h"
#include "support/server.h"

static atomic_int runs, others, reports;

static struct err *
chore_count(struct tx *tx, const struct settings *settings)
{
    (void) settings;
    runs++;
    return tx_commit(tx, NULL, 0, NULL);
}

static struct err *
chore_count_other(struct tx *tx, const struct settings *settings)
{
    (void) settings;
    others++;
    return tx_commit(tx, NULL, 0, NULL);
}

static struct err *
chore_chunks(struct tx *tx, const struct settings *settings)
{
    (void) settings;
    if (++runs < 5) {
        chore_again(tx);
    }
    return tx_commit(tx, NULL, 0, NULL);
}

static struct err *
chore_fail(struct tx *tx, const struct settings *settings)
{
    (void) settings;
    runs++;
    return tx_one(tx, (struct query){"SELECT 1 / 0", NULL, 0}, NULL);
}

static struct err *
chore_sleep(struct tx *tx, const struct settings *settings)
{
    (void) settings;
    runs++;
    TRY(tx_one(tx, (struct query){"SELECT pg_sleep(20)", NULL, 0}, NULL));
    return tx_commit(tx, NULL, 0, NULL);
}

static struct err *
chore_write(struct tx *tx, const struct settings *settings)
{
    (void) settings;
    runs++;
    return tx_one(tx, (struct query){"CREATE TABLE kept (i int)", NULL, 0},
                  NULL); /* Without a commit. */
}

static struct err *
chore_talk(struct tx *tx, const struct settings *settings)
{
    (void) settings;
    chore_publish(tx, ++runs % 2 == 1 ? "odd 1\n" : "even 1\n");
    chore_alarm(tx, err_new(tx->arena, ERR_INTERNAL, "look at this"));
    return tx_commit(tx, NULL, 0, NULL);
}

static void
on_report(void *arg, const char *chore, const struct err *err)
{
    (void) arg;
    (void) chore;
    (void) err;
    reports++;
}

static struct settings settings;

static struct keeper *
start(const char *url, const struct chore *list, size_t n)
{
    struct keeper *keeper;
    settings.database_url = url;
    cr_assert_null(keeper_start_list(session_arena(), &settings, list, n,
                                     on_report, NULL, &keeper));
    return keeper;
}

/* Waits until '*counter' is 'n' or more. */
static void
await(atomic_int *counter, int n)
{
    int64_t end = clock_monotonic_us() + 15000000;
    while (*counter < n && clock_monotonic_us() < end) {
        usleep(5000);
    }
    cr_assert(*counter >= n, "%d of %d", *counter, n);
}

Test(keeper, a_chore_runs_at_the_start_and_then_every_interval)
{
    const struct chore list[] = {{"count", chore_count, .every_s = 1},
                                 {"rare", chore_count_other,
                                  .every_s = 3600}};
    struct keeper *keeper = start(server_database(), list, 2);
    await(&runs, 3);
    cr_assert_eq(others, 1);
    keeper_stop(keeper);
    cr_assert_leq(runs, 5);
}

Test(keeper, a_setting_of_zero_keeps_a_chore_from_running)
{
    const struct chore list[] = {
        {"never", chore_count, CHORE_SETTING(audit_interval_s)},
        {"other", chore_count_other, .every_s = 1}};
    struct keeper *keeper = start(server_database(), list, 2);
    await(&others, 2);
    keeper_stop(keeper);
    cr_assert_eq(runs, 0);
}

Test(keeper, a_chore_with_more_to_do_runs_again_at_once)
{
    const struct chore list[] = {{"chunks", chore_chunks, .every_s = 3600}};
    struct keeper *keeper = start(server_database(), list, 1);
    await(&runs, 5);
    usleep(50000);
    keeper_stop(keeper);
    cr_assert_eq(runs, 5);
}

Test(keeper, a_failure_is_reported_once_a_run_and_the_next_run_comes)
{
    struct chore_stats stats;
    const struct chore list[] = {{"fail", chore_fail, .every_s = 1},
                                 {"count", chore_count_other,
                                  .every_s = 1}};
    struct keeper *keeper = start(server_database(), list, 2);
    await(&runs, 2);
    await(&others, 2);
    keeper_stop(keeper);
    cr_assert(keeper_stats(keeper, 0, &stats));
    cr_assert_eq(stats.failures, reports);
    cr_assert_eq(stats.runs, 0);
    cr_assert_str_eq(stats.name, "fail");
    cr_assert_not(keeper_stats(keeper, 2, &stats));
}

Test(keeper, what_a_chore_does_not_commit_is_undone)
{
    const char *url = db_create();
    const struct chore list[] = {{"write", chore_write, .every_s = 3600}};
    struct keeper *keeper = start(url, list, 1);
    await(&runs, 1);
    keeper_stop(keeper);
    cr_assert_str_eq(db_column(url, "SELECT count(*)::text FROM pg_class"
                                    " WHERE relname = 'kept'"), "0");
}

Test(keeper, it_stops_in_the_middle_of_a_run)
{
    const struct chore list[] = {{"sleep", chore_sleep, .every_s = 1}};
    struct keeper *keeper = start(server_database(), list, 1);
    await(&runs, 1);
    int64_t began_us = clock_monotonic_us();
    keeper_stop(keeper);
    cr_assert_lt(clock_monotonic_us() - began_us, 3000000);
    cr_assert_eq(reports, 0);
}

Test(keeper, it_stops_while_it_waits)
{
    const struct chore list[] = {{"count", chore_count, .every_s = 3600}};
    struct keeper *keeper = start(server_database(), list, 1);
    await(&runs, 1);
    int64_t began_us = clock_monotonic_us();
    keeper_stop(keeper);
    cr_assert_lt(clock_monotonic_us() - began_us, 1000000);
}

Test(keeper, two_processes_do_not_run_a_chore_at_the_same_time)
{
    const char *url = db_create();
    struct chore_stats stats;
    const struct chore list[] = {{"sleep", chore_sleep, .every_s = 1}};
    const struct chore same[] = {{"sleep", chore_count_other, .every_s = 1},
                                 {"other", chore_count_other, .every_s = 1}};
    struct keeper *first = start(url, list, 1);
    await(&runs, 1);
    struct keeper *second = start(url, same, 2);
    await(&others, 2); /* Its chore of another name runs. */
    cr_assert(keeper_stats(second, 0, &stats));
    cr_assert_eq(stats.runs + stats.failures, 0);
    keeper_stop(second);
    keeper_stop(first);
}

Test(keeper, without_a_database_it_tries_again_and_says_nothing)
{
    const struct chore list[] = {{"count", chore_count, .every_s = 3600}};
    struct chore_stats stats;
    struct keeper *keeper = start("host=/nowhere", list, 1);
    int64_t end = clock_monotonic_us() + 15000000;
    do {
        usleep(20000);
        cr_assert(keeper_stats(keeper, 0, &stats));
    } while (stats.failures < 2 && clock_monotonic_us() < end);
    keeper_stop(keeper);
    cr_assert_geq(stats.failures, 2);
    cr_assert_eq(runs, 0);
    cr_assert_eq(reports, 0);
}

Test(keeper, it_goes_on_when_the_database_is_back)
{
    const char *url = db_create();
    const struct chore list[] = {{"count", chore_count, .every_s = 1}};
    struct keeper *keeper = start(url, list, 1);
    await(&runs, 1);
    db_run(url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database()"
                "   AND pid <> pg_backend_pid()");
    await(&runs, 3);
    keeper_stop(keeper);
    cr_assert_eq(reports, 0);
}

Test(keeper, what_a_chore_publishes_stays_until_the_next_time)
{
    struct buf buf;
    const struct chore list[] = {{"talk", chore_talk, .every_s = 3600}};
    struct keeper *keeper = start(server_database(), list, 1);
    await(&reports, 1);
    buf_init(&buf, session_arena(), 64);
    keeper_add_published(keeper, &buf);
    keeper_stop(keeper);
    cr_assert_str_eq(buf.data, "odd 1\n");
    cr_assert_eq(reports, 1);
}

Test(keeper, outside_of_it_a_chore_may_say_what_it_likes)
{
    struct tx tx;
    tx_init(&tx, NULL, session_arena(), NULL);
    chore_again(&tx);
    chore_publish(&tx, "x");
    chore_alarm(&tx, err_new(session_arena(), ERR_INTERNAL, "x"));
    cr_assert_null(tx.note);
}
