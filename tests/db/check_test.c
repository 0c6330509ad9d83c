/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The invariants: each check finds what breaks it, and it alone; data that
 * the server made break none.
 */
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/settings.h"
#include "db/audit.h"
#include "db/check.h"
#include "db/keeper.h"
#include "db/migrate.h"
#include "golden/golden.h"
#include "support/db.h"
#include "support/invariants.h"
#include "support/server.h"
#include "support/things.h"

/* A port of network 'id' with 'address' comes, or comes and goes. */
static const char *
hold(const char *id, const char *address)
{
    return make("port", "'network_id': '%s', 'fixed_ips':"
                " [{'ip_address': '%s'}]", id, address);
}

/* Ports with chosen and unchosen addresses of both versions, freed ones, a
 * second network with the same addresses. */
static void
fill(void)
{
    const char *first = make_network();
    make_subnet(first, "10.0.0.0/24");
    make_subnet(first, "10.1.0.0/24");
    make("subnet", "'network_id': '%s', 'ip_version': 6,"
         " 'cidr': 'fd00::/64'", first);
    make_port(first);
    const char *freed = make_port(first);
    make_port(first);
    hold(first, "10.0.0.200");
    struct reply r = erase("port", freed);
    expect_status(&r, 204);
    make_port(make_site("10.0.0.0/24").network_id);
}

static const char *
make_database(void)
{
    return invariants_database(fill);
}

/* Expects that 'sql' breaks the check 'name' and no other. */
static void
expect_breaks(const char *sql, const char *name)
{
    expect_broken(make_database(), sql, name);
}

Test(check, an_empty_database_breaks_nothing)
{
    int applied;
    const char *url = db_create();
    cr_assert_null(migrate_run(session_arena(), url, &applied));
    cr_assert_str_eq(invariants_broken(url), "");
}

Test(check, pools_that_were_changed_after_use_are_fine)
{
    int applied;
    struct server server;
    const char *url = db_create();
    cr_assert_null(migrate_run(session_arena(), url, &applied));
    const char *args[] = {"serve", "--database-url", url, "--listen",
                          "127.0.0.1:0", "--audit-interval-s", "0", NULL};
    cr_assert(server_start(&server, args, NULL));
    on_server(server.url);
    struct site site = make_site("10.0.0.0/24");
    make_port(site.network_id);
    const char *freed = make_port(site.network_id);
    make_port(site.network_id);
    erase("port", freed);
    const char *pools[] = {
        FROM_TO("10.0.0.2", "10.0.0.99"), FROM_TO("10.0.0.3", "10.0.0.200"),
        "[{'start': '10.0.0.2', 'end': '10.0.0.3'},"
        " {'start': '10.0.0.4', 'end': '10.0.0.9'}]", "[]",
        FROM_TO("10.0.0.2", "10.0.0.254")};
    for (size_t i = 0; i < sizeof pools / sizeof *pools; i++) {
        struct reply r = update("subnet", site.subnet_id,
                                "'allocation_pools': %s", pools[i]);
        expect_status(&r, 200);
        cr_assert_str_eq(invariants_broken(url), "");
        create_in(site.network_id, ""); /* In vain when there is none. */
        cr_assert_str_eq(invariants_broken(url), "");
    }
    server_end(&server);
}

/* --- addresses */

#define OF_S4 " subnet_id = (SELECT subnet_id FROM ip_allocations" \
              " WHERE ip_address = '10.0.0.200')"
#define SET_PORT(fixed_ips_)                                             \
    "UPDATE ports SET fixed_ips = " fixed_ips_ " WHERE id ="             \
    " (SELECT port_id FROM ip_allocations"                               \
    "   WHERE ip_address = '10.0.0.200');"

Test(check, an_address_that_is_held_twice)
{
    expect_breaks("ALTER TABLE ip_allocations"
                  "  DROP CONSTRAINT ip_allocations_pkey;"
                  "UPDATE subnet_usage SET allocated = allocated + 1"
                  " WHERE" OF_S4 ";"
                  "INSERT INTO ip_allocations SELECT * FROM ip_allocations"
                  " WHERE ip_address = '10.0.0.200'",
                  "no address is held twice");
}

Test(check, an_address_outside_of_its_subnet)
{
    expect_breaks(SET_PORT("replace(fixed_ips::text, '10.0.0.200',"
                           " '10.9.9.9')::json")
                  "UPDATE ip_allocations SET ip_address = '10.9.9.9'"
                  " WHERE ip_address = '10.0.0.200'",
                  "every address lies in its subnet");
}

Test(check, an_address_in_another_network_than_its_subnet)
{
    expect_breaks("UPDATE ip_allocations SET network_id = (SELECT id"
                  "  FROM networks n WHERE n.id <> network_id LIMIT 1)"
                  " WHERE ip_address = '10.0.0.200'",
                  "every address is in the network of its subnet and port");
}

Test(check, a_port_in_another_network_than_its_address)
{
    expect_breaks("UPDATE ports p SET network_id = (SELECT id FROM networks"
                  "  n WHERE n.id <> p.network_id LIMIT 1) WHERE p.id = ("
                  "  SELECT port_id FROM ip_allocations"
                  "   WHERE ip_address = '10.0.0.200')",
                  "every address is in the network of its subnet and port");
}

Test(check, a_port_whose_network_is_gone)
{
    expect_breaks("UPDATE ports SET network_id = gen_random_uuid()"
                  " WHERE id = (SELECT port_id FROM ip_allocations"
                  "              WHERE ip_address = '10.0.0.200')",
                  "every address is in the network of its subnet and port,"
                  "every port has its network");
}

Test(check, an_allocation_without_its_port)
{
    expect_breaks(SET_PORT("'[]'"), "every allocation has its port");
}

Test(check, an_allocation_whose_port_is_gone)
{
    expect_breaks("UPDATE quotas SET used = used - 1 WHERE resource = 'port';"
                  "DELETE FROM ports WHERE id = (SELECT port_id"
                  "  FROM ip_allocations WHERE ip_address = '10.0.0.200')",
                  "every allocation has its port");
}

Test(check, a_fixed_ip_without_its_allocation)
{
    expect_breaks("UPDATE subnet_usage SET allocated = allocated - 1"
                  " WHERE" OF_S4 ";"
                  "DELETE FROM ip_allocations"
                  " WHERE ip_address = '10.0.0.200'",
                  "every fixed IP has its allocation");
}

Test(check, a_mac_address_that_is_used_twice)
{
    expect_breaks("ALTER TABLE ports"
                  "  DROP CONSTRAINT ports_network_id_mac_address_key;"
                  "UPDATE ports SET mac_address = 'fa:16:3e:00:00:01'",
                  "no MAC address is used twice in a network");
}

/* --- counters */

Test(check, a_subnet_that_counts_its_addresses_wrong)
{
    expect_breaks("UPDATE subnet_usage SET allocated = allocated + 1"
                  " WHERE" OF_S4, "subnet counters equal a recount");
}

Test(check, a_subnet_that_counts_its_freed_addresses_wrong)
{
    expect_breaks("UPDATE subnet_usage SET released = released + 1",
                  "subnet counters equal a recount");
}

Test(check, a_subnet_without_counters)
{
    expect_breaks("DELETE FROM subnet_usage WHERE subnet_id = ("
                  "SELECT id FROM subnets WHERE cidr = '10.1.0.0/24')",
                  "subnet counters equal a recount,"
                  "pools add up to the subnet's total");
}

Test(check, a_project_that_counts_its_ports_wrong)
{
    expect_breaks("UPDATE quotas SET used = used + 1"
                  " WHERE resource = 'port'",
                  "quota counters equal a recount");
}

Test(check, a_project_without_a_counter)
{
    expect_breaks("DELETE FROM quotas WHERE resource = 'subnet'",
                  "quota counters equal a recount");
}

Test(check, a_counter_of_a_project_that_has_nothing)
{
    expect_breaks("INSERT INTO quotas (project_id, resource, used)"
                  " VALUES ('ghost', 'network', 3), ('ghost', 'port', 0)",
                  "quota counters equal a recount");
}

/* --- subnets and pools */

Test(check, two_subnets_that_overlap)
{
    expect_breaks("ALTER TABLE subnets"
                  "  DROP CONSTRAINT subnets_network_id_cidr_excl;"
                  "UPDATE subnets SET cidr = '10.0.0.0/16'"
                  " WHERE cidr = '10.1.0.0/24'",
                  "no two subnets of a network overlap");
}

Test(check, a_total_that_is_not_that_of_the_pools)
{
    expect_breaks("UPDATE subnet_usage SET total = total + 1 WHERE" OF_S4,
                  "pools add up to the subnet's total");
}

Test(check, a_total_of_ipv6_that_is_one_too_few)
{
    expect_breaks("UPDATE subnet_usage u SET total = total - 1"
                  "  FROM subnets s"
                  " WHERE s.id = u.subnet_id AND s.ip_version = 6",
                  "pools add up to the subnet's total");
}

Test(check, a_pool_that_the_subnet_does_not_show)
{
    expect_breaks("UPDATE subnets SET allocation_pools ="
                  " '[{\"start\": \"10.1.0.2\", \"end\": \"10.1.0.9\"}]'"
                  " WHERE cidr = '10.1.0.0/24'",
                  "pools are those that the subnet shows");
}

Test(check, a_freed_address_above_the_mark)
{
    expect_breaks("UPDATE subnet_usage SET released = released + 1"
                  " WHERE" OF_S4 ";"
                  "INSERT INTO released_addresses SELECT subnet_id,"
                  "  '10.0.0.150', now() FROM ip_allocations"
                  " WHERE ip_address = '10.0.0.200'",
                  "freed addresses are free and below a mark");
}

Test(check, a_mark_outside_of_its_pool)
{
    expect_breaks("UPDATE subnet_pools SET next_ip = 'fe80::1'"
                  " WHERE family(first_ip) = 6",
                  "every mark lies in its pool");
}

Test(check, an_address_below_the_mark_that_was_forgotten)
{
    expect_breaks("UPDATE subnet_usage SET released = 0 WHERE" OF_S4 ";"
                  "DELETE FROM released_addresses WHERE" OF_S4,
                  "no address below a mark is forgotten");
}

/* --- who runs them */

Test(check, a_network_that_shows_what_no_policy_says)
{
    expect_breaks("ALTER TABLE networks DISABLE TRIGGER USER;"
                  "UPDATE networks SET shared = true",
                  "networks show what their policies say");
}

Test(check, a_policy_that_its_network_does_not_show)
{
    expect_breaks("INSERT INTO rbac_policies (id, project_id, object_type,"
                  " object_id, action, target_tenant)"
                  " SELECT gen_random_uuid(), project_id, 'network', id,"
                  " 'access_as_external', 'p' FROM networks LIMIT 1;"
                  "INSERT INTO quotas (project_id, resource, used)"
                  " SELECT project_id, 'rbac_policy', count(*)"
                  " FROM rbac_policies GROUP BY project_id",
                  "networks show what their policies say");
}

Test(check, the_command_names_what_is_broken_and_fails)
{
    char said[4096];
    const char *url = make_database();
    cr_assert_eq(server_run(said, sizeof said, "check", "--database-url",
                            url), 0);
    cr_assert_not_null(strstr(said, "no address is held twice: ok\n"));
    db_run(url, "UPDATE quotas SET used = used + 1 WHERE resource = 'port'");
    cr_assert_eq(server_run(said, sizeof said, "check", "--database-url",
                            url), 1);
    cr_assert_not_null(strstr(said, "quota counters equal a recount: 1 "
                                    "violations, such as "), "%s", said);
}

/* Runs 'chore' as the keeper would; returns how many results are kept. */
static const char *
audit(const char *url, int64_t interval_s)
{
    struct settings settings = {.audit_interval_s = interval_s};
    struct conn *conn = conn_new(session_arena(), url);
    struct tx tx;
    cr_assert_null(conn_open(conn, session_arena()));
    tx_init(&tx, conn, session_arena(), &settings);
    cr_assert_null(audit_chore(&tx, &settings));
    return db_column(url, "SELECT count(*) || ' ' || min(checked_at)"
                          "  FROM invariant_audit");
}

Test(check, a_recent_audit_is_not_repeated)
{
    const char *url = make_database();
    const char *first = audit(url, 100);
    cr_assert_str_eq(audit(url, 100), first);
    db_run(url, "UPDATE invariant_audit"
                "   SET checked_at = checked_at - interval '76 seconds'");
    cr_assert_str_eq(db_column(url, "SELECT holds::text"
                                    "  FROM invariant_audit"), "true");
    const char *old = db_column(url, "SELECT count(*) || ' ' ||"
                                     " min(checked_at) FROM invariant_audit");
    const char *second = audit(url, 100);
    cr_assert_str_neq(second, old);
    cr_assert_eq(strncmp(second, "1 ", 2), 0);
}

Test(check, an_audit_keeps_what_it_found)
{
    const char *url = make_database();
    db_run(url, "UPDATE quotas SET used = used + 1 WHERE resource = 'port'");
    audit(url, 100);
    cr_assert_str_eq(
        db_column(url, "SELECT i.holds || ' ' || (c->>'name')"
                       "  FROM invariant_audit i,"
                       "       json_array_elements(i.checks) c"
                       " WHERE (c->>'violations')::int > 0"),
        "false quota counters equal a recount");
}

Test(check, the_server_alarms, .timeout = 60)
{
    struct server server;
    const char *url = make_database();
    const char *log = text("%s/%s", test_dir(), unique("alarm-"));
    db_run(url, "UPDATE quotas SET used = used + 1 WHERE resource = 'port'");
    const char *args[] = {"serve", "--database-url", url, "--listen",
                          "127.0.0.1:0", NULL};
    cr_assert(server_start(&server, args, log));
    on_server(server.url);
    struct reply r = api(GET, "/metrics");
    for (int i = 0; i < 500 && strstr(r.body, "recount\"} 1") == NULL; i++) {
        usleep(20000);
        r = api(GET, "/metrics");
    }
    server_end(&server);
    cr_assert_not_null(strstr(r.body, "{check=\"quota counters equal a "
                                      "recount\"} 1\n"), "%s", r.body);
    const char *said = golden_read(session_arena(), log);
    const char *line = strstr(said, "invariant \\\"quota counters");
    cr_assert_not_null(line, "%s", said);
    cr_assert_null(strstr(line + 1, "invariant \\\"quota counters"));
    cr_assert_not_null(strstr(said, "\"level\":\"error\""), "%s", said);
}
