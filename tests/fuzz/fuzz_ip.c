/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes the parsers of net/ip.h and net/mac.h with texts: what is read can
 * be written and read again, and keeps the promises of the headers.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "net/ip.h"
#include "net/mac.h"
#include "net/range.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool promise)
{
    if (!promise) {
        abort();
    }
}

static void
check_addr(const char *text)
{
    char written[IP_TEXT_SIZE];
    char again[IP_TEXT_SIZE];
    struct ip_addr addr;
    struct ip_addr reread;

    if (!ip_parse(text, &addr)) {
        return;
    }
    require(addr.version == 4 || addr.version == 6);
    require(addr.version == 6 || addr.value <= UINT32_MAX);
    require(strspn(text, "0123456789abcdefABCDEF:.") == strlen(text));
    ip_format(&addr, written);
    require(ip_parse(written, &reread));
    require(ip_equal(&addr, &reread));
    ip_format(&reread, again);
    require(strcmp(written, again) == 0);
}

/* The addresses just before and behind the prefix are not in it. */
static void
check_neighbours(const struct ip_prefix *prefix)
{
    struct ip_addr before = ip_prefix_first(prefix);
    struct ip_addr after = ip_prefix_last(prefix);

    if (before.value > 0) {
        before.value--;
        require(!ip_prefix_contains(prefix, &before));
    }
    if (ip_add(&after, 1, &after)) {
        require(!ip_prefix_contains(prefix, &after));
    }
}

static void
check_ends(const struct ip_prefix *prefix)
{
    struct ip_addr first = ip_prefix_first(prefix);
    struct ip_addr last = ip_prefix_last(prefix);
    struct ip_addr sum;

    require(ip_compare(&first, &prefix->addr) <= 0);
    require(ip_compare(&prefix->addr, &last) <= 0);
    require(ip_prefix_contains(prefix, &first));
    require(ip_prefix_contains(prefix, &prefix->addr));
    require(ip_prefix_contains(prefix, &last));
    require(ip_add(&first, last.value - first.value, &sum));
    require(ip_equal(&sum, &last));
    check_neighbours(prefix);
}

static void
check_host_bits(const struct ip_prefix *prefix)
{
    struct ip_addr first = ip_prefix_first(prefix);
    struct ip_prefix cleared = *prefix;

    require(ip_prefix_has_host_bits(prefix)
            == !ip_equal(&prefix->addr, &first));
    ip_prefix_clear_host_bits(&cleared);
    require(!ip_prefix_has_host_bits(&cleared));
    require(ip_equal(&cleared.addr, &first));
    require(ip_prefix_overlaps(prefix, &cleared));
}

static void
check_ranges(const struct ip_prefix *prefix)
{
    struct ip_range whole = range_of_prefix(prefix);
    struct ip_range hosts = range_of_hosts(prefix);
    unsigned host_bits = ip_bits(&prefix->addr) - prefix->len;

    require(host_bits == 128
            || range_count(&whole) == (uint128) 1 << host_bits);
    require(ip_compare(&hosts.first, &hosts.last) <= 0);
    require(range_contains(&whole, &hosts.first));
    require(range_contains(&whole, &hosts.last));
}

static void
check_prefix(const char *text)
{
    char written[IP_PREFIX_TEXT_SIZE];
    struct ip_prefix prefix;
    struct ip_prefix reread;
    struct ip_addr addr;

    if (!ip_prefix_parse(text, &prefix)) {
        require(!ip_parse(text, &addr));
        return;
    }
    require(prefix.len <= ip_bits(&prefix.addr));
    require((strchr(text, '/') == NULL) == ip_parse(text, &addr));
    ip_prefix_format(&prefix, written);
    require(ip_prefix_parse(written, &reread));
    require(ip_prefix_equal(&prefix, &reread));
    check_ends(&prefix);
    check_host_bits(&prefix);
    check_ranges(&prefix);
}

static void
check_mac(const char *text)
{
    const struct ip_prefix link_local = { { (uint128) 0xfe80 << 112, 6 }, 64 };
    char written[MAC_TEXT_SIZE];
    struct mac_addr mac;
    struct mac_addr reread;
    struct ip_addr addr;

    if (!mac_parse(text, &mac)) {
        return;
    }
    mac_format(&mac, written);
    require(strlen(written) == MAC_TEXT_SIZE - 1);
    require(mac_parse(written, &reread));
    require(mac_equal(&mac, &reread));
    addr = mac_to_eui64(&mac, &link_local);
    require(ip_prefix_contains(&link_local, &addr));
    require((addr.value >> 24 & 0xffff) == 0xfffe);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    const char *text;

    /* In an arena, where the sanitizer sees a read behind the text. */
    arena_init(&arena, size + 8192);
    text = arena_strndup(&arena, (const char *) data, size);
    check_addr(text);
    check_prefix(text);
    check_mac(text);
    arena_done(&arena);
    return 0;
}
