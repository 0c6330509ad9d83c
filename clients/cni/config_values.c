/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks of routes and name servers in a configuration.
 */
#include "cni/config_values.h"

#include <string.h>

#include "net/ip.h"

static bool
is_route(json_t *value)
{
    struct ip_prefix dst;
    struct ip_addr gw;
    const char *dst_text = json_string_value(json_object_get(value, "dst"));
    const json_t *gw_value = json_object_get(value, "gw");
    size_t n_keys = gw_value == NULL ? 1 : 2;
    if (dst_text == NULL || strchr(dst_text, '/') == NULL ||
        !ip_prefix_parse(dst_text, &dst) ||
        json_object_size(value) != n_keys) {
        return false;
    }
    return gw_value == NULL || (json_is_string(gw_value) &&
                                ip_parse(json_string_value(gw_value), &gw) &&
                                gw.version == dst.addr.version);
}

bool
config_are_routes(const json_t *value)
{
    if (!json_is_array(value)) {
        return false;
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        if (!is_route(json_array_get(value, i))) {
            return false;
        }
    }
    return true;
}

static bool
is_text(const json_t *value)
{
    return json_is_string(value) && json_string_length(value) > 0;
}

static bool
is_address(const json_t *value)
{
    struct ip_addr addr;
    return json_is_string(value) && ip_parse(json_string_value(value), &addr);
}

static bool
is_list(const json_t *value, bool (*is_item)(const json_t *value))
{
    if (!json_is_array(value)) {
        return false;
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        if (!is_item(json_array_get(value, i))) {
            return false;
        }
    }
    return true;
}

bool
config_is_dns(const json_t *value)
{
    const char *key;
    json_t *item;
    if (!json_is_object(value)) {
        return false;
    }
    /* The macro of jansson 2.14 takes a pointer that is not const. */
    json_object_foreach ((json_t *) (uintptr_t) value, key, item) {
        bool valid = strcmp(key, "nameservers") == 0
                         ? is_list(item, is_address)
                     : strcmp(key, "domain") == 0  ? is_text(item)
                     : strcmp(key, "search") == 0  ? is_list(item, is_text)
                     : strcmp(key, "options") == 0 ? is_list(item, is_text)
                                                   : false;
        if (!valid) {
            return false;
        }
    }
    return true;
}
