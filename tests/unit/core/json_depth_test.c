/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The depth of JSON text.
 */
#include "core/json_depth.h"

#include <criterion/criterion.h>
#include <string.h>

static size_t
depth_of(const char *text)
{
    return json_depth(text, strlen(text));
}

Test(json_depth, brackets_that_are_open_at_once_count)
{
    cr_expect_eq(depth_of(""), 0);
    cr_expect_eq(depth_of("1"), 0);
    cr_expect_eq(depth_of("[]"), 1);
    cr_expect_eq(depth_of("[{},{\"a\":[]},[]]"), 3);
    cr_expect_eq(depth_of("[[[[["), 5);
}

Test(json_depth, brackets_in_strings_do_not_count)
{
    cr_expect_eq(depth_of("[\"[[[\"]"), 1);
    cr_expect_eq(depth_of("[\"\\\"[[\"]"), 1);
    cr_expect_eq(depth_of("[\"\\\\\",[]]"), 2);
}

Test(json_depth, too_many_closing_ones_do_not_underflow)
{
    cr_expect_eq(depth_of("]]}}[[]"), 2);
}
