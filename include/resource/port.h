/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ports: what is plugged into a network, and the addresses it holds.
 */
#ifndef RESOURCE_PORT_H
#define RESOURCE_PORT_H

#include "db/addresses.h"
#include "resource/resource.h"

struct port {
    COMMON_MEMBERS;
    struct uuid network_id;
    bool admin_state_up;
    const char *status;
    struct mac_addr mac_address;
    struct fixed_ip_list fixed_ips;
    const char *device_id;
    const char *device_owner;
    struct uuid_list security_groups;
    struct address_pair_list allowed_address_pairs;
    struct dhcp_opt_list extra_dhcp_opts;
    bool port_security_enabled;
    const char *dns_name;
    const char *dns_domain;
    struct json_text dns_assignment;
    const char *binding_host_id;
    struct json_text binding_profile;
    const char *binding_vif_type;
    struct json_text binding_vif_details;
    const char *binding_vnic_type;
    const char *data_plane_status;
    const char *device_profile;
    const char *numa_affinity_policy;
    bool propagate_uplink_status;
    const char *ip_allocation;
    struct uuid qos_policy_id;
    struct uuid qos_network_policy_id;
    struct json_text resource_request;
    const char *sdn;
};

enum port_attr {
    PORT_NETWORK_ID = ATTR_N_COMMON,
    PORT_ADMIN_STATE_UP,
    PORT_STATUS,
    PORT_MAC_ADDRESS,
    PORT_FIXED_IPS,
    PORT_DEVICE_ID,
    PORT_DEVICE_OWNER,
    PORT_SECURITY_GROUPS,
    PORT_ALLOWED_ADDRESS_PAIRS,
    PORT_EXTRA_DHCP_OPTS,
    PORT_PORT_SECURITY_ENABLED,
    PORT_DNS_NAME,
    PORT_DNS_DOMAIN,
    PORT_DNS_ASSIGNMENT,
    PORT_BINDING_HOST_ID,
    PORT_BINDING_PROFILE,
    PORT_BINDING_VIF_TYPE,
    PORT_BINDING_VIF_DETAILS,
    PORT_BINDING_VNIC_TYPE,
    PORT_DATA_PLANE_STATUS,
    PORT_DEVICE_PROFILE,
    PORT_NUMA_AFFINITY_POLICY,
    PORT_PROPAGATE_UPLINK_STATUS,
    PORT_IP_ALLOCATION,
    PORT_QOS_POLICY_ID,
    PORT_QOS_NETWORK_POLICY_ID,
    PORT_RESOURCE_REQUEST,
    PORT_SDN,
    PORT_N_ATTRS
};

extern const struct resource port_resource;

#define DEVICE_OWNER_DHCP "network:dhcp"
#define DEVICE_OWNER_SHADOW "network:shadow_port"

/* True for ports that the server makes and removes by itself and that keep
 * nobody from deleting a network. */
bool port_is_automatic(const char *device_owner);

/* The device_owners of those ports, as an array literal. */
const char *port_automatic_owners(struct arena *arena);

/* True for ports of the platform: routers, DHCP, and their kind. */
bool port_is_platform(const char *device_owner);

/* True for shadow ports (resource/shadow.h), which count in no quota. */
bool port_is_shadow(const char *device_owner);

/* True for the interface of a router, which does not take SLAAC addresses. */
bool port_is_router(const char *device_owner);

/* --- port_values.c: what follows from other attributes */

/* Fills in dns_assignment and the MACs of allowed_address_pairs. */
void port_derive(struct arena *arena, const struct settings *settings,
                 struct port *port);

/* Checks attributes against each other. */
struct err *port_check(struct arena *arena,
                       const struct port *port) MUST_CHECK;

/* A random MAC address that begins like 'settings->mac_base', and the one
 * behind 'mac' of those that do.  Ports made together take neighbours: in the
 * index that keeps MACs unique, strangers each cost a page. */
struct mac_addr port_draw_mac(const struct settings *settings);
struct mac_addr port_mac_behind(const struct settings *settings,
                                const struct mac_addr *mac);

/* --- port_place.c: which addresses a port gets */

/* One address that a port is to hold. */
struct port_want {
    struct ipam_subnet **subnets; /* Any of them, the first that can. */
    size_t n_subnets;
    struct ip_addr ip; /* Version 0: the next one. */
    bool held;         /* The port holds 'ip' already. */
    bool taken;        /* The database says that 'ip' is in use. */
    struct ip_addr *draws; /* Candidates of a random subnet. */
    bool *draws_taken;
    size_t n_draws;
};

/* The addresses of one port. */
struct port_request {
    struct port *port;
    const struct caller *caller; /* Who is told why not. */
    const struct fixed_ip *held; /* Addresses that it holds (an update). */
    size_t n_held;
    bool *kept; /* Of 'held': which it keeps. */
    struct port_want *wants;
    size_t n_wants;
};

/* Works out what 'request->port' wants from its fixed_ips (given or not). */
struct err *port_resolve(const struct addresses *addresses,
                         struct arena *arena,
                         struct port_request *request) MUST_CHECK;

/* Asks the database which of the explicit addresses are in use. */
struct err *port_look(const struct addresses *addresses,
                      struct port_request *const *requests,
                      size_t n) MUST_CHECK;

/* Takes the wanted addresses; 'port->fixed_ips' is then what it holds.  New
 * ones are added to 'items' from '*n_items' on. */
struct err *port_take(struct addresses *addresses, struct arena *arena,
                      struct port_request *request, struct address *items,
                      size_t *n_items) MUST_CHECK;

/* --- port_create.c */

/* Creates 'n' ports within 'change', without commit: those that the server
 * makes. */
struct err *port_create_all(struct change *change, struct port *const *ports,
                            size_t n) MUST_CHECK;

/* --- port_delete.c */

/* Deletes the ports of 'rows' (a SELECT of the port table, locked) within
 * 'change', without commit. */
struct err *port_delete_rows(struct change *change,
                             const struct rows *rows) MUST_CHECK;

/* The same for the ports with these ids, which it locks; those that are gone
 * are no mistake. */
struct err *port_delete_ids(struct change *change, const char *const *ids,
                            size_t n) MUST_CHECK;

/* --- port_update.c */

/* The addresses of a port, as items that can be released. */
size_t port_addresses(const struct port *port, struct address *ret_items);

#endif
