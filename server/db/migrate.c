/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Migrations.
 */
#include "db/migrate.h"

#include "core/arena.h"
#include "core/digest.h"
#include "db/conn.h"
#include "db/tx.h"

/* Any number that no other program of the database uses as its lock. */
#define LOCK_KEY "7236410598"
#define SESSION_MEMORY (1u << 20)

static const char registry[] =
    "CREATE TABLE IF NOT EXISTS schema_migrations ("
    " number bigint CONSTRAINT schema_migrations_pkey PRIMARY KEY,"
    " name text NOT NULL,"
    " sha256 text NOT NULL,"
    " applied_at timestamptz NOT NULL DEFAULT now())";

static const struct query read_registry = {
    "SELECT number, sha256 FROM schema_migrations ORDER BY number", NULL, 0};

struct migrating {
    struct arena *arena;
    struct conn *conn;
    const struct migration *list;
    size_t n;
};

static struct err *
run(struct migrating *migrating, struct query query, struct rows *ret_rows)
{
    struct group group = {.arena = migrating->arena,
                          .queries = &query,
                          .n = 1,
                          .ret_rows = ret_rows};
    TRY(conn_open(migrating->conn, migrating->arena));
    conn_exchange(migrating->conn, &group, 1);
    return group.err;
}

static const char *
digest(struct arena *arena, const struct migration *migration)
{
    char text[DIGEST_TEXT_SIZE];
    digest_sha256(migration->sql, strlen(migration->sql), text);
    return arena_strdup(arena, text);
}

/* Compares what ran before with what this program has; says how many of the
 * list have run. */
static struct err *
compare(struct migrating *migrating, const struct rows *rows,
        size_t *ret_done)
{
    struct arena *arena = migrating->arena;
    size_t n = (size_t) rows_count(rows);
    if (n > migrating->n) {
        return err_new(arena, ERR_CONFLICT,
                       "the schema is newer than this program: %zu "
                       "migrations have run, %zu are known", n,
                       migrating->n);
    }
    for (size_t i = 0; i < n; i++) {
        const struct migration *migration = &migrating->list[i];
        if (rows_int(rows, (int) i, 0) != migration->number ||
            strcmp(rows_text(rows, (int) i, 1),
                   digest(arena, migration)) != 0) {
            return err_new(arena, ERR_CONFLICT,
                           "migration %d (%s) has changed since it ran",
                           migration->number, migration->name);
        }
    }
    *ret_done = n;
    return NULL;
}

/* One migration and its row, in one transaction: the script of several
 * statements cannot have parameters, so that the values stand in it; all of
 * them are this program's own. */
static struct err *
apply(struct migrating *migrating, const struct migration *migration)
{
    const char *script = arena_printf(
        migrating->arena,
        "BEGIN; %s; INSERT INTO schema_migrations (number, name, sha256)"
        " VALUES (%d, '%s', '%s'); COMMIT",
        migration->sql, migration->number, migration->name,
        digest(migrating->arena, migration));
    return conn_script(migrating->conn, migrating->arena, script);
}

static struct err *
apply_missing(struct migrating *migrating, int *ret_applied)
{
    struct rows rows;
    size_t done;
    TRY(conn_script(migrating->conn, migrating->arena, registry));
    TRY(run(migrating, read_registry, &rows));
    TRY(compare(migrating, &rows, &done));
    *ret_applied = (int) (migrating->n - done);
    for (size_t i = done; i < migrating->n; i++) {
        TRY(apply(migrating, &migrating->list[i]));
    }
    return NULL;
}

/* Under a lock that ends with the session: two programs that start at once
 * do not migrate at once. */
static struct err *
migrate_locked(struct migrating *migrating, int *ret_applied)
{
    struct rows rows;
    struct query lock = {"SELECT pg_advisory_lock(" LOCK_KEY ")", NULL, 0};
    TRY(run(migrating, lock, &rows));
    return apply_missing(migrating, ret_applied);
}

struct err *
migrate_run_list(struct arena *arena, const char *database_url,
                 const struct migration *list, size_t n, int *ret_applied)
{
    struct arena session; /* The connection ends with the work. */
    arena_init(&session, SESSION_MEMORY);
    struct migrating migrating = {.arena = arena,
                                  .conn = conn_new(&session, database_url),
                                  .list = list,
                                  .n = n};
    *ret_applied = 0;
    struct err *err = migrate_locked(&migrating, ret_applied);
    arena_done(&session);
    return err;
}

struct err *
migrate_run(struct arena *arena, const char *database_url, int *ret_applied)
{
    return migrate_run_list(arena, database_url, migrations, n_migrations,
                            ret_applied);
}

static struct err *
verify(struct migrating *migrating)
{
    struct rows rows;
    size_t done;
    struct query exists = {"SELECT to_regclass('schema_migrations')", NULL,
                           0};
    TRY(run(migrating, exists, &rows));
    if (rows_text(&rows, 0, 0) == NULL) {
        return err_new(migrating->arena, ERR_CONFLICT,
                       "the database has no schema; run \"tenetd migrate\"");
    }
    TRY(run(migrating, read_registry, &rows));
    TRY(compare(migrating, &rows, &done));
    if (done < migrating->n) {
        return err_new(migrating->arena, ERR_CONFLICT,
                       "the schema is older than this program; run "
                       "\"tenetd migrate\"");
    }
    return NULL;
}

struct err *
migrate_verify(struct arena *arena, const char *database_url)
{
    struct arena session;
    arena_init(&session, SESSION_MEMORY);
    struct migrating migrating = {.arena = arena,
                                  .conn = conn_new(&session, database_url),
                                  .list = migrations,
                                  .n = n_migrations};
    struct err *err = verify(&migrating);
    arena_done(&session);
    return err;
}
