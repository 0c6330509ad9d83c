/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GC.
 *
 * A runtime knows the interfaces of its own node only, and the ports of all
 * nodes are in one subnet: so it is the description, with the names of the
 * configuration and of the node, that says which ports are to be judged.
 */
#include "cni/commands.h"

#include <string.h>

#include "cni/ports.h"
#include "core/arena.h"

/* The device_id of an attachment, or NULL when it is malformed. */
static const char *
attachment_device(struct arena *arena, const json_t *item)
{
    const char *container = json_string_value(
        json_object_get(item, "containerID"));
    const char *ifname = json_string_value(json_object_get(item, "ifname"));
    return container == NULL || ifname == NULL
               ? NULL
               : device_id(arena, container, ifname);
}

/* All must be understood: what is not would be taken for stale. */
static struct failure *
check_attachments(struct arena *arena, const json_t *attachments)
{
    bool valid = json_is_array(attachments);
    for (size_t i = 0; valid && i < json_array_size(attachments); i++) {
        valid = attachment_device(arena, json_array_get(attachments, i)) !=
                NULL;
    }
    return valid ? NULL
                 : failure_new(arena, FAILURE_CONFIG,
                               "\"cni.dev/valid-attachments\" is missing or "
                               "invalid; valid is a list of "
                               "{\"containerID\": ID, \"ifname\": NAME}");
}

static bool
is_valid(struct arena *arena, const json_t *attachments, const char *device)
{
    for (size_t i = 0; i < json_array_size(attachments); i++) {
        const char *valid = attachment_device(arena,
                                              json_array_get(attachments, i));
        if (strcmp(valid, device) == 0) {
            return true;
        }
    }
    return false;
}

/* Deletes as many as possible; the first failure is told at the end. */
static struct failure *
delete_stale(struct invocation *invocation, const json_t *ports)
{
    struct failure *first = NULL;
    for (size_t i = 0; i < json_array_size(ports); i++) {
        const json_t *port = json_array_get(ports, i);
        const char *device = json_string_value(
            json_object_get(port, "device_id"));
        if (device == NULL ||
            is_valid(invocation->arena, invocation->config.attachments,
                     device)) {
            continue;
        }
        struct failure *failure = port_delete(&invocation->client, port);
        first = first == NULL ? failure : first;
    }
    return first;
}

struct failure *
command_gc(struct invocation *invocation)
{
    struct arena *arena = invocation->arena;
    const struct config *config = &invocation->config;
    const char *network_id = NULL;
    json_t *ports = NULL;
    PASS_ON(check_attachments(arena, config->attachments));
    if (config->node == NULL) {
        return failure_new(arena, FAILURE_CONFIG,
                           "\"ipam.node\" is missing, without which the "
                           "ports of other nodes would be stale");
    }
    PASS_ON(network_find(&invocation->client, &network_id));
    if (network_id == NULL) {
        return NULL;
    }
    const char *filter = arena_printf(
        arena, "&description=%s",
        client_escape(arena, port_description(arena, config)));
    PASS_ON(ports_list(&invocation->client, network_id, filter, &ports));
    return delete_stale(invocation, ports);
}
