/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of objects (allocation_pools, host_routes, fixed_ips,
 * allowed_address_pairs, extra_dhcp_opts): their members, and repetitions.
 */
#include "schema/types.h"
#include "unit/schema/values.h"

#define ID "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
#define MAC "fa:16:3e:00:00:01"

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

TestSuite(types_list, .init = begin, .fini = end);

struct refusal {
    enum err_kind kind;
    const char *json;
};

/* Reads a list and checks it, as bodies do. */
static struct err *
read_list(const struct attr *attr, const char *json)
{
    void *value = arena_alloc(&arena, type_of(attr->type)->size);
    TRY(read_json(&arena, attr, json, value));
    return attr_check(&arena, attr, value);
}

/* Expects that every list is refused, about the attribute "x". */
static void
expect_refusals(enum type_id id, const struct refusal *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct attr attr = {.name = "x", .type = id};
        struct err *err = read_list(&attr, cases[i].json);
        cr_assert_not_null(err, "%s", cases[i].json);
        cr_expect_eq(err->kind, cases[i].kind, "%s: %s", cases[i].json,
                     err_type(err->kind));
        cr_expect_str_eq(err->attr, "x");
    }
}

Test(types_list, pools_need_a_start_and_an_end)
{
    static const struct refusal cases[] = {
        {ERR_BAD_REQUEST, "{}"},
        {ERR_BAD_REQUEST, "'10.0.0.2-10.0.0.9'"},
        {ERR_BAD_REQUEST, "['10.0.0.2']"},
        {ERR_BAD_REQUEST, "[{}]"},
        {ERR_BAD_REQUEST, "[{'start':'10.0.0.2'}]"},
        {ERR_BAD_REQUEST, "[{'end':'10.0.0.2'}]"},
        {ERR_BAD_REQUEST, "[{'start':null,'end':'10.0.0.2'}]"},
        {ERR_BAD_REQUEST, "[{'start':1,'end':2}]"},
        {ERR_BAD_REQUEST, "[{'start':'10.0.0.2','end':'10.0.0'}]"},
        {ERR_BAD_REQUEST, "[{'start':'10.0.0.2/24','end':'10.0.0.9'}]"},
        {ERR_BAD_REQUEST, "[{'start':'10.0.0.2','end':'10.0.0.9','size':8}]"},
    };
    expect_refusals(TYPE_POOLS, cases, N(cases));
}

Test(types_list, routes_need_a_destination_and_a_nexthop)
{
    static const struct refusal cases[] = {
        {ERR_BAD_REQUEST, "{}"},
        {ERR_BAD_REQUEST, "[[]]"},
        {ERR_BAD_REQUEST, "[{'destination':'10.0.0.0/8'}]"},
        {ERR_BAD_REQUEST, "[{'nexthop':'10.0.0.1'}]"},
        {ERR_BAD_REQUEST, "[{'destination':'10.0.0.1/8',"
                          "'nexthop':'10.0.0.1'}]"},
        {ERR_BAD_REQUEST, "[{'destination':'ten','nexthop':'10.0.0.1'}]"},
        {ERR_BAD_REQUEST, "[{'destination':'10.0.0.0/8',"
                          "'nexthop':'10.0.0.1/8'}]"},
        {ERR_BAD_REQUEST, "[{'destination':'10.0.0.0/8',"
                          "'nexthop':'10.0.0.1','metric':1}]"},
    };
    expect_refusals(TYPE_ROUTES, cases, N(cases));
}

Test(types_list, fixed_ips_need_a_subnet_or_an_address)
{
    static const struct refusal cases[] = {
        {ERR_BAD_REQUEST, "{}"},
        {ERR_BAD_REQUEST, "['10.0.0.5']"},
        {ERR_INVALID_INPUT, "[{}]"},
        {ERR_INVALID_INPUT, "[{'subnet_id':null,'ip_address':''}]"},
        {ERR_BAD_REQUEST, "[{'subnet_id':'net'}]"},
        {ERR_BAD_REQUEST, "[{'subnet_id':7}]"},
        {ERR_BAD_REQUEST, "[{'ip_address':'10.0.0.5/24'}]"},
        {ERR_BAD_REQUEST, "[{'ip_address':'10.0.0.5','port':1}]"},
    };
    expect_refusals(TYPE_FIXED_IPS, cases, N(cases));
}

Test(types_list, fixed_ips_leave_the_rest_to_the_server)
{
    const struct attr attr = {.name = "x", .type = TYPE_FIXED_IPS};
    struct fixed_ip_list list;
    cr_assert_null(read_json(&arena, &attr,
                             "[{'subnet_id':'" ID "'},"
                             "{'ip_address':'10.0.0.5','subnet_id':''}]",
                             &list));
    cr_assert_eq(list.n, 2);
    cr_expect_eq(list.items[0].ip_address.version, 0);
    cr_expect_not(uuid_is_nil(&list.items[0].subnet_id));
    cr_expect(uuid_is_nil(&list.items[1].subnet_id));
    cr_expect_eq(list.items[1].ip_address.version, 4);
}

Test(types_list, pairs_need_an_address)
{
    static const struct refusal cases[] = {
        {ERR_BAD_REQUEST, "{}"},
        {ERR_BAD_REQUEST, "['10.0.0.5']"},
        {ERR_PAIR_MISSING_IP, "[{}]"},
        {ERR_PAIR_MISSING_IP, "[{'mac_address':'" MAC "'}]"},
        {ERR_BAD_REQUEST, "[{'ip_address':null}]"},
        {ERR_BAD_REQUEST, "[{'ip_address':'10.0.0.0/33'}]"},
        {ERR_BAD_REQUEST, "[{'ip_address':'10.0.0.5',"
                          "'mac_address':'fa:16'}]"},
        {ERR_BAD_REQUEST, "[{'ip_address':'10.0.0.5','port':1}]"},
    };
    expect_refusals(TYPE_PAIRS, cases, N(cases));
}

Test(types_list, pairs_may_leave_the_mac_to_the_port)
{
    const struct attr attr = {.name = "x", .type = TYPE_PAIRS};
    struct address_pair_list list;
    cr_assert_null(read_json(&arena, &attr,
                             "[{'ip_address':'10.0.0.5'},"
                             "{'ip_address':'10.0.0.6','mac_address':null},"
                             "{'ip_address':'10.0.0.5/32',"
                             "'mac_address':'" MAC "'}]",
                             &list));
    cr_assert_eq(list.n, 3);
    cr_expect_not(list.items[0].has_mac || list.items[0].has_len);
    cr_expect_not(list.items[1].has_mac);
    cr_expect(list.items[2].has_mac && list.items[2].has_len);
}

Test(types_list, dhcp_opts_need_a_name_and_a_value)
{
    const char *longest = repeated(&arena, "x", 255);
    const struct refusal cases[] = {
        {ERR_INVALID_INPUT, "{}"},
        {ERR_INVALID_INPUT, "['mtu']"},
        {ERR_INVALID_INPUT, "[{}]"},
        {ERR_INVALID_INPUT, "[{'opt_name':'mtu'}]"},
        {ERR_INVALID_INPUT, "[{'opt_value':'9000'}]"},
        {ERR_INVALID_INPUT, "[{'opt_name':'','opt_value':'9000'}]"},
        {ERR_INVALID_INPUT, "[{'opt_name':'mtu','opt_value':''}]"},
        {ERR_INVALID_INPUT, "[{'opt_name':'mtu','opt_value':' \\t'}]"},
        {ERR_INVALID_INPUT, "[{'opt_name':'mtu','opt_value':9000}]"},
        {ERR_INVALID_INPUT,
         "[{'opt_name':'mtu','opt_value':'1','ip_version':5}]"},
        {ERR_INVALID_INPUT,
         "[{'opt_name':'mtu','opt_value':'1','ip_version':null}]"},
        {ERR_INVALID_INPUT,
         arena_printf(&arena, "[{'opt_name':'%sx','opt_value':'1'}]",
                      longest)},
        {ERR_INVALID_INPUT,
         arena_printf(&arena, "[{'opt_name':'a','opt_value':'%sx'}]",
                      longest)},
    };
    expect_refusals(TYPE_DHCP_OPTS, cases, N(cases));
}

Test(types_list, dhcp_opts_count_characters)
{
    const struct attr attr = {.name = "x", .type = TYPE_DHCP_OPTS};
    struct dhcp_opt_list list;
    const char *longest = repeated(&arena, "ж", 255);
    const char *json = arena_printf(
        &arena, "[{'opt_name':'%s','opt_value':'%s'}]", longest, longest);
    cr_expect_null(read_json(&arena, &attr, json, &list));
}

Test(types_list, repeated_entries_are_refused)
{
    static const struct {
        enum type_id id;
        enum err_kind kind;
        const char *json;
    } cases[] = {
        {TYPE_ROUTES, ERR_BAD_REQUEST,
         "[{'destination':'10.0.0.0/8','nexthop':'10.0.0.1'},"
         "{'nexthop':'10.0.0.1','destination':'10.0.0.0/8'}]"},
        {TYPE_FIXED_IPS, ERR_BAD_REQUEST,
         "[{'ip_address':'::1'},{'ip_address':'0:0::1'}]"},
        {TYPE_PAIRS, ERR_PAIR_DUPLICATE,
         "[{'ip_address':'10.0.0.5'},{'ip_address':'10.0.0.5'}]"},
        {TYPE_PAIRS, ERR_PAIR_DUPLICATE,
         "[{'ip_address':'10.0.0.5','mac_address':'" MAC "'},"
         "{'ip_address':'10.0.0.5','mac_address':'FA-16-3E-00-00-01'}]"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        const struct attr attr = {.name = "x", .type = cases[i].id};
        struct err *err = read_list(&attr, cases[i].json);
        cr_assert_not_null(err, "%s", cases[i].json);
        cr_expect_eq(err->kind, cases[i].kind, "%s", cases[i].json);
        cr_expect_str_eq(err->rule, "duplicate");
    }
}

Test(types_list, entries_that_differ_are_no_repetition)
{
    static const struct {
        enum type_id id;
        const char *json;
    } cases[] = {
        {TYPE_ROUTES, "[{'destination':'10.0.0.0/8','nexthop':'10.0.0.1'},"
                      "{'destination':'10.0.0.0/8','nexthop':'10.0.0.2'},"
                      "{'destination':'10.0.0.0/9','nexthop':'10.0.0.1'}]"},
        {TYPE_FIXED_IPS, "[{'subnet_id':'" ID "'},{'subnet_id':'" ID "'}]"},
        {TYPE_PAIRS, "[{'ip_address':'10.0.0.5'},"
                     "{'ip_address':'10.0.0.5','mac_address':'" MAC "'}]"},
        {TYPE_TEXT_LIST, "['a','a']"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        const struct attr attr = {.name = "x", .type = cases[i].id};
        cr_expect_null(read_list(&attr, cases[i].json), "%s", cases[i].json);
    }
}

/* "{ip}" and "{ip, mac of the port}" are stored as the same. */
Test(types_list, stored_pairs_that_are_equal_are_both_read)
{
    struct address_pair_list list;
    type_of(TYPE_PAIRS)
        ->from_sql(&arena,
                   quoted(&arena, "[{'mac_address':'" MAC
                                  "','ip_address':'10.0.0.5'},"
                                  "{'mac_address':'" MAC
                                  "','ip_address':'10.0.0.5'}]"),
                   &list);
    cr_expect_eq(list.n, 2);
}

/* The length is what attr_check refuses, so that the comparison of each with
 * each has an end. */
Test(types_list, repetitions_in_lists_that_are_too_long_are_not_sought)
{
    const struct attr attr = {.name = "x", .type = TYPE_FIXED_IPS, .max = 1};
    struct err *err = read_list(
        &attr, "[{'ip_address':'::1'},{'ip_address':'::1'}]");
    cr_assert_not_null(err);
    cr_expect_str_eq(err->rule, "max_items");
}
