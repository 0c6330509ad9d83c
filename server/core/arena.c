/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that lives as long as its owner.
 *
 * Blocks of growing size, taken from the system and cut from the front.
 * What is too big for that gets a block of its own, put behind the newest
 * one so that the rest of the newest stays in use.  Built with the address
 * sanitizer, the bytes between and behind allocations are poisoned, so that
 * running over the end of one is found as if it came from malloc.
 */
#include "core/arena.h"

#include <malloc.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/log.h"

/* The one place that takes memory from the system (core/banned.h). */
#undef calloc
#undef malloc

#define BLOCK_SIZE_FIRST 4096u
#define BLOCK_SIZE_MOST (64u * 1024u)
#define KEPT_BYTES (32 << 20) /* Of each heap of the C library. */
#define LONE_BYTES (8 << 20)  /* From here on a piece is not of a heap. */
#define ALIGNMENT alignof(max_align_t)

#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SANITIZED 1
#endif
#endif

/* Bytes kept free behind each allocation for the sanitizer to watch.  Its
 * header comes with it, and is not everywhere where it is not used. */
#ifdef IS_SANITIZED
#include <sanitizer/asan_interface.h>
#define GAP ALIGNMENT
#else
#define GAP 0u
#define ASAN_POISON_MEMORY_REGION(at, size) ((void) (at), (void) (size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void) (at), (void) (size))
#endif

struct arena_block {
    struct arena_block *next; /* The one before it in time, or NULL. */
    size_t size;              /* Bytes in 'data'. */
    size_t used;              /* Bytes of 'data' handed out. */
    alignas(max_align_t) unsigned char data[];
};

struct arena_cleanup {
    struct arena_cleanup *next;
    arena_cleanup_fn *fn;
    void *object;
};

void
arena_keep_memory(void)
{
    /* Naming one of them ends the library's own choice of both. */
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
    mallopt(M_MMAP_THRESHOLD, LONE_BYTES);
}

void
arena_init(struct arena *arena, size_t cap)
{
    *arena = (struct arena) { .cap = cap };
}

static void
run_cleanups(struct arena *arena)
{
    while (arena->cleanups != NULL) {
        const struct arena_cleanup *first = arena->cleanups;

        /* Unlinked before the call, which may defer something itself. */
        arena->cleanups = first->next;
        first->fn(first->object);
    }
}

void
arena_done(struct arena *arena)
{
    run_cleanups(arena);
    while (arena->blocks != NULL) {
        struct arena_block *block = arena->blocks;

        arena->blocks = block->next;
        ASAN_UNPOISON_MEMORY_REGION(block->data, block->size);
        free(block);
    }
    arena->used = 0;
}

static _Noreturn void
die(const struct arena *arena, size_t size, const char *reason)
{
    log_printf(LOG_ERROR, "no memory for %zu bytes (%zu of %zu in use): %s",
               size, arena->used, arena->cap, reason);
    abort();
}

/* Takes a block of 'size' usable bytes from the system, which need not be
 * zero. */
static struct arena_block *
block_new(struct arena *arena, size_t size)
{
    size_t total = sizeof(struct arena_block) + size;
    struct arena_block *block = malloc(total);

    if (block == NULL) {
        die(arena, size, "the system has none");
    }
    arena->used += total;
    block->size = size;
    block->used = 0;
    ASAN_POISON_MEMORY_REGION(block->data, size);
    return block;
}

/* Most bytes that a new block could offer within the cap. */
static size_t
room_under_cap(const struct arena *arena)
{
    size_t left = arena->cap - arena->used;

    return left > sizeof(struct arena_block)
               ? left - sizeof(struct arena_block)
               : 0;
}

/* Usable bytes of the next common block: twice the newest, within bounds. */
static size_t
next_block_size(const struct arena *arena)
{
    size_t total = BLOCK_SIZE_FIRST;

    if (arena->blocks != NULL) {
        total = (arena->blocks->size + sizeof(struct arena_block)) * 2;
    }
    if (total < BLOCK_SIZE_FIRST) {
        total = BLOCK_SIZE_FIRST;
    }
    if (total > BLOCK_SIZE_MOST) {
        total = BLOCK_SIZE_MOST;
    }
    return total - sizeof(struct arena_block);
}

/* Adds a block with room for 'need' bytes and returns it. */
static struct arena_block *
add_block(struct arena *arena, size_t need)
{
    size_t room = room_under_cap(arena);
    size_t common = next_block_size(arena);
    struct arena_block *newest = arena->blocks;
    struct arena_block *block;

    if (need > room) {
        die(arena, need, "the arena is at its cap");
    }
    if (newest != NULL && need > common / 4) {
        block = block_new(arena, need);
        block->next = newest->next;
        newest->next = block;
        return block;
    }
    if (common > room || common < need) {
        common = need;
    }
    block = block_new(arena, common);
    block->next = newest;
    arena->blocks = block;
    return block;
}

/* 'size' and the gap, rounded up so that the next allocation is aligned. */
static size_t
padded_size(const struct arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2) {
        die(arena, size, "the size is absurd");
    }
    /* Even nothing gets an address of its own. */
    size = size == 0 ? 1 : size;
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT + GAP;
}

void *
arena_take(struct arena *arena, size_t size)
{
    size_t need = padded_size(arena, size);
    struct arena_block *block = arena->blocks;
    unsigned char *data;

    if (block == NULL || block->size - block->used < need) {
        block = add_block(arena, need);
    }
    data = block->data + block->used;
    block->used += need;
    ASAN_UNPOISON_MEMORY_REGION(data, size);
    return data;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
    return memset(arena_take(arena, size), 0, size);
}

void *
arena_calloc(struct arena *arena, size_t count, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(count, size, &total)) {
        die(arena, SIZE_MAX, "the product overflows");
    }
    return arena_alloc(arena, total);
}

void *
arena_memdup(struct arena *arena, const void *data, size_t size)
{
    void *copy = arena_take(arena, size);

    if (size > 0) {
        memcpy(copy, data, size);
    }
    return copy;
}

char *
arena_strdup(struct arena *arena, const char *text)
{
    return arena_memdup(arena, text, strlen(text) + 1);
}

char *
arena_strndup(struct arena *arena, const char *text, size_t len)
{
    size_t copied = len > 0 ? strnlen(text, len) : 0;
    char *copy = arena_take(arena, copied + 1);

    if (copied > 0) {
        memcpy(copy, text, copied);
    }
    copy[copied] = '\0';
    return copy;
}

char *
arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    char *text;

    va_start(args, format);
    text = arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}

char *
arena_vprintf(struct arena *arena, const char *format, va_list args)
{
    char shorter[256];
    va_list again;
    size_t size;
    char *text;
    int len;

    va_copy(again, args);
    size = format_plain(shorter, sizeof(shorter), format, again);
    va_end(again);
    if (size != FORMAT_NOT) {
        return arena_memdup(arena, shorter, size + 1);
    }
    va_copy(again, args);
    len = vsnprintf(shorter, sizeof(shorter), format, args);
    if (len < 0) {
        die(arena, 0, "a text cannot be formatted");
    }
    size = (size_t) len + 1;
    text = arena_take(arena, size);
    if (size <= sizeof(shorter)) {
        memcpy(text, shorter, size);
    } else {
        (void) vsnprintf(text, size, format, again);
    }
    va_end(again);
    return text;
}

void
arena_defer(struct arena *arena, arena_cleanup_fn *fn, void *object)
{
    struct arena_cleanup *cleanup = ARENA_NEW(arena, struct arena_cleanup);

    cleanup->next = arena->cleanups;
    cleanup->fn = fn;
    cleanup->object = object;
    arena->cleanups = cleanup;
}
