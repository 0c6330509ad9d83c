/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions to Keystone, and the token they are asked with.
 *
 * keystone_ask runs in the thread of the HTTP loop, what follows an answer in
 * the fetcher's.  Tokens and the password are in no log and no message.
 */
#include "identity/keystone.h"

#include <ctype.h>
#include <pthread.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/settings.h"
#include "identity/fetcher.h"
#include "identity/keystone_answer.h"
#include "identity/secret.h"

#define SECOND INT64_C(1000000)
#define TOKEN_MAX 8192             /* Bytes of a token; Fernet's have 250. */
#define QUESTION_MEMORY (16u << 20)
#define RENEW_BEFORE_US (60 * SECOND) /* Its end, or a tenth of its life. */
#define LOGIN_PAUSE_US SECOND      /* Between two logins. */
#define REFUSED_PAUSE_US (10 * SECOND) /* Failed ones may lock the user. */
#define TRIES_MAX 3
#define REFUSED "Keystone refuses the token of keystone_user"

struct keystone {
    const struct settings *settings;
    struct fetcher *fetcher;
    const char *url; /* Where logins and validations go. */

    pthread_mutex_t mutex;    /* Guards the rest. */
    char password[SECRET_SIZE];
    char token[FETCH_TOKEN_SIZE]; /* Our own; "": none. */
    unsigned generation;      /* Of it, */
    int64_t expires_us;       /* since 1970, as */
    int64_t renew_us;
    bool logs_in;             /* A login is under way. */
    int64_t next_login_us;    /* Not before this (monotonic), */
    const char *refusal;      /* for the last one failed. */
    struct question *waiting; /* For a token. */
    bool in_trouble;          /* That is logged. */
};

/* About one token; lives in its own arena. */
struct question {
    struct arena arena;
    struct keystone *keystone;
    struct lookup *lookup;
    const char *token;
    struct fetch fetch;
    unsigned generation; /* Of the token that it was asked with. */
    int tries;
    struct question *next;
};

struct login {
    struct arena arena;
    struct keystone *keystone;
    struct fetch fetch;
};

/* --- what operators are told */

/* Logs that 'problem' has begun, or, when it is NULL, that it has passed. */
static void
report(struct keystone *keystone, const char *problem, const char *detail)
{
    pthread_mutex_lock(&keystone->mutex);
    bool changes = keystone->in_trouble != (problem != NULL);
    keystone->in_trouble = problem != NULL;
    pthread_mutex_unlock(&keystone->mutex);
    if (!changes) {
        return;
    }
    struct log_line line;
    log_begin(&line, problem == NULL ? LOG_INFO : LOG_ERROR, "keystone");
    log_str(&line, "reason", problem == NULL ? "it answers again" : problem);
    log_str(&line, "detail", detail);
    log_str(&line, "url", keystone->settings->keystone_url);
    log_end(&line);
}

/* --- answers */

static void
answer(struct question *question, const struct verdict *verdict)
{
    struct arena arena = question->arena; /* Which holds the question. */
    lookup_answer(question->lookup, verdict);
    arena_done(&arena);
}

static void
answer_unavailable(struct question *question, const char *reason)
{
    const struct verdict verdict = {.kind = VERDICT_UNAVAILABLE,
                                    .reason = reason};
    answer(question, &verdict);
}

static void
fail(struct question *question, const char *reason)
{
    report(question->keystone, reason, question->fetch.problem);
    answer_unavailable(question, reason);
}

static void ask(struct question *question);

/* Keystone does not take our token, whose time is not over: it has been
 * revoked, or Keystone has other keys now. */
static void
ask_with_another(struct question *question)
{
    struct keystone *keystone = question->keystone;
    pthread_mutex_lock(&keystone->mutex);
    if (keystone->generation == question->generation) {
        keystone->token[0] = '\0';
    }
    pthread_mutex_unlock(&keystone->mutex);
    ask(question);
}

static void
take_description(struct question *question)
{
    const struct buf *text = &question->fetch.text;
    struct verdict verdict;
    if (!keystone_answer_read(&question->arena, text->data, text->len,
                              &verdict)) {
        fail(question, "Keystone's description of the token is not "
                       "understood");
        return;
    }
    report(question->keystone, NULL, NULL);
    answer(question, &verdict);
}

/* What a status means, as far as it is not about our own token. */
static const char *
trouble_of(long status)
{
    return status == 0     ? "Keystone cannot be reached"
           : status == 403 ? "Keystone does not let keystone_user validate "
                             "tokens"
           : status == 408 || status == 429 ? "Keystone is busy"
           : status >= 400 && status < 500  ? NULL
                                            : "Keystone is in trouble";
}

static void
on_answer(struct fetch *fetch)
{
    struct question *question =
        (struct question *) ((char *) fetch -
                             offsetof(struct question, fetch));
    const char *trouble = trouble_of(fetch->status);
    if (fetch->status == 200) {
        take_description(question);
    } else if (fetch->status == 401) {
        ask_with_another(question);
    } else if (trouble != NULL) {
        fail(question, trouble);
    } else {
        report(question->keystone, NULL, NULL);
        answer(question, &(struct verdict){.kind = VERDICT_INVALID});
    }
}

/* --- our own token */

/* Ends a login: who waited goes on, or gets the refusal. */
static void
end_login(struct keystone *keystone, const char *refusal, int64_t pause_us)
{
    pthread_mutex_lock(&keystone->mutex);
    keystone->logs_in = false;
    keystone->refusal = refusal;
    keystone->next_login_us = clock_monotonic_us() + pause_us;
    struct question *question = keystone->waiting;
    keystone->waiting = NULL;
    pthread_mutex_unlock(&keystone->mutex);
    while (question != NULL) {
        struct question *next = question->next;
        if (refusal == NULL) {
            ask(question);
        } else {
            answer_unavailable(question, refusal);
        }
        question = next;
    }
}

static void
keep_token(struct keystone *keystone, const char *token, int64_t expires_us)
{
    int64_t life_us = expires_us - clock_now_us();
    int64_t before_us = life_us / 10 < RENEW_BEFORE_US ? life_us / 10
                                                       : RENEW_BEFORE_US;
    pthread_mutex_lock(&keystone->mutex);
    snprintf(keystone->token, sizeof keystone->token, "%s", token);
    keystone->generation++;
    keystone->expires_us = expires_us;
    keystone->renew_us = expires_us - before_us;
    pthread_mutex_unlock(&keystone->mutex);
}

static void
on_login(struct fetch *fetch)
{
    struct login *login =
        (struct login *) ((char *) fetch - offsetof(struct login, fetch));
    struct keystone *keystone = login->keystone;
    struct arena arena = login->arena;
    struct verdict verdict;
    const char *refusal = trouble_of(fetch->status);
    bool refused = fetch->status >= 400 && fetch->status < 500;
    if (refused) {
        refusal = "Keystone refuses keystone_user";
    } else if (fetch->status == 201) {
        bool read = fetch->token != NULL &&
                    keystone_answer_read(&arena, fetch->text.data,
                                         fetch->text.len, &verdict);
        refusal = read ? NULL : "Keystone's answer to the login of "
                                "keystone_user is not understood";
    }
    if (refusal == NULL) {
        keep_token(keystone, fetch->token, verdict.expires_us);
    } else {
        report(keystone, refusal, fetch->problem);
    }
    end_login(keystone, refusal,
              refused ? REFUSED_PAUSE_US : LOGIN_PAUSE_US);
    arena_done(&arena);
}

static void
log_in(struct keystone *keystone)
{
    struct arena arena;
    char password[SECRET_SIZE];
    arena_init(&arena, QUESTION_MEMORY);
    struct login *login = ARENA_NEW(&arena, struct login);
    pthread_mutex_lock(&keystone->mutex);
    memcpy(password, keystone->password, sizeof password);
    pthread_mutex_unlock(&keystone->mutex);
    login->keystone = keystone;
    login->fetch = (struct fetch){
        .url = keystone->url,
        .headers = {"Accept: application/json",
                    "Content-Type: application/json", "Expect:"},
        .body = keystone_login_body(&arena, keystone->settings, password),
        .timeout_ms = keystone->settings->keystone_timeout_s * 1000,
        .done = on_login};
    login->arena = arena;
    login->fetch.arena = &login->arena;
    fetcher_send(keystone->fetcher, &login->fetch);
}

/* --- asking */

static void
send_question(struct question *question, const char *own_token)
{
    struct keystone *keystone = question->keystone;
    struct arena *arena = &question->arena;
    question->fetch = (struct fetch){
        .arena = arena,
        .url = keystone->url,
        .headers = {"Accept: application/json",
                    arena_printf(arena, "X-Auth-Token: %s", own_token),
                    arena_printf(arena, "X-Subject-Token: %s",
                                 question->token)},
        .timeout_ms = keystone->settings->keystone_timeout_s * 1000,
        .done = on_answer};
    fetcher_send(keystone->fetcher, &question->fetch);
}

/* With the mutex: sets '*ret_login' when somebody must log in, and returns a
 * copy of our token when it can be used meanwhile, else NULL. */
static const char *
choose(struct keystone *keystone, struct question *question, bool *ret_login)
{
    int64_t now_us = clock_now_us();
    bool usable = keystone->token[0] != '\0' && keystone->expires_us > now_us;
    *ret_login = (!usable || keystone->renew_us <= now_us) &&
                 !keystone->logs_in &&
                 keystone->next_login_us <= clock_monotonic_us();
    keystone->logs_in = keystone->logs_in || *ret_login;
    if (usable) {
        question->generation = keystone->generation;
        return arena_strdup(&question->arena, keystone->token);
    }
    return NULL;
}

static void
ask(struct question *question)
{
    struct keystone *keystone = question->keystone;
    bool must_login;
    if (++question->tries > TRIES_MAX) {
        fail(question, REFUSED);
        return;
    }
    pthread_mutex_lock(&keystone->mutex);
    const char *own_token = choose(keystone, question, &must_login);
    const char *refusal = keystone->refusal;
    bool waits = own_token == NULL && keystone->logs_in;
    if (waits) {
        question->next = keystone->waiting;
        keystone->waiting = question;
    }
    pthread_mutex_unlock(&keystone->mutex);
    if (own_token != NULL) {
        send_question(question, own_token);
    } else if (!waits) {
        answer_unavailable(question, refusal != NULL ? refusal : REFUSED);
    }
    if (must_login) {
        log_in(keystone);
    }
}

/* True for what can be a token: other text would not come through a header
 * as it is. */
static bool
is_plausible(const char *token)
{
    size_t len = 0;
    while (len <= TOKEN_MAX && isgraph((unsigned char) token[len])) {
        len++;
    }
    return len > 0 && len <= TOKEN_MAX && token[len] == '\0';
}

void
keystone_ask(void *arg, struct lookup *lookup)
{
    struct arena arena;
    if (!is_plausible(lookup_token(lookup))) {
        lookup_answer(lookup, &(struct verdict){.kind = VERDICT_INVALID});
        return;
    }
    arena_init(&arena, QUESTION_MEMORY);
    struct question *question = ARENA_NEW(&arena, struct question);
    question->keystone = arg;
    question->lookup = lookup;
    question->token = arena_strdup(&arena, lookup_token(lookup));
    question->arena = arena;
    ask(question);
}

/* --- start and change */

static struct err *
read_password(struct keystone *keystone, struct arena *arena)
{
    const struct settings *settings = keystone->settings;
    char password[SECRET_SIZE];
    TRY(secret_read(arena, "keystone_password", settings->keystone_password,
                    settings->keystone_password_file, password));
    pthread_mutex_lock(&keystone->mutex);
    memcpy(keystone->password, password, sizeof password);
    keystone->token[0] = '\0';
    keystone->next_login_us = 0;
    pthread_mutex_unlock(&keystone->mutex);
    return NULL;
}

static void
release_mutex(void *mutex)
{
    pthread_mutex_destroy(mutex);
}

struct err *
keystone_new(struct arena *arena, const struct settings *settings,
             struct fetcher *fetcher, struct keystone **ret_keystone)
{
    struct keystone *keystone = ARENA_NEW(arena, struct keystone);
    *ret_keystone = keystone;
    keystone->settings = settings;
    keystone->fetcher = fetcher;
    keystone->url = arena_printf(arena, "%s/auth/tokens?nocatalog",
                                 settings->keystone_url);
    pthread_mutex_init(&keystone->mutex, NULL);
    arena_defer(arena, release_mutex, &keystone->mutex);
    return read_password(keystone, arena);
}

struct err *
keystone_renew(struct keystone *keystone, struct arena *arena)
{
    return read_password(keystone, arena);
}
