/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /v2.0/events: what has changed, as a list that may wait for its first
 * event, or as a stream of server-sent events (WHATWG HTML, 9.2).
 *
 * An operation does no waiting.  It leaves a 'struct watch' with its call, and
 * http/parked.h asks again, answers or sends whenever it is time.
 */
#ifndef API_EVENTS_H
#define API_EVENTS_H

#include "api/call.h"
#include "core/arena.h"
#include "db/feed.h"

#define EVENTS_MAX_WAIT_S 60
#define EVENTS_N_FILTERS 5 /* Values of filters, as SQL arrays. */

/* A reader of events. */
struct watch {
    struct feed_filter filter;
    const char *arrays[EVENTS_N_FILTERS];
    enum {
        EVENTS_OF_ALL,
        EVENTS_OF_SOME, /* No index helps: it takes several questions. */
        EVENTS_OF_NETWORKS,
        EVENTS_OF_PROJECTS,
    } scope;
    bool from_oldest;   /* No cursor was given. */
    bool stream;
    int64_t cursor;     /* All up to here was given, or does not concern. */
    int64_t upto;       /* The question under way goes up to here. */
    int64_t limit;
    int64_t until_us;   /* A reader without events is answered then
                         * (clock_monotonic_us). */
    struct arena memory; /* Of the question under way, and its answer. */
    struct buf text;     /* Stream: the events that were found. */
    size_t n_found;
};

operation_fn events_list;

/* Leaves the next question as a job of 'call'. */
void events_ask(struct call *call);

/* True when the last question found events. */
bool events_found(const struct call *call);

/* True when the database must be asked: there may be events behind the cursor
 * that concern the reader.  Moves the cursor when there are none. */
bool events_expected(struct call *call);

/* Answers that there are none. */
void events_answer_none(struct call *call);

/* What a stream begins with, the events that were found included, and what
 * tells that it still lives. */
void events_write_begin(const struct call *call, struct buf *buf);
void events_write_beat(const struct call *call, struct buf *buf);

#endif
