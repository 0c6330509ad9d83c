/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections of clients, from the first to the last: how many one address
 * has, and how long they take.
 *
 * A request must have come whole within request_timeout_s of its first line,
 * and that within idle_timeout_s more of the answer before it.  An answer must
 * go on being read: in any request_timeout_s a client takes all that was sent
 * before, or SLOWEST_READER bytes a second.  Who is slower is sent away, however
 * busy it looks; who is silent the HTTP library sends away.
 *
 * All of it is called in the thread of the loop.
 */
#ifndef HTTP_CLIENTS_H
#define HTTP_CLIENTS_H

#include <microhttpd.h>
#include <stdbool.h>

#include "core/settings.h"
#include "http/idle.h"
#include "net/ip.h"

struct arena;
struct clients;
struct netlist;
struct tally_entry;
struct tls;
struct tls_keys;

#define SLOWEST_READER 1024

/* One connection. */
struct client {
    struct sleeper sleeper;
    struct client *previous, *next; /* Of those that are open. */
    struct tls_keys *keys;      /* NULL: without TLS. */
    struct ip_addr ip;          /* Version 0: by a unix socket. */
    char address[IP_TEXT_SIZE]; /* The same as text, or "unix". */
    int fd;
    bool is_proxy; /* Its word about others is believed. */
    enum {
        CLIENT_PAUSES,  /* No request has begun. */
        CLIENT_SENDS,   /* One arrives. */
        CLIENT_WAITS,   /* The server works on it. */
        CLIENT_READS,   /* The answer is on its way. */
    } state;
    int64_t since_us; /* When it was first seen so; 0: not yet. */
    uint64_t acked;   /* Bytes that had arrived there by then, */
    uint64_t owed;    /* and those that should since. */
    struct tally_entry *counted; /* Of its address, or NULL. */
};

/* 'pool_size' is the library's MHD_OPTION_CONNECTION_MEMORY_LIMIT; 'tls' is
 * NULL without TLS, 'trusted' are the proxies. */
struct clients *clients_new(struct arena *arena,
                            const struct settings *settings, struct tls *tls,
                            const struct netlist *trusted, size_t pool_size);

/* For the MHD_AcceptPolicyCallback; 'arg' is the struct clients. */
enum MHD_Result clients_accept(void *arg, const struct sockaddr *address,
                               socklen_t size);

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

/* The request has come; its answer goes out; it has ended. */
void client_waits(struct client *client);
void client_reads(struct client *client);
void clients_end(struct clients *clients, struct client *client);

/* Does what is due; true when it should be called again at once. */
bool clients_turn(struct clients *clients);

/* The network that counts as one client: an IPv4 address, the /64 of an IPv6
 * address, "unix". */
#define CLIENT_NETWORK_SIZE IP_TEXT_SIZE
void client_network(const struct ip_addr *ip,
                    char ret_text[CLIENT_NETWORK_SIZE]);

/* Connections that were not taken, and those that were ended. */
struct clients_stats {
    int64_t too_many;
    int64_t slow_senders;
    int64_t slow_readers;
};
void clients_stats(const struct clients *clients,
                   struct clients_stats *ret_stats);

#endif
