/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a server of the version before writes: the columns of networks alone.
 * The database keeps policies, their number and the columns together.
 */
#include "support/db.h"
#include "support/server.h"
#include "support/things.h"

static const char *
policies_of(const char *network)
{
    return db_column(server_database(),
                     text("SELECT action || ' ' || target_tenant"
                          "  FROM rbac_policies WHERE object_id = '%s'"
                          " ORDER BY 1", network));
}

#define expect_policies(network, expected) \
    cr_assert_str_eq(policies_of(network), (expected))

static void
set_column(const char *network, const char *column, const char *value)
{
    db_column(server_database(),
              text("UPDATE networks SET %s = %s WHERE id = '%s'", column,
                   value, network));
}

Test(rbac_old, columns_that_are_set_make_policies)
{
    const char *network = make_network();
    set_column(network, "shared", "true");
    expect_policies(network, "access_as_shared *");
    set_column(network, "router_external", "true");
    expect_policies(network, "access_as_external *,access_as_shared *");
    expect_used("rbac_policy", 2);
    set_column(network, "shared", "false");
    expect_policies(network, "access_as_external *");
    set_column(network, "router_external", "false");
    expect_policies(network, "");
    expect_used("rbac_policy", 0);
}

Test(rbac_old, policies_of_single_projects_stay_as_the_columns_mean)
{
    const char *network = make_network();
    share(network, "a");
    create_policy(network, "access_as_external", "a");
    set_column(network, "shared", "true");
    expect_policies(network, "access_as_external a,access_as_shared *,"
                             "access_as_shared a");
    set_column(network, "shared", "false");
    set_column(network, "router_external", "false");
    expect_policies(network, "access_as_shared a");
    expect_used("rbac_policy", 1);
}

Test(rbac_old, a_new_network_and_one_that_goes)
{
    const char *network = make_network();
    const char *id = db_column(
        server_database(),
        text("WITH made AS (INSERT INTO networks (id, project_id, name,"
             " description, admin_state_up, status, shared, router_external,"
             " is_default, project_default, mtu, port_security_enabled,"
             " dns_domain, availability_zone_hints, enable_shadow_port,"
             " private_dns_domain) SELECT gen_random_uuid(), project_id,"
             " name, description, admin_state_up, status, true, true,"
             " is_default, project_default, mtu, port_security_enabled,"
             " dns_domain, availability_zone_hints, enable_shadow_port,"
             " private_dns_domain FROM networks WHERE id = '%s'"
             " RETURNING id) SELECT id FROM made", network));
    expect_policies(id, "access_as_external *,access_as_shared *");
    share(id, "a");
    expect_used("rbac_policy", 3);
    db_column(server_database(),
              text("DELETE FROM networks WHERE id = '%s'", id));
    expect_policies(id, "");
    expect_used("rbac_policy", 0);
}
