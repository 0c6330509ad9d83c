/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UPDATE made from attribute tables: of one row, and of many that get the same
 * attributes.
 */
#include "core/arena.h"
#include "schema/sqlarray.h"
#include "sqlgen_internal.h"

int
gen_add_array(struct gen *gen, const struct table *table, size_t i,
          void *const *records, size_t n)
{
    const struct attr *attr = &table->attrs[i];
    const struct type *type = type_of(attr->type);
    struct arena *arena = gen->sql.arena;
    const char **items = ARENA_ARRAY(arena, const char *, n);
    for (size_t row = 0; row < n; row++) {
        const struct record *record = records[row];
        items[row] = record_has(record, i)
                         ? type->to_sql(arena, attr_value(attr, record))
                         : NULL;
    }
    return gen_add_param(gen, sqlarray_format(arena, items, n));
}

static bool
is_updated(const struct table *table, size_t i, const struct record *record)
{
    return attr_is_stored(&table->attrs[i]) && record_is_given(record, i);
}

struct query
sqlgen_update(struct arena *arena, const struct table *table,
              const void *record, const char *id,
              const struct visibility *returning)
{
    struct gen gen;
    gen_init(&gen, arena, table->n_attrs + 1, returning->project_id);
    buf_addf(&gen.sql, "UPDATE %s AS t SET ", table->plural);
    for (size_t i = 0; i < table->n_attrs; i++) {
        const struct attr *attr = &table->attrs[i];
        if (!is_updated(table, i, record)) {
            continue;
        }
        const struct type *type = type_of(attr->type);
        const char *value =
            record_has(record, i)
                ? type->to_sql(arena, attr_value(attr, record))
                : NULL;
        char column[ATTR_COLUMN_SIZE];
        attr_column(attr, column);
        buf_addf(&gen.sql, "%s = $%d::%s, ", column, gen_add_param(&gen, value),
                 type->sql);
    }
    buf_addf(&gen.sql,
             "revision_number = t.revision_number + 1, updated_at = now()"
             " WHERE t.id = $%d::uuid RETURNING ", gen_add_param(&gen, id));
    gen_add_columns(&gen, table);
    return gen_query(&gen);
}

struct query
sqlgen_update_all(struct arena *arena, const struct table *table,
                  void *const *records, const char *const *ids, size_t n,
                  const struct visibility *returning)
{
    struct gen gen;
    gen_init(&gen, arena, table->n_attrs + 1, returning->project_id);
    int n_columns = gen_add_param(&gen, sqlarray_format(arena, ids, n));
    buf_addf(&gen.sql, "UPDATE %s AS t SET ", table->plural);
    for (size_t i = 0; i < table->n_attrs; i++) {
        const struct attr *attr = &table->attrs[i];
        if (!is_updated(table, i, records[0])) {
            continue;
        }
        char column[ATTR_COLUMN_SIZE];
        attr_column(attr, column);
        n_columns = gen_add_array(&gen, table, i, records, n);
        buf_addf(&gen.sql, "%s = a.c%d::%s, ", column, n_columns,
                 type_of(attr->type)->sql);
    }
    buf_adds(&gen.sql, "revision_number = t.revision_number + 1,"
                       " updated_at = now() FROM unnest($1::uuid[]");
    for (int no = 2; no <= n_columns; no++) {
        buf_addf(&gen.sql, ", $%d::text[]", no);
    }
    buf_adds(&gen.sql, ") AS a(c1");
    for (int no = 2; no <= n_columns; no++) {
        buf_addf(&gen.sql, ", c%d", no);
    }
    buf_adds(&gen.sql, ") WHERE t.id = a.c1 RETURNING ");
    gen_add_columns(&gen, table);
    return gen_query(&gen);
}
