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

static void
expect_moment(const char *text, int64_t us)
{
    int64_t read = -1;

    cr_expect(clock_parse(text, &read), "%s", text);
    cr_expect_eq(read, us, "%s", text);
}

Test(clock, text_of_utc_is_read)
{
    expect_moment("1970-01-01T00:00:00Z", 0);
    expect_moment("2026-01-31T23:59:59.5Z", 1769903999 * S + 500000);
    expect_moment("2026-01-31T23:59:59.123456789Z", 1769903999 * S + 123456);
    expect_moment("2024-02-29T00:00:00Z", 1709164800 * S);
    expect_moment("9999-12-31T23:59:59.999999Z", 253402300800 * S - 1);
}

Test(clock, other_text_is_no_moment)
{
    static const char *const bad[] = {
        "", "2026", "2026-01-31", "2026-01-31T23:59:59",
        "2026-01-31T23:59:59+00:00", "2026-01-31 23:59:59Z",
        "2026-01-31T23:59:59.Z", "2026-01-31T23:59:59,5Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-02-29T00:00:00Z", "2026-01-00T00:00:00Z",
        "2026-01-31T24:00:00Z", "2026-01-31T23:60:00Z",
        "2026-01-31T23:59:60Z", "2026-1-31T23:59:59Z",
        "-026-01-31T23:59:59Z", "2026-01-31T23:59:59Zz",
    };
    int64_t us;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        cr_expect_not(clock_parse(bad[i], &us), "%s", bad[i]);
    }
}
