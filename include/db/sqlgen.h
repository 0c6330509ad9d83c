/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQL from attribute tables: the only place that concatenates SQL.  Values
 * are always parameters.
 *
 * Every statement that answers rows of a resource selects the same columns:
 * attribute i of the table stands in column sqlgen_column(table, i).
 */
#ifndef DB_SQLGEN_H
#define DB_SQLGEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/conn.h"
#include "db/sheet.h"
#include "schema/table.h"

/* A condition over row t with one parameter, which stands as '?' in 'sql'. */
struct predicate {
    const char *sql;
    const char *param;
};

struct sort_key {
    const struct attr *attr;
    bool descending;
};

/* Which rows of a table, in which order. */
struct selection {
    const struct predicate *predicates; /* All must hold. */
    size_t n_predicates;
    const struct sort_key *keys; /* The last one is unique. */
    size_t n_keys;
    const char *marker; /* Rows behind the one with this id; NULL: all. */
    bool reverse;       /* The page before the marker, in reverse order. */
    int64_t limit;      /* Most rows; 0: no limit. */
    bool once;          /* The statement is planned anew each time. */
};

/* Who asks: what of a table it can see. */
struct visibility {
    bool all;               /* An admin. */
    const char *project_id; /* Else this project's rows, and what others show
                             * it.  NULL: who sees all has no project. */
};

/* The column of attribute 'i', or -1 when no answer contains it. */
int sqlgen_column(const struct table *table, size_t i);

/* "t.col = ANY(?::type[])" for the 'n' texts of a filter, in PostgreSQL's
 * form; a NULL among them matches NULL. */
struct predicate sqlgen_filter(struct arena *arena, const struct attr *attr,
                               const char *const *values, size_t n);

/* SELECT of a page; the rows that 'visibility' hides do not exist.  Rows of a
 * self-contained table end with their version. */
struct query sqlgen_list(struct arena *arena, const struct table *table,
                         const struct selection *selection,
                         const struct visibility *visibility);

/* The same rows, but of each only the id and the version. */
struct query sqlgen_versions(struct arena *arena, const struct table *table,
                             const struct selection *selection,
                             const struct visibility *visibility);

/* The column of sqlgen_list that has the version. */
int sqlgen_version_column(const struct table *table);

/* The number of rows of 'selection', whatever its marker and limit. */
struct query sqlgen_count(struct arena *arena, const struct table *table,
                          const struct selection *selection,
                          const struct visibility *visibility);

/* The rows that a list shows. */
struct page {
    const struct table *table;
    const struct selection *selection;
    const struct visibility *visibility;
};

/* Rows that go with the objects of a page, whose ids are g.id. */
struct companion {
    const struct table *table; /* Row t of 'from' is a row of it. */
    bool whole;                /* All its columns come first. */
    const char *columns; /* The object that the row belongs to, and more. */
    const char *from;    /* What is behind "FROM page g": '@' stands for the
                          * visibility of t, '?' for a limit; what is in
                          * braces is left out when all is visible. */
};

/* SELECT of a companion of 'page'. */
struct query sqlgen_companion(struct arena *arena, const struct page *page,
                              const struct companion *companion,
                              int64_t limit);

/* The first column behind those of the table: what the row belongs to. */
int sqlgen_key_column(const struct companion *companion);

/* How rows are locked: so that they stay; for a change that keeps their ids,
 * which lets children come and go; or so that none may (PostgreSQL 15,
 * 13.3.2: FOR KEY SHARE, FOR NO KEY UPDATE, FOR UPDATE). */
enum row_lock { ROW_READ, ROW_STAYS, ROW_CHANGE, ROW_DELETE };

/* SELECT of the rows with these ids in their order, locked in that order. */
struct query sqlgen_get(struct arena *arena, const struct table *table,
                        const char *const *ids, size_t n,
                        const struct visibility *visibility,
                        enum row_lock lock);

/* A row that somebody asks for by its id. */
struct lookup {
    const struct table *table;
    const char *id;
    struct visibility visibility;
};

/* SELECT of the rows of 'n' lookups of one table, by those who see all of it or
 * by those who do not.  One answers what sqlgen_get does; several, in any
 * order, have the place of their lookup, from 1, in the column of
 * sqlgen_key_of_lookup. */
struct query sqlgen_look_up(struct arena *arena,
                            const struct lookup *const *lookups, size_t n);
int sqlgen_key_of_lookup(const struct lookup *lookup);

/* Locks the rows of 'parent' that the rows of 'table' with these ids belong
 * to, in the order of their ids. */
struct query sqlgen_lock_parents(struct arena *arena,
                                 const struct table *table,
                                 const struct table *parent,
                                 const char *const *ids, size_t n,
                                 enum row_lock lock);

/* INSERT of the rows of 'sheet', one statement for one and for many; it
 * answers the columns of a SELECT as 'returning' sees them, or nothing. */
struct query sqlgen_insert(struct arena *arena, const struct sheet *sheet,
                           const struct visibility *returning);

/* UPDATE of the given attributes of 'record', its revision and its time,
 * RETURNING the columns of a SELECT. */
struct query sqlgen_update(struct arena *arena, const struct table *table,
                           const void *record, const char *id,
                           const struct visibility *returning);

/* The same for 'n' records, which were given the same attributes, in one
 * statement; the rows come in any order. */
struct query sqlgen_update_all(struct arena *arena, const struct table *table,
                               void *const *records, const char *const *ids,
                               size_t n, const struct visibility *returning);

/* DELETE of the rows with these ids. */
struct query sqlgen_delete(struct arena *arena, const struct table *table,
                           const char *const *ids, size_t n);

/* The rows of a SELECT as a sheet, which is good as long as they are. */
struct sheet sqlgen_sheet(struct arena *arena, const struct table *table,
                          const struct rows *rows);

/* Reads row 'row' of a SELECT into a new record, all attributes given. */
void *sqlgen_record(struct arena *arena, const struct table *table,
                    const struct rows *rows, int row);

#endif
