/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creation of ports: MAC addresses that are free in their networks.
 */
#include "core/arena.h"
#include "resource/port_batch.h"
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

/* 'entry' cannot have its MAC: draws another, or refuses the member. */
static void
resolve_mac_conflict(struct port_batch *batch, struct mac_entry *entry)
{
    struct arena *arena = entry->member->change->arena;
    char mac[MAC_TEXT_SIZE], network[UUID_TEXT_SIZE];
    if (entry->drawn) {
        entry->port->mac_address = port_draw_mac(batch->settings);
        return;
    }
    mac_format(&entry->port->mac_address, mac);
    uuid_to_text(&entry->port->network_id, network);
    entry->member->err = err_new(
        arena, ERR_MAC_IN_USE,
        "unable to complete operation for network \"%s\": the mac address "
        "\"%s\" is in use", network, mac);
}

/* Equal MACs within the batch: the later one of each pair gives way, a drawn
 * one before a given one.  Returns how many conflicts there were. */
static size_t
resolve_equal_macs(struct port_batch *batch, struct mac_entry *entries,
                   size_t n)
{
    size_t conflicts = 0;
    qsort(entries, n, sizeof *entries, compare_macs);
    for (size_t i = 1; i < n; i++) {
        struct mac_entry *a = &entries[i - 1], *b = &entries[i];
        if (compare_macs(a, b) != 0 || a->member->err != NULL ||
            b->member->err != NULL) {
            continue;
        }
        conflicts++;
        resolve_mac_conflict(batch, a->drawn ? a : b);
    }
    return conflicts;
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
        resolve_mac_conflict(batch, &entries[rows_int(&rows, row, 0) - 1]);
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
        conflicts = resolve_equal_macs(batch, entries, n);
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
