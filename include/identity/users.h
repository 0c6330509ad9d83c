/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users, their projects and their application credentials: one JSON file.
 *
 *     {"projects": [{"id": "5a0c...", "name": "blue"}],
 *      "users": [{"id": "91f7...", "name": "alice",
 *                 "password": "$argon2id$...", "default_project": "5a0c...",
 *                 "roles": {"5a0c...": ["member"]},
 *                 "credentials": [{"id": "c1e2...", "name": "ci",
 *                     "project": "5a0c...", "roles": ["member"],
 *                     "secret": "SHA-256 of it"}]}]}
 *
 * What was read does not change; who reads the file again has another one
 * beside it.  identity/users_edit.h changes the file.
 */
#ifndef IDENTITY_USERS_H
#define IDENTITY_USERS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/err.h"

struct settings;

#define USERS_NAME_MAX 255 /* Bytes of the name of anything. */

struct project {
    const char *id;
    const char *name;
};

struct grant {
    const struct project *project;
    unsigned roles; /* Of identity/roles.h; not 0. */
};

struct credential {
    const char *id;
    const char *name;
    const struct project *project;
    unsigned roles;     /* At most these of its user's. */
    const char *secret; /* Its SHA-256. */
};

struct user {
    const char *id;
    const char *name;
    const char *password; /* Hash; NULL: none, no password is right. */
    const struct project *default_project; /* NULL: none. */
    struct grant *grants;
    size_t n_grants;
    struct credential *credentials;
    size_t n_credentials;
};

struct users {
    struct project *projects;
    size_t n_projects;
    struct user *users;
    size_t n_users;
};

/* Where the file is: the setting identity_file, or identity.json in the
 * directory of 'data'; NULL when there is neither. */
const char *users_path(struct arena *arena, const struct settings *settings);

/* Reads the file 'path'; refuses one that others than its owner can read. */
struct err *users_read(struct arena *arena, const char *path,
                       const struct users **ret_users) MUST_CHECK;

/* The two halves of it. */
struct err *users_read_json(struct arena *arena, const char *path,
                            json_t **ret_json) MUST_CHECK;
struct err *users_of_json(struct arena *arena, const json_t *json,
                          const struct users **ret_users) MUST_CHECK;

/* The one that is called so, or NULL. */
const struct user *users_find(const struct users *users, const char *id);
const struct user *users_find_name(const struct users *users,
                                   const char *name);
const struct project *users_find_project(const struct users *users,
                                         const char *id);
const struct project *users_find_project_name(const struct users *users,
                                              const char *name);
const struct credential *user_find_credential(const struct user *user,
                                              const char *id);

/* The roles that 'user' holds in 'project', or 0. */
unsigned user_roles(const struct user *user, const struct project *project);

/* True for what can be a name: 1 to USERS_NAME_MAX bytes of UTF-8 without
 * control characters. */
bool users_is_name(const char *text);

#endif
