/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Programs of PostgreSQL: where they are, and running them as a user that
 * PostgreSQL accepts.
 */
#include "dev_internal.h"

#include <errno.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/arena.h"

#define DEBIAN_DIR "/usr/lib/postgresql/"

struct err *
program_find_user(struct arena *arena, struct program_user *ret_user)
{
    static const char *const names[] = {"postgres", "nobody"};

    *ret_user = (struct program_user){
        .name = "this user", .uid = geteuid(), .gid = getegid()};
    if (geteuid() != 0) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const struct passwd *entry = getpwnam(names[i]);
        if (entry != NULL) {
            *ret_user = (struct program_user){.name = names[i],
                                              .uid = entry->pw_uid,
                                              .gid = entry->pw_gid,
                                              .differs = true};
            return NULL;
        }
    }
    return err_new(arena, ERR_INTERNAL,
                   "PostgreSQL refuses to run as root, and there is neither "
                   "a user \"postgres\" nor \"nobody\"");
}

static bool
has_programs(struct arena *arena, const char *dir)
{
    return access(arena_printf(arena, "%s/initdb", dir), X_OK) == 0 &&
           access(arena_printf(arena, "%s/postgres", dir), X_OK) == 0;
}

static const char *
find_in_path(struct arena *arena)
{
    const char *rest = getenv("PATH");

    while (rest != NULL && *rest != '\0') {
        size_t len = strcspn(rest, ":");
        const char *dir = arena_strndup(arena, rest, len);
        if (dir[0] == '/' && has_programs(arena, dir)) {
            return dir;
        }
        rest += rest[len] == ':' ? len + 1 : len;
    }
    return NULL;
}

/* The major version in "/usr/lib/postgresql/15/bin". */
static long
version_of(const char *dir)
{
    return strtol(dir + strlen(DEBIAN_DIR), NULL, 10);
}

static const char *
find_newest(struct arena *arena)
{
    const char *newest = NULL;
    glob_t found;

    if (glob(DEBIAN_DIR "*/bin", 0, NULL, &found) != 0) {
        return NULL;
    }
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *dir = found.gl_pathv[i];
        if (has_programs(arena, dir) &&
            (newest == NULL || version_of(dir) > version_of(newest))) {
            newest = arena_strdup(arena, dir);
        }
    }
    globfree(&found);
    return newest;
}

const char *
program_find_dir(struct arena *arena, const char *version)
{
    const char *dir;

    if (version != NULL) {
        dir = arena_printf(arena, DEBIAN_DIR "%s/bin", version);
        if (has_programs(arena, dir)) {
            return dir;
        }
    }
    dir = find_in_path(arena);
    return dir != NULL ? dir : find_newest(arena);
}

/* Becomes the program, in the child; calls only what is safe after fork. */
static _Noreturn void
become(const struct program *program, pid_t parent)
{
    static const char *const env[] = {
        "LC_ALL=C", "TZ=UTC", "PATH=/usr/local/bin:/usr/bin:/bin", NULL};
    const struct program_user *user = program->user;
    sigset_t none;

    (void) sigemptyset(&none);
    (void) sigprocmask(SIG_SETMASK, &none, NULL);
    (void) setsid();
    if (dup2(program->input_fd, STDIN_FILENO) < 0 ||
        dup2(program->output_fd, STDOUT_FILENO) < 0 ||
        dup2(program->output_fd, STDERR_FILENO) < 0) {
        _exit(PROGRAM_NO_FILE);
    }
    if (user->differs && (setgroups(0, NULL) != 0 || setgid(user->gid) != 0 ||
                          setuid(user->uid) != 0)) {
        _exit(PROGRAM_NO_FILE);
    }
    /* After setuid, which clears it (prctl(2)); the parent may be gone. */
    if (prctl(PR_SET_PDEATHSIG, SIGINT) != 0 || getppid() != parent) {
        _exit(PROGRAM_NO_FILE);
    }
    if (chdir(program->dir) != 0) {
        _exit(PROGRAM_NO_DIR);
    }
    (void) execve(program->argv[0], (char *const *) program->argv,
                  (char *const *) env);
    _exit(PROGRAM_NO_FILE);
}

pid_t
program_start(const struct program *program)
{
    pid_t parent = getpid();
    pid_t pid = fork();

    if (pid == 0) {
        become(program, parent);
    }
    return pid;
}

int
program_run(const struct program *program)
{
    pid_t pid = program_start(program);
    int status;

    if (pid < 0) {
        return -1;
    }
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            return -1;
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
