/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a change is settled: kept, kept once however often it is asked for
 * (Idempotency-Key), or only tried (Dry-Run).  The same for every call that
 * changes something; db/lane.h does it in the change's own transaction.
 */
#ifndef API_SETTLE_H
#define API_SETTLE_H

#include "api/call.h"

#define IDEMPOTENCY_KEY_MAX 255 /* Characters. */

/* Takes the headers (NULL: absent) into 'call', when its method changes
 * something; refuses what is no key or no truth, and query parameters that
 * the change does not know. */
struct err *settle_read_headers(struct call *call, const char *key,
                                const char *dry_run) MUST_CHECK;

/* Prepares the job that an operation left in 'call': it makes its answer
 * before COMMIT, under its key, or as a try, which it may have asked for
 * itself (job->dry_run). */
void settle_prepare(struct call *call);

/* The job ended well: takes the answer of an earlier request with its key,
 * if there was one. */
void settle_finish(struct call *call);

#endif
