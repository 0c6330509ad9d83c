/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of db/dberr.h: what PostgreSQL refuses, as an error of the API.
 * schema_test.c looks for constraints without a row.
 */
#include "db/dberr.h"

#include <libpq-fe.h>

#include "core/arena.h"
#include "db/conn.h"
#include "support/api.h"
#include "support/server.h"

/* The error of a statement that fails with 'sqlstate', and 'constraint'. */
static struct err *
error_of(const char *sqlstate, const char *constraint)
{
    PGconn *conn = PQconnectdb(server_database());
    cr_assert_eq(PQstatus(conn), CONNECTION_OK, "%s", PQerrorMessage(conn));
    PGresult *result = PQexec(
        conn, text("DO $$ BEGIN RAISE EXCEPTION 'words of the database'"
                   " USING ERRCODE = '%s', CONSTRAINT = '%s'; END $$",
                   sqlstate, constraint));
    cr_assert_eq(PQresultStatus(result), PGRES_FATAL_ERROR);
    struct err *err = dberr_from_result(session_arena(), result);
    PQclear(result);
    PQfinish(conn);
    return err;
}

Test(dberr, sqlstates_have_their_kinds)
{
    static const struct {
        const char *sqlstate;
        enum err_kind kind;
    } cases[] = {
        {"40001", ERR_TRY_AGAIN},   /* serialization_failure */
        {"40P01", ERR_TRY_AGAIN},   /* deadlock_detected */
        {"55P03", ERR_LOCKED},      /* lock_not_available */
        {"0A000", ERR_TRY_AGAIN},   /* cached plan must not change */
        {"08006", ERR_UNAVAILABLE}, /* connection_failure */
        {"53300", ERR_UNAVAILABLE}, /* too_many_connections */
        {"53100", ERR_UNAVAILABLE}, /* disk_full */
        {"57P01", ERR_UNAVAILABLE}, /* admin_shutdown */
        {"25006", ERR_UNAVAILABLE}, /* read_only_sql_transaction */
        {"22P02", ERR_INTERNAL},    /* invalid_text_representation */
        {"42P01", ERR_INTERNAL},    /* undefined_table */
        {"57014", ERR_INTERNAL},    /* query_canceled */
        {"XX000", ERR_INTERNAL},    /* internal_error */
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct err *err = error_of(cases[i].sqlstate, "");
        cr_expect_eq(err->kind, cases[i].kind, "%s: %s", cases[i].sqlstate,
                     err_type(err->kind));
    }
}

Test(dberr, constraints_have_their_kinds)
{
    static const struct {
        const char *constraint;
        enum err_kind kind;
    } cases[] = {
        {"ip_allocations_pkey", ERR_TRY_AGAIN},
        {"ports_network_id_mac_address_key", ERR_TRY_AGAIN},
        {"subnets_network_id_cidr_excl", ERR_INVALID_INPUT},
        {"quotas_used_check", ERR_INTERNAL},
        {"nobody_knows_it", ERR_INTERNAL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct err *err = error_of("23505", cases[i].constraint);
        cr_expect_eq(err->kind, cases[i].kind, "%s: %s", cases[i].constraint,
                     err_type(err->kind));
    }
}

Test(dberr, a_lost_race_still_says_what_has_changed)
{
    static const struct {
        const char *constraint;
        const char *type;
    } cases[] = {
        {"ip_allocations_pkey", "port"},
        {"released_addresses_subnet_id_fkey", "subnet"},
        {"subnets_network_id_fkey", "network"},
        {"ports_network_id_mac_address_key", "port"},
        {"subnets_network_id_cidr_excl", "subnet"},
        {"subnet_pools_pkey", "subnet"},
        {"quotas_pkey", "quota"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct err *err = error_of("23505", cases[i].constraint);
        cr_assert_eq(err->blockers_total, 1, "%s", cases[i].constraint);
        cr_expect_str_eq(err->blockers[0].type, cases[i].type);
        cr_expect_not_null(strstr(err->blockers[0].reason, "was faster"));
    }
    struct err *err = error_of("23514", "quotas_used_check");
    cr_expect_eq(err->blockers_total, 0);
}

Test(dberr, a_constraint_says_more_than_its_sqlstate)
{
    struct err *err = error_of("40001", "subnets_network_id_cidr_excl");
    cr_expect_eq(err->kind, ERR_INVALID_INPUT);
}

Test(dberr, words_of_the_database_are_for_the_log_only)
{
    static const char *const sqlstates[] = {"23505", "40001", "57P01",
                                            "XX000"};
    for (size_t i = 0; i < sizeof(sqlstates) / sizeof(sqlstates[0]); i++) {
        struct err *err = error_of(sqlstates[i], "ports_pkey");
        cr_expect_null(strstr(err->message, "words of the database"));
        cr_assert_not_null(err->cause);
        cr_expect_not_null(
            strstr(err->cause->message, "words of the database"));
    }
}
