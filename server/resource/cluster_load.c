/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creation of cluster networks: the locks, and all that is read under them,
 * in one round trip.  Whoever makes cluster networks of one project waits for
 * the other at the project's quota rows: no two choose the same block, and the
 * same cluster_id is never made twice.
 */
#include "core/arena.h"
#include "resource/cluster_internal.h"
#include "resource/quota.h"
#include "schema/sqlarray.h"

static const char *const resources[CLUSTER_N_QUOTAS] = {"network", "port",
                                                        "subnet"};

/* --- locks */

/* No other cluster, no new subnet comes into the network meanwhile. */
STATEMENT(cluster_lock_network,
    "SELECT n.name, n.project_id, n.enable_shadow_port"
    "  FROM networks n WHERE n.id = $1::uuid FOR NO KEY UPDATE");

/* The same before a new subnet: no port comes in either. */
STATEMENT(cluster_close_network,
    "SELECT n.name, n.project_id, n.enable_shadow_port"
    "  FROM networks n WHERE n.id = $1::uuid FOR UPDATE");

/* The subnet for load balancers may be in a network that is not locked. */
STATEMENT(cluster_lock_loadbalancers,
    "SELECT s.network_id, s.project_id, n.project_id"
    "  FROM subnets s JOIN networks n ON n.id = s.network_id"
    " WHERE s.id = $1::uuid FOR KEY SHARE OF s");

STATEMENT(cluster_insert_quotas,
    "INSERT INTO quotas (project_id, resource)"
    " SELECT $1::text, r FROM unnest($2::text[]) r ORDER BY r"
    " ON CONFLICT (project_id, resource) DO NOTHING");

/* With new subnets, ports that the server makes may count for others. */
STATEMENT(cluster_lock_quotas,
    "SELECT q.project_id, q.resource, q.used, q.quota_limit FROM quotas q"
    " WHERE q.project_id = $1::text"
    "    OR q.project_id IN (SELECT p.project_id FROM ports p"
    "                         WHERE p.network_id = $2::uuid"
    "                        UNION SELECT s.project_id FROM subnets s"
    "                         WHERE s.network_id = $2::uuid)"
    " ORDER BY q.project_id, q.resource FOR NO KEY UPDATE");

/* --- reads */

STATEMENT(cluster_read_subnets,
    "SELECT s.id, s.name, s.cidr,"
    "       least(u.total - u.allocated, 1000000000)::bigint,"
    "       EXISTS (SELECT 1 FROM cluster_networks c"
    "                WHERE c.pods_subnet_id = s.id),"
    "       coalesce(s.ipv6_address_mode IN ('slaac', 'dhcpv6-stateless'),"
    "                false)"
    "  FROM subnets s JOIN subnet_usage u ON u.subnet_id = s.id"
    " WHERE s.network_id = $1::uuid ORDER BY s.created_at, s.id");

STATEMENT(cluster_read_ranges,
    "SELECT r.cidr, r.kind, c.id, c.name, c.project_id"
    "  FROM reserved_ranges r"
    "  JOIN cluster_networks c ON c.id = r.cluster_network_id"
    " WHERE r.network_id = $1::uuid ORDER BY r.cidr");

STATEMENT(cluster_read_taken,
    "SELECT s.cidr FROM subnets s WHERE s.project_id = $1::text"
    " UNION SELECT s.cidr FROM networks n"
    "         JOIN subnets s ON s.network_id = n.id"
    "        WHERE n.project_id = $1::text"
    " UNION SELECT s.cidr FROM subnets s WHERE s.network_id = $2::uuid"
    " UNION SELECT r.cidr FROM networks n"
    "         JOIN reserved_ranges r ON r.network_id = n.id"
    "        WHERE n.project_id = $1::text"
    " UNION SELECT r.cidr FROM cluster_networks c"
    "         JOIN reserved_ranges r ON r.cluster_network_id = c.id"
    "        WHERE c.project_id = $1::text"
    " UNION SELECT r.cidr FROM reserved_ranges r"
    "        WHERE r.network_id = $2::uuid");

/* The cluster network with the same cluster_id. */
static struct query
find_query(struct arena *arena, const struct cluster *cluster)
{
    static const struct visibility all = {.all = true};
    const struct table *table = &cluster_resource.table;
    struct predicate *predicates = ARENA_ARRAY(arena, struct predicate, 2);
    struct sort_key *key = ARENA_NEW(arena, struct sort_key);
    predicates[0] = sqlgen_filter(arena, &table->attrs[ATTR_PROJECT_ID],
                                  &cluster->project_id, 1);
    predicates[1] = sqlgen_filter(arena, &table->attrs[CLUSTER_CLUSTER_ID],
                                  &cluster->cluster_id, 1);
    key->attr = &table->attrs[ATTR_ID];
    struct selection selection = {.predicates = predicates,
                                  .n_predicates = 2,
                                  .keys = key,
                                  .n_keys = 1};
    return sqlgen_list(arena, table, &selection, &all);
}

/* --- rows */

static bool
sees(const struct cluster_plan *plan, const char *project_id)
{
    const struct caller *caller = plan->change->caller;
    return caller->is_admin || strcmp(project_id, caller->project_id) == 0;
}

/* Read behind the locks: what was read with them may be older than these. */
static struct err *
read_net(struct cluster_plan *plan, const char *id, const struct rows *rows)
{
    struct cluster_net *net = &plan->net;
    net->found = rows_count(rows) > 0;
    if (!net->found) {
        return NULL;
    }
    net->name = rows_text(rows, 0, 0);
    net->project_id = rows_text(rows, 0, 1);
    net->own = sees(plan, net->project_id);
    net->shadow = rows_bool(rows, 0, 2);
    net->access = RBAC_USES;
    return net->own ? NULL : rbac_look(plan->change, id, &net->access);
}

static struct err *
read_loadbalancers(struct cluster_plan *plan, const struct rows *rows)
{
    const struct cluster *cluster = plan->cluster;
    enum rbac_access access = RBAC_NO_ACCESS;
    struct uuid network_id;
    if (rows_count(rows) == 0) {
        return NULL;
    }
    TRY(rbac_look(plan->change, rows_text(rows, 0, 0), &access));
    uuid_from_text(rows_text(rows, 0, 0), &network_id);
    bool same = record_has(&cluster->rec, CLUSTER_NETWORK_ID) &&
                uuid_equal(&network_id, &cluster->network_id);
    bool own = sees(plan, rows_text(rows, 0, 1));
    plan->lb_found =
        own || sees(plan, rows_text(rows, 0, 2)) || access == RBAC_USES;
    plan->lb_usable = own || same;
    return NULL;
}

static void
read_quotas(struct cluster_plan *plan, const struct rows *rows)
{
    const char *project_id = plan->cluster->project_id;
    for (size_t i = 0; i < CLUSTER_N_QUOTAS; i++) {
        plan->quotas[i] = (struct cluster_quota){
            .resource = resources[i],
            .limit = quota_default(plan->change->settings, resources[i])};
    }
    for (int row = 0; row < rows_count(rows); row++) {
        for (size_t i = 0; i < CLUSTER_N_QUOTAS; i++) {
            if (strcmp(rows_text(rows, row, 0), project_id) == 0 &&
                strcmp(rows_text(rows, row, 1), resources[i]) == 0) {
                plan->quotas[i].used = rows_int(rows, row, 2);
                plan->quotas[i].limit = rows_text(rows, row, 3) == NULL
                                            ? plan->quotas[i].limit
                                            : rows_int(rows, row, 3);
            }
        }
    }
}

static void
read_found(struct cluster_plan *plan, const struct rows *rows)
{
    if (rows_count(rows) > 0) {
        plan->found = sqlgen_record(plan->change->arena,
                                    &cluster_resource.table, rows, 0);
        plan->outcome->rows = *rows;
    }
}

static void
read_subnets(struct cluster_plan *plan, const struct rows *rows)
{
    plan->n_subnets = (size_t) rows_count(rows);
    plan->subnets = ARENA_ARRAY(plan->change->arena, struct cluster_subnet,
                                plan->n_subnets);
    for (size_t i = 0; i < plan->n_subnets; i++) {
        struct cluster_subnet *subnet = &plan->subnets[i];
        int row = (int) i;
        uuid_from_text(rows_text(rows, row, 0), &subnet->id);
        subnet->name = rows_text(rows, row, 1);
        ip_prefix_parse(rows_text(rows, row, 2), &subnet->cidr);
        subnet->free = rows_int(rows, row, 3);
        subnet->of_pods = rows_bool(rows, row, 4);
        subnet->automatic = rows_bool(rows, row, 5);
    }
}

static void
read_ranges(struct cluster_plan *plan, const struct rows *rows)
{
    plan->n_ranges = (size_t) rows_count(rows);
    plan->ranges = ARENA_ARRAY(plan->change->arena, struct cluster_range,
                               plan->n_ranges);
    for (size_t i = 0; i < plan->n_ranges; i++) {
        struct cluster_range *range = &plan->ranges[i];
        int row = (int) i;
        bool seen = sees(plan, rows_text(rows, row, 4));
        ip_prefix_parse(rows_text(rows, row, 0), &range->cidr);
        range->kind = rows_text(rows, row, 1);
        range->cluster_id = seen ? rows_text(rows, row, 2) : NULL;
        range->name = seen ? rows_text(rows, row, 3) : NULL;
    }
}

static void
read_taken(struct cluster_plan *plan, const struct rows *rows)
{
    plan->n_taken = (size_t) rows_count(rows);
    plan->taken =
        ARENA_ARRAY(plan->change->arena, struct ip_prefix, plan->n_taken);
    for (size_t i = 0; i < plan->n_taken; i++) {
        ip_prefix_parse(rows_text(rows, (int) i, 0), &plan->taken[i]);
    }
}

static const char *
id_or_null(struct arena *arena, const struct cluster *cluster, size_t index)
{
    const struct attr *attr = &cluster_resource.table.attrs[index];
    return record_has(&cluster->rec, index)
               ? type_of(TYPE_UUID)->to_sql(arena, attr_value(attr, cluster))
               : NULL;
}

struct err *
cluster_load(struct cluster_plan *plan)
{
    const struct cluster *cluster = plan->cluster;
    struct arena *arena = plan->change->arena;
    const char *network = id_or_null(arena, cluster, CLUSTER_NETWORK_ID);
    const char *lb =
        id_or_null(arena, cluster, CLUSTER_LOADBALANCER_SUBNET_ID);
    bool closes = plan->new_subnet || cluster->pods_subnet;
    const char *quotas[] = {cluster->project_id,
                            sqlarray_format(arena, resources,
                                            CLUSTER_N_QUOTAS)};
    const char *locked[] = {cluster->project_id, closes ? network : NULL};
    const char *taken[] = {cluster->project_id, network};
    struct query queries[] = {
        closes ? (struct query){cluster_close_network.sql, &network, 1}
               : (struct query){cluster_lock_network.sql, &network, 1},
        {cluster_lock_loadbalancers.sql, &lb, 1},
        cluster_pool_query(plan), /* Pools are locked before quotas. */
        QUERY(cluster_insert_quotas, quotas),
        QUERY(cluster_lock_quotas, locked),
        find_query(arena, cluster),
        {cluster_read_subnets.sql, &network, 1},
        {cluster_read_ranges.sql, &network, 1},
        QUERY(cluster_read_taken, taken),
    };
    struct rows rows[sizeof queries / sizeof *queries];
    TRY(tx_run(plan->change->tx, queries, sizeof queries / sizeof *queries,
               rows));
    TRY(read_net(plan, network, &rows[0]));
    TRY(read_loadbalancers(plan, &rows[1]));
    read_quotas(plan, &rows[4]);
    read_found(plan, &rows[5]);
    read_subnets(plan, &rows[6]);
    read_ranges(plan, &rows[7]);
    read_taken(plan, &rows[8]);
    return plan->found == NULL ? cluster_load_block(plan, &rows[2]) : NULL;
}
