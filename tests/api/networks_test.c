/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of networks that the attribute table does not hold.
 */
#include "support/api.h"

Test(networks, one_made_of_nothing_has_its_defaults)
{
    struct reply r = create("network", "%s", "");
    expect_status(&r, 201);
    expect_at(&r, "network.name", "");
    expect_at(&r, "network.description", "");
    expect_at(&r, "network.admin_state_up", "true");
    expect_at(&r, "network.status", "ACTIVE");
    expect_at(&r, "network.shared", "false");
    expect_at(&r, "network.router:external", "false");
    expect_at(&r, "network.port_security_enabled", "true");
    expect_at(&r, "network.subnets", "[]");
    expect_at(&r, "network.tags", "[]");
    expect_at(&r, "network.availability_zone_hints", "[]");
    expect_at(&r, "network.mtu", "1500");
}

Test(networks, project_is_shown_under_both_names)
{
    struct reply r = create("network", "%s", "");
    expect_at(&r, "network.project_id", session()->project);
    expect_at(&r, "network.tenant_id", session()->project);
}

Test(networks, an_admin_creates_for_another_project_by_either_name)
{
    struct reply r = create("network", "'tenant_id': 'elsewhere'");
    expect_at(&r, "network.project_id", "elsewhere");
    r = create("network", "'project_id': 'elsewhere'");
    expect_at(&r, "network.tenant_id", "elsewhere");
}

Test(networks, two_projects_that_differ_are_refused)
{
    struct reply r =
        create("network", "'tenant_id': 'one', 'project_id': 'two'");
    expect_error(&r, 400, "HTTPBadRequest");
    r = create("network", "'tenant_id': 'one', 'project_id': 'one'");
    expect_status(&r, 201);
}

Test(networks, names_are_unicode_and_need_not_be_unique)
{
    make("network", "'name': 'сеть ☃ \\uD83D\\uDE00'");
    struct reply r = create("network", "'name': 'сеть ☃ \\uD83D\\uDE00'");
    expect_at(&r, "network.name", "сеть ☃ 😀");
}

Test(networks, a_name_counts_characters_and_not_bytes)
{
    char name[2 * 255 + 1] = "";
    for (size_t i = 0; i < sizeof(name) - 1; i += 2) {
        memcpy(name + i, "\xD1\x81", 2);
    }
    struct reply r = create("network", "'name': '%s'", name);
    expect_status(&r, 201);
    r = create("network", "'name': '%s%s'", name, "x");
    expect_refused(&r, "name");
}

Test(networks, a_name_with_a_nul_character_is_refused)
{
    struct reply r = create("network", "'name': 'a\\u0000b'");
    expect_status(&r, 400);
}

Test(networks, put_changes_what_it_gives_and_nothing_else)
{
    const char *id =
        make("network", "'name': 'a', 'description': 'd', 'mtu': 1400");
    struct reply r = update("network", id, "'name': 'b'");
    expect_status(&r, 200);
    expect_at(&r, "network.name", "b");
    expect_at(&r, "network.description", "d");
    expect_at(&r, "network.mtu", "1400");
    struct reply shown = show("network", id);
    cr_assert(json_equal(r.json, shown.json));
}

Test(networks, an_empty_put_changes_nothing)
{
    const char *id = make_network();
    struct reply before = show("network", id);
    struct reply r = update("network", id, "%s", "");
    expect_status(&r, 200);
    cr_assert(json_equal(r.json, before.json), "%s", describe(&r));
}

Test(networks, what_post_answers_is_what_get_shows)
{
    struct reply made = create("network", "'name': 'a'");
    struct reply shown = show("network", text_at(&made, "network.id"));
    cr_assert(json_equal(made.json, shown.json), "%s", describe(&made));
}

Test(networks, subnets_lists_the_ids_of_its_subnets)
{
    struct site site = make_site("10.0.0.0/24");
    struct reply r = show("network", site.network_id);
    cr_assert_eq(count_at(&r, "network.subnets"), 1);
    expect_at(&r, "network.subnets.0", site.subnet_id);
    r = list("network", "id=%s", site.network_id);
    expect_at(&r, "networks.0.subnets.0", site.subnet_id);
}

Test(networks, a_deleted_one_is_gone)
{
    const char *id = make_network();
    struct reply r = erase("network", id);
    expect_status(&r, 204);
    cr_assert_eq(r.size, 0);
    r = show("network", id);
    expect_error(&r, 404, "NetworkNotFound");
    r = erase("network", id);
    expect_error(&r, 404, "NetworkNotFound");
    r = update("network", id, "'name': 'x'");
    expect_error(&r, 404, "NetworkNotFound");
}

Test(networks, an_id_that_is_no_uuid_is_not_found)
{
    const char *ids[] = {"x", "0", "%20", "null", "%D1%81", "..",
                         "deadbeef-dead-4ead-beef-deadbeefdea",
                         "deadbeef-dead-4ead-beef-deadbeefdeadd"};
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        struct reply r = show("network", ids[i]);
        expect_status(&r, 404);
        r = erase("network", ids[i]);
        expect_status(&r, 404);
    }
}

Test(networks, deleting_one_takes_its_subnets_along)
{
    struct site site = make_site("10.0.0.0/24");
    make_subnet(site.network_id, "2001:db8::/64");
    struct reply r = erase("network", site.network_id);
    expect_status(&r, 204);
    r = show("subnet", site.subnet_id);
    expect_error(&r, 404, "SubnetNotFound");
    r = list("subnet", "network_id=%s", site.network_id);
    expect_at(&r, "subnets", "[]");
}

Test(networks, deleting_one_takes_automatic_ports_along)
{
    const char *owners[] = {"network:dhcp", "network:distributed",
                            "network:floatingip_agent_gateway"};
    struct site site = make_site("10.0.0.0/24");
    for (size_t i = 0; i < 3; i++) {
        make("port", "'network_id': '%s', 'device_owner': '%s'",
             site.network_id, owners[i]);
    }
    struct reply r = erase("network", site.network_id);
    expect_status(&r, 204);
    r = list("port", "network_id=%s", site.network_id);
    expect_at(&r, "ports", "[]");
}

Test(networks, one_with_a_port_is_not_deleted_and_the_port_is_named)
{
    struct site site = make_site("10.0.0.0/24");
    const char *port = make_port(site.network_id);
    struct reply r = erase("network", site.network_id);
    expect_error(&r, 409, "NetworkInUse");
    cr_assert(strstr(r.body, port) != NULL, "%s", describe(&r));
    r = show("subnet", site.subnet_id);
    expect_status(&r, 200);
    erase("port", port);
    r = erase("network", site.network_id);
    expect_status(&r, 204);
}

Test(networks, one_with_a_port_without_addresses_is_not_deleted)
{
    const char *id = make_network();
    make("port", "'network_id': '%s', 'fixed_ips': []", id);
    struct reply r = erase("network", id);
    expect_error(&r, 409, "NetworkInUse");
}

Test(networks, mtu_may_be_text_and_has_bounds)
{
    struct reply r = create("network", "'mtu': '1400'");
    expect_at(&r, "network.mtu", "1400");
    r = create("network", "'mtu': 70000");
    expect_refused(&r, "mtu");
    r = create("network", "'mtu': -1");
    expect_refused(&r, "mtu");
    r = create("network", "'mtu': 99999999999999999999");
    expect_status(&r, 400);
}

Test(networks, dns_domain_is_a_domain_in_small_letters)
{
    struct reply r = create("network", "'dns_domain': 'Example.ORG.'");
    expect_at(&r, "network.dns_domain", "example.org.");
    const char *bad[] = {"x", "exa mple.org.", "-a.org.", "a..org."};
    for (size_t i = 0; i < 4; i++) {
        r = create("network", "'dns_domain': '%s'", bad[i]);
        expect_refused(&r, "dns_domain");
    }
    const char *id = make("network", "'dns_domain': 'a.org.'");
    r = update("network", id, "'dns_domain': ''");
    expect_at(&r, "network.dns_domain", "");
}

Test(networks, a_shared_network_with_ports_of_others_stays_shared)
{
    const char *id = make("network", "'shared': true");
    make("port", "'network_id': '%s', 'tenant_id': 'elsewhere'", id);
    struct reply r = update("network", id, "'shared': false");
    expect_status(&r, 409);
    r = show("network", id);
    expect_at(&r, "network.shared", "true");
}

Test(networks, a_shared_network_without_ports_of_others_may_be_unshared)
{
    const char *id = make("network", "'shared': true");
    make_port(id);
    struct reply r = update("network", id, "'shared': false");
    expect_status(&r, 200);
    expect_at(&r, "network.shared", "false");
}

Test(networks, times_are_rfc_3339_in_utc)
{
    struct reply r = create("network", "%s", "");
    const char *times[] = {"network.created_at", "network.updated_at"};
    for (size_t i = 0; i < 2; i++) {
        int year, month, day, hour, minute, second, end = 0;
        const char *time = text_at(&r, times[i]);
        int n = sscanf(time, "%4d-%2d-%2dT%2d:%2d:%2dZ%n", &year, &month,
                       &day, &hour, &minute, &second, &end);
        cr_assert(n == 6 && time[end] == '\0' && end == 20, "%s", time);
        cr_assert(year > 2020 && month <= 12 && hour < 24, "%s", time);
    }
}
