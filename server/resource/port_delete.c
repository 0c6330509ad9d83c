/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deletion of ports: one, many, and the members of a combined batch, by one
 * path.  Addresses go back to their subnets, the quota to its project.
 */
#include "core/arena.h"
#include "db/render.h"
#include "resource/cluster.h"
#include "resource/network.h"
#include "resource/port.h"
#include "resource/port_internal.h"
#include "schema/sqlarray.h"

static const struct visibility everything = {.all = true};

STATEMENT(port_lock_project_quotas,
    "SELECT 1 FROM quotas WHERE resource = 'port'"
    "   AND project_id = ANY($1::text[])"
    " ORDER BY project_id FOR NO KEY UPDATE");

STATEMENT(port_return_quotas,
    "UPDATE quotas q SET used = q.used - x.n"
    "  FROM (SELECT p AS project_id, count(*) AS n"
    "          FROM unnest($1::text[]) p GROUP BY p) x"
    " WHERE q.project_id = x.project_id AND q.resource = 'port'");

size_t
port_addresses(const struct port *port, struct address *ret_items)
{
    for (size_t i = 0; i < port->fixed_ips.n; i++) {
        ret_items[i] = (struct address){
            .subnet_id = port->fixed_ips.items[i].subnet_id,
            .ip = port->fixed_ips.items[i].ip_address,
            .port_id = port->id,
            .network_id = port->network_id,
        };
    }
    return port->fixed_ips.n;
}

/* Everything that the deletion of 'ports' writes but the events. */
struct removal {
    struct query queries[3 + ADDRESSES_N_RELEASE];
    size_t n;
};

static void
plan_removal(struct arena *arena, struct port *const *ports, size_t n,
             struct removal *removal)
{
    size_t n_items = 0, n_counted = 0;
    const char **ids = ARENA_ARRAY(arena, const char *, n);
    const char **projects = ARENA_ARRAY(arena, const char *, n);
    for (size_t i = 0; i < n; i++) {
        n_items += ports[i]->fixed_ips.n;
    }
    struct address *items = ARENA_ARRAY(arena, struct address, n_items);
    n_items = 0;
    for (size_t i = 0; i < n; i++) {
        ids[i] = type_of(TYPE_UUID)->to_sql(arena, &ports[i]->id);
        if (!port_is_shadow(ports[i]->device_owner)) {
            projects[n_counted++] = ports[i]->project_id;
        }
        n_items += port_addresses(ports[i], items + n_items);
    }
    const char **params = ARENA_ARRAY(arena, const char *, 1);
    params[0] = sqlarray_format(arena, projects, n_counted);
    removal->queries[0] =
        (struct query){port_lock_project_quotas.sql, params, 1};
    removal->n = 1;
    if (n_items > 0) {
        addresses_release(arena, items, n_items, removal->queries + 1);
        removal->n += ADDRESSES_N_RELEASE;
    }
    removal->queries[removal->n++] =
        sqlgen_delete(arena, &port_resource.table, ids, n);
    removal->queries[removal->n++] =
        (struct query){port_return_quotas.sql, params, 1};
}

struct err *
port_delete_some(struct change *change, const struct rows *rows,
                 const bool *wanted)
{
    struct port **ports = ARENA_ARRAY(change->arena, struct port *,
                                      (size_t) rows_count(rows));
    struct removal removal;
    struct rows ignored[3 + ADDRESSES_N_RELEASE];
    size_t n = 0;
    for (int row = 0; row < rows_count(rows); row++) {
        if (wanted != NULL && !wanted[row]) {
            continue;
        }
        ports[n] = sqlgen_record(change->arena, &port_resource.table, rows,
                                 row);
        change_event(change, &port_resource,
                     (const struct object *) ports[n++], "delete",
                     change_snapshot(change, &port_resource, rows, row),
                     NULL);
    }
    if (n == 0) {
        return NULL;
    }
    plan_removal(change->arena, ports, n, &removal);
    return tx_run(change->tx, removal.queries, removal.n, ignored);
}

struct err *
port_delete_rows(struct change *change, const struct rows *rows)
{
    return port_delete_some(change, rows, NULL);
}

struct err *
port_delete_ids(struct change *change, const char *const *ids, size_t n)
{
    struct rows rows;
    if (n == 0) {
        return NULL;
    }
    TRY(tx_one(change->tx,
               sqlgen_get(change->arena, &port_resource.table, ids, n,
                          &everything, ROW_DELETE),
               &rows));
    return port_delete_rows(change, &rows);
}

/* --- whose life is not its project's */

static struct err *
check_platform(struct arena *arena, struct tx *tx,
               const struct caller *caller, const struct port *port)
{
    bool free = caller_rules_all(caller, &port_resource) &&
                !port_is_shadow(port->device_owner);
    if (free || !port_is_platform(port->device_owner)) {
        return NULL;
    }
    const char *id = type_of(TYPE_UUID)->to_sql(arena, &port->id);
    struct blockers blockers = blockers_none(arena, caller);
    return blockers_explain(
        &blockers, tx, blockers_of_port(arena, caller, id),
        err_new(arena, ERR_SERVICE_PORT_IN_USE,
                "port \"%s\" cannot be deleted directly via the port api: it "
                "has device owner \"%s\"", id, port->device_owner));
}

/* Refuses ports of the platform, and those of clusters, which are in 'nodes',
 * the rows of cluster_nodes_query. */
static struct err *
check_holder(struct arena *arena, struct tx *tx, const struct caller *caller,
             const struct port *port, const struct rows *nodes)
{
    TRY(check_platform(arena, tx, caller, port));
    return cluster_refuse_node(
        arena, tx, caller, type_of(TYPE_UUID)->to_sql(arena, &port->id),
        nodes);
}

struct err *
port_check_deletes(struct change *change, const struct rows *rows,
                   struct err **ret_errs)
{
    struct arena *arena = change->arena;
    const struct table *table = &port_resource.table;
    size_t n = (size_t) rows_count(rows);
    const char **ids = ARENA_ARRAY(arena, const char *, n);
    struct rows nodes;
    if (n == 0) {
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        ids[i] = rows_text(rows, (int) i, sqlgen_column(table, ATTR_ID));
    }
    TRY(tx_one(change->tx,
               cluster_nodes_query(arena, sqlarray_format(arena, ids, n)),
               &nodes));
    for (size_t i = 0; i < n; i++) {
        const struct port *port = sqlgen_record(arena, table, rows, (int) i);
        ret_errs[i] = check_holder(arena, change->tx, change->caller, port,
                                   &nodes);
    }
    return NULL;
}

/* --- the combining lane */

/* All jobs of a batch: each wants some ports gone. */
struct deletion {
    struct tx *tx;
    struct job **jobs;
    size_t n_jobs;
    const char **ids; /* Of all jobs. */
    size_t n_ids;
    struct rows rows;    /* The locked ports. */
    struct rows nodes;   /* Those of them that are nodes' of clusters. */
    struct port **ports; /* Row by row; set when a job takes it. */
    size_t n_ports;
    struct event_list events;
};

static void
collect_ids(struct deletion *deletion)
{
    size_t n = 0;
    for (size_t i = 0; i < deletion->n_jobs; i++) {
        n += ((struct write *) deletion->jobs[i])->n;
    }
    deletion->ids = ARENA_ARRAY(deletion->tx->arena, const char *, n);
    for (size_t i = 0; i < deletion->n_jobs; i++) {
        const struct write *write = (struct write *) deletion->jobs[i];
        for (size_t j = 0; j < write->n; j++) {
            deletion->ids[deletion->n_ids++] = write->ids[j];
        }
    }
}

/* Row of the port 'id' that no job has taken yet, or -1.  The rows are in the
 * order of their ids. */
static int
find_row(const struct deletion *deletion, const char *id)
{
    int low = 0, high = rows_count(&deletion->rows);
    int column = sqlgen_column(&port_resource.table, ATTR_ID);
    while (low < high) {
        int middle = low + (high - low) / 2;
        int order = strcmp(rows_text(&deletion->rows, middle, column), id);
        if (order == 0) {
            return deletion->ports[middle] == NULL ? middle : -1;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return -1;
}

static struct err *
check_port(const struct deletion *deletion, const struct write *write,
           int row)
{
    const struct rows *rows = &deletion->rows;
    struct tx *tx = deletion->tx;
    const struct port *port =
        sqlgen_record(tx->arena, &port_resource.table, rows, row);
    const struct caller *caller = write->caller;
    struct arena *arena = write->job.arena;
    const char *id = rows_text(rows, row,
                               sqlgen_column(&port_resource.table, ATTR_ID));
    if (!caller_rules_all(caller, &port_resource) &&
        strcmp(port->project_id, caller->project_id) != 0) {
        return resource_not_found(arena, &port_resource, id);
    }
    TRY(resource_check_match(write, rows, row));
    return check_holder(arena, tx, caller, port, &deletion->nodes);
}

/* Takes the ports of one job; all or none. */
static struct err *
take_ports(struct deletion *deletion, struct write *write)
{
    struct arena *scratch = deletion->tx->arena;
    int *rows = ARENA_ARRAY(scratch, int, write->n);
    for (size_t i = 0; i < write->n; i++) {
        rows[i] = find_row(deletion, write->ids[i]);
        if (rows[i] < 0) {
            return resource_not_found(write->job.arena, &port_resource,
                                      write->ids[i]);
        }
        TRY(check_port(deletion, write, rows[i]));
    }
    struct change change = {.arena = scratch,
                            .tx = deletion->tx,
                            .settings = write->settings,
                            .caller = write->caller,
                            .request_id = write->request_id,
                            .sdn = write->sdn,
                            .events = deletion->events};
    for (size_t i = 0; i < write->n; i++) {
        struct port *port = sqlgen_record(scratch, &port_resource.table,
                                          &deletion->rows, rows[i]);
        deletion->ports[rows[i]] = port;
        change_event(&change, &port_resource, (const struct object *) port,
                     "delete",
                     change_snapshot(&change, &port_resource,
                                     &deletion->rows, rows[i]),
                     NULL);
    }
    deletion->events = change.events;
    return NULL;
}

static struct err *
commit_deletion(struct deletion *deletion)
{
    struct arena *arena = deletion->tx->arena;
    struct removal removal;
    struct port **ports =
        ARENA_ARRAY(arena, struct port *, deletion->n_ids);
    size_t n = 0;
    for (int row = 0; row < rows_count(&deletion->rows); row++) {
        if (deletion->ports[row] != NULL) {
            ports[n++] = deletion->ports[row];
        }
    }
    if (n == 0) {
        return NULL; /* Every job was refused: nothing to commit. */
    }
    plan_removal(arena, ports, n, &removal);
    tx_send(deletion->tx, removal.queries, removal.n);
    struct query *events;
    size_t n_events = events_insert(arena, &deletion->events, &events);
    tx_send(deletion->tx, events, n_events);
    return NULL;
}

struct err *
port_delete_batch(struct tx *tx, struct job **jobs, size_t n)
{
    struct deletion deletion = {.tx = tx, .jobs = jobs, .n_jobs = n};
    collect_ids(&deletion);
    struct query queries[] = {
        sqlgen_lock_parents(tx->arena, &port_resource.table,
                            &network_resource.table, deletion.ids,
                            deletion.n_ids, ROW_STAYS),
        sqlgen_get(tx->arena, &port_resource.table, deletion.ids,
                   deletion.n_ids, &everything, ROW_DELETE),
        cluster_nodes_query(tx->arena,
                            sqlarray_format(tx->arena, deletion.ids,
                                            deletion.n_ids))};
    struct rows rows[3];
    TRY(tx_run(tx, queries, 3, rows));
    deletion.rows = rows[1];
    deletion.nodes = rows[2];
    deletion.ports = ARENA_ARRAY(tx->arena, struct port *,
                                 (size_t) rows_count(&deletion.rows));
    for (size_t i = 0; i < n; i++) {
        struct err *err = take_ports(&deletion, (struct write *) jobs[i]);
        if (err != NULL && err_status(err->kind) >= 500) {
            return err;
        }
        jobs[i]->err = err;
    }
    return commit_deletion(&deletion);
}
