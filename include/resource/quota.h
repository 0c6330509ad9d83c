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

/* What a transaction takes of the quota of one project. */
struct quota_claim {
    const char *project_id;
    int64_t claimed; /* By all that it is about to create, */
    int64_t taken;   /* and of these what is settled. */
    int64_t used;    /* By others. */
    int64_t limit;
};

/* Of several projects: all is claimed before the rules have spoken, in the
 * round trip of the locks, and what they refuse is given back. */
struct quota_claims {
    const char *resource;
    struct quota_claim *items;
    size_t n;
};

/* Claims one for each of the 'n' ids, which it sorts. */
void quota_claim(struct quota_claims *claims, struct arena *arena,
                 const char **project_ids, size_t n);

/* The statement that takes what is claimed, and locks the rows in order until
 * the end of the transaction; quota_read_claims takes its rows.  Column
 * QUOTA_NOW is the time of the transaction. */
enum { QUOTA_NOW = 3 };
struct query quota_take_claims(struct arena *arena,
                               const struct quota_claims *claims);
void quota_read_claims(struct quota_claims *claims,
                       const struct settings *settings,
                       const struct rows *rows);

/* Takes one for each of 'objects' together, or fails with ERR_OVER_QUOTA. */
struct err *quota_settle(struct quota_claims *claims, struct arena *arena,
                         struct object *const *objects, size_t n) MUST_CHECK;

/* Makes the statement that gives back what is not settled; false when there is
 * no such rest. */
bool quota_return_rest(struct arena *arena, const struct quota_claims *claims,
                       struct query *ret_query);

/* Locks the network, then all quota rows of the projects that have something in
 * it, and of 'project_id', in one order (db/addresses.h): for changes that touch
 * several of them, and before any counter of a subnet is locked.  Who changes
 * the network afterwards has its lock by then. */
struct err *quota_lock(struct change *change, const struct uuid *network_id,
                       const char *project_id) MUST_CHECK;

/* The statement for the quota rows, for who has locked the network. */
struct query quota_lock_query(struct arena *arena,
                              const struct uuid *network_id,
                              const char *project_id);

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
