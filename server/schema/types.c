/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of types, and its plain rows: boolean, integer, text, UUID and
 * time.  types_net.c, types_list.c, types_port.c, types_prefix.c and
 * types_cluster.c hold the others.
 */
#include "schema/types.h"

#include <errno.h>
#include <inttypes.h>
#include <strings.h>

#include <jansson.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/clock.h"
#include "schema/attr.h"
#include "schema/jsonval.h"
#include "types_internal.h"

const struct type *
type_of(enum type_id id)
{
    static const struct type *const table[TYPE_N] = {
        [TYPE_BOOL] = &type_bool,
        [TYPE_INT] = &type_int,
        [TYPE_TEXT] = &type_text,
        [TYPE_UUID] = &type_uuid,
        [TYPE_TIME] = &type_time,
        [TYPE_IP] = &type_ip,
        [TYPE_CIDR] = &type_cidr,
        [TYPE_MAC] = &type_mac,
        [TYPE_TEXT_LIST] = &type_text_list,
        [TYPE_UUID_LIST] = &type_uuid_list,
        [TYPE_POOLS] = &type_pools,
        [TYPE_PREFIXES] = &type_prefixes,
        [TYPE_PREFIX_LEN] = &type_prefix_len,
        [TYPE_ROUTES] = &type_routes,
        [TYPE_FIXED_IPS] = &type_fixed_ips,
        [TYPE_PAIRS] = &type_pairs,
        [TYPE_DHCP_OPTS] = &type_dhcp_opts,
        [TYPE_NODE_GROUPS] = &type_node_groups,
        [TYPE_SUBNET_BLOCK] = &type_subnet_block,
        [TYPE_JSON] = &type_json,
    };
    return table[id];
}

void
render_quoted(struct buf *buf, const char *text, size_t len)
{
    buf_put(buf, '"');
    buf_add(buf, text, len);
    buf_put(buf, '"');
}

void
render_verbatim(struct buf *buf, const char *text, size_t len)
{
    buf_add(buf, text, len);
}

/* --- boolean: also 0, 1 and their words, as the API's clients send them. */

static bool
bool_from_word(const char *text, bool *ret_value)
{
    static const char *const words[2][5] = {
        {"false", "0", "f", "no", "off"},
        {"true", "1", "t", "yes", "on"},
    };
    for (int value = 0; value < 2; value++) {
        for (size_t i = 0; i < 5; i++) {
            if (strcasecmp(text, words[value][i]) == 0) {
                *ret_value = value != 0;
                return true;
            }
        }
    }
    return false;
}

static struct err *
bool_from_text(struct arena *arena, const struct attr *attr, const char *text,
               void *ret_value)
{
    if (!bool_from_word(text, ret_value)) {
        return jsonval_refuse_text(arena, attr, text, "true or false");
    }
    return NULL;
}

static struct err *
bool_from_json(struct arena *arena, const struct attr *attr,
               const json_t *json, void *ret_value)
{
    bool *value = ret_value;
    if (json_is_boolean(json)) {
        *value = json_is_true(json);
        return NULL;
    }
    if (json_is_integer(json) && json_integer_value(json) >= 0 &&
        json_integer_value(json) <= 1) {
        *value = json_integer_value(json) == 1;
        return NULL;
    }
    if (json_is_string(json) &&
        bool_from_word(json_string_value(json), value)) {
        return NULL;
    }
    return jsonval_refuse(arena, attr, json, "true or false");
}

static void
bool_from_sql(struct arena *arena, const char *text, void *ret_value)
{
    (void) arena;
    *(bool *) ret_value = text[0] == 't';
}

static const char *
bool_to_sql(struct arena *arena, const void *value)
{
    (void) arena;
    return *(const bool *) value ? "t" : "f";
}

static void
bool_render(struct buf *buf, const char *text, size_t len)
{
    (void) len;
    buf_adds(buf, text[0] == 't' ? "true" : "false");
}

const struct type type_bool = {
    .name = "boolean",
    .size = sizeof(bool),
    .sql = "boolean",
    .openapi = "\"type\":\"boolean\"",
    .refusal = ERR_INVALID_INPUT,
    .from_json = bool_from_json,
    .from_text = bool_from_text,
    .from_sql = bool_from_sql,
    .to_sql = bool_to_sql,
    .render = bool_render,
};

/* --- integer */

static struct err *
int_from_text(struct arena *arena, const struct attr *attr, const char *text,
              void *ret_value)
{
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0') {
        return jsonval_refuse_text(arena, attr, text, "an integer");
    }
    *(int64_t *) ret_value = value;
    return NULL;
}

static struct err *
int_from_json(struct arena *arena, const struct attr *attr,
              const json_t *json, void *ret_value)
{
    if (json_is_string(json)) {
        return int_from_text(arena, attr, json_string_value(json), ret_value);
    }
    if (!json_is_integer(json)) {
        return jsonval_refuse(arena, attr, json, "an integer");
    }
    *(int64_t *) ret_value = json_integer_value(json);
    return NULL;
}

static void
int_from_sql(struct arena *arena, const char *text, void *ret_value)
{
    (void) arena;
    *(int64_t *) ret_value = strtoll(text, NULL, 10);
}

static const char *
int_to_sql(struct arena *arena, const void *value)
{
    return arena_printf(arena, "%" PRId64, *(const int64_t *) value);
}

const struct type type_int = {
    .name = "integer",
    .size = sizeof(int64_t),
    .sql = "bigint",
    .openapi = "\"type\":\"integer\"",
    .refusal = ERR_INVALID_INPUT,
    .from_json = int_from_json,
    .from_text = int_from_text,
    .from_sql = int_from_sql,
    .to_sql = int_to_sql,
    .render = render_verbatim,
};

/* --- text */

static struct err *
text_from_text(struct arena *arena, const struct attr *attr, const char *text,
               void *ret_value)
{
    (void) attr;
    *(const char **) ret_value = arena_strdup(arena, text);
    return NULL;
}

static struct err *
text_from_json(struct arena *arena, const struct attr *attr,
               const json_t *json, void *ret_value)
{
    if (!json_is_string(json)) {
        return jsonval_refuse(arena, attr, json, "a string");
    }
    return text_from_text(arena, attr, json_string_value(json), ret_value);
}

static void
text_from_sql(struct arena *arena, const char *text, void *ret_value)
{
    *(const char **) ret_value = arena_strdup(arena, text);
}

static const char *
text_to_sql(struct arena *arena, const void *value)
{
    (void) arena;
    return *(const char *const *) value;
}

const struct type type_text = {
    .name = "string",
    .size = sizeof(const char *),
    .sql = "text",
    .openapi = "\"type\":\"string\"",
    .from_json = text_from_json,
    .from_text = text_from_text,
    .from_sql = text_from_sql,
    .to_sql = text_to_sql,
    .render = buf_add_json,
};

/* --- UUID */

static struct err *
uuid_from_string(struct arena *arena, const struct attr *attr,
                 const char *text, void *ret_value)
{
    if (!uuid_from_text(text, ret_value)) {
        return jsonval_refuse_text(arena, attr, text, "a UUID");
    }
    return NULL;
}

static struct err *
uuid_from_json(struct arena *arena, const struct attr *attr,
               const json_t *json, void *ret_value)
{
    if (!json_is_string(json)) {
        return jsonval_refuse(arena, attr, json, "a UUID");
    }
    return uuid_from_string(arena, attr, json_string_value(json), ret_value);
}

static void
uuid_from_sql(struct arena *arena, const char *text, void *ret_value)
{
    (void) arena;
    uuid_from_text(text, ret_value);
}

static const char *
uuid_to_sql(struct arena *arena, const void *value)
{
    char *text = arena_alloc(arena, UUID_TEXT_SIZE);
    uuid_to_text(value, text);
    return text;
}

const struct type type_uuid = {
    .name = "UUID",
    .size = sizeof(struct uuid),
    .sql = "uuid",
    .openapi = "\"type\":\"string\",\"format\":\"uuid\"",
    .from_json = uuid_from_json,
    .from_text = uuid_from_string,
    .from_sql = uuid_from_sql,
    .to_sql = uuid_to_sql,
    .render = render_quoted,
};

/* --- time: PostgreSQL's ISO style in UTC, "2026-01-31 23:59:59.12+00" */

#define TIME_SECONDS_LEN 19 /* strlen("2026-01-31 23:59:59") */

static struct err *
time_from_json(struct arena *arena, const struct attr *attr,
               const json_t *json, void *ret_value)
{
    (void) ret_value; /* No attribute of this type is writable. */
    return jsonval_refuse(arena, attr, json, "writable");
}

static void
time_from_sql(struct arena *arena, const char *text, void *ret_value)
{
    (void) arena;
    struct tm tm = {0};
    struct timestamp *time = ret_value;
    time->us = strptime(text, "%Y-%m-%d %H:%M:%S", &tm) == NULL
                   ? 0
                   : (int64_t) timegm(&tm) * 1000000;
}

static const char *
time_to_sql(struct arena *arena, const void *value)
{
    char text[CLOCK_TEXT_SIZE];
    clock_format(((const struct timestamp *) value)->us, 1, text);
    return arena_strdup(arena, text);
}

static void
time_render(struct buf *buf, const char *text, size_t len)
{
    if (len < TIME_SECONDS_LEN) {
        buf_adds(buf, "null");
        return;
    }
    buf_put(buf, '"');
    size_t start = buf->len;
    buf_add(buf, text, TIME_SECONDS_LEN);
    buf->data[start + 10] = 'T';
    buf_adds(buf, "Z\"");
}

const struct type type_time = {
    .name = "time",
    .size = sizeof(struct timestamp),
    .sql = "timestamptz",
    .openapi = "\"type\":\"string\",\"format\":\"date-time\"",
    .from_json = time_from_json,
    .from_text = NULL,
    .from_sql = time_from_sql,
    .to_sql = time_to_sql,
    .render = time_render,
};
