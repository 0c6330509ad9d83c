/* SPDX-License-Identifier: Apache-2.0 */
#include "support/invariants.h"

#include "core/arena.h"
#include "core/buf.h"
#include "db/check.h"
#include "db/migrate.h"
#include "support/api.h"
#include "support/db.h"
#include "support/server.h"

const char *
invariants_database(void (*fill)(void))
{
    int applied;
    struct server server;
    const char *url = db_create();
    cr_assert_null(migrate_run(session_arena(), url, &applied));
    const char *args[] = {"serve", "--database-url", url, "--listen",
                          "127.0.0.1:0", "--audit-interval-s", "0", NULL};
    cr_assert(server_start(&server, args, NULL));
    on_server(server.url);
    fill();
    server_end(&server);
    return url;
}

const char *
invariants_broken(const char *url)
{
    struct check_result *results;
    size_t n;
    struct buf buf;
    struct err *err = check_run(session_arena(), url, &results, &n);
    cr_assert_null(err, "%s", err == NULL ? "" : err->message);
    buf_init(&buf, session_arena(), 256);
    for (size_t i = 0; i < n; i++) {
        if (results[i].violations > 0) {
            cr_assert_not_null(results[i].sample);
            buf_addf(&buf, "%s%s", buf.len == 0 ? "" : ",", results[i].name);
        }
    }
    return buf.data;
}

void
expect_broken(const char *url, const char *sql, const char *name)
{
    cr_assert_str_eq(invariants_broken(url), "");
    db_run(url, sql);
    cr_assert_str_eq(invariants_broken(url), name);
}
