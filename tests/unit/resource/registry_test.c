/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold for the table of every resource: the lint, and what generic
 * code takes for granted.
 */
#include "resource/registry.h"

#include <criterion/criterion.h>
#include <string.h>

#include "core/arena.h"
#include "resource/resource.h"

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

TestSuite(registry, .init = begin, .fini = end);

#define EACH_TABLE(table)                                                 \
    for (size_t i_##table = 0; resources[i_##table] != NULL; i_##table++) \
        for (const struct table *table = &resources[i_##table]->table;    \
             table != NULL; table = NULL)

#define EACH_ATTR(table, attr)                     \
    for (const struct attr *attr = (table)->attrs; \
         attr < (table)->attrs + (table)->n_attrs; attr++)

Test(registry, tables_have_no_mistakes)
{
    cr_expect_not_null(resources[0]);
    EACH_TABLE(table)
    {
        cr_expect_str_eq(table_lint(&arena, table), "", "%s", table->name);
    }
}

Test(registry, tables_have_all_their_names)
{
    EACH_TABLE(table)
    {
        cr_expect(table->name != NULL && table->plural != NULL &&
                  table->title != NULL && table->doc != NULL);
        cr_expect_eq(err_status(table->not_found), 404, "%s", table->name);
    }
}

Test(registry, resources_are_found_by_their_path)
{
    EACH_TABLE(table)
    {
        cr_expect_eq(&resource_find(table_path(table))->table, table);
        cr_expect_null(resource_find(table->name));
    }
    cr_expect_null(resource_find(""));
    cr_expect_null(resource_find("routers2"));
    cr_expect_not_null(resource_find("entitlement-requests"));
    cr_expect_null(resource_find("entitlement_requests"));
}

Test(registry, common_attributes_stand_where_generic_code_looks)
{
    static const char *const names[ATTR_N_COMMON] = {
        "id",          "name", "project_id",      "tenant_id",
        "description", "tags", "revision_number", "created_at",
        "updated_at"};
    EACH_TABLE(table)
    {
        for (int i = 0; i < ATTR_N_COMMON; i++) {
            cr_expect_str_eq(table->attrs[i].name, names[i]);
        }
        cr_expect_geq(table->size, sizeof(struct object));
    }
}

Test(registry, common_members_lie_where_struct_object_has_them)
{
    EACH_TABLE(table)
    {
        const struct attr *attrs = table->attrs;
        cr_expect_eq(attrs[ATTR_ID].offset, offsetof(struct object, id));
        cr_expect_eq(attrs[ATTR_PROJECT_ID].offset,
                     offsetof(struct object, project_id));
        cr_expect_eq(attrs[ATTR_TENANT_ID].offset,
                     offsetof(struct object, project_id));
        cr_expect_eq(attrs[ATTR_TAGS].offset, offsetof(struct object, tags));
        cr_expect_eq(attrs[ATTR_UPDATED_AT].offset,
                     offsetof(struct object, updated_at));
    }
}

Test(registry, parents_are_named_by_an_attribute_of_the_table)
{
    for (size_t i = 0; resources[i] != NULL; i++) {
        const struct table *table = &resources[i]->table;
        cr_expect_lt(resources[i]->network_attr, (int) table->n_attrs);
        cr_expect_eq(resources[i]->project_attr, ATTR_PROJECT_ID);
        cr_expect(resources[i]->network_attr < 0 ||
                  table->attrs[resources[i]->network_attr].type == TYPE_UUID);
    }
}

Test(registry, every_filter_and_sort_key_can_be_read_from_text)
{
    EACH_TABLE(table)
    {
        EACH_ATTR(table, attr)
        {
            cr_expect((attr->flags & ATTR_FILTER) == 0 ||
                          type_of(attr->type)->from_text != NULL,
                      "%s.%s", table->plural, attr->name);
            cr_expect((attr->flags & ATTR_SORT) == 0 ||
                          (attr->flags & (ATTR_HIDDEN | ATTR_NO_COLUMN)) == 0,
                      "%s.%s", table->plural, attr->name);
        }
    }
}

/* Absent in POST must mean something. */
Test(registry, what_post_may_leave_out_has_a_default_or_is_decided)
{
    unsigned settled = ATTR_REQUIRED | ATTR_COMPUTED | ATTR_NULL;
    EACH_TABLE(table)
    {
        EACH_ATTR(table, attr)
        {
            cr_expect((attr->flags & ATTR_POST) == 0 || attr->def != NULL ||
                          (attr->flags & settled) != 0,
                      "%s.%s", table->plural, attr->name);
        }
    }
}

Test(registry, defaults_are_values_of_their_attribute)
{
    EACH_TABLE(table)
    {
        void *record = table_new_defaults(&arena, table);
        EACH_ATTR(table, attr)
        {
            size_t i = (size_t) (attr - table->attrs);
            if (!record_has(record, i)) {
                continue;
            }
            struct err *err = attr_check(&arena, attr,
                                         attr_value(attr, record));
            cr_expect_null(err, "%s.%s", table->plural, attr->name);
            cr_expect_not_null(
                type_of(attr->type)
                    ->to_sql(&arena, attr_value(attr, record)));
        }
    }
}

Test(registry, flags_make_sense_together)
{
    unsigned writable = ATTR_POST | ATTR_PUT;
    EACH_TABLE(table)
    {
        EACH_ATTR(table, attr)
        {
            unsigned flags = attr->flags;
            const char *name = arena_printf(&arena, "%s.%s", table->plural,
                                            attr->name);
            bool written = (flags & writable) != 0;
            cr_expect(written || (flags & ATTR_ADMIN_WRITE) == 0, "%s", name);
            cr_expect(written || (flags & ATTR_NULL_EMPTY) == 0, "%s", name);
            cr_expect((flags & ATTR_NULL) == 0 ||
                          (flags & ATTR_NULL_EMPTY) == 0,
                      "%s", name);
            cr_expect((flags & ATTR_LOWER) == 0 || attr->type == TYPE_TEXT,
                      "%s", name);
            cr_expect(attr->one_of == NULL || attr->type == TYPE_TEXT, "%s",
                      name);
            cr_expect((attr->expr != NULL) == ((flags & ATTR_VIRTUAL) != 0),
                      "%s", name);
        }
    }
}

Test(registry, aliases_share_their_member)
{
    EACH_TABLE(table)
    {
        EACH_ATTR(table, attr)
        {
            if (attr->alias_of != NULL) {
                const struct attr
                    *other = &table->attrs[table_find(table, attr->alias_of)];
                cr_expect_eq(attr->offset, other->offset, "%s", attr->name);
                cr_expect_eq(attr->type, other->type, "%s", attr->name);
                cr_expect_eq(attr->flags, other->flags, "%s", attr->name);
            }
        }
    }
}
