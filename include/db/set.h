/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements about a set of rows, whose values go as a column per parameter.
 *
 * Columns are arrays, for any number of rows.  To open arrays, to scan them as
 * a table, and to sort what they find is more than all else that PostgreSQL
 * does for a single row: measured, half of the work of a port that is made
 * alone.  So each such statement has a second text for one row, made of the
 * same literals, in which the parameters are the values themselves.  An INSERT
 * has a third one, for rows that have most columns in common.
 */
#ifndef DB_SET_H
#define DB_SET_H

#include <stddef.h>

#include "db/conn.h"
#include "schema/types.h"

struct set_statement {
    const struct statement *one, *many;
    const struct statement *alike; /* For rows that are alike; or NULL. */
    unsigned varying; /* Columns in which those may differ, a bit each. */
};

/* Declares the statement with a text for one row and one for many. */
#define STATEMENT_OF_SET(name_, one_, many_)                                \
    STATEMENT(name_##_one, one_);                                           \
    STATEMENT(name_##_many, many_);                                         \
    static const struct set_statement name_ = {&name_##_one, &name_##_many, \
                                               NULL, 0}

/* What a macro of columns applies to each of them: c_("$1::uuid") ", "
 * c_("$2::inet"). */
#define SET_VALUE_(column_) column_
#define SET_ARRAY_(column_) column_ "[]"
#define SET_OPENED_(column_) "unnest(" column_ "[])"

/* Declares the statement "before (rows) behind". */
#define STATEMENT_OF_ROWS(name_, before_, columns_, behind_)              \
    STATEMENT_OF_SET(name_,                                               \
                     before_ "(SELECT " columns_(SET_VALUE_) ")" behind_, \
                     before_ "unnest(" columns_(SET_ARRAY_) ")" behind_)

/* Declares the statement "before rows": an INSERT.  Its arrays are opened in
 * the select list, whose rows PostgreSQL need not store first; what joins with
 * rows wants them as a table, lest the planner guess otherwise.  'columns_'
 * has a second argument for those that may vary among rows that are alike,
 * which 'varying_' has as bits, the first column being bit 0: where all others
 * are equal they go as one value each.  One of those that vary is never NULL. */
#define STATEMENT_OF_NEW_ROWS(name_, before_, columns_, varying_)           \
    STATEMENT(name_##_one,                                                  \
              before_ " SELECT " columns_(SET_VALUE_, SET_VALUE_));         \
    STATEMENT(name_##_many,                                                 \
              before_ " SELECT " columns_(SET_OPENED_, SET_OPENED_));       \
    STATEMENT(name_##_alike,                                                \
              before_ " SELECT " columns_(SET_VALUE_, SET_OPENED_));        \
    static const struct set_statement name_ = {&name_##_one, &name_##_many, \
                                               &name_##_alike, varying_}

/* Declares the statement "before = any of the first column behind". */
#define STATEMENT_OF_KEYS(name_, before_, type_, behind_)    \
    STATEMENT_OF_SET(name_, before_ " = $1::" type_ behind_, \
                     before_ " = ANY($1::" type_ "[])" behind_)

/* The values, row by row. */
struct set {
    struct arena *arena;
    const enum type_id *types; /* Of the columns. */
    size_t n_columns;
    const char **texts; /* 'room' of the first column, of the second ... */
    size_t n, room;     /* Rows. */
};

/* An empty set for up to 'room' rows; 'types' must outlive it. */
struct set set_new(struct arena *arena, const enum type_id *types,
                   size_t n_columns, size_t room);

/* Adds a row of values in PostgreSQL's text form, one for each column; NULL is
 * NULL. */
void set_add(struct set *set, const char *const *row);

/* The set of one column of 'n' values. */
struct set set_of_keys(struct arena *arena, const enum type_id *type,
                       const char *const *keys, size_t n);

/* 'statement' about the rows of the set. */
struct query set_query(const struct set *set,
                       const struct set_statement *statement);

/* The same with a parameter behind the columns, one value for all rows. */
struct query set_query_with(const struct set *set,
                            const struct set_statement *statement,
                            const char *last);

#endif
