/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding things among users.  They are few: one after the other is looked
 * at.
 */
#include <string.h>

#include "core/settings.h"
#include "core/utf8.h"
#include "identity/users.h"

const char *
users_path(struct arena *arena, const struct settings *settings)
{
    if (settings->identity_file[0] != '\0') {
        return settings->identity_file;
    }
    return settings->data[0] == '\0'
               ? NULL
               : arena_printf(arena, "%s/identity.json", settings->data);
}

const struct user *
users_find(const struct users *users, const char *id)
{
    for (size_t i = 0; i < users->n_users; i++) {
        if (strcmp(users->users[i].id, id) == 0) {
            return &users->users[i];
        }
    }
    return NULL;
}

const struct user *
users_find_name(const struct users *users, const char *name)
{
    for (size_t i = 0; i < users->n_users; i++) {
        if (strcmp(users->users[i].name, name) == 0) {
            return &users->users[i];
        }
    }
    return NULL;
}

const struct project *
users_find_project(const struct users *users, const char *id)
{
    for (size_t i = 0; i < users->n_projects; i++) {
        if (strcmp(users->projects[i].id, id) == 0) {
            return &users->projects[i];
        }
    }
    return NULL;
}

const struct project *
users_find_project_name(const struct users *users, const char *name)
{
    for (size_t i = 0; i < users->n_projects; i++) {
        if (strcmp(users->projects[i].name, name) == 0) {
            return &users->projects[i];
        }
    }
    return NULL;
}

const struct credential *
user_find_credential(const struct user *user, const char *id)
{
    for (size_t i = 0; i < user->n_credentials; i++) {
        if (strcmp(user->credentials[i].id, id) == 0) {
            return &user->credentials[i];
        }
    }
    return NULL;
}

unsigned
user_roles(const struct user *user, const struct project *project)
{
    for (size_t i = 0; i < user->n_grants; i++) {
        if (user->grants[i].project == project) {
            return user->grants[i].roles;
        }
    }
    return 0;
}

bool
users_is_name(const char *text)
{
    size_t len = strlen(text);
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char) text[i] < ' ' || text[i] == 0x7f) {
            return false;
        }
    }
    return len > 0 && len <= USERS_NAME_MAX && utf8_is_valid(text);
}
