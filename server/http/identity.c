/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who asks.
 */
#include "http/identity.h"

#include <errno.h>

#include "core/arena.h"
#include "core/digest.h"
#include "core/log.h"
#include "core/settings.h"
#include "http/request.h"
#include "net/ip.h"
#include "resource/names.h"

#define TOKENS_MEMORY (16u << 20)
#define SCRATCH_MEMORY (1u << 20)
#define TOKEN_LINE_MAX 1024

struct token {
    char hash[DIGEST_TEXT_SIZE];
    struct caller caller;
};

struct identity {
    const struct settings *settings;
    struct arena memory; /* Of the tokens. */
    struct token *tokens;
    size_t n_tokens;
};

/* --- roles */

/* Adds the rights of one role; false when there is no such role. */
static bool
add_role(struct caller *caller, const char *role, size_t len)
{
    if (len == strlen("admin") && strncmp(role, "admin", len) == 0) {
        caller->is_admin = caller->may_write = caller->may_read = true;
    } else if (len == strlen("member") && strncmp(role, "member", len) == 0) {
        caller->may_write = caller->may_read = true;
    } else if (len == strlen("reader") && strncmp(role, "reader", len) == 0) {
        caller->may_read = true;
    } else {
        return false;
    }
    return true;
}

/* Adds the rights of "a,b,c"; false when one of them does not exist. */
static bool
add_roles(struct caller *caller, const char *roles)
{
    bool known = true;
    while (*roles != '\0') {
        roles += strspn(roles, ", ");
        size_t len = strcspn(roles, ", ");
        known = (len == 0 || add_role(caller, roles, len)) && known;
        roles += len;
    }
    return known;
}

/* --- tokens */

static struct err *
refuse_line(struct arena *arena, const char *file, int no, const char *why)
{
    return err_new(arena, ERR_INVALID_INPUT, "%s:%d: %s; a line is "
                   "\"SHA256-HEX USER PROJECT ROLE[,ROLE]\"", file, no, why);
}

static struct err *
read_line(struct arena *arena, const char *file, int no, char *line,
          struct token *ret_token)
{
    char *save = NULL;
    const char *fields[5] = {NULL};
    char *field = strtok_r(line, " \t\r\n", &save);
    for (size_t i = 0; field != NULL && i < 5; i++) {
        fields[i] = field;
        field = strtok_r(NULL, " \t\r\n", &save);
    }
    if (fields[3] == NULL || fields[4] != NULL) {
        return refuse_line(arena, file, no, "not four fields");
    }
    if (strlen(fields[0]) != DIGEST_TEXT_SIZE - 1 ||
        strspn(fields[0], "0123456789abcdef") != DIGEST_TEXT_SIZE - 1) {
        return refuse_line(arena, file, no,
                           "the hash is not 64 lower-case hexadecimal "
                           "digits");
    }
    memcpy(ret_token->hash, fields[0], DIGEST_TEXT_SIZE);
    ret_token->caller = (struct caller){
        .user_id = arena_strdup(arena, fields[1]),
        .project_id = arena_strdup(arena, fields[2])};
    if (!names_is_id(fields[1]) || !names_is_id(fields[2])) {
        return refuse_line(arena, file, no,
                           "user or project is not up to 255 printable ASCII "
                           "characters");
    }
    if (!add_roles(&ret_token->caller, fields[3])) {
        return refuse_line(arena, file, no,
                           "a role is not admin, member or reader");
    }
    return NULL;
}

static size_t
count_lines(FILE *file)
{
    size_t n = 1;
    for (int c = getc(file); c != EOF; c = getc(file)) {
        n += c == '\n' ? 1 : 0;
    }
    rewind(file);
    return n;
}

static struct err *
read_tokens(struct arena *arena, const char *name, FILE *file,
            struct token **ret_tokens, size_t *ret_n)
{
    char line[TOKEN_LINE_MAX];
    *ret_tokens = ARENA_ARRAY(arena, struct token, count_lines(file));
    *ret_n = 0;
    for (int no = 1; fgets(line, sizeof line, file) != NULL; no++) {
        size_t blank = strspn(line, " \t\r\n");
        if (line[blank] != '\0' && line[blank] != '#') {
            TRY(read_line(arena, name, no, line, &(*ret_tokens)[*ret_n]));
            (*ret_n)++;
        }
    }
    return NULL;
}

struct err *
identity_reload(struct identity *identity, struct arena *arena)
{
    const char *name = identity->settings->tokens_file;
    struct arena memory;
    struct token *tokens;
    size_t n;
    if (identity->settings->auth != AUTH_TOKENS) {
        return NULL;
    }
    FILE *file = fopen(name, "re");
    if (file == NULL) {
        return err_new(arena, ERR_INVALID_INPUT,
                       "cannot read tokens_file \"%s\": %s", name,
                       strerror(errno));
    }
    arena_init(&memory, TOKENS_MEMORY);
    struct err *err = read_tokens(&memory, name, file, &tokens, &n);
    fclose(file);
    if (err != NULL) {
        err = err_new(arena, err->kind, "%s", err->message);
        arena_done(&memory);
        return err;
    }
    arena_done(&identity->memory);
    identity->memory = memory;
    identity->tokens = tokens;
    identity->n_tokens = n;
    return NULL;
}

void
identity_renew(struct identity *identity)
{
    struct arena scratch;
    arena_init(&scratch, SCRATCH_MEMORY);
    struct err *err = identity_reload(identity, &scratch);
    if (err != NULL) {
        log_printf(LOG_ERROR, "reload: %s", err->message);
    } else {
        log_printf(LOG_INFO, "reloaded");
    }
    arena_done(&scratch);
}

static void
release_identity(void *object)
{
    arena_done(&((struct identity *) object)->memory);
}

struct err *
identity_new(struct arena *arena, const struct settings *settings,
             struct identity **ret_identity)
{
    struct identity *identity = ARENA_NEW(arena, struct identity);
    identity->settings = settings;
    arena_init(&identity->memory, TOKENS_MEMORY);
    arena_defer(arena, release_identity, identity);
    *ret_identity = identity;
    return identity_reload(identity, arena);
}

/* Compares with every token, in a time that tells nothing. */
static const struct token *
find_token(const struct identity *identity, const char *token)
{
    char hash[DIGEST_TEXT_SIZE];
    const struct token *found = NULL;
    digest_sha256(token, strlen(token), hash);
    for (size_t i = 0; i < identity->n_tokens; i++) {
        if (digest_equal(identity->tokens[i].hash, hash, sizeof hash)) {
            found = &identity->tokens[i];
        }
    }
    return found;
}

static struct err *
check_token(const struct identity *identity, struct arena *arena,
            const struct headers *headers, bool open,
            struct caller *ret_caller)
{
    const struct token *token =
        headers->token == NULL ? NULL : find_token(identity, headers->token);
    if (token == NULL) {
        *ret_caller = (struct caller){.user_id = "", .project_id = ""};
        return open ? NULL
                    : err_new(arena, ERR_UNAUTHORIZED,
                              headers->token == NULL
                                  ? "a token is needed in X-Auth-Token"
                                  : "the token in X-Auth-Token is not valid");
    }
    *ret_caller = token->caller;
    /* A reload may release the table while the request is under way. */
    ret_caller->user_id = arena_strdup(arena, token->caller.user_id);
    ret_caller->project_id = arena_strdup(arena, token->caller.project_id);
    return NULL;
}

/* --- no authentication: loopback only */

/* True for "127.0.0.1:9696", "localhost", "[::1]:9696". */
static bool
is_this_machine(struct arena *arena, const char *host)
{
    struct ip_addr ip;
    size_t len = strcspn(host, ":");
    if (host[0] == '[') {
        host++;
        len = strcspn(host, "]");
    }
    const char *name = arena_strndup(arena, host, len);
    return strcmp(name, "localhost") == 0 ||
           (ip_parse(name, &ip) && ip_is_loopback(&ip));
}

/* A web page of somebody else can make a browser send requests here; it
 * cannot make it lie about Host and Origin. */
static struct err *
check_foreign(struct arena *arena, const struct headers *headers)
{
    const char *origin = headers->origin;
    if (headers->host != NULL && !is_this_machine(arena, headers->host)) {
        return err_new(arena, ERR_FOREIGN,
                       "Host \"%s\" is not this machine: a server without "
                       "authentication serves only its own", headers->host);
    }
    if (origin == NULL) {
        return NULL;
    }
    const char *host = strstr(origin, "://");
    if (host == NULL || headers->host == NULL ||
        strcmp(host + 3, headers->host) != 0) {
        return err_new(arena, ERR_FOREIGN,
                       "Origin \"%s\" is not this server: a server without "
                       "authentication serves no other web page", origin);
    }
    return NULL;
}

static struct err *
trust_headers(const struct identity *identity, struct arena *arena,
              const struct headers *headers, struct caller *ret_caller)
{
    bool named = headers->project_id != NULL && headers->project_id[0] != '\0';
    TRY(check_foreign(arena, headers));
    if (!names_is_id(headers->project_id) || !names_is_id(headers->user_id)) {
        return err_new(arena, ERR_BAD_REQUEST,
                       "X-Project-Id and X-User-Id are up to 255 printable "
                       "ASCII characters");
    }
    *ret_caller = (struct caller){
        .user_id = headers->user_id == NULL ? "" : headers->user_id,
        .project_id = named ? headers->project_id
                            : identity->settings->default_project};
    add_roles(ret_caller, headers->roles == NULL ? "admin" : headers->roles);
    return NULL;
}

struct err *
identity_check(const struct identity *identity, struct arena *arena,
               const struct headers *headers, bool open,
               struct caller *ret_caller)
{
    if (identity->settings->auth == AUTH_TOKENS) {
        TRY(check_token(identity, arena, headers, open, ret_caller));
    } else {
        TRY(trust_headers(identity, arena, headers, ret_caller));
    }
    if (!open && !ret_caller->may_read) {
        return err_new(arena, ERR_FORBIDDEN,
                       "none of the roles admin, member and reader is held");
    }
    return NULL;
}
