/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whoever replays the change feed into an empty copy has what the server has:
 * no event is missing, none comes twice, and each begins where the one before
 * it has ended.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "core/arena.h"
#include "support/race.h"
#include "support/stream.h"

#define WRITERS 32
#define STEPS 40   /* Of each writer. */
#define SHARED 6   /* Networks that all of them change. */

/* --- writers */

struct writer {
    const char *urls[2];
    const char *networks[SHARED];
    unsigned seed;
};

static unsigned
draw(struct writer *writer, unsigned below)
{
    return (unsigned) rand_r(&writer->seed) % below;
}

static const char *
some_network(struct writer *writer)
{
    return writer->networks[draw(writer, SHARED)];
}

/* The id of any object of 'kind' in any of the networks, or nobody's. */
static const char *
some(struct writer *writer, const char *kind)
{
    struct reply r = list(kind, "fields=id&limit=20&network_id=%s",
                          some_network(writer));
    size_t n = r.status == 200 ? count_at(&r, text("%ss", kind)) : 0;
    return n == 0 ? NOBODY
                  : text_at(&r, text("%ss.%u.id", kind,
                                     draw(writer, (unsigned) n)));
}

static struct reply
make_own_network(struct writer *writer)
{
    struct reply r = create("network", "'name': 'own-%u'",
                            draw(writer, 1000));
    const char *id = text_at(&r, "network.id");
    create("subnet", "'network_id': '%s', 'ip_version': 4, "
           "'cidr': '10.0.0.0/24'", id);
    create("port", "'network_id': '%s', 'device_owner': 'network:dhcp'", id);
    return draw(writer, 3) == 0 ? r : erase("network", id);
}

static struct reply
change_network(struct writer *writer)
{
    return update("network", some_network(writer), "'name': 'n%u'",
                  draw(writer, 5));
}

static struct reply
change_tags(struct writer *writer)
{
    const char *network = some_network(writer);
    unsigned tag = draw(writer, 4);
    return draw(writer, 2) == 0
               ? api(PUT, "/v2.0/networks/%s/tags/t%u", network, tag)
               : api(DELETE, "/v2.0/networks/%s/tags/t%u", network, tag);
}

static struct reply
make_a_subnet(struct writer *writer)
{
    return create("subnet", "'network_id': '%s', 'ip_version': 4, "
                  "'cidr': '10.%u.0.0/24'", some_network(writer),
                  draw(writer, 4));
}

static struct reply
change_subnet(struct writer *writer)
{
    return update("subnet", some(writer, "subnet"), "'description': '%u'",
                  draw(writer, 5));
}

static struct reply
delete_subnet(struct writer *writer)
{
    return erase("subnet", some(writer, "subnet"));
}

static struct reply
make_port_in(struct writer *writer)
{
    return create("port", "'network_id': '%s'", some_network(writer));
}

static struct reply
make_ports(struct writer *writer)
{
    const char *port = text("{'network_id': '%s', 'name': 'bulk'}",
                            some_network(writer));
    return api_body(POST, "/v2.0/ports", "{'ports': [%s, %s, %s]}", port,
                    port, port);
}

static struct reply
change_port(struct writer *writer)
{
    const char *port = some(writer, "port");
    return draw(writer, 2) == 0
               ? update("port", port, "'fixed_ips': []")
               : update("port", port, "'name': 'p%u'", draw(writer, 3));
}

static struct reply
delete_port(struct writer *writer)
{
    return erase("port", some(writer, "port"));
}

static struct reply (*const steps[])(struct writer *writer) = {
    make_own_network, change_network, change_tags,  make_a_subnet,
    change_subnet,    delete_subnet,  make_port_in, make_port_in,
    make_ports,       change_port,    delete_port,  delete_port,
};

/* Returns 200, or a status that no step may have. */
static int
write_much(const void *arg, int i)
{
    struct writer writer = *(const struct writer *) arg;
    int worst = 200;
    writer.seed = 1000u + (unsigned) i;
    on_server(writer.urls[i % 2]);
    for (int step = 0; step < STEPS; step++) {
        size_t which = draw(&writer, sizeof(steps) / sizeof(*steps));
        struct reply r = steps[which](&writer);
        if (r.status == 0 || (r.status >= 500 && r.status != 503)) {
            worst = r.status;
        }
    }
    return worst;
}

/* --- the copy */

struct copy {
    const char *urls[2];
    atomic_bool *ended; /* The writers have. */
    json_t *objects;    /* "port/ID": the object. */
    long long cursor;
    long applied;
    char fault[4096];   /* What should not have been, or "". */
};

/* Replays one event. */
static void
apply(struct copy *copy, json_t *event)
{
    const char *key = text(
        "%s/%s", json_string_value(json_object_get(event, "type")),
        json_string_value(json_object_get(event, "id")));
    const json_t *before = json_object_get(event, "before");
    json_t *after = json_object_get(event, "after");
    const json_t *known = json_object_get(copy->objects, key);
    const char *id = json_string_value(json_object_get(event, "cursor"));
    long long cursor = id == NULL ? -1 : strtoll(id, NULL, 10);
    bool fits = known == NULL ? json_is_null(before)
                              : json_equal(known, before);
    if (copy->fault[0] == '\0' && (cursor <= copy->cursor || !fits)) {
        snprintf(copy->fault, sizeof(copy->fault),
                 "behind %lld: %s; the copy has %s", copy->cursor,
                 json_dumps(event, JSON_COMPACT),
                 known == NULL ? "nothing" : json_dumps(known, JSON_COMPACT));
    }
    if (json_is_null(after)) {
        json_object_del(copy->objects, key);
    } else {
        json_object_set(copy->objects, key, after);
    }
    copy->cursor = cursor;
    copy->applied++;
}

/* One page of a list; false when there was nothing. */
static bool
read_page(struct copy *copy, int round)
{
    size_t i;
    json_t *event;
    if (round % 10 == 0) {
        on_server(copy->urls[round / 10 % 2]); /* Over a new connection. */
    }
    struct reply r = api(GET, "/v2.0/events?since=%lld&wait=1&limit=%d",
                         copy->cursor, 1 + round % 7);
    if (r.status != 200) {
        snprintf(copy->fault, sizeof(copy->fault), "%s", describe(&r));
        return false;
    }
    json_array_foreach(json_at(&r, "events"), i, event)
    {
        apply(copy, event);
    }
    if (i == 0) {
        copy->cursor = strtoll(text_at(&r, "cursor"), NULL, 10);
    }
    return i > 0;
}

/* Some events by a stream. */
static void
read_stream(struct copy *copy)
{
    struct stream stream;
    struct message message;
    stream_open(&stream, "/v2.0/events",
                text("Last-Event-ID: %lld\r\n", copy->cursor));
    for (int n = 0; n < 100 && stream_next(&stream, 1000, &message); n++) {
        json_t *event = message.data == NULL
                            ? NULL
                            : json_loads(message.data, 0, NULL);
        if (event != NULL) {
            apply(copy, event);
            json_decref(event);
        }
    }
    stream_close(&stream);
}

static void *
replay(void *arg)
{
    struct copy *copy = arg;
    bool ended = false, more = true;
    *session() = (struct session){.url = copy->urls[0], .project = "reader"};
    for (int round = 0; copy->fault[0] == '\0' && (!ended || more);
         round++) {
        ended = atomic_load(copy->ended); /* Then an empty page is the end. */
        more = read_page(copy, round);
        if (round % 50 == 49) {
            read_stream(copy);
        }
    }
    session_done();
    return NULL;
}

/* --- what the server has */

static json_t *
all_objects(void)
{
    static const char *const kinds[] = {"network", "subnet", "port"};
    json_t *objects = json_object();
    for (size_t k = 0; k < 3; k++) {
        const char *marker = "";
        size_t n = 0, i;
        do {
            struct reply r = list(kinds[k], "limit=200%s", marker);
            json_t *object, *page = json_at(&r, text("%ss", kinds[k]));
            expect_status(&r, 200);
            json_array_foreach(page, i, object)
            {
                const char *id =
                    json_string_value(json_object_get(object, "id"));
                json_object_set(objects, text("%s/%s", kinds[k], id),
                                object);
                marker = text("&marker=%s", id);
            }
            n = json_array_size(page);
        } while (n == 200);
    }
    return objects;
}

static void
expect_same(json_t *copy, json_t *objects)
{
    const char *key;
    json_t *object;
    json_object_foreach(objects, key, object)
    {
        json_t *known = json_object_get(copy, key);
        cr_assert(json_equal(known, object), "%s is %s and not %s", key,
                  known == NULL ? "absent" : json_dumps(known, JSON_COMPACT),
                  json_dumps(object, JSON_COMPACT));
    }
    cr_assert_eq(json_object_size(copy), json_object_size(objects));
}

Test(feed_replay, into_an_empty_copy_gives_what_the_server_has)
{
    int statuses[WRITERS];
    pthread_t thread;
    atomic_bool ended = false;
    const char *url = feed_database();
    struct server servers[] = {feed_server(url, "--quota-port", "-1"),
                               feed_server(url, "--quota-network", "-1")};
    struct writer writer = {.urls = {servers[0].url, servers[1].url}};
    struct copy copy = {.urls = {servers[0].url, servers[1].url},
                        .ended = &ended, .objects = json_object()};
    on_server(servers[1].url);
    as("writers", NULL);
    for (int i = 0; i < SHARED; i++) {
        writer.networks[i] = make_network();
        make_subnet(writer.networks[i], "10.0.0.0/24");
    }
    cr_assert_eq(pthread_create(&thread, NULL, replay, &copy), 0);
    race(WRITERS, write_much, &writer, statuses);
    atomic_store(&ended, true);
    pthread_join(thread, NULL);
    cr_assert_eq(copy.fault[0], '\0', "%s", copy.fault);
    cr_assert_eq(count_status(statuses, WRITERS, 200), WRITERS, "%s",
                 describe_statuses(statuses, WRITERS));
    cr_assert(copy.applied > WRITERS * STEPS / 2, "%ld", copy.applied);
    json_t *objects = all_objects();
    expect_same(copy.objects, objects);
    json_decref(objects);
    json_decref(copy.objects);
    server_end(&servers[0]);
    server_end(&servers[1]);
}
