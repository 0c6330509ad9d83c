/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of http/discreet.h: what of a URI is not logged.
 */
#include "http/discreet.h"

#include <criterion/criterion.h>

#include "core/arena.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

Test(discreet, values_of_secrets_are_hidden)
{
    static const char *const cases[][2] = {
        {"/v2.0/networks?token=x", "/v2.0/networks?token=***"},
        {"/a?X-Auth-Token=abc&limit=1", "/a?X-Auth-Token=***&limit=1"},
        {"/a?limit=1&password=a=b&&b=c", "/a?limit=1&password=***&&b=c"},
        {"/a?%74oken=x", "/a?%74oken=***"},
        {"/a?api_key=x&API-KEY=y", "/a?api_key=***&API-KEY=***"},
        {"/a?Idempotency-Key=x", "/a?Idempotency-Key=***"},
        {"/a?secret=", "/a?secret=***"},
    };
    struct arena arena;
    arena_init(&arena, 1 << 16);
    for (size_t i = 0; i < N(cases); i++) {
        cr_expect_str_eq(discreet_uri(&arena, cases[i][0]), cases[i][1]);
    }
    arena_done(&arena);
}

Test(discreet, everything_else_is_logged_as_it_came)
{
    static const char *const uris[] = {
        "/", "/v2.0/networks", "/v2.0/networks?", "/a?token",
        "/v2.0/ports?sort_key=name&sort_dir=asc&limit=1",
        "/v2.0/ports?fixed_ips=ip_address=10.0.0.1&name=a%20b",
        "/v2.0/networks/token=x", "/a?%zz=1&%7=2&%",
    };
    struct arena arena;
    arena_init(&arena, 1 << 16);
    for (size_t i = 0; i < N(uris); i++) {
        cr_expect_eq(discreet_uri(&arena, uris[i]), uris[i], "%s", uris[i]);
    }
    arena_done(&arena);
}
