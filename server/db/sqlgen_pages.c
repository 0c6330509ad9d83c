/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes with a page of a list: rows of other tables, and its total.
 */
#include "core/arena.h"
#include "sqlgen_internal.h"

/* Appends 'text', its '?' and '@' replaced, and without what is in braces for
 * whom all is visible. */
static void
add_text(struct gen *gen, const char *text, const struct companion *companion,
         const struct visibility *visibility, int limit_no)
{
    bool hidden = false;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '{' || *p == '}') {
            hidden = *p == '{' && visibility->all;
        } else if (hidden) {
            continue;
        } else if (*p == '?') {
            buf_addf(&gen->sql, "$%d::bigint", limit_no);
        } else if (*p == '@') {
            gen_add_visibility(gen, companion->table, visibility);
        } else {
            buf_put(&gen->sql, *p);
        }
    }
}

struct query
sqlgen_companion(struct arena *arena, const struct page *page,
                 const struct companion *companion, int64_t limit)
{
    struct gen gen;
    int limit_no = 0;
    gen_init(&gen, arena, gen_count_params(page->selection) + 1,
             page->visibility->project_id);
    /* Cut once, however the planner would like to join it. */
    buf_adds(&gen.sql, "WITH page AS MATERIALIZED (SELECT t.id");
    gen_add_rows(&gen, page->table, page->selection, page->visibility);
    buf_adds(&gen.sql, ") SELECT ");
    if (strchr(companion->from, '?') != NULL) {
        limit_no = gen_add_param(&gen, arena_printf(arena, "%lld",
                                                    (long long) limit));
    }
    if (companion->whole) {
        gen_add_columns(&gen, companion->table);
        buf_adds(&gen.sql, ", ");
    }
    buf_addf(&gen.sql, "%s FROM page g ", companion->columns);
    add_text(&gen, companion->from, companion, page->visibility, limit_no);
    return gen_query(&gen);
}

int
sqlgen_key_column(const struct companion *companion)
{
    return companion->whole ? sqlgen_version_column(companion->table) : 0;
}

struct query
sqlgen_count(struct arena *arena, const struct table *table,
             const struct selection *selection,
             const struct visibility *visibility)
{
    struct gen gen;
    const struct selection all = {.predicates = selection->predicates,
                                  .n_predicates = selection->n_predicates,
                                  .once = selection->once};
    gen_init(&gen, arena, gen_count_params(&all),
             visibility->project_id);
    buf_adds(&gen.sql, "SELECT count(*)");
    gen_add_rows(&gen, table, &all, visibility);
    return gen_query(&gen);
}
