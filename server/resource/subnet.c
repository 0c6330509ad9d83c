/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subnets: the attribute table and the course of their changes.
 * subnet_rules.c says what must hold between attributes, subnet_rows.c writes
 * the rows beside a subnet, subnet_ports.c the ports that follow its life.
 */
#include "resource/subnet.h"

#include "core/arena.h"
#include "core/settings.h"
#include "db/render.h"
#include "resource/absent.h"
#include "resource/cluster.h"
#include "resource/network.h"
#include "resource/quota.h"
#include "resource/rbac_policy.h"
#include "resource/shadow.h"
#include "resource/subnetpool.h"
#include "schema/sqlarray.h"

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

/* --- create */

/* Ids of the networks of 'subnets'. */
static const char **
network_ids(struct arena *arena, void *const *subnets, size_t n)
{
    const char **ids = ARENA_ARRAY(arena, const char *, n);
    for (size_t i = 0; i < n; i++) {
        const struct subnet *subnet = subnets[i];
        ids[i] = type_of(TYPE_UUID)->to_sql(arena, &subnet->network_id);
    }
    return ids;
}

/* For a moment nobody makes ports in the networks: each port either sees the
 * new subnet or is seen by it. */
STATEMENT(subnet_lock_networks,
    "SELECT n.id, n.project_id, n.sdn, n.enable_shadow_port"
    "  FROM networks n WHERE n.id = ANY($1::uuid[])"
    " ORDER BY n.id FOR UPDATE");

STATEMENT(subnet_siblings,
    "SELECT network_id, cidr, subnetpool_id FROM subnets"
    " WHERE network_id = ANY($1::uuid[])");

/* Row of the network 'id' among the locked ones, or -1. */
static int
find_network(const struct rows *rows, const char *id)
{
    for (int row = 0; row < rows_count(rows); row++) {
        if (strcmp(rows_text(rows, row, 0), id) == 0) {
            return row;
        }
    }
    return -1;
}

/* The network must exist for the caller, and be its own. */
static struct err *
check_network(struct change *change, const struct rows *rows, int row,
              const char *id)
{
    const struct caller *caller = change->caller;
    bool own = row >= 0 && (caller->is_admin ||
                            strcmp(rows_text(rows, row, 1),
                                   caller->project_id) == 0);
    enum rbac_access access = RBAC_NO_ACCESS;
    if (own) {
        return NULL;
    }
    TRY(rbac_look(change, id, &access));
    if (row < 0 || access == RBAC_NO_ACCESS) {
        return resource_not_found(change->arena, &network_resource, id);
    }
    struct blockers blockers = blockers_none(change->arena, caller);
    return blockers_explain(
        &blockers, change->tx, blockers_of_guest(change->arena, caller, id),
        err_new(change->arena, ERR_FORBIDDEN,
                "a subnet of network \"%s\" can only be made by the project "
                "that owns the network", id));
}

/* Names the subnets in the way; none: one of the same request, 'other'. */
static struct err *
refuse_overlap(struct change *change, const struct subnet *subnet,
               const char *network_id, const struct ip_prefix *other)
{
    const struct type *type = type_of(TYPE_CIDR);
    struct arena *arena = change->arena;
    const char *cidr = type->to_sql(arena, &subnet->cidr);
    struct blockers blockers = blockers_none(arena, change->caller);
    struct blocker_query query =
        blockers_of_cidr(arena, change->caller, network_id, cidr);
    TRY(blockers_find(&blockers, change->tx, &query));
    if (blockers.total == 0) {
        blockers_add(&blockers,
                     &(struct blocker){
                         .type = "subnet",
                         .reason = arena_printf(
                             arena, "The same request asks for a subnet with "
                                    "the cidr \"%s\": choose ranges that do "
                                    "not overlap.",
                             (const char *) type->to_sql(arena, other))});
    }
    return blockers_refuse(
        &blockers,
        err_new(arena, ERR_INVALID_INPUT,
                "the requested subnet with cidr \"%s\" for network \"%s\" "
                "overlaps with another subnet", cidr, network_id));
}

static struct err *
check_overlap(struct change *change, const struct rows *siblings,
              void *const *subnets, size_t i)
{
    const struct subnet *subnet = subnets[i];
    char network_id[UUID_TEXT_SIZE];
    uuid_to_text(&subnet->network_id, network_id);
    for (int row = 0; row < rows_count(siblings); row++) {
        struct ip_prefix cidr;
        if (strcmp(rows_text(siblings, row, 0), network_id) == 0 &&
            ip_prefix_parse(rows_text(siblings, row, 1), &cidr) &&
            ip_prefix_overlaps(&cidr, &subnet->cidr)) {
            return refuse_overlap(change, subnet, network_id, &cidr);
        }
    }
    for (size_t j = 0; j < i; j++) {
        const struct subnet *other = subnets[j];
        if (uuid_equal(&other->network_id, &subnet->network_id) &&
            ip_prefix_overlaps(&other->cidr, &subnet->cidr)) {
            return refuse_overlap(change, subnet, network_id, &other->cidr);
        }
    }
    return NULL;
}

static struct err *
prepare(struct change *change, struct subnet *subnet,
        const struct rows *networks)
{
    char id[UUID_TEXT_SIZE];
    uuid_to_text(&subnet->network_id, id);
    int row = find_network(networks, id);
    TRY(check_network(change, networks, row, id));
    const char *sdn = rows_text(networks, row, 2);
    if (sdn != NULL) {
        subnet->sdn = arena_strdup(change->arena, sdn);
        record_set(&subnet->rec, SUBNET_SDN);
    }
    if (rows_bool(networks, row, 3)) {
        subnet->shadow_project = rows_text(networks, row, 1);
    }
    if (!record_has(&subnet->rec, SUBNET_IP_COOLDOWN)) {
        subnet->ip_cooldown = change->settings->ip_cooldown;
        record_set(&subnet->rec, SUBNET_IP_COOLDOWN);
    }
    return subnet_decide(change->arena, subnet,
                         sdn != NULL && strcmp(sdn, "sprut") == 0);
}

/* What a creation finds: one round trip, under the locks of the first. */
enum surroundings { LOCKED, SIBLINGS, RANGES, NETWORKS, N_SURROUNDINGS };

static struct err *
load_surroundings(struct change *change, void *const *subnets, size_t n,
                  struct rows ret_rows[N_SURROUNDINGS])
{
    const struct visibility all = change_visibility(change);
    struct arena *arena = change->arena;
    const char **ids = network_ids(arena, subnets, n);
    const char *params[] = {sqlarray_format(arena, ids, n)};
    struct query queries[] = {
        [LOCKED] = QUERY(subnet_lock_networks, params),
        [SIBLINGS] = QUERY(subnet_siblings, params),
        [RANGES] = cluster_ranges_query(arena, params[0]),
        [NETWORKS] = sqlgen_get(arena, &network_resource.table, ids, n, &all,
                                ROW_READ)};
    return tx_run(change->tx, queries, N_SURROUNDINGS, ret_rows);
}

static struct err *
subnet_before_create(struct change *change, void *const *subnets, size_t n)
{
    struct rows rows[N_SURROUNDINGS];
    TRY(load_surroundings(change, subnets, n, rows));
    TRY(subnetpool_place(change, &rows[SIBLINGS], subnets, n));
    for (size_t i = 0; i < n; i++) {
        TRY(prepare(change, subnets[i], &rows[LOCKED]));
        TRY(check_overlap(change, &rows[SIBLINGS], subnets, i));
    }
    TRY(cluster_check_ranges(change, &rows[RANGES], subnets, n));
    for (int row = 0; row < rows_count(&rows[NETWORKS]); row++) {
        change_remember_row(change, &network_resource, &rows[NETWORKS], row);
    }
    for (size_t i = 0; i < n && change->settings->dhcp_ports > 0; i++) {
        const struct subnet *subnet = subnets[i];
        TRY(quota_lock(change, &subnet->network_id, subnet->project_id));
    }
    return NULL;
}

static struct err *
subnet_after_create(struct change *change, void *const *subnets, size_t n)
{
    subnet_insert_rows(change, subnets, n);
    subnetpool_hold(change, subnets, n);
    for (size_t i = 0; i < n; i++) {
        const struct subnet *subnet = subnets[i];
        TRY(change_touch(change, &network_resource, &subnet->network_id));
        TRY(subnet_add_ports(change, subnet));
    }
    return shadow_follow(change, subnets, n);
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
              .visible = "t.network_id = ANY(" RBAC_USED_BY(ATTR_ASKER) ")",
              .doc = "An address range of a network."},
    .service = REACH_READ,
    .before_create = subnet_before_create,
    .after_create = subnet_after_create,
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
