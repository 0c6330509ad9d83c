/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes net/range.h: lists of ranges over a space small enough to compare
 * every answer with one counted cell by cell.
 *
 * The space is 32 addresses of IPv4 and 32 of IPv6, at the bottom or at the
 * top of all addresses.  The input is: where each of them lies, how many
 * ranges, how many of 'minus', 'max', and three bytes for each range: its
 * version, and both of its ends.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/range.h"

#define N_VERSIONS 2u
#define N_PER_VERSION 32u
#define N_CELLS (N_VERSIONS * N_PER_VERSION)
#define MAX_RANGES 12u
#define MAX_PARTS (2 * MAX_RANGES)

struct input {
    const uint8_t *data;
    size_t left;
};

/* Ranges, and the cells that they cover. */
struct list {
    struct ip_range ranges[MAX_RANGES];
    size_t n;
    bool cells[N_CELLS];
};

/* All addresses in ascending order. */
struct space {
    struct ip_addr addrs[N_CELLS];
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool promise)
{
    if (!promise) {
        abort();
    }
}

static uint8_t
take(struct input *input)
{
    uint8_t byte = 0;

    if (input->left > 0) {
        byte = *input->data;
        input->data++;
        input->left--;
    }
    return byte;
}

static void
space_init(struct space *space, uint8_t where)
{
    const uint128 v4_base = where & 1 ? UINT32_MAX - (N_PER_VERSION - 1) : 0;
    const uint128 v6_base = where & 2 ? ~(uint128) 0 - (N_PER_VERSION - 1) : 0;

    for (unsigned i = 0; i < N_PER_VERSION; i++) {
        space->addrs[i] = (struct ip_addr) { v4_base + i, 4 };
        space->addrs[N_PER_VERSION + i] =
            (struct ip_addr) { v6_base + i, 6 };
    }
}

static struct ip_range
take_range(struct input *input, const struct space *space)
{
    unsigned base = take(input) & 1 ? N_PER_VERSION : 0;
    unsigned a = take(input) % N_PER_VERSION;
    unsigned b = take(input) % N_PER_VERSION;

    return (struct ip_range) {
        space->addrs[base + (a < b ? a : b)],
        space->addrs[base + (a < b ? b : a)],
    };
}

/* The model's own idea of what lies in a range. */
static bool
covers(const struct ip_range *range, const struct ip_addr *addr)
{
    return addr->version == range->first.version
           && addr->value >= range->first.value
           && addr->value <= range->last.value;
}

/* Marks the cells of 'range'; returns true when one was marked before. */
static bool
mark(bool cells[N_CELLS], const struct space *space,
     const struct ip_range *range)
{
    bool again = false;

    for (unsigned i = 0; i < N_CELLS; i++) {
        if (covers(range, &space->addrs[i])) {
            again = again || cells[i];
            cells[i] = true;
        }
    }
    return again;
}

static size_t
count_cells(const bool cells[N_CELLS])
{
    size_t count = 0;

    for (unsigned i = 0; i < N_CELLS; i++) {
        count += cells[i];
    }
    return count;
}

static void
check_pair(const struct ip_range *a, const struct ip_range *b,
           const struct space *space)
{
    bool cells[N_CELLS] = { false };

    (void) mark(cells, space, a);
    require(range_overlaps(a, b) == mark(cells, space, b));
    require(range_overlaps(a, b) == range_overlaps(b, a));
}

/* Reads 'n' ranges; those that overlap an earlier one are left out, after
 * the search for overlaps was checked with them. */
static void
take_list(struct input *input, const struct space *space, size_t n,
          struct list *list)
{
    struct ip_range all[MAX_RANGES] = { { { 0, 0 }, { 0, 0 } } };
    bool cells[N_CELLS];
    bool overlap = false;
    size_t a;
    size_t b;

    *list = (struct list) { .n = 0 };
    for (size_t i = 0; i < n; i++) {
        struct ip_range range = take_range(input, space);
        bool taken;

        memcpy(cells, list->cells, sizeof(cells));
        taken = mark(cells, space, &range);
        all[i] = range;
        overlap = overlap || taken;
        check_pair(&all[0], &range, space);
        if (!taken) {
            memcpy(list->cells, cells, sizeof(cells));
            list->ranges[list->n] = range;
            list->n++;
        }
    }
    require(range_find_overlap(all, n, &a, &b) == overlap);
    if (overlap) {
        require(a < n && b < n && a != b);
        require(range_overlaps(&all[a], &all[b]));
    }
}

static void
check_find(const struct list *list, const struct space *space)
{
    for (unsigned i = 0; i < N_CELLS; i++) {
        const struct ip_addr *addr = &space->addrs[i];
        int at = range_find(list->ranges, list->n, addr);

        require((at >= 0) == list->cells[i]);
        require(at < (int) list->n);
        require(at < 0 || covers(&list->ranges[at], addr));
    }
}

static void
check_sort(const struct list *list, const struct space *space)
{
    struct list sorted = *list;
    bool cells[N_CELLS] = { false };

    range_sort(sorted.ranges, sorted.n);
    for (size_t i = 0; i < sorted.n; i++) {
        require(!mark(cells, space, &sorted.ranges[i]));
        require(i == 0
                || ip_compare(&sorted.ranges[i - 1].first,
                              &sorted.ranges[i].first) < 0);
    }
    require(memcmp(cells, list->cells, sizeof(cells)) == 0);
}

/* Takes every address of the space out of 'range' in turn. */
static void
check_without(const struct ip_range *range, const struct space *space)
{
    bool whole[N_CELLS] = { false };

    (void) mark(whole, space, range);
    for (unsigned i = 0; i < N_CELLS; i++) {
        bool cells[N_CELLS] = { false };
        struct ip_range parts[2];
        size_t n = range_without(range, &space->addrs[i], parts);

        require(n <= 2);
        for (size_t part = 0; part < n; part++) {
            require(!mark(cells, space, &parts[part]));
        }
        require(!cells[i]);
        require(count_cells(cells) + whole[i] == count_cells(whole));
    }
}

/* How many unbroken runs of 'range' are left outside 'holes'. */
static size_t
count_runs(const struct ip_range *range, const bool holes[N_CELLS],
           const struct space *space)
{
    bool inside = false;
    size_t runs = 0;

    for (unsigned i = 0; i < N_CELLS; i++) {
        bool left = covers(range, &space->addrs[i]) && !holes[i];

        runs += left && !inside;
        inside = left;
    }
    return runs;
}

static void
check_parts(const struct ip_range *parts, size_t n, const struct list *list,
            const struct list *minus, const struct space *space)
{
    bool cells[N_CELLS] = { false };
    size_t runs = 0;

    for (size_t i = 0; i < n; i++) {
        require(ip_compare(&parts[i].first, &parts[i].last) <= 0);
        require(!mark(cells, space, &parts[i]));
        require(i == 0
                || ip_compare(&parts[i - 1].last, &parts[i].first) < 0);
    }
    for (unsigned i = 0; i < N_CELLS; i++) {
        require(cells[i] == (list->cells[i] && !minus->cells[i]));
    }
    for (size_t i = 0; i < list->n; i++) {
        runs += count_runs(&list->ranges[i], minus->cells, space);
    }
    require(n == runs);
}

/* With room for 'max' parts the first 'max' are written, and no more. */
static void
check_max(const struct ip_range *parts, const struct list *list,
          const struct list *minus, size_t max)
{
    struct ip_range some[MAX_PARTS + 1];
    struct ip_range untouched;
    size_t n;

    memset(some, 0xa5, sizeof(some));
    memset(&untouched, 0xa5, sizeof(untouched));
    n = range_subtract(list->ranges, list->n, minus->ranges, minus->n, some,
                       max);
    for (size_t i = 0; i < n && i < max; i++) {
        require(ip_equal(&some[i].first, &parts[i].first));
        require(ip_equal(&some[i].last, &parts[i].last));
    }
    require(memcmp(&some[max], &untouched, sizeof(untouched)) == 0);
}

static void
check_subtract(const struct list *list, const struct list *minus, size_t max,
               const struct space *space)
{
    struct ip_range parts[MAX_PARTS];
    size_t n = range_subtract(list->ranges, list->n, minus->ranges, minus->n,
                              parts, MAX_PARTS);

    require(n <= list->n + minus->n);
    check_parts(parts, n, list, minus, space);
    check_max(parts, list, minus, max);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = { data, size };
    struct space space;
    struct list list;
    struct list minus;
    size_t n;
    size_t n_minus;
    size_t max;

    space_init(&space, take(&input));
    n = take(&input) % (MAX_RANGES + 1);
    n_minus = take(&input) % (MAX_RANGES + 1);
    max = take(&input) % (MAX_PARTS + 1);
    take_list(&input, &space, n, &list);
    take_list(&input, &space, n_minus, &minus);

    require(range_count_all(list.ranges, list.n) == count_cells(list.cells));
    check_find(&list, &space);
    check_sort(&list, &space);
    if (list.n > 0) {
        check_without(&list.ranges[0], &space);
    }
    check_subtract(&list, &minus, max, &space);
    return 0;
}
