/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects as JSON, as they were last shown, for lists that are asked again and
 * again: PostgreSQL then needs to say only which rows there are, and whether
 * each is still the same.
 *
 * A row is known by its id and its xmin, the transaction that wrote it: any
 * change by anybody gives it another one (PostgreSQL 15, 5.5).  So nothing
 * here can be out of date, and nothing needs to be told of a change.  That
 * holds as long as it is the same database: all is forgotten when a connection
 * had to be opened again, for there may be another one behind it.
 *
 * The texts lie in a ring of bytes: the newest takes the place of the oldest.
 * Any thread may call these functions.
 */
#ifndef DB_ROWCACHE_H
#define DB_ROWCACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;
struct query;
struct rowcache;

#define ROWCACHE_ID_LEN 36 /* Of a UUID in PostgreSQL's text. */

struct rowcache_key {
    uint64_t mask; /* The attributes that are shown. */
    uint32_t xmin;
    char id[ROWCACHE_ID_LEN];
};

/* A cache of about 'size' bytes, which it takes as it fills; NULL when 'size'
 * is 0. */
struct rowcache *rowcache_new(struct arena *arena, size_t size);

/* Appends what is shown of the row 'key' to 'buf'; false: it is not known. */
bool rowcache_add(struct rowcache *cache, const struct rowcache_key *key,
                  struct buf *buf);

/* Keeps 'text', which is shown of the row 'key'. */
void rowcache_put(struct rowcache *cache, const struct rowcache_key *key,
                  const char *text, size_t len);

/* True when a list with this statement and these parameters was asked for
 * before, and what was first kept since is still there.  One of which nothing
 * may be known any more is better read whole. */
bool rowcache_saw(struct rowcache *cache, const struct query *query);

/* Forgets all rows and lists. */
void rowcache_forget(struct rowcache *cache);

#endif
