/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Showing and revoking tokens.  v3_issue.c makes them.
 */
#include <string.h>

#include "core/settings.h"
#include "db/lane.h"
#include "identity/identity.h"
#include "v3_internal.h"

static struct err *
read_subject(const struct call *call, const char **ret_hash)
{
    char hash[DIGEST_TEXT_SIZE];
    struct embedded *embedded;
    TRY(v3_embedded(call, &embedded));
    if (call->subject_token == NULL || call->subject_token[0] == '\0') {
        return err_new(call->arena, ERR_BAD_REQUEST,
                       "the token that it is about is needed in "
                       "X-Subject-Token");
    }
    digest_sha256(call->subject_token, strlen(call->subject_token), hash);
    *ret_hash = arena_strdup(call->arena, hash);
    return NULL;
}

static struct err *
no_token(const struct call *call)
{
    return err_new(call->arena, ERR_NOT_FOUND,
                   "the token in X-Subject-Token could not be found");
}

/* --- showing */

static struct err *
show(struct call *call, const struct rows *rows)
{
    struct embedded *embedded;
    struct issued issued;
    struct standing standing;
    TRY(v3_embedded(call, &embedded));
    const struct users *users = embedded_users(embedded, call->arena);
    if (!issued_of(call->arena, rows, &issued) ||
        !standing_of(users, &issued, &standing)) {
        return no_token(call);
    }
    if (!call->caller.is_admin &&
        strcmp(issued.user_id, call->caller.user_id) != 0) {
        return no_token(call);
    }
    v3_add_token(call, call_answer(call, 200), &issued, &standing);
    call->answer.subject_token = call->subject_token;
    return NULL;
}

static void
finish_show(struct job *job)
{
    job->err = show(job->owner, &job->rows[0]);
}

struct err *
v3_token_show(struct call *call)
{
    const char *hash;
    struct query *query = ARENA_NEW(call->arena, struct query);
    TRY(read_subject(call, &hash));
    *query = issued_find(call->arena, hash);
    call_read(call, query, 1, finish_show);
    return NULL;
}

/* --- revoking */

struct revocation {
    struct job job;
    const char *hash;
};

static struct err *
run_revoke(struct job *job, struct tx *tx)
{
    struct revocation *revocation = (struct revocation *) job;
    const struct call *call = job->owner;
    bool found;
    TRY(issued_remove(tx, revocation->hash,
                      call->caller.is_admin ? NULL : call->caller.user_id,
                      &found));
    return found ? NULL : no_token(call);
}

static struct err *
complete_revoke(struct call *call)
{
    (void) call_answer(call, 204);
    return NULL;
}

static void
forget(struct call *call)
{
    identity_forget(call->identity, call->subject_token);
}

struct err *
v3_token_revoke(struct call *call)
{
    struct revocation *revocation = ARENA_NEW(call->arena,
                                              struct revocation);
    TRY(read_subject(call, &revocation->hash));
    revocation->job.lane = LANE_WRITE;
    revocation->job.arena = call->arena;
    revocation->job.run = run_revoke;
    call->job = &revocation->job;
    call->complete = complete_revoke;
    call->settled = forget;
    return NULL;
}
