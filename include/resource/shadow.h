/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shadow ports: by them a network reaches the services of the provider without
 * internet access.  A network with enable_shadow_port holds one in each of its
 * subnets.  The server alone makes and removes them; they count in no quota.
 *
 * Who calls the functions that make or remove ports holds the row of the
 * network (ROW_CHANGE or more), so that no subnet comes or goes meanwhile.
 */
#ifndef RESOURCE_SHADOW_H
#define RESOURCE_SHADOW_H

#include "resource/network.h"
#include "resource/port.h"

/* May the network be as 'network' says (ERR_FORBIDDEN without entitlement,
 * ERR_CONFLICT, ERR_NETWORK_IN_USE while a cluster network depends on them)?
 * 'current' is what it was, NULL when it is new. */
struct err *shadow_check(struct change *change, const struct network *current,
                         const struct network *network) MUST_CHECK;

/* Makes the shadow ports that an existing network lacks, or removes those that
 * it should not have: for a change that gives enable_shadow_port. */
struct err *shadow_apply(struct change *change,
                         const struct network *network) MUST_CHECK;

/* Makes the shadow ports of new subnets, where they have a shadow_project. */
struct err *shadow_follow(struct change *change, void *const *subnets,
                          size_t n) MUST_CHECK;

/* Refuses a port that somebody wants to make, or make of another, as a shadow
 * port: 'device_owner' is the one that it would have. */
struct err *shadow_check_owner(struct arena *arena,
                               const char *device_owner) MUST_CHECK;

/* Refuses changes of a shadow port to all but admins.  Its deletion is refused
 * to admins as well, with the other ports of the platform. */
struct err *shadow_guard(struct change *change,
                         const struct port *port) MUST_CHECK;

/* Refuses a change that takes a shadow port away from its subnet or makes it
 * another kind of port, or that makes another port one: to everybody. */
struct err *shadow_guard_update(struct change *change,
                                const struct port *current,
                                const struct port *patch) MUST_CHECK;

#endif
