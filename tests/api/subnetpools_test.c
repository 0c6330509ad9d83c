/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subnet pools: what they are, and how they change.  subnetpools_take_test.c
 * has the subnets that are from them.
 */
#include "support/api.h"
#include "support/server.h"
#include "support/things.h"

static const char *
make_pool(const char *attributes)
{
    return make("subnetpool", "'name': 'p', %s", attributes);
}

static struct reply
create_pool(const char *attributes)
{
    return create("subnetpool", "'name': 'p', %s", attributes);
}

static const char *
make_scope(void)
{
    return make("address_scope", "'name': 's', 'ip_version': 4");
}

/* PUT /v2.0/subnetpools/'id'/'what' with these prefixes. */
static struct reply
put_prefixes(const char *id, const char *what, const char *prefixes)
{
    return api_body(PUT, text("/v2.0/subnetpools/%s/%s_prefixes", id, what),
                    "{'prefixes': %s}", prefixes);
}

/* --- attributes */

Test(subnetpools, a_pool_shows_what_it_was_given_and_what_follows)
{
    struct reply r = create_pool("'prefixes': ['10.0.0.0/16']");
    expect_status(&r, 201);
    expect_at(&r, "subnetpool.ip_version", "4");
    expect_at(&r, "subnetpool.prefixes", "[\"10.0.0.0/16\"]");
    expect_at(&r, "subnetpool.min_prefixlen", "8");
    expect_at(&r, "subnetpool.default_prefixlen", "8");
    expect_at(&r, "subnetpool.max_prefixlen", "32");
    expect_at(&r, "subnetpool.default_quota", "null");
    expect_at(&r, "subnetpool.address_scope_id", "null");
    expect_at(&r, "subnetpool.shared", "false");
    expect_at(&r, "subnetpool.is_default", "false");
    expect_at(&r, "subnetpool.revision_number", "0");
}

Test(subnetpools, lengths_are_shown_as_text)
{
    struct reply r = create_pool("'prefixes': ['10.0.0.0/16'], "
                                 "'default_prefixlen': 24");
    cr_assert(json_is_string(json_at(&r, "subnetpool.default_prefixlen")));
    r = list("subnetpool", "default_prefixlen=24");
    cr_assert_eq(count_at(&r, "subnetpools"), 1, "%s", describe(&r));
}

Test(subnetpools, an_ipv6_pool_has_lengths_of_its_own)
{
    struct reply r = create_pool("'prefixes': ['fd00::/48']");
    expect_at(&r, "subnetpool.ip_version", "6");
    expect_at(&r, "subnetpool.min_prefixlen", "64");
    expect_at(&r, "subnetpool.default_prefixlen", "64");
    expect_at(&r, "subnetpool.max_prefixlen", "128");
}

Test(subnetpools, prefixes_become_as_few_as_can_be)
{
    struct reply r = create_pool(
        "'prefixes': ['10.2.1.0/24', '10.1.1.1/24', '10.2.0.0/24', "
        "'10.2.0.128/25']");
    expect_at(&r, "subnetpool.prefixes", "[\"10.1.1.0/24\",\"10.2.0.0/23\"]");
}

Test(subnetpools, prefixes_that_are_none_are_refused)
{
    static const char *const cases[][2] = {
        {"[]", "EmptySubnetPoolPrefixList"},
        {"['10.0.0.0/8', 'fd00::/48']", "PrefixVersionMismatch"},
        {"['10.0.0.0']", "HTTPBadRequest"},
        {"['10.0.0.0/33']", "HTTPBadRequest"},
        {"['10.0.0.0/8', '10.0.0.0/8']", "HTTPBadRequest"},
        {"[1]", "HTTPBadRequest"},
        {"'10.0.0.0/8'", "HTTPBadRequest"},
        {"null", "HTTPBadRequest"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reply r = create_pool(text("'prefixes': %s", cases[i][0]));
        expect_error(&r, 400, cases[i][1]);
    }
}

Test(subnetpools, lengths_must_be_in_order)
{
    static const char *const wrong[] = {
        "'min_prefixlen': 20, 'default_prefixlen': 16",
        "'min_prefixlen': 20, 'max_prefixlen': 16",
        "'max_prefixlen': 20, 'default_prefixlen': 24",
        "'max_prefixlen': 33", "'default_prefixlen': 7"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct reply r = create_pool(
            text("'prefixes': ['10.0.0.0/8'], %s", wrong[i]));
        expect_error(&r, 400, "IllegalSubnetPoolPrefixBounds");
    }
    const char *id = make_pool("'prefixes': ['10.0.0.0/8']");
    struct reply r = update("subnetpool", id, "'min_prefixlen': 9");
    expect_error(&r, 400, "IllegalSubnetPoolPrefixBounds");
    r = update("subnetpool", id,
               "'min_prefixlen': 32, 'default_prefixlen': 32");
    expect_status(&r, 200);
}

Test(subnetpools, a_length_or_a_quota_below_the_least_is_named)
{
    static const char *const names[] = {"min_prefixlen", "max_prefixlen",
                                        "default_prefixlen"};
    for (size_t i = 0; i < 3; i++) {
        struct reply r = create_pool(
            text("'prefixes': ['10.0.0.0/8'], '%s': 0", names[i]));
        expect_refused(&r, names[i]);
    }
    struct reply r =
        create_pool("'prefixes': ['10.0.0.0/8'], 'default_quota': -1");
    expect_refused(&r, "default_quota");
}

Test(subnetpools, null_takes_a_quota_away)
{
    const char *id =
        make_pool("'prefixes': ['10.0.0.0/8'], 'default_quota': 7");
    struct reply r = update("subnetpool", id, "'default_quota': null");
    expect_status(&r, 200);
    expect_at(&r, "subnetpool.default_quota", "null");
}

/* --- change of prefixes */

Test(subnetpools, put_only_adds_prefixes)
{
    const char *id = make_pool("'prefixes': ['10.1.0.0/16']");
    static const char *const wrong[] = {"['10.1.0.0/17']", "['11.0.0.0/16']",
                                        "[]", "['10.1.0.0/17', 'fd00::/48']"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct reply r = update("subnetpool", id, "'prefixes': %s", wrong[i]);
        expect_error(&r, 400, "IllegalSubnetPoolPrefixUpdate");
    }
    struct reply r = update("subnetpool", id, "'prefixes': "
                            "['10.1.0.0/16', 'fd00::/48']");
    expect_error(&r, 400, "PrefixVersionMismatch");
    r = update("subnetpool", id, "'prefixes': "
               "['10.1.0.0/17', '10.1.128.0/17', '10.0.0.0/16']");
    expect_status(&r, 200);
    expect_at(&r, "subnetpool.prefixes", "[\"10.0.0.0/15\"]");
}

Test(subnetpools, prefixes_are_added_and_taken_away)
{
    const char *id = make_pool("'prefixes': ['10.0.0.0/24', '10.0.2.0/24']");
    struct reply r = put_prefixes(id, "add", "['10.0.1.0/24']");
    expect_status(&r, 200);
    expect_at(&r, "prefixes", "[\"10.0.0.0/23\",\"10.0.2.0/24\"]");
    r = put_prefixes(id, "remove", "['10.0.1.0/25', '99.0.0.0/8']");
    expect_at(&r, "prefixes",
              "[\"10.0.0.0/24\",\"10.0.1.128/25\",\"10.0.2.0/24\"]");
    r = put_prefixes(id, "remove", "['0.0.0.0/0']");
    expect_at(&r, "prefixes", "[]");
    r = show("subnetpool", id);
    expect_at(&r, "subnetpool.prefixes", "[]");
    expect_at(&r, "subnetpool.revision_number", "3");
    expect_invariants();
}

Test(subnetpools, a_body_without_prefixes_is_refused)
{
    const char *id = make_pool("'prefixes': ['10.0.0.0/24']");
    static const char *const wrong[] = {
        "{}", "{'prefixes': []}", "{'prefixes': 'x'}", "{'prefixes': ['x']}",
        "{'subnetpool': {'prefixes': ['10.0.1.0/24']}}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct reply r = api_body(
            PUT, text("/v2.0/subnetpools/%s/add_prefixes", id), "%s",
            wrong[i]);
        expect_status(&r, 400);
    }
    struct reply r = put_prefixes(id, "add", "['fd00::/48']");
    expect_error(&r, 400, "PrefixVersionMismatch");
    r = put_prefixes(NOBODY, "add", "['10.0.1.0/24']");
    expect_error(&r, 404, "SubnetPoolNotFound");
}

Test(subnetpools, prefixes_change_only_what_was_seen)
{
    const char *id = make_pool("'prefixes': ['10.0.0.0/24']");
    with_header("If-Match: revision_number=7");
    struct reply r = put_prefixes(id, "add", "['10.0.1.0/24']");
    expect_error(&r, 412, "RevisionNumberConstraintFailed");
}

/* --- the default */

Test(subnetpools, an_ip_version_has_one_default)
{
    const char *first =
        make_pool("'prefixes': ['10.0.0.0/24'], 'is_default': true");
    struct reply r =
        create_pool("'prefixes': ['10.0.0.0/24'], 'is_default': true");
    expect_error(&r, 400, "InvalidInput");
    expect_at(&r, "NeutronError.blockers.0.id", first);
    const char *second = make_pool("'prefixes': ['10.0.0.0/24']");
    r = update("subnetpool", second, "'is_default': true");
    expect_error(&r, 400, "InvalidInput");
    r = update("subnetpool", first, "'is_default': false");
    expect_status(&r, 200);
    r = update("subnetpool", second, "'is_default': true");
    expect_status(&r, 200);
    r = erase("subnetpool", second);
    expect_status(&r, 204);
}

/* --- address scopes */

Test(subnetpools, pools_of_a_scope_share_no_address)
{
    const char *scope = make_scope();
    const char *first = make_pool(text("'prefixes': ['10.0.0.0/16'], "
                                       "'address_scope_id': '%s'", scope));
    struct reply r = create_pool(text("'prefixes': ['10.0.128.0/17'], "
                                      "'address_scope_id': '%s'", scope));
    expect_error(&r, 409, "AddressScopePrefixConflict");
    expect_at(&r, "NeutronError.blockers.0.id", first);
    const char *second = make_pool(text("'prefixes': ['10.1.0.0/16'], "
                                        "'address_scope_id': '%s'", scope));
    r = update("subnetpool", second, "'prefixes': ['10.0.0.0/15']");
    expect_error(&r, 409, "AddressScopePrefixConflict");
    r = put_prefixes(second, "add", "['10.0.0.0/24']");
    expect_error(&r, 409, "AddressScopePrefixConflict");
    const char *third = make_pool("'prefixes': ['10.1.9.0/24']");
    r = update("subnetpool", third, "'address_scope_id': '%s'", scope);
    expect_error(&r, 409, "AddressScopePrefixConflict");
    r = put_prefixes(second, "remove", "['10.1.8.0/21']");
    expect_status(&r, 200);
    r = update("subnetpool", third, "'address_scope_id': '%s'", scope);
    expect_status(&r, 200);
    expect_invariants();
}

Test(subnetpools, pools_of_one_request_share_no_address_of_their_scope)
{
    const char *pool = text("{'name': 'p', 'prefixes': ['10.0.0.0/16'], "
                            "'address_scope_id': '%s'}", make_scope());
    struct reply r = api_body(POST, "/v2.0/subnetpools",
                              "{'subnetpools': [%s, %s]}", pool, pool);
    expect_error(&r, 409, "AddressScopePrefixConflict");
}

Test(subnetpools, a_scope_is_of_the_ip_version_and_seen)
{
    struct reply r = create_pool(text("'prefixes': ['fd00::/48'], "
                                      "'address_scope_id': '%s'",
                                      make_scope()));
    expect_error(&r, 400,
                 "IllegalSubnetPoolIpVersionAssociationToAddressScope");
    r = create_pool("'prefixes': ['10.0.0.0/8'], "
                    "'address_scope_id': '" NOBODY "'");
    expect_error(&r, 404, "AddressScopeNotFound");
    r = create_pool(text("'prefixes': ['10.0.0.0/8'], 'shared': true, "
                         "'address_scope_id': '%s'", make_scope()));
    expect_error(&r, 400, "InvalidInput");
}

Test(subnetpools, a_shared_scope_takes_pools_of_its_own_project_only)
{
    const char *scope = make("address_scope", "'name': 's', "
                             "'ip_version': 4, 'shared': true");
    const char *hidden = make_scope();
    as(unique("project"), "member");
    struct reply r = create_pool(text("'prefixes': ['10.0.0.0/8'], "
                                      "'address_scope_id': '%s'", scope));
    expect_error(&r, 400, "IllegalSubnetPoolAssociationToAddressScope");
    r = create_pool(text("'prefixes': ['10.0.0.0/8'], "
                         "'address_scope_id': '%s'", hidden));
    expect_error(&r, 404, "AddressScopeNotFound");
}

Test(subnetpools, a_scope_stays_shared_and_stays_while_pools_are_in_it)
{
    const char *scope = make("address_scope", "'name': 's', "
                             "'ip_version': 4, 'shared': true");
    struct reply r = update("address_scope", scope, "'shared': false");
    expect_error(&r, 400, "AddressScopeUpdateError");
    const char *pool = make_pool(text("'prefixes': ['10.0.0.0/16'], "
                                      "'address_scope_id': '%s'", scope));
    r = erase("address_scope", scope);
    expect_error(&r, 409, "AddressScopeInUse");
    expect_at(&r, "NeutronError.blockers.0.id", pool);
    r = update("subnetpool", pool, "'address_scope_id': null");
    expect_status(&r, 200);
    r = erase("address_scope", scope);
    expect_status(&r, 204);
}

/* --- who sees what */

Test(subnetpools, others_see_shared_pools_and_cannot_change_them)
{
    const char *shared =
        make_pool("'prefixes': ['10.0.0.0/8'], 'shared': true");
    const char *hidden = make_pool("'prefixes': ['10.0.0.0/8']");
    as(unique("project"), "member");
    struct reply r = show("subnetpool", shared);
    expect_status(&r, 200);
    r = update("subnetpool", shared, "'name': 'mine'");
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = put_prefixes(shared, "add", "['11.0.0.0/8']");
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = show("subnetpool", hidden);
    expect_error(&r, 404, "SubnetPoolNotFound");
    r = put_prefixes(hidden, "add", "['11.0.0.0/8']");
    expect_error(&r, 404, "SubnetPoolNotFound");
    r = erase("subnetpool", hidden);
    expect_error(&r, 404, "SubnetPoolNotFound");
}

Test(subnetpools, only_admins_share_and_make_defaults)
{
    as(unique("project"), "member");
    struct reply r =
        create_pool("'prefixes': ['10.0.0.0/8'], 'shared': true");
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = create_pool("'prefixes': ['10.0.0.0/8'], 'is_default': true");
    expect_error(&r, 403, "PolicyNotAuthorized");
    const char *id = make_pool("'prefixes': ['10.0.0.0/8']");
    r = update("subnetpool", id, "'is_default': true");
    expect_error(&r, 403, "PolicyNotAuthorized");
    r = create("address_scope", "'ip_version': 4, 'shared': true");
    expect_error(&r, 403, "PolicyNotAuthorized");
}

Test(subnetpools, a_quota_counts_pools)
{
    const char *project = unique("project");
    struct reply r = api_body(PUT, text("/v2.0/quotas/%s", project),
                              "{'quota': {'subnetpool': 1}}");
    expect_status(&r, 200);
    as(project, "member");
    make_pool("'prefixes': ['10.0.0.0/8']");
    r = create_pool("'prefixes': ['10.0.0.0/8']");
    expect_error(&r, 409, "OverQuota");
    expect_at(&r, "NeutronError.blockers.0.name", "subnetpool");
}
