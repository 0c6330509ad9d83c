/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits of projects, set and reset by admins.
 */
#include <inttypes.h>

#include "api/body.h"
#include "api/quotas.h"
#include "api/verbs.h"
#include "core/arena.h"
#include "quotas_internal.h"
#include "resource/quota.h"
#include "schema/sqlarray.h"

#define QUOTA_MAX 2147483647 /* As clients store it. */

/* Rows of all resources: whoever changes limits of a project waits here for
 * whoever else does, also where there was none. */
STATEMENT(quotas_make,
    "INSERT INTO quotas (project_id, resource)"
    " SELECT $1::text, u FROM unnest($2::text[]) AS u ORDER BY u"
    " ON CONFLICT (project_id, resource) DO NOTHING");

STATEMENT(quotas_lock,
    "SELECT " QUOTA_COLUMNS " FROM quotas WHERE project_id = $1::text"
    " ORDER BY resource FOR NO KEY UPDATE");

STATEMENT(quotas_set,
    "UPDATE quotas SET quota_limit = x.quota_limit"
    "  FROM unnest($2::text[], $3::bigint[]) AS x(resource, quota_limit)"
    " WHERE project_id = $1::text AND quotas.resource = x.resource");

STATEMENT(quotas_reread,
    "SELECT " QUOTA_COLUMNS " FROM quotas WHERE project_id = $1::text");

STATEMENT(quotas_unset,
    "UPDATE quotas SET quota_limit = NULL"
    " WHERE project_id = $1::text AND quota_limit IS NOT NULL");

/* New limits of a project. */
struct setting {
    struct write write;
    const char *names[QUOTA_N_RESOURCES];
    const char *values[QUOTA_N_RESOURCES];
    int64_t limits[QUOTA_N_RESOURCES];
    size_t n;
    bool check_limit; /* Refuse a limit below what is used. */
    struct limits result;
};

/* The limits as an event holds them; NULL when the project has none of its
 * own. */
static const char *
snapshot(const struct call *call, const struct limits *limits)
{
    struct buf buf;
    if (!limits->own) {
        return NULL;
    }
    buf_init(&buf, call->arena, 256);
    quotas_add_project(&buf, call->id, limits);
    return buf.data;
}

static void
add_event(struct change *change, const struct call *call, const char *before,
          const char *after)
{
    bool same = before == NULL || after == NULL
                    ? before == after
                    : strcmp(before, after) == 0;
    struct event event = {
        .request_id = change->request_id,
        .project_id = call->id,
        .user_id = change->caller->user_id,
        .action = before == NULL  ? "create"
                  : after == NULL ? "delete"
                                  : "update",
        .type = "quota",
        .revision_number = EVENT_NO_REVISION,
        .before = before,
        .after = after,
    };
    if (!same) {
        events_add(change->arena, &change->events, &event);
    }
}

static struct err *
check_used(const struct setting *setting, const struct limits *limits)
{
    for (size_t i = 0; setting->check_limit && i < setting->n; i++) {
        int64_t used = limits->used[quotas_find_resource(setting->names[i])];
        if (setting->limits[i] >= 0 && setting->limits[i] < used) {
            return err_new(setting->write.job.arena, ERR_BAD_REQUEST,
                           "quota limit %" PRId64 " for %s must be greater "
                           "than or equal to already used %" PRId64,
                           setting->limits[i], setting->names[i], used);
        }
    }
    return NULL;
}

static struct err *
run_set(struct job *job, struct tx *tx)
{
    struct setting *setting = (struct setting *) job;
    struct call *call = job->owner;
    struct change change = write_change(&setting->write, tx);
    const char *make[] = {call->id,
                          sqlarray_format(job->arena, quota_resources,
                                          QUOTA_N_RESOURCES)};
    const char *set[] = {
        call->id, sqlarray_format(job->arena, setting->names, setting->n),
        sqlarray_format(job->arena, setting->values, setting->n)};
    const char *read[] = {call->id};
    struct query queries[] = {
        QUERY(quotas_make, make), QUERY(quotas_lock, read),
        QUERY(quotas_set, set), QUERY(quotas_reread, read)};
    struct rows rows[4];
    TRY(tx_run(tx, queries, 4, rows));
    struct limits before = quotas_limits(call, &rows[1]);
    setting->result = quotas_limits(call, &rows[3]);
    TRY(check_used(setting, &setting->result));
    add_event(&change, call, snapshot(call, &before),
              snapshot(call, &setting->result));
    return write_end(&change);
}

static struct err *
complete_set(struct call *call)
{
    const struct setting *setting = (const struct setting *) call->job;
    quotas_answer(call, &setting->result);
    return NULL;
}

static struct err *
read_member(const struct call *call, struct setting *setting,
            const char *key, const json_t *json)
{
    const struct attr attr = {
        .name = key, .type = TYPE_INT, .min = -1, .max = QUOTA_MAX};
    const struct attr flag = {.name = key, .type = TYPE_BOOL};
    bool ignored;
    if (strcmp(key, "check_limit") == 0) {
        return type_of(TYPE_BOOL)->from_json(call->arena, &flag, json,
                                             &setting->check_limit);
    }
    if (strcmp(key, "force") == 0) {
        return type_of(TYPE_BOOL)->from_json(call->arena, &flag, json,
                                             &ignored);
    }
    if (quotas_find_resource(key) < 0) {
        return err_attr(call->arena, arena_strdup(call->arena, key),
                        "unknown_attribute", "unrecognized attribute(s) '%s'",
                        key);
    }
    int64_t *limit = &setting->limits[setting->n];
    TRY(type_of(TYPE_INT)->from_json(call->arena, &attr, json, limit));
    TRY(attr_check(call->arena, &attr, limit));
    setting->names[setting->n] = arena_strdup(call->arena, key);
    setting->values[setting->n++] =
        arena_printf(call->arena, "%" PRId64, *limit);
    return NULL;
}

static struct err *
read_body(const struct call *call, struct setting *setting)
{
    json_t *json, *value;
    const char *key;
    TRY(body_parse(call, &json));
    json_t *quota = json_object_get(json, "quota");
    if (!json_is_object(quota)) {
        return err_new(call->arena, ERR_BAD_REQUEST,
                       "unable to find 'quota' in request body");
    }
    json_object_foreach(quota, key, value)
    {
        TRY(read_member(call, setting, key, value));
    }
    return NULL;
}

struct err *
quotas_update(struct call *call)
{
    TRY(quotas_check_project(call));
    struct setting *setting = ARENA_NEW(call->arena, struct setting);
    TRY(read_body(call, setting));
    setting->write = *verb_new_write(call, WRITE_UPDATE);
    setting->write.job.run = run_set;
    call->job = &setting->write.job;
    call->complete = complete_set;
    return NULL;
}

static struct err *
run_unset(struct job *job, struct tx *tx)
{
    struct write *write = (struct write *) job;
    struct call *call = job->owner;
    struct change change = write_change(write, tx);
    const char *params[] = {call->id};
    struct query queries[] = {QUERY(quotas_lock, params),
                              QUERY(quotas_unset, params)};
    struct rows rows[2];
    TRY(tx_run(tx, queries, 2, rows));
    if (rows_affected(&rows[1]) == 0) {
        return err_new(job->arena, ERR_QUOTA_NOT_FOUND,
                       "quota for project \"%s\" could not be found",
                       call->id);
    }
    struct limits before = quotas_limits(call, &rows[0]);
    add_event(&change, call, snapshot(call, &before), NULL);
    return write_end(&change);
}

static struct err *
complete_gone(struct call *call)
{
    call_answer(call, 204);
    return NULL;
}

struct err *
quotas_delete(struct call *call)
{
    TRY(quotas_check_project(call));
    struct write *write = verb_new_write(call, WRITE_DELETE);
    write->job.run = run_unset;
    call->complete = complete_gone;
    return NULL;
}
