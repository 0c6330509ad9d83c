/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event row of every change, written in the transaction of the change.
 * db/feed.h reads them.
 */
#ifndef DB_EVENTS_H
#define DB_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#include "db/conn.h"
#include "db/tx.h"

struct settings;

#define EVENT_NO_REVISION (-1)

struct event {
    const char *request_id;
    const char *project_id; /* Of the object. */
    const char *user_id;    /* Who changed it. */
    const char *action;     /* "create", "update", "delete" */
    const char *type;       /* "port" */
    const char *object_id;  /* NULL: the object is the project's own, such as
                             * its quota, and has the project's id. */
    const char *network_id; /* NULL: not below a network. */
    int64_t revision_number; /* EVENT_NO_REVISION: the object has none. */
    const char *before; /* The object as JSON; NULL: did not exist. */
    const char *after;  /* NULL: exists no longer. */
};

/* Events of one transaction. */
struct event_list {
    struct event *items;
    size_t n, room;
};

void events_add(struct arena *arena, struct event_list *list,
                const struct event *event);

/* Makes the statement that writes them all, in their order.  Returns how many:
 * none when there is no event.  It must be the last one of its transaction,
 * behind every lock: the order of the ids that it draws is then the order in
 * which changes of the same object were committed. */
size_t events_insert(struct arena *arena, const struct event_list *list,
                     struct query **ret_queries);

/* Deletes the oldest of the events that are older than the setting
 * event_retention_s, at most EVENTS_PURGE_MAX, moves the mark up to which
 * events are gone, and commits; asks for another run when there may be more.
 * Does nothing while another process is at it. */
#define EVENTS_PURGE_MAX 10000
struct err *events_purge(struct tx *tx,
                         const struct settings *settings) MUST_CHECK;

#endif
