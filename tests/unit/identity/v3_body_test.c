/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of identity/v3_body.h: what asks for a token.
 */
#include "identity/v3_body.h"
#include "unit/identity/users.h"

static struct arena arena;
static json_t *json;
static struct v3_auth auth;

static void
begin(void)
{
    arena_init(&arena, (size_t) 64 << 20);
}

static void
end(void)
{
    json_decref(json);
    arena_done(&arena);
}

TestSuite(v3_body, .init = begin, .fini = end);

/* NULL, or why 'text' was refused. */
static const char *
refusal(const char *text)
{
    json_error_t error;
    json_decref(json);
    json = json_loads(with_double_quotes(&arena, text), 0, &error);
    cr_assert_not_null(json, "%s: %s", error.text, text);
    struct err *err = v3_auth_read(&arena, json, &auth);
    cr_assert(err == NULL || err->kind == ERR_BAD_REQUEST);
    return err == NULL ? NULL : err->message;
}

#define PASSWORD(user)                                               \
    "'identity': {'methods': ['password'], 'password': {'user': {"  \
    user ", 'password': 's'}}}"
#define TOKEN "'identity': {'methods': ['token'], 'token': {'id': 't'}}"
#define SCOPED(scope) "{'auth': {" TOKEN ", 'scope': " scope "}}"

Test(v3_body, a_user_is_named_by_id_or_by_name_and_domain)
{
    cr_assert_null(refusal("{'auth': {" PASSWORD("'id': 'u1'") "}}"));
    cr_assert_eq(auth.method, V3_PASSWORD);
    cr_assert_str_eq(auth.user.id, "u1");
    cr_assert_str_eq(auth.secret, "s");
    cr_assert_null(refusal("{'auth': {" PASSWORD(
        "'name': 'alice', 'domain': {'name': 'Default'}") "}}"));
    cr_assert_str_eq(auth.user.name, "alice");
    cr_assert_not(auth.user.foreign);
    cr_assert_eq(auth.scope, V3_SCOPE_DEFAULT);
}

Test(v3_body, there_is_one_domain_in_any_case)
{
    static const char *const own[] = {"'id': 'default'", "'id': 'DEFAULT'",
                                      "'name': 'default'", "'name': null"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        cr_assert_null(refusal(arena_printf(
            &arena, "{'auth': {" PASSWORD("'name': 'a', 'domain': {%s}")
            "}}", own[i])));
        cr_expect_not(auth.user.foreign, "%s", own[i]);
    }
    cr_assert_null(refusal("{'auth': {" PASSWORD(
        "'name': 'a', 'domain': {'name': 'users'}") "}}"));
    cr_assert(auth.user.foreign);
}

Test(v3_body, a_credential_is_named_by_id_or_by_name_and_user)
{
    cr_assert_null(refusal(
        "{'auth': {'identity': {'methods': ['application_credential'], "
        "'application_credential': {'id': 'c1', 'secret': 's'}}}}"));
    cr_assert_eq(auth.method, V3_CREDENTIAL);
    cr_assert_str_eq(auth.credential.id, "c1");
    cr_assert_null(refusal(
        "{'auth': {'identity': {'methods': ['application_credential'], "
        "'application_credential': {'name': 'ci', 'secret': 's', 'user': "
        "{'name': 'alice', 'domain': {'id': 'default'}}}}}}"));
    cr_assert_str_eq(auth.credential.name, "ci");
    cr_assert_str_eq(auth.user.name, "alice");
}

Test(v3_body, a_scope_is_a_project_or_none)
{
    cr_assert_null(refusal(SCOPED("{'project': {'id': 'p1'}}")));
    cr_assert_eq(auth.scope, V3_SCOPE_PROJECT);
    cr_assert_str_eq(auth.project.id, "p1");
    cr_assert_null(refusal(
        SCOPED("{'project': {'name': 'b', 'domain': {'name': 'x'}}}")));
    cr_assert(auth.project.foreign);
    cr_assert_null(refusal(SCOPED("'unscoped'")));
    cr_assert_eq(auth.scope, V3_SCOPE_NONE);
    cr_assert_null(refusal(SCOPED("{'unscoped': {}}")));
    cr_assert_eq(auth.scope, V3_SCOPE_NONE);
    cr_assert_null(refusal(SCOPED("{'domain': {'id': 'default'}}")));
    cr_assert_eq(auth.scope, V3_SCOPE_ELSEWHERE);
    cr_assert_null(refusal(SCOPED("null")));
    cr_assert_eq(auth.scope, V3_SCOPE_DEFAULT);
}

static const char *const broken[] = {
    "{}",
    "{'auth': null}",
    "{'auth': []}",
    "{'auth': {}}",
    "{'auth': {'identity': 'me'}}",
    "{'auth': {'identity': {}}}",
    "{'auth': {'identity': {'methods': 'password'}}}",
    "{'auth': {'identity': {'methods': []}}}",
    "{'auth': {'identity': {'methods': [1]}}}",
    "{'auth': {'identity': {'methods': ['totp'], 'totp': {}}}}",
    "{'auth': {'identity': {'methods': ['token', 'password'], "
    "'token': {'id': 't'}}}}",
    "{'auth': {'identity': {'methods': ['password']}}}",
    "{'auth': {'identity': {'methods': ['password'], 'password': []}}}",
    "{'auth': {'identity': {'methods': ['password'], 'password': "
    "{'user': 'alice'}}}}",
    "{'auth': {'identity': {'methods': ['password'], 'password': "
    "{'user': {'id': 'u'}}}}}",
    "{'auth': {" PASSWORD("'id': 7") "}}",
    "{'auth': {" PASSWORD("'id': null") "}}",
    "{'auth': {" PASSWORD("'name': 'a', 'domain': 'Default'") "}}",
    "{'auth': {" PASSWORD("'name': 'a', 'domain': {'id': 1}") "}}",
    "{'auth': {'identity': {'methods': ['token'], 'token': {}}}}",
    "{'auth': {'identity': {'methods': ['token'], 'token': {'id': 1}}}}",
    "{'auth': {'identity': {'methods': ['application_credential'], "
    "'application_credential': {'name': 'ci', 'secret': 's'}}}}",
    "{'auth': {'identity': {'methods': ['application_credential'], "
    "'application_credential': {'id': 'c'}}}}",
    SCOPED("7"),
    SCOPED("'scoped'"),
    SCOPED("{}"),
    SCOPED("[]"),
    SCOPED("{'project': 'p'}"),
    SCOPED("{'project': {}}"),
    SCOPED("{'project': {'id': 'p'}, 'domain': {'id': 'd'}}"),
};

Test(v3_body, what_asks_for_nothing_is_refused)
{
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        cr_expect_not_null(refusal(broken[i]), "%s", broken[i]);
    }
}
