/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The types an attribute can have: one row of a table per C type, which says
 * how a value is read from JSON, from a filter's text and from PostgreSQL's
 * text, how it is written as an SQL parameter and as JSON, and what it is in
 * OpenAPI.  FIELD (schema/attr.h) picks the row by the C type of a member.
 *
 * A value in memory belongs to the arena it was read into.
 */
#ifndef SCHEMA_TYPES_H
#define SCHEMA_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/uuid.h"
#include "net/ip.h"
#include "net/mac.h"
#include "net/range.h"

struct arena;
struct attr;
struct buf;
struct json_t;

/* Members of resource structs.  Text is const char *, truth bool, numbers
 * int64_t; the others have a struct, so that the type tells the row. */
struct timestamp {
    int64_t us; /* Microseconds since 1970, UTC. */
};

struct text_list {
    const char **items;
    size_t n;
};

struct uuid_list {
    struct uuid *items;
    size_t n;
};

struct range_list { /* allocation_pools */
    struct ip_range *items;
    size_t n;
};

struct prefix_list { /* prefixes; host bits may be set until compacted. */
    struct ip_prefix *items;
    size_t n;
};

struct prefix_len { /* A number that answers show as text. */
    int64_t value;
};

struct host_route { /* One of host_routes. */
    struct ip_prefix destination;
    struct ip_addr nexthop;
};

struct host_route_list {
    struct host_route *items;
    size_t n;
};

struct fixed_ip { /* One of fixed_ips; absent parts are 0. */
    struct uuid subnet_id;     /* Nil: the server chooses. */
    struct ip_addr ip_address; /* Version 0: the server chooses. */
};

struct fixed_ip_list {
    struct fixed_ip *items;
    size_t n;
};

struct address_pair { /* One of allowed_address_pairs. */
    struct ip_prefix ip_address; /* Full length: shown without "/32". */
    struct mac_addr mac_address;
    bool has_mac; /* Absent: the MAC address of the port. */
    bool has_len; /* The client wrote a length. */
};

struct address_pair_list {
    struct address_pair *items;
    size_t n;
};

struct dhcp_opt { /* One of extra_dhcp_opts. */
    const char *opt_name;
    const char *opt_value; /* NULL: remove the option (PUT). */
    int64_t ip_version;    /* 4 or 6. */
};

struct dhcp_opt_list {
    struct dhcp_opt *items;
    size_t n;
};

struct node_group { /* One of node_groups. */
    const char *name;
    int64_t count;
};

struct node_group_list {
    struct node_group *items;
    size_t n;
};

/* Which block a new subnet gets; nothing given: the default length. */
struct subnet_block {
    struct ip_prefix cidr; /* Version 0: not given. */
    int64_t prefixlen;     /* 0: not given. */
    struct uuid subnetpool_id; /* Nil: not given. */
};

struct json_text { /* Any JSON object, as compact text. */
    const char *text;
};

enum type_id {
    TYPE_BOOL,
    TYPE_INT,
    TYPE_TEXT,
    TYPE_UUID,
    TYPE_TIME,
    TYPE_IP,
    TYPE_CIDR,
    TYPE_MAC,
    TYPE_TEXT_LIST,
    TYPE_UUID_LIST,
    TYPE_POOLS,
    TYPE_PREFIXES,
    TYPE_PREFIX_LEN,
    TYPE_ROUTES,
    TYPE_FIXED_IPS,
    TYPE_PAIRS,
    TYPE_DHCP_OPTS,
    TYPE_NODE_GROUPS,
    TYPE_SUBNET_BLOCK,
    TYPE_JSON,
    TYPE_N
};

#define TYPE_OF(member)                           \
    _Generic((member),                            \
        bool: TYPE_BOOL,                          \
        int64_t: TYPE_INT,                        \
        const char *: TYPE_TEXT,                  \
        struct uuid: TYPE_UUID,                   \
        struct timestamp: TYPE_TIME,              \
        struct ip_addr: TYPE_IP,                  \
        struct ip_prefix: TYPE_CIDR,              \
        struct mac_addr: TYPE_MAC,                \
        struct text_list: TYPE_TEXT_LIST,         \
        struct uuid_list: TYPE_UUID_LIST,         \
        struct range_list: TYPE_POOLS,            \
        struct prefix_list: TYPE_PREFIXES,        \
        struct prefix_len: TYPE_PREFIX_LEN,       \
        struct host_route_list: TYPE_ROUTES,           \
        struct fixed_ip_list: TYPE_FIXED_IPS,     \
        struct address_pair_list: TYPE_PAIRS,     \
        struct dhcp_opt_list: TYPE_DHCP_OPTS,     \
        struct node_group_list: TYPE_NODE_GROUPS, \
        struct subnet_block: TYPE_SUBNET_BLOCK,   \
        struct json_text: TYPE_JSON)

struct type {
    const char *name;    /* For messages: "boolean", "IP address". */
    size_t size;         /* sizeof the C type. */
    const char *sql;     /* "uuid": the column's type, and the cast. */
    const char *openapi; /* Schema members: "\"type\":\"boolean\"". */
    enum err_kind refusal; /* Of a value that cannot be converted. */

    /* Reads 'json' (never null) into '*ret_value'. */
    struct err *(*from_json)(struct arena *arena, const struct attr *attr,
                             const struct json_t *json, void *ret_value);

    /* Refuses what no value of the type may be although it can be read, such
     * as a repetition; NULL: nothing. */
    struct err *(*validate)(struct arena *arena, const struct attr *attr,
                            const void *value);

    /* Reads text of a filter or a default; NULL when it cannot be filtered
     * on.  The form is that of a query string: "true", "10.0.0.1". */
    struct err *(*from_text)(struct arena *arena, const struct attr *attr,
                             const char *text, void *ret_value);

    /* Reads PostgreSQL's text form. */
    void (*from_sql)(struct arena *arena, const char *text, void *ret_value);

    /* The text of an SQL parameter, in PostgreSQL's own form. */
    const char *(*to_sql)(struct arena *arena, const void *value);

    /* Appends the JSON form of PostgreSQL's text form, without a value in
     * between: the hot path of every answer. */
    void (*render)(struct buf *buf, const char *text, size_t len);
};

/* The row of 'id'. */
const struct type *type_of(enum type_id id);

#endif
