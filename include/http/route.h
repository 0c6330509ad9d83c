/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths and what they mean.
 */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include <stdbool.h>

#include "api/call.h"

/* Who gets through to the operation, which says the rest. */
enum access {
    ACCESS_ROLE,  /* GET: who may read; else: who may change the resource. */
    ACCESS_OPEN,  /* Everyone, without a token. */
    ACCESS_ADMIN, /* Admins alone. */
    ACCESS_TOKEN, /* Everyone who has a token, even without a role. */
};

struct route {
    const char *method;
    const char *pattern; /* "{...}" stands for one part of the path. */
    operation_fn *operation;
    enum access access;
};

/* Finds the route of 'method' and 'call->path'; sets the call's resource, id
 * and tag.  HEAD is served where GET is, OPTIONS everywhere, and tells what
 * else is.  ERR_NOT_FOUND for an unknown path, ERR_METHOD_NOT_ALLOWED for a
 * known one. */
struct err *route_find(struct call *call, const char *method,
                       const struct route **ret_route) MUST_CHECK;

/* True when 'resource' (NULL: none is named) has what the route is about. */
bool route_serves(const struct route *route, const struct resource *resource);

bool route_is_open(const struct route *route);

/* Refuses (ERR_FORBIDDEN) callers to whom the route is closed. */
struct err *route_authorize(const struct route *route,
                            const struct call *call) MUST_CHECK;

/* The routes in order, for metrics: at most ROUTE_MAX. */
#define ROUTE_MAX 96
int route_index(const struct route *route);
const struct route *route_at(int index);

#endif
