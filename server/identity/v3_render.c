/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects of /v3 as JSON.
 */
#include <string.h>

#include "core/clock.h"
#include "identity/roles.h"
#include "v3_internal.h"

#define REGION "RegionOne"
#define DOMAIN_JSON \
    "{\"id\":\"" V3_DOMAIN_ID "\",\"name\":\"" V3_DOMAIN_NAME "\"}"

static void
add_member(struct buf *body, const char *key, const char *value)
{
    buf_addf(body, "\"%s\":", key);
    buf_adds_json(body, value);
}

/* --- services */

static const struct service {
    const char *type;
    const char *name;
    const char *id;
    const char *path;
} services[] = {
    {"network", "tenet", "6e6574776f726b", "/"},
    {"identity", "tenet", "6964656e746974", "/v3"},
};

static void
add_endpoints(struct call *call, struct buf *body,
              const struct service *service)
{
    static const char *const interfaces[] = {"public", "internal", "admin"};
    for (size_t i = 0; i < 3; i++) {
        buf_addf(body, "%s{\"id\":\"%s%zu\",\"interface\":\"%s\","
                       "\"region\":\"" REGION "\",\"region_id\":\"" REGION
                       "\",",
                 i == 0 ? "" : ",", service->id, i, interfaces[i]);
        add_member(body, "url", arena_printf(call->arena, "%s%s",
                                             call->base_url,
                                             service->path));
        buf_put(body, '}');
    }
}

void
v3_add_catalog(struct call *call, struct buf *body)
{
    buf_put(body, '[');
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        const struct service *service = &services[i];
        buf_addf(body,
                 "%s{\"id\":\"%s\",\"type\":\"%s\",\"name\":\"%s\","
                 "\"endpoints\":[",
                 i == 0 ? "" : ",", service->id, service->type,
                 service->name);
        add_endpoints(call, body, service);
        buf_adds(body, "]}");
    }
    buf_put(body, ']');
}

/* --- tokens */

static void
add_time(struct buf *body, const char *key, int64_t us)
{
    char text[CLOCK_TEXT_SIZE];
    clock_format(us, 1, text);
    buf_addf(body, ",\"%s\":\"%s\"", key, text);
}

static void
add_roles(struct call *call, struct buf *body, unsigned roles)
{
    const char *text = roles_text(call->arena, roles), *separator = "";
    buf_adds(body, ",\"roles\":[");
    while (*text != '\0') {
        size_t len = strcspn(text, ",");
        buf_addf(body, "%s{\"id\":\"%.*s\",\"name\":\"%.*s\"}", separator,
                 (int) len, text, (int) len, text);
        separator = ",";
        text += len + (text[len] == ',' ? 1 : 0);
    }
    buf_put(body, ']');
}

static void
add_named(struct buf *body, const char *key, const char *id,
          const char *name)
{
    buf_addf(body, ",\"%s\":{", key);
    add_member(body, "id", id);
    buf_put(body, ',');
    add_member(body, "name", name);
}

/* What a token with a project has. */
static void
add_scope(struct call *call, struct buf *body,
          const struct standing *standing)
{
    const char *text = call_param(call, "nocatalog");
    add_named(body, "project", standing->project->id,
              standing->project->name);
    buf_adds(body, ",\"domain\":" DOMAIN_JSON "},\"is_domain\":false");
    add_roles(call, body, standing->roles);
    if (text == NULL) {
        buf_adds(body, ",\"catalog\":");
        v3_add_catalog(call, body);
    }
}

void
v3_add_token(struct call *call, struct buf *body,
             const struct issued *issued, const struct standing *standing)
{
    buf_adds(body, "{\"token\":{\"methods\":");
    buf_add_json_list(body, issued->methods);
    add_named(body, "user", standing->user->id, standing->user->name);
    buf_adds(body, ",\"domain\":" DOMAIN_JSON
                   ",\"password_expires_at\":null}");
    buf_adds(body, ",\"audit_ids\":");
    buf_add_json_list(body, issued->audit_ids);
    add_time(body, "issued_at", issued->issued_us);
    add_time(body, "expires_at", issued->expires_us);
    if (standing->credential != NULL) {
        add_named(body, "application_credential", standing->credential->id,
                  standing->credential->name);
        buf_adds(body, ",\"restricted\":true}");
    }
    if (standing->project != NULL) {
        add_scope(call, body, standing);
    }
    buf_adds(body, "}}");
}

/* --- projects, users, the domain */

static void
add_self(struct call *call, struct buf *body, const char *collection,
         const char *id)
{
    buf_adds(body, ",\"links\":{");
    add_member(body, "self",
               arena_printf(call->arena, "%s/v3/%s/%s", call->base_url,
                            collection, id));
    buf_adds(body, "}}");
}

void
v3_add_project(struct call *call, struct buf *body,
               const struct project *project)
{
    buf_put(body, '{');
    add_member(body, "id", project->id);
    buf_put(body, ',');
    add_member(body, "name", project->name);
    buf_adds(body, ",\"domain_id\":\"" V3_DOMAIN_ID
                   "\",\"parent_id\":\"" V3_DOMAIN_ID
                   "\",\"description\":\"\",\"enabled\":true,"
                   "\"is_domain\":false,\"tags\":[],\"options\":{}");
    add_self(call, body, "projects", project->id);
}

void
v3_add_user(struct call *call, struct buf *body, const struct user *user)
{
    buf_put(body, '{');
    add_member(body, "id", user->id);
    buf_put(body, ',');
    add_member(body, "name", user->name);
    buf_adds(body, ",\"domain_id\":\"" V3_DOMAIN_ID
                   "\",\"enabled\":true,\"password_expires_at\":null,"
                   "\"options\":{}");
    if (user->default_project != NULL) {
        buf_put(body, ',');
        add_member(body, "default_project_id", user->default_project->id);
    }
    add_self(call, body, "users", user->id);
}

void
v3_add_domain(struct call *call, struct buf *body)
{
    buf_adds(body, "{\"id\":\"" V3_DOMAIN_ID "\",\"name\":\"" V3_DOMAIN_NAME
                   "\",\"description\":\"\",\"enabled\":true,\"tags\":[],"
                   "\"options\":{}");
    add_self(call, body, "domains", V3_DOMAIN_ID);
}

void
v3_add_links(struct call *call, struct buf *body)
{
    buf_adds(body, "\"links\":{");
    add_member(body, "self", arena_printf(call->arena, "%s%s",
                                          call->base_url, call->path));
    buf_adds(body, ",\"previous\":null,\"next\":null}");
}
