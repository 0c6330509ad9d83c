/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of ports that are asked for again: the server has kept what it showed
 * (db/rowcache.h), and nobody can tell.
 */
#include "support/api.h"
#include "support/db.h"
#include "support/server.h"
#include "support/things.h"

static const char *network;

/* A network with ports of these names, a letter each. */
static void
make_ports(const char *names)
{
    network = make_site("10.0.0.0/24").network_id;
    for (; *names != '\0'; names++) {
        make("port", "'network_id': '%s', 'name': '%c'", network, *names);
    }
}

static struct reply
ports(const char *query)
{
    struct reply r = list("port", "network_id=%s&sort_key=name&%s", network,
                          query);
    expect_status(&r, 200);
    return r;
}

static const char *
port_of(const char *name)
{
    struct reply r = ports(text("name=%s", name));
    return text_at(&r, "ports.0.id");
}

Test(lists_again, show_the_same)
{
    static const char *const queries[] = {
        "", "fields=name&fields=mac_address", "limit=2", "total=true",
        "page_reverse=true", "page_reverse=true&limit=2", "name=b"};
    make_ports("abc");
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        const char *first = ports(queries[i]).body;
        cr_expect_str_eq(ports(queries[i]).body, first);
        cr_expect_str_eq(ports(queries[i]).body, first);
    }
}

Test(lists_again, of_other_attributes_find_nothing_kept)
{
    make_ports("ab");
    struct reply whole = ports("fields=");
    ports("fields=name");
    struct reply r = ports("fields=name");
    cr_assert_str_eq(r.body, "{\"ports\":[{\"name\":\"a\"},"
                             "{\"name\":\"b\"}]}");
    cr_assert_str_eq(ports("fields=").body, whole.body);
}

Test(lists_again, show_a_member_no_attribute_of_admins)
{
    make_ports("ab");
    as_roles("admin");
    ports("");
    struct reply r = ports("");
    expect_at(&r, "ports.0.binding:vif_type", "unbound");
    as_roles("member");
    ports("");
    r = ports("");
    expect_at(&r, "ports.0.binding:vif_type", "absent");
    expect_names(&r, "port", "a,b");
}

Test(lists_again, show_what_has_changed)
{
    make_ports("abc");
    const char *id = port_of("b");
    ports("");
    struct reply r = update("port", id, "'description': 'new'");
    expect_status(&r, 200);
    r = ports("");
    expect_at(&r, "ports.1.description", "new");
    expect_at(&r, "ports.1.revision_number", "2");
    r = api(PUT, "/v2.0/ports/%s/tags/red", id);
    expect_status(&r, 201);
    r = ports("");
    expect_at(&r, "ports.1.tags", "[\"red\"]");
    cr_assert_str_eq(ports("").body, r.body);
}

Test(lists_again, show_what_others_have_changed)
{
    make_ports("abc");
    const char *id = port_of("b");
    ports("");
    ports("");
    /* Not even the revision tells of it. */
    db_run(server_database(),
           text("UPDATE ports SET status = 'ACTIVE' WHERE id = '%s'", id));
    struct reply r = ports("");
    expect_at(&r, "ports.0.status", "DOWN");
    expect_at(&r, "ports.1.status", "ACTIVE");
    expect_at(&r, "ports.2.status", "DOWN");
}

Test(lists_again, show_what_came_and_not_what_went)
{
    make_ports("abc");
    const char *id = port_of("b");
    ports("limit=3");
    ports("limit=3");
    struct reply r = erase("port", id);
    expect_status(&r, 204);
    make("port", "'network_id': '%s', 'name': 'd'", network);
    r = ports("limit=3");
    expect_names(&r, "port", "a,c,d");
    r = ports("limit=3");
    expect_names(&r, "port", "a,c,d");
}

Test(lists_again, follow_their_markers)
{
    make_ports("abcd");
    const char *marker = text("limit=2&marker=%s", port_of("b"));
    for (int i = 0; i < 3; i++) {
        struct reply r = ports(marker);
        expect_names(&r, "port", "c,d");
    }
    marker = text("limit=2&page_reverse=true&marker=%s", port_of("d"));
    for (int i = 0; i < 3; i++) {
        struct reply r = ports(marker);
        expect_names(&r, "port", "b,c");
    }
}

Test(lists_again, stop_at_a_marker_that_is_gone)
{
    make_ports("abc");
    const char *id = port_of("a");
    const char *marker = text("marker=%s", id);
    ports(marker);
    ports(marker);
    struct reply r = erase("port", id);
    expect_status(&r, 204);
    r = list("port", "network_id=%s&sort_key=name&%s", network, marker);
    expect_error(&r, 404, "PortNotFound");
}
