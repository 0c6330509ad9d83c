/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of core/uuid.h: one text form, order by bytes, versions 4 and 7.
 */
#include "core/uuid.h"

#include <criterion/criterion.h>
#include <stddef.h>
#include <string.h>

#include "core/clock.h"

#define SOME "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
#define NIL "00000000-0000-0000-0000-000000000000"
#define MOST "ffffffff-ffff-ffff-ffff-ffffffffffff"

static struct uuid
uuid_of(const char *text)
{
    struct uuid uuid = { { 0 } };

    cr_assert(uuid_from_text(text, &uuid), "%s", text);
    return uuid;
}

Test(uuid, text_goes_there_and_back)
{
    static const char *const texts[] = { SOME, NIL, MOST };
    char text[UUID_TEXT_SIZE];

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct uuid uuid = uuid_of(texts[i]);

        uuid_to_text(&uuid, text);
        cr_expect_str_eq(text, texts[i]);
    }
}

Test(uuid, digits_are_read_in_either_case_and_written_in_lower)
{
    struct uuid uuid = uuid_of("6BA7B810-9DAD-11d1-80B4-00C04FD430C8");
    char text[UUID_TEXT_SIZE];

    uuid_to_text(&uuid, text);
    cr_assert_str_eq(text, SOME);
}

Test(uuid, bytes_are_in_the_order_of_the_text)
{
    struct uuid uuid = uuid_of(SOME);

    cr_expect_eq(uuid.bytes[0], 0x6b);
    cr_expect_eq(uuid.bytes[15], 0xc8);
}

Test(uuid, other_forms_are_refused)
{
    static const char *const texts[] = {
        "",
        "x",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8a",
        SOME " ",
        " " SOME,
        "{" SOME "}",
        "urn:uuid:" SOME,
        "6ba7b8109dad11d180b400c04fd430c8",
        "6ba7b8109-dad-11d1-80b4-00c04fd430c8",
        "6ba7b810-9dad-11d1-80b4_00c04fd430c8",
        "6ba7b810-9dad-11d1-80b4-00c04fd430cg",
        "+ba7b810-9dad-11d1-80b4-00c04fd430c8",
        " ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "0xa7b810-9dad-11d1-80b4-00c04fd430c8",
        "------------------------------------",
    };
    struct uuid uuid;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        cr_expect_not(uuid_from_text(texts[i], &uuid), "\"%s\"", texts[i]);
    }
}

Test(uuid, random_ones_are_of_version_4)
{
    for (int i = 0; i < 100; i++) {
        struct uuid uuid = uuid_new_random();

        cr_expect_eq(uuid.bytes[6] >> 4, 4);
        cr_expect_eq(uuid.bytes[8] >> 6, 2);
    }
}

Test(uuid, random_ones_differ)
{
    struct uuid a = uuid_new_random();
    struct uuid b = uuid_new_random();

    cr_assert_not(uuid_equal(&a, &b));
}

Test(uuid, a_thousand_random_ones_all_differ)
{
    struct uuid all[1000];

    for (int i = 0; i < 1000; i++) {
        all[i] = uuid_new_random();
        for (int j = 0; j < i; j++) {
            cr_assert_not(uuid_equal(&all[i], &all[j]), "%d and %d", i, j);
        }
    }
}

/* Milliseconds since 1970 that a version 7 begins with. */
static int64_t
ms_of(const struct uuid *uuid)
{
    int64_t ms = 0;

    for (int i = 0; i < 6; i++) {
        ms = ms << 8 | uuid->bytes[i];
    }
    return ms;
}

Test(uuid, new_ones_are_in_the_order_of_their_microseconds)
{
    struct uuid before = uuid_new();

    for (int i = 0; i < 5000; i++) {
        int64_t us = clock_now_us();

        while (clock_now_us() <= us + 1) {
        }
        struct uuid next = uuid_new();
        cr_assert_lt(uuid_compare_bytes(&before, &next), 0, "%d", i);
        before = next;
    }
}

Test(uuid, new_ones_are_of_version_7)
{
    for (int i = 0; i < 100; i++) {
        struct uuid uuid = uuid_new();

        cr_expect_eq(uuid.bytes[6] >> 4, 7);
        cr_expect_eq(uuid.bytes[8] >> 6, 2);
    }
}

Test(uuid, new_ones_begin_with_the_time)
{
    int64_t before = clock_now_us() / 1000;
    struct uuid uuid = uuid_new();
    int64_t after = clock_now_us() / 1000;

    cr_expect_geq(ms_of(&uuid), before);
    cr_expect_leq(ms_of(&uuid), after);
}

Test(uuid, new_ones_of_one_moment_differ)
{
    struct uuid a = uuid_new();
    struct uuid b = uuid_new();

    cr_assert_not(uuid_equal(&a, &b));
    cr_assert_neq(memcmp(a.bytes + 8, b.bytes + 8, 8), 0);
}

Test(uuid, only_all_zeroes_is_nil)
{
    struct uuid nil = uuid_of(NIL);
    struct uuid first = uuid_of("80000000-0000-0000-0000-000000000000");
    struct uuid last = uuid_of("00000000-0000-0000-0000-000000000001");

    cr_expect(uuid_is_nil(&nil));
    cr_expect_not(uuid_is_nil(&first));
    cr_expect_not(uuid_is_nil(&last));
}

Test(uuid, equal_looks_at_every_byte)
{
    struct uuid a = uuid_of(SOME);

    for (size_t i = 0; i < sizeof(a.bytes); i++) {
        struct uuid b = a;

        cr_expect(uuid_equal(&a, &b));
        b.bytes[i] ^= 1;
        cr_expect_not(uuid_equal(&a, &b), "byte %zu", i);
    }
}

Test(uuid, order_is_that_of_the_text)
{
    static const char *const ascending[] = {
        NIL,
        "00000000-0000-0000-0000-000000000001",
        "00000000-0000-0000-0001-000000000000",
        "7fffffff-ffff-ffff-ffff-ffffffffffff",
        "80000000-0000-0000-0000-000000000000",
        MOST,
    };

    for (size_t i = 1; i < sizeof(ascending) / sizeof(ascending[0]); i++) {
        struct uuid a = uuid_of(ascending[i - 1]);
        struct uuid b = uuid_of(ascending[i]);

        cr_expect_lt(uuid_compare_bytes(&a, &b), 0, "%s", ascending[i]);
        cr_expect_gt(uuid_compare_bytes(&b, &a), 0, "%s", ascending[i]);
        cr_expect_eq(uuid_compare_bytes(&b, &b), 0, "%s", ascending[i]);
    }
}
