/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of schema/types.h that hold for every row: what is read can be
 * written, and what cannot be read is refused with the kind of its type.
 */
#include "schema/types.h"

#include "core/buf.h"
#include "unit/schema/values.h"

#define ID "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
#define ID2 "00000000-0000-0000-0000-000000000001"

static struct arena arena;

static void
begin(void)
{
    arena_init(&arena, 1 << 20);
}

static void
end(void)
{
    arena_done(&arena);
}

TestSuite(types, .init = begin, .fini = end);

static void *
new_value(enum type_id id)
{
    return arena_alloc(&arena, type_of(id)->size);
}

static const char *
rendered(enum type_id id, const char *sql)
{
    struct buf buf;
    buf_init(&buf, &arena, 64);
    type_of(id)->render(&buf, sql, strlen(sql));
    return buf.data;
}

struct value_case {
    enum type_id id;
    const char *json; /* With single quotes. */
    const char *sql;
};

/* Values in the one form that JSON and PostgreSQL share with us. */
static const struct value_case canonical[] = {
    {TYPE_BOOL, "true", "t"},
    {TYPE_BOOL, "false", "f"},
    {TYPE_INT, "0", "0"},
    {TYPE_INT, "-1", "-1"},
    {TYPE_INT, "9223372036854775807", "9223372036854775807"},
    {TYPE_INT, "-9223372036854775808", "-9223372036854775808"},
    {TYPE_TEXT, "''", ""},
    {TYPE_TEXT, "'web'", "web"},
    {TYPE_TEXT, "'\\'\\\\\\n'", "\"\\\n"},
    {TYPE_TEXT, "'ж€😀'", "ж€😀"},
    {TYPE_UUID, "'" ID "'", ID},
    {TYPE_UUID, "'00000000-0000-0000-0000-000000000000'",
     "00000000-0000-0000-0000-000000000000"},
    {TYPE_IP, "'10.0.0.1'", "10.0.0.1"},
    {TYPE_IP, "'0.0.0.0'", "0.0.0.0"},
    {TYPE_IP, "'255.255.255.255'", "255.255.255.255"},
    {TYPE_IP, "'2001:db8::1'", "2001:db8::1"},
    {TYPE_IP, "'::'", "::"},
    {TYPE_CIDR, "'10.0.0.0/24'", "10.0.0.0/24"},
    {TYPE_CIDR, "'10.0.0.1/32'", "10.0.0.1/32"},
    {TYPE_CIDR, "'2001:db8::/64'", "2001:db8::/64"},
    {TYPE_CIDR, "'::/0'", "::/0"},
    {TYPE_MAC, "'fa:16:3e:00:00:01'", "fa:16:3e:00:00:01"},
    {TYPE_TEXT_LIST, "[]", "{}"},
    {TYPE_TEXT_LIST, "['a','b c','']", "{\"a\",\"b c\",\"\"}"},
    {TYPE_TEXT_LIST, "['{},\\'\\\\','NULL','ж']",
     "{\"{},\\\"\\\\\",\"NULL\",\"ж\"}"},
    {TYPE_UUID_LIST, "[]", "{}"},
    {TYPE_UUID_LIST, "['" ID "','" ID2 "']", "{\"" ID "\",\"" ID2 "\"}"},
    {TYPE_POOLS, "[]", "[]"},
    {TYPE_POOLS,
     "[{'start':'10.0.0.2','end':'10.0.0.9'},{'start':'::1','end':'::1'}]",
     "[{\"start\":\"10.0.0.2\",\"end\":\"10.0.0.9\"},"
     "{\"start\":\"::1\",\"end\":\"::1\"}]"},
    {TYPE_ROUTES, "[]", "[]"},
    {TYPE_ROUTES,
     "[{'destination':'0.0.0.0/0','nexthop':'10.0.0.1'},"
     "{'destination':'2001:db8::/32','nexthop':'fe80::1'}]",
     "[{\"destination\":\"0.0.0.0/0\",\"nexthop\":\"10.0.0.1\"},"
     "{\"destination\":\"2001:db8::/32\",\"nexthop\":\"fe80::1\"}]"},
    {TYPE_FIXED_IPS, "[]", "[]"},
    {TYPE_FIXED_IPS, "[{'subnet_id':'" ID "','ip_address':'10.0.0.5'}]",
     "[{\"subnet_id\":\"" ID "\",\"ip_address\":\"10.0.0.5\"}]"},
    {TYPE_PAIRS, "[]", "[]"},
    {TYPE_PAIRS,
     "[{'mac_address':'fa:16:3e:00:00:01','ip_address':'10.0.0.5'},"
     "{'mac_address':'fa:16:3e:00:00:01','ip_address':'10.0.0.0/24'},"
     "{'mac_address':'fa:16:3e:00:00:01','ip_address':'::1/128'}]",
     "[{\"mac_address\":\"fa:16:3e:00:00:01\",\"ip_address\":\"10.0.0.5\"},"
     "{\"mac_address\":\"fa:16:3e:00:00:01\",\"ip_address\":\"10.0.0.0/24\"},"
     "{\"mac_address\":\"fa:16:3e:00:00:01\",\"ip_address\":\"::1/128\"}]"},
    {TYPE_DHCP_OPTS, "[]", "[]"},
    {TYPE_DHCP_OPTS,
     "[{'opt_name':'mtu','opt_value':'\\'9000\\'','ip_version':4},"
     "{'opt_name':'dns','opt_value':null,'ip_version':6}]",
     "[{\"opt_name\":\"mtu\",\"opt_value\":\"\\\"9000\\\"\","
     "\"ip_version\":4},"
     "{\"opt_name\":\"dns\",\"opt_value\":null,\"ip_version\":6}]"},
    {TYPE_NODE_GROUPS, "[]", "[]"},
    {TYPE_NODE_GROUPS,
     "[{'name':'master','count':0},{'name':'w.1_a-b','count':1000}]",
     "[{\"name\":\"master\",\"count\":0},"
     "{\"name\":\"w.1_a-b\",\"count\":1000}]"},
    {TYPE_SUBNET_BLOCK, "{'cidr':'10.0.0.0/24'}",
     "{\"cidr\":\"10.0.0.0/24\"}"},
    {TYPE_JSON, "{}", "{}"},
    {TYPE_JSON, "{'a':[1,null,{'b':'ж'}]}", "{\"a\":[1,null,{\"b\":\"ж\"}]}"},
};

Test(types, json_becomes_sql)
{
    for (size_t i = 0; i < N(canonical); i++) {
        const struct value_case *c = &canonical[i];
        const struct attr attr = {.name = "x", .type = c->id};
        void *value = new_value(c->id);
        struct err *err = read_json(&arena, &attr, c->json, value);
        cr_assert_null(err, "%s: %s", c->json,
                       err == NULL ? "" : err->message);
        cr_expect_str_eq(type_of(c->id)->to_sql(&arena, value), c->sql);
    }
}

Test(types, sql_is_read_as_it_was_written)
{
    for (size_t i = 0; i < N(canonical); i++) {
        const struct value_case *c = &canonical[i];
        void *value = new_value(c->id);
        type_of(c->id)->from_sql(&arena, c->sql, value);
        cr_expect_str_eq(type_of(c->id)->to_sql(&arena, value), c->sql);
    }
}

Test(types, sql_becomes_json)
{
    for (size_t i = 0; i < N(canonical); i++) {
        const struct value_case *c = &canonical[i];
        json_t *got = json_of(&arena, rendered(c->id, c->sql));
        json_t *expected = json_of(&arena, c->json);
        cr_expect(json_equal(got, expected), "%s: %s", c->json,
                  rendered(c->id, c->sql));
    }
}

Test(types, text_of_a_query_is_read_like_json)
{
    static const enum type_id scalars[] = {TYPE_BOOL, TYPE_INT, TYPE_TEXT,
                                           TYPE_UUID, TYPE_IP,  TYPE_CIDR,
                                           TYPE_MAC};
    for (size_t i = 0; i < N(scalars); i++) {
        const struct type *type = type_of(scalars[i]);
        cr_assert_not_null(type->from_text, "%s", type->name);
        for (size_t j = 0; j < N(canonical); j++) {
            const struct attr attr = {.name = "x", .type = scalars[i]};
            void *value = new_value(scalars[i]);
            if (canonical[j].id != scalars[i]) {
                continue;
            }
            cr_assert_null(
                type->from_text(&arena, &attr, canonical[j].sql, value), "%s",
                canonical[j].sql);
            cr_expect_str_eq(type->to_sql(&arena, value), canonical[j].sql);
        }
    }
}

Test(types, every_row_is_whole)
{
    for (int id = 0; id < TYPE_N; id++) {
        const struct type *type = type_of((enum type_id) id);
        cr_assert_not_null(type, "%d", id);
        cr_expect(type->name != NULL && type->sql != NULL);
        cr_expect(type->size > 0 && type->from_json != NULL &&
                      type->from_sql != NULL && type->to_sql != NULL &&
                      type->render != NULL,
                  "%s", type->name);
        cr_expect_not_null(
            json_of(&arena, arena_printf(&arena, "{%s}", type->openapi)));
    }
}

/* Other forms that are taken, and what they become. */
Test(types, other_forms_become_the_canonical)
{
    static const struct value_case cases[] = {
        {TYPE_BOOL, "1", "t"},
        {TYPE_BOOL, "0", "f"},
        {TYPE_BOOL, "'true'", "t"},
        {TYPE_BOOL, "'FALSE'", "f"},
        {TYPE_BOOL, "'1'", "t"},
        {TYPE_BOOL, "'0'", "f"},
        {TYPE_BOOL, "'yes'", "t"},
        {TYPE_BOOL, "'no'", "f"},
        {TYPE_BOOL, "'On'", "t"},
        {TYPE_BOOL, "'off'", "f"},
        {TYPE_INT, "'1500'", "1500"},
        {TYPE_INT, "'-1'", "-1"},
        {TYPE_INT, "'9223372036854775807'", "9223372036854775807"},
        {TYPE_UUID, "'6BA7B810-9DAD-11D1-80B4-00C04FD430C8'", ID},
        {TYPE_IP, "'2001:0DB8:0:0::0001'", "2001:db8::1"},
        {TYPE_CIDR, "'10.0.0.77/24'", "10.0.0.0/24"},
        {TYPE_CIDR, "'10.0.0.77'", "10.0.0.77/32"},
        {TYPE_CIDR, "'2001:DB8::77/64'", "2001:db8::/64"},
        {TYPE_MAC, "'FA-16-3E-00-00-01'", "fa:16:3e:00:00:01"},
        {TYPE_MAC, "'fa163e000001'", "fa:16:3e:00:00:01"},
        {TYPE_POOLS, "[{'end':'2001:DB8::2','start':'2001:db8:0::1'}]",
         "[{\"start\":\"2001:db8::1\",\"end\":\"2001:db8::2\"}]"},
        {TYPE_DHCP_OPTS, "[{'opt_name':'a','opt_value':'b'}]",
         "[{\"opt_name\":\"a\",\"opt_value\":\"b\",\"ip_version\":4}]"},
        {TYPE_DHCP_OPTS,
         "[{'opt_name':'a','opt_value':'b','ip_version':'6'}]",
         "[{\"opt_name\":\"a\",\"opt_value\":\"b\",\"ip_version\":6}]"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        const struct attr attr = {.name = "x", .type = cases[i].id};
        void *value = new_value(cases[i].id);
        cr_assert_null(read_json(&arena, &attr, cases[i].json, value), "%s",
                       cases[i].json);
        cr_expect_str_eq(type_of(cases[i].id)->to_sql(&arena, value),
                         cases[i].sql);
    }
}

Test(types, what_is_no_value_is_refused_with_its_kind)
{
    static const struct {
        enum type_id id;
        enum err_kind kind;
        const char *json;
    } cases[] = {
        {TYPE_BOOL, ERR_INVALID_INPUT, "2"},
        {TYPE_BOOL, ERR_INVALID_INPUT, "-1"},
        {TYPE_BOOL, ERR_INVALID_INPUT, "1.0"},
        {TYPE_BOOL, ERR_INVALID_INPUT, "'maybe'"},
        {TYPE_BOOL, ERR_INVALID_INPUT, "''"},
        {TYPE_BOOL, ERR_INVALID_INPUT, "[]"},
        {TYPE_INT, ERR_INVALID_INPUT, "1.5"},
        {TYPE_INT, ERR_INVALID_INPUT, "true"},
        {TYPE_INT, ERR_INVALID_INPUT, "''"},
        {TYPE_INT, ERR_INVALID_INPUT, "'12x'"},
        {TYPE_INT, ERR_INVALID_INPUT, "'9223372036854775808'"},
        {TYPE_INT, ERR_INVALID_INPUT, "{}"},
        {TYPE_TEXT, ERR_BAD_REQUEST, "1"},
        {TYPE_TEXT, ERR_BAD_REQUEST, "false"},
        {TYPE_TEXT, ERR_BAD_REQUEST, "['a']"},
        {TYPE_UUID, ERR_BAD_REQUEST, "''"},
        {TYPE_UUID, ERR_BAD_REQUEST, "'6ba7b810'"},
        {TYPE_UUID, ERR_BAD_REQUEST, "'6ba7b8109dad11d180b400c04fd430c8'"},
        {TYPE_UUID, ERR_BAD_REQUEST, "7"},
        {TYPE_TIME, ERR_BAD_REQUEST, "'2026-01-31T00:00:00Z'"},
        {TYPE_IP, ERR_BAD_REQUEST, "'10.0.0.256'"},
        {TYPE_IP, ERR_BAD_REQUEST, "'10.0.0.1/24'"},
        {TYPE_IP, ERR_BAD_REQUEST, "''"},
        {TYPE_IP, ERR_BAD_REQUEST, "1"},
        {TYPE_CIDR, ERR_INVALID_INPUT, "'10.0.0.0/33'"},
        {TYPE_CIDR, ERR_INVALID_INPUT, "'net'"},
        {TYPE_CIDR, ERR_INVALID_INPUT, "24"},
        {TYPE_MAC, ERR_BAD_REQUEST, "'fa:16:3e:00:00'"},
        {TYPE_MAC, ERR_BAD_REQUEST, "1"},
        {TYPE_TEXT_LIST, ERR_BAD_REQUEST, "'a'"},
        {TYPE_TEXT_LIST, ERR_BAD_REQUEST, "{}"},
        {TYPE_TEXT_LIST, ERR_BAD_REQUEST, "['a',1]"},
        {TYPE_TEXT_LIST, ERR_BAD_REQUEST, "[null]"},
        {TYPE_UUID_LIST, ERR_BAD_REQUEST, "'" ID "'"},
        {TYPE_UUID_LIST, ERR_BAD_REQUEST, "['" ID "','x']"},
        {TYPE_JSON, ERR_BAD_REQUEST, "[]"},
        {TYPE_JSON, ERR_BAD_REQUEST, "'{}'"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        const struct attr attr = {.name = "x", .type = cases[i].id};
        struct err *err = read_json(&arena, &attr, cases[i].json,
                                    new_value(cases[i].id));
        cr_assert_not_null(err, "%s", cases[i].json);
        cr_expect_eq(err->kind, cases[i].kind, "%s: %s", cases[i].json,
                     err_type(err->kind));
        cr_expect_str_eq(err->attr, "x");
        cr_expect_eq(err_status(err->kind), 400);
    }
}

Test(types, text_that_is_no_value_is_refused_with_its_kind)
{
    static const struct {
        enum type_id id;
        enum err_kind kind;
        const char *text;
    } cases[] = {
        {TYPE_BOOL, ERR_INVALID_INPUT, ""},
        {TYPE_BOOL, ERR_INVALID_INPUT, "truee"},
        {TYPE_INT, ERR_INVALID_INPUT, ""},
        {TYPE_INT, ERR_INVALID_INPUT, "0x10"},
        {TYPE_INT, ERR_INVALID_INPUT, "1 "},
        {TYPE_INT, ERR_INVALID_INPUT, "-9223372036854775809"},
        {TYPE_UUID, ERR_BAD_REQUEST, ID "0"},
        {TYPE_IP, ERR_BAD_REQUEST, "10.0.0"},
        {TYPE_CIDR, ERR_INVALID_INPUT, "10.0.0.0/"},
        {TYPE_MAC, ERR_BAD_REQUEST, ""},
    };
    for (size_t i = 0; i < N(cases); i++) {
        const struct attr attr = {.name = "x", .type = cases[i].id};
        struct err *err = type_of(cases[i].id)
                              ->from_text(&arena, &attr, cases[i].text,
                                          new_value(cases[i].id));
        cr_assert_not_null(err, "%s", cases[i].text);
        cr_expect_eq(err->kind, cases[i].kind, "%s", cases[i].text);
    }
}

Test(types, time_is_shown_in_whole_seconds_of_utc)
{
    static const char *const cases[][2] = {
        {"2026-01-31 23:59:59+00", "\"2026-01-31T23:59:59Z\""},
        {"2026-01-31 23:59:59.123456+00", "\"2026-01-31T23:59:59Z\""},
        {"1970-01-01 00:00:00+00", "\"1970-01-01T00:00:00Z\""},
        {"infinity", "null"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        cr_expect_str_eq(rendered(TYPE_TIME, cases[i][0]), cases[i][1]);
    }
}

Test(types, time_is_read_and_written)
{
    struct timestamp time;
    const struct type *type = type_of(TYPE_TIME);
    type->from_sql(&arena, "2026-01-31 23:59:59+00", &time);
    cr_expect_eq(time.us, INT64_C(1769903999000000));
    cr_expect_str_eq(type->to_sql(&arena, &time),
                     "2026-01-31T23:59:59.000000Z");
}

Test(types, type_of_a_member_follows_from_its_c_type)
{
    struct {
        bool truth;
        int64_t number;
        const char *text;
        struct ip_addr ip;
        struct ip_prefix cidr;
        struct json_text json;
    } s;
    cr_expect_eq(TYPE_OF(s.truth), TYPE_BOOL);
    cr_expect_eq(TYPE_OF(s.number), TYPE_INT);
    cr_expect_eq(TYPE_OF(s.text), TYPE_TEXT);
    cr_expect_eq(TYPE_OF(s.ip), TYPE_IP);
    cr_expect_eq(TYPE_OF(s.cidr), TYPE_CIDR);
    cr_expect_eq(TYPE_OF(s.json), TYPE_JSON);
}
