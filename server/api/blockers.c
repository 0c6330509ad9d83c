/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who stands in the way, as JSON, and GET .../blockers, which asks.
 */
#include "api/blockers.h"

#include "core/arena.h"
#include "resource/blockers.h"

static void
add_member(struct buf *buf, const char *key, const char *value)
{
    buf_addf(buf, ",\"%s\":", key);
    buf_adds_json(buf, value);
}

static void
add_blocker(struct buf *buf, const struct blocker *blocker)
{
    buf_adds(buf, "{\"type\":");
    buf_adds_json(buf, blocker->type);
    add_member(buf, "id", blocker->id);
    add_member(buf, "name", blocker->name);
    add_member(buf, "ip_address", blocker->ip_address);
    add_member(buf, "device_owner", blocker->device_owner);
    add_member(buf, "device_id", blocker->device_id);
    add_member(buf, "owner", blocker->owner);
    add_member(buf, "reason", blocker->reason);
    buf_put(buf, '}');
}

void
blockers_write(struct buf *buf, const struct blocker *blockers, size_t n,
               int64_t total)
{
    buf_adds(buf, "\"blockers\":[");
    for (size_t i = 0; i < n; i++) {
        buf_adds(buf, i == 0 ? "" : ",");
        add_blocker(buf, &blockers[i]);
    }
    buf_adds(buf, "],\"blockers_total\":");
    buf_add_int(buf, total);
}

/* --- asking without trying */

/* A read of the object and of what keeps it. */
struct asking {
    struct job job;
    struct call *call;
    blocker_reason_fn *reason;
};

static void
add_foreign(struct blockers *blockers, const struct call *call,
            const struct object *object)
{
    const char *name = call->resource->table.name;
    blockers_add(
        blockers,
        &(struct blocker){
            .type = name,
            .id = call->id,
            .name = object->name,
            .owner = object->project_id,
            .reason = arena_printf(call->arena,
                                   "The %s belongs to project \"%s\": only "
                                   "that project or an admin may delete it.",
                                   name, object->project_id)});
}

static void
finish_asking(struct job *job)
{
    const struct asking *asking = (const struct asking *) job;
    struct call *call = asking->call;
    struct blockers blockers = blockers_none(call->arena, &call->caller);
    if (rows_count(&job->rows[0]) == 0) {
        job->err = resource_not_found(call->arena, call->resource, call->id);
        return;
    }
    const struct object *object =
        sqlgen_record(call->arena, &call->resource->table, &job->rows[0], 0);
    if (!caller_may_change(&call->caller, call->resource)) {
        blockers_add(&blockers,
                     &(struct blocker){
                         .type = "role",
                         .reason = "Deleting needs the role member or "
                                   "admin."});
    }
    if (!blockers_sees(&blockers, object->project_id)) {
        add_foreign(&blockers, call, object);
    } else if (job->n_queries > 1) {
        blockers_add_rows(&blockers, &job->rows[1], asking->reason);
    }
    struct buf *body = call_answer(call, 200);
    buf_put(body, '{');
    blockers_write(body, blockers.items, blockers.n, blockers.total);
    buf_put(body, '}');
}

struct err *
blockers_show(struct call *call)
{
    struct asking *asking = ARENA_NEW(call->arena, struct asking);
    struct visibility visibility = call_visibility(call);
    struct query *queries = ARENA_ARRAY(call->arena, struct query, 2);
    const struct resource *resource = call->resource;
    struct uuid id;
    if (!uuid_from_text(call->id, &id)) {
        return resource_not_found(call->arena, resource, call->id);
    }
    size_t n = 0;
    queries[n++] = sqlgen_get(call->arena, &resource->table, &call->id, 1,
                              &visibility, ROW_READ);
    if (resource->find_blockers != NULL) {
        struct blocker_query query =
            resource->find_blockers(call->arena, &call->caller, call->id);
        queries[n++] = query.query;
        asking->reason = query.reason;
    }
    call_read(call, queries, n, finish_asking);
    asking->job = *call->job;
    asking->call = call;
    call->job = &asking->job;
    return NULL;
}
