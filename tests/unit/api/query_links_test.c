/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of query_add_links (api/query.h): the pages before and behind.
 */
#include "api/query.h"
#include "unit/api/by_hand.h"
#include "unit/schema/values.h"

#define BASE "http://tenet.example/v2.0/networks?"

static struct by_hand hand;

static void
begin(void)
{
    by_hand_init(&hand, "networks", "member");
}

static void
end(void)
{
    by_hand_done(&hand);
}

TestSuite(query_links, .init = begin, .fini = end);

/* The links of a page asked for by 'text', in an object. */
static json_t *
links(const char *text, const char *next, const char *previous)
{
    struct param *params;
    struct buf buf;
    cr_assert_null(
        query_split(&hand.arena, text, &params, &hand.call.n_params));
    hand.call.params = params;
    buf_init(&buf, &hand.arena, 64);
    buf_adds(&buf, "{\"networks\":[]");
    query_add_links(&hand.call, &buf, "networks", next, previous);
    buf_put(&buf, '}');
    json_t *json = json_of(&hand.arena, buf.data);
    return json_object_get(json, "networks_links");
}

static void
expect_link(const json_t *list, size_t i, const char *rel, const char *href)
{
    const json_t *link = json_array_get(list, i);
    cr_expect_str_eq(json_string_value(json_object_get(link, "rel")), rel);
    cr_expect_str_eq(json_string_value(json_object_get(link, "href")), href);
    cr_expect_eq(json_object_size(link), 2);
}

Test(query_links, the_only_page_has_none)
{
    cr_expect_null(links("limit=2", NULL, NULL));
}

Test(query_links, the_first_page_has_the_next)
{
    const json_t *list = links("limit=2", "b", NULL);
    cr_expect_eq(json_array_size(list), 1);
    expect_link(list, 0, "next", BASE "limit=2&marker=b");
}

Test(query_links, the_last_page_has_the_previous)
{
    const json_t *list = links("limit=2&marker=x", NULL, "a");
    cr_expect_eq(json_array_size(list), 1);
    expect_link(list, 0, "previous",
                BASE "limit=2&marker=a&page_reverse=True");
}

Test(query_links, a_page_between_has_both)
{
    const json_t *list = links("marker=x&limit=2&page_reverse=True", "b",
                               "a");
    cr_expect_eq(json_array_size(list), 2);
    expect_link(list, 0, "next", BASE "limit=2&marker=b");
    expect_link(list, 1, "previous",
                BASE "limit=2&marker=a&page_reverse=True");
}

Test(query_links, other_parameters_stay_as_they_were)
{
    static const char *const cases[][2] = {
        {"name=a&name=b", "name=a&name=b&"},
        {"name=x%20y%26z", "name=x%20y%26z&"},
        {"name=%22%3C", "name=%22%3C&"},
        {"name=%D0%B6", "name=%D0%B6&"},
        {"name=a+b", "name=a%20b&"},
        {"router:external=1", "router:external=1&"},
        {"tags=a,b", "tags=a%2Cb&"},
        {"name", "name=&"},
        {"", ""},
    };
    for (size_t i = 0; i < N(cases); i++) {
        const json_t *list = links(cases[i][0], "b", NULL);
        expect_link(
            list, 0, "next",
            arena_printf(&hand.arena, BASE "%smarker=b", cases[i][1]));
    }
}

/* What a link says is read as what the page before was asked. */
Test(query_links, links_are_read_again)
{
    struct param *params;
    size_t n;
    const json_t *list = links("name=a%26b%3D%25+%D0%B6&limit=2", "b", NULL);
    const char *href = json_string_value(
        json_object_get(json_array_get(list, 0), "href"));
    cr_assert_null(
        query_split(&hand.arena, strchr(href, '?') + 1, &params, &n));
    cr_assert_eq(n, 3);
    cr_expect_str_eq(params[0].value, "a&b=% ж");
    cr_expect_str_eq(params[1].value, "2");
    cr_expect_str_eq(params[2].key, "marker");
}
