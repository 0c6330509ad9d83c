/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IPv4 and IPv6 addresses and prefixes: text, order and arithmetic.
 *
 * Pure: no I/O, no allocation.  Both versions use one 128-bit integer, so
 * that ranges and pools are computed by the same code.
 */
#ifndef NET_IP_H
#define NET_IP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

__extension__ typedef unsigned __int128 uint128;

/* Longest: an IPv6 address with an embedded IPv4 one; with "/128". */
#define IP_TEXT_SIZE 46
#define IP_PREFIX_TEXT_SIZE (IP_TEXT_SIZE + 4)
#define IP_COUNT_TEXT_SIZE 40 /* 2^128 - 1 in decimal and its NUL. */

struct ip_addr {
    uint128 value;   /* Host order; IPv4 in the low 32 bits. */
    uint8_t version; /* 4 or 6; 0 for no address. */
};

struct ip_prefix {
    struct ip_addr addr; /* As given: host bits may be set until cleared. */
    uint8_t len;         /* 0 to 32 or 0 to 128. */
};

/* Reads a dotted quad (four decimal numbers without leading zeros) or an
 * IPv6 address of RFC 4291 2.2 without zone; returns false for others. */
bool ip_parse(const char *text, struct ip_addr *ret_addr);

/* Writes the canonical form: RFC 5952 for IPv6, with an IPv4 address embedded
 * where PostgreSQL's host() does; nothing for version 0. */
void ip_format(const struct ip_addr *addr, char ret_text[IP_TEXT_SIZE]);

/* Negative, 0 or positive; all of IPv4 comes before all of IPv6, as in
 * PostgreSQL's inet. */
int ip_compare(const struct ip_addr *a, const struct ip_addr *b);
bool ip_equal(const struct ip_addr *a, const struct ip_addr *b);

/* 32 or 128. */
unsigned ip_bits(const struct ip_addr *addr);

/* 'addr' plus 'offset'; returns false when that leaves the address space. */
bool ip_add(const struct ip_addr *addr, uint128 offset,
            struct ip_addr *ret_addr);

/* True for 224.0.0.0/4 and ff00::/8; 127.0.0.0/8 and ::1; 0.0.0.0 and ::;
 * fe80::/10 and 169.254.0.0/16. */
bool ip_is_multicast(const struct ip_addr *addr);
bool ip_is_loopback(const struct ip_addr *addr);
bool ip_is_unspecified(const struct ip_addr *addr);
bool ip_is_link_local(const struct ip_addr *addr);

/* Reads "address/length"; a bare address has the full length.  Host bits
 * are kept.  Returns false for anything else, also for "/08" or "/+8". */
bool ip_prefix_parse(const char *text, struct ip_prefix *ret_prefix);

/* Writes "address/length". */
void ip_prefix_format(const struct ip_prefix *prefix,
                      char ret_text[IP_PREFIX_TEXT_SIZE]);

bool ip_prefix_equal(const struct ip_prefix *a, const struct ip_prefix *b);

/* True when a bit beyond the length is set. */
bool ip_prefix_has_host_bits(const struct ip_prefix *prefix);
void ip_prefix_clear_host_bits(struct ip_prefix *prefix);

/* Lowest and highest address of the prefix. */
struct ip_addr ip_prefix_first(const struct ip_prefix *prefix);
struct ip_addr ip_prefix_last(const struct ip_prefix *prefix);

bool ip_prefix_contains(const struct ip_prefix *prefix,
                        const struct ip_addr *addr);
bool ip_prefix_overlaps(const struct ip_prefix *a, const struct ip_prefix *b);

/* Writes 'count' in decimal. */
void ip_count_format(uint128 count, char ret_text[IP_COUNT_TEXT_SIZE]);

#endif
