/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UUIDs by libuuid.
 */
#include "core/uuid.h"

#include <string.h>
#include <uuid/uuid.h>

struct uuid
uuid_new_random(void)
{
    struct uuid uuid;

    uuid_generate_random(uuid.bytes);
    return uuid;
}

bool
uuid_from_text(const char *text, struct uuid *ret_uuid)
{
    return uuid_parse(text, ret_uuid->bytes) == 0;
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
