/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the tests of a binary with one server for all of them.
 *
 * Criterion runs every test in a process of its own, which learns of the
 * server through the environment: TENET_TEST_URL, TENET_TEST_DATABASE_URL,
 * and TENET_TEST_DIR, a directory for files, with the log of all servers.
 * When TENET_TEST_URL is set already, the tests run against that server, and
 * none is started.
 */
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <criterion/options.h>

#include "support/server.h"

#define PATH_SIZE 128

#define TEST_SECONDS 120 /* What no test takes. */

#define DEADLOCK_LINES 12 /* Of PostgreSQL's log, for each. */

struct run {
    char dir[PATH_SIZE];  /* Holds the next two, and files of tests. */
    char data[PATH_SIZE]; /* PostgreSQL's. */
    char log[PATH_SIZE];  /* What the servers log. */
    struct server server;
};

static int
remove_entry(const char *path, const struct stat *status, int type,
             struct FTW *ftw)
{
    (void) status;
    (void) type;
    (void) ftw;
    return remove(path);
}

/* Puts the connection string that "tenetd dev" left into the environment. */
static bool
publish_database(const struct run *run)
{
    char path[PATH_SIZE + 32], url[512];
    snprintf(path, sizeof(path), "%s/database_url", run->data);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return false;
    }
    bool read = fgets(url, sizeof(url), file) != NULL;
    fclose(file);
    url[read ? strcspn(url, "\n") : 0] = '\0';
    setenv("TENET_TEST_DATABASE_URL", url, 1);
    return read;
}

static bool
begin(struct run *run)
{
    snprintf(run->dir, sizeof(run->dir), "/tmp/tenet-test-XXXXXX");
    if (mkdtemp(run->dir) == NULL || chmod(run->dir, 0755) != 0) {
        return false;
    }
    snprintf(run->data, sizeof(run->data), "%.100s/data", run->dir);
    snprintf(run->log, sizeof(run->log), "%.100s/log", run->dir);
    setenv("TENET_DEV_FSYNC", "off", 0);
    setenv("TENET_TEST_DIR", run->dir, 1);
    const char *const args[] = {"dev", "--data", run->data, "--listen",
                                "127.0.0.1:0", "--auth", "none", NULL};
    if (!server_start(&run->server, args, run->log)) {
        fprintf(stderr, "the server does not start\n");
        return false;
    }
    setenv("TENET_TEST_URL", run->server.url, 1);
    return publish_database(run);
}

/* All that the tests did must have left the database whole. */
static bool
database_is_whole(void)
{
    char text[4096];
    int status = server_run(text, sizeof(text), "check", "--database-url",
                            getenv("TENET_TEST_DATABASE_URL"));
    if (status != 0) {
        fprintf(stderr, "tenetd check ended with status %d:\n%s\n", status,
                text);
    }
    return status == 0;
}

static void
remove_tree(const char *path)
{
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* Removes what the run made; after a failure the logs stay. */
static void
clean_up(const struct run *run, bool passed)
{
    char cluster[PATH_SIZE + 32];
    snprintf(cluster, sizeof(cluster), "%s/postgres", run->data);
    if (getenv("TENET_TEST_KEEP") == NULL) {
        remove_tree(passed ? run->dir : cluster);
    }
    if (!passed) {
        fprintf(stderr, "the logs are %s and %s/postgres.log\n", run->log,
                run->data);
    }
}

/* Locks are taken in one order everywhere: PostgreSQL never had to break a
 * circle of them.  Where it did, prints what it says of the circle. */
static bool
no_deadlock(const struct run *run)
{
    char path[PATH_SIZE + 32], line[8192];
    int deadlocks = 0, left = 0;
    snprintf(path, sizeof(path), "%s/postgres.log", run->data);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        if (strstr(line, "deadlock detected") != NULL) {
            deadlocks++;
            left = DEADLOCK_LINES;
        }
        if (left-- > 0) {
            fputs(line, stderr);
        }
    }
    if (file == NULL || deadlocks > 0) {
        fprintf(stderr, "%s: %d deadlocks\n", path, deadlocks);
    }
    return file != NULL && fclose(file) == 0 && deadlocks == 0;
}

/* Stops the server; true when it did well to its end. */
static bool
end(struct run *run)
{
    int status = server_stop(&run->server);
    if (status != 0) {
        fprintf(stderr, "the server ended with status %d\n", status);
    }
    return status == 0;
}

static bool
run_all(struct criterion_test_set *tests)
{
    struct run run = {0};
    if (getenv("TENET_TEST_URL") != NULL) {
        return criterion_run_all_tests(tests) != 0;
    }
    bool passed = begin(&run);
    if (passed) {
        passed = criterion_run_all_tests(tests) != 0;
        passed = database_is_whole() && passed;
        passed = no_deadlock(&run) && passed;
    }
    passed = end(&run) && passed;
    clean_up(&run, passed);
    return passed;
}

int
main(int argc, char *argv[])
{
    struct criterion_test_set *tests = criterion_initialize();
    bool passed = true;
    if (criterion_handle_args(argc, argv, true)) {
        if (criterion_options.timeout <= 0) {
            criterion_options.timeout = TEST_SECONDS;
        }
        passed = run_all(tests);
    }
    criterion_finalize(tests);
    return passed ? 0 : 1;
}
