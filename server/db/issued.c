/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of issued tokens.
 */
#include "db/issued.h"

#include <inttypes.h>

#include "core/arena.h"
#include "db/keeper.h"

#define MICROSECONDS(text_) \
    " (extract(epoch FROM " text_ ") * 1000000)::bigint"

STATEMENT(issued_select,
    "SELECT encode(hash, 'hex'), user_id, project_id, credential_id, seal,"
    "       methods, audit_ids," MICROSECONDS("issued_at") ","
    MICROSECONDS("expires_at") "," MICROSECONDS("(expires_at - now())")
    "  FROM issued_tokens"
    " WHERE hash = decode($1::text, 'hex') AND expires_at > now()");

struct query
issued_find(struct arena *arena, const char *hash)
{
    const char **params = ARENA_ARRAY(arena, const char *, 1);
    params[0] = arena_strdup(arena, hash);
    return (struct query){issued_select.sql, params, 1};
}

bool
issued_of(struct arena *arena, const struct rows *rows,
          struct issued *ret_issued)
{
    if (rows_count(rows) == 0) {
        return false;
    }
    *ret_issued = (struct issued){
        .user_id = arena_strdup(arena, rows_text(rows, 0, 1)),
        .project_id = arena_strdup(arena, rows_text(rows, 0, 2)),
        .credential_id = arena_strdup(arena, rows_text(rows, 0, 3)),
        .seal = arena_strdup(arena, rows_text(rows, 0, 4)),
        .methods = arena_strdup(arena, rows_text(rows, 0, 5)),
        .audit_ids = arena_strdup(arena, rows_text(rows, 0, 6)),
        .issued_us = rows_int(rows, 0, 7),
        .expires_us = rows_int(rows, 0, 8),
        .left_us = rows_int(rows, 0, 9)};
    snprintf(ret_issued->hash, sizeof ret_issued->hash, "%s",
             rows_text(rows, 0, 0));
    return true;
}

/* A token made of another one lives no longer than that. */
STATEMENT(issued_insert,
    "INSERT INTO issued_tokens"
    "       (hash, user_id, project_id, credential_id, seal, methods,"
    "        audit_ids, issued_at, expires_at)"
    " VALUES (decode($1::text, 'hex'), $2::text, $3::text, $4::text,"
    "         $5::text, $6::text, $7::text, now(),"
    "         coalesce((SELECT expires_at FROM issued_tokens"
    "                    WHERE hash = decode($9::text, 'hex')),"
    "                  now() + make_interval(secs => $8::bigint)))"
    " RETURNING" MICROSECONDS("issued_at") "," MICROSECONDS("expires_at"));

struct err *
issued_add(struct tx *tx, struct issued *issued, int64_t ttl_s,
           const char *parent)
{
    const char *params[] = {
        issued->hash, issued->user_id, issued->project_id,
        issued->credential_id, issued->seal, issued->methods,
        issued->audit_ids, arena_printf(tx->arena, "%" PRId64, ttl_s),
        parent};
    struct rows rows;
    TRY(tx_one(tx, QUERY(issued_insert, params), &rows));
    issued->issued_us = rows_int(&rows, 0, 0);
    issued->expires_us = rows_int(&rows, 0, 1);
    return NULL;
}

STATEMENT(issued_delete,
    "DELETE FROM issued_tokens"
    " WHERE hash = decode($1::text, 'hex') AND expires_at > now()"
    "   AND ($2::text IS NULL OR user_id = $2::text)");

struct err *
issued_remove(struct tx *tx, const char *hash, const char *user_id,
              bool *ret_found)
{
    const char *params[] = {hash, user_id};
    struct rows rows;
    TRY(tx_one(tx, QUERY(issued_delete, params), &rows));
    *ret_found = rows_affected(&rows) > 0;
    return NULL;
}

STATEMENT(issued_delete_old,
    "DELETE FROM issued_tokens WHERE ctid = ANY(ARRAY("
    "    SELECT ctid FROM issued_tokens WHERE expires_at < now()"
    "     ORDER BY expires_at LIMIT $1::bigint))");

struct err *
issued_purge(struct tx *tx, const struct settings *settings)
{
    const char *params[] = {
        arena_printf(tx->arena, "%d", ISSUED_PURGE_MAX)};
    struct query query = QUERY(issued_delete_old, params);
    struct rows gone;
    (void) settings;
    TRY(tx_commit(tx, &query, 1, &gone));
    if (rows_affected(&gone) == ISSUED_PURGE_MAX) {
        chore_again(tx);
    }
    return NULL;
}
