/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP server: one thread, libmicrohttpd in the server's own loop, and
 * the lanes behind it.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <signal.h>

#include "core/err.h"

struct arena;
struct server;
struct settings;

/* Listens as 'settings' say and starts the lanes.  The server lives in
 * 'arena'.  Fails when it cannot listen, or cannot read the tokens or users. */
struct err *server_start(struct arena *arena, const struct settings *settings,
                         struct server **ret_server) MUST_CHECK;

/* Where it listens: "http://127.0.0.1:9696" or "unix:/path". */
const char *server_url(const struct server *server);

/* Serves in the calling thread until '*stop', then finishes what has begun,
 * for at most the setting drain_s.  Rereads tokens and users when '*reload'. */
void server_run(struct server *server, volatile sig_atomic_t *stop,
                volatile sig_atomic_t *reload);

/* Closes everything. */
void server_stop(struct server *server);

#endif
