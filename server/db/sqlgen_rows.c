/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of the statements that sqlgen.c makes.
 */
#include "db/sqlgen.h"

#include "core/arena.h"

int
sqlgen_column(const struct table *table, size_t i)
{
    const char *alias = table->attrs[i].alias_of;
    size_t target = alias == NULL ? i : (size_t) table_find(table, alias);
    if (!attr_is_selected(&table->attrs[target])) {
        return -1;
    }
    int column = 0;
    for (size_t j = 0; j < target; j++) {
        column += attr_is_selected(&table->attrs[j]) ? 1 : 0;
    }
    return column;
}

int
sqlgen_version_column(const struct table *table)
{
    int column = 0; /* Behind all others. */
    for (size_t i = 0; i < table->n_attrs; i++) {
        column += attr_is_selected(&table->attrs[i]) ? 1 : 0;
    }
    return column;
}

struct sheet
sqlgen_sheet(struct arena *arena, const struct table *table,
             const struct rows *rows)
{
    size_t n = (size_t) rows_count(rows);
    struct sheet sheet = {
        .table = table,
        .n = n,
        .texts = ARENA_ARRAY(arena, const char *, n * table->n_attrs),
    };
    for (size_t row = 0; row < n; row++) {
        int column = 0;
        for (size_t i = 0; i < table->n_attrs; i++) {
            sheet_row(&sheet, row)[i] =
                attr_is_selected(&table->attrs[i])
                    ? rows_text(rows, (int) row, column++)
                    : NULL;
        }
    }
    return sheet;
}

void *
sqlgen_record(struct arena *arena, const struct table *table,
              const struct rows *rows, int row)
{
    struct record *record = table_new_record(arena, table);
    int column = 0;
    for (size_t i = 0; i < table->n_attrs; i++) {
        const struct attr *attr = &table->attrs[i];
        if (!attr_is_selected(attr)) {
            continue;
        }
        const char *text = rows_text(rows, row, column++);
        if (text == NULL) {
            record_set_null(record, i);
            continue;
        }
        type_of(attr->type)->from_sql(arena, text, attr_value(attr, record));
        record_set(record, i);
    }
    return record;
}
