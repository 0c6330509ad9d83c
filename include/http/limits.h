/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many requests a project may send in a second, and have under way at
 * once: settings rate_limit, rate_burst and concurrency_limit.
 *
 * Who sends no token counts by address, IPv6 by its /64.  Health and metrics
 * are free.  Readers of events, which hold nothing but a connection, are not
 * under way.  All of it is of the loop's thread.
 */
#ifndef HTTP_LIMITS_H
#define HTTP_LIMITS_H

#include <stdint.h>

#include "core/err.h"

struct arena;
struct limits;
struct request;
struct settings;

struct limits *limits_new(struct arena *arena,
                          const struct settings *settings);

/* Counts 'request', whose sender is known; ERR_TOO_MANY with the time to wait
 * in its answer when that is too much. */
struct err *limits_admit(struct limits *limits,
                         struct request *request) MUST_CHECK;

/* The request has ended. */
void limits_leave(struct limits *limits, struct request *request);

/* Refused requests. */
struct limits_stats {
    int64_t by_rate;
    int64_t by_concurrency;
};
void limits_stats(const struct limits *limits,
                  struct limits_stats *ret_stats);

#endif
