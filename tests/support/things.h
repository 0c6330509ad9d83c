/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Networks, subnets and ports as most tests want them, for api.h.
 */
#ifndef SUPPORT_THINGS_H
#define SUPPORT_THINGS_H

#include "support/api.h"

#define FROM_TO(from, to) "[{'start': '" from "', 'end': '" to "'}]"

/* POST of a subnet of that version in a network of its own. */
struct reply create_v4(const char *attributes);
struct reply create_v6(const char *attributes);

/* The pools of a subnet: "10.0.0.2-10.0.0.8,10.0.0.10-10.0.0.254". */
const char *pools_of(const struct reply *reply);

/* POST of a port in a network; 'attributes' may be empty. */
struct reply create_in(const char *network_id, const char *attributes);

/* The addresses of a port, sorted as text: "10.0.0.2,10.0.0.3". */
const char *addresses_of(const struct reply *reply);

#define expect_pools(reply, expected)                                     \
    cr_assert_str_eq(pools_of(reply), (expected), "%s", describe(reply))

#define expect_addresses(reply, expected)                                 \
    cr_assert_str_eq(addresses_of(reply), (expected), "%s",               \
                     describe(reply))

/* The path of the session's quota; PUT of one of its limits; what is used of
 * a resource must be 'used'. */
const char *quota_path(void);
void set_quota(const char *resource, int limit);
void expect_used(const char *resource, int used);

/* Lets the operators grant shadow ports to the session's project, or withdraw
 * them. */
void entitle(bool granted);

/* A network with shadow ports, of an entitled project. */
const char *make_shadow_network(void);

/* The shadow ports of a network, the oldest first. */
struct reply shadow_ports_of(const char *network_id);

/* POST of a policy for a network; one by which 'project' uses it, its id. */
struct reply create_policy(const char *network_id, const char *action,
                           const char *target);
const char *share(const char *network_id, const char *project);

/* Networks that carry a label of the test's own as description, so that an
 * admin, who sees all projects, can list these alone. */
const char *label(void);

/* Networks named by the letters of 'names'; the mtu grows by one after every
 * 'per_mtu' of them. */
void make_networks(const char *names, int first_mtu, int per_mtu);

/* Lists them; 'query' says more. */
struct reply listed(const char *query);
struct reply listed_by_name(const char *query);

/* The id of the one called 'name'. */
const char *id_of(const char *name);

#endif
