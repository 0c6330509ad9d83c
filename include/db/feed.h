/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of events: how far they can be read so that none is missed.
 *
 * An event gets its id in the last statement of its transaction, so that the
 * ids of changes to one object ascend in the order of their commits.  But a
 * transaction may commit after another one that drew a larger id.  Readers
 * therefore never read past the watermark: no event at or below it is still
 * to come.  A thread with a connection of its own finds it, for every process
 * by itself, without stopping writers.  What it knows is only a cache of what
 * the database says.
 */
#ifndef DB_FEED_H
#define DB_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct arena;
struct feed;

/* What a reader can ask events for. */
enum feed_key {
    FEED_PROJECT,
    FEED_TYPE,
    FEED_ACTION,
    FEED_NETWORK,
    FEED_OBJECT,
    FEED_N_KEYS
};

/* Which events concern a reader: of every key that has any, one of the hashes
 * of its values. */
struct feed_filter {
    struct feed_values {
        const uint64_t *hashes;
        size_t n;
        bool given;
    } keys[FEED_N_KEYS];
};

/* What stands for a value in a filter; never 0. */
uint64_t feed_hash(const char *text);

/* Starts the thread on 'database_url', and waits a moment for its first
 * result.  'news(arg)' is called in that thread when the watermark has moved.
 * The feed lives in 'arena'. */
struct err *feed_start(struct arena *arena, const char *database_url,
                       void (*news)(void *arg), void *arg,
                       struct feed **ret_feed) MUST_CHECK;
void feed_stop(struct feed *feed);

/* The watermark: the id of an event that is committed, with every event below
 * it; 0 before the first one. */
int64_t feed_watermark(const struct feed *feed);

/* Events up to this id may have been deleted. */
int64_t feed_oldest(const struct feed *feed);

/* False when no event behind 'since' and up to '*ret_upto', the watermark,
 * passes 'filter': nobody needs to ask the database.  True when there may be
 * one. */
bool feed_may_have(struct feed *feed, const struct feed_filter *filter,
                   int64_t since, int64_t *ret_upto);

/* For metrics. */
struct feed_stats {
    int64_t watermark;
    int64_t behind; /* Ids drawn above the watermark. */
    int64_t lag_us; /* For how long the oldest of them has been unsettled. */
};
void feed_stats(const struct feed *feed, struct feed_stats *ret_stats);

#endif
