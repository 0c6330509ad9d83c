/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time: the system's clocks, and RFC 3339 text.
 */
#include "core/clock.h"

#include <time.h>

#define US_PER_S INT64_C(1000000)

/* RFC 3339 has four digits for the year: 0000-01-01T00:00:00.000000Z and
 * 9999-12-31T23:59:59.999999Z. */
#define FIRST_US (INT64_C(-62167219200) * US_PER_S)
#define LAST_US (INT64_C(253402300800) * US_PER_S - 1)

static int64_t
read_clock(clockid_t clock)
{
    struct timespec now;

    /* Fails only for a clock that does not exist. */
    (void) clock_gettime(clock, &now);
    return (int64_t) now.tv_sec * US_PER_S + now.tv_nsec / 1000;
}

int64_t
clock_now_us(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t
clock_monotonic_us(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

/* Writes 'value' as 'n' digits and then 'end'; returns the place after. */
static char *
put_digits(char *at, int64_t value, int n, char end)
{
    for (int i = n - 1; i >= 0; i--) {
        at[i] = (char) ('0' + value % 10);
        value /= 10;
    }
    at[n] = end;
    return at + n + 1;
}

static int64_t
clamp_to_years(int64_t us)
{
    if (us < FIRST_US) {
        return FIRST_US;
    }
    return us > LAST_US ? LAST_US : us;
}

void
clock_format(int64_t us, int fraction, char ret_text[CLOCK_TEXT_SIZE])
{
    int64_t clamped = clamp_to_years(us);
    int64_t rest = clamped % US_PER_S;
    time_t seconds;
    struct tm tm;
    char *at = ret_text;

    /* Rounded down, also before 1970. */
    rest = rest < 0 ? rest + US_PER_S : rest;
    seconds = (time_t) ((clamped - rest) / US_PER_S);
    (void) gmtime_r(&seconds, &tm);
    at = put_digits(at, tm.tm_year + INT64_C(1900), 4, '-');
    at = put_digits(at, tm.tm_mon + 1, 2, '-');
    at = put_digits(at, tm.tm_mday, 2, 'T');
    at = put_digits(at, tm.tm_hour, 2, ':');
    at = put_digits(at, tm.tm_min, 2, ':');
    at = put_digits(at, tm.tm_sec, 2, fraction ? '.' : 'Z');
    if (fraction) {
        at = put_digits(at, rest, 6, 'Z');
    }
    *at = '\0';
}
