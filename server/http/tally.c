/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash table whose entries are forgotten in the order of their last use.
 */
#include "http/tally.h"

#include <stdbool.h>

#include "core/arena.h"
#include "core/uuid.h"

#define PER_BUCKET 2

struct tally {
    struct arena *arena;
    size_t n;
    size_t max;
    size_t n_buckets; /* A power of two. */
    struct tally_entry **buckets;
    struct tally_entry ends; /* 'next' was used longest ago. */
    uint64_t seed;           /* Nobody can choose names that collide. */
};

struct tally *
tally_new(struct arena *arena, size_t max)
{
    struct tally *tally = ARENA_NEW(arena, struct tally);
    struct uuid random = uuid_new_random();
    tally->arena = arena;
    tally->max = max;
    tally->n_buckets = 1;
    while (tally->n_buckets * PER_BUCKET < max) {
        tally->n_buckets *= 2;
    }
    tally->buckets =
        ARENA_ARRAY(arena, struct tally_entry *, tally->n_buckets);
    tally->ends.next = tally->ends.previous = &tally->ends;
    memcpy(&tally->seed, random.bytes, sizeof tally->seed);
    return tally;
}

/* FNV-1a from a secret beginning, then mixed. */
static struct tally_entry **
bucket_of(struct tally *tally, const char *name)
{
    uint64_t hash = tally->seed;
    for (; *name != '\0'; name++) {
        hash = (hash ^ (unsigned char) *name) * UINT64_C(0x100000001b3);
    }
    hash ^= hash >> 32;
    return &tally->buckets[hash & (tally->n_buckets - 1)];
}

/* --- those that nobody holds */

static void
append(struct tally *tally, struct tally_entry *entry)
{
    entry->next = &tally->ends;
    entry->previous = tally->ends.previous;
    entry->previous->next = entry;
    tally->ends.previous = entry;
}

static void
take_out(struct tally_entry *entry)
{
    entry->next->previous = entry->previous;
    entry->previous->next = entry->next;
}

void
tally_hold(struct tally *tally, struct tally_entry *entry)
{
    (void) tally;
    if (entry->held++ == 0) {
        take_out(entry);
    }
}

void
tally_release(struct tally *tally, struct tally_entry *entry)
{
    if (--entry->held == 0) {
        append(tally, entry);
    }
}

/* --- finding */

/* An entry that can be used anew. */
static struct tally_entry *
forget_oldest(struct tally *tally)
{
    struct tally_entry *entry = tally->ends.next;
    struct tally_entry **link = bucket_of(tally, entry->name);
    while (*link != entry) {
        link = &(*link)->chain;
    }
    *link = entry->chain;
    take_out(entry);
    memset(entry, 0, sizeof *entry);
    return entry;
}

struct tally_entry *
tally_find(struct tally *tally, const char *name)
{
    char cut[TALLY_NAME_SIZE];
    snprintf(cut, sizeof cut, "%s", name);
    struct tally_entry **bucket = bucket_of(tally, cut);
    struct tally_entry *entry = *bucket;
    while (entry != NULL && strcmp(entry->name, cut) != 0) {
        entry = entry->chain;
    }
    if (entry != NULL) {
        if (entry->held == 0) {
            take_out(entry);
            append(tally, entry);
        }
        return entry;
    }
    if (tally->n < tally->max) {
        entry = ARENA_NEW(tally->arena, struct tally_entry);
        tally->n++;
    } else {
        entry = forget_oldest(tally);
    }
    memcpy(entry->name, cut, sizeof cut);
    entry->chain = *bucket; /* Which forgetting may have changed. */
    *bucket = entry;
    append(tally, entry);
    return entry;
}
