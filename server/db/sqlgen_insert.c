/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INSERT made from attribute tables.
 *
 * Most attributes of objects that are made together are alike ("status" is
 * DOWN in every new port).  Such a column goes as one value and not as an
 * array of a hundred equal ones, which PostgreSQL would have to parse.  So that
 * the statements stay few, only the attributes that are not in table->varying
 * go so, all or none.
 */
#include "core/arena.h"
#include "schema/sqlarray.h"
#include "schema/sqlbinary.h"
#include "sqlgen_internal.h"

/* Columns that an INSERT gives; the others have a default in the schema. */
static bool
is_inserted(const struct attr *attr)
{
    return attr_is_stored(attr) && (attr->flags & ATTR_DB_DEFAULT) == 0;
}

/* Bit i: attribute i goes as one value for all rows. */
static uint64_t
find_alike(const struct sheet *sheet)
{
    const struct table *table = sheet->table;
    if (sheet->n == 1) {
        return UINT64_MAX;
    }
    for (size_t i = 0; i < table->n_attrs; i++) {
        if (is_inserted(&table->attrs[i]) &&
            (table->varying & record_bit(i)) == 0 &&
            !sqlarray_is_alike(sheet->texts + i, sheet->n, table->n_attrs)) {
            return 0;
        }
    }
    return table->varying == 0 ? 0 : ~table->varying;
}

/* Adds the values of attribute 'i' as an array; in binary form when its type
 * has one. */
static int
add_column(struct gen *gen, const struct sheet *sheet, size_t i)
{
    struct arena *arena = gen->sql.arena;
    const char **items = ARENA_ARRAY(arena, const char *, sheet->n);
    for (size_t row = 0; row < sheet->n; row++) {
        items[row] = sheet_row(sheet, row)[i];
    }
    int size = 0;
    const char *array = sqlbinary_array(arena, sheet->table->attrs[i].type,
                                        items, sheet->n, &size);
    if (array == NULL) {
        array = sqlarray_format(arena, items, sheet->n);
    }
    gen->sizes[gen->n_params] = size;
    return gen_add_param(gen, array);
}

/* The parts of a statement that grow with its columns. */
struct insert {
    struct buf columns; /* Of the table. */
    struct buf values;  /* What is selected for them. */
};

static void
insert_init(struct insert *insert, struct arena *arena)
{
    buf_init(&insert->columns, arena, 600);
    buf_init(&insert->values, arena, 600);
}

static void
add_attr(struct insert *insert, struct gen *gen, const struct sheet *sheet,
         size_t i, bool alike)
{
    const struct attr *attr = &sheet->table->attrs[i];
    const char *sql = type_of(attr->type)->sql;
    /* There are no arrays of arrays: such values go as texts. */
    bool list = strchr(sql, '[') != NULL;
    const char *comma = gen->n_params == 0 ? "" : ", ";
    char column[ATTR_COLUMN_SIZE];
    attr_column(attr, column);
    buf_addf(&insert->columns, "%s%s", comma, column);
    if (alike) {
        int no = gen_add_param(gen, sheet_row(sheet, 0)[i]);
        buf_addf(&insert->values, "%s$%d::%s", comma, no, sql);
        return;
    }
    int no = add_column(gen, sheet, i);
    buf_addf(&insert->values, "%sunnest($%d::%s[])%s%s", comma, no,
             list ? "text" : sql, list ? "::" : "", list ? sql : "");
}

struct query
sqlgen_insert(struct arena *arena, const struct sheet *sheet,
              const struct visibility *returning)
{
    const struct table *table = sheet->table;
    uint64_t alike = find_alike(sheet);
    struct insert insert;
    struct gen gen;
    gen_init(&gen, arena, table->n_attrs,
             returning == NULL ? NULL : returning->project_id);
    gen.sizes = ARENA_ARRAY(arena, int, gen.room);
    insert_init(&insert, arena);
    for (size_t i = 0; i < table->n_attrs; i++) {
        if (is_inserted(&table->attrs[i])) {
            add_attr(&insert, &gen, sheet, i,
                     (alike & record_bit(i)) != 0);
        }
    }
    buf_addf(&gen.sql, "INSERT INTO %s AS t (%s) SELECT %s", table->plural,
             insert.columns.data, insert.values.data);
    if (returning != NULL) {
        buf_adds(&gen.sql, " RETURNING ");
        gen_add_columns(&gen, table);
    }
    return gen_query(&gen);
}
