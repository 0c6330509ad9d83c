/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists: filters, fields and order.  pages_test.c has their pages.
 */
#include "support/api.h"
#include "support/things.h"

static void
tag_network(const char *name, const char *tags)
{
    struct reply r =
        api_body(PUT, text("/v2.0/networks/%s/tags", id_of(name)),
                 "{'tags': %s}", tags);
    expect_status(&r, 200);
}

/* --- envelopes */

Test(lists, an_empty_one_is_an_empty_list_and_nothing_else)
{
    struct reply r = listed("name=nothing");
    expect_status(&r, 200);
    cr_assert_str_eq(r.body, "{\"networks\":[]}");
}

Test(lists, whole_ones_have_no_links)
{
    make_networks("ab", 1400, 1);
    struct reply r = listed_by_name("fields=name");
    expect_names(&r, "network", "a,b");
    cr_assert_eq(count_at(&r, ""), 1, "%s", describe(&r));
}

/* --- filters */

Test(lists, a_repeated_filter_is_or)
{
    make_networks("abc", 1400, 1);
    struct reply r = listed("name=a&name=c");
    expect_set(&r, "network", "a,c");
    r = listed(text("id=%s&id=%s", id_of("a"), id_of("b")));
    expect_set(&r, "network", "a,b");
}

Test(lists, different_filters_are_and)
{
    make_networks("abc", 1400, 2);
    struct reply r = listed("mtu=1400&name=a&name=c");
    expect_set(&r, "network", "a");
}

Test(lists, filters_tell_letters_apart)
{
    make_networks("aA", 1400, 1);
    struct reply r = listed("name=A");
    expect_set(&r, "network", "A");
}

Test(lists, an_empty_value_finds_empty_text)
{
    make_networks("a", 1400, 1);
    make("network", "'name': '', 'description': '%s'", label());
    struct reply r = listed("name=");
    cr_assert_eq(count_at(&r, "networks"), 1, "%s", describe(&r));
    expect_at(&r, "networks.0.name", "");
}

Test(lists, booleans_are_read_in_all_their_forms)
{
    make_networks("a", 1400, 1);
    const char *truths[] = {"true", "True", "1"};
    for (size_t i = 0; i < 3; i++) {
        struct reply r = listed(text("admin_state_up=%s", truths[i]));
        expect_set(&r, "network", "a");
    }
    struct reply r = listed("admin_state_up=False");
    expect_set(&r, "network", "");
    r = listed("admin_state_up=maybe");
    expect_error(&r, 400, "InvalidInput");
}

Test(lists, a_filter_of_the_wrong_type_is_refused)
{
    struct reply r = listed("mtu=big");
    expect_error(&r, 400, "InvalidInput");
    r = list("subnet", "cidr=x");
    expect_error(&r, 400, "InvalidInput");
    r = list("subnet", "ip_version=x");
    expect_error(&r, 400, "InvalidInput");
}

Test(lists, an_id_that_is_no_uuid_finds_nothing)
{
    struct reply r = listed("id=x");
    expect_at(&r, "networks", "[]");
    r = list("port", "network_id=x");
    expect_at(&r, "ports", "[]");
}

Test(lists, an_unknown_filter_is_refused_by_name)
{
    struct reply r = listed("colour=red");
    expect_error(&r, 400, "HTTPBadRequest");
    cr_assert(strstr(r.body, "colour") != NULL, "%s", describe(&r));
}

Test(lists, the_two_names_of_a_project_are_one_filter)
{
    make_networks("a", 1400, 1);
    const char *names[] = {"tenant_id", "project_id"};
    for (size_t i = 0; i < 2; i++) {
        struct reply r =
            listed(text("%s=%s", names[i], session()->project));
        expect_set(&r, "network", "a");
        r = listed(text("%s=elsewhere", names[i]));
        expect_set(&r, "network", "");
    }
}

Test(lists, names_are_percent_decoded)
{
    make("network", "'name': 'a b+c&d=сеть%%', 'description': '%s'",
         label());
    struct reply r = listed(text("name=%s", percent("a b+c&d=сеть%")));
    expect_set(&r, "network", "a b+c&d=сеть%");
}

Test(lists, a_plus_in_a_query_is_a_blank)
{
    make("network", "'name': 'a b', 'description': '%s'",
         label());
    struct reply r = listed("name=a+b");
    expect_set(&r, "network", "a b");
}

Test(lists, sql_in_a_filter_is_only_text)
{
    const char *evil = percent("x' OR '1'='1'; DROP TABLE ports; --");
    struct reply r = listed(text("name=%s", evil));
    expect_at(&r, "networks", "[]");
    r = listed(text("sort_key=%s&sort_dir=asc", evil));
    expect_status(&r, 400);
}

Test(lists, subnets_are_found_by_cidr_and_gateway)
{
    struct site site = make_site("10.0.0.0/24");
    make_subnet(site.network_id, "10.0.1.0/24");
    struct reply r = list("subnet", "network_id=%s&cidr=10.0.0.0%%2F24",
                          site.network_id);
    expect_at(&r, "subnets.0.id", site.subnet_id);
    cr_assert_eq(count_at(&r, "subnets"), 1);
    r = list("subnet", "network_id=%s&gateway_ip=10.0.0.1", site.network_id);
    expect_at(&r, "subnets.0.id", site.subnet_id);
}

/* --- fixed_ips */

Test(lists, ports_are_found_by_address_and_by_subnet)
{
    struct site site = make_site("10.0.0.0/24");
    const char *other = make_subnet(site.network_id, "10.0.1.0/24");
    make("port", "'network_id': '%s', 'name': 'a', 'fixed_ips': "
         "[{'ip_address': '10.0.0.9'}]", site.network_id);
    make("port", "'network_id': '%s', 'name': 'b', 'fixed_ips': "
         "[{'ip_address': '10.0.1.9'}]", site.network_id);
    struct reply r = list("port", "network_id=%s&fixed_ips=%s",
                          site.network_id, "ip_address%3D10.0.0.9");
    expect_set(&r, "port", "a");
    r = list("port", "fixed_ips=subnet_id=%s", other);
    expect_set(&r, "port", "b");
    r = list("port", "network_id=%s&fixed_ips=ip_address=10.0.0.9"
             "&fixed_ips=ip_address=10.0.1.9", site.network_id);
    expect_set(&r, "port", "a,b");
}

Test(lists, address_and_subnet_must_both_fit)
{
    struct site site = make_site("10.0.0.0/24");
    const char *other = make_subnet(site.network_id, "10.0.1.0/24");
    make("port", "'network_id': '%s', 'name': 'a', 'fixed_ips': "
         "[{'ip_address': '10.0.0.9'}]", site.network_id);
    struct reply r = list("port", "fixed_ips=ip_address=10.0.0.9"
                          "&fixed_ips=subnet_id=%s", site.subnet_id);
    expect_set(&r, "port", "a");
    r = list("port", "fixed_ips=ip_address=10.0.0.9"
             "&fixed_ips=subnet_id=%s", other);
    expect_set(&r, "port", "");
}

Test(lists, a_part_of_an_address_finds_ports)
{
    struct site site = make_site("10.0.0.0/16");
    const char *addresses[] = {"10.0.77.1", "10.0.0.77", "10.0.0.5"};
    for (size_t i = 0; i < 3; i++) {
        make("port", "'network_id': '%s', 'name': '%c', 'fixed_ips': "
             "[{'ip_address': '%s'}]", site.network_id, (int) ('a' + i),
             addresses[i]);
    }
    struct reply r =
        list("port", "network_id=%s&fixed_ips=ip_address_substr=.77",
             site.network_id);
    expect_set(&r, "port", "a,b");
    r = list("port", "network_id=%s&fixed_ips=ip_address_substr=%%25",
             site.network_id);
    expect_set(&r, "port", "");
}

Test(lists, a_port_with_two_addresses_is_listed_once)
{
    struct site site = make_site("10.0.0.0/24");
    make("port", "'network_id': '%s', 'name': 'a', 'fixed_ips': "
         "[{'subnet_id': '%s'}, {'subnet_id': '%s'}]", site.network_id,
         site.subnet_id, site.subnet_id);
    struct reply r = list("port", "fixed_ips=subnet_id=%s", site.subnet_id);
    expect_set(&r, "port", "a");
    cr_assert_eq(count_at(&r, "ports.0.fixed_ips"), 2);
}

Test(lists, fixed_ips_of_no_known_form_are_refused)
{
    struct reply r = list("port", "fixed_ips=nonsense");
    expect_error(&r, 400, "InvalidInput");
}

/* --- tags */

static void
make_tagged(void)
{
    make_networks("abcd", 1400, 1);
    tag_network("a", "['red', 'big']");
    tag_network("b", "['red']");
    tag_network("c", "['big']");
}

Test(lists, tags_asks_for_all_of_them)
{
    make_tagged();
    struct reply r = listed("tags=red");
    expect_set(&r, "network", "a,b");
    r = listed("tags=red,big");
    expect_set(&r, "network", "a");
}

Test(lists, tags_any_asks_for_one_of_them)
{
    make_tagged();
    struct reply r = listed("tags-any=red,big");
    expect_set(&r, "network", "a,b,c");
    r = listed("tags-any=none");
    expect_set(&r, "network", "");
}

Test(lists, not_tags_excludes_who_has_all_of_them)
{
    make_tagged();
    struct reply r = listed("not-tags=red,big");
    expect_set(&r, "network", "b,c,d");
}

Test(lists, not_tags_any_excludes_who_has_one_of_them)
{
    make_tagged();
    struct reply r = listed("not-tags-any=red,big");
    expect_set(&r, "network", "d");
    r = listed("tags=red&not-tags-any=big");
    expect_set(&r, "network", "b");
}

/* --- fields */

Test(lists, fields_choose_what_is_shown)
{
    make_networks("a", 1400, 1);
    struct reply r = listed("fields=name&fields=mtu");
    cr_assert_str_eq(text_at(&r, "networks.0.name"), "a");
    cr_assert_eq(count_at(&r, "networks.0"), 2, "%s", describe(&r));
}

Test(lists, unknown_fields_are_ignored)
{
    make_networks("a", 1400, 1);
    struct reply r = listed("fields=name&fields=colour");
    expect_at(&r, "networks", "[{\"name\":\"a\"}]");
    r = show("network", text("%s?fields=name&fields=colour", id_of("a")));
    expect_at(&r, "network", "{\"name\":\"a\"}");
}

Test(lists, fields_of_a_port_with_a_colon_work)
{
    const char *id = make_port(make_network());
    struct reply r = show("port", text("%s?fields=binding:vnic_type", id));
    expect_at(&r, "port", "{\"binding:vnic_type\":\"normal\"}");
}

/* --- order */

Test(lists, one_key_sorts_in_both_directions)
{
    make_networks("cab", 1400, 1);
    struct reply r = listed("sort_key=name&sort_dir=asc");
    expect_names(&r, "network", "a,b,c");
    r = listed("sort_key=name&sort_dir=desc");
    expect_names(&r, "network", "c,b,a");
}

Test(lists, two_keys_sort_in_their_own_directions)
{
    make_networks("abcd", 1400, 2);
    struct reply r = listed("sort_key=mtu&sort_dir=desc"
                            "&sort_key=name&sort_dir=asc");
    expect_names(&r, "network", "c,d,a,b");
    r = listed("sort_key=mtu&sort_dir=asc&sort_key=name&sort_dir=desc");
    expect_names(&r, "network", "b,a,d,c");
}

Test(lists, keys_without_directions_ascend)
{
    struct reply r = listed("sort_key=name");
    expect_status(&r, 200);
}

Test(lists, keys_and_directions_must_pair)
{
    const char *bad[] = {"sort_dir=asc",
                         "sort_key=name&sort_dir=asc&sort_dir=desc",
                         "sort_key=name&sort_dir=sideways",
                         "sort_key=colour&sort_dir=asc"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct reply r = listed(bad[i]);
        expect_error(&r, 400, "HTTPBadRequest");
    }
}
