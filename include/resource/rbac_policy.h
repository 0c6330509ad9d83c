/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may use or see a network beside its project.
 *
 * A policy is one action for one project, or for all ("*").  With
 * "access_as_shared" a project sees the network and its subnets and makes
 * ports in it; with "access_as_external" it sees the network alone.
 *
 * The attributes "shared" and "router:external" of a network are words for its
 * policies: who changes one changes the other, in the same transaction.  All
 * of them change under the row of the network: who makes a port in it holds
 * that row FOR KEY SHARE (resource/port_load.c), who takes a policy away holds
 * it FOR UPDATE, and so one of the two waits for the other.
 */
#ifndef RESOURCE_RBAC_POLICY_H
#define RESOURCE_RBAC_POLICY_H

#include "resource/network.h"
#include "resource/resource.h"

#define RBAC_SHARED "access_as_shared"
#define RBAC_EXTERNAL "access_as_external"
#define RBAC_ALL "*" /* As target_tenant: every project. */

/* SQL: the project 'who_' uses the network 'id_'; the networks that it
 * uses. */
#define RBAC_MAY_USE(id_, who_)                                              \
    "EXISTS (SELECT 1 FROM rbac_policies r WHERE r.object_id = " id_         \
    " AND r.action = '" RBAC_SHARED "'"                                      \
    " AND r.target_tenant IN ('" RBAC_ALL "', " who_ "))"
#define RBAC_USED_BY(who_)                                                   \
    "ARRAY(SELECT r.object_id FROM rbac_policies r"                          \
    " WHERE r.action = '" RBAC_SHARED "'"                                    \
    " AND r.target_tenant IN ('" RBAC_ALL "', " who_ "))"

struct rbac_policy {
    COMMON_MEMBERS;
    const char *object_type;
    struct uuid object_id;
    const char *action;
    const char *target_tenant;
};

enum rbac_policy_attr {
    RBAC_POLICY_OBJECT_TYPE = ATTR_N_COMMON,
    RBAC_POLICY_OBJECT_ID,
    RBAC_POLICY_ACTION,
    RBAC_POLICY_TARGET_TENANT,
    RBAC_POLICY_N_ATTRS
};

extern const struct resource rbac_policy_resource;

/* What a project may do with the network of another one. */
enum rbac_access {
    RBAC_NO_ACCESS, /* It does not see it. */
    RBAC_SEES,
    RBAC_USES
};

/* Reads what the caller's project may, by policies that stay until the end of
 * the transaction when the caller holds the network's row. */
struct err *rbac_look(struct change *change, const char *network_id,
                      enum rbac_access *ret_access) MUST_CHECK;

/* --- rbac_shorthand.c: the attributes of networks */

/* Makes the policies of a new network. */
struct err *rbac_open(struct change *change,
                      const struct network *network) MUST_CHECK;

/* Makes and removes policies as 'patch' says, and gives it what follows;
 * refuses (ERR_INVALID_SHARED) while others use the network. */
struct err *rbac_apply(struct change *change, const struct network *current,
                       struct network *patch) MUST_CHECK;

/* Lets the network show what its policies say: after a change of these. */
struct err *rbac_reflect(struct change *change,
                         const struct uuid *network_id) MUST_CHECK;

/* Removes all policies of the network, which goes. */
struct err *rbac_remove_all(struct change *change,
                            const char *network_id) MUST_CHECK;

#endif
