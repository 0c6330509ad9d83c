/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subnets from pools: which block each gets.  Of the free blocks that are
 * large enough the smallest is cut, of those the lowest, so that large ones
 * last.  subnetpool_ask.c says what a subnet asks for, and whether it may.
 *
 * All that a request asks for is chosen in memory, from as many free blocks as
 * it could use up, under the locks of the pools.
 */
#include <inttypes.h>

#include "core/arena.h"
#include "net/block.h"
#include "resource/subnet.h"
#include "resource/subnetpool.h"
#include "schema/sqlarray.h"
#include "resource/subnetpool_internal.h"

/* --- free blocks */

/* The blocks that fit best for each length of a pool, as many as there are
 * subnets; and those that hold a prefix that is asked for. */
STATEMENT(subnetpool_free_blocks,
    "SELECT x.id, f.cidr"
    "  FROM unnest($1::uuid[], $2::int[]) AS x(id, len), LATERAL ("
    "       SELECT b.cidr FROM subnetpool_blocks b"
    "        WHERE b.subnetpool_id = x.id AND b.settled"
    "          AND masklen(b.cidr) <= x.len"
    "        ORDER BY masklen(b.cidr) DESC, b.cidr LIMIT $3::bigint) f"
    " UNION SELECT b.subnetpool_id, b.cidr"
    "  FROM unnest($4::uuid[], $5::cidr[]) AS y(id, cidr)"
    "  JOIN subnetpool_blocks b ON b.subnetpool_id = y.id"
    "                          AND b.cidr = y.cidr AND b.settled"
    " ORDER BY 1, 2");

/* The question for them: arrays that go together. */
struct question {
    struct arena *arena;
    const char **len_ids, **lens;
    size_t n_lens;
    const char **holder_ids, **holders;
    size_t n_holders;
};

static void
ask_len(struct question *question, const char *id, unsigned len)
{
    const char *text = arena_printf(question->arena, "%u", len);
    for (size_t i = 0; i < question->n_lens; i++) {
        if (strcmp(question->len_ids[i], id) == 0 &&
            strcmp(question->lens[i], text) == 0) {
            return;
        }
    }
    question->len_ids[question->n_lens] = id;
    question->lens[question->n_lens++] = text;
}

static void
ask_holders(struct question *question, const char *id,
            const struct ip_prefix *wanted)
{
    struct ip_prefix holder = *wanted;
    for (int len = wanted->len; len >= 0; len--) {
        holder.len = (uint8_t) len;
        ip_prefix_clear_host_bits(&holder);
        question->holder_ids[question->n_holders] = id;
        question->holders[question->n_holders++] =
            type_of(TYPE_CIDR)->to_sql(question->arena, &holder);
    }
}

static struct query
make_question(const struct taking *taking)
{
    struct arena *arena = taking->change->arena;
    struct question question = {.arena = arena};
    size_t n = taking->n_asks, n_holders = 0;
    const char **params = ARENA_ARRAY(arena, const char *, 5);
    for (size_t i = 0; i < n; i++) {
        const struct ask *ask = &taking->asks[i];
        n_holders += ask->exact ? ask->wanted.len + 1u : 0;
    }
    question.len_ids = ARENA_ARRAY(arena, const char *, n);
    question.lens = ARENA_ARRAY(arena, const char *, n);
    question.holder_ids = ARENA_ARRAY(arena, const char *, n_holders);
    question.holders = ARENA_ARRAY(arena, const char *, n_holders);
    for (size_t i = 0; i < n; i++) {
        const struct ask *ask = &taking->asks[i];
        if (ask->exact) {
            ask_holders(&question, ask->source->id, &ask->wanted);
        } else {
            ask_len(&question, ask->source->id, ask->wanted.len);
        }
    }
    params[0] = sqlarray_format(arena, question.len_ids, question.n_lens);
    params[1] = sqlarray_format(arena, question.lens, question.n_lens);
    params[2] = arena_printf(arena, "%zu", n);
    params[3] =
        sqlarray_format(arena, question.holder_ids, question.n_holders);
    params[4] = sqlarray_format(arena, question.holders, question.n_holders);
    return (struct query){subnetpool_free_blocks.sql, params, 5};
}

/* The blocks of 'source' among 'rows', with room for what they are cut into. */
/* Its own only: many pools with many subnets each in one request would need
 * their product. */
static size_t
count_free(const struct source *source, const struct rows *rows)
{
    size_t n = 0;
    for (int row = 0; row < rows_count(rows); row++) {
        n += strcmp(rows_text(rows, row, 0), source->id) == 0 ? 1 : 0;
    }
    return n;
}

static size_t
count_asks(const struct taking *taking, const struct source *source)
{
    size_t n = 0;
    for (size_t i = 0; i < taking->n_asks; i++) {
        n += taking->asks[i].source == source ? 1 : 0;
    }
    return n;
}

static void
read_free(const struct taking *taking, struct source *source,
          const struct rows *rows)
{
    struct arena *arena = taking->change->arena;
    size_t k = count_free(source, rows);
    source->before.items = ARENA_ARRAY(arena, struct ip_prefix, k);
    source->free.items = ARENA_ARRAY(
        arena, struct ip_prefix, k + count_asks(taking, source) *
                                         BLOCK_MAX_REST);
    k = 0;
    for (int i = 0; i < rows_count(rows); i++) {
        if (strcmp(rows_text(rows, i, 0), source->id) == 0) {
            ip_prefix_parse(rows_text(rows, i, 1),
                            &source->before.items[k]);
            source->free.items[k] = source->before.items[k];
            k++;
        }
    }
    source->before.n = source->free.n = k;
}

static struct err *
load_free(const struct taking *taking)
{
    struct rows rows;
    TRY(tx_one(taking->change->tx, make_question(taking), &rows));
    for (size_t i = 0; i < taking->n_sources; i++) {
        read_free(taking, &taking->sources[i], &rows);
    }
    return NULL;
}

/* --- refusals */

static struct blocker
name_pool(struct arena *arena, const struct source *source,
          const char *reason)
{
    return (struct blocker){.type = "subnetpool",
                            .id = source->id,
                            .name = source->pool->name,
                            .owner = arena_strdup(
                                arena, source->pool->project_id),
                            .reason = reason};
}

/* The largest block that is left; the pool's blocks end with the shortest. */
STATEMENT(subnetpool_largest_block,
    "SELECT masklen(b.cidr) FROM subnetpool_blocks b"
    " WHERE b.subnetpool_id = $1::uuid AND b.settled"
    " ORDER BY masklen(b.cidr), b.cidr DESC LIMIT 1");

static struct err *
refuse_len(const struct taking *taking, const struct ask *ask)
{
    struct arena *arena = taking->change->arena;
    const char *params[] = {ask->source->id};
    struct rows rows;
    TRY(tx_one(taking->change->tx, QUERY(subnetpool_largest_block, params),
               &rows));
    const char *reason =
        rows_count(&rows) == 0
            ? "All of the pool is in use."
            : arena_printf(arena,
                           "The largest free block of the pool has the "
                           "prefix length %d.", (int) rows_int(&rows, 0, 0));
    return err_blocked_by(
        err_new(arena, ERR_SUBNET_ALLOCATION,
                "failed to allocate subnet: insufficient prefix space in "
                "subnet pool \"%s\" to allocate subnet size /%u",
                ask->source->id, ask->wanted.len),
        arena, name_pool(arena, ask->source, reason));
}

static const char *
explain_exact(struct arena *arena, const struct ask *ask, const char *cidr)
{
    const struct prefix_list *prefixes = &ask->source->pool->prefixes;
    for (size_t i = 0; i < prefixes->n; i++) {
        if (block_holds(&prefixes->items[i], &ask->wanted)) {
            return arena_printf(arena,
                                "Another subnet of the same request gets "
                                "addresses of \"%s\": choose another range.",
                                cidr);
        }
    }
    return arena_printf(arena,
                        "The range \"%s\" is not in the prefixes of the "
                        "pool: choose another, or add it to the pool.", cidr);
}

/* Subnets have it, or an earlier one of the request, or it is none of the
 * pool's. */
static struct err *
refuse_exact(const struct taking *taking, const struct ask *ask)
{
    struct change *change = taking->change;
    struct arena *arena = change->arena;
    const char *cidr = type_of(TYPE_CIDR)->to_sql(arena, &ask->wanted);
    struct blockers blockers = blockers_none(arena, change->caller);
    struct blocker_query query = subnetpool_blockers_in(
        arena, ask->source->id, sqlarray_format(arena, &cidr, 1));
    TRY(blockers_find(&blockers, change->tx, &query));
    if (blockers.total == 0) {
        struct blocker blocker =
            name_pool(arena, ask->source, explain_exact(arena, ask, cidr));
        blockers_add(&blockers, &blocker);
    }
    return blockers_refuse(
        &blockers,
        err_new(arena, ERR_SUBNET_ALLOCATION,
                "failed to allocate subnet: cannot allocate requested subnet "
                "\"%s\" from the available set of prefixes of subnet pool "
                "\"%s\"", cidr, ask->source->id));
}

/* --- the choice */

static size_t
find_holder(const struct source *source, const struct ask *ask)
{
    const struct prefix_list *free = &source->free;
    if (!ask->exact) {
        return block_best_fit(free->items, free->n, ask->wanted.len);
    }
    size_t i = 0;
    while (i < free->n && !block_holds(&free->items[i], &ask->wanted)) {
        i++;
    }
    return i;
}

static struct err *
choose(const struct taking *taking, const struct ask *ask)
{
    struct prefix_list *free = &ask->source->free;
    struct subnet *subnet = ask->subnet;
    size_t i = find_holder(ask->source, ask);
    if (i == free->n) {
        return ask->exact ? refuse_exact(taking, ask)
                          : refuse_len(taking, ask);
    }
    struct ip_prefix holder = free->items[i];
    subnet->cidr = ask->exact ? ask->wanted : holder;
    subnet->cidr.len = ask->wanted.len;
    record_set(&subnet->rec, SUBNET_CIDR);
    free->items[i] = free->items[--free->n];
    free->n += block_subtract(&holder, 1, &subnet->cidr, 1,
                              free->items + free->n);
    return NULL;
}

static struct err *
choose_all(const struct taking *taking)
{
    TRY(load_free(taking));
    for (size_t i = 0; i < taking->n_asks; i++) {
        TRY(choose(taking, &taking->asks[i]));
    }
    return NULL;
}

/* Before a refusal all that came back is settled: it is exact. */
static struct err *
choose_again(const struct taking *taking, struct err *refusal)
{
    struct arena *arena = taking->change->arena;
    const char **ids = ARENA_ARRAY(arena, const char *, taking->n_sources);
    bool more;
    for (size_t i = 0; i < taking->n_sources; i++) {
        ids[i] = taking->sources[i].id;
    }
    TRY(subnetpool_settle_all(taking->change,
                              sqlarray_format(arena, ids, taking->n_sources),
                              &more));
    return more ? choose_all(taking) : refusal;
}

struct err *
subnetpool_place(struct change *change, const struct rows *siblings,
                 void *const *subnets, size_t n)
{
    struct taking taking = {.change = change};
    TRY(subnetpool_ask(&taking, siblings, subnets, n));
    if (taking.n_asks == 0) {
        return NULL;
    }
    struct err *err = choose_all(&taking);
    if (err != NULL && err->kind == ERR_SUBNET_ALLOCATION) {
        err = choose_again(&taking, err);
    }
    TRY(err);
    for (size_t i = 0; i < taking.n_sources; i++) {
        const struct source *source = &taking.sources[i];
        subnetpool_replace_blocks(change, &source->pool->id, &source->before,
                                  &source->free);
    }
    return NULL;
}

STATEMENT(subnetpool_hold_blocks,
    "INSERT INTO subnetpool_blocks"
    "       (subnetpool_id, cidr, subnet_id, project_id, settled)"
    " SELECT x.*, false"
    "   FROM unnest($1::uuid[], $2::cidr[], $3::uuid[], $4::text[]) AS x");

void
subnetpool_hold(struct change *change, void *const *subnets, size_t n)
{
    struct arena *arena = change->arena;
    const struct type *uuid = type_of(TYPE_UUID);
    const char **columns[4];
    const char **params = ARENA_ARRAY(arena, const char *, 4);
    size_t k = 0;
    for (size_t i = 0; i < 4; i++) {
        columns[i] = ARENA_ARRAY(arena, const char *, n);
    }
    for (size_t i = 0; i < n; i++) {
        const struct subnet *subnet = subnets[i];
        if (record_has(&subnet->rec, SUBNET_SUBNETPOOL_ID)) {
            columns[0][k] = uuid->to_sql(arena, &subnet->subnetpool_id);
            columns[1][k] = type_of(TYPE_CIDR)->to_sql(arena, &subnet->cidr);
            columns[2][k] = uuid->to_sql(arena, &subnet->id);
            columns[3][k++] = subnet->project_id;
        }
    }
    for (size_t i = 0; i < 4; i++) {
        params[i] = sqlarray_format(arena, columns[i], k);
    }
    struct query query = {subnetpool_hold_blocks.sql, params, 4};
    tx_send(change->tx, &query, k == 0 ? 0 : 1);
}
