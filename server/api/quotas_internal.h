/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What reading and changing quotas share.
 */
#ifndef API_QUOTAS_INTERNAL_H
#define API_QUOTAS_INTERNAL_H

#include "api/call.h"

#define QUOTA_N_RESOURCES 5

/* Limits of one project: what was set, else the default. */
struct limits {
    int64_t limit[QUOTA_N_RESOURCES];
    int64_t used[QUOTA_N_RESOURCES];
    bool own; /* At least one was set. */
};

/* The columns of rows that limits are made of. */
#define QUOTA_COLUMNS "project_id, resource, quota_limit, used"

/* The index of the resource called 'name' in quota_resources, or -1. */
int quotas_find_resource(const char *name);

/* The limits that the rows of one project say. */
struct limits quotas_limits(const struct call *call, const struct rows *rows);

/* Answers with 'limits'. */
void quotas_answer(struct call *call, const struct limits *limits);

/* Appends the limits of a project as lists of quotas show them. */
void quotas_add_project(struct buf *body, const char *project_id,
                        const struct limits *limits);

/* Refuses what cannot be a project's id. */
struct err *quotas_check_project(const struct call *call) MUST_CHECK;

#endif
