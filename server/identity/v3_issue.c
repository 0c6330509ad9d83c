/* SPDX-License-Identifier: Apache-2.0 */
/*
 * POST /v3/auth/tokens: who it is, where it may enter, a token.
 *
 * The loop reads the body and counts the try, a worker compares the password,
 * a lane keeps the token.  Who is refused for a wrong secret is told the same,
 * after the same time, as one who does not exist.
 */
#include <string.h>

#include "api/body.h"
#include "core/clock.h"
#include "core/settings.h"
#include "db/lane.h"
#include "identity/password.h"
#include "v3_internal.h"

/* Tries that failed: of one user or credential from one address, of all from
 * one address.  Those under way count until they have succeeded.  A user has
 * no narrow limit over all addresses: anybody could keep him out by it. */
static const struct limit user_limit = {"user", 30, 6000000};
static const struct limit address_limit = {"address", 200, 1000000};

/* Tokens, which stay in the database for a while. */
static const struct limit token_limit = {"tokens", 3000, 20000};

struct issue {
    struct job job;
    struct embedded *embedded;
    const struct users *users;
    struct v3_auth auth;
    struct standing standing;
    const char *who;    /* Whose failures are counted, */
    const char *client; /* and from where. */
    const char *parent; /* SHA-256 of the token it is made of, or NULL. */
    char token[SECRET_TEXT_SIZE];
    struct issued issued;
};

/* --- refusals */

static struct err *
refuse_secret(const struct call *call)
{
    return err_new(call->arena, ERR_UNAUTHORIZED,
                   "the user or credential does not exist, or the secret is "
                   "wrong");
}

static struct err *
refuse_token(const struct call *call)
{
    return err_new(call->arena, ERR_UNAUTHORIZED,
                   "the token in auth.identity.token is not valid");
}

static struct err *
refuse_scope(const struct call *call, const char *valid)
{
    return err_new(call->arena, ERR_UNAUTHORIZED,
                   "the user has no role in what auth.scope names; valid is "
                   "%s", valid);
}

static struct err *
take(struct call *call, const struct issue *issue, const struct limit *limit,
     const char *who)
{
    int64_t wait_us;
    if (attempts_take(embedded_attempts(issue->embedded), limit, who,
                    clock_monotonic_us(), &wait_us)) {
        return NULL;
    }
    long long wait_s = (wait_us + 999999) / 1000000;
    call->answer.retry_after = arena_printf(call->arena, "%lld", wait_s);
    return err_new(call->arena, ERR_TOO_MANY_REQUESTS,
                   "too many tries; the next one may be made in %lld s",
                   wait_s);
}

/* The secret was right: the try counts no longer. */
static void
give_back(const struct issue *issue)
{
    struct attempts *attempts = embedded_attempts(issue->embedded);
    attempts_return(attempts, &user_limit, issue->who);
    attempts_return(attempts, &address_limit, issue->client);
}

/* --- where it may enter */

static struct err *
enter_asked(const struct call *call, struct issue *issue)
{
    const struct v3_named *named = &issue->auth.project;
    const struct project *project =
        named->foreign      ? NULL
        : named->id != NULL ? users_find_project(issue->users, named->id)
                            : users_find_project_name(issue->users,
                                                      named->name);
    if (project == NULL || !standing_enter(&issue->standing, project)) {
        return refuse_scope(call, "a project in which it has one");
    }
    return NULL;
}

/* The project that the user or the credential has of itself; a user may have
 * none. */
static void
enter_default(struct issue *issue)
{
    struct standing *standing = &issue->standing;
    const struct project *project = standing->credential != NULL
                                        ? standing->credential->project
                                        : standing->user->default_project;
    if (project != NULL && !standing_enter(standing, project)) {
        standing->project = NULL;
    }
}

static struct err *
enter(const struct call *call, struct issue *issue)
{
    switch (issue->auth.scope) {
    case V3_SCOPE_DEFAULT:
        enter_default(issue);
        break;
    case V3_SCOPE_PROJECT:
        TRY(enter_asked(call, issue));
        break;
    case V3_SCOPE_NONE:
        break;
    case V3_SCOPE_ELSEWHERE:
        return refuse_scope(call, "a project");
    }
    if (issue->standing.credential != NULL &&
        issue->standing.project == NULL) {
        return refuse_scope(call, "the project of the credential");
    }
    return NULL;
}

/* --- who it is */

static const struct user *
find_user(const struct issue *issue, const struct v3_named *named)
{
    if (named->foreign) {
        return NULL;
    }
    return named->id != NULL ? users_find(issue->users, named->id)
                             : users_find_name(issue->users, named->name);
}

/* Who is meant by 'named', who may not exist. */
static const char *
name_of(const struct user *user, const struct v3_named *named)
{
    return user != NULL        ? user->id
           : named->id != NULL ? named->id
                               : named->name;
}

static struct err *
count_try(struct call *call, struct issue *issue, const char *who)
{
    issue->who = arena_printf(call->arena, "%s %s", issue->client, who);
    TRY(take(call, issue, &user_limit, issue->who));
    struct err *err = take(call, issue, &address_limit, issue->client);
    if (err != NULL) {
        attempts_return(embedded_attempts(issue->embedded), &user_limit,
                        issue->who);
    }
    return err;
}

/* In a worker's thread. */
static struct err *
check_password(struct call *call)
{
    struct issue *issue = (struct issue *) call->job;
    const struct user *user = issue->standing.user;
    const char *hash = user == NULL || user->password == NULL
                           ? embedded_decoy(issue->embedded)
                           : user->password;
    bool right;
    TRY(password_verify(call->arena, hash, issue->auth.secret, &right));
    if (!right || user == NULL) {
        return refuse_secret(call);
    }
    give_back(issue);
    return enter(call, issue);
}

static struct err *
begin_password(struct call *call, struct issue *issue)
{
    const struct v3_named *named = &issue->auth.user;
    issue->standing.user = find_user(issue, named);
    TRY(count_try(call, issue, name_of(issue->standing.user, named)));
    if (strlen(issue->auth.secret) > PASSWORD_MAX) {
        return refuse_secret(call);
    }
    call->toil = check_password;
    return NULL;
}

/* The credential by its id, or by its name among those of a user. */
static void
find_credential(struct issue *issue)
{
    const struct v3_named *named = &issue->auth.credential;
    struct standing *standing = &issue->standing;
    const struct user *user = issue->users->users;
    const struct user *end = user + issue->users->n_users;
    if (named->id != NULL) {
        for (; user < end && standing->credential == NULL; user++) {
            standing->user = user;
            standing->credential = user_find_credential(user, named->id);
        }
        return;
    }
    user = find_user(issue, &issue->auth.user);
    for (size_t i = 0; user != NULL && i < user->n_credentials; i++) {
        if (strcmp(user->credentials[i].name, named->name) == 0) {
            standing->user = user;
            standing->credential = &user->credentials[i];
        }
    }
}

static bool
is_secret_right(const struct issue *issue)
{
    const struct credential *credential = issue->standing.credential;
    char hash[DIGEST_TEXT_SIZE];
    digest_sha256(issue->auth.secret, strlen(issue->auth.secret), hash);
    return credential != NULL &&
           digest_equal(hash, credential->secret, DIGEST_TEXT_SIZE);
}

static struct err *
begin_credential(struct call *call, struct issue *issue)
{
    const struct v3_auth *auth = &issue->auth;
    const struct v3_named *named = &auth->credential;
    find_credential(issue);
    const struct credential *credential = issue->standing.credential;
    TRY(count_try(call, issue,
                  credential != NULL  ? credential->id
                  : named->id != NULL ? named->id
                                      : name_of(NULL, &auth->user)));
    if (!is_secret_right(issue)) {
        return refuse_secret(call);
    }
    give_back(issue);
    return enter(call, issue);
}

static struct err *
begin_token(struct call *call, struct issue *issue)
{
    char hash[DIGEST_TEXT_SIZE];
    digest_sha256(issue->auth.secret, strlen(issue->auth.secret), hash);
    issue->parent = arena_strdup(call->arena, hash);
    return NULL;
}

/* --- the token */

/* Takes user and project from the token that this one is made of. */
static struct err *
inherit(struct issue *issue, struct tx *tx)
{
    const struct call *call = issue->job.owner;
    struct query query = issued_find(tx->arena, issue->parent);
    struct issued parent;
    struct rows rows;
    TRY(tx_one(tx, query, &rows));
    if (!issued_of(tx->arena, &rows, &parent) ||
        !standing_of(issue->users, &parent, &issue->standing)) {
        return refuse_token(call);
    }
    issue->standing.project = NULL;
    issue->standing.roles = 0;
    TRY(enter(call, issue));
    const char *first = strrchr(parent.audit_ids, ',');
    first = first == NULL ? parent.audit_ids : first + 1;
    issue->issued.audit_ids = arena_printf(
        tx->arena, "%s,%s", issue->issued.audit_ids, first);
    issue->issued.methods =
        strstr(parent.methods, "token") != NULL
            ? parent.methods
            : arena_printf(tx->arena, "%s,token", parent.methods);
    return NULL;
}

static void
describe(struct issue *issue, struct arena *arena)
{
    const struct standing *standing = &issue->standing;
    struct issued *issued = &issue->issued;
    char seal[DIGEST_TEXT_SIZE];
    standing_seal(standing, seal);
    issued->user_id = standing->user->id;
    issued->project_id = standing->project == NULL ? ""
                                                   : standing->project->id;
    issued->credential_id =
        standing->credential == NULL ? "" : standing->credential->id;
    issued->seal = arena_strdup(arena, seal);
}

/* May run again: everything is made anew. */
static struct err *
run_issue(struct job *job, struct tx *tx)
{
    struct issue *issue = (struct issue *) job;
    struct issued *issued = &issue->issued;
    char audit_id[AUDIT_TEXT_SIZE];
    secret_new(issue->token);
    secret_new_audit_id(audit_id);
    digest_sha256(issue->token, strlen(issue->token), issued->hash);
    issued->audit_ids = arena_strdup(tx->arena, audit_id);
    issued->methods = v3_method_name(issue->auth.method);
    if (issue->parent != NULL) {
        TRY(inherit(issue, tx));
    }
    describe(issue, tx->arena);
    return issued_add(tx, issued, tx->settings->token_ttl_s, issue->parent);
}

static struct err *
complete_issue(struct call *call)
{
    struct issue *issue = (struct issue *) call->job;
    v3_add_token(call, call_answer(call, 201), &issue->issued,
                 &issue->standing);
    call->answer.subject_token = issue->token;
    return NULL;
}

static struct err *
begin(struct call *call, struct issue *issue)
{
    static struct err *(*const begins[])(struct call *, struct issue *) = {
        [V3_PASSWORD] = begin_password,
        [V3_TOKEN] = begin_token,
        [V3_CREDENTIAL] = begin_credential,
    };
    json_t *json;
    TRY(body_parse(call, &json));
    TRY(v3_auth_read(call->arena, json, &issue->auth));
    TRY(take(call, issue, &token_limit, issue->client));
    return begins[issue->auth.method](call, issue);
}

struct err *
v3_token_issue(struct call *call)
{
    struct issue *issue = ARENA_NEW(call->arena, struct issue);
    TRY(v3_embedded(call, &issue->embedded));
    issue->users = embedded_users(issue->embedded, call->arena);
    issue->client = call->client == NULL ? "" : call->client;
    TRY(begin(call, issue));
    issue->job.lane = LANE_WRITE;
    issue->job.arena = call->arena;
    issue->job.run = run_issue;
    call->job = &issue->job;
    call->complete = complete_issue;
    return NULL;
}
