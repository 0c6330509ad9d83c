/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SELECT of rows that several ask for, each of one.
 */
#include "core/arena.h"
#include "schema/sqlarray.h"
#include "sqlgen_internal.h"

/* Each row is found by itself, by its key: a fence (OFFSET 0) keeps the planner
 * from reading a table that was small when it looked. */
static struct query
look_up_each(struct arena *arena, const struct lookup *const *lookups,
             size_t n)
{
    const struct table *table = lookups[0]->table;
    const char **ids = ARENA_ARRAY(arena, const char *, n);
    const char **askers = ARENA_ARRAY(arena, const char *, n);
    struct gen gen;
    for (size_t i = 0; i < n; i++) {
        ids[i] = lookups[i]->id;
        askers[i] = lookups[i]->visibility.project_id;
    }
    gen_init(&gen, arena, 2, NULL);
    gen.askers = "x.me";
    gen_add_param(&gen, sqlarray_format(arena, ids, n));
    gen_add_param(&gen, sqlarray_format(arena, askers, n));
    buf_adds(&gen.sql, "SELECT ");
    gen_add_columns(&gen, table);
    buf_addf(&gen.sql,
             ", x.place FROM (SELECT unnest($1::uuid[]), unnest($2::text[]),"
             " generate_subscripts($1::uuid[], 1)) AS x(id, me, place)"
             " CROSS JOIN LATERAL (SELECT * FROM %s o WHERE o.id = x.id"
             " OFFSET 0) t WHERE true", table->plural);
    gen_add_visibility(&gen, table, &lookups[0]->visibility);
    return gen_query(&gen);
}

struct query
sqlgen_look_up(struct arena *arena, const struct lookup *const *lookups,
               size_t n)
{
    return n > 1 ? look_up_each(arena, lookups, n)
                 : sqlgen_get(arena, lookups[0]->table, &lookups[0]->id, 1,
                              &lookups[0]->visibility, ROW_READ);
}

int
sqlgen_key_of_lookup(const struct lookup *lookup)
{
    return sqlgen_version_column(lookup->table);
}
