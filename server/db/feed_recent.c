/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ring of the latest events.  db/feed.c fills and guards it.
 */
#include "feed_recent.h"

#include "core/arena.h"

void
recent_init(struct recent *recent, struct arena *arena)
{
    recent->events = ARENA_ARRAY(arena, struct recent_event, RECENT_MAX);
    recent_reset(recent, 0);
}

void
recent_reset(struct recent *recent, int64_t from)
{
    recent->first = 0;
    recent->n = 0;
    recent->from = from;
}

static const struct recent_event *
event_at(const struct recent *recent, size_t i)
{
    return &recent->events[(recent->first + i) & (RECENT_MAX - 1)];
}

void
recent_add(struct recent *recent, const struct recent_event *event)
{
    if (recent->n == RECENT_MAX) {
        recent->from = event_at(recent, 0)->id;
        recent->first = (recent->first + 1) & (RECENT_MAX - 1);
        recent->n--;
    }
    size_t last = (recent->first + recent->n++) & (RECENT_MAX - 1);
    recent->events[last] = *event;
}

/* The number of events up to 'since'. */
static size_t
count_up_to(const struct recent *recent, int64_t since)
{
    size_t low = 0, high = recent->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (event_at(recent, middle)->id <= since) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool
has_value(const struct feed_values *values, uint64_t hash)
{
    for (size_t i = 0; i < values->n; i++) {
        if (values->hashes[i] == hash) {
            return true;
        }
    }
    return false;
}

static bool
passes(const struct recent_event *event, const struct feed_filter *filter)
{
    for (size_t key = 0; key < FEED_N_KEYS; key++) {
        if (filter->keys[key].given &&
            !has_value(&filter->keys[key], event->keys[key])) {
            return false;
        }
    }
    return true;
}

bool
recent_may_have(const struct recent *recent,
                const struct feed_filter *filter, int64_t since)
{
    if (since < recent->from) {
        return true; /* What happened behind it is not known here. */
    }
    for (size_t i = count_up_to(recent, since); i < recent->n; i++) {
        if (passes(event_at(recent, i), filter)) {
            return true;
        }
    }
    return false;
}
