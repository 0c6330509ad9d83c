/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements about a set of rows.
 */
#include "db/set.h"

#include "core/arena.h"
#include "schema/sqlarray.h"
#include "schema/sqlbinary.h"

struct set
set_new(struct arena *arena, const enum type_id *types, size_t n_columns,
        size_t room)
{
    return (struct set){
        .arena = arena,
        .types = types,
        .n_columns = n_columns,
        .texts = ARENA_ARRAY(arena, const char *, n_columns * room),
        .room = room,
    };
}

void
set_add(struct set *set, const char *const *row)
{
    for (size_t i = 0; i < set->n_columns; i++) {
        set->texts[i * set->room + set->n] = row[i];
    }
    set->n++;
}

struct set
set_of_keys(struct arena *arena, const enum type_id *type,
            const char *const *keys, size_t n)
{
    struct set set = set_new(arena, type, 1, n);
    for (size_t i = 0; i < n; i++) {
        set_add(&set, &keys[i]);
    }
    return set;
}

/* A column without any value has no rows: unnest fills it up. */
static size_t
count_values(const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (texts[i] != NULL) {
            return n;
        }
    }
    return 0;
}

static const char *
format_column(const struct set *set, size_t i, int *ret_size)
{
    const char *const *texts = set->texts + i * set->room;
    size_t n = count_values(texts, set->n);
    const char *array =
        sqlbinary_array(set->arena, set->types[i], texts, n, ret_size);
    return array != NULL ? array : sqlarray_format(set->arena, texts, n);
}

/* Bit i: column i goes as one value for all rows. */
static unsigned
find_alike(const struct set *set, const struct set_statement *statement)
{
    if (set->n == 1) {
        return ~0u;
    }
    if (statement->alike == NULL || set->n == 0) {
        return 0;
    }
    for (size_t i = 0; i < set->n_columns; i++) {
        if ((statement->varying >> i & 1u) == 0 &&
            !sqlarray_is_alike(set->texts + i * set->room, set->n, 1)) {
            return 0;
        }
    }
    return ~statement->varying;
}

struct query
set_query_with(const struct set *set, const struct set_statement *statement,
               const char *last)
{
    unsigned alike = find_alike(set, statement);
    const char **params = ARENA_ARRAY(set->arena, const char *,
                                      set->n_columns + 1);
    int *sizes = ARENA_ARRAY(set->arena, int, set->n_columns + 1);
    params[set->n_columns] = last;
    for (size_t i = 0; i < set->n_columns; i++) {
        params[i] = (alike >> i & 1u) != 0 ? set->texts[i * set->room]
                                           : format_column(set, i, &sizes[i]);
    }
    return (struct query){
        .sql = (set->n == 1  ? statement->one
                : alike != 0 ? statement->alike
                             : statement->many)
                   ->sql,
        .params = params,
        .n_params = (int) set->n_columns + 1,
        .sizes = sizes,
    };
}

struct query
set_query(const struct set *set, const struct set_statement *statement)
{
    struct query query = set_query_with(set, statement, NULL);
    query.n_params--;
    return query;
}
