/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread that finds the watermark.
 *
 *   1. Read the last id that was drawn, L.
 *   2. List the transactions that hold the lock of writers on the table of
 *      events.  Whoever has drawn an id took that lock before and keeps it to
 *      its end (PostgreSQL 15, 13.3.1): so all that drew up to L are among
 *      them, or have ended.
 *   3. When none of those is left, everything up to L is visible or was
 *      rolled back, for a transaction becomes visible before it lets go of
 *      its locks.
 *
 * A horizon of snapshots (xmin) would do as well, but stands still while
 * anybody writes for long, in any database of the cluster; and the xmax of a
 * snapshot is no bound of the transactions under way: it is one past the last
 * that has ended.
 *
 * What is published is the largest committed id that is not above L, not L:
 * drawn ids of which no transaction committed may be drawn again after a
 * crash (the sequence is in the log only as far as a commit has flushed it).
 */
#include "db/feed.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "core/arena.h"
#include "core/clock.h"
#include "db/conn.h"
#include "feed_recent.h"

#define PASS_MEMORY (64u << 20)
#define PASS_MS 40     /* Between two looks at the database. */
#define PENDING_MS 5   /* While something is about to settle, */
#define PENDING_US 1000000 /* unless it takes longer than usual. */
#define LOST_MS 500    /* While the database cannot be reached. */
#define FIRST_US 2000000 /* The start waits so long for the first result. */
#define LOAD_MAX 2048  /* Events taken into memory at once. */
#define IN_USE_US 150000000 /* A reader came by: longer than any waits. */

STATEMENT(feed_position,
    "SELECT CASE WHEN is_called THEN last_value ELSE 0 END"
    "  FROM events_id_seq");
STATEMENT(feed_oldest_kept, "SELECT purged_up_to FROM event_retention");

#define WRITERS                                                          \
    "  FROM pg_locks l JOIN pg_database d ON d.oid = l.database"         \
    " WHERE l.locktype = 'relation' AND l.mode = 'RowExclusiveLock'"     \
    "   AND l.granted AND l.relation = 'events'::regclass"               \
    "   AND d.datname = current_database()"
/* To list the locks costs more than all else here: who is there now, and is
 * one of $1 among them, is asked at once. */
STATEMENT(feed_writers,
    "SELECT array_agg(DISTINCT l.virtualtransaction),"
    "       bool_or(l.virtualtransaction = ANY($1::text[]))" WRITERS);

/* What is committed up to an id: the last one, or all behind another. */
STATEMENT(feed_last, "SELECT max(id) FROM events WHERE id <= $1::bigint");
STATEMENT(feed_load,
    "SELECT id, project_id, type, action, network_id,"
    "       coalesce(object_id::text, project_id)"
    "  FROM events WHERE id > $1::bigint AND id <= $2::bigint"
    " ORDER BY id LIMIT $3::bigint");

#define UNKNOWN (-1)

struct feed {
    struct conn *conn;
    pthread_t thread;
    void (*news)(void *arg);
    void *arg;
    atomic_bool stopping;

    /* Of the thread alone. */
    int64_t drawn;       /* The last id that was drawn when it looked. */
    int64_t settled;     /* Nothing up to here is under way, or UNKNOWN. */
    int64_t loaded;      /* 'settled' that the watermark stands for. */
    int64_t pending;     /* L, or UNKNOWN, */
    struct arena memory; /* where its writers are, */
    const char *writers; /* an array of transactions. */
    int64_t unsettled_us; /* Since when; 0: all is settled. */

    /* For all threads. */
    atomic_int_fast64_t watermark;
    atomic_int_fast64_t oldest;
    atomic_int_fast64_t behind;
    atomic_int_fast64_t behind_us; /* Copy of 'unsettled_us'. */
    atomic_int_fast64_t used_us;
    pthread_mutex_t mutex; /* Guards 'recent'. */
    struct recent recent;
};

/* --- settling */

/* The database may be another one now. */
static void
forget(struct feed *feed)
{
    feed->settled = UNKNOWN;
    feed->loaded = UNKNOWN;
    feed->pending = UNKNOWN;
}

static struct err *
ask(struct feed *feed, struct arena *arena, const struct query *queries,
    size_t n, struct rows *ret_rows)
{
    struct group group = {
        .arena = arena, .queries = queries, .n = n, .ret_rows = ret_rows};
    conn_exchange(feed->conn, &group, 1);
    return group.err;
}

/* Those that may have drawn an id up to 'drawn' are the 'writers'. */
static void
mark(struct feed *feed, const char *writers)
{
    if (writers == NULL) {
        feed->settled = feed->drawn;
        return;
    }
    arena_done(&feed->memory);
    feed->writers = arena_strdup(&feed->memory, writers);
    feed->pending = feed->drawn;
}

/* One round trip; the list of writers only with 'list'. */
static struct err *
look(struct feed *feed, struct arena *arena, bool list)
{
    bool waits = feed->pending != UNKNOWN;
    const char *params[] = {waits ? feed->writers : NULL};
    struct query queries[] = {QUERY0(feed_oldest_kept), QUERY0(feed_position),
                              QUERY(feed_writers, params)};
    struct rows rows[3];
    TRY(ask(feed, arena, queries, list ? 3 : 2, rows));
    atomic_store(&feed->oldest, rows_int(&rows[0], 0, 0));
    feed->drawn = rows_int(&rows[1], 0, 0);
    if (!list || (waits && rows_bool(&rows[2], 0, 1))) {
        return NULL;
    }
    if (waits) {
        feed->settled = feed->pending;
        feed->pending = UNKNOWN;
    }
    if (feed->drawn != feed->settled) {
        mark(feed, rows_text(&rows[2], 0, 0));
    }
    return NULL;
}

/* --- what was committed */

static bool
is_in_use(const struct feed *feed)
{
    int64_t used_us = atomic_load(&feed->used_us);
    return used_us != 0 && clock_monotonic_us() - used_us < IN_USE_US;
}

static void
publish(struct feed *feed, int64_t watermark)
{
    if (watermark != atomic_exchange(&feed->watermark, watermark)) {
        feed->news(feed->arg);
    }
}

/* Nobody reads: the number is enough. */
static struct err *
load_last(struct feed *feed, struct arena *arena)
{
    const char *params[] = {
        arena_printf(arena, "%lld", (long long) feed->settled)};
    struct query query = QUERY(feed_last, params);
    struct rows rows;
    TRY(ask(feed, arena, &query, 1, &rows));
    int64_t last = rows_text(&rows, 0, 0) == NULL
                       ? atomic_load(&feed->oldest)
                       : rows_int(&rows, 0, 0);
    pthread_mutex_lock(&feed->mutex);
    recent_reset(&feed->recent, last);
    pthread_mutex_unlock(&feed->mutex);
    feed->loaded = feed->settled;
    publish(feed, last);
    return NULL;
}

static struct recent_event
read_event(const struct rows *rows, int row)
{
    static const int columns[FEED_N_KEYS] = {[FEED_PROJECT] = 1,
                                             [FEED_TYPE] = 2,
                                             [FEED_ACTION] = 3,
                                             [FEED_NETWORK] = 4,
                                             [FEED_OBJECT] = 5};
    struct recent_event event = {.id = rows_int(rows, row, 0)};
    for (size_t key = 0; key < FEED_N_KEYS; key++) {
        const char *text = rows_text(rows, row, columns[key]);
        event.keys[key] = text == NULL ? 0 : feed_hash(text);
    }
    return event;
}

static struct err *
load_events(struct feed *feed, struct arena *arena)
{
    int64_t watermark = atomic_load(&feed->watermark);
    const char *params[] = {
        arena_printf(arena, "%lld", (long long) watermark),
        arena_printf(arena, "%lld", (long long) feed->settled),
        arena_printf(arena, "%d", LOAD_MAX)};
    struct query query = QUERY(feed_load, params);
    struct rows rows;
    TRY(ask(feed, arena, &query, 1, &rows));
    int n = rows_count(&rows);
    pthread_mutex_lock(&feed->mutex);
    for (int row = 0; row < n; row++) {
        struct recent_event event = read_event(&rows, row);
        recent_add(&feed->recent, &event);
        watermark = event.id;
    }
    pthread_mutex_unlock(&feed->mutex);
    /* When there is more, the watermark goes with what is in memory. */
    feed->loaded = n < LOAD_MAX ? feed->settled : watermark;
    publish(feed, watermark);
    return NULL;
}

static struct err *
load(struct feed *feed, struct arena *arena)
{
    bool anew = feed->loaded == UNKNOWN ||
                feed->settled < atomic_load(&feed->watermark);
    return anew || !is_in_use(feed) ? load_last(feed, arena)
                                    : load_events(feed, arena);
}

/* --- the thread */

static void
note_lag(struct feed *feed)
{
    int64_t behind = feed->drawn - feed->settled;
    if (feed->settled == UNKNOWN || behind <= 0) {
        behind = 0;
        feed->unsettled_us = 0;
    } else if (feed->unsettled_us == 0) {
        feed->unsettled_us = clock_monotonic_us();
    }
    atomic_store(&feed->behind, behind);
    atomic_store(&feed->behind_us, feed->unsettled_us);
}

static struct err *
pass(struct feed *feed, struct arena *arena)
{
    int64_t before = feed->settled;
    TRY(conn_open(feed->conn, arena));
    TRY(look(feed, arena, feed->pending != UNKNOWN));
    if (feed->pending == UNKNOWN && feed->drawn != feed->settled) {
        TRY(look(feed, arena, true));
    }
    if (feed->settled != before) {
        feed->unsettled_us = 0; /* What remains has drawn later. */
    }
    if (feed->settled != feed->loaded) {
        TRY(load(feed, arena));
    }
    note_lag(feed);
    return NULL;
}

static int
pause_ms(const struct feed *feed)
{
    int64_t waited_us = clock_monotonic_us() - feed->unsettled_us;
    bool waits = feed->pending != UNKNOWN && waited_us < PENDING_US;
    return waits || feed->settled != feed->loaded ? PENDING_MS : PASS_MS;
}

/* One pass; returns how long to wait for the next. */
static int
run_pass(struct feed *feed)
{
    struct arena arena;
    arena_init(&arena, PASS_MEMORY);
    struct err *err = pass(feed, &arena);
    arena_done(&arena);
    if (err != NULL) {
        forget(feed); /* A crash ends what was under way, and its order. */
        return LOST_MS;
    }
    return pause_ms(feed);
}

static void
sleep_ms(int ms)
{
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000L}, NULL);
}

static void *
feed_main(void *arg)
{
    struct feed *feed = arg;
    while (!atomic_load(&feed->stopping)) {
        sleep_ms(run_pass(feed));
    }
    return NULL;
}

/* --- for all threads */

struct err *
feed_start(struct arena *arena, const char *database_url,
           void (*news)(void *arg), void *arg, struct feed **ret_feed)
{
    int64_t end = clock_monotonic_us() + FIRST_US;
    struct feed *feed = *ret_feed = ARENA_NEW(arena, struct feed);
    feed->conn = conn_new(arena, database_url);
    feed->news = news;
    feed->arg = arg;
    forget(feed);
    arena_init(&feed->memory, PASS_MEMORY);
    pthread_mutex_init(&feed->mutex, NULL);
    recent_init(&feed->recent, arena);
    int ms = run_pass(feed);
    while (feed->loaded == UNKNOWN && clock_monotonic_us() < end) {
        sleep_ms(ms);
        ms = run_pass(feed);
    }
    if (feed->loaded == UNKNOWN) {
        /* Somebody writes for long: what is kept is true all the same. */
        atomic_store(&feed->watermark, atomic_load(&feed->oldest));
    }
    if (pthread_create(&feed->thread, NULL, feed_main, feed) != 0) {
        return err_new(arena, ERR_INTERNAL, "cannot start a thread");
    }
    return NULL;
}

void
feed_stop(struct feed *feed)
{
    atomic_store(&feed->stopping, true);
    pthread_join(feed->thread, NULL);
    arena_done(&feed->memory);
}

int64_t
feed_watermark(const struct feed *feed)
{
    return atomic_load(&feed->watermark);
}

int64_t
feed_oldest(const struct feed *feed)
{
    return atomic_load(&feed->oldest);
}

bool
feed_may_have(struct feed *feed, const struct feed_filter *filter,
              int64_t since, int64_t *ret_upto)
{
    atomic_store(&feed->used_us, clock_monotonic_us());
    pthread_mutex_lock(&feed->mutex);
    int64_t watermark = atomic_load(&feed->watermark);
    bool may = since < watermark &&
               recent_may_have(&feed->recent, filter, since);
    pthread_mutex_unlock(&feed->mutex);
    *ret_upto = watermark;
    return may;
}

uint64_t
feed_hash(const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char) *text) * UINT64_C(1099511628211);
    }
    return hash == 0 ? 1 : hash;
}

void
feed_stats(const struct feed *feed, struct feed_stats *ret_stats)
{
    int64_t since_us = atomic_load(&feed->behind_us);
    *ret_stats = (struct feed_stats){
        .watermark = atomic_load(&feed->watermark),
        .behind = atomic_load(&feed->behind),
        .lag_us = since_us == 0 ? 0 : clock_monotonic_us() - since_us,
    };
}

