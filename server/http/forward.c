/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What proxies say.
 *
 * Every proxy adds to the end of a list; what stands before may come from
 * anybody.  So lists are read from their end, and only as far as the word of
 * a trusted proxy reaches.
 */
#include "http/forward.h"

#include <strings.h>

#include "http/clients.h"
#include "http/request.h"

/* Without the blanks around it. */
static const char *
trimmed(struct arena *arena, const char *text, size_t len)
{
    while (len > 0 && (text[0] == ' ' || text[0] == '\t')) {
        text++;
        len--;
    }
    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t')) {
        len--;
    }
    return arena_strndup(arena, text, len);
}

/* The last item of "a, b, c", or NULL. */
static const char *
last_item(struct arena *arena, const char *list)
{
    if (list == NULL) {
        return NULL;
    }
    const char *comma = strrchr(list, ',');
    const char *item = comma == NULL ? list : comma + 1;
    return trimmed(arena, item, strlen(item));
}

/* --- the client's address */

/* Reads "192.0.2.1", "192.0.2.1:4711", "2001:db8::1", "[2001:db8::1]:4711". */
static bool
parse_address(struct arena *arena, const char *text, struct ip_addr *ret_ip)
{
    const char *colon = strchr(text, ':');
    size_t len = strlen(text);
    if (text[0] == '[') {
        text++;
        len = strcspn(text, "]");
    } else if (colon != NULL && strchr(colon + 1, ':') == NULL) {
        len = (size_t) (colon - text);
    }
    if (!ip_parse(arena_strndup(arena, text, len), ret_ip)) {
        return false;
    }
    if (ret_ip->version == 6 && ret_ip->value >> 32 == 0xffff) {
        ret_ip->version = 4; /* Mapped (RFC 4291 2.5.5.2). */
        ret_ip->value &= UINT32_MAX;
    }
    return true;
}

/* Goes back through X-Forwarded-For to the first that is no proxy of ours. */
static void
find_client(struct request *request)
{
    const struct netlist *trusted = request->context->trusted;
    const char *list = request->headers.forwarded_for;
    size_t end = strlen(list);
    struct ip_addr ip;
    for (;;) {
        size_t begin = end;
        while (begin > 0 && list[begin - 1] != ',') {
            begin--;
        }
        const char *item =
            trimmed(&request->arena, list + begin, end - begin);
        if (!parse_address(&request->arena, item, &ip)) {
            return;
        }
        request->ip = ip;
        if (begin == 0 || !netlist_contains(trusted, &ip)) {
            return;
        }
        end = begin - 1;
    }
}

void
forward_read(struct request *request)
{
    struct headers *headers = &request->headers;
    const struct client *client = request->client;
    request->ip = client->ip;
    request->address = client->address;
    if (!client->is_proxy) {
        headers->forwarded_for = headers->forwarded_proto = NULL;
        headers->forwarded_host = headers->forwarded_port = NULL;
        return;
    }
    if (headers->forwarded_for != NULL) {
        find_client(request);
    }
    if (request->ip.version != 0) {
        char *text = arena_alloc(&request->arena, IP_TEXT_SIZE);
        ip_format(&request->ip, text);
        request->address = text;
    }
}

/* --- where the client sees this server */

bool
forward_is_secure(const struct request *request)
{
    const char *proto = request->headers.forwarded_proto;
    if (proto == NULL) {
        return request->client->keys != NULL;
    }
    const char *comma = strrchr(proto, ',');
    const char *item = comma == NULL ? proto : comma + 1;
    item += strspn(item, " \t");
    return strncasecmp(item, "https", 5) == 0;
}

/* True when 'text' can stand for a host in a link. */
static bool
is_host(const char *text)
{
    return text != NULL && text[0] != '\0' &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                             "0123456789.-_:[]")] == '\0';
}

/* ":8443" when the proxy says so, 'host' has none, and it is not the usual
 * one. */
static const char *
port_of(struct request *request, const char *host, bool secure)
{
    const char *port =
        last_item(&request->arena, request->headers.forwarded_port);
    const char *bracket = strchr(host, ']');
    size_t len = port == NULL ? 0 : strlen(port);
    if (len == 0 || len > 5 || strspn(port, "0123456789") != len ||
        strchr(bracket == NULL ? host : bracket, ':') != NULL ||
        strcmp(port, secure ? "443" : "80") == 0) {
        return "";
    }
    return arena_printf(&request->arena, ":%s", port);
}

const char *
forward_base_url(struct request *request)
{
    const struct headers *headers = &request->headers;
    bool secure = forward_is_secure(request);
    const char *host = last_item(&request->arena, headers->forwarded_host);
    if (!is_host(host)) {
        host = is_host(headers->host) ? headers->host
                                      : request->context->address;
    }
    return arena_printf(&request->arena, "%s://%s%s",
                        secure ? "https" : "http", host,
                        port_of(request, host, secure));
}
