/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of roles, and what they allow.
 */
#include <criterion/criterion.h>

#include "identity/roles.h"

Test(roles, lists_are_read_with_blanks)
{
    unsigned held;
    cr_assert(roles_parse("reader, member", &held));
    cr_assert_eq(held, ROLE_READER | ROLE_MEMBER);
}

Test(roles, case_does_not_matter)
{
    unsigned held;
    cr_assert(roles_parse("Admin", &held));
    cr_assert_eq(held, ROLE_ADMIN);
}

Test(roles, the_empty_list_holds_none)
{
    unsigned held;
    cr_assert(roles_parse("", &held));
    cr_assert_eq(held, 0);
}

Test(roles, an_unknown_role_is_told_and_the_others_are_taken)
{
    unsigned held;
    cr_assert_not(roles_parse("member,memb,members", &held));
    cr_assert_eq(held, ROLE_MEMBER);
}

Test(roles, a_role_has_the_rights_of_those_below_it)
{
    struct caller caller = {0};
    roles_grant(&caller, ROLE_ADMIN);
    cr_assert(caller.is_admin && caller.may_write && caller.may_read);
    roles_grant(&caller, ROLE_MEMBER);
    cr_assert(!caller.is_admin && caller.may_write && caller.may_read);
    roles_grant(&caller, ROLE_READER);
    cr_assert(!caller.is_admin && !caller.may_write && caller.may_read);
    roles_grant(&caller, 0);
    cr_assert(!caller.is_admin && !caller.may_write && !caller.may_read);
}
