/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What addresses.c and addresses_store.c share.
 */
#ifndef DB_ADDRESSES_INTERNAL_H
#define DB_ADDRESSES_INTERNAL_H

#include "db/addresses.h"
#include "schema/types.h"

/* The member at 'offset', of type 'type', of all 'items' as an array
 * parameter. */
const char *addresses_collect(struct arena *arena,
                              const struct address *items, size_t n,
                              enum type_id type, size_t offset);

#define COLLECT(arena, items, n, type, member)         \
    addresses_collect((arena), (items), (n), (type),   \
                      offsetof(struct address, member))

#endif
