/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base64url, with the vectors of RFC 4648 section 10.
 */
#include "core/base64url.h"

#include <criterion/criterion.h>
#include <string.h>

static bool
decodes(const char *text, const char *expected, size_t size)
{
    unsigned char bytes[64];
    size_t n = 0;

    return base64url_decode(text, strlen(text), bytes, &n) && n == size &&
           memcmp(bytes, expected, size) == 0 &&
           n <= BASE64URL_SIZE(strlen(text));
}

Test(base64url, every_length_is_decoded)
{
    cr_expect(decodes("", "", 0));
    cr_expect(decodes("Zg", "f", 1));
    cr_expect(decodes("Zm8", "fo", 2));
    cr_expect(decodes("Zm9v", "foo", 3));
    cr_expect(decodes("Zm9vYg", "foob", 4));
    cr_expect(decodes("Zm9vYmE", "fooba", 5));
    cr_expect(decodes("Zm9vYmFy", "foobar", 6));
    cr_expect(decodes("-_8A", "\xfb\xff\0", 3));
}

Test(base64url, what_is_not_canonical_is_refused)
{
    static const char *const bad[] = {
        "Zg==", "Zm8=", "A", "Zm9vY", "Zh", "Zm9", "+/8A", "Zm 9v", "Zm9v\n",
        "Zm9v.", "\xc3\xa4ZZ"};
    unsigned char bytes[64];
    size_t n;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        cr_expect_not(base64url_decode(bad[i], strlen(bad[i]), bytes, &n),
                      "%s", bad[i]);
    }
}
