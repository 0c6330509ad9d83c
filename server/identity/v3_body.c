/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the body of POST /v3/auth/tokens.
 */
#include "identity/v3_body.h"

#include <string.h>
#include <strings.h>

static const char *const methods[] = {
    [V3_PASSWORD] = "password",
    [V3_TOKEN] = "token",
    [V3_CREDENTIAL] = "application_credential",
};
#define N_METHODS (sizeof methods / sizeof *methods)

const char *
v3_method_name(enum v3_method method)
{
    return methods[method];
}

/* --- members */

static struct err *
refuse(struct arena *arena, const char *where, const char *valid)
{
    return err_new(arena, ERR_BAD_REQUEST, "\"%s\" is not %s", where, valid);
}

/* The object 'key' of 'json'; 'where' is its place, for the message. */
static struct err *
read_object(struct arena *arena, const json_t *json, const char *key,
            const char *where, const json_t **ret_object)
{
    *ret_object = json_object_get(json, key);
    return json_is_object(*ret_object) ? NULL
                                       : refuse(arena, where, "an object");
}

/* The text 'key'; NULL when it is absent or null. */
static struct err *
read_text(struct arena *arena, const json_t *json, const char *key,
          const char **ret_text)
{
    const json_t *value = json_object_get(json, key);
    *ret_text = json_string_value(value);
    return value == NULL || json_is_null(value) || *ret_text != NULL
               ? NULL
               : refuse(arena, key, "a string");
}

static struct err *
need_text(struct arena *arena, const json_t *json, const char *key,
          const char **ret_text)
{
    TRY(read_text(arena, json, key, ret_text));
    return *ret_text != NULL ? NULL : refuse(arena, key, "given");
}

/* {"id": ...} or {"name": ..., "domain": {"id" or "name": ...}} */
static struct err *
read_named(struct arena *arena, const json_t *json, const char *where,
           struct v3_named *ret_named)
{
    const char *id, *name;
    const json_t *domain = json_object_get(json, "domain");
    TRY(read_text(arena, json, "id", &ret_named->id));
    TRY(read_text(arena, json, "name", &ret_named->name));
    if (ret_named->id == NULL && ret_named->name == NULL) {
        return refuse(arena, where, "given by its \"id\" or its \"name\"");
    }
    if (domain == NULL || json_is_null(domain)) {
        return NULL;
    }
    if (!json_is_object(domain)) {
        return refuse(arena, "domain", "an object");
    }
    TRY(read_text(arena, domain, "id", &id));
    TRY(read_text(arena, domain, "name", &name));
    ret_named->foreign =
        (id != NULL && strcasecmp(id, V3_DOMAIN_ID) != 0) ||
        (name != NULL && strcasecmp(name, V3_DOMAIN_NAME) != 0);
    return NULL;
}

/* --- methods */

static struct err *
read_password(struct arena *arena, const json_t *json, struct v3_auth *auth)
{
    const json_t *user;
    TRY(read_object(arena, json, "user", "password.user", &user));
    TRY(read_named(arena, user, "password.user", &auth->user));
    return need_text(arena, user, "password", &auth->secret);
}

static struct err *
read_token(struct arena *arena, const json_t *json, struct v3_auth *auth)
{
    return need_text(arena, json, "id", &auth->secret);
}

static struct err *
read_credential(struct arena *arena, const json_t *json,
                struct v3_auth *auth)
{
    const json_t *user = json_object_get(json, "user");
    TRY(read_named(arena, json, "application_credential",
                   &auth->credential));
    TRY(need_text(arena, json, "secret", &auth->secret));
    if (auth->credential.id != NULL) {
        return NULL;
    }
    if (!json_is_object(user)) {
        return refuse(arena, "application_credential.user",
                      "an object, which its \"name\" needs");
    }
    return read_named(arena, user, "application_credential.user",
                      &auth->user);
}

static struct err *
find_method(struct arena *arena, const json_t *list, enum v3_method *ret)
{
    const char *name = json_string_value(json_array_get(list, 0));
    for (size_t i = 0; json_array_size(list) == 1 && i < N_METHODS; i++) {
        if (name != NULL && strcmp(methods[i], name) == 0) {
            *ret = (enum v3_method) i;
            return NULL;
        }
    }
    return refuse(arena, "auth.identity.methods",
                  "a list of one of: password, token, "
                  "application_credential");
}

static struct err *
read_identity(struct arena *arena, const json_t *json, struct v3_auth *auth)
{
    static struct err *(*const read[])(struct arena *, const json_t *,
                                       struct v3_auth *) = {
        [V3_PASSWORD] = read_password,
        [V3_TOKEN] = read_token,
        [V3_CREDENTIAL] = read_credential,
    };
    const json_t *identity, *method;
    TRY(read_object(arena, json, "identity", "auth.identity", &identity));
    TRY(find_method(arena, json_object_get(identity, "methods"),
                    &auth->method));
    const char *key = methods[auth->method];
    TRY(read_object(arena, identity, key,
                    arena_printf(arena, "auth.identity.%s", key), &method));
    return read[auth->method](arena, method, auth);
}

/* --- scope */

static struct err *
read_scope(struct arena *arena, const json_t *scope, struct v3_auth *auth)
{
    const char *text = json_string_value(scope);
    const json_t *project = json_object_get(scope, "project");
    if (scope == NULL || json_is_null(scope)) {
        auth->scope = V3_SCOPE_DEFAULT;
        return NULL;
    }
    if ((text != NULL && strcmp(text, "unscoped") == 0) ||
        json_object_get(scope, "unscoped") != NULL) {
        auth->scope = V3_SCOPE_NONE;
        return NULL;
    }
    if (!json_is_object(scope) || json_object_size(scope) != 1) {
        return refuse(arena, "auth.scope",
                      "{\"project\": ...} or \"unscoped\"");
    }
    if (project == NULL) {
        auth->scope = V3_SCOPE_ELSEWHERE;
        return NULL;
    }
    if (!json_is_object(project)) {
        return refuse(arena, "auth.scope.project", "an object");
    }
    auth->scope = V3_SCOPE_PROJECT;
    return read_named(arena, project, "auth.scope.project", &auth->project);
}

struct err *
v3_auth_read(struct arena *arena, const json_t *json,
             struct v3_auth *ret_auth)
{
    const json_t *auth;
    *ret_auth = (struct v3_auth){.method = V3_PASSWORD};
    TRY(read_object(arena, json, "auth", "auth", &auth));
    TRY(read_identity(arena, auth, ret_auth));
    return read_scope(arena, json_object_get(auth, "scope"), ret_auth);
}
