/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time: the wall clock, a clock that only goes forward, and RFC 3339 text.
 */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLOCK_TEXT_SIZE sizeof("2026-01-31T23:59:59.123456Z")

/* Microseconds since 1970-01-01 UTC. */
int64_t clock_now_us(void);

/* Microseconds of a clock that never steps back, from any origin. */
int64_t clock_monotonic_us(void);

/* Writes 'us' (since 1970, UTC) as "2026-01-31T23:59:59Z", or with the
 * microseconds when 'fraction' is not 0 (RFC 3339 section 5.6).  What lies
 * outside the years 0000 to 9999 is written as their first or last moment. */
void clock_format(int64_t us, int fraction, char ret_text[CLOCK_TEXT_SIZE]);

/* Reads RFC 3339 text in UTC, "2026-01-31T23:59:59.5Z", with any fraction or
 * none, of which microseconds count, without leap seconds; false when it is
 * none. */
bool clock_parse(const char *text, int64_t *ret_us);

#endif
