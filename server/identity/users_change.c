/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The changes of the file of users.
 */
#include <string.h>

#include "core/digest.h"
#include "core/uuid.h"
#include "identity/roles.h"
#include "identity/users_edit.h"
#include "resource/names.h"

static const char *
new_id(const struct users_edit *edit)
{
    char text[UUID_TEXT_SIZE];
    struct uuid id = uuid_new_random();
    uuid_to_text(&id, text);
    return arena_strdup(edit->arena, text);
}

/* The object of the list 'list' whose 'key' is 'value', or NULL; its place in
 * '*ret_index'. */
static json_t *
find(const json_t *list, const char *key, const char *value,
     size_t *ret_index)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *object = json_array_get(list, i);
        const char *text = json_string_value(json_object_get(object, key));
        if (text != NULL && strcmp(text, value) == 0) {
            *ret_index = i;
            return object;
        }
    }
    return NULL;
}

/* The list 'key' of 'object', made when it is not there. */
static json_t *
list_of(json_t *object, const char *key)
{
    json_t *list = json_object_get(object, key);
    if (list == NULL) {
        json_object_set_new(object, key, json_array());
        list = json_object_get(object, key);
    }
    return list;
}

static struct err *
check_name(const struct users_edit *edit, const char *what, const char *name)
{
    return users_is_name(name)
               ? NULL
               : err_new(edit->arena, ERR_INVALID_INPUT,
                         "%s \"%s\" is not valid; a name is 1 to %d bytes of "
                         "UTF-8 without control characters", what, name,
                         USERS_NAME_MAX);
}

/* --- users */

json_t *
users_edit_find(const struct users_edit *edit, const char *name)
{
    size_t index;
    return find(json_object_get(edit->json, "users"), "name", name, &index);
}

struct err *
users_edit_add(struct users_edit *edit, const char *name, const char *hash,
               json_t **ret_user)
{
    TRY(check_name(edit, "user", name));
    *ret_user = json_pack("{s:s, s:s, s:s, s:{}, s:[]}", "id", new_id(edit),
                          "name", name, "password", hash, "roles",
                          "credentials");
    json_array_append_new(list_of(edit->json, "users"), *ret_user);
    return NULL;
}

void
users_edit_password(json_t *user, const char *hash)
{
    json_object_set_new(user, "password", json_string(hash));
}

void
users_edit_remove(struct users_edit *edit, const json_t *user)
{
    json_t *list = json_object_get(edit->json, "users");
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (json_array_get(list, i) == user) {
            json_array_remove(list, i);
            return;
        }
    }
}

/* --- projects and roles */

struct err *
users_edit_project(struct users_edit *edit, const char *name, const char *id,
                   const char **ret_id)
{
    size_t index;
    json_t *list = list_of(edit->json, "projects");
    const json_t *project = find(list, "name", name, &index);
    if (project != NULL) {
        *ret_id = json_string_value(json_object_get(project, "id"));
        return id == NULL || strcmp(id, *ret_id) == 0
                   ? NULL
                   : err_new(edit->arena, ERR_INVALID_INPUT,
                             "project \"%s\" has the id \"%s\"", name,
                             *ret_id);
    }
    TRY(check_name(edit, "project", name));
    *ret_id = id == NULL ? new_id(edit) : id;
    if (!names_is_id(*ret_id) || (*ret_id)[0] == '\0' ||
        find(list, "id", *ret_id, &index) != NULL) {
        return err_new(edit->arena, ERR_INVALID_INPUT,
                       "project id \"%s\" is in use, or not 1 to 255 "
                       "printable ASCII characters", *ret_id);
    }
    json_array_append_new(list, json_pack("{s:s, s:s}", "id", *ret_id,
                                          "name", name));
    return NULL;
}

static struct err *
check_role(const struct users_edit *edit, const char *role)
{
    return role_find(role, strlen(role)) != 0
               ? NULL
               : err_new(edit->arena, ERR_INVALID_INPUT,
                         "role \"%s\" is not valid; valid is one of: "
                         ROLES_VALID, role);
}

static void
drop_text(json_t *list, const char *text)
{
    for (size_t i = json_array_size(list); i > 0; i--) {
        const char *other = json_string_value(json_array_get(list, i - 1));
        if (other != NULL && strcmp(other, text) == 0) {
            json_array_remove(list, i - 1);
        }
    }
}

struct err *
users_edit_grant(struct users_edit *edit, json_t *user,
                 const char *project_id, const char *role)
{
    TRY(check_role(edit, role));
    if (json_object_get(user, "roles") == NULL) {
        json_object_set_new(user, "roles", json_object());
    }
    json_t *roles = list_of(json_object_get(user, "roles"), project_id);
    drop_text(roles, role);
    json_array_append_new(roles, json_string(role));
    if (json_object_get(user, "default_project") == NULL) {
        json_object_set_new(user, "default_project",
                            json_string(project_id));
    }
    return NULL;
}

/* The roles that 'user' has in a project, or an error. */
static struct err *
find_roles(const struct users_edit *edit, const json_t *user,
           const char *project_id, json_t **ret_roles)
{
    *ret_roles = json_object_get(json_object_get(user, "roles"), project_id);
    return *ret_roles != NULL
               ? NULL
               : err_new(edit->arena, ERR_INVALID_INPUT,
                         "the user has no role in this project");
}

struct err *
users_edit_revoke(struct users_edit *edit, json_t *user,
                  const char *project_id, const char *role)
{
    json_t *roles;
    TRY(find_roles(edit, user, project_id, &roles));
    if (role != NULL) {
        TRY(check_role(edit, role));
        drop_text(roles, role);
    }
    if (role != NULL && json_array_size(roles) > 0) {
        return NULL;
    }
    json_object_del(json_object_get(user, "roles"), project_id);
    const char *main = json_string_value(
        json_object_get(user, "default_project"));
    if (main != NULL && strcmp(main, project_id) == 0) {
        json_object_del(user, "default_project");
    }
    return NULL;
}

/* --- application credentials */

struct err *
users_edit_add_credential(struct users_edit *edit, json_t *user,
                          const char *project_id, const char *role,
                          const char *name, struct new_credential *ret)
{
    size_t index;
    json_t *roles, *list = list_of(user, "credentials");
    char hash[DIGEST_TEXT_SIZE];
    TRY(check_name(edit, "credential", name));
    if (find(list, "name", name, &index) != NULL) {
        return err_new(edit->arena, ERR_INVALID_INPUT,
                       "the user has a credential \"%s\"", name);
    }
    TRY(find_roles(edit, user, project_id, &roles));
    if (role != NULL) {
        TRY(check_role(edit, role));
    }
    ret->id = new_id(edit);
    secret_new(ret->secret);
    digest_sha256(ret->secret, strlen(ret->secret), hash);
    json_array_append_new(
        list, json_pack("{s:s, s:s, s:s, s:o, s:s}", "id", ret->id, "name",
                        name, "project", project_id, "roles",
                        role == NULL ? json_deep_copy(roles)
                                     : json_pack("[s]", role),
                        "secret", hash));
    return NULL;
}

struct err *
users_edit_remove_credential(struct users_edit *edit, json_t *user,
                             const char *id)
{
    size_t index;
    json_t *list = json_object_get(user, "credentials");
    if (find(list, "id", id, &index) == NULL &&
        find(list, "name", id, &index) == NULL) {
        return err_new(edit->arena, ERR_INVALID_INPUT,
                       "the user has no credential \"%s\"", id);
    }
    json_array_remove(list, index);
    return NULL;
}
