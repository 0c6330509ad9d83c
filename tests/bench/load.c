/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A load generator for servers on this machine:
 *
 *     load --script FILE --target 127.0.0.1:9696 [--connections 64]
 *          [--requests N] [--seconds S]
 *
 * load/script.h tells what is in the file.  The requests follow each other in
 * its order, again from the first one after the last, until N are sent or S
 * seconds are over.  Prints one JSON object; ends with 1 when an answer was
 * not the expected one, with 2 when it could not run.
 *
 * With --hold each connection sends one request and stays open; the object is
 * printed when all have their answer, and the end is that of standard input.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"
#include "load/run.h"

#define REQUESTS_MAX 20000000
#define SECONDS_MAX 3600
#define MEMORY ((size_t) 8 << 30)
#define OTHER_FILES 16
#define SLICES 100

struct load {
    struct run_options run;
    const char *script;
    const char *ids;
};

/* --- what is asked */

static const struct option options[] = {
    {"script", required_argument, NULL, 'f'},
    {"target", required_argument, NULL, 't'},
    {"connections", required_argument, NULL, 'c'},
    {"requests", required_argument, NULL, 'n'},
    {"seconds", required_argument, NULL, 's'},
    {"grace", required_argument, NULL, 'g'},
    {"serial", required_argument, NULL, 'i'},
    {"ids", required_argument, NULL, 'o'},
    {"hold", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static struct err *
read_number(struct arena *arena, const char *name, double most,
            double *ret_value)
{
    char *end;
    *ret_value = strtod(optarg, &end);
    if (end == optarg || *end != '\0' || !(*ret_value >= 0) ||
        *ret_value > most) {
        return err_new(arena, ERR_INVALID_INPUT,
                       "--%s \"%s\" is not a number from 0 to %.0f", name,
                       optarg, most);
    }
    return NULL;
}

/* Other machines are not loaded by mistake. */
static struct err *
add_target(struct arena *arena, struct run_options *run)
{
    char host[16] = "";
    int port = 0;
    char more;
    struct sockaddr_in *target = &run->targets[run->n_targets];
    if (run->n_targets == TARGETS_MAX) {
        return err_new(arena, ERR_INVALID_INPUT, "at most %d targets",
                       TARGETS_MAX);
    }
    if (sscanf(optarg, "%15[0-9.]:%d%c", host, &port, &more) != 2 ||
        port < 1 || port > 65535 ||
        inet_pton(AF_INET, host, &target->sin_addr) != 1 ||
        ntohl(target->sin_addr.s_addr) >> 24 != 127) {
        return err_new(arena, ERR_INVALID_INPUT,
                       "target \"%s\" is not of loopback, such as "
                       "127.0.0.1:9696",
                       optarg);
    }
    target->sin_family = AF_INET;
    target->sin_port = htons((uint16_t) port);
    run->n_targets++;
    return NULL;
}

static struct err *
read_option(struct arena *arena, struct load *load, int option)
{
    double value = 0;
    switch (option) {
    case 'f':
        load->script = optarg;
        return NULL;
    case 't':
        return add_target(arena, &load->run);
    case 'c':
        TRY(read_number(arena, "connections", 100000, &value));
        load->run.connections = value < 1 ? 1 : (size_t) value;
        return NULL;
    case 'n':
        TRY(read_number(arena, "requests", REQUESTS_MAX, &value));
        load->run.requests = (uint64_t) value;
        return NULL;
    case 's':
        return read_number(arena, "seconds", SECONDS_MAX, &load->run.seconds);
    case 'g':
        return read_number(arena, "grace", SECONDS_MAX, &load->run.grace);
    case 'i':
        TRY(read_number(arena, "serial", 999999999999.0, &value));
        load->run.serial = (uint64_t) value;
        return NULL;
    case 'o':
        load->ids = optarg;
        return NULL;
    case 'h':
        load->run.hold = true;
        return NULL;
    default:
        return err_new(arena, ERR_INVALID_INPUT,
                       "valid are --script, --target, --connections, "
                       "--requests, --seconds, --grace, --serial, --ids, "
                       "--hold");
    }
}

static struct err *
read_options(struct arena *arena, int argc, char **argv, struct load *load)
{
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        TRY(read_option(arena, load, option));
    }
    if (load->script == NULL || load->run.n_targets == 0 || optind < argc) {
        return err_new(arena, ERR_INVALID_INPUT,
                       "--script FILE and --target 127.0.0.1:PORT are "
                       "needed, and nothing but options");
    }
    return NULL;
}

/* --- what came of it */

static void
add_statuses(struct buf *buf, const struct result *result)
{
    const char *comma = "";
    buf_adds(buf, "\"statuses\": {");
    for (int status = 0; status < STATUS_MAX; status++) {
        if (result->statuses[status] > 0) {
            buf_addf(buf, "%s\"%d\": %lu", comma, status,
                     (unsigned long) result->statuses[status]);
            comma = ", ";
        }
    }
    buf_adds(buf, "}");
}

static void
add_unexpected(struct buf *buf, const struct result *result)
{
    buf_adds(buf, ", \"unexpected\": [");
    for (size_t i = 0; i < result->n_unexpected; i++) {
        buf_adds(buf, i == 0 ? "{\"what\": " : ", {\"what\": ");
        buf_adds_json(buf, result->unexpected[i].what);
        buf_adds(buf, ", \"text\": ");
        buf_adds_json(buf, result->unexpected[i].text);
        buf_adds(buf, "}");
    }
    buf_adds(buf, "]");
}

static void
add_latency(struct buf *buf, const struct histogram *latency)
{
    static const struct {
        const char *name;
        unsigned permille;
    } points[] = {{"p50", 500}, {"p90", 900}, {"p99", 990}, {"p999", 999}};
    buf_addf(buf, ", \"latency_us\": {\"min\": %.1f",
             (double) latency->min_ns / 1e3);
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        buf_addf(buf, ", \"%s\": %.1f", points[i].name,
                 (double) histogram_at(latency, points[i].permille) / 1e3);
    }
    buf_addf(buf, ", \"max\": %.1f, \"mean\": %.1f}",
             (double) latency->max_ns / 1e3,
             (double) histogram_mean(latency) / 1e3);
}

/* The moments at which 1 %, 2 %, ... of the answers had come. */
static void
add_slices(struct buf *buf, const struct result *result)
{
    buf_adds(buf, ", \"slices_s\": [");
    for (uint64_t i = 1; i <= SLICES && result->answered >= SLICES; i++) {
        uint64_t last = result->answered * i / SLICES - 1;
        buf_addf(buf, "%s%.6f", i == 1 ? "" : ", ",
                 (double) result->moments[last] / 1e6);
    }
    buf_adds(buf, "]");
}

static void
print_result(struct arena *arena, const struct result *result)
{
    struct buf buf;
    double seconds = (double) (result->ended_ns - result->started_ns) / 1e9;
    buf_init(&buf, arena, 8192);
    buf_addf(&buf,
             "{\"requests\": %lu, \"answered\": %lu, \"failures\": %lu, ",
             (unsigned long) result->sent, (unsigned long) result->answered,
             (unsigned long) result->failures);
    add_statuses(&buf, result);
    add_unexpected(&buf, result);
    buf_addf(&buf, ", \"seconds\": %.6f, \"rate\": %.3f",
             result->answered > 0 ? seconds : 0.0,
             seconds > 0 ? (double) result->answered / seconds : 0.0);
    add_latency(&buf, &result->latency);
    buf_addf(&buf, ", \"cpu_user_s\": %.6f, \"cpu_system_s\": %.6f",
             result->cpu_user_s, result->cpu_system_s);
    add_slices(&buf, result);
    buf_adds(&buf, "}\n");
    (void) fwrite(buf.data, 1, buf.len, stdout);
    (void) fflush(stdout);
}

/* --- from beginning to end */

static void
raise_file_limit(size_t connections)
{
    struct rlimit limit;
    rlim_t wanted = connections + OTHER_FILES;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < wanted) {
        limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
        (void) setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static struct err *
open_ids(struct arena *arena, struct load *load)
{
    if (load->ids == NULL) {
        return NULL;
    }
    load->run.ids = fopen(load->ids, "we");
    return load->run.ids != NULL
               ? NULL
               : err_new(arena, ERR_INVALID_INPUT, "cannot write \"%s\": %s",
                         load->ids, strerror(errno));
}

static struct err *
run(struct arena *arena, int argc, char **argv, struct result *ret_result)
{
    struct load load = {.run = {.connections = 1,
                                .requests = REQUESTS_MAX,
                                .seconds = 60,
                                .grace = 30}};
    struct script script;
    char byte;
    TRY(read_options(arena, argc, argv, &load));
    TRY(script_read(arena, load.script, &script));
    TRY(open_ids(arena, &load));
    raise_file_limit(load.run.connections);
    TRY(run_script(arena, &load.run, &script, ret_result));
    if (load.run.ids != NULL) {
        (void) fclose(load.run.ids);
    }
    print_result(arena, ret_result);
    while (load.run.hold && read(STDIN_FILENO, &byte, 1) > 0) {
    }
    return NULL;
}

int
main(int argc, char **argv)
{
    struct arena arena;
    struct result *result;
    arena_init(&arena, MEMORY);
    result = ARENA_NEW(&arena, struct result);
    struct err *err = run(&arena, argc, argv, result);
    int status = err != NULL ? 2 : result->failures > 0 ? 1 : 0;
    if (err != NULL) {
        (void) fprintf(stderr, "load: %s\n", err->message);
    }
    arena_done(&arena);
    return status;
}
