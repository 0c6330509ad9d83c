/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list of networks as text, "10.0.0.0/8, 2001:db8::1, unix": whom to
 * believe.
 */
#ifndef NET_NETLIST_H
#define NET_NETLIST_H

#include <stdbool.h>
#include <stddef.h>

#include "net/ip.h"

#define NETLIST_MAX 64

struct netlist {
    struct ip_prefix items[NETLIST_MAX];
    size_t n;
    bool unix_too; /* Who comes by a unix socket is in it. */
};

/* Reads prefixes without host bits, addresses, and "unix", with commas or
 * blanks between them; returns false for anything else and for more than
 * NETLIST_MAX.  An empty text is an empty list. */
bool netlist_parse(const char *text, struct netlist *ret_list);

/* True when 'addr' is in a network of the list; version 0 stands for a unix
 * socket. */
bool netlist_contains(const struct netlist *list, const struct ip_addr *addr);

#endif
