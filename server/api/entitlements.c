/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /v2.0/entitlements: read by the project, set by admins.
 */
#include "api/entitlements.h"

#include "api/body.h"
#include "api/verbs.h"
#include "core/arena.h"
#include "resource/entitlement.h"
#include "resource/names.h"

/* --- reading */

/* $1: one project, or NULL for all. */
STATEMENT(entitlements_read,
    "SELECT project_id FROM entitlements WHERE shadow_port"
    "   AND ($1::text IS NULL OR project_id = $1::text)"
    " ORDER BY project_id");

static void
add_entitlement(struct buf *body, const char *project_id, bool granted)
{
    buf_addf(body, "{\"%s\":%s,\"project_id\":", ENTITLEMENT_SHADOW_PORT,
             granted ? "true" : "false");
    buf_adds_json(body, project_id);
    buf_adds(body, ",\"tenant_id\":");
    buf_adds_json(body, project_id);
    buf_put(body, '}');
}

static void
answer(struct call *call, bool granted)
{
    struct buf *body = call_answer(call, 200);
    buf_adds(body, "{\"entitlement\":");
    add_entitlement(body, call->id, granted);
    buf_put(body, '}');
}

static void
read_rows(struct call *call, const char *project_id,
          void (*finish)(struct job *job))
{
    struct query *query = ARENA_NEW(call->arena, struct query);
    const char **params = ARENA_ARRAY(call->arena, const char *, 1);
    params[0] = project_id;
    *query = (struct query){entitlements_read.sql, params, 1};
    call_read(call, query, 1, finish);
}

static void
finish_list(struct job *job)
{
    struct buf *body = call_answer(job->owner, 200);
    buf_adds(body, "{\"entitlements\":[");
    for (int row = 0; row < rows_count(&job->rows[0]); row++) {
        buf_adds(body, row == 0 ? "" : ",");
        add_entitlement(body, rows_text(&job->rows[0], row, 0), true);
    }
    buf_adds(body, "]}");
}

struct err *
entitlements_list(struct call *call)
{
    read_rows(call, call->caller.is_admin ? NULL : call->caller.project_id,
              finish_list);
    return NULL;
}

static void
finish_show(struct job *job)
{
    answer(job->owner, rows_count(&job->rows[0]) > 0);
}

/* A project sees its own, an admin everybody's. */
static struct err *
require_project(const struct call *call)
{
    const struct caller *caller = &call->caller;
    bool own = strcmp(call->id, caller->project_id) == 0;
    if (!own && (!caller->is_admin || !names_is_id(call->id))) {
        return err_new(call->arena, ERR_NOT_FOUND,
                       "entitlements of project \"%s\" could not be found",
                       call->id);
    }
    return NULL;
}

struct err *
entitlements_show(struct call *call)
{
    TRY(require_project(call));
    read_rows(call, call->id, finish_show);
    return NULL;
}

/* --- changing */

/* What a project is to be entitled to. */
struct setting {
    struct write write;
    bool given;
    bool shadow_port; /* After it ran, what holds. */
};

static struct err *
run_set(struct job *job, struct tx *tx)
{
    struct setting *setting = (struct setting *) job;
    const struct call *call = job->owner;
    struct change change = write_change(&setting->write, tx);
    if (setting->given) {
        TRY(entitlement_set(&change, call->id, setting->shadow_port));
    } else {
        TRY(entitlement_look(&change, call->id, &setting->shadow_port));
    }
    return write_end(&change);
}

static struct err *
complete_set(struct call *call)
{
    const struct setting *setting = (const struct setting *) call->job;
    answer(call, setting->shadow_port);
    return NULL;
}

/* The project of the path may stand in the body too. */
static struct err *
check_same_project(const struct call *call, const char *key,
                   const json_t *json)
{
    const char *text = json_string_value(json);
    if (text != NULL && strcmp(text, call->id) == 0) {
        return NULL;
    }
    return err_attr(call->arena, arena_strdup(call->arena, key), "project",
                    "invalid input for \"%s\": it can only be the project of "
                    "the path, \"%s\"", key, call->id);
}

static struct err *
read_member(const struct call *call, struct setting *setting,
            const char *key, const json_t *json)
{
    static const struct attr attr = {.name = ENTITLEMENT_SHADOW_PORT,
                                     .type = TYPE_BOOL};
    if (strcmp(key, "project_id") == 0 || strcmp(key, "tenant_id") == 0) {
        return check_same_project(call, key, json);
    }
    if (strcmp(key, ENTITLEMENT_SHADOW_PORT) != 0) {
        return err_attr(call->arena, arena_strdup(call->arena, key),
                        "unknown_attribute", "unrecognized attribute(s) '%s'",
                        key);
    }
    if (json_is_null(json)) {
        return err_attr(call->arena, ENTITLEMENT_SHADOW_PORT, "null",
                        "invalid input for \"%s\": null is neither true nor "
                        "false", key);
    }
    setting->given = true;
    return type_of(TYPE_BOOL)->from_json(call->arena, &attr, json,
                                         &setting->shadow_port);
}

static struct err *
read_body(const struct call *call, struct setting *setting)
{
    json_t *json, *value;
    const char *key;
    TRY(body_parse(call, &json));
    json_t *entitlement = json_object_get(json, "entitlement");
    if (!json_is_object(entitlement)) {
        return err_new(call->arena, ERR_BAD_REQUEST,
                       "unable to find 'entitlement' in request body");
    }
    json_object_foreach(entitlement, key, value)
    {
        TRY(read_member(call, setting, key, value));
    }
    return NULL;
}

struct err *
entitlements_update(struct call *call)
{
    struct setting *setting = ARENA_NEW(call->arena, struct setting);
    TRY(require_project(call));
    TRY(read_body(call, setting));
    setting->write = *verb_new_write(call, WRITE_UPDATE);
    setting->write.job.run = run_set;
    call->job = &setting->write.job;
    call->complete = complete_set;
    return NULL;
}
