/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creation of ports: MAC addresses that are free in their networks.
 */
#include "core/arena.h"
#include "db/set.h"
#include "resource/port_batch.h"
#include "resource/port_internal.h"

/* Where half of all MACs are in use, one port in a million fails. */
#define MAX_DRAWS 20

/* MACs with no wider gaps between them are looked up together: a run of a
 * thousand is one probe of the index.  Rows that nobody asked about may come
 * with it, at most so many for each MAC that somebody did. */
#define MAX_GAP 4

/* In order: that is what the index of MACs has and no other index of a
 * network's ports, each of which is as good to the planner while there are no
 * ports. */
#define MAC_COLUMNS(c_) \
    c_("$1::uuid") ", " c_("$2::macaddr") ", " c_("$3::macaddr")
STATEMENT_OF_ROWS(port_macs_in_use,
    "SELECT p.network_id, p.mac_address FROM ", MAC_COLUMNS,
    "    AS x(network_id, first, last) CROSS JOIN LATERAL ("
    "    SELECT o.network_id, o.mac_address FROM ports o"
    "     WHERE o.network_id = x.network_id"
    "       AND o.mac_address BETWEEN x.first AND x.last"
    "     ORDER BY o.mac_address) p");

static int
compare_macs(const void *a_, const void *b_)
{
    const struct port *a = ((const struct port_mac *) a_)->port;
    const struct port *b = ((const struct port_mac *) b_)->port;
    int order = uuid_compare_bytes(&a->network_id, &b->network_id);
    return order != 0 ? order
                      : memcmp(&a->mac_address, &b->mac_address,
                               sizeof a->mac_address);
}

/* Those of one network are mostly sorted as they were drawn. */
static void
sort_macs(struct port_batch *batch)
{
    size_t i = 1;
    while (i < batch->n_macs &&
           compare_macs(&batch->macs[i - 1], &batch->macs[i]) <= 0) {
        i++;
    }
    if (i < batch->n_macs) {
        qsort(batch->macs, batch->n_macs, sizeof *batch->macs, compare_macs);
    }
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
resolve_mac_conflict(struct port_batch *batch, struct port_mac *entry)
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
resolve_equal_macs(struct port_batch *batch, size_t *ret_conflicts)
{
    sort_macs(batch);
    for (size_t i = 1; i < batch->n_macs; i++) {
        struct port_mac *a = &batch->macs[i - 1], *b = &batch->macs[i];
        if (compare_macs(a, b) != 0 || a->member->err != NULL ||
            b->member->err != NULL) {
            continue;
        }
        (*ret_conflicts)++;
        TRY(resolve_mac_conflict(batch, a->drawn ? a : b));
    }
    return NULL;
}

/* How many MACs from the first of sorted 'macs' on are looked up together. */
static size_t
count_near(const struct port_mac *macs, size_t n)
{
    size_t i = 1;
    while (i < n &&
           uuid_equal(&macs[i].port->network_id,
                      &macs[i - 1].port->network_id) &&
           mac_to_number(&macs[i].port->mac_address) -
                   mac_to_number(&macs[i - 1].port->mac_address) <=
               MAX_GAP) {
        i++;
    }
    return i;
}

struct query
port_batch_find_macs(struct port_batch *batch)
{
    static const enum type_id types[] = {TYPE_UUID, TYPE_MAC, TYPE_MAC};
    struct arena *arena = batch->arena;
    struct set set = set_new(arena, types, 3, batch->n_macs);
    sort_macs(batch);
    for (size_t i = 0, n; i < batch->n_macs; i += n) {
        n = count_near(batch->macs + i, batch->n_macs - i);
        const struct port *first = batch->macs[i].port;
        const struct port *last = batch->macs[i + n - 1].port;
        const char *row[] = {
            type_of(TYPE_UUID)->to_sql(arena, &first->network_id),
            type_of(TYPE_MAC)->to_sql(arena, &first->mac_address),
            type_of(TYPE_MAC)->to_sql(arena, &last->mac_address)};
        set_add(&set, row);
    }
    return set_query(&set, &port_macs_in_use);
}

/* Marks the MACs of the batch, sorted, that are 'used'. */
static void
mark_used(struct port_batch *batch, struct port *used)
{
    const struct port_mac wanted = {.port = used};
    size_t first = 0, end = batch->n_macs;
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        if (compare_macs(&batch->macs[middle], &wanted) < 0) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    while (first < batch->n_macs &&
           compare_macs(&batch->macs[first], &wanted) == 0) {
        batch->macs[first++].used = true;
    }
}

/* Of members that are refused already no MAC counts. */
static struct err *
resolve_used_macs(struct port_batch *batch, size_t *ret_conflicts)
{
    const struct rows *rows = &batch->used_macs;
    for (int row = 0; row < rows_count(rows); row++) {
        struct port used;
        uuid_from_text(rows_text(rows, row, 0), &used.network_id);
        mac_parse(rows_text(rows, row, 1), &used.mac_address);
        mark_used(batch, &used);
    }
    for (size_t i = 0; i < batch->n_macs; i++) {
        struct port_mac *mac = &batch->macs[i];
        if (mac->used && mac->member->err == NULL) {
            (*ret_conflicts)++;
            TRY(resolve_mac_conflict(batch, mac));
        }
        mac->used = false;
    }
    return NULL;
}

static void
drop_refused(struct port_batch *batch)
{
    size_t kept = 0;
    for (size_t i = 0; i < batch->n_macs; i++) {
        if (batch->macs[i].member->err == NULL) {
            batch->macs[kept++] = batch->macs[i];
        }
    }
    batch->n_macs = kept;
}

void
port_batch_draw_macs(struct port_batch *batch)
{
    const struct mac_addr *last = NULL;
    batch->macs = ARENA_ARRAY(batch->arena, struct port_mac, batch->n_ports);
    EACH_PORT(batch, member, i)
    {
        struct port *port = member->ports[i];
        bool drawn = !record_has(&port->rec, PORT_MAC_ADDRESS);
        if (drawn) {
            port->mac_address =
                last == NULL ? port_draw_mac(batch->settings)
                             : port_mac_behind(batch->settings, last);
            last = &port->mac_address;
        }
        batch->macs[batch->n_macs++] = (struct port_mac){
            .port = port, .member = member, .drawn = drawn};
    }
}

/* Draws no more: whose MAC is in use is refused, drawn or given. */
static void
give_up_drawing(struct port_batch *batch)
{
    for (size_t i = 0; i < batch->n_macs; i++) {
        batch->macs[i].drawn = false;
    }
}

struct err *
port_batch_settle_macs(struct port_batch *batch)
{
    for (int round = 0;; round++) {
        size_t conflicts = 0;
        if (round == MAX_DRAWS) {
            give_up_drawing(batch);
        }
        TRY(resolve_used_macs(batch, &conflicts));
        drop_refused(batch);
        TRY(resolve_equal_macs(batch, &conflicts));
        drop_refused(batch);
        if (conflicts == 0 || batch->n_macs == 0) {
            break;
        }
        TRY(tx_one(batch->tx, port_batch_find_macs(batch),
                   &batch->used_macs));
    }
    for (size_t i = 0; i < batch->n_macs; i++) {
        record_set(&batch->macs[i].port->rec, PORT_MAC_ADDRESS);
    }
    return NULL;
}
