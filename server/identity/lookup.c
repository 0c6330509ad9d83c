/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory of tokens.  Tokens are found by their SHA-256 alone, so that no
 * comparison's time says anything of a token, and none is kept.
 */
#include "identity/lookup.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"

#define N_BUCKETS 4096 /* Three hexadecimal digits of the hash. */

/* A verdict with room for its texts. */
struct opinion {
    struct verdict verdict;
    char user_id[LOOKUP_ID_SIZE];
    char project_id[LOOKUP_ID_SIZE];
};

struct lookup {
    char hash[DIGEST_TEXT_SIZE];
    struct lookups *lookups;
    const char *token;        /* While it is asked about: a waiter's. */
    bool is_asked;
    bool is_forgotten;        /* While it was asked about. */
    bool has_opinion;
    struct opinion opinion;   /* What is believed */
    int64_t fresh_until_us;   /* without asking again (monotonic). */
    struct opinion answer;    /* Of the source, until it is collected. */
    struct waiter *waiters;
    struct lookup *next;      /* In its bucket, or among the free ones. */
    struct lookup *answered;  /* Next in the list of answered ones. */
    struct lookup *newer, *older; /* In the order of use. */
};

/* Lookups in the order of use. */
struct ages {
    struct lookup *newest, *oldest;
};

struct lookups {
    struct arena *arena;
    struct source source;
    void (*wake)(void *arg);
    void *arg;
    struct lookup *buckets[N_BUCKETS];
    struct ages valid;   /* Those with a valid opinion, */
    struct ages invalid; /* and the others that are not asked about. */
    struct lookup *unused;
    size_t n;            /* Made, used or unused. */
    size_t n_asked;
    struct lookup_stats stats;
    pthread_mutex_t mutex; /* Guards 'answered'. */
    struct lookup *answered;
};

static void
release_mutex(void *mutex)
{
    pthread_mutex_destroy(mutex);
}

struct lookups *
lookups_new(struct arena *arena, struct source source,
            void (*wake)(void *arg), void *arg)
{
    struct lookups *lookups = ARENA_NEW(arena, struct lookups);
    lookups->arena = arena;
    lookups->source = source;
    lookups->wake = wake;
    lookups->arg = arg;
    pthread_mutex_init(&lookups->mutex, NULL);
    arena_defer(arena, release_mutex, &lookups->mutex);
    return lookups;
}

static void
set_opinion(struct opinion *opinion, const struct verdict *verdict)
{
    opinion->verdict = *verdict;
    opinion->verdict.user_id = opinion->user_id;
    opinion->verdict.project_id = opinion->project_id;
    snprintf(opinion->user_id, LOOKUP_ID_SIZE, "%s",
             verdict->user_id == NULL ? "" : verdict->user_id);
    snprintf(opinion->project_id, LOOKUP_ID_SIZE, "%s",
             verdict->project_id == NULL ? "" : verdict->project_id);
}

/* --- the order of use */

static struct ages *
ages_of(struct lookup *lookup)
{
    return lookup->has_opinion &&
                   lookup->opinion.verdict.kind == VERDICT_VALID
               ? &lookup->lookups->valid
               : &lookup->lookups->invalid;
}

static void
age_remove(struct lookup *lookup)
{
    struct ages *ages = ages_of(lookup);
    *(lookup->newer == NULL ? &ages->newest : &lookup->newer->older) =
        lookup->older;
    *(lookup->older == NULL ? &ages->oldest : &lookup->older->newer) =
        lookup->newer;
}

static void
age_add(struct lookup *lookup)
{
    struct ages *ages = ages_of(lookup);
    lookup->newer = NULL;
    lookup->older = ages->newest;
    *(ages->newest == NULL ? &ages->oldest : &ages->newest->newer) = lookup;
    ages->newest = lookup;
}

/* --- finding and keeping */

static struct lookup **
bucket_of(struct lookups *lookups, const char *hash)
{
    char digits[4] = {hash[0], hash[1], hash[2], '\0'};
    return &lookups->buckets[strtoul(digits, NULL, 16)];
}

static struct lookup *
find(struct lookups *lookups, const char *hash)
{
    struct lookup *lookup = *bucket_of(lookups, hash);
    while (lookup != NULL && strcmp(lookup->hash, hash) != 0) {
        lookup = lookup->next;
    }
    return lookup;
}

/* Takes 'lookup', which nobody asks about, out of the memory. */
static void
take_out(struct lookup *lookup)
{
    struct lookups *lookups = lookup->lookups;
    struct lookup **place = bucket_of(lookups, lookup->hash);
    while (*place != lookup) {
        place = &(*place)->next;
    }
    *place = lookup->next;
    age_remove(lookup);
}

/* Room for one more; there is, for more are remembered than can be asked
 * about.  Whoever sends invalid tokens displaces those of his kind first. */
static struct lookup *
make_room(struct lookups *lookups)
{
    struct lookup *room = lookups->unused;
    if (room != NULL) {
        lookups->unused = room->next;
    } else if (lookups->n < LOOKUP_TOKENS_MAX) {
        lookups->n++;
        room = ARENA_NEW(lookups->arena, struct lookup);
    } else {
        struct lookup *invalid = lookups->invalid.oldest;
        room = invalid != NULL ? invalid : lookups->valid.oldest;
        take_out(room);
    }
    return room;
}

static struct lookup *
add(struct lookups *lookups, const char *hash)
{
    struct lookup *lookup = make_room(lookups);
    *lookup = (struct lookup){.lookups = lookups};
    memcpy(lookup->hash, hash, DIGEST_TEXT_SIZE);
    struct lookup **bucket = bucket_of(lookups, hash);
    lookup->next = *bucket;
    *bucket = lookup;
    age_add(lookup);
    return lookup;
}

/* --- asking */

static bool
is_expired(const struct opinion *opinion)
{
    return opinion->verdict.kind == VERDICT_VALID &&
           opinion->verdict.expires_us <= clock_now_us();
}

/* The opinion as the answer of now: what was valid may have expired. */
static struct verdict
verdict_now(const struct opinion *opinion)
{
    struct verdict verdict = opinion->verdict;
    if (is_expired(opinion)) {
        verdict.kind = VERDICT_INVALID;
    }
    return verdict;
}

static bool
is_fresh(const struct lookup *lookup)
{
    return lookup->has_opinion &&
           lookup->fresh_until_us > clock_monotonic_us() &&
           !is_expired(&lookup->opinion);
}

/* While it is asked about, a lookup has no age: it cannot be displaced. */
static void
ask(struct lookup *lookup, struct waiter *waiter)
{
    struct lookups *lookups = lookup->lookups;
    lookup->token = waiter->token;
    waiter->next = lookup->waiters;
    lookup->waiters = waiter;
    if (!lookup->is_asked) {
        age_remove(lookup);
        lookup->is_asked = true;
        lookups->n_asked++;
        lookups->source.ask(lookups->source.arg, lookup);
    }
}

static bool
answer_busy(const struct lookup *lookup, struct waiter *waiter)
{
    static const struct verdict busy = {
        .kind = VERDICT_UNAVAILABLE,
        .reason = "too many tokens are being looked at; try again later"};
    bool known = lookup != NULL && lookup->has_opinion; /* Better than none. */
    waiter->verdict = known ? verdict_now(&lookup->opinion) : busy;
    return true;
}

bool
lookups_ask(struct lookups *lookups, struct waiter *waiter)
{
    char hash[DIGEST_TEXT_SIZE];
    digest_sha256(waiter->token, strlen(waiter->token), hash);
    struct lookup *lookup = find(lookups, hash);
    if (lookup != NULL && !lookup->is_asked && is_fresh(lookup)) {
        waiter->verdict = verdict_now(&lookup->opinion);
        lookups->stats.known++;
        age_remove(lookup);
        age_add(lookup);
        return true;
    }
    if ((lookup == NULL || !lookup->is_asked) &&
        lookups->n_asked == LOOKUP_ASKED_MAX) {
        return answer_busy(lookup, waiter);
    }
    lookup = lookup == NULL ? add(lookups, hash) : lookup;
    ask(lookup, waiter);
    return false;
}

/* --- answers */

const char *
lookup_token(const struct lookup *lookup)
{
    return lookup->token;
}

const char *
lookup_hash(const struct lookup *lookup)
{
    return lookup->hash;
}

void
lookup_answer(struct lookup *lookup, const struct verdict *verdict)
{
    struct lookups *lookups = lookup->lookups;
    set_opinion(&lookup->answer, verdict);
    pthread_mutex_lock(&lookups->mutex);
    bool first = lookups->answered == NULL;
    lookup->answered = lookups->answered;
    lookups->answered = lookup;
    pthread_mutex_unlock(&lookups->mutex);
    if (first) {
        lookups->wake(lookups->arg);
    }
}

/* Makes the answer the opinion, unless an older opinion must do. */
static void
settle(struct lookup *lookup)
{
    const struct source *source = &lookup->lookups->source;
    enum verdict_kind kind = lookup->answer.verdict.kind;
    bool was_valid = lookup->has_opinion &&
                     lookup->opinion.verdict.kind == VERDICT_VALID &&
                     !is_expired(&lookup->opinion);
    lookup->lookups->stats.answers[kind]++;
    lookup->fresh_until_us =
        clock_monotonic_us() +
        (kind == VERDICT_VALID ? source->keep_us : source->keep_invalid_us);
    if (kind == VERDICT_UNAVAILABLE && was_valid) {
        return;
    }
    lookup->has_opinion = true;
    set_opinion(&lookup->opinion, &lookup->answer.verdict);
    if (kind == VERDICT_UNAVAILABLE) {
        lookup->fresh_until_us = 0;
    }
}

static void
collect(struct lookup *lookup,
        void (*answered)(void *arg, struct waiter *waiter), void *arg)
{
    const struct source *source = &lookup->lookups->source;
    if (lookup->is_forgotten) { /* What was read may be older than that. */
        lookup->is_forgotten = false;
        source->ask(source->arg, lookup);
        return;
    }
    settle(lookup);
    lookup->is_asked = false;
    lookup->token = NULL;
    lookup->lookups->n_asked--;
    age_add(lookup);
    struct verdict verdict = verdict_now(&lookup->opinion);
    struct waiter *waiter = lookup->waiters;
    lookup->waiters = NULL;
    while (waiter != NULL) {
        struct waiter *next = waiter->next;
        waiter->verdict = verdict;
        answered(arg, waiter);
        waiter = next;
    }
}

void
lookups_collect(struct lookups *lookups,
                void (*answered)(void *arg, struct waiter *waiter), void *arg)
{
    pthread_mutex_lock(&lookups->mutex);
    struct lookup *lookup = lookups->answered;
    lookups->answered = NULL;
    pthread_mutex_unlock(&lookups->mutex);
    while (lookup != NULL) {
        struct lookup *next = lookup->answered;
        collect(lookup, answered, arg);
        lookup = next;
    }
}

struct lookup_stats
lookups_stats(const struct lookups *lookups)
{
    return lookups->stats;
}

/* --- forgetting */

static void
forget(struct lookup *lookup)
{
    if (lookup->is_asked) {
        lookup->is_forgotten = true;
        lookup->has_opinion = false;
    } else {
        take_out(lookup);
        lookup->next = lookup->lookups->unused;
        lookup->lookups->unused = lookup;
    }
}

void
lookups_forget(struct lookups *lookups, const char *token)
{
    char hash[DIGEST_TEXT_SIZE];
    digest_sha256(token, strlen(token), hash);
    struct lookup *lookup = find(lookups, hash);
    if (lookup != NULL) {
        forget(lookup);
    }
}

void
lookups_forget_all(struct lookups *lookups)
{
    for (size_t i = 0; i < N_BUCKETS; i++) {
        struct lookup *lookup = lookups->buckets[i];
        while (lookup != NULL) {
            struct lookup *next = lookup->next;
            forget(lookup);
            lookup = next;
        }
    }
}
