/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ports that hold the addresses of pods.
 */
#include "cni/ports.h"

#include <string.h>

#include "cni/json.h"
#include "core/arena.h"
#include "core/uuid.h"

static const char *
text(const json_t *json, const char *key)
{
    return json_string_value(json_object_get(json, key));
}

const char *
device_id(struct arena *arena, const char *container_id, const char *ifname)
{
    return arena_printf(arena, "%s/%s", container_id, ifname);
}

const char *
port_description(struct arena *arena, const struct config *config)
{
    return config->node == NULL
               ? arena_printf(arena, "tenet-ipam: network %s", config->name)
               : arena_printf(arena, "tenet-ipam: network %s on node %s",
                              config->name, config->node);
}

/* --- finding */

/* Adds a page of the list to 'all': what comes after its last port.  The
 * server says whether there is more. */
static struct failure *
list_page(struct client *client, const char *query, json_t *all,
          bool *ret_more)
{
    struct answer answer;
    size_t n = json_array_size(all);
    const char *path = arena_printf(
        client->arena, "/v2.0/ports?%s%s%s", query, n == 0 ? "" : "&marker=",
        n == 0 ? "" : text(json_array_get(all, n - 1), "id"));
    PASS_ON(client_ask(client, "GET", path, &answer));
    const json_t *page = json_object_get(answer.json, "ports");
    const json_t *links = json_object_get(answer.json, "ports_links");
    if (answer.status != 200 || !json_is_array(page)) {
        return client_refused(client, &answer, "the ports are not told");
    }
    *ret_more = false;
    for (size_t i = 0; i < json_array_size(links); i++) {
        const char *rel = text(json_array_get(links, i), "rel");
        *ret_more = *ret_more || (rel != NULL && strcmp(rel, "next") == 0);
    }
    json_array_extend(all, json_object_get(answer.json, "ports"));
    *ret_more = *ret_more && json_array_size(all) > n;
    return NULL;
}

struct failure *
ports_list(struct client *client, const char *network_id, const char *filter,
           json_t **ret_ports)
{
    const char *query = arena_printf(
        client->arena,
        "network_id=%s&device_owner=" DEVICE_OWNER "%s&sort_key=id"
        "&limit=1000&fields=id&fields=device_id&fields=fixed_ips",
        network_id, filter);
    json_t *all = json_keep(client->arena, json_array());
    bool more = true;
    while (more) {
        PASS_ON(list_page(client, query, all, &more));
    }
    *ret_ports = all;
    return NULL;
}

const char *
port_address(const json_t *port, const char *subnet_id)
{
    const json_t *fixed_ips = json_object_get(port, "fixed_ips");
    for (size_t i = 0; i < json_array_size(fixed_ips); i++) {
        const json_t *fixed_ip = json_array_get(fixed_ips, i);
        const char *id = text(fixed_ip, "subnet_id");
        if (id != NULL && strcmp(id, subnet_id) == 0) {
            return text(fixed_ip, "ip_address");
        }
    }
    return NULL;
}

static bool
is_complete(const json_t *port, const struct subnets *subnets)
{
    for (size_t i = 0; i < subnets->n; i++) {
        if (port_address(port, subnets->items[i].id) == NULL) {
            return false;
        }
    }
    return true;
}

struct failure *
port_find(struct client *client, const struct environment *environment,
          const struct subnets *subnets, json_t **ret_port,
          json_t **ret_others)
{
    struct arena *arena = client->arena;
    const char *device = device_id(arena, environment->container_id,
                                   environment->ifname);
    const char *filter = arena_printf(arena, "&device_id=%s",
                                      client_escape(arena, device));
    json_t *ports = NULL;
    json_t *others = json_keep(arena, json_array());
    *ret_port = NULL;
    PASS_ON(ports_list(client, subnets->items[0].network_id, filter, &ports));
    for (size_t i = 0; i < json_array_size(ports); i++) {
        json_t *port = json_array_get(ports, i);
        if (*ret_port == NULL && is_complete(port, subnets)) {
            *ret_port = port;
        } else {
            json_array_append(others, port);
        }
    }
    if (ret_others != NULL) {
        *ret_others = others;
    }
    return NULL;
}

/* --- making */

static json_t *
new_port(struct arena *arena, const struct config *config,
         const struct environment *environment, const char *name,
         const struct subnets *subnets)
{
    json_t *fixed_ips = json_array();
    for (size_t i = 0; i < subnets->n; i++) {
        json_array_append_new(
            fixed_ips, json_pack("{s:s}", "subnet_id", subnets->items[i].id));
    }
    return json_keep(
        arena,
        json_pack(
            "{s:{s:s, s:s, s:s, s:s, s:s, s:o}}", "port", "network_id",
            subnets->items[0].network_id, "name", name, "description",
            port_description(arena, config), "device_id",
            device_id(arena, environment->container_id, environment->ifname),
            "device_owner", DEVICE_OWNER, "fixed_ips", fixed_ips));
}

/* A key for all attempts of this command.  Another ADD of the same interface
 * after a DEL must get a port of its own, not the answer of the first one;
 * so the key is random as well. */
static const char *
new_key(struct arena *arena, const struct environment *environment)
{
    char nonce[UUID_TEXT_SIZE];
    struct uuid uuid = uuid_new_random();
    uuid_to_text(&uuid, nonce);
    return arena_printf(arena, "cni/%.64s/%s/%s", environment->container_id,
                        environment->ifname, nonce);
}

/* Whether an earlier attempt made the port, whose answer was lost, or another
 * process was faster. */
static bool
may_be_there(const struct answer *answer)
{
    return answer->is_passing || answer->status == 409;
}

struct failure *
port_create(struct client *client, const struct environment *environment,
            const char *name, const struct subnets *subnets,
            json_t **ret_port)
{
    struct arena *arena = client->arena;
    const char *key = new_key(arena, environment);
    struct answer answer = {0};
    json_t *body = new_port(arena, client->config, environment, name,
                            subnets);
    while (true) {
        answer = client_try(client, "POST", "/v2.0/ports", body, key);
        if (!may_be_there(&answer)) {
            break;
        }
        if (answer.is_passing) {
            PASS_ON(client_pause(client, &answer));
        }
        PASS_ON(port_find(client, environment, subnets, ret_port, NULL));
        if (*ret_port != NULL) {
            return NULL;
        }
        if (!answer.is_passing) {
            break;
        }
    }
    *ret_port = json_object_get(answer.json, "port");
    if (answer.status == 201 && is_complete(*ret_port, subnets)) {
        return NULL;
    }
    return client_refused(client, &answer, "no port is made");
}

/* --- deleting */

struct failure *
port_delete(struct client *client, const json_t *port)
{
    struct answer answer;
    const char *id = text(port, "id");
    const char *path = arena_printf(client->arena, "/v2.0/ports/%s",
                                    id == NULL ? "" : id);
    PASS_ON(client_ask(client, "DELETE", path, &answer));
    if (answer.status == 204 || answer.status == 404) {
        return NULL;
    }
    return client_refused(
        client, &answer,
        arena_printf(client->arena, "port \"%s\" stays", id));
}
