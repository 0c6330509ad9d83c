/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of resource/cascade.h: the ids of plans.
 */
#include "resource/cascade.h"

#include <criterion/criterion.h>
#include <string.h>

#include "core/arena.h"
#include "resource/resource.h"

#define DIGEST \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct arena arena;
static const struct caller nobody = {.project_id = "p"};

static void
setup(void)
{
    arena_init(&arena, 1u << 20);
}

static void
teardown(void)
{
    arena_done(&arena);
}

TestSuite(cascade, .init = setup, .fini = teardown);

/* A list of ports with ids of a letter each, of revision 1. */
static struct cascade
ports(const char *names)
{
    struct cascade cascade = cascade_none(&arena, &nobody, false);
    for (const char *p = names; *p != '\0'; p++) {
        cascade_add(&cascade, &cascade.deletes,
                    &(struct cascade_item){
                        .type = "port",
                        .id = arena_strndup(&arena, p, 1),
                        .revision_number = 1});
    }
    return cascade;
}

static bool
same(const struct cascade *a, const struct cascade *b)
{
    struct plan_id x = plan_id_of(a, 1000), y = plan_id_of(b, 1000);
    return plan_id_equal(&x, &y);
}

Test(cascade, an_id_is_read_as_it_was_written)
{
    struct cascade list = ports("abc");
    struct plan_id id = plan_id_of(&list, 1764158400), read;
    char text[PLAN_ID_SIZE];
    plan_id_format(&id, text);
    cr_assert_eq(strncmp(text, "1764158400-", 11), 0, "%s", text);
    cr_assert(plan_id_parse(text, &read));
    cr_assert(plan_id_equal(&id, &read));
    cr_assert_eq(read.expires_s, 1764158400);
}

Test(cascade, the_longest_expiry_fits)
{
    struct plan_id id;
    char text[PLAN_ID_SIZE];
    cr_assert(plan_id_parse("999999999999999999-" DIGEST, &id));
    plan_id_format(&id, text);
    cr_assert_str_eq(text, "999999999999999999-" DIGEST);
    cr_assert_not(plan_id_parse("9999999999999999999-" DIGEST, &id));
}

Test(cascade, what_is_no_id_is_refused)
{
    static const char *const texts[] = {
        "", "plan", "1", "1-", "-" DIGEST, DIGEST, "x1-" DIGEST,
        "+1-" DIGEST, " 1-" DIGEST, "1-" DIGEST "0", "1-" DIGEST " ",
        "1--" DIGEST, "1_" DIGEST,
        "1-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde",
        "1-0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
        "1-0123456789abcdefg123456789abcdef0123456789abcdef0123456789abcdef"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct plan_id id;
        cr_expect_not(plan_id_parse(texts[i], &id), "%s", texts[i]);
    }
}

Test(cascade, the_same_list_has_the_same_id)
{
    struct cascade a = ports("abc"), b = ports("abc");
    cr_assert(same(&a, &b));
}

Test(cascade, one_object_more_or_less_is_another_id)
{
    struct cascade list = ports("abc"), more = ports("abcd"),
                   less = ports("ab"), none = ports("");
    cr_assert_not(same(&list, &more));
    cr_assert_not(same(&list, &less));
    cr_assert_not(same(&list, &none));
}

Test(cascade, another_order_is_another_id)
{
    struct cascade a = ports("ab"), b = ports("ba");
    cr_assert_not(same(&a, &b));
}

Test(cascade, another_revision_is_another_id)
{
    struct cascade a = ports("ab"), b = ports("ab");
    b.deletes.items[1].revision_number = 2;
    cr_assert_not(same(&a, &b));
}

Test(cascade, another_expiry_is_another_digest)
{
    struct cascade list = ports("ab");
    struct plan_id a = plan_id_of(&list, 1000), b = plan_id_of(&list, 1001);
    cr_assert_str_neq(a.digest, b.digest);
    cr_assert_not(plan_id_equal(&a, &b));
}

Test(cascade, what_is_changed_is_not_what_is_deleted)
{
    struct cascade a = ports("ab"), b = ports("ab");
    b.updates = b.deletes;
    b.deletes = (struct cascade_list){.n = 0};
    cr_assert_not(same(&a, &b));
}

Test(cascade, ids_are_those_of_one_type_in_order)
{
    struct cascade list = ports("cab");
    size_t n;
    list.deletes.items[1].type = "subnet";
    const char **ids = cascade_ids(&arena, &list.deletes, "port", &n);
    cr_assert_eq(n, 2);
    cr_assert_str_eq(ids[0], "c");
    cr_assert_str_eq(ids[1], "b");
}
