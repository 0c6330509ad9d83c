/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creation of ports: one, many, and the members of a combined batch, by one
 * path.  A batch is one transaction in three round trips: locks and reads,
 * writes, events with COMMIT.  Between the first two every member is worked
 * out in memory under the locks, so that a member that cannot be is left out
 * with its own answer, and what is written cannot collide.  port_load.c,
 * port_prepare.c and port_macs.c hold the first steps.
 */
#include "core/arena.h"
#include "core/settings.h"
#include "db/render.h"
#include "resource/network.h"
#include "resource/port_batch.h"
#include "resource/port_internal.h"
#include "resource/quota.h"
#include "schema/sqlarray.h"

/* --- members */

/* Before the MACs: is there a network, may the caller use it. */
static struct err *
check_members(struct port_batch *batch)
{
    EACH_PORT(batch, member, i)
    {
        if (member->err == NULL) {
            member->err = port_prepare(batch, member, member->ports[i]);
        }
        if (member->err != NULL && err_status(member->err->kind) >= 500) {
            return member->err;
        }
    }
    return NULL;
}

/* What the ports of all members want; an error refuses the member, unless
 * it is the database that failed. */
static struct err *
resolve_members(struct port_batch *batch)
{
    struct port_request **requests =
        ARENA_ARRAY(batch->arena, struct port_request *, batch->n_ports);
    size_t n = 0;
    EACH_PORT(batch, member, i)
    {
        struct port_request *request = &member->requests[i];
        request->port = member->ports[i];
        request->caller = member->change->caller;
        if (member->err == NULL) {
            member->err = port_resolve(&batch->addresses,
                                       member->change->arena, request);
        }
        if (member->err == NULL) {
            requests[n++] = request;
        } else if (err_status(member->err->kind) >= 500) {
            return member->err;
        }
    }
    return port_look(&batch->addresses, requests, n);
}

/* What the ports of 'member' before the i-th have taken is part of its wish,
 * not of the use. */
static struct err *
refuse_quota(const struct port_member *member, size_t i,
             const struct port_project *project)
{
    struct quota_use use = {.resource = "port",
                            .project_id = project->id,
                            .used = project->used + project->taken,
                            .limit = project->limit};
    for (size_t j = 0; j < member->n; j++) {
        if (strcmp(member->ports[j]->project_id, project->id) == 0) {
            use.asked++;
            use.used -= j < i ? 1 : 0;
        }
    }
    return quota_refusal(member->change->arena, &use);
}

static struct err *
take_quota(struct port_batch *batch, struct port_member *member)
{
    for (size_t i = 0; i < member->n; i++) {
        if (port_is_shadow(member->ports[i]->device_owner)) {
            continue;
        }
        struct port_project *project =
            port_batch_project(batch, member->ports[i]->project_id);
        if (project->limit >= 0 &&
            project->used + project->taken >= project->limit) {
            return refuse_quota(member, i, project);
        }
        project->taken++;
    }
    return NULL;
}

static struct err *
take_addresses(struct port_batch *batch, struct port_member *member)
{
    for (size_t i = 0; i < member->n; i++) {
        TRY(port_take(&batch->addresses, member->change->arena,
                      &member->requests[i], batch->items, &batch->n_items));
        port_derive(member->change->arena, batch->settings,
                    member->ports[i]);
    }
    return NULL;
}

/* The state that a member changes, so that it can be taken back. */
struct checkpoint {
    struct ipam_saved *subnets;
    int64_t *taken;
    size_t n_items;
};

static struct checkpoint
save(struct port_batch *batch)
{
    struct checkpoint point = {
        .subnets = ARENA_ARRAY(batch->arena, struct ipam_saved,
                               batch->addresses.n),
        .taken = ARENA_ARRAY(batch->arena, int64_t, batch->n_projects),
        .n_items = batch->n_items,
    };
    for (size_t i = 0; i < batch->addresses.n; i++) {
        point.subnets[i] = ipam_save(batch->arena,
                                     &batch->addresses.subnets[i]);
    }
    for (size_t i = 0; i < batch->n_projects; i++) {
        point.taken[i] = batch->projects[i].taken;
    }
    return point;
}

static void
restore(struct port_batch *batch, const struct checkpoint *point)
{
    for (size_t i = 0; i < batch->addresses.n; i++) {
        ipam_restore(&batch->addresses.subnets[i], &point->subnets[i]);
    }
    for (size_t i = 0; i < batch->n_projects; i++) {
        batch->projects[i].taken = point->taken[i];
    }
    batch->n_items = point->n_items;
}

static struct err *
take_members(struct port_batch *batch)
{
    batch->items = ARENA_ARRAY(batch->arena, struct address,
                               batch->addresses.need +
                                   batch->n_ports * (batch->addresses.n + 2));
    struct checkpoint point = save(batch);
    for (size_t i = 0; i < batch->n_members; i++) {
        struct port_member *member = &batch->members[i];
        if (member->err != NULL) {
            continue;
        }
        member->err = take_quota(batch, member);
        if (member->err == NULL) {
            member->err = take_addresses(batch, member);
        }
        if (member->err == NULL) {
            point = save(batch);
        } else if (err_status(member->err->kind) >= 500) {
            return member->err;
        } else {
            restore(batch, &point);
        }
    }
    return NULL;
}

/* --- writing */

STATEMENT(port_count_quotas,
    "UPDATE quotas q SET used = q.used + x.n"
    "  FROM unnest($1::text[], $2::bigint[]) AS x(project_id, n)"
    " WHERE q.project_id = x.project_id AND q.resource = 'port'");

static struct query
count_quotas(struct port_batch *batch)
{
    size_t n = 0;
    const char **ids =
        ARENA_ARRAY(batch->arena, const char *, batch->n_projects);
    const char **counts =
        ARENA_ARRAY(batch->arena, const char *, batch->n_projects);
    for (size_t i = 0; i < batch->n_projects; i++) {
        if (batch->projects[i].taken > 0) {
            ids[n] = batch->projects[i].id;
            counts[n++] = arena_printf(
                batch->arena, "%lld", (long long) batch->projects[i].taken);
        }
    }
    const char **params = ARENA_ARRAY(batch->arena, const char *, 2);
    params[0] = sqlarray_format(batch->arena, ids, n);
    params[1] = sqlarray_format(batch->arena, counts, n);
    return (struct query){port_count_quotas.sql, params, 2};
}

/* The events of the ports in the order of the INSERT. */
static void
add_events(struct port_batch *batch, const struct rows *rows)
{
    int row = 0;
    EACH_PORT(batch, member, i)
    {
        if (member->err != NULL) {
            continue;
        }
        struct port *port = member->ports[i];
        port->revision_number =
            rows_int(rows, row,
                     sqlgen_column(&port_resource.table,
                                   ATTR_REVISION_NUMBER));
        change_event(member->change, &port_resource,
                     (const struct object *) port, "create", NULL,
                     change_snapshot(member->change, &port_resource, rows,
                                     row));
        row++;
    }
}

static struct err *
write_batch(struct port_batch *batch, struct rows *ret_rows)
{
    void **records = ARENA_ARRAY(batch->arena, void *, batch->n_ports);
    struct query queries[2 + ADDRESSES_N_STORE];
    struct rows rows[2 + ADDRESSES_N_STORE];
    size_t n = 0;
    EACH_PORT(batch, member, i)
    {
        if (member->err == NULL) {
            records[n++] = member->ports[i];
        }
    }
    if (n == 0) {
        return NULL;
    }
    queries[0] = sqlgen_insert(batch->arena, &port_resource.table, records,
                               n);
    queries[1] = count_quotas(batch);
    size_t n_queries = 2 + addresses_store(&batch->addresses, batch->items,
                                           batch->n_items, queries + 2);
    TRY(tx_run(batch->tx, queries, n_queries, rows));
    *ret_rows = rows[0];
    add_events(batch, ret_rows);
    return NULL;
}

static struct err *
run_batch(struct port_batch *batch, struct rows *ret_rows)
{
    batch->arena = batch->tx->arena;
    for (size_t i = 0; i < batch->n_members; i++) {
        struct port_member *member = &batch->members[i];
        batch->n_ports += member->n;
        member->requests =
            ARENA_ARRAY(batch->arena, struct port_request, member->n);
    }
    TRY(port_batch_load(batch));
    TRY(check_members(batch));
    TRY(port_batch_settle_macs(batch));
    TRY(resolve_members(batch));
    TRY(take_members(batch));
    return write_batch(batch, ret_rows);
}

struct err *
port_create_all(struct change *change, struct port *const *ports, size_t n)
{
    struct port_member member = {.change = change,
                            .ports = (struct port **) (uintptr_t) ports,
                            .n = n,
                            .from_server = true};
    struct port_batch batch = {.tx = change->tx,
                          .members = &member,
                          .n_members = 1,
                          .settings = change->settings};
    struct rows rows;
    TRY(run_batch(&batch, &rows));
    return member.err;
}

/* --- the combining lane */

/* A member of its own for the job: the records are copied, since a batch may
 * run again. */
static void
init_member(struct port_member *member, struct tx *tx, struct write *write)
{
    struct arena *arena = write->job.arena;
    struct change *change = ARENA_NEW(arena, struct change);
    *change = (struct change){.arena = arena,
                              .tx = tx,
                              .settings = write->settings,
                              .caller = write->caller,
                              .request_id = write->request_id,
                              .sdn = write->sdn};
    *member = (struct port_member){.change = change, .n = write->n};
    member->ports = ARENA_ARRAY(arena, struct port *, write->n);
    for (size_t i = 0; i < write->n; i++) {
        member->ports[i] =
            arena_memdup(arena, write->records[i], sizeof(struct port));
        member->ports[i]->id = uuid_new();
        record_set(&member->ports[i]->rec, ATTR_ID);
    }
}

/* Hands the answers out: each job has its own rows of the INSERT. */
static void
give_answers(struct port_batch *batch, struct job **jobs,
             const struct rows *rows)
{
    int row = 0;
    for (size_t i = 0; i < batch->n_members; i++) {
        struct write *write = (struct write *) jobs[i];
        struct port_member *member = &batch->members[i];
        jobs[i]->err = member->err;
        if (member->err != NULL) {
            continue;
        }
        write->ret_json = ARENA_ARRAY(jobs[i]->arena, const char *, write->n);
        write->ret_revisions = ARENA_ARRAY(jobs[i]->arena, int64_t, write->n);
        for (size_t j = 0; j < write->n; j++, row++) {
            write->ret_json[j] =
                render_text(jobs[i]->arena, &port_resource.table, rows, row,
                            write->mask);
            write->ret_revisions[j] = member->ports[j]->revision_number;
        }
    }
}

struct err *
port_create_batch(struct tx *tx, struct job **jobs, size_t n)
{
    struct port_batch batch = {
        .tx = tx,
        .members = ARENA_ARRAY(tx->arena, struct port_member, n),
        .n_members = n,
        .settings = ((struct write *) jobs[0])->settings,
    };
    struct event_list events = {.n = 0};
    struct rows rows = {NULL};
    for (size_t i = 0; i < n; i++) {
        init_member(&batch.members[i], tx, (struct write *) jobs[i]);
    }
    TRY(run_batch(&batch, &rows));
    for (size_t i = 0; i < n; i++) {
        const struct event_list *list = &batch.members[i].change->events;
        for (size_t j = 0; j < list->n; j++) {
            events_add(tx->arena, &events, &list->items[j]);
        }
    }
    give_answers(&batch, jobs, &rows);
    if (events.n == 0) {
        return NULL; /* Every member was refused: nothing to commit. */
    }
    struct query write = events_insert(tx->arena, &events);
    tx_end(tx, &write, 1);
    return NULL;
}
