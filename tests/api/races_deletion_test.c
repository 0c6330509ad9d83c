/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Networks, subnets, pools and ports change or go while ports are made.
 */
#include <libpq-fe.h>
#include <unistd.h>

#include "support/db.h"
#include "support/race.h"
#include "support/server.h"
#include "support/things.h"

#define N RACE_CLIENTS

static int
create_or_delete_network(const void *arg, int i)
{
    const struct site *site = arg;
    if (i == 3) {
        return erase("network", site->network_id).status;
    }
    return create("port", "'network_id': '%s'", site->network_id).status;
}

Test(races_deletion, a_network_is_deleted_while_ports_are_made)
{
    for (int round = 0; round < 20; round++) {
        int statuses[8];
        struct site site = make_site("10.0.0.0/24");
        race(8, create_or_delete_network, &site, statuses);
        int made = count_status(statuses, 8, 201);
        int lost = count_status(statuses, 8, 404);
        bool deleted = statuses[3] == 204;
        cr_assert(deleted ? made == 0 && lost == 7
                          : statuses[3] == 409 && made == 7,
                  "%s", describe_statuses(statuses, 8));
        struct reply r = list("port", "network_id=%s", site.network_id);
        cr_assert_eq(count_at(&r, "ports"), (size_t) made);
    }
    expect_invariants();
}

static int
create_or_delete_subnet(const void *arg, int i)
{
    const struct site *site = arg;
    if (i == 3) {
        return erase("subnet", site->subnet_id).status;
    }
    return create("port", "'network_id': '%s', 'fixed_ips': "
                  "[{'subnet_id': '%s'}]", site->network_id,
                  site->subnet_id).status;
}

Test(races_deletion, a_subnet_is_deleted_while_ports_are_made)
{
    for (int round = 0; round < 20; round++) {
        int statuses[8];
        struct site site = make_site("10.0.0.0/24");
        race(8, create_or_delete_subnet, &site, statuses);
        int made = count_status(statuses, 8, 201);
        cr_assert(count_status(statuses, 8, 500) == 0 &&
                      (statuses[3] == 204 ? made == 0
                                          : statuses[3] == 409 && made == 7),
                  "%s", describe_statuses(statuses, 8));
    }
    expect_invariants();
}

static int
shrink_or_allocate(const void *arg, int i)
{
    const struct site *site = arg;
    if (i == 10) {
        return update("subnet", site->subnet_id,
                      "'allocation_pools': [{'start': '10.0.0.2', "
                      "'end': '10.0.0.31'}]").status;
    }
    return create("port", "'network_id': '%s'", site->network_id).status;
}

Test(races_deletion, a_pool_shrinks_while_addresses_are_given)
{
    int statuses[N];
    struct site site = make_small_site(200);
    race(N, shrink_or_allocate, &site, statuses);
    int made = count_status(statuses, N, 201);
    cr_assert(statuses[10] == 200 &&
                  made + count_status(statuses, N, 409) == N - 1,
              "%s", describe_statuses(statuses, N));
    cr_assert_geq(made, 30);
    expect_distinct(site.network_id, (size_t) made);
    struct reply r = create("port", "'network_id': '%s'", site.network_id);
    expect_error(&r, 409, "IpAddressGenerationFailure");
    expect_invariants();
}

static int
widen_or_allocate(const void *arg, int i)
{
    const struct site *site = arg;
    if (i % 8 == 0) {
        return update("subnet", site->subnet_id,
                      "'allocation_pools': [{'start': '10.0.0.2', "
                      "'end': '10.0.0.%d'}]", 100 + i).status;
    }
    return create("port", "'network_id': '%s'", site->network_id).status;
}

Test(races_deletion, pools_change_while_addresses_are_given)
{
    int statuses[N];
    struct site site = make_small_site(200);
    race(N, widen_or_allocate, &site, statuses);
    cr_assert_eq(count_status(statuses, N, 200), N / 8, "%s",
                 describe_statuses(statuses, N));
    cr_assert_eq(count_status(statuses, N, 201), N - N / 8, "%s",
                 describe_statuses(statuses, N));
    expect_distinct(site.network_id, (size_t) (N - N / 8));
    expect_invariants();
}

static int
delete_port(const void *arg, int i)
{
    (void) i;
    return erase("port", arg).status;
}

Test(races_deletion, one_port_is_deleted_once)
{
    int statuses[N];
    struct site site = make_small_site(20);
    const char *port = make_port(site.network_id);
    race(N, delete_port, port, statuses);
    cr_assert(count_status(statuses, N, 204) == 1 &&
                  count_status(statuses, N, 404) == N - 1,
              "%s", describe_statuses(statuses, N));
    expect_used("port", 0);
    expect_invariants();
}

static int
change_or_delete_port(const void *arg, int i)
{
    if (i % 4 == 0) {
        return erase("port", arg).status;
    }
    return update("port", arg, "'fixed_ips': [{'ip_address': '10.0.0.%d'}]",
                  100 + i).status;
}

Test(races_deletion, a_port_is_deleted_while_its_addresses_change)
{
    for (int round = 0; round < 10; round++) {
        int statuses[12];
        struct site site = make_small_site(20);
        const char *port = make_port(site.network_id);
        race(12, change_or_delete_port, port, statuses);
        cr_assert_eq(count_status(statuses, 12, 204), 1, "%s",
                     describe_statuses(statuses, 12));
        struct reply r = erase("subnet", site.subnet_id);
        expect_status(&r, 204);
    }
    expect_invariants();
}

/* --- the order of locks: a network's before the quotas */

struct queue_of_two {
    const char *subnets[2];
    const char *network;
    PGconn *first, *second; /* Hold the network's row; the quotas' rows. */
};

/* Begins a transaction with 'sql'. */
static PGconn *
hold(const char *sql)
{
    PGconn *conn = PQconnectdb(server_database());
    PGresult *result = PQexec(conn, text("BEGIN; %s", sql));
    ExecStatusType status = PQresultStatus(result);
    cr_assert(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, "%s",
              PQerrorMessage(conn));
    PQclear(result);
    return conn;
}

static void
let_go(PGconn *conn)
{
    PQclear(PQexec(conn, "COMMIT"));
    PQfinish(conn);
}

/* Waits, for at most 20 s, until two backends at least wait for 'conn', or for
 * one that does. */
static bool
await_waiting(PGconn *conn)
{
    const char *sql = text(
        "SELECT count(*) >= 2 FROM pg_stat_activity a WHERE EXISTS ("
        " SELECT FROM unnest(pg_blocking_pids(a.pid)) b"
        "  WHERE b = %d OR %d = ANY(pg_blocking_pids(b)))",
        PQbackendPID(conn), PQbackendPID(conn));
    for (int i = 0; i < 400; i++) {
        if (strcmp(db_column(server_database(), sql), "t") == 0) {
            return true;
        }
        usleep(50000);
    }
    return false;
}

/* The third lets the two come as far as the quotas, and looks who has the
 * network's row then; returns 200 when it is one of them. */
static int
delete_or_look(const void *arg, int i)
{
    const struct queue_of_two *both = arg;
    if (i < 2) {
        return erase("subnet", both->subnets[i]).status;
    }
    bool came = await_waiting(both->first);
    let_go(both->first);
    came = await_waiting(both->second) && came;
    const char *free = db_column(
        server_database(),
        text("SELECT id FROM networks WHERE id = '%s' FOR KEY SHARE"
             " SKIP LOCKED", both->network));
    let_go(both->second);
    return !came ? 408 : free[0] != '\0' ? 409 : 200;
}

Test(races_deletion, who_waits_for_quotas_has_the_network)
{
    int statuses[3];
    struct site site = make_site("10.0.0.0/24");
    const struct queue_of_two both = {
        .subnets = {site.subnet_id,
                    make("subnet", "'network_id': '%s', 'ip_version': 4,"
                         "'cidr': '10.0.1.0/24'", site.network_id)},
        .network = site.network_id,
        .first = hold(text("UPDATE networks SET name = name WHERE id = '%s'",
                           site.network_id)),
        .second = hold(text("SELECT FROM quotas WHERE project_id = '%s'"
                            " FOR UPDATE", session()->project))};
    race(3, delete_or_look, &both, statuses);
    cr_assert(statuses[2] == 200 && count_status(statuses, 2, 204) == 2, "%s",
              describe_statuses(statuses, 3));
    expect_invariants();
}
