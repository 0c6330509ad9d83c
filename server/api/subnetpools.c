/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prefixes added to a subnet pool and taken away: {"prefixes": [...]}, answered
 * with those that there are then.
 */
#include "api/subnetpools.h"

#include "api/body.h"
#include "api/verbs.h"
#include "core/arena.h"
#include "resource/subnetpool.h"

/* Such a request as a job. */
struct prefix_write {
    struct write write;
    struct err *(*apply)(struct change *change, const struct rows *rows,
                         const struct prefix_list *given,
                         struct rows *ret_rows);
    struct prefix_list given;
    const char *prefixes; /* Afterwards, as PostgreSQL has them. */
};

static struct err *
run(struct job *job, struct tx *tx)
{
    struct prefix_write *work = (struct prefix_write *) job;
    struct change change = write_change(&work->write, tx);
    int column =
        sqlgen_column(&subnetpool_resource.table, SUBNETPOOL_PREFIXES);
    struct rows rows, changed;
    TRY(write_lock(&change, &work->write, &rows));
    TRY(work->apply(&change, &rows, &work->given, &changed));
    work->prefixes =
        arena_strdup(job->arena, rows_text(&changed, 0, column));
    return write_end(&change);
}

static struct err *
complete(struct call *call)
{
    const struct prefix_write *work = (const struct prefix_write *) call->job;
    struct buf *body = call_answer(call, 200);
    buf_adds(body, "{\"prefixes\":");
    type_of(TYPE_PREFIXES)->render(body, work->prefixes,
                                   strlen(work->prefixes));
    buf_put(body, '}');
    return NULL;
}

static struct err *
read_body(const struct call *call, struct prefix_list *ret_prefixes)
{
    const struct attr *attr =
        &subnetpool_resource.table.attrs[SUBNETPOOL_PREFIXES];
    json_t *json;
    TRY(body_parse(call, &json));
    const json_t *prefixes = json_object_get(json, attr->name);
    if (json_array_size(prefixes) == 0) {
        return err_new(call->arena, ERR_BAD_REQUEST,
                       "request body contains invalid data: "
                       "{\"prefixes\": [...]} with at least one is valid");
    }
    TRY(type_of(TYPE_PREFIXES)->from_json(call->arena, attr, prefixes,
                                          ret_prefixes));
    return attr_check(call->arena, attr, ret_prefixes);
}

static struct err *
change_prefixes(struct call *call, struct prefix_write *work)
{
    struct precondition precondition;
    call->resource = &subnetpool_resource;
    TRY(verb_check_id(call));
    if (!call->caller.may_write) {
        return verb_refuse_reader(call);
    }
    TRY(verb_read_precondition(call, &precondition));
    TRY(read_body(call, &work->given));
    work->write = *verb_new_write(call, WRITE_UPDATE);
    work->write.ids = arena_memdup(call->arena, &call->id, sizeof call->id);
    work->write.precondition = precondition;
    work->write.job.run = run;
    call->job = &work->write.job;
    call->complete = complete;
    return NULL;
}

struct err *
subnetpools_add_prefixes(struct call *call)
{
    struct prefix_write *work = ARENA_NEW(call->arena, struct prefix_write);
    work->apply = subnetpool_add_prefixes;
    return change_prefixes(call, work);
}

struct err *
subnetpools_remove_prefixes(struct call *call)
{
    struct prefix_write *work = ARENA_NEW(call->arena, struct prefix_write);
    work->apply = subnetpool_remove_prefixes;
    return change_prefixes(call, work);
}
