/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of core/format.h: the same as vsnprintf, or nothing.
 */
#include "core/format.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static char text[32];

static size_t __attribute__((format(printf, 1, 2)))
format(const char *pattern, ...)
{
    va_list args;
    size_t len;

    va_start(args, pattern);
    len = format_plain(text, sizeof text, pattern, args);
    va_end(args);
    return len;
}

#define EXPECT_SAME(...)                                                      \
    do {                                                                      \
        char want[64];                                                        \
        int len = snprintf(want, sizeof want, __VA_ARGS__);                   \
        cr_expect_eq(format(__VA_ARGS__), (size_t) len);                      \
        cr_expect_str_eq(text, want);                                         \
    } while (0)

Test(format, writes_what_vsnprintf_writes)
{
    EXPECT_SAME("plain");
    EXPECT_SAME("%s", "");
    EXPECT_SAME("%s = %s%s", "a", "b", "c");
    EXPECT_SAME("100 %%, %d", 7);
    EXPECT_SAME("%d %d", INT_MIN, INT_MAX);
    EXPECT_SAME("%ld", LONG_MIN);
    EXPECT_SAME("%lld", LLONG_MIN);
    EXPECT_SAME("%lld of %lld", 12LL, -3LL);
    EXPECT_SAME("%zu", SIZE_MAX);
    EXPECT_SAME("%d%s%ld", 0, "-", 1L);
}

Test(format, leaves_all_else_alone)
{
    cr_expect_eq(format("%5d", 1), FORMAT_NOT);
    cr_expect_eq(format("%u", 1u), FORMAT_NOT);
    cr_expect_eq(format("a%.*s", 1, "b"), FORMAT_NOT);
    cr_expect_eq(format("%02x", 1u), FORMAT_NOT);
}

Test(format, needs_room_for_the_nul)
{
    char fits[32];
    char longer[33];

    memset(fits, 'x', sizeof fits);
    memset(longer, 'x', sizeof longer);
    fits[31] = '\0';
    longer[32] = '\0';
    cr_expect_eq(format("%s", fits), 31);
    cr_expect_eq(format("%s", longer), FORMAT_NOT);
    cr_expect_eq(format("%s%d", fits, 1), FORMAT_NOT);
}
