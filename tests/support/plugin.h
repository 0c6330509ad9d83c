/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the CNI plugin as a runtime does, and a server that says what it is
 * told to say.
 */
#ifndef SUPPORT_PLUGIN_H
#define SUPPORT_PLUGIN_H

#include <pthread.h>

#include "support/api.h"

/* A network configuration: "ipam" in parts. */
struct pods {
    const char *version; /* cniVersion; NULL: 1.1.0. */
    const char *name;    /* Of the network; NULL: "pods". */
    const char *url;     /* NULL: the session's. */
    const char *subnets; /* JSON list of ids, with single quotes. */
    const char *more;    /* More keys of "ipam", each after a comma. */
    const char *beside;  /* More keys beside it, each after a comma. */
};

/* That of the session's server, with one subnet. */
struct pods pods_in(const char *subnet_id);

struct plugin_result {
    int status;         /* Of its exit. */
    struct reply reply; /* Its output, to be read as an answer's body. */
};

/* Runs 'command' for interface eth0 of 'container'. */
struct plugin_result plugin(const char *command, const char *container,
                            const struct pods *pods);

/* ADD; the test fails unless it succeeds.  Returns "ADDRESS/LENGTH". */
const char *plugin_add(const char *container, const struct pods *pods);

#define expect_success(result)                               \
    cr_assert((result)->status == 0, "the plugin fails: %s", \
              (result)->reply.body)

#define expect_failure(result, code)                                        \
    do {                                                                    \
        cr_assert((result)->status == 1, "status %d: %s", (result)->status, \
                  (result)->reply.body);                                    \
        cr_assert(int_at(&(result)->reply, "code") == (code),               \
                  "%d was expected of %s", (code), (result)->reply.body);   \
    } while (0)

#define expect_details(result, word)                                        \
    cr_assert(strstr(text_at(&(result)->reply, "details"), (word)) != NULL, \
              "\"%s\" is not in %s", (word), (result)->reply.body)

/* --- a server that says what it is told */

#define SCRIPT_MAX 16

struct script {
    char url[64];
    const char *answers[SCRIPT_MAX]; /* See script_start. */
    char requests[SCRIPT_MAX][2048]; /* Heads and bodies as they came. */
    int n_requests;
    int fd;
    pthread_t thread;
};

/* Starts a server that gives each request, one a connection, the next of
 * 'answers' (NULL-terminated): "STATUS BODY", or "STATUS@SECONDS BODY" with a
 * Retry-After, or "hang up" for none.  When they are used up it stops
 * listening.  JSON is written with single quotes. */
void script_start(struct script *script, const char *const *answers);

/* Ends it; the test fails unless all answers were used. */
void script_end(struct script *script);

/* The Idempotency-Key of request 'i', or "". */
const char *script_key(const struct script *script, int i);

#endif
