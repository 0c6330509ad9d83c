/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who stands in the way, as JSON: in refusals, and asked for without trying.
 */
#ifndef API_BLOCKERS_H
#define API_BLOCKERS_H

#include <stddef.h>
#include <stdint.h>

#include "api/call.h"

struct blocker;

/* What would keep a DELETE of the object from succeeding. */
operation_fn blockers_show;

/* Appends "blockers":[...],"blockers_total":N, without braces around. */
void blockers_write(struct buf *buf, const struct blocker *blockers, size_t n,
                    int64_t total);

#endif
