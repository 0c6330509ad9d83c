/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Query strings of /v2.0/events.
 */
#ifndef API_EVENTS_QUERY_H
#define API_EVENTS_QUERY_H

#include "api/events.h"

/* Reads what 'call' asks into 'watch', whose member 'stream' is set; sets
 * '*ret_now' when no event of the past is asked for. */
struct err *events_query_read(const struct call *call, struct watch *watch,
                              bool *ret_now) MUST_CHECK;

#endif
