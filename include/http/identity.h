/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who asks: by headers on a loopback server (auth = none), or by tokens whose
 * hashes stand in a file (auth = tokens).
 */
#ifndef HTTP_IDENTITY_H
#define HTTP_IDENTITY_H

#include <stdbool.h>

#include "core/err.h"
#include "resource/resource.h"

struct headers;
struct identity;

/* Makes the identity of 'settings'; reads the file of tokens. */
struct err *identity_new(struct arena *arena, const struct settings *settings,
                         struct identity **ret_identity) MUST_CHECK;

/* Reads the file of tokens again; on failure the old ones stay. */
struct err *identity_reload(struct identity *identity,
                            struct arena *arena) MUST_CHECK;

/* The same when an operator asks for it: what became of it is logged. */
void identity_renew(struct identity *identity);

/* Finds out who sent 'headers'; texts of 'ret_caller' are in 'arena'.  'open'
 * routes need no token.  ERR_UNAUTHORIZED without a valid one; ERR_FOREIGN
 * for a Host or Origin that is not this machine (auth = none). */
struct err *identity_check(const struct identity *identity,
                           struct arena *arena, const struct headers *headers,
                           bool open, struct caller *ret_caller) MUST_CHECK;

#endif
