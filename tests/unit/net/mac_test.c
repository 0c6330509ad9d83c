/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of net/mac.h: spellings, generated addresses, EUI-64.
 */
#include "net/mac.h"

#include <criterion/criterion.h>
#include <stddef.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))

static struct mac_addr
mac_of(const char *text)
{
    struct mac_addr mac = { { 0 } };

    cr_assert(mac_parse(text, &mac), "%s", text);
    return mac;
}

static void
expect_text(const struct mac_addr *mac, const char *expected)
{
    char text[MAC_TEXT_SIZE];

    mac_format(mac, text);
    cr_expect_str_eq(text, expected);
}

Test(mac, four_spellings_are_read_and_one_is_written)
{
    static const char *const cases[][2] = {
        { "fa:16:3e:00:00:01", "fa:16:3e:00:00:01" },
        { "FA:16:3E:AB:CD:EF", "fa:16:3e:ab:cd:ef" },
        { "fa-16-3e-00-00-01", "fa:16:3e:00:00:01" },
        { "fa16.3e00.0001", "fa:16:3e:00:00:01" },
        { "fa163e000001", "fa:16:3e:00:00:01" },
        { "00:00:00:00:00:00", "00:00:00:00:00:00" },
        { "ff:ff:ff:ff:ff:ff", "ff:ff:ff:ff:ff:ff" },
        { "FFFFFFFFFFFF", "ff:ff:ff:ff:ff:ff" },
    };

    for (size_t i = 0; i < N(cases); i++) {
        struct mac_addr mac = mac_of(cases[i][0]);

        expect_text(&mac, cases[i][1]);
    }
}

Test(mac, other_texts_are_refused)
{
    static const char *const texts[] = {
        "",
        ":",
        "fa:16:3e:00:00",
        "fa:16:3e:00:00:",
        "fa:16:3e:00:00:0",
        "fa:16:3e:00:00:011",
        "fa:16:3e:00:00:01:02",
        "fa:16:3e:00:00:0g",
        "fa:16:3e:00:00:+1",
        "fa:16:3e:00:00: 1",
        "f:a1:63:e0:00:001",
        "a:16:3e:0:0:1",
        " fa:16:3e:00:00:01",
        "fa:16:3e:00:00:01 ",
        "fa:16:3e:00:00:01\n",
        "fa:16-3e:00-00:01",
        "fa-16:3e:00:00:01",
        "fa16:3e00:0001",
        "fa16-3e00-0001",
        "fa.16.3e.00.00.01",
        "fa163e:000001",
        "fa163e00000",
        "fa163e0000011",
        "fa16.3e00.000",
        "fa16.3e00.00011",
        "fa16.3e00.0001.",
        "0xfa163e0001",
    };
    struct mac_addr mac;

    for (size_t i = 0; i < N(texts); i++) {
        cr_expect_not(mac_parse(texts[i], &mac), "\"%s\"", texts[i]);
    }
}

Test(mac, equal_looks_at_every_byte)
{
    struct mac_addr a = mac_of("fa:16:3e:00:00:01");

    for (size_t i = 0; i < sizeof(a.bytes); i++) {
        struct mac_addr b = a;

        cr_expect(mac_equal(&a, &b));
        b.bytes[i] ^= 0x80;
        cr_expect_not(mac_equal(&a, &b), "byte %zu", i);
    }
}

Test(mac, multicast_has_the_group_bit)
{
    static const struct {
        const char *mac;
        bool expected;
    } cases[] = {
        { "00:00:00:00:00:00", false }, { "01:00:00:00:00:00", true },
        { "02:00:00:00:00:00", false }, { "fe:ff:ff:ff:ff:ff", false },
        { "ff:ff:ff:ff:ff:ff", true },  { "01:00:5e:00:00:01", true },
        { "00:01:01:01:01:01", false }, { "33:33:00:00:00:01", true },
    };

    for (size_t i = 0; i < N(cases); i++) {
        struct mac_addr mac = mac_of(cases[i].mac);

        cr_expect_eq(mac_is_multicast(&mac), cases[i].expected, "%s",
                     cases[i].mac);
    }
}

Test(mac, only_all_zeroes_is_zero)
{
    struct mac_addr zero = mac_of("00:00:00:00:00:00");
    struct mac_addr first = mac_of("80:00:00:00:00:00");
    struct mac_addr last = mac_of("00:00:00:00:00:01");

    cr_expect(mac_is_zero(&zero));
    cr_expect_not(mac_is_zero(&first));
    cr_expect_not(mac_is_zero(&last));
}

Test(mac, a_number_has_the_first_byte_highest)
{
    struct mac_addr mac = mac_of("fa:16:3e:00:01:02");

    cr_expect_eq(mac_to_number(&mac), UINT64_C(0xfa163e000102));
}

Test(mac, base_keeps_its_fixed_bytes)
{
    static const struct {
        unsigned fixed_bytes;
        uint32_t random;
        const char *expected;
    } cases[] = {
        { 3, 0x00abcdef, "fa:16:3e:ab:cd:ef" },
        { 3, 0xffffffff, "fa:16:3e:ff:ff:ff" },
        { 3, 0xff000000, "fa:16:3e:00:00:00" },
        { 3, 0, "fa:16:3e:00:00:00" },
        { 4, 0x00abcdef, "fa:16:3e:11:cd:ef" },
        { 5, 0x00abcdef, "fa:16:3e:11:22:ef" },
        { 5, 0xffffff00, "fa:16:3e:11:22:00" },
    };
    struct mac_addr base = mac_of("fa:16:3e:11:22:33");

    for (size_t i = 0; i < N(cases); i++) {
        struct mac_addr mac =
            mac_from_base(&base, cases[i].fixed_bytes, cases[i].random);

        expect_text(&mac, cases[i].expected);
    }
}

Test(mac, eui64_is_the_slaac_address)
{
    static const char *const cases[][3] = {
        { "fa:16:3e:00:00:01", "2001:db8::/64",
          "2001:db8::f816:3eff:fe00:1" },
        { "00:00:00:00:00:00", "fe80::/64", "fe80::200:ff:fe00:0" },
        { "02:00:00:00:00:00", "fe80::/64", "fe80::ff:fe00:0" },
        { "ff:ff:ff:ff:ff:ff", "ffff:ffff:ffff:ffff::/64",
          "ffff:ffff:ffff:ffff:fdff:ffff:feff:ffff" },
        { "34:56:78:9a:bc:de", "::/0", "::3656:78ff:fe9a:bcde" },
    };

    for (size_t i = 0; i < N(cases); i++) {
        struct mac_addr mac = mac_of(cases[i][0]);
        char text[IP_TEXT_SIZE];
        struct ip_prefix prefix;
        struct ip_addr addr;

        cr_assert(ip_prefix_parse(cases[i][1], &prefix));
        addr = mac_to_eui64(&mac, &prefix);
        ip_format(&addr, text);
        cr_expect_str_eq(text, cases[i][2]);
    }
}

Test(mac, eui64_ignores_host_bits_of_the_prefix)
{
    struct mac_addr mac = mac_of("fa:16:3e:00:00:01");
    char text[IP_TEXT_SIZE];
    struct ip_prefix prefix;
    struct ip_addr addr;

    cr_assert(ip_prefix_parse("2001:db8::ffff:ffff:ffff:ffff/64", &prefix));
    addr = mac_to_eui64(&mac, &prefix);
    ip_format(&addr, text);
    cr_assert_str_eq(text, "2001:db8::f816:3eff:fe00:1");
}
