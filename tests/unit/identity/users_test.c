/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of identity/users.h: what a file of users may say.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "core/settings.h"
#include "identity/password.h"
#include "identity/roles.h"
#include "unit/identity/users.h"

static struct arena arena;
static const struct users *users;

static void
begin(void)
{
    arena_init(&arena, (size_t) 64 << 20);
    cr_assert_null(password_init(&arena));
}

static void
end(void)
{
    arena_done(&arena);
}

TestSuite(users, .init = begin, .fini = end);

Test(users, everything_is_found_by_id_and_name)
{
    cr_assert_null(read_users(&arena, USERS, &users));
    const struct user *alice = users_find(users, "u1");
    cr_assert_eq(users_find_name(users, "alice"), alice);
    cr_assert_str_eq(alice->name, "alice");
    cr_assert_str_eq(alice->default_project->name, "blue");
    const struct project *red = users_find_project_name(users, "red");
    cr_assert_eq(users_find_project(users, "p2"), red);
    cr_assert_eq(user_roles(alice, red), ROLE_ADMIN);
    cr_assert_eq(user_roles(alice, users_find_project(users, "p1")),
                 ROLE_MEMBER | ROLE_READER);
    const struct credential *ci = user_find_credential(alice, "c1");
    cr_assert_str_eq(ci->name, "ci");
    cr_assert_eq(ci->roles, ROLE_READER);
}

Test(users, what_is_not_there_is_not_found)
{
    cr_assert_null(read_users(&arena, USERS, &users));
    cr_assert_null(users_find(users, "alice"));
    cr_assert_null(users_find_name(users, "Alice"));
    cr_assert_null(users_find_project(users, ""));
    cr_assert_null(user_find_credential(&users->users[0], "ci"));
}

Test(users, an_empty_file_has_nobody)
{
    cr_assert_null(read_users(&arena, "{}", &users));
    cr_assert_eq(users->n_users, 0);
    cr_assert_null(users_find(users, ""));
}

Test(users, a_user_may_lack_password_project_and_credentials)
{
    cr_assert_null(read_users(
        &arena, "{'users': [{'id': 'u', 'name': 'bob'}]}", &users));
    cr_assert_null(users->users[0].password);
    cr_assert_null(users->users[0].default_project);
}

static const char *const broken[][2] = {
    {"[]", "object"},
    {"{'projects': {}}", "projects"},
    {"{'users': 1}", "users"},
    {"{'users': ['alice']}", "id"},
    {"{'projects': [{'name': 'x'}]}", "id"},
    {"{'projects': [{'id': 'a b', 'name': ''}]}", "name"},
    {"{'projects': [{'id': 'x\\u00e9', 'name': 'x'}]}", "id"},
    {"{'projects': [{'id': 'x', 'name': 'a\\nb'}]}", "name"},
    {"{'projects': [{'id': 'x', 'name': 'n'}, {'id': 'x', 'name': 'm'}]}",
     "of its own"},
    {"{'users': [{'id': 'x', 'name': 'n'}, {'id': 'y', 'name': 'n'}]}",
     "of its own"},
    {"{'users': [{'id': 'x', 'name': 'n', 'password': 'secret'}]}",
     "Argon2id"},
    {"{'users': [{'id': 'x', 'name': 'n', 'default_project': 'p'}]}",
     "default_project"},
    {"{'users': [{'id': 'x', 'name': 'n', 'roles': {'p': ['admin']}}]}",
     "roles"},
    {"{" PROJECTS ", 'users': [{'id': 'x', 'name': 'n', "
     "'roles': {'p1': ['boss']}}]}", "admin"},
    {"{" PROJECTS ", 'users': [{'id': 'x', 'name': 'n', "
     "'roles': {'p1': []}}]}", "roles"},
    {"{" PROJECTS ", 'users': [{'id': 'x', 'name': 'n', 'credentials': "
     "[{'id': 'c', 'name': 'c', 'project': 'p1', 'roles': ['member'], "
     "'secret': 'plain'}]}]}", "secret"},
};

Test(users, a_broken_file_is_refused_and_says_where)
{
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        const char *said = read_users(&arena, broken[i][0], &users);
        cr_assert_not_null(said, "%s", broken[i][0]);
        cr_expect_not_null(strstr(said, broken[i][1]), "%s: %s",
                           broken[i][0], said);
    }
}

Test(users, the_file_must_be_its_owners_alone)
{
    char path[] = "/tmp/tenet-users-XXXXXX";
    int fd = mkstemp(path);
    cr_assert_eq(write(fd, "{}", 2), 2);
    close(fd);
    cr_assert_null(users_read(&arena, path, &users));
    static const mode_t open_modes[] = {0640, 0604, 0620, 0602};
    for (size_t i = 0; i < 4; i++) {
        cr_assert_eq(chmod(path, open_modes[i]), 0);
        struct err *err = users_read(&arena, path, &users);
        cr_assert_not_null(err, "%o", open_modes[i]);
        cr_expect_not_null(strstr(err->message, "chmod 600"));
    }
    unlink(path);
    cr_assert_not_null(users_read(&arena, path, &users));
}

Test(users, the_file_is_in_the_directory_of_data_unless_it_is_named)
{
    struct settings settings = {.identity_file = "", .data = ""};
    cr_assert_null(users_path(&arena, &settings));
    settings.data = "/var/lib/tenet";
    cr_assert_str_eq(users_path(&arena, &settings),
                     "/var/lib/tenet/identity.json");
    settings.identity_file = "/etc/users";
    cr_assert_str_eq(users_path(&arena, &settings), "/etc/users");
}
