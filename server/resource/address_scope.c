/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Address scopes: the attribute table and the rules.  subnetpool_scope.c says
 * which pools can be in one.
 */
#include "resource/address_scope.h"

#include "core/arena.h"
#include "resource/subnet.h"

static const struct attr address_scope_attrs[] = {
    COMMON_ATTRS(struct address_scope, ATTR_DB_DEFAULT),
    [ADDRESS_SCOPE_IP_VERSION] =
        {FIELD(struct address_scope, ip_version),
         .flags = ATTR_POST | ATTR_REQUIRED | ATTR_FILTER | ATTR_SORT,
         .check = subnet_check_version, .doc = "4 or 6."},
    [ADDRESS_SCOPE_SHARED] =
        {FIELD(struct address_scope, shared),
         .flags = ATTR_POST | ATTR_PUT | ATTR_FILTER | ATTR_SORT |
                  ATTR_ADMIN_WRITE,
         .def = "false",
         .doc = "Visible to every project, for ever: it cannot be taken "
                "back."},
};

static struct err *
before_update(struct change *change, const void *current_, void *patch_)
{
    const struct address_scope *current = current_, *patch = patch_;
    if (!record_has(&patch->rec, ADDRESS_SCOPE_SHARED) || patch->shared ||
        !current->shared) {
        return NULL;
    }
    return err_new(change->arena, ERR_SCOPE_UPDATE,
                   "unable to update address scope \"%s\": a shared address "
                   "scope stays shared",
                   (const char *) type_of(TYPE_UUID)->to_sql(change->arena,
                                                             &current->id));
}

/* --- delete */

static const char *
reason_in_scope(struct arena *arena, const struct blocker *pool,
                const struct rows *rows, int row)
{
    (void) arena;
    (void) rows;
    (void) row;
    return pool->id == NULL
               ? "A subnet pool of another project is in the address scope."
               : "The subnet pool is in the address scope: take it out or "
                 "delete it.";
}

STATEMENT(address_scope_pools,
    "SELECT 'subnetpool', p.id, p.name, NULL, NULL, NULL, p.project_id,"
    "       p.shared, count(*) OVER ()"
    "  FROM subnetpools p WHERE p.address_scope_id = $1::uuid"
    " ORDER BY p.id" BLOCKERS_LIMIT);

static struct blocker_query
find_blockers(struct arena *arena, const struct caller *caller,
              const char *id)
{
    (void) caller;
    return blockers_ask(arena, address_scope_pools.sql, id, NULL,
                        reason_in_scope);
}

static struct err *
before_delete(struct change *change, const void *current)
{
    const struct address_scope *scope = current;
    struct arena *arena = change->arena;
    const char *id = type_of(TYPE_UUID)->to_sql(arena, &scope->id);
    struct blockers blockers = blockers_none(arena, change->caller);
    struct blocker_query query = find_blockers(arena, change->caller, id);
    TRY(blockers_find(&blockers, change->tx, &query));
    if (blockers.total == 0) {
        return NULL;
    }
    return blockers_refuse(
        &blockers,
        err_new(arena, ERR_SCOPE_IN_USE,
                "unable to complete operation on address scope \"%s\": one "
                "or more subnet pools are in it", id));
}

const struct resource address_scope_resource = {
    .table = {.name = "address_scope",
              .plural = "address_scopes",
              .path = "address-scopes",
              .title = "Address scope",
              .attrs = address_scope_attrs,
              .n_attrs = ADDRESS_SCOPE_N_ATTRS,
              .size = sizeof(struct address_scope),
              .not_found = ERR_SCOPE_NOT_FOUND,
              .visible = "t.shared",
              .doc = "Subnet pools of which no two share an address."},
    .unmetered = true,
    .before_update = before_update,
    .before_delete = before_delete,
    .find_blockers = find_blockers,
    .network_attr = -1,
    .project_attr = ATTR_PROJECT_ID,
};
