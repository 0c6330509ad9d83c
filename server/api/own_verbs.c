/* SPDX-License-Identifier: Apache-2.0 */
/*
 * POST and PUT: most resources have them alike (verbs.c), some their own.
 */
#include "api/clusters.h"
#include "api/verbs.h"
#include "resource/cluster.h"

static const struct own_verbs {
    const struct resource *resource;
    operation_fn *create, *update;
} own_verbs[] = {
    {&cluster_resource, clusters_create, clusters_update},
};

static struct own_verbs
find_verbs(const struct resource *resource)
{
    for (size_t i = 0; i < sizeof own_verbs / sizeof *own_verbs; i++) {
        if (own_verbs[i].resource == resource) {
            return own_verbs[i];
        }
    }
    return (struct own_verbs){resource, verb_create_plain, verb_update_plain};
}

struct err *
verb_create(struct call *call)
{
    return find_verbs(call->resource).create(call);
}

struct err *
verb_update(struct call *call)
{
    return find_verbs(call->resource).update(call);
}
