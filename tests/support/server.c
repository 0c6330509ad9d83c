/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starting, watching and stopping tenetd.
 */
#include "support/server.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "core/clock.h"
#include "support/api.h"

#define START_MS 60000
#define STOP_MS 90000 /* It gives PostgreSQL a minute. */
#define MAX_ARGS 32

/* The binary beside this one, unless TENET_BINARY names another. */
static void
find_binary(char ret_path[512])
{
    char own[480];
    const char *given = getenv("TENET_BINARY");
    ssize_t len = readlink("/proc/self/exe", own, sizeof(own) - 1);
    if (given != NULL || len < 0) {
        snprintf(ret_path, 512, "%s", given != NULL ? given : "build/tenetd");
        return;
    }
    own[len] = '\0';
    *strrchr(own, '/') = '\0';
    snprintf(ret_path, 512, "%s/tenetd", own);
    if (access(ret_path, X_OK) != 0) {
        snprintf(ret_path, 512, "%s/../tenetd", own);
    }
}

/* The child between fork and exec: never returns. */
static void
become(const char *binary, const char *const *args, int out, int err)
{
    const char *argv[MAX_ARGS + 2];
    size_t n = 0;
    argv[n++] = binary;
    for (; *args != NULL && n <= MAX_ARGS; args++) {
        argv[n++] = *args;
    }
    argv[n] = NULL;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    signal(SIGPIPE, SIG_DFL);
    dup2(out, STDOUT_FILENO);
    if (err >= 0) {
        dup2(err, STDERR_FILENO);
    }
    execv(binary, (char *const *) (uintptr_t) argv);
    dprintf(STDERR_FILENO, "cannot run %s\n", binary);
    _exit(127);
}

static pid_t
spawn(const char *binary, const char *const *args, int *ret_out, int err)
{
    int pipes[2];
    if (pipe2(pipes, O_CLOEXEC) != 0) {
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        become(binary, args, pipes[1], err < 0 ? pipes[1] : err);
    }
    close(pipes[1]);
    *ret_out = pipes[0];
    return pid;
}

/* Reads from 'fd' until 'deadline_us', the end, or a line that begins with
 * "ready "; true when that line came. */
static bool
wait_ready(int fd, int64_t deadline_us, char ret_url[SERVER_URL_SIZE])
{
    char text[4096] = "";
    size_t len = 0;
    struct pollfd pollfd = {.fd = fd, .events = POLLIN};
    while (len < sizeof(text) - 1) {
        int64_t left = deadline_us - clock_monotonic_us();
        if (left <= 0 || poll(&pollfd, 1, (int) (left / 1000) + 1) <= 0) {
            return false;
        }
        ssize_t n = read(fd, text + len, sizeof(text) - 1 - len);
        if (n <= 0) {
            return false;
        }
        len += (size_t) n;
        text[len] = '\0';
        const char *line = strstr(text, "ready ");
        if (line != NULL && strchr(line, '\n') != NULL) {
            return sscanf(line, "ready %127s", ret_url) == 1;
        }
    }
    return false;
}

bool
server_start(struct server *ret_server, const char *const *args,
             const char *log)
{
    char binary[512];
    find_binary(binary);
    return server_start_other(ret_server, binary, args, log);
}

bool
server_start_other(struct server *ret_server, const char *binary,
                   const char *const *args, const char *log)
{
    int err = STDERR_FILENO;
    *ret_server = (struct server){0};
    if (log != NULL) {
        err = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    }
    ret_server->pid = spawn(binary, args, &ret_server->out, err);
    if (log != NULL && err >= 0) {
        close(err);
    }
    if (ret_server->pid > 0 &&
        wait_ready(ret_server->out,
                   clock_monotonic_us() + START_MS * INT64_C(1000),
                   ret_server->url)) {
        return true;
    }
    server_stop(ret_server);
    return false;
}

/* Waits for 'pid' until 'timeout_ms'; false when it still runs. */
static bool
wait_end(pid_t pid, int timeout_ms, int *ret_status)
{
    for (int waited = 0; waited < timeout_ms; waited += 5) {
        if (waitpid(pid, ret_status, WNOHANG) == pid) {
            return true;
        }
        usleep(5000);
    }
    return false;
}

static int
exit_status(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
server_stop(struct server *server)
{
    int status = 0;
    if (server->pid <= 0) {
        return 0;
    }
    kill(server->pid, SIGTERM);
    if (!wait_end(server->pid, STOP_MS, &status)) {
        kill(server->pid, SIGKILL);
        waitpid(server->pid, &status, 0);
    }
    close(server->out);
    server->pid = 0;
    return exit_status(status);
}

struct server
server_serve_args(const char *const *args)
{
    const char *all[MAX_ARGS] = {"serve", "--database-url", server_database(),
                                 "--listen", "127.0.0.1:0"};
    struct server server;
    size_t n = 5;
    for (; *args != NULL && n < MAX_ARGS - 1; args++) {
        all[n++] = *args;
    }
    bool started = server_start(&server, all, text("%s/log", test_dir()));
    cr_assert(started, "a server with \"%s\" does not start",
              all[5] == NULL ? "" : all[5]);
    return server;
}

void
server_end(struct server *server)
{
    int status = server_stop(server);
    cr_assert(status == 0, "the server ended with status %d", status);
}

int
server_run_args(const char *const *args, char *ret_text, size_t size)
{
    int out = -1, status = 0;
    size_t len = 0;
    char binary[512];
    find_binary(binary);
    pid_t pid = spawn(binary, args, &out, -1);
    ssize_t n = 1;
    while (n > 0) {
        char rest[256];
        bool room = len < size - 1;
        n = read(out, room ? ret_text + len : rest,
                 room ? size - 1 - len : sizeof(rest));
        len += room && n > 0 ? (size_t) n : 0;
    }
    ret_text[len] = '\0';
    close(out);
    waitpid(pid, &status, 0);
    return exit_status(status);
}

const char *
test_dir(void)
{
    const char *dir = getenv("TENET_TEST_DIR");
    return dir != NULL ? dir : "/tmp";
}

const char *
server_database(void)
{
    const char *url = getenv("TENET_TEST_DATABASE_URL");
    cr_assert(url != NULL, "TENET_TEST_DATABASE_URL is not set");
    return url;
}

void
expect_invariants(void)
{
    char text[4096];
    int status = server_run(text, sizeof(text), "check", "--database-url",
                            server_database());
    cr_assert(status == 0, "tenetd check ended with status %d:\n%s", status,
              text);
}
