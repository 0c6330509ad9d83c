/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cluster networks: the attribute table.  cluster_create.c, cluster_update.c,
 * cluster_delete.c and cluster_cascade.c hold their changes; cluster_load.c, cluster_match.c,
 * cluster_assess.c and cluster_ranges.c what a creation looks at;
 * cluster_guard.c what keeps others from breaking one.
 */
#include "resource/cluster.h"

#include "core/arena.h"
#include "resource/cluster_internal.h"
#include "resource/network.h"

#define NAME_MAX_LEN 180 /* "<name>-<group>-<n>" is the name of a port. */
#define GROUPS_MAX 50

static struct err *
check_printable(struct arena *arena, const struct attr *attr,
                const void *value)
{
    const char *text = *(const char *const *) value;
    for (const char *p = text; *p != '\0'; p++) {
        if ((unsigned char) *p < ' ' || *p == 0x7F) {
            return err_attr(arena, attr->name, "printable",
                            "invalid input for \"%s\": control characters "
                            "are not allowed", attr->name);
        }
    }
    return NULL;
}

/* Ranges of pods and services are large, but no part of the address space
 * that means something else. */
static struct err *
check_range(struct arena *arena, const struct attr *attr, const void *value)
{
    const struct ip_prefix *range = value;
    unsigned bits = ip_bits(&range->addr);
    unsigned shortest = bits == 32 ? 8 : 32;
    struct ip_addr first = ip_prefix_first(range);
    if (range->len < shortest || range->len > bits - 2) {
        return err_attr(arena, attr->name, "range",
                        "invalid input for \"%s\": a prefix length from %u "
                        "to %u is valid", attr->name, shortest, bits - 2);
    }
    if (ip_is_multicast(&first) || ip_is_loopback(&first) ||
        ip_is_link_local(&first) || ip_is_unspecified(&first)) {
        return err_attr(arena, attr->name, "unicast",
                        "invalid input for \"%s\": it is not a range of "
                        "unicast addresses", attr->name);
    }
    return NULL;
}

#define OBJECT_OF(columns_, from_)                                        \
    "SELECT row_to_json(x) FROM (SELECT " columns_ " FROM " from_ ") x"
#define LIST_OF(row_, order_, from_)                                      \
    "SELECT coalesce('[' || string_agg(row_to_json(" row_                 \
    ")::text, ',' ORDER BY " order_ ") || ']', '[]')::json FROM " from_

static const struct attr cluster_attrs[] = {
    OBJECT_ATTRS(struct cluster),
    [ATTR_DESCRIPTION] =
        {FIELD(struct cluster, description),
         .flags = ATTR_POST | ATTR_PUT | ATTR_FILTER | ATTR_SORT, .def = "",
         .max = 255, .doc = "Words for people."},
    [ATTR_TAGS] = {FIELD(struct cluster, tags), .flags = ATTR_DB_DEFAULT,
                   .def = "{}", .check = tagrules_check_attr,
                   .doc = "Labels, in alphabetical order."},
    [ATTR_NAME] =
        {FIELD(struct cluster, name),
         .flags = ATTR_POST | ATTR_PUT | ATTR_COMPUTED | ATTR_FILTER |
                  ATTR_SORT,
         .min = 1, .max = NAME_MAX_LEN, .check = check_printable,
         .doc = "Name of the network, and how the names of new ports begin.  "
                "Omitted: the cluster_id."},
    [CLUSTER_CLUSTER_ID] =
        {FIELD(struct cluster, cluster_id),
         .flags = ATTR_POST | ATTR_REQUIRED | ATTR_FILTER | ATTR_SORT,
         .min = 1, .max = NAME_MAX_LEN, .check = check_printable,
         .doc = "The cluster's own id, unique in the project.  Asked for "
                "again, the same object is answered."},
    [CLUSTER_STATUS] =
        {FIELD(struct cluster, status), .flags = ATTR_FILTER | ATTR_SORT,
         .doc = "ACTIVE."},
    [CLUSTER_NETWORK_ID] =
        {FIELD(struct cluster, network_id),
         .flags = ATTR_POST | ATTR_NULL | ATTR_COMPUTED | ATTR_FILTER |
                  ATTR_SORT,
         .doc = "An existing network, own or shared.  Omitted or null: a "
                "private network is made."},
    [CLUSTER_SUBNET_ID] =
        {FIELD(struct cluster, subnet_id),
         .flags = ATTR_POST | ATTR_NULL | ATTR_COMPUTED | ATTR_FILTER |
                  ATTR_SORT,
         .doc = "An existing subnet of network_id for the nodes.  Omitted: "
                "its only IPv4 subnet."},
    [CLUSTER_NETWORK] =
        {FIELD(struct cluster, network), .flags = ATTR_VIRTUAL,
         .expr = OBJECT_OF("n.id, n.name, n.status, n.mtu,"
                           " n.enable_shadow_port",
                           "networks n WHERE n.id = t.network_id"),
         .doc = "The network."},
    [CLUSTER_SUBNET] =
        {FIELD(struct cluster, subnet),
         .flags = ATTR_POST | ATTR_NULL | ATTR_COMPUTED | ATTR_VIRTUAL,
         .expr = OBJECT_OF("s.id, s.name, s.ip_version, s.cidr,"
                           " masklen(s.cidr) AS prefixlen,"
                           " host(s.gateway_ip) AS gateway_ip",
                           "subnets s WHERE s.id = t.subnet_id"),
         .doc = "Asked: the block of a new subnet, its cidr, or a prefixlen "
                "(24 when omitted) for a free block of the cluster pool, or "
                "of the subnet pool subnetpool_id.  Answered: the subnet of "
                "the nodes."},
    [CLUSTER_LOADBALANCER_SUBNET_ID] =
        {FIELD(struct cluster, loadbalancer_subnet_id),
         .flags = ATTR_POST | ATTR_NULL | ATTR_COMPUTED | ATTR_FILTER,
         .doc = "Where load balancers get their addresses: a subnet of the "
                "network or of the project."},
    [CLUSTER_PODS_CIDR] =
        {FIELD(struct cluster, pods_cidr),
         .flags = ATTR_POST | ATTR_NULL | ATTR_COMPUTED | ATTR_FILTER,
         .check = check_range,
         .doc = "Range of the pods, kept free in the network."},
    [CLUSTER_SERVICES_CIDR] =
        {FIELD(struct cluster, services_cidr),
         .flags = ATTR_POST | ATTR_NULL | ATTR_COMPUTED | ATTR_FILTER,
         .check = check_range,
         .doc = "Range of the services, kept free in the network."},
    [CLUSTER_PODS_SUBNET] =
        {FIELD(struct cluster, pods_subnet), .flags = ATTR_POST | ATTR_FILTER,
         .def = "false",
         .doc = "Makes pods_cidr a subnet, in which every pod has a port."},
    [CLUSTER_PODS_SUBNET_ID] =
        {FIELD(struct cluster, pods_subnet_id),
         .flags = ATTR_NULL | ATTR_FILTER,
         .doc = "The subnet of the pods; null without pods_subnet."},
    [CLUSTER_EXTERNAL_IP] =
        {FIELD(struct cluster, external_ip), .flags = ATTR_POST | ATTR_FILTER,
         .def = "true",
         .doc = "False: without external IP; the network has a shadow port."},
    [CLUSTER_NODE_GROUPS] =
        {FIELD(struct cluster, node_groups), .flags = ATTR_POST | ATTR_PUT,
         .def = "[]", .max = GROUPS_MAX,
         .doc = "How many nodes each group has.  PUT changes the groups it "
                "names: new ones are added, a count of 0 takes the group "
                "away, others stay."},
    [CLUSTER_OWNED] =
        {FIELD(struct cluster, owned), .flags = ATTR_VIRTUAL,
         .expr = LIST_OF("o", "v.no",
                         "(VALUES (1, t.owns_network, 'network',"
                         " t.network_id), (2, t.owns_subnet, 'subnet',"
                         " t.subnet_id), (3, t.pods_subnet, 'subnet',"
                         " t.pods_subnet_id)) v(no, own, type, id),"
                         " LATERAL (SELECT v.type, v.id) o WHERE v.own"),
         .doc = "What it made, and takes along when it is deleted."},
    [CLUSTER_PORTS] =
        {FIELD(struct cluster, ports), .flags = ATTR_VIRTUAL,
         .expr = LIST_OF(
             "x", "c.group_name, c.number",
             "cluster_ports c JOIN ports p ON p.id = c.port_id,"
             " LATERAL (SELECT p.id, p.name, p.mac_address,"
             " (SELECT f->>'ip_address' FROM json_array_elements(p.fixed_ips)"
             " f WHERE (f->>'subnet_id')::uuid = t.subnet_id LIMIT 1)"
             " AS ip_address, c.group_name AS \"group\", p.device_id) x"
             " WHERE c.cluster_network_id = t.id"),
         .doc = "The port of each node, by group and number."},
    [CLUSTER_SHADOW_PORT] =
        {FIELD(struct cluster, shadow_port), .flags = ATTR_NULL | ATTR_VIRTUAL,
         .expr = OBJECT_OF(
             "p.id, f->>'ip_address' AS ip_address",
             "ports p, json_array_elements(p.fixed_ips) f"
             " WHERE NOT t.external_ip AND p.network_id = t.network_id"
             " AND p.device_owner = 'network:shadow_port'"
             " AND (f->>'subnet_id')::uuid = t.subnet_id LIMIT 1"),
         .doc = "The shadow port of its subnet; null with external_ip."},
    [CLUSTER_SDN] =
        {FIELD(struct cluster, sdn),
         .flags = ATTR_VIRTUAL | ATTR_FILTER | ATTR_SDN,
         .expr = "SELECT n.sdn FROM networks n WHERE n.id = t.network_id",
         .doc = "The SDN that carries the network."},
    [CLUSTER_OWNS_NETWORK] =
        {FIELD(struct cluster, owns_network), .flags = ATTR_HIDDEN,
         .doc = "The network goes with it."},
    [CLUSTER_OWNS_SUBNET] =
        {FIELD(struct cluster, owns_subnet), .flags = ATTR_HIDDEN,
         .doc = "The subnet goes with it."},
    [CLUSTER_ASKED_NETWORK_ID] =
        {FIELD(struct cluster, asked_network_id), .flags = ATTR_HIDDEN,
         .doc = "network_id as it was asked for."},
    [CLUSTER_ASKED_SUBNET_ID] =
        {FIELD(struct cluster, asked_subnet_id), .flags = ATTR_HIDDEN,
         .doc = "subnet_id as it was asked for."},
    [CLUSTER_ASKED_CIDR] =
        {FIELD(struct cluster, asked_cidr), .flags = ATTR_HIDDEN,
         .doc = "subnet.cidr as it was asked for."},
    [CLUSTER_ASKED_PREFIXLEN] =
        {FIELD(struct cluster, asked_prefixlen), .flags = ATTR_HIDDEN,
         .doc = "subnet.prefixlen as it was asked for, or the default."},
    [CLUSTER_ASKED_SUBNETPOOL_ID] =
        {FIELD(struct cluster, asked_subnetpool_id), .flags = ATTR_HIDDEN,
         .doc = "subnet.subnetpool_id as it was asked for."},
};

int64_t
cluster_count_nodes(const struct node_group_list *groups)
{
    int64_t n = 0;
    for (size_t i = 0; i < groups->n; i++) {
        n += groups->items[i].count;
    }
    return n;
}

struct err *
cluster_name_attrs(struct arena *arena, struct err *err)
{
    for (struct err *e = err; e != NULL; e = e->next) {
        if (e->attr != NULL) {
            e->attr = arena_printf(arena, "cluster_network.%s", e->attr);
        }
    }
    return err;
}

const struct resource cluster_resource = {
    .table = {.name = "cluster_network",
              .plural = "cluster_networks",
              .path = "cluster-networks",
              .title = "Cluster network",
              .attrs = cluster_attrs,
              .n_attrs = CLUSTER_N_ATTRS,
              .size = sizeof(struct cluster),
              .not_found = ERR_CLUSTER_NOT_FOUND,
              .doc = "The network, the ports and the ranges of a Kubernetes "
                     "cluster, made and deleted as one."},
    .unmetered = true,
    .before_update = cluster_before_update,
    .before_delete = cluster_before_delete,
    .find_blockers = blockers_of_cluster,
    .list_cascade = cluster_list_cascade,
    .run_cascade = cluster_run_cascade,
    .in_use = ERR_CLUSTER_IN_USE,
    .parent = &network_resource,
    .parent_lock = {ROW_STAYS, ROW_DELETE},
    .network_attr = CLUSTER_NETWORK_ID,
    .project_attr = ATTR_PROJECT_ID,
    .single = true,
};
