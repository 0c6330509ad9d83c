/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of clients/cni/environment.h: the variables of a command.
 */
#include "cni/environment.h"

#include <criterion/criterion.h>
#include <string.h>

#include "core/arena.h"

#define ALL (NEEDS_CONTAINER_ID | NEEDS_IFNAME | NEEDS_NETNS)

static struct arena arena;
static struct environment environment;

static void
begin(void)
{
    arena_init(&arena, 1 << 20);
    environment = (struct environment){.command = "ADD",
                                       .container_id = "c1",
                                       .ifname = "eth0",
                                       .netns = "/run/netns/blue"};
}

static void
end(void)
{
    arena_done(&arena);
}

TestSuite(cni_environment, .init = begin, .fini = end);

static void
expect_refused(unsigned needs, const char *word)
{
    struct failure *failure = environment_check(&arena, &environment, needs);
    cr_assert_not_null(failure, "%s is taken", word);
    cr_assert_eq(failure->code, FAILURE_ENVIRONMENT);
    cr_assert_not_null(strstr(failure->details, word), "%s",
                       failure->details);
}

static const char *
letters(size_t n)
{
    char *text = arena_alloc(&arena, n + 1);
    memset(text, 'a', n);
    return text;
}

Test(cni_environment, what_is_there_and_well_formed_is_taken)
{
    cr_assert_null(environment_check(&arena, &environment, ALL));
}

Test(cni_environment, all_that_is_missing_is_named)
{
    environment = (struct environment){.command = "ADD"};
    expect_refused(ALL, "CNI_CONTAINERID");
    expect_refused(ALL, "CNI_IFNAME");
    expect_refused(ALL, "CNI_NETNS");
}

Test(cni_environment, what_a_command_does_not_need_may_be_missing)
{
    environment.netns = NULL;
    cr_assert_null(environment_check(&arena, &environment,
                                     NEEDS_CONTAINER_ID | NEEDS_IFNAME));
    cr_assert_null(environment_check(&arena, &environment, 0));
}

Test(cni_environment, a_container_id_is_a_plain_word)
{
    static const char *const bad[] = {"",    "-a",  ".a",
                                      "a/b", "a b", "\xc3\xa4"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        environment.container_id = bad[i];
        expect_refused(ALL, "CNI_CONTAINERID is malformed");
    }
    environment.container_id = "0a_.-Z";
    cr_assert_null(environment_check(&arena, &environment, ALL));
}

Test(cni_environment, container_and_interface_fit_into_a_device_id)
{
    environment.container_id = letters(CONTAINER_ID_MAX);
    environment.ifname = letters(IFNAME_MAX);
    cr_assert_null(environment_check(&arena, &environment, ALL));
    environment.container_id = letters(CONTAINER_ID_MAX + 1);
    expect_refused(ALL, "CNI_CONTAINERID");
}

Test(cni_environment, an_interface_has_a_name_that_linux_takes)
{
    static const char *const bad[] = {
        "", ".", "..", "a/b", "a:b", "a b", "a\n", "abcdefghijklmnop"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        environment.ifname = bad[i];
        expect_refused(ALL, "CNI_IFNAME is malformed");
    }
}

static const char *
pod(const char *args)
{
    const char *name = NULL;
    environment.args = args;
    struct failure *failure = environment_pod(&arena, &environment, &name);
    return failure != NULL ? failure->details : name;
}

Test(cni_environment, a_pod_is_named_by_its_namespace_and_name)
{
    cr_assert_str_eq(pod("IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;"
                         "K8S_POD_NAME=web-1;K8S_POD_UID=7"),
                     "shop/web-1");
    cr_assert_str_eq(pod("K8S_POD_NAME=web-1"), "web-1");
}

Test(cni_environment, without_a_pod_the_container_names_it)
{
    cr_assert_str_eq(pod(NULL), "c1");
    cr_assert_str_eq(pod(""), "c1");
    cr_assert_str_eq(pod("K8S_POD_NAME="), "c1");
    cr_assert_str_eq(pod("K8S_POD_NAMESPACE=shop;XK8S_POD_NAME=a"), "c1");
}

Test(cni_environment, a_name_is_cut_where_a_port_ends)
{
    const char *args = arena_printf(&arena,
                                    "K8S_POD_NAMESPACE=%s;K8S_POD_NAME=%s",
                                    letters(63), letters(253));
    cr_assert_eq(strlen(pod(args)), 255);
}

Test(cni_environment, arguments_that_are_no_pairs_are_refused)
{
    static const char *const bad[] = {"a", "a=1;b", "=1", "a=\xff",
                                      "a=1;b\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *name = NULL;
        environment.args = bad[i];
        struct failure *failure = environment_pod(&arena, &environment,
                                                  &name);
        cr_assert_not_null(failure, "%s is taken", bad[i]);
        cr_assert_eq(failure->code, FAILURE_ENVIRONMENT);
        cr_assert_not_null(strstr(failure->details, "CNI_ARGS"));
    }
}
