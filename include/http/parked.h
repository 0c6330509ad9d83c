/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests that wait for events: their connections are suspended, and they
 * hold neither a thread nor a lane nor a connection to the database.
 *
 * A reader of events (api/events.h) asks the database; when that has nothing
 * for it, it is parked here until the feed tells of an event that may concern
 * it, its time is up, its client has gone away, or the server drains.
 * Everything here is of the HTTP loop's thread alone.
 */
#ifndef HTTP_PARKED_H
#define HTTP_PARKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct arena;
struct feed;
struct parked;
struct request;

/* 'resume(request)' lets the connection of a parked request go on. */
struct err *parked_new(struct arena *arena, struct feed *feed,
                       void (*resume)(struct request *request),
                       struct parked **ret_parked) MUST_CHECK;

/* Readable when a client has gone away. */
int parked_fd(const struct parked *parked);

/* When 'parked_turn' should be called at the latest (clock_monotonic_us). */
int64_t parked_due_us(const struct parked *parked);

/* Wakes those for whom there is news, whose time is up or who are gone. */
void parked_turn(struct parked *parked);

/* The question of 'request' has been answered by the lane: the request goes
 * on to its client, asks again, or is parked. */
void parked_take(struct parked *parked, struct request *request);

/* Lets all go on to their end, and those that still come. */
void parked_drain(struct parked *parked);

/* The connection is done with 'request'. */
void parked_forget(struct parked *parked, struct request *request);

/* Takes at most 'size' bytes that a stream has to send; 0 when there are none
 * now, -1 at its end. */
ptrdiff_t parked_read(struct parked *parked, struct request *request,
                      char *ret_text, size_t size);

/* The stream has sent all, and its connection is suspended. */
void parked_wait(struct parked *parked, struct request *request);

/* For metrics. */
struct parked_stats {
    int64_t readers; /* Requests that wait for their first event. */
    int64_t streams; /* Open streams. */
};
void parked_stats(const struct parked *parked,
                  struct parked_stats *ret_stats);

#endif
