/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plan, then delete: DELETE ?cascade=plan says what would go along, DELETE
 * ?cascade=ID does exactly that, or nothing.  resource/cascade.h tells how a
 * resource takes part.
 */
#ifndef API_CASCADE_H
#define API_CASCADE_H

#include "api/call.h"

/* A DELETE with the parameter "cascade". */
operation_fn cascade_delete;

#endif
