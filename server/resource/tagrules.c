/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a list of tags may be.
 */
#include "resource/tagrules.h"

#include "core/arena.h"

bool
tagrules_contains(const struct text_list *tags, const char *tag)
{
    for (size_t i = 0; i < tags->n; i++) {
        if (strcmp(tags->items[i], tag) == 0) {
            return true;
        }
    }
    return false;
}

bool
tagrules_repeats(const struct text_list *tags)
{
    for (size_t i = 0; i < tags->n; i++) {
        struct text_list before = {tags->items, i};
        if (tagrules_contains(&before, tags->items[i])) {
            return true;
        }
    }
    return false;
}

bool
tagrules_equal(const struct text_list *a, const struct text_list *b)
{
    if (a->n != b->n) {
        return false;
    }
    for (size_t i = 0; i < a->n; i++) {
        if (strcmp(a->items[i], b->items[i]) != 0) {
            return false;
        }
    }
    return true;
}

struct err *
tagrules_check(struct arena *arena, const struct text_list *tags)
{
    if (tags->n > TAG_MAX_COUNT) {
        return err_new(arena, ERR_INVALID_INPUT,
                       "invalid input for \"tags\": more than %d tags",
                       TAG_MAX_COUNT);
    }
    const struct attr attr = {
        .name = "tags", .type = TYPE_TEXT, .max = TAG_MAX_LEN};
    for (size_t i = 0; i < tags->n; i++) {
        struct err *err = attr_check(arena, &attr, &tags->items[i]);
        if (err != NULL) {
            err->kind = ERR_INVALID_INPUT;
            return err;
        }
    }
    return NULL;
}

static int
compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

struct err *
tagrules_settle(struct arena *arena, struct text_list *tags)
{
    size_t kept = 0;
    if (tags->n > 0) {
        qsort(tags->items, tags->n, sizeof *tags->items, compare);
    }
    for (size_t i = 0; i < tags->n; i++) {
        if (kept == 0 || strcmp(tags->items[kept - 1], tags->items[i]) != 0) {
            tags->items[kept++] = tags->items[i];
        }
    }
    tags->n = kept;
    if (kept > TAG_MAX_COUNT) {
        return err_new(arena, ERR_INVALID_INPUT,
                       "invalid input for \"tags\": more than %d tags",
                       TAG_MAX_COUNT);
    }
    return NULL;
}

struct err *
tagrules_check_attr(struct arena *arena, const struct attr *attr,
                    const void *value)
{
    (void) attr;
    TRY(tagrules_check(arena, value));
    return tagrules_settle(arena, (struct text_list *) (uintptr_t) value);
}
