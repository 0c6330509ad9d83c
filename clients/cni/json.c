/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON values and text in an arena.
 */
#include "cni/json.h"

#include "core/arena.h"

#define FLAGS (JSON_COMPACT | JSON_ENCODE_ANY)

static void
release(void *json)
{
    json_decref(json);
}

json_t *
json_keep(struct arena *arena, json_t *json)
{
    if (json != NULL) {
        arena_defer(arena, release, json);
    }
    return json;
}

const char *
json_text(struct arena *arena, const json_t *json)
{
    if (json == NULL) {
        return "null";
    }
    size_t size = json_dumpb(json, NULL, 0, FLAGS);
    char *text = arena_alloc(arena, size + 1);
    json_dumpb(json, text, size, FLAGS);
    return text;
}
