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

/* Reads 'n' digits and the byte 'end' behind them; returns the place after,
 * or NULL. */
static const char *
take_digits(const char *at, int n, char end, int *ret_value)
{
    *ret_value = 0;
    for (int i = 0; i < n; i++) {
        if (at[i] < '0' || at[i] > '9') {
            return NULL;
        }
        *ret_value = *ret_value * 10 + (at[i] - '0');
    }
    return end == '\0' || at[n] == end ? at + n + (end != '\0') : NULL;
}

/* Reads ".5Z" or "Z", to the end of the text. */
static bool
take_fraction(const char *at, int64_t *ret_us)
{
    int64_t scale = US_PER_S / 10;

    *ret_us = 0;
    if (*at == '.') {
        at++;
        if (*at == 'Z') {
            return false;
        }
        for (; *at >= '0' && *at <= '9'; at++) {
            *ret_us += (*at - '0') * scale;
            scale /= 10;
        }
    }
    return at[0] == 'Z' && at[1] == '\0';
}

bool
clock_parse(const char *text, int64_t *ret_us)
{
    static const struct {
        int digits;
        char end;
        int min, max;
    } parts[] = {{4, '-', 0, 9999}, {2, '-', 1, 12}, {2, 'T', 1, 31},
                 {2, ':', 0, 23},   {2, ':', 0, 59}, {2, '\0', 0, 59}};
    int values[6];
    int64_t us;

    for (size_t i = 0; i < 6; i++) {
        text = take_digits(text, parts[i].digits, parts[i].end, &values[i]);
        if (text == NULL || values[i] < parts[i].min ||
            values[i] > parts[i].max) {
            return false;
        }
    }
    if (!take_fraction(text, &us)) {
        return false;
    }
    struct tm tm = {.tm_year = values[0] - 1900,
                    .tm_mon = values[1] - 1,
                    .tm_mday = values[2],
                    .tm_hour = values[3],
                    .tm_min = values[4],
                    .tm_sec = values[5]};
    *ret_us = (int64_t) timegm(&tm) * US_PER_S + us;
    return tm.tm_mday == values[2]; /* There is no 30 February. */
}
