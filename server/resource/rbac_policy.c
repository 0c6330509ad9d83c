/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policies: the attribute table and the rules.  rbac_shorthand.c keeps them
 * and the attributes of their network together.
 */
#include "resource/rbac_policy.h"

#include "core/arena.h"
#include "resource/creation.h"
#include "resource/names.h"

static const char *const object_types[] = {"network", NULL};
static const char *const actions[] = {RBAC_SHARED, RBAC_EXTERNAL, NULL};

static struct err *
check_target(struct arena *arena, const struct attr *attr, const void *value)
{
    const char *target = *(const char *const *) value;
    if (target[0] != '\0' && names_is_id(target)) {
        return NULL;
    }
    return err_attr(arena, attr->name, "project",
                    "invalid input for \"%s\": it is neither a project id, "
                    "which is up to 255 printable ASCII characters, nor "
                    "\"" RBAC_ALL "\"", attr->name);
}

static const struct attr rbac_policy_attrs[] = {
    NAMELESS_ATTRS(struct rbac_policy),
    [RBAC_POLICY_OBJECT_TYPE] =
        {FIELD(struct rbac_policy, object_type),
         .flags = ATTR_POST | ATTR_REQUIRED | ATTR_FILTER,
         .one_of = object_types, .doc = "What the policy is about."},
    [RBAC_POLICY_OBJECT_ID] =
        {FIELD(struct rbac_policy, object_id),
         .flags = ATTR_POST | ATTR_REQUIRED | ATTR_FILTER,
         .doc = "The network."},
    [RBAC_POLICY_ACTION] =
        {FIELD(struct rbac_policy, action),
         .flags = ATTR_POST | ATTR_REQUIRED | ATTR_FILTER, .one_of = actions,
         .doc = "access_as_shared: sees the network and its subnets and makes "
                "ports in it; access_as_external: sees the network."},
    [RBAC_POLICY_TARGET_TENANT] =
        {FIELD(struct rbac_policy, target_tenant),
         .flags = ATTR_POST | ATTR_PUT | ATTR_REQUIRED | ATTR_FILTER,
         .check = check_target,
         .doc = "The project that may; *: every project, which only an admin "
                "may say."},
};

/* --- asking */

STATEMENT(rbac_access_of,
    "SELECT bool_or(action = '" RBAC_SHARED "') FROM rbac_policies"
    " WHERE object_id = $1::uuid"
    "   AND target_tenant IN ('" RBAC_ALL "', $2::text)");

struct err *
rbac_look(struct change *change, const char *network_id,
          enum rbac_access *ret_access)
{
    const char *params[] = {network_id, change->caller->project_id};
    struct rows rows;
    TRY(tx_one(change->tx, QUERY(rbac_access_of, params), &rows));
    *ret_access = rows_text(&rows, 0, 0) == NULL ? RBAC_NO_ACCESS
                  : rows_bool(&rows, 0, 0)       ? RBAC_USES
                                                 : RBAC_SEES;
    return NULL;
}

/* --- whose networks */

/* The row of the network 'id' among 'rows', which are in that order. */
static int
find_row(const struct rows *rows, const char *id)
{
    int column = sqlgen_column(&network_resource.table, ATTR_ID);
    for (int row = 0; row < rows_count(rows); row++) {
        if (strcmp(rows_text(rows, row, column), id) == 0) {
            return row;
        }
    }
    return -1;
}

/* Only the project of a network says who else may use it. */
static struct err *
refuse_foreign(struct change *change, const char *id)
{
    enum rbac_access access;
    TRY(rbac_look(change, id, &access));
    if (access == RBAC_NO_ACCESS) {
        return resource_not_found(change->arena, &network_resource, id);
    }
    struct blockers blockers = blockers_none(change->arena, change->caller);
    return blockers_explain(
        &blockers, change->tx,
        blockers_of_guest(change->arena, change->caller, id),
        err_new(change->arena, ERR_FORBIDDEN,
                "policies of network \"%s\" can only be made by the project "
                "that owns the network, or by an admin", id));
}

/* Takes the row of the network 'id': it will be told what has become of it. */
static struct err *
take_network(struct change *change, const struct rows *rows, const char *id)
{
    int row = find_row(rows, id);
    if (row < 0) {
        return resource_not_found(change->arena, &network_resource, id);
    }
    change_remember_row(change, &network_resource, rows, row);
    const char *owner = rows_text(
        rows, row, sqlgen_column(&network_resource.table, ATTR_PROJECT_ID));
    return change->caller->is_admin ||
                   strcmp(owner, change->caller->project_id) == 0
               ? NULL
               : refuse_foreign(change, id);
}

/* --- what may not be */

static struct err *
check_wildcard(struct change *change, const char *target)
{
    if (strcmp(target, RBAC_ALL) != 0 || change->caller->is_admin) {
        return NULL;
    }
    return err_new(change->arena, ERR_FORBIDDEN,
                   "\"target_tenant\" \"" RBAC_ALL "\" is disallowed by "
                   "policy: to open a network to every project needs the "
                   "role admin");
}

static const char *
reason_same(struct arena *arena, const struct blocker *policy,
            const struct rows *rows, int row)
{
    (void) arena;
    (void) rows;
    (void) row;
    return policy->id == NULL
               ? "A policy that an admin made allows the same already."
               : "The policy allows the same already.";
}

STATEMENT(rbac_same,
    "SELECT 'rbac_policy', id, NULL, NULL, NULL, NULL, project_id, false, 1"
    "  FROM rbac_policies WHERE object_id = $1::uuid AND action = $2::text"
    "   AND target_tenant = $3::text AND id IS DISTINCT FROM $4::uuid");

static struct err *
refuse_same(struct change *change, const struct rbac_policy *policy,
            const struct blockers *blockers)
{
    return blockers_refuse(
        blockers,
        err_new(change->arena, ERR_RBAC_DUPLICATE,
                "an RBAC policy already exists with those values: network "
                "\"%s\", action \"%s\", target_tenant \"%s\"",
                (const char *) type_of(TYPE_UUID)->to_sql(change->arena,
                                                          &policy->object_id),
                policy->action, policy->target_tenant));
}

/* Refuses 'policy' when there is another one with the same values. */
static struct err *
check_same(struct change *change, const struct rbac_policy *policy)
{
    const struct type *uuid = type_of(TYPE_UUID);
    const char *params[] = {
        uuid->to_sql(change->arena, &policy->object_id), policy->action,
        policy->target_tenant,
        record_has(&policy->rec, ATTR_ID)
            ? uuid->to_sql(change->arena, &policy->id)
            : NULL};
    struct blockers blockers = blockers_none(change->arena, change->caller);
    struct rows rows;
    TRY(tx_one(change->tx, QUERY(rbac_same, params), &rows));
    if (rows_count(&rows) == 0) {
        return NULL;
    }
    blockers_add_rows(&blockers, &rows, reason_same);
    return refuse_same(change, policy, &blockers);
}

static bool
is_same(const struct rbac_policy *a, const struct rbac_policy *b)
{
    return uuid_equal(&a->object_id, &b->object_id) &&
           strcmp(a->action, b->action) == 0 &&
           strcmp(a->target_tenant, b->target_tenant) == 0;
}

/* Nor may two of one request be the same. */
static struct err *
check_siblings(struct change *change, void *const *records, size_t i)
{
    struct blockers blockers = blockers_none(change->arena, change->caller);
    for (size_t j = 0; j < i; j++) {
        if (is_same(records[i], records[j])) {
            blockers_add(&blockers,
                         &(struct blocker){
                             .type = "rbac_policy",
                             .reason = "The same request asks for it twice."});
            return refuse_same(change, records[i], &blockers);
        }
    }
    return NULL;
}

/* --- create */

enum { LOCKED, NETWORKS, N_LOADS };

/* The networks, locked in order; then as they are (change_lock_all).  Policies
 * are not combined: all are of one member. */
static size_t
load_create(struct creation *creation, struct query *ret_queries)
{
    struct arena *arena = creation->arena;
    const struct visibility all =
        change_visibility(creation->members[0].change);
    const struct table *table = &network_resource.table;
    const char **ids = ARENA_ARRAY(arena, const char *, creation->n_records);
    size_t n = 0;
    EACH_RECORD(creation, member, i)
    {
        const struct rbac_policy *policy = member->records[i];
        ids[n++] = type_of(TYPE_UUID)->to_sql(arena, &policy->object_id);
    }
    ret_queries[LOCKED] =
        sqlgen_get(arena, table, ids, n, &all, ROW_CHANGE);
    ret_queries[NETWORKS] = sqlgen_get(arena, table, ids, n, &all, ROW_READ);
    return N_LOADS;
}

static struct err *
prepare(struct change *change, void *const *records, size_t i,
        const struct rows *networks)
{
    const struct rbac_policy *policy = records[i];
    TRY(take_network(change, networks,
                     type_of(TYPE_UUID)->to_sql(change->arena,
                                                &policy->object_id)));
    TRY(check_wildcard(change, policy->target_tenant));
    TRY(check_same(change, policy));
    return check_siblings(change, records, i);
}

static struct err *
before_create(struct creation *creation, const struct rows *rows)
{
    EACH_RECORD(creation, member, i)
    {
        TRY(creation_refuse(member, prepare(member->change, member->records,
                                            i, &rows[NETWORKS])));
    }
    return NULL;
}

/* True when an earlier one of the records is about the same network. */
static bool
is_told(void *const *records, size_t i)
{
    const struct rbac_policy *policy = records[i];
    bool told = false;
    for (size_t j = 0; j < i; j++) {
        const struct rbac_policy *other = records[j];
        told = told || uuid_equal(&other->object_id, &policy->object_id);
    }
    return told;
}

/* Each network tells once, whatever the number of its policies. */
static struct err *
after_create(struct creation *creation)
{
    EACH_RECORD(creation, member, i)
    {
        const struct rbac_policy *policy = member->records[i];
        if (!is_told(member->records, i)) {
            TRY(rbac_reflect(member->change, &policy->object_id));
        }
    }
    return NULL;
}

/* --- update and delete */

static struct blocker_query
find_blockers(struct arena *arena, const struct caller *caller,
              const char *id)
{
    (void) caller;
    return blockers_of_unsharing(arena, &id, 1, NULL);
}

/* Refuses to take the policy away, or to give it to 'target' alone, from a
 * project that uses the network by it. */
static struct err *
check_unused(struct change *change, const struct rbac_policy *current,
             const char *target)
{
    const struct type *uuid = type_of(TYPE_UUID);
    const char *id = uuid->to_sql(change->arena, &current->id);
    const char *network = uuid->to_sql(change->arena, &current->object_id);
    struct blockers blockers = blockers_none(change->arena, change->caller);
    struct blocker_query users =
        blockers_of_unsharing(change->arena, &id, 1, target);
    TRY(blockers_find(&blockers, change->tx, &users));
    if (blockers.total == 0) {
        return NULL;
    }
    return blockers_refuse(
        &blockers,
        err_new(change->arena, ERR_RBAC_IN_USE,
                "RBAC policy on object \"%s\" cannot be removed because other "
                "objects depend on it: projects that have access by it use "
                "the network", network));
}

static struct err *
before_update(struct change *change, const void *current_, void *patch_)
{
    const struct rbac_policy *current = current_;
    const struct rbac_policy *patch = patch_;
    struct rbac_policy merged = *current;
    const char *network =
        type_of(TYPE_UUID)->to_sql(change->arena, &current->object_id);
    struct rows rows;
    table_merge(&rbac_policy_resource.table, &merged, patch);
    if (strcmp(merged.target_tenant, current->target_tenant) == 0) {
        return NULL;
    }
    TRY(change_lock(change, &network_resource, &current->object_id,
                    ROW_CHANGE, &rows));
    TRY(take_network(change, &rows, network));
    TRY(check_wildcard(change, merged.target_tenant));
    TRY(check_same(change, &merged));
    return check_unused(change, current, merged.target_tenant);
}

static struct err *
after_update(struct change *change, const void *current_, const void *patch_)
{
    const struct rbac_policy *current = current_;
    const struct rbac_policy *patch = patch_;
    bool same = !record_has(&patch->rec, RBAC_POLICY_TARGET_TENANT) ||
                strcmp(patch->target_tenant, current->target_tenant) == 0;
    return same ? NULL : rbac_reflect(change, &current->object_id);
}

static struct err *
before_delete(struct change *change, const void *current_)
{
    const struct rbac_policy *current = current_;
    TRY(check_unused(change, current, NULL));
    return change_remember(change, &network_resource, &current->object_id);
}

static struct err *
after_delete(struct change *change, const void *current_)
{
    const struct rbac_policy *current = current_;
    return rbac_reflect(change, &current->object_id);
}

const struct resource rbac_policy_resource = {
    .table = {.name = "rbac_policy",
              .plural = "rbac_policies",
              .path = "rbac-policies",
              .title = "RBAC policy",
              .attrs = rbac_policy_attrs,
              .n_attrs = RBAC_POLICY_N_ATTRS,
              .size = sizeof(struct rbac_policy),
              .not_found = ERR_RBAC_NOT_FOUND,
              .parent_column = "object_id",
              .doc = "Lets a project use or see the network of another."},
    .first_revision = 1,
    .load_create = load_create,
    .before_create = before_create,
    .after_create = after_create,
    .before_update = before_update,
    .after_update = after_update,
    .before_delete = before_delete,
    .after_delete = after_delete,
    .find_blockers = find_blockers,
    /* Ports under way are waited for, and see what has become of it. */
    .parent = &network_resource,
    .parent_lock = {ROW_DELETE, ROW_DELETE},
    .network_attr = RBAC_POLICY_OBJECT_ID,
    .project_attr = ATTR_PROJECT_ID,
};
