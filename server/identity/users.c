/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the file of users: JSON to structures that refer to one another.
 * users_find.c finds things in them.
 */
#include "identity/users.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/digest.h"
#include "identity/password.h"
#include "identity/roles.h"
#include "resource/names.h"
#include "schema/jsonval.h"

#define FILE_MAX (16u << 20)

/* --- the file */

static struct err *
fail(struct arena *arena, const char *path, const char *why)
{
    return err_new(arena, ERR_INVALID_INPUT,
                   "cannot read identity_file \"%s\": %s", path, why);
}

static void
release_json(void *json)
{
    json_decref(json);
}

static struct err *
check_file(struct arena *arena, const char *path, int fd)
{
    struct stat info;
    if (fstat(fd, &info) != 0) {
        return fail(arena, path, strerror(errno));
    }
    if (!S_ISREG(info.st_mode) || info.st_size > FILE_MAX) {
        return fail(arena, path, "it is no file of up to 16 MiB");
    }
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return fail(arena, path, "others than its owner may read or write "
                    "it; \"chmod 600\" it");
    }
    return NULL;
}

static struct err *
parse(struct arena *arena, const char *path, int fd, json_t **ret_json)
{
    json_error_t error;
    TRY(check_file(arena, path, fd));
    *ret_json = json_loadfd(fd, JSON_REJECT_DUPLICATES, &error);
    if (*ret_json == NULL) {
        return fail(arena, path,
                    arena_printf(arena, "line %d: %s", error.line,
                                 error.text));
    }
    arena_defer(arena, release_json, *ret_json);
    return NULL;
}

struct err *
users_read_json(struct arena *arena, const char *path, json_t **ret_json)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return fail(arena, path, strerror(errno));
    }
    struct err *err = parse(arena, path, fd, ret_json);
    close(fd);
    return err;
}

/* --- its parts */

struct reader {
    struct arena *arena;
    struct users *users;
    const char *where; /* "user "alice"", for messages. */
};

static struct err *
refuse(const struct reader *reader, const char *key, const char *valid)
{
    return err_new(reader->arena, ERR_INVALID_INPUT,
                   "%s: \"%s\" is not %s", reader->where, key, valid);
}

static const char *
copy_text(const struct reader *reader, const json_t *json, const char *key)
{
    const char *text = jsonval_text(json_object_get(json, key));
    return text == NULL ? NULL : arena_strdup(reader->arena, text);
}

static struct err *
read_id(const struct reader *reader, const json_t *json, const char **ret_id)
{
    *ret_id = copy_text(reader, json, "id");
    if (*ret_id == NULL || (*ret_id)[0] == '\0' || !names_is_id(*ret_id)) {
        return refuse(reader, "id", "1 to 255 printable ASCII characters");
    }
    return NULL;
}

static struct err *
read_name(const struct reader *reader, const json_t *json,
          const char **ret_name)
{
    *ret_name = copy_text(reader, json, "name");
    if (*ret_name == NULL || !users_is_name(*ret_name)) {
        return refuse(reader, "name",
                      "1 to 255 bytes without control characters");
    }
    return NULL;
}

static struct err *
read_list(const struct reader *reader, const json_t *json, const char *key,
          const json_t **ret_list)
{
    *ret_list = json_object_get(json, key);
    if (*ret_list != NULL && !json_is_array(*ret_list)) {
        return refuse(reader, key, "a list");
    }
    return NULL;
}

static struct err *
read_project(struct reader *reader, const json_t *json,
             struct project *ret_project)
{
    reader->where = "a project";
    TRY(read_id(reader, json, &ret_project->id));
    reader->where = arena_printf(reader->arena, "project \"%s\"",
                                 ret_project->id);
    TRY(read_name(reader, json, &ret_project->name));
    if (users_find_project(reader->users, ret_project->id) != NULL ||
        users_find_project_name(reader->users, ret_project->name) != NULL) {
        return refuse(reader, "name", "a project of its own");
    }
    return NULL;
}

static struct err *
read_projects(struct reader *reader, const json_t *json)
{
    struct users *users = reader->users;
    const json_t *list;
    reader->where = "the file";
    TRY(read_list(reader, json, "projects", &list));
    size_t n = json_array_size(list);
    users->projects = ARENA_ARRAY(reader->arena, struct project, n + 1);
    for (size_t i = 0; i < n; i++) {
        TRY(read_project(reader, json_array_get(list, i),
                         &users->projects[i]));
        users->n_projects++;
    }
    return NULL;
}

static struct err *
read_roles(const struct reader *reader, const json_t *json,
           unsigned *ret_roles)
{
    *ret_roles = 0;
    for (size_t i = 0; i < json_array_size(json); i++) {
        const char *name = jsonval_text(json_array_get(json, i));
        unsigned role = name == NULL ? 0 : role_find(name, strlen(name));
        if (role == 0) {
            return refuse(reader, "roles", "a list of: " ROLES_VALID);
        }
        *ret_roles |= role;
    }
    return *ret_roles == 0 ? refuse(reader, "roles", "a list of: "
                                    ROLES_VALID)
                           : NULL;
}

/* The project whose id is the text 'json'. */
static struct err *
read_reference(const struct reader *reader, const char *key,
               const char *id, const struct project **ret_project)
{
    *ret_project = id == NULL ? NULL
                              : users_find_project(reader->users, id);
    return *ret_project == NULL
               ? refuse(reader, key, "the id of a project")
               : NULL;
}

static struct err *
read_grants(const struct reader *reader, const json_t *json,
            struct user *user)
{
    const char *id;
    json_t *roles, *object = json_object_get(json, "roles");
    user->grants = ARENA_ARRAY(reader->arena, struct grant,
                               json_object_size(object) + 1);
    json_object_foreach(object, id, roles)
    {
        struct grant *grant = &user->grants[user->n_grants++];
        TRY(read_reference(reader, "roles", id, &grant->project));
        TRY(read_roles(reader, roles, &grant->roles));
    }
    return NULL;
}

static struct err *
read_credential(const struct reader *reader, const json_t *json,
                struct credential *credential)
{
    TRY(read_id(reader, json, &credential->id));
    TRY(read_name(reader, json, &credential->name));
    TRY(read_reference(reader, "project",
                       jsonval_text(json_object_get(json, "project")),
                       &credential->project));
    TRY(read_roles(reader, json_object_get(json, "roles"),
                   &credential->roles));
    credential->secret = copy_text(reader, json, "secret");
    if (credential->secret == NULL ||
        strlen(credential->secret) != DIGEST_TEXT_SIZE - 1) {
        return refuse(reader, "secret", "64 hexadecimal digits");
    }
    return NULL;
}

static struct err *
read_credentials(const struct reader *reader, const json_t *json,
                 struct user *user)
{
    const json_t *list;
    TRY(read_list(reader, json, "credentials", &list));
    size_t n = json_array_size(list);
    user->credentials = ARENA_ARRAY(reader->arena, struct credential, n + 1);
    for (size_t i = 0; i < n; i++) {
        TRY(read_credential(reader, json_array_get(list, i),
                            &user->credentials[i]));
        user->n_credentials++;
    }
    return NULL;
}

static struct err *
read_user(struct reader *reader, const json_t *json, struct user *user)
{
    const char *project = jsonval_text(
        json_object_get(json, "default_project"));
    reader->where = "a user";
    TRY(read_id(reader, json, &user->id));
    reader->where = arena_printf(reader->arena, "user \"%s\"", user->id);
    TRY(read_name(reader, json, &user->name));
    if (users_find(reader->users, user->id) != NULL ||
        users_find_name(reader->users, user->name) != NULL) {
        return refuse(reader, "name", "a user of its own");
    }
    user->password = copy_text(reader, json, "password");
    if (user->password != NULL && !password_is_hash(user->password)) {
        return refuse(reader, "password", "a hash by Argon2id");
    }
    if (project != NULL) {
        TRY(read_reference(reader, "default_project", project,
                           &user->default_project));
    }
    TRY(read_grants(reader, json, user));
    return read_credentials(reader, json, user);
}

struct err *
users_of_json(struct arena *arena, const json_t *json,
              const struct users **ret_users)
{
    struct reader reader = {.arena = arena,
                            .users = ARENA_NEW(arena, struct users)};
    const json_t *list;
    if (!json_is_object(json)) {
        return err_new(arena, ERR_INVALID_INPUT, "it is no JSON object");
    }
    TRY(read_projects(&reader, json));
    reader.where = "the file";
    TRY(read_list(&reader, json, "users", &list));
    size_t n = json_array_size(list);
    reader.users->users = ARENA_ARRAY(arena, struct user, n + 1);
    for (size_t i = 0; i < n; i++) {
        TRY(read_user(&reader, json_array_get(list, i),
                      &reader.users->users[i]));
        reader.users->n_users++;
    }
    *ret_users = reader.users;
    return NULL;
}

struct err *
users_read(struct arena *arena, const char *path,
           const struct users **ret_users)
{
    json_t *json;
    TRY(users_read_json(arena, path, &json));
    struct err *err = users_of_json(arena, json, ret_users);
    return err == NULL ? NULL : fail(arena, path, err->message);
}
