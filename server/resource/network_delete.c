/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the deletion of a network takes along: its subnets and the ports that
 * the server made.  Ports of people keep it.
 */
#include "core/arena.h"
#include "resource/cluster.h"
#include "resource/network.h"
#include "resource/port.h"
#include "resource/quota.h"
#include "resource/subnet.h"

static const struct visibility everything = {.all = true};

STATEMENT(network_subnet_ids,
    "SELECT id FROM subnets WHERE network_id = $1::uuid ORDER BY id"
    " FOR UPDATE");

STATEMENT(network_port_ids,
    "SELECT id, device_owner, project_id FROM ports"
    " WHERE network_id = $1::uuid"
    " ORDER BY id FOR UPDATE");

static struct err *
refuse(struct change *change, const char *id, const struct rows *ports,
       int row)
{
    return err_new(change->arena, ERR_NETWORK_IN_USE,
                   "unable to complete operation on network \"%s\": there "
                   "are one or more ports still in use on the network, such "
                   "as %s", id,
                   change_name_port(change, rows_text(ports, row, 0),
                                    rows_text(ports, row, 2)));
}

/* Column 0 of 'rows' as a list. */
static const char **
list_ids(struct arena *arena, const struct rows *rows)
{
    size_t n = (size_t) rows_count(rows);
    const char **ids = ARENA_ARRAY(arena, const char *, n + 1);
    for (size_t i = 0; i < n; i++) {
        ids[i] = rows_text(rows, (int) i, 0);
    }
    return ids;
}

static struct err *
delete_ports(struct change *change, const struct rows *found)
{
    struct rows rows;
    if (rows_count(found) == 0) {
        return NULL;
    }
    TRY(tx_one(change->tx,
               sqlgen_get(change->arena, &port_resource.table,
                          list_ids(change->arena, found),
                          (size_t) rows_count(found), &everything, ROW_DELETE),
               &rows));
    return port_delete_rows(change, &rows);
}

static struct err *
delete_subnets(struct change *change, const struct rows *found)
{
    const struct table *table = &subnet_resource.table;
    const char **ids = list_ids(change->arena, found);
    size_t n = (size_t) rows_count(found);
    struct rows rows;
    if (n == 0) {
        return NULL;
    }
    TRY(tx_one(change->tx,
               sqlgen_get(change->arena, table, ids, n, &everything,
                          ROW_DELETE),
               &rows));
    for (int row = 0; row < rows_count(&rows); row++) {
        const struct object *subnet =
            sqlgen_record(change->arena, table, &rows, row);
        change_event(change, &subnet_resource, subnet, "delete",
                     change_snapshot(change, &subnet_resource, &rows, row),
                     NULL);
        TRY(quota_give(change, "subnet", subnet->project_id, 1));
    }
    return tx_one(change->tx, sqlgen_delete(change->arena, table, ids, n),
                  NULL);
}

struct err *
network_before_delete(struct change *change, const void *current)
{
    const struct network *network = current;
    const char *id = type_of(TYPE_UUID)->to_sql(change->arena, &network->id);
    const char *params[] = {id};
    struct query queries[] = {QUERY(network_subnet_ids, params),
                              QUERY(network_port_ids, params)};
    struct rows rows[2];
    TRY(tx_run(change->tx, queries, 2, rows));
    TRY(cluster_guard_network(change, &network->id));
    for (int row = 0; row < rows_count(&rows[1]); row++) {
        if (!port_is_automatic(rows_text(&rows[1], row, 1))) {
            return refuse(change, id, &rows[1], row);
        }
    }
    TRY(quota_lock(change, &network->id, network->project_id));
    TRY(delete_ports(change, &rows[1]));
    return delete_subnets(change, &rows[0]);
}
