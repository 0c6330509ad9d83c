/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON of Keystone.
 */
#include "identity/keystone_answer.h"

#include <jansson.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/json_depth.h"
#include "core/settings.h"
#include "identity/roles.h"
#include "resource/names.h"

#define MAX_DEPTH 16

/* The id of member 'key'; "" when there is no such member, NULL when it is
 * none that can be an id. */
static const char *
id_of(struct arena *arena, const json_t *token, const char *key)
{
    const json_t *member = json_object_get(token, key);
    if (member == NULL || json_is_null(member)) {
        return "";
    }
    const char *text = json_string_value(json_object_get(member, "id"));
    return text != NULL && text[0] != '\0' && names_is_id(text)
               ? arena_strdup(arena, text)
               : NULL;
}

static unsigned
roles_of(const json_t *token)
{
    size_t i;
    json_t *role;
    unsigned held = 0;
    json_array_foreach(json_object_get(token, "roles"), i, role) {
        const json_t *name = json_object_get(role, "name");
        if (json_is_string(name)) {
            held |= role_find(json_string_value(name),
                              json_string_length(name));
        }
    }
    return held;
}

static bool
read_token(struct arena *arena, const json_t *token,
           struct verdict *ret_verdict)
{
    const char *expires =
        json_string_value(json_object_get(token, "expires_at"));
    *ret_verdict = (struct verdict){
        .kind = VERDICT_VALID,
        .user_id = id_of(arena, token, "user"),
        .project_id = id_of(arena, token, "project"),
        .roles = roles_of(token)};
    return expires != NULL &&
           clock_parse(expires, &ret_verdict->expires_us) &&
           ret_verdict->user_id != NULL && ret_verdict->project_id != NULL;
}

bool
keystone_answer_read(struct arena *arena, const char *text, size_t len,
                     struct verdict *ret_verdict)
{
    if (json_depth(text, len) > MAX_DEPTH) {
        return false;
    }
    json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    bool read = read_token(arena, json_object_get(json, "token"),
                           ret_verdict);
    json_decref(json);
    return read;
}

/* "key":{"name":NAME,"domain":{"name":DOMAIN} */
static void
add_named(struct buf *buf, const char *key, const char *name,
          const char *domain)
{
    buf_addf(buf, "\"%s\":{\"name\":", key);
    buf_adds_json(buf, name);
    buf_adds(buf, ",\"domain\":{\"name\":");
    buf_adds_json(buf, domain);
    buf_put(buf, '}');
}

const char *
keystone_login_body(struct arena *arena, const struct settings *settings,
                    const char *password)
{
    struct buf buf;
    buf_init(&buf, arena, 1024);
    buf_adds(&buf, "{\"auth\":{\"identity\":{\"methods\":[\"password\"],"
                   "\"password\":{");
    add_named(&buf, "user", settings->keystone_user,
              settings->keystone_user_domain);
    buf_adds(&buf, ",\"password\":");
    buf_adds_json(&buf, password);
    buf_adds(&buf, "}}},\"scope\":{");
    add_named(&buf, "project", settings->keystone_project,
              settings->keystone_project_domain);
    buf_adds(&buf, "}}}}");
    return buf.data;
}
