/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections of clients.
 *
 * All that are open are looked at once a second.  So nothing has to be done,
 * and no clock be read, while requests come and go.
 */
#include "http/clients.h"

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/log.h"
#include "http/tally.h"
#include "http/tls.h"
#include "net/netlist.h"

#define MEMORY_MAX (512u << 20)
#define LOOK_US 1000000
#define MOST_AT_ONCE 1024 /* Clients looked at in a turn. */
#define IDLE_NAMES 1024   /* Addresses remembered beyond those that count. */

struct clients {
    struct arena memory;
    const struct settings *settings;
    struct client *unused;
    struct client open;    /* Before the first and after the last. */
    struct client *cursor; /* The next to be looked at; NULL: none now. */
    int64_t look_us;       /* When the first is again. */
    struct tally *tally;   /* By address; NULL: there is no limit. */
    struct clients_stats stats;
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
clients_new(struct arena *arena, const struct settings *settings,
            struct tls *tls, const struct netlist *trusted, size_t pool_size)
{
    struct clients *clients = ARENA_NEW(arena, struct clients);
    arena_init(&clients->memory, MEMORY_MAX);
    arena_defer(arena, release_memory, &clients->memory);
    clients->settings = settings;
    clients->open.next = clients->open.previous = &clients->open;
    if (settings->max_connections_per_client > 0) {
        clients->tally = tally_new(
            arena, (size_t) settings->max_connections + IDLE_NAMES);
    }
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

void
client_network(const struct ip_addr *ip, char ret_text[CLIENT_NETWORK_SIZE])
{
    struct ip_addr network = *ip;
    if (ip->version == 0) {
        memcpy(ret_text, "unix", sizeof "unix");
        return;
    }
    if (ip->version == 6) {
        network.value = ip->value >> 64 << 64;
    }
    ip_format(&network, ret_text);
}

/* The entry that the connections of 'ip' count for, or NULL. */
static struct tally_entry *
entry_of(struct clients *clients, const struct ip_addr *ip)
{
    char network[CLIENT_NETWORK_SIZE];
    if (clients->tally == NULL || ip->version == 0 ||
        netlist_contains(clients->trusted, ip)) {
        return NULL;
    }
    client_network(ip, network);
    return tally_find(clients->tally, network);
}

enum MHD_Result
clients_accept(void *arg, const struct sockaddr *address, socklen_t size)
{
    struct clients *clients = arg;
    struct ip_addr ip = ip_of(address);
    const struct tally_entry *entry = entry_of(clients, &ip);
    (void) size;
    if (entry == NULL ||
        entry->held < clients->settings->max_connections_per_client) {
        return MHD_YES;
    }
    clients->stats.too_many++;
    return MHD_NO;
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
    client->counted = entry_of(clients, &client->ip);
    if (client->counted != NULL) {
        tally_hold(clients->tally, client->counted);
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
    if (client->counted != NULL) {
        tally_release(clients->tally, client->counted);
    }
    if (clients->cursor == client) {
        clients->cursor = client->next;
    }
    client->next->previous = client->previous;
    client->previous->next = client->next;
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
    client->previous = &clients->open;
    client->next = clients->open.next;
    client->next->previous = client;
    clients->open.next = client;
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

static void
enter(struct client *client, int state)
{
    client->state = state;
    client->since_us = 0;
}

void
clients_begin(struct clients *clients, struct client *client, const char *uri)
{
    idle_leave(clients->idle, &client->sleeper, client->fd, uri);
    enter(client, CLIENT_SENDS);
}

void
client_waits(struct client *client)
{
    enter(client, CLIENT_WAITS);
}

void
client_reads(struct client *client)
{
    enter(client, CLIENT_READS);
}

void
clients_end(struct clients *clients, struct client *client)
{
    idle_enter(clients->idle, &client->sleeper);
    enter(client, CLIENT_PAUSES);
}

/* --- who is too slow */

/* The library finds the connection closed and lets go of it. */
static void
send_away(struct client *client, const char *why, int64_t *counter)
{
    struct log_line line;
    (*counter)++;
    log_begin(&line, LOG_INFO, "slow client");
    log_str(&line, "client", client->address);
    log_str(&line, "reason", why);
    log_end(&line);
    shutdown(client->fd, SHUT_RDWR);
}

/* How much of what was written to the socket has arrived, and how much has
 * not; false for unix sockets, which do not tell. */
static bool
progress(const struct client *client, uint64_t *ret_acked, uint64_t *ret_owed)
{
    struct tcp_info info;
    socklen_t size = sizeof info;
    int queued = 0;
    if (getsockopt(client->fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
        size < offsetof(struct tcp_info, tcpi_bytes_received) ||
        ioctl(client->fd, SIOCOUTQ, &queued) != 0) {
        return false;
    }
    *ret_acked = info.tcpi_bytes_acked;
    *ret_owed = (uint64_t) queued;
    return true;
}

/* Once in every 'period_s': less has arrived than was owed the last time. */
static bool
reads_slowly(struct client *client, int64_t period_s, bool first)
{
    uint64_t least = (uint64_t) period_s * SLOWEST_READER;
    uint64_t acked, owed;
    if (!progress(client, &acked, &owed)) {
        return false;
    }
    bool slow = !first && acked - client->acked < client->owed;
    client->acked = acked;
    client->owed = owed < least ? owed : least;
    return slow;
}

static void
look_at(struct clients *clients, struct client *client, int64_t now_us)
{
    int64_t period_s = clients->settings->request_timeout_s;
    int64_t idle_s = clients->settings->idle_timeout_s;
    bool first = client->since_us == 0;
    client->since_us = first ? now_us : client->since_us;
    int64_t age_s = (now_us - client->since_us) / 1000000;
    if ((client->state == CLIENT_SENDS && age_s >= period_s) ||
        (client->state == CLIENT_PAUSES && age_s >= idle_s + period_s)) {
        send_away(client, "its request does not come",
                  &clients->stats.slow_senders);
    } else if (client->state == CLIENT_READS &&
               (first || age_s >= period_s)) {
        client->since_us = now_us;
        if (reads_slowly(client, period_s, first)) {
            send_away(client, "it does not read its answer",
                      &clients->stats.slow_readers);
        }
    }
}

/* Looks at some; true when there are more to be looked at now. */
static bool
look(struct clients *clients)
{
    int64_t now_us = clock_monotonic_us();
    if (clients->cursor == NULL) {
        if (now_us < clients->look_us) {
            return false;
        }
        clients->look_us = now_us + LOOK_US;
        clients->cursor = clients->open.next;
    }
    for (int n = 0; n < MOST_AT_ONCE; n++) {
        struct client *client = clients->cursor;
        if (client == &clients->open) {
            clients->cursor = NULL;
            return false;
        }
        clients->cursor = client->next;
        look_at(clients, client, now_us);
    }
    return true;
}

bool
clients_turn(struct clients *clients)
{
    bool more = look(clients);
    return idle_turn(clients->idle) || more;
}

void
clients_stats(const struct clients *clients, struct clients_stats *ret_stats)
{
    *ret_stats = clients->stats;
}
