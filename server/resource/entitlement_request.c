/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests for entitlements: the attribute table and the rules.
 */
#include "resource/entitlement_request.h"

#include "core/arena.h"
#include "resource/blockers.h"
#include "resource/creation.h"
#include "resource/entitlement.h"

#define COMMENT_MAX 1024 /* Characters. */
#define PENDING "pending"
#define APPROVED "approved"

static const char *const statuses[] = {PENDING, APPROVED, "rejected", NULL};

static const struct attr entitlement_request_attrs[] = {
    NAMELESS_ATTRS(struct entitlement_request),
    [ENTITLEMENT_REQUEST_USER_ID] =
        {FIELD(struct entitlement_request, user_id),
         .flags = ATTR_FILTER | ATTR_SORT, .doc = "Who asked."},
    [ENTITLEMENT_REQUEST_ENTITLEMENT] =
        {FIELD(struct entitlement_request, entitlement),
         .flags = ATTR_POST | ATTR_REQUIRED | ATTR_FILTER | ATTR_SORT,
         .one_of = entitlement_names,
         .doc = "The entitlement that the project asks for."},
    [ENTITLEMENT_REQUEST_COMMENT] =
        {FIELD(struct entitlement_request, comment),
         .flags = ATTR_POST | ATTR_PUT, .def = "", .max = COMMENT_MAX,
         .doc = "Words for the operators; with a decision, theirs, which are "
                "kept as decision_comment."},
    [ENTITLEMENT_REQUEST_STATUS] =
        {FIELD(struct entitlement_request, status),
         .flags = ATTR_PUT | ATTR_FILTER | ATTR_SORT | ATTR_ADMIN_WRITE,
         .one_of = statuses,
         .doc = "What the operators decided; pending: nothing yet."},
    [ENTITLEMENT_REQUEST_DECIDED_BY] =
        {FIELD(struct entitlement_request, decided_by),
         .flags = ATTR_NULL | ATTR_FILTER | ATTR_SORT,
         .doc = "Who decided; null: nobody yet."},
    [ENTITLEMENT_REQUEST_DECISION_COMMENT] =
        {FIELD(struct entitlement_request, decision_comment),
         .flags = ATTR_NULL,
         .doc = "Words of the operators; null: none."},
};

/* --- create */

static struct err *
refuse_granted(struct change *change,
               const struct entitlement_request *request)
{
    struct blocker *blocker = ARENA_NEW(change->arena, struct blocker);
    *blocker = (struct blocker){.type = "entitlement",
                                .name = request->entitlement,
                                .owner = request->project_id,
                                .reason = "It is granted already."};
    return err_blocked(err_new(change->arena, ERR_CONFLICT,
                               "project \"%s\" is entitled to \"%s\" already",
                               request->project_id, request->entitlement),
                       blocker, 1, 1);
}

/* 'id' is that of the request that waits; NULL: one of the same body. */
static struct err *
refuse_second(struct change *change,
              const struct entitlement_request *request, const char *id)
{
    struct blocker *blocker = ARENA_NEW(change->arena, struct blocker);
    *blocker = (struct blocker){.type = "entitlement_request",
                                .id = id,
                                .owner = request->project_id,
                                .reason = "It waits for the operators."};
    const char *which =
        id == NULL ? "another one of this body"
                   : arena_printf(change->arena, "request \"%s\"", id);
    return err_blocked(err_new(change->arena, ERR_CONFLICT,
                               "project \"%s\" has asked for \"%s\" already: "
                               "%s is pending", request->project_id,
                               request->entitlement, which),
                       blocker, 1, 1);
}

STATEMENT(entitlement_request_pending,
    "SELECT id FROM entitlement_requests WHERE project_id = $1::text"
    "   AND entitlement = $2::text AND status = 'pending'");

static struct err *
check_new(struct change *change, const struct entitlement_request *request)
{
    const char *params[] = {request->project_id, request->entitlement};
    struct rows rows;
    bool granted;
    TRY(entitlement_look(change, request->project_id, &granted));
    if (granted) {
        return refuse_granted(change, request);
    }
    TRY(tx_one(change->tx, QUERY(entitlement_request_pending, params),
               &rows));
    return rows_count(&rows) == 0
               ? NULL
               : refuse_second(change, request, rows_text(&rows, 0, 0));
}

static bool
is_same(const struct entitlement_request *a,
        const struct entitlement_request *b)
{
    return strcmp(a->project_id, b->project_id) == 0 &&
           strcmp(a->entitlement, b->entitlement) == 0;
}

static struct err *
prepare(struct change *change, void *const *records, size_t i)
{
    struct entitlement_request *request = records[i];
    TRY(check_new(change, request));
    for (size_t j = 0; j < i; j++) {
        if (is_same(request, records[j])) {
            return refuse_second(change, request, NULL);
        }
    }
    request->user_id = change->caller->user_id;
    request->status = PENDING;
    record_set(&request->rec, ENTITLEMENT_REQUEST_USER_ID);
    record_set(&request->rec, ENTITLEMENT_REQUEST_STATUS);
    return NULL;
}

static struct err *
before_create(struct creation *creation, const struct rows *rows)
{
    (void) rows;
    EACH_RECORD(creation, member, i)
    {
        TRY(creation_refuse(member,
                            prepare(member->change, member->records, i)));
    }
    return NULL;
}

/* --- decision */

enum { STATUS = BLOCKER_N_COLUMNS }; /* Behind those of every blocker. */

static const char *
reason_decided(struct arena *arena, const struct blocker *request,
               const struct rows *rows, int row)
{
    (void) request;
    return arena_printf(arena, "It is %s.", rows_text(rows, row, STATUS));
}

STATEMENT(entitlement_request_decided,
    "SELECT 'entitlement_request', id, NULL, NULL, NULL, NULL, project_id,"
    "       false, 1, status"
    "  FROM entitlement_requests WHERE id = $1::uuid"
    "   AND status <> 'pending'");

/* What is decided stays as it is, a request in its own way. */
static struct blocker_query
find_blockers(struct arena *arena, const struct caller *caller,
              const char *id)
{
    const char **params = ARENA_ARRAY(arena, const char *, 1);
    params[0] = id;
    (void) caller;
    return (struct blocker_query){
        {entitlement_request_decided.sql, params, 1}, reason_decided};
}

static struct err *
refuse_decided(struct change *change,
               const struct entitlement_request *request)
{
    struct arena *arena = change->arena;
    struct blockers blockers = blockers_none(arena, change->caller);
    const char *id = type_of(TYPE_UUID)->to_sql(arena, &request->id);
    return blockers_explain(
        &blockers, change->tx, find_blockers(arena, change->caller, id),
        err_new(arena, ERR_CONFLICT,
                "entitlement request \"%s\" is decided: it is %s, and only a "
                "pending one can be changed or withdrawn", id,
                request->status));
}

static struct err *
guard(struct change *change, const void *current)
{
    const struct entitlement_request *request = current;
    return strcmp(request->status, PENDING) == 0
               ? NULL
               : refuse_decided(change, request);
}

static struct err *
before_update(struct change *change, const void *current_, void *patch_)
{
    const struct entitlement_request *current = current_;
    struct entitlement_request *patch = patch_;
    struct record *rec = &patch->rec;
    if (!change->caller->is_admin) {
        return err_new(change->arena, ERR_FORBIDDEN,
                       "deciding an entitlement request is disallowed by "
                       "policy: it needs the role admin");
    }
    if (!record_has(rec, ENTITLEMENT_REQUEST_STATUS) ||
        strcmp(patch->status, PENDING) == 0) {
        return err_attr(change->arena, "status", "decision",
                        "invalid input for \"status\": a decision is "
                        "\"approved\" or \"rejected\"");
    }
    if (record_has(rec, ENTITLEMENT_REQUEST_COMMENT)) {
        patch->decision_comment = patch->comment;
        record_set(rec, ENTITLEMENT_REQUEST_DECISION_COMMENT);
        record_unset(rec, ENTITLEMENT_REQUEST_COMMENT);
    }
    patch->decided_by = change->caller->user_id;
    record_set(rec, ENTITLEMENT_REQUEST_DECIDED_BY);
    return strcmp(patch->status, APPROVED) == 0
               ? entitlement_set(change, current->project_id, true)
               : NULL;
}

const struct resource entitlement_request_resource = {
    .table = {.name = "entitlement_request",
              .plural = "entitlement_requests",
              .path = "entitlement-requests",
              .title = "Entitlement request",
              .attrs = entitlement_request_attrs,
              .n_attrs = ENTITLEMENT_REQUEST_N_ATTRS,
              .size = sizeof(struct entitlement_request),
              .not_found = ERR_ENTITLEMENT_REQUEST_NOT_FOUND,
              .doc = "What a project asks of the operators."},
    .unmetered = true,
    .admin_updates = true,
    .guard = guard,
    .before_create = before_create,
    .before_update = before_update,
    .find_blockers = find_blockers,
    .network_attr = -1,
    .project_attr = ATTR_PROJECT_ID,
};
