/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The callers, samples and requests of a walk along the policy.
 */
#include "support/walk.h"

#include <unistd.h>

#include "support/db.h"

#define OWNER "walk"
#define THE_MEMBER 4
#define THE_ADMIN (WALK_CALLERS - 1)

const struct walk_caller walk_callers[WALK_CALLERS] = {
    {"none", WALK_NOBODY, NULL, NULL, NULL},
    {"bad", WALK_NOBODY, NULL, NULL, NULL},
    {"expired", WALK_NOBODY, "walk-late", OWNER, "member"},
    {"reader", WALK_READER, "walk-reader", OWNER, "reader"},
    {"member", WALK_MEMBER, "walk-member", OWNER, "member"},
    {"service", WALK_SERVICE, "walk-service", OWNER, "service"},
    {"another's reader", WALK_READER, "walk-peeper", "walk-other", "reader"},
    {"another's member", WALK_MEMBER, "walk-stranger", "walk-other",
     "member"},
    {"another's service", WALK_SERVICE, "walk-agent", "walk-agents",
     "service"},
    {"another's admin", WALK_ADMIN, "walk-root", "walk-roots", "admin"},
};

bool
walk_owns(size_t caller, const struct walk_line *line)
{
    const char *project = walk_callers[caller].project;
    bool personal = strncmp(line->path, "/v3/users/", 10) == 0 ||
                    strcmp(line->path, "/v3/auth/tokens") == 0;
    return personal ? caller == THE_MEMBER
                    : project != NULL && strcmp(project, OWNER) == 0;
}

static void
be(const struct walk *walk, size_t caller)
{
    session()->token = walk->tokens[caller];
}

static const char *
log_in(const char *user)
{
    struct reply r = {0};
    session()->token = NULL;
    for (int i = 0; i < 50 && r.status != 201; i++) {
        usleep(i == 0 ? 0 : 100000); /* Until the server has read the file. */
        r = v3_login(user, PASSWORD, NULL);
    }
    return v3_token(&r);
}

struct walk
walk_start(void)
{
    struct walk walk = {.v3 = v3_serve("--sdns", "neutron", "--quota-network",
                                       "-1", "--quota-subnet", "-1",
                                       "--quota-port", "-1",
                                       "--quota-rbac-policy", "-1")};
    for (size_t i = 0; i < WALK_CALLERS; i++) {
        if (walk_callers[i].user != NULL) {
            v3_user(&walk.v3, PASSWORD "\n",
                    "add %s --project %s --project-id %s --role %s",
                    walk_callers[i].user, walk_callers[i].project,
                    walk_callers[i].project, walk_callers[i].role);
        }
    }
    for (size_t i = 0; i < WALK_CALLERS; i++) {
        walk.tokens[i] = walk_callers[i].user == NULL
                             ? NULL
                             : log_in(walk_callers[i].user);
        if (strcmp(walk_callers[i].title, "expired") == 0) {
            db_run(server_database(),
                   text("UPDATE issued_tokens SET expires_at ="
                        " now() - interval '1 s'"
                        " WHERE hash = sha256('%s')", walk.tokens[i]));
        }
    }
    walk.tokens[1] = letters(43);
    be(&walk, THE_MEMBER);
    struct reply r = api(GET, "/v3/users?name=walk-member");
    walk.user_id = text_at(&r, "users.0.id");
    walk.id = walk.network_id = NOBODY;
    return walk;
}

/* --- samples */

static const struct kind {
    const char *path; /* Of the collection. */
    const char *name, *plural;
    const char
        *attributes; /* Of one; with the id of a network, or without. */
    const char *change;
} samples[] = {
    {"networks", "network", "networks", "'name': 'n'", "'name': 'm'"},
    {"subnets", "subnet", "subnets",
     "'ip_version': 4, 'cidr': '10.0.0.0/24', 'network_id': '%s'",
     "'name': 'm'"},
    {"ports", "port", "ports", "'network_id': '%s'", "'name': 'm'"},
    {"subnetpools", "subnetpool", "subnetpools",
     "'name': 'p', 'prefixes': ['10.0.0.0/16', '10.1.0.0/16']",
     "'name': 'm'"},
    {"address-scopes", "address_scope", "address_scopes",
     "'name': 's', 'ip_version': 4", "'name': 'm'"},
    {"cluster-networks", "cluster_network", "cluster_networks",
     "'cluster_id': '%s'", "'name': 'm'"},
    {"rbac-policies", "rbac_policy", "rbac_policies",
     "'object_type': 'network', 'action': 'access_as_shared', "
     "'target_tenant': 'walk-guest', 'object_id': '%s'",
     "'target_tenant': 'walk-visitor'"},
    {"entitlement-requests", "entitlement_request", "entitlement_requests",
     "'entitlement': 'shadow_port'", "'status': 'rejected'"},
};
#define N_SAMPLES (sizeof samples / sizeof *samples)

static const struct kind *
kind_of(const char *path)
{
    for (size_t i = 0; i < N_SAMPLES; i++) {
        size_t len = strlen(samples[i].path);
        const char *rest = path + strlen("/v2.0/");
        if (strncmp(path, "/v2.0/", 6) == 0 && strlen(path) >= 6 + len &&
            strncmp(rest, samples[i].path, len) == 0 &&
            (rest[len] == '\0' || rest[len] == '/')) {
            return &samples[i];
        }
    }
    return NULL;
}

/* The attributes of a new one: a cluster of its own, or in the network. */
static const char *
attributes_of(const struct walk *walk, const struct kind *kind)
{
    bool cluster = strcmp(kind->name, "cluster_network") == 0;
    const char *place = strstr(kind->attributes, "%s");
    if (place == NULL) {
        return kind->attributes;
    }
    return text("%.*s%s%s", (int) (place - kind->attributes),
                kind->attributes,
                cluster ? unique("walk-") : walk->network_id, place + 2);
}

/* There is one request of a project for an entitlement. */
static void
clear_requests(const struct walk *walk)
{
    be(walk, THE_ADMIN);
    struct reply r = list("entitlement_request",
                          "project_id=walk&project_id="
                          "walk-other&project_id=walk-agents&project_id="
                          "walk-roots");
    for (size_t i = 0; i < count_at(&r, "entitlement_requests"); i++) {
        erase("entitlement_request",
              text_at(&r, text("entitlement_requests.%zu.id", i)));
    }
}

void
walk_make_sample(struct walk *walk, const struct walk_line *line)
{
    const struct kind *kind = kind_of(line->path);
    bool makes = strcmp(line->method, POST) == 0 &&
                 strchr(line->path, '{') == NULL;
    clear_requests(walk);
    be(walk, THE_MEMBER);
    struct reply r = v3_login_token(walk->tokens[THE_MEMBER], NULL);
    walk->subject = v3_token(&r);
    walk->network_id = walk->id = make("network", "'name': 'n'");
    if (kind == NULL || makes) {
        return;
    }
    if (strcmp(kind->name, "network") != 0) {
        walk->id = make(kind->name, "%s", attributes_of(walk, kind));
    }
    if (strstr(line->path, "{tag}") != NULL) {
        r = api(PUT, "/v2.0/%s/%s/tags/blue", kind->path, walk->id);
        expect_status(&r, 201);
    }
}

/* --- a request */

static const char *
id_of(const struct walk *walk, const struct walk_line *line)
{
    static const struct {
        const char *prefix, *id;
    } fixed[] = {{"/v2.0/quotas/", OWNER},
                 {"/v2.0/entitlements/", OWNER},
                 {"/v2.0/extensions/", "quotas"},
                 {"/v3/projects/", OWNER},
                 {"/v3/domains/", "default"}};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        if (strncmp(line->path, fixed[i].prefix, strlen(fixed[i].prefix)) ==
            0) {
            return fixed[i].id;
        }
    }
    return strncmp(line->path, "/v3/users/", 10) == 0 ? walk->user_id
                                                      : walk->id;
}

const char *
walk_path(const struct walk *walk, const struct walk_line *line)
{
    const char *path = "", *p = line->path;
    while (*p != '\0') {
        size_t len = *p == '{' ? strcspn(p, "}") + 1 : strcspn(p, "{");
        const char *part = strncmp(p, "{id}", 4) == 0    ? id_of(walk, line)
                           : strncmp(p, "{own}", 5) == 0 ? "project"
                           : strncmp(p, "{tag}", 5) == 0 ? "blue"
                           : strncmp(p, "{ip}", 4) == 0  ? "10.0.0.9"
                                                         : NULL;
        path = part == NULL ? text("%s%.*s", path, (int) len, p)
                            : text("%s%s", path, part);
        p += len;
    }
    return path;
}

static const char *
body_of_kind(const struct walk *walk, const struct walk_line *line)
{
    const struct kind *kind = kind_of(line->path);
    bool single = strchr(line->path, '{') != NULL;
    if (strstr(line->path, "_prefixes") != NULL) {
        return strstr(line->path, "add") != NULL
                   ? "{'prefixes': ['10.2.0.0/16']}"
                   : "{'prefixes': ['10.1.0.0/16']}";
    }
    if (strcmp(line->method, POST) == 0) {
        return text("{'%s': {%s}}", kind->name, attributes_of(walk, kind));
    }
    if (strcmp(line->method, PUT) == 0 && single) {
        return text("{'%s': {%s}}", kind->name, kind->change);
    }
    return single ? NULL
                  : text("{'%s': [{'id': '%s'%s%s}]}", kind->plural, walk->id,
                         strcmp(line->method, PUT) == 0 ? ", " : "",
                         strcmp(line->method, PUT) == 0 ? kind->change : "");
}

const char *
walk_body(const struct walk *walk, const struct walk_line *line)
{
    size_t len = strlen(line->path);
    if (strcmp(line->method, GET) == 0 ||
        strcmp(line->method, "OPTIONS") == 0 ||
        strstr(line->path, "{tag}") != NULL) {
        return NULL;
    }
    if (strcmp(line->path + len - 5, "/tags") == 0) {
        return strcmp(line->method, PUT) == 0    ? "{'tags': ['red']}"
               : strcmp(line->method, POST) == 0 ? "{'tags': ['red']}"
                                                 : NULL;
    }
    if (strncmp(line->path, "/v2.0/quotas", 12) == 0) {
        return strcmp(line->method, PUT) == 0 ? "{'quota': {'network': -1}}"
                                              : NULL;
    }
    if (strncmp(line->path, "/v2.0/entitlements", 18) == 0) {
        return "{'entitlement': {'shadow_port': false}}";
    }
    if (strncmp(line->path, "/v3", 3) == 0) {
        return strcmp(line->method, POST) == 0
                   ? text("{'auth': {'identity': {'methods': ['token'], "
                          "'token': {'id': '%s'}}}}",
                          walk->subject)
                   : NULL;
    }
    return body_of_kind(walk, line);
}

struct reply
walk_ask(const struct walk *walk, const struct walk_line *line, size_t caller)
{
    const char *body = walk_body(walk, line);
    const char *path = walk_path(walk, line);
    be(walk, caller);
    if (strcmp(line->path, "/v3/auth/tokens") == 0) {
        with_header("X-Subject-Token: %s", walk->subject);
    }
    return body == NULL ? api(line->method, "%s", path)
                        : api_body(line->method, path, "%s", body);
}

bool
walk_names_sample(const struct walk_line *line)
{
    const struct kind *kind = kind_of(line->path);
    bool group = strcmp(line->method, GET) != 0 && kind != NULL;
    if (strcmp(line->method, POST) == 0 && kind != NULL &&
        strchr(line->path, '{') == NULL) {
        return strstr(kind->attributes, "%s") != NULL &&
               strcmp(kind->name, "cluster_network") != 0;
    }
    return group || strcmp(line->path, "/v3/auth/tokens") == 0 ||
           (strstr(line->path, "{id}") != NULL &&
            strncmp(line->path, "/v3/domains", 11) != 0);
}
