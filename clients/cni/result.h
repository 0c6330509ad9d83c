/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the plugin prints: results, failures, its versions (CNI specification,
 * section 5).
 */
#ifndef CNI_RESULT_H
#define CNI_RESULT_H

#include "cni/config.h"
#include "cni/failure.h"
#include "cni/ports.h"

/* The abbreviated result of an IPAM plugin: the port's address in each subnet,
 * with routes and name servers, in the form of the configuration's version.
 * 'port' must have these addresses. */
const char *result_render(struct arena *arena, const struct config *config,
                          const struct subnets *subnets, const json_t *port);

/* The error object.  'version' is the configuration's, NULL for unknown. */
const char *result_failure(struct arena *arena, const char *version,
                           const struct failure *failure);

/* The answer to VERSION. */
const char *result_versions(struct arena *arena, const char *version);

#endif
