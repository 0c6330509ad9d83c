/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the latest events were about, in memory: thousands of readers that
 * wait need not ask the database about each change.
 */
#ifndef DB_FEED_RECENT_H
#define DB_FEED_RECENT_H

#include "db/feed.h"

#define RECENT_MAX 8192 /* Events; power of two. */

struct recent_event {
    int64_t id;
    uint64_t keys[FEED_N_KEYS]; /* Hashes; 0: has none. */
};

/* All events behind 'from', in order. */
struct recent {
    struct recent_event *events; /* A ring. */
    size_t first, n;
    int64_t from;
};

void recent_init(struct recent *recent, struct arena *arena);

/* Forgets all: what it knows begins behind 'from'. */
void recent_reset(struct recent *recent, int64_t from);

/* Adds the next event, in place of the oldest when it is full. */
void recent_add(struct recent *recent, const struct recent_event *event);

/* True when an event behind 'since' passes 'filter', or may. */
bool recent_may_have(const struct recent *recent,
                     const struct feed_filter *filter, int64_t since);

#endif
