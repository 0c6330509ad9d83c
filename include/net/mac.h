/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 48-bit MAC addresses (IEEE 802) and the IPv6 addresses made from them.
 */
#ifndef NET_MAC_H
#define NET_MAC_H

#include <stdbool.h>
#include <stdint.h>

#include "net/ip.h"

#define MAC_TEXT_SIZE sizeof("fa:16:3e:00:00:00")

struct mac_addr {
    uint8_t bytes[6];
};

/* Reads "fa:16:3e:00:00:01", "fa-16-3e-00-00-01", "fa16.3e00.0001" or
 * "fa163e000001", digits in either case; returns false for others. */
bool mac_parse(const char *text, struct mac_addr *ret_mac);

/* Writes the form with colons, lower case. */
void mac_format(const struct mac_addr *mac, char ret_text[MAC_TEXT_SIZE]);

bool mac_equal(const struct mac_addr *a, const struct mac_addr *b);

/* The 48 bits as a number, in the order of texts. */
uint64_t mac_to_number(const struct mac_addr *mac);

/* The group bit is set; all bits are 0. */
bool mac_is_multicast(const struct mac_addr *mac);
bool mac_is_zero(const struct mac_addr *mac);

/* 'base' with its bytes from 'fixed_bytes' on (3 to 5) taken from the low
 * bits of 'random'. */
struct mac_addr mac_from_base(const struct mac_addr *base,
                              unsigned fixed_bytes, uint32_t random);

/* The SLAAC address of 'mac' in 'prefix' (modified EUI-64, RFC 4291 2.5.1
 * and RFC 4862 5.5.3).  'prefix' is IPv6 and at most 64 bits long. */
struct ip_addr mac_to_eui64(const struct mac_addr *mac,
                            const struct ip_prefix *prefix);

#endif
