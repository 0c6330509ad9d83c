/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of resource/names.h: DNS names as attributes.
 */
#include "resource/names.h"

#include "unit/schema/values.h"

static struct arena arena;

static void
begin(void)
{
    arena_init(&arena, 1 << 20);
}

static void
end(void)
{
    arena_done(&arena);
}

TestSuite(names, .init = begin, .fini = end);

/* 'zone' and 'host': whether each of the rules takes the name. */
static void
expect_taken(const char *name, bool zone, bool fqdn, bool host)
{
    const struct attr attr = {.name = "dns_name", .type = TYPE_TEXT};
    cr_expect_eq(names_check_zone(&arena, &attr, &name) == NULL, zone,
                 "zone \"%s\"", name);
    cr_expect_eq(names_check_fqdn(&arena, &attr, &name) == NULL, fqdn,
                 "fqdn \"%s\"", name);
    cr_expect_eq(names_check_host(&arena, &attr, &name) == NULL, host,
                 "host \"%s\"", name);
}

Test(names, an_absolute_name_is_all_three)
{
    static const char *const names[] = {"example.",
                                        "a.",
                                        "1.",
                                        "www.example.org.",
                                        "a-b.c--d.org.",
                                        "xn--e1afmkfd.xn--p1ai.",
                                        "WWW.Example.",
                                        "10.in-addr.arpa."};
    for (size_t i = 0; i < N(names); i++) {
        expect_taken(names[i], true, true, true);
    }
}

Test(names, a_relative_name_is_a_host_only)
{
    static const char *const names[] = {"www", "a", "www.example", "0",
                                        "a-1.b-2"};
    for (size_t i = 0; i < N(names); i++) {
        expect_taken(names[i], false, false, true);
    }
}

Test(names, no_name_is_no_zone)
{
    expect_taken("", false, true, true);
}

Test(names, what_is_no_name_is_none_of_them)
{
    static const char *const names[] = {
        ".",     "..",    ".a.",  "a..b.", "a..",        "-a.",
        "a-.",   "-.",    "a b.", "a_b.",  "*.example.", "ж.",
        "a.b-.", "a.-b.", "a/b.", "a\n.",  " a.",        "a. "};
    for (size_t i = 0; i < N(names); i++) {
        expect_taken(names[i], false, false, false);
    }
}

Test(names, labels_have_at_most_63_characters)
{
    const char *most = repeated(&arena, "x", 63);
    const char *more = repeated(&arena, "x", 64);
    expect_taken(most, false, false, true);
    expect_taken(arena_printf(&arena, "%s.", most), true, true, true);
    expect_taken(arena_printf(&arena, "a.%s.b.", most), true, true, true);
    expect_taken(more, false, false, false);
    expect_taken(arena_printf(&arena, "a.%s.b.", more), false, false, false);
}

Test(names, refusal_names_the_attribute_and_the_name)
{
    const struct attr attr = {.name = "dns_domain", .type = TYPE_TEXT};
    const char *name = "a b";
    struct err *err = names_check_fqdn(&arena, &attr, &name);
    cr_assert_not_null(err);
    cr_expect_str_eq(err->attr, "dns_domain");
    cr_expect_str_eq(err->rule, "dns_name");
    cr_expect_not_null(strstr(err->message, "\"a b\""));
    cr_expect_eq(err->kind, ERR_BAD_REQUEST);
}
