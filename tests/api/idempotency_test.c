/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Idempotency-Key: a change under a key happens once, whoever asks again gets
 * the first answer.
 */
#include <unistd.h>

#include "support/race.h"
#include "support/server.h"
#include "support/things.h"

#define KEY "Idempotency-Key: %s"

static struct reply
create_with(const char *key, const char *kind, const char *attributes)
{
    with_header(KEY, key);
    return create(kind, "%s", attributes);
}

static void
expect_replay(const struct reply *first, const struct reply *again)
{
    cr_expect_eq(first->status, again->status, "%s", describe(again));
    cr_expect_str_eq(first->body, again->body);
    cr_expect_null(reply_header(first, "Idempotent-Replayed"));
    expect_header(again, "Idempotent-Replayed", "true");
}

static size_t
count_networks(const char *name)
{
    struct reply r = list("network", "name=%s", name);
    expect_status(&r, 200);
    return count_at(&r, "networks");
}

Test(idempotency, a_repeated_post_gives_the_first_answer_and_no_new_object)
{
    const char *key = unique("key"), *name = unique("net");
    const char *attributes = text("'name': '%s'", name);
    struct reply first = create_with(key, "network", attributes);
    struct reply again = create_with(key, "network", attributes);
    expect_status(&first, 201);
    expect_replay(&first, &again);
    cr_expect_eq(count_networks(name), 1);
}

Test(idempotency, ports_of_the_combined_path_are_made_once)
{
    struct site site = make_site("10.0.0.0/24");
    const char *key = unique("key");
    const char *attributes = text("'network_id': '%s'", site.network_id);
    struct reply first = create_with(key, "port", attributes);
    struct reply again = create_with(key, "port", attributes);
    expect_status(&first, 201);
    expect_replay(&first, &again);
    expect_distinct(site.network_id, 1);
}

Test(idempotency, a_bulk_of_ports_is_made_once)
{
    struct site site = make_site("10.0.0.0/24");
    const char *key = unique("key");
    const char *body = text("{'ports': [{'network_id': '%s'},"
                            " {'network_id': '%s'}]}", site.network_id,
                            site.network_id);
    with_header(KEY, key);
    struct reply first = api_body(POST, "/v2.0/ports", "%s", body);
    with_header(KEY, key);
    struct reply again = api_body(POST, "/v2.0/ports", "%s", body);
    expect_status(&first, 201);
    expect_replay(&first, &again);
    expect_distinct(site.network_id, 2);
}

Test(idempotency, a_repeated_put_does_not_raise_the_revision_again)
{
    const char *id = make_network(), *key = unique("key");
    with_header(KEY, key);
    struct reply first = update("network", id, "'name': 'x'");
    with_header(KEY, key);
    struct reply again = update("network", id, "'name': 'x'");
    struct reply now = show("network", id);
    expect_replay(&first, &again);
    expect_at(&now, "network.revision_number",
              text_at(&first, "network.revision_number"));
}

Test(idempotency, a_repeated_delete_is_204_again)
{
    struct site site = make_site("10.0.0.0/24");
    const char *id = make_port(site.network_id), *key = unique("key");
    with_header(KEY, key);
    struct reply first = erase("port", id);
    with_header(KEY, key);
    struct reply again = erase("port", id);
    struct reply without = erase("port", id);
    expect_status(&first, 204);
    expect_replay(&first, &again);
    expect_status(&without, 404);
}

Test(idempotency, holds_for_tags_and_quotas)
{
    const char *id = make_network(), *key = unique("key");
    const char *path = text("/v2.0/networks/%s/tags/blue", id);
    with_header(KEY, key);
    struct reply first = api(PUT, "%s", path);
    with_header(KEY, key);
    struct reply again = api(PUT, "%s", path);
    expect_replay(&first, &again);
    as_roles("admin");
    with_header(KEY, text("q%s", key));
    first = api_body(PUT, quota_path(), "{'quota': {'port': 7}}");
    with_header(KEY, text("q%s", key));
    again = api_body(PUT, quota_path(), "{'quota': {'port': 7}}");
    expect_status(&first, 200);
    expect_replay(&first, &again);
}

Test(idempotency, another_body_under_the_key_is_refused)
{
    const char *key = unique("key");
    struct reply first = create_with(key, "network", "'name': 'a'");
    struct reply other = create_with(key, "network", "'name': 'b'");
    expect_status(&first, 201);
    expect_error(&other, 422, "IdempotencyKeyMismatch");
}

Test(idempotency, another_path_under_the_key_is_refused)
{
    const char *key = unique("key"), *a = make_network(), *b = make_network();
    with_header(KEY, key);
    struct reply first = erase("network", a);
    with_header(KEY, key);
    struct reply other = erase("network", b);
    expect_status(&first, 204);
    expect_error(&other, 422, "IdempotencyKeyMismatch");
}

Test(idempotency, another_port_under_the_key_is_refused)
{
    struct site site = make_site("10.0.0.0/24");
    const char *key = unique("key");
    struct reply first =
        create_with(key, "port", text("'network_id': '%s'", site.network_id));
    struct reply other = create_with(
        key, "port",
        text("'network_id': '%s', 'name': 'b'", site.network_id));
    expect_status(&first, 201);
    expect_error(&other, 422, "IdempotencyKeyMismatch");
    expect_distinct(site.network_id, 1);
}

Test(idempotency, a_refusal_is_not_remembered)
{
    const char *key = unique("key");
    set_quota("network", 0);
    struct reply refused = create_with(key, "network", "'name': 'a'");
    set_quota("network", 1);
    struct reply made = create_with(key, "network", "'name': 'a'");
    expect_error(&refused, 409, "OverQuota");
    expect_status(&made, 201);
    cr_expect_null(reply_header(&made, "Idempotent-Replayed"));
}

Test(idempotency, keys_of_another_project_are_others)
{
    const char *key = unique("key");
    struct reply mine = create_with(key, "network", "'name': 'a'");
    as_project(unique("project"));
    struct reply theirs = create_with(key, "network", "'name': 'b'");
    expect_status(&mine, 201);
    expect_status(&theirs, 201);
}

Test(idempotency, keys_of_another_user_are_others)
{
    const char *key = unique("key");
    with_header("X-User-Id: alice");
    struct reply mine = create_with(key, "network", "'name': 'a'");
    with_header("X-User-Id: bob");
    struct reply theirs = create_with(key, "network", "'name': 'b'");
    expect_status(&mine, 201);
    expect_status(&theirs, 201);
}

Test(idempotency, a_key_has_1_to_255_printable_characters)
{
    struct reply longest = create_with(letters(255), "network", "");
    struct reply longer = create_with(letters(256), "network", "");
    struct reply odd = create_with("caf\xc3\xa9", "network", "");
    expect_status(&longest, 201);
    expect_error(&longer, 400, "HTTPBadRequest");
    expect_error(&odd, 400, "HTTPBadRequest");
}

Test(idempotency, a_read_takes_no_notice_of_a_key)
{
    const char *id = make_network(), *key = unique("key");
    with_header(KEY, key);
    struct reply first = show("network", id);
    (void) update("network", id, "'name': 'other'");
    with_header(KEY, key);
    struct reply again = show("network", id);
    expect_status(&first, 200);
    expect_at(&again, "network.name", "other");
}

Test(idempotency, a_key_is_forgotten_when_its_time_is_over)
{
    struct server server = server_serve("--idempotency-ttl-s", "1");
    const char *key = unique("key"), *name = unique("net");
    const char *attributes = text("'name': '%s'", name);
    on_server(server.url);
    struct reply first = create_with(key, "network", attributes);
    sleep(2);
    struct reply again = create_with(key, "network", attributes);
    struct reply third = create_with(key, "network", attributes);
    expect_status(&first, 201);
    expect_status(&again, 201);
    expect_replay(&again, &third);
    cr_expect_eq(count_networks(name), 2);
    server_end(&server);
}

/* --- at once */

struct rush {
    const char *key;
    const char *kind;
    const char *attributes;
    const char *other_url;
};

static int
rush_in(const void *arg, int i)
{
    const struct rush *rush = arg;
    if (rush->other_url != NULL && i % 2 == 1) {
        on_server(rush->other_url);
    }
    return create_with(rush->key, rush->kind, rush->attributes).status;
}

static void
expect_all_created(const struct rush *rush)
{
    int statuses[32];
    race(32, rush_in, rush, statuses);
    cr_expect_eq(count_status(statuses, 32, 201), 32, "%s",
                 describe_statuses(statuses, 32));
}

Test(idempotency, clients_that_come_at_once_get_one_port)
{
    struct server server = server_serve("--write-lanes", "4");
    struct site site = make_site("10.0.0.0/24");
    struct rush rush = {.key = unique("key"),
                        .kind = "port",
                        .attributes = text("'network_id': '%s'",
                                           site.network_id),
                        .other_url = server.url};
    expect_all_created(&rush);
    expect_distinct(site.network_id, 1);
    expect_invariants();
    server_end(&server);
}

Test(idempotency, clients_that_come_at_once_get_one_network)
{
    const char *name = unique("net");
    struct rush rush = {.key = unique("key"),
                        .kind = "network",
                        .attributes = text("'name': '%s'", name)};
    expect_all_created(&rush);
    cr_expect_eq(count_networks(name), 1);
}

Test(idempotency, a_plan_under_a_key_is_made_anew)
{
    const char *key = unique("key"), *id = make_network();
    with_header(KEY, key);
    struct reply first = api(DELETE, "/v2.0/networks/%s?cascade=plan", id);
    (void) update("network", id, "'name': 'other'");
    with_header(KEY, key);
    struct reply second = api(DELETE, "/v2.0/networks/%s?cascade=plan", id);
    expect_at(&first, "plan.deletes.0.name", "net");
    expect_at(&second, "plan.deletes.0.name", "other");
}

Test(idempotency, what_an_admin_saw_is_not_replayed_to_a_member)
{
    const char *key = unique("key");
    as_roles("admin");
    struct reply admin = create_with(key, "network", "'name': 'a'");
    as_roles("member");
    struct reply member = create_with(key, "network", "'name': 'a'");
    expect_status(&admin, 201);
    expect_error(&member, 422, "IdempotencyKeyMismatch");
}
