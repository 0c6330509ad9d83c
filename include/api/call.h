/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request as the API sees it: what was asked, by whom, and the answer.
 *
 * An operation runs on the HTTP loop and does no I/O.  It either answers at
 * once, or leaves a job for a lane and says who makes the answer of it.
 */
#ifndef API_CALL_H
#define API_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "resource/resource.h"

struct feed;
struct rowcache;
struct identity;
struct watch;

/* A parameter of the query string, decoded. */
struct param {
    const char *key;
    const char *value;
};

struct answer {
    int status;
    struct buf body;
    const char *content_type; /* NULL: application/json */
    const char *etag;         /* Strong, with its quotes, or NULL. */
    bool etag_of_body;        /* http makes one of the body. */
    const char *cursor;       /* Lists: X-Tenet-Cursor, or NULL. */
    const char *allow;        /* Methods of the path, with 405. */
    const char *retry_after;  /* Seconds, with 429 and 503; NULL: one. */
    bool replayed;            /* It was given before, for the same key. */
    const char *total;        /* X-Total-Count, or NULL. */
    const char *subject_token; /* X-Subject-Token, or NULL. */
};

struct call {
    struct arena *arena;
    const char *method;
    const struct settings *settings;
    struct caller caller;
    const char *request_id;
    const char *base_url; /* "https://host", as the client sees it. */
    const char *path;     /* "/v2.0/networks" */
    const struct param *params;
    size_t n_params;
    const struct resource *resource; /* NULL: the route has none. */
    const char *id;                  /* First variable part of the path. */
    const char *tag;                 /* Second variable part. */
    const char *body;
    size_t body_len;
    const char *if_match; /* The header, or NULL. */
    const char *idempotency_key; /* The header, or NULL. */
    bool dry_run;         /* Dry-Run: true */
    const char *sdn;      /* X-SDN in lower case, or the first on offer. */
    bool sdn_asked;       /* The header was given. */
    const char *accept;        /* The headers of these names, or NULL. */
    const char *last_event_id;
    struct feed *feed;         /* How far events can be read. */
    struct rowcache *known;    /* What lists have shown, or NULL. */
    struct identity *identity; /* Who may ask; only /v3 looks. */
    const char *subject_token; /* X-Subject-Token, or NULL. */
    const char *client;        /* Of /v3: the address it comes from. */
    bool is_identity;          /* The path is below /v3, however written. */

    struct job *job; /* Left for a lane; NULL: answered. */
    struct watch *watch; /* A reader of events (api/events.h), or NULL. */
    /* What takes long and waits for nobody: done in a worker's thread before
     * the job is queued, which an error prevents.  NULL: nothing. */
    struct err *(*toil)(struct call *call);
    /* Called on the loop when the job has ended well; NULL: nothing. */
    void (*settled)(struct call *call);
    /* Makes the answer of a write, before its COMMIT. */
    struct err *(*complete)(struct call *call);
    struct answer answer;
};

/* What a route does with a call. */
typedef struct err *operation_fn(struct call *call);

/* True for /v3, the Identity API: its errors look different, and its changes
 * know neither keys nor dry runs. */
bool call_is_identity(const struct call *call);

/* The value of the last parameter 'key', or NULL. */
const char *call_param(const struct call *call, const char *key);

/* The last parameter 'key' as true or false; 'def' when there is none. */
struct err *call_param_bool(const struct call *call, const char *key,
                            bool def, bool *ret_value) MUST_CHECK;

/* Starts the answer with 'status' and returns its body to append to. */
struct buf *call_answer(struct call *call, int status);

/* True when SDNs are on offer: their attributes exist. */
bool call_has_sdn(const struct call *call);

/* What the caller sees of tables. */
struct visibility call_visibility(const struct call *call);

/* Lets the answer tell the cursor of the list that will be read: every event
 * up to it is in the list, for it is older than the list's snapshot. */
void call_tell_cursor(struct call *call);

/* Leaves a read for a lane; 'finish' makes the answer from its rows. */
void call_read(struct call *call, struct query *queries, size_t n,
               void (*finish)(struct job *job));

/* Refuses callers who may not write. */
struct err *call_require_writer(const struct call *call) MUST_CHECK;
struct err *call_require_admin(const struct call *call,
                               const char *what) MUST_CHECK;

#endif
