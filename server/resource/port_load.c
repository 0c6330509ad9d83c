/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creation of ports: what the batch is about, and the locks and reads.
 */
#include "core/arena.h"
#include "resource/port_batch.h"
#include "resource/quota.h"

static int
compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* Sorts 'texts' and drops repetitions; returns how many are left. */
static size_t
make_unique(const char **texts, size_t n)
{
    size_t kept = 0;
    qsort(texts, n, sizeof *texts, compare_texts);
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || strcmp(texts[kept - 1], texts[i]) != 0) {
            texts[kept++] = texts[i];
        }
    }
    return kept;
}

static struct set
collect_network_ids(struct port_batch *batch)
{
    const char **ids = ARENA_ARRAY(batch->arena, const char *, batch->n_ports);
    const struct uuid *last = NULL;
    size_t n = 0;
    EACH_PORT(batch, member, i)
    {
        const struct uuid *id = &member->ports[i]->network_id;
        if (last == NULL || !uuid_equal(last, id)) {
            ids[n++] = type_of(TYPE_UUID)->to_sql(batch->arena, id);
        }
        last = id;
    }
    static const enum type_id type = TYPE_UUID;
    return set_of_keys(batch->arena, &type, ids, make_unique(ids, n));
}

/* The projects whose quota the batch takes from, and how much of each. */
static void
collect_projects(struct port_batch *batch)
{
    const char **ids = ARENA_ARRAY(batch->arena, const char *, batch->n_ports);
    size_t n = 0;
    EACH_PORT(batch, member, i)
    {
        if (!port_is_shadow(member->ports[i]->device_owner)) {
            ids[n++] = member->ports[i]->project_id;
        }
    }
    qsort(ids, n, sizeof *ids, compare_texts);
    batch->projects = ARENA_ARRAY(batch->arena, struct port_project, n);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || strcmp(ids[i - 1], ids[i]) != 0) {
            batch->projects[batch->n_projects++] = (struct port_project){
                .id = ids[i],
                .limit = quota_default(batch->settings, "port")};
        }
        batch->projects[batch->n_projects - 1].claimed++;
    }
}

static size_t
count_need(struct port_batch *batch)
{
    size_t need = 0;
    EACH_PORT(batch, member, i)
    {
        const struct port *port = member->ports[i];
        need += record_has(&port->rec, PORT_FIXED_IPS) ? port->fixed_ips.n : 2;
    }
    return need;
}

/* --- locks and reads */

STATEMENT_OF_KEYS(port_lock_networks,
    "SELECT id, project_id, port_security_enabled, sdn, now()"
    "  FROM networks WHERE id", "uuid", " ORDER BY id FOR KEY SHARE");

/* What is claimed and not taken goes back (port_write.c): one change of the row
 * for most, and its lock. */
#define CLAIM_QUOTAS(rows_)                                      \
    "UPDATE quotas q SET used = q.used + x.n"                    \
    "  FROM " rows_ " AS x(project_id, n)"                       \
    " WHERE q.project_id = x.project_id AND q.resource = 'port'" \
    " RETURNING q.project_id, q.used - x.n, q.quota_limit"
STATEMENT_OF_SET(port_claim_quotas,
    CLAIM_QUOTAS("(SELECT $1::text, $2::bigint)"),
    CLAIM_QUOTAS("(SELECT * FROM unnest($1::text[], $2::bigint[])"
                 "     AS y(project_id, n) ORDER BY y.project_id)"));

/* A claim of each project, in the order of their ids; 'only_new': of those that
 * had no row. */
static struct query
claim_quotas(const struct port_batch *batch, bool only_new)
{
    static const enum type_id types[] = {TYPE_TEXT, TYPE_INT};
    struct set set = set_new(batch->arena, types, 2, batch->n_projects);
    for (size_t i = 0; i < batch->n_projects; i++) {
        const struct port_project *project = &batch->projects[i];
        const char *row[] = {
            project->id, arena_printf(batch->arena, "%lld",
                                      (long long) project->claimed)};
        if (!only_new || !project->has_row) {
            set_add(&set, row);
        }
    }
    return set_query(&set, &port_claim_quotas);
}

#define PROJECT_COLUMN(c_) c_("$1::text")
STATEMENT_OF_ROWS(port_insert_quotas,
    "INSERT INTO quotas (project_id, resource)"
    " SELECT p.id, 'port' FROM ", PROJECT_COLUMN, " AS p(id) ORDER BY p.id"
    " ON CONFLICT (project_id, resource) DO NOTHING");

static void
read_nets(struct port_batch *batch, const struct rows *rows)
{
    batch->n_nets = (size_t) rows_count(rows);
    batch->nets = ARENA_ARRAY(batch->arena, struct port_net, batch->n_nets);
    batch->now = batch->n_nets == 0 ? NULL : rows_text(rows, 0, 4);
    for (size_t i = 0; i < batch->n_nets; i++) {
        struct port_net *net = &batch->nets[i];
        uuid_from_text(rows_text(rows, (int) i, 0), &net->id);
        net->project_id = rows_text(rows, (int) i, 1);
        net->port_security_enabled = rows_bool(rows, (int) i, 2);
        net->sdn = rows_text(rows, (int) i, 3);
    }
}

struct port_project *
port_batch_project(struct port_batch *batch, const char *id)
{
    for (size_t i = 0; i < batch->n_projects; i++) {
        if (strcmp(batch->projects[i].id, id) == 0) {
            return &batch->projects[i];
        }
    }
    return NULL;
}

/* Takes what the quota rows say; true when every project has one. */
static bool
read_quotas(struct port_batch *batch, const struct rows *rows)
{
    for (int row = 0; row < rows_count(rows); row++) {
        struct port_project *project =
            port_batch_project(batch, rows_text(rows, row, 0));
        project->has_row = true;
        project->used = rows_int(rows, row, 1);
        if (rows_text(rows, row, 2) != NULL) {
            project->limit = rows_int(rows, row, 2);
        }
    }
    return (size_t) rows_count(rows) == batch->n_projects;
}

/* A project gets its row with its first port.  The row comes behind locks that
 * it should be before: who waits for it here waits for the first port of the
 * project elsewhere, and a circle ends by a retry (db/lane_writes.c). */
static struct err *
make_quotas(struct port_batch *batch)
{
    static const enum type_id type = TYPE_TEXT;
    struct set projects = set_new(batch->arena, &type, 1, batch->n_projects);
    for (size_t i = 0; i < batch->n_projects; i++) {
        if (!batch->projects[i].has_row) {
            set_add(&projects, &batch->projects[i].id);
        }
    }
    struct query queries[] = {set_query(&projects, &port_insert_quotas),
                              claim_quotas(batch, true)};
    struct rows rows[2];
    TRY(tx_run(batch->tx, queries, 2, rows));
    read_quotas(batch, &rows[1]);
    return NULL;
}

#define N_LOCKS (2 + ADDRESSES_N_LOAD)

/* One port and a MAC of ours: it is free unless its network has a good part of
 * all there are.  If not, the constraint says so and the next try looks it up.
 */
static bool
trusts_macs(const struct port_batch *batch)
{
    return batch->n_macs == 1 && batch->macs[0].drawn &&
           !batch->members[0].from_server && batch->tx->tries == 0;
}

struct err *
port_batch_load(struct port_batch *batch)
{
    struct set nets = collect_network_ids(batch);
    collect_projects(batch);
    struct query queries[N_LOCKS + 1] = {
        set_query(&nets, &port_lock_networks), claim_quotas(batch, false)};
    struct rows rows[N_LOCKS + 1];
    size_t n = N_LOCKS;
    addresses_load(&batch->addresses, batch->tx, &nets, count_need(batch),
                   queries + 2);
    if (!trusts_macs(batch)) {
        queries[n++] = port_batch_find_macs(batch);
    }
    TRY(tx_run(batch->tx, queries, n, rows));
    read_nets(batch, &rows[0]);
    addresses_read(&batch->addresses, rows + 2);
    if (n > N_LOCKS) {
        batch->used_macs = rows[N_LOCKS];
    }
    return read_quotas(batch, &rows[1]) ? NULL : make_quotas(batch);
}

struct port_net *
port_batch_net(struct port_batch *batch, const struct uuid *id)
{
    for (size_t i = 0; i < batch->n_nets; i++) {
        if (uuid_equal(&batch->nets[i].id, id)) {
            return &batch->nets[i];
        }
    }
    return NULL;
}
