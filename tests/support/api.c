/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions and requests.  reply.c reads the answers.
 */
#include "support/api.h"

#include <ctype.h>
#include <stdarg.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/uuid.h"
#include "support/http.h"

#define SESSION_MEMORY (512u << 20)

/* The session of a thread with what is needed to speak for it. */
struct speaker {
    struct session session;
    struct arena arena;
    struct http http;
    const char *headers; /* For the next request. */
    bool ready;
};

static _Thread_local struct speaker speaker;

static struct speaker *
mine(void)
{
    if (!speaker.ready) {
        arena_init(&speaker.arena, SESSION_MEMORY);
        speaker.ready = true;
        speaker.http.fd = -1;
        speaker.headers = "";
        speaker.session.url = getenv("TENET_TEST_URL");
        speaker.session.project = unique("project-");
    }
    return &speaker;
}

struct session *
session(void)
{
    return &mine()->session;
}

struct arena *
session_arena(void)
{
    return &mine()->arena;
}

void
session_done(void)
{
    http_close(&speaker.http);
    arena_done(&speaker.arena);
    speaker = (struct speaker){0};
}

void
as(const char *project, const char *roles)
{
    session()->project = project;
    session()->roles = roles;
}

void
as_project(const char *project)
{
    session()->project = project;
}

void
as_roles(const char *roles)
{
    session()->roles = roles;
}

void
on_server(const char *url)
{
    http_close(&mine()->http);
    session()->url = text("%s", url);
}

#define FORMAT_INTO(result, format)                           \
    do {                                                      \
        va_list args_;                                        \
        va_start(args_, format);                              \
        result = arena_vprintf(session_arena(), format, args_); \
        va_end(args_);                                        \
    } while (0)

void
with_header(const char *format, ...)
{
    const char *line;
    FORMAT_INTO(line, format);
    mine()->headers = text("%s%s\r\n", mine()->headers, line);
}

/* --- one request */

static void
add_header(struct buf *buf, const char *name, const char *value)
{
    if (value != NULL) {
        buf_addf(buf, "%s: %s\r\n", name, value);
    }
}

/* True when the headers of the next request have one called 'name'. */
static bool
has_header(const char *name)
{
    return strstr(text("\r\n%s", mine()->headers),
                  text("\r\n%s:", name)) != NULL;
}

static void
build_request(struct buf *buf, const char *method, const char *path,
              const char *body, size_t size)
{
    const struct session *asker = session();
    buf_init(buf, session_arena(), size + 1024);
    buf_addf(buf, "%s %s HTTP/1.1\r\n", method, path);
    if (!has_header("Host")) {
        const char *host = strstr(asker->url, "://");
        add_header(buf, "Host", host == NULL ? "localhost" : host + 3);
    }
    add_header(buf, "X-Project-Id", asker->project);
    add_header(buf, "X-Roles", asker->roles);
    add_header(buf, "X-Auth-Token", asker->token);
    buf_adds(buf, mine()->headers);
    if (body != NULL) {
        if (!has_header("Content-Type")) {
            add_header(buf, "Content-Type", "application/json");
        }
        buf_addf(buf, "Content-Length: %zu\r\n", size);
    }
    buf_adds(buf, "\r\n");
    buf_add(buf, body == NULL ? "" : body, size);
}

/* Sends and receives, over a new connection when the old one has ended. */
static bool
exchange(const struct buf *request, const char *method,
         struct http_answer *ret_answer)
{
    struct http *http = &mine()->http;
    for (int attempt = 0; attempt < 2; attempt++) {
        bool kept = http->fd >= 0;
        if (!kept && !http_open(http, session_arena(), session()->url)) {
            return false;
        }
        if (http_send(http, request->data, request->len) &&
            http_receive(http, method, ret_answer)) {
            return true;
        }
        bool nothing = http->in.len == 0 && ret_answer->status == 0;
        http_close(http);
        if (!kept || !nothing) {
            return ret_answer->status != 0;
        }
    }
    return false;
}

static void
close_if_told(const struct reply *reply)
{
    const char *connection = reply_header(reply, "Connection");
    if (connection != NULL && strcasecmp(connection, "close") == 0) {
        http_close(&mine()->http);
    }
}

static json_t *
parse_body(const struct http_answer *answer)
{
    const char *body = answer->body == NULL ? "" : answer->body;
    json_t *json = json_loadb(body, answer->size, JSON_DECODE_ANY, NULL);
    if (json == NULL) { /* Sizes of IPv6 subnets exceed 64 bits. */
        json = json_loadb(body, answer->size,
                          JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);
    }
    if (json != NULL) {
        arena_defer(session_arena(), (arena_cleanup_fn *) json_decref, json);
    }
    return json;
}

/* No request may make the server fail, whatever it contains. */
static void
expect_no_failure(const struct reply *reply)
{
    if (!session()->lenient) {
        cr_assert(reply->status != 0, "no answer to %s", reply->request);
        cr_assert(reply->status != 500, "%s", describe(reply));
    }
}

/* Every 409 says who is in the way, and to people. */
static void
expect_explained(const struct reply *reply)
{
    const char *blockers = "NeutronError.blockers";
    size_t n = count_at(reply, blockers);
    if (session()->lenient || reply->status != 409) {
        return;
    }
    cr_assert(n > 0 && n <= BLOCKERS_MAX, "%s", describe(reply));
    cr_assert_geq(int_at(reply, "NeutronError.blockers_total"), (long long) n,
                  "%s", describe(reply));
    for (size_t i = 0; i < n; i++) {
        const char *reason = text_at(reply, text("%s.%zu.reason", blockers,
                                                 i));
        size_t len = strlen(reason);
        cr_assert(isupper((unsigned char) reason[0]) &&
                      reason[len - 1] == '.',
                  "\"%s\" is no sentence: %s", reason, describe(reply));
    }
}

struct reply
api_raw(const char *method, const char *path, const char *body, size_t size)
{
    struct buf request;
    struct http_answer answer = {0};
    build_request(&request, method, path, body, size);
    mine()->headers = "";
    exchange(&request, method, &answer);
    struct reply reply = {
        .request = text("%s %s %.600s", method, path,
                        body == NULL ? "" : body),
        .status = answer.status,
        .head = answer.head == NULL ? "" : answer.head,
        .body = answer.body == NULL ? "" : answer.body,
        .size = answer.size,
        .json = parse_body(&answer),
    };
    close_if_told(&reply);
    expect_no_failure(&reply);
    expect_explained(&reply);
    return reply;
}

/* 'json' with double quotes for single ones. */
static const char *
quoted(const char *json)
{
    char *copy = arena_strdup(session_arena(), json);
    for (char *p = copy; *p != '\0'; p++) {
        *p = *p == '\'' ? '"' : *p;
    }
    return copy;
}

static struct reply
api_json(const char *method, const char *path, const char *json)
{
    const char *body = quoted(json);
    return api_raw(method, path, body, strlen(body));
}

struct reply
api(const char *method, const char *path, ...)
{
    const char *whole;
    FORMAT_INTO(whole, path);
    return api_raw(method, whole, NULL, 0);
}

struct reply
api_body(const char *method, const char *path, const char *json, ...)
{
    const char *whole;
    FORMAT_INTO(whole, json);
    return api_json(method, path, whole);
}

/* --- verbs */

/* "/v2.0/cluster-networks" for "cluster_network", "rbac-policies". */
static const char *
path_of(const char *kind)
{
    size_t len = strlen(kind);
    bool y = kind[len - 1] == 'y';
    char *path = arena_printf(session_arena(), "/v2.0/%.*s%s",
                              (int) (y ? len - 1 : len), kind,
                              y ? "ies" : "s");
    for (char *p = path; *p != '\0'; p++) {
        *p = *p == '_' ? '-' : *p;
    }
    return path;
}

struct reply
create(const char *kind, const char *attributes, ...)
{
    const char *whole;
    FORMAT_INTO(whole, attributes);
    return api_json(POST, path_of(kind),
                    text("{'%s': {%s}}", kind, whole));
}

const char *
make_cluster(int nodes)
{
    return make("cluster_network",
                "'cluster_id': '%s', 'node_groups': "
                "[{'name': 'node', 'count': %d}]", unique("k8s-"), nodes);
}

struct reply
update(const char *kind, const char *id, const char *attributes, ...)
{
    const char *whole;
    FORMAT_INTO(whole, attributes);
    return api_json(PUT, text("%s/%s", path_of(kind), id),
                    text("{'%s': {%s}}", kind, whole));
}

struct reply
show(const char *kind, const char *id)
{
    return api(GET, "%s/%s", path_of(kind), id);
}

struct reply
erase(const char *kind, const char *id)
{
    return api(DELETE, "%s/%s", path_of(kind), id);
}

struct reply
list(const char *kind, const char *query, ...)
{
    const char *whole;
    FORMAT_INTO(whole, query);
    return api(GET, "%s%s%s", path_of(kind), whole[0] == '\0' ? "" : "?",
               whole);
}

/* --- things */

static const char *
make_of(const char *kind, const char *attributes)
{
    struct reply reply = create(kind, "%s", attributes);
    expect_status(&reply, 201);
    return text_at(&reply, text("%s.id", kind));
}

const char *
make(const char *kind, const char *attributes, ...)
{
    const char *whole;
    FORMAT_INTO(whole, attributes);
    return make_of(kind, whole);
}

const char *
make_network(void)
{
    return make("network", "'name': 'net'");
}

const char *
make_subnet(const char *network_id, const char *cidr)
{
    return make("subnet", "'network_id': '%s', 'cidr': '%s', 'ip_version': %d",
                network_id, cidr, strchr(cidr, ':') == NULL ? 4 : 6);
}

const char *
make_port(const char *network_id)
{
    return make("port", "'network_id': '%s'", network_id);
}

struct site
make_site(const char *cidr)
{
    const char *network_id = make_network();
    return (struct site){network_id, make_subnet(network_id, cidr)};
}

/* --- text */

const char *
text(const char *format, ...)
{
    const char *whole;
    FORMAT_INTO(whole, format);
    return whole;
}

const char *
unique(const char *prefix)
{
    char name[UUID_TEXT_SIZE];
    struct uuid uuid = uuid_new_random();
    uuid_to_text(&uuid, name);
    return text("%s%s", prefix, name);
}

const char *
letters(size_t n)
{
    char *letters = arena_alloc(session_arena(), n + 1);
    memset(letters, 'x', n);
    return letters;
}

const char *
percent(const char *plain)
{
    struct buf buf;
    buf_init(&buf, session_arena(), strlen(plain) + 1);
    for (const char *p = plain; *p != '\0'; p++) {
        if (isalnum((unsigned char) *p) || strchr("-._~", *p) != NULL) {
            buf_put(&buf, *p);
        } else {
            buf_addf(&buf, "%%%02X", (unsigned char) *p);
        }
    }
    return buf.data;
}
