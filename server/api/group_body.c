/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bodies of group operations: {"ports": [{"id", "revision_number", ...}]}.
 */
#include "body_internal.h"
#include "core/arena.h"
#include "core/settings.h"
#include "group_internal.h"

/* The body under reading. */
struct group_reading {
    const struct call *call;
    const json_t *list;
    struct group_item *items;
    size_t n;
    struct err *first, *last; /* Mistakes that refuse the whole. */
};

static void
collect(struct group_reading *reading, struct err *err)
{
    if (err == NULL) {
        return;
    }
    if (reading->first == NULL) {
        reading->first = err;
    } else {
        reading->last->next = err;
    }
    for (reading->last = err; reading->last->next != NULL;) {
        reading->last = reading->last->next;
    }
}

/* "ports[3]", or "ports[3].name". */
static const char *
path_of(struct arena *arena, const struct table *table, size_t i,
        const char *attr)
{
    return arena_printf(arena, "%s[%zu]%s%s", table->plural, i,
                        attr == NULL ? "" : ".", attr == NULL ? "" : attr);
}

static void
name_item(struct arena *arena, const struct table *table, size_t i,
          const char *id, struct err *err)
{
    for (; err != NULL; err = err->next) {
        err->attr = path_of(arena, table, i, err->attr);
        if (strstr(err->message, id) == NULL) {
            err->message = arena_printf(arena, "%s \"%s\": %s", table->name,
                                        id, err->message);
        }
    }
}

struct err *
group_name_item(const struct group_write *group, size_t i, struct err *err)
{
    name_item(group->write.job.arena, &group->write.resource->table, i,
              group->items[i].id, err);
    return err;
}

/* --- ids */

static struct err *
refuse_id(const struct group_reading *reading, size_t i, const char *rule,
          const char *why)
{
    struct arena *arena = reading->call->arena;
    const char *path =
        path_of(arena, &reading->call->resource->table, i, "id");
    return err_attr(arena, path, rule, "\"%s\" %s", path, why);
}

static void
read_id(struct group_reading *reading, size_t i)
{
    const json_t *json = json_array_get(reading->list, i);
    const char *text = json_string_value(json_object_get(json, "id"));
    char lower[UUID_TEXT_SIZE];
    struct uuid id;
    if (!json_is_object(json)) {
        collect(reading, refuse_id(reading, i, "object",
                                   "is missing: each item must be an object "
                                   "with an id"));
    } else if (json_object_get(json, "id") == NULL) {
        collect(reading, refuse_id(reading, i, "required", "is missing"));
    } else if (text == NULL || !uuid_from_text(text, &id)) {
        collect(reading, refuse_id(reading, i, "uuid", "is not a UUID"));
    } else {
        uuid_to_text(&id, lower);
        reading->items[i].id = arena_strdup(reading->call->arena, lower);
    }
}

static int
compare_ids(const void *a, const void *b)
{
    const struct group_item *x = *(struct group_item *const *) a;
    const struct group_item *y = *(struct group_item *const *) b;
    int order = strcmp(x->id, y->id);
    return order != 0 ? order : x < y ? -1 : 1;
}

static void
refuse_repeats(struct group_reading *reading)
{
    struct group_item **sorted =
        ARENA_ARRAY(reading->call->arena, struct group_item *, reading->n);
    for (size_t i = 0; i < reading->n; i++) {
        sorted[i] = &reading->items[i];
    }
    qsort(sorted, reading->n, sizeof *sorted, compare_ids);
    for (size_t i = 1; i < reading->n; i++) {
        if (strcmp(sorted[i]->id, sorted[i - 1]->id) == 0) {
            collect(reading,
                    refuse_id(reading, (size_t) (sorted[i] - reading->items),
                              "unique", "stands there twice"));
        }
    }
}

/* --- items */

/* Takes "revision_number" out of 'json'. */
static struct err *
read_revision(const struct call *call, json_t *json, int64_t *ret_revision)
{
    const json_t *value = json_object_get(json, "revision_number");
    *ret_revision = -1;
    if (value == NULL) {
        return NULL;
    }
    if (!json_is_integer(value) || json_integer_value(value) < 0) {
        return err_attr(call->arena, "revision_number", "integer",
                        "\"revision_number\" is not a number from 0 on");
    }
    *ret_revision = json_integer_value(value);
    json_object_del(json, "revision_number");
    return NULL;
}

/* A deletion has nothing but the id and the revision. */
static void
read_nothing(struct reading *reading, json_t *json)
{
    const char *key;
    json_t *value;
    json_object_foreach(json, key, value)
    {
        body_collect(reading, err_attr(reading->call->arena,
                                       arena_strdup(reading->call->arena,
                                                    key),
                                       "unknown_attribute",
                                       "unrecognized attribute(s) '%s'",
                                       key));
    }
}

static void
read_item(struct group_reading *group, size_t i, bool patches, bool atomic)
{
    const struct call *call = group->call;
    struct group_item *item = &group->items[i];
    json_t *json = json_array_get(group->list, i);
    struct reading reading = {.call = call,
                              .table = &call->resource->table,
                              .verb = ATTR_PUT,
                              .grouped = true};
    json_object_del(json, "id");
    body_collect(&reading, read_revision(call, json, &item->revision));
    if (patches) {
        body_read_object(&reading, json);
        item->patch = reading.record;
    } else {
        read_nothing(&reading, json);
    }
    if (atomic) {
        name_item(call->arena, reading.table, i, item->id, reading.first);
        collect(group, reading.first);
    } else {
        item->refused = reading.first;
    }
}

static struct err *
read_envelope(struct group_reading *reading)
{
    const struct call *call = reading->call;
    const char *plural = call->resource->table.plural;
    int64_t max = call->settings->bulk_limit;
    json_t *json;
    if (call->body_len == 0) {
        return err_new(call->arena, ERR_BAD_REQUEST,
                       "unable to find '%s' in request body", plural);
    }
    TRY(body_parse(call, &json));
    reading->list = json_object_get(json, plural);
    reading->n = json_array_size(reading->list);
    if (json_object_size(json) != 1 || reading->n == 0) {
        return err_new(call->arena, ERR_BAD_REQUEST,
                       "the body must be {\"%s\": [{\"id\": ...}, ...]} with "
                       "at least one object", plural);
    }
    if (reading->n > (size_t) max) {
        return err_new(call->arena, ERR_BAD_REQUEST,
                       "%zu objects exceed the maximum of %lld per request",
                       reading->n, (long long) max);
    }
    return NULL;
}

struct err *
group_read(const struct call *call, bool atomic, bool patches,
           struct group_item **ret_items, size_t *ret_n)
{
    struct group_reading reading = {.call = call};
    TRY(read_envelope(&reading));
    reading.items = ARENA_ARRAY(call->arena, struct group_item, reading.n);
    for (size_t i = 0; i < reading.n; i++) {
        read_id(&reading, i);
    }
    if (reading.first == NULL) {
        refuse_repeats(&reading);
    }
    /* All or none: the mistakes of all items are told. */
    bool go_on = reading.first == NULL || atomic;
    for (size_t i = 0; go_on && i < reading.n; i++) {
        if (reading.items[i].id != NULL) {
            read_item(&reading, i, patches, atomic);
        }
    }
    *ret_items = reading.items;
    *ret_n = reading.n;
    return reading.first;
}
