/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of query_read_list (api/query.h): filters, fields, sorting and
 * paging of a list.
 */
#include "api/query.h"

#include "db/render.h"
#include "resource/network.h"
#include "resource/port.h"
#include "resource/subnet.h"
#include "unit/api/by_hand.h"
#include "unit/schema/values.h"

#define ID "6ba7b810-9dad-11d1-80b4-00c04fd430c8"

static struct by_hand hand;
static struct list_query query;

static void
end(void)
{
    by_hand_done(&hand);
}

TestSuite(query, .fini = end);

/* Reads the query string 'text' of a list of 'plural' for 'role'. */
static struct err *
read_list(const char *plural, const char *role, const char *text)
{
    struct param *params;
    by_hand_done(&hand);
    by_hand_init(&hand, plural, role);
    struct err *err = query_split(&hand.arena, text, &params,
                                  &hand.call.n_params);
    hand.call.params = params;
    return err != NULL ? err : query_read_list(&hand.call, &query);
}

static void
expect_list(const char *plural, const char *role, const char *text)
{
    struct err *err = read_list(plural, role, text);
    cr_assert_null(err, "%s: %s", text, err == NULL ? "" : err->message);
}

/* Each condition as "sql <- param", with blanks between. */
static const char *
conditions(void)
{
    const char *all = "";
    for (size_t i = 0; i < query.selection.n_predicates; i++) {
        const struct predicate *p = &query.selection.predicates[i];
        all = arena_printf(&hand.arena, "%s%s%s <- %s", all,
                           i == 0 ? "" : " ", p->sql, p->param);
    }
    return all;
}

/* "name desc,id" */
static const char *
order(void)
{
    const char *all = "";
    for (size_t i = 0; i < query.selection.n_keys; i++) {
        const struct sort_key *key = &query.selection.keys[i];
        all = arena_printf(&hand.arena, "%s%s%s%s", all, i == 0 ? "" : ",",
                           key->attr->name, key->descending ? " desc" : "");
    }
    return all;
}

struct refusal {
    const char *plural, *text;
    enum err_kind kind;
};

static void
expect_refusals(const char *role, const struct refusal *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct err *err = read_list(cases[i].plural, role, cases[i].text);
        cr_assert_not_null(err, "%s", cases[i].text);
        cr_expect_eq(err->kind, cases[i].kind, "%s: %s", cases[i].text,
                     err_type(err->kind));
    }
}

Test(query, a_bare_list_is_the_first_page_by_id)
{
    expect_list("networks", "member", "");
    cr_expect_str_eq(order(), "id");
    cr_expect_str_eq(conditions(), "");
    cr_expect_eq(query.limit, PAGE_LIMIT);
    cr_expect_eq(query.selection.limit, PAGE_LIMIT + 1);
    cr_expect_not(query.limit_given);
    cr_expect_null(query.selection.marker);
    cr_expect_not(query.selection.reverse);
    cr_expect_eq(query.mask,
                 render_mask(&network_resource.table, false, false));
}

Test(query, limit_is_between_nothing_and_a_page)
{
    static const struct {
        const char *text;
        int64_t limit;
        bool given;
    } cases[] = {
        {"limit=1", 1, true},
        {"limit=99", 99, true},
        {"limit=100", 100, true},
        {"limit=101", 100, true},
        {"limit=9223372036854775807", 100, true},
        {"limit=0", 100, false},
        {"limit=2&limit=3", 3, true},
    };
    for (size_t i = 0; i < N(cases); i++) {
        expect_list("ports", "member", cases[i].text);
        cr_expect_eq(query.limit, cases[i].limit, "%s", cases[i].text);
        cr_expect_eq(query.selection.limit, cases[i].limit + 1);
        cr_expect_eq(query.limit_given, cases[i].given);
    }
}

Test(query, limit_that_is_no_number_is_refused)
{
    static const struct refusal cases[] = {
        {"ports", "limit=", ERR_BAD_QUERY},
        {"ports", "limit", ERR_BAD_QUERY},
        {"ports", "limit=-1", ERR_BAD_QUERY},
        {"ports", "limit=x", ERR_BAD_QUERY},
        {"ports", "limit=1.5", ERR_BAD_QUERY},
        {"ports", "limit=1x", ERR_BAD_QUERY},
        {"ports", "limit=9223372036854775808", ERR_BAD_QUERY},
    };
    expect_refusals("member", cases, N(cases));
}

Test(query, marker_is_an_id)
{
    expect_list("ports", "member",
                "marker=6BA7B810-9DAD-11D1-80B4-00C04FD430C8");
    cr_expect_str_eq(query.selection.marker, ID);
    expect_list("ports", "member", "marker=");
    cr_expect_null(query.selection.marker);
    static const struct refusal cases[] = {
        {"networks", "marker=x", ERR_NETWORK_NOT_FOUND},
        {"subnets", "marker=1", ERR_SUBNET_NOT_FOUND},
        {"ports", "marker=" ID "0", ERR_PORT_NOT_FOUND},
    };
    expect_refusals("member", cases, N(cases));
}

Test(query, page_reverse_is_a_truth)
{
    static const struct {
        const char *text;
        bool reverse;
    } cases[] = {{"page_reverse=True", true},
                 {"page_reverse=1", true},
                 {"page_reverse=False", false},
                 {"page_reverse=0", false}};
    for (size_t i = 0; i < N(cases); i++) {
        expect_list("ports", "member", cases[i].text);
        cr_expect_eq(query.selection.reverse, cases[i].reverse, "%s",
                     cases[i].text);
    }
    static const struct refusal refused[] = {
        {"ports", "page_reverse=x", ERR_INVALID_INPUT},
        {"ports", "page_reverse=", ERR_INVALID_INPUT}};
    expect_refusals("member", refused, N(refused));
}

Test(query, order_ends_with_the_id)
{
    static const char *const cases[][2] = {
        {"sort_key=name", "name,id"},
        {"sort_key=name&sort_dir=desc", "name desc,id"},
        {"sort_key=name&sort_key=status&sort_dir=desc&sort_dir=asc",
         "name desc,status,id"},
        {"sort_key=id", "id"},
        {"sort_key=id&sort_dir=desc", "id desc"},
        {"sort_key=id&sort_key=name", "id"},
        {"sort_key=tenant_id", "tenant_id,id"},
        {"sort_key=&sort_dir=", "id"},
        {"sort_key=&sort_key=name&sort_dir=desc", "name desc,id"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        expect_list("ports", "member", cases[i][0]);
        cr_expect_str_eq(order(), cases[i][1]);
    }
}

Test(query, sort_keys_and_directions_must_fit)
{
    static const struct refusal cases[] = {
        {"ports", "sort_key=nmae", ERR_BAD_REQUEST},
        {"ports", "sort_key=fixed_ips", ERR_BAD_REQUEST},
        {"ports", "sort_key=binding:host_id", ERR_BAD_REQUEST},
        {"ports", "sort_key=name&sort_dir=down", ERR_BAD_REQUEST},
        {"ports", "sort_key=name&sort_dir=ASC", ERR_BAD_REQUEST},
        {"ports", "sort_dir=asc", ERR_BAD_REQUEST},
        {"ports", "sort_key=name&sort_dir=asc&sort_dir=asc", ERR_BAD_REQUEST},
        {"ports", "sort_key=name&sort_key=id&sort_dir=asc", ERR_BAD_REQUEST},
    };
    expect_refusals("member", cases, N(cases));
}

/* A second time by the same key orders nothing more, and each key costs
 * PostgreSQL the square of its number. */
Test(query, what_belongs_to_another_object_is_planned_for_its_value)
{
    expect_list("ports", "admin", "network_id=" ID);
    cr_expect(query.selection.once);
    expect_list("ports", "admin", "id=" ID "&name=a&status=ACTIVE");
    cr_expect_not(query.selection.once);
}

Test(query, a_sort_key_counts_once)
{
    static const char *const cases[][2] = {
        {"sort_key=name&sort_key=name&sort_key=status&sort_key=name",
         "name,status,id"},
        {"sort_key=name&sort_key=name&sort_dir=desc&sort_dir=asc",
         "name desc,id"},
        {"sort_key=name&sort_key=name&sort_dir=asc&sort_dir=desc", "name,id"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        expect_list("ports", "member", cases[i][0]);
        cr_expect_str_eq(order(), cases[i][1]);
    }
}

Test(query, values_of_a_filter_are_alternatives)
{
    static const char *const cases[][2] = {
        {"name=a", "t.name = ?::text <- a"},
        {"name=a&name=b", "t.name = ANY(?::text[]) <- {\"a\",\"b\"}"},
        {"name=", "t.name = ?::text <- "},
        {"name", "t.name = ?::text <- "},
        {"name=a%22%5C,", "t.name = ?::text <- a\"\\,"},
        {"name=a&status=DOWN&name=b",
         "t.name = ANY(?::text[]) <- {\"a\",\"b\"} "
         "t.status = ?::text <- DOWN"},
        {"tenant_id=a", "t.project_id = ?::text <- a"},
        {"id=" ID, "t.id = ?::uuid <- " ID},
        {"admin_state_up=True",
         "t.admin_state_up = ?::boolean <- t"},
        {"admin_state_up=0",
         "t.admin_state_up = ?::boolean <- f"},
        {"mac_address=FA-16-3E-00-00-01",
         "t.mac_address = ?::macaddr <- fa:16:3e:00:00:01"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        expect_list("ports", "member", cases[i][0]);
        cr_expect_str_eq(conditions(), cases[i][1]);
    }
}

Test(query, values_in_other_forms_match_the_same)
{
    expect_list("subnets", "member",
                "cidr=10.0.0.77/24&gateway_ip=2001:DB8:0::1");
    cr_expect_str_eq(conditions(),
                     "t.cidr = ?::cidr <- 10.0.0.0/24 "
                     "t.gateway_ip = ?::inet <- 2001:db8::1");
}

Test(query, text_that_can_be_no_value_matches_nothing)
{
    static const char *const cases[][2] = {
        {"id=x", "t.id = ANY(?::uuid[]) <- {}"},
        {"id=x&id=" ID, "t.id = ?::uuid <- " ID},
        {"network_id=", "t.network_id = ANY(?::uuid[]) <- {}"},
        {"mac_address=x", "t.mac_address = ANY(?::macaddr[]) <- {}"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        expect_list("ports", "member", cases[i][0]);
        cr_expect_str_eq(conditions(), cases[i][1]);
    }
}

Test(query, truths_numbers_and_cidrs_are_refused_like_in_bodies)
{
    static const struct refusal cases[] = {
        {"ports", "admin_state_up=maybe", ERR_INVALID_INPUT},
        {"ports", "admin_state_up=", ERR_INVALID_INPUT},
        {"networks", "mtu=big", ERR_INVALID_INPUT},
        {"networks", "mtu=1500&mtu=", ERR_INVALID_INPUT},
        {"ports", "revision_number=1.5", ERR_INVALID_INPUT},
        {"subnets", "cidr=10.0.0.0/33", ERR_INVALID_INPUT},
        {"subnets", "ip_version=four", ERR_INVALID_INPUT},
    };
    expect_refusals("member", cases, N(cases));
}

Test(query, what_is_no_filter_is_refused)
{
    static const struct refusal cases[] = {
        {"networks", "nmae=x", ERR_BAD_REQUEST},
        {"networks", "=x", ERR_BAD_REQUEST},
        {"networks", "Name=x", ERR_BAD_REQUEST},
        {"networks", "subnets=" ID, ERR_BAD_REQUEST},
        {"networks", "created_at=x", ERR_BAD_REQUEST},
        {"networks", "sdn=sprut", ERR_BAD_REQUEST},
        {"networks", "provider:network_type=vlan", ERR_BAD_REQUEST},
        {"ports", "binding:host_id=h", ERR_BAD_REQUEST},
        {"ports", "fixed_ips2=x", ERR_BAD_REQUEST},
    };
    expect_refusals("member", cases, N(cases));
}

Test(query, admins_filter_by_what_only_they_see)
{
    expect_list("ports", "admin", "binding:host_id=h");
    cr_expect_str_eq(conditions(),
                     "t.binding_host_id = ?::text <- h");
}

Test(query, tags_are_compared_as_sets)
{
    static const char *const cases[][2] = {
        {"tags=a", "t.tags @> ?::text[] <- {\"a\"}"},
        {"tags=a,b", "t.tags @> ?::text[] <- {\"a\",\"b\"}"},
        {"tags=a&tags=b,c", "t.tags @> ?::text[] <- {\"a\",\"b\",\"c\"}"},
        {"tags-any=a,b", "t.tags && ?::text[] <- {\"a\",\"b\"}"},
        {"not-tags=a", "NOT t.tags @> ?::text[] <- {\"a\"}"},
        {"not-tags-any=a,b", "NOT t.tags && ?::text[] <- {\"a\",\"b\"}"},
        {"tags=,", "t.tags @> ?::text[] <- {\"\",\"\"}"},
        {"tags=a%2Cb", "t.tags @> ?::text[] <- {\"a\",\"b\"}"},
        {"tags=", "t.tags @> ?::text[] <- {\"\"}"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        expect_list("networks", "member", cases[i][0]);
        cr_expect_str_eq(conditions(), cases[i][1]);
    }
}

Test(query, fixed_ips_are_found_by_each_part)
{
    static const char *const cases[][2] = {
        {"fixed_ips=ip_address=10.0.0.5", " <- {\"10.0.0.5\"}"},
        {"fixed_ips=ip_address%3D10.0.0.5&fixed_ips=ip_address=::1",
         " <- {\"10.0.0.5\",\"::1\"}"},
        {"fixed_ips=subnet_id=" ID, " <- {\"" ID "\"}"},
        {"fixed_ips=ip_address=x", " <- {}"},
        {"fixed_ips=ip_address_substr=10.", " <- {\"10.\"}"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        expect_list("ports", "member", cases[i][0]);
        cr_expect_eq(query.selection.n_predicates, 1);
        cr_expect_not_null(strstr(conditions(), cases[i][1]), "%s",
                           conditions());
    }
    expect_list("ports", "member",
                "fixed_ips=ip_address=::1&fixed_ips=subnet_id=" ID);
    cr_expect_eq(query.selection.n_predicates, 2);
}

Test(query, fixed_ips_in_no_form_are_refused)
{
    static const struct refusal cases[] = {
        {"ports", "fixed_ips=", ERR_INVALID_INPUT},
        {"ports", "fixed_ips=10.0.0.5", ERR_INVALID_INPUT},
        {"ports", "fixed_ips=port=1", ERR_INVALID_INPUT},
        {"ports", "fixed_ips=ip_address=::1&fixed_ips=x", ERR_INVALID_INPUT},
        {"networks", "fixed_ips=ip_address=::1", ERR_BAD_REQUEST},
    };
    expect_refusals("member", cases, N(cases));
}

Test(query, fields_choose_what_is_shown)
{
    static const struct {
        const char *text;
        uint64_t mask;
    } cases[] = {
        {"fields=id", UINT64_C(1) << ATTR_ID},
        {"fields=id&fields=name", UINT64_C(1) << ATTR_ID | UINT64_C(1)
                                                               << ATTR_NAME},
        {"fields=tenant_id", UINT64_C(1) << ATTR_TENANT_ID},
        {"fields=nmae&fields=name", UINT64_C(1) << ATTR_NAME},
        {"fields=nmae", 0},
        {"fields=binding:host_id", 0},
        {"fields=id,name", 0},
    };
    for (size_t i = 0; i < N(cases); i++) {
        expect_list("ports", "member", cases[i].text);
        cr_expect_eq(query.mask, cases[i].mask, "%s", cases[i].text);
    }
    expect_list("ports", "member", "fields=");
    cr_expect_eq(query.mask, render_mask(&port_resource.table, false, false));
}

Test(query, admins_see_more_fields)
{
    expect_list("ports", "admin", "fields=binding:host_id");
    cr_expect_eq(query.mask, record_bit(PORT_BINDING_HOST_ID));
    expect_list("ports", "admin", "");
    cr_expect_eq(query.mask, render_mask(&port_resource.table, true, false));
}

Test(query, an_asked_sdn_is_one_more_filter)
{
    static const char *const plurals[] = {"networks", "subnets", "ports"};
    for (size_t i = 0; i < N(plurals); i++) {
        by_hand_done(&hand);
        by_hand_init(&hand, plurals[i], "member");
        hand.settings.sdns = "sprut,neutron";
        hand.call.sdn = "sprut";
        hand.call.sdn_asked = true;
        cr_assert_null(query_read_list(&hand.call, &query));
        cr_expect_str_eq(conditions(),
                         "t.sdn = ?::text <- sprut");
    }
}

Test(query, read_limit_alone_ignores_other_parameters)
{
    int64_t limit;
    bool given;
    read_list("ports", "member", "limit=7&nmae=x");
    cr_assert_null(query_read_limit(&hand.call, &limit, &given));
    cr_expect_eq(limit, 7);
    cr_expect(given);
}
