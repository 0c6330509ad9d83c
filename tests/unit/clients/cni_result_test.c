/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of clients/cni/result.h: what is printed, version by version.  The
 * addresses are those of the specification's own example.
 */
#include "cni/result.h"

#include <criterion/criterion.h>
#include <string.h>

#include "cni/json.h"
#include "cni/version.h"
#include "core/arena.h"

#define OLD_IPS                                        \
    "[{\"version\":\"4\",\"address\":\"10.1.0.5/16\"," \
    "\"gateway\":\"10.1.0.1\"}]"
#define NEW_IPS "[{\"address\":\"10.1.0.5/16\",\"gateway\":\"10.1.0.1\"}]"
#define DNS "{\"nameservers\":[\"10.1.0.1\"]}"

static struct arena arena;
static struct config config;
static struct subnets subnets;
static json_t *port;

static json_t *
json(const char *text)
{
    char *copy = arena_strdup(&arena, text);
    for (char *p = copy; *p != '\0'; p++) {
        *p = *p == '\'' ? '"' : *p;
    }
    json_t *value = json_loads(copy, JSON_DECODE_ANY, NULL);
    cr_assert_not_null(value, "%s", text);
    return json_keep(&arena, value);
}

static void
begin(void)
{
    arena_init(&arena, 1 << 20);
    config = (struct config){.version = "1.1.0", .gateway = true};
    subnets = (struct subnets){
        .n = 1,
        .items = {{.id = "s4",
                   .cidr = "10.1.0.0/16",
                   .gateway_ip = "10.1.0.1",
                   .host_routes = json("[]"),
                   .nameservers = json("['10.1.0.1']")}}};
    port = json("{'fixed_ips': [{'subnet_id': 's6', 'ip_address': 'fd::5'},"
                " {'subnet_id': 's4', 'ip_address': '10.1.0.5'}]}");
}

static void
end(void)
{
    arena_done(&arena);
}

TestSuite(cni_result, .init = begin, .fini = end);

static const char *
rendered(void)
{
    return result_render(&arena, &config, &subnets, port);
}

/* The value of a key of the result, as compact JSON. */
static const char *
member(const char *key)
{
    return json_text(&arena, json_object_get(json(rendered()), key));
}

Test(cni_result, a_result_is_as_each_version_has_it)
{
    static const struct {
        const char *version;
        const char *ips;
    } cases[] = {{"0.3.0", OLD_IPS},
                 {"0.3.1", OLD_IPS},
                 {"0.4.0", OLD_IPS},
                 {"1.0.0", NEW_IPS},
                 {"1.1.0", NEW_IPS}};
    config.routes = json("[{'dst': '0.0.0.0/0'}]");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        config.version = cases[i].version;
        const char *expected = arena_printf(
            &arena,
            "{\"cniVersion\":\"%s\",\"ips\":%s,"
            "\"routes\":[{\"dst\":\"0.0.0.0/0\"}],\"dns\":" DNS "}",
            cases[i].version, cases[i].ips);
        cr_assert_str_eq(rendered(), expected);
    }
}

Test(cni_result, a_second_subnet_gives_a_second_address)
{
    subnets.n = 2;
    subnets.items[1] = (struct subnet){.id = "s6", .cidr = "fd::/64"};
    cr_assert_str_eq(member("ips"),
                     "[{\"address\":\"10.1.0.5/16\",\"gateway\":"
                     "\"10.1.0.1\"},{\"address\":\"fd::5/64\"}]");
    config.version = "0.4.0";
    cr_assert_not_null(strstr(member("ips"), "\"version\":\"6\""));
}

Test(cni_result, a_gateway_is_told_when_there_is_one_and_it_is_wanted)
{
    config.gateway = false;
    cr_assert_str_eq(member("ips"), "[{\"address\":\"10.1.0.5/16\"}]");
    config.gateway = true;
    subnets.items[0].gateway_ip = NULL;
    cr_assert_str_eq(member("ips"), "[{\"address\":\"10.1.0.5/16\"}]");
}

Test(cni_result, routes_are_those_of_the_subnet_unless_configured)
{
    cr_assert_str_eq(member("routes"), "null");
    subnets.items[0].host_routes = json(
        "[{'destination': '10.9.0.0/16', 'nexthop': '10.1.0.9'}]");
    cr_assert_str_eq(member("routes"),
                     "[{\"dst\":\"10.9.0.0/16\",\"gw\":\"10.1.0.9\"}]");
    config.routes = json("[]");
    cr_assert_str_eq(member("routes"), "null");
}

Test(cni_result, name_servers_are_those_of_the_subnet_unless_configured)
{
    cr_assert_str_eq(member("dns"), DNS);
    config.dns = json("{'search': ['a.b']}");
    cr_assert_str_eq(member("dns"), "{\"search\":[\"a.b\"]}");
    config.dns = NULL;
    subnets.items[0].nameservers = json("[]");
    cr_assert_str_eq(member("dns"), "{}");
}

Test(cni_result, a_failure_has_code_words_and_details)
{
    struct failure *failure = failure_new(&arena, FAILURE_CONFIG,
                                          "subnet \"%s\"", "s4");
    cr_assert_str_eq(result_failure(&arena, "0.4.0", failure),
                     "{\"cniVersion\":\"0.4.0\",\"code\":7,\"msg\":"
                     "\"invalid network configuration\",\"details\":"
                     "\"subnet \\\"s4\\\"\"}");
}

Test(cni_result, a_failure_without_a_version_has_the_newest)
{
    struct failure *failure = failure_new(&arena, FAILURE_IO, "%s", "\xff");
    cr_assert_str_eq(result_failure(&arena, NULL, failure),
                     "{\"cniVersion\":\"1.1.0\",\"code\":5,\"msg\":"
                     "\"I/O failure\",\"details\":\"(not valid UTF-8)\"}");
}

Test(cni_result, every_code_has_words)
{
    static const int codes[] = {1,  2,   4,   5,   6,   7,  11,
                                50, 100, 101, 102, 103, 104};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        cr_assert_str_neq(failure_msg((enum failure_code) codes[i]),
                          "unknown failure", "%d", codes[i]);
    }
}

Test(cni_result, versions_are_told_with_the_one_that_was_asked)
{
    cr_assert_str_eq(result_versions(&arena, "0.4.0"),
                     "{\"cniVersion\":\"0.4.0\",\"supportedVersions\":"
                     "[\"0.3.0\",\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}");
}

Test(cni_result, versions_are_ordered)
{
    cr_assert(version_reaches("0.4.0", "0.4.0"));
    cr_assert(version_reaches("1.1.0", "0.3.0"));
    cr_assert_not(version_reaches("0.3.1", "0.4.0"));
    cr_assert_not(version_is_supported("1.0"));
    cr_assert_not(version_is_supported(""));
}
