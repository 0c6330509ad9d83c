/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of cluster networks share.
 */
#ifndef RESOURCE_CLUSTER_INTERNAL_H
#define RESOURCE_CLUSTER_INTERNAL_H

#include "resource/cluster.h"
#include "resource/rbac_policy.h"

/* A subnet of the network. */
struct cluster_subnet {
    struct uuid id;
    const char *name;
    struct ip_prefix cidr;
    int64_t free;   /* Addresses, as of now. */
    bool of_pods;   /* Pods of some cluster have it. */
    bool automatic; /* Addresses follow from MACs. */
};

/* A reserved range of the network. */
struct cluster_range {
    struct ip_prefix cidr;
    const char *kind;
    const char *cluster_id; /* Of the cluster network; NULL: not to be told. */
    const char *name;
};

/* The network that was named. */
struct cluster_net {
    const char *name;
    const char *project_id;
    bool own;
    enum rbac_access access;
    bool shadow;  /* Has enable_shadow_port. */
    bool found;
};

/* A quota of the project, locked. */
struct cluster_quota {
    const char *resource;
    int64_t used, limit;
};

#define CLUSTER_N_QUOTAS 3

struct subnetpool;

/* A cluster network under creation: what is asked, and what there is. */
struct cluster_plan {
    struct change *change;
    struct cluster *cluster;
    struct cluster_outcome *outcome;
    const struct cluster *found; /* With the same cluster_id, or NULL. */
    struct cluster_net net;
    struct cluster_subnet *subnets; /* Of the network, oldest first. */
    size_t n_subnets;
    struct cluster_range *ranges; /* Of the network. */
    size_t n_ranges;
    struct ip_prefix *taken; /* Blocks of the whole project. */
    size_t n_taken;
    struct cluster_quota quotas[CLUSTER_N_QUOTAS];
    bool new_network, new_subnet;
    const struct cluster_subnet *subnet; /* Of the nodes, if there is one. */
    bool lb_found, lb_usable;
    bool pooled; /* The new subnet is from this subnet pool: */
    struct uuid pool_id;
    const struct subnetpool *pool; /* NULL: not there for the caller. */
    unsigned len;                  /* Of its block, */
    struct ip_prefix block;        /* which is this one. */
    bool block_found;
};

/* --- cluster_load.c */

/* Locks and reads all that the creation needs, in one round trip. */
struct err *cluster_load(struct cluster_plan *plan) MUST_CHECK;

/* --- cluster_match.c */

/* Refuses (ERR_CLUSTER_EXISTS) when 'wanted' has another content than
 * 'found', naming the attribute. */
struct err *cluster_match(struct arena *arena, const struct cluster *found,
                          const struct cluster *wanted) MUST_CHECK;

/* --- cluster_assess.c */

/* Chooses the subnet or its block, and collects what does not fit into
 * 'plan->outcome'.  What nobody can change by changing the attributes of the
 * cluster (an object that does not exist) is returned. */
struct err *cluster_assess(struct cluster_plan *plan) MUST_CHECK;

/* Adds a problem. */
void cluster_add_problem(struct cluster_plan *plan, struct err *err,
                         const char *attribute, const char *value);

/* Blocks that a new subnet keeps out of: a list of the caller's own. */
size_t cluster_list_taken(const struct cluster_plan *plan,
                          struct ip_prefix **ret_taken);

/* --- cluster_pool.c */

/* The range of the setting cluster_pool; false when it names a subnet pool. */
bool cluster_pool_range(const struct settings *settings,
                        struct ip_prefix *ret_range);

/* Notes the subnet pool of the new subnet, if it is to be from one. */
void cluster_find_pool(struct cluster_plan *plan);

/* Locks it, and finds the block by what that SELECT answered. */
struct query cluster_pool_query(const struct cluster_plan *plan);
struct err *cluster_load_block(struct cluster_plan *plan,
                               const struct rows *rows) MUST_CHECK;

/* Takes the block for the outcome, or adds the problem. */
struct err *cluster_choose_of_pool(struct cluster_plan *plan) MUST_CHECK;

/* --- cluster_room.c */

/* Adds problems for what exceeds the quotas and the subnet. */
void cluster_assess_room(struct cluster_plan *plan);

/* --- cluster_ranges.c */

/* Adds a problem for each overlap between the ranges of the cluster, the
 * subnets and the reserved ranges. */
void cluster_assess_overlaps(struct cluster_plan *plan);

/* --- cluster_nodes.c */

/* Ports for the nodes numbered 'first' to 'last' of a group. */
struct cluster_nodes {
    const char *group;
    int64_t first, last;
};

/* Creates the ports of 'n' groups' new nodes, and notes whose they are. */
struct err *cluster_add_nodes(struct change *change,
                              const struct cluster *cluster,
                              const struct cluster_nodes *nodes,
                              size_t n) MUST_CHECK;

/* --- cluster_delete.c */

/* What goes with a cluster network. */
struct cluster_removal {
    struct change *change;
    const struct cluster *cluster;
    const char *id;
    struct uuid owned[2]; /* Its own subnets, */
    size_t n_owned;
    const char *owned_ids; /* and as an array literal. */
};

void cluster_plan_removal(struct cluster_removal *removal,
                          struct change *change,
                          const struct cluster *cluster);

/* Deletes the rows of the cluster network but for the objects that it is made
 * of. */
struct err *cluster_forget(const struct cluster_removal *removal) MUST_CHECK;

/* Raises the revision of the network that shows its ranges no longer. */
struct err *
cluster_touch_network(const struct cluster_removal *removal) MUST_CHECK;

/* --- the hooks of PUT and DELETE */

struct err *cluster_before_update(struct change *change, const void *current,
                                  void *patch);
struct err *cluster_before_delete(struct change *change, const void *current);

/* cluster_cascade.c */
struct err *cluster_list_cascade(struct change *change, const void *current,
                                 struct cascade *cascade);
struct err *cluster_run_cascade(struct change *change, const void *current,
                                const struct cascade *cascade);

#endif
