/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Version documents, extensions and SDNs.
 */
#include "api/discovery.h"

#include "core/arena.h"
#include "core/settings.h"
#include "resource/registry.h"

struct err *
discovery_root(struct call *call)
{
    struct buf *body = call_answer(call, 200);
    /* Not /v3 beside it: who takes the highest version of this service, as
     * keystoneauth does with auth_type none and admin_token, would take it. */
    buf_adds(body, "{\"versions\":[{\"id\":\"v2.0\",\"status\":\"CURRENT\","
                   "\"links\":[{\"rel\":\"self\",\"href\":");
    buf_adds_json(body, arena_printf(call->arena, "%s/v2.0/",
                                     call->base_url));
    buf_adds(body, "}]}]}");
    return NULL;
}

static void
add_resource(struct call *call, struct buf *body, const char *name,
             const char *collection, bool first)
{
    buf_addf(body,
             "%s{\"name\":\"%s\",\"collection\":\"%s\",\"links\":[{\"rel\":"
             "\"self\",\"href\":", first ? "" : ",", name, collection);
    buf_adds_json(body, arena_printf(call->arena, "%s/v2.0/%s",
                                     call->base_url, collection));
    buf_adds(body, "}]}");
}

struct err *
discovery_v2(struct call *call)
{
    struct buf *body = call_answer(call, 200);
    buf_adds(body, "{\"resources\":[");
    for (size_t i = 0; resources[i] != NULL; i++) {
        add_resource(call, body, resources[i]->table.name,
                     table_path(&resources[i]->table), i == 0);
    }
    add_resource(call, body, "quota", "quotas", false);
    add_resource(call, body, "entitlement", "entitlements", false);
    add_resource(call, body, "network_ip_availability",
                 "network-ip-availabilities", false);
    buf_adds(body, "]}");
    return NULL;
}

/* --- extensions: what works, and nothing else */

static const struct extension {
    const char *alias;
    const char *name;
    const char *description;
} extensions[] = {
    {"address-scope", "Address scope",
     "Subnet pools of which no two share an address"},
    {"allowed-address-pairs", "Allowed Address Pairs",
     "Addresses that a port may use beside its own"},
    {"binding", "Port Binding", "Host, VIF and VNIC attributes of a port"},
    {"data-plane-status", "Data plane status",
     "What the data plane reports about a port"},
    {"default-subnetpools", "Default Subnetpools",
     "The subnet pool that is taken by default"},
    {"dns-domain-ports", "dns_domain for ports",
     "The DNS domain of a port"},
    {"dns-integration", "DNS Integration",
     "DNS names of ports and domains of networks"},
    {"empty-string-filtering", "Empty String Filtering Extension",
     "An empty filter value matches the empty string"},
    {"external-net", "Neutron external network",
     "Marks networks that lead out of the cloud"},
    {"extra_dhcp_opt", "Neutron Extra DHCP options",
     "DHCP options per port"},
    {"filter-validation", "Filter parameters validation",
     "Unknown filters are refused"},
    {"ip-substring-filtering", "IP address substring filtering",
     "Filters ports by a part of an IP address"},
    {"ip_allocation", "IP Allocation", "How a port gets its addresses"},
    {"l2_adjacency", "L2 Adjacency", "Whether a network is one L2 domain"},
    {"net-mtu", "Network MTU", "The MTU of a network"},
    {"net-mtu-writable", "Network MTU (writable)",
     "The MTU of a network can be changed"},
    {"network-ip-availability", "Network IP Availability",
     "Used and total addresses of networks and subnets"},
    {"pagination", "Pagination support", "Lists in pages"},
    {"port-device-profile", "Port device profile",
     "The accelerator profile of a port"},
    {"port-mac-address-regenerate", "Neutron Port MAC address regenerate",
     "A new MAC address for a port"},
    {"port-numa-affinity-policy", "Port NUMA affinity policy",
     "The NUMA affinity of a port"},
    {"port-security", "Port Security", "Port security per network and port"},
    {"project-default-networks", "Project default networks",
     "The network that its project takes by default"},
    {"project-id", "project_id field enabled",
     "project_id beside tenant_id"},
    {"provider", "Provider Network", "How a network is carried"},
    {"quota_details", "Quota details management support",
     "Use beside limits"},
    {"quotas", "Quota management support", "Limits per project"},
    {"rbac-policies", "RBAC Policies",
     "Networks that other projects use or see, by policies"},
    {"revision-if-match", "If-Match constraints based on revision_number",
     "Changes only of the revision that the client has seen"},
    {"sorting", "Sorting support", "Lists in an order of choice"},
    {"standard-attr-description", "standard-attr-description",
     "Descriptions of objects"},
    {"standard-attr-revisions", "Resource revision numbers",
     "revision_number of objects"},
    {"standard-attr-tag", "Tag support for resources with standard attribute",
     "Tags of objects"},
    {"standard-attr-timestamp", "Resource timestamps",
     "created_at and updated_at of objects"},
    {"subnet-dns-publish-fixed-ip", "Subnet DNS publish fixed IP",
     "Fixed IPs of a subnet in the external DNS"},
    {"subnet-service-types", "Subnet service types",
     "Subnets for some device owners only"},
    {"subnet_allocation", "Subnet Allocation",
     "Subnets with a range of a subnet pool"},
    {"subnetpool-prefix-ops", "Subnet Pool Prefix Operations",
     "Prefixes added to a subnet pool and taken away"},
    {"tag-creation", "Tag creation", "Adds tags to those there are"},
    {"tag-ports-during-bulk-creation", "Tag Ports During Bulk Creation",
     "Tags in the body of POST /v2.0/ports"},
    {"tenet-address-map", "Address map",
     "The addresses of a subnet in runs, and who held each"},
    {"tenet-blockers", "Explained refusals",
     "Who is in the way: blockers of a refusal, and GET .../blockers"},
    {"tenet-cluster-networks", "Cluster networks",
     "The network part of a Kubernetes cluster in one call"},
    {"tenet-dry-run", "Dry run",
     "Dry-Run: true tries a change and undoes it"},
    {"tenet-idempotency", "Idempotency keys",
     "A change under an Idempotency-Key happens once"},
    {"tenet-embedded", "Embedded objects",
     "include=usage,subnets,subnets.usage,subnets.ports: a page in one call"},
    {"tenet-group-operations", "Group operations",
     "PUT and DELETE of many networks, subnets or ports in one transaction"},
    {"tenet-invariants", "Proven invariants",
     "What the last audit of the data found, for operators"},
    {"tenet-entitlements", "Entitlements",
     "What the operators grant to a project, and requests for it"},
    {"tenet-events", "Change feed",
     "GET /v2.0/events waits for changes or streams them; lists tell their "
     "cursor"},
    {"tenet-ip-cooldown", "Reuse cool-down and allocation policy",
     "ip_cooldown and ip_allocation_policy of subnets"},
    {"tenet-plan", "Plan, then delete",
     "DELETE of networks, subnets and cluster networks with all in them, by "
     "?cascade=plan"},
    {"tenet-search", "Search and totals",
     "search, name_substr and mac_address_substr of ports; total=true"},
    {"tenet-shadow-port", "Shadow ports",
     "enable_shadow_port: networks reach the provider's services"},
    {"uplink-status-propagation", "Port uplink status propagation",
     "propagate_uplink_status of ports"},
    {"vlan-transparent", "Vlantransparent",
     "Networks that pass VLAN tags"},
};
#define N_EXTENSIONS (sizeof extensions / sizeof *extensions)

static void
add_extension(struct buf *body, const struct extension *extension)
{
    buf_addf(body,
             "{\"alias\":\"%s\",\"name\":\"%s\",\"description\":\"%s\","
             "\"updated\":\"2026-01-01T00:00:00-00:00\",\"links\":[]}",
             extension->alias, extension->name, extension->description);
}

struct err *
discovery_extensions(struct call *call)
{
    struct buf *body = call_answer(call, 200);
    buf_adds(body, "{\"extensions\":[");
    for (size_t i = 0; i < N_EXTENSIONS; i++) {
        buf_adds(body, i == 0 ? "" : ",");
        add_extension(body, &extensions[i]);
    }
    buf_adds(body, "]}");
    return NULL;
}

struct err *
discovery_extension(struct call *call)
{
    for (size_t i = 0; i < N_EXTENSIONS; i++) {
        if (strcmp(extensions[i].alias, call->id) == 0) {
            struct buf *body = call_answer(call, 200);
            buf_adds(body, "{\"extension\":");
            add_extension(body, &extensions[i]);
            buf_put(body, '}');
            return NULL;
        }
    }
    return err_new(call->arena, ERR_EXTENSION_NOT_FOUND,
                   "extension with alias \"%s\" does not exist", call->id);
}

/* --- SDNs */

struct err *
discovery_sdns(struct call *call)
{
    if (!call_has_sdn(call)) {
        return err_new(call->arena, ERR_NOT_FOUND,
                       "the resource could not be found");
    }
    struct buf *body = call_answer(call, 200);
    buf_add_json_list(body, call->settings->sdns);
    return NULL;
}
