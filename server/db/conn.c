/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One connection in libpq's pipeline mode, and the statements prepared on it.
 * db/tx.c and db/lane.c use it.
 */
#include "db/conn.h"

#include <libpq-fe.h>

#include "core/arena.h"
#include "db/dberr.h"

#define PREPARED_SLOTS 1024 /* Power of two; a full table stops preparing. */
#define CONN_MEMORY (64u << 20)

enum prepared_state { PREPARED_NO, PREPARED_SENT, PREPARED_YES };

struct prepared {
    const char *sql;
    char name[16];
    enum prepared_state state;
};

struct conn {
    PGconn *pg;
    const char *url;
    const char *at_open;
    struct arena memory; /* Texts of prepared statements. */
    struct prepared prepared[PREPARED_SLOTS];
    unsigned n_prepared;
};

extern const struct statement __start_tenet_statements[];
extern const struct statement __stop_tenet_statements[];

const struct statement *
statements_begin(void)
{
    return __start_tenet_statements;
}

const struct statement *
statements_end(void)
{
    return __stop_tenet_statements;
}

static void
close_conn(void *object)
{
    struct conn *conn = object;
    PQfinish(conn->pg);
    conn->pg = NULL;
    arena_done(&conn->memory);
    memset(conn->prepared, 0, sizeof conn->prepared);
    conn->n_prepared = 0;
}

struct conn *
conn_new(struct arena *arena, const char *url)
{
    struct conn *conn = ARENA_NEW(arena, struct conn);
    conn->url = arena_strdup(arena, url);
    arena_init(&conn->memory, CONN_MEMORY);
    arena_defer(arena, close_conn, conn);
    return conn;
}

void
conn_at_open(struct conn *conn, const char *sql)
{
    conn->at_open = sql;
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

struct err *
conn_open(struct conn *conn, struct arena *arena)
{
    if (conn_is_open(conn)) {
        return NULL;
    }
    close_conn(conn);
    conn->pg = PQconnectdb(conn->url);
    bool ok = PQstatus(conn->pg) == CONNECTION_OK;
    if (ok) {
        PQsetNoticeReceiver(conn->pg, ignore_notice, NULL);
        ok = run_plain(conn, "SET TimeZone = 'UTC'") &&
             run_plain(conn, "SET DateStyle = 'ISO'") &&
             (conn->at_open == NULL || run_plain(conn, conn->at_open)) &&
             PQenterPipelineMode(conn->pg) == 1;
    }
    if (!ok) {
        struct err *cause = err_new(arena, ERR_UNAVAILABLE, "%s",
                                    PQerrorMessage(conn->pg));
        close_conn(conn);
        return err_because(err_new(arena, ERR_UNAVAILABLE,
                                   "the database cannot be reached"),
                           cause);
    }
    return NULL;
}

static unsigned
hash_text(const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char) *text) * UINT64_C(1099511628211);
    }
    return (unsigned) (hash ^ (hash >> 32));
}

/* The slot of 'sql', new when it was not there; NULL when no more fit. */
static struct prepared *
find_prepared(struct conn *conn, const char *sql)
{
    unsigned i = hash_text(sql) & (PREPARED_SLOTS - 1);
    while (conn->prepared[i].sql != NULL) {
        if (strcmp(conn->prepared[i].sql, sql) == 0) {
            return &conn->prepared[i];
        }
        i = (i + 1) & (PREPARED_SLOTS - 1);
    }
    if (conn->n_prepared >= PREPARED_SLOTS / 2) {
        return NULL;
    }
    struct prepared *slot = &conn->prepared[i];
    slot->sql = arena_strdup(&conn->memory, sql);
    snprintf(slot->name, sizeof slot->name, "s%u", conn->n_prepared++);
    return slot;
}

/* Queues one statement; '*ret_slot' is set when a Prepare went before it. */
static bool
send_query(struct conn *conn, const struct query *query,
           struct prepared **ret_slot)
{
    struct prepared *slot = find_prepared(conn, query->sql);
    *ret_slot = NULL;
    if (slot == NULL) {
        return PQsendQueryParams(conn->pg, query->sql, query->n_params, NULL,
                                 query->params, NULL, NULL, 0) == 1;
    }
    if (slot->state == PREPARED_NO) {
        *ret_slot = slot;
        slot->state = PREPARED_SENT;
        if (PQsendPrepare(conn->pg, slot->name, query->sql, 0, NULL) != 1) {
            return false;
        }
    }
    return PQsendQueryPrepared(conn->pg, slot->name, query->n_params,
                               query->params, NULL, NULL, 0) == 1;
}

static struct err *
lost_connection(struct conn *conn, struct arena *arena)
{
    struct err *cause = err_new(arena, ERR_UNAVAILABLE, "%s",
                                PQerrorMessage(conn->pg));
    return err_because(err_new(arena, ERR_UNAVAILABLE,
                               "the connection to the database was lost"),
                       cause);
}

static void
clear_result(void *object)
{
    PQclear(object);
}

/* Takes the result of one queued command and the NULL behind it. */
static PGresult *
next_result(struct conn *conn)
{
    PGresult *result = PQgetResult(conn->pg);
    PGresult *end = result == NULL ? NULL : PQgetResult(conn->pg);
    while (end != NULL) {
        PQclear(end);
        end = PQgetResult(conn->pg);
    }
    return result;
}

/* Notes 'result' in its group: the rows, or the first error. */
static void
take_result(struct conn *conn, struct group *group, PGresult *result,
            struct rows *ret_rows)
{
    ExecStatusType status = PQresultStatus(result);
    if (ret_rows != NULL) {
        ret_rows->result = result;
    }
    if (result != NULL) {
        arena_defer(group->arena, clear_result, result);
    }
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
        group->err != NULL) {
        return;
    }
    if (result == NULL || PQstatus(conn->pg) != CONNECTION_OK) {
        group->err = lost_connection(conn, group->arena);
        return;
    }
    group->err = dberr_from_result(group->arena, result);
}

static void
receive_group(struct conn *conn, struct group *group,
              struct prepared *const *slots)
{
    for (size_t i = 0; i < group->n; i++) {
        if (slots[i] != NULL) {
            PGresult *result = next_result(conn);
            bool ok = PQresultStatus(result) == PGRES_COMMAND_OK;
            slots[i]->state = ok ? PREPARED_YES : PREPARED_NO;
            take_result(conn, group, result, NULL);
        }
        take_result(conn, group, next_result(conn), &group->ret_rows[i]);
    }
    PGresult *sync = PQgetResult(conn->pg);
    if (PQresultStatus(sync) != PGRES_PIPELINE_SYNC && group->err == NULL) {
        group->err = lost_connection(conn, group->arena);
    }
    PQclear(sync);
}

static bool
send_group(struct conn *conn, const struct group *group,
           struct prepared **ret_slots)
{
    for (size_t i = 0; i < group->n; i++) {
        if (!send_query(conn, &group->queries[i], &ret_slots[i])) {
            return false;
        }
    }
    return PQpipelineSync(conn->pg) == 1;
}

static void
fail_groups(struct conn *conn, struct group *groups, size_t n_groups)
{
    for (size_t i = 0; i < n_groups; i++) {
        if (groups[i].err == NULL) {
            groups[i].err = lost_connection(conn, groups[i].arena);
        }
    }
    close_conn(conn);
}

void
conn_exchange(struct conn *conn, struct group *groups, size_t n_groups)
{
    struct arena scratch;
    arena_init(&scratch, CONN_MEMORY);
    struct prepared ***slots =
        ARENA_ARRAY(&scratch, struct prepared **, n_groups);
    bool sent = conn_is_open(conn);
    for (size_t i = 0; i < n_groups; i++) {
        groups[i].err = NULL;
        slots[i] = ARENA_ARRAY(&scratch, struct prepared *, groups[i].n);
        sent = sent && send_group(conn, &groups[i], slots[i]);
    }
    for (size_t i = 0; sent && i < n_groups; i++) {
        receive_group(conn, &groups[i], slots[i]);
    }
    if (!sent || !conn_is_open(conn)) {
        fail_groups(conn, groups, n_groups);
    }
    arena_done(&scratch);
}

struct err *
conn_script(struct conn *conn, struct arena *arena, const char *sql)
{
    TRY(conn_open(conn, arena));
    if (PQexitPipelineMode(conn->pg) != 1) {
        return lost_connection(conn, arena);
    }
    PGresult *result = PQexec(conn->pg, sql);
    struct err *err = NULL;
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        err = dberr_from_result(arena, result);
    }
    PQclear(result);
    if (PQenterPipelineMode(conn->pg) != 1 && err == NULL) {
        err = lost_connection(conn, arena);
    }
    return err;
}

int
rows_count(const struct rows *rows)
{
    return PQntuples(rows->result);
}

const char *
rows_text(const struct rows *rows, int row, int column)
{
    return PQgetisnull(rows->result, row, column)
               ? NULL
               : PQgetvalue(rows->result, row, column);
}

size_t
rows_len(const struct rows *rows, int row, int column)
{
    return (size_t) PQgetlength(rows->result, row, column);
}

int64_t
rows_int(const struct rows *rows, int row, int column)
{
    return strtoll(PQgetvalue(rows->result, row, column), NULL, 10);
}

bool
rows_bool(const struct rows *rows, int row, int column)
{
    return PQgetvalue(rows->result, row, column)[0] == 't';
}

int64_t
rows_affected(const struct rows *rows)
{
    return strtoll(PQcmdTuples(rows->result), NULL, 10);
}
