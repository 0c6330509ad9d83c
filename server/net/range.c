/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ranges of addresses, both ends included.
 *
 * The ends are never stepped over blindly: one before the first or behind
 * the last address of the space does not exist, so every step is taken only
 * after a comparison has shown that there is something on that side.
 */
#include "net/range.h"

#include <stdlib.h>

#define COUNT_MOST (~(uint128) 0)

/* A walk over ranges in ascending order, whatever order they are kept in. */
struct walk {
    const struct ip_range *ranges;
    size_t n_ranges;
    bool sorted;                    /* The next one is the neighbour. */
    const struct ip_range *current; /* NULL behind the last. */
};

/* Where the results go: all are counted, 'max' are written. */
struct parts {
    struct ip_range *ranges;
    size_t max;
    size_t count;
};

static struct ip_addr
one_before(const struct ip_addr *addr)
{
    return (struct ip_addr) { addr->value - 1, addr->version };
}

static struct ip_addr
one_after(const struct ip_addr *addr)
{
    return (struct ip_addr) { addr->value + 1, addr->version };
}

bool
range_contains(const struct ip_range *range, const struct ip_addr *addr)
{
    return ip_compare(&range->first, addr) <= 0
           && ip_compare(addr, &range->last) <= 0;
}

bool
range_overlaps(const struct ip_range *a, const struct ip_range *b)
{
    return ip_compare(&a->first, &b->last) <= 0
           && ip_compare(&b->first, &a->last) <= 0;
}

uint128
range_count(const struct ip_range *range)
{
    uint128 distance = range->last.value - range->first.value;

    return distance == COUNT_MOST ? COUNT_MOST : distance + 1;
}

uint128
range_count_all(const struct ip_range *ranges, size_t n_ranges)
{
    uint128 sum = 0;

    for (size_t i = 0; i < n_ranges; i++) {
        uint128 count = range_count(&ranges[i]);

        if (count > COUNT_MOST - sum) {
            return COUNT_MOST;
        }
        sum += count;
    }
    return sum;
}

struct ip_range
range_of_prefix(const struct ip_prefix *prefix)
{
    return (struct ip_range) {
        .first = ip_prefix_first(prefix),
        .last = ip_prefix_last(prefix),
    };
}

struct ip_range
range_of_hosts(const struct ip_prefix *prefix)
{
    struct ip_range range = range_of_prefix(prefix);
    unsigned host_bits = ip_bits(&prefix->addr) - prefix->len;

    if (host_bits < 2) {
        return range;
    }
    range.first = one_after(&range.first);
    if (prefix->addr.version == 4) {
        range.last = one_before(&range.last);
    }
    return range;
}

size_t
range_without(const struct ip_range *range, const struct ip_addr *hole,
              struct ip_range ret_parts[2])
{
    const struct ip_range whole = *range;
    size_t n = 0;

    if (!range_contains(&whole, hole)) {
        ret_parts[0] = whole;
        return 1;
    }
    if (ip_compare(&whole.first, hole) < 0) {
        ret_parts[n] = (struct ip_range) { whole.first, one_before(hole) };
        n++;
    }
    if (ip_compare(hole, &whole.last) < 0) {
        ret_parts[n] = (struct ip_range) { one_after(hole), whole.last };
        n++;
    }
    return n;
}

static int
compare_firsts(const void *a, const void *b)
{
    const struct ip_range *range_a = a;
    const struct ip_range *range_b = b;

    return ip_compare(&range_a->first, &range_b->first);
}

void
range_sort(struct ip_range *ranges, size_t n_ranges)
{
    if (n_ranges > 1) {
        qsort(ranges, n_ranges, sizeof(ranges[0]), compare_firsts);
    }
}

bool
range_find_overlap(const struct ip_range *ranges, size_t n_ranges,
                   size_t *ret_a, size_t *ret_b)
{
    for (size_t b = 1; b < n_ranges; b++) {
        for (size_t a = 0; a < b; a++) {
            if (range_overlaps(&ranges[a], &ranges[b])) {
                *ret_a = a;
                *ret_b = b;
                return true;
            }
        }
    }
    return false;
}

int
range_find(const struct ip_range *ranges, size_t n_ranges,
           const struct ip_addr *addr)
{
    for (size_t i = 0; i < n_ranges; i++) {
        if (range_contains(&ranges[i], addr)) {
            return (int) i;
        }
    }
    return -1;
}

/* The lowest range of 'walk' that starts above 'above' (NULL: of all). */
static const struct ip_range *
lowest_above(const struct walk *walk, const struct ip_range *above)
{
    const struct ip_range *lowest = NULL;

    for (size_t i = 0; i < walk->n_ranges; i++) {
        const struct ip_range *range = &walk->ranges[i];

        if ((above == NULL || compare_firsts(above, range) < 0)
            && (lowest == NULL || compare_firsts(range, lowest) < 0)) {
            lowest = range;
        }
    }
    return lowest;
}

static struct walk
walk_begin(const struct ip_range *ranges, size_t n_ranges)
{
    struct walk walk = { ranges, n_ranges, true, NULL };

    for (size_t i = 1; i < n_ranges && walk.sorted; i++) {
        walk.sorted = compare_firsts(&ranges[i - 1], &ranges[i]) < 0;
    }
    walk.current = lowest_above(&walk, NULL);
    return walk;
}

static void
walk_next(struct walk *walk)
{
    if (!walk->sorted) {
        walk->current = lowest_above(walk, walk->current);
        return;
    }
    walk->current++;
    if (walk->current == walk->ranges + walk->n_ranges) {
        walk->current = NULL;
    }
}

static void
add_part(struct parts *parts, struct ip_addr first, struct ip_addr last)
{
    if (parts->count < parts->max) {
        parts->ranges[parts->count] = (struct ip_range) { first, last };
    }
    parts->count++;
}

/* Adds what is left of 'range'.  Moves 'holes' on, but not past a hole that
 * may reach into the next range. */
static void
cut_range(const struct ip_range *range, struct walk *holes,
          struct parts *parts)
{
    struct ip_addr rest = range->first;

    for (; holes->current != NULL; walk_next(holes)) {
        const struct ip_range *hole = holes->current;

        if (ip_compare(&hole->first, &range->last) > 0) {
            break;
        }
        if (ip_compare(&hole->last, &rest) < 0) {
            continue;
        }
        if (ip_compare(&rest, &hole->first) < 0) {
            add_part(parts, rest, one_before(&hole->first));
        }
        if (ip_compare(&hole->last, &range->last) >= 0) {
            return;
        }
        rest = one_after(&hole->last);
    }
    add_part(parts, rest, range->last);
}

size_t
range_subtract(const struct ip_range *ranges, size_t n_ranges,
               const struct ip_range *minus, size_t n_minus,
               struct ip_range *ret_parts, size_t max)
{
    struct walk kept = walk_begin(ranges, n_ranges);
    struct walk holes = walk_begin(minus, n_minus);
    struct parts parts = { ret_parts, max, 0 };

    for (; kept.current != NULL; walk_next(&kept)) {
        cut_range(kept.current, &holes, &parts);
    }
    return parts.count;
}
