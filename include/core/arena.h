/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that lives as long as its owner: a request, a start-up, a test.
 *
 * Everything allocated from an arena is released at once by arena_done;
 * nothing is released before.  Request code therefore has no free.  What is
 * not memory (a PGresult, a JSON tree) is tied to the arena by arena_defer.
 */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;
struct arena_cleanup;

struct arena {
    struct arena_block *blocks;     /* Newest first. */
    struct arena_cleanup *cleanups; /* Last deferred first. */
    size_t used;                    /* Bytes taken from the system. */
    size_t cap;                     /* Bytes it may take at most. */
};

typedef void arena_cleanup_fn(void *object);

/* Lets the process keep memory that its arenas release, up to 32 MiB at the
 * free end of each heap of the C library, for those that come next: for a
 * server, which asks for the same again and again.  Otherwise the C library
 * hands it back to the system, and every page that is taken again costs a
 * fault, a quarter of the work of a bulk. */
void arena_keep_memory(void);

/* Makes 'arena' empty, allowed to take up to 'cap' bytes from the system.
 * Takes no memory until the first allocation. */
void arena_init(struct arena *arena, size_t cap);

/* Runs the deferred clean-ups, last first, and releases all memory of
 * 'arena', which is then empty and usable again. */
void arena_done(struct arena *arena);

/* Returns 'size' zeroed bytes, aligned for any type.  Never NULL: running out
 * of memory or over the cap ends the process with a message, because every
 * edge of the program (bodies, headers, pages) refuses long before. */
void *arena_alloc(struct arena *arena, size_t size)
    __attribute__((returns_nonnull, __malloc__, alloc_size(2)));

/* The same, but not zeroed: for what is written in full at once. */
void *arena_take(struct arena *arena, size_t size)
    __attribute__((returns_nonnull, __malloc__, alloc_size(2)));

/* Returns 'count' zeroed elements of 'size' bytes; the product is checked. */
void *arena_calloc(struct arena *arena, size_t count, size_t size)
    __attribute__((returns_nonnull, __malloc__, alloc_size(2, 3)));

/* One zeroed 'type', and an array of 'count' of them. */
#define ARENA_NEW(arena, type) ((type *) arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) \
    ((type *) arena_calloc((arena), (count), sizeof(type)))

/* Copies of 'text', of its first 'len' bytes (fewer when it ends before), and
 * of 'size' bytes at 'data'. */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t len);
void *arena_memdup(struct arena *arena, const void *data, size_t size);

/* Text formatted as by printf. */
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* Calls 'fn(object)' when the arena ends. */
void arena_defer(struct arena *arena, arena_cleanup_fn *fn, void *object);

#endif
