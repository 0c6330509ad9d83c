/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages of lists: limits, markers, directions and links.
 */
#include "core/arena.h"
#include "core/buf.h"
#include "support/api.h"
#include "support/things.h"

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

Test(pages, next_links_lead_through_all_pages)
{
    make_networks("abcde", 1400, 1);
    cr_assert_str_eq(
        walk_pages("sort_key=name&sort_dir=asc&limit=2", "next"),
        "a,b|c,d|e");
    cr_assert_str_eq(
        walk_pages("sort_key=name&sort_dir=desc&limit=2", "next"),
        "e,d|c,b|a");
}

Test(pages, a_last_page_that_is_full_ends_the_walk)
{
    make_networks("abcd", 1400, 1);
    cr_assert_str_eq(
        walk_pages("sort_key=name&sort_dir=asc&limit=2", "next"),
        "a,b|c,d");
}

Test(pages, previous_links_lead_back_to_the_first_page)
{
    make_networks("abcde", 1400, 1);
    cr_assert_str_eq(
        walk_pages(text("sort_key=name&sort_dir=asc&limit=2&marker=%s",
                        id_of("d")), "previous"),
        "e|c,d|a,b");
}

Test(pages, reversed_pages_begin_at_the_end_and_keep_the_order)
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

Test(pages, a_marker_itself_is_not_on_the_page)
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

Test(pages, ties_are_neither_lost_nor_repeated_over_pages)
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

Test(pages, ties_of_two_keys_are_neither_lost_nor_repeated)
{
    make_networks("abcdefg", 1400, 3);
    const char *query = "sort_key=admin_state_up&sort_dir=asc"
                        "&sort_key=mtu&sort_dir=desc&limit=2";
    expect_each_once(walk_pages(query, "next"));
}

Test(pages, pages_without_a_sort_key_cover_everything)
{
    make_networks("abcdefg", 1400, 3);
    expect_each_once(walk_pages("limit=3", "next"));
}

Test(pages, nulls_are_neither_lost_nor_repeated_over_pages)
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

Test(pages, a_marker_that_does_not_exist_is_not_found)
{
    struct reply r = listed("limit=1&marker=" NOBODY);
    expect_error(&r, 404, "NetworkNotFound");
    r = listed("limit=1&marker=x");
    expect_error(&r, 404, "NetworkNotFound");
}

Test(pages, a_limit_is_an_integer_from_0)
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

Test(pages, links_keep_the_query)
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

Test(pages, pages_of_ports_and_subnets_work_alike)
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

Test(pages, a_large_list_is_compressed_when_the_client_accepts_it)
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
