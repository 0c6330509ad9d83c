/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directory of a private PostgreSQL, and making the cluster in it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/arena.h"
#include "dev_internal.h"

struct err *
dev_fail(const struct dev *dev, const char *what, const char *path)
{
    return err_new(dev->arena, ERR_INTERNAL, "cannot %s \"%s\": %s", what,
                   path, strerror(errno));
}

const char *
dev_path(const struct dev *dev, const char *name)
{
    return arena_printf(dev->arena, "%s/%s", dev->dir, name);
}

struct err *
dev_give_away(const struct dev *dev, const char *path)
{
    if (dev->user.differs && chown(path, dev->user.uid, dev->user.gid) != 0) {
        return dev_fail(dev, "change the owner of", path);
    }
    return NULL;
}

struct err *
dev_make_dir(const struct dev *dev, const char *path)
{
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        return dev_fail(dev, "make directory", path);
    }
    return dev_give_away(dev, path);
}

/* Makes 'path' and what leads to it. */
static struct err *
make_dirs(const struct dev *dev, const char *path)
{
    char *copy = arena_strdup(dev->arena, path);
    mode_t mode = dev->user.differs ? 0755 : 0700;

    for (char *slash = strchr(copy + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void) mkdir(copy, mode);
        *slash = '/';
    }
    if (mkdir(path, mode) != 0 && errno != EEXIST) {
        return dev_fail(dev, "make directory", path);
    }
    return NULL;
}

static bool
is_empty_dir(const char *path)
{
    DIR *dir = opendir(path);
    int n = 0;

    if (dir == NULL) {
        return false;
    }
    while (n <= 2 && readdir(dir) != NULL) {
        n++;
    }
    (void) closedir(dir);
    return n <= 2; /* "." and "..". */
}

/* Makes the directory; an empty one is given to PostgreSQL's user, a full
 * one may be the user's own and is left as it is. */
static struct err *
prepare_dir(struct dev *dev, const char *path)
{
    char absolute[PATH_MAX];

    TRY(make_dirs(dev, path));
    if (realpath(path, absolute) == NULL) {
        return dev_fail(dev, "find directory", path);
    }
    dev->dir = arena_strdup(dev->arena, absolute);
    dev->cluster = dev_path(dev, "postgres");
    return is_empty_dir(dev->dir) ? dev_give_away(dev, dev->dir) : NULL;
}

static struct err *
take_lock(struct dev *dev)
{
    const char *path = dev_path(dev, "lock");

    dev->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (dev->lock_fd < 0) {
        return dev_fail(dev, "open", path);
    }
    if (flock(dev->lock_fd, LOCK_EX | LOCK_NB) != 0) {
        return err_new(dev->arena, ERR_INVALID_INPUT,
                       "data directory \"%s\" is in use by another tenetd",
                       dev->dir);
    }
    return NULL;
}

static struct err *
open_log(struct dev *dev)
{
    const char *path = dev_path(dev, "postgres.log");

    dev->log_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return dev->log_fd < 0 ? dev_fail(dev, "open", path) : NULL;
}

const char *
dev_first_line(const struct dev *dev, const char *path)
{
    char line[64];
    FILE *file = fopen(path, "re");
    const char *found;

    if (file == NULL) {
        return NULL;
    }
    found = fgets(line, sizeof(line), file);
    (void) fclose(file);
    return found == NULL
               ? NULL
               : arena_strndup(dev->arena, line, strcspn(line, "\n"));
}

static struct err *
find_programs(struct dev *dev)
{
    const char *version = dev_first_line(
        dev, arena_printf(dev->arena, "%s/PG_VERSION", dev->cluster));

    dev->programs = program_find_dir(dev->arena, version);
    if (dev->programs == NULL) {
        return err_new(dev->arena, ERR_INTERNAL,
                       "PostgreSQL is not installed: there is no \"initdb\" "
                       "in PATH or /usr/lib/postgresql/*/bin");
    }
    return NULL;
}

struct err *
dev_explain(const struct dev *dev, const char *program, int status)
{
    if (status == PROGRAM_NO_DIR) {
        return err_new(dev->arena, ERR_INVALID_INPUT,
                       "user \"%s\", who runs PostgreSQL, cannot enter data "
                       "directory \"%s\"; valid is one that this user can, "
                       "such as /var/lib/tenet",
                       dev->user.name, dev->dir);
    }
    return err_new(dev->arena, ERR_INTERNAL,
                   "PostgreSQL's \"%s\" ended with status %d; see \"%s\"",
                   program, status, dev_path(dev, "postgres.log"));
}

const char *
dev_program_path(const struct dev *dev, const char *name)
{
    return arena_printf(dev->arena, "%s/%s", dev->programs, name);
}

/* Runs argv[0] with 'input' on its standard input. */
static struct err *
run_with_input(const struct dev *dev, const char *const *argv,
               const char *input)
{
    int ends[2];
    int status;

    if (pipe2(ends, O_CLOEXEC) != 0) {
        return dev_fail(dev, "make a pipe for", argv[0]);
    }
    /* A pipe holds far more than this line, so that nothing blocks. */
    (void) !write(ends[1], input, strlen(input));
    (void) close(ends[1]);
    status = program_run(&(struct program){.user = &dev->user,
                                           .argv = argv,
                                           .dir = dev->dir,
                                           .input_fd = ends[0],
                                           .output_fd = dev->log_fd});
    (void) close(ends[0]);
    return status != 0 ? dev_explain(dev, argv[0], status) : NULL;
}

static int
remove_entry(const char *path, const struct stat *info, int flag,
             struct FTW *ftw)
{
    (void) info;
    (void) flag;
    (void) ftw;
    return remove(path);
}

bool
dev_remove_tree(const char *path)
{
    return access(path, F_OK) != 0 ||
           nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) == 0;
}

/* Makes the cluster with its database under another name first, so that one
 * that was interrupted is never taken for whole. */
static struct err *
create_cluster(const struct dev *dev)
{
    const char *path = dev_path(dev, "postgres.new");
    const char *const initdb[] = {dev_program_path(dev, "initdb"),
                                  "-D",
                                  path,
                                  "-A",
                                  "trust",
                                  "-E",
                                  "UTF8",
                                  "-U",
                                  "tenet",
                                  "--no-locale",
                                  dev->durable ? NULL : "--no-sync",
                                  NULL};
    const char *const single[] = {dev_program_path(dev, "postgres"),
                                  "--single",
                                  "-D",
                                  path,
                                  "postgres",
                                  NULL};

    if (!dev_remove_tree(path)) {
        return dev_fail(dev, "remove", path);
    }
    TRY(dev_make_dir(dev, path));
    TRY(run_with_input(dev, initdb, ""));
    TRY(run_with_input(dev, single, "CREATE DATABASE tenet;\n"));
    if (rename(path, dev->cluster) != 0) {
        return dev_fail(dev, "rename", path);
    }
    return NULL;
}

struct err *
dev_open_dir(struct dev *dev, const char *path)
{
    TRY(prepare_dir(dev, path));
    TRY(take_lock(dev));
    TRY(open_log(dev));
    return find_programs(dev);
}

struct err *
dev_make_cluster(const struct dev *dev)
{
    return access(dev->cluster, F_OK) == 0 ? NULL : create_cluster(dev);
}
