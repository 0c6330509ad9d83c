/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users to begin with, their openrc files, and what to type next.
 */
#include "welcome.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"
#include "identity/users_edit.h"

#define PASSWORD_SIZE 24       /* 138 random bits, with the last '\0'. */
#define OPENRC_MAX (64u << 10) /* Bytes. */
#define AUTH_URL "export OS_AUTH_URL="

static const struct person {
    const char *name; /* Of its project as well. */
    const char *role;
} people[] = {
    {"demo", "member"},
    {"admin", "admin"},
};
#define N_PEOPLE (sizeof people / sizeof *people)

static struct err *
fail(struct arena *arena, const char *what, const char *path)
{
    return err_new(arena, ERR_INTERNAL, "cannot %s \"%s\": %s", what, path,
                   strerror(errno));
}

/* --- openrc files */

static const char *
dir_of(struct arena *arena, const struct settings *settings)
{
    return dirname(arena_strdup(arena, users_path(arena, settings)));
}

static const char *
openrc_path(struct arena *arena, const struct settings *settings,
            const struct person *person)
{
    return arena_printf(arena, "%s/%s-openrc.sh", dir_of(arena, settings),
                        person->name);
}

/* Replaces the file 'path', readable by its owner alone. */
static struct err *
replace(struct arena *arena, const char *path, const struct buf *text)
{
    const char *new = arena_printf(arena, "%s.new", path);
    (void) unlink(new);
    int fd = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        return fail(arena, "create", new);
    }
    bool written = write(fd, text->data, text->len) == (ssize_t) text->len;
    close(fd);
    if (!written || rename(new, path) != 0) {
        return fail(arena, "write", path);
    }
    return NULL;
}

static struct err *
write_openrc(struct arena *arena, const char *path,
             const struct person *person, const char *password)
{
    struct buf text;
    buf_init(&text, arena, 1024);
    buf_addf(&text,
             "# Who \"openstack\", Terraform and clients/token.sh are.\n"
             "unset OS_CLOUD OS_ENDPOINT OS_TOKEN OS_PROJECT_ID\n"
             "export OS_AUTH_TYPE=password\n" AUTH_URL "\n"
             "export OS_IDENTITY_API_VERSION=3\n"
             "export OS_REGION_NAME=RegionOne\n"
             "export OS_USERNAME=%s\n"
             "export OS_USER_DOMAIN_NAME=Default\n"
             "export OS_PASSWORD=%s\n"
             "export OS_PROJECT_NAME=%s\n"
             "export OS_PROJECT_DOMAIN_NAME=Default\n",
             person->name, password, person->name);
    return replace(arena, path, &text);
}

/* True when all of the file fits into 'text'. */
static bool
read_file(const char *path, struct buf *text)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    buf_reserve(text, OPENRC_MAX);
    text->len = fread(text->data, 1, OPENRC_MAX, file);
    text->data[text->len] = '\0';
    fclose(file);
    return text->len < OPENRC_MAX;
}

/* Writes where the server is now; the rest of the file is its owner's. */
static struct err *
update_openrc(struct arena *arena, const char *path, const char *url)
{
    struct buf before, after;
    buf_init(&before, arena, 1024);
    buf_init(&after, arena, 1024);
    if (!read_file(path, &before)) {
        return NULL; /* Somebody does not want it. */
    }
    for (const char *line = before.data; *line != '\0';) {
        size_t len = strcspn(line, "\n");
        len += line[len] == '\n' ? 1 : 0;
        if (strncmp(line, AUTH_URL, strlen(AUTH_URL)) == 0) {
            buf_addf(&after, AUTH_URL "%s/v3\n", url);
        } else {
            buf_add(&after, line, len);
        }
        line += len;
    }
    return strcmp(before.data, after.data) == 0
               ? NULL
               : replace(arena, path, &after);
}

/* --- users */

/* The project of "demo" is the one that requests without authentication are
 * of: what they made is his. */
static struct err *
make_user(struct users_edit *edit, const struct settings *settings,
          const struct person *person)
{
    char secret[SECRET_TEXT_SIZE];
    const char *hash, *project;
    bool member = strcmp(person->role, "member") == 0;
    json_t *user;
    secret_new(secret);
    secret[PASSWORD_SIZE - 1] = '\0';
    TRY(password_hash(edit->arena, secret, &hash));
    TRY(users_edit_add(edit, person->name, hash, &user));
    TRY(users_edit_project(edit, person->name,
                           member ? settings->default_project : NULL,
                           &project));
    TRY(users_edit_grant(edit, user, project, person->role));
    return write_openrc(edit->arena,
                        openrc_path(edit->arena, settings, person), person,
                        secret);
}

struct err *
welcome_make_users(struct arena *arena, const struct settings *settings)
{
    struct users_edit edit;
    const char *path = users_path(arena, settings);
    const char *dir = dir_of(arena, settings);
    if (access(path, F_OK) == 0) {
        return NULL;
    }
    if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
        return fail(arena, "make directory", dir);
    }
    TRY(password_init(arena));
    TRY(users_edit_begin(arena, path, &edit));
    for (size_t i = 0; i < N_PEOPLE; i++) {
        TRY(make_user(&edit, settings, &people[i]));
    }
    return users_edit_commit(&edit);
}

/* --- what to type */

/* How curl and openstack trust a certificate of one's own. */
static const char *
curl_of(struct arena *arena, const struct settings *settings)
{
    return settings->tls_cert[0] == '\0'
               ? "curl"
               : arena_printf(arena, "curl --cacert %s", settings->tls_cert);
}

static const char *
trust_of(struct arena *arena, const struct settings *settings)
{
    return settings->tls_cert[0] == '\0'
               ? ""
               : arena_printf(arena, "  export OS_CACERT=%s\n",
                              settings->tls_cert);
}

static void
say_without_users(struct arena *arena, const struct settings *settings,
                  const char *url)
{
    const char *curl = curl_of(arena, settings);
    (void) fprintf(
        stderr,
        "In another terminal:\n\n"
        "  %s %s/v2.0/networks -H 'Content-Type: application/json' \\\n"
        "      -d '{\"network\": {\"name\": \"blue\"}}'\n"
        "  %s %s/v2.0/networks\n\n"
        "  export OS_AUTH_TYPE=none OS_ENDPOINT=%s\n%s"
        "  openstack subnet create --network blue "
        "--subnet-range 10.0.0.0/24 blue-4\n"
        "  openstack port create --network blue web-1\n\n",
        curl, url, curl, url, url, trust_of(arena, settings));
}

static void
say_with_users(struct arena *arena, const struct settings *settings,
               const char *openrc, const char *url)
{
    (void) fprintf(
        stderr,
        "In another terminal, as member of project \"demo\" (or as admin: "
        "admin-openrc.sh):\n\n"
        "  . %s\n%s\n"
        "  openstack network create blue\n"
        "  openstack subnet create --network blue "
        "--subnet-range 10.0.0.0/24 blue-4\n"
        "  openstack port create --network blue web-1\n\n"
        "  %s -H \"X-Auth-Token: $(clients/token.sh)\" "
        "%s/v2.0/networks\n\n"
        "\"tenetd user\" makes more users; --auth none does without.\n\n",
        openrc, trust_of(arena, settings), curl_of(arena, settings), url);
}

/* Shows the openrc files in full, at their first use. */
static void
show(const char *path, struct arena *arena)
{
    struct buf text;
    buf_init(&text, arena, 1024);
    if (read_file(path, &text)) {
        (void) fprintf(stderr, "%s:\n\n%s\n", path, text.data);
    }
}

static struct err *
say_openrc(struct arena *arena, const struct settings *settings,
           const char *url)
{
    const char *demo = openrc_path(arena, settings, &people[0]);
    for (size_t i = 0; i < N_PEOPLE; i++) {
        struct buf text;
        const char *path = openrc_path(arena, settings, &people[i]);
        buf_init(&text, arena, 1024);
        bool fresh = read_file(path, &text) &&
                     strstr(text.data, AUTH_URL "\n") != NULL;
        TRY(update_openrc(arena, path, url));
        if (fresh) {
            show(path, arena);
        }
    }
    say_with_users(arena, settings,
                   access(demo, F_OK) == 0 ? demo : "OPENRC", url);
    return NULL;
}

struct err *
welcome_say(struct arena *arena, const struct settings *settings,
            const char *url, const char *place)
{
    if (strncmp(url, "http", 4) != 0) {
        return NULL; /* There is no short way to say it of a unix socket. */
    }
    (void) fprintf(stderr,
                   "\nTenet keeps its data in %s; Ctrl-C stops it, the data "
                   "stay.\n", place);
    if (settings->auth == AUTH_EMBEDDED) {
        return say_openrc(arena, settings, url);
    }
    if (settings->auth == AUTH_NONE) {
        say_without_users(arena, settings, url);
    }
    return NULL;
}
