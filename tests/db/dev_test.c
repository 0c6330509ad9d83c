/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of dev.h: the private PostgreSQL of "tenetd dev".
 */
#include "dev.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/arena.h"
#include "db/ping.h"
#include "support/db.h"

static struct arena arena;
static char dir[] = "/tmp/tenet-dev-test-XXXXXX";

static void
setup(void)
{
    arena_init(&arena, 1 << 20);
    cr_assert_not_null(mkdtemp(dir));
    /* The user whom root lets run PostgreSQL must come through. */
    cr_assert_eq(chmod(dir, 0755), 0);
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

static void
teardown(void)
{
    (void) nftw(dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    arena_done(&arena);
}

TestSuite(dev, .init = setup, .fini = teardown);

static struct dev *
start(const char *path)
{
    struct dev *dev = NULL;
    struct err *err = dev_start(&arena, path, false, &dev);

    cr_assert_null(err, "%s", err != NULL ? err->message : "");
    return dev;
}

static bool
exists(const char *name)
{
    return access(arena_printf(&arena, "%s/%s", dir, name), F_OK) == 0;
}

Test(dev, answers_until_it_is_stopped_and_starts_again)
{
    for (int i = 0; i < 2; i++) {
        struct dev *dev = start(dir);
        const char *url = dev_database_url(dev);

        cr_assert(db_ping(url));
        dev_stop(dev);
        cr_assert_not(db_ping(url));
        cr_assert(exists("postgres/PG_VERSION"));
    }
}

Test(dev, autovacuum_looks_every_ten_seconds)
{
    struct dev *dev = start(dir);

    cr_assert_str_eq(db_column(dev_database_url(dev),
                               "SHOW autovacuum_naptime"), "10s");
    dev_stop(dev);
}

Test(dev, directory_has_one_user_at_a_time)
{
    struct dev *first = start(dir);
    struct dev *second = NULL;
    struct err *err = dev_start(&arena, dir, false, &second);

    cr_assert_not_null(err);
    cr_assert_str_eq(
        err->message,
        arena_printf(&arena,
                     "data directory \"%s\" is in use by another "
                     "tenetd",
                     dir));
    dev_stop(first);
}

Test(dev, long_directory_has_its_socket_elsewhere)
{
    char name[100];
    struct dev *dev;

    memset(name, 'x', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    dev = start(arena_printf(&arena, "%s/%s", dir, name));
    cr_assert_null(strstr(dev_database_url(dev), name));
    cr_assert(db_ping(dev_database_url(dev)));
    dev_stop(dev);
}

Test(dev, directory_with_spaces_and_quotes_works)
{
    struct dev *dev = start(arena_printf(&arena, "%s/a, 'b\\'", dir));

    cr_assert(db_ping(dev_database_url(dev)));
    dev_stop(dev);
}

Test(dev, cluster_that_was_not_finished_is_made_anew)
{
    const char *left = arena_printf(&arena, "%s/postgres.new", dir);

    cr_assert_eq(mkdir(left, 0700), 0);
    cr_assert_eq(mkdir(arena_printf(&arena, "%s/base", left), 0700), 0);
    dev_stop(start(dir));
    cr_assert_not(exists("postgres.new"));
}

Test(dev, number_of_a_process_that_ended_does_not_keep_it_from_starting)
{
    FILE *file;

    dev_stop(start(dir));
    file = fopen(arena_printf(&arena, "%s/postgres/postmaster.pid", dir),
                 "w");
    cr_assert_not_null(file);
    /* Ours: it runs, but is no PostgreSQL. */
    (void) fprintf(file, "%ld\n%s/postgres\n", (long) getpid(), dir);
    (void) fclose(file);
    dev_stop(start(dir));
}

Test(dev, ends_with_a_process_that_is_killed)
{
    int ready[2];
    char byte;
    struct dev *dev;
    pid_t pid;

    dev_stop(start(dir));
    cr_assert_eq(pipe(ready), 0);
    pid = fork();
    if (pid == 0) {
        (void) start(dir);
        (void) !write(ready[1], "x", 1);
        pause();
    }
    cr_assert_eq(read(ready[0], &byte, 1), 1);
    cr_assert_eq(kill(pid, SIGKILL), 0);
    cr_assert_eq(waitpid(pid, NULL, 0), pid);
    /* Starts at once: it waits for the other to shut down. */
    dev = start(dir);
    cr_assert(db_ping(dev_database_url(dev)));
    dev_stop(dev);
}
