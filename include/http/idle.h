/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory of connections that wait for their next request.
 *
 * All of it is called in the thread of the loop.
 */
#ifndef HTTP_IDLE_H
#define HTTP_IDLE_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct idle;

/* 'pool_size' is the library's MHD_OPTION_CONNECTION_MEMORY_LIMIT. */
struct idle *idle_new(struct arena *arena, size_t pool_size);

/* For MHD_OPTION_NOTIFY_CONNECTION; 'arg' is the struct idle. */
void idle_notify(void *arg, struct MHD_Connection *connection,
                 void **context, enum MHD_ConnectionNotificationCode code);

/* A request has begun: 'uri' is what the library gave to the callback of
 * MHD_OPTION_URI_LOG_CALLBACK, not yet changed. */
void idle_leave(struct idle *idle, struct MHD_Connection *connection,
                const char *uri);

/* The request has ended. */
void idle_enter(struct idle *idle, struct MHD_Connection *connection);

/* Gives memory of some connections back that have been idle for a while;
 * true when it should be called again at once. */
bool idle_turn(struct idle *idle);

#endif
