/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The subnets that pods get addresses of, and the ports that hold them.
 *
 * A pod's interface is a port with device_id "CONTAINER/INTERFACE" and
 * device_owner "container:pod"; its description names the network
 * configuration and the node.
 */
#ifndef CNI_PORTS_H
#define CNI_PORTS_H

#include <jansson.h>
#include <stdbool.h>

#include "cni/client.h"
#include "cni/config.h"
#include "cni/environment.h"

#define DEVICE_OWNER "container:pod"

/* A subnet as the server tells it. */
struct subnet {
    const char *id;
    const char *network_id;
    const char *cidr;
    const char *gateway_ip;    /* Or NULL. */
    const json_t *host_routes; /* [{"destination", "nexthop"}] */
    const json_t *nameservers; /* [ADDRESS] */
};

struct subnets {
    struct subnet items[CONFIG_MAX_SUBNETS]; /* In the order configured. */
    size_t n;
};

/* Asks for the subnets of the configuration.  Refuses when one is not there,
 * or not in the same network as the others. */
struct failure *subnets_load(struct client *client,
                             struct subnets *ret_subnets);

/* The network of the configuration's subnets; NULL when none of them is
 * there any more. */
struct failure *network_find(struct client *client, const char **ret_id);

/* The device_id of an interface. */
const char *device_id(struct arena *arena, const char *container_id,
                      const char *ifname);

/* The description of the ports of this configuration on this node. */
const char *port_description(struct arena *arena,
                             const struct config *config);

/* All ports of pods in a network for which 'filter' ("&device_id=...") holds,
 * with id, device_id and fixed_ips, as one JSON array. */
struct failure *ports_list(struct client *client, const char *network_id,
                           const char *filter, json_t **ret_ports);

/* The port of the interface that has an address in each subnet, or NULL;
 * its other ports are in 'ret_others', unless that is NULL. */
struct failure *port_find(struct client *client,
                          const struct environment *environment,
                          const struct subnets *subnets, json_t **ret_port,
                          json_t **ret_others);

/* The port's first address in the subnet, or NULL. */
const char *port_address(const json_t *port, const char *subnet_id);

/* Makes a port called 'name' for the interface, with an address in each
 * subnet. */
struct failure *port_create(struct client *client,
                            const struct environment *environment,
                            const char *name, const struct subnets *subnets,
                            json_t **ret_port);

/* Deletes a port; success when it is gone already. */
struct failure *port_delete(struct client *client, const json_t *port);

#endif
