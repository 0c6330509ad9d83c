/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /v2.0/invariants: what the last audit of the data found, for admins.
 */
#ifndef API_INVARIANTS_H
#define API_INVARIANTS_H

#include "api/call.h"

/* With ?fresh=true an audit runs first. */
operation_fn invariants_show;

#endif
