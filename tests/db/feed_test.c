/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The watermark of the feed: it never passes an event that is still to come,
 * and always reaches those that have come.
 */
#include "db/feed.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/clock.h"
#include "db/events.h"
#include "db/migrate.h"
#include "support/db.h"

#define PATIENCE_US 10000000
#define A_WHILE_US 300000 /* Several looks of the feed at the database. */

static void
ignore_news(void *arg)
{
    atomic_int *count = arg;
    if (count != NULL) {
        atomic_fetch_add(count, 1);
    }
}

/* A database of the test's own, with the schema. */
static const char *
new_database(void)
{
    int applied = 0;
    const char *url = db_create();
    cr_assert_null(migrate_run(session_arena(), url, &applied));
    return url;
}

static struct feed *
start_feed(const char *url)
{
    struct feed *feed;
    cr_assert_null(feed_start(session_arena(), url, ignore_news, NULL,
                              &feed));
    return feed;
}

/* --- transactions that write events */

static void
begin(struct tx *tx, struct arena *arena, const char *url)
{
    struct conn *conn = conn_new(arena, url);
    cr_assert_null(conn_open(conn, arena));
    tx_init(tx, conn, arena, NULL);
}

static struct query
event_of(struct arena *arena, const char *project)
{
    struct event_list list = {.n = 0};
    struct event event = {.request_id = "req-1", .project_id = project,
                          .user_id = "", .action = "create",
                          .type = "port", .object_id = NOBODY,
                          .after = "{}", .revision_number = 1};
    struct query *queries;
    events_add(arena, &list, &event);
    cr_assert_eq(events_insert(arena, &list, &queries), 1);
    return queries[0];
}

/* Draws an id in 'tx', which goes on. */
static void
draw(struct tx *tx)
{
    cr_assert_null(tx_one(tx, event_of(tx->arena, "p"), NULL));
}

static void
commit(struct tx *tx)
{
    cr_assert_null(tx_commit(tx, NULL, 0, NULL));
}

/* One event in a transaction of its own. */
static void
write_event(const char *url)
{
    struct tx tx;
    begin(&tx, session_arena(), url);
    draw(&tx);
    commit(&tx);
}

static void
expect_reaches(struct feed *feed, int64_t watermark)
{
    int64_t end = clock_monotonic_us() + PATIENCE_US;
    while (feed_watermark(feed) != watermark && clock_monotonic_us() < end) {
        usleep(2000);
    }
    cr_assert_eq(feed_watermark(feed), watermark, "it is %lld and not %lld",
                 (long long) feed_watermark(feed), (long long) watermark);
}

static void
expect_stays(struct feed *feed, int64_t watermark)
{
    usleep(A_WHILE_US);
    cr_assert_eq(feed_watermark(feed), watermark, "it is %lld and not %lld",
                 (long long) feed_watermark(feed), (long long) watermark);
}

Test(feed, begins_with_nothing_and_follows_each_commit)
{
    const char *url = new_database();
    struct feed *feed = start_feed(url);
    cr_assert_eq(feed_watermark(feed), 0);
    for (int64_t id = 1; id <= 3; id++) {
        write_event(url);
        expect_reaches(feed, id);
    }
    feed_stop(feed);
}

Test(feed, knows_at_once_what_was_there_when_it_starts)
{
    const char *url = new_database();
    write_event(url);
    write_event(url);
    struct feed *feed = start_feed(url);
    expect_reaches(feed, 2);
    feed_stop(feed);
}

Test(feed, does_not_pass_an_early_id_that_commits_late)
{
    struct tx late;
    const char *url = new_database();
    struct feed *feed = start_feed(url);
    write_event(url);
    expect_reaches(feed, 1);
    begin(&late, session_arena(), url);
    draw(&late);
    write_event(url);
    write_event(url);
    expect_stays(feed, 1);
    commit(&late);
    expect_reaches(feed, 4);
    feed_stop(feed);
}

/* No snapshot lists transactions younger than the last one that has ended:
 * here both are. */
Test(feed, does_not_pass_the_older_of_two_that_run_when_it_looks)
{
    struct tx older, younger;
    const char *url = new_database();
    struct feed *feed = start_feed(url);
    begin(&older, session_arena(), url);
    draw(&older);
    begin(&younger, session_arena(), url);
    draw(&younger);
    expect_stays(feed, 0);
    commit(&younger);
    expect_stays(feed, 0);
    write_event(url);
    expect_stays(feed, 0);
    commit(&older);
    expect_reaches(feed, 3);
    feed_stop(feed);
}

Test(feed, goes_on_when_an_early_id_is_rolled_back)
{
    struct tx lost;
    const char *url = new_database();
    struct feed *feed = start_feed(url);
    begin(&lost, session_arena(), url);
    draw(&lost);
    write_event(url);
    expect_stays(feed, 0);
    tx_rollback(&lost);
    expect_reaches(feed, 2);
    feed_stop(feed);
}

Test(feed, does_not_wait_for_those_who_write_something_else)
{
    struct tx other;
    struct query query = {"UPDATE event_retention SET purged_up_to = 0", NULL,
                          0};
    const char *url = new_database();
    struct feed *feed = start_feed(url);
    begin(&other, session_arena(), url);
    cr_assert_null(tx_one(&other, query, NULL));
    write_event(url);
    expect_reaches(feed, 1);
    tx_rollback(&other);
    feed_stop(feed);
}

/* What nobody committed may be drawn again after a crash. */
Test(feed, is_the_id_of_an_event_that_was_committed)
{
    struct tx lost;
    const char *url = new_database();
    struct feed *feed = start_feed(url);
    write_event(url);
    begin(&lost, session_arena(), url);
    draw(&lost);
    tx_rollback(&lost);
    expect_reaches(feed, 1);
    expect_stays(feed, 1);
    feed_stop(feed);
}

Test(feed, that_starts_while_somebody_writes_shows_what_is_safe)
{
    struct tx late;
    const char *url = new_database();
    begin(&late, session_arena(), url);
    draw(&late);
    write_event(url);
    struct feed *feed = start_feed(url);
    expect_stays(feed, 0);
    commit(&late);
    expect_reaches(feed, 2);
    feed_stop(feed);
}

Test(feed, comes_back_when_its_connection_is_lost)
{
    const char *url = new_database();
    struct feed *feed = start_feed(url);
    write_event(url);
    expect_reaches(feed, 1);
    db_run(url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database()"
                "   AND pid <> pg_backend_pid()");
    write_event(url);
    expect_reaches(feed, 2);
    feed_stop(feed);
}

Test(feed, tells_of_news)
{
    atomic_int news = 0;
    struct feed *feed;
    const char *url = new_database();
    cr_assert_null(feed_start(session_arena(), url, ignore_news, &news,
                              &feed));
    int before = atomic_load(&news);
    write_event(url);
    expect_reaches(feed, 1);
    for (int i = 0; i < 100 && atomic_load(&news) == before; i++) {
        usleep(20000); /* How far it reaches is known before it is told. */
    }
    usleep(20000);
    cr_assert_eq(atomic_load(&news), before + 1);
    feed_stop(feed);
}

Test(feed, tells_how_far_it_is_behind)
{
    struct tx late;
    struct feed_stats stats;
    const char *url = new_database();
    struct feed *feed = start_feed(url);
    begin(&late, session_arena(), url);
    draw(&late);
    write_event(url);
    usleep(A_WHILE_US);
    feed_stats(feed, &stats);
    cr_assert_eq(stats.behind, 2);
    cr_assert(stats.lag_us > 0);
    commit(&late);
    expect_reaches(feed, 2);
    usleep(A_WHILE_US);
    feed_stats(feed, &stats);
    cr_assert_eq(stats.behind, 0);
    cr_assert_eq(stats.lag_us, 0);
    feed_stop(feed);
}

/* --- what it remembers */

static struct feed_filter
filter_of(enum feed_key key, const uint64_t *hash)
{
    struct feed_filter filter = {0};
    filter.keys[key] = (struct feed_values){hash, 1, true};
    return filter;
}

Test(feed, remembers_what_events_were_about_while_it_has_readers)
{
    int64_t upto;
    const char *url = new_database();
    uint64_t p = feed_hash("p"), q = feed_hash("q"), port = feed_hash("port");
    struct feed_filter of_p = filter_of(FEED_PROJECT, &p);
    struct feed_filter of_q = filter_of(FEED_PROJECT, &q);
    struct feed_filter of_ports = filter_of(FEED_TYPE, &port);
    struct feed *feed = start_feed(url);
    cr_assert_not(feed_may_have(feed, &of_p, 0, &upto));
    write_event(url);
    expect_reaches(feed, 1);
    cr_assert(feed_may_have(feed, &of_p, 0, &upto));
    cr_assert(feed_may_have(feed, &of_ports, 0, &upto));
    cr_assert_not(feed_may_have(feed, &of_q, 0, &upto));
    cr_assert_eq(upto, 1);
    cr_assert_not(feed_may_have(feed, &of_p, 1, &upto));
    feed_stop(feed);
}

Test(feed, says_maybe_of_what_was_before_it_remembers)
{
    int64_t upto;
    const char *url = new_database();
    uint64_t q = feed_hash("q");
    struct feed_filter of_q = filter_of(FEED_PROJECT, &q);
    write_event(url);
    struct feed *feed = start_feed(url);
    expect_reaches(feed, 1);
    cr_assert(feed_may_have(feed, &of_q, 0, &upto));
    cr_assert_not(feed_may_have(feed, &of_q, 1, &upto));
    feed_stop(feed);
}

Test(feed, forgets_the_oldest_and_says_maybe_of_them)
{
    int64_t upto;
    const char *url = new_database();
    uint64_t q = feed_hash("q");
    struct feed_filter of_q = filter_of(FEED_PROJECT, &q);
    struct feed *feed = start_feed(url);
    feed_may_have(feed, &of_q, 0, &upto);
    db_run(url, "INSERT INTO events (request_id, project_id, user_id, action,"
                " type, object_id, revision_number)"
                " SELECT '', 'p', '', 'create', 'port', gen_random_uuid(), 1"
                "   FROM generate_series(1, 10000)");
    expect_reaches(feed, 10000);
    cr_assert(feed_may_have(feed, &of_q, 10000 - 8193, &upto));
    cr_assert_not(feed_may_have(feed, &of_q, 10000 - 8192, &upto));
    feed_stop(feed);
}

/* --- many writers */

#define WRITERS 16
#define EACH 60

struct writing {
    const char *url;
    unsigned seed;
    pthread_t thread;
};

/* Transactions that wait between the id and the end, some of them in vain. */
static void *
write_many(void *arg)
{
    struct writing *writing = arg;
    struct arena arena;
    arena_init(&arena, 64u << 20);
    struct conn *conn = conn_new(&arena, writing->url);
    for (int i = 0; i < EACH; i++) {
        struct tx tx;
        struct err *err = conn_open(conn, &arena);
        tx_init(&tx, conn, &arena, NULL);
        err = err != NULL ? err : tx_one(&tx, event_of(&arena, "p"), NULL);
        usleep((useconds_t) (rand_r(&writing->seed) % 8000));
        if (err == NULL && rand_r(&writing->seed) % 5 != 0) {
            err = tx_commit(&tx, NULL, 0, NULL);
        }
        tx_rollback(&tx);
        writing->seed += err == NULL ? 0 : 1;
    }
    arena_done(&arena);
    return NULL;
}

/* A reader of one feed, as any process has one. */
struct reading {
    const char *url;
    atomic_llong *last; /* Id of the last event; 0: there is more to come. */
    pthread_t thread;
    const char *ids; /* All that it saw, joined. */
    struct arena arena;
};

static void
read_up_to(struct reading *reading, struct conn *conn, struct buf *ids,
           int64_t from, int64_t to)
{
    struct query query = {
        arena_printf(&reading->arena,
                     "SELECT string_agg(id::text, ',' ORDER BY id)"
                     "  FROM events WHERE id > %lld AND id <= %lld",
                     (long long) from, (long long) to), NULL, 0};
    struct rows rows;
    struct group group = {.arena = &reading->arena, .queries = &query,
                          .n = 1, .ret_rows = &rows};
    conn_exchange(conn, &group, 1);
    if (group.err == NULL && rows_text(&rows, 0, 0) != NULL) {
        buf_addf(ids, "%s%s", ids->len == 0 ? "" : ",",
                 rows_text(&rows, 0, 0));
    }
}

static void *
read_all(void *arg)
{
    struct reading *reading = arg;
    struct feed *feed;
    struct buf ids;
    int64_t cursor = 0;
    int64_t end = INT64_MAX;
    arena_init(&reading->arena, 256u << 20);
    buf_init(&ids, &reading->arena, 1 << 14);
    struct conn *conn = conn_new(&reading->arena, reading->url);
    struct err *err = feed_start(&reading->arena, reading->url, ignore_news,
                                 NULL, &feed);
    while (err == NULL && clock_monotonic_us() < end &&
           (cursor == 0 || cursor != atomic_load(reading->last))) {
        if (atomic_load(reading->last) > 0 && end == INT64_MAX) {
            end = clock_monotonic_us() + PATIENCE_US;
        }
        usleep(500);
        int64_t watermark = feed_watermark(feed);
        if (watermark > cursor &&
            conn_open(conn, &reading->arena) == NULL) {
            read_up_to(reading, conn, &ids, cursor, watermark);
            cursor = watermark;
        }
    }
    feed_stop(feed);
    reading->ids = ids.data;
    return NULL;
}

static const char *
first_difference(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == '\0' ? b : a;
}

/* Each id is read once, in order: what commits below what was read would be
 * missing at the end. */
Test(feed, no_reader_misses_an_event_of_many_writers)
{
    struct writing writers[WRITERS];
    struct reading readers[2];
    atomic_llong last = 0;
    const char *url = new_database();
    for (int i = 0; i < 2; i++) {
        readers[i] = (struct reading){.url = url, .last = &last};
        pthread_create(&readers[i].thread, NULL, read_all, &readers[i]);
    }
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (struct writing){.url = url, .seed = 7u * (unsigned) i};
        pthread_create(&writers[i].thread, NULL, write_many, &writers[i]);
    }
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(writers[i].thread, NULL);
    }
    const char *all = db_column(url, "SELECT e.id::text FROM events e"
                                     " ORDER BY e.id");
    cr_assert(strlen(all) > WRITERS * EACH, "%s", all);
    atomic_store(&last, strtoll(strrchr(all, ',') + 1, NULL, 10));
    for (int i = 0; i < 2; i++) {
        pthread_join(readers[i].thread, NULL);
        cr_assert(strcmp(readers[i].ids, all) == 0,
                  "%.40s is in one and not in the other",
                  first_difference(readers[i].ids, all));
        arena_done(&readers[i].arena);
    }
}
