/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What conn.c, which opens a connection, and conn_exchange.c, which uses it,
 * share.
 */
#ifndef DB_CONN_INTERNAL_H
#define DB_CONN_INTERNAL_H

#include <libpq-fe.h>

#include "core/arena.h"
#include "db/conn.h"
#include "prepared.h"

#define CONN_MEMORY (64u << 20)

/* Statements on their way, whose answers nobody has taken. */
struct sent {
    struct sent *next;
    struct prepared **slots;
    size_t n;
};

struct conn {
    PGconn *pg;
    const char *url;
    const char *at_open;
    struct arena memory; /* Texts of prepared statements. */
    struct prepared_table prepared;
    bool stale;          /* The schema changed under the statements. */
    int64_t deadline_us; /* Of the exchange under way. */
    const atomic_bool *stop; /* True: give up; may be NULL. */
    bool together; /* The groups under way have one sync, behind the last. */
    struct sent *sent, **last_sent;
};

/* Closes it; it opens again by conn_open. */
void conn_close(struct conn *conn);

/* That it was lost, with libpq's words. */
struct err *conn_lost(struct conn *conn, struct arena *arena);

#endif
