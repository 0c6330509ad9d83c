/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of identity/users_edit.h: how the file of users changes.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "core/digest.h"
#include "identity/roles.h"
#include "identity/users_edit.h"
#include "unit/identity/users.h"

static struct arena arena;
static char dir[] = "/tmp/tenet-edit-XXXXXX";
static const char *path;
static const struct users *users;

static void
begin(void)
{
    arena_init(&arena, (size_t) 64 << 20);
    cr_assert_null(password_init(&arena));
    cr_assert_not_null(mkdtemp(dir));
    path = arena_printf(&arena, "%s/identity.json", dir);
}

static void
end(void)
{
    unlink(path);
    unlink(arena_printf(&arena, "%s.lock", path));
    rmdir(dir);
    arena_done(&arena);
}

TestSuite(users_edit, .init = begin, .fini = end);

static struct users_edit
begin_edit(void)
{
    struct users_edit edit;
    struct err *err = users_edit_begin(&arena, path, &edit);
    cr_assert_null(err, "%s", err == NULL ? "" : err->message);
    return edit;
}

/* Commits and reads the file; its lock goes with the memory of the edit. */
static void
end_edit(struct users_edit *edit)
{
    struct err *err = users_edit_commit(edit);
    cr_assert_null(err, "%s", err == NULL ? "" : err->message);
    err = users_read(&arena, path, &users);
    cr_assert_null(err, "%s", err == NULL ? "" : err->message);
}

/* A member of project "blue" called alice. */
static json_t *
add_alice(struct users_edit *edit, const char **ret_project)
{
    json_t *user;
    cr_assert_null(users_edit_add(edit, "alice", HASH, &user));
    cr_assert_null(users_edit_project(edit, "blue", NULL, ret_project));
    cr_assert_null(users_edit_grant(edit, user, *ret_project, "member"));
    return user;
}

Test(users_edit, a_new_file_is_its_owners_alone)
{
    struct stat info;
    const char *project;
    struct users_edit edit = begin_edit();
    add_alice(&edit, &project);
    end_edit(&edit);
    cr_assert_eq(stat(path, &info), 0);
    cr_assert_eq(info.st_mode & 0777, 0600);
    const struct user *alice = users_find_name(users, "alice");
    cr_assert_str_eq(alice->default_project->id, project);
    cr_assert_eq(user_roles(alice, alice->default_project), ROLE_MEMBER);
}

Test(users_edit, nothing_is_left_beside_the_file)
{
    const char *project;
    struct users_edit edit = begin_edit();
    add_alice(&edit, &project);
    end_edit(&edit);
    cr_assert_neq(access(arena_printf(&arena, "%s.new", path), F_OK), 0);
}

Test(users_edit, what_is_not_committed_is_not_there)
{
    const char *project;
    struct users_edit edit = begin_edit();
    add_alice(&edit, &project);
    cr_assert_neq(access(path, F_OK), 0);
}

Test(users_edit, a_project_is_made_once)
{
    const char *first, *second;
    struct users_edit edit = begin_edit();
    cr_assert_null(users_edit_project(&edit, "blue", "b", &first));
    cr_assert_str_eq(first, "b");
    cr_assert_null(users_edit_project(&edit, "blue", NULL, &second));
    cr_assert_str_eq(second, "b");
    cr_assert_not_null(users_edit_project(&edit, "blue", "c", &second));
    cr_assert_not_null(users_edit_project(&edit, "red", "b", &second));
    cr_assert_not_null(users_edit_project(&edit, "red", "a\n", &second));
}

Test(users_edit, the_first_project_is_the_default)
{
    const char *blue, *red;
    struct users_edit edit = begin_edit();
    json_t *alice = add_alice(&edit, &blue);
    cr_assert_null(users_edit_project(&edit, "red", NULL, &red));
    cr_assert_null(users_edit_grant(&edit, alice, red, "admin"));
    end_edit(&edit);
    cr_assert_str_eq(users->users[0].default_project->id, blue);
}

Test(users_edit, the_last_role_takes_the_project_along)
{
    const char *blue;
    struct users_edit edit = begin_edit();
    json_t *alice = add_alice(&edit, &blue);
    cr_assert_null(users_edit_grant(&edit, alice, blue, "reader"));
    cr_assert_null(users_edit_revoke(&edit, alice, blue, "member"));
    end_edit(&edit);
    cr_assert_eq(user_roles(&users->users[0], &users->projects[0]),
                 ROLE_READER);
    cr_assert_null(users_edit_revoke(&edit, alice, blue, "reader"));
    end_edit(&edit);
    cr_assert_eq(users->users[0].n_grants, 0);
    cr_assert_null(users->users[0].default_project);
    cr_assert_not_null(users_edit_revoke(&edit, alice, blue, NULL));
}

Test(users_edit, names_and_roles_are_checked)
{
    const char *blue;
    json_t *user;
    struct users_edit edit = begin_edit();
    json_t *alice = add_alice(&edit, &blue);
    cr_assert_not_null(users_edit_add(&edit, "", HASH, &user));
    cr_assert_not_null(users_edit_add(&edit, "a\tb", HASH, &user));
    cr_assert_not_null(users_edit_add(&edit, "\xff", HASH, &user));
    cr_assert_not_null(users_edit_grant(&edit, alice, blue, "boss"));
}

Test(users_edit, a_name_taken_twice_is_not_written)
{
    const char *blue;
    json_t *user;
    struct users_edit edit = begin_edit();
    add_alice(&edit, &blue);
    end_edit(&edit);
    cr_assert_null(users_edit_add(&edit, "alice", HASH, &user));
    cr_assert_not_null(users_edit_commit(&edit));
    cr_assert_null(users_read(&arena, path, &users));
    cr_assert_eq(users->n_users, 1);
}

Test(users_edit, a_credential_keeps_its_secret_to_itself)
{
    struct new_credential made;
    char hash[DIGEST_TEXT_SIZE];
    const char *blue;
    struct users_edit edit = begin_edit();
    json_t *alice = add_alice(&edit, &blue);
    cr_assert_null(users_edit_add_credential(&edit, alice, blue, NULL, "ci",
                                             &made));
    end_edit(&edit);
    const struct credential *ci = user_find_credential(&users->users[0],
                                                       made.id);
    digest_sha256(made.secret, strlen(made.secret), hash);
    cr_assert_str_eq(ci->secret, hash);
    cr_assert_eq(ci->roles, ROLE_MEMBER);
    cr_assert_not_null(users_edit_add_credential(&edit, alice, blue, NULL,
                                                 "ci", &made));
    cr_assert_not_null(users_edit_add_credential(&edit, alice, "elsewhere",
                                                 NULL, "cd", &made));
    cr_assert_null(users_edit_remove_credential(&edit, alice, "ci"));
    cr_assert_not_null(users_edit_remove_credential(&edit, alice, "ci"));
}

Test(users_edit, a_user_goes_with_the_credentials)
{
    const char *blue;
    struct users_edit edit = begin_edit();
    json_t *alice = add_alice(&edit, &blue);
    end_edit(&edit);
    users_edit_remove(&edit, alice);
    end_edit(&edit);
    cr_assert_eq(users->n_users, 0);
    cr_assert_eq(users->n_projects, 1);
}

Test(users_edit, a_file_that_others_can_read_is_not_changed)
{
    struct users_edit edit;
    FILE *file = fopen(path, "we");
    cr_assert_not_null(file);
    fputs("{}", file);
    fclose(file);
    cr_assert_eq(chmod(path, 0644), 0);
    cr_assert_not_null(users_edit_begin(&arena, path, &edit));
}
