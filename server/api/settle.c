/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Idempotency keys and dry runs, for every job that changes something.
 */
#include "api/settle.h"

#include <strings.h>

#include "core/arena.h"
#include "core/digest.h"
#include "db/replay.h"

/* --- headers */

static bool
is_change(const char *method)
{
    return strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 ||
           strcmp(method, "DELETE") == 0;
}

static bool
is_key(const char *key)
{
    size_t len = strlen(key);
    for (size_t i = 0; i < len; i++) {
        if (key[i] < ' ' || key[i] > '~') {
            return false;
        }
    }
    return len > 0 && len <= IDEMPOTENCY_KEY_MAX;
}

/* The parameter that a change may have beside "fields", or NULL. */
static const char *
valid_param(const struct call *call)
{
    const struct resource *resource = call->resource;
    if (resource == NULL || call->tag != NULL) {
        return NULL;
    }
    if (strcmp(call->method, "POST") == 0) {
        bool cluster = strcmp(resource->table.name, "cluster_network") == 0;
        return cluster ? "check" : NULL;
    }
    if (call->id == NULL) {
        return "atomic";
    }
    return strcmp(call->method, "DELETE") == 0 ? "cascade" : NULL;
}

/* A misspelt "?cascade=plan" must not delete. */
static struct err *
check_params(const struct call *call)
{
    const char *valid = valid_param(call);
    for (size_t i = 0; i < call->n_params; i++) {
        const char *key = call->params[i].key;
        if (strcmp(key, "fields") == 0 ||
            (valid != NULL && strcmp(key, valid) == 0)) {
            continue;
        }
        return err_new(call->arena, ERR_BAD_REQUEST,
                       "['%s'] is no parameter of this %s, which takes %s",
                       key, call->method, valid == NULL ? "none" : valid);
    }
    return NULL;
}

struct err *
settle_read_headers(struct call *call, const char *key, const char *dry_run)
{
    if (!is_change(call->method) || call_is_identity(call)) {
        return NULL;
    }
    TRY(check_params(call));
    if (key != NULL && !is_key(key)) {
        return err_new(call->arena, ERR_BAD_REQUEST,
                       "the header Idempotency-Key is not 1 to %d printable "
                       "ASCII characters", IDEMPOTENCY_KEY_MAX);
    }
    call->idempotency_key = key;
    call->dry_run = dry_run != NULL && strcasecmp(dry_run, "true") == 0;
    if (dry_run != NULL && !call->dry_run &&
        strcasecmp(dry_run, "false") != 0) {
        return err_new(call->arena, ERR_BAD_REQUEST,
                       "the header Dry-Run is \"%s\"; valid is \"true\" or "
                       "\"false\"", dry_run);
    }
    return NULL;
}

/* --- jobs */

/* SHA-256 of all that makes two requests the same. */
static const char *
fingerprint(const struct call *call)
{
    struct buf text;
    char digest[DIGEST_TEXT_SIZE];
    buf_init(&text, call->arena, call->body_len + 1024);
    buf_addf(&text, "%s\n%s\n", call->method, call->path);
    for (size_t i = 0; i < call->n_params; i++) {
        buf_adds_json(&text, call->params[i].key);
        buf_adds_json(&text, call->params[i].value);
    }
    buf_addf(&text, "\n%s\n%s\n%s\n", call->sdn == NULL ? "" : call->sdn,
             call->if_match == NULL ? "" : call->if_match,
             call->caller.is_admin     ? "admin"
             : call->caller.is_service ? "service"
                                       : ""); /* Who sees more. */
    buf_add(&text, call->body, call->body_len);
    digest_sha256(text.data, text.len, digest);
    return arena_strdup(call->arena, digest);
}

static struct replay *
new_replay(const struct call *call)
{
    const char *user_id = call->caller.user_id;
    struct replay *replay = ARENA_NEW(call->arena, struct replay);
    replay->project_id = call->caller.project_id;
    replay->user_id = user_id == NULL ? "" : user_id;
    replay->key = call->idempotency_key;
    replay->fingerprint = fingerprint(call);
    replay->lock = replay_lock(replay);
    return replay;
}

/* The answer of a write; it is stored with the change under its key. */
static void
finish_write(struct job *job)
{
    struct call *call = job->owner;
    struct replay *replay = job->replay;
    if (call->complete != NULL) {
        job->err = call->complete(call);
    }
    if (replay != NULL && job->err == NULL) {
        replay->status = call->answer.status;
        replay->body = call->answer.body.data;
        replay->body_len = call->answer.body.len;
    }
}

void
settle_prepare(struct call *call)
{
    struct job *job = call->job;
    if (lane_reads(job->lane)) {
        return;
    }
    job->finish = finish_write;
    job->dry_run = job->dry_run || call->dry_run;
    if (job->dry_run) {
        job->lane = LANE_WRITE; /* Nobody shares a transaction undone. */
    }
    if (call->idempotency_key != NULL) {
        job->replay = new_replay(call);
    }
}

void
settle_finish(struct call *call)
{
    const struct replay *replay =
        lane_reads(call->job->lane) ? NULL : call->job->replay;
    if (replay == NULL || !replay->found) {
        return;
    }
    buf_add(call_answer(call, (int) replay->status), replay->body,
            replay->body_len);
    call->answer.replayed = true;
}
