/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of clients/cni/config.h: what a network configuration may say.
 */
#include "cni/config.h"

#include <criterion/criterion.h>
#include <string.h>

#include "core/arena.h"

#define SUBNET "11111111-1111-4111-8111-111111111111"
#define OTHER "22222222-2222-4222-8222-222222222222"

static struct arena arena;
static struct config config;

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

TestSuite(cni_config, .init = begin, .fini = end);

/* JSON is written with single quotes. */
static struct failure *
decode(const char *format, const char *part)
{
    const char *at = strstr(format, "@");
    char *text = at == NULL
                     ? arena_strdup(&arena, format)
                     : arena_printf(&arena, "%.*s%s%s", (int) (at - format),
                                    format, part, at + 1);
    for (char *p = text; *p != '\0'; p++) {
        *p = *p == '\'' ? '"' : *p;
    }
    return config_decode(&arena, text, strlen(text), &config);
}

/* A configuration that is right, with more keys in "ipam". */
static struct failure *
with_ipam(const char *more)
{
    return decode("{'cniVersion': '1.0.0', 'name': 'pods', 'type': 'bridge',"
                  " 'ipam': {'type': 'tenet-ipam',"
                  " 'url': 'http://127.0.0.1:9696',"
                  " 'subnet_id': '" SUBNET "'@}}",
                  more);
}

/* The same with other keys beside "ipam". */
static struct failure *
with_beside(const char *more)
{
    return decode("{'cniVersion': '1.0.0', 'ipam': {'url': 'unix:/s',"
                  " 'subnet_id': '" SUBNET "'}@}",
                  more);
}

static void
expect_failure(const struct failure *failure, enum failure_code code,
               const char *word)
{
    cr_assert_not_null(failure, "it is taken");
    cr_assert_eq(failure->code, code, "%d: %s", (int) failure->code,
                 failure->details);
    cr_assert_not_null(strstr(failure->details, word), "%s",
                       failure->details);
}

static void
expect_taken(const struct failure *failure)
{
    cr_assert_null(failure, "%s", failure != NULL ? failure->details : "");
}

Test(cni_config, what_is_not_said_has_defaults)
{
    expect_taken(with_ipam(""));
    cr_assert_str_eq(config.version, "1.0.0");
    cr_assert_str_eq(config.name, "pods");
    cr_assert_str_eq(config.url, "http://127.0.0.1:9696");
    cr_assert_str_eq(config.subnet_ids[0], SUBNET);
    cr_assert_eq(config.n_subnets, 1);
    cr_assert_eq(config.timeout_s, 30);
    cr_assert(config.gateway);
    cr_assert_null(config.socket);
    cr_assert_null(config.routes);
    cr_assert_null(config.prev_result);
}

Test(cni_config, several_subnets_keep_their_order)
{
    expect_taken(with_ipam(", 'subnet_ids': ['" OTHER "']"));
    cr_assert_eq(config.n_subnets, 2);
    cr_assert_str_eq(config.subnet_ids[1], OTHER);
}

Test(cni_config, a_subnet_is_named_once)
{
    expect_failure(with_ipam(", 'subnet_ids': ['" SUBNET "']"),
                   FAILURE_CONFIG, "once");
}

Test(cni_config, eight_subnets_fit_and_nine_do_not)
{
    char list[1024] = ", 'subnet_ids': ['" OTHER "'";
    for (int i = 0; i < 7; i++) {
        size_t len = strlen(list);
        const char *tail = i < 6 ? "" : "]";
        snprintf(list + len, sizeof list - len,
                 ", '33333333-3333-4333-8333-33333333333%d'%s", i, tail);
        if (i == 5) {
            char fits[1100];
            snprintf(fits, sizeof fits, "%s]", list);
            expect_taken(with_ipam(fits));
            cr_assert_eq(config.n_subnets, 8);
        }
    }
    expect_failure(with_ipam(list), FAILURE_CONFIG, "up to 8");
}

Test(cni_config, a_unix_socket_is_a_url)
{
    expect_taken(decode("{'cniVersion': '0.3.0', 'name': 'n', 'ipam':"
                        " {'url': 'unix:/run/tenet.sock',"
                        " 'subnet_id': '" SUBNET "'}}",
                        ""));
    cr_assert_str_eq(config.socket, "/run/tenet.sock");
    cr_assert_str_eq(config.url, "http://localhost");
}

Test(cni_config, a_slash_after_the_url_does_not_matter)
{
    expect_taken(decode("{'cniVersion': '0.3.0', 'name': 'n', 'ipam':"
                        " {'url': 'https://tenet.example/net//',"
                        " 'subnet_id': '" SUBNET "'}}",
                        ""));
    cr_assert_str_eq(config.url, "https://tenet.example/net");
}

Test(cni_config, a_key_that_is_unknown_is_named_with_its_value)
{
    struct failure *failure = with_ipam(", 'subnt': {'a': 1}");
    expect_failure(failure, FAILURE_FIELD, "ipam.subnt");
    cr_assert_not_null(strstr(failure->details, "{\"a\":1}"), "%s",
                       failure->details);
}

Test(cni_config, keys_beside_ipam_belong_to_others)
{
    expect_taken(with_beside(", 'name': 'n', 'bridge': 'cni0', 'mtu': 9"));
}

Test(cni_config, an_address_that_is_wished_for_is_refused)
{
    expect_failure(with_beside(", 'name': 'n', 'runtimeConfig':"
                               " {'ips': ['10.0.0.7']}"),
                   FAILURE_FIELD, "runtimeConfig.ips");
    expect_failure(with_beside(", 'name': 'n', 'args': {'cni':"
                               " {'ips': ['10.0.0.7']}}"),
                   FAILURE_FIELD, "args.cni.ips");
}

Test(cni_config, values_that_are_wrong_are_refused_by_name)
{
    static const struct {
        const char *more;
        const char *word;
    } cases[] = {
        {", 'network_id': 'blue'", "ipam.network_id"},
        {", 'subnet_ids': '" OTHER "'", "ipam.subnet_ids"},
        {", 'subnet_ids': ['blue']", "ipam.subnet_ids"},
        {", 'subnet_ids': [7]", "ipam.subnet_ids"},
        {", 'timeout_s': 0", "ipam.timeout_s"},
        {", 'timeout_s': 301", "ipam.timeout_s"},
        {", 'timeout_s': '5'", "ipam.timeout_s"},
        {", 'gateway': '10.0.0.1'", "ipam.gateway"},
        {", 'project_id': ''", "ipam.project_id"},
        {", 'project_id': 'a\\nb'", "ipam.project_id"},
        {", 'token': 5", "ipam.token"},
        {", 'token': 'a', 'token_file': '/b'", "ipam.token"},
        {", 'node': ''", "ipam.node"},
        {", 'routes': {}", "ipam.routes"},
        {", 'routes': [{'dst': '10.0.0.0'}]", "ipam.routes"},
        {", 'routes': [{'dst': '10.0.0.0/8', 'gw': 'fd00::1'}]",
         "ipam.routes"},
        {", 'routes': [{'dst': '10.0.0.0/8', 'mtu': 5}]", "ipam.routes"},
        {", 'dns': []", "ipam.dns"},
        {", 'dns': {'nameservers': ['one']}", "ipam.dns"},
        {", 'dns': {'servers': []}", "ipam.dns"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        expect_failure(with_ipam(cases[i].more), FAILURE_CONFIG,
                       cases[i].word);
    }
}

Test(cni_config, values_that_are_right_are_taken)
{
    static const char *const cases[] = {
        ", 'network_id': '" OTHER "'",
        ", 'timeout_s': 1",
        ", 'timeout_s': 300",
        ", 'gateway': false",
        ", 'routes': []",
        ", 'routes': [{'dst': '0.0.0.0/0'}, {'dst': '::/0', 'gw': 'fd::1'}]",
        ", 'dns': {}",
        ", 'dns': {'nameservers': ['9.9.9.9', 'fd::9'], 'domain': 'a.b',"
        " 'search': ['a.b'], 'options': ['ndots:5']}",
        ", 'project_id': 'blue', 'token_file': '/run/token', 'node': 'n1'",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        expect_taken(with_ipam(cases[i]));
    }
}

Test(cni_config, url_and_subnet_are_required)
{
    expect_failure(
        decode("{'cniVersion': '1.0.0', 'name': 'n', 'ipam': {}}", ""),
        FAILURE_CONFIG, "ipam.url");
    expect_failure(decode("{'cniVersion': '1.0.0', 'name': 'n', 'ipam':"
                          " {'url': 'http://h'}}",
                          ""),
                   FAILURE_CONFIG, "ipam.subnet_id");
    expect_failure(decode("{'cniVersion': '1.0.0', 'name': 'n'}", ""),
                   FAILURE_CONFIG, "ipam");
}

Test(cni_config, a_url_of_another_kind_is_refused)
{
    static const char *const urls[] = {
        "ftp://h", "h:9696", "unix:run", "http://a b",
        "9",       "",       "http://",  "https:///v2.0"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        expect_failure(decode("{'cniVersion': '1.0.0', 'name': 'n',"
                              " 'ipam': {'url': '@'}}",
                              urls[i]),
                       FAILURE_CONFIG, "ipam.url");
    }
}

Test(cni_config, the_network_has_a_name_fit_for_a_file)
{
    static const char *const names[] = {"", ", 'name': ''",
                                        ", 'name': '../x'", ", 'name': '-a'",
                                        ", 'name': 7"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        expect_failure(with_beside(names[i]), FAILURE_CONFIG, "\"name\"");
    }
}

Test(cni_config, versions_that_are_not_spoken_are_refused)
{
    static const char *const bad[] = {
        "{'name': 'n'}", "{'cniVersion': '0.2.0'}", "{'cniVersion': ''}",
        "{'cniVersion': 1}", "{'cniVersion': '1.2.0'}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        expect_failure(decode(bad[i], ""), FAILURE_VERSION, "cniVersion");
    }
}

Test(cni_config, what_is_no_json_object_is_not_decoded)
{
    static const char *const bad[] = {"", "{", "[]", "7", "{'a': 1, 'a': 2}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct failure *failure = decode(bad[i], "");
        cr_assert_not_null(failure);
        cr_assert_eq(failure->code, FAILURE_DECODING, "%s", bad[i]);
    }
}
