/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests to the Networking API, with patience: what passes by itself is
 * tried again until the time of the command is over.
 */
#ifndef CNI_CLIENT_H
#define CNI_CLIENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cni/failure.h"

struct arena;
struct config;
struct transport;

struct client {
    struct arena *arena;
    const struct config *config;
    struct transport *transport;
    int64_t deadline_us; /* Of the monotonic clock. */
    int64_t pause_ms;    /* Before the next attempt. */
};

struct answer {
    long status;           /* 0: none came. */
    json_t *json;          /* NULL: none, or no JSON. */
    const char *problem;   /* Why none came, or NULL. */
    bool is_passing;       /* Worth another attempt. */
    int64_t retry_after_s; /* -1: not said. */
};

/* Reads the token and starts the time of the command. */
struct failure *client_open(struct arena *arena, const struct config *config,
                            struct client *ret_client);

/* One attempt; 'body' and 'key' (Idempotency-Key) may be NULL. */
struct answer client_try(struct client *client, const char *method,
                         const char *path, json_t *body, const char *key);

/* Waits before another attempt, as long as the answer says or a bit longer
 * each time; FAILURE_AGAIN when the time would be over. */
struct failure *client_pause(struct client *client,
                             const struct answer *answer);

/* Attempts until there is a lasting answer; for requests that may be
 * repeated. */
struct failure *client_ask(struct client *client, const char *method,
                           const char *path, struct answer *ret_answer);

/* What an answer that is no success means; 'what' was asked for. */
struct failure *client_refused(struct client *client,
                               const struct answer *answer, const char *what)
    __attribute__((returns_nonnull));

/* 'text' in the form of a query's value (RFC 3986 section 2). */
const char *client_escape(struct arena *arena, const char *text);

#endif
