/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /v2.0/quotas: what projects may have.
 */
#ifndef API_QUOTAS_H
#define API_QUOTAS_H

#include "api/call.h"

operation_fn quotas_list;
operation_fn quotas_own; /* /quotas/project, /quotas/tenant */
operation_fn quotas_show;
operation_fn quotas_show_default;
operation_fn quotas_show_details;
operation_fn quotas_update;
operation_fn quotas_delete;

#endif
