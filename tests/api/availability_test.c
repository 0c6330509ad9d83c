/* SPDX-License-Identifier: Apache-2.0 */
/*
 * network-ip-availabilities: how many addresses there are and are used.
 */
#include "support/api.h"

static struct reply
availability_of(const char *network_id)
{
    return api(GET, "/v2.0/network-ip-availabilities/%s", network_id);
}

#define AT "network_ip_availability."

Test(availability, a_network_without_subnets_has_nothing)
{
    const char *id = make_network();
    struct reply r = availability_of(id);
    expect_status(&r, 200);
    expect_at(&r, AT "network_id", id);
    expect_at(&r, AT "network_name", "net");
    expect_at(&r, AT "project_id", session()->project);
    expect_at(&r, AT "tenant_id", session()->project);
    expect_at(&r, AT "subnet_ip_availability", "[]");
    expect_at(&r, AT "total_ips", "0");
    expect_at(&r, AT "used_ips", "0");
}

Test(availability, pools_are_counted_and_used_addresses)
{
    struct site site = make_site("10.0.0.0/24");
    make_port(site.network_id);
    make("port", "'network_id': '%s', 'fixed_ips': [{'subnet_id': '%s'}, "
         "{'subnet_id': '%s'}]", site.network_id, site.subnet_id,
         site.subnet_id);
    struct reply r = availability_of(site.network_id);
    expect_at(&r, AT "total_ips", "253");
    expect_at(&r, AT "used_ips", "3");
    expect_at(&r, AT "subnet_ip_availability.0.subnet_id", site.subnet_id);
    expect_at(&r, AT "subnet_ip_availability.0.cidr", "10.0.0.0/24");
    expect_at(&r, AT "subnet_ip_availability.0.ip_version", "4");
    expect_at(&r, AT "subnet_ip_availability.0.subnet_name", "");
    expect_at(&r, AT "subnet_ip_availability.0.total_ips", "253");
    expect_at(&r, AT "subnet_ip_availability.0.used_ips", "3");
}

Test(availability, deleted_ports_use_nothing)
{
    struct site site = make_site("10.0.0.0/24");
    erase("port", make_port(site.network_id));
    struct reply r = availability_of(site.network_id);
    expect_at(&r, AT "used_ips", "0");
}

Test(availability, a_network_is_the_sum_of_its_subnets)
{
    struct site site = make_site("10.0.0.0/24");
    make_subnet(site.network_id, "10.0.1.0/25");
    make_port(site.network_id);
    struct reply r = availability_of(site.network_id);
    cr_assert_eq(count_at(&r, AT "subnet_ip_availability"), 2);
    expect_at(&r, AT "total_ips", "378");
    expect_at(&r, AT "used_ips", "1");
}

Test(availability, the_size_of_an_ipv6_subnet_is_an_exact_integer)
{
    struct site site = make_site("2001:db8::/64");
    struct reply r = availability_of(site.network_id);
    cr_assert(strstr(r.body, "18446744073709551615") != NULL, "%s",
              describe(&r));
    cr_assert(strstr(r.body, "\"18446744073709551615\"") == NULL, "%s",
              describe(&r));
}

Test(availability, lists_are_filtered)
{
    struct site site = make_site("10.0.0.0/24");
    make_subnet(site.network_id, "2001:db8::/120");
    make_site("10.1.0.0/24");
    const char *path = text("/v2.0/network-ip-availabilities?network_id=%s",
                            site.network_id);
    struct reply r = api(GET, "%s", path);
    expect_status(&r, 200);
    cr_assert_eq(count_at(&r, "network_ip_availabilities"), 1);
    expect_at(&r, "network_ip_availabilities.0.network_id",
              site.network_id);
    r = api(GET, "%s&ip_version=4", path);
    expect_at(&r, "network_ip_availabilities.0.total_ips", "253");
    r = api(GET, "%s&network_name=nobody", path);
    expect_at(&r, "network_ip_availabilities", "[]");
    r = api(GET, "/v2.0/network-ip-availabilities?project_id=%s",
            session()->project);
    cr_assert_eq(count_at(&r, "network_ip_availabilities"), 2);
}

Test(availability, an_unknown_network_is_not_found)
{
    const char *ids[] = {NOBODY, "x"};
    for (size_t i = 0; i < 2; i++) {
        struct reply r = availability_of(ids[i]);
        expect_error(&r, 404, "NetworkNotFound");
    }
}

Test(availability, it_cannot_be_written)
{
    const char *path =
        text("/v2.0/network-ip-availabilities/%s", make_network());
    struct reply r = api(DELETE, "%s", path);
    cr_assert(r.status >= 400 && r.status < 500, "%s", describe(&r));
    r = api_body(PUT, path, "{'network_ip_availability': {}}");
    cr_assert(r.status >= 400 && r.status < 500, "%s", describe(&r));
}

Test(availability, others_see_nothing_of_it)
{
    struct site site = make_site("10.0.0.0/24");
    as(unique("stranger-"), "member");
    struct reply r = availability_of(site.network_id);
    cr_assert(r.status == 404 || r.status == 403, "%s", describe(&r));
    r = api(GET, "/v2.0/network-ip-availabilities");
    cr_assert(strstr(r.body, site.network_id) == NULL, "%s", describe(&r));
}
