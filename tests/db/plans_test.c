/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How PostgreSQL finds rows in a database that it has not analyzed yet.
 */
#include <libpq-fe.h>

#include "core/arena.h"
#include "db/conn.h"
#include "db/lane.h"
#include "db/migrate.h"
#include "db/sqlgen.h"
#include "resource/port.h"
#include "support/db.h"

#define NETWORK "00000000-0000-7000-8000-000000000001"
#define MARKER "00000000-0000-7000-8000-0000000000ff"

/* A database of the test's own. */
static const char *
new_database(void)
{
    int applied;
    const char *url = db_create();
    cr_assert_null(migrate_run(session_arena(), url, &applied));
    return url;
}

/* Makes 20,000 ports, in two networks by turns. */
static void
make_ports(const char *url)
{
    db_run(url,
           "ALTER TABLE ports SET (autovacuum_enabled = off);"
           "INSERT INTO ports SELECT p.* FROM generate_series(1, 20000) i,"
           " jsonb_populate_record(NULL::ports, jsonb_build_object("
           "  'id', '00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'),"
           "  'network_id', '00000000-0000-7000-8000-00000000000' || i % 2,"
           "  'project_id', 'p', 'name', '', 'description', '',"
           "  'admin_state_up', true, 'status', 'DOWN', 'mac_address',"
           "  '0200' || lpad(to_hex(i), 8, '0'), 'fixed_ips', '[]'::json,"
           "  'device_id', '', 'device_owner', '', 'security_groups',"
           "  '[]'::json, 'allowed_address_pairs', '[]'::json,"
           "  'extra_dhcp_opts', '[]'::json, 'port_security_enabled', true,"
           "  'dns_name', '', 'dns_domain', '', 'dns_assignment', '[]'::json,"
           "  'binding_host_id', '', 'binding_profile', '{}'::json,"
           "  'binding_vif_type', '', 'binding_vif_details', '{}'::json,"
           "  'binding_vnic_type', '', 'propagate_uplink_status', true,"
           "  'ip_allocation', '', 'tags', '[]'::json, 'revision_number', 1,"
           "  'created_at', now(), 'updated_at', now())) p");
}

/* A connection as a lane has it. */
static PGconn *
connect_as(const char *url, enum lane_kind kind)
{
    PGconn *conn = PQconnectdb(url);
    cr_assert_eq(PQstatus(conn), CONNECTION_OK, "%s", PQerrorMessage(conn));
    PQclear(PQexec(conn, lane_at_open(kind)));
    return conn;
}

/* The plan of 'query', in one text. */
static const char *
plan_of(PGconn *conn, const struct query *query)
{
    const char *sql = arena_printf(session_arena(), "EXPLAIN (COSTS OFF) %s",
                                   query->sql);
    const char *plan = "";
    PGresult *result =
        PQexecParams(conn, sql, query->n_params & ~QUERY_ONCE, NULL,
                     query->params, NULL, NULL, 0);
    cr_assert_eq(PQresultStatus(result), PGRES_TUPLES_OK, "%s",
                 PQresultErrorMessage(result));
    for (int i = 0; i < PQntuples(result); i++) {
        plan = arena_printf(session_arena(), "%s%s\n", plan,
                            PQgetvalue(result, i, 0));
    }
    PQclear(result);
    return plan;
}

Test(plans, a_page_of_a_network_is_read_in_its_order)
{
    struct arena *arena = session_arena();
    const struct table *table = &port_resource.table;
    const struct visibility everybody = {.all = true};
    const struct sort_key by_id = {.attr = &table->attrs[ATTR_ID]};
    const char *network = NETWORK;
    const struct predicate of_network =
        sqlgen_filter(arena, &table->attrs[PORT_NETWORK_ID], &network, 1);
    const char *const markers[] = {NULL, MARKER};
    const char *url = new_database();
    make_ports(url);
    PGconn *conn = connect_as(url, LANE_READ);
    for (size_t i = 0; i < 2; i++) {
        const struct selection selection = {.predicates = &of_network,
                                            .n_predicates = 1,
                                            .keys = &by_id,
                                            .n_keys = 1,
                                            .marker = markers[i],
                                            .limit = 100,
                                            .once = true};
        struct query whole = sqlgen_list(arena, table, &selection, &everybody);
        struct query versions =
            sqlgen_versions(arena, table, &selection, &everybody);
        const char *plans[] = {plan_of(conn, &whole), plan_of(conn, &versions)};
        for (size_t j = 0; j < 2; j++) {
            cr_expect_null(strstr(plans[j], "Sort"), "%s", plans[j]);
            cr_expect_not_null(strstr(plans[j], "ports_network_id_id_idx"),
                               "%s", plans[j]);
        }
    }
    PQfinish(conn);
}

/* The plan of statement 'name' for no values in particular. */
static const char *
plan_by_name(PGconn *conn, const char *name)
{
    PGresult *result = PQexec(
        conn, arena_printf(session_arena(), "PREPARE %s AS %s", name,
                           db_statement(name)));
    cr_assert_eq(PQresultStatus(result), PGRES_COMMAND_OK, "%s",
                 PQresultErrorMessage(result));
    PQclear(result);
    const struct query execute = {
        arena_printf(session_arena(), "EXECUTE %s(NULL, NULL, NULL)", name),
        NULL, 0};
    return plan_of(conn, &execute);
}

/* The plan that is made then is kept for as long as nothing is analyzed. */
Test(plans, macs_are_found_by_their_index_from_the_first_port_on)
{
    static const char *const names[] = {"port_macs_in_use_one",
                                        "port_macs_in_use_many"};
    PGconn *conn = connect_as(new_database(), LANE_COMBINE);
    for (size_t i = 0; i < 2; i++) {
        const char *plan = plan_by_name(conn, names[i]);
        cr_expect_not_null(strstr(plan, "ports_network_id_mac_address_key"),
                           "%s", plan);
    }
    PQfinish(conn);
}
