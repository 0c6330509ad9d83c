/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records as the texts that PostgreSQL takes, a row of them per record: what
 * an INSERT is made of, and what can be rendered without asking for the rows
 * again, since PostgreSQL would give the same texts back.
 */
#ifndef DB_SHEET_H
#define DB_SHEET_H

#include <stddef.h>

#include "schema/table.h"

struct arena;

struct sheet {
    const struct table *table;
    size_t n;           /* Rows. */
    const char **texts; /* n_attrs for each row; NULL is NULL. */
};

/* The texts of 'n' records of 'table', in 'arena', as of new rows: attributes
 * that are absent are what they are then (attr->fresh).  Those of SQL
 * expressions are shown as the records have them. */
struct sheet sheet_new(struct arena *arena, const struct table *table,
                       void *const *records, size_t n);

/* The texts of row 'row', by attribute; what the schema fills in can be set
 * there. */
static inline const char **
sheet_row(const struct sheet *sheet, size_t row)
{
    return sheet->texts + row * sheet->table->n_attrs;
}

#endif
