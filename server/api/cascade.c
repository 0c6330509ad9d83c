/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DELETE ?cascade=...: plans, and their execution in one transaction.
 */
#include "api/cascade.h"

#include <inttypes.h>

#include "api/blockers.h"
#include "api/verbs.h"
#include "core/arena.h"
#include "core/clock.h"
#include "core/settings.h"
#include "resource/cascade.h"

#define US_PER_S 1000000

/* A plan to make, or one to execute. */
struct planning {
    struct write write;
    bool execute;
    struct plan_id asked;
    const char *plan; /* What was made: "plan":{...} */
};

/* --- plans as JSON */

static void
add_member(struct buf *buf, const char *key, const char *value)
{
    buf_addf(buf, ",\"%s\":", key);
    buf_adds_json(buf, value);
}

static void
add_items(struct buf *buf, const char *key, const struct cascade_list *list)
{
    buf_addf(buf, ",\"%s\":[", key);
    for (size_t i = 0; i < list->n; i++) {
        const struct cascade_item *item = &list->items[i];
        buf_adds(buf, i == 0 ? "{\"type\":" : ",{\"type\":");
        buf_adds_json(buf, item->type);
        add_member(buf, "id", item->id);
        add_member(buf, "name", item->name);
        buf_addf(buf, ",\"revision_number\":%" PRId64, item->revision_number);
        add_member(buf, "ip_address", item->ip_address);
        add_member(buf, "device_owner", item->device_owner);
        add_member(buf, "device_id", item->device_id);
        add_member(buf, "cidr", item->cidr);
        buf_put(buf, '}');
    }
    buf_put(buf, ']');
}

static int64_t
now_s(void)
{
    return clock_now_us() / US_PER_S;
}

/* A new plan of 'cascade', as "plan":{...} */
static const char *
render_plan(const struct planning *planning, const struct cascade *cascade)
{
    const struct blockers *blockers = &cascade->blockers;
    int64_t expires_s = now_s() + planning->write.settings->plan_ttl_s;
    struct plan_id id = plan_id_of(cascade, expires_s);
    char id_text[PLAN_ID_SIZE], time_text[CLOCK_TEXT_SIZE];
    struct buf buf;
    plan_id_format(&id, id_text);
    clock_format(expires_s * US_PER_S, 0, time_text);
    buf_init(&buf, cascade->arena,
             1024 + 256 * (cascade->deletes.n + cascade->updates.n));
    buf_addf(&buf, "\"plan\":{\"id\":\"%s\",\"expires_at\":\"%s\"", id_text,
             time_text);
    add_items(&buf, "deletes", &cascade->deletes);
    add_items(&buf, "updates", &cascade->updates);
    buf_put(&buf, ',');
    blockers_write(&buf, blockers->items, blockers->n, blockers->total);
    buf_put(&buf, '}');
    return buf.data;
}

/* --- in a lane */

/* The object itself goes last. */
static void
add_subject(const struct write *write, const struct rows *rows,
            struct cascade *cascade)
{
    const struct table *table = &write->resource->table;
    int cidr = table_find(table, "cidr");
    cascade_add(
        cascade, &cascade->deletes,
        &(struct cascade_item){
            .type = table->name,
            .id = rows_text(rows, 0, sqlgen_column(table, ATTR_ID)),
            .name = rows_text(rows, 0, sqlgen_column(table, ATTR_NAME)),
            .revision_number = rows_int(
                rows, 0, sqlgen_column(table, ATTR_REVISION_NUMBER)),
            .cidr = cidr < 0 ? NULL
                             : rows_text(rows, 0,
                                         sqlgen_column(table,
                                                       (size_t) cidr))});
}

static struct err *
check_size(struct change *change, const struct cascade *cascade)
{
    size_t n = cascade->deletes.n + cascade->updates.n;
    if (n > CASCADE_MAX) {
        return err_new(change->arena, ERR_BAD_QUERY,
                       "invalid cascade: it would take %zu objects along, "
                       "more than %d in one transaction; delete ports in "
                       "groups first", n, CASCADE_MAX);
    }
    return NULL;
}

/* The plan fits as long as nothing in it has changed. */
static struct err *
check_plan(struct change *change, const struct planning *planning,
           const struct cascade *cascade)
{
    const struct plan_id *asked = &planning->asked;
    struct plan_id current = plan_id_of(cascade, asked->expires_s);
    bool expired = asked->expires_s <= now_s();
    if (!expired && plan_id_equal(&current, asked)) {
        return NULL;
    }
    struct err *err = err_new(
        change->arena, ERR_PLAN_CHANGED,
        expired ? "the plan has expired: look at the new one, and execute "
                  "that"
                : "what the plan is about has changed, or it is the plan of "
                  "something else: look at the new one, and execute that");
    err->beside = render_plan(planning, cascade);
    return err;
}

static struct err *
check_blockers(struct change *change, const struct write *write,
               const struct cascade *cascade)
{
    const struct resource *resource = write->resource;
    if (cascade->blockers.total == 0) {
        return NULL;
    }
    return blockers_refuse(
        &cascade->blockers,
        err_new(change->arena, resource->in_use,
                "unable to complete operation on %s \"%s\": %" PRId64
                " objects are in the way of the plan", resource->table.name,
                write->ids[0], cascade->blockers.total));
}

static struct err *
execute(struct change *change, struct planning *planning,
        const struct rows *rows, const struct cascade *cascade)
{
    const struct write *write = &planning->write;
    const struct resource *resource = write->resource;
    const struct object *current =
        sqlgen_record(change->arena, &resource->table, rows, 0);
    TRY(check_plan(change, planning, cascade));
    TRY(check_blockers(change, write, cascade));
    TRY(resource->run_cascade(change, current, cascade));
    return change_remove_row(change, resource, rows, 0);
}

static struct err *
run_planning(struct job *job, struct tx *tx)
{
    struct planning *planning = (struct planning *) job;
    const struct write *write = &planning->write;
    const struct resource *resource = write->resource;
    struct change change = write_change(write, tx);
    struct cascade cascade =
        cascade_none(change.arena, change.caller, planning->execute);
    struct rows rows;
    TRY(write_find(&change, write, planning->execute ? ROW_DELETE : ROW_READ,
                   &rows));
    TRY(resource->list_cascade(
        &change, sqlgen_record(change.arena, &resource->table, &rows, 0),
        &cascade));
    add_subject(write, &rows, &cascade);
    TRY(check_size(&change, &cascade));
    if (planning->execute) {
        TRY(execute(&change, planning, &rows, &cascade));
    } else {
        planning->plan = render_plan(planning, &cascade);
    }
    return write_end(&change);
}

/* --- on the HTTP loop */

static struct err *
complete_plan(struct call *call)
{
    const struct planning *planning = (const struct planning *) call->job;
    struct buf *body = call_answer(call, 200);
    buf_put(body, '{');
    buf_adds(body, planning->plan);
    buf_put(body, '}');
    return NULL;
}

static struct err *
complete_execution(struct call *call)
{
    call_answer(call, 204);
    return NULL;
}

static struct err *
read_cascade(const struct call *call, struct planning *planning)
{
    const char *text = call_param(call, "cascade");
    if (call->resource->list_cascade == NULL) {
        return err_new(call->arena, ERR_BAD_QUERY,
                       "invalid cascade: nothing goes along with a %s",
                       call->resource->table.name);
    }
    planning->execute = strcmp(text, "plan") != 0;
    if (planning->execute && !plan_id_parse(text, &planning->asked)) {
        return err_new(call->arena, ERR_BAD_QUERY,
                       "invalid cascade: \"%s\" is neither \"plan\" nor the "
                       "id of a plan", text);
    }
    return NULL;
}

struct err *
cascade_delete(struct call *call)
{
    struct planning *planning = ARENA_NEW(call->arena, struct planning);
    struct precondition precondition;
    struct uuid id;
    TRY(read_cascade(call, planning));
    TRY(verb_read_precondition(call, &precondition));
    planning->write = *verb_new_write(call, WRITE_DELETE);
    planning->write.job.run = run_planning;
    uuid_from_text(call->id, &id);
    planning->write.ids = ARENA_ARRAY(call->arena, const char *, 1);
    planning->write.ids[0] = type_of(TYPE_UUID)->to_sql(call->arena, &id);
    planning->write.precondition = precondition;
    call->job = &planning->write.job;
    call->complete = planning->execute ? complete_execution : complete_plan;
    if (!planning->execute) {
        call->idempotency_key = NULL; /* It changes nothing: a new one. */
    }
    return NULL;
}
