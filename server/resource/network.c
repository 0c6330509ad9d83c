/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Networks: the attribute table and the rules.  network_delete.c holds what
 * the deletion of a network takes along.
 */
#include "resource/network.h"

#include "core/arena.h"
#include "core/settings.h"
#include "resource/absent.h"
#include "resource/creation.h"
#include "resource/names.h"
#include "resource/rbac_policy.h"
#include "resource/shadow.h"

#define VLAN_MAX 4094 /* IEEE 802.1Q: 0 and 4095 are reserved. */
#define MTU_MIN 68 /* RFC 791: every module must forward 68 octets. */

static const char *const network_types[] = {
    "flat", "vlan", "vxlan", "gre", "geneve", "local", NULL};

/* That of the pools which the subnets are from. */
#define SCOPE_OF(ip_version_)                                            \
    "SELECT p.address_scope_id FROM subnets s"                           \
    " JOIN subnetpools p ON p.id = s.subnetpool_id"                      \
    " WHERE s.network_id = t.id AND s.subnetpool_id IS NOT NULL"         \
    " AND s.ip_version = " ip_version_                                   \
    " AND p.address_scope_id IS NOT NULL LIMIT 1"

static const struct attr network_attrs[] = {
    COMMON_ATTRS(struct network, ATTR_DB_DEFAULT),
    [NETWORK_ADMIN_STATE_UP] =
        {FIELD(struct network, admin_state_up),
         .flags = ATTR_POST | ATTR_PUT | ATTR_FILTER | ATTR_SORT,
         .def = "true", .doc = "Administrative state: up forwards."},
    [NETWORK_STATUS] =
        {FIELD(struct network, status), .flags = ATTR_FILTER | ATTR_SORT,
         .doc = "ACTIVE, DOWN, BUILD or ERROR."},
    [NETWORK_SHARED] =
        {FIELD(struct network, shared),
         .flags = ATTR_POST | ATTR_PUT | ATTR_FILTER | ATTR_SORT |
                  ATTR_ADMIN_WRITE | ATTR_VIRTUAL,
         .def = "false",
         .expr = "t.shared OR t.id = ANY(ARRAY("
                 "SELECT r.object_id FROM rbac_policies r"
                 " WHERE r.target_tenant = " ATTR_ASKER
                 "   AND r.action = '" RBAC_SHARED "'))",
         .doc = "Usable by who asks because of a policy.  Given, it stands "
                "for the policy access_as_shared of every project."},
    [NETWORK_SHARED_WITH_ALL] =
        {FIELD(struct network, shared_with_all), .column = "shared",
         .flags = ATTR_HIDDEN, .doc = "There is such a policy."},
    [NETWORK_ROUTER_EXTERNAL] =
        {FIELD_AS(struct network, router_external, "router:external"),
         .flags = ATTR_POST | ATTR_PUT | ATTR_FILTER | ATTR_ADMIN_WRITE,
         .def = "false",
         .doc = "Leads out of the cloud: there are policies "
                "access_as_external.  Given, it stands for that of every "
                "project."},
    [NETWORK_IS_DEFAULT] =
        {FIELD(struct network, is_default),
         .flags = ATTR_POST | ATTR_PUT | ATTR_FILTER | ATTR_ADMIN_WRITE,
         .def = "false", .doc = "The external network taken by default."},
    [NETWORK_PROJECT_DEFAULT] =
        {FIELD(struct network, project_default),
         .flags = ATTR_POST | ATTR_PUT, .def = "false",
         .doc = "The network that its project takes by default."},
    [NETWORK_MTU] =
        {FIELD(struct network, mtu),
         .flags = ATTR_POST | ATTR_PUT | ATTR_FILTER | ATTR_SORT |
                  ATTR_COMPUTED,
         .doc = "Largest packet, in octets; 0 takes the default."},
    [NETWORK_PORT_SECURITY_ENABLED] =
        {FIELD(struct network, port_security_enabled),
         .flags = ATTR_POST | ATTR_PUT, .def = "true",
         .doc = "Default port security of the network's ports."},
    [NETWORK_DNS_DOMAIN] =
        {FIELD(struct network, dns_domain),
         .flags = ATTR_POST | ATTR_PUT | ATTR_LOWER, .def = "", .max = 255,
         .check = names_check_fqdn, .doc = "Domain of published names."},
    [NETWORK_AVAILABILITY_ZONE_HINTS] =
        {FIELD(struct network, availability_zone_hints),
         .flags = ATTR_POST, .def = "{}",
         .doc = "Availability zones that the network should be in."},
    [NETWORK_AVAILABILITY_ZONES] =
        {FIELD(struct network, availability_zones),
         .flags = ATTR_VIRTUAL, .expr = "'{}'::text[]", .fresh = "{}",
         .doc = "Availability zones that the network is in."},
    [NETWORK_PROVIDER_NETWORK_TYPE] =
        {FIELD_AS(struct network, provider_network_type,
                  "provider:network_type"),
         .flags = ATTR_POST | ATTR_PUT | ATTR_NULL | ATTR_FILTER |
                  ATTR_COMPUTED | ATTR_ADMIN_WRITE | ATTR_ADMIN_READ,
         .max = 32, .one_of = network_types,
         .doc = "How the network is carried."},
    [NETWORK_PROVIDER_PHYSICAL_NETWORK] =
        {FIELD_AS(struct network, provider_physical_network,
                  "provider:physical_network"),
         .flags = ATTR_POST | ATTR_PUT | ATTR_NULL | ATTR_FILTER |
                  ATTR_COMPUTED | ATTR_ADMIN_WRITE | ATTR_ADMIN_READ,
         .max = 64, .doc = "Physical network that carries it."},
    [NETWORK_PROVIDER_SEGMENTATION_ID] =
        {FIELD_AS(struct network, provider_segmentation_id,
                  "provider:segmentation_id"),
         .flags = ATTR_POST | ATTR_PUT | ATTR_NULL | ATTR_FILTER |
                  ATTR_COMPUTED | ATTR_ADMIN_WRITE | ATTR_ADMIN_READ,
         .min = 0, .max = 0xFFFFFFFF,
         .doc = "VLAN or tunnel id on the physical network."},
    [NETWORK_VLAN_TRANSPARENT] =
        {FIELD(struct network, vlan_transparent),
         .flags = ATTR_POST | ATTR_NULL | ATTR_FILTER | ATTR_COMPUTED,
         .doc = "Passes VLAN tags of its ports; null: unknown."},
    [NETWORK_L2_ADJACENCY] =
        {FIELD(struct network, l2_adjacency), .flags = ATTR_VIRTUAL,
         .expr = "true", .fresh = "t",
         .doc = "All ports are in one broadcast domain."},
    /* Compared as rows, which only a b-tree can: the index of the ranges, which
     * has the network's as well, takes ten times as long. */
    [NETWORK_SUBNETS] =
        {FIELD(struct network, subnets), .flags = ATTR_VIRTUAL,
         .fresh = "{}",
         .expr = "ARRAY(SELECT s.id FROM subnets s"
                 " WHERE (s.network_id, s.id) >="
                 "       (t.id, '00000000-0000-0000-0000-000000000000')"
                 "   AND (s.network_id, s.id) <="
                 "       (t.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')"
                 " ORDER BY s.created_at, s.id)",
         .doc = "Ids of the network's subnets, oldest first."},
    [NETWORK_RESERVED_RANGES] =
        {FIELD(struct network, reserved_ranges), .flags = ATTR_VIRTUAL,
         .fresh = "[]",
         .expr = "SELECT coalesce('[' || string_agg(row_to_json(x)::text, ','"
                 " ORDER BY r.cidr) || ']', '[]')::json"
                 " FROM reserved_ranges r, LATERAL (SELECT r.cidr, r.kind) x"
                 " WHERE r.network_id = t.id",
         .doc = "Ranges of cluster networks, which no subnet may overlap but "
                "that of their own pods."},
    [NETWORK_QOS_POLICY_ID] =
        {FIELD(struct network, qos_policy_id),
         .flags = ATTR_POST | ATTR_PUT | ATTR_NULL | ATTR_COMPUTED |
                  ATTR_VIRTUAL,
         .expr = "NULL::uuid", .check = absent_check_qos_policy,
         .doc = "QoS policy; none is offered."},
    [NETWORK_IPV4_ADDRESS_SCOPE] =
        {FIELD(struct network, ipv4_address_scope), 
         .flags = ATTR_VIRTUAL | ATTR_NULL,
         .expr = SCOPE_OF("4"), .doc = "Address scope of its IPv4 subnets."},
    [NETWORK_IPV6_ADDRESS_SCOPE] =
        {FIELD(struct network, ipv6_address_scope), 
         .flags = ATTR_VIRTUAL | ATTR_NULL,
         .expr = SCOPE_OF("6"), .doc = "Address scope of its IPv6 subnets."},
    [NETWORK_SDN] =
        {FIELD(struct network, sdn), .flags = ATTR_FILTER | ATTR_SDN,
         .doc = "The SDN that carries the network."},
    [NETWORK_ENABLE_SHADOW_PORT] =
        {FIELD(struct network, enable_shadow_port),
         .flags = ATTR_POST | ATTR_PUT | ATTR_FILTER, .def = "false",
         .doc = "Reaches the provider's services without internet access, by "
                "a port of the server in each subnet; needs the project's "
                "entitlement shadow_port."},
    [NETWORK_PRIVATE_DNS_DOMAIN] =
        {FIELD(struct network, private_dns_domain),
         .flags = ATTR_POST | ATTR_COMPUTED | ATTR_LOWER, .max = 253,
         .check = names_check_zone,
         .doc = "Private DNS zone of the network, ending with a dot."},
};

/* --- rules */

static struct err *
check_mtu(struct change *change, const struct network *network)
{
    int64_t max = change->settings->network_mtu;
    if (network->mtu >= MTU_MIN && network->mtu <= max) {
        return NULL;
    }
    struct err *err = err_attr(change->arena, "mtu", "range",
                               "invalid input for \"mtu\": %lld is not "
                               "between %d and %lld",
                               (long long) network->mtu, MTU_MIN,
                               (long long) max);
    err->kind = ERR_INVALID_INPUT;
    return err;
}

/* What lies under the type needs the type. */
static struct err *
check_provider(struct change *change, const struct network *network)
{
    const struct record *rec = &network->rec;
    bool typed = record_has(rec, NETWORK_PROVIDER_NETWORK_TYPE);
    bool vlan = typed && strcmp(network->provider_network_type, "vlan") == 0;
    if (vlan && record_has(rec, NETWORK_PROVIDER_SEGMENTATION_ID) &&
        (network->provider_segmentation_id < 1 ||
         network->provider_segmentation_id > VLAN_MAX)) {
        return err_new(change->arena, ERR_INVALID_INPUT,
                       "invalid input for \"provider:segmentation_id\": a "
                       "VLAN id is from 1 to %d", VLAN_MAX);
    }
    if (!typed && (record_has(rec, NETWORK_PROVIDER_PHYSICAL_NETWORK) ||
                   record_has(rec, NETWORK_PROVIDER_SEGMENTATION_ID))) {
        return err_new(change->arena, ERR_INVALID_INPUT,
                       "invalid input for \"provider:network_type\": it is "
                       "required with provider:physical_network and "
                       "provider:segmentation_id");
    }
    return NULL;
}

static void
decide(struct change *change, struct network *network)
{
    struct record *rec = &network->rec;
    network->shared_with_all = network->shared;
    record_set(rec, NETWORK_SHARED_WITH_ALL);
    network->status = "ACTIVE";
    record_set(rec, NETWORK_STATUS);
    if (!record_has(rec, NETWORK_MTU) || network->mtu == 0) {
        network->mtu = change->settings->network_mtu;
        record_set(rec, NETWORK_MTU);
    }
    if (!record_has(rec, NETWORK_PRIVATE_DNS_DOMAIN)) {
        network->private_dns_domain =
            network->router_external ? ""
                                     : change->settings->private_dns_domain;
        record_set(rec, NETWORK_PRIVATE_DNS_DOMAIN);
    }
    if (change->sdn != NULL) {
        network->sdn = change->sdn;
        record_set(rec, NETWORK_SDN);
    }
}

static struct err *
prepare(struct change *change, struct network *network)
{
    decide(change, network);
    TRY(check_mtu(change, network));
    TRY(check_provider(change, network));
    return shadow_check(change, NULL, network);
}

static struct err *
network_before_create(struct creation *creation, const struct rows *rows)
{
    (void) rows;
    EACH_RECORD(creation, member, i)
    {
        TRY(creation_refuse(member,
                            prepare(member->change, member->records[i])));
    }
    return NULL;
}

static struct err *
network_after_create(struct creation *creation)
{
    EACH_RECORD(creation, member, i)
    {
        TRY(rbac_open(member->change, member->records[i]));
    }
    return NULL;
}

/* It brings policies. */
static bool
is_long(const struct settings *settings, const void *record)
{
    const struct network *network = record;
    (void) settings;
    return network->shared || network->router_external;
}

static struct err *
network_before_update(struct change *change, const void *current, void *patch)
{
    struct network *network = patch;
    struct network merged = *(const struct network *) current;
    if (record_has(&network->rec, NETWORK_MTU)) {
        if (network->mtu == 0) {
            network->mtu = change->settings->network_mtu;
        }
        TRY(check_mtu(change, network));
    }
    /* Attributes hold together after the change as well. */
    table_merge(&network_resource.table, &merged, network);
    TRY(check_provider(change, &merged));
    TRY(shadow_check(change, current, &merged));
    TRY(rbac_apply(change, current, network));
    return record_has(&network->rec, NETWORK_ENABLE_SHADOW_PORT)
               ? shadow_apply(change, &merged)
               : NULL;
}

const struct resource network_resource = {
    .table = {.name = "network",
              .plural = "networks",
              .title = "Network",
              .attrs = network_attrs,
              .n_attrs = NETWORK_N_ATTRS,
              .size = sizeof(struct network),
              .not_found = ERR_NETWORK_NOT_FOUND,
              .varying = ATTR_BIT(ATTR_ID) | ATTR_BIT(ATTR_NAME) |
                         ATTR_BIT(ATTR_PROJECT_ID) |
                         ATTR_BIT(ATTR_DESCRIPTION),
              .visible = "t.id = ANY(ARRAY("
                         "SELECT r.object_id FROM rbac_policies r"
                         " WHERE r.target_tenant IN ('" RBAC_ALL "', "
                         ATTR_ASKER ")))",
              .doc = "A private layer-2 network of a project."},
    .service = REACH_READ,
    .first_revision = 1,
    .before_create = network_before_create,
    .after_create = network_after_create,
    .create_batch = creation_run_jobs,
    .is_long = is_long,
    .before_update = network_before_update,
    .before_delete = network_before_delete,
    .free_attrs = ATTR_BIT(ATTR_NAME) | ATTR_BIT(ATTR_DESCRIPTION) |
                  ATTR_BIT(NETWORK_ADMIN_STATE_UP),
    .find_blockers = blockers_of_network,
    .list_cascade = network_list_cascade,
    .run_cascade = network_run_cascade,
    .in_use = ERR_NETWORK_IN_USE,
    .network_attr = ATTR_ID,
    .project_attr = ATTR_PROJECT_ID,
};
