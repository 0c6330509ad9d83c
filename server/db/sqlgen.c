/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SELECT and DELETE made from attribute tables.  sqlgen_insert.c makes INSERT,
 * sqlgen_update.c UPDATE, sqlgen_pages.c what goes with a page, sqlgen_lookups.c
 * what several ask for at once; sqlgen_rows.c reads the rows that they answer.
 */
#include "db/sqlgen.h"

#include "core/arena.h"
#include "schema/sqlarray.h"
#include "sqlgen_internal.h"

#define ME ATTR_ASKER

void
gen_init(struct gen *gen, struct arena *arena, size_t max_params,
         const char *asker)
{
    buf_init(&gen->sql, arena, 1500);
    gen->params = ARENA_ARRAY(arena, const char *, max_params + 2);
    gen->sizes = NULL;
    gen->n_params = 0;
    gen->once = false;
    gen->room = max_params + 1;
    gen->asker = asker;
    gen->asker_no = 0;
    gen->askers = NULL;
}

int
gen_add_param(struct gen *gen, const char *value)
{
    if ((size_t) gen->n_params >= gen->room) {
        abort();
    }
    gen->params[gen->n_params++] = value;
    return gen->n_params;
}

struct query
gen_query(const struct gen *gen)
{
    return (struct query){gen->sql.data, gen->params,
                          gen->n_params | (gen->once ? QUERY_ONCE : 0),
                          gen->sizes};
}

static void
add_asker(struct gen *gen)
{
    if (gen->askers != NULL) {
        buf_adds(&gen->sql, gen->askers);
        return;
    }
    if (gen->asker == NULL) {
        buf_adds(&gen->sql, "NULL::text");
        return;
    }
    if (gen->asker_no == 0) {
        gen->asker_no = gen_add_param(gen, gen->asker);
    }
    buf_addf(&gen->sql, "$%d", gen->asker_no);
}

void
gen_add_sql(struct gen *gen, const char *sql)
{
    for (const char *me; (me = strstr(sql, ME)) != NULL;
         sql = me + strlen(ME)) {
        buf_add(&gen->sql, sql, (size_t) (me - sql));
        add_asker(gen);
    }
    buf_adds(&gen->sql, sql);
}

/* --- columns */

void
gen_add_columns(struct gen *gen, const struct table *table)
{
    bool first = true;
    for (size_t i = 0; i < table->n_attrs; i++) {
        const struct attr *attr = &table->attrs[i];
        if (!attr_is_selected(attr)) {
            continue;
        }
        buf_adds(&gen->sql, first ? "" : ", ");
        first = false;
        if (attr->expr != NULL) {
            buf_put(&gen->sql, '(');
            gen_add_sql(gen, attr->expr);
            buf_put(&gen->sql, ')');
        } else {
            char column[ATTR_COLUMN_SIZE];
            attr_column(attr, column);
            buf_adds(&gen->sql, "t.");
            buf_adds(&gen->sql, column);
        }
    }
}

static void
add_select(struct gen *gen, const struct table *table)
{
    buf_adds(&gen->sql, "SELECT ");
    gen_add_columns(gen, table);
    buf_addf(&gen->sql, " FROM %s t", table->plural);
}

/* What stands for 'attr' in conditions: its column or its expression. */
static const char *
operand(struct arena *arena, const struct attr *attr)
{
    if (attr->expr != NULL) {
        return arena_printf(arena, "(%s)", attr->expr);
    }
    char column[ATTR_COLUMN_SIZE];
    attr_column(attr, column);
    return arena_printf(arena, "t.%s", column);
}

/* --- conditions */

struct predicate
sqlgen_filter(struct arena *arena, const struct attr *attr,
              const char *const *values, size_t n)
{
    bool null = false;
    for (size_t i = 0; i < n; i++) {
        null = null || values[i] == NULL;
    }
    const char *name = operand(arena, attr);
    if (n == 1 && !null) {
        /* The planner knows how many rows one value has, not how many values
         * an array. */
        return (struct predicate){
            arena_printf(arena, "%s = ?::%s", name, type_of(attr->type)->sql),
            values[0]};
    }
    const char *sql = arena_printf(arena, "%s%s = ANY(?::%s[])%s%s%s",
                                   null ? "(" : "", name,
                                   type_of(attr->type)->sql,
                                   null ? " OR " : "", null ? name : "",
                                   null ? " IS NULL)" : "");
    return (struct predicate){sql, sqlarray_format(arena, values, n)};
}

static void
add_predicate(struct gen *gen, const struct predicate *predicate)
{
    int no = 0;
    if (predicate->param != NULL) {
        no = gen_add_param(gen, predicate->param);
    }
    for (const char *p = predicate->sql; *p != '\0'; p++) {
        if (*p == '?') {
            buf_addf(&gen->sql, "$%d", no);
        } else if (strncmp(p, ME, strlen(ME)) == 0) {
            add_asker(gen);
            p += strlen(ME) - 1;
        } else {
            buf_put(&gen->sql, *p);
        }
    }
}

void
gen_add_visibility(struct gen *gen, const struct table *table,
               const struct visibility *visibility)
{
    if (visibility->all) {
        return;
    }
    if (table->visible == NULL) {
        gen_add_sql(gen, " AND t.project_id = " ME);
    } else {
        gen_add_sql(gen, " AND (t.project_id = " ME " OR ");
        gen_add_sql(gen, table->visible);
        buf_put(&gen->sql, ')');
    }
}

/* gen_add_sql of what the format makes. */
static void __attribute__((format(printf, 2, 3)))
add_sqlf(struct gen *gen, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    gen_add_sql(gen, arena_vprintf(gen->sql.arena, format, args));
    va_end(args);
}

/* One alternative of "behind the marker": equal in all keys before 'last',
 * behind it in that one.  NULL comes last in ascending order. */
static void
add_behind(struct gen *gen, const struct selection *selection, size_t last)
{
    struct arena *arena = gen->sql.arena;
    for (size_t i = 0; i < last; i++) {
        const char *name = operand(arena, selection->keys[i].attr);
        add_sqlf(gen, "%s IS NOT DISTINCT FROM m.k%zu AND ", name, i);
    }
    const char *name = operand(arena, selection->keys[last].attr);
    if (selection->keys[last].descending != selection->reverse) {
        add_sqlf(gen,
                 "(%s < m.k%zu OR (m.k%zu IS NULL AND %s IS NOT NULL))",
                 name, last, last, name);
    } else {
        add_sqlf(gen,
                 "(%s > m.k%zu OR (%s IS NULL AND m.k%zu IS NOT NULL))",
                 name, last, name, last);
    }
}

static void
add_marker_join(struct gen *gen, const struct table *table,
                const struct selection *selection)
{
    buf_adds(&gen->sql, ", (SELECT ");
    for (size_t i = 0; i < selection->n_keys; i++) {
        add_sqlf(gen, "%s%s AS k%zu", i == 0 ? "" : ", ",
                 operand(gen->sql.arena, selection->keys[i].attr), i);
    }
    buf_addf(&gen->sql, " FROM %s t WHERE t.id = $%d::uuid) m",
             table->plural, gen_add_param(gen, selection->marker));
}

static void
add_marker_condition(struct gen *gen, const struct selection *selection)
{
    if (selection->n_keys == 1) {
        /* The id itself: a value that the planner knows. */
        bool down = selection->keys[0].descending != selection->reverse;
        buf_addf(&gen->sql, " AND t.id %s $%d::uuid", down ? "<" : ">",
                 gen_add_param(gen, selection->marker));
        return;
    }
    buf_adds(&gen->sql, " AND (");
    for (size_t i = 0; i < selection->n_keys; i++) {
        buf_adds(&gen->sql, i == 0 ? "(" : " OR (");
        add_behind(gen, selection, i);
        buf_adds(&gen->sql, ")");
    }
    buf_adds(&gen->sql, ")");
}

static void
add_order(struct gen *gen, const struct selection *selection)
{
    for (size_t i = 0; i < selection->n_keys; i++) {
        bool down = selection->keys[i].descending != selection->reverse;
        add_sqlf(gen, "%s%s%s", i == 0 ? " ORDER BY " : ", ",
                 operand(gen->sql.arena, selection->keys[i].attr),
                 down ? " DESC" : "");
    }
    if (selection->limit > 0) {
        const char *limit = arena_printf(gen->sql.arena, "%lld",
                                         (long long) selection->limit);
        buf_addf(&gen->sql, " LIMIT $%d::bigint", gen_add_param(gen, limit));
    }
}

/* --- statements */

static const char *const lock_words[] = {
    [ROW_STAYS] = "KEY SHARE",
    [ROW_CHANGE] = "NO KEY UPDATE",
    [ROW_DELETE] = "UPDATE",
};

size_t
gen_count_params(const struct selection *selection)
{
    return selection->n_predicates + 3; /* Visibility, marker, limit. */
}

void
gen_add_rows(struct gen *gen, const struct table *table,
             const struct selection *selection,
             const struct visibility *visibility)
{
    gen->once = selection->once;
    buf_addf(&gen->sql, " FROM %s t", table->plural);
    if (selection->marker != NULL && selection->n_keys > 1) {
        add_marker_join(gen, table, selection);
    }
    buf_adds(&gen->sql, " WHERE true");
    gen_add_visibility(gen, table, visibility);
    for (size_t i = 0; i < selection->n_predicates; i++) {
        buf_adds(&gen->sql, " AND ");
        add_predicate(gen, &selection->predicates[i]);
    }
    if (selection->marker != NULL) {
        add_marker_condition(gen, selection);
    }
    add_order(gen, selection);
}

struct query
sqlgen_list(struct arena *arena, const struct table *table,
            const struct selection *selection,
            const struct visibility *visibility)
{
    struct gen gen;
    gen_init(&gen, arena, gen_count_params(selection),
             visibility->project_id);
    buf_adds(&gen.sql, "SELECT ");
    gen_add_columns(&gen, table);
    buf_adds(&gen.sql, table->self_contained ? ", t.xmin" : "");
    gen_add_rows(&gen, table, selection, visibility);
    return gen_query(&gen);
}

struct query
sqlgen_versions(struct arena *arena, const struct table *table,
                const struct selection *selection,
                const struct visibility *visibility)
{
    struct gen gen;
    gen_init(&gen, arena, gen_count_params(selection),
             visibility->project_id);
    buf_adds(&gen.sql, "SELECT t.id, t.xmin");
    gen_add_rows(&gen, table, selection, visibility);
    return gen_query(&gen);
}

struct query
sqlgen_get(struct arena *arena, const struct table *table,
           const char *const *ids, size_t n,
           const struct visibility *visibility, enum row_lock lock)
{
    struct gen gen;
    gen_init(&gen, arena, 2, visibility->project_id);
    add_select(&gen, table);
    if (n == 1) {
        buf_addf(&gen.sql, " WHERE t.id = $%d::uuid",
                 gen_add_param(&gen, ids[0]));
    } else {
        buf_addf(&gen.sql, " WHERE t.id = ANY($%d::uuid[])",
                 gen_add_param(&gen, sqlarray_format(arena, ids, n)));
    }
    gen_add_visibility(&gen, table, visibility);
    if (lock != ROW_READ) {
        buf_addf(&gen.sql, " ORDER BY t.id FOR %s OF t", lock_words[lock]);
    } else if (n > 1) {
        buf_adds(&gen.sql, " ORDER BY t.id");
    }
    return gen_query(&gen);
}

struct query
sqlgen_lock_parents(struct arena *arena, const struct table *table,
                    const struct table *parent, const char *const *ids,
                    size_t n, enum row_lock lock)
{
    struct gen gen;
    gen_init(&gen, arena, 1, NULL);
    buf_addf(&gen.sql,
             "SELECT 1 FROM %s p WHERE p.id = ANY(ARRAY(SELECT t.%s"
             " FROM %s t WHERE t.id = ANY($%d::uuid[])))"
             " ORDER BY p.id FOR %s OF p", parent->plural,
             table->parent_column == NULL ? "network_id"
                                          : table->parent_column,
             table->plural,
             gen_add_param(&gen, sqlarray_format(arena, ids, n)),
             lock_words[lock]);
    return gen_query(&gen);
}

struct query
sqlgen_delete(struct arena *arena, const struct table *table,
              const char *const *ids, size_t n)
{
    struct gen gen;
    gen_init(&gen, arena, 1, NULL);
    buf_addf(&gen.sql, "DELETE FROM %s WHERE id = ANY($%d::uuid[])",
             table->plural,
             gen_add_param(&gen, sqlarray_format(arena, ids, n)));
    return gen_query(&gen);
}
