/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IPv4 and IPv6 addresses and prefixes.
 *
 * Text goes through inet_pton and inet_ntop, which read and print exactly
 * what PostgreSQL's inet does for a full address; everything else is
 * arithmetic on 128-bit integers.
 */
#include "net/ip.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <string.h>

#define V4_BITS 32u
#define V6_BITS 128u

/* The lowest 'n' bits set; all of them from 128 on, where a shift would be
 * undefined. */
static uint128
low_bits(unsigned n)
{
    return n >= V6_BITS ? ~(uint128) 0 : ((uint128) 1 << n) - 1;
}

static uint128
read_bytes(const unsigned char *bytes, size_t n)
{
    uint128 value = 0;

    for (size_t i = 0; i < n; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

static void
write_bytes(uint128 value, unsigned char *ret_bytes, size_t n)
{
    for (size_t i = n; i > 0; i--) {
        ret_bytes[i - 1] = (unsigned char) (value & 0xff);
        value >>= 8;
    }
}

bool
ip_parse(const char *text, struct ip_addr *ret_addr)
{
    unsigned char bytes[16];

    if (inet_pton(AF_INET, text, bytes) == 1) {
        ret_addr->version = 4;
        ret_addr->value = read_bytes(bytes, 4);
        return true;
    }
    if (inet_pton(AF_INET6, text, bytes) == 1) {
        ret_addr->version = 6;
        ret_addr->value = read_bytes(bytes, 16);
        return true;
    }
    return false;
}

/* Dotted decimal.  inet_ntop lets sprintf do it, which took as long as all
 * other work on the address of a new port. */
static void
format_v4(uint32_t value, char *text)
{
    for (int shift = 24; shift >= 0; shift -= 8) {
        unsigned octet = value >> shift & 0xffu;

        if (octet >= 100) {
            *text++ = (char) ('0' + octet / 100);
        }
        if (octet >= 10) {
            *text++ = (char) ('0' + octet / 10 % 10);
        }
        *text++ = (char) ('0' + octet % 10);
        *text++ = '.';
    }
    text[-1] = '\0';
}

void
ip_format(const struct ip_addr *addr, char ret_text[IP_TEXT_SIZE])
{
    unsigned char bytes[16];

    ret_text[0] = '\0';
    if (addr->version == 4) {
        format_v4((uint32_t) addr->value, ret_text);
    }
    if (addr->version == 6) {
        write_bytes(addr->value, bytes, 16);
        (void) inet_ntop(AF_INET6, bytes, ret_text, IP_TEXT_SIZE);
    }
}

int
ip_compare(const struct ip_addr *a, const struct ip_addr *b)
{
    if (a->version != b->version) {
        return a->version < b->version ? -1 : 1;
    }
    return (a->value > b->value) - (a->value < b->value);
}

bool
ip_equal(const struct ip_addr *a, const struct ip_addr *b)
{
    return ip_compare(a, b) == 0;
}

unsigned
ip_bits(const struct ip_addr *addr)
{
    return addr->version == 4 ? V4_BITS : V6_BITS;
}

bool
ip_add(const struct ip_addr *addr, uint128 offset, struct ip_addr *ret_addr)
{
    uint128 room = low_bits(ip_bits(addr)) - addr->value;

    if (offset > room) {
        return false;
    }
    *ret_addr = (struct ip_addr) { addr->value + offset, addr->version };
    return true;
}

/* True when 'addr' is of 'version' and its first 'len' bits are 'bits'. */
static bool
starts_with(const struct ip_addr *addr, unsigned version, unsigned bits,
            unsigned len)
{
    return addr->version == version
           && addr->value >> (ip_bits(addr) - len) == bits;
}

bool
ip_is_multicast(const struct ip_addr *addr)
{
    return starts_with(addr, 4, 0xe, 4) || starts_with(addr, 6, 0xff, 8);
}

bool
ip_is_loopback(const struct ip_addr *addr)
{
    return starts_with(addr, 4, 127, 8) || starts_with(addr, 6, 1, V6_BITS);
}

bool
ip_is_unspecified(const struct ip_addr *addr)
{
    return addr->version != 0 && addr->value == 0;
}

bool
ip_is_link_local(const struct ip_addr *addr)
{
    return starts_with(addr, 4, 0xa9fe, 16)
           || starts_with(addr, 6, 0xfe80 >> 6, 10);
}

/* Reads a decimal number without sign or leading zero, at most 'most'. */
static bool
parse_length(const char *text, unsigned most, uint8_t *ret_len)
{
    unsigned len = 0;

    if (text[0] == '\0' || (text[0] == '0' && text[1] != '\0')) {
        return false;
    }
    for (const char *at = text; *at != '\0'; at++) {
        if (*at < '0' || *at > '9') {
            return false;
        }
        len = len * 10 + (unsigned) (*at - '0');
        if (len > most) {
            return false;
        }
    }
    *ret_len = (uint8_t) len;
    return true;
}

bool
ip_prefix_parse(const char *text, struct ip_prefix *ret_prefix)
{
    const char *slash = strchr(text, '/');
    size_t addr_len = slash == NULL ? strlen(text) : (size_t) (slash - text);
    char addr_text[IP_TEXT_SIZE] = "";
    struct ip_prefix prefix;

    if (addr_len >= sizeof(addr_text)) {
        return false;
    }
    memcpy(addr_text, text, addr_len);
    if (!ip_parse(addr_text, &prefix.addr)) {
        return false;
    }
    prefix.len = (uint8_t) ip_bits(&prefix.addr);
    if (slash != NULL
        && !parse_length(slash + 1, prefix.len, &prefix.len)) {
        return false;
    }
    *ret_prefix = prefix;
    return true;
}

void
ip_prefix_format(const struct ip_prefix *prefix,
                 char ret_text[IP_PREFIX_TEXT_SIZE])
{
    char addr_text[IP_TEXT_SIZE];

    ip_format(&prefix->addr, addr_text);
    (void) snprintf(ret_text, IP_PREFIX_TEXT_SIZE, "%s/%u", addr_text,
                    (unsigned) prefix->len);
}

bool
ip_prefix_equal(const struct ip_prefix *a, const struct ip_prefix *b)
{
    return a->len == b->len && ip_equal(&a->addr, &b->addr);
}

/* The bits of an address beyond the first 'len'. */
static uint128
host_mask(const struct ip_addr *addr, unsigned len)
{
    assert(len <= ip_bits(addr));
    return low_bits(ip_bits(addr) - len);
}

bool
ip_prefix_has_host_bits(const struct ip_prefix *prefix)
{
    return (prefix->addr.value & host_mask(&prefix->addr, prefix->len)) != 0;
}

void
ip_prefix_clear_host_bits(struct ip_prefix *prefix)
{
    prefix->addr = ip_prefix_first(prefix);
}

struct ip_addr
ip_prefix_first(const struct ip_prefix *prefix)
{
    struct ip_addr first = prefix->addr;

    first.value &= ~host_mask(&first, prefix->len);
    return first;
}

struct ip_addr
ip_prefix_last(const struct ip_prefix *prefix)
{
    struct ip_addr last = prefix->addr;

    last.value |= host_mask(&last, prefix->len);
    return last;
}

/* True when 'a' and 'b' agree in version and in their first 'len' bits. */
static bool
agree(const struct ip_addr *a, const struct ip_addr *b, unsigned len)
{
    return a->version == b->version
           && ((a->value ^ b->value) & ~host_mask(a, len)) == 0;
}

bool
ip_prefix_contains(const struct ip_prefix *prefix, const struct ip_addr *addr)
{
    return agree(&prefix->addr, addr, prefix->len);
}

bool
ip_prefix_overlaps(const struct ip_prefix *a, const struct ip_prefix *b)
{
    /* Two prefixes overlap exactly when one lies in the other. */
    return agree(&a->addr, &b->addr, a->len < b->len ? a->len : b->len);
}

void
ip_count_format(uint128 count, char ret_text[IP_COUNT_TEXT_SIZE])
{
    char digits[IP_COUNT_TEXT_SIZE];
    size_t at = sizeof(digits) - 1;

    digits[at] = '\0';
    do {
        at--;
        digits[at] = (char) ('0' + (int) (count % 10));
        count /= 10;
    } while (count > 0);
    memcpy(ret_text, digits + at, sizeof(digits) - at);
}
