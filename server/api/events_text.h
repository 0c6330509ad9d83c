/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of events as JSON and as server-sent events.
 */
#ifndef API_EVENTS_TEXT_H
#define API_EVENTS_TEXT_H

#include "api/call.h"

/* The columns that both take, in their order, over row e. */
#define EVENT_COLUMNS                                                    \
    "e.id, e.at, e.request_id, e.project_id, e.user_id, e.action,"       \
    " e.type, coalesce(e.object_id::text, e.project_id),"                \
    " e.revision_number, e.before, e.after"

/* Appends row 'row' as a JSON object: what 'call' may see of it. */
void event_write(const struct call *call, struct buf *buf,
                 const struct rows *rows, int row);

/* The same as one message of a stream. */
void event_write_message(const struct call *call, struct buf *buf,
                         const struct rows *rows, int row);

/* Appends the compact JSON object 'text' with those attributes of 'table'
 * that are in 'mask'; what the table does not know only with 'unknown'. */
void event_write_object(struct buf *buf, const char *text,
                        const struct table *table, uint64_t mask,
                        bool unknown);

#endif
