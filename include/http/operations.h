/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Routes for those who run the server.
 */
#ifndef HTTP_OPERATIONS_H
#define HTTP_OPERATIONS_H

#include "api/call.h"

operation_fn operations_health;  /* /healthz: the process answers. */
operation_fn operations_ready;   /* /readyz: so does the database. */
operation_fn operations_metrics; /* /metrics: Prometheus text. */
operation_fn operations_openapi; /* /openapi.json */
operation_fn operations_options; /* OPTIONS of any path. */

#endif
