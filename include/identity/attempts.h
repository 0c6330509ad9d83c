/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often something may be tried, per user or address: bounded memory
 * however many there are.  May be called by any thread.
 */
#ifndef IDENTITY_ATTEMPTS_H
#define IDENTITY_ATTEMPTS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"

struct attempts;

/* 'burst' tries at once, and one more every 'interval_us'. */
struct limit {
    const char *name;
    int64_t burst;
    int64_t interval_us;
};

#define ATTEMPTS_KEYS 16384 /* Counted at once; then the calmest is forgotten. */

struct attempts *attempts_new(struct arena *arena);

/* Counts a try of 'who' at 'now_us' (clock_monotonic_us); false when there
 * were too many: '*ret_wait_us' is when the next one may be made. */
bool attempts_take(struct attempts *attempts, const struct limit *limit,
                 const char *who, int64_t now_us, int64_t *ret_wait_us);

/* Takes a try back: it does not count. */
void attempts_return(struct attempts *attempts, const struct limit *limit,
                   const char *who);

#endif
