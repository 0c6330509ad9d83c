/* SPDX-License-Identifier: Apache-2.0 */
#include "histogram.h"

#include <stddef.h>

#define STEPS_BITS 7

/* Times below 128 ns have a step each; from there on 'shift' bits are lost. */
static size_t
step_of(int64_t ns)
{
    uint64_t value = ns < 0 ? 0 : (uint64_t) ns;
    if (value < HISTOGRAM_STEPS) {
        return (size_t) value;
    }
    unsigned shift = 63 - (unsigned) __builtin_clzll(value) - STEPS_BITS;
    size_t step = ((size_t) shift + 1) * HISTOGRAM_STEPS +
                  (size_t) (value >> shift) - HISTOGRAM_STEPS;
    return step < HISTOGRAM_SIZE ? step : HISTOGRAM_SIZE - 1;
}

static int64_t
middle_of(size_t step)
{
    if (step < HISTOGRAM_STEPS) {
        return (int64_t) step;
    }
    unsigned shift = (unsigned) (step / HISTOGRAM_STEPS) - 1;
    int64_t first = (int64_t) (step % HISTOGRAM_STEPS + HISTOGRAM_STEPS)
                    << shift;
    return first + ((int64_t) 1 << shift) / 2;
}

void
histogram_add(struct histogram *histogram, int64_t ns)
{
    histogram->counts[step_of(ns)]++;
    histogram->min_ns = histogram->n == 0 || ns < histogram->min_ns
                            ? ns
                            : histogram->min_ns;
    histogram->max_ns = ns > histogram->max_ns ? ns : histogram->max_ns;
    histogram->n++;
    histogram->sum_ns += ns;
}

int64_t
histogram_at(const struct histogram *histogram, unsigned permille)
{
    uint64_t wanted = (histogram->n * permille + 999) / 1000;
    uint64_t seen = 0;
    size_t step = 0;
    for (; step < HISTOGRAM_SIZE - 1; step++) {
        seen += histogram->counts[step];
        if (seen >= wanted && seen > 0) {
            break;
        }
    }
    int64_t ns = middle_of(step);
    ns = ns < histogram->min_ns ? histogram->min_ns : ns;
    return ns > histogram->max_ns ? histogram->max_ns : ns;
}

int64_t
histogram_mean(const struct histogram *histogram)
{
    return histogram->n == 0 ? 0 : histogram->sum_ns / (int64_t) histogram->n;
}
