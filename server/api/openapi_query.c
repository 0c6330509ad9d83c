/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The query parameters of lists that follow from the attributes.
 */
#include "core/arena.h"
#include "openapi_internal.h"

/* --- filters by attributes */

static void
begin_parameter(struct openapi *doc, const char *name)
{
    openapi_separate(doc);
    openapi_add(doc, "{'name':");
    buf_adds_json(doc->buf, name);
    openapi_add(doc, ",'in':'query','schema':{'type':'array','items':{");
}

static void
end_parameter(struct openapi *doc, const char *description)
{
    openapi_add(doc, "}},'description':");
    buf_adds_json(doc->buf, description);
    buf_put(doc->buf, '}');
}

static void
add_filter(struct openapi *doc, const struct attr *attr)
{
    const char *description = arena_printf(
        doc->buf->arena, "Only objects with one of these values of %s.",
        attr->name);
    begin_parameter(doc, attr->name);
    openapi_add_type(doc, attr);
    end_parameter(doc, description);
}

/* --- filters beyond the attributes */

static bool
is_first_of_key(const struct resource *resource, size_t i)
{
    for (size_t j = 0; j < i; j++) {
        if (strcmp(resource->filters[j].key, resource->filters[i].key) == 0) {
            return false;
        }
    }
    return true;
}

/* The beginnings that values of 'key' have: "ip_address=|subnet_id=". */
static const char *
prefixes_of(struct arena *arena, const struct resource *resource,
            const char *key)
{
    const char *prefixes = "";
    for (size_t i = 0; i < resource->n_filters; i++) {
        const struct extra_filter *filter = &resource->filters[i];
        if (strcmp(filter->key, key) == 0) {
            prefixes = arena_printf(arena, "%s%s%s", prefixes,
                                    prefixes[0] == '\0' ? "" : "|",
                                    filter->prefix);
        }
    }
    return prefixes;
}

static void
add_extra_filter(struct openapi *doc, const struct extra_filter *filter)
{
    struct arena *arena = doc->buf->arena;
    const char *prefixes = prefixes_of(arena, doc->resource, filter->key);
    const char *description = arena_printf(
        arena, "Only objects with one of these values in %s.", filter->key);
    begin_parameter(doc, filter->key);
    if (filter->prefix[0] == '\0') {
        buf_adds(doc->buf, type_of(filter->type)->openapi);
    } else {
        openapi_add(doc, "'type':'string','pattern':");
        buf_adds_json(doc->buf, arena_printf(arena, "^(%s)", prefixes));
    }
    end_parameter(doc, description);
}

/* --- names of attributes */

/* A parameter whose values are names of attributes without 'unless' and with
 * 'flags'. */
static void
add_names(struct openapi *doc, const char *name, unsigned flags,
          unsigned unless, const char *description)
{
    const struct table *table = &doc->resource->table;
    begin_parameter(doc, name);
    openapi_add(doc, "'type':'string','enum':[");
    for (size_t i = 0; i < table->n_attrs; i++) {
        const struct attr *attr = &table->attrs[i];
        if (openapi_has_attr(doc, attr) && (attr->flags & flags) == flags &&
            (attr->flags & unless) == 0) {
            openapi_separate(doc);
            buf_adds_json(doc->buf, attr->name);
        }
    }
    buf_put(doc->buf, ']');
    end_parameter(doc, description);
}

void
openapi_add_fields(struct openapi *doc)
{
    add_names(doc, "fields", 0, ATTR_HIDDEN | ATTR_NO_COLUMN,
              "Show only these attributes; the others are then absent.");
    buf_put(doc->buf, ',');
}

void
openapi_add_query(struct openapi *doc)
{
    const struct resource *resource = doc->resource;
    for (size_t i = 0; i < resource->table.n_attrs; i++) {
        const struct attr *attr = &resource->table.attrs[i];
        if ((attr->flags & ATTR_FILTER) != 0 && openapi_has_attr(doc, attr)) {
            add_filter(doc, attr);
        }
    }
    for (size_t i = 0; i < resource->n_filters; i++) {
        if (is_first_of_key(resource, i)) {
            add_extra_filter(doc, &resource->filters[i]);
        }
    }
    openapi_add_fields(doc);
    add_names(doc, "sort_key", ATTR_SORT, 0,
              "Order by these attributes, the first one first.");
    buf_put(doc->buf, ',');
}
