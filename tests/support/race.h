/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many clients at the same moment.
 */
#ifndef SUPPORT_RACE_H
#define SUPPORT_RACE_H

#include <stddef.h>

#include "support/api.h"

#define RACE_CLIENTS 64

/* What client 'i' does; returns a status, for the test to count. */
typedef int race_fn(const void *arg, int i);

/* Calls 'fn(arg, i)' for i below 'n' (at most 256), each in a thread with a
 * session like the caller's, all at once; 'ret_statuses' gets what they
 * return. */
void race(int n, race_fn *fn, const void *arg, int *ret_statuses);

/* How many of the first 'n' are 'status'. */
int count_status(const int *statuses, int n, int status);

/* The statuses and how often each came ("201: 10, 409: 54"), for messages. */
const char *describe_statuses(const int *statuses, int n);

/* What the clients of a race want. */
struct goal {
    const char *kind;       /* Of the object that they want, "port". */
    const char *attributes; /* With which they want it. */
    const char *other_url;  /* Every second one asks this server; or NULL. */
};

/* A race_fn that wants a struct goal. */
race_fn race_want;

/* Lets RACE_CLIENTS want 'goal': 'winners' of them get it, the others 409,
 * and the invariants hold. */
void expect_winners(struct goal goal, int winners);

/* Expects 'n' ports in the network, no two of them with the same address. */
void expect_distinct(const char *network_id, size_t n);

/* A network whose only subnet has the addresses 10.0.0.2 to 10.0.0.'last'
 * to give. */
struct site make_small_site(int last);

#endif
