/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The version, the catalog, and looking up projects, users and the domain.
 * Admins see all, others themselves and where they have a role.
 */
#include "identity/v3.h"

#include <string.h>
#include <strings.h>

#include "identity/identity.h"
#include "v3_internal.h"

struct err *
v3_embedded(const struct call *call, struct embedded **ret_embedded)
{
    *ret_embedded = call->identity == NULL
                        ? NULL
                        : identity_embedded(call->identity);
    return *ret_embedded != NULL
               ? NULL
               : err_new(call->arena, ERR_NOT_FOUND,
                         "the resource could not be found");
}

struct err *
v3_version(struct call *call)
{
    struct embedded *embedded;
    TRY(v3_embedded(call, &embedded));
    struct buf *body = call_answer(call, 200);
    buf_adds(body, "{\"version\":{\"id\":\"v3.14\",\"status\":\"stable\","
                   "\"updated\":\"2020-04-07T00:00:00Z\","
                   "\"media-types\":[{\"base\":\"application/json\",\"type\":"
                   "\"application/vnd.openstack.identity-v3+json\"}],"
                   "\"links\":[{\"rel\":\"self\",\"href\":");
    buf_adds_json(body, arena_printf(call->arena, "%s/v3/",
                                     call->base_url));
    buf_adds(body, "}]}}");
    return NULL;
}

struct err *
v3_catalog(struct call *call)
{
    struct embedded *embedded;
    TRY(v3_embedded(call, &embedded));
    struct buf *body = call_answer(call, 200);
    buf_adds(body, "{\"catalog\":");
    v3_add_catalog(call, body);
    buf_put(body, ',');
    v3_add_links(call, body);
    buf_put(body, '}');
    return NULL;
}

/* --- what lists and lookups share */

/* The file of users, and the caller in it. */
struct view {
    const struct users *users;
    const struct user *self; /* NULL: gone since the token was looked at. */
    bool all;
};

static struct err *
open_view(const struct call *call, struct view *ret_view)
{
    struct embedded *embedded;
    TRY(v3_embedded(call, &embedded));
    ret_view->users = embedded_users(embedded, call->arena);
    ret_view->self = users_find(ret_view->users, call->caller.user_id);
    ret_view->all = call->caller.is_admin;
    return NULL;
}

static struct err *
not_found(const struct call *call, const char *kind)
{
    return err_new(call->arena, ERR_NOT_FOUND,
                   "could not find %s: \"%s\"", kind, call->id);
}

static bool
sees_project(const struct view *view, const struct project *project)
{
    return view->all || (view->self != NULL &&
                         user_roles(view->self, project) != 0);
}

/* True when the parameters ?name= and ?domain_id= allow 'name'. */
static bool
is_wanted(const struct call *call, const char *name)
{
    const char *wanted = call_param(call, "name");
    const char *domain = call_param(call, "domain_id");
    return (wanted == NULL || strcmp(wanted, name) == 0) &&
           (domain == NULL || strcmp(domain, V3_DOMAIN_ID) == 0);
}

static struct buf *
open_list(struct call *call, const char *key)
{
    struct buf *body = call_answer(call, 200);
    buf_put(body, '{');
    v3_add_links(call, body);
    buf_addf(body, ",\"%s\":[", key);
    return body;
}

/* Puts a comma before all but the first object of a list. */
static void
separate(struct buf *body)
{
    if (body->data[body->len - 1] != '[') {
        buf_put(body, ',');
    }
}

/* --- projects */

/* The projects where 'user' has a role, or all of them (NULL). */
static void
list_projects(struct call *call, const struct view *view,
              const struct user *user)
{
    struct buf *body = open_list(call, "projects");
    for (size_t i = 0; i < view->users->n_projects; i++) {
        const struct project *project = &view->users->projects[i];
        if ((user == NULL || user_roles(user, project) != 0) &&
            is_wanted(call, project->name)) {
            separate(body);
            v3_add_project(call, body, project);
        }
    }
    buf_adds(body, "]}");
}

static struct err *
list_projects_of(struct call *call, const struct view *view,
                 const struct user *user)
{
    if (user == NULL) {
        return err_new(call->arena, ERR_NOT_FOUND, "could not find the user");
    }
    list_projects(call, view, user);
    return NULL;
}

struct err *
v3_projects_own(struct call *call)
{
    struct view view;
    TRY(open_view(call, &view));
    return list_projects_of(call, &view, view.self);
}

struct err *
v3_users_projects(struct call *call)
{
    struct view view;
    TRY(open_view(call, &view));
    const struct user *user = users_find(view.users, call->id);
    return list_projects_of(call, &view,
                            view.all || user == view.self ? user : NULL);
}

struct err *
v3_projects_list(struct call *call)
{
    struct view view;
    TRY(open_view(call, &view));
    if (view.all) {
        list_projects(call, &view, NULL);
        return NULL;
    }
    return list_projects_of(call, &view, view.self);
}

struct err *
v3_projects_show(struct call *call)
{
    struct view view;
    TRY(open_view(call, &view));
    const struct project *project = users_find_project(view.users, call->id);
    if (project == NULL || !sees_project(&view, project)) {
        return not_found(call, "project");
    }
    struct buf *body = call_answer(call, 200);
    buf_adds(body, "{\"project\":");
    v3_add_project(call, body, project);
    buf_put(body, '}');
    return NULL;
}

/* --- users */

struct err *
v3_users_list(struct call *call)
{
    struct view view;
    TRY(open_view(call, &view));
    struct buf *body = open_list(call, "users");
    for (size_t i = 0; i < view.users->n_users; i++) {
        const struct user *user = &view.users->users[i];
        if ((view.all || user == view.self) && is_wanted(call, user->name)) {
            separate(body);
            v3_add_user(call, body, user);
        }
    }
    buf_adds(body, "]}");
    return NULL;
}

struct err *
v3_users_show(struct call *call)
{
    struct view view;
    TRY(open_view(call, &view));
    const struct user *user = users_find(view.users, call->id);
    if (user == NULL || (!view.all && user != view.self)) {
        return not_found(call, "user");
    }
    struct buf *body = call_answer(call, 200);
    buf_adds(body, "{\"user\":");
    v3_add_user(call, body, user);
    buf_put(body, '}');
    return NULL;
}

/* --- the domain */

struct err *
v3_domains_list(struct call *call)
{
    struct view view;
    const char *name = call_param(call, "name");
    TRY(open_view(call, &view));
    struct buf *body = open_list(call, "domains");
    if (name == NULL || strcasecmp(name, V3_DOMAIN_NAME) == 0) {
        v3_add_domain(call, body);
    }
    buf_adds(body, "]}");
    return NULL;
}

struct err *
v3_domains_show(struct call *call)
{
    struct view view;
    TRY(open_view(call, &view));
    if (strcmp(call->id, V3_DOMAIN_ID) != 0) {
        return not_found(call, "domain");
    }
    struct buf *body = call_answer(call, 200);
    buf_adds(body, "{\"domain\":");
    v3_add_domain(call, body);
    buf_put(body, '}');
    return NULL;
}
