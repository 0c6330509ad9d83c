/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entitlements: what the operators allow a project beyond its quotas.  Each
 * has a column of its own in the row of the project.
 */
#ifndef RESOURCE_ENTITLEMENT_H
#define RESOURCE_ENTITLEMENT_H

#include <stdbool.h>

#include "core/err.h"
#include "resource/resource.h"

#define ENTITLEMENT_SHADOW_PORT "shadow_port"

/* Names of the entitlements, NULL-terminated. */
extern const char *const entitlement_names[];

/* Refuses (ERR_FORBIDDEN) unless the project is entitled to shadow ports, and
 * says how to ask; the entitlement stays until the end of the transaction. */
struct err *entitlement_require(struct change *change,
                                const char *project_id) MUST_CHECK;

/* Says whether the project is entitled to shadow ports, without a lock. */
struct err *entitlement_look(struct change *change, const char *project_id,
                             bool *ret_granted) MUST_CHECK;

/* Grants shadow ports to the project or withdraws them, with the event when
 * that is a change.  The last lock of its transaction: others may hold any
 * lock when they ask entitlement_require. */
struct err *entitlement_set(struct change *change, const char *project_id,
                            bool granted) MUST_CHECK;

#endif
