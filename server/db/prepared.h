/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The statements that are prepared on a connection, found by their text.
 */
#ifndef DB_PREPARED_H
#define DB_PREPARED_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct query;

#define PREPARED_SLOTS 1024 /* Power of two; a full table stops preparing. */

struct prepared {
    const char *sql;
    size_t len;
    char name[16];
    bool sent; /* In the exchange under way. */
    bool ready;
};

struct prepared_table {
    struct prepared slots[PREPARED_SLOTS];
    unsigned n;
};

/* The slot of 'query', new when it was not there, with its text in 'arena';
 * NULL: not to be prepared. */
struct prepared *prepared_find(struct prepared_table *table,
                               struct arena *arena,
                               const struct query *query);

/* The form of each parameter, into 'ret_formats'; NULL when all are text. */
#define PREPARED_MAX_SIZED 64 /* Most parameters beside binary ones. */
const int *prepared_formats(const struct query *query,
                            int ret_formats[PREPARED_MAX_SIZED]);

#endif
