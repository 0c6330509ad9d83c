/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of networks.
 */
#include "net/netlist.h"

#include <string.h>

#define BETWEEN ", \t"

/* Reads the 'len' bytes of one item into 'list'. */
static bool
add_item(struct netlist *list, const char *item, size_t len)
{
    char text[IP_PREFIX_TEXT_SIZE];
    struct ip_prefix *prefix = &list->items[list->n];

    if (len == strlen("unix") && memcmp(item, "unix", len) == 0) {
        list->unix_too = true;
        return true;
    }
    if (len >= sizeof(text) || list->n == NETLIST_MAX) {
        return false;
    }
    memcpy(text, item, len);
    text[len] = '\0';
    list->n++;
    return ip_prefix_parse(text, prefix) && !ip_prefix_has_host_bits(prefix);
}

bool
netlist_parse(const char *text, struct netlist *ret_list)
{
    ret_list->n = 0;
    ret_list->unix_too = false;
    text += strspn(text, BETWEEN);
    while (*text != '\0') {
        size_t len = strcspn(text, BETWEEN);
        if (!add_item(ret_list, text, len)) {
            return false;
        }
        text += len;
        text += strspn(text, BETWEEN);
    }
    return true;
}

bool
netlist_contains(const struct netlist *list, const struct ip_addr *addr)
{
    if (addr->version == 0) {
        return list->unix_too;
    }
    for (size_t i = 0; i < list->n; i++) {
        if (ip_prefix_contains(&list->items[i], addr)) {
            return true;
        }
    }
    return false;
}
