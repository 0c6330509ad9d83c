/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The statements that are prepared on a connection, found by their text.
 */
#include "prepared.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "db/conn.h"

/* Eight bytes at a time: the texts are long, and all of them ours. */
static unsigned
hash_text(const char *text, size_t len)
{
    uint64_t hash = len;
    for (size_t i = 0; i < len; i += sizeof(uint64_t)) {
        uint64_t word = 0;
        memcpy(&word, text + i, len - i < sizeof word ? len - i : sizeof word);
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    return (unsigned) hash;
}

struct prepared *
prepared_find(struct prepared_table *table, struct arena *arena,
              const struct query *query)
{
    size_t len = strlen(query->sql);
    unsigned i = hash_text(query->sql, len) & (PREPARED_SLOTS - 1);
    while (table->slots[i].sql != NULL) {
        if (table->slots[i].len == len &&
            memcmp(table->slots[i].sql, query->sql, len) == 0) {
            return &table->slots[i];
        }
        i = (i + 1) & (PREPARED_SLOTS - 1);
    }
    if ((query->n_params & QUERY_ONCE) != 0 ||
        table->n >= PREPARED_SLOTS / 2) {
        return NULL;
    }
    struct prepared *slot = &table->slots[i];
    slot->sql = arena_memdup(arena, query->sql, len + 1);
    slot->len = len;
    snprintf(slot->name, sizeof slot->name, "s%u", table->n++);
    return slot;
}

const int *
prepared_formats(const struct query *query,
                 int ret_formats[PREPARED_MAX_SIZED])
{
    if (query->sizes == NULL) {
        return NULL;
    }
    if (query->n_params > PREPARED_MAX_SIZED) {
        abort();
    }
    for (int i = 0; i < query->n_params; i++) {
        ret_formats[i] = query->sizes[i] > 0 ? 1 : 0;
    }
    return ret_formats;
}
