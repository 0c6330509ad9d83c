/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The users that "tenetd dev" makes to begin with.
 */
#include <sys/stat.h>

#include "support/v3.h"

static struct server
start(const char *dir)
{
    struct server server;
    const char *const args[] = {"dev", "--data", dir, "--listen",
                                "127.0.0.1:0", NULL};
    cr_assert(server_start(&server, args, text("%s.log", dir)));
    on_server(server.url);
    as(NULL, NULL);
    return server;
}

/* What 'file' in 'dir' has behind "export NAME=". */
static const char *
exported(const char *dir, const char *file, const char *name)
{
    char line[512];
    const char *found = NULL, *key = text("export %s=", name);
    FILE *stream = fopen(text("%s/%s", dir, file), "re");
    cr_assert_not_null(stream, "%s", file);
    while (fgets(line, sizeof line, stream) != NULL) {
        if (strncmp(line, key, strlen(key)) == 0) {
            line[strcspn(line, "\n")] = '\0';
            found = text("%s", line + strlen(key));
        }
    }
    fclose(stream);
    cr_assert_not_null(found, "%s", name);
    return found;
}

static void
expect_login(const char *dir, const char *file, const char *role)
{
    struct reply r = v3_login(exported(dir, file, "OS_USERNAME"),
                              exported(dir, file, "OS_PASSWORD"), NULL);
    expect_status(&r, 201);
    expect_at(&r, "token.roles.0.name", role);
    expect_at(&r, "token.project.name",
              exported(dir, file, "OS_PROJECT_NAME"));
}

Test(v3_dev, the_first_start_makes_users_and_later_ones_keep_them)
{
    static const char *const files[] = {"identity.json", "demo-openrc.sh",
                                        "admin-openrc.sh"};
    const char *dir = text("%s/%s", test_dir(), unique("dev-"));
    for (int i = 0; i < 2; i++) {
        struct server server = start(dir);
        expect_login(dir, "demo-openrc.sh", "member");
        expect_login(dir, "admin-openrc.sh", "admin");
        cr_assert_str_eq(exported(dir, "demo-openrc.sh", "OS_AUTH_URL"),
                         text("%s/v3", server.url));
        cr_assert_eq(server_stop(&server), 0);
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct stat info;
        cr_assert_eq(stat(text("%s/%s", dir, files[i]), &info), 0);
        cr_expect_eq(info.st_mode & 0777, 0600, "%s", files[i]);
    }
}
