/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Databases by libpq.
 */
#include "support/db.h"

#include <libpq-fe.h>

#include "core/buf.h"
#include "db/conn.h"
#include "support/server.h"

/* Runs 'sql' over a connection of its own; the caller clears the result. */
static PGresult *
run(const char *url, const char *sql)
{
    PGconn *conn = PQconnectdb(url);
    PGresult *result = PQexec(conn, sql);
    ExecStatusType status = PQresultStatus(result);
    cr_assert(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK,
              "%s: %s", sql, PQerrorMessage(conn));
    PQfinish(conn);
    return result;
}

/* 'url' as keywords and values, with the database 'name'. */
static const char *
with_database(const char *url, const char *name)
{
    struct buf buf;
    PQconninfoOption *options = PQconninfoParse(url, NULL);
    cr_assert(options != NULL, "%s", url);
    buf_init(&buf, session_arena(), 128);
    for (PQconninfoOption *o = options; o->keyword != NULL; o++) {
        if (o->val != NULL && strcmp(o->keyword, "dbname") != 0) {
            buf_addf(&buf, "%s='%s' ", o->keyword, o->val);
        }
    }
    PQconninfoFree(options);
    buf_addf(&buf, "dbname='%s'", name);
    return buf.data;
}

const char *
db_create(void)
{
    const char *name = unique("test-");
    db_run(server_database(), text("CREATE DATABASE \"%s\"", name));
    return with_database(server_database(), name);
}

void
db_run(const char *url, const char *sql)
{
    PQclear(run(url, sql));
}

const char *
db_column(const char *url, const char *sql)
{
    struct buf buf;
    PGresult *result = run(url, sql);
    buf_init(&buf, session_arena(), 256);
    for (int row = 0; row < PQntuples(result); row++) {
        buf_addf(&buf, "%s%s", row == 0 ? "" : ",",
                 PQgetvalue(result, row, 0));
    }
    PQclear(result);
    return buf.data;
}

const char *
db_statement(const char *name)
{
    const struct statement *s = statements_begin();
    while (s < statements_end() && strcmp(s->name, name) != 0) {
        s++;
    }
    cr_assert(s < statements_end(), "no statement \"%s\"", name);
    return s->sql;
}

/* The sum of a whole plan stands in its first node. */
static long
read_number(const char *plan, const char *key)
{
    const char *found = strstr(plan, key);
    cr_assert_not_null(found, "%s", plan);
    return strtol(found + strlen(key), NULL, 10);
}

long
db_pages_read(const char *url, const char *name, const char *values)
{
    const char *plan = db_column(
        url, text("BEGIN; PREPARE p AS %s;"
                  " EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE p(%s)",
                  db_statement(name), values));
    return read_number(plan, "\"Shared Hit Blocks\":") +
           read_number(plan, "\"Shared Read Blocks\":");
}

/* Objects of which the last event says something else than their row. */
static const char untold[] =
    "WITH last AS (SELECT DISTINCT ON (type, object_id)"
    "                     type, object_id, action, revision_number"
    "                FROM events WHERE object_id IS NOT NULL"
    "               ORDER BY type, object_id, id DESC),"
    " present AS (SELECT 'network' AS type, id, revision_number"
    "               FROM networks"
    "       UNION ALL SELECT 'subnet', id, revision_number FROM subnets"
    "       UNION ALL SELECT 'port', id, revision_number FROM ports"
    "       UNION ALL SELECT 'entitlement', id, revision_number"
    "               FROM entitlements"
    "       UNION ALL SELECT 'entitlement_request', id, revision_number"
    "               FROM entitlement_requests"
    "       UNION ALL SELECT 'subnetpool', id, revision_number"
    "               FROM subnetpools"
    "       UNION ALL SELECT 'address_scope', id, revision_number"
    "               FROM address_scopes"
    "       UNION ALL SELECT 'rbac_policy', id, revision_number"
    "               FROM rbac_policies"
    "       UNION ALL SELECT 'cluster_network', id, revision_number"
    "               FROM cluster_networks)"
    " SELECT concat_ws(' ', p.type, p.id, p.revision_number, l.type,"
    "                  l.object_id, l.action, l.revision_number)"
    "   FROM present p FULL JOIN last l"
    "     ON l.type = p.type AND l.object_id = p.id"
    "  WHERE l.object_id IS NULL OR p.id IS NULL AND l.action <> 'delete'"
    "     OR p.id IS NOT NULL AND (l.action = 'delete'"
    "                  OR l.revision_number <> p.revision_number)";

void
expect_told(void)
{
    const char *found = db_column(server_database(), untold);
    cr_assert_str_eq(found, "", "%s", found);
}
