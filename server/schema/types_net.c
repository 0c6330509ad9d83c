/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of the type table: IP address, CIDR, MAC address, allocation pools and
 * host routes.  types.c holds the table.
 */
#include <jansson.h>

#include "core/arena.h"
#include "core/buf.h"
#include "schema/attr.h"
#include "schema/jsonval.h"
#include "types_internal.h"

/* --- IP address */

static struct err *
ip_from_text(struct arena *arena, const struct attr *attr, const char *text,
             void *ret_value)
{
    if (!ip_parse(text, ret_value)) {
        return jsonval_refuse_text(arena, attr, text, "an IP address");
    }
    return NULL;
}

static struct err *
ip_from_json(struct arena *arena, const struct attr *attr, const json_t *json,
             void *ret_value)
{
    if (!json_is_string(json)) {
        return jsonval_refuse(arena, attr, json, "an IP address");
    }
    return ip_from_text(arena, attr, json_string_value(json), ret_value);
}

static void
ip_from_sql(struct arena *arena, const char *text, void *ret_value)
{
    (void) arena;
    ip_parse(text, ret_value);
}

static const char *
ip_to_sql(struct arena *arena, const void *value)
{
    char *text = arena_alloc(arena, IP_TEXT_SIZE);
    ip_format(value, text);
    return text;
}

const struct type type_ip = {
    .name = "IP address",
    .size = sizeof(struct ip_addr),
    .sql = "inet",
    .openapi = "\"type\":\"string\"",
    .from_json = ip_from_json,
    .from_text = ip_from_text,
    .from_sql = ip_from_sql,
    .to_sql = ip_to_sql,
    .render = render_quoted,
};

/* --- CIDR: host bits are cleared; a bare address has the full length. */

static struct err *
cidr_from_text(struct arena *arena, const struct attr *attr, const char *text,
               void *ret_value)
{
    if (!ip_prefix_parse(text, ret_value)) {
        return jsonval_refuse_text(arena, attr, text,
                           "a CIDR such as \"10.0.0.0/24\"");
    }
    ip_prefix_clear_host_bits(ret_value);
    return NULL;
}

static struct err *
cidr_from_json(struct arena *arena, const struct attr *attr,
               const json_t *json, void *ret_value)
{
    if (!json_is_string(json)) {
        return jsonval_refuse(arena, attr, json,
                              "a CIDR such as \"10.0.0.0/24\"");
    }
    return cidr_from_text(arena, attr, json_string_value(json), ret_value);
}

static void
cidr_from_sql(struct arena *arena, const char *text, void *ret_value)
{
    (void) arena;
    ip_prefix_parse(text, ret_value);
}

static const char *
cidr_to_sql(struct arena *arena, const void *value)
{
    char *text = arena_alloc(arena, IP_PREFIX_TEXT_SIZE);
    ip_prefix_format(value, text);
    return text;
}

const struct type type_cidr = {
    .name = "CIDR",
    .size = sizeof(struct ip_prefix),
    .sql = "cidr",
    .openapi = "\"type\":\"string\"",
    .refusal = ERR_INVALID_INPUT,
    .from_json = cidr_from_json,
    .from_text = cidr_from_text,
    .from_sql = cidr_from_sql,
    .to_sql = cidr_to_sql,
    .render = render_quoted,
};

/* --- MAC address */

static struct err *
mac_from_text(struct arena *arena, const struct attr *attr, const char *text,
              void *ret_value)
{
    if (!mac_parse(text, ret_value)) {
        return jsonval_refuse_text(arena, attr, text, "a MAC address");
    }
    return NULL;
}

static struct err *
mac_from_json(struct arena *arena, const struct attr *attr,
              const json_t *json, void *ret_value)
{
    if (!json_is_string(json)) {
        return jsonval_refuse(arena, attr, json, "a MAC address");
    }
    return mac_from_text(arena, attr, json_string_value(json), ret_value);
}

static void
mac_from_sql(struct arena *arena, const char *text, void *ret_value)
{
    (void) arena;
    mac_parse(text, ret_value);
}

static const char *
mac_to_sql(struct arena *arena, const void *value)
{
    char *text = arena_alloc(arena, MAC_TEXT_SIZE);
    mac_format(value, text);
    return text;
}

const struct type type_mac = {
    .name = "MAC address",
    .size = sizeof(struct mac_addr),
    .sql = "macaddr",
    .openapi = "\"type\":\"string\"",
    .from_json = mac_from_json,
    .from_text = mac_from_text,
    .from_sql = mac_from_sql,
    .to_sql = mac_to_sql,
    .render = render_quoted,
};

/* --- allocation pools: [{"start", "end"}] */

static struct err *
pool_from_json(struct arena *arena, const struct attr *attr,
               const json_t *json, struct ip_range *ret_range)
{
    static const char *const keys[] = {"start", "end"};
    const json_t *values[2];
    TRY(jsonval_members(arena, attr, json, keys, 2, values));
    if (jsonval_text(values[0]) == NULL || jsonval_text(values[1]) == NULL) {
        return jsonval_refuse(arena, attr, json,
                              "an object with \"start\" and \"end\"");
    }
    TRY(ip_from_json(arena, attr, values[0], &ret_range->first));
    return ip_from_json(arena, attr, values[1], &ret_range->last);
}

static struct err *
pools_from_json(struct arena *arena, const struct attr *attr,
                const json_t *json, void *ret_value)
{
    struct range_list *list = ret_value;
    TRY(jsonval_expect_list(arena, attr, json));
    list->n = json_array_size(json);
    list->items = ARENA_ARRAY(arena, struct ip_range, list->n);
    for (size_t i = 0; i < list->n; i++) {
        TRY(pool_from_json(arena, attr, json_array_get(json, i),
                           &list->items[i]));
    }
    return NULL;
}

static void
pools_from_sql(struct arena *arena, const char *text, void *ret_value)
{
    json_list_from_sql(arena, &type_pools, text, ret_value);
}

static const char *
pools_to_sql(struct arena *arena, const void *value)
{
    const struct range_list *list = value;
    struct buf buf;
    buf_init(&buf, arena, 64);
    buf_put(&buf, '[');
    for (size_t i = 0; i < list->n; i++) {
        char first[IP_TEXT_SIZE], last[IP_TEXT_SIZE];
        ip_format(&list->items[i].first, first);
        ip_format(&list->items[i].last, last);
        buf_addf(&buf, "%s{\"start\":\"%s\",\"end\":\"%s\"}",
                 i == 0 ? "" : ",", first, last);
    }
    buf_put(&buf, ']');
    return buf.data;
}

const struct type type_pools = {
    .name = "list of allocation pools",
    .size = sizeof(struct range_list),
    .sql = "json",
    .openapi = "\"type\":\"array\",\"items\":{\"type\":\"object\","
               "\"properties\":{\"start\":{\"type\":\"string\"},"
               "\"end\":{\"type\":\"string\"}},"
               "\"required\":[\"start\",\"end\"]}",
    .from_json = pools_from_json,
    .from_sql = pools_from_sql,
    .to_sql = pools_to_sql,
    .render = render_verbatim,
};

/* --- host routes: [{"destination", "nexthop"}] */

static struct err *
route_from_json(struct arena *arena, const struct attr *attr,
                const json_t *json, struct host_route *ret_route)
{
    static const char *const keys[] = {"destination", "nexthop"};
    const json_t *values[2];
    TRY(jsonval_members(arena, attr, json, keys, 2, values));
    if (jsonval_text(values[0]) == NULL || jsonval_text(values[1]) == NULL) {
        return jsonval_refuse(
            arena, attr, json,
            "an object with \"destination\" and \"nexthop\"");
    }
    if (!ip_prefix_parse(jsonval_text(values[0]), &ret_route->destination) ||
        ip_prefix_has_host_bits(&ret_route->destination)) {
        return jsonval_refuse(arena, attr, values[0],
                              "a CIDR without host bits");
    }
    return ip_from_json(arena, attr, values[1], &ret_route->nexthop);
}

static bool
route_equal(const struct host_route *a, const struct host_route *b)
{
    return ip_prefix_equal(&a->destination, &b->destination) &&
           ip_equal(&a->nexthop, &b->nexthop);
}

static struct err *
refuse_repeated_route(struct arena *arena, const struct attr *attr,
                      const void *value)
{
    const struct host_route_list *list = value;
    for (size_t i = 0; i < list->n; i++) {
        for (size_t j = 0; j < i; j++) {
            if (route_equal(&list->items[i], &list->items[j])) {
                return err_attr(arena, attr->name, "duplicate",
                                "invalid input for \"%s\": entry %zu repeats "
                                "entry %zu", attr->name, i, j);
            }
        }
    }
    return NULL;
}

static struct err *
routes_from_json(struct arena *arena, const struct attr *attr,
                 const json_t *json, void *ret_value)
{
    struct host_route_list *list = ret_value;
    TRY(jsonval_expect_list(arena, attr, json));
    list->n = json_array_size(json);
    list->items = ARENA_ARRAY(arena, struct host_route, list->n);
    for (size_t i = 0; i < list->n; i++) {
        TRY(route_from_json(arena, attr, json_array_get(json, i),
                            &list->items[i]));
    }
    return NULL;
}

static void
routes_from_sql(struct arena *arena, const char *text, void *ret_value)
{
    json_list_from_sql(arena, &type_routes, text, ret_value);
}

static const char *
routes_to_sql(struct arena *arena, const void *value)
{
    const struct host_route_list *list = value;
    struct buf buf;
    buf_init(&buf, arena, 64);
    buf_put(&buf, '[');
    for (size_t i = 0; i < list->n; i++) {
        char destination[IP_PREFIX_TEXT_SIZE], nexthop[IP_TEXT_SIZE];
        ip_prefix_format(&list->items[i].destination, destination);
        ip_format(&list->items[i].nexthop, nexthop);
        buf_addf(&buf, "%s{\"destination\":\"%s\",\"nexthop\":\"%s\"}",
                 i == 0 ? "" : ",", destination, nexthop);
    }
    buf_put(&buf, ']');
    return buf.data;
}

const struct type type_routes = {
    .name = "list of host routes",
    .size = sizeof(struct host_route_list),
    .sql = "json",
    .openapi = "\"type\":\"array\",\"items\":{\"type\":\"object\","
               "\"properties\":{\"destination\":{\"type\":\"string\"},"
               "\"nexthop\":{\"type\":\"string\"}},"
               "\"required\":[\"destination\",\"nexthop\"]}",
    .from_json = routes_from_json,
    .validate = refuse_repeated_route,
    .from_sql = routes_from_sql,
    .to_sql = routes_to_sql,
    .render = render_verbatim,
};
