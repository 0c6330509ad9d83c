/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of net/ip.h for prefixes: text, ends, host bits, overlap.
 */
#include "net/ip.h"

#include "texts.h"

Test(ip_prefix, text_goes_there_and_back)
{
    static const char *const texts[] = {
        "0.0.0.0/0",          "0.0.0.0/32", "10.0.0.0/8",
        "10.1.2.3/8",         "192.168.0.0/24",
        "255.255.255.255/32", "::/0",       "::/128",
        "2001:db8::/64",      "::1/0",      V6_MOST "/128",
    };
    char text[IP_PREFIX_TEXT_SIZE];

    for (size_t i = 0; i < N(texts); i++) {
        struct ip_prefix prefix = prefix_of(texts[i]);

        ip_prefix_format(&prefix, text);
        cr_expect_str_eq(text, texts[i]);
    }
}

Test(ip_prefix, a_bare_address_has_the_full_length)
{
    struct ip_prefix v4 = prefix_of("10.0.0.1");
    struct ip_prefix v6 = prefix_of("::1");

    cr_expect_eq(v4.len, 32);
    cr_expect_eq(v6.len, 128);
}

Test(ip_prefix, other_texts_are_refused)
{
    static const char *const texts[] = {
        "",             "/",            "/8",          "10.0.0.0/",
        "10.0.0.0/33",  "10.0.0.0/128", "::/129",      "::/1000",
        "10.0.0.0/08",  "10.0.0.0/00",  "10.0.0.0/+8", "10.0.0.0/-1",
        "10.0.0.0/ 8",  "10.0.0.0/8 ",  " 10.0.0.0/8", "10.0.0.0 /8",
        "10.0.0.0//8",  "10.0.0.0/8/8", "10.0.0.0/a",  "10.0.0.0/0x8",
        "10.0.0.0/8.0", "10/8",         "10.0.0/24",   "::/",
        "10.0.0.0/4294967304",
        "10.0.0.0/18446744073709551624",
        "10.0.0.0/255.0.0.0",
        "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555",
        "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555/8",
        "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000/8",
    };
    struct ip_prefix prefix;

    for (size_t i = 0; i < N(texts); i++) {
        cr_expect_not(ip_prefix_parse(texts[i], &prefix), "%s", texts[i]);
    }
}

Test(ip_prefix, a_refused_text_leaves_the_result_alone)
{
    struct ip_prefix prefix = prefix_of("10.0.0.0/8");
    struct ip_prefix before = prefix;

    cr_expect_not(ip_prefix_parse("11.0.0.0/33", &prefix));
    cr_expect(ip_prefix_equal(&prefix, &before));
}

Test(ip_prefix, equal_compares_address_and_length)
{
    struct ip_prefix a = prefix_of("10.0.0.0/8");
    struct ip_prefix longer = prefix_of("10.0.0.0/9");
    struct ip_prefix other = prefix_of("11.0.0.0/8");
    struct ip_prefix v6 = prefix_of("::a00:0/8");

    cr_expect(ip_prefix_equal(&a, &a));
    cr_expect_not(ip_prefix_equal(&a, &longer));
    cr_expect_not(ip_prefix_equal(&a, &other));
    cr_expect_not(ip_prefix_equal(&a, &v6));
}

struct ends {
    const char *prefix;
    const char *first;
    const char *last;
};

static const struct ends ends[] = {
    { "0.0.0.0/0", "0.0.0.0", "255.255.255.255" },
    { "255.255.255.255/0", "0.0.0.0", "255.255.255.255" },
    { "10.0.0.0/8", "10.0.0.0", "10.255.255.255" },
    { "10.0.0.129/25", "10.0.0.128", "10.0.0.255" },
    { "10.0.0.3/31", "10.0.0.2", "10.0.0.3" },
    { "255.255.255.255/32", "255.255.255.255", "255.255.255.255" },
    { "::/0", "::", V6_MOST },
    { V6_MOST "/0", "::", V6_MOST },
    { "8000::/1", "8000::", V6_MOST },
    { "2001:db8::5/64", "2001:db8::", "2001:db8::ffff:ffff:ffff:ffff" },
    { "2001:db8::5/63", "2001:db8::", "2001:db8:0:1:ffff:ffff:ffff:ffff" },
    { "::3/127", "::2", "::3" },
    { V6_MOST "/128", V6_MOST, V6_MOST },
};

Test(ip_prefix, first_and_last_are_its_ends)
{
    for (size_t i = 0; i < N(ends); i++) {
        struct ip_prefix prefix = prefix_of(ends[i].prefix);
        struct ip_addr first = ip_prefix_first(&prefix);
        struct ip_addr last = ip_prefix_last(&prefix);

        expect_text(&first, ends[i].first);
        expect_text(&last, ends[i].last);
    }
}

Test(ip_prefix, contains_its_ends)
{
    for (size_t i = 0; i < N(ends); i++) {
        struct ip_prefix prefix = prefix_of(ends[i].prefix);
        struct ip_addr first = addr_of(ends[i].first);
        struct ip_addr last = addr_of(ends[i].last);

        cr_expect(ip_prefix_contains(&prefix, &first), "%zu", i);
        cr_expect(ip_prefix_contains(&prefix, &last), "%zu", i);
    }
}

Test(ip_prefix, cleared_host_bits_are_not_set)
{
    for (size_t i = 0; i < N(ends); i++) {
        struct ip_prefix prefix = prefix_of(ends[i].prefix);

        ip_prefix_clear_host_bits(&prefix);
        cr_expect_not(ip_prefix_has_host_bits(&prefix), "%zu", i);
        expect_text(&prefix.addr, ends[i].first);
    }
}

Test(ip_prefix, host_bits_are_those_beyond_the_length)
{
    static const struct {
        const char *prefix;
        bool expected;
    } cases[] = {
        { "0.0.0.0/0", false },          { "0.0.0.1/0", true },
        { "128.0.0.0/0", true },         { "128.0.0.0/1", false },
        { "10.0.0.0/24", false },        { "10.0.0.1/24", true },
        { "10.0.0.128/24", true },       { "10.0.0.128/25", false },
        { "255.255.255.255/32", false }, { "255.255.255.255/31", true },
        { "::/0", false },               { "8000::/0", true },
        { "::1/127", true },             { "::1/128", false },
        { V6_MOST "/128", false },       { V6_MOST "/127", true },
        { "0:0:0:1::/63", true },        { "0:0:0:1::/64", false },
    };

    for (size_t i = 0; i < N(cases); i++) {
        struct ip_prefix prefix = prefix_of(cases[i].prefix);

        cr_expect_eq(ip_prefix_has_host_bits(&prefix), cases[i].expected,
                     "%s", cases[i].prefix);
    }
}

Test(ip_prefix, does_not_contain_its_neighbours)
{
    static const char *const cases[][2] = {
        { "10.0.0.0/24", "9.255.255.255" },
        { "10.0.0.0/24", "10.0.1.0" },
        { "10.0.0.2/31", "10.0.0.1" },
        { "10.0.0.2/31", "10.0.0.4" },
        { "10.0.0.1/32", "10.0.0.0" },
        { "2001:db8::/64", "2001:db8:0:1::" },
        { "2001:db8::/64", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff" },
        { "::2/127", "::1" },
        { "::2/127", "::4" },
    };

    for (size_t i = 0; i < N(cases); i++) {
        struct ip_prefix prefix = prefix_of(cases[i][0]);
        struct ip_addr addr = addr_of(cases[i][1]);

        cr_expect_not(ip_prefix_contains(&prefix, &addr), "%zu", i);
    }
}

Test(ip_prefix, does_not_contain_the_other_version)
{
    struct ip_prefix v4 = prefix_of("0.0.0.0/0");
    struct ip_prefix v6 = prefix_of("::/0");
    struct ip_addr addr_v4 = addr_of("0.0.0.0");
    struct ip_addr addr_v6 = addr_of("::");

    cr_expect_not(ip_prefix_contains(&v4, &addr_v6));
    cr_expect_not(ip_prefix_contains(&v6, &addr_v4));
}

Test(ip_prefix, overlaps_when_one_lies_in_the_other)
{
    static const struct {
        const char *a;
        const char *b;
        bool expected;
    } cases[] = {
        { "10.0.0.0/24", "10.0.0.0/24", true },
        { "10.0.0.0/24", "10.0.0.255/32", true },
        { "10.0.0.0/24", "10.0.1.0/24", false },
        { "10.0.0.0/23", "10.0.1.0/24", true },
        { "10.0.0.0/24", "9.255.255.0/24", false },
        { "0.0.0.0/0", "255.255.255.255/32", true },
        { "0.0.0.0/1", "128.0.0.0/1", false },
        { "0.0.0.0/0", "::/0", false },
        { "::/0", V6_MOST "/128", true },
        { "::/1", "8000::/1", false },
        { "2001:db8::/64", "2001:db8:0:1::/64", false },
        { "2001:db8::/63", "2001:db8:0:1::/64", true },
    };

    for (size_t i = 0; i < N(cases); i++) {
        struct ip_prefix a = prefix_of(cases[i].a);
        struct ip_prefix b = prefix_of(cases[i].b);

        cr_expect_eq(ip_prefix_overlaps(&a, &b), cases[i].expected, "%zu", i);
        cr_expect_eq(ip_prefix_overlaps(&b, &a), cases[i].expected, "%zu", i);
    }
}
