/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ports found by a part of what they are known by.
 */
#include "support/things.h"

/* Ports "web-1" and "DB_2" of two subnets of one network. */
static const char *
make_ports(void)
{
    const char *network = make_network();
    const char *subnet = make_subnet(network, "10.0.0.0/24");
    make("subnet", "'network_id': '%s', 'ip_version': 6, "
         "'cidr': 'fd00::/64'", network);
    make("port", "'network_id': '%s', 'name': 'web-1', 'device_id': 'srv-A', "
         "'mac_address': 'fa:16:3e:aa:bb:01', 'tags': ['rack-1'], "
         "'fixed_ips': [{'ip_address': '10.0.0.77'}]", network);
    make("port", "'network_id': '%s', 'name': 'DB_2', 'device_id': 'srv-B', "
         "'mac_address': 'fa:16:3e:aa:bb:02', 'tags': ['rack-2'], "
         "'fixed_ips': [{'ip_address': '10.0.0.78'}, "
         "{'ip_address': 'fd00::78'}]", network);
    return subnet;
}

Test(search, finds_a_part_of_each_that_a_port_is_known_by)
{
    static const struct {
        const char *part;
        const char *names;
    } cases[] = {
        {"web", "web-1"},   {"WEB-", "web-1"},      {"db_", "DB_2"},
        {"srv-b", "DB_2"},  {"srv", "DB_2,web-1"},  {"bb:01", "web-1"},
        {"BB:0", "DB_2,web-1"}, {"0.0.77", "web-1"}, {"10.0.0.7", "DB_2,web-1"},
        {"fd00::78", "DB_2"},   {"rack-2", "DB_2"},  {"rack", ""},
        {"nowhere", ""},    {"b_2", "DB_2"},        {"w_b", ""},
        {"%25", ""},        {"%5C", ""},            {"10.0.0.79", ""},
        {"subnet_id", ""},  {"ip_address", ""},
        {".77", "web-1"},   {"_2", "DB_2"},          {"10.0.0.", "DB_2,web-1"},
        {"fa:16:3e:a", "DB_2,web-1"},
        {"FA:16:3E:AA:BB:02", "DB_2"},
        {":16:3e:aa:bb:02", "DB_2"},                 {"fa:16:3e:aa:bb:02:", ""},
        {"fa:16:3f", ""},   {"fd00::", "DB_2"},      {"::7", "DB_2"},
    };
    const char *subnet = make_ports();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reply r = list("port", "fixed_ips=subnet_id=%s&search=%s",
                              subnet, cases[i].part);
        expect_set(&r, "port", cases[i].names);
    }
}

Test(search, finds_a_port_by_a_part_of_its_id)
{
    const char *network = make_network();
    const char *port = make_port(network);
    make_port(network);
    struct reply r = list("port", "network_id=%s&search=%.18s", network,
                          port);
    cr_assert_eq(count_at(&r, "ports"), 1, "%s", describe(&r));
    expect_at(&r, "ports.0.id", port);
}

/* Of the tests' database the locale is C, which knows ASCII alone. */
Test(search, looks_for_other_letters_as_they_are)
{
    const char *network = make_network();
    make("port", "'network_id': '%s', 'name': 'Größe 50%%'", network);
    make("port", "'network_id': '%s', 'name': 'Grosse'", network);
    struct reply r = list("port", "network_id=%s&search=%s", network,
                          "gr%C3%B6%C3%9Fe");
    expect_set(&r, "port", "Größe 50%");
    r = list("port", "network_id=%s&name_substr=%s", network,
             "%C3%B6&name_substr=ROSS");
    expect_set(&r, "port", "Grosse,Größe 50%");
    r = list("port", "network_id=%s&name_substr=%s", network, "50%25");
    expect_set(&r, "port", "Größe 50%");
}

Test(search, a_part_of_a_mac_stands_where_its_colons_say)
{
    const char *subnet = make_ports();
    static const struct {
        const char *part;
        const char *names;
    } cases[] = {{"a:b", "DB_2,web-1"}, {"aa:bb:01", "web-1"},
                 {":02", "DB_2"},       {"aabb", ""},
                 {"bb0:", ""},          {":", "DB_2,web-1"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reply r = list("port", "fixed_ips=subnet_id=%s"
                              "&mac_address_substr=%s", subnet,
                              cases[i].part);
        expect_set(&r, "port", cases[i].names);
    }
}

Test(search, several_texts_are_alternatives_and_other_keys_restrict)
{
    const char *subnet = make_ports();
    struct reply r = list("port", "fixed_ips=subnet_id=%s&search=web"
                          "&search=db_", subnet);
    expect_set(&r, "port", "DB_2,web-1");
    r = list("port", "fixed_ips=subnet_id=%s&search=fa:16:3e:aa:bb:01"
             "&search=0.0.78", subnet);
    expect_set(&r, "port", "DB_2,web-1");
    r = list("port", "fixed_ips=subnet_id=%s&search=srv&tags=rack-1", subnet);
    expect_set(&r, "port", "web-1");
}

Test(search, looks_into_one_attribute_when_told)
{
    const char *subnet = make_ports();
    struct reply r = list("port", "fixed_ips=subnet_id=%s&name_substr=b",
                          subnet);
    expect_set(&r, "port", "DB_2,web-1");
    r = list("port", "fixed_ips=subnet_id=%s&name_substr=srv", subnet);
    expect_set(&r, "port", "");
    r = list("port", "fixed_ips=subnet_id=%s&mac_address_substr=AA:BB:02",
             subnet);
    expect_set(&r, "port", "DB_2");
}

Test(search, is_counted_and_paged)
{
    const char *subnet = make_ports();
    struct reply r = list("port", "fixed_ips=subnet_id=%s&search=srv&limit=1"
                          "&total=true&sort_key=name", subnet);
    expect_names(&r, "port", "DB_2");
    expect_header(&r, "X-Total-Count", "2");
    r = list("port", "fixed_ips=subnet_id=%s&search=srv&limit=1"
             "&total=true&sort_key=name&marker=%s", subnet,
             text_at(&r, "ports.0.id"));
    expect_names(&r, "port", "web-1");
    expect_header(&r, "X-Total-Count", "2");
}

Test(search, finds_and_counts_nothing_of_other_projects)
{
    const char *network = make("network", "'shared': true");
    make_subnet(network, "10.0.0.0/24");
    make("port", "'network_id': '%s', 'name': 'secret'", network);
    as(unique("stranger-"), "member");
    struct reply r = list("port", "network_id=%s&search=secret&total=true",
                          network);
    expect_set(&r, "port", "");
    expect_header(&r, "X-Total-Count", "0");
}
