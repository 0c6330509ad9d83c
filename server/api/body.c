/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Request bodies: JSON to records, by the attribute table.
 */
#include "api/body.h"

#include <ctype.h>

#include "api/policy.h"
#include "core/arena.h"
#include "core/json_depth.h"
#include "core/settings.h"
#include "core/utf8.h"
#include "body_internal.h"
#include "schema/jsonread.h"
#include "schema/jsonval.h"

/* --- JSON */

static void
release_json(void *json)
{
    json_decref(json);
}

struct err *
body_parse(const struct call *call, json_t **ret_json)
{
    json_error_t error;
    struct arena *arena = call->arena;
    if (json_depth(call->body, call->body_len) > BODY_MAX_DEPTH) {
        return err_new(arena, ERR_BAD_REQUEST,
                       "body contains invalid data: nested deeper than %d "
                       "levels", BODY_MAX_DEPTH);
    }
    json_t *json = jsonread(call->body, call->body_len, &error);
    if (json == NULL) {
        /* What is behind "near" is the body's, maybe a secret. */
        char *near = strstr(error.text, " near ");
        if (near != NULL) {
            *near = '\0';
        }
        return err_new(arena, ERR_BAD_REQUEST,
                       "body contains invalid data: line %d, column %d: %s",
                       error.line, error.column,
                       utf8_is_valid(error.text) ? error.text : "no JSON");
    }
    arena_defer(arena, release_json, json);
    if (!json_is_object(json)) {
        return err_new(arena, ERR_BAD_REQUEST,
                       "body contains invalid data: not a JSON object");
    }
    *ret_json = json;
    return NULL;
}

/* --- attributes */

void
body_collect(struct reading *reading, struct err *err)
{
    if (err == NULL) {
        return;
    }
    if (reading->first == NULL) {
        reading->first = err;
    } else {
        reading->last->next = err;
    }
    /* A value with parts may have a mistake in each of them. */
    while (err->next != NULL) {
        err = err->next;
    }
    reading->last = err;
}

static void
lower(char *text)
{
    for (; *text != '\0'; text++) {
        *text = (char) tolower((unsigned char) *text);
    }
}

static struct err *
read_null(struct reading *reading, const struct attr *attr, size_t index)
{
    struct arena *arena = reading->call->arena;
    if ((attr->flags & ATTR_NULL) != 0) {
        record_set_null(reading->record, index);
        return NULL;
    }
    if ((attr->flags & ATTR_NULL_EMPTY) != 0) {
        record_set(reading->record, index);
        return NULL;
    }
    struct err *err = jsonval_refuse(arena, attr, json_null(),
                                     type_of(attr->type)->name);
    if ((attr->flags & ATTR_LOWER) != 0) {
        err->kind = ERR_INVALID_INPUT; /* Conversion comes before checks. */
    }
    return err;
}

static struct err *
read_value(struct reading *reading, const struct attr *attr, size_t index,
           const json_t *json)
{
    struct arena *arena = reading->call->arena;
    void *value = attr_value(attr, reading->record);
    if (json_is_null(json)) {
        return read_null(reading, attr, index);
    }
    TRY(type_of(attr->type)->from_json(arena, attr, json, value));
    if ((attr->flags & ATTR_LOWER) != 0) {
        char *copy = arena_strdup(arena, *(const char **) value);
        lower(copy);
        *(const char **) value = copy;
    }
    TRY(attr_check(arena, attr, value));
    record_set(reading->record, index);
    return NULL;
}

static struct err *
refuse_verb(struct reading *reading, const struct attr *attr)
{
    if (reading->verb == ATTR_POST) {
        return err_attr(reading->call->arena, attr->name, "read_only",
                        "attribute '%s' not allowed in POST", attr->name);
    }
    return err_attr(reading->call->arena, attr->name, "read_only",
                    "cannot update read-only attribute %s", attr->name);
}

/* An attribute that was given under its other name already: the two must
 * agree. */
static struct err *
read_again(struct reading *reading, const struct attr *attr, size_t index,
           const json_t *json)
{
    const char **value = attr_value(attr, reading->record);
    const char *before = *value;
    TRY(read_value(reading, attr, index, json));
    if (strcmp(before, *value) != 0) {
        const char *name = reading->table->attrs[index].name;
        return err_attr(reading->call->arena, name, "alias",
                        "'%s' and its other name do not match: \"%s\" and "
                        "\"%s\"", name, before, *value);
    }
    return NULL;
}

/* All tags anew, by the rules of PUT .../tags: none stands twice. */
static struct err *
read_tags(struct reading *reading, const json_t *json)
{
    struct object *object = (struct object *) reading->record;
    const struct attr *attr = &reading->table->attrs[ATTR_TAGS];
    struct arena *arena = reading->call->arena;
    if (json_is_null(json)) {
        return read_null(reading, attr, ATTR_TAGS);
    }
    TRY(type_of(attr->type)->from_json(arena, attr, json, &object->tags));
    if (tagrules_repeats(&object->tags)) {
        return err_attr(arena, attr->name, "unique",
                        "invalid input for \"tags\": a tag stands twice");
    }
    TRY(attr_check(arena, attr, &object->tags));
    record_set(reading->record, ATTR_TAGS);
    return NULL;
}

static struct err *
read_member(struct reading *reading, const char *key, const json_t *json)
{
    int index = table_find(reading->table, key);
    const struct attr *attr =
        index < 0 ? NULL : &reading->table->attrs[index];
    bool hidden = attr != NULL && (attr->flags & ATTR_SDN) != 0 &&
                  !call_has_sdn(reading->call);
    if (attr == NULL || hidden) {
        return err_attr(reading->call->arena,
                        arena_strdup(reading->call->arena, key),
                        "unknown_attribute",
                        "unrecognized attribute(s) '%s'", key);
    }
    if (index == ATTR_TAGS && reading->grouped) {
        return read_tags(reading, json);
    }
    if ((attr->flags & reading->verb) == 0) {
        return refuse_verb(reading, attr);
    }
    size_t target = attr->alias_of == NULL
                        ? (size_t) index
                        : (size_t) table_find(reading->table, attr->alias_of);
    reading->seen |= record_bit(target);
    if (record_has(reading->record, target)) {
        return read_again(reading, attr, target, json);
    }
    return read_value(reading, attr, target, json);
}

static void
check_required(struct reading *reading)
{
    for (size_t i = 0; i < reading->table->n_attrs; i++) {
        const struct attr *attr = &reading->table->attrs[i];
        if ((attr->flags & ATTR_REQUIRED) != 0 &&
            (reading->seen & record_bit(i)) == 0) {
            body_collect(reading,
                    err_attr(reading->call->arena, attr->name, "required",
                             "failed to parse request: required attribute "
                             "'%s' not specified", attr->name));
        }
    }
}

/* The project of a new object: the caller's, or by an admin's word another. */
static struct err *
settle_project(struct reading *reading)
{
    struct object *object = (struct object *) reading->record;
    const struct caller *caller = &reading->call->caller;
    bool given = record_has(&object->rec, ATTR_PROJECT_ID) &&
                 object->project_id[0] != '\0';
    if (given && !caller_rules_all(caller, reading->call->resource) &&
        strcmp(object->project_id, caller->project_id) != 0) {
        return err_attr(reading->call->arena, "project_id", "project",
                        "specifying 'project_id' or 'tenant_id' other than "
                        "the authenticated project in request requires "
                        "admin privileges");
    }
    if (!given && caller->project_id[0] == '\0') {
        return err_attr(reading->call->arena, "project_id", "required",
                        "failed to parse request: 'project_id' is needed, "
                        "for the token is for no project");
    }
    if (!given) {
        object->project_id = caller->project_id;
        record_set(&object->rec, ATTR_PROJECT_ID);
    }
    return NULL;
}

static void
apply_defaults(struct reading *reading)
{
    if (reading->defaults == NULL) {
        reading->defaults =
            table_new_defaults(reading->call->arena, reading->table);
    }
    table_fill(reading->table, reading->record, reading->defaults);
}

void
body_read_object(struct reading *reading, const json_t *json)
{
    const char *key;
    json_t *value;
    reading->record = table_new_record(reading->call->arena, reading->table);
    reading->seen = 0;
    if (!json_is_object(json)) {
        body_collect(reading, err_new(reading->call->arena, ERR_BAD_REQUEST,
                                 "object '%s' contains invalid data",
                                 reading->table->name));
        return;
    }
    json_object_foreach((json_t *) (uintptr_t) json, key, value)
    {
        body_collect(reading, read_member(reading, key, value));
    }
    if (reading->verb == ATTR_POST) {
        check_required(reading);
        body_collect(reading, settle_project(reading));
    }
    if (reading->first == NULL) {
        body_collect(reading, policy_check(reading->call, reading->table,
                                      reading->record, reading->verb));
    }
    if (reading->first == NULL && reading->verb == ATTR_POST) {
        apply_defaults(reading);
    }
}

/* --- envelopes */

static struct err *
missing_envelope(const struct call *call)
{
    return err_new(call->arena, ERR_BAD_REQUEST,
                   "unable to find '%s' in request body",
                   call->resource->table.name);
}

static struct err *
read_list(struct reading *reading, const json_t *list, void ***ret_records,
          size_t *ret_n)
{
    const struct call *call = reading->call;
    size_t n = json_array_size(list);
    if (!json_is_array(list) || n == 0) {
        return err_new(call->arena, ERR_BAD_REQUEST,
                       "resources required: '%s' must be a list with at "
                       "least one object", reading->table->plural);
    }
    if (n > (size_t) call->settings->bulk_limit) {
        return err_new(call->arena, ERR_BAD_REQUEST,
                       "%zu objects exceed the maximum of %lld per request",
                       n, (long long) call->settings->bulk_limit);
    }
    *ret_records = ARENA_ARRAY(call->arena, void *, n);
    *ret_n = n;
    for (size_t i = 0; i < n; i++) {
        body_read_object(reading, json_array_get(list, i));
        (*ret_records)[i] = reading->record;
    }
    return reading->first;
}

struct err *
body_read_create(const struct call *call, void ***ret_records, size_t *ret_n,
                 bool *ret_bulk)
{
    json_t *json;
    struct reading reading = {.call = call,
                              .table = &call->resource->table,
                              .verb = ATTR_POST};
    if (call->body_len == 0) {
        return missing_envelope(call);
    }
    TRY(body_parse(call, &json));
    const json_t *list = json_object_get(json, reading.table->plural);
    const json_t *one = json_object_get(json, reading.table->name);
    *ret_bulk = list != NULL;
    if (list != NULL && call->resource->single) {
        return err_new(call->arena, ERR_BAD_REQUEST,
                       "a %s is created alone: '%s' with one object is valid",
                       reading.table->name, reading.table->name);
    }
    if (list != NULL) {
        return read_list(&reading, list, ret_records, ret_n);
    }
    if (one == NULL || json_is_null(one)) {
        return missing_envelope(call);
    }
    body_read_object(&reading, one);
    *ret_records = ARENA_ARRAY(call->arena, void *, 1);
    (*ret_records)[0] = reading.record;
    *ret_n = 1;
    return reading.first;
}

struct err *
body_read_update(const struct call *call, void **ret_record)
{
    json_t *json;
    struct reading reading = {.call = call,
                              .table = &call->resource->table,
                              .verb = ATTR_PUT};
    if (call->body_len == 0) {
        return missing_envelope(call);
    }
    TRY(body_parse(call, &json));
    const json_t *one = json_object_get(json, reading.table->name);
    if (one == NULL || json_is_null(one)) {
        return missing_envelope(call);
    }
    body_read_object(&reading, one);
    *ret_record = reading.record;
    return reading.first;
}
