/* SPDX-License-Identifier: Apache-2.0 */
#include "run.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/arena.h"

#define NS_PER_S 1000000000LL
#define PIECE (256u << 10) /* Received at once. */
#define EVENTS 128
#define OPENING 64 /* Connections of a run that holds them opened at once. */

struct connection {
    int fd;
    const struct sockaddr_in *target;
    const struct line *line; /* Sent, or being sent; NULL: at rest. */
    const char *data;        /* What of it is not sent yet. */
    size_t left;
    int64_t sent_ns;
    char *filled;        /* A copy with its holes filled. */
    char (*ids)[ID_LEN]; /* Of the answers of its chain. */
    struct answer answer;
};

struct run {
    struct arena *arena;
    const struct run_options *options;
    const struct script *script;
    struct result *result;
    struct connection *connections;
    size_t n_open;
    size_t n_busy;
    size_t next_line;
    int64_t now_ns;
    int64_t stop_ns; /* No chain is begun from then on. */
    int epoll_fd;
    char *piece;
};

static int64_t
clock_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t) t.tv_sec * NS_PER_S + t.tv_nsec;
}

/* --- connections */

static struct err *
open_connection(struct run *run, struct connection *connection)
{
    int one = 1;
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP |
                                          EPOLLET,
                                .data.ptr = connection};
    connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection->fd < 0 ||
        connect(connection->fd, (const struct sockaddr *) connection->target,
                sizeof *connection->target) != 0) {
        return err_new(run->arena, ERR_UNAVAILABLE, "cannot connect: %s",
                       strerror(errno));
    }
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    epoll_ctl(run->epoll_fd, EPOLL_CTL_ADD, connection->fd, &event);
    return NULL;
}

static struct err *
reopen(struct run *run, struct connection *connection)
{
    close(connection->fd);
    return open_connection(run, connection);
}

/* --- what came back */

static void
note_failure(struct run *run, const struct connection *connection,
             const char *what)
{
    struct result *result = run->result;
    result->failures++;
    if (result->n_unexpected == UNEXPECTED_MAX) {
        return;
    }
    result->unexpected[result->n_unexpected++] = (struct unexpected){
        .what = arena_printf(run->arena, "%.*s: %s",
                             (int) strcspn(connection->line->data, "\r"),
                             connection->line->data, what),
        .text = arena_strndup(run->arena, connection->answer.text,
                              connection->answer.text_len)};
}

/* Returns false when the answer is not the one expected. */
static bool
note_answer(struct run *run, struct connection *connection)
{
    struct result *result = run->result;
    int status = connection->answer.status;
    histogram_add(&result->latency, run->now_ns - connection->sent_ns);
    result->moments[result->answered++] = (uint32_t) ((run->now_ns -
                                                       result->started_ns) /
                                                      1000);
    result->ended_ns = run->now_ns;
    result->statuses[status > 0 && status < STATUS_MAX ? status : 0]++;
    if (status == connection->line->status) {
        return true;
    }
    note_failure(run, connection,
                 arena_printf(run->arena, "%d instead of %d", status,
                              connection->line->status));
    return false;
}

/* --- requests */

static void
send_rest(struct connection *connection)
{
    while (connection->left > 0) {
        ssize_t n = send(connection->fd, connection->data, connection->left,
                         MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n <= 0) {
            return; /* A broken connection is found by reading. */
        }
        connection->data += n;
        connection->left -= (size_t) n;
    }
}

static void
send_line(struct run *run, struct connection *connection,
          const struct line *line)
{
    uint64_t serial = run->options->serial + run->result->sent++;
    connection->line = line;
    connection->data = line->data;
    connection->left = line->len;
    if (line->n_holes > 0) {
        line_fill(line, connection->ids, serial, connection->filled);
        connection->data = connection->filled;
    }
    answer_begin(&connection->answer);
    connection->sent_ns = run->now_ns;
    send_rest(connection);
}

static bool
is_over(const struct run *run)
{
    return run->result->sent >= run->options->requests ||
           run->now_ns >= run->stop_ns;
}

/* Begins the next chain of the script, or lets the connection rest. */
static void
begin_chain(struct run *run, struct connection *connection)
{
    const struct script *script = run->script;
    if (is_over(run)) {
        connection->line = NULL;
        run->n_busy--;
        return;
    }
    const struct line *line = &script->lines[run->next_line];
    do {
        run->next_line = (run->next_line + 1) % script->n_lines;
    } while (script->lines[run->next_line].link > 0);
    send_line(run, connection, line);
}

static struct err *
open_and_begin(struct run *run)
{
    struct connection *connection = &run->connections[run->n_open];
    connection->target =
        &run->options->targets[run->n_open % run->options->n_targets];
    TRY(open_connection(run, connection));
    run->n_open++;
    run->n_busy++;
    begin_chain(run, connection);
    return NULL;
}

/* A chain has ended, well or not. */
static struct err *
end_chain(struct run *run, struct connection *connection)
{
    if (!run->options->hold) {
        begin_chain(run, connection);
        return NULL;
    }
    connection->line = NULL;
    run->n_busy--;
    bool more = run->n_open < run->options->connections && !is_over(run);
    return more ? open_and_begin(run) : NULL;
}

/* True when 'line' is followed by one of its chain. */
static bool
goes_on(const struct run *run, const struct line *line)
{
    const struct line *end = run->script->lines + run->script->n_lines;
    return line + 1 < end && line[1].link > 0;
}

static struct err *
finish_answer(struct run *run, struct connection *connection)
{
    const struct line *line = connection->line;
    const char *id = answer_id(&connection->answer);
    bool good = note_answer(run, connection);
    bool more = goes_on(run, line);
    if (connection->answer.closes) {
        TRY(reopen(run, connection));
    }
    if (good && more && id == NULL) {
        note_failure(run, connection, "no id in the answer");
        good = false;
    }
    if (good && id != NULL) {
        memcpy(connection->ids[line->link], id, ID_LEN);
    }
    if (good && id != NULL && run->options->ids != NULL) {
        (void) fprintf(run->options->ids, "%.*s\n", ID_LEN, id);
    }
    if (good && more) {
        send_line(run, connection, line + 1);
        return NULL;
    }
    return end_chain(run, connection);
}

/* --- the loop */

/* Drops what nothing is wanted of without copying it (tcp(7), MSG_TRUNC). */
static ssize_t
receive(struct run *run, struct connection *connection)
{
    size_t dull = answer_dull(&connection->answer);
    if (dull == 0) {
        ssize_t n = recv(connection->fd, run->piece, PIECE, MSG_DONTWAIT);
        if (n > 0) {
            answer_take(&connection->answer, run->piece, (size_t) n);
        }
        return n;
    }
    ssize_t n = recv(connection->fd, run->piece, dull,
                     MSG_DONTWAIT | MSG_TRUNC);
    if (n > 0) {
        answer_drop(&connection->answer, (size_t) n);
    }
    return n;
}

static struct err *
lose(struct run *run, struct connection *connection, const char *why)
{
    note_failure(run, connection, why);
    TRY(reopen(run, connection));
    return end_chain(run, connection);
}

static struct err *
take_event(struct run *run, struct connection *connection)
{
    send_rest(connection);
    while (connection->line != NULL) {
        ssize_t n = receive(run, connection);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
            return NULL;
        }
        if (n <= 0) {
            return lose(run, connection,
                        n == 0 ? "the connection was closed"
                               : strerror(errno));
        }
        if (connection->answer.state == ANSWER_BROKEN) {
            return lose(run, connection, "not an answer of HTTP/1.1");
        }
        if (connection->answer.state == ANSWER_DONE) {
            run->now_ns = clock_ns();
            return finish_answer(run, connection);
        }
    }
    return NULL;
}

static struct err *
turn(struct run *run)
{
    struct epoll_event events[EVENTS];
    int n = epoll_wait(run->epoll_fd, events, EVENTS, 100);
    if (n <= 0) {
        run->now_ns = clock_ns();
    }
    for (int i = 0; i < n; i++) {
        TRY(take_event(run, events[i].data.ptr));
    }
    return NULL;
}

static void
give_up(struct run *run)
{
    for (size_t i = 0; i < run->n_open; i++) {
        if (run->connections[i].line != NULL) {
            note_failure(run, &run->connections[i], "no answer");
        }
    }
}

/* Connections are there before the clock starts, unless they are held. */
static struct err *
begin(struct run *run)
{
    const struct run_options *options = run->options;
    size_t n = options->connections;
    for (size_t i = 0; i < n; i++) {
        struct connection *connection = &run->connections[i];
        connection->ids = arena_calloc(run->arena, CHAIN_MAX, ID_LEN);
        connection->filled = arena_alloc(run->arena,
                                         run->script->longest + 1);
        connection->target = &options->targets[i % options->n_targets];
        if (!options->hold) {
            TRY(open_connection(run, connection));
        }
    }
    run->now_ns = run->result->started_ns = clock_ns();
    run->stop_ns = run->now_ns + (int64_t) (options->seconds * 1e9);
    for (size_t i = 0; i < n && (!options->hold || i < OPENING); i++) {
        if (options->hold) {
            TRY(open_and_begin(run));
            continue;
        }
        run->n_open++;
        run->n_busy++;
        begin_chain(run, &run->connections[i]);
    }
    return NULL;
}

static double
seconds_of(struct timeval t)
{
    return (double) t.tv_sec + (double) t.tv_usec / 1e6;
}

struct err *
run_script(struct arena *arena, const struct run_options *options,
           const struct script *script, struct result *ret_result)
{
    struct rusage before;
    struct rusage after;
    struct run run = {.arena = arena,
                      .options = options,
                      .script = script,
                      .result = ret_result,
                      .epoll_fd = epoll_create1(EPOLL_CLOEXEC)};
    run.piece = arena_alloc(arena, PIECE);
    run.connections = ARENA_ARRAY(arena, struct connection,
                                  options->connections);
    /* A chain that was begun in time is finished. */
    ret_result->moments = ARENA_ARRAY(arena, uint32_t,
                                      options->requests +
                                          options->connections * CHAIN_MAX);
    TRY(begin(&run));
    getrusage(RUSAGE_SELF, &before);
    while (run.n_busy > 0 &&
           run.now_ns < run.stop_ns + (int64_t) (options->grace * 1e9)) {
        TRY(turn(&run));
    }
    getrusage(RUSAGE_SELF, &after);
    give_up(&run);
    ret_result->cpu_user_s = seconds_of(after.ru_utime) -
                             seconds_of(before.ru_utime);
    ret_result->cpu_system_s = seconds_of(after.ru_stime) -
                               seconds_of(before.ru_stime);
    close(run.epoll_fd);
    return NULL;
}
