/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shadow ports of networks.
 */
#include "resource/shadow.h"

#include "core/arena.h"
#include "resource/blockers.h"
#include "resource/cluster.h"
#include "resource/entitlement.h"
#include "resource/subnet.h"

static const struct visibility everything = {.all = true};

/* --- may a network have them */

/* What leads out of the cloud needs no shadow port.  A network whose router
 * has an external gateway is refused here too where routers are offered. */
static struct err *
check_gateway(struct change *change, const struct network *network)
{
    struct arena *arena = change->arena;
    if (!network->router_external) {
        return NULL;
    }
    struct blocker *blocker = ARENA_NEW(arena, struct blocker);
    *blocker = (struct blocker){
        .type = "network",
        .id = record_has(&network->rec, ATTR_ID)
                  ? type_of(TYPE_UUID)->to_sql(arena, &network->id)
                  : NULL,
        .name = network->name,
        .owner = network->project_id,
        .reason = "It leads out of the cloud (\"router:external\")."};
    return err_blocked(
        err_new(arena, ERR_CONFLICT,
                "network \"%s\" cannot have both \"enable_shadow_port\" and "
                "\"router:external\": a shadow port is for networks without "
                "an external gateway", network->name),
        blocker, 1, 1);
}

struct err *
shadow_check(struct change *change, const struct network *current,
             const struct network *network)
{
    if (!network->enable_shadow_port) {
        return current != NULL && current->enable_shadow_port
                   ? cluster_guard_shadow_port(change, &current->id)
                   : NULL;
    }
    if (current == NULL || !current->enable_shadow_port) {
        TRY(entitlement_require(change, network->project_id));
    }
    return check_gateway(change, network);
}

/* --- making them */

/* What the ports are made for; 'ports[i]' is that of 'subnets[i]'. */
struct making {
    struct change *change;
    const struct subnet **subnets;
    struct port **ports;
    size_t n;
};

static void
making_init(struct making *making, struct change *change, size_t max)
{
    *making = (struct making){.change = change};
    making->subnets = ARENA_ARRAY(change->arena, const struct subnet *, max);
    making->ports = ARENA_ARRAY(change->arena, struct port *, max);
}

static void
making_add(struct making *making, const struct subnet *subnet,
           const char *project_id)
{
    struct port *port = subnet_service_port(making->change->arena, subnet,
                                            DEVICE_OWNER_SHADOW, "shadow");
    port->name = "shadow-port";
    port->project_id = project_id;
    making->subnets[making->n] = subnet;
    making->ports[making->n++] = port;
}

/* Ports get their addresses in order: the first one without is the one for
 * which there was none. */
static const struct subnet *
find_full(const struct making *making)
{
    size_t i = 0;
    while (i + 1 < making->n &&
           making->ports[i]->fixed_ips.items[0].ip_address.version != 0) {
        i++;
    }
    return making->subnets[i];
}

static struct err *
explain_full(const struct making *making, struct err *cause)
{
    struct change *change = making->change;
    const struct subnet *subnet = find_full(making);
    const struct caller *caller = change->caller;
    bool visible = caller->is_admin ||
                   strcmp(subnet->project_id, caller->project_id) == 0;
    struct blocker *blocker = ARENA_NEW(change->arena, struct blocker);
    *blocker = (struct blocker){
        .type = "subnet", .reason = "All its addresses are in use."};
    if (visible) {
        blocker->id = type_of(TYPE_UUID)->to_sql(change->arena, &subnet->id);
        blocker->name = subnet->name;
        blocker->owner = subnet->project_id;
    }
    struct err *err = err_new(
        change->arena, ERR_IP_GENERATION,
        "no more ip addresses available for the shadow port of %s: each "
        "subnet of a network with \"enable_shadow_port\" needs one",
        visible ? arena_printf(change->arena, "subnet \"%s\"", blocker->id)
                : "a subnet of another project");
    return err_blocked(err_because(err, cause), blocker, 1, 1);
}

static struct err *
make_ports(struct making *making)
{
    if (making->n == 0) {
        return NULL;
    }
    struct err *err =
        port_create_all(making->change, making->ports, making->n);
    return err != NULL && err->kind == ERR_IP_GENERATION
               ? explain_full(making, err)
               : err;
}

STATEMENT(shadow_bare_subnets,
    "SELECT s.id, s.name, s.project_id FROM subnets s"
    " WHERE s.network_id = $1::uuid AND NOT EXISTS ("
    "       SELECT 1 FROM ports p JOIN ip_allocations a ON a.port_id = p.id"
    "        WHERE p.network_id = $1::uuid"
    "          AND p.device_owner = 'network:shadow_port'"
    "          AND a.subnet_id = s.id)"
    " ORDER BY s.id");

static struct err *
add_missing(struct change *change, const struct network *network)
{
    const char *params[] = {
        type_of(TYPE_UUID)->to_sql(change->arena, &network->id)};
    struct making making;
    struct rows rows;
    TRY(tx_one(change->tx, QUERY(shadow_bare_subnets, params), &rows));
    making_init(&making, change, (size_t) rows_count(&rows));
    for (int row = 0; row < rows_count(&rows); row++) {
        struct subnet *subnet = ARENA_NEW(change->arena, struct subnet);
        uuid_from_text(rows_text(&rows, row, 0), &subnet->id);
        subnet->name = rows_text(&rows, row, 1);
        subnet->project_id = rows_text(&rows, row, 2);
        subnet->network_id = network->id;
        making_add(&making, subnet, network->project_id);
    }
    return make_ports(&making);
}

struct err *
shadow_follow(struct change *change, void *const *subnets, size_t n)
{
    struct making making;
    making_init(&making, change, n);
    for (size_t i = 0; i < n; i++) {
        const struct subnet *subnet = subnets[i];
        if (subnet->shadow_project != NULL) {
            making_add(&making, subnet, subnet->shadow_project);
        }
    }
    return make_ports(&making);
}

/* --- removing them */

STATEMENT(shadow_port_ids,
    "SELECT id FROM ports WHERE network_id = $1::uuid"
    "   AND device_owner = 'network:shadow_port' ORDER BY id");

static struct err *
remove_all(struct change *change, const struct network *network)
{
    struct arena *arena = change->arena;
    const char *params[] = {type_of(TYPE_UUID)->to_sql(arena, &network->id)};
    struct rows found, rows;
    TRY(tx_one(change->tx, QUERY(shadow_port_ids, params), &found));
    size_t n = (size_t) rows_count(&found);
    if (n == 0) {
        return NULL;
    }
    const char **ids = ARENA_ARRAY(arena, const char *, n);
    for (size_t i = 0; i < n; i++) {
        ids[i] = rows_text(&found, (int) i, 0);
    }
    TRY(tx_one(change->tx,
               sqlgen_get(arena, &port_resource.table, ids, n, &everything,
                          ROW_DELETE),
               &rows));
    return port_delete_rows(change, &rows);
}

struct err *
shadow_apply(struct change *change, const struct network *network)
{
    return network->enable_shadow_port ? add_missing(change, network)
                                       : remove_all(change, network);
}

/* --- the server's alone */

struct err *
shadow_check_owner(struct arena *arena, const char *device_owner)
{
    if (!port_is_shadow(device_owner)) {
        return NULL;
    }
    return err_new(arena, ERR_FORBIDDEN,
                   "a port with \"device_owner\" \"%s\" is made by the server "
                   "alone, for each subnet of a network with "
                   "\"enable_shadow_port\": true", DEVICE_OWNER_SHADOW);
}

/* The port stands in its own way. */
static struct err *
refuse(struct change *change, const struct port *port, const char *what)
{
    struct arena *arena = change->arena;
    struct blockers blockers = blockers_none(arena, change->caller);
    const char *id = type_of(TYPE_UUID)->to_sql(arena, &port->id);
    return blockers_explain(
        &blockers, change->tx, blockers_of_port(arena, change->caller, id),
        err_new(arena, ERR_SERVICE_PORT_IN_USE,
                "port \"%s\" cannot be %s directly via the port api: it has "
                "device owner \"%s\"", id, what, port->device_owner));
}

struct err *
shadow_guard(struct change *change, const struct port *port)
{
    return change->caller->is_admin || !port_is_shadow(port->device_owner)
               ? NULL
               : refuse(change, port, "changed or deleted");
}

struct err *
shadow_guard_update(struct change *change, const struct port *current,
                    const struct port *patch)
{
    const struct record *rec = &patch->rec;
    if (!port_is_shadow(current->device_owner)) {
        return record_has(rec, PORT_DEVICE_OWNER)
                   ? shadow_check_owner(change->arena, patch->device_owner)
                   : NULL;
    }
    if (record_is_given(rec, PORT_FIXED_IPS)) {
        return refuse(change, current, "given other fixed_ips");
    }
    return record_is_given(rec, PORT_DEVICE_OWNER) &&
                   !port_is_shadow(patch->device_owner)
               ? refuse(change, current, "given another device_owner")
               : NULL;
}
