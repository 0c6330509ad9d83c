/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CNI plugin of clients/cni, run as a runtime runs it, with a server.
 */
#include <unistd.h>

#include "core/arena.h"
#include "core/digest.h"
#include "support/plugin.h"
#include "support/race.h"
#include "support/server.h"
#include "support/things.h"

/* The ports of a network. */
static struct reply
ports_of(const char *network_id)
{
    return list("port", "network_id=%s", network_id);
}

static void
expect_ports(const char *network_id, size_t n)
{
    struct reply r = ports_of(network_id);
    cr_assert_eq(count_at(&r, "ports"), n, "%s", describe(&r));
}

static void
expect_done(const char *command, const char *container,
            const struct pods *pods)
{
    struct plugin_result result = plugin(command, container, pods);
    expect_success(&result);
    cr_assert_str_eq(result.reply.body, "");
}

/* --- ADD */

Test(cni, a_pod_gets_the_address_of_a_port)
{
    struct site site = make_site("10.1.0.0/24");
    struct pods pods = pods_in(site.subnet_id);
    pods.more = ", 'node': 'n1'";
    struct plugin_result result = plugin("ADD", "c1", &pods);
    expect_success(&result);
    expect_at(&result.reply, "ips",
              "[{\"address\":\"10.1.0.2/24\","
              "\"gateway\":\"10.1.0.1\"}]");
    struct reply r = ports_of(site.network_id);
    expect_at(&r, "ports.0.fixed_ips.0.ip_address", "10.1.0.2");
    expect_at(&r, "ports.0.name", "shop/web-1");
    expect_at(&r, "ports.0.device_id", "c1/eth0");
    expect_at(&r, "ports.0.device_owner", "container:pod");
    expect_at(&r, "ports.0.description",
              "tenet-ipam: network pods on node n1");
    expect_at(&r, "ports.0.project_id", session()->project);
}

Test(cni, an_interface_that_has_a_port_keeps_it)
{
    struct site site = make_site("10.1.0.0/24");
    struct pods pods = pods_in(site.subnet_id);
    const char *first = plugin_add("c1", &pods);
    cr_assert_str_eq(plugin_add("c1", &pods), first);
    expect_ports(site.network_id, 1);
}

Test(cni, after_del_an_interface_gets_a_new_port)
{
    struct site site = make_site("10.1.0.0/24");
    struct pods pods = pods_in(site.subnet_id);
    plugin_add("c1", &pods);
    struct reply before = ports_of(site.network_id);
    expect_done("DEL", "c1", &pods);
    plugin_add("c1", &pods);
    struct reply after = ports_of(site.network_id);
    cr_assert_eq(count_at(&after, "ports"), 1);
    cr_assert_str_neq(text_at(&before, "ports.0.id"),
                      text_at(&after, "ports.0.id"));
}

Test(cni, two_subnets_give_two_addresses_of_one_port)
{
    struct site site = make_site("10.1.0.0/24");
    const char *v6 = make("subnet",
                          "'network_id': '%s', 'ip_version': 6,"
                          " 'cidr': 'fd00:1::/64'",
                          site.network_id);
    struct pods pods = {.subnets = text("['%s', '%s']", v6, site.subnet_id)};
    struct plugin_result result = plugin("ADD", "c1", &pods);
    expect_success(&result);
    expect_at(&result.reply, "ips.0.address", "fd00:1::1/64");
    expect_at(&result.reply, "ips.1.address", "10.1.0.2/24");
    expect_ports(site.network_id, 1);
}

Test(cni, a_port_that_lacks_an_address_makes_place_for_one_that_does_not)
{
    struct site site = make_site("10.1.0.0/24");
    const char *other = make_subnet(site.network_id, "10.2.0.0/24");
    struct pods one = pods_in(site.subnet_id);
    struct pods both = {
        .subnets = text("['%s', '%s']", site.subnet_id, other)};
    plugin_add("c1", &one);
    struct plugin_result result = plugin("ADD", "c1", &both);
    expect_success(&result);
    expect_at(&result.reply, "ips.1.address", "10.2.0.2/24");
    expect_ports(site.network_id, 1);
}

Test(cni, routes_and_name_servers_come_from_the_subnet)
{
    const char *network = make_network();
    const char *subnet = make(
        "subnet",
        "'network_id': '%s', 'ip_version': 4, 'cidr': '10.1.0.0/24',"
        " 'gateway_ip': null, 'dns_nameservers': ['9.9.9.9'],"
        " 'host_routes': [{'destination': '10.9.0.0/16',"
        " 'nexthop': '10.1.0.9'}]",
        network);
    struct pods pods = pods_in(subnet);
    struct plugin_result result = plugin("ADD", "c1", &pods);
    expect_at(&result.reply, "ips", "[{\"address\":\"10.1.0.1/24\"}]");
    expect_at(&result.reply, "routes",
              "[{\"dst\":\"10.9.0.0/16\",\"gw\":\"10.1.0.9\"}]");
    expect_at(&result.reply, "dns", "{\"nameservers\":[\"9.9.9.9\"]}");
}

struct many {
    struct pods pods;
    const char *project;
};

static int
add_one(const void *arg, int i)
{
    const struct many *many = arg;
    session()->project = many->project;
    return plugin("ADD", text("c%d", i), &many->pods).status;
}

Test(cni, many_at_once_get_an_address_each)
{
    int statuses[16];
    struct site site = make_site("10.1.0.0/24");
    struct many many = {pods_in(site.subnet_id), session()->project};
    race(16, add_one, &many, statuses);
    cr_assert_eq(count_status(statuses, 16, 0), 16);
    expect_distinct(site.network_id, 16);
}

/* --- ADD refused */

Test(cni, a_full_subnet_is_told_in_the_words_of_the_server)
{
    struct site site = make_site("10.1.0.0/30");
    struct pods pods = pods_in(site.subnet_id);
    plugin_add("c1", &pods);
    struct plugin_result result = plugin("ADD", "c2", &pods);
    expect_failure(&result, 100);
    expect_details(&result, "no more ip addresses available");
    expect_ports(site.network_id, 1);
}

Test(cni, a_quota_that_is_used_up_is_told)
{
    struct site site = make_site("10.1.0.0/24");
    struct pods pods = pods_in(site.subnet_id);
    set_quota("port", 0);
    struct plugin_result result = plugin("ADD", "c1", &pods);
    expect_failure(&result, 101);
}

Test(cni, a_subnet_of_nobody_is_an_invalid_configuration)
{
    struct pods pods = pods_in(NOBODY);
    struct plugin_result result = plugin("ADD", "c1", &pods);
    expect_failure(&result, 7);
    expect_details(&result, NOBODY);
}

Test(cni, subnets_of_two_networks_are_an_invalid_configuration)
{
    struct site one = make_site("10.1.0.0/24");
    struct site two = make_site("10.2.0.0/24");
    struct pods pods = {
        .subnets = text("['%s', '%s']", one.subnet_id, two.subnet_id)};
    struct plugin_result result = plugin("ADD", "c1", &pods);
    expect_failure(&result, 7);
    expect_details(&result, two.network_id);
}

Test(cni, a_subnet_of_another_network_than_named_is_refused)
{
    struct site site = make_site("10.1.0.0/24");
    struct pods pods = pods_in(site.subnet_id);
    pods.more = ", 'network_id': '" NOBODY "'";
    struct plugin_result result = plugin("ADD", "c1", &pods);
    expect_failure(&result, 7);
    expect_ports(site.network_id, 0);
}

/* A server that knows the tokens "member" and "reader" of a project, and a
 * subnet of that project. */
static struct server
serve_tokens(const char **ret_subnet_id)
{
    static const char *const roles[] = {"member", "reader"};
    const char *path = text("%s/%s", test_dir(), unique("tokens-"));
    const char *project = session()->project;
    *ret_subnet_id = make_site("10.1.0.0/24").subnet_id;
    FILE *file = fopen(path, "w");
    for (size_t i = 0; i < 2; i++) {
        char digest[DIGEST_TEXT_SIZE];
        digest_sha256(roles[i], strlen(roles[i]), digest);
        fprintf(file, "%s someone %s %s\n", digest, project, roles[i]);
    }
    fclose(file);
    struct server server = server_serve("--auth", "tokens", "--tokens-file",
                                        path);
    on_server(server.url);
    return server;
}

Test(cni, a_token_must_be_known_and_be_allowed_to_write)
{
    const char *subnet = NULL;
    struct server server = serve_tokens(&subnet);
    struct pods pods = pods_in(subnet);
    static const char *const bad[] = {"", ", 'token': 'wrong'",
                                      ", 'token': 'reader'"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pods.more = bad[i];
        struct plugin_result result = plugin("ADD", "c1", &pods);
        expect_failure(&result, 102);
    }
    pods.more = ", 'token': 'member'";
    cr_assert_str_eq(plugin_add("c1", &pods), "10.1.0.2/24");
    expect_done("DEL", "c1", &pods);
    server_end(&server);
}

Test(cni, a_token_is_read_from_a_file)
{
    const char *subnet = NULL;
    struct server server = serve_tokens(&subnet);
    const char *path = text("%s/%s", test_dir(), unique("token-"));
    struct pods pods = pods_in(subnet);
    pods.more = text(", 'token_file': '%s'", path);
    struct plugin_result result = plugin("ADD", "c1", &pods);
    expect_failure(&result, 5);
    FILE *file = fopen(path, "w");
    fputs("member\n", file);
    fclose(file);
    cr_assert_str_eq(plugin_add("c1", &pods), "10.1.0.2/24");
    server_end(&server);
}

/* --- DEL */

Test(cni, del_may_be_repeated)
{
    struct site site = make_site("10.1.0.0/24");
    struct pods pods = pods_in(site.subnet_id);
    plugin_add("c1", &pods);
    expect_done("DEL", "c1", &pods);
    expect_ports(site.network_id, 0);
    pods.beside = ", 'prevResult': {}";
    expect_done("DEL", "c1", &pods);
}

Test(cni, del_of_an_interface_that_never_was_succeeds)
{
    struct pods pods = pods_in(make_site("10.1.0.0/24").subnet_id);
    expect_done("DEL", "c1", &pods);
}

Test(cni, del_succeeds_when_the_subnet_is_gone)
{
    struct site site = make_site("10.1.0.0/24");
    struct pods pods = pods_in(site.subnet_id);
    erase("network", site.network_id);
    expect_done("DEL", "c1", &pods);
}

Test(cni, del_takes_all_ports_of_the_interface_and_no_others)
{
    struct site site = make_site("10.1.0.0/24");
    struct pods pods = pods_in(site.subnet_id);
    plugin_add("c1", &pods);
    plugin_add("c2", &pods);
    make("port",
         "'network_id': '%s', 'device_id': 'c1/eth0',"
         " 'device_owner': 'container:pod'",
         site.network_id);
    make("port",
         "'network_id': '%s', 'device_id': 'c1/eth0',"
         " 'name': 'not-a-pod'",
         site.network_id);
    expect_done("DEL", "c1", &pods);
    struct reply r = ports_of(site.network_id);
    expect_set(&r, "port", "not-a-pod,shop/web-1");
}

/* --- CHECK */

static struct plugin_result
check(struct pods *pods, const char *address)
{
    pods->beside = text(", 'prevResult': {'ips': [{'address': '%s'}]}",
                        address);
    return plugin("CHECK", "c1", pods);
}

Test(cni, check_passes_after_add_and_beside_addresses_of_others)
{
    struct pods pods = pods_in(make_site("10.1.0.0/24").subnet_id);
    struct plugin_result result = check(&pods, plugin_add("c1", &pods));
    expect_success(&result);
    result = check(&pods, "10.1.0.2/24'}, {'address': '192.0.2.7/32");
    expect_success(&result);
}

Test(cni, check_fails_when_the_address_is_another)
{
    struct pods pods = pods_in(make_site("10.1.0.0/24").subnet_id);
    plugin_add("c1", &pods);
    struct plugin_result result = check(&pods, "10.1.0.3/24");
    expect_failure(&result, 104);
    result = check(&pods, "10.1.0.2/24'}, {'address': '10.1.0.3/24");
    expect_failure(&result, 104);
    expect_details(&result, "10.1.0.3/24");
}

Test(cni, check_fails_when_the_port_is_gone)
{
    struct site site = make_site("10.1.0.0/24");
    struct pods pods = pods_in(site.subnet_id);
    const char *address = plugin_add("c1", &pods);
    struct reply r = ports_of(site.network_id);
    erase("port", text_at(&r, "ports.0.id"));
    struct plugin_result result = check(&pods, address);
    expect_failure(&result, 104);
}

/* --- STATUS */

Test(cni, status_is_well_until_a_subnet_is_full)
{
    struct site site = make_site("10.1.0.0/30");
    struct pods pods = pods_in(site.subnet_id);
    expect_done("STATUS", "c1", &pods);
    plugin_add("c1", &pods);
    struct plugin_result result = plugin("STATUS", "c1", &pods);
    expect_failure(&result, 50);
    expect_details(&result, site.subnet_id);
}

Test(cni, status_fails_where_add_would_fail)
{
    struct pods pods = pods_in(NOBODY);
    struct plugin_result result = plugin("STATUS", "c1", &pods);
    expect_failure(&result, 50);
    expect_details(&result, NOBODY);
}

/* --- GC */

Test(cni, gc_takes_what_is_not_valid_on_this_node)
{
    struct site site = make_site("10.1.0.0/24");
    struct pods pods = pods_in(site.subnet_id);
    struct pods other_node = pods, other_name = pods, no_node = pods;
    pods.more = ", 'node': 'n1'";
    other_node.more = ", 'node': 'n2'";
    other_name.more = pods.more;
    other_name.name = "more-pods";
    plugin_add("valid", &pods);
    plugin_add("stale", &pods);
    plugin_add("on-n2", &other_node);
    plugin_add("of-more-pods", &other_name);
    plugin_add("nowhere", &no_node);
    pods.beside = ", 'cni.dev/valid-attachments': [{'containerID': 'valid',"
                  " 'ifname': 'eth0'}, {'containerID': 'stale',"
                  " 'ifname': 'eth1'}]";
    expect_done("GC", "c1", &pods);
    struct reply r = ports_of(site.network_id);
    cr_assert_str_eq(joined_sorted(&r, "ports", "device_id"),
                     "nowhere/eth0,of-more-pods/eth0,on-n2/eth0,valid/eth0");
}

Test(cni, gc_takes_more_than_a_page)
{
    struct site site = make_site("10.1.0.0/24");
    struct server server = server_serve("--page-limit", "2");
    struct pods pods = pods_in(site.subnet_id);
    pods.more = ", 'node': 'n1'";
    pods.url = server.url;
    for (int i = 0; i < 5; i++) {
        plugin_add(text("c%d", i), &pods);
    }
    pods.beside = ", 'cni.dev/valid-attachments': []";
    expect_done("GC", "c1", &pods);
    expect_ports(site.network_id, 0);
    server_end(&server);
}
