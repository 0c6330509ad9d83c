/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP loop.  libmicrohttpd runs without a thread of its own: this loop
 * polls its epoll descriptor together with an eventfd on which lanes report
 * finished jobs.  While a lane works, the connection is suspended.
 */
#include "http/server.h"

#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/settings.h"
#include "db/feed.h"
#include "db/keeper.h"
#include "db/lane.h"
#include "http/clients.h"
#include "http/daemon.h"
#include "http/limits.h"
#include "http/listen.h"
#include "http/metrics.h"
#include "http/parked.h"
#include "http/request.h"
#include "http/response.h"
#include "http/tls.h"
#include "identity/identity.h"
#include "net/netlist.h"

#define POLL_MAX_MS 250   /* The flags of signals are looked at this often. */

struct server {
    struct MHD_Daemon *daemon;
    struct request_context context;
    struct listener listener;
    const char *url;
    int epoll_fd; /* The library's. */
    int event_fd; /* Readable when a lane has finished something, or there
                   * are events. */
    bool draining;
    bool hurries; /* There is something to do for which nothing wakes it. */
    int64_t active; /* Requests between first byte and last. */
    pthread_mutex_t mutex;    /* Guards 'finished'. */
    struct request *finished; /* By lanes; not yet answered. */
};

/* --- reading requests */

/* The library would keep every argument of the query once more, in records of
 * 64 bytes: a long list of ids would need a multiple of the room of all else.
 * It reads the query behind this call, and finds none; request.c has it. */
static void
hide_query(char *uri)
{
    char *query = strchr(uri, '?');
    if (query != NULL) {
        memset(query, '\0', strlen(query));
    }
}

static void *
on_uri(void *arg, const char *uri, struct MHD_Connection *connection)
{
    struct server *server = arg;
    struct client *client = client_of(connection);
    server->active++;
    clients_begin(server->context.clients, client, uri);
    struct request *request = request_new(&server->context, client, uri);
    hide_query((char *) (uintptr_t) uri);
    return request;
}

static enum MHD_Result
on_header(void *arg, enum MHD_ValueKind kind, const char *key,
          const char *value)
{
    (void) kind;
    headers_add(arg, key, value == NULL ? "" : value);
    return MHD_YES;
}

static enum MHD_Result
begin_request(struct MHD_Connection *connection, struct request *request,
              const char *method)
{
    request->connection = connection;
    request->parking.fd = request->client->fd;
    request->method = arena_strdup(&request->arena, method);
    MHD_get_connection_values(connection, MHD_HEADER_KIND, on_header,
                              request);
    headers_check(request);
    bool broken = request->warning != NULL ||
                  (request->err != NULL &&
                   request->err->kind == ERR_TOO_LARGE);
    if (!broken) {
        return MHD_YES;
    }
    /* Do not read a body that cannot be trusted: answer now and close. */
    request_start(request);
    return response_send(connection, request, true) ? MHD_YES : MHD_NO;
}

static enum MHD_Result
on_request(void *arg, struct MHD_Connection *connection, const char *url,
           const char *method, const char *version, const char *data,
           size_t *size, void **context)
{
    struct server *server = arg;
    struct request *request = *context;
    (void) url;
    (void) version;
    if (request->method == NULL) {
        return begin_request(connection, request, method);
    }
    if (*size > 0) {
        bool go_on = request_take_body(request, data, *size);
        *size = 0;
        return go_on ? MHD_YES : MHD_NO;
    }
    if (request->state == REQUEST_READING) {
        client_waits(request->client);
        request_start(request);
        if (request->state != REQUEST_DONE) {
            MHD_suspend_connection(connection);
            return MHD_YES;
        }
    }
    client_reads(request->client);
    return response_send(connection, request, server->draining) ? MHD_YES
                                                                : MHD_NO;
}

/* The answer is out, or the connection broke: always after the library has
 * let go of the body, which lies in the request's arena. */
static void
on_completed(void *arg, struct MHD_Connection *connection, void **context,
             enum MHD_RequestTerminationCode code)
{
    struct server *server = arg;
    struct request *request = *context;
    (void) code;
    if (request == NULL) {
        return;
    }
    *context = NULL;
    server->active--;
    clients_end(server->context.clients, client_of(connection));
    if (request->method != NULL) {
        metrics_count(server->context.metrics, request,
                      clock_monotonic_us() - request->started_us);
        request_log(request);
    }
    limits_leave(server->context.limits, request);
    parked_forget(server->context.parked, request);
    request_free(request);
}

/* --- lanes */

static void
wake_loop(void *arg)
{
    struct server *server = arg;
    uint64_t one = 1;
    ssize_t ignored = write(server->event_fd, &one, sizeof one);
    (void) ignored;
}

static void
resume(struct request *request)
{
    MHD_resume_connection(request->connection);
}

/* In a lane's thread: the answer is made here, off the loop. */
static void
on_job_done(void *arg, struct job *job)
{
    struct server *server = arg;
    struct request *request = request_finish(job);
    pthread_mutex_lock(&server->mutex);
    bool first = server->finished == NULL;
    request->next = server->finished;
    server->finished = request;
    pthread_mutex_unlock(&server->mutex);
    if (first) {
        wake_loop(server);
    }
}

static void
resume_finished(struct server *server)
{
    uint64_t n;
    ssize_t ignored = read(server->event_fd, &n, sizeof n);
    (void) ignored;
    pthread_mutex_lock(&server->mutex);
    struct request *request = server->finished;
    server->finished = NULL;
    pthread_mutex_unlock(&server->mutex);
    while (request != NULL) {
        struct request *next = request->next;
        if (request->call.watch != NULL) {
            parked_take(server->context.parked, request);
        } else {
            request_settle(request);
            request->state = REQUEST_DONE;
            resume(request);
        }
        request = next;
    }
}

/* Whose the token is, is known now. */
static void
on_identified(void *arg, struct inquiry *inquiry)
{
    struct request *request = request_identified(inquiry);
    (void) arg;
    if (request->state == REQUEST_DONE) {
        resume(request);
    }
}

/* --- the keeper */

/* In the keeper's thread. */
static void
on_chore_report(void *arg, const char *chore, const struct err *err)
{
    struct log_line line;
    (void) arg;
    log_begin(&line, LOG_ERROR, "chore");
    log_str(&line, "chore", chore);
    log_err(&line, err);
    log_end(&line);
}

/* --- the loop */

static int
poll_timeout(struct server *server)
{
    if (server->hurries) {
        return 0;
    }
    MHD_UNSIGNED_LONG_LONG ms = POLL_MAX_MS;
    int64_t due_us = parked_due_us(server->context.parked);
    int64_t left_us = due_us == INT64_MAX ? INT64_MAX
                                          : due_us - clock_monotonic_us();
    int64_t most = left_us >= POLL_MAX_MS * 1000 ? POLL_MAX_MS
                   : left_us <= 0                ? 0
                                                 : left_us / 1000 + 1;
    if (MHD_get_timeout(server->daemon, &ms) != MHD_YES ||
        ms > (MHD_UNSIGNED_LONG_LONG) most) {
        return (int) most;
    }
    return (int) ms;
}

static void
turn(struct server *server)
{
    struct pollfd fds[] = {
        {.fd = server->epoll_fd, .events = POLLIN},
        {.fd = server->event_fd, .events = POLLIN},
        {.fd = parked_fd(server->context.parked), .events = POLLIN},
    };
    poll(fds, 3, poll_timeout(server));
    if ((fds[1].revents & POLLIN) != 0) {
        resume_finished(server);
        identity_collect(server->context.identity, on_identified, server);
    }
    parked_turn(server->context.parked);
    MHD_run(server->daemon);
    server->hurries = clients_turn(server->context.clients);
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(
        server->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
    metrics_connections(server->context.metrics, info->num_connections);
}

static void
drain(struct server *server)
{
    int64_t end = clock_monotonic_us() +
                  server->context.settings->drain_s * 1000000;
    server->draining = true;
    (void) MHD_quiesce_daemon(server->daemon); /* server_stop closes it. */
    log_printf(LOG_INFO, "draining");
    parked_drain(server->context.parked);
    while (server->active > 0 && clock_monotonic_us() < end) {
        turn(server);
    }
}

void
server_run(struct server *server, volatile sig_atomic_t *stop,
           volatile sig_atomic_t *reload_asked)
{
    while (!*stop) {
        turn(server);
        identity_watch(server->context.identity);
        if (*reload_asked) {
            *reload_asked = 0;
            (void) identity_renew(server->context.identity);
            tls_renew(server->context.tls);
        }
    }
    drain(server);
}

/* --- start and stop */

static struct err *
start_daemon(struct server *server, struct arena *arena)
{
    const struct daemon_calls calls = {.request = on_request,
                                       .completed = on_completed,
                                       .uri = on_uri,
                                       .arg = server};
    TRY(daemon_start(arena, server->context.settings, server->listener.fd,
                     server->context.clients, &calls, &server->daemon));
    server->epoll_fd = MHD_get_daemon_info(server->daemon,
                                           MHD_DAEMON_INFO_EPOLL_FD)
                           ->epoll_fd;
    return NULL;
}

/* What config.c has checked. */
static const struct netlist *
trusted_proxies(struct arena *arena, const struct settings *settings)
{
    struct netlist *list = ARENA_NEW(arena, struct netlist);
    (void) netlist_parse(settings->trusted_proxies, list);
    return list;
}

struct err *
server_start(struct arena *arena, const struct settings *settings,
             struct server **ret_server)
{
    struct server *server = ARENA_NEW(arena, struct server);
    struct request_context *context = &server->context;
    *ret_server = server;
    arena_keep_memory();
    pthread_mutex_init(&server->mutex, NULL);
    context->settings = settings;
    context->metrics = metrics_new(arena);
    context->limits = limits_new(arena, settings);
    server->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    TRY(identity_new(arena, settings, wake_loop, server,
                     &context->identity));
    TRY(tls_new(arena, settings, &context->tls));
    context->trusted = trusted_proxies(arena, settings);
    context->clients = clients_new(arena, settings, context->tls,
                                  context->trusted, CONNECTION_MEMORY);
    TRY(listen_open(arena, settings, &server->listener));
    context->address = server->listener.address;
    server->url = server->listener.url;
    TRY(feed_start(arena, settings->database_url, wake_loop, server,
                   &context->feed));
    TRY(parked_new(arena, context->feed, resume, &context->parked));
    TRY(lanes_start(arena, settings, on_job_done, server, &context->lanes));
    identity_start(context->identity, context->lanes);
    TRY(workers_start(arena, N_WORKERS, WORK_LIMIT, &context->workers));
    TRY(keeper_start(arena, settings, on_chore_report, server,
                     &context->keeper));
    return start_daemon(server, arena);
}

const char *
server_url(const struct server *server)
{
    return server->url;
}

void
server_stop(struct server *server)
{
    keeper_stop(server->context.keeper);
    feed_stop(server->context.feed);
    workers_stop(server->context.workers);
    identity_stop(server->context.identity);
    lanes_stop(server->context.lanes);
    identity_collect(server->context.identity, on_identified, server);
    resume_finished(server);
    MHD_run(server->daemon);
    MHD_stop_daemon(server->daemon);
    listen_close(&server->listener);
    close(parked_fd(server->context.parked));
    close(server->event_fd);
}
