/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /v2.0/subnetpools/{id}/add_prefixes and remove_prefixes: what PUT of a pool
 * cannot say.
 */
#ifndef API_SUBNETPOOLS_H
#define API_SUBNETPOOLS_H

#include "api/call.h"

operation_fn subnetpools_add_prefixes;
operation_fn subnetpools_remove_prefixes;

#endif
