/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of dev.h share: dev.c starts and stops the server,
 * dev_cluster.c makes the directory and the cluster in it, dev_program.c runs
 * PostgreSQL's programs as a user that PostgreSQL accepts.
 */
#ifndef DEV_INTERNAL_H
#define DEV_INTERNAL_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/err.h"

struct arena;

/* Who runs PostgreSQL. */
struct program_user {
    const char *name;
    uid_t uid;
    gid_t gid;
    bool differs; /* From the user of this process, which is root. */
};

struct dev {
    struct arena *arena;
    struct program_user user;
    const char *dir;      /* Absolute. */
    const char *cluster;  /* DIR/postgres */
    const char *programs; /* Directory of initdb and postgres. */
    const char *socket_dir;
    const char *url;
    bool durable;
    bool temporary_socket; /* 'socket_dir' is removed at the end. */
    int lock_fd;           /* -1: not held. */
    int log_fd;            /* -1: not open. */
    pid_t pid;             /* Of PostgreSQL; 0: does not run. */
};

struct program {
    const struct program_user *user;
    const char *const *argv; /* argv[0] is an absolute path. */
    const char *dir;         /* Working directory. */
    int input_fd;            /* Its standard input. */
    int output_fd;           /* Its standard output and error. */
};

/* dev_cluster.c */

/* An ERR_INTERNAL: "cannot WHAT "PATH"", with the reason that errno has. */
struct err *dev_fail(const struct dev *dev, const char *what,
                     const char *path);

/* 'name' in DIR; program 'name' of PostgreSQL. */
const char *dev_path(const struct dev *dev, const char *name);
const char *dev_program_path(const struct dev *dev, const char *name);

/* The error of a program of PostgreSQL that ended with 'status'. */
struct err *dev_explain(const struct dev *dev, const char *program,
                        int status);

/* Makes a directory that PostgreSQL owns, if it is not there. */
struct err *dev_make_dir(const struct dev *dev, const char *path) MUST_CHECK;

/* Gives 'path' to the user who runs PostgreSQL. */
struct err *dev_give_away(const struct dev *dev, const char *path) MUST_CHECK;

/* Removes 'path' and all in it, if it is there; false when it cannot. */
bool dev_remove_tree(const char *path);

/* Reads the first line of 'path'; NULL when there is none. */
const char *dev_first_line(const struct dev *dev, const char *path);

/* Makes DIR = 'path', takes its lock, opens its log, finds the programs. */
struct err *dev_open_dir(struct dev *dev, const char *path) MUST_CHECK;

/* Makes the cluster, with its database, if it is not there. */
struct err *dev_make_cluster(const struct dev *dev) MUST_CHECK;

/* dev_program.c */

/* Exit status of a program that could not enter its directory, or that
 * could not be executed. */
#define PROGRAM_NO_DIR 126
#define PROGRAM_NO_FILE 127

/* This user; for root the user postgres, or nobody. */
struct err *program_find_user(struct arena *arena,
                              struct program_user *ret_user) MUST_CHECK;

/* Directory with PostgreSQL's programs: that of major version 'version'
 * ("15") if given and there, else that of PATH, else the newest of
 * /usr/lib/postgresql; NULL when there is none. */
const char *program_find_dir(struct arena *arena, const char *version);

/* Starts 'program' in a session of its own, so that Ctrl-C in a terminal
 * does not reach it; it gets SIGINT when the calling thread ends.  Returns
 * its process, or -1. */
pid_t program_start(const struct program *program);

/* Runs 'program' to its end and returns its exit status, or -1. */
int program_run(const struct program *program);

#endif
