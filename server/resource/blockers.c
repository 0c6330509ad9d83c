/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collection of what stands in the way, and what of it a caller may see.
 * blockers_keep.c, blockers_ports.c and blockers_subnets.c hold the questions.
 */
#include "resource/blockers.h"

#include "core/arena.h"
#include "resource/resource.h"

struct blockers
blockers_none(struct arena *arena, const struct caller *caller)
{
    return (struct blockers){.arena = arena, .caller = caller};
}

void
blockers_add(struct blockers *blockers, const struct blocker *blocker)
{
    if (blockers->items == NULL) {
        blockers->items =
            ARENA_ARRAY(blockers->arena, struct blocker, BLOCKERS_MAX);
    }
    if (blockers->n < BLOCKERS_MAX) {
        blockers->items[blockers->n++] = *blocker;
    }
    blockers->total++;
}

bool
blockers_sees(const struct blockers *blockers, const char *owner)
{
    return blockers->caller->is_admin ||
           strcmp(owner, blockers->caller->project_id) == 0;
}

struct err *
blockers_refuse(const struct blockers *blockers, struct err *err)
{
    return err_blocked(err, blockers->items, blockers->n, blockers->total);
}

/* --- rows */

/* A copy: rows may end before the error does. */
static const char *
copy(struct arena *arena, const struct rows *rows, int row,
     enum blocker_column column)
{
    const char *text = rows_text(rows, row, (int) column);
    return text == NULL ? NULL : arena_strdup(arena, text);
}

struct blocker_query
blockers_ask(struct arena *arena, const char *sql, const char *a,
             const char *b, blocker_reason_fn *reason)
{
    const char **params = ARENA_ARRAY(arena, const char *, 2);
    params[0] = a;
    params[1] = b;
    return (struct blocker_query){{sql, params, b == NULL ? 1 : 2}, reason};
}

void
blockers_add_row(struct blockers *blockers, const struct rows *rows, int row,
                 blocker_reason_fn *reason)
{
    struct arena *arena = blockers->arena;
    if (blockers->n == BLOCKERS_MAX) {
        blockers->total++;
        return;
    }
    struct blocker blocker = {.type = copy(arena, rows, row, BLOCKER_TYPE)};
    if (rows_bool(rows, row, BLOCKER_PUBLIC) ||
        blockers_sees(blockers, rows_text(rows, row, BLOCKER_OWNER))) {
        blocker.id = copy(arena, rows, row, BLOCKER_ID);
        blocker.name = copy(arena, rows, row, BLOCKER_NAME);
        blocker.ip_address = copy(arena, rows, row, BLOCKER_IP_ADDRESS);
        blocker.device_owner = copy(arena, rows, row, BLOCKER_DEVICE_OWNER);
        blocker.device_id = copy(arena, rows, row, BLOCKER_DEVICE_ID);
        blocker.owner = copy(arena, rows, row, BLOCKER_OWNER);
    }
    blocker.reason = reason(arena, &blocker, rows, row);
    blockers_add(blockers, &blocker);
}

void
blockers_add_rows(struct blockers *blockers, const struct rows *rows,
                  blocker_reason_fn *reason)
{
    int n = rows_count(rows);
    for (int row = 0; row < n; row++) {
        blockers_add_row(blockers, rows, row, reason);
    }
    if (n > 0) {
        blockers->total += rows_int(rows, 0, BLOCKER_TOTAL) - n;
    }
}

struct err *
blockers_find(struct blockers *blockers, struct tx *tx,
              const struct blocker_query *query)
{
    struct rows rows;
    TRY(tx_one(tx, query->query, &rows));
    blockers_add_rows(blockers, &rows, query->reason);
    return NULL;
}

struct err *
blockers_explain(struct blockers *blockers, struct tx *tx,
                 struct blocker_query query, struct err *err)
{
    struct err *failure = blockers_find(blockers, tx, &query);
    return failure != NULL ? failure : blockers_refuse(blockers, err);
}
