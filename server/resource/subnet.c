/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subnets: the attribute table and the course of their updates.
 * subnet_create.c has how they are made, subnet_delete.c how they end,
 * subnet_rules.c what must hold between attributes; subnet_rows.c writes the
 * rows beside a subnet, subnet_ports.c the ports that follow its life.
 */
#include "resource/subnet.h"

#include "core/arena.h"
#include "core/settings.h"
#include "resource/absent.h"
#include "resource/creation.h"
#include "resource/network.h"
#include "resource/quota.h"
#include "resource/rbac_policy.h"
#include "resource/subnetpool.h"

#define COOLDOWN_MAX (30 * 24 * 3600) /* Seconds: a month. */

static const char *const modes[] = {"dhcpv6-stateful", "dhcpv6-stateless",
                                    "slaac", NULL};
static const char *const policies[] = {"sequential", "random", NULL};

static const struct attr subnet_attrs[] = {
    COMMON_ATTRS(struct subnet, ATTR_DB_DEFAULT),
    [SUBNET_NETWORK_ID] =
        {FIELD(struct subnet, network_id),
         .flags = ATTR_POST | ATTR_REQUIRED | ATTR_FILTER | ATTR_SORT,
         .doc = "Network that the subnet is in."},
    [SUBNET_IP_VERSION] =
        {FIELD(struct subnet, ip_version),
         .flags = ATTR_POST | ATTR_REQUIRED | ATTR_FILTER | ATTR_SORT,
         .check = subnet_check_version, .doc = "4 or 6."},
    [SUBNET_CIDR] =
        {FIELD(struct subnet, cidr),
         .flags = ATTR_POST | ATTR_COMPUTED | ATTR_FILTER | ATTR_SORT,
         .doc = "Address range of the subnet; host bits are cleared."},
    [SUBNET_GATEWAY_IP] =
        {FIELD(struct subnet, gateway_ip),
         .flags = ATTR_POST | ATTR_PUT | ATTR_NULL | ATTR_COMPUTED |
                  ATTR_FILTER | ATTR_SORT,
         .doc = "Gateway address.  Omitted: chosen by the server.  "
                "Null: no gateway."},
    [SUBNET_ALLOCATION_POOLS] =
        {FIELD(struct subnet, allocation_pools),
         .flags = ATTR_POST | ATTR_PUT | ATTR_COMPUTED, .max = 100,
         .doc = "Ranges from which ports get their addresses."},
    [SUBNET_DNS_NAMESERVERS] =
        {FIELD(struct subnet, dns_nameservers),
         .flags = ATTR_POST | ATTR_PUT | ATTR_NULL_EMPTY, .def = "{}",
         .check = subnet_check_nameservers,
         .doc = "Name servers for the ports, in order."},
    [SUBNET_HOST_ROUTES] =
        {FIELD(struct subnet, host_routes),
         .flags = ATTR_POST | ATTR_PUT | ATTR_NULL_EMPTY, .def = "[]",
         .check = subnet_check_routes, .doc = "Routes for the ports."},
    [SUBNET_ENABLE_DHCP] =
        {FIELD(struct subnet, enable_dhcp),
         .flags = ATTR_POST | ATTR_PUT | ATTR_FILTER | ATTR_SORT,
         .def = "true", .doc = "Whether DHCP serves the subnet."},
    [SUBNET_IPV6_ADDRESS_MODE] =
        {FIELD(struct subnet, ipv6_address_mode),
         .flags = ATTR_POST | ATTR_COMPUTED | ATTR_FILTER | ATTR_SORT,
         .one_of = modes, .doc = "How ports get IPv6 addresses."},
    [SUBNET_IPV6_RA_MODE] =
        {FIELD(struct subnet, ipv6_ra_mode),
         .flags = ATTR_POST | ATTR_COMPUTED | ATTR_FILTER | ATTR_SORT,
         .one_of = modes, .doc = "What router advertisements say."},
    [SUBNET_SERVICE_TYPES] =
        {FIELD(struct subnet, service_types),
         .flags = ATTR_POST | ATTR_PUT | ATTR_NULL_EMPTY, .def = "{}",
         .max = 100, .check = subnet_check_service_types,
         .doc = "device_owners that the subnet serves; none: all."},
    [SUBNET_DNS_PUBLISH_FIXED_IP] =
        {FIELD(struct subnet, dns_publish_fixed_ip),
         .flags = ATTR_POST | ATTR_PUT, .def = "false",
         .doc = "Publish fixed IPs in the external DNS."},
    [SUBNET_ENABLE_PRIVATE_DNS] =
        {FIELD(struct subnet, enable_private_dns), .flags = ATTR_POST,
         .def = "true", .doc = "Names of the ports in the private DNS."},
    [SUBNET_IP_COOLDOWN] =
        {FIELD(struct subnet, ip_cooldown),
         .flags = ATTR_POST | ATTR_PUT | ATTR_COMPUTED, .max = COOLDOWN_MAX,
         .doc = "Seconds before a freed address is given again."},
    [SUBNET_IP_ALLOCATION_POLICY] =
        {FIELD(struct subnet, ip_allocation_policy),
         .flags = ATTR_POST | ATTR_PUT, .def = "sequential",
         .one_of = policies, .doc = "Order in which addresses are given."},
    [SUBNET_SUBNETPOOL_ID] =
        {FIELD(struct subnet, subnetpool_id),
         .flags = ATTR_POST | ATTR_NULL | ATTR_COMPUTED | ATTR_FILTER |
                  ATTR_SORT,
         .doc = "Subnet pool that the cidr is from; null: none."},
    [SUBNET_PREFIXLEN] =
        {FIELD(struct subnet, prefixlen),
         .flags = ATTR_POST | ATTR_COMPUTED | ATTR_NO_COLUMN, .max = 128,
         .doc = "Length of the cidr that the subnet pool chooses.  Omitted: "
                "the pool's default_prefixlen."},
    [SUBNET_USE_DEFAULT_SUBNETPOOL] =
        {FIELD(struct subnet, use_default_subnetpool),
         .flags = ATTR_POST | ATTR_NO_COLUMN, .def = "false",
         .doc = "Take the default subnet pool of the ip_version."},
    [SUBNET_SEGMENT_ID] =
        {FIELD(struct subnet, segment_id),
         .flags = ATTR_POST | ATTR_NULL | ATTR_COMPUTED | ATTR_VIRTUAL |
                  ATTR_FILTER | ATTR_SORT,
         .expr = "NULL::uuid", .check = absent_check_segment,
         .doc = "Segment of the network; none is offered."},
    [SUBNET_SHARED] =
        {FIELD(struct subnet, shared),
         .flags = ATTR_VIRTUAL | ATTR_HIDDEN | ATTR_FILTER,
         .expr = RBAC_MAY_USE("t.network_id", ATTR_ASKER),
         .doc = "Whether the network is shared."},
    [SUBNET_SDN] =
        {FIELD(struct subnet, sdn), .flags = ATTR_FILTER | ATTR_SDN,
         .doc = "The SDN that carries the network."},
};

bool
subnet_is_eui64(const struct subnet *subnet)
{
    return record_has(&subnet->rec, SUBNET_IPV6_ADDRESS_MODE) &&
           strcmp(subnet->ipv6_address_mode, "dhcpv6-stateful") != 0;
}

/* It brings addresses to every port of its network, or ports, or is of a
 * pool, which is locked. */
static bool
is_long(const struct settings *settings, const void *record)
{
    return subnet_is_eui64(record) || settings->dhcp_ports > 0 ||
           subnetpool_is_asked(record);
}

/* --- update */

static struct err *
subnet_before_update(struct change *change, const void *current_,
                     void *patch_)
{
    const struct subnet *current = current_;
    struct subnet *patch = patch_;
    struct subnet merged = *current;
    table_merge(&subnet_resource.table, &merged, patch);
    TRY(subnet_check(change->arena, &merged));
    if (record_is_given(&patch->rec, SUBNET_GATEWAY_IP)) {
        TRY(subnet_check_gateway_free(change, current, &merged));
    }
    if (merged.enable_dhcp != current->enable_dhcp) {
        TRY(quota_lock(change, &current->network_id, current->project_id));
    }
    if (record_is_given(&patch->rec, SUBNET_ALLOCATION_POOLS)) {
        TRY(subnet_replace_pools(change, &merged));
    }
    if (merged.enable_dhcp != current->enable_dhcp) {
        TRY(merged.enable_dhcp ? subnet_add_dhcp(change, &merged)
                               : subnet_remove_dhcp(change, current));
    }
    return change_touch(change, &network_resource, &current->network_id);
}

const struct resource subnet_resource = {
    .table = {.name = "subnet",
              .plural = "subnets",
              .title = "Subnet",
              .attrs = subnet_attrs,
              .n_attrs = SUBNET_N_ATTRS,
              .size = sizeof(struct subnet),
              .not_found = ERR_SUBNET_NOT_FOUND,
              .varying = ATTR_BIT(ATTR_ID) | ATTR_BIT(ATTR_NAME) |
                         ATTR_BIT(ATTR_PROJECT_ID) |
                         ATTR_BIT(SUBNET_NETWORK_ID) |
                         ATTR_BIT(SUBNET_CIDR) |
                         ATTR_BIT(SUBNET_GATEWAY_IP) |
                         ATTR_BIT(SUBNET_ALLOCATION_POOLS),
              .visible = "t.network_id = ANY(" RBAC_USED_BY(ATTR_ASKER) ")",
              .doc = "An address range of a network."},
    .service = REACH_READ,
    .load_create = subnet_load_create,
    .before_create = subnet_before_create,
    .after_create = subnet_after_create,
    .create_batch = creation_run_jobs,
    .is_long = is_long,
    .before_update = subnet_before_update,
    .before_delete = subnet_before_delete,
    .find_blockers = blockers_of_subnet,
    .list_cascade = subnet_list_cascade,
    .run_cascade = subnet_run_cascade,
    .in_use = ERR_SUBNET_IN_USE,
    .after_delete = subnet_after_delete,
    .parent = &network_resource,
    .parent_lock = {ROW_CHANGE, ROW_DELETE},
    .network_attr = SUBNET_NETWORK_ID,
    .project_attr = ATTR_PROJECT_ID};
