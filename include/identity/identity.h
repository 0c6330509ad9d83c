/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who asks: by headers on a loopback server (auth = none), by tokens whose
 * hashes stand in a file (auth = tokens), or as a source says whose a token
 * is (identity/lookup.h): the users of this server's own (auth = embedded,
 * identity/embedded.h), Keystone (auth = keystone), or the keys of an issuer
 * that signs tokens (auth = jwt).
 */
#ifndef IDENTITY_IDENTITY_H
#define IDENTITY_IDENTITY_H

#include <stdbool.h>

#include "core/err.h"
#include "identity/lookup.h"
#include "resource/resource.h"

struct embedded;
struct identity;
struct lanes;

/* What a request says of its sender; NULL: nothing. */
struct credentials {
    const char *token;         /* X-Auth-Token */
    const char *authorization; /* Authorization */
    const char *project_id; /* X-Project-Id */
    const char *user_id;    /* X-User-Id */
    const char *roles;      /* X-Roles */
    const char *host;
    const char *origin;
};

/* One request's question, part of its owner. */
struct inquiry {
    struct arena *arena; /* Of the request. */
    struct credentials given;
    bool open;           /* The route needs no token, */
    bool unscoped;       /* or a token, but no role. */
    struct waiter waiter;

    struct caller caller; /* The answer; its texts are in 'arena'. */
    struct err *err; /* ERR_UNAUTHORIZED without a valid token; ERR_FORBIDDEN
                      * without a role; ERR_UNAVAILABLE when nobody can say;
                      * ERR_FOREIGN for a Host or Origin that is not this
                      * machine (auth = none). */
};

/* Makes the identity of 'settings'; reads the files they name.  'wake(arg)'
 * is called, in any thread, when there is something to collect. */
struct err *identity_new(struct arena *arena, const struct settings *settings,
                         void (*wake)(void *arg), void *arg,
                         struct identity **ret_identity) MUST_CHECK;

/* The lanes are there: from now on it may be asked. */
void identity_start(struct identity *identity, struct lanes *lanes);

/* Reads the files again that have changed. */
void identity_watch(struct identity *identity);

/* The users of this server's own, or NULL. */
struct embedded *identity_embedded(struct identity *identity);

/* What was known of 'token' is not true any more. */
void identity_forget(struct identity *identity, const char *token);

/* What a client without a valid token is told: the value of WWW-Authenticate
 * (RFC 9110 11.6.1). */
const char *identity_challenge(const struct identity *identity);

/* How often the source was asked, and was not; zeros without one. */
struct lookup_stats identity_stats(const struct identity *identity);

/* Ends the threads of its source: all questions have answers then. */
void identity_stop(struct identity *identity);

/* Reads the files again, as an operator asks for it; what became of it is
 * logged.  On failure what was read before stays, and it returns false. */
bool identity_renew(struct identity *identity);

/* Answers 'inquiry' and returns true, or keeps it until identity_collect
 * gives it back. */
bool identity_ask(struct identity *identity, struct inquiry *inquiry);

/* Calls 'answered(arg, inquiry)' for those whose answer has come. */
void identity_collect(struct identity *identity,
                      void (*answered)(void *arg, struct inquiry *inquiry),
                      void *arg);

#endif
