/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of net/range.h: ends included, nothing wraps.
 */
#include "net/range.h"

#include "texts.h"

Test(range, contains_its_ends_and_nothing_beyond)
{
    static const struct {
        const char *range;
        const char *addr;
        bool expected;
    } cases[] = {
        { "10.0.0.2-10.0.0.4", "10.0.0.1", false },
        { "10.0.0.2-10.0.0.4", "10.0.0.2", true },
        { "10.0.0.2-10.0.0.4", "10.0.0.3", true },
        { "10.0.0.2-10.0.0.4", "10.0.0.4", true },
        { "10.0.0.2-10.0.0.4", "10.0.0.5", false },
        { "10.0.0.2-10.0.0.2", "10.0.0.2", true },
        { "0.0.0.0-255.255.255.255", "0.0.0.0", true },
        { "0.0.0.0-255.255.255.255", "255.255.255.255", true },
        { "0.0.0.0-255.255.255.255", "::1", false },
        { "::-" V6_MOST, "::", true },
        { "::-" V6_MOST, V6_MOST, true },
        { "::-" V6_MOST, "10.0.0.1", false },
    };

    for (size_t i = 0; i < N(cases); i++) {
        struct ip_range range = range_of(cases[i].range);
        struct ip_addr addr = addr_of(cases[i].addr);

        cr_expect_eq(range_contains(&range, &addr), cases[i].expected,
                     "case %zu", i);
    }
}

Test(range, overlaps_when_an_address_is_in_both)
{
    static const struct {
        const char *a;
        const char *b;
        bool expected;
    } cases[] = {
        { "10.0.0.2-10.0.0.4", "10.0.0.2-10.0.0.4", true },
        { "10.0.0.2-10.0.0.4", "10.0.0.4-10.0.0.6", true },
        { "10.0.0.2-10.0.0.4", "10.0.0.5-10.0.0.6", false },
        { "10.0.0.2-10.0.0.4", "10.0.0.0-10.0.0.1", false },
        { "10.0.0.2-10.0.0.4", "10.0.0.3-10.0.0.3", true },
        { "0.0.0.0-0.0.0.0", "255.255.255.255-255.255.255.255", false },
        { "0.0.0.0-255.255.255.255", "::-" V6_MOST, false },
        { "::-" V6_MOST, V6_MOST "-" V6_MOST, true },
    };

    for (size_t i = 0; i < N(cases); i++) {
        struct ip_range a = range_of(cases[i].a);
        struct ip_range b = range_of(cases[i].b);

        cr_expect_eq(range_overlaps(&a, &b), cases[i].expected, "%zu", i);
        cr_expect_eq(range_overlaps(&b, &a), cases[i].expected, "%zu", i);
    }
}

Test(range, count_includes_both_ends)
{
    static const char *const cases[][2] = {
        { "10.0.0.2-10.0.0.2", "1" },
        { "10.0.0.2-10.0.0.4", "3" },
        { "0.0.0.0-255.255.255.255", "4294967296" },
        { "::-::ffff:ffff:ffff:ffff", "18446744073709551616" },
        { "::1-" V6_MOST, "340282366920938463463374607431768211455" },
        { "::-" V6_MOST, "340282366920938463463374607431768211455" },
    };
    char text[IP_COUNT_TEXT_SIZE];

    for (size_t i = 0; i < N(cases); i++) {
        struct ip_range range = range_of(cases[i][0]);

        ip_count_format(range_count(&range), text);
        cr_expect_str_eq(text, cases[i][1]);
    }
}

Test(range, count_all_is_the_sum)
{
    static const char *const cases[][2] = {
        { "", "0" },
        { "10.0.0.2-10.0.0.4", "3" },
        { "10.0.0.2-10.0.0.4,10.0.0.9-10.0.0.9", "4" },
        { "::-" V6_MOST ",10.0.0.1-10.0.0.1",
          "340282366920938463463374607431768211455" },
        { "10.0.0.1-10.0.0.1,::1-" V6_MOST,
          "340282366920938463463374607431768211455" },
        { "8000::-" V6_MOST ",::2-::2",
          "170141183460469231731687303715884105729" },
    };
    char text[IP_COUNT_TEXT_SIZE];

    for (size_t i = 0; i < N(cases); i++) {
        struct ip_range ranges[MAX_RANGES];
        size_t n = ranges_of(cases[i][0], ranges);

        ip_count_format(range_count_all(ranges, n), text);
        cr_expect_str_eq(text, cases[i][1]);
    }
}

Test(range, of_prefix_is_the_whole_prefix)
{
    static const char *const cases[][2] = {
        { "0.0.0.0/0", "0.0.0.0-255.255.255.255" },
        { "10.0.0.0/24", "10.0.0.0-10.0.0.255" },
        { "10.0.0.7/24", "10.0.0.0-10.0.0.255" },
        { "255.255.255.255/32", "255.255.255.255-255.255.255.255" },
        { "::/0", "::-" V6_MOST },
        { V6_MOST "/128", V6_MOST "-" V6_MOST },
    };

    for (size_t i = 0; i < N(cases); i++) {
        struct ip_prefix prefix = prefix_of(cases[i][0]);
        struct ip_range range = range_of_prefix(&prefix);

        expect_ranges(&range, 1, cases[i][1]);
    }
}

Test(range, of_hosts_leaves_out_what_is_no_host)
{
    static const char *const cases[][2] = {
        { "0.0.0.0/0", "0.0.0.1-255.255.255.254" },
        { "10.0.0.0/24", "10.0.0.1-10.0.0.254" },
        { "10.0.0.0/29", "10.0.0.1-10.0.0.6" },
        { "10.0.0.0/30", "10.0.0.1-10.0.0.2" },
        { "10.0.0.0/31", "10.0.0.0-10.0.0.1" },
        { "10.0.0.0/32", "10.0.0.0-10.0.0.0" },
        { "255.255.255.254/31", "255.255.255.254-255.255.255.255" },
        { "255.255.255.255/32", "255.255.255.255-255.255.255.255" },
        { "::/0", "::1-" V6_MOST },
        { "2001:db8::/64",
          "2001:db8::1-2001:db8::ffff:ffff:ffff:ffff" },
        { "2001:db8::/126", "2001:db8::1-2001:db8::3" },
        { "2001:db8::/127", "2001:db8::-2001:db8::1" },
        { "2001:db8::/128", "2001:db8::-2001:db8::" },
        { V6_MOST "/128", V6_MOST "-" V6_MOST },
    };

    for (size_t i = 0; i < N(cases); i++) {
        struct ip_prefix prefix = prefix_of(cases[i][0]);
        struct ip_range range = range_of_hosts(&prefix);

        expect_ranges(&range, 1, cases[i][1]);
    }
}

Test(range, without_an_address_leaves_up_to_two_parts)
{
    static const char *const cases[][3] = {
        { "10.0.0.2-10.0.0.4", "10.0.0.1", "10.0.0.2-10.0.0.4" },
        { "10.0.0.2-10.0.0.4", "10.0.0.2", "10.0.0.3-10.0.0.4" },
        { "10.0.0.2-10.0.0.4", "10.0.0.3",
          "10.0.0.2-10.0.0.2,10.0.0.4-10.0.0.4" },
        { "10.0.0.2-10.0.0.4", "10.0.0.4", "10.0.0.2-10.0.0.3" },
        { "10.0.0.2-10.0.0.4", "10.0.0.5", "10.0.0.2-10.0.0.4" },
        { "10.0.0.2-10.0.0.2", "10.0.0.2", "" },
        { "10.0.0.2-10.0.0.4", "::a00:3", "10.0.0.2-10.0.0.4" },
        { "0.0.0.0-255.255.255.255", "0.0.0.0", "0.0.0.1-255.255.255.255" },
        { "0.0.0.0-255.255.255.255", "255.255.255.255",
          "0.0.0.0-255.255.255.254" },
        { "::-" V6_MOST, "::", "::1-" V6_MOST },
        { V6_MOST "-" V6_MOST, V6_MOST, "" },
    };

    for (size_t i = 0; i < N(cases); i++) {
        struct ip_range range = range_of(cases[i][0]);
        struct ip_addr hole = addr_of(cases[i][1]);
        struct ip_range parts[2];

        expect_ranges(parts, range_without(&range, &hole, parts),
                      cases[i][2]);
    }
}

Test(range, without_no_address_is_whole)
{
    struct ip_range range = range_of("0.0.0.0-0.0.0.1");
    struct ip_addr none = { 0, 0 };
    struct ip_range parts[2];

    expect_ranges(parts, range_without(&range, &none, parts),
                  "0.0.0.0-0.0.0.1");
}

Test(range, without_may_write_over_its_input)
{
    struct ip_range parts[2] = { range_of("10.0.0.2-10.0.0.4") };
    struct ip_addr hole = addr_of("10.0.0.3");

    expect_ranges(parts, range_without(&parts[0], &hole, parts),
                  "10.0.0.2-10.0.0.2,10.0.0.4-10.0.0.4");
}

Test(range, sort_is_by_first_address)
{
    static const char *const cases[][2] = {
        { "", "" },
        { "10.0.0.1-10.0.0.2", "10.0.0.1-10.0.0.2" },
        { "::1-::2,10.0.0.9-10.0.0.9,10.0.0.1-10.0.0.2",
          "10.0.0.1-10.0.0.2,10.0.0.9-10.0.0.9,::1-::2" },
        { "10.0.0.3-10.0.0.3,10.0.0.2-10.0.0.2,10.0.0.1-10.0.0.1",
          "10.0.0.1-10.0.0.1,10.0.0.2-10.0.0.2,10.0.0.3-10.0.0.3" },
    };

    for (size_t i = 0; i < N(cases); i++) {
        struct ip_range ranges[MAX_RANGES];
        size_t n = ranges_of(cases[i][0], ranges);

        range_sort(ranges, n);
        expect_ranges(ranges, n, cases[i][1]);
    }
}

Test(range, no_overlap_is_found_where_there_is_none)
{
    static const char *const cases[] = {
        "",
        "10.0.0.1-10.0.0.2",
        "10.0.0.1-10.0.0.2,10.0.0.3-10.0.0.4",
        "10.0.0.3-10.0.0.4,10.0.0.1-10.0.0.2",
        "0.0.0.0-255.255.255.255,::-::1",
    };

    for (size_t i = 0; i < N(cases); i++) {
        struct ip_range ranges[MAX_RANGES];
        size_t n = ranges_of(cases[i], ranges);
        size_t a;
        size_t b;

        cr_expect_not(range_find_overlap(ranges, n, &a, &b), "%zu", i);
    }
}

Test(range, an_overlap_is_found_wherever_it_is)
{
    static const struct {
        const char *ranges;
        size_t a;
        size_t b;
    } cases[] = {
        { "10.0.0.1-10.0.0.2,10.0.0.2-10.0.0.3", 0, 1 },
        { "10.0.0.1-10.0.0.9,10.0.0.5-10.0.0.5", 0, 1 },
        { "10.0.0.9-10.0.0.9,10.0.0.1-10.0.0.1,10.0.0.8-10.0.0.9", 0, 2 },
        { "10.0.0.9-10.0.0.9,10.0.0.1-10.0.0.1,10.0.0.1-10.0.0.1", 1, 2 },
    };

    for (size_t i = 0; i < N(cases); i++) {
        struct ip_range ranges[MAX_RANGES];
        size_t n = ranges_of(cases[i].ranges, ranges);
        size_t a = 99;
        size_t b = 99;

        cr_expect(range_find_overlap(ranges, n, &a, &b), "%zu", i);
        cr_expect_eq(a, cases[i].a, "%zu", i);
        cr_expect_eq(b, cases[i].b, "%zu", i);
    }
}

Test(range, find_gives_the_index_or_minus_one)
{
    static const struct {
        const char *ranges;
        int index;
    } cases[] = {
        { "", -1 },
        { "10.0.0.6-10.0.0.9", -1 },
        { "10.0.0.5-10.0.0.9", 0 },
        { "10.0.0.6-10.0.0.9,10.0.0.1-10.0.0.4,10.0.0.5-10.0.0.5", 2 },
    };
    struct ip_addr addr = addr_of("10.0.0.5");

    for (size_t i = 0; i < N(cases); i++) {
        struct ip_range ranges[MAX_RANGES];
        size_t n = ranges_of(cases[i].ranges, ranges);

        cr_expect_eq(range_find(ranges, n, &addr), cases[i].index, "%zu", i);
    }
}
