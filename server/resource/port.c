/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ports: the attribute table.  port_create.c, port_update.c and port_delete.c
 * hold their changes, port_place.c the choice of addresses, port_values.c
 * what follows from other attributes.
 */
#include "resource/port.h"

#include "core/arena.h"
#include "resource/absent.h"
#include "resource/blockers.h"
#include "resource/names.h"
#include "resource/network.h"
#include "resource/port_internal.h"
#include "resource/shadow.h"
#include "schema/sqlarray.h"

static const char *const vnic_types[] = {
    "normal", "direct", "macvtap", "baremetal", "direct-physical",
    "virtio-forwarder", "smart-nic", "vdpa", "accelerator-direct",
    "accelerator-direct-physical", "remote-managed", NULL};
static const char *const data_plane_statuses[] = {"ACTIVE", "DOWN", NULL};
static const char *const numa_policies[] = {"required", "preferred",
                                            "legacy", NULL};

static const struct attr port_attrs[] = {
    COMMON_ATTRS(struct port, ATTR_POST),
    [PORT_NETWORK_ID] =
        {FIELD(struct port, network_id),
         .flags = ATTR_POST | ATTR_REQUIRED | ATTR_FILTER | ATTR_SORT,
         .doc = "Network that the port is in."},
    [PORT_ADMIN_STATE_UP] =
        {FIELD(struct port, admin_state_up),
         .flags = ATTR_POST | ATTR_PUT | ATTR_FILTER | ATTR_SORT,
         .def = "true", .doc = "Administrative state: up forwards."},
    [PORT_STATUS] =
        {FIELD(struct port, status), .flags = ATTR_FILTER | ATTR_SORT,
         .doc = "ACTIVE, DOWN, BUILD, ERROR or N/A."},
    [PORT_MAC_ADDRESS] =
        {FIELD(struct port, mac_address),
         .flags = ATTR_POST | ATTR_PUT | ATTR_NULL | ATTR_COMPUTED |
                  ATTR_FILTER | ATTR_SORT,
         .check = port_check_mac,
         .doc = "MAC address, unique in the network.  Omitted or null: "
                "generated; null in PUT: generated anew."},
    [PORT_FIXED_IPS] =
        {FIELD(struct port, fixed_ips),
         .flags = ATTR_POST | ATTR_PUT | ATTR_COMPUTED, .max = 64,
         .doc = "Addresses.  Omitted: one of each IP version that the "
                "network has.  Empty: none."},
    [PORT_DEVICE_ID] =
        {FIELD(struct port, device_id),
         .flags = ATTR_POST | ATTR_PUT | ATTR_FILTER | ATTR_SORT, .def = "",
         .max = 255, .doc = "The device that uses the port."},
    [PORT_DEVICE_OWNER] =
        {FIELD(struct port, device_owner),
         .flags = ATTR_POST | ATTR_PUT | ATTR_FILTER | ATTR_SORT, .def = "",
         .max = 255, .doc = "The kind of that device: \"compute:nova\"."},
    [PORT_SECURITY_GROUPS] =
        {FIELD(struct port, security_groups),
         .flags = ATTR_POST | ATTR_PUT | ATTR_NULL_EMPTY, .def = "{}",
         .check = absent_check_security_groups,
         .doc = "Security groups; none are offered."},
    [PORT_ALLOWED_ADDRESS_PAIRS] =
        {FIELD(struct port, allowed_address_pairs),
         .flags = ATTR_POST | ATTR_PUT | ATTR_NULL_EMPTY, .def = "[]",
         .check = port_check_pairs,
         .doc = "Addresses that it may use beside its own."},
    [PORT_EXTRA_DHCP_OPTS] =
        {FIELD(struct port, extra_dhcp_opts),
         .flags = ATTR_POST | ATTR_PUT | ATTR_NULL_EMPTY, .def = "[]",
         .max = 32, .doc = "DHCP options for this port."},
    [PORT_PORT_SECURITY_ENABLED] =
        {FIELD(struct port, port_security_enabled),
         .flags = ATTR_POST | ATTR_PUT | ATTR_COMPUTED,
         .doc = "Omitted: as the network says."},
    [PORT_DNS_NAME] =
        {FIELD(struct port, dns_name),
         .flags = ATTR_POST | ATTR_PUT | ATTR_LOWER, .def = "", .max = 255,
         .check = names_check_host, .doc = "Host name in the DNS."},
    [PORT_DNS_DOMAIN] =
        {FIELD(struct port, dns_domain),
         .flags = ATTR_POST | ATTR_PUT | ATTR_LOWER, .def = "", .max = 255,
         .check = names_check_fqdn, .doc = "Domain of published names."},
    [PORT_DNS_ASSIGNMENT] =
        {FIELD(struct port, dns_assignment),
         .doc = "Names that the DNS gives for each address."},
    [PORT_BINDING_HOST_ID] =
        {FIELD_AS(struct port, binding_host_id, "binding:host_id"),
         .flags = ATTR_POST | ATTR_PUT | ATTR_NULL | ATTR_FILTER |
                  ATTR_ADMIN_WRITE | ATTR_ADMIN_READ,
         .def = "", .max = 255, .doc = "Host that the port is on."},
    [PORT_BINDING_PROFILE] =
        {FIELD_AS(struct port, binding_profile, "binding:profile"),
         .flags = ATTR_POST | ATTR_PUT | ATTR_NULL | ATTR_ADMIN_WRITE |
                  ATTR_ADMIN_READ,
         .def = "{}", .check = port_check_profile,
         .doc = "What the host needs to know."},
    [PORT_BINDING_VIF_TYPE] =
        {FIELD_AS(struct port, binding_vif_type, "binding:vif_type"),
         .flags = ATTR_ADMIN_READ, .doc = "How it is plugged: unbound, ovs."},
    [PORT_BINDING_VIF_DETAILS] =
        {FIELD_AS(struct port, binding_vif_details, "binding:vif_details"),
         .flags = ATTR_ADMIN_READ, .doc = "Details of how it is plugged."},
    [PORT_BINDING_VNIC_TYPE] =
        {FIELD_AS(struct port, binding_vnic_type, "binding:vnic_type"),
         .flags = ATTR_POST | ATTR_PUT, .def = "normal",
         .one_of = vnic_types, .doc = "Kind of network card."},
    [PORT_DATA_PLANE_STATUS] =
        {FIELD(struct port, data_plane_status),
         .flags = ATTR_PUT | ATTR_NULL | ATTR_ADMIN_WRITE,
         .one_of = data_plane_statuses,
         .doc = "What the data plane reports; null: nothing."},
    [PORT_DEVICE_PROFILE] =
        {FIELD(struct port, device_profile), .flags = ATTR_POST | ATTR_NULL,
         .max = 255, .doc = "Accelerator profile."},
    [PORT_NUMA_AFFINITY_POLICY] =
        {FIELD(struct port, numa_affinity_policy),
         .flags = ATTR_POST | ATTR_PUT | ATTR_NULL, .one_of = numa_policies,
         .doc = "NUMA affinity of the port."},
    [PORT_PROPAGATE_UPLINK_STATUS] =
        {FIELD(struct port, propagate_uplink_status), .flags = ATTR_POST,
         .def = "true", .doc = "Passes the uplink's state on."},
    [PORT_IP_ALLOCATION] =
        {FIELD(struct port, ip_allocation),
         .flags = ATTR_FILTER | ATTR_SORT,
         .doc = "immediate, or none when it asked for no address."},
    [PORT_QOS_POLICY_ID] =
        {FIELD(struct port, qos_policy_id),
         .flags = ATTR_POST | ATTR_PUT | ATTR_NULL | ATTR_COMPUTED |
                  ATTR_VIRTUAL,
         .expr = "NULL::uuid", .check = absent_check_qos_policy,
         .doc = "QoS policy; none is offered."},
    [PORT_QOS_NETWORK_POLICY_ID] =
        {FIELD(struct port, qos_network_policy_id), .flags = ATTR_VIRTUAL,
         .expr = "NULL::uuid", .doc = "QoS policy of the network."},
    [PORT_RESOURCE_REQUEST] =
        {FIELD(struct port, resource_request),
         .flags = ATTR_VIRTUAL | ATTR_ADMIN_READ, .expr = "NULL::json",
         .doc = "Resources that a scheduler must find; null: none."},
    [PORT_SDN] = {FIELD(struct port, sdn), .flags = ATTR_FILTER | ATTR_SDN,
                  .doc = "The SDN that carries the network."},
};

/* The forms of ?fixed_ips=..., each an array of values, and of searching by a
 * part of what a port is known by (port_search.c). */
static const struct extra_filter port_filters[] = {
    {"fixed_ips", "ip_address=", TYPE_IP,
     "t.id IN (SELECT a.port_id FROM ip_allocations a"
     " WHERE a.ip_address = ANY(?::inet[]))", NULL},
    {"fixed_ips", "subnet_id=", TYPE_UUID,
     "t.id IN (SELECT a.port_id FROM ip_allocations a"
     " WHERE a.subnet_id = ANY(?::uuid[]))", NULL},
    {"fixed_ips", "ip_address_substr=", TYPE_TEXT,
     "EXISTS (SELECT 1 FROM ip_allocations a, unnest(?::text[]) s(part)"
     " WHERE a.port_id = t.id"
     " AND position(s.part IN host(a.ip_address)) > 0)", NULL},
    {"search", "", TYPE_TEXT, NULL, port_search},
    {"name_substr", "", TYPE_TEXT, NULL, port_search_name},
    {"mac_address_substr", "", TYPE_TEXT, NULL, port_search_mac},
    {"security_groups", "", TYPE_UUID, "t.security_groups && ?::uuid[]",
     NULL},
};

static const char *const automatic_owners[] = {
    DEVICE_OWNER_DHCP, DEVICE_OWNER_SHADOW, "network:distributed",
    "network:floatingip_agent_gateway", "network:router_centralized_snat"};
#define N_AUTOMATIC (sizeof automatic_owners / sizeof *automatic_owners)

bool
port_is_automatic(const char *device_owner)
{
    for (size_t i = 0; i < N_AUTOMATIC; i++) {
        if (strcmp(device_owner, automatic_owners[i]) == 0) {
            return true;
        }
    }
    return false;
}

const char *
port_automatic_owners(struct arena *arena)
{
    return sqlarray_format(arena, automatic_owners, N_AUTOMATIC);
}

bool
port_is_platform(const char *device_owner)
{
    return strncmp(device_owner, "network:", strlen("network:")) == 0;
}

bool
port_is_shadow(const char *device_owner)
{
    return strcmp(device_owner, DEVICE_OWNER_SHADOW) == 0;
}

bool
port_is_router(const char *device_owner)
{
    return strncmp(device_owner, "network:router_", strlen("network:router_"))
           == 0;
}

static struct err *
guard(struct change *change, const void *current)
{
    return shadow_guard(change, current);
}

const struct resource port_resource = {
    .table = {.name = "port",
              .plural = "ports",
              .title = "Port",
              .attrs = port_attrs,
              .n_attrs = PORT_N_ATTRS,
              .size = sizeof(struct port),
              .not_found = ERR_PORT_NOT_FOUND,
              .varying = ATTR_BIT(ATTR_ID) | ATTR_BIT(ATTR_NAME) |
                         ATTR_BIT(ATTR_PROJECT_ID) |
                         ATTR_BIT(PORT_NETWORK_ID) |
                         ATTR_BIT(PORT_MAC_ADDRESS) |
                         ATTR_BIT(PORT_FIXED_IPS) |
                         ATTR_BIT(PORT_DEVICE_ID) | ATTR_BIT(PORT_DNS_NAME) |
                         ATTR_BIT(PORT_DNS_ASSIGNMENT) |
                         ATTR_BIT(PORT_BINDING_HOST_ID),
              .self_contained = true,
              .doc = "What is plugged into a network."},
    .service = REACH_CHANGE,
    .guard = guard,
    .before_update = port_before_update,
    .free_attrs = ATTR_BIT(ATTR_NAME) | ATTR_BIT(ATTR_DESCRIPTION) |
                  ATTR_BIT(PORT_ADMIN_STATE_UP) | ATTR_BIT(PORT_DEVICE_ID),
    .lock_updates = port_lock_updates,
    .check_deletes = port_check_deletes,
    .delete_rows = port_delete_some,
    .create_batch = port_create_batch,
    .delete_batch = port_delete_batch,
    .find_blockers = blockers_of_port,
    .filters = port_filters,
    .n_filters = sizeof port_filters / sizeof *port_filters,
    .parent = &network_resource,
    .parent_lock = {ROW_STAYS, ROW_STAYS},
    .network_attr = PORT_NETWORK_ID,
    .project_attr = ATTR_PROJECT_ID,
};
