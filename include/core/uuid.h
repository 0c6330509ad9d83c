/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UUIDs (RFC 9562): the identity of every object.  uuid.c is the only user of
 * libuuid.
 */
#ifndef CORE_UUID_H
#define CORE_UUID_H

#include <stdbool.h>
#include <stdint.h>

#define UUID_TEXT_SIZE sizeof("6ba7b810-9dad-11d1-80b4-00c04fd430c8")

struct uuid {
    uint8_t bytes[16];
};

/* A new UUID that begins with the time (version 7): objects that are made one
 * after another, microseconds apart, are so in their order too, and those made
 * together stand together in every index that their ids lead. */
struct uuid uuid_new(void);

/* A new UUID of nothing but randomness (version 4). */
struct uuid uuid_new_random(void);

/* Reads the 36-character form, hexadecimal digits in either case; returns
 * false for anything else. */
bool uuid_from_text(const char *text, struct uuid *ret_uuid);

/* Writes the 36-character form in lower case. */
void uuid_to_text(const struct uuid *uuid, char ret_text[UUID_TEXT_SIZE]);

bool uuid_equal(const struct uuid *a, const struct uuid *b);
bool uuid_is_nil(const struct uuid *uuid);

/* Negative, 0 or positive, as memcmp: PostgreSQL's order of uuid. */
int uuid_compare_bytes(const struct uuid *a, const struct uuid *b);

#endif
