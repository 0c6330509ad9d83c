/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests that may come again under the same key: the first one that changes
 * something leaves its answer in the transaction of the change, and whoever
 * comes with the key afterwards gets that answer.
 *
 * A key is locked from the begin of the transaction to its end, so that of two
 * requests at once the second waits, and then finds the answer of the first.
 */
#ifndef DB_REPLAY_H
#define DB_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "db/tx.h"

struct job;
struct settings;

struct replay {
    const char *project_id;  /* The key is this project's */
    const char *user_id;     /* and user's. */
    const char *key;
    const char *fingerprint; /* Of the request, SHA-256. */
    int64_t lock;            /* Hash of project, user and key. */

    bool found;              /* The key has an answer already: */
    int64_t status;          /* that one, or what will be stored. */
    const char *body;
    size_t body_len;
};

/* The number on which a key is locked. */
int64_t replay_lock(const struct replay *replay);

/* Locks the keys of 'jobs' and looks for their answers.  A job whose key
 * belongs to another request gets ERR_KEY_MISMATCH.  Jobs without a key are
 * left alone, and cost nothing. */
struct err *replay_begin(struct tx *tx, struct job *const *jobs,
                         size_t n) MUST_CHECK;

/* True when nothing is left to do for the job: its key has an answer, or is
 * refused. */
bool replay_is_answered(const struct job *job);

/* Makes the statement that stores the answers of 'jobs'; false when there are
 * none to store. */
bool replay_store(struct arena *arena, struct job *const *jobs, size_t n,
                  struct query *ret_query);

/* Deletes the oldest of the answers that are older than the setting
 * idempotency_ttl_s, at most REPLAY_PURGE_MAX, commits, and asks for another
 * run when there may be more. */
#define REPLAY_PURGE_MAX 10000
struct err *replay_purge(struct tx *tx,
                         const struct settings *settings) MUST_CHECK;

#endif
