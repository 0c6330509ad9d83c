/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net/ipam.h against a naive model: random takes, releases and failures over
 * a few small pools, with the database's part played as db/addresses.c does.
 *
 * Addresses are numbers here: 10.0.0.N is N.
 */
#include "core/arena.h"
#include "net/ipam.h"
#include "unit/net/texts.h"

#define SPACE 32   /* Addresses 0 to 31. */
#define ROUNDS 400 /* Transactions of one run. */
#define TAKES 12   /* Most takes of one transaction. */

struct model {
    struct arena arena; /* Of one transaction. */
    uint64_t seed;
    size_t window; /* Most addresses in use that are read at once. */
    bool failures; /* Some members of a transaction are undone. */

    /* The database. */
    bool used[SPACE];
    int freed[SPACE];
    size_t n_freed;
    struct ip_range ranges[MAX_RANGES];
    struct ip_addr marks[MAX_RANGES];
    size_t n_pools;

    struct ipam_subnet subnet; /* What is under test. */
    bool taken[SPACE];         /* By this transaction. */
};

/* xorshift64: the same numbers in every run. */
static uint64_t
draw(struct model *model, uint64_t below)
{
    model->seed ^= model->seed << 13;
    model->seed ^= model->seed >> 7;
    model->seed ^= model->seed << 17;
    return model->seed % below;
}

static struct ip_addr
ip_of(int number)
{
    return (struct ip_addr){(uint128) 0x0A000000 + (unsigned) number, 4};
}

static int
number_of(const struct ip_addr *ip)
{
    return (int) (ip->value - 0x0A000000);
}

/* Reads the next addresses in use from the mark on. */
static void
read_above(struct model *model, struct ipam_pool *pool)
{
    pool->above = ARENA_ARRAY(&model->arena, struct ip_addr, model->window);
    pool->n_above = 0;
    for (int i = 0; i < SPACE; i++) {
        struct ip_addr ip = ip_of(i);
        if (model->used[i] && pool->n_above < model->window &&
            range_contains(&pool->range, &ip) &&
            ip_compare(&ip, &pool->mark) >= 0) {
            pool->above[pool->n_above++] = ip;
        }
    }
    pool->above_ends = pool->n_above < model->window;
}

static void
read_freed(struct model *model)
{
    struct ipam_subnet *subnet = &model->subnet;
    subnet->freed = ARENA_ARRAY(&model->arena, struct ip_addr, SPACE);
    subnet->n_freed = model->n_freed;
    subnet->freed_loaded = true;
    for (size_t i = 0; i < model->n_freed; i++) {
        subnet->freed[i] = ip_of(model->freed[i]);
    }
}

static void
begin_transaction(struct model *model)
{
    arena_init(&model->arena, 1 << 20);
    model->subnet = (struct ipam_subnet){.n_pools = model->n_pools};
    model->subnet.pools = ARENA_ARRAY(&model->arena, struct ipam_pool,
                                      model->n_pools);
    for (size_t i = 0; i < model->n_pools; i++) {
        struct ipam_pool *pool = &model->subnet.pools[i];
        pool->range = model->ranges[i];
        pool->mark = pool->start = model->marks[i];
        if (pool->mark.version != 0) {
            read_above(model, pool);
        }
    }
    memset(model->taken, 0, sizeof(model->taken));
}

static bool
is_free(const struct model *model, int number)
{
    return !model->used[number] && !model->taken[number];
}

static bool
pools_have_free(const struct model *model)
{
    for (int i = 0; i < SPACE; i++) {
        struct ip_addr ip = ip_of(i);
        if (is_free(model, i) &&
            range_find(model->ranges, model->n_pools, &ip) >= 0) {
            return true;
        }
    }
    return false;
}

static void
take_next(struct model *model)
{
    struct ip_addr ip;
    struct ipam_pool *pool = NULL;
    enum ipam_result result = ipam_take_next(&model->subnet, &ip, &pool);
    for (int i = 0; i < SPACE && result == IPAM_NEED_ABOVE; i++) {
        read_above(model, pool);
        result = ipam_take_next(&model->subnet, &ip, &pool);
    }
    if (result == IPAM_NEED_FREED) {
        read_freed(model);
        result = ipam_take_next(&model->subnet, &ip, &pool);
    }
    if (result == IPAM_FULL) {
        cr_assert_not(pools_have_free(model),
                      "full, but there are free ones");
        return;
    }
    cr_assert_eq(result, IPAM_OK);
    cr_assert_geq(range_find(model->ranges, model->n_pools, &ip), 0);
    cr_assert(is_free(model, number_of(&ip)), "%d is in use", number_of(&ip));
    model->taken[number_of(&ip)] = true;
}

static void
take_explicit(struct model *model)
{
    int number = (int) draw(model, SPACE);
    struct ip_addr ip = ip_of(number);
    if (model->used[number]) {
        return; /* The database says so; nobody asks further. */
    }
    enum ipam_result result = ipam_take(&model->arena, &model->subnet, &ip);
    cr_assert_eq(result, model->taken[number] ? IPAM_TAKEN : IPAM_OK, "%d",
                 number);
    model->taken[number] = true;
}

static void
take_some(struct model *model)
{
    for (uint64_t n = draw(model, TAKES); n > 0; n--) {
        if (draw(model, 3) == 0) {
            take_explicit(model);
        } else {
            take_next(model);
        }
    }
}

/* One member of the transaction, which may fail in the end. */
static void
run_member(struct model *model)
{
    bool before[SPACE];
    struct ipam_saved saved = ipam_save(&model->arena, &model->subnet);
    memcpy(before, model->taken, sizeof(before));
    take_some(model);
    if (model->failures && draw(model, 2) == 0) {
        ipam_restore(&model->subnet, &saved);
        memcpy(model->taken, before, sizeof(before));
    }
}

static void
remove_freed(struct model *model, int number)
{
    size_t kept = 0, found = 0;
    for (size_t i = 0; i < model->n_freed; i++) {
        if (model->freed[i] == number) {
            found++;
        } else {
            model->freed[kept++] = model->freed[i];
        }
    }
    model->n_freed = kept;
    cr_assert_eq(found, 1, "%d is reused, but was not freed", number);
}

/* Writes down what was taken, as the state tells it. */
static void
commit(struct model *model)
{
    struct ip_addr *reused;
    int64_t n_taken = 0;
    size_t n_reused = ipam_reused(&model->arena, &model->subnet, &reused);
    for (size_t i = 0; i < n_reused; i++) {
        remove_freed(model, number_of(&reused[i]));
    }
    for (size_t i = 0; i < model->n_pools; i++) {
        model->marks[i] = model->subnet.pools[i].mark;
    }
    for (int i = 0; i < SPACE; i++) {
        n_taken += model->taken[i] ? 1 : 0;
        model->used[i] = model->used[i] || model->taken[i];
    }
    cr_assert_eq(n_taken, model->subnet.n_taken);
    arena_done(&model->arena);
}

/* Below its pool's mark: automatic takes find it only when it is freed. */
static bool
is_below_mark(const struct model *model, int number)
{
    struct ip_addr ip = ip_of(number);
    int pool = range_find(model->ranges, model->n_pools, &ip);
    return pool >= 0 && (model->marks[pool].version == 0 ||
                         ip_compare(&ip, &model->marks[pool]) < 0);
}

static void
release_some(struct model *model)
{
    for (int i = 0; i < SPACE; i++) {
        if (model->used[i] && draw(model, 3) == 0) {
            model->used[i] = false;
            if (is_below_mark(model, i)) {
                model->freed[model->n_freed++] = i;
            }
        }
    }
}

static void
run_model(uint64_t seed, const char *pools, size_t window, bool failures)
{
    struct model model = {
        .seed = seed, .window = window, .failures = failures};
    model.n_pools = ranges_of(pools, model.ranges);
    for (size_t i = 0; i < model.n_pools; i++) {
        model.marks[i] = model.ranges[i].first;
    }
    for (int round = 0; round < ROUNDS; round++) {
        begin_transaction(&model);
        run_member(&model);
        run_member(&model);
        commit(&model);
        release_some(&model);
    }
}

static void
run_models(size_t window, bool failures)
{
    static const char *const pools[] = {
        "10.0.0.1-10.0.0.30",
        "10.0.0.1-10.0.0.2",
        "10.0.0.20-10.0.0.25,10.0.0.2-10.0.0.4,10.0.0.10-10.0.0.10",
        "10.0.0.0-10.0.0.15,10.0.0.16-10.0.0.31",
        "",
    };
    for (size_t i = 0; i < N(pools); i++) {
        for (uint64_t seed = 1; seed <= 5; seed++) {
            run_model(seed, pools[i], window, failures);
        }
    }
}

Test(ipam_model, no_address_is_given_twice_and_full_is_exact)
{
    run_models(SPACE + 1, false);
}

Test(ipam_model, reading_piece_by_piece_changes_nothing)
{
    run_models(1, false);
    run_models(3, false);
}

Test(ipam_model, members_that_fail_change_nothing)
{
    run_models(SPACE + 1, true);
}

Test(ipam_model, members_that_fail_after_more_was_read_change_nothing)
{
    run_models(2, true);
}
