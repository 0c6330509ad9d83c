/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose a token is, and when.
 */
#include "identity/claims.h"

#include <criterion/criterion.h>
#include <string.h>

#include "core/settings.h"
#include "identity/roles.h"

#define NOW 1000000
#define SECOND INT64_C(1000000)
#define GOOD "\"iss\":\"https://id.example\",\"aud\":\"tenet\",\"sub\":\"ada\""
#define EXP ",\"exp\":1000100"

static struct arena arena;
static struct settings settings;
static struct verdict verdict;

static void
setup(void)
{
    arena_init(&arena, 1 << 20);
    settings = (struct settings){.jwt_issuer = "https://id.example",
                                 .jwt_audience = "tenet",
                                 .jwt_leeway_s = 60,
                                 .jwt_claim_project = "project_id",
                                 .jwt_claim_user = "sub",
                                 .jwt_claim_roles = "roles",
                                 .jwt_roles = ""};
}

static void
teardown(void)
{
    arena_done(&arena);
}

TestSuite(claims, .init = setup, .fini = teardown);

static bool
reads(const char *text)
{
    struct bytes payload = {(const unsigned char *) text, strlen(text)};
    return claims_read(&arena, &settings, payload, NOW * SECOND, &verdict);
}

Test(claims, user_project_roles_and_end_are_taken)
{
    cr_assert(reads("{" GOOD EXP ",\"project_id\":\"blue\","
                    "\"roles\":[\"member\",\"other\",1]}"));
    cr_assert_eq(verdict.kind, VERDICT_VALID);
    cr_assert_str_eq(verdict.user_id, "ada");
    cr_assert_str_eq(verdict.project_id, "blue");
    cr_assert_eq(verdict.roles, ROLE_MEMBER);
    cr_assert_eq(verdict.expires_us, (1000100 + 60) * SECOND);
}

Test(claims, issuer_audience_and_user_must_be_there)
{
    const char *bad[] = {
        "", "[]", "{}", "\"" GOOD "\"",
        "{\"aud\":\"tenet\",\"sub\":\"a\"" EXP "}",
        "{\"iss\":\"https://id.example/\",\"aud\":\"tenet\",\"sub\":\"a\"" EXP
        "}",
        "{\"iss\":[\"https://id.example\"],\"aud\":\"tenet\",\"sub\":\"a\"" EXP
        "}",
        "{\"iss\":\"https://id.example\",\"sub\":\"a\"" EXP "}",
        "{\"iss\":\"https://id.example\",\"aud\":\"other\",\"sub\":\"a\"" EXP
        "}",
        "{\"iss\":\"https://id.example\",\"aud\":[],\"sub\":\"a\"" EXP "}",
        "{\"iss\":\"https://id.example\",\"aud\":\"tenet\"" EXP "}",
        "{\"iss\":\"https://id.example\",\"aud\":\"tenet\",\"sub\":\"\"" EXP
        "}",
        "{\"iss\":\"https://id.example\",\"aud\":\"tenet\",\"sub\":7" EXP "}",
        "{" GOOD EXP ",\"sub\":\"eve\"}",
        "{" GOOD EXP ",\"project_id\":7}",
        "{" GOOD EXP ",\"project_id\":\"a\\u000ab\"}",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        cr_expect_not(reads(bad[i]), "%s", bad[i]);
    }
}

Test(claims, one_audience_of_a_list_is_enough)
{
    cr_assert(reads("{\"iss\":\"https://id.example\",\"sub\":\"a\","
                    "\"aud\":[\"other\",\"tenet\"]" EXP "}"));
}

Test(claims, a_token_is_good_from_its_begin_to_its_end_with_leeway)
{
    static const struct {
        const char *times;
        bool good;
    } cases[] = {
        {"\"exp\":999941", true},          {"\"exp\":999940", false},
        {"\"exp\":999940.5", true},        {"\"exp\":0", false},
        {"\"exp\":-1", false},             {"\"exp\":\"1000100\"", false},
        {"\"exp\":1e300", false},          {"\"exp\":null", false},
        {"\"x\":1", false},
        {"\"exp\":1e9,\"nbf\":1000060", true},
        {"\"exp\":1e9,\"nbf\":1000061", false},
        {"\"exp\":1e9,\"nbf\":\"1\"", false},
        {"\"exp\":1e9,\"iat\":1000060", true},
        {"\"exp\":1e9,\"iat\":1000061", false},
        {"\"exp\":1e9,\"iat\":null", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *text = arena_printf(&arena, "{" GOOD ",%s}",
                                        cases[i].times);
        cr_expect_eq(reads(text), cases[i].good, "%s", text);
    }
}

Test(claims, a_path_leads_into_members_and_a_name_with_dots_is_a_name)
{
    settings.jwt_claim_roles = "realm_access.roles";
    settings.jwt_claim_project = "https://tenet.example/project";
    cr_assert(reads("{" GOOD EXP ",\"realm_access\":{\"roles\":[\"admin\"]},"
                    "\"https://tenet.example/project\":\"blue\"}"));
    cr_assert_eq(verdict.roles, ROLE_ADMIN);
    cr_assert_str_eq(verdict.project_id, "blue");
    cr_assert(reads("{" GOOD EXP ",\"realm_access\":[\"roles\"]}"));
    cr_assert_eq(verdict.roles, 0);
    cr_assert_str_eq(verdict.project_id, "");
}

Test(claims, roles_may_be_text_with_blanks)
{
    cr_assert(reads("{" GOOD EXP ",\"roles\":\"openid  member reader\"}"));
    cr_assert_eq(verdict.roles, ROLE_MEMBER | ROLE_READER);
}

Test(claims, roles_of_the_issuer_are_mapped_and_ours_mean_nothing_then)
{
    settings.jwt_roles = "net-admin=admin,dev=member,dev=reader";
    cr_assert(reads("{" GOOD EXP ",\"roles\":[\"dev\"]}"));
    cr_assert_eq(verdict.roles, ROLE_MEMBER | ROLE_READER);
    cr_assert(reads("{" GOOD EXP ",\"roles\":[\"admin\",\"net\",\"de\","
                    "\"net-admin=admin\",\"\"]}"));
    cr_assert_eq(verdict.roles, 0);
    cr_assert(reads("{" GOOD EXP ",\"roles\":[\"net-admin\"]}"));
    cr_assert_eq(verdict.roles, ROLE_ADMIN);
}

Test(claims, deep_nesting_is_not_read)
{
    cr_assert_not(reads("{" GOOD EXP ",\"x\":"
                        "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}"));
}
