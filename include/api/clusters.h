/* SPDX-License-Identifier: Apache-2.0 */
/*
 * POST and PUT of /v2.0/cluster-networks; the other verbs are those of every
 * resource.
 */
#ifndef API_CLUSTERS_H
#define API_CLUSTERS_H

#include "api/call.h"

operation_fn clusters_create; /* ?check=true: only asks whether it fits. */
operation_fn clusters_update;

#endif
