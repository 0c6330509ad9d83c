/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What clients ask before anything else: versions and extensions.
 */
#include "support/api.h"

Test(versions, the_root_names_version_2)
{
    struct reply r = api(GET, "/");
    expect_status(&r, 200);
    expect_at(&r, "versions.0.id", "v2.0");
    expect_at(&r, "versions.0.status", "CURRENT");
    expect_at(&r, "versions.0.links.0.rel", "self");
    expect_at(&r, "versions.0.links.0.href",
              text("%s/v2.0/", session()->url));
}

Test(versions, the_version_lists_its_resources_with_and_without_slash)
{
    const char *paths[] = {"/v2.0", "/v2.0/"};
    for (size_t i = 0; i < 2; i++) {
        struct reply r = api(GET, "%s", paths[i]);
        expect_status(&r, 200);
        const char *names = joined(&r, "resources", "collection");
        const char *expected[] = {"networks", "subnets", "ports"};
        for (size_t j = 0; j < 3; j++) {
            cr_assert(strstr(names, expected[j]) != NULL, "%s", names);
        }
        cr_assert(strstr(r.body, text("%s/v2.0/networks", session()->url)) !=
                  NULL, "%s", describe(&r));
    }
}

/* True when the list of extensions has 'alias'. */
static bool
is_advertised(const struct reply *reply, const char *alias)
{
    const char *aliases =
        text(",%s,", joined(reply, "extensions", "alias"));
    return strstr(aliases, text(",%s,", alias)) != NULL;
}

Test(versions, extensions_have_all_their_members)
{
    struct reply r = api(GET, "/v2.0/extensions");
    expect_status(&r, 200);
    cr_assert(count_at(&r, "extensions") > 0);
    const char *keys[] = {"alias", "name", "description", "updated"};
    for (size_t i = 0; i < count_at(&r, "extensions"); i++) {
        for (size_t j = 0; j < 4; j++) {
            json_t *value =
                json_at(&r, text("extensions.%zu.%s", i, keys[j]));
            cr_assert(json_is_string(value), "%s", keys[j]);
        }
        expect_at(&r, text("extensions.%zu.links", i), "[]");
    }
}

Test(versions, what_works_is_advertised)
{
    static const char *const expected[] = {
        "quotas", "quota_details", "standard-attr-tag",
        "standard-attr-revisions", "revision-if-match",
        "standard-attr-timestamp", "standard-attr-description", "net-mtu",
        "net-mtu-writable", "pagination", "sorting", "project-id",
        "ip-substring-filtering", "network-ip-availability",
        "allowed-address-pairs", "extra_dhcp_opt", "port-security",
        "binding", "external-net", "provider", "dns-integration",
        "rbac-policies",
        "filter-validation", "tag-ports-during-bulk-creation"};
    struct reply r = api(GET, "/v2.0/extensions");
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        cr_assert(is_advertised(&r, expected[i]), "%s", expected[i]);
    }
}

Test(versions, what_does_not_work_is_not_advertised)
{
    static const char *const missing[] = {"router", "security-group",
                                          "multi-provider", "trunk", "qos",
                                          "segment", "rbac-subnetpool"};
    struct reply r = api(GET, "/v2.0/extensions");
    for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++) {
        cr_assert(!is_advertised(&r, missing[i]), "%s", missing[i]);
    }
}

Test(versions, each_extension_can_be_asked_for_by_its_alias)
{
    struct reply all = api(GET, "/v2.0/extensions");
    for (size_t i = 0; i < count_at(&all, "extensions"); i++) {
        const char *alias = text_at(&all, text("extensions.%zu.alias", i));
        struct reply r = api(GET, "/v2.0/extensions/%s", alias);
        expect_status(&r, 200);
        cr_assert(json_equal(json_at(&r, "extension"),
                             json_at(&all, text("extensions.%zu", i))));
    }
}

Test(versions, an_unknown_extension_is_not_found)
{
    struct reply r = api(GET, "/v2.0/extensions/nonsense");
    expect_status(&r, 404);
    cr_assert_not_null(json_at(&r, "NeutronError.type"));
}

Test(versions, the_old_json_suffix_and_a_last_slash_are_understood)
{
    const char *id = make_network();
    const char *paths[] = {"networks.json?limit=1", "networks/?limit=1",
                           text("networks/%s.json", id),
                           text("networks/%s/", id)};
    for (size_t i = 0; i < 4; i++) {
        struct reply r = api(GET, "/v2.0/%s", paths[i]);
        expect_status(&r, 200);
    }
}

Test(versions, without_sdns_none_are_on_offer)
{
    struct reply r = api(GET, "/v2.0/available-sdn");
    expect_status(&r, 404);
}
