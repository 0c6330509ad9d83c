/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The head of every resource struct: which attributes were given, and which
 * of them are null.  "Absent", "null" and "value" differ everywhere in this
 * API; a PUT updates exactly the given bits.
 */
#ifndef SCHEMA_RECORD_H
#define SCHEMA_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct attr;

#define RECORD_MAX_ATTRS 64 /* Bits of 'given' and 'null'. */

struct record {
    uint64_t given; /* Bit i: attribute i of the table has a state. */
    uint64_t null;  /* Bit i: that state is null. */
};

static inline uint64_t
record_bit(size_t index)
{
    return UINT64_C(1) << index;
}

static inline bool
record_is_given(const struct record *record, size_t index)
{
    return (record->given & record_bit(index)) != 0;
}

static inline bool
record_is_null(const struct record *record, size_t index)
{
    return (record->null & record_bit(index)) != 0;
}

/* The attribute has a value: given and not null. */
static inline bool
record_has(const struct record *record, size_t index)
{
    return record_is_given(record, index) && !record_is_null(record, index);
}

/* Marks attribute 'index' as given with a value, as null, as absent. */
static inline void
record_set(struct record *record, size_t index)
{
    record->given |= record_bit(index);
    record->null &= ~record_bit(index);
}

static inline void
record_set_null(struct record *record, size_t index)
{
    record->given |= record_bit(index);
    record->null |= record_bit(index);
}

static inline void
record_unset(struct record *record, size_t index)
{
    record->given &= ~record_bit(index);
    record->null &= ~record_bit(index);
}

#endif
