/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of schema/table.h, over made-up tables: look-up, defaults, and that
 * the lint finds each mistake.  registry_test.c lints the real tables.
 */
#include "schema/table.h"

#include "unit/schema/values.h"

static struct arena arena;

static void
begin(void)
{
    arena_init(&arena, 1 << 20);
}

static void
end(void)
{
    arena_done(&arena);
}

TestSuite(table, .init = begin, .fini = end);

struct thing {
    struct record rec;
    const char *name;
    int64_t size;
    bool up;
    struct text_list tags;
    struct host_route_list routes;
};

enum {
    THING_NAME,
    THING_TITLE,
    THING_SIZE,
    THING_UP,
    THING_TAGS,
    THING_ROUTES,
    THING_N
};

static const struct attr thing_attrs[] = {
    {FIELD(struct thing, name), .flags = ATTR_POST, .def = "x", .doc = "d"},
    {FIELD_AS(struct thing, name, "title"), .flags = ATTR_POST,
     .alias_of = "name"},
    {FIELD(struct thing, size), .flags = ATTR_POST | ATTR_COMPUTED,
     .doc = "d"},
    {FIELD(struct thing, up), .flags = ATTR_POST, .def = "true", .doc = "d"},
    {FIELD(struct thing, tags), .flags = ATTR_POST, .def = "{a}", .doc = "d"},
    {FIELD(struct thing, routes), .flags = ATTR_POST, .def = "[]",
     .doc = "d"},
};

static struct table
table_of(const struct attr *attrs, size_t n)
{
    return (struct table){.name = "thing",
                          .plural = "things",
                          .attrs = attrs,
                          .n_attrs = n,
                          .size = sizeof(struct thing)};
}

Test(table, attributes_are_found_by_name_and_alias)
{
    struct table table = table_of(thing_attrs, N(thing_attrs));
    cr_expect_eq(table_find(&table, "name"), THING_NAME);
    cr_expect_eq(table_find(&table, "title"), THING_TITLE);
    cr_expect_eq(table_find(&table, "routes"), THING_ROUTES);
    cr_expect_eq(table_find(&table, "nam"), -1);
    cr_expect_eq(table_find(&table, "Name"), -1);
    cr_expect_eq(table_find(&table, ""), -1);
}

Test(table, new_record_has_nothing)
{
    struct table table = table_of(thing_attrs, N(thing_attrs));
    const struct thing *thing = table_new_record(&arena, &table);
    cr_expect_eq(thing->rec.given, 0);
    cr_expect_eq(thing->rec.null, 0);
    cr_expect_null(thing->name);
}

Test(table, new_defaults_have_every_default)
{
    struct table table = table_of(thing_attrs, N(thing_attrs));
    const struct thing *thing = table_new_defaults(&arena, &table);
    cr_expect_str_eq(thing->name, "x");
    cr_expect(thing->up);
    cr_assert_eq(thing->tags.n, 1);
    cr_expect_str_eq(thing->tags.items[0], "a");
    cr_expect_eq(thing->routes.n, 0);
    cr_expect(record_has(&thing->rec, THING_ROUTES));
    cr_expect_not(record_is_given(&thing->rec, THING_SIZE));
    cr_expect_not(record_is_given(&thing->rec, THING_TITLE));
}

Test(table, fill_gives_what_is_absent)
{
    struct table table = table_of(thing_attrs, N(thing_attrs));
    struct thing *thing = table_new_record(&arena, &table);
    table_fill(&table, thing, table_new_defaults(&arena, &table));
    cr_expect_str_eq(thing->name, "x");
    cr_expect(thing->up);
    cr_expect(record_has(&thing->rec, THING_ROUTES));
    cr_expect_not(record_is_given(&thing->rec, THING_SIZE));
}

Test(table, fill_leaves_values_and_nulls_alone)
{
    struct table table = table_of(thing_attrs, N(thing_attrs));
    struct thing *thing = table_new_record(&arena, &table);
    thing->name = "mine";
    record_set(&thing->rec, THING_NAME);
    record_set_null(&thing->rec, THING_UP);
    table_fill(&table, thing, table_new_defaults(&arena, &table));
    cr_expect_str_eq(thing->name, "mine");
    cr_expect(record_is_null(&thing->rec, THING_UP));
    cr_expect_not(thing->up);
}

Test(table, lint_finds_nothing_in_a_good_table)
{
    struct table table = table_of(thing_attrs, N(thing_attrs));
    cr_expect_str_eq(table_lint(&arena, &table), "");
}

Test(table, lint_finds_each_mistake)
{
    static const struct {
        struct attr attr;
        const char *report;
    } cases[] = {
        {{FIELD(struct thing, name), .doc = "d", .flags = ATTR_REQUIRED},
         "name is required but not in POST\n"},
        {{FIELD(struct thing, name), .doc = "d", .def = "",
          .flags = ATTR_POST | ATTR_REQUIRED},
         "name is required and has a default\n"},
        {{FIELD(struct thing, name), .doc = "d", .flags = ATTR_VIRTUAL},
         "name is virtual without an expression\n"},
        {{FIELD(struct thing, name), .alias_of = "nobody"},
         "name is an alias of nothing\n"},
        {{FIELD(struct thing, name)}, "name has no doc\n"},
        {{.name = "name",
          .type = TYPE_TEXT,
          .doc = "d",
          .offset = sizeof(struct thing)},
         "name lies outside of the struct\n"},
        {{FIELD(struct thing, up), .doc = "d", .def = "maybe"}, "default: "},
        {{FIELD(struct thing, size), .doc = "d", .def = "9", .max = 8},
         "default: "},
    };
    for (size_t i = 0; i < N(cases); i++) {
        struct table table = table_of(&cases[i].attr, 1);
        const char *report = table_lint(&arena, &table);
        cr_expect_eq(
            strncmp(report, cases[i].report, strlen(cases[i].report)), 0,
            "%zu: \"%s\"", i, report);
    }
}

Test(table, lint_finds_what_a_self_contained_table_looks_up_elsewhere)
{
    static const struct attr attr = {FIELD(struct thing, name), .doc = "d",
                                     .flags = ATTR_VIRTUAL,
                                     .expr = "SELECT 'x'"};
    struct table table = table_of(&attr, 1);
    cr_expect_str_eq(table_lint(&arena, &table), "");
    table.self_contained = true;
    cr_expect_str_eq(table_lint(&arena, &table),
                     "name does not stand in the row itself\n");
}

Test(table, lint_finds_a_name_that_stands_twice)
{
    const struct attr attrs[] = {thing_attrs[THING_NAME],
                                 thing_attrs[THING_UP],
                                 thing_attrs[THING_NAME]};
    struct table table = table_of(attrs, N(attrs));
    cr_expect_str_eq(table_lint(&arena, &table), "name stands twice\n");
}

Test(table, lint_finds_too_many_attributes)
{
    struct attr attrs[RECORD_MAX_ATTRS + 1];
    for (size_t i = 0; i < N(attrs); i++) {
        attrs[i] = thing_attrs[THING_NAME];
        attrs[i].name = arena_printf(&arena, "a%zu", i);
    }
    struct table fits = table_of(attrs, RECORD_MAX_ATTRS);
    struct table more = table_of(attrs, RECORD_MAX_ATTRS + 1);
    cr_expect_str_eq(table_lint(&arena, &fits), "");
    cr_expect_str_eq(table_lint(&arena, &more), "65 attributes do not fit\n");
}

/* The row that an enum member without a row leaves behind. */
Test(table, lint_finds_a_forgotten_row_wherever_it_is)
{
    for (size_t hole = 0; hole < 3; hole++) {
        struct attr attrs[] = {thing_attrs[THING_NAME], thing_attrs[THING_UP],
                               thing_attrs[THING_SIZE]};
        attrs[hole] = (struct attr){.name = NULL};
        struct table table = table_of(attrs, N(attrs));
        cr_expect_str_eq(table_lint(&arena, &table),
                         arena_printf(&arena, "row %zu has no name\n", hole));
    }
}
