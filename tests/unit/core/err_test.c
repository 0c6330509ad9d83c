/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of core/err.h: what an error holds, and the table of kinds.
 */
#include "core/err.h"

#include <criterion/criterion.h>
#include <string.h>

#include "core/arena.h"

static struct arena arena;

static void
begin(void)
{
    arena_init(&arena, 65536);
}

static void
end(void)
{
    arena_done(&arena);
}

TestSuite(err, .init = begin, .fini = end);

Test(err, new_formats_the_message)
{
    const struct err *err =
        err_new(&arena, ERR_NOT_FOUND, "network \"%s\" is not found", "n1");

    cr_expect_eq(err->kind, ERR_NOT_FOUND);
    cr_expect_str_eq(err->message, "network \"n1\" is not found");
}

Test(err, new_is_about_no_attribute)
{
    const struct err *err = err_new(&arena, ERR_CONFLICT, "taken");

    cr_expect_null(err->attr);
    cr_expect_null(err->rule);
    cr_expect_null(err->cause);
    cr_expect_null(err->next);
}

Test(err, attr_names_attribute_and_rule)
{
    const struct err *err =
        err_attr(&arena, "cidr", "ip_prefix", "\"%d\" is no prefix", 7);

    cr_expect_eq(err->kind, ERR_BAD_REQUEST);
    cr_expect_str_eq(err->attr, "cidr");
    cr_expect_str_eq(err->rule, "ip_prefix");
    cr_expect_str_eq(err->message, "\"7\" is no prefix");
}

Test(err, because_returns_the_upper_error)
{
    struct err *upper = err_new(&arena, ERR_UNAVAILABLE, "no database");
    struct err *lower = err_new(&arena, ERR_INTERNAL, "connection refused");

    cr_expect_eq(err_because(upper, lower), upper);
    cr_expect_eq(upper->cause, lower);
}

Test(err, because_twice_keeps_both_causes)
{
    struct err *upper = err_new(&arena, ERR_UNAVAILABLE, "a");
    struct err *middle = err_new(&arena, ERR_INTERNAL, "b");
    struct err *lower = err_new(&arena, ERR_INTERNAL, "c");

    upper = err_because(err_because(upper, middle), lower);
    cr_expect_eq(upper->cause, middle);
    cr_expect_eq(middle->cause, lower);
}

Test(err, because_of_nothing_changes_nothing)
{
    struct err *err = err_new(&arena, ERR_INTERNAL, "a");

    cr_expect_eq(err_because(err, NULL), err);
    cr_expect_null(err->cause);
}

static struct err *
pass_on(struct err *err, int *ret_reached)
{
    *ret_reached = 0;
    TRY(err);
    *ret_reached = 1;
    return NULL;
}

Test(err, try_returns_an_error_at_once)
{
    struct err *err = err_new(&arena, ERR_INTERNAL, "a");
    int reached;

    cr_expect_eq(pass_on(err, &reached), err);
    cr_expect_eq(reached, 0);
}

Test(err, try_goes_on_without_one)
{
    int reached;

    cr_expect_null(pass_on(NULL, &reached));
    cr_expect_eq(reached, 1);
}

Test(err, kinds_have_the_status_and_type_of_the_api)
{
    cr_expect_eq(err_status(ERR_BAD_REQUEST), 400);
    cr_expect_str_eq(err_type(ERR_BAD_REQUEST), "HTTPBadRequest");
    cr_expect_eq(err_status(ERR_OVER_QUOTA), 409);
    cr_expect_str_eq(err_type(ERR_OVER_QUOTA), "OverQuota");
    cr_expect_eq(err_status(ERR_OUTCOME_UNKNOWN), 503);
    cr_expect_str_eq(err_type(ERR_OUTCOME_UNKNOWN), "OutcomeUnknown");
}

Test(err, every_kind_has_an_error_status_and_a_type)
{
    for (int kind = 0; kind < ERR_N_KINDS; kind++) {
        int status = err_status((enum err_kind) kind);

        cr_expect(status >= 400 && status <= 599, "kind %d", kind);
        cr_expect_not_null(err_type((enum err_kind) kind));
    }
}

Test(err, kinds_that_share_a_type_share_the_status)
{
    for (int i = 0; i < ERR_N_KINDS * ERR_N_KINDS; i++) {
        enum err_kind a = (enum err_kind) (i / ERR_N_KINDS);
        enum err_kind b = (enum err_kind) (i % ERR_N_KINDS);

        if (strcmp(err_type(a), err_type(b)) == 0) {
            cr_expect_eq(err_status(a), err_status(b), "%s", err_type(a));
        }
    }
}

Test(err, shows_the_first_blockers_and_tells_the_total)
{
    static const struct blocker many[BLOCKERS_MAX + 1];

    struct err *err = err_blocked(err_new(&arena, ERR_CONFLICT, "no"), many,
                                  BLOCKERS_MAX + 1, 700);
    cr_expect_eq(err->n_blockers, BLOCKERS_MAX);
    cr_expect_eq(err->blockers_total, 700);
}
