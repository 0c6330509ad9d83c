/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verbs that change a resource: what is asked, on the HTTP loop, and the
 * answers.  write.c runs the transactions; verbs_read.c has list and show.
 */
#include "api/verbs.h"

#include <errno.h>

#include "api/body.h"
#include "api/cascade.h"
#include "api/query.h"
#include "core/arena.h"
#include "db/render.h"

/* --- all writes */

struct err *
verb_check_id(const struct call *call)
{
    struct uuid id;
    if (!uuid_from_text(call->id, &id)) {
        return resource_not_found(call->arena, call->resource, call->id);
    }
    return NULL;
}

struct write *
verb_new_write(struct call *call, enum write_verb verb)
{
    struct write *write = ARENA_NEW(call->arena, struct write);
    write->job.lane = LANE_WRITE;
    write->job.arena = call->arena;
    write->job.owner = call;
    write->job.run = write_run;
    write->job.weight = 1;
    write->job.bytes = call->body_len;
    write->verb = verb;
    write->resource = call->resource;
    write->settings = call->settings;
    write->caller = &call->caller;
    write->request_id = call->request_id;
    write->sdn = call->sdn;
    write->n = 1;
    write->precondition.revision = -1;
    write->mask = call->resource == NULL
                      ? 0
                      : render_mask(&call->resource->table,
                                    caller_rules_all(&call->caller,
                                                     call->resource),
                                    call_has_sdn(call));
    call->job = &write->job;
    return write;
}

static struct err *
read_revision(const struct call *call, int64_t *ret_revision)
{
    static const char prefix[] = "revision_number=";
    const char *text = call->if_match;
    size_t len = strlen(prefix);
    char *end = NULL;
    bool known = strncmp(text, prefix, len) == 0;
    if (known) {
        errno = 0;
        *ret_revision = strtoll(text + len, &end, 10);
    }
    if (!known || errno != 0 || end == text + len || *end != '\0' ||
        *ret_revision < 0) {
        return err_new(call->arena, ERR_BAD_QUERY,
                       "invalid If-Match: '%s' is neither of the form "
                       "revision_number=N nor an ETag", text);
    }
    return NULL;
}

struct err *
verb_read_precondition(const struct call *call,
                       struct precondition *ret_precondition)
{
    const char *text = call->if_match;
    *ret_precondition = (struct precondition){.revision = -1};
    if (text == NULL || strcmp(text, "*") == 0) {
        return NULL;
    }
    if (text[0] == '"') {
        ret_precondition->etag = text;
        return NULL;
    }
    return read_revision(call, &ret_precondition->revision);
}

static void
finish_refusal(struct job *job)
{
    const struct call *call = job->owner;
    job->err = rows_count(&job->rows[0]) == 0
                   ? resource_not_found(call->arena, call->resource, call->id)
                   : call_require_writer(call);
}

struct err *
verb_refuse_reader(struct call *call)
{
    struct visibility visibility = call_visibility(call);
    struct query *query = ARENA_NEW(call->arena, struct query);
    TRY(verb_check_id(call));
    *query = sqlgen_get(call->arena, &call->resource->table, &call->id, 1,
                        &visibility, ROW_READ);
    call_read(call, query, 1, finish_refusal);
    return NULL;
}

static bool
is_long(const struct write *write)
{
    const struct resource *resource = write->resource;
    for (size_t i = 0; resource->is_long != NULL && i < write->n; i++) {
        if (write->records != NULL &&
            resource->is_long(write->settings, write->records[i])) {
            return true;
        }
    }
    return false;
}

/* Of a project: its writes wait for each other's quota. */
static size_t
share_of(const struct write *write)
{
    size_t share = 5381;
    for (const char *p = write->caller->project_id; *p != '\0'; p++) {
        share = share * 33 + (unsigned char) *p;
    }
    return share;
}

/* Lets the write combine with others when its resource says how. */
static void
combine(struct write *write, combine_fn *fn)
{
    if (fn != NULL) {
        write->job.lane = is_long(write) ? LANE_WRITE : LANE_COMBINE;
        write->job.combine = fn;
        write->job.kind = write->resource;
        write->job.weight = write->n;
        write->job.share = share_of(write);
    }
}

static void
add_objects(struct buf *body, const struct write *write, bool bulk)
{
    const struct table *table = &write->resource->table;
    buf_addf(body, bulk ? "{\"%s\":[" : "{\"%s\":",
             bulk ? table->plural : table->name);
    for (size_t i = 0; i < write->n; i++) {
        buf_adds(body, i == 0 ? "" : ",");
        buf_adds(body, write->ret_json[i]);
    }
    buf_adds(body, bulk ? "]}" : "}");
}

static struct err *
complete_create(struct call *call)
{
    const struct write *write = (const struct write *) call->job;
    add_objects(call_answer(call, 201), write, false);
    return NULL;
}

static struct err *
complete_bulk(struct call *call)
{
    const struct write *write = (const struct write *) call->job;
    add_objects(call_answer(call, 201), write, true);
    return NULL;
}

struct err *
verb_create_plain(struct call *call)
{
    bool bulk;
    void **records;
    size_t n;
    TRY(call_require_writer(call));
    TRY(body_read_create(call, &records, &n, &bulk));
    struct write *write = verb_new_write(call, WRITE_CREATE);
    write->records = records;
    write->n = n;
    combine(write, call->resource->create_batch);
    call->complete = bulk ? complete_bulk : complete_create;
    return NULL;
}

static struct err *
complete_update(struct call *call)
{
    const struct write *write = (const struct write *) call->job;
    add_objects(call_answer(call, 200), write, false);
    return NULL;
}

struct err *
verb_update_plain(struct call *call)
{
    struct precondition precondition;
    void *record;
    TRY(verb_check_id(call));
    if (!caller_may_change(&call->caller, call->resource)) {
        return verb_refuse_reader(call);
    }
    TRY(verb_read_precondition(call, &precondition));
    TRY(body_read_update(call, &record));
    struct write *write = verb_new_write(call, WRITE_UPDATE);
    write->records = arena_memdup(call->arena, &record, sizeof record);
    write->ids = arena_memdup(call->arena, &call->id, sizeof call->id);
    write->precondition = precondition;
    call->complete = complete_update;
    return NULL;
}

static struct err *
complete_delete(struct call *call)
{
    call_answer(call, 204);
    return NULL;
}

struct err *
verb_delete(struct call *call)
{
    struct precondition precondition;
    struct uuid id;
    TRY(verb_check_id(call));
    if (!caller_may_change(&call->caller, call->resource)) {
        return verb_refuse_reader(call);
    }
    if (call_param(call, "cascade") != NULL) {
        return cascade_delete(call);
    }
    TRY(verb_read_precondition(call, &precondition));
    struct write *write = verb_new_write(call, WRITE_DELETE);
    uuid_from_text(call->id, &id);
    write->ids = ARENA_ARRAY(call->arena, const char *, 1);
    write->ids[0] = type_of(TYPE_UUID)->to_sql(call->arena, &id);
    write->precondition = precondition;
    combine(write, call->resource->delete_batch);
    call->complete = complete_delete;
    return NULL;
}
