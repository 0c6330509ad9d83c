/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way of a request.  Read this file first.
 *
 *   HTTP loop     route -> identity -> limits -> policy -> query -> operation
 *                 no I/O, no locks, microseconds; when somebody else has to
 *                 say whose a token is, the rest follows his answer
 *   a worker      what takes long beforehand, such as comparing a password
 *   a lane        the job that the operation left: one transaction of writes,
 *                 or reads in a pipeline; then the answer
 *   HTTP loop     the answer goes out, one line is logged
 *
 * Who reads events and finds none is not answered then: parked.c keeps it
 * until it is time to ask again.
 *
 * server.c reads requests from the network and sends what response.c makes of
 * them.  route.c says which operation a path means; server/api holds them.
 */
#include "http/request.h"

#include <ctype.h>

#include "api/events.h"
#include "api/query.h"
#include "api/settle.h"
#include "core/clock.h"
#include "core/digest.h"
#include "core/log.h"
#include "core/settings.h"
#include "db/lane.h"
#include "http/answer.h"
#include "http/clients.h"
#include "http/discreet.h"
#include "http/forward.h"
#include "http/limits.h"
#include "http/metrics.h"
#include "http/route.h"

#define REQUEST_ID_MAX 128
#define URI_MAX 16384
#define DRAIN_FACTOR 8 /* Of max_body, read and dropped before closing. */

typedef struct err *phase_fn(struct request *request);

static phase_fn find_route;
static phase_fn identify;
static phase_fn admit;
static phase_fn authorize;
static phase_fn read_query;
static phase_fn read_headers;
static phase_fn operate;

static phase_fn *const phases[] = {
    find_route,   /* Which operation, on what? */
    identify,     /* Who asks? */
    admit,        /* Does its project ask too much? */
    authorize,    /* May he, at all? */
    read_query,   /* What is in the query string? */
    read_headers, /* What do the headers ask? */
    operate,      /* Answer, or leave a job. */
};

/* --- the phases */

static struct err *
find_route(struct request *request)
{
    struct call *call = &request->call;
    if (request->warning != NULL) {
        return err_new(&request->arena, ERR_BAD_REQUEST, "%s",
                       request->warning);
    }
    if (strlen(request->uri) > URI_MAX) {
        return err_new(&request->arena, ERR_URI_TOO_LONG,
                       "the request line is longer than %d bytes", URI_MAX);
    }
    size_t len = strcspn(request->uri, "?");
    call->path = arena_strndup(&request->arena, request->uri, len);
    return route_find(call, request->method, &request->route);
}

static struct err *
take_caller(struct request *request)
{
    request->call.caller = request->inquiry.caller;
    return request->inquiry.err;
}

/* Asks; an answer that takes time comes by request_identified. */
static struct err *
identify(struct request *request)
{
    const struct headers *headers = &request->headers;
    struct inquiry *inquiry = &request->inquiry;
    inquiry->arena = &request->arena;
    inquiry->open = route_is_open(request->route);
    inquiry->unscoped = request->route->access == ACCESS_TOKEN;
    inquiry->given = (struct credentials){
        .token = headers->token,
        .authorization = headers->authorization,
        .project_id = headers->project_id,
        .user_id = headers->user_id,
        .roles = headers->roles,
        .host = headers->host,
        .origin = headers->origin};
    if (!identity_ask(request->context->identity, inquiry)) {
        request->state = REQUEST_ASKING;
        return NULL;
    }
    return take_caller(request);
}

static struct err *
admit(struct request *request)
{
    return limits_admit(request->context->limits, request);
}

static struct err *
authorize(struct request *request)
{
    return route_authorize(request->route, &request->call);
}

static struct err *
read_query(struct request *request)
{
    struct param *params = NULL;
    const char *query = strchr(request->uri, '?');
    TRY(query_split(&request->arena, query == NULL ? "" : query + 1, &params,
                    &request->call.n_params));
    request->call.params = params;
    return NULL;
}

/* True when 'name' of 'len' bytes is in the list "a,b,c". */
static bool
is_listed(const char *list, const char *name, size_t len)
{
    while (*list != '\0') {
        size_t item = strcspn(list, ",");
        if (item == len && strncmp(list, name, len) == 0) {
            return true;
        }
        list += item + (list[item] == ',' ? 1 : 0);
    }
    return false;
}

/* X-SDN in any case, or the first SDN on offer. */
static struct err *
read_sdn(struct request *request)
{
    const char *offer = request->context->settings->sdns;
    const char *header = request->headers.sdn;
    struct call *call = &request->call;
    if (offer[0] == '\0') {
        return NULL;
    }
    call->sdn = arena_strndup(&request->arena, offer, strcspn(offer, ","));
    if (header == NULL) {
        return NULL;
    }
    char *sdn = arena_strdup(&request->arena, header);
    for (char *p = sdn; *p != '\0'; p++) {
        *p = (char) tolower((unsigned char) *p);
    }
    if (!is_listed(offer, sdn, strlen(sdn))) {
        return err_new(&request->arena, ERR_BAD_REQUEST,
                       "X-SDN \"%s\" is not one of: %s", header, offer);
    }
    call->sdn = sdn;
    call->sdn_asked = true;
    return NULL;
}

/* Where it comes from, as what counts as one client. */
static const char *
network_of(struct request *request)
{
    char network[CLIENT_NETWORK_SIZE];
    client_network(&request->ip, network);
    return arena_strdup(&request->arena, network);
}

static struct err *
read_headers(struct request *request)
{
    request->call.if_match = request->headers.if_match;
    request->call.accept = request->headers.accept;
    request->call.last_event_id = request->headers.last_event_id;
    request->call.base_url = forward_base_url(request);
    request->call.body = request->body.data;
    request->call.body_len = request->body.len;
    request->call.method = request->method;
    if (call_is_identity(&request->call)) {
        request->call.subject_token = request->headers.subject_token;
        request->call.client = network_of(request);
    }
    TRY(settle_read_headers(&request->call, request->headers.idempotency_key,
                            request->headers.dry_run));
    return read_sdn(request);
}

static struct err *
operate(struct request *request)
{
    struct call *call = &request->call;
    TRY(request->route->operation(call));
    if (call->job == NULL) {
        return NULL;
    }
    call->job->owner = call;
    settle_prepare(call);
    return request_submit(request);
}

/* --- from beginning to end */

/* The client's id when it is plain, else a new one. */
static const char *
request_id(struct request *request)
{
    const char *given = request->headers.request_id;
    size_t len = given == NULL ? 0 : strlen(given);
    bool plain = len > 0 && len <= REQUEST_ID_MAX;
    for (size_t i = 0; plain && i < len; i++) {
        plain = isalnum((unsigned char) given[i]) ||
                strchr("-_.:", given[i]) != NULL;
    }
    if (plain) {
        return given;
    }
    char text[UUID_TEXT_SIZE];
    struct uuid id = uuid_new_random();
    uuid_to_text(&id, text);
    return arena_printf(&request->arena, "req-%s", text);
}

struct request *
request_new(const struct request_context *context,
            struct client *client, const char *uri)
{
    struct arena arena;
    arena_init(&arena, REQUEST_MEMORY);
    struct request *request = ARENA_NEW(&arena, struct request);
    request->arena = arena;
    request->context = context;
    request->client = client;
    request->address = client->address;
    request->uri = arena_strdup(&request->arena, uri);
    request->started_us = clock_monotonic_us();
    request->call.arena = &request->arena;
    request->call.settings = context->settings;
    request->call.request_id = "";
    request->call.feed = context->feed;
    request->call.known = lanes_rowcache(context->lanes);
    request->call.identity = context->identity;
    buf_init(&request->body, &request->arena, 0);
    return request;
}

void
request_free(struct request *request)
{
    struct arena arena = request->arena; /* Which holds the request. */
    arena_done(&arena);
}

bool
request_take_body(struct request *request, const char *data, size_t size)
{
    size_t max = (size_t) request->context->settings->max_body;
    if (request->body.len + size <= max && request->err == NULL) {
        buf_add(&request->body, data, size);
        return true;
    }
    if (request->err == NULL) {
        request->err = err_new(&request->arena, ERR_TOO_LARGE,
                               "the body is longer than %zu bytes", max);
    }
    request->dropped += size;
    return request->dropped <= max * DRAIN_FACTOR;
}

/* Runs the phases that are left, until one ends or leaves the request. */
static void
go_on(struct request *request)
{
    struct err *err = request->err; /* Its body may have been refused. */
    while (err == NULL && request->state == REQUEST_READING &&
           request->phase < sizeof phases / sizeof *phases) {
        err = phases[request->phase++](request);
    }
    if (err == NULL && request->state != REQUEST_READING) {
        return; /* Somebody else has it. */
    }
    request->err = err;
    answer_finish(request);
    request->state = REQUEST_DONE;
}

void
request_start(struct request *request)
{
    request->call.request_id = request_id(request);
    go_on(request);
}

struct request *
request_identified(struct inquiry *inquiry)
{
    struct request *request =
        (struct request *) ((char *) inquiry -
                            offsetof(struct request, inquiry));
    request->state = REQUEST_READING;
    request->err = take_caller(request);
    go_on(request);
    return request;
}

/* The request that 'call' is part of. */
static struct request *
request_of(struct call *call)
{
    return (struct request *) ((char *) call -
                               offsetof(struct request, call));
}

/* True when what a reader of events got is no whole answer: parked.c goes on
 * with it. */
static bool
is_for_parked(const struct request *request)
{
    const struct call *call = &request->call;
    if (request->err != NULL) {
        return request->parking.streams;
    }
    return call->watch->stream || !events_found(call);
}

struct request *
request_finish(struct job *job)
{
    struct call *call = job->owner;
    struct request *request = request_of(call);
    request->err = job->err;
    if (call->watch != NULL && is_for_parked(request)) {
        return request;
    }
    if (request->err == NULL) {
        settle_finish(call);
    }
    answer_finish(request);
    return request;
}

void
request_settle(struct request *request)
{
    if (request->err == NULL && request->call.settled != NULL) {
        request->call.settled(&request->call);
    }
}

int
request_status(const struct request *request)
{
    return request->call.answer.status;
}

void
request_log(struct request *request)
{
    struct log_line line;
    int status = request_status(request);
    int64_t us = clock_monotonic_us() - request->started_us;
    log_begin(&line, status >= 500 ? LOG_ERROR : LOG_INFO, "request");
    log_str(&line, "request_id", request->call.request_id);
    log_int(&line, "status", status);
    log_int(&line, "duration_us", us);
    log_int(&line, "bytes", (int64_t) request->call.answer.body.len);
    log_str(&line, "client", request->address);
    log_str(&line, "method", request->method);
    log_str(&line, "project_id", request->call.caller.project_id);
    if (request->err != NULL) {
        log_str(&line, "error", err_type(request->err->kind));
        log_err(&line, request->err);
    }
    log_str(&line, "uri", discreet_uri(&request->arena, request->uri));
    log_end(&line);
}
