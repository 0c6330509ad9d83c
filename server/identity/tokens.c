/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of tokens.
 */
#include "identity/tokens.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/digest.h"
#include "identity/roles.h"
#include "resource/names.h"

#define TOKENS_MEMORY (16u << 20)
#define TOKEN_LINE_MAX 1024

struct token {
    char hash[DIGEST_TEXT_SIZE];
    struct verdict verdict;
};

struct tokens {
    struct arena memory;
    struct token *items;
    size_t n;
};

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
    ret_token->verdict = (struct verdict){
        .kind = VERDICT_VALID,
        .user_id = arena_strdup(arena, fields[1]),
        .project_id = arena_strdup(arena, fields[2]),
        .expires_us = INT64_MAX};
    if (!names_is_id(fields[1]) || !names_is_id(fields[2])) {
        return refuse_line(arena, file, no,
                           "user or project is not up to 255 printable ASCII "
                           "characters");
    }
    if (!roles_parse(fields[3], &ret_token->verdict.roles)) {
        return refuse_line(arena, file, no,
                           "a role is not one of: " ROLES_VALID);
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
tokens_load(struct tokens *tokens, struct arena *arena, const char *name)
{
    struct arena memory;
    struct token *items;
    size_t n;
    FILE *file = fopen(name, "re");
    if (file == NULL) {
        return err_new(arena, ERR_INVALID_INPUT,
                       "cannot read tokens_file \"%s\": %s", name,
                       strerror(errno));
    }
    arena_init(&memory, TOKENS_MEMORY);
    struct err *err = read_tokens(&memory, name, file, &items, &n);
    fclose(file);
    if (err != NULL) {
        err = err_new(arena, err->kind, "%s", err->message);
        arena_done(&memory);
        return err;
    }
    arena_done(&tokens->memory);
    *tokens = (struct tokens){memory, items, n};
    return NULL;
}

static void
release_tokens(void *object)
{
    arena_done(&((struct tokens *) object)->memory);
}

struct tokens *
tokens_new(struct arena *arena)
{
    struct tokens *tokens = ARENA_NEW(arena, struct tokens);
    arena_init(&tokens->memory, TOKENS_MEMORY);
    arena_defer(arena, release_tokens, tokens);
    return tokens;
}

/* Compares with every token, in a time that tells nothing. */
struct verdict
tokens_find(const struct tokens *tokens, const char *token)
{
    char hash[DIGEST_TEXT_SIZE];
    struct verdict found = {.kind = VERDICT_INVALID};
    digest_sha256(token, strlen(token), hash);
    for (size_t i = 0; i < tokens->n; i++) {
        if (digest_equal(tokens->items[i].hash, hash, sizeof hash)) {
            found = tokens->items[i].verdict;
        }
    }
    return found;
}
