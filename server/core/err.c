/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors as values: making them, and what a kind is on the wire.
 */
#include "core/err.h"

#include <assert.h>

#include "core/arena.h"

struct kind {
    int status;
    const char *type;
};

#define KIND_ROW(kind, status, type) [kind] = { status, type },
static const struct kind kinds[ERR_N_KINDS] = { ERR_KINDS(KIND_ROW) };
#undef KIND_ROW

struct err *
err_new(struct arena *arena, enum err_kind kind, const char *format, ...)
{
    struct err *err = ARENA_NEW(arena, struct err);
    va_list args;

    va_start(args, format);
    err->kind = kind;
    err->message = arena_vprintf(arena, format, args);
    va_end(args);
    return err;
}

struct err *
err_attr(struct arena *arena, const char *attr, const char *rule,
         const char *format, ...)
{
    struct err *err = ARENA_NEW(arena, struct err);
    va_list args;

    va_start(args, format);
    err->kind = ERR_BAD_REQUEST;
    err->message = arena_vprintf(arena, format, args);
    err->attr = attr;
    err->rule = rule;
    va_end(args);
    return err;
}

struct err *
err_because(struct err *err, struct err *cause)
{
    struct err *deepest = err;

    assert(err != cause);
    while (deepest->cause != NULL) {
        deepest = deepest->cause;
    }
    deepest->cause = cause;
    return err;
}

struct err *
err_blocked(struct err *err, const struct blocker *blockers, size_t n,
            int64_t total)
{
    err->blockers = blockers;
    err->n_blockers = n < BLOCKERS_MAX ? n : BLOCKERS_MAX;
    err->blockers_total = total;
    return err;
}

struct err *
err_blocked_by(struct err *err, struct arena *arena, struct blocker blocker)
{
    return err_blocked(err, arena_memdup(arena, &blocker, sizeof blocker), 1,
                       1);
}

int
err_status(enum err_kind kind)
{
    assert(kind < ERR_N_KINDS);
    return kinds[kind].status;
}

const char *
err_type(enum err_kind kind)
{
    assert(kind < ERR_N_KINDS);
    return kinds[kind].type;
}
