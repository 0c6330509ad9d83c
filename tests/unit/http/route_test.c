/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of http/route.h: which path means what, and what is no path.
 */
#include "http/route.h"

#include "resource/network.h"
#include "unit/api/by_hand.h"
#include "unit/schema/values.h"

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

TestSuite(route, .init = begin, .fini = end);

static const char *const methods[] = {"GET", "POST", "PUT", "DELETE"};

/* The pattern of the route, or the error's type. */
static const char *
find(const char *method, const char *path)
{
    const struct route *route = NULL;
    hand.call.path = path;
    hand.call.id = hand.call.tag = NULL;
    struct err *err = route_find(&hand.call, method, &route);
    return err != NULL ? err_type(err->kind) : route->pattern;
}

/* 'pattern' with something for each variable part. */
static const char *
path_of(const char *pattern)
{
    static const char *const values[][2] = {{"{collection}", "networks"},
                                            {"{own}", "project"},
                                            {"{id}", "7"},
                                            {"{tag}", "red"}};
    struct buf buf;
    buf_init(&buf, &hand.arena, 64);
    while (*pattern != '\0') {
        size_t i = 0;
        while (i < N(values) &&
               strncmp(pattern, values[i][0], strlen(values[i][0])) != 0) {
            i++;
        }
        buf_add(&buf, i < N(values) ? values[i][1] : pattern,
                i < N(values) ? strlen(values[i][1]) : 1);
        pattern += i < N(values) ? strlen(values[i][0]) : 1;
    }
    return buf.data;
}

static int
count_routes(void)
{
    int n = 0;
    while (route_at(n) != NULL) {
        n++;
    }
    return n;
}

Test(route, every_route_is_found_by_its_path)
{
    cr_expect_gt(count_routes(), 20);
    for (int i = 0; i < count_routes(); i++) {
        const struct route *route = NULL;
        hand.call.path = path_of(route_at(i)->pattern);
        cr_assert_null(route_find(&hand.call, route_at(i)->method, &route),
                       "%s %s", route_at(i)->method, hand.call.path);
        cr_expect_eq(route, route_at(i), "%s", hand.call.path);
        cr_expect_eq(route_index(route), i);
    }
}

Test(route, there_are_no_more_than_metrics_count)
{
    cr_expect_leq(count_routes(), ROUTE_MAX);
    cr_expect_null(route_at(-1));
    cr_expect_eq(route_index(NULL), -1);
}

Test(route, every_collection_has_its_verbs)
{
    for (size_t i = 0; resources[i] != NULL; i++) {
        const char *list = arena_printf(&hand.arena, "/v2.0/%s",
                                        table_path(&resources[i]->table));
        cr_expect_str_eq(find("GET", list), "/v2.0/{collection}");
        cr_expect_eq(hand.call.resource, resources[i]);
        const char *one = arena_printf(&hand.arena, "%s/7", list);
        cr_expect_str_eq(find("DELETE", one), "/v2.0/{collection}/{id}");
        cr_expect_eq(hand.call.resource, resources[i]);
        cr_expect_str_eq(hand.call.id, "7");
    }
}

Test(route, tags_are_of_objects_that_have_them)
{
    for (size_t i = 0; resources[i] != NULL; i++) {
        const char *tags = arena_printf(&hand.arena, "/v2.0/%s/7/tags",
                                        table_path(&resources[i]->table));
        cr_expect_str_eq(find("GET", tags),
                         resource_has_tags(resources[i])
                             ? "/v2.0/{collection}/{id}/tags"
                             : "HTTPNotFound");
    }
}

/* True when some route has this pattern and method. */
static bool
takes(const char *pattern, const char *method)
{
    for (int i = 0; i < count_routes(); i++) {
        if (strcmp(path_of(route_at(i)->pattern), path_of(pattern)) == 0 &&
            strcmp(route_at(i)->method, method) == 0) {
            return true;
        }
    }
    /* {own} is an {id} too. */
    return strcmp(pattern, "/v2.0/quotas/{own}") == 0 &&
           takes("/v2.0/quotas/{id}", method);
}

Test(route, another_method_of_a_known_path_is_not_allowed)
{
    for (int i = 0; i < count_routes(); i++) {
        const char *pattern = route_at(i)->pattern;
        for (size_t m = 0; m < N(methods); m++) {
            if (!takes(pattern, methods[m])) {
                cr_expect_str_eq(find(methods[m], path_of(pattern)),
                                 "HTTPMethodNotAllowed", "%s %s", methods[m],
                                 path_of(pattern));
            }
        }
        cr_expect_str_eq(find("PATCH", path_of(pattern)),
                         "HTTPMethodNotAllowed", "%s", path_of(pattern));
        cr_expect_str_eq(find("get", path_of(pattern)),
                         "HTTPMethodNotAllowed", "%s", path_of(pattern));
    }
}

Test(route, head_is_served_where_get_is)
{
    for (int i = 0; i < count_routes(); i++) {
        const char *path = path_of(route_at(i)->pattern);
        cr_expect_str_eq(find("HEAD", path), find("GET", path), "%s", path);
    }
    cr_expect_str_eq(find("HEAD", "/v2.0/netwroks"), "HTTPNotFound");
}

Test(route, options_tells_what_a_path_takes)
{
    static const char *const cases[][2] = {
        {"/", "GET, HEAD, OPTIONS"},
        {"*", "OPTIONS"},
        {"/v2.0/networks", "GET, HEAD, POST, PUT, DELETE, OPTIONS"},
        {"/v2.0/networks/7", "GET, HEAD, PUT, DELETE, OPTIONS"},
        {"/v2.0/quotas/project", "GET, HEAD, PUT, DELETE, OPTIONS"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        cr_expect_str_eq(find("OPTIONS", cases[i][0]), "*", "%s",
                         cases[i][0]);
        cr_expect_str_eq(hand.call.answer.allow, cases[i][1], "%s",
                         cases[i][0]);
    }
    cr_expect_str_eq(find("OPTIONS", "/v2.0/netwroks"), "HTTPNotFound");
}

Test(route, an_unknown_path_is_not_found)
{
    static const char *const paths[] = {
        "/v2.0/netwroks",
        "/v2.0/network",
        "/v2.0/Networks",
        "/v2/networks",
        "/networks",
        "/v2.0/networks/7/8",
        "/v2.0/networks/7/tags/a/b",
        "/v2.0/networks/7/tag",
        "/v2.0/quotas/7/8",
        "/favicon.ico",
        "/v2.0.0",
        "/v2.0x",
        "/v4",
        "/v2.0/networks/7/tags/a/b/c/d/e/f/g/h",
        "/healthz/x",
        "/../etc/passwd",
        "/v2.0/extensions/a/b",
    };
    for (size_t i = 0; i < N(paths); i++) {
        for (size_t m = 0; m < N(methods); m++) {
            cr_expect_str_eq(find(methods[m], paths[i]), "HTTPNotFound",
                             "%s %s", methods[m], paths[i]);
        }
    }
}

Test(route, slashes_more_or_less_change_nothing)
{
    static const char *const cases[][2] = {
        {"/", "/"},
        {"//", "/"},
        {"/v2.0", "/v2.0"},
        {"/v2.0/", "/v2.0"},
        {"/v2.0/networks/", "/v2.0/{collection}"},
        {"//v2.0//networks//7/", "/v2.0/{collection}/{id}"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        cr_expect_str_eq(find("GET", cases[i][0]), cases[i][1]);
    }
}

Test(route, json_behind_the_last_part_is_ignored)
{
    static const struct {
        const char *path, *pattern, *id;
    } cases[] = {
        {"/v2.0/networks.json", "/v2.0/{collection}", NULL},
        {"/v2.0/networks/7.json", "/v2.0/{collection}/{id}", "7"},
        {"/v2.0/networks/7/tags.json", "/v2.0/{collection}/{id}/tags", "7"},
        {"/v2.0/quotas/7.json", "/v2.0/quotas/{id}", "7"},
        {"/v2.0/extensions.json", "/v2.0/extensions", NULL},
        {"/v2.0/networks/7.jsonx", "/v2.0/{collection}/{id}", "7.jsonx"},
        {"/v2.0/networks/.json", "/v2.0/{collection}/{id}", ".json"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        cr_expect_str_eq(find("GET", cases[i].path), cases[i].pattern, "%s",
                         cases[i].path);
        cr_expect(cases[i].id == NULL ||
                      strcmp(hand.call.id, cases[i].id) == 0,
                  "%s", cases[i].path);
    }
}

Test(route, json_at_the_end_of_a_tag_is_the_tags)
{
    cr_expect_str_eq(find("GET", "/v2.0/networks/7/tags/a.json"),
                     "/v2.0/{collection}/{id}/tags/{tag}");
    cr_expect_str_eq(hand.call.tag, "a.json");
}

Test(route, parts_are_decoded_after_they_are_split)
{
    static const struct {
        const char *path, *id, *tag;
    } cases[] = {
        {"/v2.0/networks/7/tags/a%2Fb", "7", "a/b"},
        {"/v2.0/networks/7/tags/%2F", "7", "/"},
        {"/v2.0/networks/7/tags/a+b%20c", "7", "a+b c"},
        {"/v2.0/networks/7/tags/%D0%B6", "7", "ж"},
        {"/v2.0/networks/7/tags/%2525", "7", "%25"},
        {"/v2.0/%6eetworks/%37/t%61gs/x", "7", "x"},
        {"/v2.0/networks/a%2Fb/tags/x", "a/b", "x"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        cr_expect_str_eq(find("PUT", cases[i].path),
                         "/v2.0/{collection}/{id}/tags/{tag}", "%s",
                         cases[i].path);
        cr_expect_str_eq(hand.call.id, cases[i].id);
        cr_expect_str_eq(hand.call.tag, cases[i].tag);
    }
}

Test(route, broken_parts_are_refused)
{
    static const char *const paths[] = {
        "/v2.0/networks/%",
        "/v2.0/networks/%4",
        "/v2.0/networks/%zz",
        "/v2.0/networks/%00",
        "/v2.0/networks/a%00b",
        "/v2.0/networks/%FF",
        "/v2.0/networks/\xFF",
        "/%C0%80",
        "/v2.0/networks/7/tags/%ED%A0%80",
    };
    for (size_t i = 0; i < N(paths); i++) {
        cr_expect_str_eq(find("GET", paths[i]), "HTTPBadRequest", "%s",
                         paths[i]);
    }
}

Test(route, own_quotas_come_before_those_of_a_project)
{
    cr_expect_str_eq(find("GET", "/v2.0/quotas/project"),
                     "/v2.0/quotas/{own}");
    cr_expect_str_eq(find("GET", "/v2.0/quotas/tenant"),
                     "/v2.0/quotas/{own}");
    cr_expect_str_eq(find("GET", "/v2.0/quotas/projects"),
                     "/v2.0/quotas/{id}");
    cr_expect_str_eq(find("DELETE", "/v2.0/quotas/project"),
                     "/v2.0/quotas/{id}");
}

/* Who has no token yet asks which versions there are, and for a token. */
static bool
is_before_tokens(const struct route *route)
{
    return strcmp(route->pattern, "/v3") == 0 ||
           (strcmp(route->method, "POST") == 0 &&
            strcmp(route->pattern, "/v3/auth/tokens") == 0);
}

Test(route, only_what_tells_nothing_needs_no_token)
{
    for (int i = 0; i < count_routes(); i++) {
        const struct route *route = route_at(i);
        if (strncmp(route->pattern, "/v3", 3) == 0) {
            cr_expect_eq(route_is_open(route), is_before_tokens(route),
                         "%s", route->pattern);
            continue;
        }
        bool discovers = strncmp(route->pattern, "/v2.0/", 6) != 0 ||
                         strncmp(route->pattern, "/v2.0/extensions", 16) == 0;
        cr_expect_eq(route_is_open(route), discovers, "%s", route->pattern);
        cr_expect(!route_is_open(route) ||
                      strcmp(route->method, "GET") == 0 ||
                      strcmp(route->method, "OPTIONS") == 0,
                  "%s", route->pattern);
    }
}

Test(route, a_path_without_a_collection_has_no_resource)
{
    find("GET", "/v2.0/networks");
    cr_expect_eq(hand.call.resource, &network_resource);
    find("GET", "/v2.0/quotas");
    cr_expect_null(hand.call.resource);
}
