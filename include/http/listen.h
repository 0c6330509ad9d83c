/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The socket on which the server listens: TCP or unix.
 */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include "core/err.h"

struct arena;
struct settings;

struct listener {
    int fd;
    const char *url;     /* "https://127.0.0.1:9696", "unix:/path" */
    const char *address; /* "127.0.0.1:9696"; "localhost" for unix. */
    const char *path;    /* Of the unix socket, or NULL. */
};

/* Opens the socket that 'settings->listen' names, with the port that the
 * system gave when it says 0. */
struct err *listen_open(struct arena *arena, const struct settings *settings,
                        struct listener *ret_listener) MUST_CHECK;

/* Closes it and removes a unix socket's file. */
void listen_close(struct listener *listener);

#endif
