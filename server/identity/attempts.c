/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The generic cell rate algorithm: of each key there is only the time at which
 * it would be as calm as one that was never seen.
 */
#include "identity/attempts.h"

#include <pthread.h>
#include <stdlib.h>

#include "core/digest.h"
#include "core/uuid.h"

#define WAYS 8
#define SETS (ATTEMPTS_KEYS / WAYS)

/* Zeros: unused. */
struct entry {
    uint64_t key;
    int64_t calm_us; /* When nothing is counted any more. */
};

struct attempts {
    pthread_mutex_t mutex;
    char salt[UUID_TEXT_SIZE]; /* So that nobody can choose who shares. */
    struct entry entries[SETS][WAYS];
};

static void
release_mutex(void *mutex)
{
    pthread_mutex_destroy(mutex);
}

struct attempts *
attempts_new(struct arena *arena)
{
    struct attempts *attempts = ARENA_NEW(arena, struct attempts);
    struct uuid salt = uuid_new_random();
    uuid_to_text(&salt, attempts->salt);
    pthread_mutex_init(&attempts->mutex, NULL);
    arena_defer(arena, release_mutex, &attempts->mutex);
    return attempts;
}

static uint64_t
key_of(const struct attempts *attempts, const struct limit *limit,
       const char *who)
{
    char text[1024], digest[DIGEST_TEXT_SIZE];
    int len = snprintf(text, sizeof text, "%s %s %s", attempts->salt,
                       limit->name, who);
    size_t size = (size_t) len < sizeof text ? (size_t) len
                                             : sizeof text - 1;
    digest_sha256(text, size, digest);
    digest[16] = '\0';
    return strtoull(digest, NULL, 16);
}

/* The entry of 'key', or the calmest one of its set. */
static struct entry *
find(struct attempts *attempts, uint64_t key)
{
    struct entry *set = attempts->entries[key % SETS];
    struct entry *calmest = &set[0];
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].key == key) {
            return &set[i];
        }
        if (set[i].calm_us < calmest->calm_us) {
            calmest = &set[i];
        }
    }
    return calmest;
}

bool
attempts_take(struct attempts *attempts, const struct limit *limit,
            const char *who, int64_t now_us, int64_t *ret_wait_us)
{
    uint64_t key = key_of(attempts, limit, who);
    pthread_mutex_lock(&attempts->mutex);
    struct entry *entry = find(attempts, key);
    int64_t calm_us = entry->key == key && entry->calm_us > now_us
                          ? entry->calm_us
                          : now_us;
    int64_t next_us = calm_us + limit->interval_us;
    int64_t early_us = next_us - now_us - limit->burst * limit->interval_us;
    bool allowed = early_us <= 0;
    if (allowed) {
        *entry = (struct entry){key, next_us};
    }
    pthread_mutex_unlock(&attempts->mutex);
    *ret_wait_us = allowed ? 0 : early_us;
    return allowed;
}

void
attempts_return(struct attempts *attempts, const struct limit *limit,
              const char *who)
{
    uint64_t key = key_of(attempts, limit, who);
    pthread_mutex_lock(&attempts->mutex);
    struct entry *entry = find(attempts, key);
    if (entry->key == key) {
        entry->calm_us -= limit->interval_us;
    }
    pthread_mutex_unlock(&attempts->mutex);
}
