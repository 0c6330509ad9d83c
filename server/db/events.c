/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event rows of a transaction, in one statement; and their end.
 */
#include "db/events.h"

#include "core/arena.h"
#include "core/settings.h"
#include "db/keeper.h"
#include "schema/sqlarray.h"

STATEMENT(events_write,
    "INSERT INTO events (request_id, project_id, user_id, action, type,"
    "                    object_id, network_id, revision_number, before,"
    "                    after)"
    " SELECT a.c1, a.c2, a.c3, a.c4, a.c5, a.c6::uuid, a.c7::uuid,"
    "        a.c8::bigint, a.c9::json, a.c10::json"
    "   FROM unnest($1::text[], $2::text[], $3::text[], $4::text[],"
    "               $5::text[], $6::text[], $7::text[], $8::text[],"
    "               $9::text[], $10::text[])"
    "        AS a(c1, c2, c3, c4, c5, c6, c7, c8, c9, c10)");

#define N_COLUMNS 10

void
events_add(struct arena *arena, struct event_list *list,
           const struct event *event)
{
    if (list->n == list->room) {
        size_t room = list->room * 2 + 8;
        struct event *grown = ARENA_ARRAY(arena, struct event, room);
        if (list->n > 0) {
            memcpy(grown, list->items, list->n * sizeof *grown);
        }
        list->items = grown;
        list->room = room;
    }
    list->items[list->n++] = *event;
}

struct query
events_insert(struct arena *arena, const struct event_list *list)
{
    const char **columns[N_COLUMNS];
    const char **params = ARENA_ARRAY(arena, const char *, N_COLUMNS);
    for (size_t c = 0; c < N_COLUMNS; c++) {
        columns[c] = ARENA_ARRAY(arena, const char *, list->n);
    }
    for (size_t i = 0; i < list->n; i++) {
        const struct event *event = &list->items[i];
        const char *values[N_COLUMNS] = {
            event->request_id, event->project_id, event->user_id,
            event->action,     event->type,       event->object_id,
            event->network_id,
            event->revision_number == EVENT_NO_REVISION
                ? NULL
                : arena_printf(arena, "%lld",
                               (long long) event->revision_number),
            event->before,     event->after,
        };
        for (size_t c = 0; c < N_COLUMNS; c++) {
            columns[c][i] = values[c];
        }
    }
    for (size_t c = 0; c < N_COLUMNS; c++) {
        params[c] = sqlarray_format(arena, columns[c], list->n);
    }
    return (struct query){events_write.sql, params, N_COLUMNS};
}

/* --- purge */

/* One process at a time: the others find no row. */
STATEMENT(events_purge_begin,
    "SELECT purged_up_to FROM event_retention FOR UPDATE SKIP LOCKED");

/* Events go in the order of their ids, up to the first one that is young: a
 * transaction's time is that of its beginning, so that the order of times is
 * another. */
STATEMENT(events_purge_oldest,
    "WITH first AS (SELECT id, at FROM events ORDER BY id LIMIT $1::bigint),"
    " kept AS (SELECT min(id) AS id FROM first"
    "           WHERE at >= now() - make_interval(secs => $2::float8)),"
    " gone AS (DELETE FROM events e USING first f, kept k"
    "           WHERE e.id = f.id AND (k.id IS NULL OR f.id < k.id)"
    "          RETURNING e.id)"
    " UPDATE event_retention"
    "    SET purged_up_to = greatest(purged_up_to,"
    "                                (SELECT max(id) FROM gone))"
    "  WHERE EXISTS (SELECT 1 FROM gone)"
    " RETURNING (SELECT count(*) FROM gone)");

struct err *
events_purge(struct tx *tx, const struct settings *settings)
{
    const char *params[] = {
        arena_printf(tx->arena, "%d", EVENTS_PURGE_MAX),
        arena_printf(tx->arena, "%lld",
                     (long long) settings->event_retention_s)};
    struct query purge = QUERY(events_purge_oldest, params);
    struct rows mark, gone;
    TRY(tx_one(tx, QUERY0(events_purge_begin), &mark));
    if (rows_count(&mark) == 0) {
        return tx_commit(tx, NULL, 0, NULL);
    }
    TRY(tx_commit(tx, &purge, 1, &gone));
    if (rows_count(&gone) > 0 && rows_int(&gone, 0, 0) == EVENTS_PURGE_MAX) {
        chore_again(tx);
    }
    return NULL;
}
