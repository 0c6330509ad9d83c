/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event row of every change, written in the transaction of the change.
 */
#ifndef DB_EVENTS_H
#define DB_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#include "db/conn.h"

struct event {
    const char *request_id;
    const char *project_id; /* Of the object. */
    const char *user_id;    /* Who changed it. */
    const char *action;     /* "create", "update", "delete" */
    const char *type;       /* "port" */
    const char *object_id;
    const char *network_id; /* NULL: not below a network. */
    int64_t revision_number;
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

/* The statement that writes them all. */
struct query events_insert(struct arena *arena,
                           const struct event_list *list);

#endif
