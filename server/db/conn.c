/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One connection in libpq's pipeline mode: open and closed.  conn_exchange.c
 * sends and receives, rows.c reads what is answered.
 */
#include "conn_internal.h"

#include "db/dberr.h"

void
conn_close(struct conn *conn)
{
    PQfinish(conn->pg);
    conn->pg = NULL;
    arena_done(&conn->memory);
    memset(&conn->prepared, 0, sizeof conn->prepared);
    conn->stale = false;
    conn->sent = NULL;
    conn->last_sent = &conn->sent;
}

static void
close_deferred(void *conn)
{
    conn_close(conn);
}

struct conn *
conn_new(struct arena *arena, const char *url)
{
    struct conn *conn = ARENA_NEW(arena, struct conn);
    conn->url = arena_strdup(arena, url);
    conn->last_sent = &conn->sent;
    arena_init(&conn->memory, CONN_MEMORY);
    arena_defer(arena, close_deferred, conn);
    return conn;
}

void
conn_at_open(struct conn *conn, const char *sql)
{
    conn->at_open = sql;
}

void
conn_stop_on(struct conn *conn, const atomic_bool *stop)
{
    conn->stop = stop;
}

bool
conn_is_open(const struct conn *conn)
{
    return conn->pg != NULL && PQstatus(conn->pg) == CONNECTION_OK;
}

static void
ignore_notice(void *arg, const PGresult *result)
{
    (void) arg;
    (void) result;
}

static bool
run_plain(struct conn *conn, const char *sql)
{
    PGresult *result = PQexec(conn->pg, sql);
    ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* A host that is gone without a word is noticed; what 'url' itself says of
 * these parameters wins, for it comes later. */
static PGconn *
connect_to(const char *url)
{
    static const char *const keys[] = {
        "connect_timeout", "keepalives_idle", "keepalives_interval",
        "keepalives_count", "tcp_user_timeout", "dbname", NULL};
    const char *const values[] = {"3", "5", "2", "3", "10000", url, NULL};
    return PQconnectdbParams(keys, values, 1);
}

struct err *
conn_open(struct conn *conn, struct arena *arena)
{
    if (conn_is_open(conn)) {
        return NULL;
    }
    conn_close(conn);
    conn->pg = connect_to(conn->url);
    bool ok = PQstatus(conn->pg) == CONNECTION_OK;
    if (ok) {
        PQsetNoticeReceiver(conn->pg, ignore_notice, NULL);
        ok = run_plain(conn, "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'") &&
             (conn->at_open == NULL || run_plain(conn, conn->at_open)) &&
             PQenterPipelineMode(conn->pg) == 1;
    }
    if (!ok) {
        struct err *cause = err_new(arena, ERR_UNAVAILABLE, "%s",
                                    PQerrorMessage(conn->pg));
        conn_close(conn);
        return err_because(err_new(arena, ERR_UNAVAILABLE,
                                   "the database cannot be reached"),
                           cause);
    }
    return NULL;
}

struct err *
conn_lost(struct conn *conn, struct arena *arena)
{
    struct err *cause = err_new(arena, ERR_UNAVAILABLE, "%s",
                                PQerrorMessage(conn->pg));
    return err_because(err_new(arena, ERR_UNAVAILABLE,
                               "the connection to the database was lost"),
                       cause);
}

struct err *
conn_script(struct conn *conn, struct arena *arena, const char *sql)
{
    TRY(conn_open(conn, arena));
    if (PQexitPipelineMode(conn->pg) != 1) {
        return conn_lost(conn, arena);
    }
    PGresult *result = PQexec(conn->pg, sql);
    struct err *err = NULL;
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        err = dberr_from_result(arena, result);
    }
    PQclear(result);
    if (PQenterPipelineMode(conn->pg) != 1 && err == NULL) {
        err = conn_lost(conn, arena);
    }
    return err;
}
