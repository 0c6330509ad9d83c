/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The schemas of a resource, from its attribute table: what an answer shows,
 * what POST takes and what PUT takes.
 */
#include <inttypes.h>

#include "core/arena.h"
#include "openapi_internal.h"

enum form { FORM_ANSWER, FORM_CREATE, FORM_UPDATE, FORM_ITEM };

/* --- types */

/* What the type of an attribute does not say. */
/* clang-format off */
#define ID "{'type':'string','format':'uuid'}"
static const struct shape {
    const char *name;
    bool in_answer; /* Of answers only, where it is never null. */
    const char *members;
} shapes[] = {
    {"ip_version", false, "'type':'integer','enum':[4,6]"},
    {"tags", false,
     "'type':'array','maxItems':" DIGITS(TAG_MAX_COUNT) ",'items':"
     "{'type':'string','maxLength':" DIGITS(TAG_MAX_LEN) "}"},
    {"mac_address", true,
     "'type':'string','pattern':'^[0-9a-f]{2}(:[0-9a-f]{2}){5}$'"},
    {"dns_assignment", true,
     "'type':'array','items':{'type':'object','properties':{"
     "'hostname':" TEXT ",'ip_address':" TEXT ",'fqdn':" TEXT "},"
     "'required':['hostname','ip_address','fqdn']}"},
    {"fixed_ips", true,
     "'type':'array','items':{'type':'object','properties':{"
     "'subnet_id':{'type':'string','format':'uuid'},'ip_address':" TEXT "},"
     "'required':['subnet_id','ip_address']}"},
    {"allowed_address_pairs", true,
     "'type':'array','items':{'type':'object','properties':{"
     "'mac_address':" TEXT ",'ip_address':" TEXT "},"
     "'required':['mac_address','ip_address']}"},
    {"extra_dhcp_opts", true,
     "'type':'array','items':{'type':'object','properties':{"
     "'opt_name':" TEXT ",'opt_value':" TEXT ","
     "'ip_version':{'type':'integer','enum':[4,6]}},"
     "'required':['opt_name','opt_value','ip_version']}"},
    {"network_id", true, "'type':'string','format':'uuid'"},
    {"subnet_id", true, "'type':'string','format':'uuid'"},
    {"reserved_ranges", true,
     "'type':'array','items':{'type':'object','properties':{"
     "'cidr':" TEXT ",'kind':{'type':'string','enum':['pods','services']}},"
     "'required':['cidr','kind']}"},
    {"network", true,
     "'type':'object','properties':{'id':" ID ",'name':" TEXT ","
     "'status':" TEXT ",'mtu':" INTEGER ","
     "'enable_shadow_port':{'type':'boolean'}},"
     "'required':['id','name','status','mtu','enable_shadow_port']"},
    {"subnet", true,
     "'type':'object','properties':{'id':" ID ",'name':" TEXT ","
     "'ip_version':{'type':'integer','enum':[4,6]},'cidr':" TEXT ","
     "'prefixlen':" INTEGER ",'gateway_ip':{'type':['string','null']}},"
     "'required':['id','name','ip_version','cidr','prefixlen','gateway_ip']"},
    {"owned", true,
     "'type':'array','items':{'type':'object','properties':{"
     "'type':{'type':'string','enum':['network','subnet']},'id':" ID "},"
     "'required':['type','id']}"},
    {"ports", true,
     "'type':'array','items':{'type':'object','properties':{'id':" ID ","
     "'name':" TEXT ",'mac_address':" TEXT ","
     "'ip_address':{'type':['string','null']},"
     "'group':" TEXT ",'device_id':" TEXT "},"
     "'required':['id','name','mac_address','ip_address','group',"
     "'device_id']}"},
    {"shadow_port", false,
     "'type':'object','properties':{'id':" ID ",'ip_address':" TEXT "},"
     "'required':['id','ip_address']"},
};
#undef ID
/* clang-format on */

static const struct shape *
find_shape(const struct attr *attr, enum form form)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        if (strcmp(shapes[i].name, attr->name) == 0 &&
            (!shapes[i].in_answer || form == FORM_ANSWER)) {
            return &shapes[i];
        }
    }
    return NULL;
}

/* Appends members that begin with a type; null is one more. */
static void
add_members(struct openapi *doc, const char *members, bool nullable)
{
    const char *type = strchr(members, ':') + 1;
    size_t len = strchr(type + 1, '"') + 1 - type;
    openapi_separate(doc);
    if (!nullable) {
        buf_adds(doc->buf, members);
        return;
    }
    buf_addf(doc->buf, "\"type\":[%.*s,\"null\"]%s", (int) len, type,
             type + len);
}

/* --- limits */

static void
add_number(struct openapi *doc, const char *key, int64_t number)
{
    openapi_add_key(doc, key);
    buf_add_int(doc->buf, number);
}

static void
add_limits(struct openapi *doc, const struct attr *attr)
{
    if (attr->type == TYPE_INT) {
        add_number(doc, "minimum", attr->min);
    } else if (attr->type == TYPE_TEXT && attr->min > 0) {
        add_number(doc, "minLength", attr->min);
    }
    if (attr->max > 0) {
        add_number(doc,
                   attr->type == TYPE_INT    ? "maximum"
                   : attr->type == TYPE_TEXT ? "maxLength"
                                             : "maxItems",
                   attr->max);
    }
}

static void
add_enum(struct openapi *doc, const struct attr *attr, bool nullable)
{
    openapi_add_key(doc, "enum");
    buf_put(doc->buf, '[');
    for (size_t i = 0; attr->one_of[i] != NULL; i++) {
        openapi_separate(doc);
        buf_adds_json(doc->buf, attr->one_of[i]);
    }
    buf_adds(doc->buf, nullable ? ",null]" : "]");
}

static void
add_value(struct openapi *doc, const struct attr *attr, bool nullable,
          enum form form)
{
    const struct shape *shape = find_shape(attr, form);
    if (shape != NULL) {
        add_members(doc, openapi_expand(doc, shape->members),
                    nullable && !shape->in_answer);
        return;
    }
    add_members(doc, type_of(attr->type)->openapi, nullable);
    add_limits(doc, attr);
    if (attr->one_of != NULL) {
        add_enum(doc, attr, nullable);
    }
}

void
openapi_add_type(struct openapi *doc, const struct attr *attr)
{
    add_members(doc, type_of(attr->type)->openapi, false);
    if (attr->one_of != NULL) {
        add_enum(doc, attr, false);
    }
}

/* --- attributes */

/* Null is in an answer where it was given and is no word for the default,
 * where nothing is ever there, and where the server may find no word. */
static bool
answers_null(const struct attr *attr)
{
    bool given = (attr->flags & ATTR_NULL) != 0 && attr->def == NULL;
    bool never = attr->expr != NULL &&
                 strncmp(attr->expr, "NULL::", strlen("NULL::")) == 0;
    bool word = (attr->flags & ATTR_COMPUTED) != 0 && attr->one_of != NULL;
    return given || never || word || (attr->flags & ATTR_SDN) != 0;
}

static bool
is_nullable(const struct attr *attr, enum form form)
{
    return form == FORM_ANSWER
               ? answers_null(attr)
               : (attr->flags & (ATTR_NULL | ATTR_NULL_EMPTY)) != 0;
}

static void
add_default(struct openapi *doc, const struct attr *attr)
{
    const struct type *type = type_of(attr->type);
    struct arena *arena = doc->buf->arena;
    void *value = arena_alloc(arena, type->size);
    if (type->from_text == NULL ||
        type->from_text(arena, attr, attr->def, value) != NULL) {
        type->from_sql(arena, attr->def, value);
    }
    const char *text = type->to_sql(arena, value);
    openapi_add_key(doc, "default");
    type->render(doc->buf, text, strlen(text));
}

static void
add_attr(struct openapi *doc, const struct attr *attr, enum form form)
{
    static const unsigned admin[] = {[FORM_ANSWER] = ATTR_ADMIN_READ,
                                     [FORM_CREATE] = ATTR_ADMIN_WRITE,
                                     [FORM_UPDATE] = ATTR_ADMIN_WRITE,
                                     [FORM_ITEM] = ATTR_ADMIN_WRITE};
    openapi_add_key(doc, attr->name);
    buf_put(doc->buf, '{');
    add_value(doc, attr, is_nullable(attr, form), form);
    if (form == FORM_CREATE && attr->def != NULL) {
        add_default(doc, attr);
    }
    openapi_add_key(doc, "description");
    buf_adds_json(doc->buf, attr->doc != NULL ? attr->doc : attr->name);
    if (form == FORM_ANSWER && (attr->flags & (ATTR_POST | ATTR_PUT)) == 0) {
        openapi_add(doc, ",'readOnly':true");
    }
    if ((attr->flags & admin[form]) != 0) {
        openapi_add(doc, ",'x-tenet-admin':true");
    }
    buf_put(doc->buf, '}');
}

/* --- objects */

static bool
has_attr(const struct openapi *doc, const struct attr *attr, enum form form)
{
    static const unsigned verbs[] = {
        [FORM_CREATE] = ATTR_POST, [FORM_UPDATE] = ATTR_PUT,
        [FORM_ITEM] = ATTR_PUT};
    const struct attr *attrs = doc->resource->table.attrs;
    if (!openapi_has_attr(doc, attr)) {
        return false;
    }
    if (form == FORM_ITEM &&
        (attr == &attrs[ATTR_ID] || attr == &attrs[ATTR_TAGS] ||
         attr == &attrs[ATTR_REVISION_NUMBER])) {
        return true;
    }
    return form == FORM_ANSWER
               ? (attr->flags & (ATTR_HIDDEN | ATTR_NO_COLUMN)) == 0
               : (attr->flags & verbs[form]) != 0;
}

static bool
is_required(const struct attr *attr, enum form form)
{
    switch (form) {
    case FORM_ANSWER:
        return (attr->flags & ATTR_ADMIN_READ) == 0;
    case FORM_CREATE:
        return (attr->flags & ATTR_REQUIRED) != 0;
    case FORM_ITEM:
        return strcmp(attr->name, "id") == 0;
    case FORM_UPDATE:
        break;
    }
    return false;
}

static void
add_required(struct openapi *doc, enum form form)
{
    const struct table *table = &doc->resource->table;
    openapi_add_key(doc, "required");
    buf_put(doc->buf, '[');
    for (size_t i = 0; i < table->n_attrs; i++) {
        if (has_attr(doc, &table->attrs[i], form) &&
            is_required(&table->attrs[i], form)) {
            openapi_separate(doc);
            buf_adds_json(doc->buf, table->attrs[i].name);
        }
    }
    buf_put(doc->buf, ']');
}

/* The head of each form, up to its properties. */
static const char *const heads[] = {
    [FORM_ANSWER] = "'<One>':{'type':'object'",
    [FORM_CREATE] = "'<One>Create':{'type':'object',"
                    "'additionalProperties':false",
    [FORM_UPDATE] = "'<One>Update':{'type':'object',"
                    "'additionalProperties':false",
    [FORM_ITEM] = "'<One>Change':{'type':'object',"
                  "'additionalProperties':false,'description':'A <title> of "
                  "a group: its id, the revision that it must have, and what "
                  "to change.'",
};

static void
add_form(struct openapi *doc, enum form form)
{
    const struct table *table = &doc->resource->table;
    openapi_separate(doc);
    openapi_add(doc, heads[form]);
    if (form == FORM_ANSWER) {
        openapi_add_key(doc, "description");
        buf_adds_json(doc->buf, table->doc);
    }
    openapi_add(doc, ",'properties':{");
    for (size_t i = 0; i < table->n_attrs; i++) {
        if (has_attr(doc, &table->attrs[i], form)) {
            add_attr(doc, &table->attrs[i], form);
        }
    }
    if (form == FORM_ANSWER) {
        openapi_add_embedded(doc);
    }
    buf_put(doc->buf, '}');
    if (form != FORM_UPDATE) {
        add_required(doc, form);
    }
    buf_put(doc->buf, '}');
}

void
openapi_add_schemas(struct openapi *doc)
{
    add_form(doc, FORM_ANSWER);
    add_form(doc, FORM_CREATE);
    add_form(doc, FORM_UPDATE);
    add_form(doc, FORM_ITEM);
}
