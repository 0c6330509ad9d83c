/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The invariants of subnet pools: each check finds what breaks it, and it
 * alone.
 */
#include "support/invariants.h"
#include "support/things.h"

#define HELD "every subnet of a pool has its block"
#define WHOLE "blocks of subnet pools are their prefixes"
#define LARGE "settled blocks of subnet pools are as large as can be"
#define SCOPED "pools of an address scope share no address"
#define HELD_BLOCK " WHERE subnet_id IS NOT NULL"

/* A pool in a scope, with a subnet, and one that was; one of IPv6. */
static void
fill(void)
{
    const char *scope =
        make("address_scope", "'name': 's', 'ip_version': 4");
    const char *pool = make("subnetpool", "'name': 'p', 'prefixes': "
                            "['10.0.0.0/16', '10.2.0.0/16'], "
                            "'default_prefixlen': 24, "
                            "'address_scope_id': '%s'", scope);
    const char *network = make_network();
    for (int i = 0; i < 2; i++) {
        const char *subnet = make("subnet", "'network_id': '%s', "
                                  "'ip_version': 4, 'subnetpool_id': '%s'",
                                  network, pool);
        if (i == 0) {
            struct reply r = erase("subnet", subnet);
            expect_status(&r, 204);
        }
    }
    make("subnetpool", "'name': 'six', 'prefixes': ['fd00::/48']");
}

static void
expect_breaks(const char *sql, const char *name)
{
    expect_broken(invariants_database(fill), sql, name);
}

Test(check_subnetpools, a_block_of_another_project)
{
    expect_breaks("UPDATE subnetpool_blocks SET project_id = 'x'" HELD_BLOCK,
                  HELD);
}

Test(check_subnetpools, a_subnet_without_its_block)
{
    expect_breaks("UPDATE subnetpool_blocks SET subnet_id = NULL" HELD_BLOCK,
                  HELD);
}

Test(check_subnetpools, a_subnet_of_no_pool_with_a_block)
{
    expect_breaks("UPDATE subnets SET subnetpool_id = NULL", HELD);
}

Test(check_subnetpools, a_free_block_that_is_lost)
{
    expect_breaks("DELETE FROM subnetpool_blocks WHERE cidr = 'fd00::/48'",
                  WHOLE);
}

Test(check_subnetpools, a_block_outside_of_the_prefixes)
{
    expect_breaks("UPDATE subnetpool_blocks SET cidr = 'fd01::/48'"
                  " WHERE cidr = 'fd00::/48'", WHOLE);
}

Test(check_subnetpools, halves_that_are_settled)
{
    expect_breaks("UPDATE subnetpool_blocks SET cidr = 'fd00::/49'"
                  " WHERE cidr = 'fd00::/48';"
                  "INSERT INTO subnetpool_blocks (subnetpool_id, cidr, settled)"
                  " SELECT subnetpool_id, 'fd00:0:0:8000::/49', true"
                  "   FROM subnetpool_blocks WHERE cidr = 'fd00::/49'", LARGE);
}

Test(check_subnetpools, a_prefix_that_is_not_in_the_scope)
{
    expect_breaks("DELETE FROM address_scope_prefixes"
                  " WHERE cidr = '10.2.0.0/16'", SCOPED);
}

Test(check_subnetpools, a_quota_that_counts_pools_wrong)
{
    expect_breaks("UPDATE quotas SET used = used + 1"
                  " WHERE resource = 'subnetpool'",
                  "quota counters equal a recount");
}

/* As a server does that knows no pools: the next to take settles it. */
Test(check_subnetpools, a_subnet_that_just_goes_breaks_nothing)
{
    expect_breaks("UPDATE quotas SET used = used - 1"
                  " WHERE resource = 'subnet';"
                  "DELETE FROM subnets", "");
}
