/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of paths.
 */
#include "http/route.h"

#include "api/address_map.h"
#include "api/availability.h"
#include "api/blockers.h"
#include "api/discovery.h"
#include "api/entitlements.h"
#include "api/events.h"
#include "api/group.h"
#include "api/invariants.h"
#include "api/query.h"
#include "api/quotas.h"
#include "api/subnetpools.h"
#include "api/tags.h"
#include "api/verbs.h"
#include "core/arena.h"
#include "http/operations.h"
#include "identity/v3.h"
#include "resource/registry.h"
#include "resource/resource.h"

#define MAX_PARTS 8

/* The first that fits is taken. */
static const struct route routes[] = {
    {"GET", "/", discovery_root, ACCESS_OPEN},
    {"GET", "/healthz", operations_health, ACCESS_OPEN},
    {"GET", "/readyz", operations_ready, ACCESS_OPEN},
    {"GET", "/metrics", operations_metrics, ACCESS_OPEN},
    {"GET", "/openapi.json", operations_openapi, ACCESS_OPEN},
    {"GET", "/v3", v3_version, ACCESS_OPEN},
    {"POST", "/v3/auth/tokens", v3_token_issue, ACCESS_OPEN},
    {"GET", "/v3/auth/tokens", v3_token_show, ACCESS_TOKEN},
    {"DELETE", "/v3/auth/tokens", v3_token_revoke, ACCESS_TOKEN},
    {"GET", "/v3/auth/catalog", v3_catalog, ACCESS_TOKEN},
    {"GET", "/v3/auth/projects", v3_projects_own, ACCESS_TOKEN},
    {"GET", "/v3/projects", v3_projects_list, ACCESS_TOKEN},
    {"GET", "/v3/projects/{id}", v3_projects_show, ACCESS_TOKEN},
    {"GET", "/v3/users", v3_users_list, ACCESS_TOKEN},
    {"GET", "/v3/users/{id}", v3_users_show, ACCESS_TOKEN},
    {"GET", "/v3/users/{id}/projects", v3_users_projects, ACCESS_TOKEN},
    {"GET", "/v3/domains", v3_domains_list, ACCESS_TOKEN},
    {"GET", "/v3/domains/{id}", v3_domains_show, ACCESS_TOKEN},
    {"GET", "/v2.0", discovery_v2, ACCESS_OPEN},
    {"GET", "/v2.0/extensions", discovery_extensions, ACCESS_OPEN},
    {"GET", "/v2.0/extensions/{id}", discovery_extension, ACCESS_OPEN},
    {"GET", "/v2.0/available-sdn", discovery_sdns, ACCESS_ROLE},
    {"GET", "/v2.0/network-ip-availabilities", availability_list, ACCESS_ROLE},
    {"GET", "/v2.0/network-ip-availabilities/{id}", availability_show,
     ACCESS_ROLE},
    {"GET", "/v2.0/events", events_list, ACCESS_ROLE},
    {"GET", "/v2.0/quotas", quotas_list, ACCESS_ADMIN},
    {"GET", "/v2.0/quotas/{own}", quotas_own, ACCESS_ROLE},
    {"GET", "/v2.0/quotas/{id}", quotas_show, ACCESS_ROLE},
    {"PUT", "/v2.0/quotas/{id}", quotas_update, ACCESS_ADMIN},
    {"DELETE", "/v2.0/quotas/{id}", quotas_delete, ACCESS_ADMIN},
    {"GET", "/v2.0/quotas/{id}/default", quotas_show_default, ACCESS_ROLE},
    {"GET", "/v2.0/quotas/{id}/defaults", quotas_show_default, ACCESS_ROLE},
    {"GET", "/v2.0/quotas/{id}/details", quotas_show_details, ACCESS_ROLE},
    {"GET", "/v2.0/invariants", invariants_show, ACCESS_ADMIN},
    {"GET", "/v2.0/entitlements", entitlements_list, ACCESS_ROLE},
    {"GET", "/v2.0/entitlements/{id}", entitlements_show, ACCESS_ROLE},
    {"PUT", "/v2.0/entitlements/{id}", entitlements_update, ACCESS_ADMIN},
    {"GET", "/v2.0/subnets/{id}/addresses", address_map_list, ACCESS_ROLE},
    {"GET", "/v2.0/subnets/{id}/addresses/{ip}", address_map_show, ACCESS_ROLE},
    {"PUT", "/v2.0/subnetpools/{id}/add_prefixes", subnetpools_add_prefixes,
     ACCESS_ROLE},
    {"PUT", "/v2.0/subnetpools/{id}/remove_prefixes",
     subnetpools_remove_prefixes, ACCESS_ROLE},
    {"GET", "/v2.0/{collection}", verb_list, ACCESS_ROLE},
    {"POST", "/v2.0/{collection}", verb_create, ACCESS_ROLE},
    {"PUT", "/v2.0/{collection}", group_update, ACCESS_ROLE},
    {"DELETE", "/v2.0/{collection}", group_delete, ACCESS_ROLE},
    {"GET", "/v2.0/{collection}/{id}", verb_show, ACCESS_ROLE},
    {"PUT", "/v2.0/{collection}/{id}", verb_update, ACCESS_ROLE},
    {"DELETE", "/v2.0/{collection}/{id}", verb_delete, ACCESS_ROLE},
    {"GET", "/v2.0/{collection}/{id}/blockers", blockers_show, ACCESS_ROLE},
    {"GET", "/v2.0/{collection}/{id}/tags", tags_list, ACCESS_ROLE},
    {"PUT", "/v2.0/{collection}/{id}/tags", tags_replace, ACCESS_ROLE},
    {"POST", "/v2.0/{collection}/{id}/tags", tags_add, ACCESS_ROLE},
    {"DELETE", "/v2.0/{collection}/{id}/tags", tags_clear, ACCESS_ROLE},
    {"GET", "/v2.0/{collection}/{id}/tags/{tag}", tags_show_one, ACCESS_ROLE},
    {"PUT", "/v2.0/{collection}/{id}/tags/{tag}", tags_add_one, ACCESS_ROLE},
    {"DELETE", "/v2.0/{collection}/{id}/tags/{tag}", tags_remove_one,
     ACCESS_ROLE},
    {"OPTIONS", "*", operations_options, ACCESS_OPEN}, /* See below. */
};
#define N_ROUTES (sizeof routes / sizeof *routes)

/* A path in its parts, decoded. */
struct parts {
    const char *items[MAX_PARTS];
    size_t n;
};

/* Some clients write ".json" behind the last part. */
static const char *
strip_suffix(struct arena *arena, const char *part)
{
    size_t len = strlen(part), suffix = strlen(".json");
    if (len <= suffix || strcmp(part + len - suffix, ".json") != 0) {
        return part;
    }
    return arena_strndup(arena, part, len - suffix);
}

static struct err *
split_path(struct arena *arena, const char *path, struct parts *ret_parts)
{
    ret_parts->n = 0;
    while (*path != '\0') {
        path += strspn(path, "/");
        size_t len = strcspn(path, "/");
        if (len == 0) {
            break;
        }
        const char *part = query_decode(arena, path, len, false);
        if (part == NULL) {
            return err_new(arena, ERR_BAD_REQUEST,
                           "the path has a broken percent escape, a NUL or "
                           "invalid UTF-8");
        }
        if (ret_parts->n == MAX_PARTS) {
            return err_new(arena, ERR_NOT_FOUND,
                           "the resource could not be found");
        }
        ret_parts->items[ret_parts->n++] = part;
        path += len;
    }
    bool api = ret_parts->n > 1 && strcmp(ret_parts->items[0], "v2.0") == 0;
    if (api && (ret_parts->n < 5 ||
                strcmp(ret_parts->items[3], "tags") != 0)) {
        const char **last = &ret_parts->items[ret_parts->n - 1];
        *last = strip_suffix(arena, *last);
    }
    return NULL;
}

/* Takes 'part' for the variable 'name' of a pattern. */
static bool
bind(struct call *call, const char *name, size_t len, const char *part)
{
    if (strncmp(name, "{collection}", len) == 0) {
        call->resource = resource_find(part);
        return call->resource != NULL;
    }
    if (strncmp(name, "{own}", len) == 0) {
        call->id = part;
        return strcmp(part, "project") == 0 || strcmp(part, "tenant") == 0;
    }
    if (strncmp(name, "{tag}", len) == 0 || strncmp(name, "{ip}", len) == 0) {
        call->tag = part;
    } else {
        call->id = part;
    }
    return true;
}

/* Takes 'part' when it is what stands at '*pattern', and moves behind that. */
static bool
fits_part(struct call *call, const char **pattern, const char *part)
{
    const char *p = *pattern;
    if (*p == '{') {
        size_t len = strcspn(p, "/");
        *pattern = p + len;
        return bind(call, p, len, part);
    }
    while (*part != '\0' && *p != '/' && *p == *part) {
        p++;
        part++;
    }
    *pattern = p;
    return *part == '\0' && (*p == '\0' || *p == '/');
}

static bool
fits(struct call *call, const char *pattern, const struct parts *parts)
{
    size_t i = 0;
    if (pattern[0] != '/') { /* OPTIONS of "*". */
        return parts->n == 1 && strcmp(parts->items[0], pattern) == 0;
    }
    for (; pattern[0] == '/' && pattern[1] != '\0'; i++) {
        pattern++;
        if (i == parts->n || !fits_part(call, &pattern, parts->items[i])) {
            return false;
        }
    }
    return i == parts->n;
}

/* The route of OPTIONS fits "*" alone: of a path answer_others takes it, with
 * what else the path takes. */
static bool
leads_to(struct call *call, const struct route *route,
         const struct parts *parts)
{
    call->resource = NULL;
    return (route->pattern[0] == '/' ? fits(call, route->pattern, parts)
                                     : call->path[0] != '/') &&
           route_serves(route, call->resource);
}

/* The methods of all routes that 'parts' lead to; "" when there are none. */
static const char *
find_methods(struct call *call, const struct parts *parts)
{
    const char *methods = "";
    for (size_t i = 0; i < N_ROUTES; i++) {
        const char *method = routes[i].method;
        if (leads_to(call, &routes[i], parts) &&
            strstr(methods, method) == NULL) {
            methods = arena_printf(call->arena, "%s%s%s", methods,
                                   methods[0] == '\0' ? "" : ", ",
                                   strcmp(method, "GET") == 0 ? "GET, HEAD"
                                                              : method);
        }
    }
    return methods;
}

/* No route was taken. */
static struct err *
answer_others(struct call *call, const char *method,
              const struct parts *parts, const struct route **ret_route)
{
    const char *methods = find_methods(call, parts);
    if (methods[0] == '\0') {
        return err_new(call->arena, ERR_NOT_FOUND,
                       "the resource could not be found");
    }
    call->answer.allow =
        strstr(methods, "OPTIONS") != NULL
            ? methods
            : arena_printf(call->arena, "%s, OPTIONS", methods);
    if (strcmp(method, "OPTIONS") == 0) {
        *ret_route = &routes[N_ROUTES - 1];
        return NULL;
    }
    return err_new(call->arena, ERR_METHOD_NOT_ALLOWED,
                   "method %s is not allowed for this resource, which takes "
                   "%s", method, call->answer.allow);
}

struct err *
route_find(struct call *call, const char *method,
           const struct route **ret_route)
{
    struct parts parts;
    const char *served = strcmp(method, "HEAD") == 0 ? "GET" : method;
    TRY(split_path(call->arena, call->path, &parts));
    call->is_identity = parts.n > 0 && strcmp(parts.items[0], "v3") == 0;
    for (size_t i = 0; i < N_ROUTES; i++) {
        if (routes[i].operation != operations_options &&
            strcmp(routes[i].method, served) == 0 &&
            leads_to(call, &routes[i], &parts)) {
            *ret_route = &routes[i];
            if (*ret_route == &routes[N_ROUTES - 1]) {
                call->answer.allow = "OPTIONS";
            }
            return NULL;
        }
    }
    return answer_others(call, method, &parts, ret_route);
}

/* What is made one by one is not changed or deleted in groups either. */
bool
route_serves(const struct route *route, const struct resource *resource)
{
    bool tags = strstr(route->pattern, "/tags") != NULL;
    bool group = route->operation == group_update ||
                 route->operation == group_delete;
    return resource == NULL || ((!tags || resource_has_tags(resource)) &&
                                (!group || !resource->single));
}

bool
route_is_open(const struct route *route)
{
    return route->access == ACCESS_OPEN;
}

/* Who may not change a resource is told so by its verbs: not before they have
 * seen whether the object is his to know. */
struct err *
route_authorize(const struct route *route, const struct call *call)
{
    if (route->access != ACCESS_ADMIN) {
        return NULL;
    }
    return call_require_admin(call,
                              arena_printf(call->arena, "%s %s",
                                           route->method, route->pattern));
}

int
route_index(const struct route *route)
{
    return route == NULL ? -1 : (int) (route - routes);
}

const struct route *
route_at(int index)
{
    return index >= 0 && (size_t) index < N_ROUTES ? &routes[index] : NULL;
}
