/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of core/digest.h: the examples of FIPS 180-4, and comparing.
 */
#include "core/digest.h"

#include <criterion/criterion.h>
#include <string.h>

Test(digest, sha256_is_that_of_the_standard)
{
    static const struct {
        const char *data;
        const char *text;
    } cases[] = {
        { "", "e3b0c44298fc1c149afbf4c8996fb924"
              "27ae41e4649b934ca495991b7852b855" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223"
                 "b00361a396177a9cb410ff61f20015ad" },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "248d6a61d20638b8e5c026930c3e6039"
          "a33ce45964ff2167f6ecedd419db06c1" },
    };
    char text[DIGEST_TEXT_SIZE];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        digest_sha256(cases[i].data, strlen(cases[i].data), text);
        cr_expect_str_eq(text, cases[i].text);
    }
}

Test(digest, sha256_of_nothing_needs_no_data)
{
    char of_null[DIGEST_TEXT_SIZE];
    char of_empty[DIGEST_TEXT_SIZE];

    digest_sha256(NULL, 0, of_null);
    digest_sha256("", 0, of_empty);
    cr_assert_str_eq(of_null, of_empty);
}

Test(digest, sha256_reads_size_bytes_beyond_a_zero)
{
    char shorter[DIGEST_TEXT_SIZE];
    char longer[DIGEST_TEXT_SIZE];

    digest_sha256("a\0b", 2, shorter);
    digest_sha256("a\0b", 3, longer);
    cr_assert_str_neq(shorter, longer);
}

Test(digest, equal_looks_at_every_byte)
{
    static const char secret[] = "0123456789abcdef";
    char guess[sizeof(secret)];

    for (size_t i = 0; i < sizeof(secret); i++) {
        memcpy(guess, secret, sizeof(secret));
        cr_expect(digest_equal(secret, guess, sizeof(secret)));
        guess[i] ^= 1;
        cr_expect_not(digest_equal(secret, guess, sizeof(secret)), "%zu", i);
    }
}

Test(digest, equal_stops_at_size)
{
    cr_expect(digest_equal("abc", "abd", 2));
    cr_expect_not(digest_equal("abc", "abd", 3));
    cr_expect(digest_equal("abc", "xyz", 0));
}
