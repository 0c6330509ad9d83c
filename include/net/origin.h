/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Origins of web pages (RFC 6454), and lists of them: "https://a.example,
 * http://[::1]:8080", or "*" for all.
 */
#ifndef NET_ORIGIN_H
#define NET_ORIGIN_H

#include <stdbool.h>

/* True for "*" and for lists, also empty ones, with commas or blanks between
 * items: a scheme, a host in lower case, perhaps a port, and no path. */
bool origins_are_valid(const char *list);

/* True when 'origin', as a browser writes it, is in the list; "*" has all. */
bool origins_contain(const char *list, const char *origin);

#endif
