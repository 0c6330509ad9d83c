/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is read out of Keystone's description of a token, and what is asked.
 */
#include "identity/keystone_answer.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#include "core/settings.h"
#include "identity/roles.h"

#define USER "\"user\": {\"id\": \"u1\", \"name\": \"ada\"}"
#define PROJECT "\"project\": {\"id\": \"p1\"}"
#define EXPIRES "\"expires_at\": \"2026-11-27T18:29:50.000000Z\""

static struct arena arena;
static struct verdict verdict;

static void
setup(void)
{
    arena_init(&arena, 1 << 20);
}

static void
teardown(void)
{
    arena_done(&arena);
}

TestSuite(keystone_answer, .init = setup, .fini = teardown);

static bool
reads(const char *text)
{
    return keystone_answer_read(&arena, text, strlen(text), &verdict);
}

Test(keystone_answer, user_project_roles_and_end_are_taken)
{
    cr_assert(reads("{\"token\": {" USER "," PROJECT "," EXPIRES
                    ",\"roles\": [{\"name\": \"member\"}, {\"name\": "
                    "\"service\"}, {\"name\": \"unknown\"}]}}"));
    cr_assert_eq(verdict.kind, VERDICT_VALID);
    cr_assert_str_eq(verdict.user_id, "u1");
    cr_assert_str_eq(verdict.project_id, "p1");
    cr_assert_eq(verdict.roles, ROLE_MEMBER | ROLE_SERVICE);
    cr_assert_eq(verdict.expires_us, 1795804190 * INT64_C(1000000));
}

Test(keystone_answer, a_token_for_no_project_has_none)
{
    cr_assert(reads("{\"token\": {" USER "," EXPIRES
                    ",\"domain\": {\"id\": \"default\"}}}"));
    cr_assert_str_eq(verdict.project_id, "");
    cr_assert_eq(verdict.roles, 0);
}

Test(keystone_answer, roles_of_any_form_but_names_are_none)
{
    cr_assert(reads("{\"token\": {" USER "," EXPIRES
                    ",\"roles\": [1, null, \"admin\", [\"admin\"], {},"
                    " {\"name\": 1}, {\"name\": \"admi\"}]}}"));
    cr_assert_eq(verdict.roles, 0);
}

Test(keystone_answer, what_is_no_token_is_not_read)
{
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"token\": []}",
        "{\"token\": {" USER "," PROJECT "}}",
        "{\"token\": {" USER ",\"expires_at\": 5}}",
        "{\"token\": {" USER ",\"expires_at\": \"tomorrow\"}}",
        "{\"token\": {" EXPIRES ",\"user\": \"u1\"}}",
        "{\"token\": {" EXPIRES ",\"user\": {\"id\": \"\"}}}",
        "{\"token\": {" EXPIRES ",\"user\": {\"id\": \"a\\u000ab\"}}}",
        "{\"token\": {" USER "," EXPIRES ",\"project\": {}}}",
        "{\"token\": {" USER "," USER "," EXPIRES "}}",
        "{\"token\": {" USER "," EXPIRES "}} trailing",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        cr_expect_not(reads(bad[i]), "%s", bad[i]);
    }
}

Test(keystone_answer, deep_nesting_is_not_read)
{
    cr_assert_not(reads("{\"token\": {" USER "," EXPIRES ",\"x\": "
                        "[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]}}"));
}

Test(keystone_answer, the_login_is_json_whatever_the_password_holds)
{
    struct settings settings = {.keystone_user = "tenet",
                                .keystone_user_domain = "Users",
                                .keystone_project = "service",
                                .keystone_project_domain = "Projects"};
    const char *body = keystone_login_body(&arena, &settings, "a\"b\\c");
    const char *user, *user_domain, *password, *project, *project_domain;
    json_t *json = json_loads(body, 0, NULL);
    cr_assert_not_null(json, "%s", body);
    cr_assert_eq(json_unpack(json,
                             "{s:{s:{s:{s:{s:s,s:{s:s},s:s}}},"
                             "s:{s:{s:s,s:{s:s}}}}}",
                             "auth", "identity", "password", "user", "name",
                             &user, "domain", "name", &user_domain,
                             "password", &password, "scope", "project",
                             "name", &project, "domain", "name",
                             &project_domain), 0, "%s", body);
    cr_assert_str_eq(user, "tenet");
    cr_assert_str_eq(user_domain, "Users");
    cr_assert_str_eq(password, "a\"b\\c");
    cr_assert_str_eq(project, "service");
    cr_assert_str_eq(project_domain, "Projects");
    json_decref(json);
}
