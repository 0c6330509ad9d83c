/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every SQL statement of the program against the migrated schema: PostgreSQL
 * understands it, and tests/golden/statements.sql shows it.
 */
#include <libpq-fe.h>

#include "core/arena.h"
#include "core/buf.h"
#include "db/conn.h"
#include "db/sqlgen.h"
#include "golden/golden.h"
#include "golden/sql_lines.h"
#include "resource/embeds.h"
#include "resource/registry.h"
#include "resource/resource.h"
#include "support/api.h"
#include "support/server.h"

#define MOST 1000 /* Statements. */

struct list {
    struct statement items[MOST];
    size_t n;
};

static void
add(struct list *list, const char *name, const char *sql)
{
    cr_assert_lt(list->n, MOST);
    list->items[list->n++] = (struct statement){name, sql};
}

/* Statements that PostgreSQL does not understand fail the test. */
static void
expect_prepared(const struct list *list)
{
    struct buf broken;
    PGconn *conn = PQconnectdb(server_database());
    buf_init(&broken, session_arena(), 256);
    cr_assert_eq(PQstatus(conn), CONNECTION_OK, "%s", PQerrorMessage(conn));
    for (size_t i = 0; i < list->n; i++) {
        PGresult *result = PQprepare(conn, "", list->items[i].sql, 0, NULL);
        if (PQresultStatus(result) != PGRES_COMMAND_OK) {
            buf_addf(&broken, "\n%s: %s", list->items[i].name,
                     PQresultErrorMessage(result));
        }
        PQclear(result);
    }
    PQfinish(conn);
    cr_assert(broken.len == 0, "%s", broken.data);
}

static void
add_written(struct list *list)
{
    for (const struct statement *s = statements_begin(); s < statements_end();
         s++) {
        add(list, s->name, s->sql);
    }
}

/* Lists: all that an admin sees; a project's, behind a marker by two keys;
 * the page before. */
static void
add_lists(struct list *list, const struct table *table)
{
    struct arena *arena = session_arena();
    const struct visibility everybody = {.all = true};
    const struct visibility own = {.project_id = "p"};
    const struct sort_key by_id = {&table->attrs[ATTR_ID], false};
    const struct sort_key keys[] = {{&table->attrs[ATTR_NAME], true}, by_id};
    struct selection selection = {.keys = &by_id, .n_keys = 1, .limit = 2};
    add(list, text("%s list", table->name),
        sqlgen_list(arena, table, &selection, &everybody).sql);
    add(list, text("%s list, of versions", table->name),
        sqlgen_versions(arena, table, &selection, &own).sql);
    selection.marker = NOBODY;
    selection.reverse = true;
    add(list, text("%s list, the page before", table->name),
        sqlgen_list(arena, table, &selection, &own).sql);
    selection.reverse = false;
    selection.keys = keys;
    selection.n_keys = 2;
    add(list, text("%s list, behind a marker by two keys", table->name),
        sqlgen_list(arena, table, &selection, &own).sql);
}

static void
add_gets(struct list *list, const struct table *table)
{
    struct arena *arena = session_arena();
    const struct visibility everybody = {.all = true};
    const struct visibility own = {.project_id = "p"};
    const char *const ids[] = {NOBODY, NOBODY};
    add(list, text("%s get", table->name),
        sqlgen_get(arena, table, ids, 1, &own, ROW_READ).sql);
    add(list, text("%s get, locked for a change", table->name),
        sqlgen_get(arena, table, ids, 1, &own, ROW_CHANGE).sql);
    add(list, text("%s get, many locked for deletion", table->name),
        sqlgen_get(arena, table, ids, 2, &everybody, ROW_DELETE).sql);
    const struct lookup lookup = {table, NOBODY, own};
    const struct lookup *const lookups[] = {&lookup, &lookup};
    add(list, text("%s look-ups", table->name),
        sqlgen_look_up(arena, lookups, 2).sql);
}

/* A patch of all that PUT may change. */
static void *
whole_patch(const struct table *table)
{
    struct record *record = table_new_record(session_arena(), table);
    for (size_t i = 0; i < table->n_attrs; i++) {
        if ((table->attrs[i].flags & ATTR_PUT) != 0) {
            record_set_null(record, i);
        }
    }
    return record;
}

/* Lets the second row of 'sheet' differ in an attribute that seldom does. */
static void
make_unlike(struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->table->n_attrs; i++) {
        if ((sheet->table->varying & record_bit(i)) == 0) {
            sheet_row(sheet, 1)[i] = "another";
        }
    }
}

static void
add_changes(struct list *list, const struct table *table)
{
    struct arena *arena = session_arena();
    const struct visibility own = {.project_id = "p"};
    const char *const ids[] = {NOBODY, NOBODY};
    void *const records[] = {table_new_record(arena, table),
                             table_new_record(arena, table)};
    void *const patches[] = {whole_patch(table), whole_patch(table)};
    struct sheet sheet = sheet_new(arena, table, records, 2);
    add(list, text("%s insert, many", table->name),
        sqlgen_insert(arena, &sheet, &own).sql);
    if (table->varying != 0) {
        make_unlike(&sheet);
        add(list, text("%s insert, many that have little alike", table->name),
            sqlgen_insert(arena, &sheet, &own).sql);
    }
    sheet.n = 1;
    add(list, text("%s insert", table->name),
        sqlgen_insert(arena, &sheet, NULL).sql);
    add(list, text("%s update", table->name),
        sqlgen_update(arena, table, whole_patch(table), NOBODY, &own).sql);
    add(list, text("%s update of many", table->name),
        sqlgen_update_all(arena, table, patches, ids, 2, &own).sql);
    add(list, text("%s delete", table->name),
        sqlgen_delete(arena, table, ids, 2).sql);
}

/* What goes with a page, as a project sees it, and a total. */
static void
add_companions(struct list *list)
{
    struct arena *arena = session_arena();
    const struct visibility own = {.project_id = "p"};
    for (size_t i = 0; i < n_embed_rows; i++) {
        const struct embed_row *row = &embed_rows[i];
        const struct table *table = &row->resource->table;
        const struct sort_key by_id = {&table->attrs[ATTR_ID], false};
        const struct selection selection = {
            .keys = &by_id, .n_keys = 1, .limit = 2};
        const struct page page = {table, &selection, &own};
        add(list,
            text("%s list, includes %s%s", table->name, row->name,
                 row->slot == EMBED_PORT_TOTALS ? ", their totals" : ""),
            sqlgen_companion(arena, &page, &row->companion, 50).sql);
    }
    const struct selection all = {.limit = 2};
    add(list, "port total",
        sqlgen_count(arena, &resource_find("ports")->table, &all, &own).sql);
}

static void
add_generated(struct list *list)
{
    const char *const ids[] = {NOBODY, NOBODY};
    for (size_t i = 0; resources[i] != NULL; i++) {
        const struct table *table = &resources[i]->table;
        const struct resource *parent = resources[i]->parent;
        add_lists(list, table);
        add_gets(list, table);
        add_changes(list, table);
        if (parent != NULL) {
            add(list, text("%s parents, locked for a change", table->name),
                sqlgen_lock_parents(session_arena(), table, &parent->table,
                                    ids, 2, ROW_CHANGE)
                    .sql);
        }
    }
    add_companions(list);
}

Test(statements, every_one_written_by_hand_is_understood)
{
    static struct list list;
    add_written(&list);
    cr_assert_gt(list.n, 40);
    expect_prepared(&list);
}

Test(statements, every_one_made_from_the_tables_is_understood)
{
    static struct list list;
    add_generated(&list);
    expect_prepared(&list);
}

static void
add_list_by(struct list *list, const struct table *table, const char *name,
            const struct predicate *predicate)
{
    const struct visibility own = {.project_id = "p"};
    const struct sort_key by_id = {&table->attrs[ATTR_ID], false};
    const struct selection selection = {.predicates = predicate,
                                        .n_predicates = 1,
                                        .keys = &by_id,
                                        .n_keys = 1,
                                        .limit = 2};
    add(list, text("%s list by %s", table->name, name),
        sqlgen_list(session_arena(), table, &selection, &own).sql);
}

/* By a filter beyond the attributes, in every form that its values give it. */
static void
add_extra_lists(struct list *list, const struct table *table,
                const struct extra_filter *filter)
{
    static const char *const values[] = {"7",    "a:b",   "aa:bb",
                                        "2001", "a.b-z", "\xc3\xb6"};
    struct predicate predicate = {filter->sql, "{}"};
    if (filter->make == NULL) {
        add_list_by(list, table, filter->key, &predicate);
        return;
    }
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        predicate = filter->make(session_arena(), &values[i], 1);
        add_list_by(list, table, text("%s=%s", filter->key, values[i]),
                    &predicate);
    }
}

Test(statements, lists_by_every_filter_are_understood)
{
    static struct list list;
    static const char *const values[] = {NULL, "x"};
    for (size_t i = 0; resources[i] != NULL; i++) {
        const struct table *table = &resources[i]->table;
        for (size_t a = 0; a < table->n_attrs; a++) {
            const struct attr *attr = &table->attrs[a];
            if ((attr->flags & ATTR_FILTER) == 0) {
                continue;
            }
            struct predicate many = sqlgen_filter(session_arena(), attr,
                                                  values, 1);
            struct predicate one = sqlgen_filter(session_arena(), attr,
                                                 values + 1, 1);
            add_list_by(&list, table, text("%s, many", attr->name), &many);
            add_list_by(&list, table, attr->name, &one);
        }
        for (size_t f = 0; f < resources[i]->n_filters; f++) {
            add_extra_lists(&list, table, &resources[i]->filters[f]);
        }
    }
    expect_prepared(&list);
}

Test(statements, lists_by_every_sort_key_are_understood)
{
    static struct list list;
    const struct visibility own = {.project_id = "p"};
    for (size_t i = 0; resources[i] != NULL; i++) {
        const struct table *table = &resources[i]->table;
        for (size_t a = 0; a < table->n_attrs; a++) {
            const struct sort_key keys[] = {{&table->attrs[a], true},
                                            {&table->attrs[ATTR_ID], false}};
            const struct selection selection = {
                .keys = keys, .n_keys = 2, .marker = NOBODY, .limit = 2};
            if ((table->attrs[a].flags & ATTR_SORT) != 0) {
                add(&list,
                    text("%s list sorted by %s", table->name,
                         table->attrs[a].name),
                    sqlgen_list(session_arena(), table, &selection, &own)
                        .sql);
            }
        }
    }
    expect_prepared(&list);
}

static int
compare_names(const void *a, const void *b)
{
    return strcmp(((const struct statement *) a)->name,
                  ((const struct statement *) b)->name);
}

Test(statements, names_are_unique)
{
    static struct list list;
    add_written(&list);
    qsort(list.items, list.n, sizeof(list.items[0]), compare_names);
    for (size_t i = 1; i < list.n; i++) {
        cr_expect_str_neq(list.items[i].name, list.items[i - 1].name);
    }
}

Test(statements, all_are_as_the_golden_file_shows_them)
{
    static struct list list;
    struct buf buf;
    add_written(&list);
    add_generated(&list);
    qsort(list.items, list.n, sizeof(list.items[0]), compare_names);
    buf_init(&buf, session_arena(), 1 << 17);
    buf_adds(&buf, "-- Every SQL statement of the program: those written by "
                   "hand, and of those made\n-- from the attribute tables "
                   "one of each shape.  Written by statements_test.c.\n");
    for (size_t i = 0; i < list.n; i++) {
        buf_addf(&buf, "\n-- %s\n", list.items[i].name);
        sql_add_lines(&buf, list.items[i].sql);
    }
    expect_golden(session_arena(), "statements.sql", buf.data);
}
