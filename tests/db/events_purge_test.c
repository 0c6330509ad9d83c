/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of events: the oldest go, and a mark tells up to where.
 */
#include "core/arena.h"
#include "core/settings.h"
#include "db/events.h"
#include "db/migrate.h"
#include "support/db.h"

/* A database whose events have the ages of 'ages', "{90,50,10}" seconds. */
static const char *
with_events(const char *ages)
{
    int applied = 0;
    const char *url = db_create();
    cr_assert_null(migrate_run(session_arena(), url, &applied));
    db_run(url, text("INSERT INTO events (at, request_id, project_id,"
                     " user_id, action, type, object_id, revision_number)"
                     " SELECT now() - make_interval(secs => a), '', 'p', '',"
                     "        'create', 'port', gen_random_uuid(), 1"
                     "   FROM unnest('%s'::int[]) WITH ORDINALITY AS u(a, i)"
                     "  ORDER BY i", ages));
    return url;
}

static void
insert_old(const char *url, int n)
{
    db_run(url, text("INSERT INTO events (at, request_id, project_id,"
                     " user_id, action, type, object_id, revision_number)"
                     " SELECT now() - interval '1 day', '', 'p', '', 'x',"
                     "        'port', gen_random_uuid(), 1"
                     "   FROM generate_series(1, %d)", n));
}

static void
purge(const char *url, int64_t retention_s)
{
    struct settings settings = {.event_retention_s = retention_s};
    struct tx tx;
    struct conn *conn = conn_new(session_arena(), url);
    cr_assert_null(conn_open(conn, session_arena()));
    tx_init(&tx, conn, session_arena(), &settings);
    struct err *err = events_purge(&tx, &settings);
    cr_assert_null(err, "%s", err->message);
    cr_assert(tx.ended);
}

#define expect_left(url, ids, mark)                                        \
    do {                                                                   \
        cr_assert_str_eq(db_column((url), "SELECT e.id::text FROM events e"\
                                          " ORDER BY e.id"), (ids));       \
        cr_assert_str_eq(db_column((url), "SELECT purged_up_to::text"      \
                                          " FROM event_retention"),        \
                         (mark));                                          \
    } while (0)

Test(events_purge, the_old_ones_go_and_the_mark_tells_up_to_where)
{
    const char *url = with_events("{90,80,30,20}");
    purge(url, 60);
    expect_left(url, "3,4", "2");
}

Test(events_purge, of_none_nothing_goes)
{
    const char *url = with_events("{}");
    purge(url, 60);
    expect_left(url, "", "0");
}

Test(events_purge, young_ones_stay)
{
    const char *url = with_events("{50,40}");
    purge(url, 60);
    expect_left(url, "1,2", "0");
}

Test(events_purge, all_go_when_all_are_old_and_the_mark_stays_there)
{
    const char *url = with_events("{90,80}");
    purge(url, 60);
    expect_left(url, "", "2");
    purge(url, 60);
    expect_left(url, "", "2");
}

/* The time is that of the transaction's beginning. */
Test(events_purge, an_old_one_behind_a_young_one_stays)
{
    const char *url = with_events("{90,30,80,20}");
    purge(url, 60);
    expect_left(url, "2,3,4", "1");
}

Test(events_purge, no_more_go_at_once_than_the_bound)
{
    const char *url = with_events("{}");
    insert_old(url, EVENTS_PURGE_MAX + 1);
    purge(url, 60);
    expect_left(url, text("%d", EVENTS_PURGE_MAX + 1),
                text("%d", EVENTS_PURGE_MAX));
    purge(url, 60);
    expect_left(url, "", text("%d", EVENTS_PURGE_MAX + 1));
}

/* Without a vacuum the index keeps an entry for each that went. */
Test(events_purge, what_went_before_is_not_read_again)
{
    const char *url = with_events("{}");
    const int gone = 2 * EVENTS_PURGE_MAX;
    db_run(url, "ALTER TABLE events SET (autovacuum_enabled = off)");
    insert_old(url, 2 * gone);
    purge(url, 60);
    purge(url, 60);
    cr_assert_str_eq(db_column(url, "SELECT purged_up_to::text"
                                    "  FROM event_retention"),
                     text("%d", gone));
    db_run(url, "ANALYZE events");
    long pages = db_pages_read(url, "events_purge_oldest",
                               text("10, 60, %d", gone));
    cr_assert_lt(pages, 60, "%ld", pages);
}

Test(events_purge, while_another_process_is_at_it_nothing_happens)
{
    struct tx other;
    const char *url = with_events("{90,80}");
    struct conn *conn = conn_new(session_arena(), url);
    struct query lock = {"SELECT 1 FROM event_retention FOR UPDATE", NULL, 0};
    cr_assert_null(conn_open(conn, session_arena()));
    tx_init(&other, conn, session_arena(), NULL);
    cr_assert_null(tx_one(&other, lock, NULL));
    purge(url, 60);
    expect_left(url, "1,2", "0");
    tx_rollback(&other);
    purge(url, 60);
    expect_left(url, "", "2");
}
