/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One connection to PostgreSQL: groups of statements go out together in one
 * pipeline flush, and their results come back together.
 *
 * Statements are prepared on first use and known by their text afterwards.
 * Nothing here decides about transactions (db/tx.h) or threads (db/lane.h).
 */
#ifndef DB_CONN_H
#define DB_CONN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct arena;
struct conn;
struct pg_result;

/* A statement and its parameters; a NULL parameter is NULL. */
struct query {
    const char *sql;
    const char *const *params;
    int n_params;     /* Their number, perhaps with QUERY_ONCE. */
    const int *sizes; /* Bytes of those in binary form (schema/sqlbinary.h);
                       * 0: it is text; NULL: all are. */
};

/* Added to 'n_params': the statement is planned anew for its values.  How many
 * rows they mean differs so much that one plan for all of them may be bad. */
#define QUERY_ONCE (1 << 20)

/* The rows of one statement, or some of them; they live as long as the arena
 * they came to. */
struct rows {
    struct pg_result *result;
    int first, n; /* Which of its rows. */
};

/* Statements that stand or fall together: an error skips the rest of its
 * group, other groups are not touched. */
struct group {
    struct arena *arena;         /* Gets the rows and the error. */
    const struct query *queries;
    size_t n;
    struct rows *ret_rows;       /* One per query. */
    struct err *err;             /* The first error, or NULL. */
    bool skipped;                /* That error was another group's. */
};

/* A statement written by hand.  Every one is declared by this macro, so that
 * a test can prepare all of them against the migrated schema. */
struct statement {
    const char *name;
    const char *sql;
};
#define STATEMENT(name_, sql_)                                       \
    static const struct statement name_                              \
        __attribute__((used, section("tenet_statements"), aligned(8))) = \
            {#name_, sql_}

/* All statements of the program, for that test. */
const struct statement *statements_begin(void);
const struct statement *statements_end(void);

/* Makes a query of 'statement' with 'params', an array. */
#define QUERY(statement_, params_)                         \
    ((struct query){(statement_).sql, (params_),           \
                    (int) (sizeof(params_) / sizeof((params_)[0]))})
#define QUERY0(statement_) ((struct query){(statement_).sql, NULL, 0})

/* Makes a connection that opens on first use to 'url' (libpq's form), and
 * opens again by itself when it was lost.  The connection's own memory is in
 * 'arena', which must outlive it; it closes when the arena ends. */
struct conn *conn_new(struct arena *arena, const char *url);

/* Runs a statement at every opening of the connection, such as SET. */
void conn_at_open(struct conn *conn, const char *sql);

/* Lets go of the connection in the middle of an exchange soon after '*stop'
 * has become true: the exchange fails as if the connection was lost. */
void conn_stop_on(struct conn *conn, const atomic_bool *stop);

/* Makes sure that the connection is open; ERR_UNAVAILABLE when it cannot. */
struct err *conn_open(struct conn *conn, struct arena *arena) MUST_CHECK;

bool conn_is_open(const struct conn *conn);

/* Sends all 'groups' in one flush and waits for all their results.  Each
 * group gets its own error; a lost connection is ERR_UNAVAILABLE in every
 * group that had no complete answer. */
void conn_exchange(struct conn *conn, struct group *groups, size_t n_groups);

/* The same for groups that only read: as long as none fails they are one
 * transaction, which costs PostgreSQL and this side a message each less; those
 * behind one that failed are sent again by conn_exchange. */
void conn_exchange_together(struct conn *conn, struct group *groups,
                            size_t n_groups);

/* Sends 'n' statements and does not wait for their answers, which the next
 * conn_exchange takes: their rows are nobody's, the first error among them is
 * that of its first group.  'arena' must last until then. */
void conn_send(struct conn *conn, struct arena *arena,
               const struct query *queries, size_t n);

/* Runs 'sql', several statements without parameters (a migration). */
struct err *conn_script(struct conn *conn, struct arena *arena,
                        const char *sql) MUST_CHECK;

/* Number of rows; a value as text (NULL for NULL) with its length, as a
 * number, as a truth; the number of rows that a change touched. */
int rows_count(const struct rows *rows);
const char *rows_text(const struct rows *rows, int row, int column);
size_t rows_len(const struct rows *rows, int row, int column);
int64_t rows_int(const struct rows *rows, int row, int column);
bool rows_bool(const struct rows *rows, int row, int column);
int64_t rows_affected(const struct rows *rows);

#endif
