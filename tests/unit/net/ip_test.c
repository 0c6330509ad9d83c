/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of net/ip.h for addresses: text, order, arithmetic, kinds.
 */
#include "net/ip.h"

#include "texts.h"

Test(ip, canonical_text_goes_there_and_back)
{
    static const char *const texts[] = {
        "0.0.0.0",
        "0.0.0.1",
        "10.0.0.1",
        "127.0.0.1",
        "192.168.255.254",
        "255.255.255.255",
        "::",
        "::1",
        "::2",
        "::ffff",
        "1::",
        "2001:db8::1",
        "2001:db8:0:1:1:1:1:1",
        "fe80::f816:3eff:fe00:1",
        "1:2:3:4:5:6:7:8",
        V6_MOST,
    };

    for (size_t i = 0; i < N(texts); i++) {
        struct ip_addr addr = addr_of(texts[i]);

        expect_text(&addr, texts[i]);
    }
}

Test(ip, v6_is_written_in_one_form)
{
    static const char *const cases[][2] = {
        { "2001:DB8::A", "2001:db8::a" },
        { "2001:0db8::0001", "2001:db8::1" },
        { "0:0:0:0:0:0:0:0", "::" },
        { "1:0:0:2:0:0:0:3", "1:0:0:2::3" },
        { "1:0:0:2:0:0:3:4", "1::2:0:0:3:4" },
        { "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
        { "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8" },
        { "1:2:3::5:6:7:8", "1:2:3:0:5:6:7:8" },
    };

    for (size_t i = 0; i < N(cases); i++) {
        struct ip_addr addr = addr_of(cases[i][0]);

        expect_text(&addr, cases[i][1]);
    }
}

/* As PostgreSQL's host(inet), which embeds IPv4 in more than RFC 5952 does. */
Test(ip, v4_in_v6_is_written_as_postgres_does)
{
    static const char *const cases[][2] = {
        { "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
        { "::ffff:c000:201", "::ffff:192.0.2.1" },
        { "::ffff:0:0", "::ffff:0.0.0.0" },
        { "::192.0.2.1", "::192.0.2.1" },
        { "::1:0", "::0.1.0.0" },
        { "64:ff9b::192.0.2.1", "64:ff9b::c000:201" },
        { "::ffff:0:192.0.2.1", "::ffff:0:c000:201" },
        { "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", V6_MOST },
    };

    for (size_t i = 0; i < N(cases); i++) {
        struct ip_addr addr = addr_of(cases[i][0]);

        expect_text(&addr, cases[i][1]);
    }
}

Test(ip, other_texts_are_refused)
{
    static const char *const texts[] = {
        "",           " ",           "x",
        "1",          "1.2",         "1.2.3",
        "1.2.3.4.5",  "1.2.3.",      ".1.2.3",
        "1..2.3",     "256.0.0.0",   "1.2.3.256",
        "01.2.3.4",   "1.2.3.00",    "1.2.3.04",
        "0x1.2.3.4",  "+1.2.3.4",    "-1.2.3.4",
        " 1.2.3.4",   "1.2.3.4 ",    "1.2.3.4\n",
        "1.2.3.4/32", "1.2.3.1000",  "4294967295",
        ":",          ":::",         "::1::",
        "1:2:3:4:5:6:7",             "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",         "::1:2:3:4:5:6:7:8",
        "1:2:3:4::5:6:7:8",          ":1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7:8:",          "::12345",
        "::00001",    "::g",         "::1%eth0",
        "fe80::1%1",  "[::1]",       "::1.2.3",
        "::1.2.3.256",               "::01.2.3.4",
        "1:2:3:4:5:6:7:1.2.3.4",     "1.2.3.4::",
        "::1.2.3.4:5",               "::1/128",
    };
    struct ip_addr addr;

    for (size_t i = 0; i < N(texts); i++) {
        cr_expect_not(ip_parse(texts[i], &addr), "\"%s\"", texts[i]);
    }
}

Test(ip, no_address_is_written_as_nothing)
{
    struct ip_addr none = { 0, 0 };

    expect_text(&none, "");
}

Test(ip, v4_is_in_the_low_32_bits)
{
    struct ip_addr first = addr_of("0.0.0.0");
    struct ip_addr last = addr_of("255.255.255.255");

    cr_expect(first.value == 0);
    cr_expect(last.value == UINT32_MAX);
    cr_expect_eq(first.version, 4);
}

Test(ip, bits_are_those_of_the_version)
{
    struct ip_addr v4 = addr_of("10.0.0.1");
    struct ip_addr v6 = addr_of("::1");

    cr_expect_eq(ip_bits(&v4), 32);
    cr_expect_eq(ip_bits(&v6), 128);
}

Test(ip, order_is_by_version_and_then_by_value)
{
    static const char *const ascending[] = {
        "0.0.0.0",         "0.0.0.1",
        "10.0.0.255",      "10.0.1.0",
        "127.255.255.255", "128.0.0.0",
        "255.255.255.255", "::",
        "::1",             "::ffff:ffff:ffff:ffff",
        "0:0:0:1::",       "7fff::",
        "8000::",          V6_MOST,
    };

    for (size_t i = 0; i < N(ascending); i++) {
        for (size_t j = 0; j < N(ascending); j++) {
            struct ip_addr a = addr_of(ascending[i]);
            struct ip_addr b = addr_of(ascending[j]);
            int order = (i > j) - (i < j);

            cr_expect_eq(ip_compare(&a, &b), order, "%s %s", ascending[i],
                         ascending[j]);
            cr_expect_eq(ip_equal(&a, &b), order == 0);
        }
    }
}

Test(ip, no_address_comes_before_all)
{
    struct ip_addr none = { 0, 0 };
    struct ip_addr first = addr_of("0.0.0.0");

    cr_expect_lt(ip_compare(&none, &first), 0);
    cr_expect_not(ip_equal(&none, &first));
}

Test(ip, add_stays_in_the_address_space)
{
    static const struct {
        const char *addr;
        uint64_t offset;
        const char *sum; /* NULL when there is none. */
    } cases[] = {
        { "10.0.0.1", 0, "10.0.0.1" },
        { "10.0.0.255", 1, "10.0.1.0" },
        { "0.0.0.0", UINT32_MAX, "255.255.255.255" },
        { "255.255.255.254", 1, "255.255.255.255" },
        { "255.255.255.255", 0, "255.255.255.255" },
        { "255.255.255.255", 1, NULL },
        { "0.0.0.0", (uint64_t) UINT32_MAX + 1, NULL },
        { "1.0.0.0", UINT64_MAX, NULL },
        { "::ffff:ffff:ffff:ffff", 1, "0:0:0:1::" },
        { "::", UINT64_MAX, "::ffff:ffff:ffff:ffff" },
        { V6_MOST, 0, V6_MOST },
        { V6_MOST, 1, NULL },
    };

    for (size_t i = 0; i < N(cases); i++) {
        struct ip_addr sum = addr_of(cases[i].addr);
        bool fits = ip_add(&sum, cases[i].offset, &sum);

        cr_expect_eq(fits, cases[i].sum != NULL, "case %zu", i);
        expect_text(&sum, fits ? cases[i].sum : cases[i].addr);
    }
}

Test(ip, add_takes_offsets_of_128_bits)
{
    struct ip_addr v6 = addr_of("::");
    struct ip_addr v4 = addr_of("0.0.0.0");
    struct ip_addr sum;

    cr_expect(ip_add(&v6, ~(uint128) 0, &sum));
    expect_text(&sum, V6_MOST);
    cr_expect_not(ip_add(&sum, ~(uint128) 0, &sum));
    cr_expect_not(ip_add(&v4, ~(uint128) 0, &sum));
}

struct verdict {
    const char *addr;
    bool expected;
};

static void
expect_verdicts(bool (*predicate)(const struct ip_addr *),
                const struct verdict *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct ip_addr addr = addr_of(cases[i].addr);

        cr_expect_eq(predicate(&addr), cases[i].expected, "%s",
                     cases[i].addr);
    }
}

Test(ip, multicast_is_224_4_and_ff00_8)
{
    static const struct verdict cases[] = {
        { "223.255.255.255", false }, { "224.0.0.0", true },
        { "239.255.255.255", true },  { "240.0.0.0", false },
        { "feff::", false },          { "ff00::", true },
        { V6_MOST, true },            { "::224.0.0.1", false },
        { "::e000:0", false },        { "0.0.0.255", false },
    };

    expect_verdicts(ip_is_multicast, cases, N(cases));
}

Test(ip, loopback_is_127_8_and_one)
{
    static const struct verdict cases[] = {
        { "126.255.255.255", false }, { "127.0.0.0", true },
        { "127.255.255.255", true },  { "128.0.0.0", false },
        { "::", false },              { "::1", true },
        { "::2", false },             { "0.0.0.1", false },
        { "::127.0.0.1", false },     { "8000::1", false },
    };

    expect_verdicts(ip_is_loopback, cases, N(cases));
}

Test(ip, unspecified_is_zero)
{
    static const struct verdict cases[] = {
        { "0.0.0.0", true }, { "0.0.0.1", false }, { "::", true },
        { "::1", false },    { "8000::", false },
    };
    struct ip_addr none = { 0, 0 };

    expect_verdicts(ip_is_unspecified, cases, N(cases));
    cr_expect_not(ip_is_unspecified(&none));
}

Test(ip, link_local_is_169_254_16_and_fe80_10)
{
    static const struct verdict cases[] = {
        { "169.253.255.255", false }, { "169.254.0.0", true },
        { "169.254.255.255", true },  { "169.255.0.0", false },
        { "fe7f:ffff::", false },     { "fe80::", true },
        { "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true },
        { "fec0::", false },
    };

    expect_verdicts(ip_is_link_local, cases, N(cases));
}

Test(ip, count_is_decimal)
{
    static const struct {
        uint64_t high;
        uint64_t low;
        const char *text;
    } cases[] = {
        { 0, 0, "0" },
        { 0, 9, "9" },
        { 0, 10, "10" },
        { 0, UINT64_MAX, "18446744073709551615" },
        { 1, 0, "18446744073709551616" },
        { UINT64_MAX, UINT64_MAX, "340282366920938463463374607431768211455" },
    };
    char text[IP_COUNT_TEXT_SIZE];

    for (size_t i = 0; i < N(cases); i++) {
        ip_count_format((uint128) cases[i].high << 64 | cases[i].low, text);
        cr_expect_str_eq(text, cases[i].text);
    }
}
