/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists: filters, fields, order and pages.
 *
 * Every test lists networks that carry a label of its own as description, so
 * that an admin, who sees all projects, sees only these.
 */
#include "core/arena.h"
#include "core/buf.h"
#include "support/api.h"

static const char *
label(void)
{
    static const char *label;
    if (label == NULL) {
        label = unique("list-");
    }
    return label;
}

/* Networks named by the letters of 'names', with the mtu of 'mtus'. */
static void
make_networks(const char *names, int first_mtu, int per_mtu)
{
    for (int i = 0; names[i] != '\0'; i++) {
        make("network", "'name': '%c', 'description': '%s', 'mtu': %d",
             names[i], label(), first_mtu + i / per_mtu);
    }
}

static struct reply
listed(const char *query)
{
    return list("network", "description=%s&%s", label(), query);
}

static struct reply
listed_by_name(const char *query)
{
    return listed(text("sort_key=name&sort_dir=asc&%s", query));
}

/* The id of the network called 'name'. */
static const char *
id_of(const char *name)
{
    struct reply r = listed(text("name=%s", name));
    return text_at(&r, "networks.0.id");
}

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

/* --- pages */

/* Follows the links called 'rel' from 'query' and returns the names met, a
 * page before the bar each: "a,b|c,d|e". */
static const char *
walk_pages(const char *query, const char *rel)
{
    struct buf met;
    struct reply r = listed(query);
    buf_init(&met, session_arena(), 64);
    for (int pages = 0; pages < 20; pages++) {
        const char *href = NULL;
        json_t *links = json_at(&r, "networks_links");
        expect_status(&r, 200);
        if (count_at(&r, "networks") == 0) {
            return met.data;
        }
        buf_addf(&met, "%s%s", met.len == 0 ? "" : "|",
                 joined(&r, "networks", "name"));
        for (size_t i = 0; i < json_array_size(links); i++) {
            json_t *link = json_array_get(links, i);
            if (strcmp(json_string_value(json_object_get(link, "rel")),
                       rel) == 0) {
                href = json_string_value(json_object_get(link, "href"));
            }
        }
        if (href == NULL) {
            return met.data;
        }
        cr_assert(strncmp(href, session()->url, strlen(session()->url)) == 0,
                  "%s is not absolute", href);
        r = api(GET, "%s", href + strlen(session()->url));
    }
    return "no end";
}

Test(lists, next_links_lead_through_all_pages)
{
    make_networks("abcde", 1400, 1);
    cr_assert_str_eq(
        walk_pages("sort_key=name&sort_dir=asc&limit=2", "next"),
        "a,b|c,d|e");
    cr_assert_str_eq(
        walk_pages("sort_key=name&sort_dir=desc&limit=2", "next"),
        "e,d|c,b|a");
}

Test(lists, a_last_page_that_is_full_ends_the_walk)
{
    make_networks("abcd", 1400, 1);
    cr_assert_str_eq(
        walk_pages("sort_key=name&sort_dir=asc&limit=2", "next"),
        "a,b|c,d");
}

Test(lists, previous_links_lead_back_to_the_first_page)
{
    make_networks("abcde", 1400, 1);
    cr_assert_str_eq(
        walk_pages(text("sort_key=name&sort_dir=asc&limit=2&marker=%s",
                        id_of("d")), "previous"),
        "e|c,d|a,b");
}

Test(lists, reversed_pages_begin_at_the_end_and_keep_the_order)
{
    make_networks("abcde", 1400, 1);
    struct reply r = listed_by_name("limit=2&page_reverse=True");
    expect_names(&r, "network", "d,e");
    r = listed_by_name(
        text("limit=2&page_reverse=True&marker=%s", id_of("d")));
    expect_names(&r, "network", "b,c");
    r = listed_by_name(
        text("limit=2&page_reverse=True&marker=%s", id_of("b")));
    expect_names(&r, "network", "a");
}

Test(lists, a_marker_itself_is_not_on_the_page)
{
    make_networks("abc", 1400, 1);
    struct reply r = listed_by_name(text("limit=9&marker=%s", id_of("a")));
    expect_names(&r, "network", "b,c");
    r = listed_by_name(text("limit=9&marker=%s", id_of("c")));
    expect_at(&r, "networks", "[]");
}

/* Counts the letters of the pages and expects each of "abcdefg" once. */
static void
expect_each_once(const char *pages)
{
    for (char name = 'a'; name <= 'g'; name++) {
        const char *first = strchr(pages, name);
        cr_assert(first != NULL && strchr(first + 1, name) == NULL,
                  "%c is not once in %s", name, pages);
    }
}

Test(lists, ties_are_neither_lost_nor_repeated_over_pages)
{
    make_networks("abcdefg", 1400, 3);
    const char *dirs[] = {"asc", "desc"};
    for (size_t i = 0; i < 2; i++) {
        for (int limit = 1; limit <= 4; limit++) {
            const char *query = text("sort_key=mtu&sort_dir=%s&limit=%d",
                                     dirs[i], limit);
            expect_each_once(walk_pages(query, "next"));
            expect_each_once(walk_pages(
                text("%s&page_reverse=True", query), "previous"));
        }
    }
}

Test(lists, ties_of_two_keys_are_neither_lost_nor_repeated)
{
    make_networks("abcdefg", 1400, 3);
    const char *query = "sort_key=admin_state_up&sort_dir=asc"
                        "&sort_key=mtu&sort_dir=desc&limit=2";
    expect_each_once(walk_pages(query, "next"));
}

Test(lists, pages_without_a_sort_key_cover_everything)
{
    make_networks("abcdefg", 1400, 3);
    expect_each_once(walk_pages("limit=3", "next"));
}

Test(lists, nulls_are_neither_lost_nor_repeated_over_pages)
{
    struct site site = make_site("10.0.0.0/24");
    for (int i = 1; i < 5; i++) {
        make("subnet", "'network_id': '%s', 'ip_version': 4, "
             "'cidr': '10.0.%d.0/24', 'gateway_ip': null",
             site.network_id, i);
    }
    const char *marker = "";
    size_t met = 0;
    for (int page = 0; page < 6; page++) {
        struct reply r = list("subnet", "network_id=%s&limit=2"
                              "&sort_key=gateway_ip&sort_dir=asc%s",
                              site.network_id, marker);
        size_t n = count_at(&r, "subnets");
        met += n;
        if (n == 0) {
            break;
        }
        marker = text("&marker=%s",
                      text_at(&r, text("subnets.%zu.id", n - 1)));
    }
    cr_assert_eq(met, 5);
}

Test(lists, a_marker_that_does_not_exist_is_not_found)
{
    struct reply r = listed("limit=1&marker=" NOBODY);
    expect_error(&r, 404, "NetworkNotFound");
    r = listed("limit=1&marker=x");
    expect_error(&r, 404, "NetworkNotFound");
}

Test(lists, a_limit_is_an_integer_from_0)
{
    const char *bad[] = {"limit=-1", "limit=x", "limit=", "limit=1x"};
    make_networks("ab", 1400, 1);
    for (size_t i = 0; i < 4; i++) {
        struct reply r = listed(bad[i]);
        expect_error(&r, 400, "BadRequest");
    }
    struct reply r = listed("limit=0");
    expect_set(&r, "network", "a,b");
    r = listed("limit=99999999999");
    expect_set(&r, "network", "a,b");
}

Test(lists, links_keep_the_query)
{
    make_networks("abc", 1400, 1);
    struct reply r = listed_by_name("limit=1&fields=name");
    const char *href = text_at(&r, "networks_links.0.href");
    const char *parts[] = {"/v2.0/networks?", "sort_key=name", "limit=1",
                           "fields=name", label(), id_of("a")};
    for (size_t i = 0; i < 6; i++) {
        cr_assert(strstr(href, parts[i]) != NULL, "%s lacks %s", href,
                  parts[i]);
    }
}

Test(lists, links_lead_to_where_the_client_is)
{
    make_networks("abc", 1400, 1);
    with_header("X-Forwarded-Proto: https");
    with_header("X-Forwarded-Host: net.example.org");
    struct reply r = listed("limit=1");
    const char *href = text_at(&r, "networks_links.0.href");
    const char *expected = "https://net.example.org/v2.0/networks?";
    cr_assert(strncmp(href, expected, strlen(expected)) == 0, "%s", href);
}

Test(lists, pages_of_ports_and_subnets_work_alike)
{
    struct site site = make_site("10.0.0.0/24");
    make_port(site.network_id);
    make_port(site.network_id);
    struct reply r = list("port", "network_id=%s&limit=1", site.network_id);
    cr_assert_eq(count_at(&r, "ports"), 1);
    expect_at(&r, "ports_links.0.rel", "next");
    make_subnet(site.network_id, "10.0.1.0/24");
    r = list("subnet", "network_id=%s&limit=1&page_reverse=True",
             site.network_id);
    cr_assert_eq(count_at(&r, "subnets"), 1);
    expect_at(&r, "subnets_links.0.rel", "previous");
}

Test(lists, a_large_list_is_compressed_when_the_client_accepts_it)
{
    for (int i = 0; i < 40; i++) {
        make("network", "'description': '%s'", label());
    }
    with_header("Accept-Encoding: gzip");
    struct reply r = listed("");
    expect_status(&r, 200);
    expect_header(&r, "Content-Encoding", "gzip");
    cr_assert(r.size > 2 && memcmp(r.body, "\x1f\x8b", 2) == 0);
    r = listed("");
    cr_assert_null(reply_header(&r, "Content-Encoding"));
    cr_assert_eq(count_at(&r, "networks"), 40);
}
