/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Groups of statements on their way to PostgreSQL, and their answers.
 */
#include <poll.h>

#include "conn_internal.h"
#include "core/clock.h"
#include "db/dberr.h"

#define EXCHANGE_MAX_US 30000000 /* Silence that means that it is gone. */
#define STOP_LOOK_US 100000      /* How often 'stop' is looked at. */

/* Queues one statement, by its name when it has one. */
static bool
send_query(struct conn *conn, const struct query *query,
           const struct prepared *slot)
{
    int storage[PREPARED_MAX_SIZED];
    const int *formats = prepared_formats(query, storage);
    if (slot == NULL) {
        return PQsendQueryParams(conn->pg, query->sql,
                                 query->n_params & ~QUERY_ONCE, NULL,
                                 query->params, query->sizes, formats,
                                 0) == 1;
    }
    return PQsendQueryPrepared(conn->pg, slot->name, query->n_params,
                               query->params, query->sizes, formats, 0) == 1;
}

/* Finds the slots of all statements in 'groups', one after the other. */
static void
find_slots(struct conn *conn, const struct group *groups, size_t n_groups,
           struct prepared **ret_slots)
{
    for (size_t i = 0; i < n_groups; i++) {
        for (size_t j = 0; j < groups[i].n; j++) {
            *ret_slots++ = prepared_find(
                &conn->prepared, &conn->memory, &groups[i].queries[j]);
        }
    }
}

/* Queues the preparation of what is new, each with a sync of its own: no
 * failure of another statement may undo it. */
static bool
send_preparations(struct conn *conn, struct prepared *const *slots, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct prepared *slot = slots[i];
        if (slot == NULL || slot->ready || slot->sent) {
            continue;
        }
        slot->sent = true;
        if (PQsendPrepare(conn->pg, slot->name, slot->sql, 0, NULL) != 1 ||
            PQpipelineSync(conn->pg) != 1) {
            return false;
        }
    }
    return true;
}

static void
clear_result(void *object)
{
    PQclear(object);
}

/* Waits until a result can be taken without waiting; false when the database
 * has been silent for too long or is gone. */
static bool
await_result(struct conn *conn)
{
    while (PQisBusy(conn->pg)) {
        struct pollfd fd = {.fd = PQsocket(conn->pg), .events = POLLIN};
        int64_t left_us = conn->deadline_us - clock_monotonic_us();
        if (conn->stop != NULL) {
            left_us = *conn->stop             ? 0
                      : left_us > STOP_LOOK_US ? STOP_LOOK_US
                                               : left_us;
        }
        if (left_us <= 0 || poll(&fd, 1, (int) (left_us / 1000) + 1) < 0 ||
            PQconsumeInput(conn->pg) != 1) {
            return false;
        }
    }
    return true;
}

/* Takes the result of one queued command and the NULL behind it. */
static PGresult *
next_result(struct conn *conn)
{
    PGresult *result = await_result(conn) ? PQgetResult(conn->pg) : NULL;
    while (result != NULL && await_result(conn)) {
        PGresult *end = PQgetResult(conn->pg);
        if (end == NULL) {
            break;
        }
        PQclear(end);
    }
    return result;
}

/* Takes the answer to a sync, which has no NULL behind it. */
static bool
next_sync(struct conn *conn)
{
    PGresult *sync = await_result(conn) ? PQgetResult(conn->pg) : NULL;
    bool ok = PQresultStatus(sync) == PGRES_PIPELINE_SYNC;
    PQclear(sync);
    return ok;
}

/* Notes 'result' in its group: the rows, or the first error. */
static void
take_result(struct conn *conn, struct group *group, PGresult *result,
            struct rows *ret_rows)
{
    ExecStatusType status = PQresultStatus(result);
    if (ret_rows != NULL) {
        *ret_rows = (struct rows){result, 0, PQntuples(result)};
    }
    if (result != NULL) {
        arena_defer(group->arena, clear_result, result);
    }
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
        group->err != NULL) {
        return;
    }
    if (result == NULL || PQstatus(conn->pg) != CONNECTION_OK) {
        group->err = conn_lost(conn, group->arena);
        return;
    }
    group->err = dberr_from_result(group->arena, result);
    group->skipped = status == PGRES_PIPELINE_ABORTED;
    if (group->skipped) {
        return;
    }
    conn->stale = conn->stale || dberr_is_stale(result);
}

static bool
receive_preparations(struct conn *conn, struct prepared *const *slots,
                     size_t n)
{
    bool ok = true;
    for (size_t i = 0; i < n && ok; i++) {
        if (slots[i] == NULL || !slots[i]->sent) {
            continue;
        }
        PGresult *result = next_result(conn);
        slots[i]->ready = PQresultStatus(result) == PGRES_COMMAND_OK;
        slots[i]->sent = false;
        ok = result != NULL && next_sync(conn);
        PQclear(result);
    }
    return ok;
}

static bool
receive_group(struct conn *conn, struct group *group, bool last)
{
    for (size_t i = 0; i < group->n; i++) {
        PGresult *result = next_result(conn);
        take_result(conn, group, result, &group->ret_rows[i]);
        if (result == NULL) {
            return false;
        }
    }
    return (conn->together && !last) || next_sync(conn);
}

/* Takes the answers to what conn_send has sent. */
static bool
receive_sent(struct conn *conn, struct group *group)
{
    bool ok = true;
    for (const struct sent *sent = conn->sent; ok && sent != NULL;
         sent = sent->next) {
        ok = receive_preparations(conn, sent->slots, sent->n);
        for (size_t i = 0; ok && i < sent->n; i++) {
            PGresult *result = next_result(conn);
            take_result(conn, group, result, NULL);
            ok = result != NULL;
        }
    }
    conn->sent = NULL;
    conn->last_sent = &conn->sent;
    return ok;
}

static bool
send_queries(struct conn *conn, const struct query *queries, size_t n,
             struct prepared *const *slots)
{
    for (size_t i = 0; i < n; i++) {
        if (!send_query(conn, &queries[i], slots[i])) {
            return false;
        }
    }
    return true;
}

static bool
send_group(struct conn *conn, const struct group *group,
           struct prepared *const *slots, bool last)
{
    if (!send_queries(conn, group->queries, group->n, slots)) {
        return false;
    }
    return (conn->together && !last) || PQpipelineSync(conn->pg) == 1;
}

static void
fail_groups(struct conn *conn, struct group *groups, size_t n_groups)
{
    for (size_t i = 0; i < n_groups; i++) {
        if (groups[i].err == NULL) {
            groups[i].err = conn_lost(conn, groups[i].arena);
        }
    }
    conn_close(conn);
}

/* Sends all, then takes all answers; false when the connection is lost. */
static bool
exchange(struct conn *conn, struct group *groups, size_t n_groups,
         struct prepared **slots, size_t n_slots)
{
    find_slots(conn, groups, n_groups, slots);
    bool ok = send_preparations(conn, slots, n_slots);
    for (size_t i = 0, at = 0; ok && i < n_groups; at += groups[i++].n) {
        ok = send_group(conn, &groups[i], slots + at, i + 1 == n_groups);
    }
    ok = ok && receive_sent(conn, &groups[0]) &&
         receive_preparations(conn, slots, n_slots);
    for (size_t i = 0; ok && i < n_groups; i++) {
        ok = receive_group(conn, &groups[i], i + 1 == n_groups);
    }
    return ok;
}

void
conn_exchange(struct conn *conn, struct group *groups, size_t n_groups)
{
    struct arena scratch;
    size_t n_queries = 0;
    for (size_t i = 0; i < n_groups; i++) {
        groups[i].err = NULL;
        groups[i].skipped = false;
        n_queries += groups[i].n;
    }
    arena_init(&scratch, CONN_MEMORY);
    struct prepared **slots =
        ARENA_ARRAY(&scratch, struct prepared *, n_queries);
    conn->deadline_us = clock_monotonic_us() + EXCHANGE_MAX_US;
    if (!conn_is_open(conn) ||
        !exchange(conn, groups, n_groups, slots, n_queries) ||
        !conn_is_open(conn)) {
        fail_groups(conn, groups, n_groups);
    } else if (conn->stale) {
        conn_close(conn); /* Statements are prepared anew at the next try. */
    }
    arena_done(&scratch);
}

void
conn_send(struct conn *conn, struct arena *arena, const struct query *queries,
          size_t n)
{
    const struct group group = {.queries = queries, .n = n};
    struct sent *sent = ARENA_NEW(arena, struct sent);
    sent->slots = ARENA_ARRAY(arena, struct prepared *, n);
    sent->n = n;
    if (!conn_is_open(conn)) {
        return; /* The next exchange says so. */
    }
    find_slots(conn, &group, 1, sent->slots);
    if (!send_preparations(conn, sent->slots, n) ||
        !send_queries(conn, queries, n, sent->slots) ||
        PQflush(conn->pg) != 0) {
        conn_close(conn);
        return;
    }
    *conn->last_sent = sent;
    conn->last_sent = &sent->next;
}

void
conn_exchange_together(struct conn *conn, struct group *groups,
                       size_t n_groups)
{
    size_t done = 0;
    conn->together = true;
    conn_exchange(conn, groups, n_groups);
    conn->together = false;
    while (done < n_groups && !groups[done].skipped) {
        done++;
    }
    if (done < n_groups && conn_is_open(conn)) {
        conn_exchange(conn, &groups[done], n_groups - done);
    }
}
