/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CHECK.
 */
#include "cni/commands.h"

#include <string.h>

#include "cni/ports.h"
#include "core/arena.h"
#include "net/ip.h"

/* The address of an item of "ips" without its prefix length. */
static bool
read_ip(const json_t *item, struct ip_addr *ret_addr)
{
    struct ip_prefix prefix;
    const char *text = json_string_value(json_object_get(item, "address"));
    if (text == NULL || !ip_prefix_parse(text, &prefix)) {
        return false;
    }
    *ret_addr = prefix.addr;
    return true;
}

/* True when the result has this address.  Those of other plugins may be in
 * it as well. */
static bool
has_address(const json_t *prev_result, const char *address)
{
    struct ip_addr own, other;
    const json_t *ips = json_object_get(prev_result, "ips");
    if (address == NULL || !ip_parse(address, &own)) {
        return false;
    }
    for (size_t i = 0; i < json_array_size(ips); i++) {
        if (read_ip(json_array_get(ips, i), &other) &&
            ip_equal(&own, &other)) {
            return true;
        }
    }
    return false;
}

/* An address of the result in the subnet that is not the port's, or NULL. */
static const char *
foreign_address(const json_t *prev_result, const struct subnet *subnet,
                const char *address)
{
    struct ip_prefix cidr;
    struct ip_addr own, other;
    const json_t *ips = json_object_get(prev_result, "ips");
    if (!ip_prefix_parse(subnet->cidr, &cidr) || !ip_parse(address, &own)) {
        return NULL;
    }
    for (size_t i = 0; i < json_array_size(ips); i++) {
        const json_t *item = json_array_get(ips, i);
        if (read_ip(item, &other) && ip_prefix_contains(&cidr, &other) &&
            !ip_equal(&own, &other)) {
            return json_string_value(json_object_get(item, "address"));
        }
    }
    return NULL;
}

static struct failure *
check_subnet(struct invocation *invocation, const struct subnet *subnet,
             const json_t *port)
{
    const json_t *prev_result = invocation->config.prev_result;
    const char *address = port_address(port, subnet->id);
    if (!has_address(prev_result, address)) {
        return failure_new(invocation->arena, FAILURE_CHECK,
                           "the interface has \"%s\" in subnet \"%s\", which "
                           "\"prevResult\" does not name",
                           address, subnet->id);
    }
    const char *foreign = foreign_address(prev_result, subnet, address);
    if (foreign != NULL) {
        return failure_new(invocation->arena, FAILURE_CHECK,
                           "\"%s\" of \"prevResult\" is not the interface's "
                           "any more; in subnet \"%s\" it has \"%s\"",
                           foreign, subnet->id, address);
    }
    return NULL;
}

struct failure *
command_check(struct invocation *invocation)
{
    struct client *client = &invocation->client;
    const struct environment *environment = invocation->environment;
    struct subnets subnets;
    json_t *port = NULL;
    if (!json_is_object(invocation->config.prev_result)) {
        return failure_new(invocation->arena, FAILURE_CONFIG,
                           "\"prevResult\" is missing, which CHECK needs");
    }
    PASS_ON(subnets_load(client, &subnets));
    PASS_ON(port_find(client, environment, &subnets, &port, NULL));
    if (port == NULL) {
        return failure_new(invocation->arena, FAILURE_CHECK,
                           "interface \"%s\" of container \"%s\" has no "
                           "port with an address in each subnet",
                           environment->ifname, environment->container_id);
    }
    for (size_t i = 0; i < subnets.n; i++) {
        PASS_ON(check_subnet(invocation, &subnets.items[i], port));
    }
    return NULL;
}
