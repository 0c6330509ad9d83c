/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the allocator makes of the rows of subnets and pools, in whatever order
 * they come.
 */
#include "db/addresses.h"

#include "core/arena.h"
#include "support/api.h"
#include "support/db.h"

#define A "00000000-0000-0000-0000-00000000000a"
#define B "00000000-0000-0000-0000-00000000000b"
#define C "00000000-0000-0000-0000-00000000000c"
#define LATE "00000000-0000-0000-0000-00000000000d"
#define NETWORK "00000000-0000-0000-0000-000000000001"

/* A row of subnet 'id_' and its pool 'no_', whose addresses follow 10.0. */
#define POOL(id_, no_, first_, last_)                                       \
    "('" id_ "', '" NETWORK "', '10.0.0.0/16', NULL, false, false, '{}', 0," \
    " '10.0." first_ "', '10.0." last_ "', '10.0." first_ "', '{}', " no_ ")"
#define NO_POOL(id_)                                                        \
    "('" id_ "', '" NETWORK "', '10.0.0.0/16', NULL, false, false, '{}', 0," \
    " NULL, NULL, NULL, '{}', NULL)"

static struct tx tx;
static struct addresses addresses;

/* Reads the rows that 'values' lists; A, B and C are locked. */
static void
read_rows(const char *values)
{
    struct arena *arena = session_arena();
    struct query queries[] = {
        {"VALUES ('" A "'), ('" B "'), ('" C "')", NULL, 0},
        {arena_printf(arena, "VALUES %s", values), NULL, 0}};
    struct rows rows[2];
    tx_init(&tx, conn_new(arena, db_create()), arena, NULL);
    cr_assert_null(conn_open(tx.conn, arena));
    cr_assert_null(tx_run(&tx, queries, 2, rows));
    addresses = (struct addresses){.tx = &tx, .need = 1};
    addresses_read(&addresses, rows);
    tx_rollback(&tx);
}

/* The first addresses of the pools of subnet 'id', in their order. */
static const char *
pools_of(const char *id)
{
    struct uuid uuid;
    const char *texts = "";
    cr_assert(uuid_from_text(id, &uuid));
    const struct ipam_subnet *subnet = addresses_find(&addresses, &uuid);
    cr_assert_not_null(subnet, "%s", id);
    for (size_t i = 0; i < subnet->n_pools; i++) {
        char ip[IP_TEXT_SIZE];
        ip_format(&subnet->pools[i].range.first, ip);
        texts = arena_printf(session_arena(), "%s%s%s", texts,
                             i == 0 ? "" : " ", ip);
    }
    return texts;
}

TestSuite(addresses);

Test(addresses, pools_are_those_of_their_subnet_in_their_order)
{
    read_rows(POOL(B, "1", "20.0", "20.9") ", " POOL(A, "2", "5.0", "5.9") ", "
              NO_POOL(C) ", " POOL(A, "0", "1.0", "1.9") ", "
              POOL(B, "0", "30.0", "30.9") ", " POOL(A, "1", "3.0", "3.9"));
    cr_expect_eq(addresses.n, 3);
    cr_expect_str_eq(pools_of(A), "10.0.1.0 10.0.3.0 10.0.5.0");
    cr_expect_str_eq(pools_of(B), "10.0.30.0 10.0.20.0");
    cr_expect_str_eq(pools_of(C), "");
}

Test(addresses, a_subnet_that_is_not_locked_is_left_out)
{
    struct uuid late;
    read_rows(POOL(LATE, "0", "9.0", "9.9") ", "
              POOL(C, "0", "2.0", "2.9") ", " POOL(LATE, "1", "8.0", "8.9"));
    cr_expect_eq(addresses.n, 1);
    cr_expect_str_eq(pools_of(C), "10.0.2.0");
    cr_assert(uuid_from_text(LATE, &late));
    cr_expect_null(addresses_find(&addresses, &late));
}
