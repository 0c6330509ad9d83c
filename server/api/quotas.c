/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /v2.0/quotas: limits of projects, read by them, set by admins.
 */
#include "api/quotas.h"

#include <inttypes.h>

#include "api/body.h"
#include "api/verbs.h"
#include "core/arena.h"
#include "resource/names.h"
#include "resource/quota.h"
#include "schema/sqlarray.h"

#define QUOTA_MAX 2147483647 /* As clients store it. */
#define N_RESOURCES 3

/* Limits of one project: what was set, else the default. */
struct limits {
    int64_t limit[N_RESOURCES];
    int64_t used[N_RESOURCES];
};

static int
find_resource(const char *name)
{
    for (int i = 0; quota_resources[i] != NULL; i++) {
        if (strcmp(quota_resources[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

static struct limits
default_limits(const struct call *call)
{
    struct limits limits = {.used = {0}};
    for (int i = 0; quota_resources[i] != NULL; i++) {
        limits.limit[i] = quota_default(call->settings, quota_resources[i]);
    }
    return limits;
}

static void
add_limits(struct buf *body, const struct limits *limits)
{
    for (int i = 0; quota_resources[i] != NULL; i++) {
        buf_addf(body, "%s\"%s\":%" PRId64, i == 0 ? "" : ",",
                 quota_resources[i], limits->limit[i]);
    }
}

/* --- reading */

/* One project; all projects that have limits of their own. */
STATEMENT(quotas_read,
    "SELECT project_id, resource, quota_limit, used FROM quotas"
    " WHERE project_id = $1::text ORDER BY project_id");
STATEMENT(quotas_read_all,
    "SELECT q.project_id, q.resource, q.quota_limit, q.used FROM quotas q"
    " WHERE EXISTS (SELECT 1 FROM quotas s"
    "                WHERE s.project_id = q.project_id"
    "                  AND s.quota_limit IS NOT NULL)"
    " ORDER BY q.project_id");

/* Adds row 'row' to 'limits'. */
static void
take_row(struct limits *limits, const struct rows *rows, int row)
{
    int i = find_resource(rows_text(rows, row, 1));
    if (i < 0) {
        return;
    }
    limits->used[i] = rows_int(rows, row, 3);
    if (rows_text(rows, row, 2) != NULL) {
        limits->limit[i] = rows_int(rows, row, 2);
    }
}

static struct limits
limits_of_project(const struct call *call, const struct rows *rows)
{
    struct limits limits = default_limits(call);
    for (int row = 0; row < rows_count(rows); row++) {
        take_row(&limits, rows, row);
    }
    return limits;
}

static void
answer_limits(struct call *call, const struct limits *limits)
{
    struct buf *body = call_answer(call, 200);
    buf_adds(body, "{\"quota\":{");
    add_limits(body, limits);
    buf_adds(body, "}}");
}

static void
finish_show(struct job *job)
{
    struct call *call = job->owner;
    struct limits limits = limits_of_project(call, &job->rows[0]);
    answer_limits(call, &limits);
}

static void
finish_details(struct job *job)
{
    struct call *call = job->owner;
    struct limits limits = limits_of_project(call, &job->rows[0]);
    struct buf *body = call_answer(call, 200);
    buf_adds(body, "{\"quota\":{");
    for (int i = 0; quota_resources[i] != NULL; i++) {
        buf_addf(body,
                 "%s\"%s\":{\"limit\":%" PRId64 ",\"used\":%" PRId64
                 ",\"reserved\":0}",
                 i == 0 ? "" : ",", quota_resources[i], limits.limit[i],
                 limits.used[i]);
    }
    buf_adds(body, "}}");
}

static struct err *
check_project(const struct call *call)
{
    if (!names_is_id(call->id)) {
        return err_new(call->arena, ERR_BAD_REQUEST,
                       "a project id is up to 255 printable ASCII "
                       "characters");
    }
    return NULL;
}

/* A project reads its own quotas, an admin everybody's. */
static struct err *
require_project(const struct call *call)
{
    TRY(check_project(call));
    if (strcmp(call->id, call->caller.project_id) == 0) {
        return NULL;
    }
    return call_require_admin(call, "reading quotas of another project");
}

static struct err *
read_project(struct call *call, void (*finish)(struct job *job))
{
    struct query *query = ARENA_NEW(call->arena, struct query);
    const char **params = ARENA_ARRAY(call->arena, const char *, 1);
    TRY(require_project(call));
    params[0] = call->id;
    *query = (struct query){quotas_read.sql, params, 1};
    call_read(call, query, 1, finish);
    return NULL;
}

struct err *
quotas_show(struct call *call)
{
    return read_project(call, finish_show);
}

struct err *
quotas_show_details(struct call *call)
{
    return read_project(call, finish_details);
}

struct err *
quotas_show_default(struct call *call)
{
    struct limits limits = default_limits(call);
    TRY(require_project(call));
    answer_limits(call, &limits);
    return NULL;
}

struct err *
quotas_own(struct call *call)
{
    struct buf *body = call_answer(call, 200);
    buf_addf(body, "{\"%s\":{\"%s_id\":", call->id, call->id);
    buf_adds_json(body, call->caller.project_id);
    buf_adds(body, "}}");
    return NULL;
}

static void
add_project(struct buf *body, const char *project_id,
            const struct limits *limits)
{
    buf_put(body, '{');
    add_limits(body, limits);
    buf_adds(body, ",\"project_id\":");
    buf_adds_json(body, project_id);
    buf_adds(body, ",\"tenant_id\":");
    buf_adds_json(body, project_id);
    buf_put(body, '}');
}

static void
finish_list(struct job *job)
{
    struct call *call = job->owner;
    const struct rows *rows = &job->rows[0];
    struct buf *body = call_answer(call, 200);
    buf_adds(body, "{\"quotas\":[");
    for (int row = 0, first = 1; row < rows_count(rows); first = 0) {
        const char *project_id = rows_text(rows, row, 0);
        struct limits limits = default_limits(call);
        while (row < rows_count(rows) &&
               strcmp(rows_text(rows, row, 0), project_id) == 0) {
            take_row(&limits, rows, row++);
        }
        buf_adds(body, first ? "" : ",");
        add_project(body, project_id, &limits);
    }
    buf_adds(body, "]}");
}

struct err *
quotas_list(struct call *call)
{
    struct query *query = ARENA_NEW(call->arena, struct query);
    TRY(call_require_admin(call, "listing the quotas of all projects"));
    *query = QUERY0(quotas_read_all);
    call_read(call, query, 1, finish_list);
    return NULL;
}

/* --- changing */

STATEMENT(quotas_set,
    "INSERT INTO quotas AS q (project_id, resource, quota_limit)"
    " SELECT $1::text, x.resource, x.quota_limit"
    "   FROM unnest($2::text[], $3::bigint[]) AS x(resource, quota_limit)"
    "  ORDER BY x.resource"
    " ON CONFLICT (project_id, resource)"
    " DO UPDATE SET quota_limit = excluded.quota_limit");

STATEMENT(quotas_unset,
    "UPDATE quotas SET quota_limit = NULL"
    " WHERE project_id = $1::text AND quota_limit IS NOT NULL");

/* New limits of a project. */
struct setting {
    struct write write;
    const char *names[N_RESOURCES];
    const char *values[N_RESOURCES];
    int64_t limits[N_RESOURCES];
    size_t n;
    bool check_limit; /* Refuse a limit below what is used. */
    struct limits result;
};

static struct err *
check_used(const struct setting *setting, const struct limits *limits)
{
    for (size_t i = 0; setting->check_limit && i < setting->n; i++) {
        int64_t used = limits->used[find_resource(setting->names[i])];
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
    const char *set[] = {
        call->id, sqlarray_format(job->arena, setting->names, setting->n),
        sqlarray_format(job->arena, setting->values, setting->n)};
    const char *read[] = {call->id};
    struct query queries[] = {QUERY(quotas_set, set),
                              QUERY(quotas_read, read)};
    struct rows rows[2];
    TRY(tx_run(tx, queries, 2, rows));
    setting->result = limits_of_project(call, &rows[1]);
    TRY(check_used(setting, &setting->result));
    tx_end(tx, NULL, 0);
    return NULL;
}

static struct err *
complete_set(struct call *call)
{
    const struct setting *setting = (const struct setting *) call->job;
    answer_limits(call, &setting->result);
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
    if (find_resource(key) < 0) {
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
    TRY(check_project(call));
    TRY(call_require_admin(call, "setting quotas"));
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
    struct call *call = job->owner;
    const char *params[] = {call->id};
    struct rows rows;
    TRY(tx_one(tx, QUERY(quotas_unset, params), &rows));
    if (rows_affected(&rows) == 0) {
        return err_new(job->arena, ERR_QUOTA_NOT_FOUND,
                       "quota for project \"%s\" could not be found",
                       call->id);
    }
    tx_end(tx, NULL, 0);
    return NULL;
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
    TRY(check_project(call));
    TRY(call_require_admin(call, "resetting quotas"));
    struct write *write = verb_new_write(call, WRITE_DELETE);
    write->job.run = run_unset;
    call->complete = complete_gone;
    return NULL;
}
