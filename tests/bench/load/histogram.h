/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A histogram of times from a nanosecond to an hour, each kept to 1 %.
 *
 * Every power of two is cut into 128 equal steps, so that counting a time is
 * a shift and an addition, and the memory does not depend on how many there
 * are.
 */
#ifndef BENCH_LOAD_HISTOGRAM_H
#define BENCH_LOAD_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_STEPS 128                   /* Of a power of two. */
#define HISTOGRAM_SIZE (36 * HISTOGRAM_STEPS) /* 2^42 ns are over an hour. */

struct histogram {
    uint64_t counts[HISTOGRAM_SIZE];
    uint64_t n;
    int64_t sum_ns;
    int64_t min_ns; /* Exact, as is 'max_ns'; 0 while there is none. */
    int64_t max_ns;
};

/* Counts 'ns'; what is beyond the last step counts as that. */
void histogram_add(struct histogram *histogram, int64_t ns);

/* The time that 'permille' of 1000 do not exceed: the middle of its step, but
 * never outside of what was counted.  0 when nothing was. */
int64_t histogram_at(const struct histogram *histogram, unsigned permille);

/* 0 when nothing was counted. */
int64_t histogram_mean(const struct histogram *histogram);

#endif
