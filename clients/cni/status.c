/* SPDX-License-Identifier: Apache-2.0 */
/*
 * STATUS.
 */
#include "cni/commands.h"

#include <string.h>

#include "cni/ports.h"
#include "core/arena.h"

/* Refuses when a subnet has no address left.  A server that does not tell
 * does not stop an ADD either. */
static struct failure *
check_room(struct client *client, const struct subnets *subnets)
{
    struct answer answer;
    const char *path = arena_printf(client->arena,
                                    "/v2.0/network-ip-availabilities/%s",
                                    subnets->items[0].network_id);
    PASS_ON(client_ask(client, "GET", path, &answer));
    const json_t *items = json_object_get(
        json_object_get(answer.json, "network_ip_availability"),
        "subnet_ip_availability");
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);
        const char *id = json_string_value(
            json_object_get(item, "subnet_id"));
        double used = json_number_value(json_object_get(item, "used_ips"));
        double total = json_number_value(json_object_get(item, "total_ips"));
        for (size_t j = 0; id != NULL && j < subnets->n; j++) {
            if (used >= total && strcmp(subnets->items[j].id, id) == 0) {
                return failure_new(client->arena, FAILURE_NOT_READY,
                                   "subnet \"%s\" has no free address", id);
            }
        }
    }
    return NULL;
}

struct failure *
command_status(struct invocation *invocation)
{
    struct subnets subnets;
    struct client *client = &invocation->client;
    struct failure *failure = subnets_load(client, &subnets);
    if (failure == NULL) {
        failure = check_room(client, &subnets);
    }
    return failure == NULL ? NULL
                           : failure_new(invocation->arena, FAILURE_NOT_READY,
                                         "%s", failure->details);
}
