/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of users in the tests' own words: JSON with single quotes.
 */
#ifndef UNIT_IDENTITY_USERS_H
#define UNIT_IDENTITY_USERS_H

#include <criterion/criterion.h>

#include "identity/users.h"

/* Argon2id of "secret". */
#define HASH                                                          \
    "$argon2id$v=19$m=65536,t=2,p=1$5aV2GSNm09kpMAZVkhso0g"           \
    "$VtdhvikEYKxvzz5uPImoWXx3CqvY5IFlGrgmomChpms"
#define ZEROS "0000000000000000"
#define SECRET ZEROS ZEROS ZEROS ZEROS

#define PROJECTS                        \
    "'projects': [{'id': 'p1', 'name': 'blue'}, {'id': 'p2', 'name': 'red'}]"
#define CREDENTIAL                                                       \
    "{'id': 'c1', 'name': 'ci', 'project': 'p1', 'roles': ['reader'], "  \
    "'secret': '" SECRET "'}"
#define ALICE                                                           \
    "{'id': 'u1', 'name': 'alice', 'password': '" HASH "', "            \
    "'default_project': 'p1', 'credentials': [" CREDENTIAL "], "        \
    "'roles': {'p1': ['member', 'reader'], 'p2': ['admin']}}"
#define USERS "{" PROJECTS ", 'users': [" ALICE "]}"

static inline char *
with_double_quotes(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    for (char *p = copy; (p = strchr(p, '\'')) != NULL;) {
        *p = '"';
    }
    return copy;
}

/* What users_of_json makes of 'text': NULL, or the message of its error. */
static inline const char *
read_users(struct arena *arena, const char *text,
           const struct users **ret_users)
{
    json_error_t error;
    json_t *json = json_loads(with_double_quotes(arena, text), 0, &error);
    cr_assert_not_null(json, "%s: %s", error.text, text);
    struct err *err = users_of_json(arena, json, ret_users);
    json_decref(json);
    return err == NULL ? NULL : err->message;
}

#endif
