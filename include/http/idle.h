/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory of connections that wait for their next request.
 *
 * All of it is called in the thread of the loop.
 */
#ifndef HTTP_IDLE_H
#define HTTP_IDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct idle;

/* What it knows of one connection; all zero at first. */
struct sleeper {
    struct sleeper *next; /* Idle for less long. */
    struct sleeper *previous;
    char *pool;           /* NULL: not known. */
    int64_t since_us;
    bool waits;           /* In the list. */
    bool looked;          /* The pool has been looked for. */
};

/* 'pool_size' is the library's MHD_OPTION_CONNECTION_MEMORY_LIMIT. */
struct idle *idle_new(struct arena *arena, size_t pool_size);

/* A request has begun on the connection with socket 'fd': 'uri' is what the
 * library gave to the callback of MHD_OPTION_URI_LOG_CALLBACK, not yet
 * changed. */
void idle_leave(struct idle *idle, struct sleeper *sleeper, int fd,
                const char *uri);

/* The request has ended. */
void idle_enter(struct idle *idle, struct sleeper *sleeper);

/* The connection has. */
void idle_forget(struct sleeper *sleeper);

/* Gives memory of some connections back that have been idle for a while;
 * true when it should be called again at once. */
bool idle_turn(struct idle *idle);

#endif
