/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of api/openapi.h: the document is whole, and says what the tables of
 * the resources, the routes and the migrations say.
 */
#include "api/openapi.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <jansson.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/settings.h"
#include "db/migrations.h"
#include "http/route.h"
#include "resource/registry.h"
#include "resource/resource.h"

static struct arena arena;
static struct settings settings;
static struct buf text;
static json_t *document;

static void
write_document(const char *sdns)
{
    json_error_t error;
    json_decref(document);
    settings.sdns = sdns;
    buf_init(&text, &arena, 0);
    openapi_write(&text, &settings);
    document = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES,
                          &error);
    cr_assert_not_null(document, "line %d: %s", error.line, error.text);
}

static void
setup(void)
{
    arena_init(&arena, 64 << 20);
    settings = (struct settings){
        .page_limit = 1000, .bulk_limit = 77, .max_body = 1 << 20};
    write_document("");
}

static void
teardown(void)
{
    json_decref(document);
    arena_done(&arena);
}

TestSuite(openapi, .init = setup, .fini = teardown);

/* --- finding things: keys one below the other, up to NULL */

#define AT(json, ...) at((json), (const char *const[]){__VA_ARGS__, NULL})

static json_t *
at(json_t *json, const char *const *keys)
{
    for (; *keys != NULL; keys++) {
        json = json_object_get(json, *keys);
    }
    return json;
}

/* "EntitlementRequestCreate" of "entitlement_request" and "Create". */
static const char *
schema_name(const struct table *table, const char *form)
{
    char *name = arena_printf(&arena, "_%s", table->name);
    char *to = name;
    for (const char *from = name; *from != '\0'; from++) {
        *to++ = *from == '_' ? (char) toupper((unsigned char) *++from)
                             : *from;
    }
    *to = '\0';
    return arena_printf(&arena, "%s%s", name, form);
}

static json_t *
property(const struct table *table, const char *form, const char *name)
{
    const char *schema = schema_name(table, form);
    return AT(document, "components", "schemas", schema, "properties", name);
}

static bool
is_in(const json_t *list, const char *word)
{
    size_t i;
    json_t *item;
    json_array_foreach((json_t *) list, i, item) {
        if (json_is_string(item) &&
            strcmp(json_string_value(item), word) == 0) {
            return true;
        }
    }
    return false;
}

static bool
is_required(const struct table *table, const char *form, const char *name)
{
    const char *schema = schema_name(table, form);
    return is_in(AT(document, "components", "schemas", schema, "required"),
                 name);
}

static bool
takes_null(json_t *schema)
{
    return is_in(json_object_get(schema, "type"), "null");
}

static json_t *
query_parameter(const struct table *table, const char *name)
{
    const char *path = arena_printf(&arena, "/v2.0/%s", table_path(table));
    json_t *list = AT(document, "paths", path, "get", "parameters");
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item) {
        const char *key = json_string_value(json_object_get(item, "name"));
        if (key != NULL && strcmp(key, name) == 0) {
            return item;
        }
    }
    return NULL;
}

#define FOR_ATTRS(table_, attr_)                                          \
    for (size_t r_ = 0; resources[r_] != NULL; r_++)                      \
        for (const struct table *table_ = &resources[r_]->table;          \
             table_ != NULL; table_ = NULL)                               \
            for (const struct attr *attr_ = table_->attrs;                \
                 attr_ < table_->attrs + table_->n_attrs; attr_++)

/* --- the document as a whole */

Test(openapi, the_document_is_indented_json_that_ends_with_a_line)
{
    const char *head = "{\n  \"openapi\": \"3.1.0\",\n  \"info\": {\n";
    cr_assert_eq(strncmp(text.data, head, strlen(head)), 0);
    cr_assert_str_eq(text.data + text.len - 3, "\n}\n");
}

Test(openapi, no_placeholder_and_no_single_quote_is_left)
{
    cr_assert_null(strstr(text.data, "<"));
    cr_assert_null(strstr(text.data, "':"));
}

static void
expect_reference(const char *reference)
{
    char *copy = arena_strdup(&arena, reference);
    json_t *json = document;
    char *save = NULL;
    char *part = strtok_r(copy, "/", &save);
    cr_assert_str_eq(part, "#");
    while ((part = strtok_r(NULL, "/", &save)) != NULL) {
        json = json_object_get(json, part);
    }
    cr_assert_not_null(json, "%s", reference);
}

static size_t
count_references(json_t *json)
{
    const char *key;
    size_t i, n = 0;
    json_t *item;
    json_object_foreach(json, key, item) {
        if (strcmp(key, "$ref") == 0) {
            expect_reference(json_string_value(item));
            n++;
        }
        n += count_references(item);
    }
    json_array_foreach(json, i, item) {
        n += count_references(item);
    }
    return n;
}

Test(openapi, every_reference_resolves)
{
    cr_assert_gt(count_references(document), 100);
    write_document("sprut,neutron");
    cr_assert_gt(count_references(document), 100);
}

Test(openapi, every_operation_has_an_id_of_its_own)
{
    json_t *seen = json_object();
    const char *path, *method;
    json_t *item, *operation;
    json_object_foreach(AT(document, "paths"), path, item) {
        json_object_foreach(item, method, operation) {
            if (json_is_object(operation)) {
                const char *id = json_string_value(
                    json_object_get(operation, "operationId"));
                cr_assert_not_null(id, "%s %s", method, path);
                cr_assert_null(json_object_get(seen, id), "%s", id);
                json_object_set_new(seen, id, json_true());
            }
        }
    }
    json_decref(seen);
}

/* --- attributes */

Test(openapi, every_attribute_appears_where_it_is_used)
{
    write_document("sprut");
    FOR_ATTRS(table, attr) {
        bool shown = (attr->flags & (ATTR_HIDDEN | ATTR_NO_COLUMN)) == 0;
        const char *name = attr->name;
        cr_expect_eq(property(table, "", name) != NULL, shown, "%s", name);
        cr_expect_eq(property(table, "Create", name) != NULL,
                     (attr->flags & ATTR_POST) != 0, "%s", name);
        cr_expect_eq(property(table, "Update", name) != NULL,
                     (attr->flags & ATTR_PUT) != 0, "%s", name);
        if ((attr->flags & ATTR_FILTER) != 0) {
            cr_expect_not_null(query_parameter(table, name), "%s", name);
        }
    }
}

Test(openapi, attributes_of_sdns_appear_only_with_sdns)
{
    FOR_ATTRS(table, attr) {
        if ((attr->flags & ATTR_SDN) != 0) {
            cr_expect_null(property(table, "", attr->name));
            cr_expect_null(query_parameter(table, attr->name));
        }
    }
    cr_expect_null(AT(document, "paths", "/v2.0/available-sdn"));
    write_document("sprut");
    cr_expect_not_null(AT(document, "paths", "/v2.0/available-sdn"));
    cr_expect_not_null(AT(document, "components", "parameters", "Sdn"));
}

Test(openapi, answers_lack_only_what_admins_see)
{
    FOR_ATTRS(table, attr) {
        if (property(table, "", attr->name) != NULL) {
            cr_expect_eq(is_required(table, "", attr->name),
                         (attr->flags & ATTR_ADMIN_READ) == 0, "%s",
                         attr->name);
        }
    }
}

Test(openapi, creation_requires_what_post_requires)
{
    FOR_ATTRS(table, attr) {
        cr_expect_eq(is_required(table, "Create", attr->name),
                     (attr->flags & ATTR_REQUIRED) != 0, "%s", attr->name);
    }
}

Test(openapi, bodies_take_null_where_the_table_does)
{
    FOR_ATTRS(table, attr) {
        json_t *create = property(table, "Create", attr->name);
        json_t *update = property(table, "Update", attr->name);
        bool null = (attr->flags & (ATTR_NULL | ATTR_NULL_EMPTY)) != 0;
        cr_expect(create == NULL || takes_null(create) == null, "%s",
                  attr->name);
        cr_expect(update == NULL || takes_null(update) == null, "%s",
                  attr->name);
    }
}

Test(openapi, a_choice_has_all_its_words_and_null_where_null_is_one)
{
    FOR_ATTRS(table, attr) {
        json_t *schema = property(table, "", attr->name);
        json_t *words = json_object_get(schema, "enum");
        if (attr->one_of == NULL || schema == NULL) {
            continue;
        }
        size_t n = 0;
        for (; attr->one_of[n] != NULL; n++) {
            cr_expect(is_in(words, attr->one_of[n]), "%s", attr->name);
        }
        cr_expect_eq(json_array_size(words), n + takes_null(schema), "%s",
                     attr->name);
    }
}

static json_t *
default_of(const char *plural, const char *name)
{
    const struct table *table = &resource_find(plural)->table;
    return json_object_get(property(table, "Create", name), "default");
}

Test(openapi, defaults_have_the_type_of_their_attribute)
{
    cr_expect(json_is_true(default_of("networks", "admin_state_up")));
    cr_expect(json_is_false(default_of("networks", "shared")));
    cr_expect_str_eq(json_string_value(default_of("networks", "name")), "");
    cr_expect(json_is_array(default_of("subnets", "dns_nameservers")));
    cr_expect(json_is_array(default_of("subnets", "host_routes")));
    cr_expect(json_is_object(default_of("ports", "binding:profile")));
    cr_expect_null(default_of("ports", "fixed_ips"));
}

Test(openapi, limits_of_settings_are_those_of_the_server)
{
    cr_assert_not_null(strstr(text.data, "\"maxItems\": 77"));
}

/* --- what it must agree with */

/* What the migrations say of a column of 'table', or NULL. */
static const char *
column_definition(const struct table *table, const struct attr *attr)
{
    char name[ATTR_COLUMN_SIZE];
    attr_column(attr, name);
    for (size_t i = 0; i < n_migrations; i++) {
        const char *start = strstr(
            migrations[i].sql,
            arena_printf(&arena, "CREATE TABLE %s (", table->plural));
        const char *end = start == NULL ? NULL : strstr(start, "\n)");
        const char *line = start == NULL
                               ? NULL
                               : strstr(start, arena_printf(&arena,
                                                            "\n    %s ",
                                                            name));
        if (line != NULL && line < end) {
            line++;
            return arena_strndup(&arena, line, strcspn(line, "\n"));
        }
    }
    return NULL;
}

Test(openapi, answers_are_null_where_the_column_may_be)
{
    size_t found = 0;
    write_document("sprut");
    FOR_ATTRS(table, attr) {
        json_t *schema = property(table, "", attr->name);
        const char *line = attr_is_stored(attr)
                               ? column_definition(table, attr)
                               : NULL;
        if (schema == NULL || line == NULL) {
            continue;
        }
        found++;
        bool never = strstr(line, "NOT NULL") != NULL ||
                     strstr(line, "PRIMARY KEY") != NULL;
        cr_expect_eq(takes_null(schema), !never, "%s: %s", table->plural,
                     line);
    }
    cr_assert_gt(found, 50);
}

/* True when 'path' of the document is what 'pattern' of the routes means;
 * '{collection}' stands for 'plural'. */
static bool
fits(const char *path, const char *pattern, const char *plural)
{
    while (*path == '/' && *pattern == '/') {
        size_t len = strcspn(++path, "/"), n = strcspn(++pattern, "/");
        bool collection = strncmp(pattern, "{collection}", n) == 0 && n > 0;
        const char *word = collection ? plural : pattern;
        size_t word_len = collection ? strlen(plural) : n;
        bool variable = *word == '{' && *path == '{';
        if (!variable &&
            (word_len != len || strncmp(word, path, len) != 0)) {
            return false;
        }
        path += len;
        pattern += n;
    }
    return *path == '\0' && *pattern == '\0';
}

static bool
is_described(const struct route *route, const char *plural)
{
    char method[8] = "";
    const char *path;
    json_t *item;
    for (size_t i = 0; i < 7 && route->method[i] != '\0'; i++) {
        method[i] = (char) (route->method[i] | 0x20);
    }
    json_object_foreach(AT(document, "paths"), path, item) {
        json_t *operation = json_object_get(item, method);
        if (operation != NULL && fits(path, route->pattern, plural)) {
            bool open = json_is_array(json_object_get(operation, "security"));
            cr_expect_eq(open, route_is_open(route), "%s", path);
            return true;
        }
    }
    return false;
}

/* Second names of other paths, OPTIONS of any, and the Identity API, which
 * OpenStack describes. */
static bool
is_alias(const char *pattern)
{
    return strcmp(pattern, "*") == 0 || strncmp(pattern, "/v3", 3) == 0 ||
           strstr(pattern, "{own}") != NULL ||
           strstr(pattern, "/defaults") != NULL;
}

Test(openapi, every_route_is_described)
{
    write_document("sprut");
    for (int i = 0; route_at(i) != NULL; i++) {
        for (size_t r = 0; resources[r] != NULL; r++) {
            const char *pattern = route_at(i)->pattern;
            bool exists = route_serves(route_at(i), resources[r]);
            const char *path = table_path(&resources[r]->table);
            cr_expect(is_alias(pattern) ||
                          is_described(route_at(i), path) == exists,
                      "%s %s of %s", route_at(i)->method, pattern, path);
        }
    }
}
