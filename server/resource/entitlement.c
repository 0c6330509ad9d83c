/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entitlements of projects: asked for by rules, set by admins.
 */
#include "resource/entitlement.h"

#include "core/arena.h"
#include "core/buf.h"

const char *const entitlement_names[] = {ENTITLEMENT_SHADOW_PORT, NULL};

/* --- asking */

STATEMENT(entitlement_read,
    "SELECT 1 FROM entitlements WHERE project_id = $1::text AND shadow_port");

/* Who withdraws it waits for what is built on it. */
STATEMENT(entitlement_hold,
    "SELECT 1 FROM entitlements WHERE project_id = $1::text AND shadow_port"
    "   FOR SHARE");

struct err *
entitlement_look(struct change *change, const char *project_id,
                 bool *ret_granted)
{
    const char *params[] = {project_id};
    struct rows rows;
    TRY(tx_one(change->tx, QUERY(entitlement_read, params), &rows));
    *ret_granted = rows_count(&rows) > 0;
    return NULL;
}

STATEMENT(entitlement_asked,
    "SELECT id FROM entitlement_requests WHERE project_id = $1::text"
    "   AND entitlement = 'shadow_port' AND status = 'pending'");

static struct err *
refuse(struct change *change, const char *project_id)
{
    const char *params[] = {project_id};
    struct rows asked;
    struct blocker *blockers = ARENA_ARRAY(change->arena, struct blocker, 2);
    TRY(tx_one(change->tx, QUERY(entitlement_asked, params), &asked));
    size_t n = 1;
    blockers[0] = (struct blocker){
        .type = "entitlement",
        .name = ENTITLEMENT_SHADOW_PORT,
        .owner = project_id,
        .reason = "The operators have not granted it to the project."};
    if (rows_count(&asked) > 0) {
        blockers[n++] = (struct blocker){
            .type = "entitlement_request",
            .id = rows_text(&asked, 0, 0),
            .owner = project_id,
            .reason = "The project has asked, and the operators have not "
                      "decided yet."};
    }
    return err_blocked(
        err_new(change->arena, ERR_FORBIDDEN,
                "project \"%s\" is not entitled to \"%s\"; ask the operators "
                "with POST /v2.0/entitlement-requests "
                "{\"entitlement_request\": {\"entitlement\": \"%s\", "
                "\"comment\": \"why\"}}",
                project_id, ENTITLEMENT_SHADOW_PORT, ENTITLEMENT_SHADOW_PORT),
        blockers, n, (int64_t) n);
}

struct err *
entitlement_require(struct change *change, const char *project_id)
{
    const char *params[] = {project_id};
    struct rows rows;
    TRY(tx_one(change->tx, QUERY(entitlement_hold, params), &rows));
    return rows_count(&rows) > 0 ? NULL : refuse(change, project_id);
}

/* --- setting */

/* To be granted something a project has a row before it is locked, so that
 * what an event says of before is what was before. */
STATEMENT(entitlement_insert,
    "INSERT INTO entitlements (id, project_id, shadow_port)"
    " VALUES ($1::uuid, $2::text, false)"
    " ON CONFLICT (project_id) DO NOTHING");

STATEMENT(entitlement_lock,
    "SELECT id, shadow_port FROM entitlements WHERE project_id = $1::text"
    "   FOR NO KEY UPDATE");

STATEMENT(entitlement_write,
    "UPDATE entitlements SET shadow_port = $2::boolean,"
    "       revision_number = revision_number + 1, updated_at = now()"
    " WHERE project_id = $1::text RETURNING revision_number");

static const char *
snapshot(struct arena *arena, const char *project_id, bool granted)
{
    struct buf buf;
    buf_init(&buf, arena, 128);
    buf_addf(&buf, "{\"%s\":%s,\"project_id\":", ENTITLEMENT_SHADOW_PORT,
             granted ? "true" : "false");
    buf_adds_json(&buf, project_id);
    buf_put(&buf, '}');
    return buf.data;
}

static void
add_event(struct change *change, const char *id, const char *project_id,
          bool granted, int64_t revision)
{
    events_add(change->arena, &change->events,
               &(struct event){.request_id = change->request_id,
                               .project_id = project_id,
                               .user_id = change->caller->user_id,
                               .action = "update",
                               .type = "entitlement",
                               .object_id = id,
                               .revision_number = revision,
                               .before = snapshot(change->arena, project_id,
                                                  !granted),
                               .after = snapshot(change->arena, project_id,
                                                 granted)});
}

struct err *
entitlement_set(struct change *change, const char *project_id, bool granted)
{
    struct uuid drawn = uuid_new_random();
    const char *insert[] = {
        type_of(TYPE_UUID)->to_sql(change->arena, &drawn), project_id};
    const char *write[] = {project_id, granted ? "t" : "f"};
    struct rows rows, written;
    if (granted) {
        TRY(tx_one(change->tx, QUERY(entitlement_insert, insert), NULL));
    }
    TRY(tx_one(change->tx, (struct query){entitlement_lock.sql, write, 1},
               &rows));
    if (rows_count(&rows) == 0 || rows_bool(&rows, 0, 1) == granted) {
        return NULL;
    }
    TRY(tx_one(change->tx, QUERY(entitlement_write, write), &written));
    add_event(change, rows_text(&rows, 0, 0), project_id, granted,
              rows_int(&written, 0, 0));
    return NULL;
}
