/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of idempotency keys: all that are too old go, in pieces, and what is
 * young is not even read.
 */
#include <stdatomic.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/settings.h"
#include "db/keeper.h"
#include "db/migrate.h"
#include "db/replay.h"
#include "support/db.h"

static struct settings settings = {.idempotency_ttl_s = 60};

static const char *
with_table(void)
{
    int applied = 0;
    const char *url = db_create();
    cr_assert_null(migrate_run(session_arena(), url, &applied));
    return url;
}

/* 'n' keys, "name 1" and so on, of the age 'age_s'. */
static void
insert(const char *url, const char *name, int n, int age_s)
{
    db_run(url, text("INSERT INTO idempotency_keys (project_id, user_id, key,"
                     "    fingerprint, status, body, created_at)"
                     " SELECT 'p', '', '%s ' || i, '', 201, '',"
                     "        now() - make_interval(secs => %d)"
                     "   FROM generate_series(1, %d) AS i", name, age_s, n));
}

static void
purge(const char *url)
{
    struct tx tx;
    struct conn *conn = conn_new(session_arena(), url);
    cr_assert_null(conn_open(conn, session_arena()));
    tx_init(&tx, conn, session_arena(), &settings);
    struct err *err = replay_purge(&tx, &settings);
    cr_assert_null(err, "%s", err->message);
    cr_assert(tx.ended);
}

static int
count(const char *url)
{
    return (int) strtol(db_column(url, "SELECT count(*)::text"
                                       "  FROM idempotency_keys"),
                        NULL, 10);
}

Test(replay_purge, the_old_ones_go_and_the_young_ones_stay)
{
    const char *url = with_table();
    insert(url, "young", 2, 30);
    insert(url, "old", 3, 90);
    purge(url);
    cr_assert_str_eq(db_column(url, "SELECT key FROM idempotency_keys"
                                    " ORDER BY key"), "young 1,young 2");
}

Test(replay_purge, of_none_nothing_goes)
{
    const char *url = with_table();
    purge(url);
    cr_assert_eq(count(url), 0);
}

Test(replay_purge, no_more_go_at_once_than_the_bound_and_the_oldest_first)
{
    const char *url = with_table();
    insert(url, "old", 1, 90);
    insert(url, "older", REPLAY_PURGE_MAX, 100);
    purge(url);
    cr_assert_str_eq(db_column(url, "SELECT key FROM idempotency_keys"),
                     "old 1");
    purge(url);
    cr_assert_eq(count(url), 0);
}

static atomic_int reports;

static void
on_report(void *arg, const char *chore, const struct err *err)
{
    (void) arg;
    (void) chore;
    (void) err;
    reports++;
}

/* However many keys come between two runs, as many go. */
Test(replay_purge, the_keeper_forgets_all_that_is_old_without_a_pause)
{
    const char *url = with_table();
    const struct chore list[] = {{"keys", replay_purge, .every_s = 3600}};
    struct keeper *keeper;
    insert(url, "old", 2 * REPLAY_PURGE_MAX + 1, 90);
    insert(url, "young", 1, 30);
    settings.database_url = url;
    cr_assert_null(keeper_start_list(session_arena(), &settings, list, 1,
                                     on_report, NULL, &keeper));
    int64_t end = clock_monotonic_us() + 15000000;
    while (count(url) > 1 && clock_monotonic_us() < end) {
        usleep(20000);
    }
    keeper_stop(keeper);
    cr_assert_eq(count(url), 1);
    cr_assert_eq(reports, 0);
}

/* While somebody has an older snapshot, such as an autovacuum that analyzes,
 * vacuum leaves what is dead. */
static long
least_pages_read(const char *url, long enough)
{
    int64_t end = clock_monotonic_us() + 15000000;
    long pages;
    do {
        db_run(url, "VACUUM ANALYZE idempotency_keys");
        pages = db_pages_read(url, "replay_delete_old",
                              text("60, %d", REPLAY_PURGE_MAX));
    } while (pages > enough && clock_monotonic_us() < end);
    return pages;
}

/* New keys have the room of old ones, and are not taken for such. */
Test(replay_purge, young_ones_are_not_read_wherever_they_stand)
{
    const char *url = with_table();
    db_run(url, "ALTER TABLE idempotency_keys"
                "  SET (autovacuum_enabled = off)");
    insert(url, "old", REPLAY_PURGE_MAX, 3600);
    db_run(url, "VACUUM idempotency_keys");
    purge(url);
    db_run(url, "VACUUM idempotency_keys");
    insert(url, "young", REPLAY_PURGE_MAX, 0);
    long pages = least_pages_read(url, 10);
    cr_assert_leq(pages, 10, "%ld", pages);
}
