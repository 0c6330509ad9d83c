/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of the type table that only cluster networks use: node_groups, and the
 * block of a new subnet.  types.c holds the table.
 *
 * The values have parts, and each part may be wrong: errors name the part
 * ("node_groups[1].count"), and all of a value are chained.
 */
#include <jansson.h>

#include "core/arena.h"
#include "core/buf.h"
#include "schema/attr.h"
#include "schema/jsonval.h"
#include "types_internal.h"

#define GROUP_NAME_MAX 63
#define NODES_MAX 1000  /* Of one cluster. */
#define PREFIXLEN_MIN 8 /* Of a subnet that the server chooses. */
#define PREFIXLEN_MAX 29

/* --- chains of errors */

struct errors {
    struct err *first, *last;
};

static void
collect(struct errors *errors, struct err *err)
{
    if (err == NULL) {
        return;
    }
    if (errors->first == NULL) {
        errors->first = err;
    } else {
        errors->last->next = err;
    }
    errors->last = err;
}

/* The attribute that stands for a part of 'attr'. */
static struct attr
part_of(struct arena *arena, const char *path, const char *part)
{
    return (struct attr){.name = arena_printf(arena, "%s.%s", path, part)};
}

/* Every key of 'json' that is none of 'keys' is a mistake. */
static void
collect_unknown(struct arena *arena, struct errors *errors, const char *path,
                const json_t *json, const char *const *keys)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *) (uintptr_t) json, key, value)
    {
        const char *valid = "";
        bool known = false;
        for (size_t i = 0; keys[i] != NULL; i++) {
            const char *comma = i == 0 ? "" : keys[i + 1] == NULL ? " and "
                                                                  : ", ";
            valid = arena_printf(arena, "%s%s\"%s\"", valid, comma, keys[i]);
            known = known || strcmp(key, keys[i]) == 0;
        }
        if (!known) {
            collect(errors,
                    err_attr(arena, part_of(arena, path, key).name,
                             "unknown_key",
                             "invalid input for \"%s\": unexpected key "
                             "\"%s\"; valid are %s", path, key, valid));
        }
    }
}

/* --- node_groups: [{"name", "count"}] */

/* Letters, digits and "-_.", as in the name of a port or a host. */
static bool
is_group_name(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    size_t len = strlen(text);
    return len > 0 && len <= GROUP_NAME_MAX && strchr("-_.", text[0]) == NULL &&
           strspn(text, letters) == len;
}

static struct err *
read_group_name(struct arena *arena, const char *path, const json_t *json,
                struct node_group *group)
{
    struct attr attr = part_of(arena, path, "name");
    if (json == NULL) {
        return err_attr(arena, attr.name, "required",
                        "invalid input for \"%s\": a name is required",
                        path);
    }
    attr.type = TYPE_TEXT;
    TRY(type_text.from_json(arena, &attr, json, &group->name));
    if (!is_group_name(group->name)) {
        return err_attr(arena, attr.name, "group_name",
                        "invalid input for \"%s\": %s is not 1 to %d letters, "
                        "digits, \"-\", \"_\" and \".\" that begin with a "
                        "letter or digit", attr.name,
                        jsonval_brief(arena, json), GROUP_NAME_MAX);
    }
    return NULL;
}

static struct err *
read_group_count(struct arena *arena, const char *path, const json_t *json,
                 struct node_group *group)
{
    struct attr attr = part_of(arena, path, "count");
    if (json == NULL) {
        return err_attr(arena, attr.name, "required",
                        "invalid input for \"%s\": a count is required",
                        path);
    }
    attr.type = TYPE_INT;
    attr.max = NODES_MAX;
    struct err *err = type_int.from_json(arena, &attr, json, &group->count);
    if (err != NULL) {
        err->kind = ERR_BAD_REQUEST;
        return err;
    }
    return attr_check(arena, &attr, &group->count);
}

static void
read_group(struct arena *arena, struct errors *errors, const char *path,
           const json_t *json, struct node_group *group)
{
    static const char *const keys[] = {"name", "count", NULL};
    if (!json_is_object(json)) {
        collect(errors, err_attr(arena, path, "type",
                                 "invalid input for \"%s\": %s is not an "
                                 "object with \"name\" and \"count\"", path,
                                 jsonval_brief(arena, json)));
        return;
    }
    collect_unknown(arena, errors, path, json, keys);
    collect(errors, read_group_name(arena, path,
                                    json_object_get(json, "name"), group));
    collect(errors, read_group_count(arena, path,
                                     json_object_get(json, "count"), group));
}

static struct err *
node_groups_from_json(struct arena *arena, const struct attr *attr,
                      const json_t *json, void *ret_value)
{
    struct node_group_list *list = ret_value;
    struct errors errors = {NULL, NULL};
    TRY(jsonval_expect_list(arena, attr, json));
    list->n = json_array_size(json);
    list->items = ARENA_ARRAY(arena, struct node_group, list->n);
    for (size_t i = 0; i < list->n; i++) {
        const char *path = arena_printf(arena, "%s[%zu]", attr->name, i);
        read_group(arena, &errors, path, json_array_get(json, i),
                   &list->items[i]);
    }
    return errors.first;
}

static bool
name_repeats(const struct node_group_list *list, size_t i)
{
    for (size_t j = 0; j < i; j++) {
        if (strcmp(list->items[i].name, list->items[j].name) == 0) {
            return true;
        }
    }
    return false;
}

static struct err *
check_groups(struct arena *arena, const struct attr *attr, const void *value)
{
    const struct node_group_list *list = value;
    int64_t total = 0;
    for (size_t i = 0; i < list->n; i++) {
        if (name_repeats(list, i)) {
            return err_attr(arena,
                            arena_printf(arena, "%s[%zu].name", attr->name, i),
                            "duplicate",
                            "invalid input for \"%s\": group \"%s\" stands "
                            "twice", attr->name, list->items[i].name);
        }
        total += list->items[i].count;
    }
    if (total > NODES_MAX) {
        return err_attr(arena, attr->name, "max_nodes",
                        "invalid input for \"%s\": %lld nodes exceed the "
                        "maximum of %d of a cluster", attr->name,
                        (long long) total, NODES_MAX);
    }
    return NULL;
}

static void
node_groups_from_sql(struct arena *arena, const char *text, void *ret_value)
{
    json_list_from_sql(arena, &type_node_groups, text, ret_value);
}

static const char *
node_groups_to_sql(struct arena *arena, const void *value)
{
    const struct node_group_list *list = value;
    struct buf buf;
    buf_init(&buf, arena, 64);
    buf_put(&buf, '[');
    for (size_t i = 0; i < list->n; i++) {
        buf_adds(&buf, i == 0 ? "{\"name\":" : ",{\"name\":");
        buf_adds_json(&buf, list->items[i].name);
        buf_adds(&buf, ",\"count\":");
        buf_add_int(&buf, list->items[i].count);
        buf_put(&buf, '}');
    }
    buf_put(&buf, ']');
    return buf.data;
}

const struct type type_node_groups = {
    .name = "list of node groups",
    .size = sizeof(struct node_group_list),
    .sql = "json",
    .openapi = "\"type\":\"array\",\"items\":{\"type\":\"object\","
               "\"properties\":{\"name\":{\"type\":\"string\","
               "\"maxLength\":63,"
               "\"pattern\":\"^[A-Za-z0-9][A-Za-z0-9._-]*$\"},"
               "\"count\":{\"type\":\"integer\",\"minimum\":0,"
               "\"maximum\":1000}},\"required\":[\"name\",\"count\"],"
               "\"additionalProperties\":false}",
    .from_json = node_groups_from_json,
    .validate = check_groups,
    .from_sql = node_groups_from_sql,
    .to_sql = node_groups_to_sql,
    .render = render_verbatim,
};

/* --- the block of a new subnet: {"cidr"} or {"prefixlen"} */

static struct err *
read_prefixlen(struct arena *arena, const struct attr *attr,
               const json_t *json, struct subnet_block *block)
{
    struct attr part = part_of(arena, attr->name, "prefixlen");
    part.type = TYPE_INT;
    part.min = PREFIXLEN_MIN;
    part.max = PREFIXLEN_MAX;
    struct err *err = type_int.from_json(arena, &part, json,
                                         &block->prefixlen);
    if (err != NULL) {
        err->kind = ERR_BAD_REQUEST;
        return err;
    }
    return attr_check(arena, &part, &block->prefixlen);
}

static struct err *
read_pool_id(struct arena *arena, const struct attr *attr,
             const json_t *json, struct subnet_block *block)
{
    struct attr part = part_of(arena, attr->name, "subnetpool_id");
    const json_t *id = json_object_get(json, "subnetpool_id");
    part.type = TYPE_UUID;
    return id == NULL || json_is_null(id)
               ? NULL
               : type_uuid.from_json(arena, &part, id,
                                     &block->subnetpool_id);
}

static struct err *
block_from_json(struct arena *arena, const struct attr *attr,
                const json_t *json, void *ret_value)
{
    static const char *const keys[] = {"cidr", "prefixlen",
                                       "subnetpool_id", NULL};
    struct subnet_block *block = ret_value;
    struct errors errors = {NULL, NULL};
    if (!json_is_object(json)) {
        return jsonval_refuse(arena, attr, json,
                              "an object with \"cidr\" or \"prefixlen\", "
                              "\"subnetpool_id\" or both");
    }
    const json_t *cidr = json_object_get(json, "cidr");
    const json_t *prefixlen = json_object_get(json, "prefixlen");
    bool has_cidr = cidr != NULL && !json_is_null(cidr);
    bool has_prefixlen = prefixlen != NULL && !json_is_null(prefixlen);
    collect_unknown(arena, &errors, attr->name, json, keys);
    collect(&errors, read_pool_id(arena, attr, json, block));
    if (has_cidr) {
        struct attr part = part_of(arena, attr->name, "cidr");
        part.type = TYPE_CIDR;
        collect(&errors, type_cidr.from_json(arena, &part, cidr,
                                             &block->cidr));
    }
    if (has_prefixlen) {
        collect(&errors, read_prefixlen(arena, attr, prefixlen, block));
    }
    if (has_cidr && has_prefixlen) {
        collect(&errors,
                err_attr(arena, part_of(arena, attr->name, "prefixlen").name,
                         "exclusive",
                         "invalid input for \"%s\": \"cidr\" and "
                         "\"prefixlen\" exclude each other", attr->name));
    }
    return errors.first;
}

static void
block_from_sql(struct arena *arena, const char *text, void *ret_value)
{
    (void) arena;
    struct subnet_block *block = ret_value;
    json_t *json = json_loads(text, 0, NULL);
    const char *cidr = jsonval_text(json_object_get(json, "cidr"));
    *block = (struct subnet_block){.prefixlen = 0};
    if (cidr != NULL) {
        ip_prefix_parse(cidr, &block->cidr);
    }
    json_decref(json);
}

static const char *
block_to_sql(struct arena *arena, const void *value)
{
    const struct subnet_block *block = value;
    char text[IP_PREFIX_TEXT_SIZE];
    char id[UUID_TEXT_SIZE];
    bool cidr = block->cidr.addr.version != 0;
    bool pool = !uuid_is_nil(&block->subnetpool_id);
    const char *pool_text = "", *comma = cidr || block->prefixlen != 0
                                             ? "," : "";
    if (pool) {
        uuid_to_text(&block->subnetpool_id, id);
        pool_text = arena_printf(arena, "%s\"subnetpool_id\":\"%s\"", comma,
                                 id);
    }
    if (cidr) {
        ip_prefix_format(&block->cidr, text);
        return arena_printf(arena, "{\"cidr\":\"%s\"%s}", text, pool_text);
    }
    if (block->prefixlen != 0) {
        return arena_printf(arena, "{\"prefixlen\":%d%s}",
                            (int) block->prefixlen, pool_text);
    }
    return arena_printf(arena, "{%s}", pool_text);
}

const struct type type_subnet_block = {
    .name = "block of a subnet",
    .size = sizeof(struct subnet_block),
    .sql = "json",
    .openapi = "\"type\":\"object\",\"properties\":{"
               "\"cidr\":{\"type\":[\"string\",\"null\"]},"
               "\"prefixlen\":{\"type\":[\"integer\",\"null\"],\"minimum\":8,"
               "\"maximum\":29},\"subnetpool_id\":{\"type\":[\"string\","
               "\"null\"],\"format\":\"uuid\"}},"
               "\"additionalProperties\":false",
    .from_json = block_from_json,
    .from_sql = block_from_sql,
    .to_sql = block_to_sql,
    .render = render_verbatim,
};
