/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creation of ports: is there the network, may the caller use it, and what
 * the server decides.
 */
#include "core/arena.h"
#include "resource/network.h"
#include "resource/port_batch.h"
#include "resource/shadow.h"

/* In a network that a project sees but does not use, it makes no ports. */
static struct err *
refuse_use(struct change *change, const char *network)
{
    struct blockers blockers = blockers_none(change->arena, change->caller);
    return blockers_explain(
        &blockers, change->tx,
        blockers_of_guest(change->arena, change->caller, network),
        err_new(change->arena, ERR_FORBIDDEN,
                "project \"%s\" is not allowed to create ports in network "
                "\"%s\", which is external and not shared with it",
                change->caller->project_id, network));
}

/* May the caller's project use the network of another one?  The network's row
 * is locked, so that it stays as it is; a batch of one project asks once. */
static struct err *
check_access(struct change *change, struct port_net *net, const char *network)
{
    const char *project_id = change->caller->project_id;
    if (net->guest == NULL || strcmp(net->guest, project_id) != 0) {
        TRY(rbac_look(change, network, &net->access));
        net->guest = project_id;
    }
    switch (net->access) {
    case RBAC_NO_ACCESS:
        return resource_not_found(change->arena, &network_resource, network);
    case RBAC_SEES:
        return refuse_use(change, network);
    case RBAC_USES:
        break;
    }
    return NULL;
}

/* In a network of somebody else, what would touch that somebody is for the
 * owner and for admins. */
static struct err *
check_guest(struct change *change, const struct port *port)
{
    const char *what = NULL;
    for (size_t i = 0; i < port->fixed_ips.n; i++) {
        if (port->fixed_ips.items[i].ip_address.version != 0) {
            what = "fixed_ips:ip_address";
        }
    }
    if (record_has(&port->rec, PORT_MAC_ADDRESS)) {
        what = "mac_address";
    }
    if (record_has(&port->rec, PORT_PORT_SECURITY_ENABLED)) {
        what = "port_security_enabled";
    }
    if (port->allowed_address_pairs.n > 0) {
        what = "allowed_address_pairs";
    }
    if (port_is_platform(port->device_owner)) {
        what = "device_owner";
    }
    if (what == NULL) {
        return NULL;
    }
    struct blockers blockers = blockers_none(change->arena, change->caller);
    const char *network =
        type_of(TYPE_UUID)->to_sql(change->arena, &port->network_id);
    return blockers_explain(
        &blockers, change->tx, blockers_of_guest(change->arena, change->caller,
                                           network),
        err_new(change->arena, ERR_FORBIDDEN,
                "\"%s\" of a port in a network of another project can only "
                "be given by that project or an admin", what));
}

static struct err *
check_net(struct port_batch *batch, struct port_member *member,
          struct port *port)
{
    struct change *change = member->change;
    struct port_net *net = port_batch_net(batch, &port->network_id);
    const char *id =
        type_of(TYPE_UUID)->to_sql(change->arena, &port->network_id);
    if (net == NULL) {
        return resource_not_found(change->arena, &network_resource, id);
    }
    if (!member->from_server &&
        !caller_rules_all(change->caller, &port_resource) &&
        strcmp(net->project_id, change->caller->project_id) != 0) {
        TRY(check_access(change, net, id));
        TRY(check_guest(change, port));
    }
    if (!record_has(&port->rec, PORT_PORT_SECURITY_ENABLED)) {
        port->port_security_enabled = net->port_security_enabled &&
                                      !port_is_platform(port->device_owner);
        record_set(&port->rec, PORT_PORT_SECURITY_ENABLED);
    }
    if (net->sdn != NULL) {
        port->sdn = arena_strdup(change->arena, net->sdn);
        record_set(&port->rec, PORT_SDN);
    }
    return port_check(change->arena, port);
}

/* A null value removes an option: there is none to remove.  Works on a copy,
 * for the rule may run again. */
static void
drop_removed_opts(struct arena *arena, struct port *port)
{
    const struct dhcp_opt_list given = port->extra_dhcp_opts;
    struct dhcp_opt_list *opts = &port->extra_dhcp_opts;
    opts->items = ARENA_ARRAY(arena, struct dhcp_opt, given.n);
    opts->n = 0;
    for (size_t i = 0; i < given.n; i++) {
        if (given.items[i].opt_value != NULL) {
            opts->items[opts->n++] = given.items[i];
        }
    }
}

static void
decide(struct arena *arena, struct port *port)
{
    struct record *rec = &port->rec;
    bool none = record_has(rec, PORT_FIXED_IPS) && port->fixed_ips.n == 0;
    if (!record_has(rec, PORT_STATUS)) {
        port->status = "DOWN";
        record_set(rec, PORT_STATUS);
    }
    port->ip_allocation = none ? "none" : "immediate";
    record_set(rec, PORT_IP_ALLOCATION);
    if (!record_has(rec, PORT_BINDING_HOST_ID)) {
        port->binding_host_id = "";
        record_set(rec, PORT_BINDING_HOST_ID);
    }
    if (!record_has(rec, PORT_BINDING_PROFILE)) {
        port->binding_profile.text = "{}";
        record_set(rec, PORT_BINDING_PROFILE);
    }
    drop_removed_opts(arena, port);
    bool bound = port->binding_host_id[0] != '\0';
    port->binding_vif_type = bound ? "ovs" : "unbound";
    record_set(rec, PORT_BINDING_VIF_TYPE);
    port->binding_vif_details.text = "{}";
    record_set(rec, PORT_BINDING_VIF_DETAILS);
}

struct err *
port_prepare(struct port_batch *batch, struct port_member *member,
             struct port *port)
{
    if (!member->from_server) {
        TRY(shadow_check_owner(member->change->arena, port->device_owner));
    }
    TRY(check_net(batch, member, port));
    decide(member->change->arena, port);
    return NULL;
}
