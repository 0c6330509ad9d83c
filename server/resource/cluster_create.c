/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creation of cluster networks: the course of it.  Networks, subnets and
 * ports are made by their own rules, so that a cluster's are like any other.
 */
#include "core/arena.h"
#include "resource/cluster_internal.h"
#include "resource/entitlement.h"
#include "resource/network.h"
#include "resource/subnet.h"

/* --- what must hold between the attributes */

static void
collect(struct err **errors, struct err *err)
{
    err->next = *errors;
    *errors = err;
}

struct err *
cluster_check(struct arena *arena, const struct cluster *cluster)
{
    const struct record *rec = &cluster->rec;
    struct err *errors = NULL;
    if (cluster->pods_subnet && !record_has(rec, CLUSTER_PODS_CIDR)) {
        collect(&errors, err_attr(arena, "pods_subnet", "needs",
                                  "invalid input for \"pods_subnet\": it "
                                  "needs \"pods_cidr\""));
    }
    if (record_has(rec, CLUSTER_SUBNET_ID) &&
        record_has(rec, CLUSTER_SUBNET)) {
        collect(&errors, err_attr(arena, "subnet", "exclusive",
                                  "invalid input for \"subnet\": it is for a "
                                  "new subnet, \"subnet_id\" for one that "
                                  "exists"));
    }
    if (record_has(rec, CLUSTER_SUBNET_ID) &&
        !record_has(rec, CLUSTER_NETWORK_ID)) {
        collect(&errors, err_attr(arena, "subnet_id", "needs",
                                  "invalid input for \"subnet_id\": it needs "
                                  "the \"network_id\" of its network"));
    }
    return errors;
}

/* --- what was asked for */

static void
copy_asked(struct cluster *cluster, size_t from, size_t to)
{
    const struct attr *attrs = cluster_resource.table.attrs;
    if (record_has(&cluster->rec, from)) {
        memcpy(attr_value(&attrs[to], cluster),
               attr_value(&attrs[from], cluster), sizeof(struct uuid));
        record_set(&cluster->rec, to);
    }
}

/* Notes what was asked for, and what follows from it. */
static void
decide(struct cluster_plan *plan)
{
    struct cluster *cluster = plan->cluster;
    struct record *rec = &cluster->rec;
    const struct subnet_block *block = &cluster->subnet;
    bool has_block = record_has(rec, CLUSTER_SUBNET);
    if (!record_has(rec, ATTR_NAME)) {
        cluster->name = cluster->cluster_id;
        record_set(rec, ATTR_NAME);
    }
    plan->new_network = !record_has(rec, CLUSTER_NETWORK_ID);
    plan->new_subnet = plan->new_network || has_block;
    copy_asked(cluster, CLUSTER_NETWORK_ID, CLUSTER_ASKED_NETWORK_ID);
    copy_asked(cluster, CLUSTER_SUBNET_ID, CLUSTER_ASKED_SUBNET_ID);
    if (has_block && block->cidr.addr.version != 0) {
        cluster->asked_cidr = block->cidr;
        record_set(rec, CLUSTER_ASKED_CIDR);
    } else if (plan->new_subnet) {
        cluster->asked_prefixlen = has_block && block->prefixlen != 0
                                       ? block->prefixlen
                                       : CLUSTER_PREFIXLEN;
        record_set(rec, CLUSTER_ASKED_PREFIXLEN);
    }
    cluster_find_pool(plan);
}

/* --- network and subnets */

static struct err *
make_network(const struct cluster_plan *plan, struct uuid *ret_id)
{
    struct change *change = plan->change;
    const struct cluster *cluster = plan->cluster;
    const struct table *table = &network_resource.table;
    struct network *network = table_new_defaults(change->arena, table);
    network->name = cluster->name;
    network->project_id = cluster->project_id;
    network->enable_shadow_port = !cluster->external_ip;
    record_set(&network->rec, ATTR_PROJECT_ID);
    TRY(change_create(change, &network_resource, network));
    *ret_id = network->id;
    return NULL;
}

static struct err *
make_subnet(const struct cluster_plan *plan, bool of_pods,
            const struct ip_prefix *cidr, struct uuid *ret_id)
{
    struct change *change = plan->change;
    const struct cluster *cluster = plan->cluster;
    const struct table *table = &subnet_resource.table;
    struct subnet *subnet = table_new_defaults(change->arena, table);
    subnet->name = of_pods ? arena_printf(change->arena, "%s-pods",
                                          cluster->name)
                           : cluster->name;
    subnet->project_id = cluster->project_id;
    subnet->network_id = cluster->network_id;
    subnet->ip_version = cidr->addr.version;
    subnet->cidr = *cidr;
    record_set(&subnet->rec, ATTR_PROJECT_ID);
    record_set(&subnet->rec, SUBNET_NETWORK_ID);
    record_set(&subnet->rec, SUBNET_IP_VERSION);
    record_set(&subnet->rec, SUBNET_CIDR);
    subnet->of_pods = of_pods;
    if (plan->pooled && !of_pods) {
        subnet->subnetpool_id = plan->pool_id;
        record_set(&subnet->rec, SUBNET_SUBNETPOOL_ID);
    }
    TRY(change_create(change, &subnet_resource, subnet));
    *ret_id = subnet->id;
    return NULL;
}

/* Turns the shadow port of an existing network on, by the network's rules. */
static struct err *
enable_shadow_port(const struct cluster_plan *plan)
{
    struct change *change = plan->change;
    struct network *patch =
        table_new_record(change->arena, &network_resource.table);
    patch->enable_shadow_port = true;
    record_set(&patch->rec, NETWORK_ENABLE_SHADOW_PORT);
    return change_patch(change, &network_resource, &plan->cluster->network_id,
                        patch);
}

static struct err *
settle_network(struct cluster_plan *plan)
{
    struct cluster *cluster = plan->cluster;
    cluster->owns_network = plan->new_network;
    record_set(&cluster->rec, CLUSTER_OWNS_NETWORK);
    record_set(&cluster->rec, CLUSTER_NETWORK_ID);
    if (plan->new_network) {
        return make_network(plan, &cluster->network_id);
    }
    return cluster->external_ip || plan->net.shadow ? NULL
                                                    : enable_shadow_port(plan);
}

static struct err *
settle_subnets(struct cluster_plan *plan)
{
    struct cluster *cluster = plan->cluster;
    struct record *rec = &cluster->rec;
    cluster->owns_subnet = plan->new_subnet;
    record_set(rec, CLUSTER_OWNS_SUBNET);
    record_set(rec, CLUSTER_SUBNET_ID);
    if (plan->new_subnet) {
        TRY(make_subnet(plan, false, &plan->outcome->cidr,
                        &cluster->subnet_id));
    } else {
        cluster->subnet_id = plan->subnet->id;
    }
    if (cluster->pods_subnet) {
        record_set(rec, CLUSTER_PODS_SUBNET_ID);
        return make_subnet(plan, true, &cluster->pods_cidr,
                           &cluster->pods_subnet_id);
    }
    return NULL;
}

/* --- the rest */

STATEMENT(cluster_reserve_ranges,
    "INSERT INTO reserved_ranges"
    "       (cluster_network_id, network_id, kind, cidr)"
    " SELECT $1::uuid, $2::uuid, x.kind, x.cidr"
    "   FROM (VALUES ('pods', $3::cidr), ('services', $4::cidr))"
    "        AS x(kind, cidr) WHERE x.cidr IS NOT NULL");

/* The ranges show in the network: its revision grows. */
static struct err *
reserve_ranges(const struct cluster_plan *plan)
{
    struct change *change = plan->change;
    const struct cluster *cluster = plan->cluster;
    const struct type *uuid = type_of(TYPE_UUID);
    const struct type *cidr = type_of(TYPE_CIDR);
    bool pods = record_has(&cluster->rec, CLUSTER_PODS_CIDR);
    bool services = record_has(&cluster->rec, CLUSTER_SERVICES_CIDR);
    const char *params[] = {
        uuid->to_sql(change->arena, &cluster->id),
        uuid->to_sql(change->arena, &cluster->network_id),
        pods ? cidr->to_sql(change->arena, &cluster->pods_cidr) : NULL,
        services ? cidr->to_sql(change->arena, &cluster->services_cidr) : NULL,
    };
    if (!pods && !services) {
        return NULL;
    }
    TRY(change_remember(change, &network_resource, &cluster->network_id));
    TRY(tx_one(change->tx, QUERY(cluster_reserve_ranges, params), NULL));
    return change_touch(change, &network_resource, &cluster->network_id);
}

static struct err *
add_all_nodes(const struct cluster_plan *plan)
{
    const struct node_group_list *groups = &plan->cluster->node_groups;
    struct cluster_nodes *nodes = ARENA_ARRAY(
        plan->change->arena, struct cluster_nodes, groups->n);
    for (size_t i = 0; i < groups->n; i++) {
        nodes[i] = (struct cluster_nodes){.group = groups->items[i].name,
                                          .first = 1,
                                          .last = groups->items[i].count};
    }
    return cluster_add_nodes(plan->change, plan->cluster, nodes, groups->n);
}

/* Everything, in the order of what refers to what. */
static struct err *
make_all(struct cluster_plan *plan)
{
    static const struct visibility all = {.all = true};
    struct change *change = plan->change;
    struct cluster *cluster = plan->cluster;
    const struct table *table = &cluster_resource.table;
    void *record = cluster;
    cluster->id = uuid_new();
    cluster->status = "ACTIVE";
    record_set(&cluster->rec, ATTR_ID);
    record_set(&cluster->rec, CLUSTER_STATUS);
    TRY(settle_network(plan));
    TRY(settle_subnets(plan));
    struct sheet sheet = sheet_new(change->arena, table, &record, 1);
    TRY(tx_one(change->tx, sqlgen_insert(change->arena, &sheet, NULL),
               NULL));
    TRY(reserve_ranges(plan));
    TRY(add_all_nodes(plan));
    const char *id = type_of(TYPE_UUID)->to_sql(change->arena, &cluster->id);
    struct rows *rows = &plan->outcome->rows;
    TRY(tx_one(change->tx,
               sqlgen_get(change->arena, table, &id, 1, &all, ROW_READ),
               rows));
    change_event(change, &cluster_resource,
                 sqlgen_record(change->arena, table, rows, 0), "create", NULL,
                 change_snapshot(change, &cluster_resource, rows, 0));
    return NULL;
}

/* A shadow port that is to come needs the entitlement of the network's
 * project: asked for now, so that a check tells it with all the rest. */
static struct err *
check_entitlement(struct cluster_plan *plan)
{
    const struct cluster *cluster = plan->cluster;
    const char *project_id = plan->new_network ? cluster->project_id
                                               : plan->net.project_id;
    bool needed = !cluster->external_ip && !plan->net.shadow &&
                  (plan->new_network || plan->net.own);
    if (!needed) {
        return NULL;
    }
    struct err *err = entitlement_require(plan->change, project_id);
    if (err != NULL && err->kind != ERR_FORBIDDEN) {
        return err;
    }
    if (err != NULL) {
        cluster_add_problem(plan, err, "external_ip", "true");
    }
    return NULL;
}

struct err *
cluster_create(struct change *change, struct cluster *cluster,
               struct cluster_outcome *outcome)
{
    struct cluster_plan plan = {
        .change = change, .cluster = cluster, .outcome = outcome};
    *outcome = (struct cluster_outcome){.addresses_free = -1};
    decide(&plan);
    TRY(cluster_load(&plan));
    if (plan.found != NULL) {
        outcome->found = true;
        return cluster_match(change->arena, plan.found, cluster);
    }
    TRY(cluster_assess(&plan));
    TRY(check_entitlement(&plan));
    return outcome->n_problems > 0 ? outcome->problems[0].err
                                   : make_all(&plan);
}
