/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who asks: the settings say who is believed.
 */
#include "identity/identity.h"

#include <string.h>
#include <strings.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/settings.h"
#include "core/workers.h"
#include "identity/embedded.h"
#include "identity/fetcher.h"
#include "identity/jwt.h"
#include "identity/keystone.h"
#include "identity/local.h"
#include "identity/roles.h"
#include "identity/tokens.h"

#define SCRATCH_MEMORY (1u << 20)
#define SECOND INT64_C(1000000)
#define VERIFIERS 2           /* Threads. */
#define KEEP_INVALID_US (10 * SECOND) /* A token may become valid: clocks. */
#define RETRY_US 5000000 /* After a file that could not be read. */
#define WATCH_US 250000 /* Between two looks at the file of users. */

struct identity {
    const struct settings *settings;
    struct tokens *tokens;   /* auth = tokens, or NULL. */
    struct lookups *lookups; /* Where a source is asked, or NULL: */
    struct fetcher *fetcher;
    struct workers *workers;   /* Verify signatures, or NULL. */
    struct embedded *embedded; /* auth = embedded, or NULL. */
    int64_t watched_us;        /* When its file was last looked at. */
    struct keystone *keystone; /* auth = keystone, or NULL. */
    struct jwt *jwt;           /* auth = jwt, or NULL. */
    const char *challenge;
};

/* --- tokens */

static struct err *
refuse(struct inquiry *inquiry)
{
    if (inquiry->waiter.verdict.kind == VERDICT_UNAVAILABLE) {
        return err_new(inquiry->arena, ERR_UNAVAILABLE, "%s",
                       inquiry->waiter.verdict.reason);
    }
    return err_new(inquiry->arena, ERR_UNAUTHORIZED,
                   inquiry->waiter.token == NULL
                       ? "a token is needed in X-Auth-Token, or as "
                         "Authorization: Bearer"
                       : "the token is not valid");
}

/* The verdict is there.  Its texts are copied: they may be gone before the
 * request is. */
static struct err *
take_verdict(struct inquiry *inquiry)
{
    const struct verdict *verdict = &inquiry->waiter.verdict;
    if (verdict->kind != VERDICT_VALID) {
        inquiry->caller = (struct caller){.user_id = "", .project_id = ""};
        return inquiry->open ? NULL : refuse(inquiry);
    }
    inquiry->caller = (struct caller){
        .user_id = arena_strdup(inquiry->arena, verdict->user_id),
        .project_id = arena_strdup(inquiry->arena, verdict->project_id)};
    roles_grant(&inquiry->caller, verdict->roles);
    return NULL;
}

static void
finish(struct inquiry *inquiry, struct err *err)
{
    const struct caller *caller = &inquiry->caller;
    inquiry->err = err;
    if (err != NULL || inquiry->open || inquiry->unscoped) {
        return;
    }
    if (!caller->may_read) {
        inquiry->err = err_new(inquiry->arena, ERR_FORBIDDEN,
                               "none of these roles is held: " ROLES_VALID);
    } else if (caller->project_id[0] == '\0' && !caller->is_admin) {
        inquiry->err = err_new(inquiry->arena, ERR_FORBIDDEN,
                               "the token is for no project; without the role "
                               "admin one is needed that is scoped to a "
                               "project");
    }
}

/* X-Auth-Token, or what stands behind "Bearer" in Authorization (RFC 6750
 * 2.1); NULL: there is none. */
static const char *
token_of(const struct credentials *given)
{
    const char *authorization = given->authorization;
    if (given->token != NULL || authorization == NULL ||
        strncasecmp(authorization, "Bearer ", 7) != 0) {
        return given->token;
    }
    return authorization + 7 + strspn(authorization + 7, " ");
}

bool
identity_ask(struct identity *identity, struct inquiry *inquiry)
{
    struct waiter *waiter = &inquiry->waiter;
    waiter->token = token_of(&inquiry->given);
    waiter->verdict.kind = VERDICT_INVALID;
    if (identity->settings->auth == AUTH_NONE) {
        finish(inquiry, local_ask(identity->settings, inquiry));
        return true;
    }
    if (waiter->token == NULL || inquiry->open) {
        /* Nothing to find out: health does not depend on the source. */
    } else if (identity->tokens != NULL) {
        waiter->verdict = tokens_find(identity->tokens, waiter->token);
    } else if (!lookups_ask(identity->lookups, waiter)) {
        return false;
    }
    finish(inquiry, take_verdict(inquiry));
    return true;
}

struct collecting {
    void (*answered)(void *arg, struct inquiry *inquiry);
    void *arg;
};

static void
on_verdict(void *arg, struct waiter *waiter)
{
    struct collecting *collecting = arg;
    struct inquiry *inquiry =
        (struct inquiry *) ((char *) waiter -
                            offsetof(struct inquiry, waiter));
    finish(inquiry, take_verdict(inquiry));
    collecting->answered(collecting->arg, inquiry);
}

void
identity_collect(struct identity *identity,
                 void (*answered)(void *arg, struct inquiry *inquiry),
                 void *arg)
{
    if (identity->lookups != NULL) {
        struct collecting collecting = {answered, arg};
        lookups_collect(identity->lookups, on_verdict, &collecting);
    }
}

struct lookup_stats
identity_stats(const struct identity *identity)
{
    return identity->lookups == NULL ? (struct lookup_stats){0}
                                     : lookups_stats(identity->lookups);
}

/* --- start and stop */

const char *
identity_challenge(const struct identity *identity)
{
    return identity->challenge;
}

static struct err *
load(struct identity *identity, struct arena *arena)
{
    if (identity->embedded != NULL) {
        return embedded_load(identity->embedded, arena);
    }
    if (identity->keystone != NULL) {
        return keystone_renew(identity->keystone, arena);
    }
    if (identity->jwt != NULL) {
        return jwt_renew(identity->jwt, arena);
    }
    return identity->tokens == NULL
               ? NULL
               : tokens_load(identity->tokens, arena,
                             identity->settings->tokens_file);
}

/* As keystonemiddleware says it: clients read the URI. */
static const char *
keystone_challenge(struct arena *arena, const struct settings *settings)
{
    return arena_printf(arena, "Keystone uri=\"%s\"",
                        settings->keystone_public_url[0] != '\0'
                            ? settings->keystone_public_url
                            : settings->keystone_url);
}

/* Of a source that tells nobody of changes. */
static void
set_keeping(const struct settings *settings, struct source *source)
{
    source->keep_us = settings->token_cache_s * SECOND;
    source->keep_invalid_us = source->keep_us < KEEP_INVALID_US
                                  ? source->keep_us
                                  : KEEP_INVALID_US;
}

static struct err *
start_keystone(struct identity *identity, struct arena *arena,
               struct source *ret_source)
{
    const struct settings *settings = identity->settings;
    identity->challenge = keystone_challenge(arena, settings);
    TRY(fetcher_start(arena, settings->keystone_ca, &identity->fetcher));
    TRY(keystone_new(arena, settings, identity->fetcher,
                     &identity->keystone));
    *ret_source = (struct source){.arg = identity->keystone,
                                  .ask = keystone_ask};
    set_keeping(settings, ret_source);
    return NULL;
}

static struct err *
start_jwt(struct identity *identity, struct arena *arena,
          struct source *ret_source)
{
    const struct settings *settings = identity->settings;
    identity->challenge = "Bearer realm=\"tenet\""; /* RFC 6750 section 3. */
    TRY(fetcher_start(arena, settings->jwt_ca, &identity->fetcher));
    TRY(workers_start(arena, VERIFIERS, LOOKUP_ASKED_MAX,
                      &identity->workers));
    TRY(jwt_new(arena, settings, identity->fetcher, identity->workers,
                &identity->jwt));
    *ret_source = (struct source){.arg = identity->jwt, .ask = jwt_ask};
    set_keeping(settings, ret_source);
    return NULL;
}

/* Leaves 'ret_source' without a way to ask where there is none. */
static struct err *
start_source(struct identity *identity, struct arena *arena,
             struct source *ret_source)
{
    const struct settings *settings = identity->settings;
    if (settings->auth == AUTH_EMBEDDED) {
        TRY(embedded_new(arena, settings, &identity->embedded));
        *ret_source = embedded_source(identity->embedded);
    } else if (settings->auth == AUTH_KEYSTONE) {
        return start_keystone(identity, arena, ret_source);
    } else if (settings->auth == AUTH_JWT) {
        return start_jwt(identity, arena, ret_source);
    }
    return NULL;
}

/* Before the arena takes what the threads work on. */
static void
stop(void *identity)
{
    identity_stop(identity);
}

struct err *
identity_new(struct arena *arena, const struct settings *settings,
             void (*wake)(void *arg), void *arg,
             struct identity **ret_identity)
{
    struct identity *identity = ARENA_NEW(arena, struct identity);
    struct source source = {0};
    *ret_identity = identity;
    identity->settings = settings;
    identity->challenge = "Token";
    if (settings->auth == AUTH_TOKENS) {
        identity->tokens = tokens_new(arena);
        return load(identity, arena);
    }
    TRY(start_source(identity, arena, &source));
    if (source.ask != NULL) {
        identity->lookups = lookups_new(arena, source, wake, arg);
        arena_defer(arena, stop, identity);
    }
    return NULL;
}

void
identity_start(struct identity *identity, struct lanes *lanes)
{
    if (identity->embedded != NULL) {
        embedded_start(identity->embedded, lanes);
    }
}

struct embedded *
identity_embedded(struct identity *identity)
{
    return identity->embedded;
}

void
identity_forget(struct identity *identity, const char *token)
{
    if (identity->lookups != NULL) {
        lookups_forget(identity->lookups, token);
    }
}

void
identity_watch(struct identity *identity)
{
    if (identity->embedded == NULL) {
        return;
    }
    int64_t now_us = clock_monotonic_us();
    if (now_us - identity->watched_us >= WATCH_US) {
        identity->watched_us = now_us;
        if (embedded_has_changed(identity->embedded) &&
            !identity_renew(identity)) {
            identity->watched_us += RETRY_US;
        }
    }
}

void
identity_stop(struct identity *identity)
{
    if (identity->fetcher != NULL) {
        fetcher_stop(identity->fetcher);
    }
    if (identity->workers != NULL) {
        workers_stop(identity->workers);
    }
}

bool
identity_renew(struct identity *identity)
{
    struct arena scratch;
    arena_init(&scratch, SCRATCH_MEMORY);
    struct err *err = load(identity, &scratch);
    if (err != NULL) {
        log_printf(LOG_ERROR, "reload: %s", err->message);
    } else {
        log_printf(LOG_INFO, "reloaded");
    }
    if (err == NULL && identity->lookups != NULL) {
        lookups_forget_all(identity->lookups);
    }
    arena_done(&scratch);
    return err == NULL;
}
