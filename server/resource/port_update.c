/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes of a port: its attributes, its MAC and its addresses.
 */
#include "core/arena.h"
#include "resource/cluster.h"
#include "resource/port.h"
#include "resource/port_internal.h"
#include "resource/shadow.h"

/* --- policy */

/* True when a device_owner of the platform comes or goes. */
static bool
changes_platform(const struct port *current, const struct port *patch)
{
    return record_has(&patch->rec, PORT_DEVICE_OWNER) &&
           strcmp(patch->device_owner, current->device_owner) != 0 &&
           (port_is_platform(patch->device_owner) ||
            port_is_platform(current->device_owner));
}

STATEMENT(port_network_owner,
    "SELECT project_id FROM networks WHERE id = $1::uuid");

static struct err *
refuse_guest(struct change *change, const char *network_id, struct err *err)
{
    struct blockers blockers = blockers_none(change->arena, change->caller);
    return blockers_explain(&blockers, change->tx,
                            blockers_of_guest(change->arena, change->caller,
                                              network_id),
                            err);
}

/* In a network of another project, the port's owner may not touch what would
 * touch that project. */
static struct err *
check_guest(struct change *change, const struct port *current,
            const struct port *patch)
{
    static const size_t reserved[] = {PORT_MAC_ADDRESS, PORT_FIXED_IPS,
                                      PORT_PORT_SECURITY_ENABLED,
                                      PORT_ALLOWED_ADDRESS_PAIRS};
    const char *id =
        type_of(TYPE_UUID)->to_sql(change->arena, &current->network_id);
    const char *params[] = {id};
    struct rows rows;
    TRY(tx_one(change->tx, QUERY(port_network_owner, params), &rows));
    if (rows_count(&rows) == 1 &&
        strcmp(rows_text(&rows, 0, 0), change->caller->project_id) == 0) {
        return NULL;
    }
    if (changes_platform(current, patch)) {
        return refuse_guest(
            change, id,
            err_new(change->arena, ERR_FORBIDDEN,
                    "a device_owner of the platform (\"network:...\") is for "
                    "the network's project or an admin to set or take "
                    "away"));
    }
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
        if (record_is_given(&patch->rec, reserved[i])) {
            return refuse_guest(
                change, id,
                err_new(change->arena, ERR_FORBIDDEN,
                        "\"%s\" of a port in a network of another project "
                        "can only be changed by that project or an admin",
                        port_resource.table.attrs[reserved[i]].name));
        }
    }
    return NULL;
}

/* --- MAC */

STATEMENT(port_mac_in_use,
    "SELECT 1 FROM ports WHERE network_id = $1::uuid"
    "   AND mac_address = $2::macaddr AND id <> $3::uuid");

static struct err *
check_mac(struct change *change, const struct port *merged)
{
    struct arena *arena = change->arena;
    const char *network =
        type_of(TYPE_UUID)->to_sql(arena, &merged->network_id);
    const char *mac = type_of(TYPE_MAC)->to_sql(arena, &merged->mac_address);
    const char *params[] = {network, mac,
                            type_of(TYPE_UUID)->to_sql(arena, &merged->id)};
    struct rows rows;
    TRY(tx_one(change->tx, QUERY(port_mac_in_use, params), &rows));
    return rows_count(&rows) > 0 ? port_refuse_mac(change, merged) : NULL;
}

/* --- addresses */

/* Writes the difference between what the port held and what it takes. */
static struct err *
store_addresses(struct addresses *addresses, const struct port *current,
                const struct port_request *request,
                const struct address *taken, size_t n_taken)
{
    struct arena *arena = addresses->tx->arena;
    struct query queries[ADDRESSES_N_STORE + ADDRESSES_N_RELEASE];
    struct rows rows[ADDRESSES_N_STORE + ADDRESSES_N_RELEASE];
    struct address *held =
        ARENA_ARRAY(arena, struct address, current->fixed_ips.n);
    struct address *freed =
        ARENA_ARRAY(arena, struct address, current->fixed_ips.n);
    size_t n_freed = 0;
    port_addresses(current, held);
    for (size_t i = 0; i < request->n_held; i++) {
        if (!request->kept[i]) {
            freed[n_freed++] = held[i];
        }
    }
    size_t n = addresses_store(addresses, taken, n_taken, queries);
    if (n_freed > 0) {
        addresses_release(arena, freed, n_freed, queries + n);
        n += ADDRESSES_N_RELEASE;
    }
    return tx_run(addresses->tx, queries, n, rows);
}

/* SLAAC addresses of the old MAC make way for those of the new one. */
static void
reopen_eui64(struct arena *arena, const struct addresses *addresses,
             const struct port *current, struct port *merged)
{
    struct fixed_ip_list *list = &merged->fixed_ips;
    list->items =
        arena_memdup(arena, list->items, list->n * sizeof *list->items);
    for (size_t i = 0; i < list->n; i++) {
        struct fixed_ip *item = &list->items[i];
        const struct ipam_subnet *subnet =
            addresses_find(addresses, &item->subnet_id);
        if (subnet == NULL || !subnet->eui64) {
            continue;
        }
        struct ip_addr old =
            mac_to_eui64(&current->mac_address, &subnet->cidr);
        if (ip_equal(&old, &item->ip_address)) {
            item->ip_address = (struct ip_addr){.version = 0};
        }
    }
}

static struct err *
change_addresses(struct change *change, const struct port *current,
                 struct port *merged)
{
    struct arena *arena = change->arena;
    struct port_request request = {.port = merged,
                                   .caller = change->caller,
                                   .held = current->fixed_ips.items,
                                   .n_held = current->fixed_ips.n};
    struct port_request *requests[] = {&request};
    struct query queries[ADDRESSES_N_LOAD];
    struct rows rows[ADDRESSES_N_LOAD];
    struct addresses addresses;
    static const enum type_id uuid_type = TYPE_UUID;
    const char *network =
        type_of(TYPE_UUID)->to_sql(arena, &merged->network_id);
    struct set networks = set_of_keys(arena, &uuid_type, &network, 1);
    addresses_load(&addresses, change->tx, &networks,
                   merged->fixed_ips.n + 2, queries);
    TRY(tx_run(change->tx, queries, ADDRESSES_N_LOAD, rows));
    addresses_read(&addresses, rows);
    reopen_eui64(arena, &addresses, current, merged);
    TRY(port_resolve(&addresses, arena, &request));
    TRY(port_look(&addresses, requests, 1));
    struct address *taken =
        ARENA_ARRAY(arena, struct address, request.n_wants);
    size_t n_taken = 0;
    TRY(port_take(&addresses, arena, &request, taken, &n_taken));
    merged->ip_allocation = merged->fixed_ips.n > 0 ? "immediate" : "none";
    return store_addresses(&addresses, current, &request, taken, n_taken);
}

/* --- the whole */

/* Options of PUT are merged by name and version; a null value removes one. */
static void
merge_dhcp_opts(struct arena *arena, const struct port *current,
                struct port *merged)
{
    const struct dhcp_opt_list *old = &current->extra_dhcp_opts;
    const struct dhcp_opt_list *new = &merged->extra_dhcp_opts;
    struct dhcp_opt_list all = {
        .items = ARENA_ARRAY(arena, struct dhcp_opt, old->n + new->n)};
    for (size_t i = 0; i < old->n; i++) {
        bool replaced = false;
        for (size_t j = 0; j < new->n; j++) {
            replaced = replaced ||
                       (strcmp(old->items[i].opt_name,
                               new->items[j].opt_name) == 0 &&
                        old->items[i].ip_version == new->items[j].ip_version);
        }
        if (!replaced) {
            all.items[all.n++] = old->items[i];
        }
    }
    for (size_t j = 0; j < new->n; j++) {
        if (new->items[j].opt_value != NULL) {
            all.items[all.n++] = new->items[j];
        }
    }
    merged->extra_dhcp_opts = all;
}

static void
bind_host(struct port *merged)
{
    if (!record_has(&merged->rec, PORT_BINDING_HOST_ID)) {
        merged->binding_host_id = "";
        record_set(&merged->rec, PORT_BINDING_HOST_ID);
    }
    if (!record_has(&merged->rec, PORT_BINDING_PROFILE)) {
        merged->binding_profile.text = "{}";
        record_set(&merged->rec, PORT_BINDING_PROFILE);
    }
    merged->binding_vif_type =
        merged->binding_host_id[0] == '\0' ? "unbound" : "ovs";
}

/* Gives 'patch' the value of 'merged' where the two differ from what was
 * given: derived attributes are stored with the given ones. */
static void
give(struct port *patch, const struct port *merged, size_t index)
{
    const struct attr *attr = &port_resource.table.attrs[index];
    memcpy(attr_value(attr, patch), attr_value(attr, merged),
           type_of(attr->type)->size);
    record_set(&patch->rec, index);
}

struct err *
port_before_update(struct change *change, const void *current_, void *patch_)
{
    static const size_t derived[] = {
        PORT_FIXED_IPS,       PORT_DNS_ASSIGNMENT,
        PORT_BINDING_HOST_ID, PORT_BINDING_PROFILE,
        PORT_BINDING_VIF_TYPE, PORT_ALLOWED_ADDRESS_PAIRS,
        PORT_IP_ALLOCATION};
    const struct port *current = current_;
    struct port *patch = patch_;
    if (!caller_rules_all(change->caller, &port_resource)) {
        TRY(check_guest(change, current, patch));
    }
    TRY(shadow_guard_update(change, current, patch));
    if (record_is_null(&patch->rec, PORT_MAC_ADDRESS)) {
        patch->mac_address = port_draw_mac(change->settings);
        record_set(&patch->rec, PORT_MAC_ADDRESS);
    }
    struct port merged = *current;
    table_merge(&port_resource.table, &merged, patch);
    TRY(port_check(change->arena, &merged));
    bool new_mac = !mac_equal(&current->mac_address, &merged.mac_address);
    if (new_mac) {
        TRY(check_mac(change, &merged));
    }
    if (new_mac || record_is_given(&patch->rec, PORT_FIXED_IPS)) {
        TRY(change_addresses(change, current, &merged));
        TRY(cluster_guard_addresses(change, &merged));
    }
    if (record_is_given(&patch->rec, PORT_EXTRA_DHCP_OPTS)) {
        merge_dhcp_opts(change->arena, current, &merged);
        TRY(attr_check(change->arena,
                       &port_resource.table.attrs[PORT_EXTRA_DHCP_OPTS],
                       &merged.extra_dhcp_opts));
        give(patch, &merged, PORT_EXTRA_DHCP_OPTS);
    }
    bind_host(&merged);
    port_derive(change->arena, change->settings, &merged);
    for (size_t i = 0; i < sizeof derived / sizeof *derived; i++) {
        give(patch, &merged, derived[i]);
    }
    return NULL;
}

struct err *
port_lock_updates(struct change *change, void *const *currents,
                  void *const *patches, size_t n)
{
    const char **ids = ARENA_ARRAY(change->arena, const char *, n);
    size_t n_ids = 0;
    for (size_t i = 0; i < n; i++) {
        const struct port *current = currents[i], *patch = patches[i];
        if (record_is_given(&patch->rec, PORT_FIXED_IPS) ||
            record_is_given(&patch->rec, PORT_MAC_ADDRESS)) {
            ids[n_ids++] = type_of(TYPE_UUID)->to_sql(change->arena,
                                                      &current->network_id);
        }
    }
    static const enum type_id type = TYPE_UUID;
    struct set networks = set_of_keys(change->arena, &type, ids, n_ids);
    return n_ids == 0 ? NULL
                      : tx_one(change->tx, addresses_lock(&networks), NULL);
}
