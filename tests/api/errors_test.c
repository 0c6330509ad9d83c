/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors: their envelope, and what is wrong with a body before it is a
 * resource.
 */
#include "core/arena.h"
#include "support/api.h"

#define MAX_BODY (1024 * 1024)

static struct reply
post_raw(const char *body)
{
    return api_raw(POST, "/v2.0/networks", body, strlen(body));
}

Test(errors, the_envelope_has_type_message_and_detail)
{
    struct reply r = show("network", NOBODY);
    expect_error(&r, 404, "NetworkNotFound");
    cr_assert(json_is_string(json_at(&r, "NeutronError.message")));
    expect_at(&r, "NeutronError.detail", "");
    cr_assert_eq(count_at(&r, ""), 1);
    const char *type = reply_header(&r, "Content-Type");
    cr_assert(type != NULL && strncmp(type, "application/json", 16) == 0);
}

Test(errors, a_message_names_the_thing)
{
    struct reply r = show("network", NOBODY);
    cr_assert(strstr(text_at(&r, "NeutronError.message"), NOBODY) != NULL,
              "%s", describe(&r));
}

Test(errors, all_faults_of_a_body_are_collected)
{
    struct reply r = create("network", "'name': 1, 'mtu': 'x', "
                            "'colour': 'red', 'status': 'UP'");
    expect_status(&r, 400);
    cr_assert_eq(count_at(&r, "NeutronError.errors"), 4, "%s", describe(&r));
    cr_assert_str_eq(joined_sorted(&r, "NeutronError.errors", "attr"),
                     "colour,mtu,name,status");
}

Test(errors, each_fault_has_attribute_rule_and_message)
{
    struct reply r = create("network", "'mtu': 'x'");
    cr_assert_eq(count_at(&r, "NeutronError.errors"), 1, "%s", describe(&r));
    expect_at(&r, "NeutronError.errors.0.attr", "mtu");
    const char *keys[] = {"rule", "message"};
    for (size_t i = 0; i < 2; i++) {
        json_t *value =
            json_at(&r, text("NeutronError.errors.0.%s", keys[i]));
        cr_assert(json_is_string(value) && json_string_length(value) > 0,
                  "%s", describe(&r));
    }
}

Test(errors, faults_of_a_put_are_collected_too)
{
    struct reply r = update("network", make_network(),
                            "'name': 1, 'id': '" NOBODY "', 'x': 1");
    cr_assert_str_eq(joined_sorted(&r, "NeutronError.errors", "attr"),
                     "id,name,x");
}

Test(errors, an_object_that_does_not_exist_comes_before_its_body)
{
    struct reply r = update("network", NOBODY, "'colour': 1");
    cr_assert(r.status == 404 || r.status == 400, "%s", describe(&r));
}

Test(errors, bodies_that_are_no_envelope_are_refused)
{
    const char *bad[] = {
        "",  "{", "{network", "[]", "[{\"network\": {}}]", "\"network\"",
        "1", "null", "true", "{}", "{\"subnet\": {}}", "{\"name\": \"x\"}",
        "{\"network\": null}", "{\"network\": \"x\"}", "{\"network\": []}",
        "{\"network\": 1}", "{\"network\": {}} {}", "{\"network\": {},}",
        "{\"network\": {\"mtu\": NaN}}", "{'network': {}}",
        "{\"network\": {\"name\": \"\\ud800\"}}",
        "{\"network\": {\"name\": \"\xff\"}}",
        "{\"network\": {\"name\": \"\xc0\xaf\"}}"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct reply r = post_raw(bad[i]);
        expect_error(&r, 400, "HTTPBadRequest");
    }
}

Test(errors, a_post_without_a_body_is_refused)
{
    struct reply r = api(POST, "/v2.0/networks");
    expect_error(&r, 400, "HTTPBadRequest");
}

Test(errors, a_put_of_a_list_or_another_envelope_is_refused)
{
    const char *path = text("/v2.0/networks/%s", make_network());
    const char *bad[] = {"{}", "{'networks': [{}]}", "{'subnet': {}}",
                         "{'network': null}", "{'network': []}"};
    for (size_t i = 0; i < 5; i++) {
        struct reply r = api_body(PUT, path, "%s", bad[i]);
        expect_error(&r, 400, "HTTPBadRequest");
    }
}

Test(errors, a_key_given_twice_is_refused)
{
    struct reply r =
        post_raw("{\"network\": {\"name\": \"a\", \"name\": \"b\"}}");
    expect_error(&r, 400, "HTTPBadRequest");
    r = post_raw("{\"network\": {}, \"network\": {}}");
    expect_error(&r, 400, "HTTPBadRequest");
}

/* A port whose profile nests 'depth' lists. */
static struct reply
post_nested(const char *network, int depth)
{
    const char *nested = "";
    for (int i = 0; i < depth; i++) {
        nested = text("[%s]", nested);
    }
    return create("port", "'network_id': '%s', 'binding:profile': "
                  "{'a': %s}", network, nested);
}

Test(errors, a_body_nests_at_most_32_levels)
{
    const char *network = make_network();
    struct reply r = post_nested(network, 28);
    expect_status(&r, 201);
    r = post_nested(network, 40);
    expect_error(&r, 400, "HTTPBadRequest");
    r = post_nested(network, 3000);
    expect_error(&r, 400, "HTTPBadRequest");
}

/* An envelope followed by blanks, 'size' bytes in all. */
static struct reply
post_padded(size_t size)
{
    char *body = arena_alloc(session_arena(), size + 1);
    memset(body, ' ', size);
    memcpy(body, "{\"network\": {}}", strlen("{\"network\": {}}"));
    return api_raw(POST, "/v2.0/networks", body, size);
}

Test(errors, a_body_has_at_most_a_mebibyte)
{
    struct reply r = post_padded(MAX_BODY);
    expect_status(&r, 201);
    r = post_padded(MAX_BODY + 1);
    expect_error(&r, 413, "HTTPRequestEntityTooLarge");
}

Test(errors, numbers_beyond_all_bounds_are_refused)
{
    const char *bad[] = {"1e400", "99999999999999999999", "-1e400",
                         "1e-400", "9223372036854775808"};
    for (size_t i = 0; i < 5; i++) {
        struct reply r = create("network", "'mtu': %s", bad[i]);
        expect_status(&r, 400);
    }
}

Test(errors, unknown_paths_are_not_found)
{
    const char *bad[] = {"/v2.0/nonsense", "/v2.0/nonsense/" NOBODY,
                         "/nonsense", "/v4/networks", "/v2.0/Networks",
                         "/v2.0/networks/" NOBODY "/nonsense",
                         "/v2.0/networks/" NOBODY "/tags/a/b", "/v2.0/.",
                         "/../etc/passwd"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct reply r = api(GET, "%s", bad[i]);
        expect_error(&r, 404, "HTTPNotFound");
    }
}

Test(errors, methods_that_a_path_lacks_are_named_with_those_it_has)
{
    struct reply r = api_body("PATCH", "/v2.0/networks", "{'network': {}}");
    expect_error(&r, 405, "HTTPMethodNotAllowed");
    const char *allow = reply_header(&r, "Allow");
    cr_assert(allow != NULL && strstr(allow, "GET") != NULL &&
              strstr(allow, "POST") != NULL, "%s", describe(&r));
    r = api_body(POST, "/v2.0/networks/" NOBODY, "{'network': {}}");
    expect_error(&r, 405, "HTTPMethodNotAllowed");
    r = api(DELETE, "/");
    expect_error(&r, 405, "HTTPMethodNotAllowed");
}

Test(errors, json_is_taken_whatever_its_charset_and_case)
{
    const char *good[] = {"application/json; charset=utf-8",
                          "Application/JSON", "application/json"};
    for (size_t i = 0; i < 3; i++) {
        with_header("Content-Type: %s", good[i]);
        struct reply r = create("network", "%s", "");
        expect_status(&r, 201);
    }
}

Test(errors, a_get_does_not_mind_a_body)
{
    struct reply r = api_raw(GET, "/v2.0/networks?limit=1", "{", 1);
    expect_status(&r, 200);
}

Test(errors, a_query_with_nul_or_bad_escapes_does_no_harm)
{
    const char *queries[] = {"name=%00", "name=a%00b", "name=%zz", "name=%",
                             "name=%f", "name=%ff", "name=%C0%AF", "%00=x",
                             "&&&", "=", "=x", "name", "?", "name=a=b"};
    for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
        struct reply r = api(GET, "/v2.0/networks?%s", queries[i]);
        cr_assert(r.status == 200 || r.status == 400, "%s", describe(&r));
    }
}
