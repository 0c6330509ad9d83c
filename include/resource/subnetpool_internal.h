/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files that give subnets their blocks share.
 */
#ifndef RESOURCE_SUBNETPOOL_INTERNAL_H
#define RESOURCE_SUBNETPOOL_INTERNAL_H

#include "resource/subnetpool.h"

struct subnet;

/* A pool that subnets are taken from, or that subnets of their networks are
 * from: locked. */
struct source {
    const struct subnetpool *pool;
    const char *id;
    bool visible;              /* To the caller. */
    struct prefix_list before; /* Free blocks, as rows say, */
    struct prefix_list free;   /* and as they are to be. */
};

/* What one subnet asks for. */
struct ask {
    struct subnet *subnet;
    struct source *source;
    struct ip_prefix wanted; /* Only its length, unless it is exact. */
    bool exact;
};

/* All that a request asks for. */
struct taking {
    struct change *change;
    struct source *sources;
    size_t n_sources;
    struct ask *asks;
    size_t n_asks;
};

/* Locks the pools, settles their blocks, and fills 'taking'; refuses what may
 * not be. */
struct err *subnetpool_ask(struct taking *taking, const struct rows *siblings,
                           void *const *subnets, size_t n) MUST_CHECK;

/* --- subnetpool_limits.c */

/* Refuses (ERR_POOL_QUOTA) what exceeds the quota of a pool; 'used' has rows
 * of (pool, project, length, how many blocks of it). */
struct err *subnetpool_check_quotas(const struct taking *taking,
                                    const struct rows *used) MUST_CHECK;

/* Refuses subnets that may not be in one network: they are of an ip_version
 * and neither from the same pool nor from pools of the same address scope. */
struct err *subnetpool_check_affinity(const struct taking *taking,
                                      const struct rows *siblings,
                                      void *const *subnets,
                                      size_t n) MUST_CHECK;

#endif
