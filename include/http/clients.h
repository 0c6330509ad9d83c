/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections of clients, from the first to the last.
 *
 * All of it is called in the thread of the loop.
 */
#ifndef HTTP_CLIENTS_H
#define HTTP_CLIENTS_H

#include <microhttpd.h>
#include <stdbool.h>

#include "http/idle.h"
#include "net/ip.h"

struct arena;
struct clients;
struct netlist;
struct tls;
struct tls_keys;

/* One connection. */
struct client {
    struct sleeper sleeper;
    struct client *next; /* Of those that are not in use. */
    struct tls_keys *keys;      /* NULL: without TLS. */
    struct ip_addr ip;          /* Version 0: by a unix socket. */
    char address[IP_TEXT_SIZE]; /* The same as text, or "unix". */
    int fd;
    bool is_proxy; /* Its word about others is believed. */
};

/* 'pool_size' is the library's MHD_OPTION_CONNECTION_MEMORY_LIMIT; 'tls' is
 * NULL without TLS, 'trusted' are the proxies. */
struct clients *clients_new(struct arena *arena, struct tls *tls,
                            const struct netlist *trusted, size_t pool_size);

/* For MHD_OPTION_NOTIFY_CONNECTION; 'arg' is the struct clients. */
void clients_notify(void *arg, struct MHD_Connection *connection,
                    void **context,
                    enum MHD_ConnectionNotificationCode code);

/* The client at the other end. */
struct client *client_of(struct MHD_Connection *connection);

/* A request has begun: 'uri' is what the library gave to the callback of
 * MHD_OPTION_URI_LOG_CALLBACK, not yet changed. */
void clients_begin(struct clients *clients, struct client *client,
                   const char *uri);

/* The request has ended. */
void clients_end(struct clients *clients, struct client *client);

/* Does what is due; true when it should be called again at once. */
bool clients_turn(struct clients *clients);

#endif
