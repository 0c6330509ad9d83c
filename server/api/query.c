/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Query strings of lists.  query_split.c decodes them, query_links.c has
 * what is said of pages.
 */
#include "api/query.h"

#include "api/embed.h"
#include "core/arena.h"
#include "db/render.h"
#include "schema/sqlarray.h"

/* Parameters that are not filters. */
static bool
is_control(const char *key)
{
    static const char *const keys[] = {"fields", "limit", "marker",
                                       "page_reverse", "sort_key", "sort_dir",
                                       "total"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(keys[i], key) == 0) {
            return true;
        }
    }
    return false;
}

/* The values of 'key' that begin with 'prefix', without it. */
static size_t
values_of(const struct call *call, const char *key, const char *prefix,
          const char **ret_values)
{
    size_t n = 0, len = strlen(prefix);
    for (size_t i = 0; i < call->n_params; i++) {
        if (strcmp(call->params[i].key, key) == 0 &&
            strncmp(call->params[i].value, prefix, len) == 0) {
            ret_values[n++] = call->params[i].value + len;
        }
    }
    return n;
}

static bool
seen_before(const struct call *call, size_t i)
{
    for (size_t j = 0; j < i; j++) {
        if (strcmp(call->params[j].key, call->params[i].key) == 0) {
            return true;
        }
    }
    return false;
}

/* --- filters */

struct filters {
    const struct call *call;
    struct predicate *items;
    size_t n;
    bool once; /* As in struct selection. */
};

static struct err *
refuse_filter(const struct call *call, const char *key)
{
    return err_new(call->arena, ERR_BAD_REQUEST,
                   "['%s'] is invalid attribute for filtering", key);
}

/* Values in PostgreSQL's form.  Text that cannot be a value matches nothing,
 * but for truths, numbers and CIDRs, which are refused as in bodies. */
static struct err *
convert_values(const struct call *call, const struct attr *attr,
               const char **values, size_t *n)
{
    const struct type *type = type_of(attr->type);
    size_t kept = 0;
    for (size_t i = 0; i < *n; i++) {
        void *value = arena_alloc(call->arena, type->size);
        struct err *err = type->from_text(call->arena, attr, values[i],
                                          value);
        if (err != NULL && type->refusal == ERR_INVALID_INPUT) {
            return err;
        }
        if (err == NULL) {
            values[kept++] = type->to_sql(call->arena, value);
        }
    }
    *n = kept;
    return NULL;
}

/* Of another object there may be few or very many: planned for the average, all
 * there are would be gone through for a page of the few. */
static struct err *
add_attr_filter(struct filters *filters, const struct attr *attr,
                const char **values, size_t n)
{
    const struct call *call = filters->call;
    TRY(convert_values(call, attr, values, &n));
    filters->once = filters->once ||
                    (attr->type == TYPE_UUID &&
                     attr != &call->resource->table.attrs[ATTR_ID]);
    filters->items[filters->n++] =
        sqlgen_filter(call->arena, attr, values, n);
    return NULL;
}

/* "a,b" of every repetition, as one array. */
static const char *
split_tags(struct arena *arena, const char *const *values, size_t n)
{
    size_t max = n, n_tags = 0;
    for (size_t i = 0; i < n; i++) {
        for (const char *p = values[i]; *p != '\0'; p++) {
            max += *p == ',' ? 1 : 0;
        }
    }
    const char **tags = ARENA_ARRAY(arena, const char *, max);
    for (size_t i = 0; i < n; i++) {
        for (const char *p = values[i];; p++) {
            size_t len = strcspn(p, ",");
            tags[n_tags++] = arena_strndup(arena, p, len);
            p += len;
            if (*p == '\0') {
                break;
            }
        }
    }
    return sqlarray_format(arena, tags, n_tags);
}

static bool
add_tag_filter(struct filters *filters, const char *key,
               const char *const *values, size_t n)
{
    static const struct {
        const char *key;
        const char *sql;
    } forms[] = {
        {"tags", "t.tags @> ?::text[]"},
        {"tags-any", "t.tags && ?::text[]"},
        {"not-tags", "NOT t.tags @> ?::text[]"},
        {"not-tags-any", "NOT t.tags && ?::text[]"},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (strcmp(forms[i].key, key) == 0) {
            filters->items[filters->n++] = (struct predicate){
                forms[i].sql, split_tags(filters->call->arena, values, n)};
            return true;
        }
    }
    return false;
}

/* One form of a filter beyond the attributes; returns how many values were
 * of it. */
static size_t
add_extra_form(struct filters *filters, const struct extra_filter *extra,
               const char **values)
{
    const struct call *call = filters->call;
    const struct attr attr = {.name = extra->key, .type = extra->type};
    size_t n = values_of(call, extra->key, extra->prefix, values);
    size_t found = n;
    if (n > 0 && convert_values(call, &attr, values, &n) == NULL) {
        filters->items[filters->n++] =
            extra->make != NULL
                ? extra->make(call->arena, values, n)
                : (struct predicate){extra->sql,
                                     sqlarray_format(call->arena, values, n)};
        filters->once = true; /* One address, or a subnet of 60,000. */
    }
    return found;
}

static struct err *
add_extra_filter(struct filters *filters, const char *key,
                 const char **values, size_t n, bool *ret_found)
{
    const struct resource *resource = filters->call->resource;
    size_t found = 0;
    *ret_found = false;
    for (size_t i = 0; i < resource->n_filters; i++) {
        if (strcmp(resource->filters[i].key, key) == 0) {
            *ret_found = true;
            found += add_extra_form(filters, &resource->filters[i], values);
        }
    }
    if (*ret_found && found < n) {
        return err_new(filters->call->arena, ERR_INVALID_INPUT,
                       "invalid input for \"%s\": a value is not of the form "
                       "<key>=[value]", key);
    }
    return NULL;
}

static struct err *
add_filter(struct filters *filters, const char *key)
{
    const struct call *call = filters->call;
    const struct table *table = &call->resource->table;
    const char **values =
        ARENA_ARRAY(call->arena, const char *, call->n_params);
    size_t n = values_of(call, key, "", values);
    bool found;
    TRY(add_extra_filter(filters, key, values, n, &found));
    if (found || (resource_has_tags(call->resource) &&
                  add_tag_filter(filters, key, values, n))) {
        return NULL;
    }
    int index = table_find(table, key);
    const struct attr *attr = index < 0 ? NULL : &table->attrs[index];
    if (attr == NULL || (attr->flags & ATTR_FILTER) == 0 ||
        ((attr->flags & ATTR_ADMIN_READ) != 0 &&
         !caller_rules_all(&call->caller, call->resource)) ||
        ((attr->flags & ATTR_SDN) != 0 && !call_has_sdn(call))) {
        return refuse_filter(call, key);
    }
    return add_attr_filter(filters, attr, values, n);
}

static struct err *
read_filters(const struct call *call, struct selection *selection)
{
    size_t max = call->n_params + call->resource->n_filters + 1;
    struct filters filters = {
        .call = call,
        .items = ARENA_ARRAY(call->arena, struct predicate, max)};
    for (size_t i = 0; i < call->n_params; i++) {
        const char *key = call->params[i].key;
        if (!is_control(key) && !embed_is_control(call, key) &&
            !seen_before(call, i)) {
            TRY(add_filter(&filters, key));
        }
    }
    int index = table_find(&call->resource->table, "sdn");
    if (call->sdn_asked && index >= 0) {
        filters.items[filters.n++] = sqlgen_filter(
            call->arena, &call->resource->table.attrs[index], &call->sdn, 1);
    }
    selection->predicates = filters.items;
    selection->n_predicates = filters.n;
    selection->once = filters.once;
    return NULL;
}

/* --- fields */

uint64_t
query_fields(const struct call *call)
{
    const struct table *table = &call->resource->table;
    uint64_t all = render_mask(
        table, caller_rules_all(&call->caller, call->resource),
        call_has_sdn(call));
    uint64_t mask = 0;
    bool given = false;
    for (size_t i = 0; i < call->n_params; i++) {
        if (strcmp(call->params[i].key, "fields") != 0 ||
            call->params[i].value[0] == '\0') {
            continue;
        }
        int index = table_find(table, call->params[i].value);
        given = true;
        mask |= index < 0 ? 0 : record_bit((size_t) index);
    }
    return given ? mask & all : all;
}

/* --- sorting */

static struct err *
read_direction(const struct call *call, const char *text, bool *ret_down)
{
    *ret_down = strcmp(text, "desc") == 0;
    if (!*ret_down && strcmp(text, "asc") != 0) {
        return err_new(call->arena, ERR_BAD_REQUEST,
                       "'%s' is invalid value for sort_dirs, valid value is "
                       "'asc' and 'desc'", text);
    }
    return NULL;
}

static struct err *
read_key(const struct call *call, const char *text,
         const struct attr **ret_attr)
{
    const struct table *table = &call->resource->table;
    int index = table_find(table, text);
    if (index < 0 || (table->attrs[index].flags & ATTR_SORT) == 0) {
        return err_new(call->arena, ERR_BAD_REQUEST,
                       "['%s'] is invalid attribute for sort keys", text);
    }
    *ret_attr = &table->attrs[index];
    return NULL;
}

static bool
has_key(const struct selection *selection, const struct attr *attr)
{
    for (size_t i = 0; i < selection->n_keys; i++) {
        if (selection->keys[i].attr == attr) {
            return true;
        }
    }
    return false;
}

static size_t
drop_empty(const char **values, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (values[i][0] != '\0') {
            values[kept++] = values[i];
        }
    }
    return kept;
}

static struct err *
read_sort(const struct call *call, struct selection *selection)
{
    const char **names = ARENA_ARRAY(call->arena, const char *,
                                     call->n_params);
    const char **directions = ARENA_ARRAY(call->arena, const char *,
                                          call->n_params);
    size_t n = drop_empty(names, values_of(call, "sort_key", "", names));
    size_t n_directions =
        drop_empty(directions, values_of(call, "sort_dir", "", directions));
    struct sort_key *keys = ARENA_ARRAY(call->arena, struct sort_key, n + 1);
    if (n_directions != 0 && n_directions != n) {
        return err_new(call->arena, ERR_BAD_REQUEST,
                       "the number of sort_keys and sort_dirs must be same");
    }
    selection->keys = keys;
    for (size_t i = 0; i < n; i++) {
        struct sort_key key = {.descending = false};
        TRY(read_key(call, names[i], &key.attr));
        if (n_directions > 0) {
            TRY(read_direction(call, directions[i], &key.descending));
        }
        if (has_key(selection, key.attr)) {
            continue;
        }
        keys[selection->n_keys++] = key;
        if (key.attr == &call->resource->table.attrs[ATTR_ID]) {
            return NULL; /* Unique: what follows decides nothing. */
        }
    }
    keys[selection->n_keys++].attr = &call->resource->table.attrs[ATTR_ID];
    return NULL;
}

/* --- paging */

/* The parameter 'key' as a truth; absent: false. */
static struct err *
read_truth(const struct call *call, const char *key, bool *ret_value)
{
    const char *text = call_param(call, key);
    const struct attr attr = {.name = key, .type = TYPE_BOOL};
    return text == NULL ? NULL
                        : type_of(TYPE_BOOL)->from_text(call->arena, &attr,
                                                        text, ret_value);
}

static struct err *
read_paging(const struct call *call, struct list_query *query)
{
    struct selection *selection = &query->selection;
    const char *marker = call_param(call, "marker");
    TRY(query_read_limit(call, &query->limit, &query->limit_given));
    TRY(read_truth(call, "page_reverse", &selection->reverse));
    TRY(read_truth(call, "total", &query->total));
    if (marker != NULL && marker[0] != '\0') {
        struct uuid id;
        if (!uuid_from_text(marker, &id)) {
            return resource_not_found(call->arena, call->resource, marker);
        }
        selection->marker = type_of(TYPE_UUID)->to_sql(call->arena, &id);
    }
    selection->limit = query->limit + 1; /* One more tells of a next page. */
    return NULL;
}

struct err *
query_read_list(const struct call *call, struct list_query *ret_query)
{
    *ret_query = (struct list_query){.mask = query_fields(call)};
    TRY(read_filters(call, &ret_query->selection));
    TRY(read_sort(call, &ret_query->selection));
    TRY(embed_read(call, &ret_query->embed));
    return read_paging(call, ret_query);
}
