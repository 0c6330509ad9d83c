/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of net/addrmap.h, against a model that looks at every address.
 */
#include "net/addrmap.h"

#include "texts.h"

#define MAX_TAKEN 8

/* What a run should be for one address alone. */
static enum map_state
state_of(const struct map *map, const struct ip_addr *addr)
{
    struct ip_range hosts = range_of_hosts(&map->cidr);
    if (ip_equal(addr, &map->gateway)) {
        return MAP_GATEWAY;
    }
    for (size_t i = 0; i < map->n_taken; i++) {
        if (range_contains(&map->taken[i].range, addr)) {
            return map->taken[i].cooling ? MAP_COOLING : MAP_ALLOCATED;
        }
    }
    if (range_find(map->pools, map->n_pools, addr) >= 0) {
        return MAP_FREE;
    }
    return ip_compare(addr, &hosts.first) < 0  ? MAP_NETWORK
           : ip_compare(addr, &hosts.last) > 0 ? MAP_BROADCAST
                                               : MAP_OUTSIDE_POOL;
}

static int
holder_of(const struct map *map, const struct ip_addr *addr)
{
    if (ip_equal(addr, &map->gateway)) {
        return map->gateway_holder;
    }
    for (size_t i = 0; i < map->n_taken; i++) {
        if (range_contains(&map->taken[i].range, addr)) {
            return map->taken[i].holder;
        }
    }
    return MAP_NOBODY;
}

/* Every address of the run is alike, and the next one is not. */
static void
expect_run(const struct map *map, const struct map_run *run)
{
    struct ip_range whole = range_of_prefix(&map->cidr);
    struct ip_addr at = run->range.first;
    for (;; at.value++) {
        cr_assert_eq(state_of(map, &at), run->state);
        cr_assert_eq(holder_of(map, &at), run->holder);
        if (ip_equal(&at, &run->range.last)) {
            break;
        }
    }
    if (ip_compare(&at, &whole.last) < 0) {
        at.value++;
        cr_assert(state_of(map, &at) != run->state ||
                  holder_of(map, &at) != run->holder);
    }
}

/* The runs cover the subnet, in order and without a gap. */
static void
expect_map(const struct map *map)
{
    struct ip_range whole = range_of_prefix(&map->cidr);
    struct ip_addr at = whole.first;
    for (;;) {
        struct map_run run = map_run_at(map, &at);
        cr_assert(ip_equal(&run.range.first, &at));
        expect_run(map, &run);
        at = run.range.last;
        if (ip_equal(&at, &whole.last)) {
            return;
        }
        at.value++;
    }
}

/* What is in use from the digits of 'seed': 0 and 1 free, 2 cooling, 3 held by
 * the port of the address before, 4 and more by another. */
static size_t
draw_taken(const struct ip_range *whole, unsigned seed,
           struct map_taken *ret_taken)
{
    size_t n = 0;
    struct ip_addr at = whole->first;
    for (int holder = 1; n < MAX_TAKEN; holder++, seed /= 5, at.value++) {
        unsigned digit = seed % 5;
        if (digit >= 2) {
            ret_taken[n].range = (struct ip_range){at, at};
            ret_taken[n].cooling = digit == 2;
            ret_taken[n].holder = digit == 2   ? MAP_NOBODY
                                  : digit == 3 ? 0
                                               : holder;
            n++;
        }
        if (ip_equal(&at, &whole->last)) {
            break;
        }
    }
    return n;
}

/* Every pool and gateway of an eighth, with what is in use drawn. */
static void
expect_all(const char *cidr, unsigned seed)
{
    struct map_taken taken[MAX_TAKEN];
    struct map map = {.cidr = prefix_of(cidr), .taken = taken};
    struct ip_range whole = range_of_prefix(&map.cidr), pool;
    unsigned size = (unsigned) range_count(&whole);
    map.pools = &pool;
    for (unsigned i = 0; i < size * size * (size + 1); i++) {
        unsigned gateway = i / (size * size);
        pool.first = pool.last = whole.first;
        pool.first.value += i % size;
        pool.last.value += i / size % size;
        map.n_pools = ip_compare(&pool.first, &pool.last) <= 0 ? 1 : 0;
        map.gateway = (struct ip_addr){.version = 0};
        if (gateway < size) {
            map.gateway = whole.first;
            map.gateway.value += gateway;
        }
        map.gateway_holder = seed % 2 == 0 ? MAP_NOBODY : 99;
        map.n_taken = draw_taken(&whole, seed + i * 2654435761u, taken);
        expect_map(&map);
    }
}

Test(addrmap, an_ipv4_subnet_is_what_each_of_its_addresses_is)
{
    for (unsigned seed = 0; seed < 8; seed++) {
        expect_all("10.0.0.8/29", seed);
        expect_all("10.0.0.8/30", seed);
    }
}

Test(addrmap, the_smallest_prefixes_have_no_reserved_ends)
{
    for (unsigned seed = 0; seed < 50; seed++) {
        expect_all("10.0.0.8/31", seed);
        expect_all("10.0.0.8/32", seed);
        expect_all("fd00::8/127", seed);
        expect_all("fd00::8/128", seed);
    }
}

Test(addrmap, the_end_of_the_address_space_is_no_trap)
{
    for (unsigned seed = 0; seed < 8; seed++) {
        expect_all("255.255.255.248/29", seed);
        expect_all("0.0.0.0/29", seed);
        expect_all("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff8/125", seed);
    }
}

Test(addrmap, neighbouring_pools_are_one_run)
{
    struct ip_range pools[2] = {range_of("10.0.0.2-10.0.0.3"),
                                range_of("10.0.0.4-10.0.0.6")};
    struct map map = {.cidr = prefix_of("10.0.0.0/29"),
                      .pools = pools, .n_pools = 2};
    struct map_run run = map_run_at(&map, &pools[0].first);
    cr_expect_eq(run.state, MAP_FREE);
    expect_text(&run.range.last, "10.0.0.6");
}

Test(addrmap, a_large_subnet_takes_as_many_steps_as_it_has_runs)
{
    struct ip_range pool = range_of("fd00::1-fd00::ffff:ffff:ffff:ffff");
    struct map map = {.cidr = prefix_of("fd00::/64"),
                      .gateway = addr_of("fd00::"),
                      .gateway_holder = MAP_NOBODY,
                      .pools = &pool, .n_pools = 1};
    struct map_run run = map_run_at(&map, &pool.first);
    char count[IP_COUNT_TEXT_SIZE];
    ip_count_format(range_count(&run.range), count);
    cr_expect_str_eq(count, "18446744073709551615");
    cr_expect_eq(map_run_at(&map, &map.gateway).state, MAP_GATEWAY);
}

Test(addrmap, a_block_is_aligned_and_lies_in_the_range_as_a_whole)
{
    static const struct {
        const char *range;
        unsigned len;
        const char *first; /* NULL: there is none. */
    } cases[] = {
        {"10.0.0.0-10.0.0.15", 28, "10.0.0.0"},
        {"10.0.0.1-10.0.0.15", 28, NULL},
        {"10.0.0.0-10.0.0.14", 28, NULL},
        {"10.0.0.1-10.0.0.31", 28, "10.0.0.16"},
        {"10.0.0.1-10.0.0.30", 28, NULL},
        {"10.0.0.7-10.0.0.7", 32, "10.0.0.7"},
        {"255.255.255.241-255.255.255.255", 28, NULL},
        {"255.255.255.240-255.255.255.255", 28, "255.255.255.240"},
        {"0.0.0.0-255.255.255.255", 0, "0.0.0.0"},
        {"fd00::1-fd00::ffff:ffff", 112, "fd00::1:0"},
        {"::1-" V6_MOST, 1, "8000::"},
        {"::1-" V6_MOST, 0, NULL},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff1-" V6_MOST, 124, NULL},
    };
    for (size_t i = 0; i < N(cases); i++) {
        struct ip_range range = range_of(cases[i].range), block;
        bool found = map_find_block(&range, cases[i].len, &block);
        cr_expect_eq(found, cases[i].first != NULL, "case %zu", i);
        if (found && cases[i].first != NULL) {
            expect_text(&block.first, cases[i].first);
        }
    }
}

Test(addrmap, a_state_has_one_name)
{
    for (int i = 0; i < MAP_N_STATES; i++) {
        enum map_state state;
        cr_expect(map_state_parse(map_state_name((enum map_state) i),
                                  &state));
        cr_expect_eq((int) state, i);
    }
    enum map_state state;
    cr_expect_not(map_state_parse("", &state));
    cr_expect_not(map_state_parse("Free", &state));
}
