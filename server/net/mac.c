/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MAC addresses: their four spellings, and addresses derived from them.
 */
#include "net/mac.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#define N_DIGITS 12u
#define LOCAL_BIT 0x02u
#define GROUP_BIT 0x01u

/* A separator before every 'group' digits but the first; 0 for none. */
struct spelling {
    char separator;
    unsigned group;
};

static const struct spelling spellings[] = {
    { ':', 2 },
    { '-', 2 },
    { '.', 4 },
    { '\0', N_DIGITS },
};
#define N_SPELLINGS (sizeof(spellings) / sizeof(spellings[0]))

/* The value of a hexadecimal digit, or -1. */
static int
hex_value(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - 'a' + 10;
    }
    if (digit >= 'A' && digit <= 'F') {
        return digit - 'A' + 10;
    }
    return -1;
}

static bool
parse_as(const struct spelling *spelling, const char *text,
         struct mac_addr *ret_mac)
{
    struct mac_addr mac = { { 0 } };

    for (unsigned i = 0; i < N_DIGITS; i++) {
        int value;

        if (i > 0 && i % spelling->group == 0) {
            if (*text != spelling->separator) {
                return false;
            }
            text++;
        }
        value = hex_value(*text);
        if (value < 0) {
            return false;
        }
        text++;
        mac.bytes[i / 2] = (uint8_t) (mac.bytes[i / 2] << 4 | value);
    }
    if (*text != '\0') {
        return false;
    }
    *ret_mac = mac;
    return true;
}

bool
mac_parse(const char *text, struct mac_addr *ret_mac)
{
    for (size_t i = 0; i < N_SPELLINGS; i++) {
        if (parse_as(&spellings[i], text, ret_mac)) {
            return true;
        }
    }
    return false;
}

void
mac_format(const struct mac_addr *mac, char ret_text[MAC_TEXT_SIZE])
{
    static const char hex[] = "0123456789abcdef";

    for (size_t i = 0; i < sizeof(mac->bytes); i++) {
        ret_text[3 * i] = hex[mac->bytes[i] >> 4];
        ret_text[3 * i + 1] = hex[mac->bytes[i] & 0xf];
        ret_text[3 * i + 2] = ':';
    }
    ret_text[MAC_TEXT_SIZE - 1] = '\0';
}

bool
mac_equal(const struct mac_addr *a, const struct mac_addr *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

bool
mac_is_multicast(const struct mac_addr *mac)
{
    return (mac->bytes[0] & GROUP_BIT) != 0;
}

bool
mac_is_zero(const struct mac_addr *mac)
{
    static const struct mac_addr zero;

    return mac_equal(mac, &zero);
}

uint64_t
mac_to_number(const struct mac_addr *mac)
{
    uint64_t number = 0;

    for (size_t i = 0; i < sizeof mac->bytes; i++) {
        number = number << 8 | mac->bytes[i];
    }
    return number;
}

struct mac_addr
mac_from_base(const struct mac_addr *base, unsigned fixed_bytes,
              uint32_t random)
{
    struct mac_addr mac = *base;

    /* Four bytes of randomness cover three free bytes, not more. */
    assert(fixed_bytes >= 3 && fixed_bytes <= 5);
    for (size_t i = sizeof(mac.bytes); i > fixed_bytes; i--) {
        mac.bytes[i - 1] = (uint8_t) (random & 0xff);
        random >>= 8;
    }
    return mac;
}

struct ip_addr
mac_to_eui64(const struct mac_addr *mac, const struct ip_prefix *prefix)
{
    const uint8_t *bytes = mac->bytes;
    const uint8_t interface[8] = {
        (uint8_t) (bytes[0] ^ LOCAL_BIT), bytes[1], bytes[2], 0xff,
        0xfe, bytes[3], bytes[4], bytes[5],
    };
    struct ip_addr addr = ip_prefix_first(prefix);
    uint64_t id = 0;

    assert(prefix->addr.version == 6 && prefix->len <= 64);
    for (size_t i = 0; i < sizeof(interface); i++) {
        id = id << 8 | interface[i];
    }
    addr.value |= id;
    return addr;
}
