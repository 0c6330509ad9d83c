/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A private PostgreSQL: starting and stopping it.  dev_cluster.c makes the
 * directory and the cluster, dev_program.c runs the programs.
 *
 *     DIR/lock           held by the process that uses DIR
 *     DIR/postgres/      the cluster
 *     DIR/postgres.new/  a cluster that was not finished
 *     DIR/run/           the unix socket, unless its path would be too long
 *     DIR/postgres.log   messages
 *     DIR/database_url   the connection string, for psql and for tests
 */
#include "dev.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/clock.h"
#include "db/ping.h"
#include "dev_internal.h"

#define POLL_US 20000
#define START_LIMIT_US (600 * INT64_C(1000000)) /* Recovery may take long. */
#define ORPHAN_LIMIT_US (60 * INT64_C(1000000))
#define STOP_LIMIT_US (60 * INT64_C(1000000))

/* Longest directory of a unix socket: sun_path without the file's name. */
#define SOCKET_NAME "/.s.PGSQL.5432"
#define SOCKET_LOCK_NAME SOCKET_NAME ".lock"
#define MAX_SOCKET_DIR (108 - sizeof(SOCKET_LOCK_NAME))

/* What a socket's directory may consist of: the setting that names it is a
 * list, and the connection string has quotes. */
#define PLAIN_CHARS                                        \
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
    "0123456789/._+-"

static const char *const server_settings[] = {
    "listen_addresses=",      "unix_socket_permissions=0700",
    "shared_buffers=128MB",   "max_connections=50",
    "synchronous_commit=on",  "timezone=UTC",
    "log_timezone=UTC",       "log_checkpoints=off",
    "autovacuum_naptime=10s",
};

#define N_SERVER_SETTINGS \
    (sizeof(server_settings) / sizeof(server_settings[0]))

/* True when process 'pid' is the PostgreSQL of this cluster, in which it has
 * its working directory. */
static bool
is_server(const struct dev *dev, long pid)
{
    char cwd[PATH_MAX];
    ssize_t len = readlink(arena_printf(dev->arena, "/proc/%ld/cwd", pid),
                           cwd, sizeof(cwd) - 1);

    if (len < 0) {
        return false;
    }
    cwd[len] = '\0';
    return strcmp(cwd, dev->cluster) == 0;
}

/* Waits for the PostgreSQL of a tenetd that was killed, which is shutting
 * down; the lock says that no other tenetd uses it.  A file that names no
 * such process is stale, even when its number is in use again. */
static struct err *
await_orphan(const struct dev *dev)
{
    const char *path = arena_printf(dev->arena, "%s/postmaster.pid",
                                    dev->cluster);
    const char *line = dev_first_line(dev, path);
    long pid = line != NULL ? strtol(line, NULL, 10) : 0;
    int64_t deadline = clock_monotonic_us() + ORPHAN_LIMIT_US;

    while (pid > 0 && is_server(dev, pid)) {
        if (clock_monotonic_us() > deadline) {
            return err_new(dev->arena, ERR_INTERNAL,
                           "PostgreSQL still runs in \"%s\"; stop process "
                           "%ld",
                           dev->cluster, pid);
        }
        (void) usleep(POLL_US);
    }
    (void) unlink(path);
    return NULL;
}

/* Chooses the directory of the socket, and clears what a killed PostgreSQL
 * left in it. */
static struct err *
prepare_socket_dir(struct dev *dev)
{
    const char *path = dev_path(dev, "run");
    char *temporary = arena_strdup(dev->arena, "/tmp/tenet-XXXXXX");

    if (strlen(path) <= MAX_SOCKET_DIR &&
        path[strspn(path, PLAIN_CHARS)] == '\0') {
        dev->socket_dir = path;
        return dev_remove_tree(path) ? dev_make_dir(dev, path)
                                     : dev_fail(dev, "remove", path);
    }
    if (mkdtemp(temporary) == NULL) {
        return dev_fail(dev, "make directory", temporary);
    }
    dev->socket_dir = temporary;
    dev->temporary_socket = true;
    return dev_give_away(dev, temporary);
}

/* Starts PostgreSQL, without waiting for it. */
static struct err *
spawn_server(struct dev *dev)
{
    const char *argv[16 + 2 * N_SERVER_SETTINGS];
    size_t n = 0;
    int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

    argv[n++] = dev_program_path(dev, "postgres");
    argv[n++] = "-D";
    argv[n++] = dev->cluster;
    argv[n++] = "-k";
    argv[n++] = dev->socket_dir;
    for (size_t i = 0; i < N_SERVER_SETTINGS; i++) {
        argv[n++] = "-c";
        argv[n++] = server_settings[i];
    }
    argv[n++] = "-c";
    argv[n++] = dev->durable ? "fsync=on" : "fsync=off";
    argv[n++] = "-c";
    argv[n++] = dev->durable ? "full_page_writes=on" : "full_page_writes=off";
    argv[n] = NULL;
    dev->pid = program_start(&(struct program){.user = &dev->user,
                                               .argv = argv,
                                               .dir = dev->dir,
                                               .input_fd = null_fd,
                                               .output_fd = dev->log_fd});
    (void) close(null_fd);
    if (dev->pid < 0) {
        dev->pid = 0;
        return dev_fail(dev, "start", argv[0]);
    }
    return NULL;
}

/* Waits until PostgreSQL takes connections, or has ended. */
static struct err *
await_server(struct dev *dev)
{
    int64_t deadline = clock_monotonic_us() + START_LIMIT_US;
    int status;

    while (!db_ping(dev->url)) {
        if (waitpid(dev->pid, &status, WNOHANG) == dev->pid) {
            dev->pid = 0;
            return dev_explain(dev, "postgres", WEXITSTATUS(status));
        }
        if (clock_monotonic_us() > deadline) {
            return err_new(dev->arena, ERR_INTERNAL,
                           "PostgreSQL in \"%s\" takes no connections; see "
                           "\"%s\"",
                           dev->cluster, dev_path(dev, "postgres.log"));
        }
        (void) usleep(POLL_US);
    }
    return NULL;
}

/* Leaves the connection string where people and tests find it. */
static struct err *
publish_url(const struct dev *dev)
{
    const char *path = dev_path(dev, "database_url");
    FILE *file = fopen(path, "we");

    if (file == NULL) {
        return dev_fail(dev, "write", path);
    }
    (void) fprintf(file, "%s\n", dev->url);
    return fclose(file) == 0 ? NULL : dev_fail(dev, "write", path);
}

static struct err *
start_server(struct dev *dev, const char *dir)
{
    TRY(program_find_user(dev->arena, &dev->user));
    TRY(dev_open_dir(dev, dir));
    TRY(await_orphan(dev));
    TRY(dev_make_cluster(dev));
    TRY(prepare_socket_dir(dev));
    dev->url = arena_printf(dev->arena, "host=%s user=tenet dbname=tenet",
                            dev->socket_dir);
    TRY(spawn_server(dev));
    TRY(await_server(dev));
    return publish_url(dev);
}

struct err *
dev_start(struct arena *arena, const char *dir, bool durable,
          struct dev **ret_dev)
{
    struct dev *dev = ARENA_NEW(arena, struct dev);
    struct err *err;

    *dev = (struct dev){
        .arena = arena, .durable = durable, .lock_fd = -1, .log_fd = -1};
    err = start_server(dev, dir);
    if (err != NULL) {
        dev_stop(dev);
        return err;
    }
    *ret_dev = dev;
    return NULL;
}

const char *
dev_database_url(const struct dev *dev)
{
    return dev->url;
}

/* Waits for PostgreSQL to end; false when it has not until the limit. */
static bool
await_end(const struct dev *dev)
{
    int64_t deadline = clock_monotonic_us() + STOP_LIMIT_US;

    while (waitpid(dev->pid, NULL, WNOHANG) == 0) {
        if (clock_monotonic_us() > deadline) {
            return false;
        }
        (void) usleep(POLL_US);
    }
    return true;
}

/* SIGINT is PostgreSQL's fast shutdown, SIGQUIT the immediate one. */
static void
stop_server(struct dev *dev)
{
    (void) kill(dev->pid, SIGINT);
    if (!await_end(dev)) {
        (void) kill(dev->pid, SIGQUIT);
        (void) waitpid(dev->pid, NULL, 0);
    }
    dev->pid = 0;
}

void
dev_stop(struct dev *dev)
{
    if (dev->pid > 0) {
        stop_server(dev);
    }
    if (dev->temporary_socket) {
        (void) dev_remove_tree(dev->socket_dir);
    }
    if (dev->log_fd >= 0) {
        (void) close(dev->log_fd);
    }
    if (dev->lock_fd >= 0) {
        (void) close(dev->lock_fd);
    }
}
