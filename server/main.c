/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line: what each subcommand starts and stops, in order.
 * Settings are config.c's, the private database of "dev" is dev.c's, and
 * everything a request meets begins in http/server.h.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/openapi.h"
#include "config.h"
#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/log.h"
#include "core/settings.h"
#include "db/check.h"
#include "db/migrate.h"
#include "dev.h"
#include "http/matrix.h"
#include "http/server.h"
#include "user.h"
#include "welcome.h"

#ifndef TENET_VERSION
#define TENET_VERSION "unknown"
#endif

#define EXIT_USAGE 2
#define EXIT_INTERRUPTED 130 /* As shells report death by SIGINT. */

/* What one run of the program owns. */
struct process {
    struct arena arena;
    struct settings settings;
    struct user_words words; /* Of "user". */
};

struct command {
    const char *name;
    const char *doc;
    struct err *(*run)(struct process *process, int *ret_status);
    bool has_words; /* Arguments that are not settings. */
    /* In place of 'run': a text from the tables. */
    void (*write)(struct buf *text, const struct settings *settings);
};

/* The process object: what signal handlers set and the loop reads. */
static volatile sig_atomic_t stop;
static volatile sig_atomic_t reload;

static struct err *run_serve(struct process *process, int *ret_status);
static struct err *run_dev(struct process *process, int *ret_status);
static struct err *run_migrate(struct process *process, int *ret_status);
static struct err *run_user(struct process *process, int *ret_status);
static struct err *run_check(struct process *process, int *ret_status);

static const struct command commands[] = {
    {"serve", "Serve the database of --database-url.", run_serve},
    {"dev", "Serve a private database in --data DIR, made on first use.",
     run_dev},
    {"user", "Show and change the users of auth = embedded.", run_user,
     .has_words = true},
    {"migrate", "Bring the database to the schema of this version.",
     run_migrate},
    {"check", "Prove the invariants of the database; 1 when one is broken.",
     run_check},
    {"openapi", "Print the OpenAPI document.", .write = openapi_write},
    {"policy", "Print who may do what: roles by routes and attributes.",
     .write = matrix_write},
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void
print_help(struct arena *arena)
{
    struct buf help;

    buf_init(&help, arena, 8192);
    buf_adds(&help, "Usage: tenetd COMMAND [--SETTING VALUE]...\n"
                    "       tenetd --help | --version\n\n");
    for (size_t i = 0; i < N_COMMANDS; i++) {
        buf_addf(&help, "  %-8s  %s\n", commands[i].name, commands[i].doc);
    }
    user_help(&help);
    buf_adds(&help,
             "Settings are shown with their defaults.  The setting "
             "--page-limit is also the\nvariable TENET_PAGE_LIMIT of the "
             "environment, and the line \"page_limit = 100\" of\nthe file "
             "that --config or TENET_CONFIG names.  A flag wins over the "
             "environment,\nwhich wins over the file.\n\n");
    config_help(&help);
    (void) fputs(help.data, stdout);
}

/* Handles SIGINT and SIGTERM: the first asks to stop, a second SIGINT ends
 * the process at once. */
static void
on_stop(int signal_number)
{
    if (stop && signal_number == SIGINT) {
        _exit(EXIT_INTERRUPTED);
    }
    stop = 1;
}

static void
on_reload(int signal_number)
{
    (void) signal_number;
    reload = 1;
}

/* Without SA_RESTART, so that a poll returns when a signal came. */
static void
handle_signals(void)
{
    struct sigaction action = {.sa_handler = on_stop};

    (void) sigaction(SIGINT, &action, NULL);
    (void) sigaction(SIGTERM, &action, NULL);
    action.sa_handler = on_reload;
    (void) sigaction(SIGHUP, &action, NULL);
    action.sa_handler = SIG_IGN;
    (void) sigaction(SIGPIPE, &action, NULL);
}

/* Starts the server with signals blocked: the threads it starts keep them
 * blocked, so that they always interrupt the loop in this thread. */
static struct err *
start_server(struct process *process, struct server **ret_server)
{
    struct err *err;
    sigset_t all;
    sigset_t before;

    (void) sigfillset(&all);
    (void) pthread_sigmask(SIG_BLOCK, &all, &before);
    err = server_start(&process->arena, &process->settings, ret_server);
    (void) pthread_sigmask(SIG_SETMASK, &before, NULL);
    return err;
}

static void
print_ready(const char *url)
{
    (void) printf("ready %s\n", url);
    (void) fflush(stdout);
}

/* Serves until a signal asks to stop.  'place' is that of welcome_say, or NULL
 * to say nothing. */
static struct err *
serve(struct process *process, const char *place)
{
    struct server *server;
    struct err *err;

    TRY(start_server(process, &server));
    print_ready(server_url(server));
    err = place == NULL ? NULL
                        : welcome_say(&process->arena, &process->settings,
                                      server_url(server), place);
    if (err == NULL) {
        server_run(server, &stop, &reload);
    }
    server_stop(server);
    return err;
}

/* Refuses to go on without a database. */
static struct err *
need_database(struct process *process, const char *command)
{
    if (process->settings.database_url[0] != '\0') {
        return NULL;
    }
    return err_new(&process->arena, ERR_INVALID_INPUT,
                   "setting \"database_url\": \"%s\" needs it; valid is a "
                   "connection string of libpq, such as "
                   "postgresql://tenet@localhost/tenet",
                   command);
}

/* Finds the level, which config.c has checked. */
static void
start_process(struct process *process)
{
    enum log_level level = LOG_INFO;

    (void) log_level_parse(process->settings.log_level, &level);
    log_set_level(level);
    handle_signals();
}

static void
choose_auth(struct settings *settings, enum auth_mode mode)
{
    settings->auth = settings->auth == AUTH_AUTO ? mode : settings->auth;
}

static struct err *
run_serve(struct process *process, int *ret_status)
{
    (void) ret_status;
    choose_auth(&process->settings, AUTH_NONE);
    TRY(config_check_access(&process->arena, &process->settings));
    TRY(need_database(process, "serve"));
    TRY(migrate_verify(&process->arena, process->settings.database_url));
    start_process(process);
    return serve(process, NULL);
}

static struct err *
migrate_and_serve(struct process *process, const char *place)
{
    int applied;

    TRY(migrate_run(&process->arena, process->settings.database_url,
                    &applied));
    if (process->settings.auth == AUTH_EMBEDDED) {
        TRY(welcome_make_users(&process->arena, &process->settings));
    }
    return stop ? NULL : serve(process, place);
}

static struct err *
run_dev(struct process *process, int *ret_status)
{
    struct settings *settings = &process->settings;
    struct dev *dev;
    struct err *err;

    (void) ret_status;
    choose_auth(settings, AUTH_EMBEDDED);
    TRY(config_check_access(&process->arena, settings));
    start_process(process);
    if (settings->database_url[0] != '\0') {
        return migrate_and_serve(process, "the given database");
    }
    if (settings->data[0] == '\0') {
        return err_new(&process->arena, ERR_INVALID_INPUT,
                       "setting \"data\": \"dev\" needs it; valid is the "
                       "directory of its database, such as --data data");
    }
    TRY(dev_start(&process->arena, settings->data, settings->dev_fsync,
                  &dev));
    settings->database_url = dev_database_url(dev);
    err = migrate_and_serve(process, settings->data);
    dev_stop(dev);
    return err;
}

static struct err *
run_migrate(struct process *process, int *ret_status)
{
    int applied;

    (void) ret_status;
    TRY(need_database(process, "migrate"));
    TRY(migrate_run(&process->arena, process->settings.database_url,
                    &applied));
    (void) printf("%d migrations applied\n", applied);
    return NULL;
}

static struct err *
run_user(struct process *process, int *ret_status)
{
    (void) ret_status;
    return user_run(&process->arena, &process->settings, &process->words);
}

static struct err *
run_check(struct process *process, int *ret_status)
{
    struct check_result *results;
    size_t n;

    TRY(need_database(process, "check"));
    TRY(check_run(&process->arena, process->settings.database_url, &results,
                  &n));
    for (size_t i = 0; i < n; i++) {
        const struct check_result *result = &results[i];
        if (result->violations == 0) {
            (void) printf("%s: ok\n", result->name);
            continue;
        }
        (void) printf("%s: %" PRId64 " violations, such as %s\n",
                      result->name, result->violations, result->sample);
        *ret_status = EXIT_FAILURE;
    }
    return NULL;
}

static struct err *
print_text(const struct command *command, struct process *process)
{
    struct buf text;
    buf_init(&text, &process->arena, 65536);
    command->write(&text, &process->settings);
    (void) fputs(text.data, stdout);
    return NULL;
}

static void
print_error(const struct err *err)
{
    (void) fprintf(stderr, "tenetd: %s\n", err->message);
    for (err = err->cause; err != NULL; err = err->cause) {
        (void) fprintf(stderr, "  because: %s\n", err->message);
    }
}

/* Reads the settings among 'args', and what else 'command' takes. */
static struct err *
read_args(const struct command *command, struct process *process,
          const char *const *args)
{
    if (command->has_words) {
        TRY(user_words_read(&process->arena, args, &process->words, &args));
    }
    return config_read(&process->arena, args, (const char *const *) environ,
                       &process->settings);
}

static int
run_command(const struct command *command, struct process *process,
            const char *const *args)
{
    int status = EXIT_SUCCESS;
    struct err *err = read_args(command, process, args);

    if (err != NULL) {
        print_error(err);
        return EXIT_USAGE;
    }
    err = command->write != NULL ? print_text(command, process)
                                 : command->run(process, &status);
    if (err != NULL) {
        print_error(err);
        return err->kind == ERR_INVALID_INPUT ? EXIT_USAGE : EXIT_FAILURE;
    }
    if (fflush(stdout) != 0) {
        (void) fputs("tenetd: cannot write standard output\n", stderr);
        return EXIT_FAILURE;
    }
    return status;
}

/* Finds and runs the command that 'args' begin with. */
static int
dispatch(struct process *process, const char *const *args)
{
    const char *name = args[0];

    for (size_t i = 0; args[i] != NULL; i++) {
        if (strcmp(args[i], "--help") == 0) {
            print_help(&process->arena);
            return EXIT_SUCCESS;
        }
    }
    if (args[0] == NULL) {
        print_help(&process->arena);
        return EXIT_USAGE;
    }
    if (strcmp(name, "--version") == 0) {
        (void) printf("tenetd %s\n", TENET_VERSION);
        return EXIT_SUCCESS;
    }
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strcmp(name, commands[i].name) == 0) {
            return run_command(&commands[i], process, args + 1);
        }
    }
    (void) fprintf(stderr,
                   "tenetd: command \"%s\" is unknown; \"tenetd --help\" "
                   "lists what is valid\n",
                   name);
    return EXIT_USAGE;
}

int
main(int argc, char **argv)
{
    struct process process = {0};
    int status;

    (void) argc;
    arena_init(&process.arena, SIZE_MAX);
    status = dispatch(&process, (const char *const *) argv + 1);
    arena_done(&process.arena);
    return status;
}
