/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One HTTP request and its answer.  The only user of libcurl.
 */
#ifndef CNI_TRANSPORT_H
#define CNI_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cni/failure.h"

struct arena;
struct config;
struct transport;

#define TRANSPORT_MAX_BODY (16u << 20)

struct transport_request {
    const char *method;
    const char *path; /* From "/v2.0" on, with the query. */
    const char *body; /* JSON, or NULL. */
    const char *key;  /* Idempotency-Key, or NULL. */
    int64_t timeout_ms;
};

struct transport_answer {
    long status;      /* 0: none came. */
    const char *body; /* NUL-terminated; "" when there is none. */
    size_t len;
    int64_t retry_after_s; /* -1: not said. */
    const char *problem;   /* Why none came, or NULL. */
    bool is_passing;       /* That problem may go away by itself. */
};

/* Prepares for requests to the server of 'config', with 'token' or NULL. */
struct failure *transport_open(struct arena *arena,
                               const struct config *config, const char *token,
                               struct transport **ret_transport);

/* Sends a request and waits for its answer. */
void transport_send(struct transport *transport,
                    const struct transport_request *request,
                    struct transport_answer *ret_answer);

#endif
