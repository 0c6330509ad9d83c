/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes of the file of users (identity/users.h), by its owner's commands.
 *
 * An edit holds a lock on FILE.lock, so that two of them follow one another,
 * and replaces the file as a whole: who reads it sees the old or the new one,
 * also after a crash.
 */
#ifndef IDENTITY_USERS_EDIT_H
#define IDENTITY_USERS_EDIT_H

#include "identity/password.h"
#include "identity/users.h"

/* A file under way. */
struct users_edit {
    struct arena *arena;
    const char *path;
    json_t *json;
    int lock_fd;
};

/* Takes the lock and reads 'path'; a file that is not there is empty.  The
 * lock is held until 'arena' ends. */
struct err *users_edit_begin(struct arena *arena, const char *path,
                             struct users_edit *ret_edit) MUST_CHECK;

/* Writes the file, readable by its owner alone. */
struct err *users_edit_commit(struct users_edit *edit) MUST_CHECK;

/* The user called 'name', or NULL. */
json_t *users_edit_find(const struct users_edit *edit, const char *name);

/* A new user without a project, whose password has this hash. */
struct err *users_edit_add(struct users_edit *edit, const char *name,
                           const char *hash, json_t **ret_user) MUST_CHECK;

/* Gives another password: tokens that the old one gave end. */
void users_edit_password(json_t *user, const char *hash);

/* Removes 'user' with its credentials. */
void users_edit_remove(struct users_edit *edit, const json_t *user);

/* The id of the project called 'name'.  When there is none it is made, with
 * the id 'id' (NULL: a new one). */
struct err *users_edit_project(struct users_edit *edit, const char *name,
                               const char *id,
                               const char **ret_id) MUST_CHECK;

/* Gives 'user' a role in a project, which becomes its default project when it
 * has none; takes one role or all (NULL) away again. */
struct err *users_edit_grant(struct users_edit *edit, json_t *user,
                             const char *project_id,
                             const char *role) MUST_CHECK;
struct err *users_edit_revoke(struct users_edit *edit, json_t *user,
                              const char *project_id,
                              const char *role) MUST_CHECK;

/* A new application credential called 'name' for a project, with 'role' or
 * (NULL) all the roles that the user has there.  The secret is nowhere
 * else. */
struct new_credential {
    const char *id;
    char secret[SECRET_TEXT_SIZE];
};
struct err *users_edit_add_credential(struct users_edit *edit, json_t *user,
                                      const char *project_id,
                                      const char *role, const char *name,
                                      struct new_credential *ret) MUST_CHECK;

struct err *users_edit_remove_credential(struct users_edit *edit,
                                         json_t *user,
                                         const char *id) MUST_CHECK;

#endif
