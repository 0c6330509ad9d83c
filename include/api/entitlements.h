/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /v2.0/entitlements: what the operators grant to projects.
 */
#ifndef API_ENTITLEMENTS_H
#define API_ENTITLEMENTS_H

#include "api/call.h"

operation_fn entitlements_list;
operation_fn entitlements_show;
operation_fn entitlements_update;

#endif
