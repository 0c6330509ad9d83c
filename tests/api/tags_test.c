/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tags, on everything that has them.
 */
#include "support/api.h"

/* Paths of one object of each kind that has tags. */
struct tagged {
    const char *paths[3];
};

static struct tagged
make_tagged(void)
{
    struct site site = make_site("10.0.0.0/24");
    return (struct tagged){
        {text("/v2.0/networks/%s", site.network_id),
         text("/v2.0/subnets/%s", site.subnet_id),
         text("/v2.0/ports/%s", make_port(site.network_id))}};
}

static struct reply
set_tags(const char *path, const char *tags)
{
    return api_body(PUT, text("%s/tags", path), "{'tags': %s}", tags);
}

Test(tags, put_of_all_replaces_them_and_shows_them_sorted)
{
    struct tagged tagged = make_tagged();
    for (size_t i = 0; i < 3; i++) {
        struct reply r = set_tags(tagged.paths[i], "['b', 'a']");
        expect_status(&r, 200);
        expect_at(&r, "tags", "[\"a\",\"b\"]");
        r = set_tags(tagged.paths[i], "['c']");
        expect_at(&r, "tags", "[\"c\"]");
        r = api(GET, "%s/tags", tagged.paths[i]);
        expect_at(&r, "tags", "[\"c\"]");
    }
}

Test(tags, objects_and_lists_show_them)
{
    struct site site = make_site("10.0.0.0/24");
    set_tags(text("/v2.0/networks/%s", site.network_id), "['b', 'a']");
    struct reply r = show("network", site.network_id);
    expect_at(&r, "network.tags", "[\"a\",\"b\"]");
    r = list("network", "id=%s", site.network_id);
    expect_at(&r, "networks.0.tags", "[\"a\",\"b\"]");
}

Test(tags, one_is_added_asked_for_and_removed)
{
    struct tagged tagged = make_tagged();
    for (size_t i = 0; i < 3; i++) {
        const char *one = text("%s/tags/a", tagged.paths[i]);
        struct reply r = api(GET, "%s", one);
        expect_error(&r, 404, "TagNotFound");
        r = api(PUT, "%s", one);
        expect_status(&r, 201);
        r = api(GET, "%s", one);
        expect_status(&r, 204);
        r = api(DELETE, "%s", one);
        expect_status(&r, 204);
        r = api(DELETE, "%s", one);
        expect_error(&r, 404, "TagNotFound");
    }
}

Test(tags, one_added_twice_is_there_once)
{
    struct tagged tagged = make_tagged();
    for (int i = 0; i < 2; i++) {
        struct reply r = api(PUT, "%s/tags/a", tagged.paths[0]);
        expect_status(&r, 201);
    }
    struct reply r = api(GET, "%s/tags", tagged.paths[0]);
    expect_at(&r, "tags", "[\"a\"]");
}

Test(tags, all_are_removed_at_once)
{
    struct tagged tagged = make_tagged();
    for (size_t i = 0; i < 3; i++) {
        set_tags(tagged.paths[i], "['a', 'b']");
        struct reply r = api(DELETE, "%s/tags", tagged.paths[i]);
        expect_status(&r, 204);
        r = api(GET, "%s/tags", tagged.paths[i]);
        expect_at(&r, "tags", "[]");
    }
}

Test(tags, lists_that_are_none_are_refused)
{
    struct tagged tagged = make_tagged();
    const char *bad[] = {"'x'", "null", "{}", "[1]", "[null]", "[[]]",
                         "['a', 'a']"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct reply r = set_tags(tagged.paths[0], bad[i]);
        expect_error(&r, 400, "InvalidInput");
    }
    struct reply r =
        api_body(PUT, text("%s/tags", tagged.paths[0]), "{'x': 1}");
    expect_error(&r, 400, "InvalidInput");
}

Test(tags, one_has_at_most_255_characters)
{
    struct tagged tagged = make_tagged();
    struct reply r =
        set_tags(tagged.paths[0], text("['%s']", letters(255)));
    expect_status(&r, 200);
    r = set_tags(tagged.paths[0], text("['%s']", letters(256)));
    expect_error(&r, 400, "InvalidInput");
}

Test(tags, any_text_is_a_tag)
{
    struct tagged tagged = make_tagged();
    struct reply r = set_tags(tagged.paths[0], "['a/b', 'сеть', 'a, b']");
    expect_status(&r, 200);
    cr_assert_eq(count_at(&r, "tags"), 3);
    r = api(PUT, "%s/tags/%s", tagged.paths[0], percent("a b:c"));
    expect_status(&r, 201);
    r = api(GET, "%s/tags/%s", tagged.paths[0], percent("сеть"));
    expect_status(&r, 204);
}

Test(tags, those_of_things_that_do_not_exist_are_not_found)
{
    const char *paths[] = {"/v2.0/networks/" NOBODY, "/v2.0/networks/x",
                           "/v2.0/subnets/" NOBODY, "/v2.0/ports/" NOBODY};
    for (size_t i = 0; i < 4; i++) {
        struct reply r = set_tags(paths[i], "['a']");
        expect_status(&r, 404);
        r = api(GET, "%s/tags", paths[i]);
        expect_status(&r, 404);
        r = api(PUT, "%s/tags/a", paths[i]);
        expect_status(&r, 404);
        r = api(DELETE, "%s/tags", paths[i]);
        expect_status(&r, 404);
    }
}

Test(tags, those_of_a_deleted_object_do_not_come_back)
{
    const char *network = make_network();
    set_tags(text("/v2.0/networks/%s", network), "['a']");
    erase("network", network);
    struct reply r = list("network", "tags=a&id=%s", network);
    expect_at(&r, "networks", "[]");
}
