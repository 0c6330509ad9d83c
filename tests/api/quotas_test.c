/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Quotas: what they are, who sets them, and that they are exact.
 */
#include "support/api.h"
#include "support/things.h"

Test(quotas, a_project_without_one_has_the_default)
{
    struct reply r = api(GET, "%s", quota_path());
    expect_status(&r, 200);
    expect_at(&r, "quota.network", "100");
    expect_at(&r, "quota.subnet", "100");
    expect_at(&r, "quota.port", "500");
    r = api(GET, "%s/default", quota_path());
    expect_at(&r, "quota.port", "500");
}

Test(quotas, details_tell_what_is_used)
{
    struct site site = make_site("10.0.0.0/24");
    make_port(site.network_id);
    make_port(site.network_id);
    struct reply r = api(GET, "%s/details", quota_path());
    expect_status(&r, 200);
    cr_assert_eq(count_at(&r, "quota.network"), 3, "%s", describe(&r));
    expect_used("network", 1);
    expect_used("subnet", 1);
    expect_used("port", 2);
    expect_at(&r, "quota.port.limit", "500");
    expect_at(&r, "quota.port.reserved", "0");
}

Test(quotas, what_is_deleted_is_not_used)
{
    struct site site = make_site("10.0.0.0/24");
    erase("port", make_port(site.network_id));
    expect_used("port", 0);
    erase("network", site.network_id);
    expect_used("subnet", 0);
    expect_used("network", 0);
}

Test(quotas, what_is_refused_is_not_used)
{
    struct site site = make_site("10.0.0.0/24");
    create("port", "'network_id': '%s', 'fixed_ips': "
           "[{'ip_address': '10.9.9.9'}]", site.network_id);
    create("port", "'network_id': '" NOBODY "'");
    create("subnet", "'network_id': '%s', 'ip_version': 4, "
           "'cidr': '10.0.0.0/24'", site.network_id);
    expect_used("port", 0);
    expect_used("subnet", 1);
}

Test(quotas, one_is_reached_exactly)
{
    struct site site = make_site("10.0.0.0/24");
    set_quota("port", 3);
    for (int i = 0; i < 3; i++) {
        make_port(site.network_id);
    }
    struct reply r = create("port", "'network_id': '%s'", site.network_id);
    expect_error(&r, 409, "OverQuota");
    cr_assert(strstr(r.body, "port") != NULL, "%s", describe(&r));
    expect_used("port", 3);
}

Test(quotas, networks_and_subnets_have_theirs)
{
    const char *network = make_network();
    set_quota("network", 1);
    set_quota("subnet", 1);
    struct reply r = create("network", "%s", "");
    expect_error(&r, 409, "OverQuota");
    make_subnet(network, "10.0.0.0/24");
    r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
               "'cidr': '10.1.0.0/24'", network);
    expect_error(&r, 409, "OverQuota");
}

Test(quotas, none_and_unlimited)
{
    set_quota("network", 0);
    struct reply r = create("network", "%s", "");
    expect_error(&r, 409, "OverQuota");
    set_quota("network", -1);
    make_network();
}

Test(quotas, one_below_what_is_used_takes_nothing_away)
{
    make_network();
    make_network();
    set_quota("network", 1);
    struct reply r = create("network", "%s", "");
    expect_error(&r, 409, "OverQuota");
    expect_used("network", 2);
}

Test(quotas, one_deleted_returns_to_the_default)
{
    set_quota("port", 3);
    struct reply r = api(DELETE, "%s", quota_path());
    expect_status(&r, 204);
    r = api(GET, "%s", quota_path());
    expect_at(&r, "quota.port", "500");
    make_network();
    expect_used("network", 1);
}

Test(quotas, the_owner_of_the_object_pays)
{
    const char *network = make_site("10.0.0.0/24").network_id;
    make("port", "'network_id': '%s', 'tenant_id': '%s'", network,
         unique("payer-"));
    expect_used("port", 0);
}

Test(quotas, values_that_are_no_limit_are_refused)
{
    const char *bad[] = {"-2", "'x'", "null", "2147483648", "[]", "1.5"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct reply r = api_body(PUT, quota_path(),
                                  "{'quota': {'port': %s}}", bad[i]);
        expect_refused(&r, "port");
    }
    struct reply r =
        api_body(PUT, quota_path(), "{'quota': {'port': '7'}}");
    expect_at(&r, "quota.port", "7");
}

Test(quotas, unknown_resources_are_refused)
{
    struct reply r =
        api_body(PUT, quota_path(), "{'quota': {'colour': 1}}");
    expect_refused(&r, "colour");
}

Test(quotas, the_list_names_projects_with_one_of_their_own)
{
    set_quota("port", 3);
    struct reply r = api(GET, "/v2.0/quotas");
    expect_status(&r, 200);
    bool found = false;
    for (size_t i = 0; i < count_at(&r, "quotas"); i++) {
        const char *path = text("quotas.%zu", i);
        if (strcmp(text_at(&r, text("%s.project_id", path)),
                   session()->project) == 0) {
            expect_at(&r, text("%s.port", path), "3");
            found = true;
        }
    }
    cr_assert(found, "%s", describe(&r));
}
