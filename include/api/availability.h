/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /v2.0/network-ip-availabilities: used and total addresses, from counters.
 */
#ifndef API_AVAILABILITY_H
#define API_AVAILABILITY_H

#include "api/call.h"

operation_fn availability_list;
operation_fn availability_show;

#endif
