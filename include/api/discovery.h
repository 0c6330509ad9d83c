/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What clients ask before anything else: versions, extensions, SDNs.
 */
#ifndef API_DISCOVERY_H
#define API_DISCOVERY_H

#include "api/call.h"

operation_fn discovery_root;       /* GET / */
operation_fn discovery_v2;         /* GET /v2.0 */
operation_fn discovery_extensions; /* GET /v2.0/extensions */
operation_fn discovery_extension;  /* GET /v2.0/extensions/{alias} */
operation_fn discovery_sdns;       /* GET /v2.0/available-sdn */

#endif
