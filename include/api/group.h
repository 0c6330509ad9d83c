/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Group operations: PUT and DELETE of /v2.0/{collection} change or delete many
 * objects in one transaction; all or none, or with ?atomic=false each for
 * itself.
 */
#ifndef API_GROUP_H
#define API_GROUP_H

#include "api/call.h"

operation_fn group_update;
operation_fn group_delete;

#endif
