/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The subnets that pods get addresses of.
 */
#include <string.h>

#include "cni/ports.h"
#include "core/arena.h"
#include "core/buf.h"
#include "net/ip.h"

static const char *
text(const json_t *json, const char *key)
{
    return json_string_value(json_object_get(json, key));
}

/* The list of those that are there, in any order. */
static struct failure *
list(struct client *client, const json_t **ret_list)
{
    const struct config *config = client->config;
    struct answer answer;
    struct buf path;
    buf_init(&path, client->arena, 512);
    for (size_t i = 0; i < config->n_subnets; i++) {
        buf_addf(&path, "%sid=%s", i == 0 ? "/v2.0/subnets?" : "&",
                 config->subnet_ids[i]);
    }
    PASS_ON(client_ask(client, "GET", path.data, &answer));
    *ret_list = json_object_get(answer.json, "subnets");
    if (answer.status == 200 && json_is_array(*ret_list)) {
        return NULL;
    }
    return client_refused(client, &answer, "the subnets are not told");
}

static const json_t *
find(const json_t *items, const char *id)
{
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);
        const char *own = text(item, "id");
        if (own != NULL && strcmp(own, id) == 0) {
            return item;
        }
    }
    return NULL;
}

static struct failure *
read(struct client *client, const json_t *item, struct subnet *ret_subnet)
{
    struct ip_prefix cidr;
    *ret_subnet = (struct subnet){
        .id = text(item, "id"),
        .network_id = text(item, "network_id"),
        .cidr = text(item, "cidr"),
        .gateway_ip = text(item, "gateway_ip"),
        .host_routes = json_object_get(item, "host_routes"),
        .nameservers = json_object_get(item, "dns_nameservers"),
    };
    if (ret_subnet->network_id == NULL || ret_subnet->cidr == NULL ||
        !ip_prefix_parse(ret_subnet->cidr, &cidr)) {
        return failure_new(client->arena, FAILURE_REFUSED,
                           "subnet \"%s\" comes without network or CIDR",
                           ret_subnet->id);
    }
    return NULL;
}

static struct failure *
check_network(struct client *client, const struct subnet *subnet,
              const char *network_id)
{
    return strcmp(subnet->network_id, network_id) == 0
               ? NULL
               : failure_new(client->arena, FAILURE_CONFIG,
                             "subnet \"%s\" is in network \"%s\"; valid is "
                             "a subnet of network \"%s\"",
                             subnet->id, subnet->network_id, network_id);
}

struct failure *
subnets_load(struct client *client, struct subnets *ret_subnets)
{
    const struct config *config = client->config;
    const json_t *items = NULL;
    *ret_subnets = (struct subnets){.n = config->n_subnets};
    PASS_ON(list(client, &items));
    for (size_t i = 0; i < config->n_subnets; i++) {
        struct subnet *subnet = &ret_subnets->items[i];
        const json_t *item = find(items, config->subnet_ids[i]);
        if (item == NULL) {
            return failure_new(client->arena, FAILURE_CONFIG,
                               "subnet \"%s\" is not there, or not this "
                               "project's to see",
                               config->subnet_ids[i]);
        }
        PASS_ON(read(client, item, subnet));
        PASS_ON(check_network(client, subnet,
                              config->network_id != NULL
                                  ? config->network_id
                                  : ret_subnets->items[0].network_id));
    }
    return NULL;
}

struct failure *
network_find(struct client *client, const char **ret_id)
{
    const json_t *items = NULL;
    *ret_id = client->config->network_id;
    if (*ret_id != NULL) {
        return NULL;
    }
    PASS_ON(list(client, &items));
    *ret_id = text(json_array_get(items, 0), "network_id");
    return NULL;
}
