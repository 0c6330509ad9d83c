/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signed tokens and the keys they are verified with, which change.
 *
 * jwt_ask runs in the thread of the HTTP loop, signatures are verified in
 * those of the workers, keys arrive in the fetcher's.
 */
#include "identity/jwt.h"

#include <errno.h>
#include <pthread.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/settings.h"
#include "core/workers.h"
#include "identity/claims.h"
#include "identity/fetcher.h"
#include "identity/jwks.h"

#define SECOND INT64_C(1000000)
#define FETCH_PAUSE_US (10 * SECOND) /* Between fetches for unknown keys, */
#define RETRY_PAUSE_US SECOND        /* and after one that failed. */
#define FETCH_TIMEOUT_MS 5000
#define KEYS_MEMORY (64u << 20)
#define QUESTION_MEMORY (16u << 20)
#define NO_KEYS "the keys of jwt_jwks cannot be had"

/* The keys of one time. */
struct key_set {
    struct arena arena; /* Holds the set itself. */
    struct jwks keys;
};

struct jwt {
    const struct settings *settings;
    struct fetcher *fetcher;
    struct workers *workers;
    bool fetches;          /* The keys are not in a file. */

    pthread_rwlock_t lock; /* Guards 'set'. */
    struct key_set *set;   /* NULL: none came yet. */

    pthread_mutex_t mutex; /* Guards the rest. */
    unsigned generation;   /* Of the set. */
    bool is_fetching;
    bool failed;           /* The last fetch. */
    int64_t next_fetch_us; /* For an unknown key, not before this, */
    int64_t refresh_us;    /* and in any case after this (monotonic). */
    struct question *waiting; /* For the fetch. */
};

/* About one token; lives in its own arena. */
struct question {
    struct arena arena;
    struct work work;
    struct jwt *jwt;
    struct lookup *lookup;
    const char *token;
    unsigned generation; /* Of the keys it was tried with. */
    bool has_waited;     /* For newer keys. */
    struct question *next;
};

struct key_fetch {
    struct arena arena;
    struct jwt *jwt;
    struct fetch fetch;
};

/* --- answers */

static void
answer(struct question *question, const struct verdict *verdict)
{
    struct arena arena = question->arena; /* Which holds the question. */
    lookup_answer(question->lookup, verdict);
    arena_done(&arena);
}

static void
answer_unavailable(struct question *question, const char *reason)
{
    answer(question, &(struct verdict){.kind = VERDICT_UNAVAILABLE,
                                       .reason = reason});
}

static void
answer_invalid(struct question *question)
{
    answer(question, &(struct verdict){.kind = VERDICT_INVALID});
}

static void
submit(struct question *question)
{
    if (!workers_submit(question->jwt->workers, &question->work)) {
        answer_unavailable(question, "too many signatures wait to be "
                                     "verified; try again later");
    }
}

/* --- keys */

static unsigned
generation_of(struct jwt *jwt)
{
    pthread_mutex_lock(&jwt->mutex);
    unsigned generation = jwt->generation;
    pthread_mutex_unlock(&jwt->mutex);
    return generation;
}

static void
release_set(struct key_set *set)
{
    if (set != NULL) {
        struct arena arena = set->arena;
        arena_done(&arena);
    }
}

/* Reads a set and makes it the one that counts; the error is in 'arena'. */
static struct err *
take_keys(struct jwt *jwt, struct arena *arena, const char *text, size_t len)
{
    struct arena memory;
    arena_init(&memory, KEYS_MEMORY);
    struct key_set *set = ARENA_NEW(&memory, struct key_set);
    struct err *err = jwks_read(&memory, text, len, &set->keys);
    if (err != NULL) {
        err = err_new(arena, err->kind, "%s", err->message);
        arena_done(&memory);
        return err;
    }
    set->arena = memory;
    log_printf(LOG_INFO, "jwt: %zu keys, %zu left out", set->keys.n,
               set->keys.n_unusable);
    pthread_rwlock_wrlock(&jwt->lock);
    struct key_set *old = jwt->set;
    jwt->set = set;
    pthread_rwlock_unlock(&jwt->lock);
    pthread_mutex_lock(&jwt->mutex);
    jwt->generation++;
    pthread_mutex_unlock(&jwt->mutex);
    release_set(old);
    return NULL;
}

static struct err *
read_stream(struct jwt *jwt, struct arena *arena, FILE *file)
{
    struct arena scratch;
    arena_init(&scratch, KEYS_MEMORY);
    char *text = arena_take(&scratch, FETCH_BODY_MAX);
    size_t len = fread(text, 1, FETCH_BODY_MAX, file);
    struct err *err = take_keys(jwt, arena, text, len);
    arena_done(&scratch);
    return err;
}

static struct err *
read_file(struct jwt *jwt, struct arena *arena)
{
    const char *name = jwt->settings->jwt_jwks;
    FILE *file = fopen(name, "re");
    if (file == NULL) {
        return err_new(arena, ERR_INVALID_INPUT,
                       "setting \"jwt_jwks\": cannot read \"%s\": %s; valid "
                       "is a file with a set of keys (RFC 7517), or its URL",
                       name, strerror(errno));
    }
    struct err *err = read_stream(jwt, arena, file);
    fclose(file);
    return err == NULL ? NULL
                       : err_new(arena, ERR_INVALID_INPUT,
                                 "setting \"jwt_jwks\": \"%s\": %s", name,
                                 err->message);
}

/* The fetch has ended: who waited for it is tried once more. */
static void
end_fetch(struct jwt *jwt, bool failed)
{
    int64_t now_us = clock_monotonic_us();
    int64_t refresh_us = jwt->settings->jwt_jwks_refresh_s * SECOND;
    int64_t pause_us = failed ? RETRY_PAUSE_US : FETCH_PAUSE_US;
    pthread_mutex_lock(&jwt->mutex);
    jwt->is_fetching = false;
    jwt->failed = failed;
    jwt->next_fetch_us = now_us + pause_us;
    jwt->refresh_us = now_us + (failed ? FETCH_PAUSE_US : refresh_us);
    struct question *question = jwt->waiting;
    jwt->waiting = NULL;
    pthread_mutex_unlock(&jwt->mutex);
    while (question != NULL) {
        struct question *next = question->next;
        question->has_waited = true;
        submit(question);
        question = next;
    }
}

static void
on_keys(struct fetch *fetch)
{
    struct key_fetch *key_fetch =
        (struct key_fetch *) ((char *) fetch -
                              offsetof(struct key_fetch, fetch));
    struct arena arena = key_fetch->arena;
    struct jwt *jwt = key_fetch->jwt;
    struct err *err =
        fetch->status == 200
            ? take_keys(jwt, &arena, fetch->text.data, fetch->text.len)
            : err_new(&arena, ERR_UNAVAILABLE, "status %ld%s%s",
                      fetch->status, fetch->problem == NULL ? "" : ": ",
                      fetch->problem == NULL ? "" : fetch->problem);
    if (err != NULL) {
        log_printf(LOG_ERROR, "jwt: the keys of %s stay as they were: %s",
                   jwt->settings->jwt_jwks, err->message);
    }
    end_fetch(jwt, err != NULL);
    arena_done(&arena);
}

static void
fetch_keys(struct jwt *jwt)
{
    struct arena arena;
    arena_init(&arena, KEYS_MEMORY);
    struct key_fetch *key_fetch = ARENA_NEW(&arena, struct key_fetch);
    key_fetch->jwt = jwt;
    key_fetch->arena = arena;
    key_fetch->fetch = (struct fetch){.arena = &key_fetch->arena,
                                      .url = jwt->settings->jwt_jwks,
                                      .headers = {"Accept: application/json"},
                                      .timeout_ms = FETCH_TIMEOUT_MS,
                                      .done = on_keys};
    fetcher_send(jwt->fetcher, &key_fetch->fetch);
}

/* The keys are old: they are fetched while the old ones go on. */
static void
refresh_when_due(struct jwt *jwt)
{
    pthread_mutex_lock(&jwt->mutex);
    bool due = jwt->fetches && !jwt->is_fetching &&
               jwt->refresh_us <= clock_monotonic_us();
    jwt->is_fetching = jwt->is_fetching || due;
    pthread_mutex_unlock(&jwt->mutex);
    if (due) {
        fetch_keys(jwt);
    }
}

/* --- verification */

/* No key is known that 'question' could be verified with: newer ones may be
 * there, or come. */
static void
look_for_key(struct question *question)
{
    struct jwt *jwt = question->jwt;
    pthread_mutex_lock(&jwt->mutex);
    bool is_newer = jwt->generation != question->generation;
    bool may_fetch = jwt->fetches && !question->has_waited && !is_newer;
    bool starts = may_fetch && !jwt->is_fetching &&
                  jwt->next_fetch_us <= clock_monotonic_us();
    bool waits = may_fetch && (jwt->is_fetching || starts);
    bool failed = jwt->failed;
    jwt->is_fetching = jwt->is_fetching || starts;
    if (waits) {
        question->next = jwt->waiting;
        jwt->waiting = question;
    }
    pthread_mutex_unlock(&jwt->mutex);
    if (starts) {
        fetch_keys(jwt);
    } else if (is_newer) {
        submit(question);
    } else if (!waits && failed) {
        answer_unavailable(question, NO_KEYS);
    } else if (!waits) {
        answer_invalid(question);
    }
}

static void
run(struct work *work)
{
    struct question *question =
        (struct question *) ((char *) work - offsetof(struct question, work));
    struct jwt *jwt = question->jwt;
    struct bytes payload;
    struct verdict verdict;
    enum jws_outcome outcome = JWS_UNKNOWN_KEY;
    question->generation = generation_of(jwt);
    pthread_rwlock_rdlock(&jwt->lock);
    if (jwt->set != NULL) {
        outcome = jws_open(&question->arena, &jwt->set->keys,
                           question->token, &payload);
    }
    pthread_rwlock_unlock(&jwt->lock);
    if (outcome == JWS_UNKNOWN_KEY) {
        look_for_key(question);
    } else if (outcome == JWS_GOOD &&
               claims_read(&question->arena, jwt->settings, payload,
                           clock_now_us(), &verdict)) {
        answer(question, &verdict);
    } else {
        answer_invalid(question);
    }
}

void
jwt_ask(void *arg, struct lookup *lookup)
{
    struct arena arena;
    struct jwt *jwt = arg;
    refresh_when_due(jwt);
    arena_init(&arena, QUESTION_MEMORY);
    struct question *question = ARENA_NEW(&arena, struct question);
    question->work.run = run;
    question->jwt = jwt;
    question->lookup = lookup;
    question->token = arena_strndup(&arena, lookup_token(lookup),
                                    JWT_SIZE_MAX + 1);
    question->arena = arena;
    submit(question);
}

/* --- start and change */

static void
release(void *object)
{
    struct jwt *jwt = object;
    release_set(jwt->set);
    pthread_rwlock_destroy(&jwt->lock);
    pthread_mutex_destroy(&jwt->mutex);
}

struct err *
jwt_new(struct arena *arena, const struct settings *settings,
        struct fetcher *fetcher, struct workers *workers,
        struct jwt **ret_jwt)
{
    struct jwt *jwt = ARENA_NEW(arena, struct jwt);
    *ret_jwt = jwt;
    jwt->settings = settings;
    jwt->fetcher = fetcher;
    jwt->workers = workers;
    jwt->fetches = strncmp(settings->jwt_jwks, "http://", 7) == 0 ||
                   strncmp(settings->jwt_jwks, "https://", 8) == 0;
    pthread_rwlock_init(&jwt->lock, NULL);
    pthread_mutex_init(&jwt->mutex, NULL);
    arena_defer(arena, release, jwt);
    return jwt_renew(jwt, arena);
}

struct err *
jwt_renew(struct jwt *jwt, struct arena *arena)
{
    if (!jwt->fetches) {
        return read_file(jwt, arena);
    }
    pthread_mutex_lock(&jwt->mutex);
    jwt->refresh_us = 0;
    pthread_mutex_unlock(&jwt->mutex);
    refresh_when_due(jwt);
    return NULL;
}
