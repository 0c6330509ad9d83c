/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of schema/record.h: absent, null and value.
 */
#include "schema/record.h"

#include <criterion/criterion.h>

static const size_t indexes[] = {0, 1, 31, 32, RECORD_MAX_ATTRS - 1};
#define N_INDEXES (sizeof(indexes) / sizeof(indexes[0]))

static void
expect_state(const struct record *record, size_t index, bool given, bool null)
{
    cr_expect_eq(record_is_given(record, index), given, "%zu", index);
    cr_expect_eq(record_is_null(record, index), null, "%zu", index);
    cr_expect_eq(record_has(record, index), given && !null, "%zu", index);
}

Test(record, everything_is_absent_at_first)
{
    struct record record = {0};
    for (size_t i = 0; i < RECORD_MAX_ATTRS; i++) {
        expect_state(&record, i, false, false);
    }
}

Test(record, each_state_follows_each_other)
{
    for (size_t i = 0; i < N_INDEXES; i++) {
        struct record record = {0};
        size_t index = indexes[i];
        record_set(&record, index);
        expect_state(&record, index, true, false);
        record_set_null(&record, index);
        expect_state(&record, index, true, true);
        record_set(&record, index);
        expect_state(&record, index, true, false);
        record_unset(&record, index);
        expect_state(&record, index, false, false);
        record_set_null(&record, index);
        record_unset(&record, index);
        expect_state(&record, index, false, false);
    }
}

Test(record, attributes_do_not_touch_each_other)
{
    struct record record = {0};
    record_set(&record, 0);
    record_set_null(&record, 1);
    record_set(&record, RECORD_MAX_ATTRS - 1);
    record_unset(&record, RECORD_MAX_ATTRS - 2);
    expect_state(&record, 0, true, false);
    expect_state(&record, 1, true, true);
    expect_state(&record, 2, false, false);
    expect_state(&record, RECORD_MAX_ATTRS - 2, false, false);
    expect_state(&record, RECORD_MAX_ATTRS - 1, true, false);
    cr_expect_eq(record.given, record_bit(0) | record_bit(1) |
                                   record_bit(RECORD_MAX_ATTRS - 1));
}
