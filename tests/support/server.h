/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Processes of tenetd, started and stopped by tests.
 *
 * main.c starts one server for the whole run; a test that needs other
 * settings starts one of its own on the same database with server_serve.
 */
#ifndef SUPPORT_SERVER_H
#define SUPPORT_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define SERVER_URL_SIZE 128

struct server {
    pid_t pid;                 /* 0: not running. */
    int out;                   /* Its standard output. */
    char url[SERVER_URL_SIZE]; /* "http://127.0.0.1:40123" */
};

/* Starts tenetd with 'args' (NULL-terminated, without the program's name) and
 * waits for the line "ready URL"; 'log' gets its standard error, NULL for
 * ours.  It ends together with this process.  False when it does not come up
 * within 60 seconds. */
bool server_start(struct server *ret_server, const char *const *args,
                  const char *log);

/* The same for another program than tenetd. */
bool server_start_other(struct server *ret_server, const char *binary,
                        const char *const *args, const char *log);

/* Asks the server to end, waits for it, and returns its exit status, or 128
 * and the signal that killed it. */
int server_stop(struct server *server);

/* Starts "serve" on the database of the run, on a free port, with more
 * 'args'; the test fails when that does not work. */
struct server server_serve_args(const char *const *args);
#define server_serve(...)  \
    server_serve_args((const char *const[]){__VA_ARGS__, NULL})

/* Ends it; the test fails when it does not end well. */
void server_end(struct server *server);

/* Runs tenetd with 'args' to its end; returns its exit status and the first
 * 'size' bytes of what it said. */
int server_run_args(const char *const *args, char *ret_text, size_t size);
#define server_run(text, size, ...)  \
    server_run_args((const char *const[]){__VA_ARGS__, NULL}, (text), (size))

/* A directory for files, which goes away with the run. */
const char *test_dir(void);

/* The connection string of the database of the run. */
const char *server_database(void);

/* Runs "tenetd check": the test fails unless all invariants hold. */
void expect_invariants(void);

#endif
