/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tags of an object.
 */
#include "api/tags.h"

#include "api/body.h"
#include "api/verbs.h"
#include "core/arena.h"
#include "db/render.h"
#include "resource/tagrules.h"

/* A change of tags: what to do with which. */
struct tagging {
    struct write write;
    enum { TAGS_REPLACE, TAGS_ADD, TAGS_REMOVE } action;
    struct text_list tags;
};

/* --- reading */

static struct err *
not_found(const struct call *call)
{
    return err_new(call->arena, ERR_TAG_RESOURCE_NOT_FOUND,
                   "resource %s \"%s\" could not be found",
                   call->resource->table.plural, call->id);
}

static struct err *
check_id(const struct call *call)
{
    struct uuid id;
    return uuid_from_text(call->id, &id) ? NULL : not_found(call);
}

static void
finish_list(struct job *job)
{
    struct call *call = job->owner;
    const struct table *table = &call->resource->table;
    if (rows_count(&job->rows[0]) == 0) {
        job->err = not_found(call);
        return;
    }
    struct buf *body = call_answer(call, 200);
    render_row(body, table, &job->rows[0], 0, record_bit(ATTR_TAGS));
}

static void
finish_show_one(struct job *job)
{
    struct call *call = job->owner;
    const struct table *table = &call->resource->table;
    if (rows_count(&job->rows[0]) == 0) {
        job->err = not_found(call);
        return;
    }
    const struct object *object =
        sqlgen_record(call->arena, table, &job->rows[0], 0);
    if (!tagrules_contains(&object->tags, call->tag)) {
        job->err = err_new(call->arena, ERR_TAG_NOT_FOUND,
                           "tag \"%s\" could not be found", call->tag);
        return;
    }
    call_answer(call, 204);
}

static struct err *
read_object(struct call *call, void (*finish)(struct job *job))
{
    struct visibility visibility = call_visibility(call);
    struct query *query = ARENA_NEW(call->arena, struct query);
    TRY(check_id(call));
    *query = sqlgen_get(call->arena, &call->resource->table, &call->id, 1,
                        &visibility, ROW_READ);
    call_read(call, query, 1, finish);
    return NULL;
}

struct err *
tags_list(struct call *call)
{
    return read_object(call, finish_list);
}

struct err *
tags_show_one(struct call *call)
{
    return read_object(call, finish_show_one);
}

/* --- changing */

/* The tags after the change; ERR_TAG_NOT_FOUND for one to remove that is not
 * there. */
static struct err *
apply(const struct tagging *tagging, const struct text_list *old,
      struct text_list *ret_new)
{
    struct arena *arena = tagging->write.job.arena;
    const struct text_list *tags = &tagging->tags;
    ret_new->n = 0;
    ret_new->items = ARENA_ARRAY(arena, const char *, old->n + tags->n);
    for (size_t i = 0; tagging->action != TAGS_REPLACE && i < old->n; i++) {
        if (!tagrules_contains(tags, old->items[i])) {
            ret_new->items[ret_new->n++] = old->items[i];
        }
    }
    if (tagging->action == TAGS_REMOVE) {
        return ret_new->n < old->n
                   ? NULL
                   : err_new(arena, ERR_TAG_NOT_FOUND,
                             "tag \"%s\" could not be found",
                             tags->items[0]);
    }
    for (size_t i = 0; i < tags->n; i++) {
        ret_new->items[ret_new->n++] = tags->items[i];
    }
    return tagrules_settle(arena, ret_new);
}

static struct err *
run_tagging(struct job *job, struct tx *tx)
{
    struct tagging *tagging = (struct tagging *) job;
    struct write *write = &tagging->write;
    const struct table *table = &write->resource->table;
    struct change change = write_change(write, tx);
    struct rows rows;
    struct err *err = write_lock(&change, write, &rows);
    if (err != NULL) {
        bool absent = err->kind == write->resource->table.not_found;
        err->kind = absent ? ERR_TAG_RESOURCE_NOT_FOUND : err->kind;
        return err;
    }
    const struct object *current =
        sqlgen_record(change.arena, table, &rows, 0);
    struct object *patch = table_new_record(change.arena, table);
    TRY(apply(tagging, &current->tags, &patch->tags));
    record_set(&patch->rec, ATTR_TAGS);
    if (!tagrules_equal(&current->tags, &patch->tags)) {
        const char *before =
            change_snapshot(&change, write->resource, &rows, 0);
        TRY(change_update(&change, write->resource, before, patch,
                          write->ids[0], &rows));
    }
    write->ret_json = ARENA_ARRAY(change.arena, const char *, 1);
    write->ret_json[0] = render_text(change.arena, table, &rows, 0,
                                     record_bit(ATTR_TAGS));
    return write_end(&change);
}

static struct tagging *
new_tagging(struct call *call, int action)
{
    struct write *write = verb_new_write(call, WRITE_UPDATE);
    struct tagging *tagging = ARENA_NEW(call->arena, struct tagging);
    tagging->write = *write;
    tagging->write.job.run = run_tagging;
    tagging->write.ids =
        arena_memdup(call->arena, &call->id, sizeof call->id);
    tagging->action = action;
    call->job = &tagging->write.job;
    return tagging;
}

static struct err *
read_tags(const struct call *call, struct text_list *ret_tags)
{
    static const struct attr attr = {.name = "tags",
                                     .type = TYPE_TEXT_LIST};
    json_t *json;
    struct err *err = body_parse(call, &json);
    const json_t *tags = err == NULL ? json_object_get(json, "tags") : NULL;
    if (tags == NULL) {
        return err_new(call->arena, ERR_INVALID_INPUT,
                       "invalid tags body: it must be {\"tags\": [...]}");
    }
    err = type_of(TYPE_TEXT_LIST)->from_json(call->arena, &attr, tags,
                                             ret_tags);
    if (err != NULL) {
        err->kind = ERR_INVALID_INPUT;
        return err;
    }
    TRY(tagrules_check(call->arena, ret_tags));
    if (tagrules_repeats(ret_tags)) {
        return err_new(call->arena, ERR_INVALID_INPUT,
                       "invalid input for \"tags\": a tag stands twice");
    }
    return NULL;
}

static struct err *
complete_tags(struct call *call)
{
    const struct write *write = (const struct write *) call->job;
    buf_adds(call_answer(call, 200), write->ret_json[0]);
    return NULL;
}

static struct err *
complete_created(struct call *call)
{
    call_answer(call, 201);
    return NULL;
}

static struct err *
complete_gone(struct call *call)
{
    call_answer(call, 204);
    return NULL;
}

/* Checks that stand before every change. */
static struct err *
begin(struct call *call, struct precondition *ret_precondition)
{
    TRY(check_id(call));
    return verb_read_precondition(call, ret_precondition);
}

static struct err *
change_many(struct call *call, int action)
{
    struct text_list tags;
    struct precondition precondition;
    if (!caller_may_change(&call->caller, call->resource)) {
        return verb_refuse_reader(call);
    }
    TRY(begin(call, &precondition));
    TRY(read_tags(call, &tags));
    struct tagging *tagging = new_tagging(call, action);
    tagging->tags = tags;
    tagging->write.precondition = precondition;
    call->complete = complete_tags;
    return NULL;
}

struct err *
tags_replace(struct call *call)
{
    return change_many(call, TAGS_REPLACE);
}

struct err *
tags_add(struct call *call)
{
    return change_many(call, TAGS_ADD);
}

static struct err *
change_one(struct call *call, int action)
{
    struct precondition precondition;
    struct text_list tags = {
        arena_memdup(call->arena, &call->tag, sizeof call->tag), 1};
    if (!caller_may_change(&call->caller, call->resource)) {
        return verb_refuse_reader(call);
    }
    TRY(begin(call, &precondition));
    TRY(tagrules_check(call->arena, &tags));
    struct tagging *tagging = new_tagging(call, action);
    tagging->tags = tags;
    tagging->write.precondition = precondition;
    return NULL;
}

struct err *
tags_add_one(struct call *call)
{
    call->complete = complete_created;
    return change_one(call, TAGS_ADD);
}

struct err *
tags_remove_one(struct call *call)
{
    call->complete = complete_gone;
    return change_one(call, TAGS_REMOVE);
}

struct err *
tags_clear(struct call *call)
{
    struct precondition precondition;
    if (!caller_may_change(&call->caller, call->resource)) {
        return verb_refuse_reader(call);
    }
    TRY(begin(call, &precondition));
    struct tagging *tagging = new_tagging(call, TAGS_REPLACE);
    tagging->write.precondition = precondition;
    call->complete = complete_gone;
    return NULL;
}
