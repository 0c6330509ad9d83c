/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of schema/sqlbinary.h.  tests/db/binary_test.c lets PostgreSQL read
 * what is made here.
 */
#include "schema/sqlbinary.h"

#include "schema/attr.h"
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

TestSuite(sqlbinary, .init = begin, .fini = end);

#define EXPECT(type_, items_, n_, ...)                                    \
    do {                                                                  \
        static const unsigned char expected[] = {__VA_ARGS__};            \
        int size = 0;                                                     \
        const char *array =                                               \
            sqlbinary_array(&arena, (type_), (items_), (n_), &size);      \
        cr_assert_eq(size, (int) sizeof expected, "%d bytes", size);      \
        cr_expect_arr_eq(array, expected, sizeof expected);               \
    } while (0)

#define HEAD(nulls_, oid_, n_)                                            \
    0, 0, 0, 1, 0, 0, 0, (nulls_), 0, 0, (oid_) >> 8, (oid_) & 255, 0, 0, \
        0, (n_), 0, 0, 0, 1

Test(sqlbinary, texts_stand_behind_their_lengths)
{
    static const char *const items[] = {"a", "", "\"b\\"};
    EXPECT(TYPE_TEXT, items, 3, HEAD(0, 25, 3), 0, 0, 0, 1, 'a', 0, 0, 0, 0,
           0, 0, 0, 3, '"', 'b', '\\');
}

Test(sqlbinary, null_is_no_length)
{
    static const char *const items[] = {NULL, "x"};
    EXPECT(TYPE_TEXT, items, 2, HEAD(1, 25, 2), 255, 255, 255, 255, 0, 0, 0,
           1, 'x');
}

Test(sqlbinary, nothing_has_no_dimension)
{
    EXPECT(TYPE_UUID, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11, 134);
}

Test(sqlbinary, numbers_are_eight_bytes)
{
    static const char *const items[] = {"258", "-1"};
    EXPECT(TYPE_INT, items, 2, HEAD(0, 20, 2), 0, 0, 0, 8, 0, 0, 0, 0, 0, 0,
           1, 2, 0, 0, 0, 8, 255, 255, 255, 255, 255, 255, 255, 255);
}

Test(sqlbinary, uuids_are_their_bytes)
{
    static const char *const items[] = {
        "00010203-0405-0607-0809-0a0b0c0d0e0f"};
    EXPECT(TYPE_UUID, items, 1, HEAD(0, 2950, 1), 0, 0, 0, 16, 0, 1, 2, 3, 4,
           5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

Test(sqlbinary, macs_are_their_bytes)
{
    static const char *const items[] = {"fa:16:3e:00:01:ff"};
    EXPECT(TYPE_MAC, items, 1, HEAD(0, 829, 1), 0, 0, 0, 6, 0xfa, 0x16, 0x3e,
           0, 1, 0xff);
}

Test(sqlbinary, addresses_have_a_head)
{
    static const char *const v4[] = {"10.0.0.255"};
    static const char *const v6[] = {"fd00::1"};
    EXPECT(TYPE_IP, v4, 1, HEAD(0, 869, 1), 0, 0, 0, 8, 2, 32, 0, 4, 10, 0, 0,
           255);
    EXPECT(TYPE_IP, v6, 1, HEAD(0, 869, 1), 0, 0, 0, 20, 3, 128, 0, 16, 0xfd,
           0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
}

Test(sqlbinary, other_types_have_no_such_form)
{
    static const char *const items[] = {"t"};
    int size = 7;
    cr_expect_null(sqlbinary_array(&arena, TYPE_BOOL, items, 1, &size));
    cr_expect_eq(size, 7);
}
