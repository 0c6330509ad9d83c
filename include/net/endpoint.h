/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a server listens, as text: "127.0.0.1:9696", "[::1]:0", "unix:/path".
 */
#ifndef NET_ENDPOINT_H
#define NET_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "net/ip.h"

/* Longest path of a unix socket, without its NUL (sun_path of Linux). */
#define ENDPOINT_MAX_PATH 107

struct endpoint {
    const char *path;    /* Of a unix socket, within the text; or NULL. */
    struct ip_addr addr; /* Otherwise this address, */
    uint16_t port;       /* and this port; 0: any that is free. */
};

/* Reads "IPV4:PORT", "[IPV6]:PORT", "localhost:PORT" (127.0.0.1) or
 * "unix:/PATH"; returns false for anything else.  '*ret_endpoint' points
 * into 'text'. */
bool endpoint_parse(const char *text, struct endpoint *ret_endpoint);

/* True when only programs of the same machine reach it. */
bool endpoint_is_local(const struct endpoint *endpoint);

#endif
