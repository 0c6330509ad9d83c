/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creation of ports: MAC addresses that are free in their networks.
 */
#include "core/arena.h"
#include "resource/port_batch.h"
#include "resource/port_internal.h"
#include "schema/sqlarray.h"

STATEMENT(port_macs_in_use,
    "SELECT x.no FROM unnest($1::uuid[], $2::macaddr[])"
    "       WITH ORDINALITY AS x(network_id, mac, no)"
    " WHERE EXISTS (SELECT 1 FROM ports p WHERE p.network_id = x.network_id"
    "                  AND p.mac_address = x.mac)");

struct mac_entry {
    struct port *port;
    struct port_member *member;
    bool drawn;
};

static int
compare_macs(const void *a_, const void *b_)
{
    const struct port *a = ((const struct mac_entry *) a_)->port;
    const struct port *b = ((const struct mac_entry *) b_)->port;
    int order = uuid_compare_bytes(&a->network_id, &b->network_id);
    return order != 0 ? order
                      : memcmp(&a->mac_address, &b->mac_address,
                               sizeof a->mac_address);
}

/* Refuses the MAC of 'port', and says who has it: a port that is there, or
 * else one that is made together with it. */
struct err *
port_refuse_mac(struct change *change, const struct port *port)
{
    struct arena *arena = change->arena;
    const char *network = type_of(TYPE_UUID)->to_sql(arena,
                                                     &port->network_id);
    const char *mac = type_of(TYPE_MAC)->to_sql(arena, &port->mac_address);
    struct blockers blockers = blockers_none(arena, change->caller);
    struct err *err = err_new(
        arena, ERR_MAC_IN_USE,
        "unable to complete operation for network \"%s\": the mac address "
        "\"%s\" is in use", network, mac);
    struct blocker_query query = blockers_of_mac(arena, network, mac);
    TRY(blockers_find(&blockers, change->tx, &query));
    if (blockers.total == 0) {
        blockers_add(&blockers,
                     &(struct blocker){
                         .type = "port",
                         .reason = "Another port that is being created asks "
                                   "for the same MAC address: choose another "
                                   "one, or none to have one made."});
    }
    return blockers_refuse(&blockers, err);
}

/* 'entry' cannot have its MAC: draws another, or refuses the member. */
static struct err *
resolve_mac_conflict(struct port_batch *batch, struct mac_entry *entry)
{
    struct port_member *member = entry->member;
    if (entry->drawn) {
        entry->port->mac_address = port_draw_mac(batch->settings);
        return NULL;
    }
    member->err = port_refuse_mac(member->change, entry->port);
    return err_status(member->err->kind) >= 500 ? member->err : NULL;
}

/* Equal MACs within the batch: the later one of each pair gives way, a drawn
 * one before a given one.  Counts the conflicts. */
static struct err *
resolve_equal_macs(struct port_batch *batch, struct mac_entry *entries,
                   size_t n, size_t *ret_conflicts)
{
    *ret_conflicts = 0;
    qsort(entries, n, sizeof *entries, compare_macs);
    for (size_t i = 1; i < n; i++) {
        struct mac_entry *a = &entries[i - 1], *b = &entries[i];
        if (compare_macs(a, b) != 0 || a->member->err != NULL ||
            b->member->err != NULL) {
            continue;
        }
        (*ret_conflicts)++;
        TRY(resolve_mac_conflict(batch, a->drawn ? a : b));
    }
    return NULL;
}

static struct err *
find_used_macs(struct port_batch *batch, struct mac_entry *entries, size_t n,
               size_t *ret_conflicts)
{
    const char **nets = ARENA_ARRAY(batch->arena, const char *, n);
    const char **macs = ARENA_ARRAY(batch->arena, const char *, n);
    for (size_t i = 0; i < n; i++) {
        const struct port *port = entries[i].port;
        nets[i] = type_of(TYPE_UUID)->to_sql(batch->arena, &port->network_id);
        macs[i] = type_of(TYPE_MAC)->to_sql(batch->arena, &port->mac_address);
    }
    const char *params[] = {sqlarray_format(batch->arena, nets, n),
                            sqlarray_format(batch->arena, macs, n)};
    struct rows rows;
    TRY(tx_one(batch->tx, QUERY(port_macs_in_use, params), &rows));
    for (int row = 0; row < rows_count(&rows); row++) {
        TRY(resolve_mac_conflict(batch,
                                 &entries[rows_int(&rows, row, 0) - 1]));
    }
    *ret_conflicts = (size_t) rows_count(&rows);
    return NULL;
}

struct err *
port_batch_settle_macs(struct port_batch *batch)
{
    struct mac_entry *entries =
        ARENA_ARRAY(batch->arena, struct mac_entry, batch->n_ports);
    size_t n = 0;
    EACH_PORT(batch, member, i)
    {
        struct port *port = member->ports[i];
        bool drawn = !record_has(&port->rec, PORT_MAC_ADDRESS);
        if (drawn) {
            port->mac_address = port_draw_mac(batch->settings);
            record_set(&port->rec, PORT_MAC_ADDRESS);
        }
        entries[n++] = (struct mac_entry){port, member, drawn};
    }
    size_t conflicts;
    do {
        size_t used;
        TRY(resolve_equal_macs(batch, entries, n, &conflicts));
        TRY(find_used_macs(batch, entries, n, &used));
        conflicts += used;
        /* Drop the entries of refused members: their MACs do not count. */
        size_t kept = 0;
        for (size_t i = 0; i < n; i++) {
            if (entries[i].member->err == NULL) {
                entries[kept++] = entries[i];
            }
        }
        n = kept;
    } while (conflicts > 0 && n > 0);
    return NULL;
}
