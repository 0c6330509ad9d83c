/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens that were issued, for all servers of a database: kept by their
 * SHA-256, so that who reads the database has none of them.
 */
#ifndef DB_ISSUED_H
#define DB_ISSUED_H

#include <stdbool.h>
#include <stdint.h>

#include "core/digest.h"
#include "db/tx.h"

#define ISSUED_PURGE_MAX 1000 /* Tokens that one run of the chore forgets. */

struct issued {
    char hash[DIGEST_TEXT_SIZE];
    const char *user_id;
    const char *project_id;    /* "": no project. */
    const char *credential_id; /* "": the user's password. */
    const char *seal;          /* Of the secret that was shown for it. */
    const char *methods;       /* "password,token" */
    const char *audit_ids;     /* Its own, and that of the first one. */
    int64_t issued_us;         /* By the database's clock, since 1970. */
    int64_t expires_us;
    int64_t left_us;           /* Until it expires; issued_of only. */
};

/* Asks for the token that has this SHA-256, unless it has expired. */
struct query issued_find(struct arena *arena, const char *hash);

/* What 'rows' of that query say; false when there is none. */
bool issued_of(struct arena *arena, const struct rows *rows,
               struct issued *ret_issued);

/* Keeps 'issued', for 'ttl_s' seconds or as long as the token with the SHA-256
 * 'parent' (NULL: none); sets its times. */
struct err *issued_add(struct tx *tx, struct issued *issued, int64_t ttl_s,
                       const char *parent) MUST_CHECK;

/* Forgets a token, only one of 'user_id' unless that is NULL. */
struct err *issued_remove(struct tx *tx, const char *hash,
                          const char *user_id, bool *ret_found) MUST_CHECK;

/* A chore: forgets those that have expired. */
struct err *issued_purge(struct tx *tx,
                         const struct settings *settings) MUST_CHECK;

#endif
