/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who stands in the way: one collection for the refusal of a change, for
 * GET .../blockers, which asks without trying, and for the plan of a cascade.
 *
 * What the caller may not see is counted and has a type and a reason, but no
 * identity.  A query for an explanation runs only when something is refused,
 * in the transaction that is about to end.
 */
#ifndef RESOURCE_BLOCKERS_H
#define RESOURCE_BLOCKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "db/tx.h"

struct caller;

struct blockers {
    struct arena *arena; /* Gets the texts: the arena of the error. */
    const struct caller *caller;
    struct blocker *items; /* The first BLOCKERS_MAX. */
    size_t n;
    int64_t total;
};

/* No blockers yet, for 'caller'. */
struct blockers blockers_none(struct arena *arena,
                              const struct caller *caller);

/* Adds 'blocker', whose texts live as long as 'blockers', for everybody to
 * see. */
void blockers_add(struct blockers *blockers, const struct blocker *blocker);

/* True when the caller may see what belongs to project 'owner'. */
bool blockers_sees(const struct blockers *blockers, const char *owner);

/* Attaches the blockers to 'err' and returns it. */
struct err *blockers_refuse(const struct blockers *blockers, struct err *err)
    __attribute__((returns_nonnull));

/* --- rows: every query for blockers answers these columns, and its own behind
 * them */

enum blocker_column {
    BLOCKER_TYPE,
    BLOCKER_ID,
    BLOCKER_NAME,
    BLOCKER_IP_ADDRESS,
    BLOCKER_DEVICE_OWNER,
    BLOCKER_DEVICE_ID,
    BLOCKER_OWNER,
    BLOCKER_PUBLIC, /* Whether other projects see the object. */
    BLOCKER_TOTAL,  /* How many rows there would be without a LIMIT. */
    BLOCKER_N_COLUMNS
};

/* The end of such a query. */
#define BLOCKERS_LIMIT BLOCKERS_LIMIT_OF(BLOCKERS_MAX)
#define BLOCKERS_LIMIT_OF(max_) BLOCKERS_LIMIT_TEXT(max_)
#define BLOCKERS_LIMIT_TEXT(max_) " LIMIT " #max_

/* The reason of the blocker in row 'row', a text in 'arena'.  'blocker->id' is
 * NULL when the caller may not know whose it is, nor anything else of it. */
typedef const char *blocker_reason_fn(struct arena *arena,
                                      const struct blocker *blocker,
                                      const struct rows *rows, int row);

/* A question for blockers and the words for what it finds. */
struct blocker_query {
    struct query query;
    blocker_reason_fn *reason;
};

/* The query 'sql', one of SELECTs with the columns of enum blocker_column, for
 * the parameters 'a' and 'b' (NULL: there is one). */
struct blocker_query blockers_ask(struct arena *arena, const char *sql,
                                  const char *a, const char *b,
                                  blocker_reason_fn *reason);

/* Adds the blocker of one row. */
void blockers_add_row(struct blockers *blockers, const struct rows *rows,
                      int row, blocker_reason_fn *reason);

/* Adds those of all rows, and counts what the LIMIT left out. */
void blockers_add_rows(struct blockers *blockers, const struct rows *rows,
                       blocker_reason_fn *reason);

/* Asks and adds. */
struct err *blockers_find(struct blockers *blockers, struct tx *tx,
                          const struct blocker_query *query) MUST_CHECK;

/* Asks, and returns 'err' with what was found, or the error of asking. */
struct err *blockers_explain(struct blockers *blockers, struct tx *tx,
                             struct blocker_query query, struct err *err)
    __attribute__((returns_nonnull));

/* --- blockers_keep.c: what keeps an object */

/* What keeps a network, a subnet: cluster networks, and ports that do not give
 * way. */
struct blocker_query blockers_of_network(struct arena *arena,
                                         const struct caller *caller,
                                         const char *id);
struct blocker_query blockers_of_subnet(struct arena *arena,
                                        const struct caller *caller,
                                        const char *id);

/* What keeps a port from its own project: the platform, or a cluster network
 * whose node's it is.  An admin is kept from shadow ports and nodes alone. */
struct blocker_query blockers_of_port(struct arena *arena,
                                      const struct caller *caller,
                                      const char *id);

/* What keeps a cluster network: what others have put into what it made. */
struct blocker_query blockers_of_cluster(struct arena *arena,
                                         const struct caller *caller,
                                         const char *id);

/* Cluster networks alone: those that use a network, a subnet, the shadow ports
 * of a network, and what another cluster network made. */
struct blocker_query blockers_of_network_users(struct arena *arena,
                                               const char *id);
struct blocker_query blockers_of_subnet_users(struct arena *arena,
                                              const char *id);
struct blocker_query blockers_of_shadow_port_users(struct arena *arena,
                                                   const char *network_id);
struct blocker_query blockers_of_neighbours(struct arena *arena,
                                            const char *id);

/* The cluster network that keeps the addresses of a port, its node's. */
struct blocker_query blockers_of_node_addresses(struct arena *arena,
                                                const char *id);

/* Cluster networks and ports of others that are in a network by no more than
 * the policies with these ids; what belongs to project 'target' (NULL: no
 * such) may stay. */
struct blocker_query blockers_of_unsharing(struct arena *arena,
                                           const char *const *ids, size_t n,
                                           const char *target);

/* The words of a plan for what it may not take along: the objects of others
 * than the project whose object goes, the ports of the platform, and cluster
 * networks. */
blocker_reason_fn blockers_reason_foreign;
blocker_reason_fn blockers_reason_platform;
blocker_reason_fn blockers_reason_cluster;

/* --- blockers_ports.c: ports */

/* Whether anything is said of the device that uses a port; words for it. */
bool blockers_names_device(const struct blocker *port);
const char *blockers_device(struct arena *arena, const struct blocker *port);

/* Who holds an address of a subnet, a MAC address in a network. */
struct blocker_query blockers_of_address(struct arena *arena,
                                         const char *subnet_id,
                                         const char *ip);
struct blocker_query blockers_of_mac(struct arena *arena,
                                     const char *network_id, const char *mac);

/* Routers that hold the address 'ip', the gateway of a subnet. */
struct blocker_query blockers_of_gateway(struct arena *arena,
                                         const char *subnet_id,
                                         const char *ip);

/* --- blockers_subnets.c: subnets and networks */

/* Subnets of the network that overlap with 'cidr'. */
struct blocker_query blockers_of_cidr(struct arena *arena,
                                      const struct caller *caller,
                                      const char *network_id,
                                      const char *cidr);

/* The subnets in the array 'ids': full, when the array 'taken' says how many
 * addresses of each the transaction has taken; for other device_owners. */
struct blocker_query blockers_of_full(struct arena *arena,
                                      const struct caller *caller,
                                      const char *ids, const char *taken);
struct blocker_query blockers_of_service(struct arena *arena,
                                         const struct caller *caller,
                                         const char *ids);

/* The network, as the property of its project. */
struct blocker_query blockers_of_guest(struct arena *arena,
                                       const struct caller *caller,
                                       const char *id);

#endif
