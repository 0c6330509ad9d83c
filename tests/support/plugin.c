/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CNI plugin as a child process, and a server with a script.
 */
#include "support/plugin.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"

/* --- the plugin */

/* Beside tenetd, or beside this binary. */
static const char *
plugin_path(void)
{
    char own[480] = "";
    const char *tenetd = getenv("TENET_BINARY");
    if (tenetd != NULL) {
        snprintf(own, sizeof(own), "%s", tenetd);
    } else if (readlink("/proc/self/exe", own, sizeof(own) - 1) < 0) {
        return "build/tenet-ipam";
    }
    *strrchr(own, '/') = '\0';
    return text("%s/tenet-ipam", own);
}

static const char *
double_quotes(const char *json)
{
    char *copy = arena_strdup(session_arena(), json);
    for (char *p = copy; *p != '\0'; p++) {
        *p = *p == '\'' ? '"' : *p;
    }
    return copy;
}

static const char *
or_else(const char *given, const char *otherwise)
{
    return given != NULL ? given : otherwise;
}

static const char *
input_of(const struct pods *pods)
{
    return double_quotes(
        text("{'cniVersion': '%s', 'name': '%s', 'type': 'bridge', 'ipam':"
             " {'type': 'tenet-ipam', 'url': '%s', 'subnet_ids': %s%s%s%s%s}"
             "%s}",
             or_else(pods->version, "1.1.0"), or_else(pods->name, "pods"),
             or_else(pods->url, session()->url), pods->subnets,
             session()->project == NULL ? "" : ", 'project_id': '",
             or_else(session()->project, ""),
             session()->project == NULL ? "" : "'", or_else(pods->more, ""),
             or_else(pods->beside, "")));
}

struct pods
pods_in(const char *subnet_id)
{
    return (struct pods){.subnets = text("['%s']", subnet_id)};
}

/* Starts it; 'ret_in' and 'ret_out' are our ends of its standard streams. */
static pid_t
spawn(const char *command, const char *container, int *ret_in, int *ret_out)
{
    int in[2], out[2];
    pid_t pid = -1;
    posix_spawn_file_actions_t actions;
    const char *path = plugin_path();
    const char *argv[] = {path, NULL};
    const char *env[] = {text("CNI_COMMAND=%s", command),
                         text("CNI_CONTAINERID=%s", container),
                         "CNI_IFNAME=eth0",
                         "CNI_NETNS=/run/netns/gone",
                         "CNI_ARGS=IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;"
                         "K8S_POD_NAME=web-1",
                         "http_proxy=http://127.0.0.1:1",
                         NULL};
    cr_assert(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    int failed = posix_spawn(&pid, path, &actions, NULL,
                             (char *const *) (uintptr_t) argv,
                             (char *const *) (uintptr_t) env);
    posix_spawn_file_actions_destroy(&actions);
    cr_assert(failed == 0, "%s does not start: %s", path, strerror(failed));
    close(in[0]);
    close(out[1]);
    *ret_in = in[1];
    *ret_out = out[0];
    return pid;
}

struct plugin_result
plugin(const char *command, const char *container, const struct pods *pods)
{
    int in = -1, out = -1, status = 0;
    char part[1024];
    struct buf buf;
    const char *input = input_of(pods);
    ssize_t len = (ssize_t) strlen(input);
    buf_init(&buf, session_arena(), sizeof(part));
    pid_t pid = spawn(command, container, &in, &out);
    cr_assert_eq(write(in, input, (size_t) len), len);
    close(in);
    ssize_t n = 1;
    while (n > 0) {
        n = read(out, part, sizeof(part));
        buf_add(&buf, part, n > 0 ? (size_t) n : 0);
    }
    close(out);
    waitpid(pid, &status, 0);
    json_t *json = json_loadb(buf.data, buf.len, 0, NULL);
    if (json != NULL) {
        arena_defer(session_arena(), (arena_cleanup_fn *) json_decref, json);
    }
    return (struct plugin_result){
        .status = WIFEXITED(status) ? WEXITSTATUS(status) : 128,
        .reply = {.request = text("%s of %s", command, container),
                  .body = buf.data,
                  .head = "",
                  .size = buf.len,
                  .json = json}};
}

const char *
plugin_add(const char *container, const struct pods *pods)
{
    struct plugin_result result = plugin("ADD", container, pods);
    expect_success(&result);
    return text_at(&result.reply, "ips.0.address");
}

/* --- the server with a script */

/* Reads a request into 'text' of 'size' bytes: the head, and as much as
 * Content-Length says. */
static void
take_request(int fd, char *text, size_t size)
{
    size_t len = 0, wanted = size - 1;
    while (len < wanted) {
        ssize_t n = read(fd, text + len, wanted - len);
        if (n <= 0) {
            break;
        }
        len += (size_t) n;
        text[len] = '\0';
        const char *end = strstr(text, "\r\n\r\n");
        const char *length = strcasestr(text, "\r\ncontent-length:");
        if (end != NULL && wanted == size - 1) {
            wanted = (size_t) (end + 4 - text);
            wanted += length == NULL || length > end
                          ? 0
                          : strtoul(length + 17, NULL, 10);
        }
    }
}

static void
give_answer(int fd, const char *answer)
{
    char head[256];
    const char *body = strchr(answer, ' ');
    const char *seconds = strchr(answer, '@');
    int status = (int) strtol(answer, NULL, 10);
    if (status == 0) {
        return;
    }
    body = body == NULL ? "" : body + 1;
    int len = snprintf(head, sizeof(head),
                       "HTTP/1.1 %d Scripted\r\nConnection: close\r\n"
                       "Content-Length: %zu\r\n",
                       status, strlen(body));
    if (seconds != NULL && seconds < body) {
        len += snprintf(head + len, sizeof(head) - (size_t) len,
                        "Retry-After: %ld\r\n",
                        strtol(seconds + 1, NULL, 10));
    }
    (void) !write(fd, head, (size_t) len);
    (void) !write(fd, "\r\n", 2);
    (void) !write(fd, body, strlen(body));
}

static void *
play(void *argument)
{
    struct script *script = argument;
    while (script->answers[script->n_requests] != NULL) {
        int fd = accept4(script->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0) {
            break;
        }
        take_request(fd, script->requests[script->n_requests],
                     sizeof(script->requests[0]));
        give_answer(fd, script->answers[script->n_requests]);
        script->n_requests++;
        close(fd);
    }
    close(script->fd);
    return NULL;
}

void
script_start(struct script *script, const char *const *answers)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    *script = (struct script){
        .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    for (int i = 0; answers[i] != NULL && i < SCRIPT_MAX - 1; i++) {
        script->answers[i] = double_quotes(answers[i]);
    }
    cr_assert(bind(script->fd, (struct sockaddr *) &address, size) == 0 &&
              listen(script->fd, 8) == 0);
    getsockname(script->fd, (struct sockaddr *) &address, &size);
    snprintf(script->url, sizeof(script->url), "http://127.0.0.1:%d",
             ntohs(address.sin_port));
    cr_assert_eq(pthread_create(&script->thread, NULL, play, script), 0);
}

void
script_end(struct script *script)
{
    shutdown(script->fd, SHUT_RDWR); /* No accept waits any longer. */
    pthread_join(script->thread, NULL);
    cr_assert_null(script->answers[script->n_requests],
                   "only %d requests came; the last: %s", script->n_requests,
                   script->n_requests == 0
                       ? ""
                       : script->requests[script->n_requests - 1]);
}

const char *
script_key(const struct script *script, int i)
{
    static const char name[] = "\r\nIdempotency-Key: ";
    const char *key = strstr(script->requests[i], name);
    if (key == NULL) {
        return "";
    }
    key += sizeof(name) - 1;
    return text("%.*s", (int) strcspn(key, "\r"), key);
}
