/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors as JSON, in answers and in results of single items.
 */
#ifndef API_FAILURE_H
#define API_FAILURE_H

struct buf;
struct err;

/* Appends {"type", "message", "detail"} with the mistakes of a body and the
 * blockers, when there are such. */
void failure_write(struct buf *buf, const struct err *err);

/* Appends {"error": {"code", "title", "message"}}, the form of the Identity
 * API. */
void failure_write_identity(struct buf *buf, const struct err *err);

#endif
