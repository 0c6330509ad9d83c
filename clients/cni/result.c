/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the plugin prints.
 */
#include "cni/result.h"

#include <string.h>

#include "cni/json.h"
#include "cni/version.h"
#include "core/arena.h"
#include "net/ip.h"

/* --- a result */

/* {"version", "address", "gateway"}; up to 0.4.0 the IP version is told. */
static json_t *
ip_of(struct arena *arena, const struct config *config,
      const struct subnet *subnet, const json_t *port)
{
    struct ip_prefix cidr;
    json_t *ip = json_object();
    ip_prefix_parse(subnet->cidr, &cidr);
    if (!version_reaches(config->version, "1.0.0")) {
        json_object_set_new(ip, "version",
                            json_string(cidr.addr.version == 4 ? "4" : "6"));
    }
    const char *address = arena_printf(
        arena, "%s/%u", port_address(port, subnet->id), (unsigned) cidr.len);
    json_object_set_new(ip, "address", json_string(address));
    if (config->gateway && subnet->gateway_ip != NULL) {
        json_object_set_new(ip, "gateway", json_string(subnet->gateway_ip));
    }
    return ip;
}

/* Those of the configuration, else the host routes of the subnets. */
static json_t *
routes_of(const struct config *config, const struct subnets *subnets)
{
    if (config->routes != NULL) {
        return json_deep_copy(config->routes);
    }
    json_t *routes = json_array();
    for (size_t i = 0; i < subnets->n; i++) {
        const json_t *items = subnets->items[i].host_routes;
        for (size_t j = 0; j < json_array_size(items); j++) {
            const json_t *item = json_array_get(items, j);
            json_t *route = json_object();
            json_object_set(route, "dst",
                            json_object_get(item, "destination"));
            json_object_set(route, "gw", json_object_get(item, "nexthop"));
            json_array_append_new(routes, route);
        }
    }
    return routes;
}

/* That of the configuration, else the name servers of the subnets. */
static json_t *
dns_of(const struct config *config, const struct subnets *subnets)
{
    if (config->dns != NULL) {
        return json_deep_copy(config->dns);
    }
    json_t *dns = json_object();
    json_t *servers = json_array();
    for (size_t i = 0; i < subnets->n; i++) {
        const json_t *own = subnets->items[i].nameservers;
        for (size_t j = 0; j < json_array_size(own); j++) {
            json_array_append(servers, json_array_get(own, j));
        }
    }
    if (json_array_size(servers) > 0) {
        json_object_set(dns, "nameservers", servers);
    }
    json_decref(servers);
    return dns;
}

const char *
result_render(struct arena *arena, const struct config *config,
              const struct subnets *subnets, const json_t *port)
{
    json_t *result = json_keep(arena, json_object());
    json_t *ips = json_array();
    json_t *routes = routes_of(config, subnets);
    json_object_set_new(result, "cniVersion", json_string(config->version));
    for (size_t i = 0; i < subnets->n; i++) {
        json_array_append_new(ips,
                              ip_of(arena, config, &subnets->items[i], port));
    }
    json_object_set_new(result, "ips", ips);
    if (json_array_size(routes) > 0) {
        json_object_set(result, "routes", routes);
    }
    json_decref(routes);
    json_object_set_new(result, "dns", dns_of(config, subnets));
    return json_text(arena, result);
}

/* --- the rest */

/* Details can quote what was given, which need not be UTF-8. */
static json_t *
details_of(const char *text)
{
    json_t *json = json_string(text);
    return json != NULL ? json : json_string("(not valid UTF-8)");
}

const char *
result_failure(struct arena *arena, const char *version,
               const struct failure *failure)
{
    json_t *json = json_keep(arena, json_object());
    json_object_set_new(
        json, "cniVersion",
        json_string(version == NULL ? VERSION_NEWEST : version));
    json_object_set_new(json, "code", json_integer(failure->code));
    json_object_set_new(json, "msg", json_string(failure->msg));
    json_object_set_new(json, "details", details_of(failure->details));
    return json_text(arena, json);
}

const char *
result_versions(struct arena *arena, const char *version)
{
    json_t *json = json_keep(arena, json_object());
    json_t *supported = json_array();
    for (size_t i = 0; versions[i] != NULL; i++) {
        json_array_append_new(supported, json_string(versions[i]));
    }
    json_object_set_new(
        json, "cniVersion",
        json_string(version == NULL ? VERSION_NEWEST : version));
    json_object_set_new(json, "supportedVersions", supported);
    return json_text(arena, json);
}
