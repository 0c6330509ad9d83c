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

/* The ETag of 'size' bytes, in memory that the next call but one reuses. */
static const char *
etag_of(const char *data, size_t size)
{
    static char texts[2][DIGEST_ETAG_SIZE];
    static size_t n;
    char *text = texts[n++ % 2];

    digest_etag(data, size, text);
    return text;
}

Test(digest, etag_is_quoted_and_has_no_quote_within)
{
    const char *etag = etag_of("", 0);

    cr_assert_eq(strlen(etag), DIGEST_ETAG_SIZE - 1);
    cr_assert_eq(etag[0], '"');
    cr_assert_eq(strspn(etag + 1, "0123456789abcdef"), DIGEST_ETAG_SIZE - 3);
    cr_assert_eq(etag[DIGEST_ETAG_SIZE - 2], '"');
}

Test(digest, etag_depends_on_every_bit_and_on_the_size)
{
    char data[49] = {0};

    for (size_t size = 0; size < sizeof data; size++) {
        char etag[DIGEST_ETAG_SIZE];

        digest_etag(data, size, etag);

        cr_expect_str_eq(etag_of(data, size), etag);
        cr_expect_str_neq(etag_of(data, size + 1), etag, "%zu", size);
        for (size_t bit = 0; bit < 8 * size; bit++) {
            data[bit / 8] = (char) (1 << bit % 8);
            cr_expect_str_neq(etag_of(data, size), etag, "%zu %zu", size, bit);
            data[bit / 8] = 0;
        }
    }
}

Test(digest, etag_depends_on_the_order_of_words)
{
    cr_expect_str_neq(etag_of("aaaaaaaabbbbbbbb", 16),
                      etag_of("bbbbbbbbaaaaaaaa", 16));
    cr_expect_str_neq(etag_of("aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb", 32),
                      etag_of("bbbbbbbbbbbbbbbbaaaaaaaaaaaaaaaa", 32));
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
