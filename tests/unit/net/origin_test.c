/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of net/origin.h: what is an origin, and which are in a list.
 */
#include "net/origin.h"

#include <criterion/criterion.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))

Test(origin, lists_of_origins_are_valid)
{
    const char *good[] = {"", "*", "https://a.example", "http://localhost:1",
                          "https://a.example,http://[::1]:8080",
                          " https://a.example , https://b.example "};
    for (size_t i = 0; i < N(good); i++) {
        cr_expect(origins_are_valid(good[i]), "%s", good[i]);
    }
}

Test(origin, anything_else_is_not)
{
    const char *bad[] = {"a.example", "https://", "ftp://a.example", "null",
                         "https://a.example/", "https://a.example/path",
                         "https://A.example", "*,https://a.example",
                         "https://*.example", "https://a.example;b"};
    for (size_t i = 0; i < N(bad); i++) {
        cr_expect(!origins_are_valid(bad[i]), "%s", bad[i]);
    }
}

Test(origin, only_the_whole_origin_is_in_a_list)
{
    const char *list = "https://a.example,https://b.example:8443";
    cr_assert(origins_contain(list, "https://a.example"));
    cr_assert(origins_contain(list, "https://b.example:8443"));
    const char *others[] = {"http://a.example", "https://a.example.evil",
                            "https://a.exampl", "https://b.example",
                            "https://evil-a.example", "null", "", "*",
                            "https://a.example,https://b.example:8443"};
    for (size_t i = 0; i < N(others); i++) {
        cr_expect(!origins_contain(list, others[i]), "%s", others[i]);
    }
    cr_assert(!origins_contain("", "https://a.example"));
    cr_assert(!origins_contain("", ""));
}

Test(origin, a_star_has_all)
{
    cr_assert(origins_contain("*", "https://a.example"));
    cr_assert(origins_contain("*", "null"));
}
