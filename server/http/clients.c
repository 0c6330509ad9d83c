/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections of clients.
 */
#include "http/clients.h"

#include <netinet/in.h>
#include <string.h>

#include "core/arena.h"
#include "http/tls.h"
#include "net/netlist.h"

#define MEMORY_MAX (512u << 20)

struct clients {
    struct arena memory;
    struct client *unused;
    struct idle *idle;
    struct tls *tls;
    const struct netlist *trusted;
};

static void
release_memory(void *object)
{
    arena_done(object);
}

struct clients *
clients_new(struct arena *arena, struct tls *tls,
            const struct netlist *trusted, size_t pool_size)
{
    struct clients *clients = ARENA_NEW(arena, struct clients);
    arena_init(&clients->memory, MEMORY_MAX);
    arena_defer(arena, release_memory, &clients->memory);
    clients->tls = tls;
    clients->trusted = trusted;
    clients->idle = idle_new(arena, pool_size);
    return clients;
}

/* --- addresses */

static struct ip_addr
ip_of_v6(const struct in6_addr *address)
{
    struct ip_addr ip = {.version = IN6_IS_ADDR_V4MAPPED(address) ? 4 : 6};
    for (size_t i = ip.version == 4 ? 12 : 0; i < 16; i++) {
        ip.value = ip.value << 8 | address->s6_addr[i];
    }
    return ip;
}

/* The IP address of a socket's other end; version 0 when it has none. */
static struct ip_addr
ip_of(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const void *) address;
        return (struct ip_addr){.version = 4,
                                .value = ntohl(v4->sin_addr.s_addr)};
    }
    if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const void *) address;
        return ip_of_v6(&v6->sin6_addr);
    }
    return (struct ip_addr){.version = 0};
}

/* --- begin and end of a connection */

static struct client *
take_unused(struct clients *clients)
{
    struct client *client = clients->unused;
    if (client == NULL) {
        return ARENA_NEW(&clients->memory, struct client);
    }
    clients->unused = client->next;
    memset(client, 0, sizeof *client);
    return client;
}

static void
begin(struct clients *clients, struct client *client,
      struct MHD_Connection *connection)
{
    client->fd =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)
            ->connect_fd;
    client->ip = ip_of(MHD_get_connection_info(
                           connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)
                           ->client_addr);
    if (client->ip.version == 0) {
        memcpy(client->address, "unix", sizeof "unix");
    } else {
        ip_format(&client->ip, client->address);
    }
    client->is_proxy = netlist_contains(clients->trusted, &client->ip);
    if (clients->tls != NULL) {
        client->keys = tls_begin(
            clients->tls, MHD_get_connection_info(
                              connection, MHD_CONNECTION_INFO_GNUTLS_SESSION)
                              ->tls_session);
    }
}

static void
end(struct clients *clients, struct client *client)
{
    idle_forget(&client->sleeper);
    tls_end(client->keys);
    client->next = clients->unused;
    clients->unused = client;
}

void
clients_notify(void *arg, struct MHD_Connection *connection, void **context,
               enum MHD_ConnectionNotificationCode code)
{
    struct clients *clients = arg;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        end(clients, *context);
        return;
    }
    struct client *client = take_unused(clients);
    begin(clients, client, connection);
    *context = client;
}

struct client *
client_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection,
                                   MHD_CONNECTION_INFO_SOCKET_CONTEXT)
        ->socket_context;
}

/* --- its requests */

void
clients_begin(struct clients *clients, struct client *client, const char *uri)
{
    idle_leave(clients->idle, &client->sleeper, client->fd, uri);
}

void
clients_end(struct clients *clients, struct client *client)
{
    idle_enter(clients->idle, &client->sleeper);
}

bool
clients_turn(struct clients *clients)
{
    return idle_turn(clients->idle);
}
