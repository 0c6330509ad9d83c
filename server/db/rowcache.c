/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ring of texts and its index.
 *
 * A place in the ring is counted from the beginning of time: what was written
 * more than a ring's size ago is no more, and the index need not be told.
 */
#include "db/rowcache.h"

#include <pthread.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "db/conn.h"

#define WAYS 8u            /* Slots that a key may have in the index. */
#define BYTES_PER_SLOT 256 /* Of the ring; a port takes four of them, so that
                            * hardly ever a key finds all its slots taken. */
#define N_SEEN 4096u       /* Lists that are remembered; a power of two. */
#define FIRST_XMIN 3       /* Those below are no transactions. */
#define MOST_OF_RING 16    /* No text may take more than this part of it. */

struct entry {
    struct rowcache_key key;
    uint32_t len;
    char text[];
};

/* A list that was asked for, and where the next text went then. */
struct seen {
    uint64_t hash; /* 0: none. */
    uint64_t head;
};

struct rowcache {
    pthread_mutex_t mutex; /* Guards all below. */
    char *ring;
    size_t size;
    uint64_t head;   /* Where the next entry goes. */
    uint64_t *slots; /* Places of entries, plus 1; 0: none. */
    size_t n_slots;  /* A power of two. */
    struct seen seen[N_SEEN];
};

struct rowcache *
rowcache_new(struct arena *arena, size_t size)
{
    if (size == 0) {
        return NULL;
    }
    struct rowcache *cache = ARENA_NEW(arena, struct rowcache);
    pthread_mutex_init(&cache->mutex, NULL);
    cache->size = size;
    cache->ring = arena_take(arena, size);
    cache->n_slots = WAYS;
    while (cache->n_slots < size / BYTES_PER_SLOT) {
        cache->n_slots *= 2;
    }
    cache->slots = ARENA_ARRAY(arena, uint64_t, cache->n_slots);
    return cache;
}

/* --- the ring */

/* True when the entry at 'place' has not been overwritten. */
static bool
is_there(const struct rowcache *cache, uint64_t slot)
{
    return slot != 0 && slot - 1 + cache->size >= cache->head;
}

static struct entry *
entry_at(const struct rowcache *cache, uint64_t slot)
{
    return (struct entry *) (void *) (cache->ring + (slot - 1) % cache->size);
}

/* Takes room for 'text' bytes and returns the slot of the entry; an entry does
 * not go over the end of the ring. */
static uint64_t
take_room(struct rowcache *cache, size_t text)
{
    size_t need = (sizeof(struct entry) + text + 7) / 8 * 8;
    size_t left = cache->size - cache->head % cache->size;
    if (left < need) {
        cache->head += left;
    }
    uint64_t slot = cache->head + 1;
    cache->head += need;
    return slot;
}

/* --- the index */

static uint64_t
mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

/* The slots where 'key' can be. */
static uint64_t *
slots_of(const struct rowcache *cache, const struct rowcache_key *key)
{
    uint64_t hash = key->mask, word = 0;
    for (size_t i = 4; i < sizeof key->id; i += sizeof word) {
        memcpy(&word, key->id + i, sizeof word);
        hash = mix(hash, word);
    }
    memcpy(&word, key->id, sizeof word);
    hash = mix(hash, word);
    return &cache->slots[hash & (cache->n_slots - 1) & ~(uint64_t) (WAYS - 1)];
}

static bool
is_same_object(const struct rowcache_key *a, const struct rowcache_key *b)
{
    return a->mask == b->mask && memcmp(a->id, b->id, sizeof a->id) == 0;
}

/* The slot of that object in any version, else the one that can be missed
 * most. */
static uint64_t *
find_slot(const struct rowcache *cache, const struct rowcache_key *key)
{
    uint64_t *slots = slots_of(cache, key);
    uint64_t *oldest = slots;
    for (size_t i = 0; i < WAYS; i++) {
        if (is_there(cache, slots[i]) &&
            is_same_object(&entry_at(cache, slots[i])->key, key)) {
            return &slots[i];
        }
        oldest = slots[i] < *oldest ? &slots[i] : oldest;
    }
    return oldest;
}

/* The entry of exactly that row, or NULL. */
static const struct entry *
find_entry(const struct rowcache *cache, const struct rowcache_key *key)
{
    uint64_t slot = *find_slot(cache, key);
    if (!is_there(cache, slot)) {
        return NULL;
    }
    const struct entry *entry = entry_at(cache, slot);
    return is_same_object(&entry->key, key) && entry->key.xmin == key->xmin
               ? entry
               : NULL;
}

/* --- what others call */

bool
rowcache_add(struct rowcache *cache, const struct rowcache_key *key,
             struct buf *buf)
{
    pthread_mutex_lock(&cache->mutex);
    const struct entry *entry = find_entry(cache, key);
    if (entry != NULL) {
        buf_add(buf, entry->text, entry->len);
    }
    pthread_mutex_unlock(&cache->mutex);
    return entry != NULL;
}

void
rowcache_put(struct rowcache *cache, const struct rowcache_key *key,
             const char *text, size_t len)
{
    if (key->xmin < FIRST_XMIN || len > cache->size / MOST_OF_RING) {
        return;
    }
    pthread_mutex_lock(&cache->mutex);
    if (find_entry(cache, key) == NULL) {
        uint64_t *slot = find_slot(cache, key);
        *slot = take_room(cache, len);
        struct entry *entry = entry_at(cache, *slot);
        entry->key = *key;
        entry->len = (uint32_t) len;
        memcpy(entry->text, text, len);
    }
    pthread_mutex_unlock(&cache->mutex);
}

bool
rowcache_saw(struct rowcache *cache, const struct query *query)
{
    int n_params = query->n_params & ~QUERY_ONCE;
    uint64_t hash = mix(0, (uint64_t) (uintptr_t) n_params);
    for (const char *c = query->sql; *c != '\0'; c++) {
        hash = mix(hash, (unsigned char) *c);
    }
    for (int i = 0; i < n_params; i++) {
        const char *c = query->params[i] == NULL ? "" : query->params[i];
        for (; *c != '\0'; c++) {
            hash = mix(hash, (unsigned char) *c);
        }
        hash = mix(hash, '\0');
    }
    pthread_mutex_lock(&cache->mutex);
    struct seen *seen = &cache->seen[hash & (N_SEEN - 1)];
    bool saw = seen->hash == hash && is_there(cache, seen->head + 1);
    if (!saw) {
        *seen = (struct seen){hash, cache->head};
    }
    pthread_mutex_unlock(&cache->mutex);
    return saw;
}

void
rowcache_forget(struct rowcache *cache)
{
    pthread_mutex_lock(&cache->mutex);
    memset(cache->slots, 0, cache->n_slots * sizeof *cache->slots);
    memset(cache->seen, 0, sizeof cache->seen);
    pthread_mutex_unlock(&cache->mutex);
}
