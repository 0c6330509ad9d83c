/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of the type table that only ports use: fixed_ips,
 * allowed_address_pairs and extra_dhcp_opts.  types.c holds the table.
 */
#include <jansson.h>

#include "core/arena.h"
#include "core/buf.h"
#include "schema/attr.h"
#include "schema/jsonval.h"
#include "types_internal.h"

/* --- fixed_ips: [{"subnet_id", "ip_address"}], both optional in requests */

/* Absent, null and "" all leave the choice to the server: some clients send
 * "" for the part they do not give. */
static bool
is_left_open(const json_t *json)
{
    return json == NULL || json_is_null(json) ||
           (json_is_string(json) && json_string_length(json) == 0);
}

static struct err *
fixed_ip_from_json(struct arena *arena, const struct attr *attr,
                   const json_t *json, struct fixed_ip *ret_ip)
{
    static const char *const keys[] = {"subnet_id", "ip_address"};
    const json_t *values[2];
    TRY(jsonval_members(arena, attr, json, keys, 2, values));
    if (is_left_open(values[0]) && is_left_open(values[1])) {
        struct err *err =
            jsonval_refuse(arena, attr, json,
                           "an object with \"subnet_id\", \"ip_address\" or "
                           "both");
        err->kind = ERR_INVALID_INPUT;
        return err;
    }
    if (!is_left_open(values[0])) {
        TRY(type_uuid.from_json(arena, attr, values[0], &ret_ip->subnet_id));
    }
    if (!is_left_open(values[1])) {
        TRY(type_ip.from_json(arena, attr, values[1], &ret_ip->ip_address));
    }
    return NULL;
}

static struct err *
refuse_repeated_ip(struct arena *arena, const struct attr *attr,
                   const void *value)
{
    const struct fixed_ip_list *list = value;
    for (size_t i = 0; i < list->n; i++) {
        const struct ip_addr *ip = &list->items[i].ip_address;
        for (size_t j = 0; ip->version != 0 && j < i; j++) {
            if (ip_equal(ip, &list->items[j].ip_address)) {
                return err_attr(arena, attr->name, "duplicate",
                                "invalid input for \"%s\": entry %zu repeats "
                                "the address of entry %zu",
                                attr->name, i, j);
            }
        }
    }
    return NULL;
}

static struct err *
fixed_ips_from_json(struct arena *arena, const struct attr *attr,
                    const json_t *json, void *ret_value)
{
    struct fixed_ip_list *list = ret_value;
    TRY(jsonval_expect_list(arena, attr, json));
    list->n = json_array_size(json);
    list->items = ARENA_ARRAY(arena, struct fixed_ip, list->n);
    for (size_t i = 0; i < list->n; i++) {
        TRY(fixed_ip_from_json(arena, attr, json_array_get(json, i),
                               &list->items[i]));
    }
    return NULL;
}

static void
fixed_ips_from_sql(struct arena *arena, const char *text, void *ret_value)
{
    json_list_from_sql(arena, &type_fixed_ips, text, ret_value);
}

static const char *
fixed_ips_to_sql(struct arena *arena, const void *value)
{
    const struct fixed_ip_list *list = value;
    struct buf buf;
    buf_init(&buf, arena, 16 + list->n * 96);
    buf_put(&buf, '[');
    for (size_t i = 0; i < list->n; i++) {
        char subnet[UUID_TEXT_SIZE], ip[IP_TEXT_SIZE];
        uuid_to_text(&list->items[i].subnet_id, subnet);
        ip_format(&list->items[i].ip_address, ip);
        buf_adds(&buf, i == 0 ? "{\"subnet_id\":\"" : ",{\"subnet_id\":\"");
        buf_adds(&buf, subnet);
        buf_adds(&buf, "\",\"ip_address\":\"");
        buf_adds(&buf, ip);
        buf_adds(&buf, "\"}");
    }
    buf_put(&buf, ']');
    return buf.data;
}

const struct type type_fixed_ips = {
    .name = "list of fixed IPs",
    .size = sizeof(struct fixed_ip_list),
    .sql = "json",
    .openapi = "\"type\":\"array\",\"items\":{\"type\":\"object\","
               "\"properties\":{\"subnet_id\":{\"type\":\"string\","
               "\"format\":\"uuid\"},\"ip_address\":{\"type\":\"string\"}}}",
    .from_json = fixed_ips_from_json,
    .validate = refuse_repeated_ip,
    .from_sql = fixed_ips_from_sql,
    .to_sql = fixed_ips_to_sql,
    .render = render_verbatim,
};

/* --- allowed_address_pairs: [{"mac_address", "ip_address"}] */

static struct err *
pair_from_json(struct arena *arena, const struct attr *attr,
               const json_t *json, struct address_pair *ret_pair)
{
    static const char *const keys[] = {"mac_address", "ip_address"};
    const json_t *values[2];
    TRY(jsonval_members(arena, attr, json, keys, 2, values));
    const char *ip = jsonval_text(values[1]);
    if (values[1] == NULL) {
        struct err *err = jsonval_refuse(arena, attr, json,
                                         "an object with an \"ip_address\"");
        err->kind = ERR_PAIR_MISSING_IP;
        return err;
    }
    if (ip == NULL || !ip_prefix_parse(ip, &ret_pair->ip_address)) {
        return jsonval_refuse(arena, attr, json,
                              "an object with an \"ip_address\" that is an "
                              "IP address or a CIDR");
    }
    ret_pair->has_len = strchr(ip, '/') != NULL;
    if (values[0] != NULL && !json_is_null(values[0])) {
        ret_pair->has_mac = true;
        return type_mac.from_json(arena, attr, values[0],
                                  &ret_pair->mac_address);
    }
    return NULL;
}

static bool
pair_equal(const struct address_pair *a, const struct address_pair *b)
{
    return a->has_mac == b->has_mac &&
           mac_equal(&a->mac_address, &b->mac_address) &&
           ip_prefix_equal(&a->ip_address, &b->ip_address);
}

static struct err *
refuse_repeated_pair(struct arena *arena, const struct attr *attr,
                     const void *value)
{
    const struct address_pair_list *list = value;
    for (size_t i = 0; i < list->n; i++) {
        for (size_t j = 0; j < i; j++) {
            if (pair_equal(&list->items[i], &list->items[j])) {
                struct err *err =
                    err_attr(arena, attr->name, "duplicate",
                             "invalid input for \"%s\": entry %zu repeats "
                             "entry %zu", attr->name, i, j);
                err->kind = ERR_PAIR_DUPLICATE;
                return err;
            }
        }
    }
    return NULL;
}

static struct err *
pairs_from_json(struct arena *arena, const struct attr *attr,
                const json_t *json, void *ret_value)
{
    struct address_pair_list *list = ret_value;
    TRY(jsonval_expect_list(arena, attr, json));
    list->n = json_array_size(json);
    list->items = ARENA_ARRAY(arena, struct address_pair, list->n);
    for (size_t i = 0; i < list->n; i++) {
        TRY(pair_from_json(arena, attr, json_array_get(json, i),
                           &list->items[i]));
    }
    return NULL;
}

static void
pairs_from_sql(struct arena *arena, const char *text, void *ret_value)
{
    json_list_from_sql(arena, &type_pairs, text, ret_value);
}

static const char *
pairs_to_sql(struct arena *arena, const void *value)
{
    const struct address_pair_list *list = value;
    struct buf buf;
    buf_init(&buf, arena, 64);
    buf_put(&buf, '[');
    for (size_t i = 0; i < list->n; i++) {
        const struct address_pair *pair = &list->items[i];
        char mac[MAC_TEXT_SIZE], ip[IP_PREFIX_TEXT_SIZE];
        mac_format(&pair->mac_address, mac);
        if (pair->has_len) {
            ip_prefix_format(&pair->ip_address, ip);
        } else {
            ip_format(&pair->ip_address.addr, ip);
        }
        buf_addf(&buf, "%s{\"mac_address\":\"%s\",\"ip_address\":\"%s\"}",
                 i == 0 ? "" : ",", mac, ip);
    }
    buf_put(&buf, ']');
    return buf.data;
}

const struct type type_pairs = {
    .name = "list of allowed address pairs",
    .size = sizeof(struct address_pair_list),
    .sql = "json",
    .openapi = "\"type\":\"array\",\"items\":{\"type\":\"object\","
               "\"properties\":{\"mac_address\":{\"type\":\"string\"},"
               "\"ip_address\":{\"type\":\"string\"}},"
               "\"required\":[\"ip_address\"]}",
    .from_json = pairs_from_json,
    .validate = refuse_repeated_pair,
    .from_sql = pairs_from_sql,
    .to_sql = pairs_to_sql,
    .render = render_verbatim,
};

/* --- extra_dhcp_opts: [{"opt_name", "opt_value", "ip_version"}] */

#define DHCP_OPT_MAX 255 /* Characters of a name or a value. */

static struct err *
read_opt_version(struct arena *arena, const struct attr *attr,
                 const json_t *json, int64_t *ret_version)
{
    *ret_version = 4;
    if (json == NULL) {
        return NULL;
    }
    TRY(type_int.from_json(arena, attr, json, ret_version));
    if (*ret_version != 4 && *ret_version != 6) {
        return jsonval_refuse(arena, attr, json, "4 or 6");
    }
    return NULL;
}

/* True for text without control characters, which no option needs. */
static bool
is_printable(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if ((unsigned char) *p < ' ' || *p == 0x7F) {
            return false;
        }
    }
    return true;
}

static struct err *
dhcp_opt_from_json(struct arena *arena, const struct attr *attr,
                   const json_t *json, struct dhcp_opt *ret_opt)
{
    static const char *const keys[] = {"opt_name", "opt_value", "ip_version"};
    const json_t *values[3];
    TRY(jsonval_members(arena, attr, json, keys, 3, values));
    const char *name = jsonval_text(values[0]);
    const char *value = jsonval_text(values[1]);
    bool remove = json_is_null(values[1]);
    if (name == NULL || name[0] == '\0' || !is_printable(name) ||
        attr_count_characters(name) > DHCP_OPT_MAX) {
        return jsonval_refuse(arena, attr, json,
                              "an object with an \"opt_name\" of 1 to 255 "
                              "characters");
    }
    if (!remove && (value == NULL || !is_printable(value) ||
                    attr_count_characters(value) > DHCP_OPT_MAX ||
                    value[strspn(value, " \t")] == '\0')) {
        return jsonval_refuse(arena, attr, json,
                              "an object with an \"opt_value\" that is null "
                              "or 1 to 255 characters");
    }
    ret_opt->opt_name = arena_strdup(arena, name);
    ret_opt->opt_value = remove ? NULL : arena_strdup(arena, value);
    return read_opt_version(arena, attr, values[2], &ret_opt->ip_version);
}

static struct err *
dhcp_opts_from_json(struct arena *arena, const struct attr *attr,
                    const json_t *json, void *ret_value)
{
    struct dhcp_opt_list *list = ret_value;
    TRY(jsonval_expect_list(arena, attr, json));
    list->n = json_array_size(json);
    list->items = ARENA_ARRAY(arena, struct dhcp_opt, list->n);
    for (size_t i = 0; i < list->n; i++) {
        TRY(dhcp_opt_from_json(arena, attr, json_array_get(json, i),
                               &list->items[i]));
    }
    return NULL;
}

/* One value per name and IP version. */
static struct err *
refuse_repeated_opt(struct arena *arena, const struct attr *attr,
                    const void *value)
{
    const struct dhcp_opt_list *list = value;
    for (size_t i = 0; i < list->n; i++) {
        const struct dhcp_opt *a = &list->items[i];
        for (size_t j = 0; j < i; j++) {
            const struct dhcp_opt *b = &list->items[j];
            if (a->ip_version == b->ip_version &&
                strcmp(a->opt_name, b->opt_name) == 0) {
                return err_attr(arena, attr->name, "duplicate",
                                "invalid input for \"%s\": option \"%s\" "
                                "stands twice", attr->name, a->opt_name);
            }
        }
    }
    return NULL;
}

static void
dhcp_opts_from_sql(struct arena *arena, const char *text, void *ret_value)
{
    json_list_from_sql(arena, &type_dhcp_opts, text, ret_value);
}

static const char *
dhcp_opts_to_sql(struct arena *arena, const void *value)
{
    const struct dhcp_opt_list *list = value;
    struct buf buf;
    buf_init(&buf, arena, 64);
    buf_put(&buf, '[');
    for (size_t i = 0; i < list->n; i++) {
        buf_adds(&buf, i == 0 ? "{\"opt_name\":" : ",{\"opt_name\":");
        buf_adds_json(&buf, list->items[i].opt_name);
        buf_adds(&buf, ",\"opt_value\":");
        buf_adds_json(&buf, list->items[i].opt_value);
        buf_addf(&buf, ",\"ip_version\":%d}", (int) list->items[i].ip_version);
    }
    buf_put(&buf, ']');
    return buf.data;
}

const struct type type_dhcp_opts = {
    .name = "list of DHCP options",
    .size = sizeof(struct dhcp_opt_list),
    .sql = "json",
    .openapi = "\"type\":\"array\",\"items\":{\"type\":\"object\","
               "\"properties\":{\"opt_name\":{\"type\":\"string\"},"
               "\"opt_value\":{\"type\":[\"string\",\"null\"]},"
               "\"ip_version\":{\"type\":\"integer\",\"enum\":[4,6]}},"
               "\"required\":[\"opt_name\",\"opt_value\"]}",
    .refusal = ERR_INVALID_INPUT,
    .from_json = dhcp_opts_from_json,
    .validate = refuse_repeated_opt,
    .from_sql = dhcp_opts_from_sql,
    .to_sql = dhcp_opts_to_sql,
    .render = render_verbatim,
};
