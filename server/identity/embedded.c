/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Editions of the file of users, and whose a token is.
 */
#include "identity/embedded.h"

#include <pthread.h>
#include <string.h>
#include <sys/stat.h>

#include "core/clock.h"
#include "core/settings.h"
#include "db/issued.h"
#include "db/lane.h"
#include "identity/password.h"
#include "identity/standing.h"

#define EDITION_MEMORY (256u << 20)
#define ASKING_MEMORY (4u << 20)

/* A token that another server revoked is believed no longer than this. */
#define KEEP_US 3000000

/* What was read of the file once; the last who uses it releases it. */
struct edition {
    struct arena memory; /* Holds the edition itself. */
    struct embedded *embedded;
    const struct users *users;
    size_t n_holders;
};

struct embedded {
    const char *path;
    const char *decoy;
    struct lanes *lanes;
    struct attempts *attempts;
    struct stat seen;       /* Of the file when it was last looked at. */
    pthread_mutex_t mutex;  /* Guards the rest, and n_holders. */
    struct edition *edition;
};

/* --- editions */

static void
release(void *object)
{
    struct edition *edition = object;
    pthread_mutex_t *mutex = &edition->embedded->mutex;
    pthread_mutex_lock(mutex);
    bool last = --edition->n_holders == 0;
    pthread_mutex_unlock(mutex);
    if (last) {
        struct arena memory = edition->memory;
        arena_done(&memory);
    }
}

const struct users *
embedded_users(struct embedded *embedded, struct arena *arena)
{
    pthread_mutex_lock(&embedded->mutex);
    struct edition *edition = embedded->edition;
    edition->n_holders++;
    pthread_mutex_unlock(&embedded->mutex);
    arena_defer(arena, release, edition);
    return edition->users;
}

static void
replace(struct embedded *embedded, struct arena memory,
        const struct users *users)
{
    struct edition *edition = ARENA_NEW(&memory, struct edition);
    edition->embedded = embedded;
    edition->users = users;
    edition->n_holders = 1;
    edition->memory = memory;
    pthread_mutex_lock(&embedded->mutex);
    struct edition *before = embedded->edition;
    embedded->edition = edition;
    pthread_mutex_unlock(&embedded->mutex);
    if (before != NULL) {
        release(before);
    }
}

struct err *
embedded_load(struct embedded *embedded, struct arena *arena)
{
    struct arena memory;
    const struct users *users;
    (void) embedded_has_changed(embedded);
    arena_init(&memory, EDITION_MEMORY);
    struct err *err = users_read(&memory, embedded->path, &users);
    if (err != NULL) {
        /* The reason may pass without another change of the file. */
        embedded->seen = (struct stat){0};
        err = err_new(arena, err->kind, "%s", err->message);
        arena_done(&memory);
        return err;
    }
    replace(embedded, memory, users);
    return NULL;
}

bool
embedded_has_changed(struct embedded *embedded)
{
    struct stat now = {0}, *seen = &embedded->seen;
    (void) stat(embedded->path, &now);
    bool changed = now.st_ino != seen->st_ino ||
                   now.st_size != seen->st_size ||
                   now.st_mode != seen->st_mode ||
                   now.st_mtim.tv_sec != seen->st_mtim.tv_sec ||
                   now.st_mtim.tv_nsec != seen->st_mtim.tv_nsec;
    *seen = now;
    return changed;
}

/* --- start and end */

static void
end(void *object)
{
    struct embedded *embedded = object;
    if (embedded->edition != NULL) {
        release(embedded->edition);
    }
    pthread_mutex_destroy(&embedded->mutex);
}

struct err *
embedded_new(struct arena *arena, const struct settings *settings,
             struct embedded **ret_embedded)
{
    struct embedded *embedded = ARENA_NEW(arena, struct embedded);
    char nobody[SECRET_TEXT_SIZE];
    *ret_embedded = embedded;
    embedded->path = users_path(arena, settings);
    embedded->attempts = attempts_new(arena);
    pthread_mutex_init(&embedded->mutex, NULL);
    arena_defer(arena, end, embedded);
    TRY(password_init(arena));
    secret_new(nobody);
    TRY(password_hash(arena, nobody, &embedded->decoy));
    return embedded_load(embedded, arena);
}

void
embedded_start(struct embedded *embedded, struct lanes *lanes)
{
    embedded->lanes = lanes;
}

struct attempts *
embedded_attempts(struct embedded *embedded)
{
    return embedded->attempts;
}

const char *
embedded_decoy(const struct embedded *embedded)
{
    return embedded->decoy;
}

/* --- the source */

/* A question to the database, in memory of its own. */
struct asking {
    struct arena memory; /* Holds the asking itself. */
    struct embedded *embedded;
    struct lookup *lookup;
    struct job job;
    struct query query;
    struct verdict verdict;
};

static struct verdict
judge(struct asking *asking)
{
    struct issued issued;
    struct standing standing;
    const struct users *users = embedded_users(asking->embedded,
                                               &asking->memory);
    if (!issued_of(&asking->memory, &asking->job.rows[0], &issued) ||
        !standing_of(users, &issued, &standing)) {
        return (struct verdict){.kind = VERDICT_INVALID};
    }
    /* This clock may differ from the database's. */
    return (struct verdict){.kind = VERDICT_VALID,
                            .user_id = standing.user->id,
                            .project_id = issued.project_id,
                            .roles = standing.roles,
                            .expires_us = clock_now_us() + issued.left_us};
}

static void
finish(struct job *job)
{
    struct asking *asking = job->owner;
    asking->verdict = judge(asking);
}

static void
answer_unavailable(struct lookup *lookup)
{
    struct verdict verdict = {
        .kind = VERDICT_UNAVAILABLE,
        .reason = "the database does not say now whose the token is; try "
                  "again later"};
    lookup_answer(lookup, &verdict);
}

static void
done(struct job *job)
{
    struct asking *asking = job->owner;
    if (job->err != NULL) {
        answer_unavailable(asking->lookup);
    } else {
        lookup_answer(asking->lookup, &asking->verdict);
    }
    struct arena memory = asking->memory;
    arena_done(&memory);
}

static void
ask(void *arg, struct lookup *lookup)
{
    struct embedded *embedded = arg;
    struct arena memory;
    arena_init(&memory, ASKING_MEMORY);
    struct asking *asking = ARENA_NEW(&memory, struct asking);
    asking->embedded = embedded;
    asking->lookup = lookup;
    asking->query = issued_find(&memory, lookup_hash(lookup));
    asking->job = (struct job){.lane = LANE_READ,
                               .owner = asking,
                               .queries = &asking->query,
                               .n_queries = 1,
                               .finish = finish,
                               .done = done};
    asking->memory = memory;
    asking->job.arena = &asking->memory;
    if (!lanes_submit(embedded->lanes, &asking->job)) {
        answer_unavailable(lookup);
        arena_done(&memory);
    }
}

struct source
embedded_source(struct embedded *embedded)
{
    return (struct source){.arg = embedded,
                           .keep_us = KEEP_US,
                           .keep_invalid_us = KEEP_US,
                           .ask = ask};
}
