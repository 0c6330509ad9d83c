/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading answers, for api.h.
 */
#include "core/arena.h"
#include "core/buf.h"
#include "support/api.h"
#include "support/http.h"

const char *
reply_header(const struct reply *reply, const char *name)
{
    struct http_answer answer = {.head = reply->head};
    return http_header(session_arena(), &answer, name);
}

static json_t *
json_member(json_t *json, const char *key)
{
    if (json_is_array(json)) {
        return json_array_get(json, strtoul(key, NULL, 10));
    }
    return json_object_get(json, key);
}

json_t *
json_at(const struct reply *reply, const char *path)
{
    json_t *json = reply->json;
    while (json != NULL && *path != '\0') {
        size_t len = strcspn(path, ".");
        json = json_member(json,
                           arena_strndup(session_arena(), path, len));
        path += len + (path[len] == '.' ? 1 : 0);
    }
    return json;
}

static const char *
json_text(const json_t *json)
{
    if (json == NULL) {
        return "absent";
    }
    if (json_is_string(json)) {
        return json_string_value(json);
    }
    size_t size = json_dumpb(json, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY);
    char *dump = arena_alloc(session_arena(), size + 1);
    json_dumpb(json, dump, size, JSON_COMPACT | JSON_ENCODE_ANY);
    return dump;
}

const char *
text_at(const struct reply *reply, const char *path)
{
    return json_text(json_at(reply, path));
}

long long
int_at(const struct reply *reply, const char *path)
{
    return json_integer_value(json_at(reply, path));
}

size_t
count_at(const struct reply *reply, const char *path)
{
    json_t *json = json_at(reply, path);
    return json_is_array(json) ? json_array_size(json)
                               : json_object_size(json);
}

static int
compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static const char *
join(const struct reply *reply, const char *path, const char *key, bool sort)
{
    struct buf buf;
    json_t *items = json_at(reply, path);
    size_t n = json_array_size(items);
    const char **texts = ARENA_ARRAY(session_arena(), const char *, n + 1);
    for (size_t i = 0; i < n; i++) {
        texts[i] = json_text(json_object_get(json_array_get(items, i), key));
    }
    if (sort) {
        qsort(texts, n, sizeof(texts[0]), compare_texts);
    }
    buf_init(&buf, session_arena(), 64);
    for (size_t i = 0; i < n; i++) {
        buf_addf(&buf, "%s%s", i == 0 ? "" : ",", texts[i]);
    }
    return json_is_array(items) ? buf.data : "no list";
}

const char *
joined(const struct reply *reply, const char *path, const char *key)
{
    return join(reply, path, key, false);
}

const char *
joined_sorted(const struct reply *reply, const char *path, const char *key)
{
    return join(reply, path, key, true);
}

bool
names_attr(const struct reply *reply, const char *attr)
{
    json_t *errors = json_at(reply, "NeutronError.errors");
    for (size_t i = 0; i < json_array_size(errors); i++) {
        json_t *name = json_object_get(json_array_get(errors, i), "attr");
        if (strcmp(json_text(name), attr) == 0) {
            return true;
        }
    }
    return strstr(text_at(reply, "NeutronError.message"), attr) != NULL;
}

const char *
describe(const struct reply *reply)
{
    return text("%s -> %d %.1500s", reply->request, reply->status,
                reply->body);
}
