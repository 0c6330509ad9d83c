/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UUIDs: written by libuuid, read here, new ones of the system's randomness,
 * which each thread takes for many at once.  (libuuid asks the system several
 * times for every one, a twelfth of the server's work for a new port, and has
 * no version 7 yet; to let it read them was an eighth.)
 */
#include "core/uuid.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <uuid/uuid.h>

#include "core/clock.h"
#include "core/log.h"

#define POOL_SIZE 256u /* What getrandom gives without interruption. */

/* Randomness that no UUID has used. */
static _Thread_local struct {
    uint8_t bytes[POOL_SIZE];
    size_t left;
} pool;

static struct uuid
draw(void)
{
    struct uuid uuid;

    if (pool.left < sizeof(uuid.bytes)) {
        if (getrandom(pool.bytes, POOL_SIZE, 0) != (ssize_t) POOL_SIZE) {
            log_printf(LOG_ERROR, "the system gives no randomness");
            abort();
        }
        pool.left = POOL_SIZE;
    }
    pool.left -= sizeof(uuid.bytes);
    memcpy(uuid.bytes, pool.bytes + pool.left, sizeof(uuid.bytes));
    return uuid;
}

/* Marks the random bits of 'uuid' as of this version (RFC 9562 4.1, 4.2). */
static void
set_version(struct uuid *uuid, unsigned version)
{
    uuid->bytes[6] = (uint8_t) ((uuid->bytes[6] & 0x0fu) | version << 4);
    uuid->bytes[8] = (uint8_t) ((uuid->bytes[8] & 0x3fu) | 0x80u);
}

struct uuid
uuid_new_random(void)
{
    struct uuid uuid = draw();

    set_version(&uuid, 4);
    return uuid;
}

/* The time to the microsecond (RFC 9562 6.2, method 3); the rest is
 * random. */
struct uuid
uuid_new(void)
{
    struct uuid uuid = draw();
    uint64_t us = (uint64_t) clock_now_us();
    uint64_t ms = us / 1000, fraction = us % 1000 * 4096 / 1000;

    for (size_t i = 0; i < 6; i++) {
        uuid.bytes[i] = (uint8_t) (ms >> (40 - 8 * i));
    }
    uuid.bytes[6] = (uint8_t) (fraction >> 8);
    uuid.bytes[7] = (uint8_t) fraction;
    set_version(&uuid, 7);
    return uuid;
}

/* The value of a hexadecimal digit; more than 15 when it is none. */
static unsigned
digit(char c)
{
    unsigned lower = (unsigned char) c | 0x20u;

    return c >= '0' && c <= '9'           ? (unsigned) (c - '0')
           : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10
                                          : 16;
}

/* RFC 9562 4. */
bool
uuid_from_text(const char *text, struct uuid *ret_uuid)
{
    struct uuid uuid;

    for (size_t i = 0; i < sizeof(uuid.bytes); i++) {
        bool behind_hyphen = i == 4 || i == 6 || i == 8 || i == 10;

        if (behind_hyphen && *text++ != '-') {
            return false;
        }
        if (digit(text[0]) > 15 || digit(text[1]) > 15) {
            return false;
        }
        uuid.bytes[i] = (uint8_t) (digit(text[0]) << 4 | digit(text[1]));
        text += 2;
    }
    if (*text != '\0') {
        return false;
    }
    *ret_uuid = uuid;
    return true;
}

void
uuid_to_text(const struct uuid *uuid, char ret_text[UUID_TEXT_SIZE])
{
    uuid_unparse_lower(uuid->bytes, ret_text);
}

bool
uuid_equal(const struct uuid *a, const struct uuid *b)
{
    return uuid_compare_bytes(a, b) == 0;
}

bool
uuid_is_nil(const struct uuid *uuid)
{
    return uuid_is_null(uuid->bytes) != 0;
}

int
uuid_compare_bytes(const struct uuid *a, const struct uuid *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}
