/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of identity/standing.h: when a token is still valid.
 */
#include "identity/password.h"
#include "identity/roles.h"
#include "identity/standing.h"
#include "unit/identity/users.h"

static struct arena arena;
static const struct users *users;
static struct standing standing;
static char seal[DIGEST_TEXT_SIZE];
static struct issued issued;

/* A token of alice for project "blue", by her password. */
static void
begin(void)
{
    arena_init(&arena, (size_t) 64 << 20);
    cr_assert_null(password_init(&arena));
    cr_assert_null(read_users(&arena, USERS, &users));
    struct standing alice = {.user = &users->users[0]};
    standing_seal(&alice, seal);
    issued = (struct issued){.user_id = "u1",
                             .project_id = "p1",
                             .credential_id = "",
                             .seal = seal};
}

static void
end(void)
{
    arena_done(&arena);
}

TestSuite(standing, .init = begin, .fini = end);

static void
by_credential(void)
{
    struct standing alice = {.user = &users->users[0],
                             .credential = &users->users[0].credentials[0]};
    standing_seal(&alice, seal);
    issued.credential_id = "c1";
}

Test(standing, roles_are_those_of_the_file)
{
    cr_assert(standing_of(users, &issued, &standing));
    cr_assert_str_eq(standing.user->name, "alice");
    cr_assert_str_eq(standing.project->name, "blue");
    cr_assert_eq(standing.roles, ROLE_MEMBER | ROLE_READER);
}

Test(standing, without_a_project_there_are_no_roles)
{
    issued.project_id = "";
    cr_assert(standing_of(users, &issued, &standing));
    cr_assert_null(standing.project);
    cr_assert_eq(standing.roles, 0);
}

Test(standing, who_is_gone_has_none)
{
    issued.user_id = "u2";
    cr_assert_not(standing_of(users, &issued, &standing));
}

Test(standing, another_password_ends_it)
{
    users->users[0].password = SECRET;
    cr_assert_not(standing_of(users, &issued, &standing));
}

Test(standing, a_project_without_a_role_ends_it)
{
    users->users[0].n_grants = 0;
    cr_assert_not(standing_of(users, &issued, &standing));
    issued.project_id = "p3";
    cr_assert_not(standing_of(users, &issued, &standing));
}

Test(standing, a_credential_has_no_more_roles_than_it_was_given)
{
    by_credential();
    cr_assert(standing_of(users, &issued, &standing));
    cr_assert_eq(standing.roles, ROLE_READER);
}

Test(standing, a_credential_has_no_more_roles_than_its_user)
{
    by_credential();
    users->users[0].credentials[0].roles = ROLE_ADMIN;
    cr_assert_not(standing_of(users, &issued, &standing));
}

Test(standing, a_credential_is_for_one_project)
{
    by_credential();
    issued.project_id = "p2";
    cr_assert_not(standing_of(users, &issued, &standing));
}

Test(standing, a_credential_outlives_the_password_but_not_itself)
{
    by_credential();
    users->users[0].password = SECRET;
    cr_assert(standing_of(users, &issued, &standing));
    users->users[0].n_credentials = 0;
    cr_assert_not(standing_of(users, &issued, &standing));
}

Test(standing, a_seal_of_another_kind_fits_nothing)
{
    issued.seal = "";
    cr_assert_not(standing_of(users, &issued, &standing));
    issued.seal = SECRET;
    cr_assert_not(standing_of(users, &issued, &standing));
}
