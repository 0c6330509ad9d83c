/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creation of subnets: may they be in their networks, beside what is there.
 * subnet_parents.c has what becomes of the networks.
 */
#include "core/arena.h"
#include "core/settings.h"
#include "resource/cluster.h"
#include "resource/rbac_policy.h"
#include "resource/shadow.h"
#include "resource/subnet_parents.h"
#include "resource/subnetpool.h"
#include "schema/sqlarray.h"

/* --- locks and reads */

/* The first columns are those that subnetpool_place reads. */
STATEMENT(subnet_siblings,
    "SELECT s.network_id, s.cidr, s.subnetpool_id, s.id, s.created_at,"
    "       (SELECT p.address_scope_id FROM subnetpools p"
    "         WHERE p.id = s.subnetpool_id)"
    "  FROM subnets s WHERE s.network_id = ANY($1::uuid[])"
    " ORDER BY s.created_at, s.id");

/* Networks are shown as each caller sees them. */
STATEMENT(subnet_sharers,
    "SELECT object_id, target_tenant FROM rbac_policies"
    " WHERE object_id = ANY($1::uuid[]) AND target_tenant = ANY($2::text[])"
    "   AND action = '" RBAC_SHARED "'");

/* Networks are locked so that for a moment nobody makes ports in them: each
 * port either sees the new subnet or is seen by it.  Further statements lock
 * pools, then quotas. */
enum { LOCKED, SIBLINGS, SHARERS, RANGES, N_LOADS };

/* Of all subnets under creation. */
struct subnets {
    void **records;
    const char **network_ids, **callers;
    size_t n;
    bool pooled; /* Some ask for a pool. */
};

static struct subnets
list_subnets(const struct creation *creation)
{
    struct arena *arena = creation->arena;
    size_t max = creation->n_records;
    struct subnets list = {
        .records = ARENA_ARRAY(arena, void *, max),
        .network_ids = ARENA_ARRAY(arena, const char *, max),
        .callers = ARENA_ARRAY(arena, const char *, max)};
    EACH_RECORD(creation, member, i)
    {
        const struct subnet *subnet = member->records[i];
        list.records[list.n] = member->records[i];
        list.network_ids[list.n] =
            type_of(TYPE_UUID)->to_sql(arena, &subnet->network_id);
        list.callers[list.n++] = member->change->caller->project_id;
        list.pooled = list.pooled || subnetpool_is_asked(subnet);
    }
    return list;
}

/* The ports that DHCP brings may count for others. */
static size_t
lock_quotas(const struct creation *creation, const struct subnets *list,
            struct query *ret_queries)
{
    size_t n = creation->settings->dhcp_ports > 0 ? list->n : 0;
    for (size_t i = 0; i < n; i++) {
        const struct subnet *subnet = list->records[i];
        ret_queries[i] = quota_lock_query(
            creation->arena, &subnet->network_id, subnet->project_id);
    }
    return n;
}

size_t
subnet_load_create(struct creation *creation, struct query *ret_queries)
{
    static const struct visibility all = {.all = true};
    struct arena *arena = creation->arena;
    const struct subnets list = list_subnets(creation);
    const char **params = ARENA_ARRAY(arena, const char *, 2);
    size_t n = N_LOADS;
    params[0] = sqlarray_format(arena, list.network_ids, list.n);
    params[1] = sqlarray_format(arena, list.callers, list.n);
    ret_queries[LOCKED] = sqlgen_get(arena, &network_resource.table,
                                     list.network_ids, list.n, &all,
                                     ROW_DELETE);
    ret_queries[SIBLINGS] = (struct query){subnet_siblings.sql, params, 1};
    ret_queries[SHARERS] = (struct query){subnet_sharers.sql, params, 2};
    ret_queries[RANGES] = cluster_ranges_query(arena, params[0]);
    if (list.pooled) {
        ret_queries[n++] = subnetpool_lock_query(arena, list.records, list.n,
                                                 params[0]);
    }
    return n + lock_quotas(creation, &list, ret_queries + n);
}

/* --- rules */

/* The network must exist for the caller, and be its own. */
static struct err *
check_network(struct change *change, const struct parent *parent,
              const char *id)
{
    const struct caller *caller = change->caller;
    enum rbac_access access = RBAC_NO_ACCESS;
    if (parent != NULL &&
        (caller->is_admin || strcmp(parent->texts[ATTR_PROJECT_ID],
                                    caller->project_id) == 0)) {
        return NULL;
    }
    TRY(rbac_look(change, id, &access));
    if (parent == NULL || access == RBAC_NO_ACCESS) {
        return resource_not_found(change->arena, &network_resource, id);
    }
    struct blockers blockers = blockers_none(change->arena, caller);
    return blockers_explain(
        &blockers, change->tx, blockers_of_guest(change->arena, caller, id),
        err_new(change->arena, ERR_FORBIDDEN,
                "a subnet of network \"%s\" can only be made by the project "
                "that owns the network", id));
}

/* Names the subnets in the way; none: one of the same request, 'other'. */
static struct err *
refuse_overlap(struct change *change, const struct subnet *subnet,
               const char *network_id, const struct ip_prefix *other)
{
    const struct type *type = type_of(TYPE_CIDR);
    struct arena *arena = change->arena;
    const char *cidr = type->to_sql(arena, &subnet->cidr);
    struct blockers blockers = blockers_none(arena, change->caller);
    struct blocker_query query =
        blockers_of_cidr(arena, change->caller, network_id, cidr);
    TRY(blockers_find(&blockers, change->tx, &query));
    if (blockers.total == 0) {
        blockers_add(&blockers,
                     &(struct blocker){
                         .type = "subnet",
                         .reason = arena_printf(
                             arena, "The same request asks for a subnet with "
                                    "the cidr \"%s\": choose ranges that do "
                                    "not overlap.",
                             (const char *) type->to_sql(arena, other))});
    }
    return blockers_refuse(
        &blockers,
        err_new(arena, ERR_INVALID_INPUT,
                "the requested subnet with cidr \"%s\" for network \"%s\" "
                "overlaps with another subnet", cidr, network_id));
}

static struct err *
check_overlap(const struct parent *parent,
              const struct creation_member *member,
              const struct subnet *subnet)
{
    struct change *change = member->change;
    for (size_t i = 0; i < parent->n_children; i++) {
        const struct child *child = &parent->children[i];
        const struct creation_member *rival = child->member;
        if (!ip_prefix_overlaps(&child->cidr, &subnet->cidr) ||
            (rival != NULL && rival->err != NULL)) {
            continue;
        }
        if (rival != NULL && rival != member) {
            /* Once that one is there, it can be named. */
            return err_new(change->arena, ERR_TRY_AGAIN,
                           "another request asks for the same range");
        }
        return refuse_overlap(change, subnet, parent->texts[ATTR_ID],
                              &child->cidr);
    }
    return NULL;
}

static struct err *
decide(struct change *change, struct subnet *subnet, const char **network)
{
    const char *sdn = network[NETWORK_SDN];
    if (sdn != NULL) {
        subnet->sdn = arena_strdup(change->arena, sdn);
        record_set(&subnet->rec, SUBNET_SDN);
    }
    if (network[NETWORK_ENABLE_SHADOW_PORT][0] == 't') {
        subnet->shadow_project = network[ATTR_PROJECT_ID];
    }
    if (!record_has(&subnet->rec, SUBNET_IP_COOLDOWN)) {
        subnet->ip_cooldown = change->settings->ip_cooldown;
        record_set(&subnet->rec, SUBNET_IP_COOLDOWN);
    }
    return subnet_decide(change->arena, subnet,
                         sdn != NULL && strcmp(sdn, "sprut") == 0);
}

static struct err *
prepare_one(const struct creation *creation,
            const struct creation_member *member, size_t i)
{
    const struct parents *parents = creation->state;
    struct change *change = member->change;
    struct subnet *subnet = member->records[i];
    char id[UUID_TEXT_SIZE];
    uuid_to_text(&subnet->network_id, id);
    struct parent *parent = subnet_find_parent(parents, id);
    TRY(decide(change, subnet, parent->texts));
    TRY(check_overlap(parent, member, subnet));
    TRY(cluster_check_ranges(change, &parents->ranges,
                             &member->records[i], 1));
    subnet_add_child(creation, parent, member, subnet);
    return NULL;
}

/* Before anything is said of what is in the networks. */
static struct err *
check_networks(const struct creation *creation,
               const struct creation_member *member)
{
    for (size_t i = 0; i < member->n; i++) {
        char id[UUID_TEXT_SIZE];
        const struct subnet *subnet = member->records[i];
        uuid_to_text(&subnet->network_id, id);
        TRY(check_network(member->change,
                          subnet_find_parent(creation->state, id), id));
    }
    return NULL;
}

static struct err *
prepare(const struct creation *creation, const struct creation_member *member,
        const struct rows *siblings)
{
    TRY(check_networks(creation, member));
    TRY(subnetpool_place(member->change, siblings, member->records,
                         member->n));
    for (size_t i = 0; i < member->n; i++) {
        TRY(prepare_one(creation, member, i));
    }
    return NULL;
}

struct err *
subnet_before_create(struct creation *creation, const struct rows *rows)
{
    creation->state = subnet_read_parents(
        creation, &(struct parent_rows){.networks = rows[LOCKED],
                                        .siblings = rows[SIBLINGS],
                                        .sharers = rows[SHARERS],
                                        .ranges = rows[RANGES]});
    for (size_t i = 0; i < creation->n_members; i++) {
        struct creation_member *member = &creation->members[i];
        TRY(creation_refuse(member,
                            prepare(creation, member, &rows[SIBLINGS])));
    }
    return NULL;
}

/* --- what comes with them */

static struct err *
complete(struct creation *creation)
{
    EACH_RECORD(creation, member, i)
    {
        TRY(subnet_add_ports(member->change, member->records[i]));
        if (i + 1 == member->n) {
            subnetpool_hold(member->change, member->records, member->n);
            TRY(shadow_follow(member->change, member->records, member->n));
        }
    }
    return NULL;
}

struct err *
subnet_after_create(struct creation *creation)
{
    void **subnets = ARENA_ARRAY(creation->arena, void *, creation->n_records);
    struct query queries[SUBNET_N_ROWS + 1];
    size_t n = 0;
    EACH_RECORD(creation, member, i)
    {
        subnets[n++] = member->records[i];
        subnet_touch_parent(creation, member->change, member->records[i]);
    }
    subnet_insert_rows(creation->arena, subnets, n, queries);
    queries[SUBNET_N_ROWS] = subnet_parents_query(creation);
    tx_send(creation->tx, queries, SUBNET_N_ROWS + 1);
    return complete(creation);
}
