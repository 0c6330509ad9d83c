/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a server listens, as text.  http/server.c opens the socket.
 */
#include "net/endpoint.h"

#include <stddef.h>
#include <string.h>

#define UNIX_PREFIX "unix:"

/* Reads a decimal number of 16 bits, all of 'text'. */
static bool
parse_port(const char *text, uint16_t *ret_port)
{
    uint32_t port = 0;
    size_t len = strlen(text);

    if (len < 1 || len > 5 || strspn(text, "0123456789") != len) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        port = port * 10 + (uint32_t) (text[i] - '0');
    }
    *ret_port = (uint16_t) port;
    return port <= UINT16_MAX;
}

/* Reads 'len' bytes of an address; brackets stand around IPv6 only. */
static bool
parse_host(const char *text, size_t len, struct ip_addr *ret_addr)
{
    char host[IP_TEXT_SIZE];
    bool bracketed = len >= 2 && text[0] == '[' && text[len - 1] == ']';
    size_t edge = bracketed ? 1 : 0;

    if (len == strlen("localhost") && memcmp(text, "localhost", len) == 0) {
        return ip_parse("127.0.0.1", ret_addr);
    }
    if (len - 2 * edge >= sizeof(host)) {
        return false;
    }
    memcpy(host, text + edge, len - 2 * edge);
    host[len - 2 * edge] = '\0';
    return ip_parse(host, ret_addr) &&
           ret_addr->version == (bracketed ? 6 : 4);
}

static bool
parse_path(const char *path, struct endpoint *ret_endpoint)
{
    ret_endpoint->path = path;
    return path[0] == '/' && path[1] != '\0' &&
           strlen(path) <= ENDPOINT_MAX_PATH;
}

bool
endpoint_parse(const char *text, struct endpoint *ret_endpoint)
{
    const char *colon = strrchr(text, ':');

    *ret_endpoint = (struct endpoint){0};
    if (strncmp(text, UNIX_PREFIX, strlen(UNIX_PREFIX)) == 0) {
        return parse_path(text + strlen(UNIX_PREFIX), ret_endpoint);
    }
    return colon != NULL &&
           parse_host(text, (size_t) (colon - text), &ret_endpoint->addr) &&
           parse_port(colon + 1, &ret_endpoint->port);
}

bool
endpoint_is_local(const struct endpoint *endpoint)
{
    return endpoint->path != NULL || ip_is_loopback(&endpoint->addr);
}
