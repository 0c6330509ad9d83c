/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold between the attributes of a subnet pool, and what the server
 * decides where the client does not.  Pure: no I/O.
 */
#include "core/arena.h"
#include "net/block.h"
#include "resource/subnetpool.h"

/* Shortest and default length of a prefix where none is given. */
#define SHORTEST_V4 8
#define SHORTEST_V6 64

/* --- prefixes */

static struct err *
check_version(struct arena *arena, int64_t ip_version,
              const struct prefix_list *prefixes)
{
    for (size_t i = 0; i < prefixes->n; i++) {
        if (prefixes->items[i].addr.version != ip_version) {
            return err_new(arena, ERR_PREFIX_VERSION,
                           "a subnet pool has either IPv4 or IPv6 prefixes: "
                           "\"%s\" is no prefix of IPv%d",
                           (const char *) type_of(TYPE_CIDR)->to_sql(
                               arena, &prefixes->items[i]),
                           (int) ip_version);
        }
    }
    return NULL;
}

struct err *
subnetpool_compact(struct arena *arena, int64_t ip_version,
                   struct prefix_list *prefixes)
{
    struct ip_prefix *items = prefixes->items;
    TRY(check_version(arena, ip_version, prefixes));
    if (prefixes->n > 0) {
        /* Of the caller's own: a run may be repeated. */
        items = arena_memdup(arena, items, prefixes->n * sizeof *items);
        prefixes->n = block_compact(items, prefixes->n);
    }
    prefixes->items = items;
    return NULL;
}

/* --- lengths */

struct named_len {
    const char *name;
    int64_t value;
};

/* 'a' must not be longer than 'b'; the error says 'first' first. */
static struct err *
check_order(struct arena *arena, const struct named_len *a,
            const struct named_len *b, const struct named_len *first)
{
    const struct named_len *second = first == a ? b : a;
    if (a->value <= b->value) {
        return NULL;
    }
    return err_new(arena, ERR_PREFIX_BOUNDS,
                   "illegal prefix bounds: %s=%lld, %s=%lld; valid is "
                   "min_prefixlen <= default_prefixlen <= max_prefixlen",
                   first->name, (long long) first->value, second->name,
                   (long long) second->value);
}

struct err *
subnetpool_check_lengths(struct arena *arena, const struct subnetpool *pool)
{
    const struct named_len min = {"min_prefixlen", pool->min_prefixlen.value};
    const struct named_len max = {"max_prefixlen", pool->max_prefixlen.value};
    const struct named_len def = {"default_prefixlen",
                                  pool->default_prefixlen.value};
    const struct named_len bits = {"ip_version_max",
                                   pool->ip_version == 4 ? 32 : 128};
    TRY(check_order(arena, &max, &bits, &max));
    TRY(check_order(arena, &min, &max, &min));
    TRY(check_order(arena, &min, &def, &def));
    return check_order(arena, &def, &max, &def);
}

static void
decide_len(struct record *rec, size_t index, struct prefix_len *len,
           int64_t value)
{
    if (!record_has(rec, index)) {
        len->value = value;
        record_set(rec, index);
    }
}

struct err *
subnetpool_decide(struct arena *arena, struct subnetpool *pool)
{
    struct record *rec = &pool->rec;
    if (pool->prefixes.n == 0) {
        return err_new(arena, ERR_NO_PREFIXES,
                       "a subnet pool needs at least one prefix");
    }
    pool->ip_version = pool->prefixes.items[0].addr.version;
    record_set(rec, SUBNETPOOL_IP_VERSION);
    TRY(subnetpool_compact(arena, pool->ip_version, &pool->prefixes));
    bool v4 = pool->ip_version == 4;
    decide_len(rec, SUBNETPOOL_MIN_PREFIXLEN, &pool->min_prefixlen,
               v4 ? SHORTEST_V4 : SHORTEST_V6);
    decide_len(rec, SUBNETPOOL_MAX_PREFIXLEN, &pool->max_prefixlen,
               v4 ? 32 : 128);
    decide_len(rec, SUBNETPOOL_DEFAULT_PREFIXLEN, &pool->default_prefixlen,
               pool->min_prefixlen.value);
    return subnetpool_check_lengths(arena, pool);
}
