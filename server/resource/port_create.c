/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creation of ports: one, many, and the members of a combined batch, by one
 * path.  A batch is one transaction in two round trips: locks and reads;
 * writes, events and COMMIT.  Between them every member is worked out in
 * memory under the locks, so that a member that cannot be is left out with its
 * own answer, what is written cannot collide, and what PostgreSQL would show
 * of it is known before it is there.  port_load.c, port_prepare.c and
 * port_macs.c hold the first steps.
 */
#include "core/arena.h"
#include "core/settings.h"
#include "resource/network.h"
#include "resource/port_batch.h"
#include "resource/port_internal.h"
#include "resource/quota.h"

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
    struct ipam_subnet **subnets;
    struct ipam_saved *saved;
    size_t n_subnets;
    struct port_project **projects;
    int64_t *taken;
    size_t n_items;
};

/* A subnet that stands there twice is saved, and restored, twice. */
static void
save_subnets(struct arena *arena, const struct port_request *request,
             struct checkpoint *point)
{
    for (size_t i = 0; i < request->n_wants; i++) {
        const struct port_want *want = &request->wants[i];
        for (size_t j = 0; j < want->n_subnets; j++) {
            point->subnets[point->n_subnets] = want->subnets[j];
            point->saved[point->n_subnets++] =
                ipam_save(arena, want->subnets[j]);
        }
    }
}

static struct checkpoint
save(struct port_batch *batch, const struct port_member *member)
{
    size_t n_subnets = 0;
    for (size_t i = 0; i < member->n; i++) {
        for (size_t j = 0; j < member->requests[i].n_wants; j++) {
            n_subnets += member->requests[i].wants[j].n_subnets;
        }
    }
    struct checkpoint point = {
        .subnets = ARENA_ARRAY(batch->arena, struct ipam_subnet *, n_subnets),
        .saved = ARENA_ARRAY(batch->arena, struct ipam_saved, n_subnets),
        .projects = ARENA_ARRAY(batch->arena, struct port_project *,
                                member->n),
        .taken = ARENA_ARRAY(batch->arena, int64_t, member->n),
        .n_items = batch->n_items,
    };
    for (size_t i = 0; i < member->n; i++) {
        save_subnets(batch->arena, &member->requests[i], &point);
        point.projects[i] =
            port_batch_project(batch, member->ports[i]->project_id);
        point.taken[i] = point.projects[i] == NULL ? 0
                                                   : point.projects[i]->taken;
    }
    return point;
}

static void
restore(struct port_batch *batch, const struct port_member *member,
        const struct checkpoint *point)
{
    for (size_t i = 0; i < point->n_subnets; i++) {
        ipam_restore(point->subnets[i], &point->saved[i]);
    }
    for (size_t i = 0; i < member->n; i++) {
        if (point->projects[i] != NULL) {
            point->projects[i]->taken = point->taken[i];
        }
    }
    batch->n_items = point->n_items;
}

static struct err *
take_members(struct port_batch *batch)
{
    batch->items = ARENA_ARRAY(batch->arena, struct address,
                               batch->addresses.need +
                                   batch->n_ports * (batch->addresses.n + 2));
    for (size_t i = 0; i < batch->n_members; i++) {
        struct port_member *member = &batch->members[i];
        if (member->err != NULL) {
            continue;
        }
        struct checkpoint point = save(batch, member);
        member->err = take_quota(batch, member);
        if (member->err == NULL) {
            member->err = take_addresses(batch, member);
        }
        if (member->err != NULL) {
            if (err_status(member->err->kind) >= 500) {
                return member->err;
            }
            restore(batch, member, &point);
        }
    }
    return NULL;
}

static struct err *
run(struct port_batch *batch)
{
    batch->arena = batch->tx->arena;
    for (size_t i = 0; i < batch->n_members; i++) {
        struct port_member *member = &batch->members[i];
        batch->n_ports += member->n;
        member->requests =
            ARENA_ARRAY(batch->arena, struct port_request, member->n);
    }
    port_batch_draw_macs(batch);
    TRY(port_batch_load(batch));
    TRY(check_members(batch));
    TRY(port_batch_settle_macs(batch));
    TRY(resolve_members(batch));
    TRY(take_members(batch));
    port_batch_write(batch);
    return NULL;
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
    TRY(run(&batch));
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

/* True when the answer shows what the event of the port shows. */
static bool
shows_all(const struct write *write, const struct port_member *member)
{
    return write->mask == change_mask(member->change, &port_resource);
}

/* Hands the answers out: each job has its own rows of the sheet. */
static void
give_answers(struct port_batch *batch, struct job **jobs)
{
    size_t row = 0;
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
                shows_all(write, member)
                    ? member->change->events.items[j].after
                    : port_batch_render(batch, jobs[i]->arena, row,
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
    for (size_t i = 0; i < n; i++) {
        init_member(&batch.members[i], tx, (struct write *) jobs[i]);
    }
    TRY(run(&batch));
    for (size_t i = 0; i < n; i++) {
        const struct event_list *list = &batch.members[i].change->events;
        for (size_t j = 0; j < list->n; j++) {
            events_add(tx->arena, &events, &list->items[j]);
        }
    }
    struct query *writes;
    size_t n_writes = events_insert(tx->arena, &events, &writes);
    tx_send(tx, writes, n_writes);
    give_answers(&batch, jobs);
    return NULL;
}
