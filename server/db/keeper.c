/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread that runs chores.
 */
#include "db/keeper.h"

#include <pthread.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/settings.h"
#include "db/audit.h"
#include "db/events.h"
#include "db/issued.h"
#include "db/replay.h"

#define RETRY_US 2000000              /* After a run that lost its database. */
#define CHORE_MEMORY (256u << 20)
#define PUBLISHED_MEMORY (1u << 20)

/* Add a chore here. */
static const struct chore chores[] = {
    {"forget_keys", replay_purge, .every_s = 60},
    {"forget_events", events_purge, .every_s = 30},
    {"forget_tokens", issued_purge, .every_s = 60},
    {"audit", audit_chore, CHORE_SETTING(audit_interval_s), .snapshot = true,
     .lock = AUDIT_LOCK},
};

/* Nobody waits for a chore, and a chore waits for nobody for long. */
static const char at_open[] =
    "SET lock_timeout = '10s'; SET jit = off; SET work_mem = '64MB'";

/* What a run tells beside its error. */
struct chore_note {
    bool again;
    const char *published; /* NULL: nothing. */
    struct err *alarm;     /* NULL: none. */
};

struct chore_state {
    const struct chore *chore;
    int64_t due_us;          /* INT64_MAX: never. */
    struct chore_stats stats;
    struct arena memory;     /* Holds 'published'. */
    const char *published;
};

struct keeper {
    const struct settings *settings;
    struct conn *conn;
    struct chore_state *states;
    size_t n_states;
    keeper_report_fn *report;
    void *arg;
    atomic_bool stopping;
    pthread_t thread;
    pthread_mutex_t mutex; /* Guards statistics and what is published. */
    pthread_cond_t wake;   /* Signalled when 'stopping' becomes true. */
};

/* --- what chores say */

void
chore_again(struct tx *tx)
{
    if (tx->note != NULL) {
        tx->note->again = true;
    }
}

void
chore_publish(struct tx *tx, const char *text)
{
    if (tx->note != NULL) {
        tx->note->published = text;
    }
}

void
chore_alarm(struct tx *tx, struct err *err)
{
    if (tx->note != NULL) {
        tx->note->alarm = err;
    }
}

/* --- one run */

STATEMENT(keeper_lock,
    "SELECT pg_try_advisory_xact_lock("
    "  hashtextextended('tenet chore ' || $1::text, 0))");

/* Begins the transaction; '*ret_mine' says that no other process runs the
 * chore now. */
static struct err *
take_chore(struct tx *tx, const struct chore *chore, bool *ret_mine)
{
    const char *params[] = {chore->name};
    struct query queries[3] = {
        {chore->snapshot
             ? "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
             : "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
         NULL, 0}};
    struct rows rows[3];
    size_t n = 1;
    if (chore->lock != NULL) {
        queries[n++].sql = chore->lock;
    }
    queries[n++] = QUERY(keeper_lock, params);
    TRY(tx_run(tx, queries, n, rows));
    *ret_mine = rows_bool(&rows[n - 1], 0, 0);
    return NULL;
}

static struct err *
run_chore(struct keeper *keeper, const struct chore *chore,
          struct arena *memory, struct chore_note *note, bool *ret_mine)
{
    struct tx tx;
    TRY(conn_open(keeper->conn, memory));
    tx_init(&tx, keeper->conn, memory, keeper->settings);
    tx.note = note;
    struct err *err = take_chore(&tx, chore, ret_mine);
    if (err == NULL && *ret_mine) {
        err = chore->run(&tx, keeper->settings);
    }
    tx_rollback(&tx);
    return err;
}

/* Somebody else was faster. */
static bool
lost_race(const struct err *err)
{
    return err->kind == ERR_TRY_AGAIN || err->kind == ERR_LOCKED;
}

/* The next try may do: there is nothing to tell. */
static bool
is_quiet(const struct err *err)
{
    return err->kind == ERR_UNAVAILABLE || err->kind == ERR_OUTCOME_UNKNOWN ||
           lost_race(err);
}

/* Microseconds between two runs; 0: it never runs. */
static int64_t
period_us(const struct keeper *keeper, const struct chore *chore)
{
    const char *base = (const char *) keeper->settings;
    int64_t every_s = chore->every_s;
    if (chore->setting != 0) {
        memcpy(&every_s, base + chore->setting, sizeof every_s);
    }
    return every_s * 1000000;
}

static void
note_run(struct keeper *keeper, struct chore_state *state, int64_t began_us,
         const struct chore_note *note, const struct err *err)
{
    int64_t now_us = clock_monotonic_us();
    pthread_mutex_lock(&keeper->mutex);
    state->stats.runs += err == NULL ? 1 : 0;
    state->stats.failures += err == NULL || lost_race(err) ? 0 : 1;
    state->stats.last_us = now_us - began_us;
    if (err == NULL && note->published != NULL) {
        arena_done(&state->memory);
        state->published = arena_strdup(&state->memory, note->published);
    }
    pthread_mutex_unlock(&keeper->mutex);
    if (err != NULL && is_quiet(err)) {
        state->due_us = now_us + RETRY_US;
    } else if (err == NULL && note->again) {
        state->due_us = now_us; /* Behind the others that are due. */
    }
}

static void
run_state(struct keeper *keeper, struct chore_state *state)
{
    struct arena memory;
    struct chore_note note = {.again = false};
    bool mine = true;
    int64_t began_us = clock_monotonic_us();
    arena_init(&memory, CHORE_MEMORY);
    struct err *err =
        run_chore(keeper, state->chore, &memory, &note, &mine);
    state->due_us =
        clock_monotonic_us() + period_us(keeper, state->chore);
    if (mine) {
        note_run(keeper, state, began_us, &note, err);
    }
    if (err == NULL) {
        err = note.alarm;
    }
    if (err != NULL && !is_quiet(err) && !keeper->stopping) {
        keeper->report(keeper->arg, state->chore->name, err);
    }
    arena_done(&memory);
}

/* --- the thread */

static struct chore_state *
find_first_due(struct keeper *keeper)
{
    struct chore_state *first = &keeper->states[0];
    for (size_t i = 1; i < keeper->n_states; i++) {
        if (keeper->states[i].due_us < first->due_us) {
            first = &keeper->states[i];
        }
    }
    return first;
}

/* Waits until 'due_us'; false when the keeper has to stop. */
static bool
wait_until(struct keeper *keeper, int64_t due_us)
{
    struct timespec at = {.tv_sec = due_us / 1000000,
                          .tv_nsec = due_us % 1000000 * 1000};
    pthread_mutex_lock(&keeper->mutex);
    while (!keeper->stopping && clock_monotonic_us() < due_us) {
        if (due_us == INT64_MAX) {
            pthread_cond_wait(&keeper->wake, &keeper->mutex);
        } else {
            pthread_cond_timedwait(&keeper->wake, &keeper->mutex, &at);
        }
    }
    bool go_on = !keeper->stopping;
    pthread_mutex_unlock(&keeper->mutex);
    return go_on;
}

static void *
keeper_main(void *arg)
{
    struct keeper *keeper = arg;
    for (;;) {
        struct chore_state *state = find_first_due(keeper);
        if (!wait_until(keeper, state->due_us)) {
            return NULL;
        }
        run_state(keeper, state);
    }
}

/* --- start and stop */

static void
init_states(struct keeper *keeper, const struct chore *list)
{
    for (size_t i = 0; i < keeper->n_states; i++) {
        struct chore_state *state = &keeper->states[i];
        state->chore = &list[i];
        state->stats.name = list[i].name;
        state->due_us = period_us(keeper, &list[i]) == 0
                            ? INT64_MAX
                            : clock_monotonic_us();
        arena_init(&state->memory, PUBLISHED_MEMORY);
    }
}

/* The clock that clock_monotonic_us reads. */
static void
init_wake(struct keeper *keeper)
{
    pthread_condattr_t attr;
    pthread_mutex_init(&keeper->mutex, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&keeper->wake, &attr);
    pthread_condattr_destroy(&attr);
}

struct err *
keeper_start_list(struct arena *arena, const struct settings *settings,
                  const struct chore *list, size_t n,
                  keeper_report_fn *report, void *arg,
                  struct keeper **ret_keeper)
{
    struct keeper *keeper = ARENA_NEW(arena, struct keeper);
    keeper->settings = settings;
    keeper->report = report;
    keeper->arg = arg;
    keeper->states = ARENA_ARRAY(arena, struct chore_state, n);
    keeper->n_states = n;
    keeper->conn = conn_new(arena, settings->database_url);
    conn_at_open(keeper->conn, at_open);
    conn_stop_on(keeper->conn, &keeper->stopping);
    init_wake(keeper);
    init_states(keeper, list);
    *ret_keeper = keeper;
    if (pthread_create(&keeper->thread, NULL, keeper_main, keeper) != 0) {
        return err_new(arena, ERR_INTERNAL, "cannot start a thread");
    }
    return NULL;
}

struct err *
keeper_start(struct arena *arena, const struct settings *settings,
             keeper_report_fn *report, void *arg, struct keeper **ret_keeper)
{
    return keeper_start_list(arena, settings, chores,
                             sizeof chores / sizeof *chores, report, arg,
                             ret_keeper);
}

void
keeper_stop(struct keeper *keeper)
{
    pthread_mutex_lock(&keeper->mutex);
    keeper->stopping = true;
    pthread_cond_signal(&keeper->wake);
    pthread_mutex_unlock(&keeper->mutex);
    pthread_join(keeper->thread, NULL);
    for (size_t i = 0; i < keeper->n_states; i++) {
        arena_done(&keeper->states[i].memory);
        keeper->states[i].published = NULL;
    }
}

bool
keeper_stats(struct keeper *keeper, size_t index,
             struct chore_stats *ret_stats)
{
    if (index >= keeper->n_states) {
        return false;
    }
    pthread_mutex_lock(&keeper->mutex);
    *ret_stats = keeper->states[index].stats;
    pthread_mutex_unlock(&keeper->mutex);
    return true;
}

void
keeper_add_published(struct keeper *keeper, struct buf *buf)
{
    pthread_mutex_lock(&keeper->mutex);
    for (size_t i = 0; i < keeper->n_states; i++) {
        const char *text = keeper->states[i].published;
        buf_adds(buf, text == NULL ? "" : text);
    }
    pthread_mutex_unlock(&keeper->mutex);
}
