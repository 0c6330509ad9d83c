/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP library's daemon, as this server wants it.
 */
#ifndef HTTP_DAEMON_H
#define HTTP_DAEMON_H

#include <microhttpd.h>
#include <stdbool.h>

#include "core/err.h"

struct arena;
struct clients;
struct settings;

/* The longest request line and headers (request.c, headers.c), and the
 * library's records of them.  It clears all of it at every request. */
#define CONNECTION_MEMORY (64u << 10)

struct daemon_calls {
    MHD_AccessHandlerCallback request;
    MHD_RequestCompletedCallback completed;
    void *(*uri)(void *arg, const char *uri,
                 struct MHD_Connection *connection);
    void *arg; /* Of these three. */
};

/* Starts to take connections from the socket 'fd', with TLS when 'tls'.
 * There is no thread in it: MHD_run does its work. */
struct err *daemon_start(struct arena *arena, const struct settings *settings,
                         int fd, struct clients *clients,
                         const struct daemon_calls *calls,
                         struct MHD_Daemon **ret_daemon) MUST_CHECK;

#endif
