/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deletion of cluster networks: the ports of the nodes, the ranges, and
 * exactly what the cluster network made.  What others put into that stays,
 * and so does then the whole.
 */
#include <inttypes.h>

#include "core/arena.h"
#include "resource/cluster_internal.h"
#include "resource/network.h"
#include "resource/port.h"
#include "resource/quota.h"
#include "resource/subnet.h"
#include "schema/sqlarray.h"

static const struct visibility everything = {.all = true};

/* --- who is in the way */

/* Ports of others in what goes; $4: device_owners that go along. */
STATEMENT(cluster_foreign_ports,
    "SELECT 'port', p.id, p.name, p.project_id,"
    "       p.fixed_ips->0->>'ip_address', p.device_owner, p.device_id,"
    "       count(*) OVER ()"
    "  FROM ports p"
    " WHERE p.network_id = $1::uuid AND p.device_owner <> ALL($4::text[])"
    "   AND NOT EXISTS (SELECT 1 FROM cluster_ports c"
    "                    WHERE c.port_id = p.id"
    "                      AND c.cluster_network_id = $2::uuid)"
    "   AND ($5::boolean OR EXISTS (SELECT 1 FROM ip_allocations a"
    "                    WHERE a.port_id = p.id"
    "                      AND a.subnet_id = ANY($3::uuid[])))"
    " ORDER BY p.id LIMIT 50");

STATEMENT(cluster_foreign_subnets,
    "SELECT 'subnet', s.id, s.name, s.project_id, NULL, NULL, NULL,"
    "       count(*) OVER ()"
    "  FROM subnets s WHERE s.network_id = $1::uuid"
    "   AND s.id <> ALL($2::uuid[]) AND $3::boolean ORDER BY s.id LIMIT 50");

STATEMENT(cluster_neighbours,
    "SELECT 'cluster_network', c.id, c.name, c.project_id, NULL, NULL, NULL,"
    "       count(*) OVER ()"
    "  FROM cluster_networks c WHERE c.id <> $2::uuid"
    "   AND (c.subnet_id = ANY($3::uuid[])"
    "        OR c.pods_subnet_id = ANY($3::uuid[])"
    "        OR c.loadbalancer_subnet_id = ANY($3::uuid[])"
    "        OR $4::boolean AND c.network_id = $1::uuid)"
    " ORDER BY c.id LIMIT 50");

STATEMENT(cluster_lock_subnets,
    "SELECT s.id FROM subnets s WHERE s.id = ANY($1::uuid[])"
    " ORDER BY s.id FOR UPDATE");

#define N_LOOKS 3

/* What goes with a cluster network. */
struct removal {
    struct change *change;
    const struct cluster *cluster;
    const char *id, *network_id;
    const char *owned_ids; /* Its own subnets, as an array literal. */
};

static void
plan_removal(struct removal *removal, struct change *change,
             const struct cluster *cluster)
{
    struct arena *arena = change->arena;
    const struct type *uuid = type_of(TYPE_UUID);
    const char *ids[2];
    size_t n = 0;
    if (cluster->owns_subnet) {
        ids[n++] = uuid->to_sql(arena, &cluster->subnet_id);
    }
    if (cluster->pods_subnet) {
        ids[n++] = uuid->to_sql(arena, &cluster->pods_subnet_id);
    }
    *removal = (struct removal){
        .change = change,
        .cluster = cluster,
        .id = uuid->to_sql(arena, &cluster->id),
        .network_id = uuid->to_sql(arena, &cluster->network_id),
        .owned_ids = sqlarray_format(arena, ids, n)};
}

static const char *
reason_of(const char *type)
{
    return strcmp(type, "port") == 0 ? "the port is in what goes with the "
                                       "cluster network; delete it first"
           : strcmp(type, "subnet") == 0
               ? "the subnet is in the network that goes with the cluster "
                 "network, which did not make it; delete it first"
               : "it uses the network or a subnet that goes with the cluster "
                 "network; delete it first";
}

/* What belongs to others shows that it is there, and nothing else. */
static struct blocker
read_blocker(const struct removal *removal, const struct rows *rows, int row)
{
    const struct caller *caller = removal->change->caller;
    const char *project_id = rows_text(rows, row, 3);
    struct blocker blocker = {.type = rows_text(rows, row, 0)};
    blocker.reason = reason_of(blocker.type);
    if (caller->is_admin || strcmp(project_id, caller->project_id) == 0) {
        blocker.id = rows_text(rows, row, 1);
        blocker.name = rows_text(rows, row, 2);
        blocker.owner = project_id;
        blocker.ip_address = rows_text(rows, row, 4);
        blocker.device_owner = rows_text(rows, row, 5);
        blocker.device_id = rows_text(rows, row, 6);
    }
    return blocker;
}

static struct err *
refuse_blocked(const struct removal *removal, const struct rows *rows)
{
    struct arena *arena = removal->change->arena;
    struct blocker *blockers =
        ARENA_ARRAY(arena, struct blocker, N_LOOKS * BLOCKERS_MAX);
    size_t n = 0;
    int64_t total = 0;
    for (size_t i = 0; i < N_LOOKS; i++) {
        int found = rows_count(&rows[i]);
        total += found == 0 ? 0 : rows_int(&rows[i], 0, 7);
        for (int row = 0; row < found; row++) {
            blockers[n++] = read_blocker(removal, &rows[i], row);
        }
    }
    if (n == 0) {
        return NULL;
    }
    struct err *err = err_new(arena, ERR_CLUSTER_IN_USE,
                              "cluster network \"%s\" cannot be deleted: "
                              "%" PRId64 " objects of others are in what it "
                              "made", removal->id, total);
    return err_blocked(err, blockers, n, total);
}

static struct err *
check_blocked(const struct removal *removal)
{
    const struct cluster *cluster = removal->cluster;
    struct arena *arena = removal->change->arena;
    const char *whole = cluster->owns_network ? "t" : "f";
    const char *ports[] = {removal->network_id, removal->id,
                           removal->owned_ids, port_automatic_owners(arena),
                           whole};
    const char *subnets[] = {removal->network_id, removal->owned_ids, whole};
    const char *others[] = {removal->network_id, removal->id,
                            removal->owned_ids, whole};
    struct query queries[] = {{cluster_lock_subnets.sql,
                               &removal->owned_ids, 1},
                              QUERY(cluster_foreign_ports, ports),
                              QUERY(cluster_foreign_subnets, subnets),
                              QUERY(cluster_neighbours, others)};
    struct rows rows[1 + N_LOOKS];
    TRY(tx_run(removal->change->tx, queries, 1 + N_LOOKS, rows));
    return refuse_blocked(removal, rows + 1);
}

/* --- the nodes and the row */

STATEMENT(cluster_port_ids,
    "SELECT c.port_id FROM cluster_ports c"
    " WHERE c.cluster_network_id = $1::uuid");
STATEMENT(cluster_delete_ports,
    "DELETE FROM cluster_ports WHERE cluster_network_id = $1::uuid");
STATEMENT(cluster_delete_ranges,
    "DELETE FROM reserved_ranges WHERE cluster_network_id = $1::uuid");
STATEMENT(cluster_delete_row,
    "DELETE FROM cluster_networks WHERE id = $1::uuid");

/* Locks and reads the ports of the nodes. */
static struct err *
lock_nodes(const struct removal *removal, struct rows *ret_rows)
{
    struct change *change = removal->change;
    struct rows found;
    TRY(tx_one(change->tx,
               (struct query){cluster_port_ids.sql, &removal->id, 1}, &found));
    size_t n = (size_t) rows_count(&found);
    /* Two ids at least, so that an empty set is one as well. */
    const char **ids = ARENA_ARRAY(change->arena, const char *, n + 2);
    ids[n] = ids[n + 1] = "00000000-0000-0000-0000-000000000000";
    for (size_t i = 0; i < n; i++) {
        ids[i] = rows_text(&found, (int) i, 0);
    }
    return tx_one(change->tx,
                  sqlgen_get(change->arena, &port_resource.table, ids, n + 2,
                             &everything, ROW_DELETE),
                  ret_rows);
}

static struct err *
remove_nodes(const struct removal *removal)
{
    struct change *change = removal->change;
    struct rows ports, ignored[3];
    TRY(lock_nodes(removal, &ports));
    TRY(quota_lock(change, &removal->cluster->network_id,
                   removal->cluster->project_id));
    struct query queries[] = {{cluster_delete_ports.sql, &removal->id, 1},
                              {cluster_delete_ranges.sql, &removal->id, 1},
                              {cluster_delete_row.sql, &removal->id, 1}};
    TRY(tx_run(change->tx, queries, 3, ignored));
    return port_delete_rows(change, &ports);
}

/* --- what it made */

static struct err *
remove_owned(const struct removal *removal)
{
    struct change *change = removal->change;
    const struct cluster *cluster = removal->cluster;
    if (cluster->owns_network) {
        /* Its subnets go along. */
        return change_delete(change, &network_resource, &cluster->network_id);
    }
    if (cluster->pods_subnet) {
        TRY(change_delete(change, &subnet_resource, &cluster->pods_subnet_id));
    }
    if (cluster->owns_subnet) {
        TRY(change_delete(change, &subnet_resource, &cluster->subnet_id));
    }
    bool ranges = record_has(&cluster->rec, CLUSTER_PODS_CIDR) ||
                  record_has(&cluster->rec, CLUSTER_SERVICES_CIDR);
    return ranges ? change_touch(change, &network_resource,
                                 &cluster->network_id)
                  : NULL;
}

struct err *
cluster_before_delete(struct change *change, const void *current)
{
    struct removal removal;
    plan_removal(&removal, change, current);
    TRY(check_blocked(&removal));
    TRY(remove_nodes(&removal));
    return remove_owned(&removal);
}
