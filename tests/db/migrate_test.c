/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Migrations: forward, once, unchanged, all or nothing.
 */
#include <pthread.h>
#include <stdint.h>

#include "core/arena.h"
#include "db/migrate.h"
#include "support/db.h"

#define TABLES                                                        \
    "SELECT table_name FROM information_schema.tables"                \
    " WHERE table_schema = 'public' ORDER BY 1"

/* Runs a list; returns how many it took, or -1 when it is refused. */
static int
run_list(const char *url, const struct migration *list, size_t n)
{
    int applied = 0;
    struct err *err =
        migrate_run_list(session_arena(), url, list, n, &applied);
    return err == NULL ? applied : -1;
}

static const struct migration good[] = {
    {1, "0001_apples", "CREATE TABLE apples (id int); "
                       "CREATE TABLE cores (id int);"},
    {2, "0002_pears", "CREATE TABLE pears (id int);"},
};

Test(migrate, every_migration_runs_once)
{
    int applied = 0;
    const char *url = db_create();
    cr_assert_null(migrate_run(session_arena(), url, &applied));
    cr_assert_eq(applied, (int) n_migrations);
    const char *tables = db_column(url, TABLES);
    cr_assert_null(migrate_run(session_arena(), url, &applied));
    cr_assert_eq(applied, 0);
    cr_assert_str_eq(db_column(url, TABLES), tables);
}

Test(migrate, only_new_ones_run)
{
    const char *url = db_create();
    cr_assert_eq(run_list(url, good, 1), 1);
    cr_assert_eq(run_list(url, good, 2), 1);
    cr_assert_str_eq(db_column(url, TABLES),
                     "apples,cores,pears,schema_migrations");
}

Test(migrate, none_at_all_is_fine)
{
    cr_assert_eq(run_list(db_create(), good, 0), 0);
}

Test(migrate, one_that_changed_since_it_ran_is_refused)
{
    const char *url = db_create();
    struct migration changed[] = {good[0], good[1]};
    changed[0].sql = "CREATE TABLE apples (id bigint);";
    cr_assert_eq(run_list(url, good, 1), 1);
    cr_assert_eq(run_list(url, changed, 2), -1);
    cr_assert_str_eq(db_column(url, TABLES),
                     "apples,cores,schema_migrations");
}

Test(migrate, a_newer_schema_is_refused)
{
    const char *url = db_create();
    cr_assert_eq(run_list(url, good, 2), 2);
    cr_assert_eq(run_list(url, good, 1), -1);
}

Test(migrate, one_that_fails_leaves_nothing_of_itself, .timeout = 20)
{
    const char *url = db_create();
    struct migration list[] = {good[0], good[1]};
    list[1].sql = "CREATE TABLE pears (id int); "
                  "INSERT INTO pears VALUES ('no number');";
    cr_assert_eq(run_list(url, list, 2), -1);
    cr_assert_str_eq(db_column(url, TABLES),
                     "apples,cores,schema_migrations");
    cr_assert_eq(run_list(url, good, 2), 1);
}

Test(migrate, a_database_that_is_not_there_is_an_error)
{
    int applied = 0;
    struct err *err = migrate_run(session_arena(),
                                  "host=/nonexistent dbname=x", &applied);
    cr_assert_not_null(err);
    cr_assert_eq(err->kind, ERR_UNAVAILABLE);
}

Test(migrate, the_server_accepts_only_its_own_schema)
{
    int applied = 0;
    const char *url = db_create();
    cr_assert_not_null(migrate_verify(session_arena(), url));
    cr_assert_null(migrate_run(session_arena(), url, &applied));
    cr_assert_null(migrate_verify(session_arena(), url));
    db_run(url, "UPDATE schema_migrations SET sha256 = 'x'");
    cr_assert_not_null(migrate_verify(session_arena(), url));
}

static void *
migrate_alone(void *url)
{
    struct arena arena;
    int applied = 0;
    arena_init(&arena, 16 << 20);
    struct err *err = migrate_run(&arena, url, &applied);
    intptr_t result = err == NULL ? applied : -1;
    arena_done(&arena);
    return (void *) result;
}

Test(migrate, of_several_at_once_one_runs_and_the_others_wait)
{
    pthread_t threads[4];
    intptr_t sum = 0;
    char *url = arena_strdup(session_arena(), db_create());
    for (size_t i = 0; i < 4; i++) {
        pthread_create(&threads[i], NULL, migrate_alone, url);
    }
    for (size_t i = 0; i < 4; i++) {
        void *result;
        pthread_join(threads[i], &result);
        cr_assert((intptr_t) result >= 0);
        sum += (intptr_t) result;
    }
    cr_assert_eq(sum, (intptr_t) n_migrations);
}
