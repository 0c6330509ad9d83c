/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses, prefixes and ranges as text, for the tables of cases.
 *
 * Ranges are written "first-last", lists of them with commas between.
 */
#ifndef UNIT_NET_TEXTS_H
#define UNIT_NET_TEXTS_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "net/range.h"

#define V6_MOST "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
#define N(array) (sizeof(array) / sizeof((array)[0]))
#define MAX_RANGES 8
#define LIST_SIZE (MAX_RANGES * 2 * IP_TEXT_SIZE)

static inline struct ip_addr
addr_of(const char *text)
{
    struct ip_addr addr = { 0, 0 };

    cr_assert(ip_parse(text, &addr), "%s", text);
    return addr;
}

static inline struct ip_prefix
prefix_of(const char *text)
{
    struct ip_prefix prefix = { { 0, 0 }, 0 };

    cr_assert(ip_prefix_parse(text, &prefix), "%s", text);
    return prefix;
}

static inline void
expect_text(const struct ip_addr *addr, const char *expected)
{
    char text[IP_TEXT_SIZE];

    ip_format(addr, text);
    cr_expect_str_eq(text, expected);
}

static inline struct ip_range
range_of(const char *text)
{
    char first[IP_TEXT_SIZE];
    char last[IP_TEXT_SIZE];

    cr_assert_eq(sscanf(text, "%45[^-]-%45[^,]", first, last), 2, "%s", text);
    return (struct ip_range) { addr_of(first), addr_of(last) };
}

static inline size_t
ranges_of(const char *text, struct ip_range ret_ranges[MAX_RANGES])
{
    const char *at = text;
    size_t n = 0;

    while (*at != '\0') {
        cr_assert_lt(n, MAX_RANGES);
        ret_ranges[n] = range_of(at);
        n++;
        at += strcspn(at, ",");
        at += *at == ',';
    }
    return n;
}

static inline void
expect_ranges(const struct ip_range *ranges, size_t n, const char *expected)
{
    char list[LIST_SIZE] = "";
    size_t len = 0;

    for (size_t i = 0; i < n; i++) {
        char first[IP_TEXT_SIZE];
        char last[IP_TEXT_SIZE];

        ip_format(&ranges[i].first, first);
        ip_format(&ranges[i].last, last);
        len += (size_t) snprintf(list + len, sizeof(list) - len, "%s%s-%s",
                                 i > 0 ? "," : "", first, last);
    }
    cr_expect_str_eq(list, expected);
}

#endif
