/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event rows of a transaction, written as one set; and their end.
 */
#include "db/events.h"

#include "core/arena.h"
#include "core/settings.h"
#include "db/keeper.h"
#include "db/set.h"

/* What differs among the events of one request: objects, revisions, texts. */
#define EVENT_COLUMNS(c_, v_)                                         \
    c_("$1::text") ", " c_("$2::text") ", " c_("$3::text") ", "       \
    c_("$4::text") ", " c_("$5::text") ", " v_("$6::uuid") ", "       \
    c_("$7::uuid") ", " v_("$8::bigint") ", " v_("$9::text") ", "     \
    v_("$10::text")
STATEMENT_OF_NEW_ROWS(events_write,
    "INSERT INTO events (action, type, request_id, project_id, user_id,"
    "                    object_id, network_id, revision_number, before,"
    "                    after)", EVENT_COLUMNS, 1 << 5 | 7 << 7);

static const enum type_id column_types[] = {
    TYPE_TEXT, TYPE_TEXT, TYPE_TEXT, TYPE_TEXT, TYPE_TEXT,
    TYPE_UUID, TYPE_UUID, TYPE_INT,  TYPE_TEXT, TYPE_TEXT};

#define N_COLUMNS (sizeof column_types / sizeof *column_types)

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

static void
collect(struct set *set, const struct event *event)
{
    const char *revision =
        event->revision_number == EVENT_NO_REVISION
            ? NULL
            : arena_printf(set->arena, "%lld",
                           (long long) event->revision_number);
    const char *row[N_COLUMNS] = {
        event->action,     event->type,       event->request_id,
        event->project_id, event->user_id,    event->object_id,
        event->network_id, revision,          event->before,
        event->after};
    set_add(set, row);
}

size_t
events_insert(struct arena *arena, const struct event_list *list,
              struct query **ret_queries)
{
    struct set set = set_new(arena, column_types, N_COLUMNS, list->n);
    for (size_t i = 0; i < list->n; i++) {
        collect(&set, &list->items[i]);
    }
    *ret_queries = ARENA_NEW(arena, struct query);
    **ret_queries = set_query(&set, &events_write);
    return list->n == 0 ? 0 : 1;
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
