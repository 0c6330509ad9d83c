/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lock on the file of users, and its replacement.  users_change.c has the
 * changes.
 */
#include "identity/users_edit.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static struct err *
fail(const struct users_edit *edit, const char *what, const char *path)
{
    return err_new(edit->arena, ERR_INTERNAL, "cannot %s \"%s\": %s", what,
                   path, strerror(errno));
}

static void
release_lock(void *object)
{
    close(((struct users_edit *) object)->lock_fd);
}

static void
release_json(void *json)
{
    json_decref(json);
}

/* Whoever edits it, the file stays its owner's: of the one before, or of the
 * directory. */
static struct err *
keep_owner(const struct users_edit *edit, int fd, const char *path)
{
    struct stat before;
    const char *dir = dirname(arena_strdup(edit->arena, edit->path));
    if (geteuid() != 0) {
        return NULL;
    }
    if (stat(edit->path, &before) != 0 && stat(dir, &before) != 0) {
        return fail(edit, "look at", dir);
    }
    return fchown(fd, before.st_uid, before.st_gid) == 0
               ? NULL
               : fail(edit, "give its owner", path);
}

static struct err *
lock(struct users_edit *edit)
{
    const char *path = arena_printf(edit->arena, "%s.lock", edit->path);
    struct users_edit *held;
    edit->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (edit->lock_fd < 0) {
        return fail(edit, "open", path);
    }
    TRY(keep_owner(edit, edit->lock_fd, path));
    held = arena_memdup(edit->arena, edit, sizeof *edit);
    arena_defer(edit->arena, release_lock, held);
    while (flock(edit->lock_fd, LOCK_EX) != 0) {
        if (errno != EINTR) {
            return fail(edit, "lock", path);
        }
    }
    return NULL;
}

struct err *
users_edit_begin(struct arena *arena, const char *path,
                 struct users_edit *ret_edit)
{
    const struct users *users;
    *ret_edit = (struct users_edit){.arena = arena, .path = path};
    TRY(lock(ret_edit));
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        ret_edit->json = json_pack("{s:[], s:[]}", "projects", "users");
        arena_defer(arena, release_json, ret_edit->json);
        return NULL;
    }
    TRY(users_read(arena, path, &users)); /* It is whole. */
    return users_read_json(arena, path, &ret_edit->json);
}

/* --- writing */

static struct err *
write_all(const struct users_edit *edit, int fd, const char *path)
{
    char *text = json_dumps(edit->json, JSON_INDENT(2));
    size_t len = strlen(text), done = 0;
    struct err *err = NULL;
    while (err == NULL && done < len) {
        ssize_t n = write(fd, text + done, len - done);
        if (n < 0 && errno != EINTR) {
            err = fail(edit, "write", path);
        }
        done += n > 0 ? (size_t) n : 0;
    }
    free(text);
    if (err == NULL && fsync(fd) != 0) {
        err = fail(edit, "write", path);
    }
    return err;
}

/* A rename lasts when its directory is written (fsync(2)). */
static struct err *
sync_dir(const struct users_edit *edit)
{
    const char *dir = dirname(arena_strdup(edit->arena, edit->path));
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0) {
        struct err *err = fail(edit, "write", dir);
        if (fd >= 0) {
            close(fd);
        }
        return err;
    }
    close(fd);
    return NULL;
}

static struct err *
replace(const struct users_edit *edit, const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                  0600);
    if (fd < 0) {
        return fail(edit, "create", path);
    }
    struct err *err = write_all(edit, fd, path);
    err = err == NULL ? keep_owner(edit, fd, path) : err;
    close(fd);
    TRY(err);
    if (rename(path, edit->path) != 0) {
        return fail(edit, "rename", path);
    }
    return sync_dir(edit);
}

struct err *
users_edit_commit(struct users_edit *edit)
{
    const struct users *users;
    const char *path = arena_printf(edit->arena, "%s.new", edit->path);
    TRY(users_of_json(edit->arena, edit->json, &users));
    (void) unlink(path); /* Of one that was killed; the lock is ours. */
    struct err *err = replace(edit, path);
    if (err != NULL) {
        (void) unlink(path);
    }
    return err;
}
