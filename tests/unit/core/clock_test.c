/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of core/clock.h: both clocks, and the text of a moment.
 */
#include "core/clock.h"

#include <criterion/criterion.h>
#include <time.h>

#define S INT64_C(1000000)

struct moment {
    int64_t us;
    const char *text;
};

static void
expect_texts(const struct moment *moments, size_t n, int fraction)
{
    char text[CLOCK_TEXT_SIZE];

    for (size_t i = 0; i < n; i++) {
        clock_format(moments[i].us, fraction, text);
        cr_expect_str_eq(text, moments[i].text);
    }
}

Test(clock, seconds_are_written_in_utc)
{
    static const struct moment moments[] = {
        { 0, "1970-01-01T00:00:00Z" },
        { 951782400 * S, "2000-02-29T00:00:00Z" },
        { 951868799 * S, "2000-02-29T23:59:59Z" },
        { 1769903999 * S, "2026-01-31T23:59:59Z" },
        { 4107542400 * S, "2100-03-01T00:00:00Z" },
    };

    expect_texts(moments, sizeof(moments) / sizeof(moments[0]), 0);
}

Test(clock, fractions_are_cut_not_rounded)
{
    static const struct moment moments[] = {
        { 1, "1970-01-01T00:00:00Z" },
        { S - 1, "1970-01-01T00:00:00Z" },
        { S, "1970-01-01T00:00:01Z" },
    };

    expect_texts(moments, sizeof(moments) / sizeof(moments[0]), 0);
}

Test(clock, fractions_have_six_digits)
{
    static const struct moment moments[] = {
        { 0, "1970-01-01T00:00:00.000000Z" },
        { 1, "1970-01-01T00:00:00.000001Z" },
        { S - 1, "1970-01-01T00:00:00.999999Z" },
        { 1769903999 * S + 123456, "2026-01-31T23:59:59.123456Z" },
    };

    expect_texts(moments, sizeof(moments) / sizeof(moments[0]), 1);
}

Test(clock, moments_before_1970_are_rounded_down)
{
    static const struct moment moments[] = {
        { -1, "1969-12-31T23:59:59.999999Z" },
        { -S, "1969-12-31T23:59:59.000000Z" },
        { -S - 1, "1969-12-31T23:59:58.999999Z" },
    };

    expect_texts(moments, sizeof(moments) / sizeof(moments[0]), 1);
}

Test(clock, years_stay_within_four_digits)
{
    static const struct moment moments[] = {
        { -62167219200 * S, "0000-01-01T00:00:00.000000Z" },
        { -62167219200 * S - 1, "0000-01-01T00:00:00.000000Z" },
        { INT64_MIN, "0000-01-01T00:00:00.000000Z" },
        { 253402300800 * S - 1, "9999-12-31T23:59:59.999999Z" },
        { 253402300800 * S, "9999-12-31T23:59:59.999999Z" },
        { INT64_MAX, "9999-12-31T23:59:59.999999Z" },
    };

    expect_texts(moments, sizeof(moments) / sizeof(moments[0]), 1);
}

Test(clock, now_is_the_time_of_day)
{
    int64_t before = (int64_t) time(NULL);
    int64_t now = clock_now_us() / S;
    int64_t after = (int64_t) time(NULL);

    /* time() may lag behind by the length of a tick. */
    cr_expect_geq(now, before);
    cr_expect_leq(now, after + 1);
}

Test(clock, monotonic_never_steps_back)
{
    int64_t last = clock_monotonic_us();

    for (int i = 0; i < 10000; i++) {
        int64_t now = clock_monotonic_us();

        cr_assert_geq(now, last);
        last = now;
    }
}
