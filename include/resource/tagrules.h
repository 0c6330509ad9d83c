/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a list of tags may be: for the tags of an object and for the body of a
 * port.
 */
#ifndef RESOURCE_TAGRULES_H
#define RESOURCE_TAGRULES_H

#include "schema/attr.h"

#define TAG_MAX_LEN 255  /* Characters of one tag. */
#define TAG_MAX_COUNT 200 /* Tags of one object. */

bool tagrules_contains(const struct text_list *tags, const char *tag);
bool tagrules_repeats(const struct text_list *tags);
bool tagrules_equal(const struct text_list *a, const struct text_list *b);

/* Refuses tags that are too long. */
struct err *tagrules_check(struct arena *arena,
                           const struct text_list *tags) MUST_CHECK;

/* Sorts the tags and drops repetitions; refuses too many. */
struct err *tagrules_settle(struct arena *arena,
                            struct text_list *tags) MUST_CHECK;

/* The same as a rule of an attribute: refuses what is wrong, sorts. */
attr_check_fn tagrules_check_attr;

#endif
