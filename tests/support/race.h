/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many clients at the same moment.
 */
#ifndef SUPPORT_RACE_H
#define SUPPORT_RACE_H

#include <stddef.h>

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

#endif
