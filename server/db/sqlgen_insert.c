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

/* Appends where the values of attribute 'i' are. */
static void
add_values(struct gen *gen, const struct sheet *sheet, size_t i, bool alike)
{
    const char *type = type_of(sheet->table->attrs[i].type)->sql;
    /* There are no arrays of arrays: such values go as texts. */
    bool list = !alike && strchr(type, '[') != NULL;
    int no = alike ? gen_add_param(gen, sheet_row(sheet, 0)[i])
                   : add_column(gen, sheet, i);
    buf_adds(&gen->sql, alike ? "$" : "unnest($");
    buf_add_int(&gen->sql, no);
    buf_adds(&gen->sql, "::");
    buf_adds(&gen->sql, list ? "text" : type);
    buf_adds(&gen->sql, alike ? "" : "[])");
    buf_adds(&gen->sql, list ? "::" : "");
    buf_adds(&gen->sql, list ? type : "");
}

static void
add_column_name(struct gen *gen, const struct attr *attr)
{
    char column[ATTR_COLUMN_SIZE];
    attr_column(attr, column);
    buf_adds(&gen->sql, column);
}

struct query
sqlgen_insert(struct arena *arena, const struct sheet *sheet,
              const struct visibility *returning)
{
    const struct table *table = sheet->table;
    uint64_t alike = find_alike(sheet);
    struct gen gen;
    gen_init(&gen, arena, table->n_attrs,
             returning == NULL ? NULL : returning->project_id);
    gen.sizes = ARENA_ARRAY(arena, int, gen.room);
    buf_adds(&gen.sql, "INSERT INTO ");
    buf_adds(&gen.sql, table->plural);
    buf_adds(&gen.sql, " AS t (");
    const char *before = "";
    for (size_t i = 0; i < table->n_attrs; i++) {
        if (is_inserted(&table->attrs[i])) {
            buf_adds(&gen.sql, before);
            add_column_name(&gen, &table->attrs[i]);
            before = ", ";
        }
    }
    before = ") SELECT ";
    for (size_t i = 0; i < table->n_attrs; i++) {
        if (is_inserted(&table->attrs[i])) {
            buf_adds(&gen.sql, before);
            add_values(&gen, sheet, i, (alike & record_bit(i)) != 0);
            before = ", ";
        }
    }
    if (returning != NULL) {
        buf_adds(&gen.sql, " RETURNING ");
        gen_add_columns(&gen, table);
    }
    return gen_query(&gen);
}
