/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DEL.
 */
#include "cni/commands.h"

#include <unistd.h>

#include "cni/ports.h"
#include "core/arena.h"

/* An ADD that was killed may have left a request which the server is still
 * at work on: the port appears after a first look. */
#define SETTLE_LOOKS 4
#define SETTLE_US 250000

/* Deletes the ports that are there, and counts them. */
static struct failure *
delete_all(struct client *client, const char *network_id, const char *filter,
           size_t *ret_n)
{
    json_t *ports = NULL;
    PASS_ON(ports_list(client, network_id, filter, &ports));
    *ret_n = json_array_size(ports);
    for (size_t i = 0; i < *ret_n; i++) {
        PASS_ON(port_delete(client, json_array_get(ports, i)));
    }
    return NULL;
}

struct failure *
command_del(struct invocation *invocation)
{
    struct arena *arena = invocation->arena;
    struct client *client = &invocation->client;
    const struct environment *environment = invocation->environment;
    const char *network_id = NULL;
    size_t n = 0;
    PASS_ON(network_find(client, &network_id));
    if (network_id == NULL) {
        return NULL; /* A subnet that is gone holds no address. */
    }
    const char *device = device_id(arena, environment->container_id,
                                   environment->ifname);
    const char *filter = arena_printf(arena, "&device_id=%s",
                                      client_escape(arena, device));
    PASS_ON(delete_all(client, network_id, filter, &n));

    /* A previous result says that ADD has ended, and so does its port. */
    bool ended = n > 0 || json_is_object(invocation->config.prev_result);
    for (int looks = 1; !ended && looks < SETTLE_LOOKS; looks++) {
        usleep(SETTLE_US);
        PASS_ON(delete_all(client, network_id, filter, &n));
        ended = n > 0;
    }
    return NULL;
}
