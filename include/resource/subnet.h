/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subnets: address ranges of a network, and how its ports get addresses.
 */
#ifndef RESOURCE_SUBNET_H
#define RESOURCE_SUBNET_H

#include "resource/resource.h"

struct subnet {
    COMMON_MEMBERS;
    struct uuid network_id;
    int64_t ip_version;
    int64_t prefixlen; /* Asked of the pool. */
    struct ip_prefix cidr;
    struct ip_addr gateway_ip;
    struct range_list allocation_pools;
    struct text_list dns_nameservers;
    struct host_route_list host_routes;
    bool enable_dhcp;
    bool dns_publish_fixed_ip;
    bool enable_private_dns;
    bool shared;
    bool use_default_subnetpool;
    bool of_pods; /* Of a new one: a cluster's, beside whatever there is. */
    const char *ipv6_address_mode;
    const char *ipv6_ra_mode;
    struct text_list service_types;
    int64_t ip_cooldown;
    const char *ip_allocation_policy;
    struct uuid subnetpool_id;
    struct uuid segment_id;
    const char *sdn;
    const char *shadow_project; /* Of a new one: whose its shadow port is. */
    const char *address_scope;  /* Of a new one: that of its pool, or NULL. */
};

enum subnet_attr {
    SUBNET_NETWORK_ID = ATTR_N_COMMON,
    SUBNET_IP_VERSION,
    SUBNET_CIDR,
    SUBNET_GATEWAY_IP,
    SUBNET_ALLOCATION_POOLS,
    SUBNET_DNS_NAMESERVERS,
    SUBNET_HOST_ROUTES,
    SUBNET_ENABLE_DHCP,
    SUBNET_IPV6_ADDRESS_MODE,
    SUBNET_IPV6_RA_MODE,
    SUBNET_SERVICE_TYPES,
    SUBNET_DNS_PUBLISH_FIXED_IP,
    SUBNET_ENABLE_PRIVATE_DNS,
    SUBNET_IP_COOLDOWN,
    SUBNET_IP_ALLOCATION_POLICY,
    SUBNET_SUBNETPOOL_ID,
    SUBNET_PREFIXLEN,
    SUBNET_USE_DEFAULT_SUBNETPOOL,
    SUBNET_SEGMENT_ID,
    SUBNET_SHARED,
    SUBNET_SDN,
    SUBNET_N_ATTRS
};

struct port;

extern const struct resource subnet_resource;

/* True when addresses of the subnet follow from MAC addresses (RFC 4862). */
bool subnet_is_eui64(const struct subnet *subnet);

/* --- subnet_create.c: the rules of new subnets (resource/creation.h) */

size_t subnet_load_create(struct creation *creation,
                          struct query *ret_queries);
struct err *subnet_before_create(struct creation *creation,
                                 const struct rows *rows);
struct err *subnet_after_create(struct creation *creation);

/* --- subnet_rules.c: what must hold between the attributes of a subnet */

/* Fills in gateway and pools that were not given; 'last_gateway' takes the
 * last host instead of the first.  Then checks everything. */
struct err *subnet_decide(struct arena *arena, struct subnet *subnet,
                          bool last_gateway) MUST_CHECK;

/* Checks gateway, pools, routes and name servers against each other. */
struct err *subnet_check(struct arena *arena,
                         const struct subnet *subnet) MUST_CHECK;

/* subnet_pools.c: its part about the pools. */
struct err *subnet_check_pools(struct arena *arena,
                               const struct subnet *subnet) MUST_CHECK;

/* Rules about one attribute. */
attr_check_fn subnet_check_version;
attr_check_fn subnet_check_nameservers;
attr_check_fn subnet_check_routes;
attr_check_fn subnet_check_service_types;

/* --- subnet_rows.c: the rows beside a subnet */

/* The statements that insert pools and counters of new subnets. */
#define SUBNET_N_ROWS 2
void subnet_insert_rows(struct arena *arena, void *const *subnets, size_t n,
                        struct query ret_queries[SUBNET_N_ROWS]);

/* Gives the subnet other pools; addresses in use are not touched. */
struct err *subnet_replace_pools(struct change *change,
                                 const struct subnet *subnet) MUST_CHECK;

/* --- subnet_ports.c: ports that follow the life of a subnet */

/* A new port of the server's own, of the subnet's project, with an address of
 * the subnet; its device is "<kind>-<subnet>". */
struct port *subnet_service_port(struct arena *arena,
                                 const struct subnet *subnet,
                                 const char *device_owner, const char *kind);

/* Gives a new subnet its DHCP ports and, when it is EUI-64, the existing
 * ports of its network their addresses. */
struct err *subnet_add_ports(struct change *change,
                             const struct subnet *subnet) MUST_CHECK;

/* Makes the DHCP ports of the subnet, as many as the setting says. */
struct err *subnet_add_dhcp(struct change *change,
                            const struct subnet *subnet) MUST_CHECK;

/* Refuses (ERR_GATEWAY_IN_USE) another gateway while a router has the address
 * of the current one. */
struct err *subnet_check_gateway_free(struct change *change,
                                      const struct subnet *current,
                                      const struct subnet *merged) MUST_CHECK;

/* Removes the DHCP ports of the subnet. */
struct err *subnet_remove_dhcp(struct change *change,
                               const struct subnet *subnet) MUST_CHECK;

/* Locks and reads the ports with an address in 'subnet'. */
struct err *subnet_lock_ports(struct change *change,
                              const struct subnet *subnet,
                              struct rows *ret_rows) MUST_CHECK;

/* --- subnet_delete.c: the end of a subnet */

/* Refuses when ports use it, and takes away the automatic ones. */
struct err *subnet_before_delete(struct change *change, const void *current);

/* Its network shows it no longer: an event of that. */
struct err *subnet_after_delete(struct change *change, const void *current);

/* The same on purpose: ports of its project that have addresses nowhere else
 * go with it, the others lose their address in it.  Ports of others that would
 * not keep the plain deletion are treated as by that, and not listed. */
struct err *subnet_list_cascade(struct change *change, const void *current,
                                struct cascade *cascade);
struct err *subnet_run_cascade(struct change *change, const void *current,
                               const struct cascade *cascade);

#endif
