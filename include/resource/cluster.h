/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cluster networks: the network part of a Kubernetes cluster as one object.
 * A network and a subnet (new ones, or such as there are), a port for every
 * node, the ranges of pods and services: made together or not at all, kept
 * together, and deleted together.
 *
 * The row of a cluster network is locked behind its network and before
 * subnets and ports.
 */
#ifndef RESOURCE_CLUSTER_H
#define RESOURCE_CLUSTER_H

#include "resource/resource.h"

struct port;
struct subnet;

struct cluster {
    COMMON_MEMBERS;
    const char *cluster_id;
    const char *status;
    struct uuid network_id;
    struct uuid subnet_id;
    struct json_text network;   /* What the answer shows of it. */
    struct subnet_block subnet; /* Asked: the block; shown: the subnet. */
    struct uuid loadbalancer_subnet_id;
    struct ip_prefix pods_cidr;
    struct ip_prefix services_cidr;
    bool pods_subnet;
    struct uuid pods_subnet_id;
    bool external_ip;
    struct node_group_list node_groups;
    struct json_text owned;
    struct json_text ports;
    struct json_text shadow_port;
    const char *sdn;
    bool owns_network;
    bool owns_subnet;
    /* What was asked for where the server chose; null: nothing. */
    struct uuid asked_network_id;
    struct uuid asked_subnet_id;
    struct ip_prefix asked_cidr;
    struct uuid asked_subnetpool_id;
    int64_t asked_prefixlen;
};

enum cluster_attr {
    CLUSTER_CLUSTER_ID = ATTR_N_COMMON,
    CLUSTER_STATUS,
    CLUSTER_NETWORK_ID,
    CLUSTER_SUBNET_ID,
    CLUSTER_NETWORK,
    CLUSTER_SUBNET,
    CLUSTER_LOADBALANCER_SUBNET_ID,
    CLUSTER_PODS_CIDR,
    CLUSTER_SERVICES_CIDR,
    CLUSTER_PODS_SUBNET,
    CLUSTER_PODS_SUBNET_ID,
    CLUSTER_EXTERNAL_IP,
    CLUSTER_NODE_GROUPS,
    CLUSTER_OWNED,
    CLUSTER_PORTS,
    CLUSTER_SHADOW_PORT,
    CLUSTER_SDN,
    CLUSTER_OWNS_NETWORK,
    CLUSTER_OWNS_SUBNET,
    CLUSTER_ASKED_NETWORK_ID,
    CLUSTER_ASKED_SUBNET_ID,
    CLUSTER_ASKED_CIDR,
    CLUSTER_ASKED_PREFIXLEN,
    CLUSTER_ASKED_SUBNETPOOL_ID,
    CLUSTER_N_ATTRS
};

extern const struct resource cluster_resource;

#define CLUSTER_NODE_OWNER "cluster:node" /* device_owner of a new port. */
#define CLUSTER_PREFIXLEN 24              /* Of a subnet, by default. */

/* Nodes of all groups. */
int64_t cluster_count_nodes(const struct node_group_list *groups);

/* Every error of a body with the path of its attribute: "name" becomes
 * "cluster_network.name".  Returns 'err'. */
struct err *cluster_name_attrs(struct arena *arena, struct err *err);

/* --- creation */

/* What a cluster network that does not fit would need. */
struct cluster_problem {
    struct err *err;       /* 403 or 409, with its blockers. */
    const char *attribute; /* What to change; NULL: nothing helps. */
    const char *value;     /* To what, as JSON. */
};

#define CLUSTER_MAX_PROBLEMS 64

/* The outcome of a creation. */
struct cluster_outcome {
    bool found;       /* It was there already, with the same content. */
    struct rows rows; /* Its row. */
    struct cluster_problem problems[CLUSTER_MAX_PROBLEMS];
    size_t n_problems;
    struct ip_prefix cidr; /* Of its subnet; version 0: not known. */
    int64_t addresses_needed;
    int64_t addresses_free; /* In the subnet, before; -1: not known. */
};

/* Checks what must hold between the attributes of a POST, whatever the
 * database says. */
struct err *cluster_check(struct arena *arena,
                          const struct cluster *cluster) MUST_CHECK;

/* Creates 'cluster' and all that belongs to it within 'change', without
 * commit, or finds the one that is there.  Refused with the first problem;
 * 'outcome' has all of them. */
struct err *cluster_create(struct change *change, struct cluster *cluster,
                           struct cluster_outcome *outcome) MUST_CHECK;

/* --- cluster_guard.c: what others may not do to a cluster network */

/* Refuses while a cluster network uses the network, or a subnet of it. */
struct err *cluster_guard_network(struct change *change,
                                  const struct uuid *id) MUST_CHECK;

/* Refuses while a cluster network uses the subnet. */
struct err *cluster_guard_subnet(struct change *change,
                                 const struct uuid *id) MUST_CHECK;

/* Refuses while a cluster without external IP is in the network. */
struct err *cluster_guard_shadow_port(struct change *change,
                                      const struct uuid *network_id)
    MUST_CHECK;

/* The statement that finds the nodes' ports among 'ids', an array literal. */
struct query cluster_nodes_query(struct arena *arena, const char *ids);

/* Refuses to delete the port 'id' when it is in the rows of that statement. */
struct err *cluster_refuse_node(struct arena *arena, struct tx *tx,
                                const struct caller *caller, const char *id,
                                const struct rows *nodes) MUST_CHECK;

/* A node's port keeps an address of its cluster's subnet. */
struct err *cluster_guard_addresses(struct change *change,
                                    const struct port *merged) MUST_CHECK;

/* --- cluster_ranges.c */

/* SELECT of the reserved ranges of the networks with these ids, an array. */
struct query cluster_ranges_query(struct arena *arena, const char *ids);

/* Refuses (ERR_CIDR_OVERLAP) a new subnet that overlaps a reserved range of
 * its network, which is locked; 'ranges' are those of that SELECT. */
struct err *cluster_check_ranges(struct change *change,
                                 const struct rows *ranges,
                                 void *const *subnets, size_t n) MUST_CHECK;

#endif
