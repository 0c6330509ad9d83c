/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One HTTP request from its first byte to its answer.
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/call.h"
#include "core/arena.h"
#include "core/workers.h"
#include "identity/identity.h"
#include "net/netlist.h"

struct client;
struct clients;
struct feed;
struct keeper;
struct lanes;
struct limits;
struct metrics;
struct parked;
struct route;
struct tally_entry;
struct tls;
struct workers;

#define REQUEST_MEMORY (512u << 20) /* Cap of a request's arena. */
#define N_WORKERS 2   /* Passwords compared at once: 64 MiB each. */
#define WORK_LIMIT 64 /* Of those that wait; then 503. */

/* The headers that mean something here; NULL when absent. */
struct headers {
    const char *host;
    const char *origin;
    const char *token;      /* X-Auth-Token */
    const char *subject_token; /* X-Subject-Token */
    const char *authorization;
    const char *project_id; /* X-Project-Id */
    const char *user_id;    /* X-User-Id */
    const char *roles;      /* X-Roles */
    const char *if_match;
    const char *if_none_match;
    const char *idempotency_key;
    const char *dry_run;
    const char *sdn; /* X-SDN */
    const char *accept;
    const char *accept_encoding;
    const char *last_event_id;
    const char *forwarded_proto;
    const char *forwarded_host; /* These are of trusted proxies only. */
    const char *forwarded_for;
    const char *forwarded_port;
    const char *request_id; /* X-Openstack-Request-Id */
    const char *request_method; /* Access-Control-Request-Method */
    const char *content_length;
    const char *transfer_encoding;
    size_t size; /* Bytes of all headers. */
};

/* What all requests share. */
struct request_context {
    const struct settings *settings;
    struct identity *identity;
    struct lanes *lanes;
    struct keeper *keeper;
    struct metrics *metrics;
    struct feed *feed;
    struct parked *parked;
    struct tls *tls; /* NULL: without. */
    struct clients *clients;
    struct limits *limits;
    const struct netlist *trusted; /* The proxies. */
    struct workers *workers;
    const char *address; /* "127.0.0.1:9696": Host of last resort. */
};

/* A request that reads events, as http/parked.h keeps it. */
struct parking {
    struct request *previous, *next;
    int64_t due_us; /* Something is to be done then. */
    int fd;         /* Of the connection. */
    bool is_parked;
    bool asks_again; /* Then: its question had no answer. */
    bool streams;    /* A stream that has begun; */
    bool over;       /* it has ended. */
    struct buf text; /* What it sends, */
    size_t sent;     /* and how much of it is sent. */
};

struct request {
    struct arena arena; /* Holds the request itself. */
    const struct request_context *context;
    struct client *client; /* Whose connection it came by. */
    struct ip_addr ip;   /* Of the client itself, behind proxies; version 0:
                          * it is on this machine. */
    const char *address; /* The same as text. */
    const char *allowed_origin; /* Of the page that sends it; NULL: it is no
                                 * page's, or one that is not allowed. */
    const char *method;
    const char *uri; /* As sent, still encoded. */
    struct headers headers;
    struct buf body;
    const struct route *route;
    struct call call;
    struct inquiry inquiry; /* Who asks. */
    struct tally_entry *limited; /* Its project's; http/limits.h. */
    struct work work;    /* The call's toil. */
    size_t phase;        /* The next of request.c's. */
    struct err *err;     /* Why it was refused, or NULL. */
    const char *warning; /* How its connection broke the rules, or NULL. */
    bool gzipped;
    int64_t started_us;
    size_t dropped;       /* Bytes of the body beyond its limit. */
    void *connection;     /* The HTTP library's. */
    struct parking parking;
    struct request *next; /* In the list of finished ones. */
    enum {
        REQUEST_READING, /* Headers and body arrive. */
        REQUEST_ASKING,  /* Whose its token is. */
        REQUEST_WORKING, /* A lane has it. */
        REQUEST_DONE,    /* The answer is ready. */
    } state;
};

/* A new request of 'client' for 'uri', which is copied. */
struct request *request_new(const struct request_context *context,
                            struct client *client, const char *uri);
void request_free(struct request *request);

/* Takes one header. */
void headers_add(struct request *request, const char *key, const char *value);

/* All headers are there: sets 'request->warning' when another reader could
 * see another request, 'request->err' when something is too large. */
void headers_check(struct request *request);

/* Takes a part of the body; past the limit it is only counted.  False when
 * that is too much as well. */
bool request_take_body(struct request *request, const char *data,
                       size_t size);

/* All headers and the body are there: runs the phases.  Afterwards the state
 * is ASKING until identity.h knows the sender, WORKING when a job went to a
 * lane, else DONE. */
void request_start(struct request *request);

/* Hands the request with the job of its call to a worker or a lane; refuses
 * when too much waits there. */
struct err *request_submit(struct request *request) MUST_CHECK;

/* Goes on with the request of 'inquiry', which has been answered; returns
 * it. */
struct request *request_identified(struct inquiry *inquiry);

/* The lane has ended 'job': makes the answer.  Runs in the lane's thread;
 * returns the request. */
struct request *request_finish(struct job *job);

/* The job has ended, and the loop has the request again. */
void request_settle(struct request *request);

/* One log line. */
void request_log(struct request *request);

/* The status and the body to send. */
int request_status(const struct request *request);

#endif
