/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records as the texts that PostgreSQL takes.
 */
#include "db/sheet.h"

#include "core/arena.h"

static void
fill_row(struct arena *arena, const struct table *table,
         const struct record *record, const char **ret_texts)
{
    for (size_t i = 0; i < table->n_attrs; i++) {
        const struct attr *attr = &table->attrs[i];
        ret_texts[i] = attr_is_selected(attr) && record_has(record, i)
                           ? type_of(attr->type)
                                 ->to_sql(arena, attr_value(attr, record))
                           : attr->fresh;
    }
}

struct sheet
sheet_new(struct arena *arena, const struct table *table,
          void *const *records, size_t n)
{
    struct sheet sheet = {
        .table = table,
        .n = n,
        .texts = ARENA_ARRAY(arena, const char *, n * table->n_attrs),
    };
    for (size_t row = 0; row < n; row++) {
        fill_row(arena, table, records[row], sheet_row(&sheet, row));
    }
    return sheet;
}
