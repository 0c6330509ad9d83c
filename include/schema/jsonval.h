/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the readers of typed values share: brief JSON for messages, and the
 * object form of list members such as {"start": ..., "end": ...}.
 */
#ifndef SCHEMA_JSONVAL_H
#define SCHEMA_JSONVAL_H

#include <stddef.h>

#include <jansson.h>

#include "core/err.h"

struct arena;
struct attr;

/* 'json' as compact text, cut at 64 bytes, for a message. */
const char *jsonval_brief(struct arena *arena, const json_t *json);

/* The error that says that 'json' is not what 'attr' takes ('valid'), of the
 * kind that its type refuses with. */
struct err *jsonval_refuse(struct arena *arena, const struct attr *attr,
                           const json_t *json, const char *valid);

/* The same about text. */
struct err *jsonval_refuse_text(struct arena *arena, const struct attr *attr,
                                const char *text, const char *valid);

/* Refuses 'json' unless it is an array. */
struct err *jsonval_expect_list(struct arena *arena, const struct attr *attr,
                                const json_t *json) MUST_CHECK;

/* Refuses 'json' unless it is an object with no keys but the 'n' of
 * 'keys'; gives the value of each present key, else NULL. */
struct err *jsonval_members(struct arena *arena, const struct attr *attr,
                            const json_t *json, const char *const *keys,
                            size_t n, const json_t **ret_values) MUST_CHECK;

/* The text of 'json' when it is a string of valid length, else NULL. */
const char *jsonval_text(const json_t *json);

#endif
