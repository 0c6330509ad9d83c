/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of range_subtract in net/range.h: nothing is lost, nothing is left.
 */
#include "net/range.h"

#include "texts.h"

Test(range_subtract, leaves_what_is_in_no_hole)
{
    static const char *const cases[][3] = {
        { "", "", "" },
        { "", "10.0.0.1-10.0.0.2", "" },
        { "10.0.0.2-10.0.0.6", "", "10.0.0.2-10.0.0.6" },
        { "10.0.0.2-10.0.0.6", "10.0.0.2-10.0.0.6", "" },
        { "10.0.0.2-10.0.0.6", "10.0.0.1-10.0.0.7", "" },
        { "10.0.0.2-10.0.0.6", "10.0.0.1-10.0.0.1", "10.0.0.2-10.0.0.6" },
        { "10.0.0.2-10.0.0.6", "10.0.0.7-10.0.0.7", "10.0.0.2-10.0.0.6" },
        { "10.0.0.2-10.0.0.6", "10.0.0.1-10.0.0.2", "10.0.0.3-10.0.0.6" },
        { "10.0.0.2-10.0.0.6", "10.0.0.6-10.0.0.7", "10.0.0.2-10.0.0.5" },
        { "10.0.0.2-10.0.0.6", "10.0.0.4-10.0.0.4",
          "10.0.0.2-10.0.0.3,10.0.0.5-10.0.0.6" },
        { "10.0.0.2-10.0.0.6", "10.0.0.3-10.0.0.3,10.0.0.4-10.0.0.5",
          "10.0.0.2-10.0.0.2,10.0.0.6-10.0.0.6" },
        { "0.0.0.0-255.255.255.255", "0.0.0.0-0.0.0.0",
          "0.0.0.1-255.255.255.255" },
        { "0.0.0.0-255.255.255.255", "255.255.255.255-255.255.255.255",
          "0.0.0.0-255.255.255.254" },
        { "::-" V6_MOST, "::-::," V6_MOST "-" V6_MOST,
          "::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe" },
        { "::-" V6_MOST, "::-" V6_MOST, "" },
    };

    for (size_t i = 0; i < N(cases); i++) {
        struct ip_range ranges[MAX_RANGES];
        struct ip_range minus[MAX_RANGES];
        struct ip_range parts[MAX_RANGES];
        size_t n = ranges_of(cases[i][0], ranges);
        size_t n_minus = ranges_of(cases[i][1], minus);

        n = range_subtract(ranges, n, minus, n_minus, parts, MAX_RANGES);
        expect_ranges(parts, n, cases[i][2]);
    }
}

Test(range_subtract, cuts_several_ranges_with_one_hole)
{
    struct ip_range ranges[MAX_RANGES];
    struct ip_range minus[MAX_RANGES];
    struct ip_range parts[MAX_RANGES];
    size_t n = ranges_of("10.0.0.1-10.0.0.2,10.0.0.4-10.0.0.5,"
                         "10.0.0.7-10.0.0.8", ranges);
    size_t n_minus = ranges_of("10.0.0.2-10.0.0.7", minus);

    n = range_subtract(ranges, n, minus, n_minus, parts, MAX_RANGES);
    expect_ranges(parts, n, "10.0.0.1-10.0.0.1,10.0.0.8-10.0.0.8");
}

Test(range_subtract, gives_ascending_parts_of_any_input_order)
{
    struct ip_range ranges[MAX_RANGES];
    struct ip_range minus[MAX_RANGES];
    struct ip_range parts[MAX_RANGES];
    size_t n = ranges_of("10.0.0.7-10.0.0.9,10.0.0.1-10.0.0.3,"
                         "10.0.0.4-10.0.0.5", ranges);
    size_t n_minus = ranges_of("10.0.0.8-10.0.0.8,10.0.0.2-10.0.0.2,"
                               "10.0.0.4-10.0.0.4", minus);

    n = range_subtract(ranges, n, minus, n_minus, parts, MAX_RANGES);
    expect_ranges(parts, n, "10.0.0.1-10.0.0.1,10.0.0.3-10.0.0.3,"
                            "10.0.0.5-10.0.0.5,10.0.0.7-10.0.0.7,"
                            "10.0.0.9-10.0.0.9");
}

Test(range_subtract, keeps_versions_apart)
{
    struct ip_range ranges[MAX_RANGES];
    struct ip_range minus[MAX_RANGES];
    struct ip_range parts[MAX_RANGES];
    size_t n = ranges_of("::-::5,0.0.0.0-255.255.255.255", ranges);
    size_t n_minus = ranges_of("::2-::3,0.0.0.0-255.255.255.254", minus);

    n = range_subtract(ranges, n, minus, n_minus, parts, MAX_RANGES);
    expect_ranges(parts, n,
                  "255.255.255.255-255.255.255.255,::-::1,::4-::5");
}

Test(range_subtract, counts_parts_beyond_max)
{
    struct ip_range range = range_of("10.0.0.1-10.0.0.5");
    struct ip_range minus[MAX_RANGES];
    struct ip_range part = range_of("::-::");
    size_t n = ranges_of("10.0.0.2-10.0.0.2,10.0.0.4-10.0.0.4", minus);

    cr_expect_eq(range_subtract(&range, 1, minus, n, NULL, 0), 3);
    cr_expect_eq(range_subtract(&range, 1, minus, n, &part, 1), 3);
    expect_ranges(&part, 1, "10.0.0.1-10.0.0.1");
}
