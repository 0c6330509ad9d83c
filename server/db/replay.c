/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Idempotency keys in the database.  lane_writes.c asks before a change and
 * stores behind it.
 */
#include "db/replay.h"

#include <inttypes.h>

#include "core/arena.h"
#include "core/digest.h"
#include "core/settings.h"
#include "db/keeper.h"
#include "db/lane.h"
#include "schema/sqlarray.h"

int64_t
replay_lock(const struct replay *replay)
{
    char text[3 * 256 + 3], digest[DIGEST_TEXT_SIZE];
    int len = snprintf(text, sizeof text, "%s\n%s\n%s", replay->project_id,
                       replay->user_id, replay->key);
    digest_sha256(text, len < (int) sizeof text ? (size_t) len
                                                : sizeof text - 1, digest);
    digest[16] = '\0';
    return (int64_t) strtoull(digest, NULL, 16);
}

bool
replay_is_answered(const struct job *job)
{
    return job->err != NULL || (job->replay != NULL && job->replay->found);
}

/* --- before the change */

static int
compare_locks(const void *a_, const void *b_)
{
    int64_t a = *(const int64_t *) a_, b = *(const int64_t *) b_;
    return (a > b) - (a < b);
}

/* The locks of all keys in ascending order, as an array literal; NULL when no
 * job has a key. */
static const char *
sorted_locks(struct arena *arena, struct job *const *jobs, size_t n)
{
    int64_t *locks = ARENA_ARRAY(arena, int64_t, n);
    const char **texts = ARENA_ARRAY(arena, const char *, n);
    size_t n_locks = 0;
    for (size_t i = 0; i < n; i++) {
        if (jobs[i]->replay != NULL) {
            locks[n_locks++] = jobs[i]->replay->lock;
        }
    }
    qsort(locks, n_locks, sizeof *locks, compare_locks);
    for (size_t i = 0; i < n_locks; i++) {
        texts[i] = arena_printf(arena, "%" PRId64, locks[i]);
    }
    return n_locks == 0 ? NULL : sqlarray_format(arena, texts, n_locks);
}

/* The columns of the keys as array literals: project, user, key, and the
 * job's place. */
static const char **
key_columns(struct arena *arena, struct job *const *jobs, size_t n)
{
    const char **columns[4];
    const char **params = ARENA_ARRAY(arena, const char *, 4);
    size_t row = 0;
    for (size_t c = 0; c < 4; c++) {
        columns[c] = ARENA_ARRAY(arena, const char *, n);
    }
    for (size_t i = 0; i < n; i++) {
        const struct replay *replay = jobs[i]->replay;
        if (replay != NULL) {
            columns[0][row] = replay->project_id;
            columns[1][row] = replay->user_id;
            columns[2][row] = replay->key;
            columns[3][row++] = arena_printf(arena, "%zu", i);
        }
    }
    for (size_t c = 0; c < 4; c++) {
        params[c] = sqlarray_format(arena, columns[c], row);
    }
    return params;
}

/* In the order of the array: no two transactions wait for each other. */
STATEMENT(replay_lock_keys,
    "SELECT pg_advisory_xact_lock(k) FROM unnest($1::bigint[]) AS k");

/* A statement of its own, so that it sees what whoever held the locks has
 * committed. */
STATEMENT(replay_find,
    "SELECT a.no, i.fingerprint, i.status, i.body"
    "  FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[])"
    "       AS a(project_id, user_id, key, no)"
    "  JOIN idempotency_keys i ON i.project_id = a.project_id"
    "   AND i.user_id = a.user_id AND i.key = a.key"
    " WHERE i.created_at > now() - make_interval(secs => $5::bigint)");

static void
take_found(struct job *job, const struct rows *rows, int row)
{
    struct replay *replay = job->replay;
    if (strcmp(rows_text(rows, row, 1), replay->fingerprint) != 0) {
        job->err = err_new(job->arena, ERR_KEY_MISMATCH,
                           "the Idempotency-Key was used for another "
                           "request; repeat that one, or choose a new key");
        return;
    }
    replay->found = true;
    replay->status = rows_int(rows, row, 2);
    replay->body_len = rows_len(rows, row, 3);
    replay->body = arena_strndup(job->arena, rows_text(rows, row, 3),
                                 replay->body_len);
}

struct err *
replay_begin(struct tx *tx, struct job *const *jobs, size_t n)
{
    const char *locks = sorted_locks(tx->arena, jobs, n);
    if (locks == NULL) {
        return NULL;
    }
    const char **keys = key_columns(tx->arena, jobs, n);
    const char *find[] = {
        keys[0], keys[1], keys[2], keys[3],
        arena_printf(tx->arena, "%" PRId64,
                     tx->settings->idempotency_ttl_s)};
    struct query queries[] = {{replay_lock_keys.sql, &locks, 1},
                              QUERY(replay_find, find)};
    struct rows rows[2];
    for (size_t i = 0; i < n; i++) {
        if (jobs[i]->replay != NULL) {
            jobs[i]->replay->found = false;
        }
    }
    TRY(tx_run(tx, queries, 2, rows));
    for (int row = 0; row < rows_count(&rows[1]); row++) {
        take_found(jobs[rows_int(&rows[1], row, 0)], &rows[1], row);
    }
    return NULL;
}

/* --- behind the change */

/* The key may stand there still, when it is too old to count. */
STATEMENT(replay_insert,
    "INSERT INTO idempotency_keys AS i"
    "       (project_id, user_id, key, fingerprint, status, body)"
    " SELECT a.project_id, a.user_id, a.key, a.fingerprint, a.status::bigint,"
    "        a.body"
    "   FROM unnest($1::text[], $2::text[], $3::text[], $4::text[],"
    "               $5::text[], $6::text[])"
    "        AS a(project_id, user_id, key, fingerprint, status, body)"
    " ON CONFLICT (project_id, user_id, key) DO UPDATE"
    "    SET fingerprint = excluded.fingerprint, status = excluded.status,"
    "        body = excluded.body, created_at = now()");

#define N_STORED 6

static bool
is_stored(const struct job *job)
{
    return job->replay != NULL && !replay_is_answered(job);
}

bool
replay_store(struct arena *arena, struct job *const *jobs, size_t n,
             struct query *ret_query)
{
    const char **columns[N_STORED];
    size_t row = 0;
    for (size_t c = 0; c < N_STORED; c++) {
        columns[c] = ARENA_ARRAY(arena, const char *, n);
    }
    for (size_t i = 0; i < n; i++) {
        const struct replay *replay = jobs[i]->replay;
        if (!is_stored(jobs[i])) {
            continue;
        }
        const char *values[N_STORED] = {
            replay->project_id, replay->user_id, replay->key,
            replay->fingerprint,
            arena_printf(arena, "%" PRId64, replay->status), replay->body};
        for (size_t c = 0; c < N_STORED; c++) {
            columns[c][row] = values[c];
        }
        row++;
    }
    if (row == 0) {
        return false;
    }
    const char **params = ARENA_ARRAY(arena, const char *, N_STORED);
    for (size_t c = 0; c < N_STORED; c++) {
        params[c] = sqlarray_format(arena, columns[c], row);
    }
    *ret_query = (struct query){replay_insert.sql, params, N_STORED};
    return true;
}

/* --- in the background */

/* A key may be used anew while this waits for its row: its age is looked at
 * again. */
STATEMENT(replay_delete_old,
    "DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY("
    "    SELECT ctid FROM idempotency_keys"
    "     WHERE created_at < now() - make_interval(secs => $1::bigint)"
    "     ORDER BY created_at LIMIT $2::bigint))"
    "   AND created_at < now() - make_interval(secs => $1::bigint)");

struct err *
replay_purge(struct tx *tx, const struct settings *settings)
{
    const char *params[] = {
        arena_printf(tx->arena, "%" PRId64, settings->idempotency_ttl_s),
        arena_printf(tx->arena, "%d", REPLAY_PURGE_MAX)};
    struct query query = QUERY(replay_delete_old, params);
    struct rows gone;
    TRY(tx_commit(tx, &query, 1, &gone));
    if (rows_affected(&gone) == REPLAY_PURGE_MAX) {
        chore_again(tx);
    }
    return NULL;
}
