/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The migrated schema against the attribute tables and the error map: a
 * forgotten column or constraint is found here.
 */
#include <stdio.h>

#include "core/arena.h"
#include "core/buf.h"
#include "db/dberr.h"
#include "golden/golden.h"
#include "resource/registry.h"
#include "resource/resource.h"
#include "schema/table.h"
#include "support/db.h"
#include "support/server.h"

/* Resources that are tables: others are made of queries alone. */
static bool
has_table(const struct table *table)
{
    return strcmp(db_column(server_database(),
                            text("SELECT coalesce(to_regclass('%s')::text,"
                                 " 'none')",
                                 table->plural)),
                  "none") != 0;
}

/* "t" when the column has the type 'sql', else "f"; "" without a column. */
static const char *
column_is(const struct table *table, const char *column, const char *sql)
{
    return db_column(server_database(),
                     text("SELECT atttypid = '%s'::regtype"
                          "  FROM pg_attribute WHERE attnum > 0"
                          "   AND NOT attisdropped"
                          "   AND attrelid = '%s'::regclass"
                          "   AND attname = '%s'",
                          sql, table->plural, column));
}

Test(schema, every_stored_attribute_has_a_column_of_its_type)
{
    struct buf broken;
    buf_init(&broken, session_arena(), 256);
    for (size_t r = 0; resources[r] != NULL; r++) {
        const struct table *table = &resources[r]->table;
        for (size_t i = 0; has_table(table) && i < table->n_attrs; i++) {
            const struct attr *attr = &table->attrs[i];
            char column[ATTR_COLUMN_SIZE];
            attr_column(attr, column);
            if (!attr_is_stored(attr)) {
                continue;
            }
            const char *sql = type_of(attr->type)->sql;
            if (strcmp(column_is(table, column, sql), "t") != 0) {
                buf_addf(&broken, "\n%s.%s is no %s", table->plural, column,
                         sql);
            }
        }
    }
    cr_assert(broken.len == 0, "%s", broken.data);
}

/* True when a stored attribute lies in 'column'. */
static bool
is_described(const struct table *table, const char *column)
{
    for (size_t i = 0; i < table->n_attrs; i++) {
        char name[ATTR_COLUMN_SIZE];
        attr_column(&table->attrs[i], name);
        if (attr_is_stored(&table->attrs[i]) && strcmp(name, column) == 0) {
            return true;
        }
    }
    return false;
}

Test(schema, every_column_of_a_resource_is_an_attribute)
{
    for (size_t r = 0; resources[r] != NULL; r++) {
        const struct table *table = &resources[r]->table;
        if (!has_table(table)) {
            continue;
        }
        const char *columns = db_column(
            server_database(),
            text("SELECT attname FROM pg_attribute WHERE attnum > 0"
                 "   AND NOT attisdropped AND attrelid = '%s'::regclass",
                 table->plural));
        for (const char *c = columns; *c != '\0';) {
            size_t len = strcspn(c, ",");
            const char *column = text("%.*s", (int) len, c);
            cr_assert(is_described(table, column), "%s.%s", table->plural,
                      column);
            c += len + (c[len] == ',' ? 1 : 0);
        }
    }
}

/* Expects that 'sql' finds nothing. */
static void
expect_none(const char *sql)
{
    const char *found = db_column(server_database(), sql);
    cr_assert_str_eq(found, "", "%s", found);
}

Test(schema, every_constraint_is_mapped_to_an_error)
{
    const char *names = db_column(
        server_database(),
        "SELECT conname FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace"
        "   AND contype NOT IN ('n', 't') ORDER BY 1");
    struct buf unmapped;
    buf_init(&unmapped, session_arena(), 256);
    cr_assert(strlen(names) > 0);
    for (const char *c = names; *c != '\0';) {
        size_t len = strcspn(c, ",");
        const char *name = text("%.*s", (int) len, c);
        if (!dberr_knows(name)) {
            buf_addf(&unmapped, " %s", name);
        }
        c += len + (c[len] == ',' ? 1 : 0);
    }
    cr_assert(unmapped.len == 0, "%s", unmapped.data);
}

/* The page that says what each index is for; the tests run in the root of the
 * project. */
static const char *
page_of_indexes(void)
{
    static char page[32768];
    FILE *file = fopen("docs/indexes.md", "r");
    cr_assert_not_null(file, "docs/indexes.md cannot be read");
    size_t len = fread(page, 1, sizeof page - 1, file);
    page[len] = '\0';
    fclose(file);
    return page;
}

Test(schema, every_index_says_which_query_needs_it)
{
    const char *page = page_of_indexes();
    const char *names = db_column(
        server_database(), "SELECT indexname FROM pg_indexes"
                           " WHERE schemaname = 'public' ORDER BY 1");
    size_t n = 0;
    for (const char *c = names; *c != '\0'; n++) {
        size_t len = strcspn(c, ",");
        const char *row = text("| `%.*s` | ", (int) len, c);
        cr_expect_not_null(strstr(page, row), "%s is not in docs/indexes.md",
                           row);
        c += len + (c[len] == ',' ? 1 : 0);
    }
    size_t n_rows = 0;
    for (const char *c = page; (c = strstr(c, "\n| `")) != NULL; c++) {
        n_rows++;
    }
    cr_expect_eq(n_rows, n, "%zu rows for %zu indexes", n_rows, n);
}

Test(schema, an_unknown_constraint_is_not_mapped)
{
    cr_assert(!dberr_knows("no_such_constraint"));
    cr_assert(!dberr_knows(""));
}

Test(schema, constraints_are_named_after_their_table_and_kind)
{
    expect_none("SELECT conname FROM pg_constraint"
                " WHERE connamespace = 'public'::regnamespace"
                "   AND contype NOT IN ('n', 't')"
                "   AND (conname !~ '_(pkey|key|fkey|check|excl)$'"
                "        OR NOT starts_with(conname, conrelid::regclass"
                "                                    || '_'))");
}

/* A foreign key that is null finds nothing: an index without such will do. */
Test(schema, foreign_keys_are_indexed)
{
    expect_none("SELECT conname FROM pg_constraint c WHERE contype = 'f'"
                "   AND NOT EXISTS (SELECT 1 FROM pg_index i"
                "        WHERE i.indrelid = c.conrelid"
                "          AND i.indkey[0] = c.conkey[1]"
                "          AND (i.indpred IS NULL"
                "               OR pg_get_expr(i.indpred, i.indrelid) ="
                "                  '(' || (SELECT attname FROM pg_attribute"
                "                     WHERE attrelid = c.conrelid"
                "                       AND attnum = c.conkey[1])"
                "                  || ' IS NOT NULL)'))");
}

Test(schema, times_are_with_zone_and_text_has_no_length)
{
    expect_none("SELECT table_name || '.' || column_name"
                "  FROM information_schema.columns"
                " WHERE table_schema = 'public'"
                "   AND data_type IN ('timestamp without time zone',"
                "       'character varying', 'character', 'real')");
}

Test(schema, columns_that_are_never_null_say_so)
{
    for (size_t r = 0; resources[r] != NULL; r++) {
        const struct table *table = &resources[r]->table;
        for (size_t i = 0; has_table(table) && i < table->n_attrs; i++) {
            const struct attr *attr = &table->attrs[i];
            char column[ATTR_COLUMN_SIZE];
            attr_column(attr, column);
            if (!attr_is_stored(attr) || attr->def == NULL ||
                (attr->flags & ATTR_NULL) != 0) {
                continue;
            }
            expect_none(text("SELECT attrelid::regclass || '.' || attname"
                             "  FROM pg_attribute WHERE NOT attnotnull"
                             "   AND attrelid = '%s'::regclass"
                             "   AND attname = '%s'",
                             table->plural, column));
        }
    }
}

/* The tables as statements: columns, constraints, options, indexes. */
static const char schema_as_sql[] =
    "WITH columns AS ("
    "  SELECT attrelid, string_agg(format(E'    %I %s%s%s%s',"
    "         attname, format_type(atttypid, atttypmod),"
    "         CASE WHEN attidentity = 'a'"
    "              THEN ' GENERATED ALWAYS AS IDENTITY' ELSE '' END,"
    "         CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END,"
    "         ' DEFAULT ' || pg_get_expr(adbin, adrelid)),"
    "         E',\n' ORDER BY attnum) AS text"
    "    FROM pg_attribute LEFT JOIN pg_attrdef"
    "      ON adrelid = attrelid AND adnum = attnum"
    "   WHERE attnum > 0 AND NOT attisdropped GROUP BY attrelid),"
    " constraints AS ("
    "  SELECT conrelid, string_agg(format(E',\n    CONSTRAINT %I %s',"
    "         conname, pg_get_constraintdef(oid)), '' ORDER BY conname)"
    "         AS text FROM pg_constraint WHERE contype NOT IN ('n', 't')"
    "   GROUP BY conrelid),"
    " indexes AS ("
    "  SELECT indrelid, string_agg(pg_get_indexdef(indexrelid) || E';\n',"
    "         '' ORDER BY indexrelid::regclass::text) AS text"
    "    FROM pg_index WHERE NOT EXISTS (SELECT 1 FROM pg_constraint"
    "     WHERE conindid = indexrelid) GROUP BY indrelid),"
    " triggers AS ("
    "  SELECT tgrelid, string_agg(pg_get_triggerdef(oid) || E';\n',"
    "         '' ORDER BY tgname) AS text"
    "    FROM pg_trigger WHERE NOT tgisinternal GROUP BY tgrelid)"
    " SELECT string_agg(format(E'CREATE TABLE %I (\n%s%s\n)%s;\n%s%s',"
    "        relname, columns.text, constraints.text,"
    "        ' WITH (' || array_to_string(reloptions, ', ') || ')',"
    "        indexes.text, triggers.text), E'\n' ORDER BY relname)"
    "   FROM pg_class c LEFT JOIN columns ON columns.attrelid = c.oid"
    "   LEFT JOIN constraints ON constraints.conrelid = c.oid"
    "   LEFT JOIN indexes ON indexes.indrelid = c.oid"
    "   LEFT JOIN triggers ON triggers.tgrelid = c.oid"
    "  WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";

Test(schema, is_as_the_golden_file_shows_it)
{
    const char *sql = text("-- The schema after all migrations.  Written by "
                           "schema_test.c.\n\n%s",
                           db_column(server_database(), schema_as_sql));
    expect_golden(session_arena(), "schema.sql", sql);
}
