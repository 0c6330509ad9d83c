/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ADD.
 */
#include "cni/commands.h"

#include "cni/ports.h"
#include "cni/result.h"

struct failure *
command_add(struct invocation *invocation)
{
    struct client *client = &invocation->client;
    const struct environment *environment = invocation->environment;
    struct subnets subnets;
    json_t *port = NULL, *others = NULL;
    const char *name = NULL;
    PASS_ON(environment_pod(invocation->arena, environment, &name));
    PASS_ON(subnets_load(client, &subnets));
    PASS_ON(port_find(client, environment, &subnets, &port, &others));
    if (port == NULL) {
        /* What it has without an address in each subnet is of no use. */
        for (size_t i = 0; i < json_array_size(others); i++) {
            PASS_ON(port_delete(client, json_array_get(others, i)));
        }
        PASS_ON(port_create(client, environment, name, &subnets, &port));
    }
    invocation->output = result_render(invocation->arena, &invocation->config,
                                       &subnets, port);
    return NULL;
}
