/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policies by the attributes of their network: "shared" stands for the policy
 * that lets all use it, "router:external" for those by which it is seen as
 * external.  What of them every answer shows is kept in the network's row.
 */
#include "resource/rbac_policy.h"

#include "core/arena.h"
#include "resource/quota.h"
#include "resource/shadow.h"

static const char *
id_text(struct change *change, const struct uuid *id)
{
    return type_of(TYPE_UUID)->to_sql(change->arena, id);
}

/* --- opening */

/* The quota counts it but does not refuse it: only an admin gets here. */
static struct err *
add_policy(struct change *change, const struct network *network,
           const char *action)
{
    struct rbac_policy *policy =
        table_new_record(change->arena, &rbac_policy_resource.table);
    policy->project_id = network->project_id;
    policy->object_type = network_resource.table.name;
    policy->object_id = network->id;
    policy->action = action;
    policy->target_tenant = RBAC_ALL;
    record_set(&policy->rec, ATTR_PROJECT_ID);
    record_set(&policy->rec, RBAC_POLICY_OBJECT_TYPE);
    record_set(&policy->rec, RBAC_POLICY_OBJECT_ID);
    record_set(&policy->rec, RBAC_POLICY_ACTION);
    record_set(&policy->rec, RBAC_POLICY_TARGET_TENANT);
    return change_add(change, &rbac_policy_resource, policy);
}

struct err *
rbac_open(struct change *change, const struct network *network)
{
    if (network->shared_with_all) {
        TRY(add_policy(change, network, RBAC_SHARED));
    }
    return network->router_external
               ? add_policy(change, network, RBAC_EXTERNAL)
               : NULL;
}

/* --- removing */

static struct err *
remove_rows(struct change *change, const struct rows *rows)
{
    const struct table *table = &rbac_policy_resource.table;
    size_t n = (size_t) rows_count(rows);
    const char **ids = ARENA_ARRAY(change->arena, const char *, n);
    for (size_t i = 0; i < n; i++) {
        const struct object *policy =
            sqlgen_record(change->arena, table, rows, (int) i);
        ids[i] = id_text(change, &policy->id);
        TRY(quota_give(change, table->name, policy->project_id, 1));
        change_event(change, &rbac_policy_resource, policy, "delete",
                     change_snapshot(change, &rbac_policy_resource, rows,
                                     (int) i),
                     NULL);
    }
    return n == 0 ? NULL
                  : tx_one(change->tx,
                           sqlgen_delete(change->arena, table, ids, n), NULL);
}

/* The network's policies: all, or with 'action' (and for all projects, when
 * 'wildcards') alone. */
static struct err *
find_policies(struct change *change, const char *network_id,
              const char *action, bool wildcards, struct rows *ret_rows)
{
    const struct table *table = &rbac_policy_resource.table;
    const struct visibility all = change_visibility(change);
    const struct sort_key key = {&table->attrs[ATTR_ID], false};
    const struct predicate predicates[] = {
        {"t.object_id = ?::uuid", network_id},
        {"t.action = ?::text", action},
        {"t.target_tenant = '" RBAC_ALL "'", NULL}};
    const struct selection selection = {
        .predicates = predicates,
        .n_predicates = wildcards ? 3 : action != NULL ? 2 : 1,
        .keys = &key,
        .n_keys = 1};
    return tx_one(change->tx,
                  sqlgen_list(change->arena, table, &selection, &all),
                  ret_rows);
}

struct err *
rbac_remove_all(struct change *change, const char *network_id)
{
    struct rows rows;
    TRY(find_policies(change, network_id, NULL, false, &rows));
    return remove_rows(change, &rows);
}

/* --- the attributes of a network that is there */

/* Stronger than the lock of a change: ports under way are waited for. */
STATEMENT(rbac_close,
    "SELECT 1 FROM networks WHERE id = $1::uuid FOR UPDATE");

/* A network stays open to others while ports of theirs are in it. */
static struct err *
check_unused(struct change *change, const char *network_id,
             const struct rows *policies)
{
    size_t n = (size_t) rows_count(policies);
    const char **ids = ARENA_ARRAY(change->arena, const char *, n);
    int column = sqlgen_column(&rbac_policy_resource.table, ATTR_ID);
    struct blockers blockers = blockers_none(change->arena, change->caller);
    for (size_t i = 0; i < n; i++) {
        ids[i] = rows_text(policies, (int) i, column);
    }
    struct blocker_query users =
        blockers_of_unsharing(change->arena, ids, n, NULL);
    TRY(blockers_find(&blockers, change->tx, &users));
    if (blockers.total == 0) {
        return NULL;
    }
    return blockers_refuse(
        &blockers,
        err_new(change->arena, ERR_INVALID_SHARED,
                "unable to reconfigure sharing settings for network \"%s\": "
                "multiple projects are using it", network_id));
}

static struct err *
close_to_all(struct change *change, const struct network *network)
{
    const char *id = id_text(change, &network->id);
    const char *params[] = {id};
    struct rows rows;
    TRY(tx_one(change->tx, QUERY(rbac_close, params), NULL));
    TRY(find_policies(change, id, RBAC_SHARED, true, &rows));
    TRY(check_unused(change, id, &rows));
    return remove_rows(change, &rows);
}

/* Nobody uses a network by seeing it. */
static struct err *
close_external(struct change *change, const struct network *network)
{
    struct rows rows;
    TRY(find_policies(change, id_text(change, &network->id), RBAC_EXTERNAL,
                      false, &rows));
    return remove_rows(change, &rows);
}

struct err *
rbac_apply(struct change *change, const struct network *current,
           struct network *patch)
{
    struct record *rec = &patch->rec;
    if (record_has(rec, NETWORK_SHARED)) {
        patch->shared_with_all = patch->shared;
        record_set(rec, NETWORK_SHARED_WITH_ALL);
        if (patch->shared != current->shared_with_all) {
            TRY(patch->shared ? add_policy(change, current, RBAC_SHARED)
                              : close_to_all(change, current));
        }
    }
    if (record_has(rec, NETWORK_ROUTER_EXTERNAL) &&
        patch->router_external != current->router_external) {
        return patch->router_external
                   ? add_policy(change, current, RBAC_EXTERNAL)
                   : close_external(change, current);
    }
    return NULL;
}

/* --- what a network shows */

STATEMENT(rbac_summary,
    "SELECT coalesce(bool_or(action = '" RBAC_SHARED "'"
    "                        AND target_tenant = '" RBAC_ALL "'), false),"
    "       coalesce(bool_or(action = '" RBAC_EXTERNAL "'), false)"
    "  FROM rbac_policies WHERE object_id = $1::uuid");

struct err *
rbac_reflect(struct change *change, const struct uuid *network_id)
{
    const struct table *table = &network_resource.table;
    const char *params[] = {id_text(change, network_id)};
    struct network *patch = table_new_record(change->arena, table);
    struct rows rows, summary;
    TRY(change_lock(change, &network_resource, network_id, ROW_CHANGE,
                    &rows));
    TRY(tx_one(change->tx, QUERY(rbac_summary, params), &summary));
    const struct network *current =
        sqlgen_record(change->arena, table, &rows, 0);
    struct network merged = *current;
    patch->shared_with_all = rows_bool(&summary, 0, 0);
    patch->router_external = rows_bool(&summary, 0, 1);
    record_set(&patch->rec, NETWORK_SHARED_WITH_ALL);
    record_set(&patch->rec, NETWORK_ROUTER_EXTERNAL);
    table_merge(table, &merged, patch);
    TRY(shadow_check(change, current, &merged));
    return change_tell(change, &network_resource, network_id, patch);
}
