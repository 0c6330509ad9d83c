/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests to the Networking API in few words, and what tests expect of the
 * answers.
 *
 *     struct reply r = create("network", "'name': '%s'", "n1");
 *     expect_status(&r, 201);
 *     expect_at(&r, "network.name", "n1");
 *
 * JSON is written with single quotes, which become double ones.  Each thread
 * has a session: who asks, of which server.  A test process starts with a
 * project of its own, so that tests do not see each other.  Everything
 * returned lives until the process or thread ends.
 */
#ifndef SUPPORT_API_H
#define SUPPORT_API_H

#include <stdbool.h>
#include <stddef.h>

#include <criterion/criterion.h>
#include <jansson.h>

struct arena;

#define GET "GET"
#define POST "POST"
#define PUT "PUT"
#define DELETE "DELETE"

#define PRINTF(at, first) __attribute__((format(printf, at, first)))

/* Never the id of anything. */
#define NOBODY "deadbeef-dead-4ead-beef-deadbeefdead"

/* --- who asks, and whom */

struct session {
    const char *url;     /* Root of the service. */
    const char *project; /* X-Project-Id, or NULL. */
    const char *roles;   /* X-Roles, or NULL. */
    const char *token;   /* X-Auth-Token, or NULL. */
    bool lenient;        /* A status of 500 or none at all is no failure. */
};

struct session *session(void);

/* Gives the session's memory and connection back; for threads. */
void session_done(void);

/* The arena of the session, for what the test itself makes. */
struct arena *session_arena(void);

/* Another project, other roles (NULL: admin), both at once. */
void as_project(const char *project);
void as_roles(const char *roles);
void as(const char *project, const char *roles);

/* Another server from now on. */
void on_server(const char *url);

/* Adds a header to the next request only. */
void with_header(const char *format, ...) PRINTF(1, 2);

/* --- requests */

struct reply {
    const char *request; /* For messages: method, path and body. */
    int status;          /* 0: no answer. */
    const char *head;    /* Status line and headers. */
    const char *body;
    size_t size;
    json_t *json;        /* NULL: the body is not JSON. */
};

/* A request without a body, with JSON, with exactly 'body'. */
struct reply api(const char *method, const char *path, ...) PRINTF(2, 3);
struct reply api_body(const char *method, const char *path,
                      const char *json, ...) PRINTF(3, 4);
struct reply api_raw(const char *method, const char *path, const char *body,
                     size_t size);

/* "POST /v2.0/<kind>s {kind: {attributes}}" and so on, with hyphens in the
 * path; 'query' comes after the question mark. */
struct reply create(const char *kind, const char *attributes, ...)
    PRINTF(2, 3);
struct reply update(const char *kind, const char *id, const char *attributes,
                    ...) PRINTF(3, 4);
struct reply show(const char *kind, const char *id);
struct reply erase(const char *kind, const char *id);
struct reply list(const char *kind, const char *query, ...) PRINTF(2, 3);

/* The same and its id; the test fails when it is not created. */
const char *make(const char *kind, const char *attributes, ...) PRINTF(2, 3);
const char *make_network(void);
const char *make_subnet(const char *network_id, const char *cidr);
const char *make_port(const char *network_id);

/* A network with one subnet of 'cidr'. */
struct site {
    const char *network_id;
    const char *subnet_id;
};
struct site make_site(const char *cidr);

/* Formatted text, a new random name, 'n' letters, text in %-form. */
const char *text(const char *format, ...) PRINTF(1, 2);
const char *unique(const char *prefix);
const char *letters(size_t n);
const char *percent(const char *text);

/* A cluster network of a private network, with one group "node" of so many
 * nodes; its id. */
const char *make_cluster(int nodes);

/* --- what came back */

/* The value of a header, or NULL. */
const char *reply_header(const struct reply *reply, const char *name);

/* The JSON value at "network.subnets.0", or NULL. */
json_t *json_at(const struct reply *reply, const char *path);

/* That value as text: strings without quotes, other things as compact JSON,
 * "absent" when there is none. */
const char *text_at(const struct reply *reply, const char *path);
long long int_at(const struct reply *reply, const char *path);

/* Number of items of the list or members of the object at 'path'. */
size_t count_at(const struct reply *reply, const char *path);

/* Member 'key' of all objects in the list at 'path', joined by commas: in the
 * order of the list, or sorted. */
const char *joined(const struct reply *reply, const char *path,
                   const char *key);
const char *joined_sorted(const struct reply *reply, const char *path,
                          const char *key);

/* True when NeutronError.errors[] has an entry about 'attr', or when the
 * message names it. */
bool names_attr(const struct reply *reply, const char *attr);

/* Request and answer, for messages. */
const char *describe(const struct reply *reply);

/* --- expectations */

#define expect_status(reply, expected)                                 \
    cr_assert((reply)->status == (expected), "%d was expected of %s",  \
              (expected), describe(reply))

#define expect_at(reply, path, expected)                                  \
    cr_assert_str_eq(text_at((reply), (path)), (expected),                \
                     "\"%s\" is %s and not %s in %s", (path),             \
                     text_at((reply), (path)), (expected), describe(reply))

#define expect_error(reply, status_, type)                                \
    do {                                                                  \
        expect_status((reply), (status_));                                \
        expect_at((reply), "NeutronError.type", (type));                  \
    } while (0)

/* 400, and the attribute at fault is named. */
#define expect_refused(reply, attr)                                       \
    do {                                                                  \
        expect_status((reply), 400);                                      \
        cr_assert(names_attr((reply), (attr)), "%s is not named in %s",   \
                  (attr), describe(reply));                               \
    } while (0)

/* The names in a list of 'kind', in order ("a,b"), or in any order. */
#define expect_names(reply, kind, expected)                               \
    do {                                                                  \
        expect_status((reply), 200);                                      \
        cr_assert_str_eq(joined((reply), (kind "s"), "name"), (expected), \
                         "%s", describe(reply));                          \
    } while (0)
#define expect_set(reply, kind, expected)                                 \
    do {                                                                  \
        expect_status((reply), 200);                                      \
        cr_assert_str_eq(joined_sorted((reply), (kind "s"), "name"),      \
                         (expected), "%s", describe(reply));              \
    } while (0)

#define expect_header(reply, name, expected)                              \
    cr_assert(reply_header((reply), (name)) != NULL &&                    \
                  strcmp(reply_header((reply), (name)), (expected)) == 0, \
              "header %s is not %s in %s", (name), (expected),            \
              describe(reply))

#endif
