/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose a token is, when finding out takes time.
 *
 * A source knows the tokens: Keystone, a table of the database, the keys of
 * an issuer.  It is asked once for a token, however many requests came with
 * it meanwhile; what it says is believed for a while.  A token that was valid
 * stays so until it expires, as long as the source cannot be reached.
 *
 * All functions but lookup_answer belong to the thread of the HTTP loop.
 */
#ifndef IDENTITY_LOOKUP_H
#define IDENTITY_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/digest.h"

#define LOOKUP_ID_SIZE 256  /* Of user and project, with the last '\0'. */
#define LOOKUP_TOKENS_MAX 8192 /* Tokens remembered. */
#define LOOKUP_ASKED_MAX 1024  /* Tokens asked about at once. */

/* What a source says of a token. */
struct verdict {
    enum verdict_kind {
        VERDICT_VALID,
        VERDICT_INVALID,
        VERDICT_UNAVAILABLE, /* It cannot say now. */
    } kind;
    const char *user_id;    /* VALID: up to LOOKUP_ID_SIZE - 1 bytes, */
    const char *project_id; /* "" for a token without a project. */
    unsigned roles;         /* VALID: of identity/roles.h. */
    int64_t expires_us;     /* VALID: since 1970; INT64_MAX: never. */
    const char *reason;     /* UNAVAILABLE: why; a constant text. */
};

#define N_VERDICTS 3

struct lookup;
struct lookups;

/* Since the start. */
struct lookup_stats {
    int64_t known;                /* Requests whose token was known. */
    int64_t answers[N_VERDICTS];  /* Of the source, by kind. */
};

/* Where the tokens are known. */
struct source {
    void *arg;
    int64_t keep_us;         /* A valid token is believed so long, */
    int64_t keep_invalid_us; /* an invalid one so long. */
    /* Finds out about lookup_token('lookup') and calls lookup_answer once,
     * at once or later, from any thread.  Does not block. */
    void (*ask)(void *arg, struct lookup *lookup);
};

/* A request that waits for a verdict; part of its owner. */
struct waiter {
    const char *token;     /* Lives at least as long as the waiter waits. */
    struct verdict verdict; /* The answer; texts live until the next call. */
    struct waiter *next;
};

/* Makes a memory of tokens in 'arena'; 'wake(arg)' is called in any thread
 * when lookups_collect has something to give. */
struct lookups *lookups_new(struct arena *arena, struct source source,
                            void (*wake)(void *arg), void *arg);

/* Answers 'waiter' at once and returns true, or keeps it until
 * lookups_collect gives it back. */
bool lookups_ask(struct lookups *lookups, struct waiter *waiter);

/* Calls 'answered(arg, waiter)' for all waiters whose verdict has come. */
void lookups_collect(struct lookups *lookups,
                     void (*answered)(void *arg, struct waiter *waiter),
                     void *arg);

struct lookup_stats lookups_stats(const struct lookups *lookups);

/* Forgets 'token' (it was revoked), or all tokens (the source's data have
 * changed).  What is being asked then is asked again. */
void lookups_forget(struct lookups *lookups, const char *token);
void lookups_forget_all(struct lookups *lookups);

/* The token that is asked about; it lives until the answer. */
const char *lookup_token(const struct lookup *lookup);

/* The SHA-256 of it, in hexadecimal. */
const char *lookup_hash(const struct lookup *lookup);

/* The source's answer, which is copied. */
void lookup_answer(struct lookup *lookup, const struct verdict *verdict);

#endif
