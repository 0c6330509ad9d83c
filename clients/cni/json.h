/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON values that live as long as an arena, and JSON text in it.
 */
#ifndef CNI_JSON_H
#define CNI_JSON_H

#include <jansson.h>
#include <stddef.h>

struct arena;

/* Ties 'json', which may be NULL, to the arena and returns it. */
json_t *json_keep(struct arena *arena, json_t *json);

/* Compact JSON of any value, in the arena; "null" for NULL. */
const char *json_text(struct arena *arena, const json_t *json);

#endif
