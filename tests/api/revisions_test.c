/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Revision numbers, If-Match, ETags and the time of the last change.
 */
#include <unistd.h>

#include "support/api.h"

static long long
revision_of(const char *kind, const char *id)
{
    struct reply r = show(kind, id);
    cr_assert(json_is_integer(json_at(&r, text("%s.revision_number", kind))),
              "%s", describe(&r));
    return int_at(&r, text("%s.revision_number", kind));
}

/* Expects that the revision of an object grew since 'before'. */
#define expect_grown(kind, id, before)                                     \
    cr_assert(revision_of((kind), (id)) > (before), "%s stayed at %lld",   \
              (kind), (before))
#define expect_same(kind, id, before)                                      \
    cr_assert(revision_of((kind), (id)) == (before), "%s left %lld",       \
              (kind), (before))

Test(revisions, every_change_of_an_attribute_counts)
{
    struct site site = make_site("10.0.0.0/24");
    const char *port = make_port(site.network_id);
    const char *kinds[] = {"network", "subnet", "port"};
    const char *ids[] = {site.network_id, site.subnet_id, port};
    for (size_t i = 0; i < 3; i++) {
        long long before = revision_of(kinds[i], ids[i]);
        update(kinds[i], ids[i], "'name': 'x'");
        expect_grown(kinds[i], ids[i], before);
    }
}

Test(revisions, an_empty_put_and_a_refused_one_do_not_count)
{
    const char *id = make_network();
    long long before = revision_of("network", id);
    update("network", id, "%s", "");
    update("network", id, "'mtu': 'x'");
    expect_same("network", id, before);
}

Test(revisions, tags_count)
{
    const char *id = make_network();
    long long before = revision_of("network", id);
    api_body(PUT, text("/v2.0/networks/%s/tags", id), "{'tags': ['a']}");
    expect_grown("network", id, before);
    before = revision_of("network", id);
    api(PUT, "/v2.0/networks/%s/tags/b", id);
    expect_grown("network", id, before);
    before = revision_of("network", id);
    api(DELETE, "/v2.0/networks/%s/tags", id);
    expect_grown("network", id, before);
}

Test(revisions, a_subnet_counts_for_its_network_and_a_port_does_not)
{
    const char *network = make_network();
    long long before = revision_of("network", network);
    const char *subnet = make_subnet(network, "10.0.0.0/24");
    expect_grown("network", network, before);
    before = revision_of("network", network);
    long long subnet_before = revision_of("subnet", subnet);
    make_port(network);
    expect_same("network", network, before);
    expect_same("subnet", subnet, subnet_before);
}

Test(revisions, addresses_pools_routes_and_servers_count)
{
    struct site site = make_site("10.0.0.0/24");
    const char *port = make_port(site.network_id);
    long long before = revision_of("port", port);
    update("port", port, "'fixed_ips': [{'ip_address': '10.0.0.9'}]");
    expect_grown("port", port, before);
    const char *changes[] = {
        "'allocation_pools': [{'start': '10.0.0.5', 'end': '10.0.0.9'}]",
        ("'host_routes': [{'destination': '10.9.0.0/16', "
         "'nexthop': '10.0.0.1'}]"),
        "'dns_nameservers': ['9.9.9.9']"};
    for (size_t i = 0; i < 3; i++) {
        before = revision_of("subnet", site.subnet_id);
        update("subnet", site.subnet_id, "%s", changes[i]);
        expect_grown("subnet", site.subnet_id, before);
    }
}

Test(revisions, updated_at_moves_and_created_at_does_not)
{
    struct reply before = create("network", "%s", "");
    const char *id = text_at(&before, "network.id");
    usleep(1100000);
    struct reply r = update("network", id, "'name': 'x'");
    expect_at(&r, "network.created_at",
              text_at(&before, "network.created_at"));
    cr_assert(strcmp(text_at(&r, "network.updated_at"),
                     text_at(&before, "network.updated_at")) > 0);
}

Test(revisions, if_match_of_the_present_revision_lets_pass)
{
    const char *id = make_network();
    with_header("If-Match: revision_number=%lld",
                revision_of("network", id));
    struct reply r = update("network", id, "'name': 'x'");
    expect_status(&r, 200);
    with_header("If-Match: revision_number=%lld",
                revision_of("network", id));
    r = erase("network", id);
    expect_status(&r, 204);
}

Test(revisions, if_match_of_another_revision_is_refused_everywhere)
{
    const char *kinds[] = {"port", "subnet", "network"};
    const char *ids[] = {make_port(make_network()),
                         make_site("10.0.0.0/24").subnet_id, make_network()};
    for (size_t i = 0; i < 3; i++) {
        with_header("If-Match: revision_number=99");
        struct reply r = update(kinds[i], ids[i], "'name': 'x'");
        expect_error(&r, 412, "RevisionNumberConstraintFailed");
        with_header("If-Match: revision_number=99");
        r = erase(kinds[i], ids[i]);
        expect_error(&r, 412, "RevisionNumberConstraintFailed");
        r = show(kinds[i], ids[i]);
        expect_at(&r, text("%s.name", kinds[i]), i == 2 ? "net" : "");
    }
}

Test(revisions, an_if_match_that_is_no_revision_is_refused)
{
    const char *id = make_network();
    with_header("If-Match: revision_number=x");
    struct reply r = update("network", id, "'name': 'x'");
    expect_error(&r, 400, "BadRequest");
}

Test(revisions, an_etag_is_strong_and_changes_with_the_object)
{
    const char *id = make_network();
    struct reply before = show("network", id), same = show("network", id);
    const char *etag = reply_header(&before, "ETag");
    cr_assert_not_null(etag);
    cr_assert(etag[0] == '"' && etag[strlen(etag) - 1] == '"', "%s", etag);
    expect_header(&same, "ETag", etag);
    update("network", id, "'name': 'x'");
    struct reply after = show("network", id);
    cr_assert_str_neq(reply_header(&after, "ETag"), etag);
}

Test(revisions, if_none_match_answers_304_until_something_changes)
{
    struct site site = make_site("10.0.0.0/24");
    struct reply r = show("network", site.network_id);
    const char *etag = reply_header(&r, "ETag");
    with_header("If-None-Match: %s", etag);
    r = show("network", site.network_id);
    expect_status(&r, 304);
    cr_assert_eq(r.size, 0);
    expect_header(&r, "ETag", etag);
    make_subnet(site.network_id, "10.0.1.0/24");
    with_header("If-None-Match: %s", etag);
    r = show("network", site.network_id);
    expect_status(&r, 200);
}

Test(revisions, if_none_match_knows_lists_of_tags_and_the_star)
{
    const char *id = make_network();
    struct reply r = show("network", id);
    const char *etag = reply_header(&r, "ETag");
    with_header("If-None-Match: \"other\", %s", etag);
    r = show("network", id);
    expect_status(&r, 304);
    with_header("If-None-Match: \"other\"");
    r = show("network", id);
    expect_status(&r, 200);
}

Test(revisions, if_match_takes_an_etag_too)
{
    const char *id = make_network();
    struct reply r = show("network", id);
    const char *etag = reply_header(&r, "ETag");
    with_header("If-Match: %s", etag);
    r = update("network", id, "'name': 'x'");
    expect_status(&r, 200);
}
