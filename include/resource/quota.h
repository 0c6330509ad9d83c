/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Quotas: a row per project and resource, changed in the transaction of what
 * it counts, so that it is exact under any concurrency.
 */
#ifndef RESOURCE_QUOTA_H
#define RESOURCE_QUOTA_H

#include <stdint.h>

#include "core/err.h"
#include "resource/resource.h"

/* The limit of 'resource' ("port") for a project that has none of its own;
 * -1 is unlimited. */
int64_t quota_default(const struct settings *settings, const char *resource);

/* The statement that takes 'n' of the project's quota, and locks the row until
 * the end of the transaction. */
struct query quota_take(struct change *change, const char *resource,
                        const char *project_id, int64_t n);

/* The same beyond any limit. */
struct query quota_count(struct change *change, const char *resource,
                         const char *project_id, int64_t n);

/* Fails with ERR_OVER_QUOTA when 'query' of quota_take, which answered 'rows',
 * found too little left. */
struct err *quota_check_taken(struct change *change,
                              const struct query *query,
                              const struct rows *rows) MUST_CHECK;

/* Locks all quota rows of the projects that have something in the network, and
 * of 'project_id', in one order: for changes that touch several of them, and
 * before any counter of a subnet is locked. */
struct err *quota_lock(struct change *change, const struct uuid *network_id,
                       const char *project_id) MUST_CHECK;

/* Gives 'n' back. */
struct err *quota_give(struct change *change, const char *resource,
                       const char *project_id, int64_t n) MUST_CHECK;

/* A quota that does not suffice. */
struct quota_use {
    const char *resource;
    const char *project_id;
    int64_t used;
    int64_t limit;
    int64_t asked; /* How many more were asked for. */
};

/* The error of a refusal. */
struct err *quota_refusal(struct arena *arena, const struct quota_use *use);

/* Names of the resources with a quota, NULL-terminated. */
extern const char *const quota_resources[];

#endif
