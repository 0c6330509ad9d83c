/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The socket on which the server listens.
 */
#include "http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/settings.h"
#include "net/endpoint.h"

#define BACKLOG 4096
#define OTHER_FILES 256 /* Beside connections: database, log, library. */

static struct err *
refuse(struct arena *arena, const struct settings *settings)
{
    return err_new(arena, ERR_INVALID_INPUT, "cannot listen on \"%s\": %s",
                   settings->listen, strerror(errno));
}

static struct err *
bind_socket(struct arena *arena, const struct settings *settings, int family,
            const struct sockaddr *address, socklen_t size, int *ret_fd)
{
    int one = 1;
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return refuse(arena, settings);
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (settings->reuse_port) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
    }
    if (bind(fd, address, size) != 0 || listen(fd, BACKLOG) != 0) {
        struct err *err = refuse(arena, settings);
        close(fd);
        return err;
    }
    *ret_fd = fd;
    return NULL;
}

/* True when a server listens there: who is killed leaves the file behind. */
static bool
is_served(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool served = connect(fd, (const struct sockaddr *) address,
                          sizeof *address) == 0 ||
                  errno != ECONNREFUSED;
    close(fd);
    return served;
}

/* Removes the socket that a server left; nothing else. */
static struct err *
make_room(struct arena *arena, const struct settings *settings,
          const struct sockaddr_un *address)
{
    struct stat status;
    if (lstat(address->sun_path, &status) != 0) {
        return NULL; /* If it is not its absence, bind says why. */
    }
    if (!S_ISSOCK(status.st_mode)) {
        errno = EEXIST;
        return refuse(arena, settings);
    }
    if (is_served(address)) {
        errno = EADDRINUSE;
        return refuse(arena, settings);
    }
    return unlink(address->sun_path) == 0 ? NULL : refuse(arena, settings);
}

/* A file of a socket that nobody may open yet; then of 'socket_mode'. */
static struct err *
open_unix(struct arena *arena, const struct settings *settings,
          const char *path, struct listener *ret_listener)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    mode_t mode = (mode_t) strtoul(settings->socket_mode, NULL, 8);
    memcpy(address.sun_path, path, strlen(path) + 1);
    TRY(make_room(arena, settings, &address));
    mode_t before = umask(0777);
    struct err *err = bind_socket(arena, settings, AF_UNIX,
                                  (const struct sockaddr *) &address,
                                  sizeof address, &ret_listener->fd);
    umask(before);
    TRY(err);
    if (chmod(path, mode) != 0) {
        return refuse(arena, settings);
    }
    ret_listener->path = arena_strdup(arena, path);
    ret_listener->url = arena_printf(arena, "unix:%s", path);
    ret_listener->address = "localhost";
    return NULL;
}

static struct err *
open_v4(struct arena *arena, const struct settings *settings,
        const struct endpoint *endpoint, struct listener *ret_listener)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(endpoint->port)};
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl((uint32_t) endpoint->addr.value);
    TRY(bind_socket(arena, settings, AF_INET,
                    (const struct sockaddr *) &address, size,
                    &ret_listener->fd));
    getsockname(ret_listener->fd, (struct sockaddr *) &address, &size);
    char text[IP_TEXT_SIZE];
    ip_format(&endpoint->addr, text);
    ret_listener->address =
        arena_printf(arena, "%s:%u", text, ntohs(address.sin_port));
    return NULL;
}

static struct err *
open_v6(struct arena *arena, const struct settings *settings,
        const struct endpoint *endpoint, struct listener *ret_listener)
{
    struct sockaddr_in6 address = {.sin6_family = AF_INET6,
                                   .sin6_port = htons(endpoint->port)};
    socklen_t size = sizeof address;
    char text[IP_TEXT_SIZE];
    ip_format(&endpoint->addr, text);
    inet_pton(AF_INET6, text, &address.sin6_addr);
    TRY(bind_socket(arena, settings, AF_INET6,
                    (const struct sockaddr *) &address, size,
                    &ret_listener->fd));
    getsockname(ret_listener->fd, (struct sockaddr *) &address, &size);
    ret_listener->address =
        arena_printf(arena, "[%s]:%u", text, ntohs(address.sin6_port));
    return NULL;
}

/* Lets the process hold the connections that it is set to hold, as far as
 * the system allows. */
static void
raise_file_limit(const struct settings *settings)
{
    struct rlimit limit;
    rlim_t wanted = (rlim_t) settings->max_connections + OTHER_FILES;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < wanted) {
        limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

struct err *
listen_open(struct arena *arena, const struct settings *settings,
            struct listener *ret_listener)
{
    struct endpoint endpoint;
    *ret_listener = (struct listener){.fd = -1};
    raise_file_limit(settings);
    if (!endpoint_parse(settings->listen, &endpoint)) {
        return err_new(arena, ERR_INVALID_INPUT,
                       "\"%s\" is not an address to listen on",
                       settings->listen);
    }
    if (endpoint.path != NULL) {
        return open_unix(arena, settings, endpoint.path, ret_listener);
    }
    if (endpoint.addr.version == 4) {
        TRY(open_v4(arena, settings, &endpoint, ret_listener));
    } else {
        TRY(open_v6(arena, settings, &endpoint, ret_listener));
    }
    ret_listener->url =
        arena_printf(arena, "%s://%s",
                     settings->tls_cert[0] == '\0' ? "http" : "https",
                     ret_listener->address);
    return NULL;
}

void
listen_close(struct listener *listener)
{
    close(listener->fd);
    if (listener->path != NULL) {
        unlink(listener->path);
    }
}
