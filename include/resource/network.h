/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Networks: what subnets and ports are in.
 */
#ifndef RESOURCE_NETWORK_H
#define RESOURCE_NETWORK_H

#include "resource/resource.h"

struct network {
    COMMON_MEMBERS;
    bool admin_state_up;
    const char *status;
    bool shared; /* With who asks. */
    bool shared_with_all;
    bool router_external;
    bool is_default;
    bool project_default;
    int64_t mtu;
    bool port_security_enabled;
    const char *dns_domain;
    struct text_list availability_zone_hints;
    struct text_list availability_zones;
    const char *provider_network_type;
    const char *provider_physical_network;
    int64_t provider_segmentation_id;
    bool vlan_transparent;
    bool l2_adjacency;
    struct uuid_list subnets;
    struct json_text reserved_ranges;
    struct uuid qos_policy_id;
    struct uuid ipv4_address_scope;
    struct uuid ipv6_address_scope;
    const char *sdn;
    bool enable_shadow_port;
    const char *private_dns_domain;
};

enum network_attr {
    NETWORK_ADMIN_STATE_UP = ATTR_N_COMMON,
    NETWORK_STATUS,
    NETWORK_SHARED,
    NETWORK_SHARED_WITH_ALL,
    NETWORK_ROUTER_EXTERNAL,
    NETWORK_IS_DEFAULT,
    NETWORK_PROJECT_DEFAULT,
    NETWORK_MTU,
    NETWORK_PORT_SECURITY_ENABLED,
    NETWORK_DNS_DOMAIN,
    NETWORK_AVAILABILITY_ZONE_HINTS,
    NETWORK_AVAILABILITY_ZONES,
    NETWORK_PROVIDER_NETWORK_TYPE,
    NETWORK_PROVIDER_PHYSICAL_NETWORK,
    NETWORK_PROVIDER_SEGMENTATION_ID,
    NETWORK_VLAN_TRANSPARENT,
    NETWORK_L2_ADJACENCY,
    NETWORK_SUBNETS,
    NETWORK_RESERVED_RANGES,
    NETWORK_QOS_POLICY_ID,
    NETWORK_IPV4_ADDRESS_SCOPE,
    NETWORK_IPV6_ADDRESS_SCOPE,
    NETWORK_SDN,
    NETWORK_ENABLE_SHADOW_PORT,
    NETWORK_PRIVATE_DNS_DOMAIN,
    NETWORK_N_ATTRS
};

extern const struct resource network_resource;

/* network_delete.c: refuses while ports of people are in the network; else
 * takes its subnets and automatic ports along. */
struct err *network_before_delete(struct change *change, const void *current);

/* The same on purpose: all ports and subnets of its project go with it. */
struct err *network_list_cascade(struct change *change, const void *current,
                                 struct cascade *cascade);
struct err *network_run_cascade(struct change *change, const void *current,
                                const struct cascade *cascade);

/* Adds the ports and subnets of network 'id' to 'cascade': what is not of
 * project 'owner' to the blockers; nodes of other cluster networks than
 * 'cluster_id' (NULL: none) not at all. */
struct err *network_list_content(struct change *change, const struct uuid *id,
                                 const char *owner, const char *cluster_id,
                                 struct cascade *cascade) MUST_CHECK;

#endif
