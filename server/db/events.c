/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event rows of a transaction, set by set; and their end.
 */
#include "db/events.h"

#include "core/arena.h"
#include "core/settings.h"
#include "db/keeper.h"
#include "schema/sqlbinary.h"

/* "before" or "after" of a run may be missing as a whole: unnest fills short
 * columns with NULL. */
STATEMENT(events_write,
    "INSERT INTO events (action, type, request_id, project_id, user_id,"
    "                    object_id, network_id, revision_number, before,"
    "                    after)"
    " SELECT $1, $2, a.*"
    "   FROM unnest($3::text[], $4::text[], $5::text[], $6::uuid[],"
    "               $7::uuid[], $8::bigint[], $9::text[], $10::text[]) AS a");

#define N_COLUMNS 8 /* Behind action and type. */

static const enum type_id column_types[N_COLUMNS] = {
    TYPE_TEXT, TYPE_TEXT, TYPE_TEXT, TYPE_UUID,
    TYPE_UUID, TYPE_INT,  TYPE_TEXT, TYPE_TEXT};

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

/* The events from 'first' that have its action and its type. */
static size_t
count_alike(const struct event *first, size_t n)
{
    size_t i = 1;
    while (i < n && strcmp(first[i].action, first->action) == 0 &&
           strcmp(first[i].type, first->type) == 0) {
        i++;
    }
    return i;
}

static void
collect(struct arena *arena, const struct event *event,
        const char *ret_values[N_COLUMNS])
{
    ret_values[0] = event->request_id;
    ret_values[1] = event->project_id;
    ret_values[2] = event->user_id;
    ret_values[3] = event->object_id;
    ret_values[4] = event->network_id;
    ret_values[5] = event->revision_number == EVENT_NO_REVISION
                        ? NULL
                        : arena_printf(arena, "%lld",
                                       (long long) event->revision_number);
    ret_values[6] = event->before;
    ret_values[7] = event->after;
}

static bool
has_value(const char *const *column, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (column[i] != NULL) {
            return true;
        }
    }
    return false;
}

static struct query
insert_alike(struct arena *arena, const struct event *events, size_t n)
{
    const char **columns[N_COLUMNS];
    const char **params = ARENA_ARRAY(arena, const char *, 2 + N_COLUMNS);
    int *sizes = ARENA_ARRAY(arena, int, 2 + N_COLUMNS);
    for (size_t c = 0; c < N_COLUMNS; c++) {
        columns[c] = ARENA_ARRAY(arena, const char *, n);
    }
    for (size_t i = 0; i < n; i++) {
        const char *values[N_COLUMNS];
        collect(arena, &events[i], values);
        for (size_t c = 0; c < N_COLUMNS; c++) {
            columns[c][i] = values[c];
        }
    }
    params[0] = events->action;
    params[1] = events->type;
    for (size_t c = 0; c < N_COLUMNS; c++) {
        params[2 + c] = sqlbinary_array(
            arena, column_types[c], columns[c],
            has_value(columns[c], n) ? n : 0, &sizes[2 + c]);
    }
    return (struct query){events_write.sql, params, 2 + N_COLUMNS, sizes};
}

size_t
events_insert(struct arena *arena, const struct event_list *list,
              struct query **ret_queries)
{
    size_t n_queries = 0, n;
    for (size_t i = 0; i < list->n; i += n) {
        n = count_alike(&list->items[i], list->n - i);
        n_queries++;
    }
    *ret_queries = ARENA_ARRAY(arena, struct query, n_queries);
    n_queries = 0;
    for (size_t i = 0; i < list->n; i += n) {
        n = count_alike(&list->items[i], list->n - i);
        (*ret_queries)[n_queries++] =
            insert_alike(arena, &list->items[i], n);
    }
    return n_queries;
}

/* --- purge */

/* One process at a time: the others find no row. */
STATEMENT(events_purge_begin,
    "SELECT purged_up_to FROM event_retention FOR UPDATE SKIP LOCKED");

/* Events go in the order of their ids, up to the first one that is young: a
 * transaction's time is that of its beginning, so that the order of times is
 * another.  The index still has what went before, until it is vacuumed:
 * reading begins behind the mark. */
STATEMENT(events_purge_oldest,
    "WITH first AS (SELECT id, at FROM events WHERE id > $3::bigint"
    "                ORDER BY id LIMIT $1::bigint),"
    " kept AS (SELECT coalesce(min(id) FILTER (WHERE"
    "                  at >= now() - make_interval(secs => $2::float8)),"
    "                 max(id) + 1) AS id FROM first),"
    " gone AS (DELETE FROM events"
    "           WHERE id > $3::bigint AND id < (SELECT id FROM kept)"
    "          RETURNING id)"
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
                     (long long) settings->event_retention_s),
        NULL};
    struct query purge = QUERY(events_purge_oldest, params);
    struct rows mark, gone;
    TRY(tx_one(tx, QUERY0(events_purge_begin), &mark));
    if (rows_count(&mark) == 0) {
        return tx_commit(tx, NULL, 0, NULL);
    }
    params[2] = rows_text(&mark, 0, 0);
    TRY(tx_commit(tx, &purge, 1, &gone));
    if (rows_count(&gone) > 0 && rows_int(&gone, 0, 0) == EVENTS_PURGE_MAX) {
        chore_again(tx);
    }
    return NULL;
}
