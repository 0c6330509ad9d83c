/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests to other servers, many in flight, by one thread of its own.
 *
 * Connections are kept and used again.  Certificates are verified.  Proxies
 * of the environment are not used and redirections not followed: secrets go
 * where the settings say and nowhere else.
 */
#ifndef IDENTITY_FETCHER_H
#define IDENTITY_FETCHER_H

#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"

#define FETCH_BODY_MAX (1u << 20)
#define FETCH_HEADERS_MAX 4
#define FETCH_TOKEN_SIZE 8192 /* Of X-Subject-Token, with the last '\0'. */

struct fetcher;

/* One request, part of its owner, who keeps it until 'done' has it. */
struct fetch {
    struct arena *arena; /* For the answer. */
    const char *url;
    const char *headers[FETCH_HEADERS_MAX + 1]; /* "Name: value", to NULL */
    const char *body;    /* JSON for a POST; NULL: a GET. */
    int64_t timeout_ms;
    void (*done)(struct fetch *fetch); /* In the fetcher's thread. */

    long status;           /* The answer's; 0: none came. */
    struct buf text;       /* Its body, at most FETCH_BODY_MAX bytes. */
    const char *token;     /* Its header X-Subject-Token, or NULL. */
    const char *problem;   /* Why none came, in 'arena'. */

    void *transfer;        /* The fetcher's. */
    struct fetch *next;
};

/* Starts the thread; 'ca' names a file of certificates, "": the system's. */
struct err *fetcher_start(struct arena *arena, const char *ca,
                          struct fetcher **ret_fetcher) MUST_CHECK;

/* Sends 'fetch'; in any thread.  After fetcher_stop its 'done' is called at
 * once. */
void fetcher_send(struct fetcher *fetcher, struct fetch *fetch);

/* Breaks off what is in flight, and ends the thread. */
void fetcher_stop(struct fetcher *fetcher);

#endif
