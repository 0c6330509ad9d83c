/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /v2.0/quotas: limits of projects, read by them.  quotas_change.c sets them.
 */
#include "api/quotas.h"

#include <inttypes.h>

#include "core/arena.h"
#include "quotas_internal.h"
#include "resource/names.h"
#include "resource/quota.h"

int
quotas_find_resource(const char *name)
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
    "SELECT " QUOTA_COLUMNS " FROM quotas WHERE project_id = $1::text");
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
    int i = quotas_find_resource(rows_text(rows, row, 1));
    if (i < 0) {
        return;
    }
    limits->used[i] = rows_int(rows, row, 3);
    if (rows_text(rows, row, 2) != NULL) {
        limits->limit[i] = rows_int(rows, row, 2);
        limits->own = true;
    }
}

struct limits
quotas_limits(const struct call *call, const struct rows *rows)
{
    struct limits limits = default_limits(call);
    for (int row = 0; row < rows_count(rows); row++) {
        take_row(&limits, rows, row);
    }
    return limits;
}

void
quotas_answer(struct call *call, const struct limits *limits)
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
    struct limits limits = quotas_limits(call, &job->rows[0]);
    quotas_answer(call, &limits);
}

static void
finish_details(struct job *job)
{
    struct call *call = job->owner;
    struct limits limits = quotas_limits(call, &job->rows[0]);
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

struct err *
quotas_check_project(const struct call *call)
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
    TRY(quotas_check_project(call));
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
    quotas_answer(call, &limits);
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

void
quotas_add_project(struct buf *body, const char *project_id,
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
        quotas_add_project(body, project_id, &limits);
    }
    buf_adds(body, "]}");
}

struct err *
quotas_list(struct call *call)
{
    struct query *query = ARENA_NEW(call->arena, struct query);
    *query = QUERY0(quotas_read_all);
    call_tell_cursor(call);
    call_read(call, query, 1, finish_list);
    return NULL;
}
