/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attribute tables as a whole: look-up, defaults, and the lint that a unit
 * test runs over each of them.
 */
#include "schema/table.h"

#include "core/arena.h"
#include "core/buf.h"

int
table_find(const struct table *table, const char *name)
{
    for (size_t i = 0; i < table->n_attrs; i++) {
        const char *known = table->attrs[i].name;
        if (known != NULL && known[0] == name[0] &&
            strcmp(known, name) == 0) {
            return (int) i;
        }
    }
    return -1;
}

void *
table_new_record(struct arena *arena, const struct table *table)
{
    return arena_alloc(arena, table->size);
}

static void
apply_default(struct arena *arena, const struct attr *attr, void *value)
{
    const struct type *type = type_of(attr->type);
    if (type->from_text == NULL ||
        type->from_text(arena, attr, attr->def, value) != NULL) {
        type->from_sql(arena, attr->def, value);
    }
}

/* What 'from' was given of attribute 'i', 'record' has too. */
static void
give(const struct table *table, size_t i, struct record *record,
     const struct record *from)
{
    const struct attr *attr = &table->attrs[i];
    memcpy(attr_value(attr, record), attr_value(attr, from),
           type_of(attr->type)->size);
    if (record_is_null(from, i)) {
        record_set_null(record, i);
    } else {
        record_set(record, i);
    }
}

void *
table_new_defaults(struct arena *arena, const struct table *table)
{
    struct record *record = table_new_record(arena, table);
    for (size_t i = 0; i < table->n_attrs; i++) {
        const struct attr *attr = &table->attrs[i];
        if (attr->def != NULL && attr->alias_of == NULL) {
            apply_default(arena, attr, attr_value(attr, record));
            record_set(record, i);
        }
    }
    return record;
}

void
table_fill(const struct table *table, void *record, const void *from)
{
    for (size_t i = 0; i < table->n_attrs; i++) {
        if (record_is_given(from, i) && !record_is_given(record, i)) {
            give(table, i, record, from);
        }
    }
}

void
table_merge(const struct table *table, void *record, const void *patch)
{
    for (size_t i = 0; i < table->n_attrs; i++) {
        if (table->attrs[i].alias_of == NULL && record_is_given(patch, i)) {
            give(table, i, record, patch);
        }
    }
}

static void
lint_attr(struct buf *buf, const struct table *table, size_t i)
{
    const struct attr *attr = &table->attrs[i];
    unsigned flags = attr->flags;
    if (attr->name == NULL) {
        buf_addf(buf, "row %zu has no name\n", i);
        return;
    }
    if ((size_t) table_find(table, attr->name) != i) {
        buf_addf(buf, "%s stands twice\n", attr->name);
    }
    if ((flags & ATTR_REQUIRED) != 0 && (flags & ATTR_POST) == 0) {
        buf_addf(buf, "%s is required but not in POST\n", attr->name);
    }
    if ((flags & ATTR_REQUIRED) != 0 && attr->def != NULL) {
        buf_addf(buf, "%s is required and has a default\n", attr->name);
    }
    if ((flags & ATTR_VIRTUAL) != 0 && attr->expr == NULL) {
        buf_addf(buf, "%s is virtual without an expression\n", attr->name);
    }
    if (table->self_contained && attr->expr != NULL &&
        strstr(attr->expr, "SELECT") != NULL) {
        buf_addf(buf, "%s does not stand in the row itself\n", attr->name);
    }
    if (attr->alias_of != NULL && table_find(table, attr->alias_of) < 0) {
        buf_addf(buf, "%s is an alias of nothing\n", attr->name);
    }
    if (attr->doc == NULL && attr->alias_of == NULL) {
        buf_addf(buf, "%s has no doc\n", attr->name);
    }
    if (attr->offset + type_of(attr->type)->size > table->size) {
        buf_addf(buf, "%s lies outside of the struct\n", attr->name);
    }
}

static void
lint_default(struct arena *arena, struct buf *buf, const struct attr *attr)
{
    const struct type *type = type_of(attr->type);
    if (attr->def == NULL || type->from_text == NULL) {
        return;
    }
    void *value = arena_alloc(arena, type->size);
    struct err *err = type->from_text(arena, attr, attr->def, value);
    if (err == NULL) {
        err = attr_check(arena, attr, value);
    }
    if (err != NULL) {
        buf_addf(buf, "default: %s\n", err->message);
    }
}

const char *
table_lint(struct arena *arena, const struct table *table)
{
    struct buf buf;
    buf_init(&buf, arena, 64);
    if (table->n_attrs > RECORD_MAX_ATTRS) {
        buf_addf(&buf, "%zu attributes do not fit\n", table->n_attrs);
    }
    for (size_t i = 0; i < table->n_attrs; i++) {
        lint_attr(&buf, table, i);
        lint_default(arena, &buf, &table->attrs[i]);
    }
    return buf.data;
}
