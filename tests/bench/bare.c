/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The yardstick M: what the HTTP library answers when there is nothing to do.
 * The same loop around it as server/http/server.c has, and for every request
 * 600 bytes.  Prints "ready http://127.0.0.1:PORT"; SIGTERM ends it.
 */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_SIZE 600
#define BACKLOG 4096
#define POLL_MAX_MS 250

static volatile sig_atomic_t stop;

static void
on_signal(int number)
{
    (void) number;
    stop = 1;
}

/* An answer that is queued at the first call would close the connection. */
static enum MHD_Result
on_request(void *arg, struct MHD_Connection *connection, const char *url,
           const char *method, const char *version, const char *data,
           size_t *size, void **context)
{
    struct MHD_Response *response = arg;
    (void) url;
    (void) method;
    (void) version;
    (void) data;
    if (*context == NULL) {
        *context = response;
        return MHD_YES;
    }
    if (*size > 0) {
        *size = 0;
        return MHD_YES;
    }
    return MHD_queue_response(connection, MHD_HTTP_OK, response);
}

/* A socket on a free port of loopback, or -1. */
static int
listen_anywhere(int *ret_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, (const struct sockaddr *) &address, size) != 0 ||
        listen(fd, BACKLOG) != 0) {
        return -1;
    }
    getsockname(fd, (struct sockaddr *) &address, &size);
    *ret_port = ntohs(address.sin_port);
    return fd;
}

static void
serve(struct MHD_Daemon *daemon)
{
    struct pollfd library = {
        .fd = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd,
        .events = POLLIN};
    while (!stop) {
        MHD_UNSIGNED_LONG_LONG ms = POLL_MAX_MS;
        if (MHD_get_timeout(daemon, &ms) != MHD_YES || ms > POLL_MAX_MS) {
            ms = POLL_MAX_MS;
        }
        poll(&library, 1, (int) ms);
        MHD_run(daemon);
    }
}

/* The daemon that answers with 'response' on 'fd', or NULL. */
static struct MHD_Daemon *
start(int fd, struct MHD_Response *response)
{
    if (fd < 0 || response == NULL) {
        return NULL;
    }
    return MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request,
                            response, MHD_OPTION_LISTEN_SOCKET, fd,
                            MHD_OPTION_END);
}

int
main(void)
{
    static char body[ANSWER_SIZE];
    int port = 0;
    int fd = listen_anywhere(&port);
    memset(body, 'x', sizeof body);
    struct MHD_Response *response = MHD_create_response_from_buffer(
        sizeof body, body, MHD_RESPMEM_PERSISTENT);
    struct MHD_Daemon *daemon = start(fd, response);
    if (daemon == NULL) {
        (void) fputs("bare: cannot listen or start\n", stderr);
        return 1;
    }
    signal(SIGTERM, on_signal);
    signal(SIGINT, on_signal);
    (void) printf("ready http://127.0.0.1:%d\n", port);
    (void) fflush(stdout);
    serve(daemon);
    MHD_stop_daemon(daemon);
    MHD_destroy_response(response);
    return 0;
}
